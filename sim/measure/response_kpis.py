"""Key figures of response: who is served within the time that a step should start in, and who gives up waiting."""

from typing import Final

import numpy as np

from sim.measure.facts import Facts
from sim.measure.figures import OURS, Breakdown, Figures, Kpi, Statistic, per_day, shares, spread
from sim.measure.groups import by_step, everybody, steps_where
from sim.measure.visits import Ending
from sim.measure.window import Ints
from sim.scenario.pathway import flatten
from sim.scenario.queueing import Queueing

RESPONSE_KPIS: Final = (
    Kpi(
        "started_on_time",
        "Services that start on time",
        "share",
        "higher",
        "Services started in the window within the time in which their step should start, divided by all started in it "
        "at such steps. Those who wait for longer at its end, or gave up in it after longer, count as late.",
        OURS,
    ),
    Kpi(
        "late_starts_per_day",
        "Services a day that start late",
        "times per day",
        "lower",
        "Those that are not on time, divided by days.",
        OURS,
    ),
    Kpi(
        "gave_up_share",
        "Waits that patients give up",
        "share",
        "lower",
        "Waits in which the patient gives up in the window, divided by these and the services started in it, at steps "
        "where patients may give up.",
        OURS,
    ),
)


def measure_response(facts: Facts) -> Figures:
    """Works out the figures that the scenario can have."""
    return _on_time(facts) | _gave_up(facts)


def _limits(facts: Facts) -> Ints:
    """Time in which each step should start, in milliseconds; 0 for those without a standard."""
    told = {
        (pathway, step.name): step.should_start_within
        for pathway, steps in facts.scenario.pathways.items()
        for step in flatten(steps)
        if isinstance(step, Queueing) and step.should_start_within
    }
    limits = [told.get((info.pathway, info.name), 0) for info in facts.program.steps]
    return np.where(facts.needs.first >= 0, np.array(limits, np.int64), 0)


def _on_time(facts: Facts) -> Figures:
    limits = _limits(facts)
    if not limits.any():
        return {}
    visits, window = facts.visits, facts.window
    own = (limits[visits.step] > 0) & ~visits.resumed
    served = np.flatnonzero(own & visits.served_in(window))
    late = np.flatnonzero(own & (visits.ending == Ending.GAVE_UP) & window.holds(visits.ended_ms))
    still = np.flatnonzero(own & visits.waiting_at(window.end_ms - 1))
    others = np.append(late, still)
    until = np.append(visits.ended_ms[late], np.full(len(still), window.end_ms))
    others = others[until - visits.queued_ms[others] + visits.before_ms[others] > limits[visits.step[others]]]
    on_time = np.append(visits.waits_ms()[served] <= limits[visits.step[served]], np.zeros(len(others), np.bool_))
    counted = np.append(served, others)
    apart = by_step(facts, np.flatnonzero(limits).tolist())
    found = _spread(facts, apart, counted, {"started_on_time": shares(on_time)})
    return found | _spread(facts, apart, counted[~on_time], {"late_starts_per_day": per_day(window.days)})


def _gave_up(facts: Facts) -> Figures:
    steps = steps_where(facts, lambda step: isinstance(step, Queueing) and step.gives_up_after is not None)
    steps = [step for step in steps if facts.needs.first[step] >= 0]
    if not steps:
        return {}
    visits, window, apart = facts.visits, facts.window, by_step(facts, steps)
    gave_up = (visits.ending == Ending.GAVE_UP) & window.holds(visits.ended_ms)
    over = np.flatnonzero((apart.codes >= 0) & (visits.served_in(window) | gave_up))
    return _spread(facts, apart, over, {"gave_up_share": shares(gave_up[over])})


def _spread(facts: Facts, apart: Breakdown, visits: Ints, statistics: dict[str, Statistic]) -> Figures:
    """Works out figures of visits for the groups of their patients and by step."""
    patients = facts.visits.patient[visits]
    return spread(everybody(facts), patients, statistics) | spread([apart], visits, statistics)
