"""Bed figures of two days in two wards and critical care, worked out by hand.

The run starts on a Monday, the window is Tuesday and Wednesday (hours 24 to 72), where the log ends too. The medical
ward has 4 beds, of which 2 are closed on Wednesday from 06:00 to 18:00 (hours 54 to 66), while 3 are in use.

| patient | bed | hours | ready | ends |
|---|---|---|---|---|
| early | medical | 0 to 24 | | transferred in the window's first instant |
| all along | medical | 1 to the end | 30 | |
| a | medical | 10 to 50 | 40 | discharged on Wednesday at 02:00 |
| b | medical | 30 to 66 | 60 | dies |
| outlier | assessment, instead of medical | 34 to 65 | | discharged on Wednesday at 17:00 |
| d | critical care, then medical | 20 to 44 to the end | | |
"""

import math

import pytest

from sim import clock
from sim.measure.kpis import Figures
from sim.measure.window import Window
from tests.builders import Book, Replication, comes, hospital

LEAVE = {"leave": "discharged"}


def h(hours: float) -> float:
    return hours * 60


@pytest.fixture(scope="module")
def two_days() -> Replication:
    closed = {"beds": -2, "days": "wed", "from": "06:00", "to": "18:00"}
    wards = {
        "medical": {"beds": 4, "also": {"closed": closed}, "if_full": [{"after": "1 h", "use": "assessment"}]},
        "assessment": {"beds": 1, "kind": "assessment"},
        "icu": {"beds": 1, "kind": "critical_care"},
        "lounge": {"beds": 5, "kind": "chairs"},
    }
    pathways = {
        "way": [{"enter": "medical"}, {"rest": {"time": "1 d"}}, "ready", {"papers": {"time": "1 h"}}, LEAVE],
        "worse": [{"enter": "icu"}, {"stay": "1 d"}, {"enter": {"ward": "medical", "name": "down"}}, {"go": "on"}],
        "on": [{"sleep": {"time": "1 d"}}, {"leave": "died"}],
        "away": [{"enter": {"ward": "medical", "name": "in"}}, {"stay": "1 d"}, {"leave": "transferred"}],
        "mortal": [{"enter": {"ward": "medical", "name": "come"}}, {"nap": {"time": "1 d"}}, "ready", {"go": "on"}],
    }
    patients = {"usual": comes("way"), "critical": comes("worse"), "away": comes("away"), "mortal": comes("mortal")}
    book = Book(hospital("2 d", "1 d", patients=patients, wards=wards, pathways=pathways))
    early = book.arrives(0, "away")
    book.enters(early, "in", 0, 0)
    book.stays(early, "away/stay", 0, h(24))
    book.leaves(early, h(24), "away/leave")
    along = book.arrives(h(1), "usual")
    book.enters(along, "enter medical", h(1), h(1))
    book.stays(along, "rest", h(1), h(30))
    book.marks(along, "way/ready", h(30))
    book.stays(along, "papers", h(30))
    a = book.arrives(h(10), "usual")
    book.enters(a, "enter medical", h(10), h(10))
    book.stays(a, "rest", h(10), h(40))
    book.marks(a, "way/ready", h(40))
    book.stays(a, "papers", h(40), h(50))
    book.leaves(a, h(50), "way/leave")
    d = book.arrives(h(20), "critical")
    book.enters(d, "enter icu", h(20), h(20))
    book.stays(d, "worse/stay", h(20), h(43))
    book.enters(d, "down", h(43), h(44))
    book.stays(d, "sleep", h(44))
    b = book.arrives(h(30), "mortal")
    book.enters(b, "come", h(30), h(30))
    book.stays(b, "nap", h(30), h(60))
    book.marks(b, "mortal/ready", h(60))
    book.stays(b, "sleep", h(60), h(66))
    book.leaves(b, h(66), "on/leave")
    outlier = book.arrives(h(33), "usual")
    book.enters(outlier, "enter medical", h(33), h(34), "assessment")
    book.stays(outlier, "rest", h(34), h(65))
    book.marks(outlier, "way/ready", h(65))
    book.stays(outlier, "papers", h(65), h(65))
    book.leaves(outlier, h(65), "way/leave")
    return book.closed()


