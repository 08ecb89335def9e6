"""A Document: the plain values of a scenario file, each with the line that it comes from and its evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.scenario.problems import Problem, field_of
from sim.scenario.rows import Rows

Path = tuple[str | int, ...]
"""Where a value stands: names and list positions (from 0) from the top."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The place where something is written; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """Say it as `base.yaml:12`."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is written beside a value about where it comes from; all as written."""

    value: str
    source: str | None = None
    owner: str | None = None
    range: str | None = None
    note: str | None = None

    @property
    def bare(self) -> bool:
        """Whether nothing is told about the value: `{value: -4}`, which says "exactly -4" to an extending file."""
        return (self.source, self.owner, self.range, self.note) == (None, None, None, None)


@dataclass(frozen=True, slots=True)
class Document:
    """A scenario file as plain data: mappings, lists, text, numbers, true, false and nothing (None).

    `origins` has the place of every value, `keys` of every name in a mapping, `evidence` of the values that were
    written with it. In a document that was composed from several files the places tell which file set each value.
    `recordings` has what was read from the files of recorded arrivals, by the place of the record that names the file,
    and `unread` why others could not be read. `warnings` has what is odd in how its files go together.
    """

    data: dict[str, Any]
    origins: Mapping[Path, Origin]
    keys: Mapping[Path, Origin]
    evidence: Mapping[Path, Evidence]
    file: str
    recordings: Mapping[Path, Rows] = field(default_factory=dict)
    unread: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def origin(self, path: Sequence[str | int], *, key: bool = False) -> Origin:
        """Return the place of a value (or of its name), or of the nearest thing around it that is written down."""
        places = self.keys if key else self.origins
        for length in range(len(path), 0, -1):
            found = places.get(tuple(path[:length])) or self.origins.get(tuple(path[:length]))
            if found:
                return found
        return self.origins.get((), Origin(self.file, 1, 1))

    def inherited(self, path: Sequence[str | int]) -> bool:
        """Return whether the value comes from an extended file."""
        return self.origin(path).file != self.file

    def files(self) -> tuple[str, ...]:
        """Return the files that values come from, this one first."""
        others = {origin.file: None for origin in self.origins.values() if origin.file != self.file}
        return (self.file, *others)

    def problem(
        self,
        path: Sequence[str | int],
        code: str,
        message: str,
        fix: str = "",
        *,
        key: bool = False,
    ) -> Problem:
        """Return a Problem that points at a value, or with `key` at its name."""
        place = self.origin(path, key=key)
        return Problem(place.file, place.line, place.column, field_of(path), code, message, fix)
