"""Facts: everything derived from the log of one replication that key figures and profiles are worked out from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim import clock
from sim.demand.fates import Fates
from sim.engine.eventlog import EventLog
from sim.engine.program import Program
from sim.engine.stories import Needs, needs, spells, tell
from sim.measure.admissions import Admissions, admissions
from sim.measure.figures import WHOLE, Breakdown
from sim.measure.journeys import Journeys, ed_classes, journeys, ward_numbers
from sim.measure.occupancy import Level, Occupancy, occupancy, together
from sim.measure.visits import Visits, visits
from sim.measure.window import Ints, Window
from sim.scenario.scenario import Scenario

EIGHT: Final = 8 * clock.HOUR
"""Time of day of the morning census."""
MIDNIGHT: Final = 0
"""Time of day of the midnight census."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One replication, derived."""

    scenario: Scenario
    program: Program
    fates: Fates
    window: Window
    needs: Needs
    visits: Visits
    journeys: Journeys
    admissions: Admissions
    occupancy: Occupancy
    end_ms: int
    """End of the log; what is open then lasted at least until then."""
    ed_classes: tuple[str, ...]
    """Classes that come to the emergency department."""

    @property
    def classes(self) -> list[str]:
        """Names of the patient classes, in order of their numbers in the fates."""
        return sorted(self.scenario.patients)

    def until(self, moments: Ints) -> Ints:
        """Moments, with the end of the log for what has not happened by then."""
        return np.where(moments < 0, self.end_ms, moments)

    def wards(self, *kinds: str) -> list[int]:
        """Resource numbers of the wards of some kinds."""
        return ward_numbers(self.scenario, kinds)

    def scope(self, resource: int) -> str:
        """Scope of a resource: `ward:`, `staff:`, `equipment:`, `slots:` or `supplies:` and its name."""
        name, scenario = self.program.resources[resource], self.scenario
        if name in scenario.wards:
            return f"ward:{name}"
        if name in scenario.staff:
            return f"staff:{name}"
        used_up = "slots" if name in scenario.slots else "supplies" if name in scenario.supplies else ""
        return f"{used_up or 'equipment'}:{name}"

    def step_scope(self, step: int) -> str:
        """Scope of a step: `step:` with its pathway and name."""
        info = self.program.steps[step]
        return f"step:{info.pathway}/{info.name}"

    def queue_steps(self) -> list[int]:
        """Numbers of the steps at which patients can wait for something."""
        return np.flatnonzero(self.needs.first >= 0).tolist()

    def in_use(self, resources: list[int]) -> Level:
        """Units in use of several resources together."""
        return together([self.occupancy.in_use[resource] for resource in resources])

    def open(self, resources: list[int]) -> Level:
        """Units open of several resources together."""
        return together([self.occupancy.open[resource] for resource in resources])

    def whole(self) -> Breakdown:
        """All patients together."""
        return Breakdown((WHOLE,), np.zeros(len(self.fates.stream), np.int64))

    def by_class(self, classes: Iterable[str]) -> Breakdown:
        """Patients of some classes, each class apart."""
        chosen = list(classes)
        numbers = np.array([chosen.index(name) if name in chosen else -1 for name in self.classes], np.int64)
        return Breakdown(tuple(f"class:{name}" for name in chosen), numbers[self.fates.stream])

    def by_attributes(self, classes: Iterable[str]) -> list[Breakdown]:
        """Patients of some classes by the levels of each attribute that one of the classes has."""
        found: dict[str, set[str]] = {}
        for name in classes:
            for attribute in self.scenario.patients[name].attributes:
                found.setdefault(attribute, set()).update(self.scenario.patients[name].levels(attribute))
        return [self._by_attribute(attribute, sorted(levels)) for attribute, levels in sorted(found.items())]

    def _by_attribute(self, attribute: str, levels: list[str]) -> Breakdown:
        numbers = [levels.index(level) if level in levels else -1 for level in self.fates.levels[attribute]]
        codes = np.array([*numbers, -1], np.int64)[self.fates.attributes[attribute]]
        return Breakdown(tuple(f"{attribute}:{level}" for level in levels), codes)


def gather(scenario: Scenario, program: Program, fates: Fates, log: EventLog, window: Window) -> Facts:
    """Derives the facts of a log that keeps the invariants."""
    stories, needed = tell(log), needs(program)
    seen = visits(stories, spells(stories, needed), needed, fates.waited_ms)
    went = journeys(scenario, program, fates, stories, seen)
    return Facts(
        scenario=scenario,
        program=program,
        fates=fates,
        window=window,
        needs=needed,
        visits=seen,
        journeys=went,
        admissions=admissions(scenario, program, stories, seen, went),
        occupancy=occupancy(program, log, needed, stories),
        end_ms=log.horizon_ms,
        ed_classes=ed_classes(scenario),
    )
