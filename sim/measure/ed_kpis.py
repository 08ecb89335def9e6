"""Key figures of the emergency department: time in it, admission, and who leaves unseen."""

from typing import Final

import numpy as np

from sim import clock
from sim.measure.facts import EIGHT, Facts
from sim.measure.figures import (
    OURS,
    Breakdown,
    Figures,
    Kpi,
    judged,
    mean_present,
    means,
    minutes,
    per_day,
    present_at,
    quantiles,
    shares,
    spread,
)
from sim.measure.groups import newcomers
from sim.measure.handover_kpis import clock_starts
from sim.measure.journeys import INPATIENT, steps_of_class
from sim.measure.visits import NEVER
from sim.measure.window import Flags, Ints
from sim.scenario.care import Activity
from sim.scenario.pathway import Mark
from sim.scenario.queueing import OUTCOMES

_TWELVE: Final = "NHS England, time in department over 12 hours from arrival"
_STANDARD: Final = "Handbook to the NHS Constitution for England, four-hour standard"
_INDICATORS: Final = "Department of Health, A&E clinical quality indicators (2010)"
_TROLLEYS: Final = "NHS England, A&E attendances and emergency admissions statistics: waits from decision to admit"
_STILL: Final = "Patients who are still there at the end of the window and have been for longer count as breaches."

ED_KPIS: Final = (
    Kpi(
        "attendances_per_day",
        "Attendances at the emergency department a day",
        "patients per day",
        "neither",
        "Arrivals in the window of classes that come to the emergency department, divided by days.",
        "NHS England, A&E attendances and emergency admissions statistics",
    ),
    Kpi(
        "conversion",
        "Attendances that end in admission",
        "share",
        "neither",
        "Departures from the department in the window into an inpatient bed or same-day emergency care, divided by all "
        "departures in the window.",
        "NHS England, A&E attendances and emergency admissions statistics",
    ),
    Kpi(
        "ed_within_4h",
        "Patients who leave the emergency department within 4 hours",
        "share",
        "higher",
        "Departures in the window at most 240 minutes after arrival (for who comes by ambulance after the handover, or "
        "15 minutes after arrival if that is earlier), divided by departures in the window; admitted "
        f"patients depart when they move to a place outside the department. {_STILL}",
        _STANDARD,
    ),
    Kpi(
        "ed_over_12h",
        "Patients in the emergency department for more than 12 hours from arrival",
        "share",
        "lower",
        f"Departures in the window more than 12 hours after arrival, divided by departures in the window. {_STILL}",
        _TWELVE,
    ),
    Kpi(
        "ed_breaches_4h_per_day",
        "Patients in the emergency department for more than 4 hours, a day",
        "patients per day",
        "lower",
        f"Those who are not within 4 hours, divided by the days of the window. {_STILL}",
        _STANDARD,
    ),
    Kpi(
        "ed_breaches_12h_per_day",
        "Patients in the emergency department for more than 12 hours from arrival, a day",
        "patients per day",
        "lower",
        f"Those who are there for more than 12 hours from arrival, divided by the days of the window. {_STILL}",
        _TWELVE,
    ),
    Kpi(
        "ed_time_mean",
        "Mean time in the emergency department",
        "min",
        "lower",
        "Mean time from arrival to departure, of departures in the window.",
        _INDICATORS,
    ),
    Kpi(
        "ed_time_median",
        "Median time in the emergency department",
        "min",
        "lower",
        "Median time from arrival to departure, of departures in the window.",
        _INDICATORS,
    ),
    Kpi(
        "ed_time_p95",
        "Time within which 95 % have left the emergency department",
        "min",
        "lower",
        "95th percentile of the time from arrival to departure, of departures in the window.",
        _INDICATORS,
    ),
    Kpi(
        "dta_wait_mean",
        "Mean wait for a bed after the decision to admit",
        "min",
        "lower",
        "Mean time from the decision to admit to departure from the department, of departures in the window.",
        _TROLLEYS,
    ),
    Kpi(
        "dta_over_4h",
        "Waits for a bed of more than 4 hours after the decision to admit",
        "share",
        "lower",
        f"Departures in the window more than 4 hours after the decision to admit, divided by those decided. {_STILL}",
        _TROLLEYS,
    ),
    Kpi(
        "dta_over_12h",
        "Waits for a bed of more than 12 hours after the decision to admit",
        "share",
        "lower",
        f"Departures in the window more than 12 hours after the decision to admit, divided by those decided. {_STILL}",
        _TROLLEYS,
    ),
    Kpi(
        "time_to_triage_mean",
        "Mean time to triage",
        "min",
        "lower",
        "Mean time from arrival to the first start of triage, of those triaged in the window.",
        _INDICATORS,
    ),
    Kpi(
        "triage_within_15min",
        "Patients triaged within 15 minutes",
        "share",
        "higher",
        "First starts of triage in the window at most 15 minutes after arrival, divided by all in the window. "
        f"{_STILL}",
        _INDICATORS,
    ),
    Kpi(
        "time_to_clinician_median",
        "Median time to the first clinician",
        "min",
        "lower",
        "Median time from arrival to the first start of a step that counts as first clinician, of those seen in the "
        "window.",
        _INDICATORS,
    ),
    Kpi(
        "left_before_seen",
        "Patients who leave before being seen",
        "share",
        "lower",
        "Departures in the window with that outcome, divided by departures in the window.",
        _INDICATORS,
    ),
    Kpi(
        "boarders_mean",
        "Patients in the emergency department who wait for a bed",
        "patients",
        "lower",
        "Time-weighted mean number of patients with a decision to admit who have not departed.",
        OURS,
    ),
    Kpi(
        "boarders_8am",
        "Patients in the emergency department who wait for a bed at 08:00",
        "patients",
        "lower",
        "Mean number of patients with a decision to admit who have not departed, over all 08:00 of the window.",
        OURS,
    ),
)


