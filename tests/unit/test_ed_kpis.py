"""The emergency department's figures of a morning with eight patients, worked out by hand.

The window is 01:00 to 11:00 (minutes 60 to 660), the run goes on to 12:00:
0 came and left before it; 1 leaves in its first instant after 30 minutes; 2 boards for 5 hours; 3 leaves unseen after
90 minutes; 4 has been there for 6 hours when it ends; 5 boards for half an hour; 6 leaves in the instant in which it
ends, after 160 minutes; 7 waits for triage when it ends, for an hour, and is triaged later.
"""

import math

import pytest

from sim import clock
from sim.engine.eventlog import Event
from sim.measure.kpis import Measured
from sim.measure.window import Window
from tests.builders import Book, Replication, comes, hospital

WINDOW = Window(60 * clock.MINUTE, 660 * clock.MINUTE)
TRIAGE = {"staff": "nurse", "time": "5 min", "counts_as": "triage", "gives_up_after": "2 h", "then": "left_before_seen"}
PATHWAYS = {
    "emergency": [
        {"triage": TRIAGE},
        {"enter": "cubicles"},
        {"assess": {"staff": "doctor", "time": "5 min", "counts_as": "first_clinician"}},
        {"one of": [{"share": "50 %", "go": "admission"}, {"share": "rest"}]},
        {"leave": "discharged"},
    ],
    "admission": ["decide to admit", {"enter": "medical"}, {"stay": "2 d"}, {"leave": "died"}],
    "planned": [{"enter": {"ward": "medical", "name": "come in"}}, {"leave": "transferred"}],
}


@pytest.fixture(scope="module")
def morning() -> Replication:
    scenario = hospital(
        "11 h",
        "1 h",
        patients={
            "attender": comes("emergency", attributes={"acuity": {"red": "10 %", "green": "rest"}}),
            "elective": comes("planned"),
        },
        staff={"nurse": {"on_duty": 2}, "doctor": {"on_duty": 5}},
        wards={"cubicles": {"beds": 9, "kind": "ed"}, "medical": {"beds": 9}},
        pathways=PATHWAYS,
    )
    book = Book(scenario)
    for came, left in ((0, 59), (30, 60)):
        patient = book.arrives(came, "attender", acuity="green")
        _seen(book, patient, triage=came, until=left)
        book.leaves(patient, left, "emergency/leave")
    boards = book.arrives(100, "attender", acuity="red")
    _seen(book, boards, triage=120, until=160)
    _admitted(book, boards, decided=160, placed=460)
    unseen = book.arrives(200, "attender", acuity="green")
    book.turned_away(unseen, "triage", Event.RENEGE, 200, 290)
    book.leaves(unseen, 290, "triage: left_before_seen")
    stays = book.arrives(300, "attender", acuity="green")
    _seen(book, stays, triage=310, until=340)
    book.marks(stays, "decide to admit", 340)
    book.waits(stays, "enter medical", 340)
    short = book.arrives(330, "attender", acuity="green")
    _seen(book, short, triage=330, until=360)
    _admitted(book, short, decided=360, placed=390)
    last = book.arrives(500, "attender", acuity="green")
    _seen(book, last, triage=500, until=660)
    book.leaves(last, 660, "emergency/leave")
    late = book.arrives(600, "attender", acuity="green")
    book.does(late, "triage", 600, 700, 705)
    book.waits(late, "enter cubicles", 705)
    planned = book.arrives(610, "elective")
    book.enters(planned, "come in", 610, 620)
    book.leaves(planned, 620, "planned/leave")
    return book.closed()


def _seen(book: Book, patient: int, triage: float, until: float) -> None:
    """Ten minutes of triage, then at once a cubicle and a doctor."""
    came = book.arrivals[patient][0] / clock.MINUTE
    book.does(patient, "triage", came, triage, triage + 10)
    book.enters(patient, "enter cubicles", triage + 10, triage + 10)
    book.does(patient, "assess", triage + 10, triage + 10, until)


def _admitted(book: Book, patient: int, decided: float, placed: float) -> None:
    book.marks(patient, "decide to admit", decided)
    book.enters(patient, "enter medical", decided, placed)
    book.stays(patient, "stay", placed)


@pytest.fixture(scope="module")
def figures(morning: Replication) -> Measured:
    return morning.measured(WINDOW)


