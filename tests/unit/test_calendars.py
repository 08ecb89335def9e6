"""Calendars, rhythms and events follow weekdays, hours and sets of dates."""

import datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from sim import clock
from sim.scenario.calendars import DayTimes, moments, sets_of
from sim.scenario.dates import DateSpan, SetName, days_of
from sim.scenario.events import HospitalEvent, arrival_factors, capacity_changes, profile, time_factors
from sim.scenario.rhythms import Rhythm, factors

START = datetime.date(2026, 3, 30)  # a Monday; Good Friday is 3 April, Easter Monday 6 April
SETS = {
    "bank_holidays": [datetime.date(2026, 4, 3), datetime.date(2026, 4, 6)],
    "easter": [DateSpan(since="2026-04-02", until="2026-04-12")],
}
EASTER = clock.Calendar(START, days_of(SETS, START))
CALENDAR, RHYTHM = TypeAdapter(DayTimes), TypeAdapter(Rhythm)


def hours_until(times, horizon=clock.WEEK, calendar=EASTER):
    found = moments(CALENDAR.validate_python(times), calendar, horizon)
    return [moment / clock.HOUR for moment in found if moment < horizon]


def changes(rhythm, horizon=clock.WEEK):
    return [
        (moment / clock.HOUR, factor) for moment, factor in factors(RHYTHM.validate_python(rhythm), EASTER, horizon)
    ]


# ---------------------------------------------------------------- dates


def test_spans_and_single_dates_are_counted_from_the_start():
    found = days_of(SETS, datetime.date(2026, 4, 4))
    assert sorted(found["bank_holidays"]) == [-1, 2]
    assert sorted(found["easter"]) == list(range(-2, 9))


def test_the_set_with_the_fewest_days_is_the_more_special_one():
    assert EASTER.special(["easter", "bank_holidays"], 4) == "bank_holidays"
    assert EASTER.special(["easter", "bank_holidays"], 5) == "easter"
    assert EASTER.special(["easter", "bank_holidays"], 0) is None


def test_a_calendar_without_sets_works_as_before():
    plain = clock.Calendar(START)
    assert plain == clock.Calendar(START, {})
    assert not plain.is_in("bank_holidays", 4)
    assert hash(plain) == hash(EASTER)


# ---------------------------------------------------------------- calendars


def test_there_is_no_round_on_a_bank_holiday():
    assert hours_until({"weekdays": ["10:00"], "bank_holidays": []}) == [10, 34, 58, 82]


def test_a_bank_holiday_may_have_its_own_round():
    assert hours_until({"weekdays": ["10:00"], "bank_holidays": ["12:00"]}) == [10, 34, 58, 82, 108]


def test_a_bank_holiday_in_the_easter_holidays_is_a_bank_holiday():
    times = {"all": ["10:00"], "easter": ["11:00"], "bank_holidays": ["12:00"]}
    assert hours_until(times) == [10, 34, 58, 83, 108, 131, 155]


