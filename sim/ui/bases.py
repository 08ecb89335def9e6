"""Bases: the scenarios that plans start from, shipped with Wardflow or brought by the user."""

import hashlib
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from sim.scenario.library import shipped_folder
from sim.scenario.loading import Loaded, from_document
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.reading.extending import compose
from sim.scenario.reading.opening import Opened, Opener, file_content, folder_opener
from sim.scenario.reading.reading import read
from sim.scenario.reading.scalars import Refusal
from sim.study.plan import shipped

MOST_BYTES: Final = 1024 * 1024
"""A file that a user brings may be so big."""
FIRST: Final = "general_hospital.yaml"
"""The shipped file with which the screen opens."""
FIRST_VARIABLE: Final = "WARDFLOW_SCENARIO"
"""Environment variable that names another file to open with."""


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """A scenario as it stands, before anything is changed."""

    key: str
    """Tells it from the others."""
    file: str
    """Name that a plan writes behind `extends:`."""
    raw: bytes | None
    """Content of a file that is not among the shipped ones."""
    loaded: Loaded

    @property
    def name(self) -> str:
        """What the scenario is called."""
        return self.loaded.scenario.name

    def opener(self) -> Opener:
        """Finds this file and the shipped ones for a plan that extends them."""
        shipped = folder_opener(shipped_folder(), shipped_folder())

        def find(name: str, beside: Opened | None) -> Opened:
            if self.raw is not None and beside is None and name == self.file:
                return Opened(self.file, self.raw, f"brought:{self.file}")
            is_brought = beside is not None and beside.place.startswith("brought:")
            return shipped(name, None if is_brought else beside)  # type: ignore[return-value]

        return find


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of shipped scenarios."""

    file: str
    """Path below the folder of shipped scenarios."""
    name: str
    question: str

    @property
    def is_teaching(self) -> bool:
        """Whether it is a small example for teaching."""
        return self.file.startswith("teaching/")


def first_base() -> Base:
    """The scenario with which the screen opens: the general hospital, or what the environment names.

    Raises:
        ScenarioError: if the named file is wrong or not there.
    """
    named = os.environ.get(FIRST_VARIABLE)
    if not named:
        return open_shipped(FIRST)
    if not Path(named).exists() and any(name == named for name, _, _ in shipped()):
        return open_shipped(f"{named}.yaml")
    content = file_content(Path(named))
    if isinstance(content, Refusal):
        raise ScenarioError([Problem(named, 0, 0, "", content.code, content.message, content.advice)])
    return bring(Path(named).name, content)


def open_shipped(file: str) -> Base:
    """Opens a shipped scenario.

    Args:
        file: path below the folder of shipped scenarios, such as `teaching/mm1.yaml`.
    """
    return _shipped(file, (shipped_folder() / file).stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _shipped(file: str, changed: int) -> Base:
    """Opens a file again only after it was changed."""
    content = (shipped_folder() / file).read_bytes()
    opener = folder_opener((shipped_folder() / file).parent, shipped_folder())
    return Base(file, file, None, from_document(compose(read(content, file), opener)))


def bring(name: str, content: bytes) -> Base:
    """Takes a file that a user brings; it is read in memory and kept nowhere.

    Raises:
        ScenarioError: with everything that is wrong with it.
    """
    stem = re.sub(r"[^a-z0-9_-]+", "_", Path(name).stem.lower()).strip("_")[:40] or "scenario"
    file = f"{stem}.yaml"
    key = f"{file} {hashlib.sha256(content).hexdigest()[:12]}"
    opener = folder_opener(shipped_folder(), shipped_folder())
    return Base(key, file, content, from_document(compose(read(content, file), opener)))


def shipped_entries() -> tuple[Entry, ...]:
    """Lists the shipped scenarios, the one with which the screen opens first."""
    found = sorted(shipped(), key=lambda one: f"{one[0]}.yaml" != FIRST)
    return tuple(Entry(f"{file}.yaml", name, question) for file, name, question in found)


@lru_cache(maxsize=128)
def load_plan(base: Base, text: str, file: str = "plan.yaml") -> Loaded:
    """Loads a plan over a base, through the same door as the command.

    Args:
        base: what the plan extends.
        text: the plan's file.
        file: its name for messages.

    Raises:
        ScenarioError: with everything that is wrong.
    """
    return from_document(compose(read(text, file), base.opener()))
