"""The command `wardflow brief`: one page on the screen, or in a file that can be sent on."""

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim import cli
from tests.small_studies import CLINIC


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A folder with the clinic's file, and a store that nobody else has."""
    monkeypatch.setenv("WARDFLOW_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    Path("clinic.yaml").write_text(CLINIC)
    Path("two_nurses.yaml").write_text("extends: clinic.yaml\nname: Two nurses\nstaff: {nurse: {on_duty: +1}}\n")


def brief(*words):
    return CliRunner().invoke(cli.wardflow, ["brief", *(str(word) for word in words)])


def test_a_brief_tells_what_a_plan_does():
    result = brief("clinic.yaml", "two_nurses.yaml", "--replications", 3)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "# Brief: Clinic: Two nurses"
    assert "**Question:** How long do people wait?" in lines
    assert "1. Nurse: 1 more on duty (1 -> 2)." in lines
    assert "## What this must not be used for" in lines
    assert "- Made by: wardflow brief clinic.yaml two\\_nurses.yaml --replications 3" not in lines
    assert "- Made by: wardflow brief clinic.yaml two_nurses.yaml --replications 3" in lines
    assert "Running Clinic" in result.stderr


def test_the_command_that_it_names_makes_it_again():
    first = brief("clinic.yaml", "--set", "wards.recovery.beds=+2", "--seed", 9, "--replications", 2)
    made_by = next(line for line in first.stdout.splitlines() if "Made by" in line).partition(": ")[2]
    words = shlex.split(made_by)
    assert words[:2] == ["wardflow", "brief"]
    assert brief(*words[2:]).stdout == first.stdout


@pytest.mark.parametrize(("name", "begins"), [("brief.md", "# Brief: Clinic"), ("brief.html", "<!DOCTYPE html>")])
def test_it_is_written_to_a_file(name, begins):
    result = brief("clinic.yaml", "--replications", 2, "--out", f"new/{name}")
    assert (result.exit_code, result.stdout.splitlines()) == (0, [f"Written to new/{name}"])
    assert Path("new", name).read_text(encoding="utf-8").startswith(begins)


def test_a_file_of_another_kind_is_refused_before_anything_is_run():
    result = brief("clinic.yaml", "--out", "brief.docx")
    assert result.exit_code == 2
    assert "--out: the name of the file ends in .md or .html" in result.stderr
    assert "Running" not in result.stderr


def test_one_run_is_told_as_such():
    result = brief("clinic.yaml", "two_nurses.yaml", "--replications", 1)
    assert result.exit_code == 0
    assert "**Too early to decide:** 1 run was made, and 10 are the fewest to decide on." in result.stdout
