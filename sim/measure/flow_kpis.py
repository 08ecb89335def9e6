"""Key figures of patients as such, of waits and queues, and of staff and equipment."""

from typing import Final

import numpy as np

from sim import clock
from sim.engine.program import Op
from sim.measure.facts import Facts
from sim.measure.figures import (
    OURS,
    WHOLE,
    Breakdown,
    Figures,
    Kpi,
    largest,
    means,
    minutes,
    per_day,
    pooled,
    quantiles,
    shares,
    spread,
)
from sim.measure.occupancy import present
from sim.measure.visits import NEVER, Ending
from sim.measure.window import Flags
from sim.scenario.pathway import OUTCOMES

_SERVED: Final = "of services started in the window, those served at once included"
_LEAVERS: Final = "divided by all patients who leave in the window."

FLOW_KPIS: Final = (
    Kpi(
        "arrivals_per_day",
        "Patients who come a day",
        "patients per day",
        "neither",
        "Arrivals in the window divided by days.",
        OURS,
    ),
    Kpi(
        "inside_mean",
        "Patients inside",
        "patients",
        "neither",
        "Time-weighted mean number of patients who have come and not left.",
        OURS,
    ),
    Kpi(
        "time_inside_mean",
        "Mean time from arrival to leaving",
        "min",
        "lower",
        "Mean time from arrival to leaving, of patients who leave in the window.",
        OURS,
    ),
    Kpi(
        "still_inside_share",
        "Patients who came and are still inside",
        "share",
        "lower",
        "Patients who came in the window and are inside when it ends, divided by those who came in it. Where it is "
        "large, times of those who left are too short a picture.",
        OURS,
    ),
    Kpi(
        "outcome_share",
        "Patients who leave with an outcome",
        "share",
        "neither",
        f"Patients who leave in the window with the outcome, {_LEAVERS}",
        OURS,
    ),
    Kpi(
        "died_share",
        "Patients who die",
        "share",
        "neither",
        f"Patients who die in the window, {_LEAVERS} A fixed share of the pathway, so no measure of safety.",
        OURS,
    ),
    Kpi(
        "cancelled_share",
        "Patients who are cancelled",
        "share",
        "lower",
        f"Patients who leave in the window cancelled, {_LEAVERS}",
        OURS,
    ),
    Kpi(
        "refused_share",
        "Requests refused because nothing was free",
        "share",
        "lower",
        "Requests in the window that were refused, divided by all in the window at steps where nobody may wait.",
        OURS,
    ),
    Kpi(
        "balked_share",
        "Requests turned away because the queue was too long",
        "share",
        "lower",
        "Requests in the window that were turned away, divided by all in the window at steps with a queue limit.",
        OURS,
    ),
    Kpi("wait_mean", "Mean wait", "min", "lower", f"Mean time from queueing to start, {_SERVED}.", OURS),
    Kpi(
        "wait_p95",
        "Wait that 95 % do not exceed",
        "min",
        "lower",
        f"95th percentile of the time from queueing to start, {_SERVED}.",
        OURS,
    ),
    Kpi(
        "wait_longest",
        "Longest wait",
        "min",
        "lower",
        "Longest time from queueing to start of services started in the window, or so far for those who wait when it "
        "ends.",
        OURS,
    ),
    Kpi(
        "queue_mean",
        "Patients waiting",
        "patients",
        "lower",
        "Time-weighted mean number of patients who wait at the step.",
        OURS,
    ),
    Kpi(
        "utilisation",
        "Utilisation",
        "share",
        "neither",
        "Unit-hours in use divided by unit-hours rostered in the window; work after the end of a shift counts as use.",
        OURS,
    ),
    Kpi(
        "overtime_hours_per_day",
        "Overtime a day",
        "hours per day",
        "lower",
        "Hours in use above the number on duty, because whoever is with a patient finishes; divided by days.",
        OURS,
    ),
)


def measure_flow(facts: Facts) -> Figures:
    """Works out the figures that the scenario can have."""
    return _patients(facts) | _outcomes(facts) | _turned_away(facts) | _waits(facts) | _people(facts)


def _patients(facts: Facts) -> Figures:
    journeys, window = facts.journeys, facts.window
    groups = [facts.whole(), facts.by_class(facts.classes)]
    came = np.flatnonzero(window.holds(journeys.arrival_ms))
    gone = np.flatnonzero(window.holds(journeys.left_ms))
    inside = (journeys.left_ms[came] == NEVER) | (journeys.left_ms[came] >= window.end_ms)
    stays = journeys.left_ms[gone] - journeys.arrival_ms[gone]
    found = spread(groups, came, {"arrivals_per_day": per_day(window.days), "still_inside_share": shares(inside)})
    found |= spread(groups, gone, {"time_inside_mean": minutes(means(stays))})
    found["inside_mean", WHOLE] = present(journeys.arrival_ms, facts.until(journeys.left_ms)).mean(window)
    return found