def measure_ed(facts: Facts) -> Figures:
    """Works out the figures that the scenario can have; none if nobody comes to an emergency department."""
    if not facts.ed_classes:
        return {}
    groups = [facts.whole(), facts.by_class(facts.ed_classes), *facts.by_attributes(facts.ed_classes)]
    return _time_in_department(facts, groups) | _admission(facts, groups) | _first_contacts(facts, groups)


def departed(facts: Facts) -> Ints:
    """Patients who departed from the department in the window, without those who were there at the start."""
    return np.flatnonzero(facts.window.holds(facts.journeys.ed_departure_ms) & newcomers(facts))


def _still_there(facts: Facts) -> Ints:
    """Patients who came and are in the department when the window ends."""
    journeys, end = facts.journeys, facts.window.end_ms
    return np.flatnonzero(_came(facts) & (journeys.arrival_ms < end) & ~journeys.ed_left_by(end - 1))


def _came(facts: Facts) -> Flags:
    """Patients who come to the department during the run."""
    return facts.journeys.is_ed & newcomers(facts)


def _time_in_department(facts: Facts, groups: list[Breakdown]) -> Figures:
    journeys, window = facts.journeys, facts.window
    came = np.flatnonzero(_came(facts) & window.holds(journeys.arrival_ms))
    gone, there = departed(facts), _still_there(facts)
    done = journeys.ed_departure_ms[gone] - journeys.arrival_ms[gone]
    statistics = {
        "ed_time_mean": minutes(means(done)),
        "ed_time_median": minutes(quantiles(done, 0.5)),
        "ed_time_p95": minutes(quantiles(done, 0.95)),
    }
    if any(step.outcome == "left_before_seen" for step in facts.program.steps):
        statistics["left_before_seen"] = shares(journeys.outcome[gone] == OUTCOMES.index("left_before_seen"))
    if facts.wards(*INPATIENT):
        statistics["conversion"] = shares(journeys.bed_ms[gone] == journeys.ed_departure_ms[gone])
    found = spread(groups, came, {"attendances_per_day": per_day(window.days)}) | spread(groups, gone, statistics)
    everybody = np.append(gone, there)
    for hours, name, since in ((4, "ed_within_4h", clock_starts(facts)), (12, "ed_over_12h", journeys.arrival_ms)):
        took = journeys.ed_departure_ms[gone] - since[gone]
        counted, kept = judged(took, window.end_ms - since[there], hours * clock.HOUR)
        found |= spread(groups, everybody[counted], {name: shares(kept if hours == 4 else ~kept)})
        found |= spread(groups, everybody[counted[~kept]], {f"ed_breaches_{hours}h_per_day": per_day(window.days)})
    return found


