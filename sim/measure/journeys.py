"""Journeys: the moments that matter of each patient's way through the hospital."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.demand.fates import Fates
from sim.engine.eventlog import NOTHING, Event
from sim.engine.program import Program
from sim.engine.stories import Stories
from sim.measure.visits import NEVER, Ending, Visits
from sim.measure.window import Flags, Ints
from sim.scenario.care import Activity, Enter
from sim.scenario.pathway import Step, flatten
from sim.scenario.queueing import OUTCOMES
from sim.scenario.routes import reachable
from sim.scenario.scenario import Scenario

GENERAL_AND_ACUTE: Final = ("ward", "assessment")
"""Kinds of wards whose beds count as general and acute."""
INPATIENT: Final = (*GENERAL_AND_ACUTE, "same_day", "children", "critical_care")
"""Kinds of wards that make a patient an inpatient."""
INSIDE_ED: Final = ("ed", "chairs")
"""Kinds of wards in which a patient is still in the emergency department."""
_ED_MEANINGS: Final = ("triage", "first_clinician")


@dataclass(frozen=True, slots=True)
class Journeys:
    """One entry a patient, in the order of the fates; moments in milliseconds, -1 for what has not happened."""

    is_ed: Flags
    """Whether the patient belongs to a class that comes to the emergency department."""
    arrival_ms: Ints
    triage_ms: Ints
    """First start of a step that counts as triage."""
    clinician_ms: Ints
    """First start of a step that counts as first clinician."""
    treated_ms: Ints
    """First start of a step that counts as treatment."""
    decided_ms: Ints
    """First `decide to admit`."""
    ed_departure_ms: Ints
    """First place outside the department (ward kinds other than ed and chairs), else leaving; -1 if of no ED class."""
    bed_ms: Ints
    """First bed of an inpatient ward (see `INPATIENT`)."""
    bed_ward: NDArray[np.int16]
    """Resource number of that ward; -1 if there was none."""
    ready_ms: Ints
    """First `ready`: nothing but delays keeps the patient."""
    left_ms: Ints
    outcome: NDArray[np.int8]
    """Position in `OUTCOMES`; -1 if still inside."""
    was_outlier: Flags
    """Whether the patient was ever placed in another inpatient ward than the step's own."""

    def ed_left_by(self, moment: int) -> Flags:
        """Patients of ED classes who have departed when a moment is over."""
        gone: Flags = (self.ed_departure_ms != NEVER) & (self.ed_departure_ms <= moment)
        return gone


def steps_of_class(scenario: Scenario, name: str) -> list[Step]:
    """Steps to which patients of a class can come."""
    return [
        step
        for pathway in sorted(reachable(scenario, scenario.patients[name].pathway))
        for step in flatten(scenario.pathways[pathway])
    ]


def ed_classes(scenario: Scenario) -> tuple[str, ...]:
    """Classes that come to the emergency department.

    Those who come to a ward of kind ed; or to triage or a first clinician, if they are on no waiting list (come to no
    step that counts as treatment), whose referrals are triaged too.
    """
    return tuple(name for name in sorted(scenario.patients) if _is_emergency(scenario, name))


def _is_emergency(scenario: Scenario, name: str) -> bool:
    steps = steps_of_class(scenario, name)
    meanings = {step.counts_as for step in steps if isinstance(step, Activity)}
    in_department = any(isinstance(step, Enter) and scenario.wards[step.ward].kind == "ed" for step in steps)
    return in_department or ("treatment" not in meanings and not meanings.isdisjoint(_ED_MEANINGS))


def ward_numbers(scenario: Scenario, kinds: tuple[str, ...]) -> list[int]:
    """Resource numbers of the wards of some kinds."""
    return [
        number
        for number, name in enumerate(scenario.resources)
        if name in scenario.wards and scenario.wards[name].kind in kinds
    ]


