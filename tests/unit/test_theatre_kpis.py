"""Theatres and staff within their hours, and cancellations with 28 days to mend them, worked out by hand."""

import math

import pytest

from sim import clock
from sim.engine.eventlog import Event
from sim.measure.kpis import Figures
from sim.measure.window import Window
from tests.builders import Book, comes, hospital

DAY = 24 * 60
LEAVE = {"leave": "discharged"}
OPERATE = {"equipment": "theatre", "time": "1 h", "must_finish": True}


def test_an_overrun_counts_as_use_but_not_within_the_list() -> None:
    """The list is 08:00 to 10:00; one operation is from 08:30 to 09:00, one from 09:00 to 10:30."""
    pathways = {"way": [{"operate": {"equipment": "theatre", "time": {"exponential": {"mean": "1 h"}}}}, LEAVE]}
    lists = {"theatre": {"roster": {"list": {"from": "08:00", "to": "10:00", "on_duty": 1}}}}
    book = Book(hospital("12 h", patients={"p": comes()}, equipment=lists, pathways=pathways))
    book.there_are(0, "theatre", 0)
    book.there_are(480, "theatre", 1)
    book.there_are(600, "theatre", 0)
    for begins, ends in ((510, 540), (540, 630)):
        patient = book.arrives(begins)
        book.does(patient, "operate", begins, begins, ends)
        book.leaves(patient, ends)
    book.drawn["way/operate/time"] = [30 * clock.MINUTE, 90 * clock.MINUTE]
    figures = book.closed().measured().kpis
    assert figures["utilisation", "equipment:theatre"] == pytest.approx(120 / 120)
    assert figures["utilisation_capped", "equipment:theatre"] == pytest.approx(90 / 120)


def test_staff_who_finish_after_their_shift_are_used_for_longer_than_their_hours() -> None:
    pathways = {"way": [{"see": {"staff": "nurse", "time": {"exponential": {"mean": "1 h"}}}}, LEAVE]}
    shift = {"nurse": {"roster": {"early": {"from": "00:00", "to": "04:00", "on_duty": 1}}}}
    book = Book(hospital("6 h", patients={"p": comes()}, staff=shift, pathways=pathways))
    book.there_are(0, "nurse", 1)
    book.there_are(240, "nurse", 0)
    patient = book.arrives(180)
    book.does(patient, "see", 180, 180, 270)
    book.leaves(patient, 270)
    book.drawn["way/see/time"] = [90 * clock.MINUTE]
    figures = book.closed().measured().kpis
    assert figures["utilisation", "staff:nurse"] == pytest.approx(90 / 240)
    assert figures["utilisation_capped", "staff:nurse"] == pytest.approx(60 / 240)
    assert figures["overtime_hours_per_day", "staff:nurse"] == pytest.approx(0.5 * 4)


def planned(if_no_time: str) -> Book:
    """A theatre whose lists end at 20:00; who is cancelled may be booked again. Everything takes no time."""
    pathways = {
        "way": [{"operate": {**OPERATE, "if_no_time": if_no_time}}, LEAVE],
        "another day": [{"book": {"staff": "clerk", "time": "1 h"}}, {"go": "way"}],
    }
    lists = {"theatre": {"roster": {"list": {"from": "00:00", "to": "20:00", "on_duty": 9}}}}
    scenario = hospital(
        "32 d", "30 d", patients={"p": comes()}, staff={"clerk": {"on_duty": 9}}, equipment=lists, pathways=pathways
    )
    return Book(scenario)


@pytest.fixture(scope="module")
def booked_again() -> Figures:
    """Whose operation was cancelled, on which days, and when it took place; the window is day 30 to 60.

    | patient | cancelled on day | operated on day | 28 days end on day |
    |---|---|---|---|
    | a | 2 | 30, which is the last instant of its 28 days | 30, the window's first instant: treated |
    | b | 3 | 32 | 31: not treated |
    | c | 4 and 20 | 40 | 32: not treated; 48: treated |
    | d | 31 | never | 59: not treated |
    | e | 32 | never | 60: outside |
    """
    book = planned("another day")
    late = [([2], 30), ([3], 32), ([4, 20], 40), ([31], 0), ([32], 0)]
    for days, begins in late:
        patient = book.arrives(days[0] * DAY)
        for day, following in zip(days, [*days[1:], begins], strict=True):
            book.turned_away(patient, "operate", Event.LATE, day * DAY, day * DAY)
            if not following:
                book.waits(patient, "book", day * DAY)
                continue
            book.does(patient, "book", day * DAY, following * DAY, following * DAY)
        if begins:
            book.does(patient, "operate", begins * DAY, begins * DAY, begins * DAY)
            book.leaves(patient, begins * DAY)
    return book.closed().measured(Window(30 * clock.DAY, 60 * clock.DAY)).kpis


def test_who_is_cancelled_is_to_be_treated_within_28_days(booked_again: Figures) -> None:
    assert booked_again["not_treated_in_28_days", ""] == pytest.approx(3 / 5)
    assert booked_again["not_treated_in_28_days", "step:way/operate"] == pytest.approx(3 / 5)


def test_cancellations_are_a_share_of_all_that_was_planned(booked_again: Figures) -> None:
    assert booked_again["late_cancellations_share", ""] == pytest.approx(2 / (2 + 3))  # days 31 and 32; 30, 32 and 40
    assert booked_again["late_cancellations_per_day", ""] == pytest.approx(2 / 30)


def test_who_cannot_come_again_is_not_looked_for() -> None:
    figures = planned("cancelled").closed().measured().kpis
    assert "not_treated_in_28_days" not in {name for name, _ in figures}
    assert math.isnan(figures["late_cancellations_share", ""])
