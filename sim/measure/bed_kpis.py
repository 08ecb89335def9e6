"""Key figures of beds: occupancy, stays, discharges, outliers, and beds held by patients who could leave."""

from typing import Final

import numpy as np

from sim import clock
from sim.measure.facts import EIGHT, MIDNIGHT, Facts
from sim.measure.figures import (
    OURS,
    WHOLE,
    Breakdown,
    Figures,
    Kpi,
    in_days,
    mean_present,
    means,
    per_day,
    pooled,
    present_at,
    shares,
    spread,
    times_present,
)
from sim.measure.groups import everybody
from sim.measure.journeys import GENERAL_AND_ACUTE, INPATIENT, is_outlier
from sim.measure.occupancy import Floats, Level, ratio
from sim.measure.visits import NEVER
from sim.measure.window import Ints
from sim.scenario.pathway import Mark, flatten

_GENERAL: Final = "The whole is general and acute beds: wards and assessment units."
_ADMISSION: Final = (
    "An admission lasts from the first inpatient bed until the last place is given up without another in the same "
    "instant; a later bed is a new one."
)
_DISCHARGES: Final = (
    "Discharges are admissions that end, other than by death or by leaving in another way than discharged or "
    "transferred."
)
_SAFER: Final = "NHS England, SAFER patient flow bundle"
_CRITERIA: Final = "NHS England, acute discharge situation report (no criteria to reside)"
NOON: Final = 12 * clock.HOUR
FIVE_PM: Final = 17 * clock.HOUR

BED_KPIS: Final = (
    Kpi(
        "admissions_per_day",
        "Admissions a day",
        "patients per day",
        "neither",
        "Admissions to a ward, assessment unit, children's ward, critical care or same-day emergency care that begin "
        f"in the window, divided by days; by ward of the first bed. {_ADMISSION} Those under way at the start of the "
        "run are not counted.",
        "NHS England, A&E attendances and emergency admissions statistics; all ways of admission together",
    ),
    Kpi(
        "occupancy_mean",
        "Bed occupancy",
        "share",
        "lower",
        f"Occupied bed-days divided by open bed-days in the window, weighted by time. {_GENERAL}",
        "NHS England, bed availability and occupancy (KH03), weighted by time",
    ),
    Kpi(
        "occupancy_8am",
        "Bed occupancy at 08:00",
        "share",
        "lower",
        f"Beds occupied divided by beds open, summed over all 08:00 of the window. {_GENERAL}",
        "NHS England, urgent and emergency care daily situation reports",
    ),
    Kpi(
        "occupancy_midnight",
        "Bed occupancy at midnight",
        "share",
        "lower",
        f"Beds occupied divided by beds open, summed over all midnights of the window. {_GENERAL}",
        "NHS England, bed availability and occupancy (KH03)",
    ),
    Kpi("beds_open", "Beds open", "beds", "neither", f"Time-weighted mean number of beds open. {_GENERAL}", OURS),
    Kpi(
        "beds_used", "Beds occupied", "beds", "neither", f"Time-weighted mean number of beds occupied. {_GENERAL}", OURS
    ),
    Kpi(
        "outliers_8am",
        "Outliers at 08:00",
        "patients",
        "lower",
        "Mean number of patients in another inpatient ward than the one they were meant for, over all 08:00 of the "
        "window; by ward: the one in which they lie.",
        OURS,
    ),
    Kpi(
        "length_of_stay_mean",
        "Mean length of stay",
        "days",
        "lower",
        "Mean length of the admissions that end in the window and were not under way at the start of the run; by ward "
        f"of the first bed. {_ADMISSION}",
        "NHS Data Model and Dictionary, length of stay, in hours instead of midnights",
    ),
    Kpi(
        "discharges_per_day",
        "Discharges a day",
        "patients per day",
        "neither",
        f"Discharges in the window divided by days. {_DISCHARGES}",
        OURS,
    ),
    Kpi(
        "discharges_before_noon",
        "Discharges before noon",
        "share",
        "higher",
        f"Discharges in the window before 12:00 divided by all in the window. {_DISCHARGES}",
        _SAFER,
    ),
    Kpi(
        "discharges_by_5pm",
        "Discharges by 17:00",
        "share",
        "higher",
        f"Discharges in the window before 17:00 divided by all in the window. {_DISCHARGES}",
        _SAFER,
    ),
    Kpi(
        "discharge_weekday",
        "Discharges on a weekday against the mean of the week",
        "ratio",
        "neither",
        f"Discharges for each such day of the window, divided by the mean of the seven weekdays. {_DISCHARGES}",
        OURS,
    ),
    Kpi(
        "weekend_discharge_ratio",
        "Weekend discharges against weekdays",
        "ratio",
        "higher",
        f"Discharges a day on Saturdays and Sundays divided by those on other days. {_DISCHARGES}",
        OURS,
    ),
    Kpi(
        "ready_patients_share",
        "Beds held by patients ready to leave",
        "share",
        "lower",
        "General and acute beds with a patient past `ready`, divided by those occupied, summed over all 08:00.",
        _CRITERIA,
    ),
    Kpi(
        "delay_days_per_day",
        "Bed days lost to patients ready to leave",
        "bed days per day",
        "lower",
        "Time that patients past `ready` lay in general and acute beds in the window, divided by its length.",
        _CRITERIA,
    ),
)