def is_outlier(visits: Visits, scenario: Scenario) -> Flags:
    """Visits whose patients got a bed in another inpatient ward than the step's own.

    Wards that the step itself names one after the other without any condition are as good as its own; to a ward that
    is named by the own ward for when that is full, patients go as outliers.
    """
    inpatient = _flags(len(scenario.resources), ward_numbers(scenario, INPATIENT))
    elsewhere: Flags = (visits.started_ms != NEVER) & (visits.resource != visits.wanted) & inpatient[visits.resource]
    when_full = np.zeros((len(scenario.resources) + 1,) * 2, np.bool_)
    numbers = {name: number for number, name in enumerate(scenario.resources)}
    for name, ward in scenario.wards.items():
        for other in ward.if_full:
            if not other.after and other.stay == 1.0 and not other.return_when_free:
                when_full[numbers[name], numbers[other.use]] = True
    return elsewhere & ~(visits.alike & ~when_full[visits.wanted, visits.resource])


def _flags(size: int, numbers: list[int]) -> Flags:
    """True for some numbers; the entry for -1 (no resource, no step), which stands last, is False."""
    flags = np.zeros(size + 1, np.bool_)
    flags[numbers] = True
    return flags


@dataclass(frozen=True, slots=True)
class _Firsts:
    """Finds the first time of something for each patient."""

    patients: int

    def of(self, patient: NDArray[np.int32], values: NDArray[np.integer]) -> Ints:
        """First of each patient's values, which stand in order of patients and time; -1 for patients without."""
        found = np.full(self.patients, NEVER, np.int64)
        first = np.append(True, patient[1:] != patient[:-1])[: len(patient)]
        found[patient[first]] = values[first]
        return found


def journeys(scenario: Scenario, program: Program, fates: Fates, stories: Stories, visits: Visits) -> Journeys:
    """Derives the journeys of a log that keeps the invariants."""
    first = _Firsts(len(fates.arrival_ms))
    classes = np.isin(sorted(scenario.patients), ed_classes(scenario))
    is_ed = classes[fates.stream]
    leaves = stories.of(Event.LEAVE)
    outcomes = np.array([OUTCOMES.index(step.outcome) if step.outcome else NEVER for step in program.steps], np.int64)
    left_ms = first.of(stories.patient[leaves], stories.time_ms[leaves])
    placed = np.flatnonzero((visits.resource != NOTHING) & (np.append(program.is_place, 0)[visits.resource] == 1))
    patient, since, ward = visits.patient[placed], visits.started_ms[placed], visits.resource[placed]
    outside = ~_flags(len(program.resources), ward_numbers(scenario, INSIDE_ED))[ward]
    inpatient = _flags(len(program.resources), ward_numbers(scenario, INPATIENT))[ward]
    moved_ms = first.of(patient[outside], since[outside])
    departure_ms = np.where(moved_ms != NEVER, moved_ms, left_ms)
    was_outlier = np.zeros(len(is_ed), np.bool_)
    was_outlier[visits.patient[is_outlier(visits, scenario)]] = True
    return Journeys(
        is_ed=is_ed,
        arrival_ms=fates.arrival_ms,
        triage_ms=_first_start(first, program, visits, "triage"),
        clinician_ms=_first_start(first, program, visits, "first_clinician"),
        treated_ms=_first_start(first, program, visits, "treatment"),
        decided_ms=_first_mark(first, program, stories, "decided_to_admit"),
        ed_departure_ms=np.where(is_ed, departure_ms, NEVER),
        bed_ms=first.of(patient[inpatient], since[inpatient]),
        bed_ward=first.of(patient[inpatient], ward[inpatient]).astype(np.int16),
        ready_ms=_first_mark(first, program, stories, "ready"),
        left_ms=left_ms,
        outcome=first.of(stories.patient[leaves], outcomes[stories.step[leaves]]).astype(np.int8),
        was_outlier=was_outlier,
    )


def _first_start(first: _Firsts, program: Program, visits: Visits, meaning: str) -> Ints:
    counts = np.array([step.meaning == meaning for step in program.steps], np.bool_)
    came = (visits.started_ms != NEVER) & (visits.ending != Ending.MISSED)
    at = np.flatnonzero(counts[visits.step] & came)
    return first.of(visits.patient[at], visits.started_ms[at])


def _first_mark(first: _Firsts, program: Program, stories: Stories, milestone: str) -> Ints:
    marks = stories.of(Event.MARK)
    counts = np.array([step.milestone == milestone for step in program.steps], np.bool_)
    at = marks[counts[stories.step[marks]]]
    return first.of(stories.patient[at], stories.time_ms[at])
