"""Shifts hold on their days, and breaks take people away in turns."""

import datetime

import pytest
from pydantic import ValidationError

from sim import clock
from sim.scenario.dates import days_of
from sim.scenario.resources import Staff, Ward
from sim.scenario.rosters import Hours, Shift, holds_on, turns_of

START = datetime.date(2026, 3, 30)  # a Monday; Good Friday is 3 April, Easter Monday 6 April
DATES = days_of({"bank_holidays": [datetime.date(2026, 4, 3), datetime.date(2026, 4, 6)]}, START)
EASTER = clock.Calendar(START, DATES)
NO_DATES = clock.Calendar(START)


def hours_of(line):
    """A line with its moments in hours."""
    return [(moment / clock.HOUR, units) for moment, units in line]


def staff(**shift):
    return Staff.model_validate({"roster": {"day": {"from": "08:00", "to": "16:00", **shift}}})


def days(hours, calendar=EASTER, number=14):
    return [day for day in range(number) if holds_on(Hours.model_validate(hours), calendar, day)]


# ---------------------------------------------------------------- days


def test_a_clinic_is_not_held_on_a_bank_holiday():
    assert days({"days": "mon fri", "except": ["bank_holidays"]}) == [0, 11]
    assert days({"days": "mon fri", "except": "bank_holidays"}) == [0, 11]
    assert days({"days": "mon fri"}) == [0, 4, 7, 11]


def test_a_shift_for_bank_holidays_is_held_on_them_only():
    assert days({"only": "bank_holidays"}) == [4, 7]
    assert days({"only": "bank_holidays", "days": "mon"}) == [7]
    assert days({"only": "bank_holidays", "until": "2026-04-05"}) == [4]


def test_a_set_of_dates_that_is_not_there_has_no_days():
    assert days({"days": "mon", "except": "bank_holidays"}, NO_DATES) == [0, 7]
    assert days({"only": "bank_holidays"}, NO_DATES) == []


def test_since_and_until_count_both_days():
    assert days({"since": "2026-04-01", "until": "2026-04-03"}) == [2, 3, 4]


# ---------------------------------------------------------------- breaks


def test_seven_people_go_to_lunch_in_four_turns():
    lunch = {"from": "12:00", "to": "14:00", "each": "30 min"}
    line = staff(on_duty=7, breaks={"lunch": lunch}).units_over_time(NO_DATES, clock.DAY)
    # persons 0 and 4 go at 12:00, 1 and 5 at 12:30, 2 and 6 at 13:00, 3 alone at 13:30
    assert hours_of(line) == [(0, 0), (8, 7), (12, 5), (13.5, 6), (14, 7), (16, 0)]


def test_more_turns_than_people_leave_the_last_turns_empty():
    tea = {"from": "10:00", "to": "12:00", "each": "20 min"}
    line = staff(on_duty=2, breaks={"tea": tea}).units_over_time(NO_DATES, clock.DAY)
    third = pytest.approx(10 + 2 / 3)
    assert hours_of(line) == [(0, 0), (8, 2), (10, 1), (third, 2), (16, 0)]


def test_a_break_that_does_not_fill_the_time_ends_early():
    lunch = {"from": "12:00", "to": "13:00", "each": "40 min"}  # one turn only
    line = staff(on_duty=2, breaks={"lunch": lunch}).units_over_time(NO_DATES, clock.DAY)
    assert hours_of(line) == [(0, 0), (8, 2), (12, 0), (pytest.approx(12 + 2 / 3), 2), (16, 0)]


def test_a_night_shift_has_its_break_after_midnight():
    night = {"from": "22:00", "to": "06:00", "on_duty": 2}
    meal = {"from": "02:00", "to": "03:00", "each": "30 min"}
    nurses = Staff.model_validate({"roster": {"night": {**night, "breaks": {"meal": meal}}}})
    line = nurses.units_over_time(NO_DATES, 30 * clock.HOUR)
    # the night before the run is over at 06:00, and its break is at 02:00 of the first day
    assert hours_of(line) == [(0, 2), (2, 1), (3, 2), (6, 0), (22, 2), (26, 1), (27, 2)]


def test_who_is_on_a_break_when_the_shift_ends_does_not_go_home_from_duty():
    last = {"from": "15:00", "to": "16:00", "each": "30 min"}
    doctors = staff(on_duty=3, breaks={"last": last})
    line = doctors.units_over_time(NO_DATES, clock.DAY)
    assert hours_of(line) == [(0, 0), (8, 3), (15, 1), (15.5, 2), (16, 0)]
    assert doctors.going_over_time(NO_DATES, clock.DAY) == {16 * clock.HOUR: 2}


def test_shifts_that_end_at_the_end_of_the_run_do_not_end_in_it():
    assert staff(on_duty=3).going_over_time(NO_DATES, 16 * clock.HOUR) == {}


