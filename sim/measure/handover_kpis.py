"""Key figures of the handover from ambulances: how long it takes, and what is lost for those who call for one."""

from typing import Final

import numpy as np

from sim import clock
from sim.measure.facts import Facts
from sim.measure.figures import (
    Breakdown,
    Figures,
    Kpi,
    judged,
    mean_present,
    means,
    minutes,
    per_day,
    shares,
    spread,
    totals,
)
from sim.measure.groups import everybody, of_visits, steps_where
from sim.measure.visits import NEVER, Ending
from sim.measure.window import Ints
from sim.scenario.care import Activity, Hold

_CONTRACT: Final = "NHS Standard Contract, handover from ambulance to emergency department within 15, 30 and 60 minutes"
_LOST: Final = "Association of Ambulance Chief Executives, delayed hospital handovers (2021)"
LIMITS: Final = (15, 30, 45, 60)
"""Minutes against which handovers are held."""
HANDOVER_KPIS: Final = (
    Kpi(
        "handovers_per_day",
        "Handovers from an ambulance a day",
        "patients per day",
        "neither",
        "Handovers that end in the window, divided by days.",
        _CONTRACT,
    ),
    Kpi(
        "handover_mean",
        "Mean time of handover from an ambulance",
        "min",
        "lower",
        "Mean time for which a crew is kept, of handovers that end in the window; if no crew is held, the mean time "
        "from asking for the step that counts as handover to its end.",
        _CONTRACT,
    ),
    *(
        Kpi(
            f"handover_over_{limit}min",
            f"Handovers from an ambulance of more than {limit} minutes",
            "share",
            "lower",
            f"Handovers in the window of more than {limit} minutes, divided by all that end in it. Those that go on at "
            "its end and have lasted for longer count among both.",
            _CONTRACT,
        )
        for limit in LIMITS
    ),
    Kpi(
        "handover_hours_lost_per_day",
        "Ambulance hours lost a day",
        "hours per day",
        "lower",
        "Hours beyond the first 15 minutes of each handover that ends in the window, divided by days.",
        _LOST,
    ),
    Kpi(
        "crews_held_mean",
        "Patients in handover from an ambulance",
        "patients",
        "lower",
        "Time-weighted mean number of handovers that go on.",
        _LOST,
    ),
)


def measure_handovers(facts: Facts) -> Figures:
    """Works out the figures; none if no step counts as handover."""
    steps = handover_steps(facts)
    if not steps:
        return {}
    visits, window = facts.visits, facts.window
    here = np.flatnonzero(np.isin(visits.step, steps))
    began = _begin(facts, here)
    here, began = here[began != NEVER], began[began != NEVER]
    ended = visits.ended_ms[here]
    over = window.holds(ended) & (visits.ending[here] == Ending.DONE)
    goes_on = (began < window.end_ms) & ((ended == NEVER) | (ended >= window.end_ms))
    groups = of_visits(facts, everybody(facts))
    took, so_far = (ended - began)[over], window.end_ms - began[goes_on]
    lost = np.maximum(took - 15 * clock.MINUTE, 0) / clock.HOUR
    statistics = {
        "handovers_per_day": per_day(window.days),
        "handover_mean": minutes(means(took)),
        "handover_hours_lost_per_day": totals(lost, window.days),
    }
    found = spread(groups, here[over], statistics)
    found |= _limits(groups, np.append(here[over], here[goes_on]), took, so_far)
    return found | spread(groups, here, {"crews_held_mean": mean_present(window, began, facts.until(ended))})


def handover_steps(facts: Facts) -> list[int]:
    """Steps that are the handover: those that hold a crew for it, or if there are none the activities."""
    holds = steps_where(facts, lambda step: isinstance(step, Hold) and step.counts_as == "handover")
    return holds or steps_where(facts, lambda step: isinstance(step, Activity) and step.counts_as == "handover")


def _begin(facts: Facts, visits: Ints) -> Ints:
    """When each handover begins: when the crew is held, or when a step is asked for; -1 if it has not begun."""
    found = facts.visits
    queues = (found.queued_ms[visits] != NEVER) & ~facts.needs.is_hold[found.step[visits]]
    return np.where(queues, found.queued_ms[visits], found.started_ms[visits])


def _limits(groups: list[Breakdown], members: Ints, took: Ints, so_far: Ints) -> Figures:
    found: Figures = {}
    for limit in LIMITS:
        counted, kept = judged(took, so_far, limit * clock.MINUTE)
        found |= spread(groups, members[counted], {f"handover_over_{limit}min": shares(~kept)})
    return found


def clock_starts(facts: Facts) -> Ints:
    """When the four-hour clock of each patient starts: with the arrival, or in an ambulance with the handover.

    It starts 15 minutes after arrival at the latest, however long the handover takes.

    Source: NHS England, A&E attendances and emergency admissions monthly return definitions: ambulance cases.
    """
    arrival_ms, visits = facts.journeys.arrival_ms, facts.visits
    here = np.flatnonzero(np.isin(visits.step, handover_steps(facts)))
    if not here.size:
        return arrival_ms
    here = here[::-1]  # of several handovers of a patient the first counts, which is written last
    patients, ended = visits.patient[here], visits.ended_ms[here]
    latest = arrival_ms[patients] + 15 * clock.MINUTE
    found = arrival_ms.copy()
    found[patients] = np.where(ended == NEVER, latest, np.minimum(ended, latest))
    return found
