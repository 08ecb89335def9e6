"""A subject: the scenario that a sheet describes, with what it extends and what will be measured of it."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.measure.figures import KpiKey
from sim.report.document import Block, Line
from sim.scenario.loading import Loaded
from sim.scenario.scenario import Scenario
from sim.scenario.telling.names import Names, names_of
from sim.study.figures import figures_of
from sim.study.provenance import libraries, version


@dataclass(frozen=True, slots=True)
class Machine:
    """What a sheet says about software and machine."""

    software: str
    system: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What the items of a sheet are filled from."""

    loaded: Loaded
    ancestors: tuple[Loaded, ...]
    """What it extends, and what that extends, up to the base."""
    figures: tuple[KpiKey, ...]
    """Key figures that the scenario has."""
    names: Names
    machine: Machine

    @property
    def scenario(self) -> Scenario:
        """What is declared, as records."""
        return self.loaded.scenario

    @property
    def data(self) -> dict[str, Any]:
        """What is declared, as plain values of the file with all that it extends."""
        return self.loaded.document.data

    def members(self, section: str) -> dict[str, Any]:
        """Members of a section by name; none if the file does not have it."""
        found = self.data.get(section)
        return found if isinstance(found, dict) else {}

    def title(self, section: str, name: str) -> str:
        """What people call a member, with a capital letter."""
        called = self.names.thing(section, name)
        return f"{called[:1].upper()}{called[1:]}"


def subject_of(lineage: Sequence[Loaded], machine: Machine | None = None) -> Subject:
    """Gathers what a sheet is filled from.

    Args:
        lineage: the scenario, then what it extends, up to the base, as `ancestry` gives them.
        machine: what to say about software and machine; those on which this runs if not given.
    """
    loaded, *ancestors = lineage
    names = names_of(loaded.document.data)
    return Subject(loaded, tuple(ancestors), figures_of(loaded.scenario), names, machine or this_machine())


def this_machine() -> Machine:
    """Software and machine on which this runs."""
    told = ", ".join(f"{_cased(name)} {number}" for name, number in libraries().items())
    return Machine(
        f"Wardflow {version()}; {told}.",
        f"This sheet was written on {platform.system()} {platform.machine()}, Python {platform.python_version()}.",
    )


def any_machine() -> Machine:
    """The same for a page that is not about one machine."""
    return Machine(
        "Wardflow on Python 3.11 or later with NumPy, SciPy and SimPy; requirements/run.txt has the exact versions.",
        "Any machine with Python 3.11 or later; nothing of a graphics card, and no connection to others, is needed.",
    )


def _cased(name: str) -> str:
    return {"python": "Python", "numpy": "NumPy", "scipy": "SciPy", "simpy": "SimPy"}.get(name, name)


def unsaid(what: str, default: str) -> Block:
    """Says that a file does not tell something, and what holds then.

    >>> unsaid("who stops waiting", "everybody waits").text
    'The file does not say who stops waiting: everybody waits.'
    """
    return Line(f"The file does not say {what}: {default}.")
