"""Sampling: a random sample of all mutants, each tested in a copy of the checkout."""

import random
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from validation.mutation.mutants import SEED, Mutant
from validation.mutation.mutating import Mutable, difference, mutable
from validation.seeded_bugs.bugs import ROOT
from validation.seeded_bugs.catching import pytest_in

LONGEST: Final = 400
"""Seconds after which tests that go on for ever have noticed a mutant."""
Place = tuple[str, int]
"""A file and the number of a change in it."""


def files_of(patterns: Iterable[str], root: Path = ROOT) -> list[str]:
    """Paths of the source files that are changed, from the root of the checkout."""
    return sorted({path.relative_to(root).as_posix() for pattern in patterns for path in root.glob(pattern)})


def sample(sizes: Mapping[str, int], size: int, seed: int = SEED) -> list[Place]:
    """Draws changes at random, each with the same chance; a larger sample begins with the smaller one.

    Args:
        sizes: number of changes of each file.
        size: how many are wanted.
        seed: fixes the sample.

    >>> sample({"a.py": 2, "b.py": 9}, 3) == sample({"b.py": 9, "a.py": 2}, 5)[:3]
    True
    """
    places = [(file, number) for file, count in sorted(sizes.items()) for number in range(count)]
    random.Random(seed).shuffle(places)
    return places[:size]


def tried(copy: Path, place: Place, found: Mutable, tests: Sequence[str]) -> Mutant | None:
    """Puts one change into a copy, runs tests until one fails, and takes the change back.

    Args:
        copy: of the checkout.
        place: the file and the number of its change.
        found: all changes of the file.
        tests: files of tests.

    Returns:
        What came of it; nothing if the change is no valid Python, or changes nothing.
    """
    (file, number), begun = place, time.monotonic()
    source, path = found.tree.code, copy / file
    changed = found.mutant(number)
    if changed == source or not _is_python(changed):
        return None
    try:
        _write(path, changed)
        caught_by = _first_failure(copy, tests)
    finally:
        _write(path, source)
    line = found.changes[number].line
    return Mutant(file, number, line, difference(source, changed), caught_by, time.monotonic() - begun)


def read(file: str) -> Mutable:
    """Finds all changes of a file of the checkout."""
    return mutable((ROOT / file).read_text(encoding="utf-8"))


def _is_python(source: str) -> bool:
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _write(path: Path, source: str) -> None:
    """Writes a source, and removes what Python compiled from another one within the same second."""
    path.write_text(source, encoding="utf-8")
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()


def _first_failure(copy: Path, tests: Sequence[str]) -> str:
    """The first test that fails, `endless` if the tests do not end, `import` if they cannot begin; or nothing."""
    ran = pytest_in(copy, tests, LONGEST)
    if ran is None:
        return "endless"
    return "" if ran.code == 0 else next(iter(ran.failed), "import")
