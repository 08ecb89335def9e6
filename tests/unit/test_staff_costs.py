"""What staff cost: on duty, after the end of the shift, from an agency; and their hours, all worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from sim import clock
from sim.demand.fates import Fates
from sim.measure.kpis import Figures
from sim.measure.window import Window
from tests.builders import Book, Replication, comes, hospital

LEAVE = {"leave": "discharged"}
WINDOW = Window(60 * clock.MINUTE, 180 * clock.MINUTE)


def clinic(nurse: dict, **parts: object) -> Book:
    pathways = {"way": [{"talk": {"staff": "nurse", "time": "10 min"}}, LEAVE]}
    scenario = hospital("3 h", "1 h", patients={"p": comes()}, staff={"nurse": nurse}, pathways=pathways, **parts)
    return Book(scenario)


def late_patient(nurse: dict, **parts: object) -> Replication:
    """One nurse from 00:00 to 02:00; a patient is with her from 01:40 to 02:30, in a window from 01:00 to 03:00."""
    roster = {"early": {"from": "00:00", "to": "02:00", "on_duty": 1}}
    book = clinic({"roster": roster, **nurse}, **parts)
    patient = book.arrives(100)
    book.does(patient, "talk", 100, 100, 150)
    book.leaves(patient, 150)
    return book.closed()


def cost(told: Replication, scope: str) -> float:
    """Pounds in the window of two hours."""
    return told.measured(WINDOW).kpis["cost_per_day", scope] / 12


def test_an_hour_on_duty_costs_what_was_declared_used_or_not() -> None:
    told = late_patient({"cost": "60 per hour"})
    assert cost(told, "cost:staff") == pytest.approx(60)  # 01:00 to 02:00


def test_overtime_costs_as_much_as_other_hours_if_nothing_else_is_said() -> None:
    told = late_patient({"cost": "60 per hour"})
    assert cost(told, "cost:overtime") == pytest.approx(30)  # 02:00 to 02:30
    assert cost(told, "staff:nurse") == cost(told, "") == pytest.approx(90)


def test_overtime_costs_more_by_its_factor() -> None:
    told = late_patient({"cost": "60 per hour", "overtime": "x 1.5"})
    assert cost(told, "cost:overtime") == pytest.approx(45)
    assert cost(told, "cost:staff") == pytest.approx(60)


def test_on_costs_come_on_top_of_both() -> None:
    told = late_patient({"cost": "60 per hour", "overtime": "x 1.5"}, costs={"on_costs": "20 %"})
    assert cost(told, "cost:staff") == pytest.approx(72)
    assert cost(told, "cost:overtime") == pytest.approx(54)


def test_on_costs_of_a_group_stand_instead_of_those_of_the_hospital() -> None:
    told = late_patient({"cost": "60 per hour", "on_costs": "0 %"}, costs={"on_costs": "20 %"})
    assert cost(told, "cost:staff") == pytest.approx(60)
    told = late_patient({"cost": "60 per hour", "on_costs": "50 %"}, costs={"on_costs": "20 %"})
    assert cost(told, "cost:staff") == pytest.approx(90)


def test_a_cost_per_patient_has_on_costs_and_no_overtime() -> None:
    told = late_patient({"cost": "100 per patient", "on_costs": "10 %", "overtime": "x 2"})
    assert cost(told, "staff:nurse") == pytest.approx(110)
    assert ("cost_per_day", "cost:overtime") not in told.measured(WINDOW).kpis


def test_staff_without_a_cost_cost_nothing_and_are_not_told() -> None:
    told = late_patient({}, costs={"fixed": "24 per day"})
    assert cost(told, "") == pytest.approx(2)
    assert ("cost_per_day", "staff:nurse") not in told.measured(WINDOW).kpis


def test_work_after_the_window_is_not_overtime_in_it() -> None:
    told = late_patient({"cost": "60 per hour"})
    figures = told.measured(Window(60 * clock.MINUTE, 130 * clock.MINUTE)).kpis
    assert figures["overtime_hours_per_day", "staff:nurse"] * 70 / 1440 == pytest.approx(10 / 60)


def test_who_finishes_although_others_relieve_them_works_overtime() -> None:
    """Two nurses go at 02:00 and one comes; the one who is busy until 02:30 is there besides the new one."""
    roster = {
        "early": {"from": "00:00", "to": "02:00", "on_duty": 2},
        "late": {"from": "02:00", "to": "10:00", "on_duty": 1},
    }
    book = clinic({"roster": roster, "cost": "60 per hour", "at_shift_end": "relieved", "overtime": "x 2"})
    patient = book.arrives(100)
    book.does(patient, "talk", 100, 100, 150)
    book.leaves(patient, 150)
    for minute, units in ((0, 2), (120, 2), (150, 1)):
        book.there_are(minute, "nurse", units)
    told = book.closed()
    figures = told.measured(WINDOW).kpis
    assert figures["overtime_hours_per_day", "staff:nurse"] / 12 == pytest.approx(0.5)
    assert figures["utilisation", "staff:nurse"] == pytest.approx(50 / (2 * 60 + 60))
    assert cost(told, "cost:staff") == pytest.approx(2 * 60 + 60)
    assert cost(told, "cost:overtime") == pytest.approx(0.5 * 60 * 2)


class Short(Book):
    """Four nurses are rostered; from 01:30 to 02:30 three are missing, the agency sends one and at 02:00 another."""

    def fates(self) -> Fates:
        fates = super().fates()
        minutes = (0, 90, 120, 150)
        supply = replace(
            fates.supply,
            time_ms=np.array(minutes) * clock.MINUTE,
            resource=np.zeros(4, np.int64),
            units=np.array((4, 2, 3, 4)),
            leaving=np.zeros(4, np.int64),
            at_least=np.zeros(4, np.int64),
            agency_time_ms=np.array(minutes) * clock.MINUTE,
            agency_resource=np.zeros(4, np.int64),
            agency_units=np.array((0, 1, 2, 0)),
        )
        return replace(fates, supply=supply)


def short(**nurse: object) -> Replication:
    agency = {"on_duty": 4, "cost": "60 per hour", "absence": "50 %", "on_costs": "25 %", **nurse}
    pathways = {"way": [{"talk": {"staff": "nurse", "time": "10 min"}}, LEAVE]}
    book = Short(hospital("3 h", "1 h", patients={"p": comes()}, staff={"nurse": agency}, pathways=pathways))
    for minute, units in ((0, 4), (90, 2), (120, 3), (150, 4)):
        book.there_are(minute, "nurse", units)
    return book.closed()


def hours(figures: Figures, name: str) -> float:
    assert figures[name, ""] == figures[name, "staff:nurse"]
    return figures[name, ""] / 12


def test_hours_of_agency_staff_and_of_those_who_are_missing_are_told_apart() -> None:
    figures = short(agency={"fills": "50 %", "cost": "100 per hour"}).measured(WINDOW).kpis
    agency, there = (30 + 2 * 30) / 60, (4 * 30 + 2 * 30 + 3 * 30 + 4 * 30) / 60
    assert figures["agency_share", ""] == figures["agency_share", "staff:nurse"] == pytest.approx(agency / there)
    assert hours(figures, "absence_hours_per_day") == pytest.approx(3)  # three people for an hour
    assert hours(figures, "unfilled_hours_per_day") == pytest.approx(3 - agency)


def test_agency_staff_cost_their_own_price_without_on_costs() -> None:
    told = short(agency={"fills": "50 %", "cost": "100 per hour"})
    own = (4 * 30 + 1 * 30 + 1 * 30 + 4 * 30) / 60
    assert cost(told, "cost:agency") == pytest.approx(1.5 * 100)
    assert cost(told, "cost:staff") == pytest.approx(own * 60 * 1.25)
    assert cost(told, "staff:nurse") == pytest.approx(own * 75 + 150)


def test_agency_staff_without_a_price_cost_as_much_as_own_people() -> None:
    told = short(agency={"fills": "50 %"})
    assert cost(told, "cost:agency") == pytest.approx(1.5 * 75)


def test_agency_staff_have_a_price_even_if_own_people_have_none() -> None:
    told = short(agency={"fills": "50 %", "cost": "2400 per day"}, cost=None)
    assert cost(told, "") == cost(told, "cost:agency") == pytest.approx(1.5 * 100)


def test_nobody_of_an_agency_is_told_where_none_is_called() -> None:
    figures = short().measured(WINDOW).kpis
    assert hours(figures, "absence_hours_per_day") > 0
    assert not {name for name, _ in figures} & {"agency_share", "unfilled_hours_per_day"}
    assert ("cost_per_day", "cost:agency") not in figures


def test_a_roster_to_which_everybody_comes_has_no_figures_of_absence() -> None:
    figures = late_patient({"cost": "60 per hour"}).measured(WINDOW).kpis
    assert not {name for name, _ in figures} & {"absence_hours_per_day", "agency_share", "unfilled_hours_per_day"}
