"""What there is of every resource over time: as planned, and as chance has it in a replication."""

from itertools import pairwise
from math import comb, sqrt

import numpy as np
import pytest

from sim import clock
from sim.demand.staffing.posts import short_by_week, weekly_share
from sim.demand.staffing.supply import LAPSE, actual, planned
from sim.demand.streams import Address
from sim.scenario.workforce import Establishment
from tests.small_hospitals import hospital

COLUMNS = ("time_ms", "resource", "units", "leaving", "at_least", "agency_time_ms", "agency_resource", "agency_units")
EARLY = {"from": "07:00", "to": "15:00"}
LATE = {"from": "15:00", "to": "23:00"}


def small(length="1 week", **sections):
    """A hospital with resources and no patients, from Monday 5 January 2026."""
    return hospital({}, run={"length": length}, **sections)


def ward_of(length="1 week", **ward):
    return small(length, wards={"ward": {"beds": 28, **ward}})


def nurses(on_duty, length="1 week", roster=None, **more):
    """A hospital with nurses who work from 07:00 to 15:00, or on another roster."""
    return small(length, staff={"nurse": {"roster": roster or {"early": {**EARLY, "on_duty": on_duty}}, **more}})


def line(supply, number=0):
    """Moments in hours and units of one resource."""
    here = supply.resource == number
    hours = supply.time_ms[here] / clock.HOUR
    return list(zip(hours.tolist(), supply.units[here].tolist(), strict=True))


def rows(supply):
    """All rows, in hours."""
    hours = (supply.time_ms / clock.HOUR).tolist()
    columns = (supply.resource, supply.units, supply.leaving)
    return list(zip(hours, *(column.tolist() for column in columns), strict=True))


