"""What people ask first depends on what a service is, never on its figures."""

import pytest

from sim.measure.figures import KpiKey
from sim.measure.kpis import KPIS
from sim.scenario.expectations import Expectation
from sim.study.headline import (
    ANY,
    EMERGENCY,
    INPATIENTS,
    RESPONSE,
    SERVICES,
    WAITING_LIST,
    about,
    headline,
    services_of,
    waits,
)
from tests.small_studies import clinic


def keys(*names: str) -> list[KpiKey]:
    return [(name, "") for name in names]


COMMON = ("arrivals_per_day", "wait_mean", "wait_p95", "cost_per_day")
BEDS = ("admissions_per_day", "occupancy_8am", "ready_patients_share", "length_of_stay_mean")
ACUTE = keys(*COMMON, *BEDS, "ed_within_4h", "ed_over_12h", "dta_over_4h", "boarders_8am", "left_before_seen")
THERAPY = keys(
    *COMMON, "waiting_now", "waiting_within_18_weeks", "waiting_over_52_weeks", "missed_share", "slot_utilisation"
)
VISITS = keys(*COMMON, "started_on_time", "overtime_hours_per_day")


@pytest.mark.parametrize(
    ("figures", "service"),
    [
        (ACUTE, EMERGENCY),
        (THERAPY, WAITING_LIST),
        (VISITS, RESPONSE),
        (keys(*COMMON, *BEDS), INPATIENTS),
        (keys(), ANY),
    ],
)
def test_a_service_is_known_by_its_figures(figures, service):
    assert services_of(figures)[0] is service


def test_a_hospital_is_asked_about_four_hours_and_beds():
    names = [name for name, _ in headline(ACUTE)]
    assert names[0] == "ed_within_4h"
    assert {"occupancy_8am", "ready_patients_share"} <= set(names)
    assert names[-1] == "cost_per_day"


def test_a_therapy_list_is_asked_about_its_list_and_never_about_beds():
    names = [name for name, _ in headline([*THERAPY, ("occupancy_mean", "ward:gym")])]
    assert names == [
        *("waiting_now", "waiting_within_18_weeks", "waiting_over_52_weeks", "missed_share", "slot_utilisation"),
        "cost_per_day",
    ]


def test_visits_are_asked_whether_they_start_on_time_and_about_overtime():
    assert [name for name, _ in headline(VISITS)] == [
        *("started_on_time", "wait_mean", "wait_p95", "overtime_hours_per_day", "cost_per_day")
    ]


def test_a_hospital_with_a_waiting_list_is_asked_about_both():
    both = [*ACUTE, *THERAPY]
    names = [name for name, _ in headline(both)]
    assert names[0] == "ed_within_4h"
    assert names[-3:] == ["waiting_now", "waiting_within_18_weeks", "cost_per_day"]
    assert [name for name, _ in headline(both, 5)] == [
        *("ed_within_4h", "ed_over_12h", "waiting_now", "waiting_within_18_weeks", "cost_per_day")
    ]


def test_figures_of_groups_alone_make_no_headline():
    assert headline([("ed_within_4h", "age:75+")]) == ()


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.known_by)
def test_every_service_names_figures_that_are_measured(service):
    assert {service.known_by, *service.figures, *service.waits, *service.adds} <= set(KPIS)
    assert set(waits(keys(service.known_by, *service.waits))) <= set(service.waits)


def test_what_a_file_expects_to_move_stands_behind_the_first_figure():
    critical = ("beds_used", "ward:critical_care")
    found = headline([*ACUTE, critical], about=[critical, ("ed_over_12h", ""), ("never_measured", "")])
    assert found[:3] == (("ed_within_4h", ""), critical, ("ed_over_12h", ""))
    assert len(found) == len(set(found)) == len(headline(ACUTE)) + 1
    assert found[-1] == ("cost_per_day", "")
    assert headline([*ACUTE, critical], 4, about=[critical])[1] == critical
    assert len(headline([*ACUTE, critical], 4, about=[critical])) == 4


def test_of_what_a_file_expects_three_figures_at_most_stand_in_front():
    wards = [("beds_used", f"ward:{number}") for number in range(5)]
    found = headline([*ACUTE, *wards], about=wards)
    assert [key for key in found if key in wards] == wards[:3]


def test_expectations_of_several_scenarios_are_joined_in_their_order():
    expect = {"kpi": "wait_mean", "becomes": "lower", "why": "more staff"}
    first = clinic().model_copy(update={"expect": {"a": Expectation.model_validate({**expect, "of": "class:walk_in"})}})
    second = clinic().model_copy(update={"expect": {"b": Expectation.model_validate(expect), "a": first.expect["a"]}})
    assert about(second, first) == (("wait_mean", ""), ("wait_mean", "class:walk_in"))