def test_turns_of_two_breaks_are_in_order_of_time():
    lunch = {"from": "12:00", "to": "13:00", "each": "30 min"}
    tea = {"from": "10:00", "to": "10:15", "each": "15 min"}
    shift = Shift.model_validate({"from": "08:00", "to": "16:00", "on_duty": 2, "breaks": {"lunch": lunch, "tea": tea}})
    found = [(turn.begins_ms // clock.MINUTE, turn.ends_ms // clock.MINUTE, turn.number) for turn in turns_of(shift)]
    assert found == [(120, 135, 0), (240, 270, 0), (270, 300, 1)]


def test_beds_open_and_close_as_before():
    winter = {"beds": 12, "since": "2026-04-01", "until": "2026-04-02"}
    ward = Ward.model_validate({"beds": 28, "also": {"winter": winter, "bay": {"beds": -6, "days": "thu"}}})
    assert hours_of(ward.units_over_time(NO_DATES, clock.WEEK)) == [(0, 28), (48, 40), (72, 34), (96, 28)]


# ---------------------------------------------------------------- what is refused


def refusal(shift, of=Shift):
    """Message, code and advice of the only thing that is wrong."""
    with pytest.raises(ValidationError) as caught:
        of.model_validate(shift)
    (detail,) = caught.value.errors()
    refused = detail["ctx"]["error"].refusal
    return refused.message, refused.code, refused.advice or refused.instead


def test_a_break_outside_of_its_shift_is_refused():
    lunch = {"from": "17:00", "to": "18:00", "each": "30 min"}
    message, code, advice = refusal({"from": "08:00", "to": "16:00", "on_duty": 2, "breaks": {"lunch": lunch}})
    assert message == "the break lunch does not lie within the shift from 08:00 to 16:00"
    assert (code, advice) == ("time-of-day", "correct its times, or those of the shift")


def test_a_break_before_its_shift_is_refused():
    early = {"from": "07:30", "to": "08:30", "each": "30 min"}
    message, _, _ = refusal({"from": "08:00", "to": "16:00", "on_duty": 2, "breaks": {"early": early}})
    assert message == "the break early does not lie within the shift from 08:00 to 16:00"


def test_breaks_that_overlap_are_refused():
    breaks = {
        "lunch": {"from": "12:00", "to": "14:00", "each": "30 min"},
        "tea": {"from": "13:30", "to": "14:30", "each": "15 min"},
    }
    message, code, _ = refusal({"from": "08:00", "to": "16:00", "on_duty": 2, "breaks": breaks})
    assert (message, code) == ("the breaks lunch and tea overlap, so that somebody would be in both", "time-of-day")


def test_a_break_longer_than_its_time_is_refused():
    lunch = {"from": "12:00", "to": "12:30", "each": "45 min"}
    message, code, _ = refusal({"from": "08:00", "to": "16:00", "on_duty": 2, "breaks": {"lunch": lunch}})
    assert (message, code) == ("a break of 45 min does not fit into 30 min", "time")


def test_a_set_of_dates_under_except_and_only_is_refused():
    message, code, _ = refusal({"on_duty": 1, "except": "term", "only": ["term", "summer"]})
    assert (message, code) == ("term stands under except and under only, so that no day is left", "choice")


def test_dates_in_the_wrong_order_are_refused():
    message, code, _ = refusal({"on_duty": 1, "since": "2026-05-01", "until": "2026-04-01"})
    assert (message, code) == ("since (2026-05-01) is later than until (2026-04-01)", "date")


@pytest.mark.parametrize(
    ("declared", "message", "code"),
    [
        ({"on_duty": 3, "agency": {"fills": "50 %"}}, "agency has nobody to stand in for", "pair"),
        ({"on_duty": 20_000, "absence": "4 %"}, "20,000 people are more than 10,000", "number"),
        ({"on_duty": 3, "absence": {"jan": "8 %"}}, "nothing is said for feb, mar", "missing-level"),
        ({"on_duty": 3, "absence": {"january": "8 %", "rest": "4 %"}}, "expected a month", "unknown-word"),
        ({"on_duty": 3, "absence": "104 %"}, "expected a share between 0 and 100 %", "share"),
        (
            {"on_duty": 3, "absence": "4 %", "agency": {"fills": "1 %", "cost": "9 per patient"}},
            "paid by time",
            "money",
        ),
        ({"on_duty": 3, "establishment": {"posts": 4, "in_post": 5}}, "in_post (5) is more than", "number"),
        ({"on_duty": 3, "establishment": {"posts": 4, "training": "4 weeks"}}, "nobody is hired", "pair"),
        ({"on_duty": 3, "establishment": {"posts": 99_999}}, "99,999 posts are more than 10,000", "number"),
    ],
)
def test_a_slip_in_the_workforce_is_refused_in_clear_words(declared, message, code):
    found = refusal(declared, Staff)
    assert message in found[0]
    assert found[1] == code