@pytest.mark.parametrize(
    ("name", "scope", "expected"),
    [
        # departures in the window: 1 after 30 min, 2 after 360, 3 after 90, 5 after 60
        ("ed_time_mean", "", (30 + 360 + 90 + 60) / 4),
        ("ed_time_median", "", (60 + 90) / 2),
        ("ed_time_p95", "", 90 + 0.85 * (360 - 90)),
        ("ed_time_mean", "acuity:green", (30 + 90 + 60) / 3),
        ("ed_time_mean", "acuity:red", 360.0),
        ("left_before_seen", "", 1 / 4),
        ("conversion", "", 2 / 4),
        ("conversion", "acuity:red", 1.0),
        # 4 is still there after 360 minutes and counts as a breach; 6 (160 min) and 7 (60 min) do not count
        ("ed_within_4h", "", 3 / 5),
        ("ed_within_4h", "acuity:red", 0.0),
        ("ed_within_4h", "acuity:green", 3 / 4),
        ("ed_over_12h", "", 0.0),
        # arrivals in the window: 2 to 7, in ten hours
        ("attendances_per_day", "", 6 * 24 / 10),
        ("attendances_per_day", "class:attender", 6 * 24 / 10),
        # decided: 2 waits 300 min, 5 waits 30, 4 has waited 320
        ("dta_wait_mean", "", (300 + 30) / 2),
        ("dta_over_4h", "", 2 / 3),
        ("dta_over_4h", "acuity:red", 1.0),
        ("dta_over_12h", "", 0.0),
        ("boarders_mean", "", (300 + 30 + 320) / 600),
        ("boarders_8am", "", 1.0),  # 4, at minute 480
        # triage started in the window: 2 after 20 min, 4 after 10, 5 and 6 at once; 7 has waited an hour
        ("time_to_triage_mean", "", (20 + 10) / 4),
        ("triage_within_15min", "", 3 / 5),
        ("triage_within_15min", "acuity:green", 3 / 4),
        # first clinician started in the window: 2 after 30 min, 4 after 20, 5 and 6 after 10
        ("time_to_clinician_median", "", (10 + 20) / 2),
        ("time_to_clinician_median", "acuity:red", 30.0),
    ],
)
def test_the_figures_are_those_worked_out_by_hand(figures: Measured, name: str, scope: str, expected: float) -> None:
    assert figures.kpis[name, scope] == pytest.approx(expected, rel=1e-12)


def test_an_elective_patient_has_no_figures_of_the_emergency_department(figures: Measured) -> None:
    assert ("ed_time_mean", "class:elective") not in figures.kpis
    assert figures.kpis["admissions_per_day", "class:elective"] == pytest.approx(1 * 24 / 10)


def test_who_leaves_in_the_instant_in_which_the_window_ends_belongs_to_the_next(morning: Replication) -> None:
    after = morning.measured(Window(660 * clock.MINUTE, 720 * clock.MINUTE)).kpis
    assert after["ed_time_mean", ""] == 160.0
    assert after["ed_within_4h", ""] == 1 / 2  # and 4 is still there; 7 has been there for two hours


def test_who_departs_after_the_window_can_be_a_breach_in_it_already(morning: Replication) -> None:
    """At 07:30 patient 2 has been there for 350 minutes and has waited for a bed for 290; ten minutes later they go."""
    before = morning.measured(Window(60 * clock.MINUTE, 450 * clock.MINUTE)).kpis
    assert before["ed_within_4h", ""] == 3 / 4
    assert before["dta_over_4h", ""] == 1 / 2
    assert before["ed_time_mean", ""] == (30 + 90 + 60) / 3


def test_a_share_that_nobody_can_be_counted_in_is_not_a_number(morning: Replication) -> None:
    silent = morning.measured(Window(61 * clock.MINUTE, 90 * clock.MINUTE)).kpis
    assert math.isnan(silent["ed_within_4h", ""])
    assert math.isnan(silent["ed_time_p95", ""])
    assert math.isnan(silent["boarders_8am", ""])
    assert silent["attendances_per_day", ""] == 0


def test_exactly_four_hours_is_within_four_hours() -> None:
    scenario = hospital(
        "10 h",
        patients={"p": comes()},
        wards={"cubicles": {"beds": 9, "kind": "ed"}},
        pathways={"way": [{"enter": "cubicles"}, {"stay": "4 h"}, {"leave": "discharged"}]},
    )
    book = Book(scenario)
    for minutes in (240, 240 + 1 / 60_000):  # a millisecond more is too much
        patient = book.arrives(0)
        book.enters(patient, "enter cubicles", 0, 0)
        book.stays(patient, "stay", 0, minutes)
        book.leaves(patient, minutes)
    told = book.closed()
    assert told.kpi("ed_within_4h") == 1 / 2
    bins = told.measured().profiles["ed_time_distribution", ""]
    assert (bins[15], bins[16]) == (1 / 2, 1 / 2)  # up to 4 h, up to 4 h 15 min


def test_a_place_on_chairs_or_in_another_cubicle_is_still_the_department() -> None:
    scenario = hospital(
        "10 h",
        patients={"p": comes()},
        wards={
            "cubicles": {"beds": 1, "kind": "ed"},
            "chairs": {"beds": 9, "kind": "chairs"},
            "home": {"beds": 9, "kind": "virtual"},
        },
        pathways={
            "way": [
                {"enter": "cubicles"},
                {"enter": "chairs"},
                {"stay": "3 h"},
                {"enter": "home"},
                {"stay": {"name": "rest", "time": "1 d"}},
                {"leave": "discharged"},
            ]
        },
    )
    book = Book(scenario)
    patient = book.arrives(0)
    book.enters(patient, "enter cubicles", 0, 0)
    book.enters(patient, "enter chairs", 0, 30)
    book.stays(patient, "stay", 30, 210)
    book.enters(patient, "enter home", 210, 220)
    book.stays(patient, "rest", 220)
    figures = book.closed().measured().kpis
    assert figures["ed_time_mean", ""] == 220.0
    assert ("conversion", "") not in figures  # there is no inpatient ward
    assert not any(name.startswith(("dta", "boarders", "triage", "time_to", "left_before")) for name, _ in figures)
