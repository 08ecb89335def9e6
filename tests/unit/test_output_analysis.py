"""Intervals and tests give the textbook's numbers, and say so where nothing can be told."""

import math

import numpy as np
import pytest
from scipy import special, stats

from sim.study.output_analysis import (
    holm,
    holm_confidence,
    order_statistics,
    paired_difference,
    pooled_share,
    t_interval,
    t_quantile,
    welch,
)
from sim.study.run_length import mser5, replications_for, replications_to_tell

TEN_MEANS = [1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09]
BANK_DELAYS = [1.53, 1.66, 1.24, 2.34, 2.00, 1.69, 2.69, 2.86, 1.70, 2.60]
FIRST_PLAN = [126.97, 124.31, 126.68, 122.66, 127.23]
SECOND_PLAN = [118.21, 120.22, 122.45, 122.68, 119.40]


def test_ten_means_give_the_textbook_interval():
    interval = t_interval(TEN_MEANS, 0.90)
    assert interval.mean == pytest.approx(1.343, abs=5e-4)
    assert interval.half_width == pytest.approx(0.237, abs=5e-4)


def test_bank_delays_give_the_textbook_interval():
    interval = t_interval(BANK_DELAYS, 0.90)
    assert (interval.mean, interval.low, interval.high) == pytest.approx((2.031, 1.709, 2.353), abs=5e-4)


def test_an_interval_agrees_with_scipy_whatever_the_values():
    values = np.array([3.0, 1.0, 4.0, 1.5, 9.0])
    interval = t_interval(values)
    assert (interval.low, interval.high) == pytest.approx(stats.t.interval(0.95, 4, values.mean(), stats.sem(values)))


def test_replications_in_which_nobody_came_are_dropped_and_counted():
    interval = t_interval([2.0, math.nan, 4.0])
    assert (interval.mean, interval.n, interval.dropped) == (3.0, 2, 1)


@pytest.mark.parametrize(("values", "mean"), [([], math.nan), ([5.0], 5.0), ([math.nan, 5.0], 5.0)])
def test_fewer_than_two_replications_have_no_interval(values, mean):
    interval = t_interval(values)
    assert interval.mean == pytest.approx(mean, nan_ok=True)
    assert not interval.is_known
    assert math.isnan(interval.low)
    assert math.isnan(interval.half_width)


def test_the_same_patients_under_two_plans_are_compared_in_pairs():
    difference = paired_difference(SECOND_PLAN, FIRST_PLAN, 0.90)
    assert (difference.interval.low, difference.interval.high) == pytest.approx((1.649, 8.307), abs=5e-4)
    assert difference.p == pytest.approx(stats.ttest_rel(FIRST_PLAN, SECOND_PLAN).pvalue)


def test_different_patients_under_two_plans_are_compared_by_welch():
    difference = welch(SECOND_PLAN, FIRST_PLAN, 0.90)
    assert difference.df == pytest.approx(7.992, abs=5e-4)
    assert (difference.interval.low, difference.interval.high) == pytest.approx((2.661, 7.295), abs=5e-4)
    assert difference.p == pytest.approx(stats.ttest_ind(FIRST_PLAN, SECOND_PLAN, equal_var=False).pvalue)


def test_welch_with_one_replication_has_no_interval():
    assert math.isnan(welch([1.0], [2.0, 3.0]).p)


def test_equal_plans_show_no_difference_and_certainty_about_it():
    difference = paired_difference(TEN_MEANS, TEN_MEANS)
    assert (difference.interval.low, difference.interval.high, difference.p) == (0.0, 0.0, 1.0)
    assert difference.correlation == pytest.approx(1.0)


def test_rounding_of_sums_is_no_difference():
    assert paired_difference([0.1 + 0.2, 1.0], [0.3, 1.0 + 1e-12]).p == 1.0


def test_a_difference_that_is_always_the_same_is_certain():
    assert paired_difference([100.0, 110.0], [112.0, 122.0]).p == 0.0


def test_a_pair_with_an_undefined_side_is_dropped():
    difference = paired_difference([1.0, math.nan, 3.0, 5.0], [2.0, 7.0, math.nan, 7.0])
    assert (difference.interval.mean, difference.interval.n, difference.interval.dropped) == (1.5, 2, 2)


def test_unequal_numbers_of_replications_cannot_be_paired():
    with pytest.raises(ValueError, match="cannot be paired"):
        paired_difference([1.0, 2.0], [1.0])


def test_holm_gives_the_published_adjustment():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_ignores_what_was_not_tested():
    assert holm([math.nan, 0.02]) == pytest.approx([math.nan, 0.02], nan_ok=True)


