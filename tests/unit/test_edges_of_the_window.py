"""What happens before the measuring window, or behind it, changes no figure; what happens on an edge has one side.

A department with a doctor, a medical ward and an assessment unit; the run is Monday to Friday, the window is Tuesday
and Wednesday (hours 24 to 72). The times of a visit to the department are minutes after arrival, those in bed hours.
"""

import math

import numpy as np
import pytest

from sim import clock
from sim.engine.eventlog import Event
from sim.measure.kpis import Figures
from sim.measure.window import Window
from tests.builders import Book, comes, hospital

WINDOW = Window(24 * clock.HOUR, 72 * clock.HOUR)
LEAVE = {"leave": "discharged"}


def department() -> Book:
    pathways = {
        "way": [
            {"triage": {"staff": "nurse", "time": "5 min", "counts_as": "triage"}},
            {
                "doctor": {
                    "staff": "doctor",
                    "time": "30 min",
                    "counts_as": "first_clinician",
                    "gives_up_after": "6 h",
                    "then": "left_before_seen",
                }
            },
            {"one of": [{"share": "50 %", "leave": "died"}, {"share": "rest"}]},
            "decide to admit",
            {"enter": "medical"},
            {"rest": {"time": "1 d"}},
            "ready",
            {"papers": {"time": "1 h", "counts_as": "discharge_delay"}},
            LEAVE,
        ]
    }
    patients = {"p": comes(attributes={"sex": {"f": "50 %", "m": "rest"}}, priority=2)}
    wards = {
        "medical": {"beds": 30, "turnaround": "30 min", "cost": "400 per day", "if_full": [{"use": "assessment"}]},
        "assessment": {"beds": 30, "kind": "assessment", "cost": "20 per patient"},
    }
    staff = {"nurse": {"on_duty": 9, "cost": "20 per hour"}, "doctor": {"on_duty": 9, "cost": "60 per hour"}}
    scenario = hospital("5 d", patients=patients, staff=staff, wards=wards, pathways=pathways)
    return Book(scenario)


def seen(book: Book, came: float, wait: float = 20) -> int:
    """Comes at a minute, is triaged after five minutes and seen by the doctor after some more."""
    patient = book.arrives(came, sex="f" if came % 2 else "m")
    book.does(patient, "triage", came, came + 5, came + 10)
    book.does(patient, "doctor", came + 10, came + 10 + wait, came + 40 + wait)
    return patient


def sent_home(book: Book, came: float) -> None:
    book.leaves(seen(book, came), came + 60, "one of: died")


def gives_up(book: Book, came: float) -> None:
    patient = book.arrives(came, sex="f")
    book.does(patient, "triage", came, came + 5, came + 10)
    book.turned_away(patient, "doctor", Event.RENEGE, came + 10, came + 370)
    book.leaves(patient, came + 370, "doctor: left_before_seen")


def admitted(book: Book, came: float, hours: float, ward: str = "medical") -> None:
    """Waits 90 minutes for a bed after the doctor, and goes home after some hours in it, the last one for papers."""
    patient = seen(book, came)
    book.marks(patient, "decide to admit", came + 60)
    book.enters(patient, "enter medical", came + 60, came + 150, ward)
    book.stays(patient, "rest", came + 150, came + 90 + 60 * hours)
    book.marks(patient, "ready", came + 90 + 60 * hours)
    book.stays(patient, "papers", came + 90 + 60 * hours, came + 150 + 60 * hours)
    book.leaves(patient, came + 150 + 60 * hours)


def in_the_window(book: Book) -> None:
    sent_home(book, 60 * 26)
    gives_up(book, 60 * 28)
    admitted(book, 60 * 30, 20)
    admitted(book, 60 * 40 + 7, 15, "assessment")
    admitted(book, 60 * 44, 24)


def measured(*others: float) -> Figures:
    """Figures of the window, with all kinds of patients who come at some other minutes too."""
    book = department()
    for came in (minute for minute in others if minute < WINDOW.start_ms / clock.MINUTE):
        everybody_at(book, came)
    in_the_window(book)
    for came in (minute for minute in others if minute >= WINDOW.end_ms / clock.MINUTE):
        everybody_at(book, came)
    return book.closed().measured(WINDOW).kpis


def everybody_at(book: Book, came: float) -> None:
    sent_home(book, came)
    gives_up(book, came + 1)
    admitted(book, came + 2, 10)
    admitted(book, came + 3, 12, "assessment")


def different(one: Figures, other: Figures) -> dict[tuple[str, str], tuple[float, float]]:
    assert one.keys() == other.keys()
    pairs = {key: (value, other[key]) for key, value in one.items()}
    return {key: pair for key, pair in pairs.items() if not np.isclose(*pair, rtol=1e-12, atol=0, equal_nan=True)}


def test_who_came_and_left_in_the_warm_up_is_in_no_figure() -> None:
    assert different(measured(), measured(5, 200)) == {}


def test_who_comes_behind_the_window_is_in_no_figure() -> None:
    assert different(measured(), measured(72 * 60, 80 * 60)) == {}


def test_the_figures_are_of_somebody() -> None:
    known = {name for (name, scope), value in measured().items() if not math.isnan(value) and value and not scope}
    assert known >= {"time_inside_mean", "ed_within_4h", "left_before_seen", "length_of_stay_mean", "wait_mean"}
    assert known >= {"discharges_per_day", "delay_days_per_day", "wait_hours_per_day", "cost_per_patient"}


@pytest.mark.parametrize(("minute", "before_noon", "by_five"), [(719, 1, 1), (720, 0, 1), (1019, 0, 1), (1020, 0, 0)])
def test_who_goes_home_at_noon_does_not_go_before_noon(minute: float, before_noon: int, by_five: int) -> None:
    book = department()
    admitted(book, 60 * 24 + minute - 150 - 60 * 5, 5)
    figures = book.closed().measured(WINDOW).kpis
    assert (figures["discharges_before_noon", ""], figures["discharges_by_5pm", ""]) == (before_noon, by_five)
