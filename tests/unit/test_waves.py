"""Waves, dates and events raise and lower the rate of a class as declared, and nobody is lost when it rises."""

import datetime
import math

import numpy as np
import pytest
from pydantic import ValidationError

from sim import clock
from sim.demand.coming.arrivals import arrivals, expected_per_day
from sim.demand.coming.rates import event_factors, hourly_rates
from sim.demand.fates import draw_fates
from sim.demand.streams import Address
from sim.scenario.loading import load_text
from sim.scenario.patients import PatientClass
from sim.scenario.problems import ScenarioError
from sim.scenario.waves import Wave
from tests.small_hospitals import comers, hospital

START = datetime.date(2026, 1, 5)
MONDAY = clock.Calendar(START)
ROOT = Address(1, 0, "ed")
FLU = {"since": "2026-01-12", "by_week": [2.0, 0.5]}
COVID = {"since": "2026-01-07", "until": "2026-01-08", "grows": {"reproduction": 2.0, "every": "1 d", "then": 0.5}}


def arrive(**more):
    return PatientClass.model_validate({"arrive": {"rate": "10 per day", **more}, "pathway": "way"}).arrive


def daily(days=28, calendar=MONDAY, **more):
    patients = PatientClass.model_validate({"arrive": {"rate": "10 per day", **more}, "pathway": "way"})
    return expected_per_day(patients, calendar, days * clock.DAY)


def moments(source, horizon=20 * clock.DAY, others=None):
    return {
        (points.layer.number, int(index), int(time))
        for points in arrivals(ROOT, PatientClass(arrive=source, pathway="way"), MONDAY, horizon, others)
        for index, time in zip(points.index, points.time_ms, strict=True)
    }


def test_a_wave_by_week_counts_from_its_first_date_to_its_last_factor():
    assert daily(waves={"flu": FLU}).tolist() == pytest.approx([10] * 7 + [20] * 7 + [5] * 7 + [10] * 7)


def test_a_wave_by_day_may_have_begun_before_the_run():
    wave = {"since": "2026-01-03", "by_day": [9.0, 9.0, 3.0, 0.0]}
    assert daily(days=4, waves={"heat": wave}).tolist() == pytest.approx([30, 0, 10, 10])


def test_growth_doubles_day_by_day_until_the_end_of_the_last_date_and_then_halves():
    """A factor 2^t integrates to 1 / ln 2 over the first day, twice that over the second; the fall is its mirror."""
    first = 10 / math.log(2)
    assert daily(days=6, waves={"covid": COVID}).tolist() == pytest.approx(
        [10, 10, first, 2 * first, 2 * first, first], rel=1e-4
    )


def test_waves_at_the_same_time_multiply_each_other():
    both = daily(days=14, waves={"flu": FLU, "cold": {"since": "2026-01-13", "by_day": [1.5]}})
    assert both[7:10].tolist() == pytest.approx([20, 30, 20])


def test_the_hours_of_a_day_keep_their_shape_in_a_wave():
    by_hour = [0.0] * 12 + [1.0] * 12
    rates = hourly_rates(ROOT, arrive(waves={"flu": FLU}, by_hour=by_hour), MONDAY, 14 * clock.DAY).reshape(14, 24)
    assert rates[0].tolist() == pytest.approx([0.0] * 12 + [10 / 12] * 12)
    assert rates[7].tolist() == pytest.approx([0.0] * 12 + [20 / 12] * 12)


@pytest.mark.parametrize("day_to_day", [1.0, 1.95, 6.0])
def test_no_patient_is_lost_when_a_wave_rises(day_to_day):
    without = arrive(day_to_day=day_to_day, rate="80 per day")
    flat = arrive(day_to_day=day_to_day, rate="80 per day", waves={"flu": {"since": "2026-01-05", "by_week": [1.0]}})
    wave = arrive(day_to_day=day_to_day, rate="80 per day", waves={"covid": COVID})
    higher = {"covid": {**COVID, "grows": {"reproduction": 2.5, "every": "1 d", "then": 0.6}}}
    assert moments(without) == moments(flat)
    before, peak = moments(without, 5 * clock.DAY), moments(wave, 5 * clock.DAY)
    assert before < peak < moments(arrive(day_to_day=day_to_day, rate="80 per day", waves=higher), 5 * clock.DAY)


def test_an_event_in_the_middle_of_a_day_takes_nobody_from_its_other_hours():
    others = np.ones(24)
    others[9:12] = 3.0
    source = arrive(day_to_day=6.0, rate="200 per day")
    assert moments(source, clock.DAY) < moments(source, clock.DAY, others)


def test_a_longer_run_has_the_same_patients_first():
    source = arrive(waves={"covid": COVID, "flu": FLU}, day_to_day=1.95)
    short = 9 * clock.DAY + 5 * clock.HOUR
    assert moments(source, short) == {one for one in moments(source) if one[2] < short}