def _decided(facts: Facts, patients: Ints) -> Ints:
    """Those of some patients whose admission was decided before they departed."""
    decided, gone = facts.journeys.decided_ms[patients], facts.journeys.ed_departure_ms[patients]
    boards: Flags = (decided != NEVER) & ((gone == NEVER) | (decided <= gone))
    return patients[boards]


def _admission(facts: Facts, groups: list[Breakdown]) -> Figures:
    """From the decision to admit; none if no ED class can come to one."""
    journeys, window, boards = facts.journeys, facts.window, boarding(facts)
    if boards is None:
        return {}
    gone, there = _decided(facts, departed(facts)), _decided(facts, _still_there(facts))
    there = there[journeys.decided_ms[there] < window.end_ms]
    done = journeys.ed_departure_ms[gone] - journeys.decided_ms[gone]
    found = spread(groups, gone, {"dta_wait_mean": minutes(means(done))})
    everybody, so_far = np.append(gone, there), window.end_ms - journeys.decided_ms[there]
    for name, hours in (("dta_over_4h", 4), ("dta_over_12h", 12)):
        counted, kept = judged(done, so_far, hours * clock.HOUR)
        found |= spread(groups, everybody[counted], {name: shares(~kept)})
    patients, since, until = boards
    present = {
        "boarders_mean": mean_present(window, since, until),
        "boarders_8am": present_at(window.daily(EIGHT), since, until),
    }
    return found | spread(groups, patients, present)


def boarding(facts: Facts) -> tuple[Ints, Ints, Ints] | None:
    """Patients who board in the department, from when until when; None if no ED class can come to a decision."""
    steps = [step for name in facts.ed_classes for step in steps_of_class(facts.scenario, name)]
    if not any(isinstance(step, Mark) and step.milestone == "decided_to_admit" for step in steps):
        return None
    boards = _decided(facts, np.flatnonzero(facts.journeys.is_ed))
    return boards, facts.journeys.decided_ms[boards], facts.until(facts.journeys.ed_departure_ms[boards])


def _first_contacts(facts: Facts, groups: list[Breakdown]) -> Figures:
    """Triage and first clinician, as far as an ED class can come to such a step."""
    journeys, window = facts.journeys, facts.window
    steps = [step for name in facts.ed_classes for step in steps_of_class(facts.scenario, name)]
    meanings = {step.counts_as for step in steps if isinstance(step, Activity)}
    found: Figures = {}
    if "triage" in meanings:
        seen = np.flatnonzero(_came(facts) & window.holds(journeys.triage_ms))
        done = journeys.triage_ms[seen] - journeys.arrival_ms[seen]
        there = _waiting_for_triage(facts)
        found |= spread(groups, seen, {"time_to_triage_mean": minutes(means(done))})
        counted, kept = judged(done, window.end_ms - journeys.arrival_ms[there], 15 * clock.MINUTE)
        found |= spread(groups, np.append(seen, there)[counted], {"triage_within_15min": shares(kept)})
    if "first_clinician" in meanings:
        seen = np.flatnonzero(_came(facts) & window.holds(journeys.clinician_ms))
        done = journeys.clinician_ms[seen] - journeys.arrival_ms[seen]
        found |= spread(groups, seen, {"time_to_clinician_median": minutes(quantiles(done, 0.5))})
    return found


def _waiting_for_triage(facts: Facts) -> Ints:
    """Patients who wait for their first triage when the window ends."""
    journeys, visits, end = facts.journeys, facts.visits, facts.window.end_ms
    is_triage = np.array([step.meaning == "triage" for step in facts.program.steps], np.bool_)
    patients: Ints = visits.patient[is_triage[visits.step] & visits.waiting_at(end - 1)].astype(np.int64)
    first = (journeys.triage_ms[patients] == NEVER) | (journeys.triage_ms[patients] >= end)
    untriaged: Ints = patients[_came(facts)[patients] & first]
    return untriaged
