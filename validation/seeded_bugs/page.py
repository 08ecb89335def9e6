"""The page of the seeded bugs: which test catches each."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from validation.seeded_bugs.bugs import Bug, digest
from validation.seeded_bugs.catching import SOUND, Catch

README: Final = Path(__file__).with_name("README.md")
COMMAND: Final = "python -m validation.seeded_bugs --write"
NOT_CAUGHT: Final = "**not caught**"
PREFACE: Final = """\
# Seeded bugs

Written by `{command}`; do not edit.

A test of the tests. Each row is a fault that a careless hand could make. It is planted in a copy of the checkout, and
the tests that are about it (`tests` in `bugs.toml`: some files, not the whole suite) are run there until one fails.
The first row is the control: the copy without any bug, in which all these files pass. Every other test of the suite
may catch a bug too; only the first is told. A bug that breaks the program so that tests cannot be run does not count
as caught.

**{caught} of {bugs} bugs are caught.**

| bug | what it does | file | caught by | s |
|---|---|---|---|---:|
"""
FOOTER: Final = "\nMade with the list of bugs and the files that they change, digest `{digest}`.\n"
_ROW: Final = re.compile(r"^\| (?P<name>[a-z_0-9]+) \|.*\| (?P<by>[^|]+) \| [0-9]+ \|$", re.MULTILINE)
_DIGEST: Final = re.compile(r"digest `([0-9a-f]+)`")


def page(catches: Sequence[Catch]) -> str:
    """Writes the page; the control stands first."""
    bugs = [one.bug for one in catches if one.bug is not SOUND]
    caught = sum(one.is_caught for one in catches if one.bug is not SOUND)
    preface = PREFACE.format(command=COMMAND, caught=caught, bugs=len(bugs))
    return preface + "".join(f"{row(one)}\n" for one in catches) + FOOTER.format(digest=digest(bugs))


def row(one: Catch) -> str:
    """One line of the table."""
    bug = one.bug
    by = told_by(one).replace("|", "\\|")
    return f"| {bug.name} | {bug.does} | {bug.file.removeprefix('sim/') or '-'} | {by} | {one.seconds:.0f} |"


def told_by(one: Catch) -> str:
    """Which test caught a bug, in the words of the table."""
    if one.trouble:
        return f"**no verdict**: {one.trouble.strip().splitlines()[-1]}"
    if one.bug is SOUND:
        return f"**fails: {one.caught_by}**" if one.caught_by else "all pass"
    file, _, test = one.caught_by.partition("::")
    return f"`{file.removeprefix('tests/')}`: {test.partition('[')[0].replace('_', ' ')}" if file else NOT_CAUGHT


def verdicts(text: str) -> dict[str, bool]:
    """Reads from a page which bugs are caught; the control is caught if all tests pass.

    >>> verdicts("| hour_late | x | y | `a`: b | 3 |")
    {'hour_late': True}
    """
    return {found["name"]: "**" not in found["by"] for found in _ROW.finditer(text)}


def digest_of(text: str) -> str:
    """Reads from a page with what it was made; empty if it does not say."""
    found = _DIGEST.search(text)
    return found[1] if found else ""


def stale(text: str, bugs: Sequence[Bug]) -> str:
    """Why a page is no longer true, with what to do; empty if it is up to date."""
    if digest_of(text) == digest(bugs):
        return ""
    return f"the bugs or the files that they change are not those of the page: run `{COMMAND}`"
