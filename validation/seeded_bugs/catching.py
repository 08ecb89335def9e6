"""Catching: a bug is planted in a copy of the checkout, and the tests that are about it are run there."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from validation.seeded_bugs.bugs import ROOT, Bug

LEFT_OUT: Final = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "*.egg-info")
"""What a copy does not need."""
LONGEST: Final = 600
"""Seconds after which a run of tests counts as stuck; a test that hangs has told nobody what is wrong."""
SOUND: Final = Bug("nothing_is_wrong", "The copy as it is: all tests that are named here pass", "", "", "", ())
"""The control: without it a broken copy would seem to catch every bug."""


@dataclass(frozen=True, slots=True)
class Catch:
    """What the tests made of a bug."""

    bug: Bug
    caught_by: str
    """The first test that failed, as pytest names it; empty if none did."""
    seconds: float
    """How long it took."""
    trouble: str = ""
    """Why nothing can be said: the tests could not be run."""

    @property
    def is_caught(self) -> bool:
        """Whether a test failed."""
        return bool(self.caught_by) and not self.trouble


def catch(bug: Bug, tests: Sequence[str] | None = None) -> Catch:
    """Plants a bug in a copy of the checkout and runs tests there until one fails.

    Args:
        bug: the bug; `SOUND` plants nothing.
        tests: files of tests; those of the bug if not given.
    """
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="wardflow-") as folder:
        copy = copied(Path(folder) / "checkout")
        if bug.file:
            plant(bug, copy)
        caught_by, trouble = first_failure(copy, tests or bug.tests)
    return Catch(bug, caught_by, time.monotonic() - begun, trouble)


def copied(to: Path) -> Path:
    """Copies the checkout without environments and caches."""
    shutil.copytree(ROOT, to, ignore=LEFT_OUT)
    return to


def plant(bug: Bug, copy: Path) -> None:
    """Puts a bug into a copy.

    Raises:
        ValueError: if the folder is the checkout itself, or the text of the bug does not stand there exactly once.
    """
    if copy.resolve() == ROOT.resolve():
        raise ValueError("bugs are planted in copies only")
    path = copy / bug.file
    path.write_text(bug.planted(path.read_text(encoding="utf-8")), encoding="utf-8")


def first_failure(copy: Path, tests: Sequence[str]) -> tuple[str, str]:
    """Runs tests in a copy until one fails.

    Returns:
        The name of the test that failed, or nothing; and what was in the way, if the tests could not be run.
    """
    ran = pytest_in(copy, tests, LONGEST)
    if ran is None:
        return "", f"the tests were not over after {LONGEST} s"
    if ran.code == 0:
        return "", ""
    if ran.code == 1 and ran.failed:
        return ran.failed[0], ""
    return "", ran.output[-2000:]


@dataclass(frozen=True, slots=True)
class Ran:
    """What pytest said."""

    code: int
    """Its exit status."""
    failed: list[str]
    """Tests that failed, as pytest names them."""
    output: str


def pytest_in(copy: Path, tests: Sequence[str], longest: float) -> Ran | None:
    """Runs tests in a copy until one fails; the examples of Hypothesis are always the same.

    Args:
        copy: of the checkout.
        tests: files of tests.
        longest: seconds after which they are stopped.

    Returns:
        What came of it; None if they were not over in time.
    """
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-rfE", "-p", "no:cacheprovider"]
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [*command, "--hypothesis-seed=0", *tests],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=longest,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    told = [line.partition(" ")[2] for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    failed = [line.partition(" - ")[0] for line in told if "::" in line]
    return Ran(done.returncode, failed, done.stdout + done.stderr)
