"""What a small hospital costs in two hours, by kind and in all, and what is left of its budget; worked out by hand.

The window is 01:00 to 03:00 (minutes 60 to 180), the run goes on to 04:00.
"""

import math
from typing import Any

import pytest

from sim import clock
from sim.engine.eventlog import Event
from sim.measure.kpis import Figures
from sim.measure.money.bill import amount
from sim.measure.window import Window
from tests.builders import Book, Replication, comes, hospital

WINDOW = Window(60 * clock.MINUTE, 180 * clock.MINUTE)
LEAVE = {"leave": "discharged"}
IDLE = {"scanner": {"units": 1}}
ACTS = {"watch": {"inside": "medical"}, "above": 3}


def told(pathway: list[Any], **parts: Any) -> Book:
    patients = parts.pop("patients", {"p": comes()})
    return Book(hospital("3 h", "1 h", patients=patients, pathways={"way": [*pathway, LEAVE]}, **parts))


def spent(replication: Replication) -> dict[str, float]:
    """Pounds in the window of two hours, by scope."""
    figures = replication.measured(WINDOW).kpis
    return {scope: value / 12 for (name, scope), value in figures.items() if name == "cost_per_day"}


def test_a_bed_costs_as_long_as_it_is_open_and_as_long_as_it_is_in_use_after_closing() -> None:
    """Two beds at £24 a day, one of them closed from 02:00 on while both are in use until 02:30."""
    closed = {"also": {"night": {"beds": -1, "from": "02:00", "to": "06:00"}}}
    wards = {
        "medical": {"beds": 2, "cost": "24 per day", **closed},
        "icu": {"beds": 1, "kind": "critical_care", "cost": "240 per day"},
    }
    book = told([{"enter": "medical"}, {"stay": "1 h"}], wards=wards)
    for leaves in (150, 170):
        patient = book.arrives(50)
        book.enters(patient, "enter medical", 50, 50)
        book.stays(patient, "stay", 50, leaves)
        book.leaves(patient, leaves)
    found = spent(book.closed())
    assert found["ward:medical"] == found["beds:ward"] == pytest.approx(2 + 1 + 0.5)
    assert found["ward:icu"] == found["beds:critical_care"] == pytest.approx(2 * 10)
    assert found["cost:beds"] == found[""] == pytest.approx(23.5)


def test_beds_that_cost_by_patient_count_who_gets_one_in_the_window() -> None:
    """Placed at 00:50, at 01:00 (in its first instant) and at 03:00 (when it is over)."""
    wards = {"medical": {"beds": 9, "cost": "345 per patient"}}
    book = told([{"enter": "medical"}, {"stay": "1 h"}], wards=wards)
    for placed in (50, 60, 180):
        patient = book.arrives(placed)
        book.enters(patient, "enter medical", placed, placed)
        book.stays(patient, "stay", placed)
    assert spent(book.closed())["ward:medical"] == pytest.approx(345)


def test_what_is_spent_whether_patients_come_or_not_is_fixed_and_the_rest_is_variable() -> None:
    """£24 an hour for a nurse and £2 an hour for a bed are fixed; £5 a wash and £3 a patient in a chair vary."""
    things = {
        "staff": {"nurse": {"on_duty": 1, "cost": "24 per hour"}},
        "wards": {"medical": {"beds": 1, "cost": "48 per day"}, "chairs": {"beds": 4, "cost": "3 per patient"}},
    }
    book = told([{"enter": "chairs"}, {"wash": {"time": "30 min", "cost": "5 per patient"}}], **things)
    for came in (70, 90):
        patient = book.arrives(came)
        book.enters(patient, "enter chairs", came, came)
        book.stays(patient, "wash", came, came + 30)
        book.leaves(patient, came + 30)
    figures = book.closed().measured(WINDOW).kpis
    assert figures["fixed_cost_per_day", ""] / 12 == pytest.approx(2 * 24 + 2 * 2)
    assert figures["variable_cost_per_day", ""] / 12 == pytest.approx(2 * 5 + 2 * 3)
    assert figures["cost_per_day", ""] / 12 == pytest.approx(68)


def scans(interrupted: str = "resume") -> Book:
    """A scan that the more urgent can interrupt."""
    scan = {"equipment": "ct", "time": "30 min", "preempts": True, "interrupted": interrupted, "cost": "35 per patient"}
    patients = {
        "p": comes(attributes={"acuity": {"red": "50 %", "green": "rest"}}, priority={"acuity": ["red", "green"]})
    }
    return told([{"scan": scan}], patients=patients, equipment={"ct": {"units": 1, "cost": "80 per patient"}})


