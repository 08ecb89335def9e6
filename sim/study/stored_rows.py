"""Stored rows: a replication as a row of the database and back, to the last bit."""

import datetime
import hashlib
import json
import platform
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.measure.figures import KpiKey
from sim.study.provenance import ENGINE, code, version
from sim.study.replication import Job, Replicate

ADDRESS: Final = ("fingerprint", "version", "code", "engine", "seed", "replication")
"""What decides the figures of a replication; no two rows have the same."""
COLUMNS: Final = (
    *ADDRESS,
    *("finished", "executor", "machine", "seconds", "digest", "patients", "events", "breaches"),
    *("kpi_names", "kpis", "profile_names", "profiles", "checksum"),
)
Row = Mapping[str, Any]
_FLOAT: Final = np.dtype("<f8")


def address(job: Job) -> tuple[Any, ...]:
    """Where a replication stands; in the order of ADDRESS."""
    return job.scenario.fingerprint(), version(), code()[:16], ENGINE, job.seed, job.replication


def names_of(replicate: Replicate) -> tuple[str, str]:
    """Names of the key figures and of the profiles, as texts that replications of a scenario share."""
    profiles = [[*key, row.size] for key, row in replicate.profiles.items()]
    return _dump([list(key) for key in replicate.kpis]), _dump(profiles)


def row_of(job: Job, replicate: Replicate, executor: str) -> dict[str, Any]:
    """A replication as a row, in the order of COLUMNS; figures are 64-bit numbers, the smallest byte first."""
    kpi_names, profile_names = names_of(replicate)
    profiles = [np.asarray(row, _FLOAT) for row in replicate.profiles.values()]
    values: tuple[Any, ...] = (
        *(*address(job), datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"), executor),
        *(platform.machine(), replicate.seconds, replicate.digest, replicate.patients, replicate.events),
        *(_dump(list(replicate.breaches)), digest(kpi_names)),
        np.array(list(replicate.kpis.values()), _FLOAT).tobytes(),
        *(digest(profile_names), b"".join(row.tobytes() for row in profiles)),
    )
    row = dict(zip(COLUMNS[:-1], values, strict=True))
    return row | {"checksum": _checksum(row)}


def replicate_of(row: Row, names: Callable[[str], str]) -> Replicate:
    """A row as a replication, without log and patients.

    Args:
        row: by column.
        names: gives the text of a list of names by its digest.

    Raises:
        ValueError: if it does not fit its checksum.
        KeyError: if names are missing.
        TypeError: if something is no text, number or block.
    """
    if row["checksum"] != _checksum(row):
        raise ValueError("the checksum does not fit")
    kpi_names, profile_names = (_listed(names(row[name])) for name in ("kpi_names", "profile_names"))
    kpis = np.frombuffer(row["kpis"], _FLOAT).tolist()
    return Replicate(
        replication=row["replication"],
        kpis={(kpi, scope): value for (kpi, scope), value in zip(kpi_names, kpis, strict=True)},
        profiles=_profiles(profile_names, np.frombuffer(row["profiles"], _FLOAT)),
        digest=row["digest"],
        breaches=tuple(json.loads(row["breaches"])),
        patients=row["patients"],
        events=row["events"],
        seconds=row["seconds"],
    )


@lru_cache(maxsize=16)
def _listed(names: str) -> Any:
    """A list of names, which the replications of a scenario share; nobody changes it."""
    return json.loads(names)


def _profiles(names: list[tuple[str, str, int]], values: NDArray[np.float64]) -> dict[KpiKey, NDArray[np.float64]]:
    ends = np.cumsum([size for _, _, size in names]).tolist()
    if values.size != (ends[-1] if ends else 0):
        raise ValueError("profiles of other lengths")
    parts = np.split(values.astype(np.float64), ends[:-1]) if ends else []
    return {(kpi, scope): part for (kpi, scope, _), part in zip(names, parts, strict=True)}


def digest(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _checksum(row: Row) -> str:
    """SHA-256 over all that a row tells."""
    found = hashlib.sha256()
    for name in COLUMNS[:-1]:
        value = row[name]
        content = value if isinstance(value, bytes) else repr(value).encode()
        found.update(f"{name}:{len(content)}:".encode() + content)
    return found.hexdigest()


def _dump(content: Any) -> str:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False)