def measure_beds(facts: Facts) -> Figures:
    """Works out the figures that the scenario can have; none without wards."""
    groups = everybody(facts)
    found = _occupancy(facts, groups) | _outliers(facts, groups)
    return found | _stays(facts, groups) | _discharges(facts, groups) | _delays(facts, groups)


def _occupancy(facts: Facts, groups: list[Breakdown]) -> Figures:
    """Every ward by itself, whatever its kind, and general and acute beds together; beds in use also by patient."""
    found: Figures = {}
    places = [(facts.scope(ward), [ward]) for ward in np.flatnonzero(facts.program.is_place).tolist()]
    general = facts.wards(*GENERAL_AND_ACUTE)
    if general:
        patients, starts, ends = lying(facts, general)
        found |= spread(groups[1:], patients, {"beds_used": mean_present(facts.window, starts, ends)})
        places.append((WHOLE, general))
    for scope, wards in places:
        found |= _of_wards(facts, scope, facts.in_use(wards), facts.open(wards))
    return found


def lying(facts: Facts, wards: list[int]) -> tuple[Ints, Ints, Ints]:
    """Patients, beginnings and ends of all stays in beds of some wards."""
    visits = facts.visits
    here = np.flatnonzero(np.isin(visits.resource, wards))
    return visits.patient[here].astype(np.int64), visits.started_ms[here], facts.until(visits.ended_ms[here])


def _of_wards(facts: Facts, scope: str, used: Level, there: Level) -> Figures:
    window = facts.window
    found = {
        ("occupancy_mean", scope): _quotient(used.integral(window), there.integral(window)),
        ("beds_open", scope): there.mean(window),
        ("beds_used", scope): used.mean(window),
    }
    for name, time in (("occupancy_8am", EIGHT), ("occupancy_midnight", MIDNIGHT)):
        moments = window.daily(time)
        found[name, scope] = _quotient(int(used.at(moments).sum()), int(there.at(moments).sum()))
    return found


def _quotient(part: float, whole: float) -> float:
    return float(part / whole) if whole else np.nan


def _outliers(facts: Facts, groups: list[Breakdown]) -> Figures:
    """None if no ward sends its patients elsewhere when it is full."""
    if not any(ward.if_full for ward in facts.scenario.wards.values()):
        return {}
    visits, moments = facts.visits, facts.window.daily(EIGHT)
    away = np.flatnonzero(is_outlier(visits, facts.scenario))
    starts, ends = visits.started_ms[away], facts.until(visits.ended_ms[away])
    by_ward = [Breakdown(group.scopes, group.codes[visits.resource[away]]) for group in [_wards(facts)]]
    by_patient = [Breakdown(group.scopes, group.codes[visits.patient[away]]) for group in groups]
    there = {"outliers_8am": present_at(moments, starts, ends)}
    return spread([*by_patient, *by_ward], np.arange(len(away)), there)


def _wards(facts: Facts) -> Breakdown:
    """Inpatient wards, one entry a resource and a last one for none."""
    wards = facts.wards(*INPATIENT)
    numbers = np.full(len(facts.program.resources) + 1, -1, np.int64)
    numbers[wards] = np.arange(len(wards))
    return Breakdown(tuple(facts.scope(ward) for ward in wards), numbers)


