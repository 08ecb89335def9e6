"""Kept runs: what the store has, by scenario, code and seed."""

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from sim.scenario.problems import nearest
from sim.study.provenance import code
from sim.study.replication import Replicate
from sim.study.store import Store, read_row, transaction
from sim.study.stored_rows import ADDRESS

_RUN: Final = ADDRESS[:-1]
"""What the replications of a run have in common."""
_LIST: Final = f"""
SELECT {", ".join(f"r.{name}" for name in _RUN)}, max(s.name), count(*),
    min(r.finished), max(r.finished), sum(r.seconds), sum(length(r.kpis) + length(r.profiles)),
    group_concat(DISTINCT r.executor), group_concat(DISTINCT r.machine), sum(r.breaches <> '[]')
FROM replication r JOIN scenario s USING (fingerprint) GROUP BY {", ".join(f"r.{name}" for name in _RUN)}
ORDER BY max(r.finished) DESC, s.name, r.seed
"""  # noqa: S608 -- names of our own
_WHERE: Final = " AND ".join(f"{name} = ?" for name in _RUN)
_NUMBERS: Final = f"SELECT replication FROM replication WHERE {_WHERE} ORDER BY replication"  # noqa: S608
_REMOVE: Final = f"DELETE FROM replication WHERE {_WHERE}"  # noqa: S608
_TIDY: Final = (
    "DELETE FROM scenario WHERE fingerprint NOT IN (SELECT fingerprint FROM replication)",
    "DELETE FROM names WHERE digest NOT IN (SELECT kpi_names FROM replication)"
    " AND digest NOT IN (SELECT profile_names FROM replication)",
)
ID_LENGTH: Final = 8


class NoRunError(ValueError):
    """The store has no run of that name."""


@dataclass(frozen=True, slots=True)
class Run:
    """Replications of one scenario that were computed by the same code with the same seed."""

    key: tuple[str, str, str, str, int]
    """Fingerprint of the scenario, version, code, engine and seed."""
    name: str
    """What the scenario was called last."""
    replications: int
    """How many are kept; their numbers may have gaps."""
    first: str
    """When the first of them was finished, in coordinated universal time (UTC)."""
    last: str
    """When the last was."""
    seconds: float
    """Processor seconds that they took."""
    size: int
    """Bytes of their figures."""
    executors: tuple[str, ...]
    """Where they were computed."""
    machines: tuple[str, ...]
    """Types of processors."""
    invalid: int
    """Replications whose books do not balance."""

    @property
    def id(self) -> str:
        """Short name; the same on every machine."""
        return hashlib.sha256("|".join(map(str, self.key)).encode()).hexdigest()[:ID_LENGTH]

    @property
    def is_current(self) -> bool:
        """Whether the code that is installed now would use them."""
        return self.key[2] == code()[:16]


@dataclass(frozen=True, slots=True, eq=False)
class KeptRun:
    """A run with its figures."""

    run: Run
    scenario: dict[str, Any]
    """The scenario with all defaults, as plain values."""
    replicates: tuple[Replicate, ...]
    """In order of their numbers; damaged ones are left out."""


def runs(store: Store) -> tuple[Run, ...]:
    """Lists what a store has, the latest first."""
    rows: list[tuple[Any, ...]] = store.use(lambda base: base.execute(_LIST).fetchall(), [])
    return tuple(_run(row) for row in rows)


def _run(row: tuple[Any, ...]) -> Run:
    name, count, first, last, seconds, size, executors, machines, invalid = row[5:]
    parted = tuple(sorted(executors.split(","))), tuple(sorted(machines.split(",")))
    return Run(row[:5], name, count, first, last, seconds, size, *parted, invalid)


def find(found: Sequence[Run], wanted: str) -> Run:
    """Finds a run by the beginning of its id.

    Raises:
        NoRunError: if none begins so, or several do.
    """
    fitting = [run for run in found if wanted and run.id.startswith(wanted.lower())]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise NoRunError(f"{len(fitting)} runs begin with {wanted}. Fix: {' or '.join(run.id for run in fitting)}")
    close = nearest(wanted, [run.id for run in found])
    raise NoRunError(f"there is no run {wanted}. Fix: {close or 'wardflow runs list tells which there are'}")


def load_run(store: Store, run: Run) -> KeptRun:
    """Reads the figures of a run."""

    def ask(base: sqlite3.Connection) -> KeptRun:
        numbers = [number for (number,) in base.execute(_NUMBERS, run.key)]
        found = [read_row(base, (*run.key, number)) for number in numbers]
        told = base.execute("SELECT content FROM scenario WHERE fingerprint = ?", run.key[:1]).fetchone()
        return KeptRun(run, json.loads(told[0]), tuple(one for one in found if one is not None))

    return store.use(ask, KeptRun(run, {}, ()))


def remove(store: Store, unwanted: Sequence[Run]) -> int:
    """Removes runs, and gives their space back.

    Returns:
        How many replications are removed.
    """

    def ask(base: sqlite3.Connection) -> int:
        with transaction(base):
            count = sum(base.execute(_REMOVE, run.key).rowcount for run in unwanted)
            for statement in _TIDY:
                base.execute(statement)
        with suppress(sqlite3.OperationalError):  # another program is reading; the space is used again later
            base.execute("VACUUM")
        return count

    return store.use(ask, 0)