def test_as_many_come_in_a_wave_as_are_expected():
    scenario = hospital({"ed": comers({"rate": "100 per day", "waves": {"flu": FLU}})}, run={"length": "28 d"})
    counts = np.zeros(4)
    for replication in range(40):
        days = draw_fates(scenario, 3, replication).arrival_ms // clock.DAY
        counts += np.bincount(days // 7, minlength=4)
    expected = 40 * 7 * np.array([100, 200, 50, 100])
    assert (np.abs(counts - expected) < 4 * np.sqrt(expected)).all()


# ---------------------------------------------------------------- dates and events


def test_fewer_come_on_the_days_of_a_set_and_the_set_with_the_fewest_days_holds():
    dates = {"holidays": frozenset({1, 2, 3}), "epiphany": frozenset({2})}
    calendar = clock.Calendar(START, dates)
    found = daily(5, calendar, on_dates={"holidays": 0.5, "epiphany": 0.9}, by_weekday={"tue": 2.0})
    assert found.tolist() == pytest.approx([10, 10, 9, 5, 10])


def test_booked_lists_leave_out_and_keep_to_sets_of_dates():
    calendar = clock.Calendar(START, {"bank_holidays": frozenset({2}), "term": frozenset({0, 2, 4})})
    session = {"at": "09:00", "patients": 3, "except": ["bank_holidays"]}
    booked = {"clinic": session, "school": {"at": "10:00", "patients": 1, "only": "term"}}
    patients = PatientClass.model_validate({"arrive": {"scheduled": booked}, "pathway": "way"})
    assert expected_per_day(patients, calendar, 5 * clock.DAY).tolist() == [4, 3, 1, 3, 4]
    (first, second) = arrivals(Address(1, 0, "a"), patients, calendar, 5 * clock.DAY)
    assert first.time_ms.size + second.time_ms.size == 15


def test_an_event_changes_the_rate_of_its_class_for_the_part_of_an_hour_that_it_covers():
    event = {"at": {"date": "2026-01-06", "time": "09:30"}, "lasts": "90 min", "arrivals": {"ed": "x 3"}}
    other = {"at": {"date": "2026-01-06", "time": "10:00"}, "lasts": "1 h", "arrivals": {"ed": "x 0.5"}}
    events = {"fair": event, "storm": other}
    classes = {"ed": comers({"rate": "50 per hour"}), "other": comers({"rate": "1 per hour"})}
    scenario = hospital(classes, events=events, run={"length": "2 d"})
    factors = event_factors(scenario, "ed")
    assert factors[33:36].tolist() == pytest.approx([2.0, 1.5, 1.0]) and factors.sum() == pytest.approx(48 + 1.5)
    assert event_factors(scenario, "other") is None
    with_events, without = (draw_fates(one, 1, 0) for one in (scenario, hospital(classes, run={"length": "2 d"})))
    others = [set(fates.arrival_ms[fates.stream == 1].tolist()) for fates in (with_events, without)]
    own = [set(fates.arrival_ms[fates.stream == 0].tolist()) for fates in (with_events, without)]
    assert others[0] == others[1] and own[0] != own[1]


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"by_week": None}, "none of by_week, by_day, grows is given"),
        ({"by_day": [1.0]}, "by_week and by_day are both given"),
        ({"until": "2026-02-01"}, "until belongs to grows"),
        ({"by_week": []}, "the list of factors is empty"),
        ({"by_week": "x 2"}, "expected a list of factors"),
        ({"by_week": [-1.0]}, "expected a number from 0 on"),
        ({"by_week": [1.0] * 5001}, "5,001 factors"),
        ({"by_week": None, "grows": COVID["grows"]}, "grows is given without until"),
        ({"by_week": None, **COVID, "until": "2026-01-01"}, "since .* is later than until"),
        ({"by_week": None, **COVID, "until": "2026-02-01"}, "more than 1,000-fold"),
        ({"by_week": None, **COVID, "grows": {"reproduction": 2.0, "every": "1 d", "then": 1.2}}, "at most 1"),
        ({"by_week": None, **COVID, "grows": {"reproduction": 2.0, "every": "1 d"}}, "then"),
    ],
)
def test_a_wave_that_makes_no_sense_is_refused(change, message):
    given = {name: value for name, value in {**FLU, **change}.items() if value is not None}
    with pytest.raises(ValidationError, match=message):
        Wave.model_validate(given)


def test_waves_belong_to_a_rate():
    with pytest.raises(ValidationError, match="waves belongs to a rate and has no meaning beside gaps"):
        PatientClass.model_validate(
            {"arrive": {"gaps": {"exponential": {"mean": "1 h"}}, "waves": {"flu": FLU}}, "pathway": "way"}
        )


def test_an_unknown_set_of_dates_is_told_with_its_place():
    text = """wardflow: 1
name: Small
dates: {bank_holidays: [2026-04-03]}
patients:
  ed:
    arrive: {rate: 10 per day, on_dates: {bank_holiday: 0.9}}
    pathway: way
pathways: {way: [{leave: discharged}]}
"""
    with pytest.raises(ScenarioError) as refused:
        load_text(text)
    problem = refused.value.problems[0]
    assert (problem.line, problem.code) == (6, "unknown-name")
    assert problem.field == "patients.ed.arrive.on_dates.bank_holiday"
    assert "bank_holidays" in problem.message
