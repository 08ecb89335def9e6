"""Key figures of patients as such, and of waits and queues."""

from typing import Final

import numpy as np

from sim.engine.program import Op
from sim.measure.facts import Facts
from sim.measure.figures import (
    OURS,
    Breakdown,
    Figures,
    Kpi,
    largest,
    mean_present,
    means,
    minutes,
    per_day,
    quantiles,
    shares,
    spread,
)
from sim.measure.groups import by_step, everybody, newcomers, of_visits
from sim.measure.visits import NEVER, Ending
from sim.measure.window import Flags
from sim.scenario.queueing import OUTCOMES

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
        "Mean time from arrival to leaving, of patients who leave in the window and were not there at the start of the "
        "run.",
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
        "Time-weighted mean number of patients who wait, at a step or at all of them together.",
        OURS,
    ),
)


def measure_flow(facts: Facts) -> Figures:
    """Works out the figures that the scenario can have."""
    groups = everybody(facts)
    return _patients(facts, groups) | _outcomes(facts, groups) | _turned_away(facts, groups) | _waits(facts, groups)


def _patients(facts: Facts, groups: list[Breakdown]) -> Figures:
    journeys, window, came = facts.journeys, facts.window, newcomers(facts)
    arrived = np.flatnonzero(window.holds(journeys.arrival_ms) & came)
    inside = (journeys.left_ms[arrived] == NEVER) | (journeys.left_ms[arrived] >= window.end_ms)
    gone = np.flatnonzero(window.holds(journeys.left_ms) & came)
    stays = journeys.left_ms[gone] - journeys.arrival_ms[gone]
    there = mean_present(window, journeys.arrival_ms, facts.until(journeys.left_ms))
    found = spread(groups, arrived, {"arrivals_per_day": per_day(window.days), "still_inside_share": shares(inside)})
    found |= spread(groups, np.arange(len(came)), {"inside_mean": there})
    return found | spread(groups, gone, {"time_inside_mean": minutes(means(stays))})


def _outcomes(facts: Facts, groups: list[Breakdown]) -> Figures:
    """Outcomes that some step of the program has."""
    journeys, window = facts.journeys, facts.window
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


def _turned_away(facts: Facts, groups: list[Breakdown]) -> Figures:
    """Requests at steps that can refuse, or have a queue limit."""
    table, visits = facts.program.instructions, facts.visits
    asked = np.flatnonzero(facts.window.holds(visits.queued_ms) & ~visits.resumed)
    found: Figures = {}
    for name, exits, ending in (
        ("refused_share", table.on_refuse, Ending.REFUSED),
        ("balked_share", table.on_full, Ending.QUEUE_FULL),
    ):
        steps = table.step[(table.op == Op.SEIZE) & (exits >= 0)].tolist()
        if not steps:
            continue
        steps_apart = by_step(facts, steps)
        here = asked[steps_apart.codes[asked] >= 0]
        is_so: Flags = visits.ending[here] == ending
        found |= spread([*of_visits(facts, groups), steps_apart], here, {name: shares(is_so)})
    return found


def _waits(facts: Facts, groups: list[Breakdown]) -> Figures:
    """By step; also for everybody, classes and attributes, over all queues together."""
    steps, visits, window = facts.queue_steps(), facts.visits, facts.window
    if not steps:
        return {}
    all_groups = [*of_visits(facts, groups), by_step(facts, steps)]
    served = np.flatnonzero(visits.served_in(window))
    waited = visits.waits_ms()[served]
    waits = {"wait_mean": minutes(means(waited)), "wait_p95": minutes(quantiles(waited, 0.95))}
    found = spread(all_groups, served, waits)
    still = np.flatnonzero(visits.waiting_at(window.end_ms - 1))
    longest = largest(np.append(waited, window.end_ms - visits.queued_ms[still] + visits.before_ms[still]))
    found |= spread(all_groups, np.append(served, still), {"wait_longest": minutes(longest)})
    queued = np.flatnonzero(visits.queued_ms != NEVER)
    waiting = mean_present(window, visits.queued_ms[queued], facts.until(visits.queue_left_ms()[queued]))
    return found | spread(all_groups, queued, {"queue_mean": waiting})
