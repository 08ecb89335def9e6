"""Figures of a waiting list, worked out by hand.

The run begins on 1 January 2026 at midnight; the window is day 7 to day 70 (12 March), nine weeks, in which January
and February end (days 31 and 59). Two wait since before the run; a third is there at the start, but already in
treatment. A patient of another class, who is never treated, passes through.

| patient | profession | clock starts | clock stops |
|---|---|---|---|
| old | physio | 350 days before the run | never: 420 days at the end |
| just | physio | 56 days before the run | never: 126 days at the end, 18 weeks |
| in treatment | physio | no clock | |
| quick | physio | day 2 | treated on day 7, in the window's first instant: 5 days |
| a | speech | day 10 | treated on day 40: 30 days |
| b | speech | day 12 | gives up on day 50 |
| c | speech | day 20 | treated on day 70, with the window's end: waits for 50 days then |
"""

import math
from dataclasses import replace

import numpy as np
import pytest

from sim import clock
from sim.engine.eventlog import Event
from sim.measure.kpis import Figures
from sim.measure.window import Window
from sim.scenario.start import Start
from tests.builders import Book, Replication, comes, hospital

DAY = 24 * 60
WINDOW = Window(7 * clock.DAY, 70 * clock.DAY)
TREAT = {"staff": "nurse", "time": "1 h", "counts_as": "treatment", "gives_up_after": "200 d", "then": "cancelled"}
PARTS = {
    "patients": {
        "child": comes(attributes={"need": {"physio": "50 %", "speech": "rest"}}),
        "other": comes("elsewhere"),
    },
    "staff": {"nurse": {"on_duty": 9}},
    "pathways": {
        "way": [{"treat": TREAT}, {"rest": {"time": "1 d"}}, {"leave": "discharged"}],
        "elsewhere": [{"pause": {"time": "1 d"}}, {"leave": "transferred"}],
    },
}
STARTS = {
    "begun": Start(of="child", at="way/rest", patients=1),
    "list": Start(of="child", at="way/treat", patients=2, waited="50 weeks"),
}
COMES, BEGUN, LISTED = 0, 2, 3
"""Where patients begin: numbers of the classes child and other, then of the starts begun and list."""


def treated(book: Book, came: float, begins: float, need: str) -> None:
    patient = book.arrives(came * DAY, "child", need=need)
    book.does(patient, "treat", came * DAY, begins * DAY, begins * DAY + 60)
    book.stays(patient, "rest", begins * DAY + 60, (begins + 1) * DAY + 60 if begins < 70 else None)
    if begins < 70:
        book.leaves(patient, (begins + 1) * DAY + 60, "way/leave")


@pytest.fixture(scope="module")
def told() -> Replication:
    book = Book(hospital("65 d", "7 d", "2026-01-01", **PARTS).model_copy(update={"start": STARTS}))
    for waited in (350, 56):
        patient = book.arrives(0, "child", need="physio")
        book.waited[patient] = waited * DAY
        book.waits(patient, "treat", 0)
    begun = book.arrives(0, "child", need="physio")
    book.stays(begun, "rest", 0, DAY)
    book.leaves(begun, DAY, "way/leave")
    treated(book, 2, 7, "physio")
    treated(book, 10, 40, "speech")
    gives_up = book.arrives(12 * DAY, "child", need="speech")
    book.turned_away(gives_up, "treat", Event.RENEGE, 12 * DAY, 50 * DAY)
    book.leaves(gives_up, 50 * DAY, "treat: cancelled")
    treated(book, 20, 70, "speech")
    passes = book.arrives(30 * DAY, "other")
    book.stays(passes, "pause", 30 * DAY, 31 * DAY)
    book.leaves(passes, 31 * DAY, "elsewhere/leave")
    whole = {"way/treat/time": 60, "way/rest/time": DAY, "elsewhere/pause/time": DAY, "way/treat/patience": 38 * DAY}
    book.drawn |= {name: [time * clock.MINUTE] * len(book.arrivals) for name, time in whole.items()}
    book.drawn["way/treat/patience"] = [
        (38 if who == gives_up else 500) * clock.DAY for who in range(len(book.arrivals))
    ]
    found = book.closed()
    entry = np.array([LISTED, LISTED, BEGUN, *[COMES] * 4, 1], np.int16)
    return replace(found, fates=replace(found.fates, entry=entry))


