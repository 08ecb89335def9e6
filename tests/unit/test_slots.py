"""Slots are offered by a calendar, supplies are delivered by one."""

import datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from sim import clock
from sim.scenario.dates import days_of
from sim.scenario.ratios import BedsForEach, Frequency, staffed_beds
from sim.scenario.resources import Equipment, Ward
from sim.scenario.slots import Slots
from sim.scenario.supplies import Supply

START = datetime.date(2026, 3, 30)  # a Monday; Good Friday is 3 April
CALENDAR = clock.Calendar(START, days_of({"bank_holidays": [datetime.date(2026, 4, 3)]}, START))


def offered(horizon=clock.WEEK, **declared):
    return [(time / clock.HOUR, wait, units) for time, wait, units in Slots(**declared).offers(CALENDAR, horizon)]


def one(**session):
    return {"clinic": {"at": "09:00", "slots": 2, **session}}


# ---------------------------------------------------------------- slots


def test_slots_of_a_week_come_evenly_the_first_after_one_gap():
    assert offered(per_week=4, horizon=2 * clock.WEEK) == [(42 * number, 1, 1) for number in range(1, 8)]


def test_slots_that_no_week_divides_evenly_do_not_drift():
    found = Slots(per_week=13).offers(CALENDAR, 100 * clock.WEEK)
    assert len(found) == 13 * 100 - 1  # the last one comes at the very end of the run
    assert [found[13 * week - 1].time_ms for week in (1, 50, 99)] == [clock.WEEK, 50 * clock.WEEK, 99 * clock.WEEK]


def test_a_session_has_its_slots_one_after_the_other():
    assert offered(sessions=one(days="wed", slots=3, apart="45 min")) == [(57, 1, 1), (57.75, 1, 1), (58.5, 1, 1)]


def test_a_group_session_has_all_slots_at_once_if_enough_wait():
    assert offered(sessions=one(days="wed", slots=8, at_least=4)) == [(57, 4, 8)]


def test_a_session_is_not_held_on_a_bank_holiday():
    assert offered(sessions=one(days="wed fri", **{"except": "bank_holidays"})) == [(57, 1, 2)]


def test_sessions_at_the_same_moment_add_up_unless_one_is_a_group():
    sessions = {
        **one(days="wed"),
        "second": {"days": "wed", "at": "09:00", "slots": 3},
        "group": {"days": "wed", "at": "09:00", "slots": 6, "at_least": 4},
    }
    assert offered(sessions=sessions) == [(57, 1, 5), (57, 4, 6)]


def test_a_session_that_began_the_evening_before_goes_on_after_midnight():
    sessions = one(at="23:00", slots=3, apart="45 min", until="2026-03-29")
    assert offered(sessions=sessions) == [(0.5, 1, 1)]


def test_slots_that_nobody_takes_are_there_for_a_moment_but_for_those_that_are_kept():
    line = Slots(sessions=one(days="wed thu"), keep=1).units_over_time(CALENDAR, clock.WEEK)
    wednesday, thursday = 57 * clock.HOUR, 81 * clock.HOUR
    assert line == [(0, 0), (wednesday, 2), (wednesday + 1, 1), (thursday, 3), (thursday + 1, 1)]


# ---------------------------------------------------------------- supplies


