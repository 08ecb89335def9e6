"""Admissions: from a patient's first inpatient bed until they give up their last place."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.engine.eventlog import NOTHING, Event
from sim.engine.program import Program
from sim.engine.stories import Stories
from sim.measure.journeys import INPATIENT, Journeys, ward_numbers
from sim.measure.visits import NEVER, Visits
from sim.measure.window import Flags, Ints
from sim.scenario.queueing import OUTCOMES
from sim.scenario.scenario import Scenario

_ALIVE: Final = tuple(OUTCOMES.index(outcome) for outcome in ("discharged", "transferred"))


@dataclass(frozen=True, slots=True)
class Admissions:
    """One entry for each time that a patient is admitted, by patient and then by time.

    Somebody who moves from bed to bed in one instant, or to another place such as a discharge lounge, is still
    admitted, and so is who has lost a bed that closed and waits for another. Who gives up their place without taking
    another is no longer admitted; a later bed is a new admission.
    """

    patient: Ints
    since_ms: Ints
    """When the first inpatient bed was taken."""
    ward: NDArray[np.int16]
    """Resource number of its ward."""
    until_ms: Ints
    """When the last place was given up; -1 if never."""
    ready_ms: Ints
    """First `ready` in it; -1 if there was none."""
    is_known: Flags
    """Whether it began in the run; false for those who lie in a bed when the run begins."""
    is_discharge: Flags
    """Whether it ended, and not by death or by leaving in another way than discharged or transferred."""
    of_visit: Ints
    """Number of the admission to which each visit of a place belongs; -1 for visits outside, and for all others."""


def admissions(
    scenario: Scenario, program: Program, stories: Stories, visits: Visits, journeys: Journeys
) -> Admissions:
    """Derives the admissions of a log that keeps the invariants."""
    placed = np.flatnonzero((visits.resource != NOTHING) & (np.append(program.is_place, 0)[visits.resource] == 1))
    bounds = np.append(np.flatnonzero(~_goes_on(visits, placed)), len(placed))
    inpatient = np.isin(visits.resource[placed], ward_numbers(scenario, INPATIENT))
    beds = np.flatnonzero(inpatient)
    spells, first = np.unique(np.searchsorted(bounds, beds, side="right") - 1, return_index=True)
    begins, ends = beds[first], bounds[spells + 1]
    of_visit = np.full(len(visits), NOTHING, np.int64)
    of_visit[placed[_ranges(begins, ends)]] = np.repeat(np.arange(len(begins)), ends - begins)
    patient = visits.patient[placed[begins]].astype(np.int64)
    since, until = visits.started_ms[placed[begins]], visits.ended_ms[placed[ends - 1]]
    in_another_way = (until == journeys.left_ms[patient]) & ~np.isin(journeys.outcome[patient], _ALIVE)
    return Admissions(
        patient=patient,
        since_ms=since,
        ward=visits.resource[placed[begins]],
        until_ms=until,
        ready_ms=_ready(program, stories, patient, since, until),
        is_known=~_from_the_start(scenario, program, visits)[placed[begins]],
        is_discharge=(until != NEVER) & ~in_another_way,
        of_visit=of_visit,
    )


def _goes_on(visits: Visits, placed: Ints) -> Flags:
    """Visits of places that go on from the one before: taken as it was given up, or instead of a bed that closed."""
    here, before = placed[1:], placed[:-1]
    at_once = visits.started_ms[here] == visits.ended_ms[before]
    same = visits.patient[here] == visits.patient[before]
    return np.append(False, same & (at_once | visits.resumed[here]))[: len(placed)]


def _ready(program: Program, stories: Stories, patient: Ints, since: Ints, until: Ints) -> Ints:
    """First `ready` of some patients between two moments; the second may never come."""
    marks = stories.of(Event.MARK)
    marks = marks[np.array([step.milestone == "ready" for step in program.steps])[stories.step[marks]]]
    apart = 1 + int(stories.time_ms.max(initial=0))
    told = np.append(stories.patient[marks].astype(np.int64) * apart + stories.time_ms[marks], np.iinfo(np.int64).max)
    ready = told[np.searchsorted(told, patient * apart + since)] - patient * apart
    is_within = (ready < apart) & ((until == NEVER) | (ready <= until))
    return np.where(is_within, ready, NEVER)


def _ranges(begins: Ints, ends: Ints) -> Ints:
    """All numbers of some ranges, one after the other."""
    sizes = ends - begins
    first: Ints = np.repeat(begins - np.cumsum(sizes) + sizes, sizes)
    return first + np.arange(len(first))


def _from_the_start(scenario: Scenario, program: Program, visits: Visits) -> Flags:
    """Visits of the beds in which patients lie when the run begins, which have steps of their own."""
    names = {(start.pathway, f"start {name}") for name, start in scenario.start.items() if start.ward is not None}
    steps = np.array([(step.pathway, step.name) in names for step in program.steps], np.bool_)
    found: Flags = steps[visits.step] & (visits.started_ms == 0)
    return found