@pytest.fixture(scope="module")
def figures(two_days: Replication) -> Figures:
    return two_days.measured().kpis


MEDICAL = (72 - 24) + (50 - 24) + (66 - 30) + (72 - 44)  # hours in use: all along, a, b, d
OPEN = 4 * 48 - 2 * 12


@pytest.mark.parametrize(
    ("name", "scope", "expected"),
    [
        ("occupancy_mean", "ward:medical", MEDICAL / OPEN),
        ("occupancy_mean", "ward:assessment", 31 / 48),
        ("occupancy_mean", "ward:icu", 20 / 48),
        ("occupancy_mean", "ward:lounge", 0.0),
        ("occupancy_mean", "", (MEDICAL + 31) / (OPEN + 48)),  # without critical care and chairs
        ("beds_open", "", (OPEN + 48) / 48),
        ("beds_used", "", (MEDICAL + 31) / 48),
        # 08:00: hour 32 all along, a, b in 4 beds; hour 56 all along, b, d in 2 open beds, and the outlier in 1 of 1
        ("occupancy_8am", "ward:medical", (3 + 3) / (4 + 2)),
        ("occupancy_8am", "ward:assessment", 1 / 2),
        ("occupancy_8am", "", (3 + 3 + 1) / (4 + 2 + 2)),
        # midnight: hour 24, when the early patient has just left, and hour 48
        ("occupancy_midnight", "ward:medical", (2 + 4) / (4 + 4)),
        ("occupancy_midnight", "", (2 + 4 + 1) / (4 + 4 + 2)),
        ("outliers_8am", "", 1 / 2),
        ("outliers_8am", "ward:assessment", 1 / 2),
        ("outliers_8am", "ward:medical", 0.0),
        # first beds in the window: b and the outlier
        ("admissions_per_day", "", 2 / 2),
        ("admissions_per_day", "ward:medical", 1 / 2),
        ("admissions_per_day", "ward:icu", 0.0),
        ("admissions_per_day", "class:usual", 1 / 2),
        # who left in the window: early after 24 h, a after 40, b after 36, the outlier after 31
        ("length_of_stay_mean", "", (24 + 40 + 36 + 31) / 4 / 24),
        ("length_of_stay_mean", "ward:medical", (24 + 40 + 36) / 3 / 24),
        ("length_of_stay_mean", "ward:assessment", 31 / 24),
        # alive: early at 00:00, a at 02:00, the outlier at 17:00 sharp
        ("discharges_per_day", "", 3 / 2),
        ("discharges_before_noon", "", 2 / 3),
        ("discharges_by_5pm", "", 2 / 3),
        # past ready in a bed: all along from hour 30, a 40 to 50, b 60 to 66
        ("delay_days_per_day", "", (42 + 10 + 6) / 48),
        ("ready_patients_share", "", (1 + 1) / (3 + 4)),
    ],
)
def test_the_figures_are_those_worked_out_by_hand(figures: Figures, name: str, scope: str, expected: float) -> None:
    assert figures[name, scope] == pytest.approx(expected, rel=1e-12)


def test_a_ward_that_nobody_left_has_no_length_of_stay(figures: Figures) -> None:
    assert math.isnan(figures["length_of_stay_mean", "ward:icu"])


def test_weekdays_that_the_window_does_not_have_are_unknown(figures: Figures) -> None:
    assert all(math.isnan(figures["discharge_weekday", f"weekday:{day}"]) for day in clock.WEEKDAYS)
    assert math.isnan(figures["weekend_discharge_ratio", ""])