def test_deliveries_come_on_their_days():
    weekly = {"days": "mon", "at": "08:00", "units": 100}
    extra = {"at": "08:00", "units": 5, "until": "2026-03-31", "except": "bank_holidays"}
    blood = Supply.model_validate({"stock": 40, "deliveries": {"weekly": weekly, "extra": extra}})
    assert [(moment // clock.HOUR, units) for moment, units in blood.delivered(CALENDAR, 8 * clock.DAY)] == [
        (8, 105), (32, 5), (176, 100)
    ]  # fmt: skip
    line = blood.units_over_time(CALENDAR, clock.WEEK)
    assert [(moment // clock.HOUR, units) for moment, units in line] == [(0, 40), (8, 145), (32, 150)]


def test_a_delivery_at_the_first_moment_is_in_the_stock_from_the_start():
    blood = Supply.model_validate({"stock": 0, "deliveries": {"first": {"days": "mon", "at": "00:00", "units": 7}}})
    assert blood.units_over_time(CALENDAR, clock.DAY) == [(0, 7)]


# ---------------------------------------------------------------- beds for each nurse


@pytest.mark.parametrize(
    ("written", "on_duty", "beds"), [("1 per 7 beds", 4, 28), (7, 4, 28), ("2 per 15 beds", 3, 22)]
)
def test_nurses_look_after_so_many_beds(written, on_duty, beds):
    assert staffed_beds(TypeAdapter(BedsForEach).validate_python(written), on_duty) == beds


@pytest.mark.parametrize(("people", "beds"), [(3, 20), (7, 10), (49, 50), (6, 100)])
def test_no_bed_is_lost_by_rounding(people, beds):
    ratio = TypeAdapter(BedsForEach).validate_python(f"{people} per {beds} beds")
    for times in range(1, 400):
        assert staffed_beds(ratio, people * times) == beds * times
        assert staffed_beds(ratio, people * times - 1) == (people * times - 1) * beds // people


def test_a_ratio_is_written_as_it_was_read():
    kind = TypeAdapter(BedsForEach)
    for written in ("1 per 7 beds", "3 per 20 beds", 6.5):
        beds = kind.validate_python(written)
        assert kind.validate_python(kind.dump_python(beds, mode="json")) == beds


def test_how_often_is_told_per_day_week_or_year():
    found = [TypeAdapter(Frequency).validate_python(text) for text in ("2 per year", "1 per week", "1 per day")]
    assert found == [2, pytest.approx(365 / 7), 365]


# ---------------------------------------------------------------- what is refused


def refusal(record, found):
    """Message, code and advice of the only thing that is wrong."""
    with pytest.raises(ValidationError) as caught:
        record.model_validate(found)
    (detail,) = caught.value.errors()
    refused = detail["ctx"]["error"].refusal
    return refused.message, refused.code, refused.instead or refused.advice


def bay(**more):
    return {"beds": 6, "closures": {"noro": {"rate": "2 per year", "beds": 6, "time": "9 d", **more}}}


@pytest.mark.parametrize(
    ("record", "found", "message", "code", "advice"),
    [
        (Slots, {}, "neither per_week nor sessions is given", "choice", "give one of them, such as per_week: 30"),
        (Slots, {"per_week": 3, "sessions": one()}, "both per_week and sessions are given", "choice", "give one of"),
        (Slots, {"sessions": {}}, "there is no session", "empty", "monday:"),
        (Slots, {"sessions": one(at_least=3)}, "at_least is 3, but there are 2 slots", "number", "make slots larger"),
        (
            Slots,
            {"per_week": 3, "cost": "45 per hour"},
            "an amount per hour has no meaning for slots, which cost when somebody takes them",
            "money",
            "45 per patient",
        ),
        (Supply, {"stock": 4, "reorder_at": 2}, "reorder_at is given without order", "pair", "add order: 40"),
        (Supply, {"stock": 4, "order": 2}, "order is given without reorder_at", "pair", "add reorder_at: 15"),
        (
            Supply,
            {"stock": 4, "takes": "6 h"},
            "takes has no meaning, since nothing is ordered",
            "pair",
            "add reorder_at",
        ),
        (
            Supply,
            {"stock": 0, "reorder_at": 2, "order": 5},
            "there is no stock at the start and no delivery, so that nobody ever gets any",
            "empty",
            "stock: 40",
        ),
        (
            Supply,
            {"stock": 4, "cost": "120 per patient"},
            'expected an amount per unit, got "120 per patient"',
            "money",
            "120 per unit",
        ),
        (
            Ward,
            {"beds": 28, "staffed_by": {"nurse": "one per 7 beds"}},
            'expected how many beds one of them can look after, got "one per 7 beds"',
            "number",
            "",
        ),
        (
            Ward,
            {"beds": 28, "staffed_by": {"nurse": 0}},
            "expected how many beds one of them can look after, got 0",
            "number",
            "",
        ),
        (
            Ward,
            {"beds": 28, "takes": "female"},
            'expected attributes with the levels that are taken, got "female"',
            "shape",
            "",
        ),
        (Ward, bay(rate=2), "expected how often, per day, week or year, got 2", "rate", "2 per year"),
        (Ward, bay(rate="2 per month"), 'expected how often, per day, week or year, got "2 per month"', "rate", ""),
        (
            Equipment,
            {"units": 2, "agency": {"fills": 0.5}, "absence": 0.1},
            "agency has a meaning for people",
            "choice",
            "",
        ),
    ],
)
def test_a_slip_is_refused_in_clear_words(record, found, message, code, advice):
    said, under, told = refusal(record, found)
    assert said.startswith(message)
    assert under == code
    assert told.startswith(advice)
