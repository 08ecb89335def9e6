"""Handovers from ambulances, worked out by hand; the window is 01:00 to 03:00, the run goes on to 04:00.

| patient | crew held | given back | minutes | |
|---|---|---|---|---|
| 0 | 30 | 59 | 29 | over before the window |
| 1 | 40 | 60 | 20 | ends in its first instant |
| 2 | 70 | 85 | 15 | within 15 minutes |
| 3 | 80 | 150 | 70 | |
| 4 | 130 | 200 | 50 so far | goes on when it ends |
| 5 | 170 | 180 | 10 so far | given back in the instant in which it ends |
"""

import math
from typing import Any

import numpy as np
import pytest

from sim import clock
from sim.measure.kpis import Figures
from sim.measure.window import Window
from tests.builders import Book, Replication, comes, hospital

WINDOW = Window(60 * clock.MINUTE, 180 * clock.MINUTE)
HOLD = {"hold": {"name": "arrive by ambulance", "staff": "crew", "counts_as": "handover"}}
UNLOAD = {"unload": {"time": "20 min"}}
SEE = {"see": {"staff": "nurse", "time": "5 min", "counts_as": "first_clinician"}}
LEAVE = {"leave": "discharged"}
STAFF = {"crew": {"on_duty": 9}, "nurse": {"on_duty": 9}}
TIMES = ((30, 59), (40, 60), (70, 85), (80, 150), (130, 200), (170, 180))


def emergency(pathway: list[Any]) -> Book:
    patients = {"p": comes(attributes={"sex": {"f": "50 %", "m": "rest"}})}
    return Book(hospital("3 h", "1 h", patients=patients, staff=STAFF, pathways={"way": pathway}))


def comes_by_ambulance(book: Book, held: float, back: float, sex: str = "m") -> int:
    """A patient comes with a crew, which is given back after a while."""
    patient = book.arrives(held, sex=sex)
    book.keeps(patient, "arrive by ambulance", held, held)
    book.stays(patient, "unload", held, back)
    book.gives_back(patient, "arrive by ambulance", back)
    return patient


def by_ambulance() -> Replication:
    book = emergency([HOLD, UNLOAD, {"give back": "crew"}, SEE, LEAVE])
    for number, (held, back) in enumerate(TIMES):
        patient = comes_by_ambulance(book, held, back, "f" if number == 3 else "m")
        book.does(patient, "see", back, back, back + 5)
        book.leaves(patient, back + 5)
    book.drawn |= {"way/see/time": [5 * clock.MINUTE] * len(TIMES)}
    book.drawn |= {"way/unload/time": [(back - held) * clock.MINUTE for held, back in TIMES]}
    return book.closed()


@pytest.fixture(scope="module")
def figures() -> Figures:
    return by_ambulance().measured(WINDOW).kpis


@pytest.mark.parametrize(
    ("name", "scope", "expected"),
    [
        ("handovers_per_day", "", 3 * 12),  # 1, 2 and 3 in a twelfth of a day
        ("handovers_per_day", "sex:m", 2 * 12),
        ("handover_mean", "", (20 + 15 + 70) / 3),
        ("handover_mean", "sex:f", 70),
        ("handover_mean", "class:p", 35),
        # 4 has lasted for 50 minutes; 5 for 10, and does not count
        ("handover_over_15min", "", 3 / 4),
        ("handover_over_30min", "", 2 / 4),
        ("handover_over_45min", "", 2 / 4),
        ("handover_over_60min", "", 1 / 3),  # 4 is not yet beyond, so that nobody knows
        ("handover_over_60min", "sex:m", 0),
        ("handover_hours_lost_per_day", "", (5 + 55) / 60 * 12),
        ("handover_hours_lost_per_day", "sex:f", 55 / 60 * 12),
        # 2 from 70 to 85, 3 to 150, 4 and 5 until the end
        ("crews_held_mean", "", (15 + 70 + 50 + 10) / 120),
        ("crews_held_mean", "sex:f", 70 / 120),
    ],
)
def test_the_figures_are_those_worked_out_by_hand(figures: Figures, name: str, scope: str, expected: float) -> None:
    assert figures[name, scope] == pytest.approx(expected, rel=1e-12)


