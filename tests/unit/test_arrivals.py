"""Patients come when and as often as was declared, whatever the source."""

import datetime

import numpy as np
import pytest
from scipy import stats

from sim import clock
from sim.demand.coming.arrivals import arrivals, expected_per_day
from sim.demand.coming.rates import hourly_rates
from sim.demand.coming.sessions import SHELL
from sim.demand.streams import Address, number_of
from sim.scenario.patients import PatientClass
from tests.small_hospitals import DAY_HOURS, counts_by_hour

MONDAY = clock.Calendar(datetime.date(2026, 1, 5))
WEEKS = clock.WEEK


def a_class(**arrive):
    return PatientClass.model_validate({"arrive": arrive, "pathway": "way"})


def come(arrive, horizon, *, replication=0, seed=1):
    return arrivals(Address(seed, replication, "ed"), a_class(**arrive), MONDAY, horizon)


def times(points):
    return np.sort(np.concatenate([np.empty(0, np.int64), *(part.time_ms for part in points)]))


def identities(points):
    return {
        (part.layer.number, index): time
        for part in points
        for index, time in zip(part.index.tolist(), part.time_ms.tolist(), strict=True)
    }


def test_a_constant_rate_is_a_poisson_process():
    found = times(come({"rate": "120 per day"}, 52 * WEEKS))
    assert stats.kstest(np.diff(found), "expon", (0, 12 * clock.MINUTE)).pvalue > 0.01
    days = np.bincount(found // clock.DAY, minlength=364)
    assert days.mean() == pytest.approx(120, rel=0.02)
    assert days.var(ddof=1) / days.mean() == pytest.approx(1, abs=0.25)


@pytest.mark.parametrize(
    "rate", ["1 per year", "1 per week", "0.2 per hour", "16 per hour", "17 per hour", "300 per hour"]
)
def test_the_number_who_come_is_right_for_rare_and_for_frequent_patients(rate):
    expected = a_class(rate=rate).arrive.rate * 24 * 364
    counts = [times(come({"rate": rate}, 364 * clock.DAY, replication=number)).size for number in range(8)]
    assert abs(sum(counts) - 8 * expected) < 3.5 * np.sqrt(8 * expected)


def test_nobody_comes_at_rate_zero_or_in_hours_of_weight_zero():
    assert times(come({"rate": "0 per day"}, WEEKS)).size == 0
    found = times(come({"rate": "240 per day", "by_hour": [0.0] * 8 + [1.0] * 16}, 4 * WEEKS))
    assert found.size == pytest.approx(240 * 28, rel=0.05)
    assert sum(counts_by_hour(found)[:8]) == 0


def test_nobody_comes_on_a_day_of_weight_zero_even_with_luck():
    found = times(come({"rate": "24 per day", "by_weekday": {"sun": 0}, "day_to_day": 2.0}, 52 * WEEKS))
    assert found.size > 6000
    assert not (found // clock.DAY % 7 == 6).any()


def test_layers_double_in_height_and_are_drawn_only_up_to_the_peak():
    points = come({"rate": "1 per hour"}, WEEKS)
    assert [part.layer.number for part in points] == list(range(7))
    assert sum(part.index.size for part in points[:-1]) == pytest.approx(168 / 2, abs=4 * np.sqrt(84))


def test_a_patient_in_a_layer_is_known_by_a_rising_index():
    for part in come({"rate": "20 per hour", "by_hour": DAY_HOURS}, 2 * WEEKS):
        assert (np.diff(part.index) > 0).all() and (np.diff(part.time_ms) >= 0).all()


def test_weekdays_and_months_multiply_the_rate():
    patient_class = a_class(rate="10 per day", by_weekday={"sat": 0.5}, by_month={"feb": 2.0})
    expected = expected_per_day(patient_class, MONDAY, 60 * clock.DAY)
    assert expected[[0, 5, 27, 33, 55]].tolist() == pytest.approx([10, 5, 20, 10, 10])


@pytest.mark.parametrize(
    "arrive",
    [
        {"rate": "100 per day", "by_hour": DAY_HOURS, "by_weekday": {"mon": 1.5}, "by_month": {"jan": 1.3}},
        {"rate": "100 per day", "by_hour": DAY_HOURS, "day_to_day": 1.95},
        {"gaps": {"gamma": {"mean": "20 min", "sd": "10 min"}}},
        {"scheduled": {"a": {"days": "weekdays", "at": "22:00", "patients": 40, "apart": "4 min", "attend": 0.9}}},
        {"batches": {"a": {"at": {"date": "2026-01-06", "time": "22:00"}, "patients": 500, "over": "5 h"}}},
    ],
    ids=["rate", "day to day", "gaps", "scheduled", "batches"],
)
def test_as_many_come_each_day_as_were_expected(arrive):
    horizon = 20 * clock.DAY + 13 * clock.HOUR
    expected = expected_per_day(a_class(**arrive), MONDAY, horizon)
    assert expected.shape == (21,)
    runs = 60
    counts = np.zeros(21)
    for number in range(runs):
        counts += np.bincount(times(come(arrive, horizon, replication=number)) // clock.DAY, minlength=21)
    assert (abs(counts / runs - expected) < 4 * np.sqrt(2 * expected / runs) + 0.7).all()


def test_a_day_has_its_luck_for_all_its_hours():
    arrive = a_class(rate="240 per day", day_to_day=3.0).arrive
    rates = hourly_rates(Address(1, 0, "ed"), arrive, MONDAY, 200 * clock.DAY).reshape(200, 24)
    assert (rates == rates[:, :1]).all()
    assert rates[:, 0].mean() == pytest.approx(10, rel=0.03)
    assert (rates[:, 0] / 10).var() == pytest.approx(2 / 240, rel=0.3)


def test_the_rate_of_every_hour_rises_with_demand_however_spread_the_days_are():
    for demand in (0.5, 3.0, 100.0, 1000.0):
        for spread in (1.05, 1.95, 8.0):
            rates = [
                hourly_rates(
                    Address(1, 0, "ed"),
                    a_class(rate=f"{x * demand} per day", day_to_day=spread).arrive,
                    MONDAY,
                    500 * clock.DAY,
                )
                for x in (1.0, 1.01, 1.1, 2.0)
            ]
            assert (np.diff(rates, axis=0) >= 0).all()


def test_gaps_have_their_law_and_the_first_patient_comes_after_one():
    found = times(come({"gaps": {"gamma": {"mean": "20 min", "sd": "10 min"}}}, 20 * WEEKS))
    gaps = np.diff(found, prepend=0)
    assert stats.kstest(gaps, stats.gamma(4, scale=5 * clock.MINUTE).cdf).pvalue > 0.01
    assert times(come({"gaps": "20 min"}, 2 * clock.HOUR)).tolist() == [20 * clock.MINUTE * k for k in range(1, 6)]


def test_gaps_of_no_time_are_refused():
    with pytest.raises(ValueError, match="longer than zero"):
        come({"gaps": "0 min"}, WEEKS)


def test_booked_patients_come_on_their_days_at_their_times():
    list_ = {"days": "mon wed", "at": "08:00", "patients": 3, "apart": "20 min"}
    found = times(come({"scheduled": {"clinic": list_}}, WEEKS))
    first = [8 * clock.HOUR + k * 20 * clock.MINUTE for k in range(3)]
    assert found.tolist() == first + [2 * clock.DAY + moment for moment in first]


def test_a_list_has_a_first_and_a_last_date():
    list_ = {"at": "08:00", "patients": 1, "since": "2026-01-07", "until": "2026-01-08"}
    assert (times(come({"scheduled": {"clinic": list_}}, WEEKS)) // clock.DAY).tolist() == [2, 3]


def test_an_evening_list_may_end_after_midnight_and_stops_at_the_horizon():
    list_ = {"at": "23:00", "patients": 4, "apart": "40 min"}
    assert times(come({"scheduled": {"clinic": list_}}, clock.DAY + clock.HOUR)).tolist() == [
        23 * clock.HOUR + moment * 40 * clock.MINUTE for moment in (0, 1, 2)
    ]


def attending(share, patients=8, horizon=8 * WEEKS, **more):
    return identities(
        come({"scheduled": {"clinic": {"at": "08:00", "patients": patients, "attend": share}, **more}}, horizon)
    )


def test_who_attends_at_a_low_share_attends_at_a_higher_one():
    some, most, everybody = attending(0.5), attending(0.9), attending(1.0)
    assert some.items() < most.items() < everybody.items()
    assert len(everybody) == 8 * 56
    assert len(most) == pytest.approx(0.9 * 8 * 56, abs=20)


def test_a_longer_list_keeps_its_patients_and_their_numbers():
    for shorter, longer in ((6, 7), (SHELL, SHELL + 1), (10, 100)):
        assert attending(0.9, shorter).items() < attending(0.9, longer).items()
        assert len(attending(1.0, longer)) == longer * 56


def test_another_list_changes_nobody_on_this_one():
    other = {name: {"at": "07:00", "patients": 20} for name in ("a", "z")}
    assert attending(0.9).items() < attending(0.9, **other).items()


def test_two_lists_whose_names_fall_on_one_number_have_different_patients():
    seen: dict[int, str] = {}
    for name in (f"list {number}" for number in range(2000)):
        if number_of(name) in seen:
            break
        seen[number_of(name)] = name
    first, second = sorted([name, seen[number_of(name)]])
    booked = {"at": "08:00", "patients": 10, "attend": 0.5}
    one, two = (come({"scheduled": {own: booked}}, 8 * WEEKS)[0] for own in (first, second))
    both = come({"scheduled": {first: booked, second: booked}}, 8 * WEEKS)
    assert one.layer.number == two.layer.number
    assert [part.layer.number for part in both] == [one.layer.number, one.layer.number + 1]
    assert (both[0].time_ms.tolist(), both[1].time_ms.tolist()) == (one.time_ms.tolist(), two.time_ms.tolist())
    assert one.time_ms.tolist() != two.time_ms.tolist()


def crash(patients, over="2 h"):
    at = {"date": "2026-01-06", "time": "14:00"}
    return identities(come({"batches": {"bus": {"at": at, "patients": patients, "over": over}}}, WEEKS))


def test_the_injured_come_within_the_stated_time_and_more_of_them_keep_the_first():
    few, many = crash(20), crash(80)
    assert few.items() < many.items() and len(many) == 80
    begin = clock.DAY + 14 * clock.HOUR
    assert begin <= min(many.values()) < max(many.values()) < begin + 2 * clock.HOUR
    assert set(crash(5, "0 h").values()) == {begin}


def test_a_batch_before_the_start_or_behind_the_end_brings_nobody():
    for date in ("2025-12-31", "2026-02-01"):
        at = {"date": date, "time": "14:00"}
        assert times(come({"batches": {"bus": {"at": at, "patients": 9}}}, WEEKS)).size == 0


def test_all_come_before_the_end_and_none_before_the_start():
    for horizon in (1, clock.HOUR - 1, clock.DAY + 1):
        found = times(come({"rate": "2000 per hour"}, horizon))
        assert ((found >= 0) & (found < horizon)).all()
