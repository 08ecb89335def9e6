"""Time to recover, worked out by hand for hospitals whose number of patients follows a simple course."""

import math
from typing import Any

import numpy as np
import pytest

from sim import clock
from sim.measure.occupancy import Level
from sim.measure.recovery import first_lasting, rolling_means
from tests.builders import Book, comes, hospital

DAY = 24 * 60
EVENT = {"at": {"date": "2026-01-12", "time": "00:00"}, "lasts": "12 h", "capacity": {"nurse": "x 0.5"}}
PATHWAYS = {"way": [{"stay": "1 d"}, {"leave": "discharged"}]}
"""The event is on the eighth day; the run begins on the first."""


def hospital_with(spells: list[tuple[float, float]], **parts: Any) -> float:
    """Minutes to recover where patients are inside from and to some days."""
    parts = {"events": {"outage": EVENT}, "patients": {"p": comes()}, **parts}
    length = parts.pop("length", "3 weeks")
    book = Book(hospital(length, staff={"nurse": {"on_duty": 1}}, pathways=PATHWAYS, **parts))
    for came, left in sorted(spells):
        patient = book.arrives(came * DAY)
        book.stays(patient, "stay", came * DAY, left * DAY if left < 21 else None)
        if left < 21:
            book.leaves(patient, left * DAY)
    figures = book.closed().measured().kpis
    (key,) = [key for key in figures if key[0] == "recovery_time"]
    return figures[key]


USUAL = [(0.0, 99.0)] * 10
"""Ten patients who are inside all along."""


def test_a_hospital_that_was_never_fuller_recovers_at_once() -> None:
    assert hospital_with(USUAL) == 0


def test_it_has_recovered_when_the_mean_of_the_last_day_is_as_usual_again() -> None:
    """A crowd is inside for the twelve hours of the event: the mean of 24 hours is as usual a day after it left."""
    assert hospital_with([*USUAL, *[(7.0, 7.5)] * 20]) == DAY


def test_a_crowd_that_stays_longer_makes_it_longer() -> None:
    assert hospital_with([*USUAL, *[(7.0, 9.5)] * 20]) == 2 * DAY + DAY


def test_a_hospital_that_is_emptier_than_usual_has_not_recovered() -> None:
    """Four of ten leave when the event begins, and four others come three days later."""
    staying, leaving, coming = [(0.0, 99.0)] * 6, [(0.0, 7.0)] * 4, [(10.0, 99.0)] * 4
    assert hospital_with([*staying, *leaving, *coming]) == (10 - 7.5) * DAY + DAY


def test_it_must_be_as_usual_for_two_days() -> None:
    """A day and a half after the first crowd is forgotten, there is a second one for an hour."""
    second = (7.5 + 1 + 1.5, 7.5 + 1 + 1.5 + 1 / 24)
    assert hospital_with([*USUAL, *[(7.0, 7.5)] * 20, *[second] * 20]) == pytest.approx((second[1] - 7.5 + 1) * DAY)


def test_a_hospital_that_stays_fuller_never_recovers() -> None:
    assert math.isnan(hospital_with([*USUAL, (7.0, 99.0)]))


def test_the_usual_ups_and_downs_are_no_lack_of_recovery() -> None:
    """On every other day there are two patients more, so that the mean of 24 hours goes evenly from 10 to 12 and back.

    Its standard deviation is that of a uniform law, 2 / sqrt(12) = 0.58, and the band about 11 - 1.13 to 11 + 1.13.
    """
    wave = [(float(day), day + 1.0) for day in range(0, 20, 2) for _ in range(2)]
    assert hospital_with([*USUAL, *wave]) == 0
    more = [(7.0, 99.0)] * 2
    assert math.isnan(hospital_with([*USUAL, *wave, *more]))


def test_an_event_before_the_second_day_of_the_window_has_no_usual() -> None:
    soon = {**EVENT, "at": {"date": "2026-01-06", "time": "23:00"}}
    assert math.isnan(hospital_with(USUAL, events={"soon": soon}))
    assert hospital_with(USUAL, events={"later": {**EVENT, "at": {"date": "2026-01-07", "time": "00:00"}}}) == 0
    assert math.isnan(hospital_with(USUAL, events={"warm": EVENT}, length="2 weeks", warm_up="1 week"))


def test_an_event_too_near_to_the_end_cannot_be_seen_to_be_over() -> None:
    late = {**EVENT, "at": {"date": "2026-01-23", "time": "12:00"}}  # over two days before the end
    assert hospital_with(USUAL, events={"late": late}) == 0
    assert math.isnan(hospital_with(USUAL, events={"late": {**late, "lasts": "13 h"}}))


def test_a_batch_of_patients_is_a_shock_too() -> None:
    batch = {"at": {"date": "2026-01-12", "time": "00:00"}, "patients": 20, "over": "12 h"}
    crash = {"arrive": {"batches": {"bus": batch}}, "pathway": "way"}
    found = hospital_with([*USUAL, *[(7.0, 8.0)] * 20], events={}, patients={"p": comes(), "crash": crash})
    assert found == (8.0 - 7.5) * DAY + DAY


def test_a_hospital_without_shocks_has_no_time_to_recover() -> None:
    scenario = hospital("1 week", patients={"p": comes()}, staff={"nurse": {"on_duty": 1}}, pathways=PATHWAYS)
    assert "recovery_time" not in {name for name, _ in Book(scenario).closed().measured().kpis}


def test_a_rolling_mean_is_that_of_the_day_before() -> None:
    level = Level(np.array([0, 30]) * clock.HOUR, np.array([2, 8]))
    found = rolling_means(level, np.array([24, 30, 36, 54]) * clock.HOUR)[:1]
    assert found.tolist() == [2.0]
    hourly = rolling_means(level, np.arange(30, 55) * clock.HOUR)
    assert hourly[[0, 6, 24]].tolist() == pytest.approx([2, 2 * 0.75 + 8 * 0.25, 8])
    assert rolling_means(level, np.empty(0, np.int64)).size == 0


@pytest.mark.parametrize(
    ("flags", "hours", "expected"),
    [("1111", 3, 0), ("0111", 2, 1), ("1011", 2, None), ("111", 3, None), ("", 0, None), ("01", 0, 1)],
)
def test_the_first_stretch_that_lasts(flags: str, hours: int, expected: int | None) -> None:
    assert first_lasting(np.array([flag == "1" for flag in flags], np.bool_), hours) == expected