@pytest.fixture(scope="module")
def figures(told: Replication) -> Figures:
    return told.measured(WINDOW).kpis


@pytest.mark.parametrize(
    ("name", "scope", "expected"),
    [
        ("waiting_now", "", 3),  # old, just and the one who is treated with the end
        ("waiting_now", "need:physio", 2),
        ("waiting_now", "need:speech", 1),
        ("waiting_now", "class:child", 3),
        # at the beginning of day 7: old, just, and the one who is treated in that instant
        ("waiting_growth_per_day", "", 0),
        ("waiting_growth_per_day", "need:physio", (2 - 3) / 63),
        ("waiting_growth_per_day", "need:speech", (1 - 0) / 63),
        ("waiting_within_18_weeks", "", 2 / 3),  # just 126 days are within 18 weeks
        ("waiting_within_18_weeks", "need:speech", 1),
        ("waiting_over_52_weeks", "", 1 / 3),  # 420 days
        ("waiting_median", "", 126),
        # 1 February: old, just, a, b, c; 1 March: old, just, c
        ("waiting_within_18_weeks_month_ends", "", (4 + 2) / (5 + 3)),
        ("waiting_within_18_weeks_month_ends", "need:physio", (1 + 1) / (2 + 2)),
        # treatment begins on day 7, in the first instant, and 40; what begins with the end is outside
        ("treated_per_day", "", 2 / 63),
        ("treated_per_day", "need:speech", 1 / 63),
        ("treated_within_18_weeks", "", 1),
        ("treatment_wait_mean", "", (5 + 30) / 2),
        ("treatment_wait_median", "", (5 + 30) / 2),
        ("treatment_wait_p95", "", 5 + 0.95 * 25),
        ("untreated_share", "", 1 / 3),
        ("untreated_share", "need:physio", 0),
        ("untreated_share", "need:speech", 1 / 2),
    ],
)
def test_the_figures_are_those_worked_out_by_hand(figures: Figures, name: str, scope: str, expected: float) -> None:
    assert figures[name, scope] == pytest.approx(expected, rel=1e-12)


def test_classes_that_are_never_treated_are_on_no_list(figures: Figures) -> None:
    assert not {name for name, scope in figures if scope == "class:other" and name.startswith(("waiting_", "treat"))}


def test_without_a_month_end_in_the_window_there_is_no_monthly_share(told: Replication) -> None:
    within = told.measured(Window(32 * clock.DAY, 58 * clock.DAY)).kpis
    assert math.isnan(within["waiting_within_18_weeks_month_ends", ""])
    ends = told.measured(Window(32 * clock.DAY, 59 * clock.DAY)).kpis
    assert ends["waiting_within_18_weeks_month_ends", ""] == pytest.approx(2 / 3)


def test_who_waits_for_slots_is_counted_though_nothing_counts_as_treatment() -> None:
    pathways = {"way": [{"see": {"slots": "clinic", "time": "1 h"}}, {"leave": "discharged"}]}
    sessions = {"late": {"at": "05:00", "slots": 1}}
    scenario = hospital("3 h", patients={"p": comes()}, pathways=pathways, slots={"clinic": {"sessions": sessions}})
    book = Book(scenario)
    for minute in (10, 20):
        book.waits(book.arrives(minute), "see", minute)
    book.there_are(0, "clinic", 0)
    figures = book.closed().measured(Window(0, 15 * clock.MINUTE)).kpis
    assert figures["waiting_now", "slots:clinic"] == 1
    assert ("waiting_now", "") not in figures
