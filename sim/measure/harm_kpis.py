"""Key figures of harm: deaths that can be expected because admitted patients are delayed in the department."""

from typing import Final

import numpy as np

from sim import clock
from sim.measure.ed_kpis import departed
from sim.measure.facts import Facts
from sim.measure.figures import Figures, Kpi, per_day, spread
from sim.measure.journeys import GENERAL_AND_ACUTE
from sim.measure.visits import NEVER

PATIENTS_FOR_A_DEATH: Final = 82
"""Admitted patients delayed beyond 6 to 8 hours from arrival for each extra death within 30 days (Jones 2022)."""
ADMITTING: Final = (*GENERAL_AND_ACUTE, "children", "critical_care")
"""Kinds of wards whose beds count as admission here: not same-day emergency care."""
DELAYS: Final = {"6 to 8 h": (6 * clock.HOUR, 8 * clock.HOUR), "over 8 h": (8 * clock.HOUR, clock.LONGEST)}
"""Delays that are told apart: more than the first time, at most the second."""
_JONES: Final = (
    "Jones S et al., Association between delays to patient admission from the emergency department and all-cause "
    "30-day mortality, Emergency Medicine Journal 2022; 39: 168-173; observational"
)
HARM_KPIS: Final = (
    Kpi(
        "admitted_over_6h_per_day",
        "Admitted patients delayed more than 6 hours from arrival, a day",
        "patients per day",
        "lower",
        "Departures in the window from the emergency department into an inpatient bed (not same-day emergency care) "
        "more than 6 hours after arrival, divided by days; also those of up to 8 hours and of more apart.",
        _JONES,
    ),
    Kpi(
        "extra_deaths_per_week",
        "Expected extra deaths within 30 days, a week (indicative)",
        "deaths per week",
        "lower",
        f"Indicative. Admitted patients delayed more than 6 hours from arrival, divided by {PATIENTS_FOR_A_DEATH} and "
        f"by weeks. The source found an extra death for every {PATIENTS_FOR_A_DEATH} delayed 6 to 8 hours, and that "
        "the risk rises on with longer delays; these count here as much as those of 6 to 8 hours, which is cautious. "
        "An association seen in records, not a count of deaths in this model.",
        _JONES,
    ),
)


def measure_harm(facts: Facts) -> Figures:
    """Works out the figures; none if nobody is admitted through an emergency department."""
    if not facts.ed_classes or not facts.wards(*ADMITTING):
        return {}
    journeys, gone, wards = facts.journeys, departed(facts), facts.wards(*ADMITTING)
    into_bed = (journeys.bed_ms[gone] != NEVER) & (journeys.bed_ms[gone] == journeys.ed_departure_ms[gone])
    admitted = gone[into_bed & np.isin(journeys.bed_ward[gone], wards)]
    delay = journeys.ed_departure_ms[admitted] - journeys.arrival_ms[admitted]
    days = facts.window.days
    statistics = {
        "admitted_over_6h_per_day": per_day(days),
        "extra_deaths_per_week": per_day(PATIENTS_FOR_A_DEATH * days / 7),
    }
    groups = [facts.whole(), facts.by_class(facts.ed_classes), *facts.by_attributes(facts.ed_classes)]
    found = spread(groups, admitted[delay > 6 * clock.HOUR], statistics)
    for scope, (above, upto) in DELAYS.items():
        patients = int(((delay > above) & (delay <= upto)).sum())
        found["admitted_over_6h_per_day", f"delay:{scope}"] = patients / days
        found["extra_deaths_per_week", f"delay:{scope}"] = 7 * patients / PATIENTS_FOR_A_DEATH / days
    return found
