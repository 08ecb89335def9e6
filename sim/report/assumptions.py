"""Assumptions: on what evidence each change of a plan rests, and what is only illustrative."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final, TypeVar

from sim.scenario.loading import Loaded
from sim.scenario.reading.document import Document, Evidence, Path
from sim.scenario.reading.joining import INITIATIVES
from sim.scenario.telling.account import Entry, account
from sim.scenario.telling.assumptions import ILLUSTRATIVE, by_name, is_initiative
from sim.study.plan import UNTOLD

NO_SOURCE: Final = f"{ILLUSTRATIVE}: no source is given"
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Assumption:
    """A change of a plan, and what is known about it."""

    sentence: str
    """The change in plain words."""
    source: str
    """Where the value comes from, or what is known of the initiative; says so if it is illustrative."""
    range: str
    owner: str
    is_illustrative: bool
    """Whether nobody vouches for it."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many values of a scenario carry evidence."""

    sourced: int
    illustrative: int


def assumptions(base: Loaded, other: Loaded) -> tuple[Assumption, ...]:
    """Tells on what evidence each change rests; those that initiatives bring rest on the evidence of the initiative.

    Args:
        base: what is done today.
        other: the plan.

    Returns:
        One entry a change, in the order of the file; the initiatives themselves are no changes.
    """
    own = {path: one for path, one in other.document.evidence.items() if base.document.evidence.get(path) != one}
    evidence = _by_name(other.document.data, own)
    files = _by_name(other.document.data, {path: one.file for path, one in other.document.origins.items()})
    brought = {path: name for path, file in files.items() if (name := _initiative(file)) in other.scenario.initiatives}
    told = account(base.document.data, other.document.data)
    return tuple(
        _assumption(entry, other, evidence, brought) for entry in told if entry.path[0] not in (*UNTOLD, INITIATIVES)
    )


def counted(document: Document) -> Counted:
    """Counts the values that carry evidence, by whether they have a source."""
    found = [_source(one) for one in document.evidence.values() if not one.bare]
    illustrative = sum(map(_is_illustrative, found))
    return Counted(len(found) - illustrative, illustrative)


def _assumption(
    entry: Entry, other: Loaded, evidence: Mapping[Path, Evidence], brought: Mapping[Path, str]
) -> Assumption:
    own = next((one for path, one in evidence.items() if _concerns(path, entry.path)), None)
    if own:
        source = _source(own)
        return Assumption(entry.sentence, source, own.range or "", own.owner or "", _is_illustrative(source))
    name = next((name for path, name in brought.items() if path[: len(entry.path)] == entry.path), "")
    if not name:
        return Assumption(entry.sentence, NO_SOURCE, "", "", is_illustrative=True)
    initiative = other.scenario.initiatives[name]
    known = initiative.evidence
    told = f"{initiative.name}: {known.effect}. Source: {known.source}"
    return Assumption(entry.sentence, told, known.range, initiative.owner or "", _is_illustrative(known.source))


def _initiative(file: str) -> str:
    """Name of the initiative to which a file belongs; empty for any other file."""
    return PurePosixPath(file).stem if is_initiative(file) else ""


def _is_illustrative(source: str) -> bool:
    return source.casefold().startswith(ILLUSTRATIVE)


def _concerns(path: Path, changed: Path) -> bool:
    """Whether evidence stands at a changed value, within it or around it; not at the top of a whole section."""
    shorter = min(len(path), len(changed))
    return shorter > 1 and path[:shorter] == changed[:shorter]


def _source(evidence: Evidence) -> str:
    if evidence.source:
        return evidence.source
    note = evidence.note or ""
    return note if _is_illustrative(note) else f"{NO_SOURCE} ({note})" if note else NO_SOURCE


def _by_name(data: dict[str, Any], places: Mapping[Path, Value]) -> dict[Path, Value]:
    """The same by paths in which steps stand by name, as in accounts."""
    return {by_name(data, path): value for path, value in places.items()}
