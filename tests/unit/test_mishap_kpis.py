"""Interruptions, late cancellations, patients who get worse or do not come.

The window is 01:00 to 03:00, the run goes on to 04:00.
"""

import math
from typing import Any

import pytest

from sim import clock
from sim.engine.eventlog import Event
from sim.measure.kpis import Figures
from sim.measure.window import Window
from tests.builders import Book, comes, hospital

WINDOW = Window(60 * clock.MINUTE, 180 * clock.MINUTE)
LEAVE = {"leave": "discharged"}
NAMES = {"interruptions_per_day", "late_cancellations_per_day", "worsened_per_day", "missed_share"}


def told(step: dict[str, Any], **parts: Any) -> Book:
    patients = {
        "p": comes(attributes={"acuity": {"red": "50 %", "green": "rest"}}, priority={"acuity": ["red", "green"]})
    }
    parts = {"staff": {"nurse": {"on_duty": 2}}, **parts}
    return Book(hospital("3 h", "1 h", patients=patients, pathways={"way": [step, LEAVE]}, **parts))


def figures(book: Book) -> Figures:
    book.drawn |= {"way/see/time": [30 * clock.MINUTE] * len(book.arrivals)}
    return book.closed().measured(WINDOW).kpis


def test_every_interruption_counts_and_each_only_once() -> None:
    """Both nurses are taken from one patient at 00:50, at 01:00 and at 01:20; she goes on at once each time."""
    book = told(
        {"see": {"staff": {"nurse": 2}, "equipment": "room", "time": "30 min", "preempts": True}}, equipment=ROOM
    )
    patient = book.arrives(40, acuity="green")
    book.waits(patient, "see", 40)
    book.begins(patient, "see", 40)
    for cut in (50, 60, 80):
        book.ends(patient, "see", cut, Event.INTERRUPT)
        book.waits(patient, "see", cut)
        book.begins(patient, "see", cut + 1)
    book.ends(patient, "see", 90)
    book.leaves(patient, 90)
    book.drawn |= {"way/see/time": [47 * clock.MINUTE]}
    found = book.closed().measured(WINDOW).kpis
    assert found["interruptions_per_day", ""] == pytest.approx(2 * 12)
    assert found["interruptions_per_day", "step:way/see"] == pytest.approx(2 * 12)
    assert found["interruptions_per_day", "acuity:green"] == pytest.approx(2 * 12)
    assert found["interruptions_per_day", "acuity:red"] == 0


ROOM = {"room": {"units": 1}}


def test_a_bed_that_closes_under_its_patient_is_an_interruption_of_no_activity() -> None:
    closing = {"beds": -1, "from": "02:00", "to": "02:30"}
    wards = {"medical": {"beds": 1, "when_closing": "hand_over", "also": {"closed": closing}}}
    book = Book(
        hospital(
            "3 h",
            "1 h",
            patients={"p": comes()},
            wards=wards,
            pathways={"way": [{"enter": "medical"}, {"stay": "2 h"}, LEAVE]},
        )
    )
    patient = book.arrives(30)
    book.enters(patient, "enter medical", 30, 30)
    book.stays(patient, "stay", 30)
    book.loses_bed(patient, "stay", 120)
    book.enters(patient, "enter medical", 120, 150)
    book.stays(patient, "stay", 150)
    found = book.closed().measured(WINDOW).kpis
    assert found["interruptions_per_day", ""] == pytest.approx(12)
    assert not [scope for name, scope in found if name == "interruptions_per_day" and scope.startswith("step:")]


def test_who_is_sent_home_because_no_time_is_left_is_a_late_cancellation() -> None:
    roster = {"day": {"from": "00:00", "to": "02:00", "on_duty": 1}}
    see = {"staff": "nurse", "time": "30 min", "must_finish": True, "if_no_time": "cancelled"}
    book = told({"see": see}, staff={"nurse": {"roster": roster}})
    for came, acuity in ((95, "green"), (100, "red"), (110, "green"), (190, "green")):
        patient = book.arrives(came, acuity=acuity)
        book.turned_away(patient, "see", Event.LATE, came, came)
        book.leaves(patient, came, "see: cancelled")
    found = figures(book)
    assert found["late_cancellations_per_day", ""] == pytest.approx(3 * 12)  # the last one after the window
    assert found["late_cancellations_per_day", "step:way/see"] == pytest.approx(3 * 12)
    assert found["late_cancellations_per_day", "acuity:red"] == pytest.approx(12)
    assert {name for name, _ in found} & NAMES == {"late_cancellations_per_day"}


def test_who_gets_worse_while_waiting_is_counted_when_it_happens() -> None:
    see = {"staff": "nurse", "time": "30 min", "worsens_after": "30 min", "if_worse": "died"}
    book = told({"see": see}, staff={"nurse": {"roster": {"day": {"from": "03:30", "to": "04:00", "on_duty": 1}}}})
    for came in (29, 30, 149, 150):
        patient = book.arrives(came, acuity="green")
        book.turned_away(patient, "see", Event.WORSEN, came, came + 30)
        book.leaves(patient, came + 30, "see: died")
    book.drawn |= {"way/see/worsening": [30 * clock.MINUTE] * 4}
    found = figures(book)
    assert found["worsened_per_day", ""] == pytest.approx(2 * 12)  # at 60 and 179, not at 59 and 180
    assert found["worsened_per_day", "step:way/see"] == pytest.approx(2 * 12)
    assert found["died_share", ""] == 1


def visits(*kept: bool) -> Figures:
    """Appointments of half an hour that begin at 00:30, 01:00, 01:30 and 02:30; the last is over after the window."""
    see = {"staff": "nurse", "time": "30 min", "missed": "10 %", "if_missed": "cancelled"}
    book = told({"see": see})
    for number, is_kept in enumerate(kept):
        begins = 30 + 30 * number
        patient = book.arrives(begins, acuity="green" if is_kept else "red")
        book.does(patient, "see", begins, begins, begins + 30)
        if not is_kept:
            book.marks(patient, "see: missed", begins + 30)
        book.leaves(patient, begins + 30, "leave" if is_kept else "see: cancelled")
    book.drawn |= {"way/see/missed": [int(not one) for one in kept]}
    return figures(book)


def test_missed_appointments_are_a_share_of_all_that_were_over() -> None:
    found = visits(True, False, True, True, False)  # over at 60, 90, 120, 150 and 180
    assert found["missed_share", ""] == pytest.approx(1 / 4)
    assert found["missed_share", "step:way/see"] == pytest.approx(1 / 4)
    assert found["missed_share", "acuity:red"] == 1
    assert found["missed_share", "acuity:green"] == 0


def test_without_appointments_there_is_no_share_of_missed_ones() -> None:
    assert math.isnan(visits()["missed_share", ""])


def test_where_nothing_of_the_kind_can_happen_nothing_is_told() -> None:
    book = told({"see": {"staff": "nurse", "time": "30 min"}})
    assert not {name for name, _ in figures(book)} & NAMES