def test_the_next_window_has_those_who_are_handed_over_in_it() -> None:
    after = by_ambulance().measured(Window(180 * clock.MINUTE, 240 * clock.MINUTE)).kpis
    assert after["handovers_per_day", ""] == pytest.approx(2 * 24)
    assert after["handover_mean", ""] == pytest.approx((70 + 10) / 2)


def test_where_no_crew_is_held_the_handover_lasts_from_asking_to_the_end_of_the_step() -> None:
    handover = {"handover": {"staff": "nurse", "time": "10 min", "counts_as": "handover"}}
    book = emergency([handover, LEAVE])
    patient = book.arrives(75, sex="f")
    book.does(patient, "handover", 75, 90, 100)
    book.leaves(patient, 100)
    book.waits(book.arrives(150, sex="m"), "handover", 150)
    book.drawn |= {"way/handover/time": [10 * clock.MINUTE] * 2}
    found = book.closed().measured(WINDOW).kpis
    assert found["handover_mean", ""] == pytest.approx(25)
    assert found["handover_over_15min", ""] == pytest.approx(2 / 2)  # who has waited for half an hour is beyond, too
    assert found["crews_held_mean", ""] == pytest.approx((25 + 30) / 120)


def test_a_crew_that_waits_for_the_queue_is_not_held_yet() -> None:
    book = emergency([HOLD, UNLOAD, {"give back": "crew"}, LEAVE])
    patient = book.arrives(70, sex="f")
    book.keeps(patient, "arrive by ambulance", 70, 90)
    book.stays(patient, "unload", 90, 120)
    book.gives_back(patient, "arrive by ambulance", 120)
    book.leaves(patient, 120)
    book.waits(book.arrives(100, sex="m"), "arrive by ambulance", 100)
    book.drawn |= {"way/unload/time": [30 * clock.MINUTE] * 2}
    found = book.closed().measured(WINDOW).kpis
    assert found["handover_mean", ""] == pytest.approx(30)
    assert found["handover_over_15min", ""] == 1


def test_the_four_hour_clock_starts_with_the_handover_but_at_most_a_quarter_of_an_hour_after_arrival() -> None:
    """They leave 249 and 256 minutes after arrival: one was handed over after 10 minutes, the other after an hour."""
    way = [HOLD, UNLOAD, {"give back": "crew"}, SEE, LEAVE]
    book = Book(hospital("6 h", patients={"p": comes()}, staff=STAFF, pathways={"way": way}))
    for handed_over, leaves in ((10, 249), (60, 256)):
        patient = book.arrives(0)
        book.keeps(patient, "arrive by ambulance", 0, 0)
        book.stays(patient, "unload", 0, handed_over)
        book.gives_back(patient, "arrive by ambulance", handed_over)
        book.does(patient, "see", handed_over, handed_over, leaves)
        book.leaves(patient, leaves)
    told = book.closed()
    assert told.kpi("ed_within_4h") == 1 / 2  # 249 - 10 = 239 and 256 - 15 = 241 minutes
    assert told.kpi("ed_breaches_4h_per_day") == pytest.approx(1 * 24 / 6)
    assert told.kpi("ed_time_mean") == pytest.approx((249 + 256) / 2)


def test_a_hospital_without_ambulances_has_none_of_these_figures() -> None:
    figures = emergency([SEE, LEAVE]).closed().measured(WINDOW).kpis
    assert not any(name.startswith(("handover", "crews")) for name, _ in figures)


def test_where_nobody_comes_there_is_nothing_to_measure() -> None:
    figures = emergency([HOLD, LEAVE]).closed().measured(WINDOW).kpis
    assert math.isnan(figures["handover_mean", ""])
    assert math.isnan(figures["handover_over_15min", "sex:f"])
    assert figures["handover_hours_lost_per_day", ""] == figures["crews_held_mean", ""] == 0
    assert np.isfinite(figures["handovers_per_day", ""])
