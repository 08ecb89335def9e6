"""Levels: how many beds are occupied, people busy and patients waiting, over time."""

import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import clock
from sim.engine.eventlog import Event
from sim.engine.stories import needs, tell
from sim.measure.occupancy import Level, Occupancy, WeekHours, changing, excess, occupancy, present, together
from sim.measure.offers import offers
from sim.measure.window import Window
from tests.builders import Book, Replication, comes, hospital

MONDAY = clock.Calendar(datetime.date(2026, 1, 5))
WEDNESDAY = clock.Calendar(datetime.date(2026, 1, 7))


def level(*steps: tuple[int, int]) -> Level:
    return Level(np.array([moment for moment, _ in steps]), np.array([number for _, number in steps]))


def minutes(found: Level) -> list[tuple[float, int]]:
    return list(zip((found.time_ms / clock.MINUTE).tolist(), found.number.tolist(), strict=True))


def levels(told: Replication) -> Occupancy:
    return occupancy(told.program, told.log, needs(told.program), tell(told.log))


def test_what_happens_in_the_very_instant_has_happened() -> None:
    beds = level((10, 1), (20, 3), (30, 0))
    assert beds.at(np.array([9, 10, 19, 20, 29, 30, 99])).tolist() == [0, 1, 1, 3, 3, 0, 0]


def test_changes_of_one_instant_are_taken_together() -> None:
    assert minutes(changing(np.array([0, 60_000, 60_000, 60_000]), np.array([1, 1, -1, -1]))) == [(0, 1), (1, 0)]


@pytest.mark.parametrize(
    ("window", "mean", "peak"),
    [
        (Window(0, 40), (10 * 1 + 10 * 3) / 40, 3),
        (Window(12, 18), 1.0, 1),  # nothing changes inside: the patient is there all the time
        (Window(15, 25), (5 * 1 + 5 * 3) / 10, 3),
        (Window(10, 20), 1.0, 1),  # the change at the end belongs to the next window
        (Window(30, 50), 0.0, 0),
        (Window(0, 5), 0.0, 0),
    ],
)
def test_means_are_weighted_by_time_and_cut_at_the_edges(window: Window, mean: float, peak: int) -> None:
    beds = level((10, 1), (20, 3), (30, 0))
    assert (beds.mean(window), beds.peak(window)) == (mean, peak)


def test_a_level_that_never_changes_is_nought() -> None:
    never = present(np.array([], np.int64), np.array([], np.int64))
    assert never.at(np.array([5])).tolist() == [0]
    assert (never.mean(Window(0, 10)), never.peak(Window(0, 10))) == (0, 0)
    assert never.integrals(np.array([0, 5, 10])).tolist() == [0, 0]


spell_lists = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 40)), max_size=12)


@settings(deadline=None)
@given(spell_lists, st.integers(0, 70), st.integers(1, 40))
def test_integrals_are_exact(spells: list[tuple[int, int]], start: int, length: int) -> None:
    starts = np.array([begin for begin, _ in spells], np.int64)
    ends = starts + np.array([lasts for _, lasts in spells], np.int64)
    there = present(starts, ends)
    window = Window(start, start + length)
    by_moment = [int(((starts <= moment) & (moment < ends)).sum()) for moment in range(start, start + length)]
    assert there.integral(window) == sum(by_moment) == window.overlap(starts, ends).sum()
    assert there.at(np.arange(start, start + length)).tolist() == by_moment
    assert there.peak(window) == max(by_moment)


