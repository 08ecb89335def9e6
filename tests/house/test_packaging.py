"""What is shipped: every package, the scenarios, and exactly the locked versions."""

import re
import tomllib
from pathlib import Path

import pytest

from sim.scenario.library import shipped_folder

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def locked(name: str) -> set[str]:
    """The lines `name==version ; marker` of a lock file."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return {line.rstrip(" \\") for line in text.splitlines() if "==" in line and not line.startswith(" ")}


def bounds(name: str) -> set[str]:
    """The lines of an input file that ask for a package."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return {line for line in text.splitlines() if line and not line.startswith(("#", "-"))}


def test_every_package_of_the_checkout_is_shipped():
    folders = {path.parent.relative_to(ROOT) for path in (ROOT / "sim").rglob("__init__.py")}
    packages = set(PROJECT["tool"]["setuptools"]["packages"])
    assert packages == {".".join(folder.parts) for folder in folders} | {"sim.shipped"}


def test_every_folder_of_modules_is_a_package():
    folders = {path.parent for path in (ROOT / "sim").rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_the_shipped_scenarios_are_found():
    assert shipped_folder() == ROOT / "scenarios"


def test_the_project_and_its_lock_ask_for_the_same():
    build = set(PROJECT["build-system"]["requires"])
    assert set(PROJECT["project"]["dependencies"]) | build == bounds("run.in")


def test_the_tests_run_with_the_versions_that_people_run():
    assert locked("run.txt") <= locked("dev.txt")


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_every_locked_version_has_a_hash_and_no_address(name):
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert not re.search(r"https?:|index-url|find-links|@ ", text)
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) == len(locked(name))
    assert all("--hash=sha256:" in entry for entry in entries)
