"""A plan: a scenario file with a few changes, each said in a line such as `wards.medical.beds=+12`."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from sim.scenario.library import shipped_folder
from sim.scenario.loading import Loaded, load_file, load_text
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.reading.writing import to_yaml
from sim.scenario.scenario import Scenario
from sim.scenario.telling.account import account

FILE: Final = "--set"
"""What stands for the name of a file in messages about such changes."""
EXAMPLE: Final = "wards.medical.beds=+12"
UNTOLD: Final = ("name", "question", "about", "run")
"""Parts of a scenario that are no change of the hospital."""
_PART = re.compile(r'"([^"]+)"|([^."]+)')
_Tree = dict[str, Any]


def load_plan(path: str, changes: Sequence[str] = ()) -> Loaded:
    """Loads a scenario file with changes on top.

    Args:
        path: a file, or the name of a shipped scenario.
        changes: such as `wards.medical.beds=+12`, with the names of the file, parted by points, and a value as the file
            would have it; a name that holds a point stands in double quotes.

    Raises:
        ScenarioError: with everything that is wrong in the file or the changes.
    """
    if not changes:
        return load_file(path)
    file = _file(path)
    load_file(path)  # what is wrong with the file itself is told first, with its own lines
    text = f"extends: {json.dumps(file.name)}\n" + "\n".join(_lines(_tree(changes))) + "\n"
    return load_text(text, FILE, file.parent)


def shipped() -> list[tuple[str, str, str]]:
    """Lists the shipped scenarios: name for the command, title and question."""
    folder = shipped_folder()
    found = []
    for file in sorted(folder.rglob("*.yaml")):
        scenario = load_file(file).scenario
        found.append((file.relative_to(folder).with_suffix("").as_posix(), scenario.name, scenario.question))
    return found


def changes_between(base: Loaded, other: Loaded) -> list[str]:
    """Says what one scenario has otherwise than another, in sentences; not how long or how often it is run."""
    told = account(base.document.data, other.document.data)
    return [entry.sentence for entry in told if entry.path[0] not in UNTOLD]


def whole_text(loaded: Loaded, scenario: Scenario) -> str:
    """Writes a scenario in one file without `extends`, with the seed and the number of replications that were run."""
    data = loaded.document.data
    run = {**(data.get("run") or {}), "seed": scenario.run.seed, "replications": scenario.run.replications}
    return to_yaml({**data, "run": run})


def _file(path: str) -> Path:
    file = Path(path)
    shipped = shipped_folder() / f"{path}.yaml"
    return shipped if file.suffix == "" and not file.exists() and shipped.exists() else file


def _tree(changes: Sequence[str]) -> _Tree:
    """Gathers changes into nested names with the raw text of the values."""
    tree: _Tree = {}
    for change in changes:
        path, equals, value = change.partition("=")
        names = [quoted or plain for quoted, plain in _PART.findall(path)]
        if not equals or not names or not value.strip() or "\n" in change:
            raise _error(path, f"a change has names, an equals sign and a value, not {json.dumps(change)}")
        inner = tree
        for name in names[:-1]:
            inner = inner.setdefault(name.strip(), {})
            if not isinstance(inner, dict):
                raise _error(path, "two changes concern the same value")
        if names[-1].strip() in inner:
            raise _error(path, "two changes concern the same value")
        inner[names[-1].strip()] = value.strip()
    return tree


def _lines(tree: _Tree, indent: str = "") -> Iterator[str]:
    for name, inner in tree.items():
        key = f"{indent}{json.dumps(name, ensure_ascii=False)}:"
        if isinstance(inner, dict):
            yield key
            yield from _lines(inner, f"{indent}  ")
        else:
            yield f"{key} {inner}"


def _error(field: str, message: str) -> ScenarioError:
    return ScenarioError([Problem(FILE, 0, 0, field, "change", message, EXAMPLE)])
