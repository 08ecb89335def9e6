"""Slots and supplies of two hours, worked out by hand; the window is 01:00 to 03:00, the run goes on to 04:00."""

import math
from typing import Any

import pytest

from sim import clock
from sim.measure.kpis import Measured
from sim.measure.window import Window
from tests.builders import Book, comes, hospital

WINDOW = Window(60 * clock.MINUTE, 180 * clock.MINUTE)
TICK = 1 / 60_000
LEAVE = {"leave": "discharged"}


def told(step: dict[str, Any], **parts: Any) -> Book:
    pathways = {"way": [{"visit": {"time": "10 min", **step}}, LEAVE]}
    return Book(hospital("3 h", "1 h", patients={"p": comes()}, pathways=pathways, **parts))


def comes_to(book: Book, *minutes: float) -> None:
    """A patient is served at once at each of some moments."""
    for minute in minutes:
        patient = book.arrives(minute)
        book.does(patient, "visit", minute, minute, minute + 10)
        book.leaves(patient, minute + 10)
    book.drawn |= {"way/visit/time": [10 * clock.MINUTE] * len(book.arrivals)}


def clinic() -> Measured:
    """Four slots at 00:30, 01:30 and 02:30, of which one is kept.

    At 00:30 one is taken, two lapse and one stays on offer; it is taken at 01:00, in the first instant of the window.
    At 01:30 all four are taken. At 02:30 one is taken, two lapse and one stays on offer beyond the end.
    """
    sessions = {name: {"at": at, "slots": 4} for name, at in (("a", "00:30"), ("b", "01:30"), ("c", "02:30"))}
    book = told({"slots": "clinic"}, slots={"clinic": {"sessions": sessions, "keep": 1}})
    for minute, before, after in ((30, 4, 1), (90, 4, 0), (150, 4, 1)):
        book.there_are(minute, "clinic", before)
        book.there_are(minute + TICK, "clinic", after)
    comes_to(book, 30, 60, 90, 90, 90, 90, 150)
    return book.closed().measured(WINDOW)


def test_slots_are_offered_used_or_lost() -> None:
    figures = clinic().kpis
    assert figures["slots_offered_per_day", "slots:clinic"] == pytest.approx(8 * 12)
    assert figures["slots_used_per_day", "slots:clinic"] == pytest.approx(6 * 12)
    assert figures["slots_lapsed_share", "slots:clinic"] == pytest.approx(2 / (6 + 2))
    assert figures["slot_utilisation", "slots:clinic"] == pytest.approx(6 / (6 + 2))
    assert figures["slot_utilisation", ""] == pytest.approx(6 / (6 + 2))


def test_slots_have_no_utilisation_of_hours() -> None:
    measured = clinic()
    figures = measured.kpis
    assert not {scope for name, scope in figures if name == "utilisation"}
    assert ("overtime_hours_per_day", "slots:clinic") not in figures
    assert {name for name, scope in measured.profiles if scope.startswith("slots:")} == {
        "waiting_by_hour",
        "waiting_by_day",
    }


def test_where_nothing_was_offered_nothing_can_lapse() -> None:
    sessions = {"a": {"days": "sun", "at": "00:30", "slots": 4}}
    figures = told({"slots": "clinic"}, slots={"clinic": {"sessions": sessions}}).closed().measured(WINDOW).kpis
    assert figures["slots_offered_per_day", "slots:clinic"] == 0
    assert math.isnan(figures["slots_lapsed_share", "slots:clinic"])


def test_supplies_are_used_and_run_out() -> None:
    """Five units at the start; two are taken at 00:30, 01:10 and then there is one; two more come at 01:30.

    Two are taken at 01:30 and one at 02:00; nothing is left until 02:40, when three come.
    """
    deliveries = {"a": {"at": "01:30", "units": 2}, "b": {"at": "02:40", "units": 3}}
    pathways = {
        "way": [
            {"one of": [{"share": "50 %", "go": "large"}, {"share": "rest"}]},
            {"visit": {"uses": {"blood": 1}, "time": "10 min"}},
            LEAVE,
        ],
        "large": [{"big": {"uses": {"blood": 2}, "time": "10 min"}}, {"leave": "died"}],
    }
    supplies = {"blood": {"stock": 5, "deliveries": deliveries}}
    book = Book(hospital("3 h", "1 h", patients={"p": comes()}, supplies=supplies, pathways=pathways))
    for minute, units in ((0, 5), (90, 3), (160, 3)):
        book.there_are(minute, "blood", units)
    for minute, step in ((30, "big"), (70, "big"), (90, "big"), (120, "visit")):
        patient = book.arrives(minute)
        book.does(patient, step, minute, minute, minute + 10)
        book.leaves(patient, minute + 10, "way/leave" if step == "visit" else "large/leave")
    book.drawn |= {name: [10 * clock.MINUTE] * 4 for name in ("way/visit/time", "large/big/time")}
    figures = book.closed().measured(WINDOW).kpis
    assert figures["supplies_used_per_day", "supplies:blood"] == pytest.approx((2 + 2 + 1) * 12)
    assert figures["supplies_out_hours_per_day", "supplies:blood"] == pytest.approx(40 / 60 * 12)
    level = 3 * 10 + 1 * 20 + 1 * 30 + 0 * 40 + 3 * 20  # minutes 60-70, 70-90, 90-120, 120-160, 160-180
    assert figures["stock_mean", "supplies:blood"] == pytest.approx(level / 120)


def test_a_hospital_that_uses_nothing_up_has_none_of_these_figures() -> None:
    figures = told({"staff": "nurse"}, staff={"nurse": {"on_duty": 1}}).closed().measured(WINDOW).kpis
    assert not any(name.startswith(("slots", "supplies", "stock")) for name, _ in figures)