def test_who_is_in_a_bed_during_the_whole_window_fills_it(two_days: Replication) -> None:
    hour = Window(56 * clock.HOUR, 57 * clock.HOUR)
    figures = two_days.measured(hour).kpis
    assert figures["beds_used", "ward:medical"] == 3
    assert figures["occupancy_mean", "ward:medical"] == 3 / 2  # two beds are closed and still occupied
    assert figures["delay_days_per_day", ""] == 1


def test_who_is_ready_only_after_leaving_the_ward_held_no_bed_there() -> None:
    wards = {"a": {"beds": 9}, "home": {"beds": 9, "kind": "virtual"}}
    pathways = {"way": [{"enter": "a"}, {"enter": "home"}, {"stay": "1 d"}, "ready", {"rest": {"time": "1 d"}}, LEAVE]}
    book = Book(hospital("2 d", patients={"p": comes()}, wards=wards, pathways=pathways))
    patient = book.arrives(0)
    book.enters(patient, "enter a", 0, 0)
    book.enters(patient, "enter home", 0, h(10))
    book.stays(patient, "stay", h(10), h(20))
    book.marks(patient, "ready", h(20))
    book.stays(patient, "rest", h(20))
    figures = book.closed().measured().kpis
    assert figures["delay_days_per_day", ""] == 0
    assert figures["ready_patients_share", ""] == 0


def test_a_closed_ward_has_no_occupancy() -> None:
    wards = {"a": {"beds": 0}}
    pathways = {"way": [{"enter": "a"}, {"stay": "1 d"}, LEAVE]}
    book = Book(hospital("2 d", patients={"p": comes()}, wards=wards, pathways=pathways))
    book.waits(book.arrives(5), "enter a", 5)
    figures = book.closed().measured().kpis
    assert math.isnan(figures["occupancy_mean", ""])
    assert math.isnan(figures["occupancy_8am", "ward:a"])
    assert figures["beds_open", "ward:a"] == 0


@pytest.mark.parametrize(("start", "first"), [("2026-01-05", 0), ("2026-01-07", 2)])
def test_discharges_by_weekday_are_held_against_the_mean_of_the_week(start: str, first: int) -> None:
    """Two on Monday, one on each other day but Sunday: one a day on average; 1/2 a day at weekends, 6/5 on weekdays."""
    pathways = {"way": [{"enter": "a"}, {"stay": "1 d"}, LEAVE]}
    book = Book(hospital("7 d", start=start, patients={"p": comes()}, wards={"a": {"beds": 9}}, pathways=pathways))
    leaving = [h(24 * ((day - first) % 7) + 10) for day in (0, 0, 1, 2, 3, 4, 5)]
    patients = [book.arrives(0) for _ in leaving]
    for patient, leaves in zip(patients, leaving, strict=True):
        book.enters(patient, "enter a", 0, 0)
        book.stays(patient, "stay", 0, leaves)
        book.leaves(patient, leaves)
    measured = book.closed().measured()
    figures = measured.kpis
    assert [figures["discharge_weekday", f"weekday:{day}"] for day in clock.WEEKDAYS] == [2, 1, 1, 1, 1, 1, 0]
    assert figures["weekend_discharge_ratio", ""] == pytest.approx((1 / 2) / (6 / 5))
    assert measured.profiles["discharges_by_weekday", ""].tolist() == [2, 1, 1, 1, 1, 1, 0]
    assert measured.profiles["discharges_by_hour", ""][10] == 1  # seven in seven such hours


def test_a_hospital_without_beds_or_waiting_wards_has_none_of_these_figures() -> None:
    pathways = {"way": [{"talk": {"staff": "nurse", "time": "5 min"}}, LEAVE]}
    staff = {"nurse": {"on_duty": 1}}
    figures = Book(hospital("2 d", patients={"p": comes()}, staff=staff, pathways=pathways)).closed().measured().kpis
    names = {name for name, _ in figures}
    assert not names & {"occupancy_mean", "beds_open", "admissions_per_day", "discharges_per_day", "outliers_8am"}
    assert not names & {"ready_patients_share", "delay_days_per_day", "length_of_stay_mean"}
