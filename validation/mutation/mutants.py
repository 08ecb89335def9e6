"""Mutants: small changes of the source, what the tests made of them, and the file in which that is kept."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

SEED: Final = 5
"""Of the sample, so that the same source gives the same one."""
RESULTS: Final = Path(__file__).with_name("results.json")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change of the source, and what the tests made of it."""

    file: str
    number: int
    """Of the change among all of the file."""
    line: int
    change: str
    """Lines that are taken away and put in."""
    caught_by: str
    """The first test that failed; empty if none did."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Results:
    """What came of a sample."""

    source: str
    """Digest of the files that were changed."""
    of: int
    """How many changes there are in all."""
    mutants: tuple[Mutant, ...]


def store(results: Results) -> None:
    """Keeps the results of a sample."""
    ordered = sorted(results.mutants, key=lambda one: (one.file, one.number))
    rows = [asdict(one) | {"seconds": round(one.seconds)} for one in ordered]
    found = {"source": results.source, "of": results.of, "mutants": rows}
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def load() -> Results:
    """Reads the results; there may be none yet."""
    if not RESULTS.exists():
        return Results("", 0, ())
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    return Results(found["source"], found["of"], tuple(Mutant(**row) for row in found["mutants"]))


def line(mutant: Mutant) -> str:
    """One mutant on one line."""
    return f"{mutant.seconds:4.0f} s  {mutant.file}:{mutant.line}  {mutant.caught_by or '**survived**'}"
