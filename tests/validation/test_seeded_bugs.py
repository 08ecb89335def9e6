"""A test of the tests: bugs that a careless hand could make are noticed, and the page that says so is up to date."""

import doctest
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from validation.seeded_bugs import bugs
from validation.seeded_bugs import page as page_of_bugs
from validation.seeded_bugs.bugs import ROOT, Bug, digest, load
from validation.seeded_bugs.catching import SOUND, Catch, catch, plant
from validation.seeded_bugs.page import COMMAND, README, page, stale, verdicts

BUGS = load()
QUICK = ("holm_goes_down", "last_come_first_served")
REQUIRED = 20


def test_there_are_enough_bugs_in_every_part_of_the_simulation() -> None:
    assert len(BUGS) >= REQUIRED
    parts = {"/".join(bug.file.split("/")[:2]) for bug in BUGS.values()}
    assert parts >= {"sim/demand", "sim/engine", "sim/measure", "sim/study"}


@pytest.mark.parametrize("name", BUGS)
def test_the_text_that_a_bug_changes_still_stands_once_in_its_file(name: str) -> None:
    bug = BUGS[name]
    source = (ROOT / bug.file).read_text(encoding="utf-8")
    assert source.count(bug.text) == 1
    assert bug.planted(source) != source
    compile(bug.planted(source), bug.file, "exec")


@pytest.mark.parametrize("name", BUGS)
def test_the_tests_that_are_about_a_bug_are_there(name: str) -> None:
    assert BUGS[name].tests
    assert [file for file in BUGS[name].tests if not (ROOT / file).exists()] == []
    assert not any("seeded_bugs" in file for file in BUGS[name].tests), "a list of bugs catches every change"


def test_the_page_says_of_every_bug_that_it_is_caught() -> None:
    assert verdicts(README.read_text(encoding="utf-8")) == {name: True for name in [SOUND.name, *BUGS]}


def test_the_page_was_made_with_these_bugs_and_these_files() -> None:
    assert stale(README.read_text(encoding="utf-8"), list(BUGS.values())) == ""


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_a_seeded_bug_is_caught(name: str) -> None:
    found = catch(BUGS[name])
    assert found.is_caught, found.trouble


# ---------------------------------------------------------------- how it is told


def test_a_bug_that_no_test_notices_is_told_as_such() -> None:
    told = page([Catch(SOUND, "", 9.0), Catch(BUGS[QUICK[0]], "", 3.2), Catch(BUGS[QUICK[1]], "tests/a.py::test_b", 4)])
    assert verdicts(told) == {SOUND.name: True, QUICK[0]: False, QUICK[1]: True}
    assert "**1 of 2 bugs are caught.**" in told


def test_a_run_that_told_nothing_is_no_catch() -> None:
    broken = Catch(BUGS[QUICK[0]], "", 3.2, trouble="no tests ran\nImportError")
    assert not broken.is_caught
    assert verdicts(page([broken])) == {QUICK[0]: False}


def test_tests_that_fail_without_any_bug_spoil_the_page() -> None:
    assert verdicts(page([Catch(SOUND, "tests/a.py::test_b", 9.0)])) == {SOUND.name: False}


def test_a_page_is_stale_when_a_bug_or_a_file_has_changed(tmp_path: Path) -> None:
    bug = Bug("later", "It is later", "a.py", "<", "<=", ("tests/a.py",))
    (tmp_path / "a.py").write_text("start < end")
    before = digest([bug], tmp_path)
    assert digest([bug], tmp_path) == before
    assert digest([Bug("later", "It is later", "a.py", "<", ">", ("tests/a.py",))], tmp_path) != before
    (tmp_path / "a.py").write_text("start  < end")
    assert digest([bug], tmp_path) != before
    assert COMMAND in stale("digest `0123`", [BUGS[QUICK[0]]])


def test_no_bug_is_planted_in_the_checkout_itself() -> None:
    with pytest.raises(ValueError, match="copies"):
        plant(BUGS[QUICK[0]], ROOT)


def test_a_text_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="stands 2 times"):
        Bug("later", "", "a.py", "<", "<=", ()).planted("a < b < c")


@pytest.mark.parametrize("wrong", [["no_such_bug"], ["--write", QUICK[0]]])
def test_the_command_refuses_what_it_cannot_do(wrong: list[str]) -> None:
    command = [sys.executable, "-m", "validation.seeded_bugs", *wrong]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 2


@pytest.mark.parametrize("module", [bugs, page_of_bugs])
def test_the_examples_are_true(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0