def test_who_waits_for_a_moment_that_does_not_come_in_the_run_waits_until_its_end():
    found = moments({"bank_holidays": [10 * clock.HOUR]}, EASTER, 4 * clock.WEEK)
    assert [moment // clock.HOUR for moment in found[:2]] == [106, 178]
    assert len(found) == 3
    assert found[-1] > 4 * clock.WEEK


def test_a_calendar_tells_the_sets_to_which_it_refers():
    assert sets_of({"weekdays": [0], "mon": [], "bank_holidays": []}) == ["bank_holidays"]


# ---------------------------------------------------------------- rhythms


def test_a_rhythm_changes_at_the_hours_that_are_named():
    night = [2] * 6 + [1] * 18
    assert changes({"weekdays": night, "bank_holidays": "x 3"}) == [
        (0, 2), (6, 1), (24, 2), (30, 1), (48, 2), (54, 1), (72, 2), (78, 1), (96, 3), (120, 1)
    ]  # fmt: skip


def test_a_weekend_has_its_factor():
    assert changes({"weekend": "x 1.5"}, 2 * clock.WEEK) == [(0, 1), (120, 1.5), (168, 1), (288, 1.5)]


def test_factors_that_hold_at_the_same_time_are_multiplied():
    found = profile({"weekend": 1.5}, [(130 * clock.HOUR, 140 * clock.HOUR, 2.0)], EASTER, clock.WEEK)
    assert [(moment // clock.HOUR, factor) for moment, factor in found] == [(0, 1), (120, 1.5), (130, 3), (140, 1.5)]


def test_a_factor_from_before_the_run_holds_from_its_first_moment():
    assert profile(None, [(-5, 5, 2.0)], EASTER, 100) == [(0, 2.0), (5, 1.0)]
    assert profile(None, [(-5, 0, 2.0), (100, 200, 3.0)], EASTER, 100) == [(0, 1.0)]


def test_events_that_follow_each_other_leave_no_gap():
    assert profile(None, [(10, 20, 2.0), (20, 30, 2.0)], EASTER, 100) == [(0, 1.0), (10, 2.0), (30, 1.0)]


# ---------------------------------------------------------------- events


def outage(**what):
    at = {"date": "2026-03-31", "time": "09:00"}
    return {"outage": HospitalEvent.model_validate({"at": at, "lasts": "8 h", **what})}


def test_an_event_tells_what_it_changes_and_when():
    begins, ends = 33 * clock.HOUR, 41 * clock.HOUR
    events = outage(times={"emergency/triage": "x 1.3"}, capacity={"ct": "x 0", "doctor": "+4"}, arrivals={"ed": "x 2"})
    assert time_factors(events, "emergency/triage", EASTER) == [(begins, ends, 1.3)]
    assert time_factors(events, "emergency/assess", EASTER) == []
    assert arrival_factors(events, "ed", EASTER) == [(begins, ends, 2.0)]
    assert capacity_changes(events, "ct", EASTER) == [(begins, ends, 0.0, 0)]
    assert capacity_changes(events, "doctor", EASTER) == [(begins, ends, 1.0, 4)]
    assert capacity_changes(events, "nurse", EASTER) == []


def test_an_event_is_written_as_it_was_read():
    capacity = {"ct": "x 0", "doctor": "+4", "nurse": -2}
    written = outage(capacity=capacity)["outage"].model_dump(mode="json")
    assert written["capacity"] == {"ct": "x 0.0", "doctor": "+4", "nurse": "-2"}
    assert HospitalEvent.model_validate(written) == outage(capacity=capacity)["outage"]


# ---------------------------------------------------------------- what is refused


def refusal(validate, found):
    """Message, code and advice of the only thing that is wrong."""
    with pytest.raises(ValidationError) as caught:
        validate(found)
    (detail,) = caught.value.errors()
    refused = detail["ctx"]["error"].refusal
    return refused.message, refused.code, refused.instead or refused.advice


@pytest.mark.parametrize(("word", "meant"), [("Monday", "mon"), ("weekday", "weekdays"), ("daily", "all")])
def test_a_day_that_is_written_out_is_refused_with_its_short_word(word, meant):
    message, code, instead = refusal(CALENDAR.validate_python, {word: ["10:00"]})
    assert message.startswith("expected a day (all, weekdays, weekend, mon,")
    assert (code, instead) == ("unknown-word", meant)


@pytest.mark.parametrize("name", ["weekdays", "mon", "rest", "Sunday"])
def test_a_set_of_dates_cannot_be_called_like_a_day(name):
    message, code, _ = refusal(TypeAdapter(SetName).validate_python, name)
    assert message == f"{name} is a word for days of the week, so that no set of dates can have this name"
    assert code == "reserved-name"


@pytest.mark.parametrize(
    ("validate", "found", "message", "code"),
    [
        (CALENDAR.validate_python, {"weekdays": [], "bank_holidays": []}, "no day of the week has a time", "empty"),
        (RHYTHM.validate_python, {}, "the rhythm names no day", "empty"),
        (RHYTHM.validate_python, {"all": [1.0] * 23}, "23 factors are given, but a day has 24 hours", "shape"),
        (RHYTHM.validate_python, {"all": [1.0] * 23 + [0]}, "expected a factor above 0, at most 100, got 0", "factor"),
        (RHYTHM.validate_python, {"all": "x 0"}, 'expected a factor above x 0, such as x 1.1, got "x 0"', "factor"),
        (
            DateSpan.model_validate,
            {"since": "2026-04-02", "until": "2026-04-01"},
            "since (2026-04-02) is later than until (2026-04-01)",
            "date",
        ),
    ],
)
def test_a_slip_in_a_calendar_is_refused_in_clear_words(validate, found, message, code):
    assert refusal(validate, found)[:2] == (message, code)


@pytest.mark.parametrize(
    ("what", "message", "code", "advice"),
    [
        ({}, "the event changes nothing", "empty", "say what it does"),
        (
            {"times": {"triage": "x 2"}},
            'expected a pathway and a step with a slash between them, got "triage"',
            "name",
            "",
        ),
        ({"capacity": {"ct": 4}}, "expected a factor such as x 0.5, or a change such as +4, got 4", "number", "+4"),
        ({"capacity": {"ct": "+0"}}, 'expected a factor such as x 0.5, or a change such as +4, got "+0"', "number", ""),
        ({"capacity": {"ct": "x 101"}}, 'expected a factor from x 0 to x 100, got "x 101"', "factor", ""),
        ({"arrivals": {"ed": 1.1}}, "expected a factor from x 0 to x 100, got 1.1", "factor", "x 1.1"),
    ],
)
def test_a_slip_in_an_event_is_refused_in_clear_words(what, message, code, advice):
    at = {"date": "2026-03-31", "time": "09:00"}
    found = refusal(HospitalEvent.model_validate, {"at": at, "lasts": "8 h", **what})
    assert found[:2] == (message, code)
    assert found[2].startswith(advice)