def _outcomes(facts: Facts) -> Figures:
    """Outcomes that some step of the program has."""
    journeys, window = facts.journeys, facts.window
    groups = [facts.whole(), facts.by_class(facts.classes)]
    gone = np.flatnonzero(window.holds(journeys.left_ms))
    possible = {step.outcome for step in facts.program.steps}
    found: Figures = {}
    for number, outcome in enumerate(OUTCOMES):
        if outcome not in possible:
            continue
        is_so: Flags = journeys.outcome[gone] == number
        found["outcome_share", f"outcome:{outcome}"] = float(is_so.mean()) if gone.size else np.nan
        if outcome in ("died", "cancelled"):
            found |= spread(groups, gone, {f"{outcome}_share": shares(is_so)})
    return found


def _turned_away(facts: Facts) -> Figures:
    """Requests at steps that can refuse, or have a queue limit."""
    table, visits = facts.program.instructions, facts.visits
    asked = np.flatnonzero(facts.window.holds(visits.queued_ms))
    found: Figures = {}
    for name, exits, ending in (
        ("refused_share", table.on_refuse, Ending.REFUSED),
        ("balked_share", table.on_full, Ending.QUEUE_FULL),
    ):
        steps = table.step[(table.op == Op.SEIZE) & (exits >= 0)].tolist()
        by_step = _by_step(facts, steps)
        here = asked[by_step.codes[asked] >= 0]
        is_so: Flags = visits.ending[here] == ending
        if steps:
            found |= spread([_all_visits(facts), by_step], here, {name: shares(is_so)})
    return found


def _by_step(facts: Facts, steps: list[int]) -> Breakdown:
    """Visits by step."""
    numbers = np.full(len(facts.program.steps), -1, np.int64)
    numbers[steps] = np.arange(len(steps))
    return Breakdown(tuple(facts.step_scope(step) for step in steps), numbers[facts.visits.step])


def _all_visits(facts: Facts) -> Breakdown:
    return Breakdown((WHOLE,), np.zeros(len(facts.visits), np.int64))


def _waits(facts: Facts) -> Figures:
    """By step; the mean also for everybody, classes and attributes, over all queues together."""
    steps, visits, window = facts.queue_steps(), facts.visits, facts.window
    if not steps:
        return {}
    by_step = _by_step(facts, steps)
    served = np.flatnonzero(visits.served_in(window))
    waited = visits.started_ms[served] - visits.queued_ms[served]
    found = spread(
        [by_step], served, {"wait_mean": minutes(means(waited)), "wait_p95": minutes(quantiles(waited, 0.95))}
    )
    patients = len(facts.fates.stream)
    sums = np.bincount(visits.patient[served], weights=waited, minlength=patients)
    times = np.bincount(visits.patient[served], minlength=patients)
    people = [facts.whole(), facts.by_class(facts.classes), *facts.by_attributes(facts.classes)]
    found |= spread(people, np.arange(patients), {"wait_mean": minutes(pooled(sums, times))})
    still = np.flatnonzero(visits.waiting_at(window.end_ms - 1))
    longest = largest(np.append(waited, window.end_ms - visits.queued_ms[still]))
    found |= spread([by_step], np.append(served, still), {"wait_longest": minutes(longest)})
    for step in steps:
        found["queue_mean", facts.step_scope(step)] = facts.occupancy.waiting[step].mean(window)
    return found


def _people(facts: Facts) -> Figures:
    """Staff and equipment, and overtime of staff."""
    window, found, overtime = facts.window, Figures(), 0
    for resource in np.flatnonzero(facts.program.is_place == 0).tolist():
        used, there = facts.occupancy.in_use[resource], facts.occupancy.open[resource]
        rostered = there.integral(window)
        found["utilisation", facts.scope(resource)] = used.integral(window) / rostered if rostered else np.nan
        if facts.program.resources[resource] in facts.scenario.staff:
            late = facts.occupancy.over[resource].integral(window)
            overtime += late
            found["overtime_hours_per_day", facts.scope(resource)] = late / clock.HOUR / window.days
    if facts.scenario.staff:
        found["overtime_hours_per_day", WHOLE] = overtime / clock.HOUR / window.days
    return found
