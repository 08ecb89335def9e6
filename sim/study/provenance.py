"""Provenance: which code, of which version, computed a result."""

import hashlib
import platform
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parents[1]
PARTS: Final = ("clock.py", "scenario", "demand", "engine", "measure", "study/replication.py")
"""What decides the figures of a replication, under the package's folder."""
LIBRARIES: Final = ("numpy", "scipy", "simpy")
"""Packages on which the figures depend."""
UNKNOWN: Final = "unknown"
ENGINE: Final = "reference"
"""Name of the engine, in results and in the store."""


@cache
def version() -> str:
    """Version of Wardflow, or `unknown` if it is not installed."""
    return _installed("wardflow")


@cache
def code() -> str:
    """SHA-256 of the code that decides the figures of a replication, and of the versions of what it stands on.

    A stored result is used again only by the same code, so that a change of a formula never shows yesterday's figures.
    """
    content = hashlib.sha256()
    for file in sources():
        content.update(f"{file.relative_to(PACKAGE).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    content.update(repr(sorted(libraries().items())).encode())
    return content.hexdigest()


def sources(parts: Sequence[str] = PARTS) -> list[Path]:
    """Files of some parts of the package, each part in order of names."""
    paths = [PACKAGE / part for part in parts]
    return [file for path in paths for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]


def libraries() -> dict[str, str]:
    """Versions of Python and of the packages on which the figures depend, by name."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python} | {name: _installed(name) for name in LIBRARIES}


def _installed(name: str) -> str:
    try:
        return installed_version(name)
    except PackageNotFoundError:
        return UNKNOWN
