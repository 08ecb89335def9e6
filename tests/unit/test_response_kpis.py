"""Who is served on time, worked out by hand; the window is 01:00 to 03:00, the run goes on to 04:00.

A visit should start within 30 minutes.

| patient | asks | what happens | in the window |
|---|---|---|---|
| early | 00:20 | starts at 00:59 | before it |
| a | 00:30 | starts at 01:00, after just 30 minutes, in its first instant | on time |
| b | 01:00 | starts at 01:31 | late |
| c | 01:10 | gives up at 01:35, after 25 minutes | no start, and not late |
| d | 01:20 | gives up at 02:00, after 40 minutes | late |
| e | 02:20 | waits on: 40 minutes at the end | late |
| f | 02:40 | waits on: 20 minutes at the end, starts at 03:00 | not yet known |
"""

from typing import Any

import pytest

from sim import clock
from sim.engine.eventlog import Event
from sim.measure.kpis import Figures
from sim.measure.window import Window
from tests.builders import Book, comes, hospital

WINDOW = Window(60 * clock.MINUTE, 180 * clock.MINUTE)
PATIENTS = {"p": comes(attributes={"age": {"old": "50 %", "young": "rest"}})}
PATIENCE = {"gives_up_after": {"exponential": {"mean": "2 h"}}, "then": "left_before_seen"}


def book_of(**more: Any) -> Book:
    visit = {"staff": "nurse", "time": "10 min", **more}
    pathways = {"way": [{"visit": visit}, {"leave": "discharged"}]}
    return Book(hospital("3 h", "1 h", patients=PATIENTS, staff={"nurse": {"on_duty": 9}}, pathways=pathways))


@pytest.fixture(scope="module")
def figures() -> Figures:
    book = book_of(should_start_within="30 min", **PATIENCE)
    waits = []
    for age, asks, starts, gives_up in (
        ("old", 20, 59, 0),
        ("old", 30, 60, 0),
        ("young", 60, 91, 0),
        ("young", 70, 0, 95),
        ("young", 80, 0, 120),
        ("old", 140, 0, 0),
        ("old", 160, 180, 0),
    ):
        patient = book.arrives(asks, age=age)
        waits.append((gives_up - asks if gives_up else 500) * clock.MINUTE)
        if starts:
            book.does(patient, "visit", asks, starts, starts + 10)
            book.leaves(patient, starts + 10)
        elif gives_up:
            book.turned_away(patient, "visit", Event.RENEGE, asks, gives_up)
            book.leaves(patient, gives_up, "visit: left_before_seen")
        else:
            book.waits(patient, "visit", asks)
    book.drawn |= {"way/visit/time": [10 * clock.MINUTE] * len(waits), "way/visit/patience": waits}
    return book.closed().measured(WINDOW).kpis


@pytest.mark.parametrize(
    ("name", "scope", "expected"),
    [
        ("started_on_time", "", 1 / 4),  # a among a, b, d and e
        ("started_on_time", "age:old", 1 / 2),
        ("started_on_time", "age:young", 0),
        ("started_on_time", "step:way/visit", 1 / 4),
        ("late_starts_per_day", "", 3 * 12),
        ("late_starts_per_day", "age:young", 2 * 12),
        ("gave_up_share", "", 2 / 4),  # c and d; a and b are served
        ("gave_up_share", "age:young", 2 / 3),
        ("gave_up_share", "step:way/visit", 2 / 4),
    ],
)
def test_the_figures_are_those_worked_out_by_hand(figures: Figures, name: str, scope: str, expected: float) -> None:
    assert figures[name, scope] == pytest.approx(expected, rel=1e-12)


def test_without_a_standard_and_patience_nothing_of_the_kind_is_told() -> None:
    names = {name for name, _ in book_of().closed().measured(WINDOW).kpis}
    assert not names & {"started_on_time", "late_starts_per_day", "gave_up_share"}
