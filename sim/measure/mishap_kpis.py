"""Key figures of what goes wrong: interruptions, late cancellations, patients who get worse or do not come."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import clock
from sim.measure.facts import Facts
from sim.measure.figures import OURS, Breakdown, Figures, Kpi, per_day, shares, spread
from sim.measure.groups import by_step, everybody, of_visits, steps_where
from sim.measure.visits import NEVER, Ending
from sim.measure.window import Ints
from sim.scenario.care import Activity
from sim.scenario.pathway import Step, flatten
from sim.scenario.queueing import Queueing
from sim.scenario.routes import reachable
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
        "late_cancellations_share",
        "Cancellations because no time was left, of all planned",
        "share",
        "lower",
        "Times in the window that a step was not begun because it would not have been over before closing, divided by "
        "these and the times that it was begun.",
        "NHS England, cancelled elective operations: cancelled by the provider at the last minute",
    ),
    Kpi(
        "not_treated_in_28_days",
        "Cancelled and not treated within 28 days",
        "share",
        "lower",
        "Last-minute cancellations whose 28 days end in the window and after which the patient has not begun such a "
        "step by then, divided by all whose 28 days end in it; where a patient who is cancelled can come again.",
        "NHS Standard Contract and Handbook to the NHS Constitution, cancelled operations: 28 days",
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


DAYS_28: Final = 28 * clock.DAY
_NEVER: Final = np.iinfo(np.int64).max
"""After everything."""


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
        found |= _cancelled(facts, late, [*groups, by_step(facts, late)])
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


def _cancelled(facts: Facts, steps: list[int], groups: list[Breakdown]) -> Figures:
    """Last-minute cancellations, and whether who can come again does so within 28 days."""
    found = _a_day(facts, "late_cancellations_per_day", Ending.LATE, groups)
    visits, window = facts.visits, facts.window
    here = np.isin(visits.step, steps)
    begun = here & window.holds(visits.started_ms) & ~visits.resumed
    ended = np.flatnonzero(begun | (here & (visits.ending == Ending.LATE) & window.holds(visits.ended_ms)))
    is_late = visits.ending[ended] == Ending.LATE
    found |= spread(groups, ended, {"late_cancellations_share": shares(is_late)})
    again = [step for step in steps if _can_come_again(facts.scenario, facts.program.steps[step].pathway)]
    late = np.flatnonzero(here & (visits.ending == Ending.LATE) & np.isin(visits.step, again))
    if not again:
        return found
    limit = visits.ended_ms[late] + DAYS_28
    late, limit = late[window.holds(limit)], limit[window.holds(limit)]
    done = np.flatnonzero(here & (visits.started_ms != NEVER))
    next_ms = _next(visits.patient[done], visits.started_ms[done], visits.patient[late], visits.ended_ms[late])
    return found | spread(groups, late, {"not_treated_in_28_days": shares(next_ms > limit)})


def _can_come_again(scenario: Scenario, pathway: str) -> bool:
    """Whether a step of a pathway that must finish sends who is too late to a pathway from which they can come back."""
    exits = {
        step.if_no_time
        for step in flatten(scenario.pathways[pathway])
        if isinstance(step, Activity) and step.must_finish and step.if_no_time in scenario.pathways
    }
    return any(pathway in reachable(scenario, str(other)) for other in exits)


def _next(patient: NDArray[np.int32], moments: Ints, who: NDArray[np.int32], since: Ints) -> Ints:
    """First of each patient's moments from some moment on; after everything if there is none.

    >>> _next(np.array([0, 0, 1]), np.array([9, 5, 3]), np.array([0, 1]), np.array([6, 2])).tolist()
    [9, 3]
    """
    span = 1 + int(max(moments.max(initial=0), since.max(initial=0)))
    keys = np.append(np.sort(patient.astype(np.int64) * span + moments), _NEVER)
    wanted = who.astype(np.int64) * span + since
    found = keys[np.searchsorted(keys, wanted)]
    return np.where(found // span == who, found % span, _NEVER)


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