def over_time(supply, horizon, number=0, step=clock.HOUR // 2):
    """Units of one resource at regular moments."""
    here = supply.resource == number
    moments = np.arange(0, horizon, step)
    return supply.units[here][np.searchsorted(supply.time_ms[here], moments, side="right") - 1]


def agency_over_time(supply, horizon, step=clock.HOUR // 2):
    moments = np.arange(0, horizon, step)
    return supply.agency_units[np.searchsorted(supply.agency_time_ms, moments, side="right") - 1]


def same(first, second):
    return all(np.array_equal(getattr(first, name), getattr(second, name)) for name in COLUMNS)


def morning_heads(scenario, replication=0, seed=1):
    """How many nurses come each morning."""
    found = over_time(actual(scenario, seed, replication), scenario.horizon, step=clock.DAY // 24)
    return found[10::24]


# ---------------------------------------------------------------- as planned


def test_rows_stand_in_order_of_time_and_resource():
    scenario = small(
        "1 d",
        staff={"nurse": {"roster": {"early": {**EARLY, "on_duty": 3}}}},
        equipment={"bed": {"units": 2}},
        wards={"ward": {"beds": 4, "also": {"day": {"beds": 2, "from": "07:00", "to": "12:00"}}}},
    )
    assert rows(planned(scenario)) == [
        (0, 0, 2, 0), (0, 1, 0, 0), (0, 2, 4, 0), (7, 1, 3, 0), (7, 2, 6, 0), (12, 2, 4, 0), (15, 1, 0, 3)
    ]  # fmt: skip


def test_a_run_without_luck_has_what_is_planned():
    scenario = small(
        "4 weeks",
        staff={"nurse": {"roster": {"early": {**EARLY, "on_duty": 3}}, "at_shift_end": "hand_over"}},
        wards={"ward": {"beds": 4, "also": {"day": {"beds": 2, "from": "07:00", "to": "12:00"}}}},
        slots={"care": {"per_week": 30, "keep": 3}},
        supplies={"blood": {"stock": 4, "deliveries": {"daily": {"at": "08:00", "units": 9}}}},
        events={"storm": {"at": {"date": "2026-01-08", "time": "09:00"}, "lasts": "8 h", "capacity": {"nurse": -2}}},
    )
    assert same(planned(scenario), actual(scenario, 1, 0))
    assert same(actual(scenario, 1, 0), actual(scenario, 2, 7))


def test_people_who_go_are_told_where_others_come_for_them_if_they_hand_over():
    roster = {"early": {**EARLY, "on_duty": 3}, "late": {**LATE, "on_duty": 3}}
    staying = planned(nurses(3, "1 d", roster))
    assert rows(staying) == [(0, 0, 0, 0), (7, 0, 3, 0), (23, 0, 0, 3)]
    for rule in ("hand_over", "relieved"):
        handing_over = planned(nurses(3, "1 d", roster, at_shift_end=rule))
        assert rows(handing_over) == [(0, 0, 0, 0), (7, 0, 3, 0), (15, 0, 3, 3), (23, 0, 0, 3)]


def test_a_break_takes_people_away_in_turns():
    lunch = {"from": "11:00", "to": "13:00", "each": "1 h"}
    scenario = nurses(5, "1 d", {"early": {**EARLY, "on_duty": 5, "breaks": {"lunch": lunch}}})
    assert line(planned(scenario)) == [(0, 0), (7, 5), (11, 2), (12, 3), (13, 5), (15, 0)]


def test_a_roster_follows_sets_of_dates():
    scenario = nurses(3, "3 d", {"early": {**EARLY, "on_duty": 3, "except": "holiday"}})
    closed = hospital(
        {}, run={"length": "3 d"}, staff=scenario.model_dump(mode="json")["staff"], dates={"holiday": ["2026-01-06"]}
    )
    assert line(planned(closed)) == [(0, 0), (7, 3), (15, 0), (55, 3), (63, 0)]


def test_slots_are_offered_and_lapse_a_millisecond_later():
    session = {"days": "mon", "at": "09:00", "slots": 3, "apart": "1 h"}
    supply = planned(small(slots={"physio": {"sessions": {"monday": session}}}))
    nine, hour = 9 * clock.HOUR, clock.HOUR
    assert supply.time_ms.tolist() == [
        nine,
        nine + 1,
        nine + hour,
        nine + hour + 1,
        nine + 2 * hour,
        nine + 2 * hour + 1,
    ]
    assert supply.units.tolist() == [1, LAPSE] * 3
    assert supply.at_least.tolist() == [1, 0] * 3


def test_a_group_session_tells_how_many_must_wait():
    sessions = {
        "group": {"days": "mon", "at": "09:00", "slots": 8, "at_least": 4},
        "single": {"days": "mon", "at": "09:00", "slots": 2},
    }
    supply = planned(small(slots={"physio": {"sessions": sessions}}))
    found = zip(supply.time_ms.tolist(), supply.units.tolist(), supply.at_least.tolist(), strict=True)
    nine = 9 * clock.HOUR
    assert list(found) == [(nine, 2, 1), (nine, 8, 4), (nine + 1, LAPSE, 0)]


def test_a_supply_has_its_stock_and_then_what_is_delivered():
    deliveries = {"weekly": {"days": "wed", "at": "08:00", "units": 100}}
    assert line(planned(small(supplies={"blood": {"stock": 40, "deliveries": deliveries}}))) == [(0, 40), (56, 100)]


# ---------------------------------------------------------------- events


def event(capacity, time="09:00", lasts="8 h", date="2026-01-05"):
    return {"at": {"date": date, "time": time}, "lasts": lasts, "capacity": capacity}


def test_a_machine_fails_for_eight_hours():
    scenario = small("1 d", equipment={"ct": {"units": 2}}, events={"outage": event({"ct": "x 0"})})
    assert line(planned(scenario)) == [(0, 2), (9, 0), (17, 2)]


def test_more_people_come_for_an_event_on_top_of_whoever_is_on_duty():
    scenario = nurses(3, "1 d")
    called = small(
        "1 d", staff=scenario.model_dump(mode="json")["staff"], events={"crash": event({"nurse": "+4"}, "13:00")}
    )
    assert line(planned(called)) == [(0, 0), (7, 3), (13, 7), (15, 4), (21, 0)]


def test_factors_of_two_events_are_multiplied_and_changes_come_on_top():
    events = {
        "heat": event({"ward": "x 0.5"}),
        "flood": event({"ward": "x 0.5"}, "11:00", "2 h"),
        "surge": event({"ward": "+3"}, "12:00", "4 h"),
    }
    scenario = small("1 d", wards={"ward": {"beds": 10}}, events=events)
    # 10 x 0.5 = 5; x 0.5 again = 2.5, which is rounded up to 3
    assert line(planned(scenario)) == [(0, 10), (9, 5), (11, 3), (12, 6), (13, 8), (16, 5), (17, 10)]


def test_an_event_never_takes_more_than_there_is():
    scenario = small("1 d", wards={"ward": {"beds": 3}}, events={"flood": event({"ward": -5})})
    assert line(planned(scenario)) == [(0, 3), (9, 0), (17, 3)]


def test_an_event_from_before_the_run_goes_on_in_it():
    scenario = small(
        "1 d", wards={"ward": {"beds": 3}}, events={"flood": event({"ward": -1}, "22:00", "4 h", "2026-01-04")}
    )
    assert line(planned(scenario)) == [(0, 2), (2, 3)]


def test_no_more_people_go_than_are_there():
    roster = {"early": {**EARLY, "on_duty": 4}, "late": {**LATE, "on_duty": 4}}
    scenario = small(
        "1 d",
        staff={"nurse": {"roster": roster, "at_shift_end": "relieved"}},
        events={"strike": event({"nurse": "x 0.5"})},
    )
    assert rows(planned(scenario)) == [
        (0, 0, 0, 0), (7, 0, 4, 0), (9, 0, 2, 0), (15, 0, 2, 2), (17, 0, 4, 0), (23, 0, 0, 4)
    ]  # fmt: skip


def test_half_of_single_slots_are_lost_by_a_factor_of_one_half():
    # one slot every six hours; the event covers the ten slots from 06:00 on Monday to 12:00 on Wednesday
    scenario = small(
        "3 d", slots={"care": {"per_week": 28}}, events={"storm": event({"care": "x 0.5"}, "00:00", "61 h")}
    )
    offered = [hour for hour, units in line(planned(scenario)) if units > 0]
    assert offered == [6, 18, 30, 42, 54, 66]


def test_a_delivery_is_smaller_during_an_event_but_not_the_stock():
    deliveries = {"daily": {"at": "10:00", "units": 9}}
    scenario = small(
        "2 d",
        supplies={"blood": {"stock": 40, "deliveries": deliveries}},
        events={"storm": event({"blood": "x 0.5"}, "00:00", "1 d")},
    )
    assert line(planned(scenario)) == [(0, 40), (10, 5), (34, 9)]


# ---------------------------------------------------------------- absence


def test_the_share_who_are_missing_is_the_declared_one():
    share = 1 - morning_heads(nurses(50, "52 weeks", absence="4 %")).mean() / 50
    assert share == pytest.approx(0.04, abs=4 * sqrt(0.04 * 0.96 / (50 * 364)))


def test_those_who_come_are_binomial():
    heads = np.concatenate([morning_heads(nurses(3, "52 weeks", absence="30 %"), number) for number in range(6)])
    counts = np.bincount(heads, minlength=4)
    expected = [len(heads) * comb(3, come) * 0.7**come * 0.3 ** (3 - come) for come in range(4)]
    assert sum((counts - expected) ** 2 / expected) < 16.27  # the 99.9 % point of chi-squared with 3 degrees


def test_absence_may_follow_the_months():
    heads = morning_heads(nurses(50, "52 weeks", absence={"jan": "20 %", "rest": "0 %"}))
    january = 27  # days from 5 to 31 January; the run ends on 3 January of the next year
    assert (heads[january : 364 - 3] == 50).all()
    spread = sqrt(0.2 * 0.8 / (50 * (january + 3)))
    missing = 1 - np.concatenate([heads[:january], heads[-3:]]).mean() / 50
    assert missing == pytest.approx(0.2, abs=4 * spread)


def test_a_higher_absence_only_adds_to_those_who_are_missing():
    by_share = [morning_heads(nurses(9, "12 weeks", absence=share)) for share in ("3 %", "5 %", "20 %", "100 %")]
    for few, many in pairwise(by_share):
        assert (many <= few).all()
    assert (by_share[-1] == 0).all()


@pytest.mark.parametrize(("before", "after"), [(5, 6), (15, 16), (16, 17), (32, 40)])
def test_one_more_nurse_changes_nobodys_sick_days(before, after):
    more = morning_heads(nurses(after, "12 weeks", absence="20 %")) - morning_heads(
        nurses(before, "12 weeks", absence="20 %")
    )
    assert more.min() >= 0
    assert more.max() <= after - before
    assert 0 < more.sum() < (after - before) * 84


def test_a_longer_run_begins_with_the_shorter_one():
    short, long = (morning_heads(nurses(9, length, absence="20 %")) for length in ("3 weeks", "9 weeks"))
    assert (long[:21] == short).all()


def test_another_shift_another_group_and_a_break_change_nobodys_sick_days():
    alone = nurses(9, "3 weeks", absence="20 %")
    lunch = {"from": "11:00", "to": "12:00", "each": "30 min"}
    roster = {"early": {**EARLY, "on_duty": 9, "breaks": {"lunch": lunch}}, "a": {**LATE, "on_duty": 4}}
    staff = {"nurse": {"roster": roster, "absence": "20 %"}, "aide": {"on_duty": 5, "absence": "20 %"}}
    together = small("3 weeks", staff=staff)
    heads = over_time(actual(together, 1, 0), together.horizon, number=1, step=clock.HOUR)[10::24]
    assert (heads == morning_heads(alone)).all()


def test_two_groups_and_two_shifts_have_different_luck():
    roster = {"early": {**EARLY, "on_duty": 9}, "late": {**LATE, "on_duty": 9}}
    staff = {name: {"roster": roster, "absence": "40 %"} for name in ("aide", "nurse")}
    scenario = small("8 weeks", staff=staff)
    supply = actual(scenario, 1, 0)
    found = [
        over_time(supply, scenario.horizon, number, clock.HOUR)[hour::24] for number in (0, 1) for hour in (10, 18)
    ]
    assert np.abs(np.corrcoef(found) - np.eye(4)).max() < 4 / sqrt(56)


def test_replications_and_seeds_have_different_luck():
    scenario = nurses(9, "8 weeks", absence="40 %")
    first = morning_heads(scenario)
    assert (morning_heads(scenario, replication=1) != first).any()
    assert (morning_heads(scenario, seed=2) != first).any()
    assert (morning_heads(scenario) == first).all()


def test_who_is_missing_does_not_go_to_lunch():
    lunch = {"from": "11:00", "to": "13:00", "each": "1 h"}
    roster = {"early": {**EARLY, "on_duty": 6, "breaks": {"lunch": lunch}}}
    scenario = nurses(6, "8 weeks", roster, absence="50 %")
    by_hour = over_time(actual(scenario, 1, 0), scenario.horizon, step=clock.HOUR).reshape(-1, 24)
    morning, first, second, afternoon = by_hour[:, 10], by_hour[:, 11], by_hour[:, 12], by_hour[:, 13]
    assert (morning == afternoon).all()
    assert (first + second == morning).all()  # everybody is away in one of the two hours
    assert first.max() <= 3
    assert len(set(first.tolist())) == 4


def test_if_everybody_comes_the_run_is_as_planned():
    lunch = {"from": "02:00", "to": "05:00", "each": "45 min"}
    roster = {
        "day": {"from": "07:00", "to": "20:00", "on_duty": 7},
        "night": {"from": "20:00", "to": "07:00", "on_duty": 5, "breaks": {"meal": lunch}, "days": "mon-thu sun"},
    }
    plan = planned(nurses(0, "3 weeks", roster, at_shift_end="relieved"))
    assert same(plan, actual(nurses(0, "3 weeks", roster, at_shift_end="relieved", absence=1e-12), 1, 0))


def test_people_without_a_roster_are_missing_for_whole_days_and_never_go_home():
    scenario = small("8 weeks", staff={"porter": {"on_duty": 20, "absence": "10 %"}})
    supply = actual(scenario, 1, 0)
    assert (supply.time_ms % clock.DAY == 0).all()
    assert (supply.leaving == 0).all()
    mean = over_time(supply, scenario.horizon, step=clock.DAY).mean()
    assert mean == pytest.approx(18, abs=4 * sqrt(20 * 0.1 * 0.9 / 56))


def test_those_who_go_home_are_those_who_came():
    scenario = nurses(9, "8 weeks", absence="30 %")
    supply = actual(scenario, 1, 0)
    ends = supply.time_ms % clock.DAY == 15 * clock.HOUR
    assert supply.leaving[ends].tolist() == morning_heads(scenario).tolist()
    assert (supply.leaving[~ends] == 0).all()


# ---------------------------------------------------------------- agency


def test_the_agency_replaces_its_share_of_the_missing():
    scenario = nurses(50, "52 weeks", absence="20 %", agency={"fills": "60 %"})
    supply = actual(scenario, 1, 0)
    sent = agency_over_time(supply, scenario.horizon, clock.HOUR)[10::24].sum() / (50 * 364)
    assert sent == pytest.approx(0.12, abs=4 * sqrt(0.12 * 0.88 / (50 * 364)))
    there = morning_heads(scenario).mean() / 50
    assert there == pytest.approx(0.92, abs=4 * sqrt(0.92 * 0.08 / (50 * 364)))


def test_whom_the_agency_sends_are_among_those_on_duty():
    missing = nurses(9, "8 weeks", absence="30 %")
    filled = nurses(9, "8 weeks", absence="30 %", agency={"fills": "50 %"})
    there, own = over_time(actual(filled, 1, 0), filled.horizon), over_time(actual(missing, 1, 0), missing.horizon)
    agency = agency_over_time(actual(filled, 1, 0), filled.horizon)
    assert agency.sum() > 0
    assert (there == own + agency).all()


def test_an_agency_that_always_sends_somebody_fills_the_roster():
    scenario = nurses(9, "8 weeks", absence="30 %", agency={"fills": "100 %"})
    assert (morning_heads(scenario) == 9).all()
    assert same(actual(nurses(9, "8 weeks", absence="30 %"), 1, 0), actual(nurses(9, "8 weeks", absence="30 %"), 1, 0))


def test_a_better_agency_only_adds_people():
    by_share = [
        morning_heads(nurses(9, "8 weeks", absence="30 %", agency={"fills": fills}))
        for fills in ("10 %", "40 %", "90 %")
    ]
    assert all((more >= fewer).all() for fewer, more in pairwise(by_share))


def test_nobody_of_an_agency_is_there_as_planned():
    supply = planned(nurses(9, "8 weeks", absence="30 %", agency={"fills": "100 %"}))
    assert supply.agency_time_ms.size == supply.agency_resource.size == supply.agency_units.size == 0


# ---------------------------------------------------------------- posts


def short(length_in_weeks, replication=0, **declared):
    record = Establishment.model_validate(declared)
    return short_by_week(Address(1, replication, "nurse", ("post",)), record, length_in_weeks * clock.WEEK)


def test_vacancies_are_filled_after_hiring_and_training():
    # two of ten posts are vacant; the new people come at the start of week 2 and count from week 3
    found = short(6, posts=10, in_post=8, hire_after="2 weeks", training="1 week")
    assert found.tolist() == pytest.approx([0.2, 0.2, 0.2, 0, 0, 0])


def test_who_comes_in_the_middle_of_a_week_counts_from_the_next():
    found = short(4, posts=10, in_post=8, hire_after="10 d")
    assert found.tolist() == pytest.approx([0.2, 0.2, 0, 0])


def test_days_of_hiring_and_training_add_up():
    # 10 days of hiring and 4 of training are two weeks
    found = short(4, posts=10, in_post=8, hire_after="10 d", training="4 d")
    assert found.tolist() == pytest.approx([0.2, 0.2, 0, 0])


def test_without_hiring_vacancies_stay():
    assert short(4, posts=10, in_post=8).tolist() == pytest.approx([0.2] * 4)
    assert short(4, posts=10).tolist() == [0] * 4


def test_if_all_leave_every_week_posts_go_round():
    # everybody leaves at the end of the first week; successors come three weeks later and leave a week after that
    found = short(9, posts=10, leave_per_year="100 %", hire_after="3 weeks")
    assert found.tolist() == [0, 1, 1, 1, 0, 1, 1, 1, 0]


def test_who_leaves_in_training_never_counts():
    found = short(9, posts=10, leave_per_year="100 %", hire_after="3 weeks", training="1 week")
    assert found.tolist() == [0] + [1] * 8


def test_the_share_who_leave_in_a_year_is_the_declared_one():
    left = np.array([short(53, replication=number, posts=400, leave_per_year="12 %")[52] for number in range(5)])
    assert left.mean() == pytest.approx(0.12, abs=4 * sqrt(0.12 * 0.88 / 2000))


def test_posts_are_filled_for_the_share_of_time_that_renewal_theory_gives():
    """A post is held for a geometric number of weeks with mean 1/p and then vacant for v weeks; its holder does not
    count for t weeks, so that it counts for ((1 - p)^t / p) / (1/p + v) of the time (renewal reward theorem)."""
    leave, vacant, training = 0.4, 8, 4
    p = 1 - (1 - leave) ** (1 / 52)
    assert weekly_share(leave) == pytest.approx(p)
    theory = (1 - p) ** training / p / (1 / p + vacant)
    found = short(2600, posts=400, leave_per_year=leave, hire_after=f"{vacant} weeks", training=f"{training} weeks")
    assert 1 - found[200:].mean() == pytest.approx(theory, abs=0.004)


def test_one_more_post_changes_nobodys_career():
    def counting(posts):
        return posts * (1 - short(400, posts=posts, leave_per_year="60 %", hire_after="6 weeks"))

    more = np.rint(counting(17) - counting(16)).astype(int)
    assert set(more.tolist()) == {0, 1}


def test_vacancies_and_absence_leave_gaps_together():
    # a fifth of the posts is vacant and a tenth of the rest is missing: 1 - 0.8 x 0.9 = 28 %
    posts = {"posts": 10, "in_post": 8}
    missing = 1 - morning_heads(nurses(50, "52 weeks", absence="10 %", establishment=posts)).mean() / 50
    assert missing == pytest.approx(0.28, abs=4 * sqrt(0.28 * 0.72 / (50 * 364)))


def test_the_gaps_close_in_the_week_in_which_the_new_people_count():
    posts = {"posts": 2, "in_post": 0, "hire_after": "2 weeks"}
    heads = morning_heads(nurses(7, "4 weeks", establishment=posts))
    assert heads.tolist() == [0] * 14 + [7] * 14


def test_vacancies_only_add_to_those_who_are_missing():
    posts = {"posts": 10, "in_post": 7}
    without = morning_heads(nurses(9, "8 weeks", absence="10 %"))
    assert (morning_heads(nurses(9, "8 weeks", absence="10 %", establishment=posts)) <= without).all()


# ---------------------------------------------------------------- closures


def spells(supply, beds=28):
    """Starts and ends of the spells of a closure that never overlap, in milliseconds."""
    levels = supply.units.tolist()
    times = supply.time_ms.tolist()
    starts = [time for time, units in zip(times, levels, strict=True) if units < beds]
    ends = [time for time, units in zip(times[1:], levels[1:], strict=True) if units == beds]
    return starts, ends


def norovirus(rate, length="52 weeks", time="1 h", **more):
    return ward_of(length, closures={"norovirus": {"rate": rate, "beds": 6, "time": time, **more}})


def test_closures_come_as_often_as_declared():
    starts, _ = spells(actual(norovirus("100 per year", "1040 weeks", "1 s"), 1, 0))
    expected = 100 * 1040 * 7 / 365
    assert len(starts) == pytest.approx(expected, abs=4 * sqrt(expected))


def test_closures_come_in_their_months_only():
    by_month = {"feb": 3, **dict.fromkeys(("jan", *clock.MONTHS[2:]), 0)}
    scenario = norovirus("100 per year", "520 weeks", "1 s", by_month=by_month)
    starts, _ = spells(actual(scenario, 1, 0))
    assert {scenario.calendar.date(start).month for start in starts} == {2}
    days = sum(scenario.calendar.date(day * clock.DAY).month == 2 for day in range(3640))
    assert len(starts) == pytest.approx(300 * days / 365, abs=4 * sqrt(300 * days / 365))


def test_a_higher_rate_keeps_all_closures_and_adds_some():
    few, many = (set(spells(actual(norovirus(rate, time="1 s"), 1, 0))[0]) for rate in ("20 per year", "60 per year"))
    assert few < many


def test_closed_beds_are_missing_for_the_declared_time():
    starts, ends = spells(actual(norovirus("6 per year", time="5 h"), 1, 0))
    assert len(starts) > 0
    assert [end - start for start, end in zip(starts, ends, strict=True)] == [5 * clock.HOUR] * len(starts)


def test_longer_closures_begin_at_the_same_moments():
    short_ones, long_ones = (
        spells(actual(norovirus("6 per year", time={"exponential": {"mean": mean}}), 1, 0)) for mean in ("1 h", "3 h")
    )
    assert short_ones[0] == long_ones[0]
    assert all(long > short for short, long in zip(short_ones[1], long_ones[1], strict=True))


def test_closures_for_two_reasons_add_up_and_do_not_depend_on_each_other():
    noro = {"rate": "9 per year", "beds": 6, "time": "3 weeks"}
    works = {"rate": "9 per year", "beds": 25, "time": "2 weeks"}
    lines = {
        names: over_time(actual(ward_of("52 weeks", closures=closures), 1, 0), 52 * clock.WEEK)
        for names, closures in {
            "noro": {"noro": noro}, "works": {"works": works}, "both": {"noro": noro, "works": works}
        }.items()
    }  # fmt: skip
    assert lines["both"].min() == 0
    closed = np.minimum(28, (28 - lines["noro"]) + (28 - lines["works"]))
    single = (lines["noro"] > 0) & (lines["works"] > 0)
    assert (lines["both"][single] == 28 - closed[single]).all()


def test_a_closure_comes_on_top_of_planned_openings():
    opening = {"beds": 12, "days": "mon-thu"}
    noro = {"rate": "20 per year", "beds": 6, "time": "2 h"}
    with_both = over_time(
        actual(ward_of("52 weeks", also={"more": opening}, closures={"noro": noro}), 1, 0), 52 * clock.WEEK
    )
    alone = over_time(actual(ward_of("52 weeks", closures={"noro": noro}), 1, 0), 52 * clock.WEEK)
    plan = over_time(planned(ward_of("52 weeks", also={"more": opening})), 52 * clock.WEEK)
    assert (with_both == plan - (28 - alone)).all()


def test_nothing_closes_as_planned():
    assert line(planned(norovirus("50 per year"))) == [(0, 28)]


# ---------------------------------------------------------------- the scenario as a whole


def test_all_that_can_be_waited_for_is_numbered_in_order_of_names():
    scenario = small(
        staff={"b": {"on_duty": 1}},
        equipment={"e": {"units": 1}},
        wards={"d": {"beds": 1}},
        slots={"a": {"per_week": 1}},
        supplies={"c": {"stock": 1}},
    )
    assert list(scenario.resources) == ["a", "b", "c", "d", "e"]


def test_a_shift_that_is_never_held_has_nobody_to_be_missing():
    roster = {"summer": {**EARLY, "on_duty": 3, "since": "2027-06-01"}}
    scenario = nurses(3, roster=roster, absence="10 %", agency={"fills": "10 %"})
    assert line(actual(scenario, 1, 0)) == [(0, 0)]


def test_dates_decide_the_patients_and_so_the_fingerprint():
    staff = {"nurse": {"roster": {"early": {**EARLY, "on_duty": 3, "except": "holiday"}}}}
    first, second = (small(staff=staff, dates={"holiday": [day]}) for day in ("2026-01-06", "2026-01-07"))
    assert first.fingerprint() != second.fingerprint()
    assert line(planned(first)) != line(planned(second))
