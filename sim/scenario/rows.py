"""Rows: what a file of recorded arrivals tells about each patient."""

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

EPOCH: Final = datetime.date(1970, 1, 1)
"""Midnight from which the moments of a file are counted."""
ENDING: Final = ".csv"
ARRIVED: Final = "arrived"
"""Column with the moments of arrival."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a file of recorded arrivals tells, one entry for each patient, in the order of the file.

    Attributes:
        file: name of the file as people know it.
        moment_ms: when they came, in milliseconds since the beginning of 1970, in plain local hours.
        levels: their levels by attribute.
        digest: SHA-256 of moments and levels.
    """

    file: str
    moment_ms: tuple[int, ...]
    levels: Mapping[str, tuple[str, ...]]
    digest: str

    @classmethod
    def of(cls, file: str, moments: tuple[int, ...], levels: Mapping[str, tuple[str, ...]]) -> Self:
        """Puts together what was read, with its digest."""
        content = json.dumps([moments, sorted(levels.items())], separators=(",", ":"))
        return cls(file, moments, levels, hashlib.sha256(content.encode()).hexdigest())
