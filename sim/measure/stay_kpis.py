"""Key figures of long stays and of delays before leaving: nights, stays of weeks, days after `ready`."""

from typing import Final

import numpy as np

from sim import clock
from sim.measure.bed_kpis import discharged, lying
from sim.measure.facts import EIGHT, Facts
from sim.measure.figures import Breakdown, Figures, Kpi, in_days, means, present_at, spread
from sim.measure.groups import everybody, newcomers
from sim.measure.journeys import GENERAL_AND_ACUTE, INPATIENT
from sim.measure.visits import NEVER
from sim.scenario.pathway import Mark, flatten

LONG_STAYS: Final = (7, 14, 21)
"""Days from which on a stay is told as long."""
_LONG: Final = "NHS England, long length of stay dashboard (7, 14 and 21 days and more)"
_DELAYS: Final = "NHS England, acute discharge situation report (discharge-ready date)"
STAY_KPIS: Final = (
    Kpi(
        "length_of_stay_midnights",
        "Mean length of stay in midnights",
        "days",
        "lower",
        "Mean number of midnights from the first inpatient bed to leaving, of patients who leave in the window and "
        "were not there at the start of the run.",
        "NHS Data Model and Dictionary, length of stay",
    ),
    *(
        Kpi(
            f"stays_over_{days}d_8am",
            f"Patients in bed for {days} days or more at 08:00",
            "patients",
            "lower",
            f"Mean number of patients in general and acute beds whose first inpatient bed was {days} days ago or more, "
            "over all 08:00 of the window. The stay of those there at the start of the run counts from then.",
            _LONG,
        )
        for days in LONG_STAYS
    ),
    Kpi(
        "discharge_delay_mean",
        "Mean delay from ready to leaving",
        "days",
        "lower",
        "Mean time from `ready` to leaving, of discharges in the window that were ready before (alive, from a bed).",
        _DELAYS,
    ),
)


def measure_stays(facts: Facts) -> Figures:
    """Works out the figures that the scenario can have; none without inpatient wards."""
    if not facts.wards(*INPATIENT):
        return {}
    groups = everybody(facts)
    return _midnights(facts, groups) | _long_stays(facts, groups) | _delay(facts, groups)


def _midnights(facts: Facts, groups: list[Breakdown]) -> Figures:
    journeys = facts.journeys
    gone = np.flatnonzero(facts.window.holds(journeys.left_ms) & (journeys.bed_ms != NEVER) & newcomers(facts))
    nights = journeys.left_ms[gone] // clock.DAY - journeys.bed_ms[gone] // clock.DAY
    return spread(groups, gone, {"length_of_stay_midnights": means(nights)})


def _long_stays(facts: Facts, groups: list[Breakdown]) -> Figures:
    general = facts.wards(*GENERAL_AND_ACUTE)
    if not general:
        return {}
    mornings = facts.window.daily(EIGHT)
    patients, starts, ends = lying(facts, general)
    since = facts.journeys.bed_ms[patients]
    statistics = {}
    for days in LONG_STAYS:
        long = np.minimum(np.maximum(starts, since + days * clock.DAY), ends)
        statistics[f"stays_over_{days}d_8am"] = present_at(mornings, long, ends)
    return spread(groups, patients, statistics)


def _delay(facts: Facts, groups: list[Breakdown]) -> Figures:
    """None if no pathway says when a patient is ready."""
    steps = [step for pathway in facts.scenario.pathways.values() for step in flatten(pathway)]
    if not any(isinstance(step, Mark) and step.milestone == "ready" for step in steps):
        return {}
    journeys, gone = facts.journeys, discharged(facts)
    gone = gone[journeys.ready_ms[gone] != NEVER]
    delay = journeys.left_ms[gone] - journeys.ready_ms[gone]
    return spread(groups, gone, {"discharge_delay_mean": in_days(means(delay))})
