"""Key figures of what goes wrong: interruptions, late cancellations, patients who get worse or do not come."""

from typing import Final

import numpy as np

from sim.measure.facts import Facts
from sim.measure.figures import OURS, Breakdown, Figures, Kpi, per_day, shares, spread
from sim.measure.groups import by_step, everybody, of_visits, steps_where
from sim.measure.visits import Ending
from sim.measure.window import Ints
from sim.scenario.care import Activity
from sim.scenario.pathway import Step, flatten
from sim.scenario.queueing import Queueing
from sim.scenario.scenario import Scenario

MISHAP_KPIS: Final = (
    Kpi(
        "interruptions_per_day",
        "Interruptions a day",
        "times per day",
        "lower",
        "Times in the window that a step is interrupted for somebody more urgent or at the end of a shift, or a bed "
        "closes under its patient, divided by days.",
        OURS,
    ),
    Kpi(
        "late_cancellations_per_day",
        "Cancellations a day because no time was left",
        "patients per day",
        "lower",
        "Times in the window that a step was not begun because it would not have been over before closing, divided by "
        "days.",
        "NHS England, cancelled elective operations: cancelled by the provider at the last minute",
    ),
    Kpi(
        "worsened_per_day",
        "Patients a day who get worse while waiting",
        "patients per day",
        "lower",
        "Times in the window that somebody got worse while waiting, divided by days.",
        OURS,
    ),
    Kpi(
        "missed_share",
        "Appointments missed",
        "share",
        "lower",
        "Appointments in the window to which the patient did not come, divided by all that were kept or missed in it.",
        "NHS England, outpatient activity: did not attend rate",
    ),
)


def measure_mishaps(facts: Facts) -> Figures:
    """Works out the figures that the scenario can have."""
    contested = contested_things(facts.scenario)
    late, worse, missed = (_steps_with(facts, rule) for rule in ("must_finish", "worsens_after", "missed"))
    if not (contested or late or worse or missed):
        return {}
    groups, found = of_visits(facts, everybody(facts)), Figures()
    if contested:
        steps = steps_where(facts, lambda step: not contested.isdisjoint(_things(step)))
        found |= _a_day(facts, "interruptions_per_day", Ending.INTERRUPTED, [*groups, by_step(facts, steps)])
    if late:
        found |= _a_day(facts, "late_cancellations_per_day", Ending.LATE, [*groups, by_step(facts, late)])
    if worse:
        found |= _a_day(facts, "worsened_per_day", Ending.WORSENED, [*groups, by_step(facts, worse)])
    if missed:
        found |= _missed(facts, missed, [*groups, by_step(facts, missed)])
    return found


def _steps_with(facts: Facts, rule: str) -> list[int]:
    """Steps for which a rule is declared."""
    return steps_where(facts, lambda step: bool(getattr(step, rule, None)))


def _ended(facts: Facts, *endings: Ending) -> Ints:
    """Visits that ended in the window in one of some ways."""
    visits = facts.visits
    return np.flatnonzero(np.isin(visits.ending, endings) & facts.window.holds(visits.ended_ms))


def _a_day(facts: Facts, name: str, ending: Ending, groups: list[Breakdown]) -> Figures:
    return spread(groups, _ended(facts, ending), {name: per_day(facts.window.days)})


def contested_things(scenario: Scenario) -> set[str]:
    """Names of what can be taken from a patient: for somebody more urgent, at the end of a shift, in a closing ward."""
    steps = [step for pathway in scenario.pathways.values() for step in flatten(pathway)]
    wanted = [_things(step) for step in steps if isinstance(step, Queueing) and step.preempts]
    people = {**scenario.staff, **scenario.equipment}.items()
    handed_over = {name for name, staff in people if staff.at_shift_end == "hand_over"}
    closing = {name for name, ward in scenario.wards.items() if ward.when_closing == "hand_over"}
    return handed_over.union(closing, *wanted)


def _things(step: Step) -> set[str]:
    """Names of what an activity needs, whoever does it."""
    if not isinstance(step, Activity):
        return set()
    return set(step.needs()).union(*(step.needs(other) for other in step.others))


def _missed(facts: Facts, steps: list[int], groups: list[Breakdown]) -> Figures:
    over = _ended(facts, Ending.DONE, Ending.MISSED)
    over = over[np.isin(facts.visits.step[over], steps)]
    return spread(groups, over, {"missed_share": shares(facts.visits.ending[over] == Ending.MISSED)})
