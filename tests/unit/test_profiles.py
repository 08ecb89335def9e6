"""Profiles by hour of the week, worked out by hand; the run is the first three hours of a Monday.

Anna waits for a nurse from 00:30 to 01:15, and then for nurse and doctor from 01:30 to 02:00. Her admission is decided
at 01:30, and she moves to a bed at 02:30.
"""

import numpy as np
import pytest

from sim.measure.kpis import Measured
from sim.measure.profiles import PROFILES
from tests.builders import Book, comes, hospital

WAYS = {
    "way": [
        {"enter": "majors"},
        {"triage": {"staff": "nurse", "time": "15 min"}},
        "decide to admit",
        {"see": {"staff": {"nurse": 1, "doctor": 1}, "time": "15 min"}},
        {"enter": "medical"},
        {"stay": "1 d"},
        {"leave": "discharged"},
    ]
}


@pytest.fixture(scope="module")
def monday() -> Measured:
    staff = {"nurse": {"on_duty": 1}, "doctor": {"on_duty": 1}}
    wards = {"majors": {"beds": 2, "kind": "ed"}, "medical": {"beds": 2}}
    book = Book(hospital("3 h", patients={"p": comes()}, staff=staff, wards=wards, pathways=WAYS))
    anna = book.arrives(30)
    book.enters(anna, "enter majors", 30, 30)
    book.does(anna, "triage", 30, 75, 90)
    book.marks(anna, "decide to admit", 90)
    book.does(anna, "see", 90, 120, 135)
    book.enters(anna, "enter medical", 135, 150)
    book.stays(anna, "stay", 150)
    minutes = {"way/triage/time": 15, "way/see/time": 15, "way/stay/time": 1440}
    book.drawn |= {name: [time * 60_000] for name, time in minutes.items()}
    return book.closed().measured()


def hours(measured: Measured, name: str, scope: str) -> list[float]:
    """The first three hours of Monday; the run has no others."""
    profile = measured.profiles[name, scope]
    assert len(profile) == len(PROFILES[name].bins) == 168
    assert np.isnan(profile[3:]).all()
    return profile[:3].tolist()


def test_boarders_are_there_from_the_decision_to_the_bed(monday: Measured) -> None:
    assert hours(monday, "boarders_by_hour", "") == pytest.approx([0, 30 / 60, 30 / 60])


def test_who_needs_two_things_waits_for_both(monday: Measured) -> None:
    assert hours(monday, "waiting_by_hour", "staff:nurse") == pytest.approx([30 / 60, (15 + 30) / 60, 0])
    assert hours(monday, "waiting_by_hour", "staff:doctor") == pytest.approx([0, 30 / 60, 0])
    assert hours(monday, "waiting_by_hour", "step:way/see") == pytest.approx([0, 30 / 60, 0])
    assert hours(monday, "waiting_by_hour", "ward:medical") == pytest.approx([0, 0, 15 / 60])


def test_places_are_occupied_hour_by_hour(monday: Measured) -> None:
    assert hours(monday, "occupancy_by_hour", "ward:majors") == pytest.approx([15 / 60, 30 / 60, 15 / 60])
    assert hours(monday, "occupancy_by_hour", "ward:medical") == pytest.approx([0, 0, 15 / 60])


def test_places_and_queues_are_told_day_by_day() -> None:
    """Two days; one bed of two is taken from 18:00 on the first to 06:00 on the second, and one more bed opens then."""
    wards = {"medical": {"beds": 1, "also": {"more": {"beds": 1, "since": "2026-01-06"}}}}
    ways = {"way": [{"enter": "medical"}, {"stay": "1 d"}, {"leave": "discharged"}]}
    book = Book(hospital("2 d", patients={"p": comes()}, wards=wards, pathways=ways))
    hour = 60
    first, second = book.arrives(18 * hour), book.arrives(20 * hour)
    book.enters(first, "enter medical", 18 * hour, 18 * hour)
    book.stays(first, "stay", 18 * hour, 30 * hour)
    book.enters(second, "enter medical", 20 * hour, 24 * hour)
    book.stays(second, "stay", 24 * hour)
    book.leaves(first, 30 * hour)
    book.drawn |= {"way/stay/time": [12 * hour * 60_000, 24 * hour * 60_000]}
    measured = book.closed().measured()
    assert measured.profiles["in_use_by_day", "ward:medical"].tolist() == [6 / 24, 6 / 24 + 1]
    assert measured.profiles["open_by_day", "ward:medical"].tolist() == [1, 2]
    assert measured.profiles["waiting_by_day", "ward:medical"].tolist() == [4 / 24, 0]


def test_where_nobody_is_admitted_nobody_boards() -> None:
    ways = {"way": [{"triage": {"staff": "nurse", "time": "15 min"}}, {"leave": "discharged"}]}
    book = Book(hospital("3 h", patients={"p": comes()}, staff={"nurse": {"on_duty": 1}}, pathways=ways))
    assert ("boarders_by_hour", "") not in book.closed().measured().profiles
