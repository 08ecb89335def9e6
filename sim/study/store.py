"""The store: finished replications in a database, so that what was computed once need not be computed again.

One SQLite file in write-ahead mode, and one transaction a replication: whatever is killed, a replication is there whole
or not at all, and several programs may read and write at once. Docs/decisions/0036 tells why the figures of a
replication are one row.
"""

import datetime
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from sim.study.replication import Job, Replicate
from sim.study.shares import share_of
from sim.study.stored_rows import ADDRESS, COLUMNS, Row, address, digest, names_of, replicate_of, row_of

FILE: Final = "replications.sqlite"
"""Name of the database in its folder."""
FOLDER_VARIABLE: Final = "WARDFLOW_CACHE"
"""Environment variable that names the folder."""
PATIENCE: Final = 30.0
"""Seconds to wait for another program that is writing."""
_TYPES: Final = {
    "INTEGER": ("seed", "replication", "patients", "events"),
    "REAL": ("seconds",),
    "BLOB": ("kpis", "profiles"),
}
_TYPE_OF: Final = {name: kind for kind, names in _TYPES.items() for name in names}
_DECLARED: Final = ", ".join(f"{name} {_TYPE_OF.get(name, 'TEXT')} NOT NULL" for name in COLUMNS)
TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS scenario (fingerprint TEXT PRIMARY KEY, name TEXT NOT NULL, content TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS names (digest TEXT PRIMARY KEY, content TEXT NOT NULL)",
    f"CREATE TABLE IF NOT EXISTS replication ({_DECLARED}, PRIMARY KEY ({', '.join(ADDRESS)}))",
    f"CREATE TABLE IF NOT EXISTS damaged ({_DECLARED})",
)
"""Scenarios by fingerprint; lists of names of figures; replications; those that did not fit their checksum."""
_HERE: Final = " AND ".join(f"{name} = ?" for name in ADDRESS)
_READ: Final = f"SELECT {', '.join(COLUMNS)} FROM replication WHERE {_HERE}"  # noqa: S608 -- names of our own
_WRITE: Final = f"INSERT OR IGNORE INTO replication VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
_MOVE: Final = (
    f"INSERT INTO damaged SELECT * FROM replication WHERE {_HERE}",  # noqa: S608
    f"DELETE FROM replication WHERE {_HERE}",  # noqa: S608
)
Result = TypeVar("Result")


class StoreError(ValueError):
    """Results cannot be kept where they were asked to be."""


def store_folder() -> Path:
    """Folder of the store: `WARDFLOW_CACHE`, or `wardflow` in the user's cache folder."""
    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "wardflow"


@dataclass(frozen=True, slots=True)
class Store:
    """Finished replications, found again by all that decides their figures.

    A row carries a checksum; one that does not fit it is moved to the table `damaged` and never read; a file that is no
    sound database is moved to the folder `damaged`. A store that cannot be written keeps nothing, and nothing fails.
    """

    folder: Path
    """Where the database is; made when first needed."""

    def __post_init__(self) -> None:
        if kind := share_of(self.folder):
            raise StoreError(
                f"{self.folder} is on another machine ({kind}), where results cannot be kept safely: a database must "
                f"be on the machine that uses it. Fix: set {FOLDER_VARIABLE} to a folder of this machine, or add "
                "--no-store"
            )

    @property
    def file(self) -> Path:
        """The database."""
        return self.folder / FILE

    def read(self, job: Job) -> Replicate | None:
        """Looks a replication up.

        Returns:
            The replication without log and patients, or None if it is not there or damaged.
        """
        return self.use(lambda base: read_row(base, address(job)), None)

    def write(self, job: Job, replicate: Replicate, executor: str = "inline") -> bool:
        """Keeps a replication, in one transaction; one that is there already stays.

        Args:
            job: what it was made from.
            replicate: what came out.
            executor: where it was computed.

        Returns:
            Whether it is there now; False if the folder cannot be written or the disk is full.
        """
        row, names = row_of(job, replicate, executor), names_of(replicate)
        content = json.dumps(job.scenario.model_dump(mode="json"), ensure_ascii=False)
        scenario = (row["fingerprint"], job.scenario.name, content)

        def keep(base: sqlite3.Connection) -> bool:
            with transaction(base):
                base.execute("INSERT OR REPLACE INTO scenario VALUES (?, ?, ?)", scenario)
                listed = [(digest(one), one) for one in names]
                base.executemany("INSERT OR IGNORE INTO names VALUES (?, ?)", listed)
                base.execute(_WRITE, tuple(row.values()))
            return True

        return self.use(keep, False)

    def use(self, ask: Callable[[sqlite3.Connection], Result], otherwise: Result) -> Result:
        """Asks the database something, or gives another answer if it cannot be used."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with closing(_connected(self.file)) as base:
                return ask(base)
        except (sqlite3.OperationalError, OSError):  # cannot be opened or written, or the disk is full
            return otherwise
        except sqlite3.DatabaseError:
            self._set_aside()
            return otherwise

    def _set_aside(self) -> None:
        """Moves a database that is none to `damaged/`, where it can be looked at."""
        now = datetime.datetime.now(datetime.UTC)
        with suppress(OSError):
            (self.folder / "damaged").mkdir(exist_ok=True)
            for path in (self.file, *self.folder.glob(f"{FILE}-*")):
                path.replace(self.folder / "damaged" / f"{now:%Y%m%dT%H%M%S%f}-{path.name}")


@contextmanager
def transaction(base: sqlite3.Connection) -> Iterator[None]:
    """All that is done within is there afterwards, or nothing of it."""
    base.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        base.execute("ROLLBACK")
        raise
    base.execute("COMMIT")


def _connected(file: Path) -> sqlite3.Connection:
    base = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)
    try:
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = NORMAL")  # nothing is torn; a power cut may cost the last replications
        for table in TABLES:
            base.execute(table)
    except BaseException:
        base.close()
        raise
    return base


def read_row(base: sqlite3.Connection, wanted: tuple[Any, ...]) -> Replicate | None:
    """Reads the replication of an address; a damaged one is set aside, and None."""
    found = base.execute(_READ, wanted).fetchone()
    if found is None:
        return None
    row: Row = dict(zip(COLUMNS, found, strict=True))
    try:
        return replicate_of(row, lambda listed: _names(base, listed))
    except (ValueError, KeyError, TypeError, AttributeError):
        with transaction(base):
            for listed in (row["kpi_names"], row["profile_names"]):
                with suppress(KeyError):
                    _names(base, listed)
            for move in _MOVE:
                base.execute(move, wanted)
        return None


def _names(base: sqlite3.Connection, listed: str) -> str:
    """A list of names; one that is damaged is removed, so that the next replication brings it again."""
    found = base.execute("SELECT content FROM names WHERE digest = ?", (listed,)).fetchone()
    if found is None or digest(str(found[0])) != listed:
        base.execute("DELETE FROM names WHERE digest = ?", (listed,))
        raise KeyError(listed)
    return str(found[0])
