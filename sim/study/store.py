"""The store: finished replications on disk, so that what was computed once need not be computed again."""

import hashlib
import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.measure.figures import KpiKey
from sim.study.files import write_whole
from sim.study.provenance import code, version
from sim.study.replication import Job, Replicate

FORMAT: Final = 1
"""Version of the records; others are taken as absent."""
FOLDER_VARIABLE: Final = "WARDFLOW_CACHE"
"""Environment variable that names the folder."""


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
    """Finished replications in a folder, one file each, named by all that decides their figures.

    A file appears whole or not at all, and carries a checksum; one that does not fit its checksum is set aside, never
    read. Several programs may use a store at once. A store that cannot be written keeps nothing, and nothing fails.
    """

    folder: Path
    """Where the files are; made when first needed."""

    def read(self, job: Job) -> Replicate | None:
        """Looks a replication up.

        Returns:
            The replication without log and patients, or None if it is not there or damaged.
        """
        path = self.path(job)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        try:
            return _replicate(_checked(content), job)
        except (ValueError, KeyError, TypeError):
            self._set_aside(path)
            return None

    def write(self, job: Job, replicate: Replicate) -> bool:
        """Keeps a replication.

        Returns:
            Whether it was kept; False if the folder cannot be written or the disk is full.
        """
        record = _record(replicate)
        content = _dump({"checksum": _checksum(record), "record": record})
        try:
            write_whole(self.path(job), lambda path: path.write_text(content, encoding="utf-8"))
        except OSError:
            return False
        return True

    def path(self, job: Job) -> Path:
        """File of a replication."""
        fingerprint = job.scenario.fingerprint()
        made_by = f"{version()}-{code()[:16]}-{FORMAT}"
        return self.folder / made_by / fingerprint / str(job.seed) / f"{job.replication}.json"

    def _set_aside(self, path: Path) -> None:
        """Moves a damaged file to `damaged/`, where it can be looked at."""
        name = "-".join(path.relative_to(self.folder).parts[1:])
        with suppress(OSError):
            (self.folder / "damaged").mkdir(exist_ok=True)
            path.replace(self.folder / "damaged" / name)


def _record(replicate: Replicate) -> dict[str, Any]:
    """A replication as JSON values; Python writes and reads floating-point numbers without loss."""
    return {
        "format": FORMAT,
        "replication": replicate.replication,
        "kpis": [[*key, value] for key, value in replicate.kpis.items()],
        "profiles": [[*key, profile.tolist()] for key, profile in replicate.profiles.items()],
        "digest": replicate.digest,
        "breaches": list(replicate.breaches),
        "patients": replicate.patients,
        "events": replicate.events,
        "seconds": replicate.seconds,
    }


def _replicate(record: dict[str, Any], job: Job) -> Replicate:
    if record["format"] != FORMAT or record["replication"] != job.replication:
        raise ValueError("a record of another replication")
    kpis: dict[KpiKey, float] = {(kpi, scope): float(value) for kpi, scope, value in record["kpis"]}
    profiles = {(kpi, scope): np.array(values, np.float64) for kpi, scope, values in record["profiles"]}
    return Replicate(
        replication=job.replication,
        kpis=kpis,
        profiles=profiles,
        digest=str(record["digest"]),
        breaches=tuple(record["breaches"]),
        patients=int(record["patients"]),
        events=int(record["events"]),
        seconds=float(record["seconds"]),
    )


def _checked(content: bytes) -> dict[str, Any]:
    found = json.loads(content)
    record: dict[str, Any] = found["record"]
    if found["checksum"] != _checksum(record):
        raise ValueError("the checksum does not fit")
    return record


def _checksum(record: dict[str, Any]) -> str:
    return hashlib.sha256(_dump(record).encode()).hexdigest()


def _dump(content: dict[str, Any]) -> str:
    """JSON with NaN and Infinity as Python writes them: only this file reads it."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"))