@pytest.mark.parametrize("p_values", [[0.01, 0.04, 0.03, 0.005], [0.2, 0.011, 0.012, 0.04], [0.03], [0.5, 0.5], []])
def test_an_interval_excludes_no_difference_exactly_when_holm_rejects(p_values):
    for p, adjusted, confidence in zip(p_values, holm(p_values), holm_confidence(p_values), strict=True):
        df = 19
        t = -special.stdtrit(df, p / 2)  # a difference of t standard errors has this p-value
        assert (t > t_quantile((1 + confidence) / 2, df)) == (adjusted <= 0.05)


def test_a_share_is_pooled_over_patients_and_not_averaged_over_days():
    interval = pooled_share([95, 210], [100, 300])
    assert interval.mean == pytest.approx(0.7625)
    assert interval.low < 0.7625 < interval.high


def test_the_jackknife_of_equally_busy_replications_is_the_t_interval():
    shares = [0.7, 0.8, 0.75, 0.9]
    pooled, plain = pooled_share([70, 80, 75, 90], [100] * 4), t_interval(shares)
    assert (pooled.mean, pooled.half_width) == pytest.approx((plain.mean, plain.half_width))


def test_a_replication_without_patients_has_no_share():
    interval = pooled_share([95, 0, 210], [100, 0, 300])
    assert (interval.mean, interval.n, interval.dropped) == (pytest.approx(0.7625), 2, 1)
    assert math.isnan(pooled_share([0], [0]).mean)


def test_the_median_of_a_hundred_lies_between_the_published_ranks():
    found = order_statistics(100, 0.5)
    assert found is not None
    assert (found.low_rank, found.high_rank) == (40, 61)
    assert found.coverage == pytest.approx(0.9648, abs=5e-5)


@pytest.mark.parametrize(("n", "share"), [(10, 0.95), (1, 0.5), (5, 0.5)])
def test_too_few_values_say_nothing_of_a_quantile(n, share):
    assert order_statistics(n, share) is None


@pytest.mark.parametrize("n", [6, 20, 93, 1000])
def test_ranks_of_a_quantile_keep_the_confidence_that_they_promise(n):
    found = order_statistics(n, 0.5)
    assert found is not None
    assert found.coverage >= 0.95
    narrower = special.bdtr(found.high_rank - 2, n, 0.5) - special.bdtr(found.low_rank, n, 0.5)
    assert narrower < 0.95


def test_mser5_drops_the_published_ten_observations():
    means = [20, 14] + [9, 11] * 20
    suggestion = mser5(np.repeat(means, 5))
    assert (suggestion.observations, suggestion.is_too_short) == (10, False)


def test_a_series_that_falls_to_the_end_is_too_short_for_a_warm_up():
    assert mser5(np.linspace(100, 0, 60)).is_too_short
    assert mser5([1.0, 2.0]).is_too_short


def test_a_series_that_is_steady_from_the_start_needs_no_warm_up():
    assert mser5([9, 11] * 50).observations == 0


def test_the_textbook_numbers_of_replications_are_enough():
    assert replications_for(BANK_DELAYS, absolute=0.25, confidence=0.90) == 16
    assert replications_for(BANK_DELAYS, relative=0.10, confidence=0.90) == 27


def test_replications_already_run_may_be_enough():
    assert replications_for(BANK_DELAYS, absolute=5.0) == len(BANK_DELAYS)


@pytest.mark.parametrize("wanted", [{}, {"absolute": 1.0, "relative": 0.1}, {"absolute": 0.0}, {"relative": -0.1}])
def test_a_half_width_must_be_asked_for_clearly(wanted):
    with pytest.raises(ValueError, match="half-width"):
        replications_for(BANK_DELAYS, **wanted)


def test_one_replication_says_nothing_of_how_many_are_needed():
    assert replications_for([1.0], absolute=1.0) is None


def test_enough_replications_tell_in_four_of_five_studies():
    pilot = t_interval([0.9, -0.4, 1.3, 0.2, -0.3])
    n = replications_to_tell(pilot)
    assert n is not None
    shift = pilot.mean / pilot.sd * math.sqrt(n)
    power = 1 - stats.nct.cdf(t_quantile(0.975, n - 1), n - 1, shift)
    assert power == pytest.approx(0.80, abs=0.02)


@pytest.mark.parametrize("values", [[1.0], [0.0, 0.0], [1.0, -1.0], [1.0, -1.0001]])
def test_no_number_of_replications_is_named_where_none_would_tell(values):
    assert replications_to_tell(t_interval(values)) is None
