"""Key figures of long stays and of delays before leaving: nights, stays of weeks, days after `ready`."""

from typing import Final

import numpy as np

from sim import clock
from sim.measure.bed_kpis import discharged, lying
from sim.measure.facts import EIGHT, Facts
from sim.measure.figures import Breakdown, Figures, Kpi, in_days, means, present_at, spread
from sim.measure.groups import everybody
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
        "Mean number of midnights of the admissions that end in the window and were not under way at the start of the "
        "run. An admission lasts from the first inpatient bed until the last place is given up.",
        "NHS Data Model and Dictionary, length of stay",
    ),
    *(
        Kpi(
            f"stays_over_{days}d_8am",
            f"Patients in bed for {days} days or more at 08:00",
            "patients",
            "lower",
            f"Mean number of patients in general and acute beds whose admission began {days} days ago or more, "
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
        "Mean time from `ready` to the discharge, of discharges in the window that were ready before, in the same "
        "admission.",
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
    stays = facts.admissions
    over = np.flatnonzero(facts.window.holds(stays.until_ms) & stays.is_known)
    nights = stays.until_ms[over] // clock.DAY - stays.since_ms[over] // clock.DAY
    return spread(groups, stays.patient[over], {"length_of_stay_midnights": means(nights)})


def _long_stays(facts: Facts, groups: list[Breakdown]) -> Figures:
    general = facts.wards(*GENERAL_AND_ACUTE)
    if not general:
        return {}
    mornings = facts.window.daily(EIGHT)
    patients, starts, ends = lying(facts, general)
    admission = facts.admissions.of_visit[np.isin(facts.visits.resource, general)]
    since = facts.admissions.since_ms[admission]
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
    stays, gone = facts.admissions, discharged(facts)
    gone = gone[stays.ready_ms[gone] != NEVER]
    delay = stays.until_ms[gone] - stays.ready_ms[gone]
    return spread(groups, stays.patient[gone], {"discharge_delay_mean": in_days(means(delay))})