def _stays(facts: Facts, groups: list[Breakdown]) -> Figures:
    if not facts.wards(*INPATIENT):
        return {}
    stays, window, wards = facts.admissions, facts.window, _wards(facts)
    groups = [Breakdown(group.scopes, group.codes[stays.patient]) for group in groups]
    groups.append(Breakdown(wards.scopes, wards.codes[stays.ward]))
    begun = np.flatnonzero(window.holds(stays.since_ms) & stays.is_known)
    over = np.flatnonzero(window.holds(stays.until_ms) & stays.is_known)
    lengths = stays.until_ms[over] - stays.since_ms[over]
    found = spread(groups, begun, {"admissions_per_day": per_day(window.days)})
    return found | spread(groups, over, {"length_of_stay_mean": in_days(means(lengths))})


def discharged(facts: Facts) -> Ints:
    """Numbers of the admissions that end in the window with a discharge."""
    return np.flatnonzero(facts.admissions.is_discharge & facts.window.holds(facts.admissions.until_ms))


def discharges(facts: Facts) -> Ints:
    """Moments in the window at which patients are discharged."""
    return facts.admissions.until_ms[discharged(facts)]


def by_weekday(facts: Facts, moments: Ints) -> tuple[Ints, Floats]:
    """How many moments fall on each weekday, Monday first, and how many days of it the window has."""
    first, window = facts.scenario.calendar.weekday(0), facts.window
    number = np.bincount((moments // clock.DAY + first) % 7, minlength=7)
    days = np.arange(window.start_ms // clock.DAY, (window.end_ms - 1) // clock.DAY + 1)
    lengths = window.overlap(days * clock.DAY, (days + 1) * clock.DAY) / clock.DAY
    return number.astype(np.int64), np.bincount((days + first) % 7, weights=lengths, minlength=7).astype(np.float64)


def _discharges(facts: Facts, groups: list[Breakdown]) -> Figures:
    if not facts.wards(*INPATIENT):
        return {}
    patients, moments = facts.admissions.patient[discharged(facts)], discharges(facts)
    time = moments % clock.DAY
    number, days = by_weekday(facts, moments)
    at_weekend = np.isin((moments // clock.DAY + facts.scenario.calendar.weekday(0)) % 7, clock.DAY_GROUPS["weekend"])
    weights = [_quotient(1, days[list(clock.DAY_GROUPS[name])].sum()) for name in ("weekend", "weekdays")]
    statistics = {
        "discharges_per_day": per_day(facts.window.days),
        "discharges_before_noon": shares(time < NOON),
        "discharges_by_5pm": shares(time < FIVE_PM),
        "weekend_discharge_ratio": pooled(at_weekend * weights[0], ~at_weekend * weights[1]),
    }
    found = spread(groups, patients, statistics)
    daily = ratio(number, days)
    for weekday, against_mean in zip(clock.WEEKDAYS, ratio(daily, np.full(7, daily.mean())).tolist(), strict=True):
        found["discharge_weekday", f"weekday:{weekday}"] = against_mean
    return found


def _delays(facts: Facts, groups: list[Breakdown]) -> Figures:
    """None if no pathway says when a patient is ready, or there is no general and acute bed."""
    steps = [step for pathway in facts.scenario.pathways.values() for step in flatten(pathway)]
    general = facts.wards(*GENERAL_AND_ACUTE)
    if not general or not any(isinstance(step, Mark) and step.milestone == "ready" for step in steps):
        return {}
    mornings = facts.window.daily(EIGHT)
    patients, starts, ends = lying(facts, general)
    admission = facts.admissions.of_visit[np.isin(facts.visits.resource, general)]
    ready = facts.admissions.ready_ms[admission]
    since = np.where(ready == NEVER, ends, np.minimum(np.maximum(starts, ready), ends))
    statistics = {
        "ready_patients_share": pooled(times_present(mornings, since, ends), times_present(mornings, starts, ends)),
        "delay_days_per_day": mean_present(facts.window, since, ends),
    }
    return spread(groups, patients, statistics)