@settings(deadline=None)
@given(spell_lists, spell_lists)
def test_excess_and_sum_are_those_of_every_moment(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    used, limit = (
        present(
            np.array([begin for begin, _ in spells], np.int64), np.array([sum(spell) for spell in spells], np.int64)
        )
        for spells in (first, second)
    )
    moments = np.arange(110)
    above = excess(used, limit)
    assert above.at(moments).tolist() == np.maximum(used.at(moments) - limit.at(moments), 0).tolist()
    assert len(set(above.time_ms.tolist())) == len(above.time_ms)
    assert together([used, limit]).at(moments).tolist() == (used.at(moments) + limit.at(moments)).tolist()


def test_what_is_used_before_there_is_a_limit_is_too_much() -> None:
    above = excess(level((0, 2)), level((10, 5)))
    assert above.at(np.array([0, 9, 10])).tolist() == [2, 2, 0]
    assert excess(level((10, 5)), level((0, 5))).time_ms.size == 0


def test_a_step_that_needs_two_nurses_and_a_doctor_counts_once_in_the_queue() -> None:
    pathway = [{"plaster": {"staff": {"nurse": 2, "doctor": 1}, "time": "5 min"}}, {"leave": "discharged"}]
    staff = {"nurse": {"on_duty": 4}, "doctor": {"on_duty": 2}}
    book = Book(hospital("60 min", patients={"p": comes()}, staff=staff, pathways={"way": pathway}))
    first, second = book.arrives(0), book.arrives(5)
    book.does(first, "plaster", 0, 10, 20)
    book.leaves(first, 20)
    book.does(second, "plaster", 5, 15)
    found = levels(book.closed())
    doctor, nurse = found.in_use
    assert minutes(doctor) == [(10, 1), (15, 2), (20, 1)]
    assert minutes(nurse) == [(10, 2), (15, 4), (20, 2)]
    assert minutes(found.waiting[0]) == [(0, 1), (5, 2), (10, 1), (15, 0)]
    assert [minutes(units) for units in found.open] == [[(0, 2)], [(0, 4)]]


def wards_that_change() -> Book:
    """Ward a has 2 beds, from minute 60 to 120 only one; a bed is cleaned for 30 minutes."""
    closed = {"beds": -1, "from": "01:00", "to": "02:00", "until": "2026-01-05"}
    wards = {"a": {"beds": 2, "turnaround": "30 min", "also": {"closed": closed}}}
    pathway = [{"enter": "a"}, {"stay": "1 h"}, {"leave": "discharged"}]
    return Book(hospital("4 h", patients={"p": comes()}, wards=wards, pathways={"way": pathway}))


def test_a_bed_that_is_cleaned_is_not_in_use_and_one_that_closes_is_drained() -> None:
    book = wards_that_change()
    for leaves in (20, 90):
        patient = book.arrives(0)
        book.enters(patient, "enter a", 0, 0)
        book.stays(patient, "stay", 0, leaves)
        book.leaves(patient, leaves)
    patient = book.arrives(20)
    book.enters(patient, "enter a", 20, 50)  # when the first bed is clean
    book.stays(patient, "stay", 50)
    found = levels(book.closed())
    assert minutes(found.in_use[0]) == [(0, 2), (20, 1), (50, 2), (90, 1)]
    assert minutes(found.open[0]) == [(0, 2), (60, 1), (120, 2)]
    assert found.over[0].at(np.array([59, 60, 89, 90]) * clock.MINUTE).tolist() == [0, 1, 1, 0]
    assert minutes(found.waiting[0]) == [(0, 0), (20, 1), (50, 0)]


def test_hours_of_the_week_begin_on_monday_whatever_day_the_run_starts() -> None:
    window = Window(30 * clock.MINUTE, 2 * clock.HOUR)
    assert WeekHours.of(window, MONDAY).hour.tolist() == [0, 1]
    assert WeekHours.of(window, WEDNESDAY).hour.tolist() == [48, 49]
    assert WeekHours.of(window, WEDNESDAY).lengths()[48:50].tolist() == [30 * clock.MINUTE, clock.HOUR]


def test_the_profile_of_a_week_is_the_mean_of_each_hour() -> None:
    window = Window(0, 2 * clock.WEEK)
    starts = np.array([clock.HOUR, clock.WEEK + clock.HOUR + 30 * clock.MINUTE])
    busy = present(starts, np.array([2, clock.WEEK // clock.HOUR + 3]) * clock.HOUR)
    profile = WeekHours.of(window, MONDAY).means(busy)
    assert profile[:4].tolist() == [0, (1 + 0.5) / 2, 1 / 2, 0]
    assert profile.sum() * 2 * clock.HOUR == busy.integral(window)


def test_hours_outside_a_short_window_are_unknown() -> None:
    profile = WeekHours.of(Window(0, clock.HOUR), MONDAY).means(level((0, 3)))
    assert profile[0] == 3
    assert np.isnan(profile[1:]).all()


def test_what_is_kept_or_interrupted_is_in_use_for_as_long() -> None:
    pathway = [
        {"hold": {"staff": "crew"}},
        {"talk": {"staff": "nurse", "time": "5 min", "or": [{"staff": {"nurse": 1, "student": 1}}]}},
        {"leave": "discharged"},
    ]
    staff = {name: {"on_duty": 2} for name in ("crew", "nurse", "student")}
    book = Book(hospital("60 min", patients={"p": comes()}, staff=staff, pathways={"way": pathway}))
    patient = book.arrives(0)
    book.keeps(patient, "hold crew", 0, 2)
    book.waits(patient, "talk", 2)
    book.begins(patient, "talk", 5, nurse=1, student=1)
    book.ends(patient, "talk", 8, Event.INTERRUPT, nurse=1, student=1)
    book.does(patient, "talk", 8, 10, 20)
    book.gives_back(patient, "hold crew", 30 - 10)
    book.leaves(patient, 20)
    found = levels(book.closed())
    crew, nurse, student = found.in_use
    assert minutes(crew) == [(2, 1), (20, 0)]
    assert minutes(nurse) == [(5, 1), (8, 0), (10, 1), (20, 0)]
    assert minutes(student) == [(5, 1), (8, 0)]
    hold, talk = (minutes(found.waiting[book.step(name)]) for name in ("hold crew", "talk"))
    assert hold == [(0, 1), (2, 0)]
    assert talk == [(2, 1), (5, 0), (8, 1), (10, 0)]


def test_who_comes_home_was_not_waiting() -> None:
    wards = {
        "own": {"beds": 1, "if_full": [{"use": "other", "return_when_free": True}]},
        "other": {"beds": 1},
    }
    pathway = [{"enter": "own"}, {"stay": "1 h"}, {"leave": "discharged"}]
    book = Book(hospital("4 h", patients={"p": comes()}, wards=wards, pathways={"way": pathway}))
    patient = book.arrives(0)
    book.enters(patient, "enter own", 0, 10, "other")
    book.stays(patient, "stay", 10)
    book.comes_home(patient, "enter own", 20, "own")
    found = levels(book.closed())
    assert [minutes(used) for used in found.in_use] == [[(10, 1), (20, 0)], [(20, 1)]]
    assert minutes(found.waiting[0]) == [(0, 1), (10, 0)]


def test_slots_are_offered_taken_or_lost() -> None:
    """Three at 01:00 and at 02:00; one that is left stays on offer, so that at 02:00 there are four."""
    sessions = {name: {"days": "mon", "at": at, "slots": 3} for name, at in (("a", "01:00"), ("b", "02:00"))}
    book = Book(
        hospital(
            "4 h",
            patients={"p": comes()},
            slots={"clinic": {"sessions": sessions, "keep": 1}},
            supplies={"blood": {"stock": 5}},
            pathways={"way": [{"visit": {"slots": "clinic", "uses": "blood", "time": "1 min"}}, {"leave": "refused"}]},
        )
    )
    book.there_are(0, "blood", 5)
    for minute, units, taken in ((60, 3, 1), (60 + 1 / 60_000, 1, 0), (120, 4, 3), (120 + 1 / 60_000, 1, 0)):
        book.there_are(minute, "clinic", units)
        for _ in range(taken):
            patient = book.arrives(minute)
            book.does(patient, "visit", minute, minute, minute + 1)
            book.leaves(patient, minute + 1)
    case = book.closed()
    blood, clinic = offers(case.program, case.log).values()
    first, second = Window(0, 90 * clock.MINUTE), Window(90 * clock.MINUTE, 240 * clock.MINUTE)
    assert [(clinic.offered(half), clinic.used(half), clinic.lapsed(half)) for half in (first, second)] == [
        (3, 1, 1),
        (3, 3, 0),
    ]
    assert [(blood.offered(half), blood.used(half), blood.lapsed(half)) for half in (first, second)] == [
        (5, 1, 0),
        (0, 3, 0),
    ]
    found = levels(case)
    assert [used.time_ms.size for used in found.in_use] == [0, 0]
    assert minutes(found.open[0]) == [(0, 5), (60, 4), (120, 1)]
    assert found.open[1].at(np.array([59, 60, 61, 120, 121]) * clock.MINUTE).tolist() == [0, 2, 1, 1, 1]