def test_a_patient_who_is_interrupted_and_goes_on_costs_once() -> None:
    book = scans()
    slow = book.arrives(60, acuity="green")
    urgent = book.arrives(70, acuity="red")
    book.waits(slow, "scan", 60)
    book.begins(slow, "scan", 60)
    book.waits(urgent, "scan", 70)
    book.ends(slow, "scan", 70, Event.INTERRUPT)
    book.waits(slow, "scan", 70)
    book.begins(urgent, "scan", 70)
    book.ends(urgent, "scan", 100)
    book.leaves(urgent, 100)
    book.begins(slow, "scan", 100)
    book.ends(slow, "scan", 120)
    book.leaves(slow, 120)
    book.drawn |= {"way/scan/time": [30 * clock.MINUTE] * 2}
    replication = book.closed()
    found = spent(replication)
    assert found["equipment:ct"] == pytest.approx(2 * 80)
    assert found["step:way/scan"] == found["cost:steps"] == pytest.approx(2 * 35)
    late = replication.measured(Window(80 * clock.MINUTE, 180 * clock.MINUTE)).kpis
    assert late["cost_per_day", "equipment:ct"] == 0  # both began before
    assert late["cost_per_day", "step:way/scan"] * 100 / 1440 == pytest.approx(2 * 35)  # both are done later


def test_an_activity_costs_when_it_is_done() -> None:
    """Done at 00:50, at 01:00 (in the first instant) and at 02:00; one goes on at the end of the window."""
    book = told([{"wash": {"time": "30 min", "cost": "5 per patient"}}], equipment=IDLE)
    for came, done in ((20, 50), (30, 60), (90, 120), (160, 190)):
        patient = book.arrives(came)
        book.stays(patient, "wash", came, done)
        book.leaves(patient, done)
    assert spent(book.closed())["step:way/wash"] == pytest.approx(2 * 5)


def test_an_activity_may_cost_by_its_time() -> None:
    book = told([{"wash": {"time": "30 min", "cost": "60 per hour"}}], equipment=IDLE)
    for came, done in ((20, 80), (160, 190)):
        patient = book.arrives(came)
        book.stays(patient, "wash", came, done)
        book.leaves(patient, done)
    assert spent(book.closed())["step:way/wash"] == pytest.approx(20 + 20)  # 01:00 to 01:20, 02:40 to 03:00


def test_an_appointment_that_was_missed_costs_its_slot_but_nothing_was_done() -> None:
    visit = {"slots": "clinic", "time": "10 min", "cost": "5 per patient", "missed": "10 %", "if_missed": "cancelled"}
    sessions = {"day": {"at": "01:30", "slots": 3}}
    book = told([{"visit": visit}], slots={"clinic": {"sessions": sessions, "cost": "45 per patient"}})
    book.there_are(90, "clinic", 3)
    kept, missed = book.arrives(80), book.arrives(80)
    for patient in (kept, missed):
        book.does(patient, "visit", 80, 90, 100)
    book.leaves(kept, 100)
    book.marks(missed, "visit: missed", 100)
    book.leaves(missed, 100, "visit: cancelled")
    book.there_are(90 + 1 / 60_000, "clinic", 0)
    book.drawn |= {"way/visit/time": [10 * clock.MINUTE] * 2, "way/visit/missed": [0, 1]}
    replication = book.closed()
    found = spent(replication)
    assert found["slots:clinic"] == found["cost:slots"] == pytest.approx(2 * 45)
    assert found["step:way/visit"] == pytest.approx(5)
    assert found[""] == pytest.approx(95)


def test_supplies_cost_for_each_unit_that_is_used() -> None:
    """Two units at 00:50, before the window, and two at 01:00."""
    book = told([{"transfuse": {"uses": {"blood": 2}, "time": "1 h"}}], supplies=BLOOD)
    book.there_are(0, "blood", 40)
    for came in (50, 60):
        patient = book.arrives(came)
        book.does(patient, "transfuse", came, came, came + 60)
        book.leaves(patient, came + 60)
    book.drawn |= {"way/transfuse/time": [clock.HOUR] * 2}
    found = spent(book.closed())
    assert found["supplies:blood"] == found["cost:supplies"] == found[""] == pytest.approx(2 * 120)


BLOOD = {"blood": {"stock": 40, "cost": "120 per unit"}}


