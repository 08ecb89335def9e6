"""What is told about a file of bad input, held against what its table expects."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.scenario.codes import CODES
from sim.scenario.loading import load_file
from sim.scenario.problems import SHOWN_AT_MOST, Problem, ScenarioError

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Told:
    """Everything that loading says about a file."""

    problems: tuple[Problem, ...]
    refused: bool
    text: str
    """As the command prints it."""


def told_about(path: Path) -> Told:
    """Loads a file; any other error than a ScenarioError is a mistake in Wardflow."""
    try:
        warnings = load_file(path).warnings
    except ScenarioError as error:
        return Told(error.problems, refused=True, text=str(error))
    return Told(warnings, refused=False, text="\n".join(map(str, warnings)))


def table(group: str) -> dict[str, dict[str, Any]]:
    """Expectations of the files of a group."""
    return tomllib.loads((FOLDER / f"{group}.toml").read_text(encoding="utf-8"))


def files(group: str) -> list[Path]:
    """Files of a group."""
    return sorted((FOLDER / group).iterdir())


def hold_against(expected: dict[str, Any], path: Path) -> None:
    """Asserts that a file is told about as its table expects, in words that help."""
    told = told_about(path)
    if expected["code"] == "accepted":
        assert told.problems == ()
        return
    assert told.refused == (expected.get("severity", "error") == "error"), told.text
    first = told.problems[0]
    assert (first.code, first.line, first.field) == (expected["code"], expected["line"], expected["field"]), told.text
    assert len(told.problems) == expected.get("problems", 1), told.text
    lines = told.text.splitlines()
    assert len(lines) <= SHOWN_AT_MOST + 1
    assert all("Fix: " in line and line.isprintable() and len(line) < 400 for line in lines[:SHOWN_AT_MOST])
    for problem in told.problems:
        assert problem.code in CODES
        assert problem.file.endswith(path.name)
        assert problem.line
        assert problem.fix
        assert "Traceback" not in problem.message
        assert "pydantic" not in problem.message.lower()