def test_a_policy_costs_while_it_is_active_and_each_time_that_it_acts() -> None:
    """Active from 00:30 to 01:30, from 02:00 to 02:10, and from 02:50 on."""
    policies = {"surge": {**ACTS, "cost": "60 per hour", "cost_each": 500}, "quiet": ACTS}
    book = told([{"enter": "medical"}], wards={"medical": {"beds": 9}}, policies=policies)
    for minute, active in ((30, True), (90, False), (120, True), (130, False), (170, True)):
        book.acts(minute, "surge", active=active)
    found = spent(book.closed())
    assert found["policy:surge"] == found["cost:policies"] == pytest.approx(30 + 10 + 10 + 2 * 500)
    assert "policy:quiet" not in found


def test_the_kinds_of_costs_add_up_to_the_whole() -> None:
    replication = everything().closed()
    found = spent(replication)
    kinds = {scope: pounds for scope, pounds in found.items() if scope.startswith("cost:")}
    names = ("staff", "overtime", "agency", "beds", "equipment", "slots", "supplies", "steps", "policies", "fixed")
    assert set(kinds) == {f"cost:{name}" for name in names}
    assert sum(kinds.values()) == pytest.approx(found[""])
    things = sum(pounds for scope, pounds in found.items() if scope and not scope.startswith(("cost:", "beds:")))
    assert things + kinds["cost:fixed"] == pytest.approx(found[""])


def everything(**costs: Any) -> Book:
    """A hospital that pays for everything that can cost money; two patients leave in the window."""
    nurse = {"on_duty": 1, "cost": "30 per hour", "absence": "4 %", "agency": {"fills": "50 %"}}
    talk = {"staff": "nurse", "equipment": "ct", "time": "10 min", "cost": "3 per patient"}
    book = told(
        [{"talk": talk}],
        staff={"nurse": nurse},
        equipment={"ct": {"units": 1, "cost": "6 per hour"}},
        wards={"medical": {"beds": 1, "cost": "24 per day"}},
        slots={"clinic": {"per_week": 1, "cost": "45 per patient"}},
        supplies=BLOOD,
        policies={"surge": {**ACTS, "cost_each": 500}},
        costs={"fixed": "120 per hour", **costs},
    )
    book.there_are(0, "blood", 40)
    for came in (80, 100):
        patient = book.arrives(came)
        book.does(patient, "talk", came, came, came + 10)
        book.leaves(patient, came + 10)
    book.drawn |= {"way/talk/time": [10 * clock.MINUTE] * 2}
    return book


def figures(**costs: Any) -> Figures:
    return everything(**costs).closed().measured(WINDOW).kpis


TOTAL = 2 * 30 + 2 * 6 + 2 * 1 + 2 * 3 + 2 * 120  # nurse, machine, bed, talks, fixed


def test_the_whole_cost_is_divided_by_those_who_leave() -> None:
    found = figures()
    assert found["cost_per_day", ""] == pytest.approx(12 * TOTAL)
    assert found["cost_per_patient", ""] == pytest.approx(TOTAL / 2)
    assert "budget_left_per_day" not in {name for name, _ in found}


@pytest.mark.parametrize(
    ("budget", "pounds"),
    [("4800 per day", 400), ("200 per hour", 400), ("0 per day", 0), ("100 per patient", 200), ("8736 per week", 104)],
)
def test_what_is_left_of_the_budget_is_below_nothing_if_too_much_is_spent(budget: str, pounds: float) -> None:
    assert figures(budget=budget)["budget_left_per_day", ""] == pytest.approx(12 * (pounds - TOTAL))


def test_a_budget_is_judged_even_if_nothing_costs_anything() -> None:
    found = told([], costs={"budget": "24 per day"}).closed().measured(WINDOW).kpis
    assert found["budget_left_per_day", ""] == pytest.approx(24)
    assert "cost_per_day" not in {name for name, _ in found}


def test_a_hospital_that_nobody_left_has_no_cost_for_each_patient() -> None:
    found = told([], costs={"fixed": "24 per day"}).closed().measured(WINDOW).kpis
    assert math.isnan(found["cost_per_patient", ""])
    assert found["cost_per_day", ""] == pytest.approx(24)


def test_where_no_cost_is_declared_none_is_told() -> None:
    found = told([], policies={}, wards={"medical": {"beds": 1}}).closed().measured(WINDOW).kpis
    assert not {name for name, _ in found} & {"cost_per_day", "cost_per_patient", "budget_left_per_day"}


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        ((24.0, "day"), 2.0),
        ((7.0, "hour"), 14.0),
        ((168.0, "week"), 2.0),
        ((5.0, "patient"), 15.0),
        ((5.0, "unit"), 15.0),
    ],
)
def test_an_amount_is_per_time_or_per_use(cost: tuple[float, str], expected: float) -> None:
    assert amount(cost, 2.0, 3) == pytest.approx(expected)
