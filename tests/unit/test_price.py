"""What each breach that a plan avoids costs: with an interval where there is one, with words where there is none."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.report.records import comparison_record
from sim.report.text import comparison_text
from sim.study.comparison import Comparison, compare
from sim.study.output_analysis import paired_difference, ratio_of_means
from sim.study.price import BREACHES, Price, price_sentence, prices
from tests.small_studies import experiment

COST = ("cost_per_day", "")
FOUR, TWELVE = BREACHES
NOISE = [math.sin(7 * number) for number in range(12)]


def study(cost: list[float], avoided: list[float]) -> Comparison:
    """A base of £100,000 and 90 breaches a day, and a plan with what it costs more and avoids in each replication."""
    base = {COST: [100_000.0 + 900 * one for one in NOISE], FOUR: [90.0 + 5 * one for one in NOISE]}
    base = {key: row[: len(cost)] for key, row in base.items()}
    changes = {COST: cost, FOUR: [-one for one in avoided]}
    other = {key: [one + more for one, more in zip(row, changes[key], strict=True)] for key, row in base.items()}
    return compare(experiment(base), experiment(other))


def price(cost: list[float], avoided: list[float]) -> Price:
    (found,) = prices(study(cost, avoided))
    return found


def around(middle: float, noise: float, shift: int = 0) -> list[float]:
    return [middle + noise * math.sin(3 * (number + shift)) for number in range(12)]


def test_the_price_is_the_mean_cost_divided_by_the_mean_number_avoided() -> None:
    found = price([400.0, 600.0, 500.0, 500.0], [1.9, 2.1, 2.0, 2.0])
    assert found.pounds.mean == pytest.approx(500 / 2)
    assert found.standing == "priced"
    assert found.cost.mean == pytest.approx(500)
    assert found.avoided.mean == pytest.approx(2)


def test_a_number_that_does_not_vary_leaves_the_interval_of_the_cost_divided_by_it() -> None:
    cost = [400.0, 600.0, 500.0, 520.0]
    found, alone = ratio_of_means(cost, [2.0] * 4), paired_difference([0.0] * 4, cost).interval
    assert (found.low, found.high) == pytest.approx((alone.low / 2, alone.high / 2))


def test_a_cost_in_proportion_to_the_breaches_leaves_no_doubt() -> None:
    avoided = around(3, 1)
    found = ratio_of_means([250 * one for one in avoided], avoided)
    assert (found.low, found.mean, found.high) == pytest.approx((250, 250, 250))


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
@pytest.mark.parametrize("shift", [0, 1, 2])
def test_the_ends_are_the_ratios_that_a_paired_t_test_just_refuses(confidence: float, shift: int) -> None:
    """The defining property of Fieller's interval."""
    cost, avoided = np.array(around(500, 150)), np.array(around(3, 1.1, shift))
    found = ratio_of_means(cost, avoided, confidence)
    for end in (found.low, found.high):
        assert stats.ttest_1samp(cost - end * avoided, 0).pvalue == pytest.approx(1 - confidence)
    assert found.low < found.mean < found.high
    assert stats.ttest_1samp(cost - found.mean * avoided, 0).pvalue == pytest.approx(1)


def test_there_are_two_ends_exactly_if_the_number_avoided_can_be_told_from_none() -> None:
    for middle in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        avoided = around(middle, 1)
        is_told = stats.ttest_1samp(avoided, 0).pvalue < 0.05
        found = ratio_of_means(around(500, 150), avoided)
        assert is_told == (not math.isnan(found.low)) == (not math.isnan(found.high))


def test_replications_without_one_of_the_two_are_left_out() -> None:
    found = ratio_of_means([400.0, math.nan, 600.0, 500.0], [2.0, 2.0, 2.0, math.nan])
    assert (found.n, found.dropped, found.mean) == (2, 2, 250)
    with pytest.raises(ValueError, match="cannot be paired"):
        ratio_of_means([1.0], [1.0, 2.0])


def test_a_price_is_told_with_its_interval() -> None:
    told = price_sentence(price([490.0, 510.0, 500.0, 500.0], [1.98, 2.02, 2.0, 2.0]))
    assert told.startswith("Each stay of more than 4 hours in the emergency department that is avoided costs £250 (")
    low, high = told.split("(")[1].split(")")[0].split(" to ")
    assert 240 < float(low) < 250 < float(high) < 260


def test_a_plan_that_costs_less_and_avoids_breaches_saves() -> None:
    found = price([-490.0, -510.0, -500.0, -500.0], [1.9, 2.1, 2.0, 2.0])
    assert found.standing == "saving"
    assert " that is avoided saves £250 (" in price_sentence(found)


def test_a_price_that_may_be_a_saving_is_told_with_both_ends() -> None:
    found = price(around(20, 200), around(2, 0.05))
    assert found.standing == "priced"
    assert found.pounds.low < 0 < found.pounds.high


def test_where_the_number_avoided_may_be_none_there_is_no_price() -> None:
    found = price(around(500, 20), around(0.1, 1))
    assert found.standing == "can't tell"
    assert math.isnan(found.pounds.low)
    told = price_sentence(found)
    assert told.startswith("Nobody can say what each stay of more than 4 hours")
    assert "cannot be told from none (-0." in told


def test_where_nothing_changes_there_is_no_price() -> None:
    assert price([0.0] * 5, [0.0] * 5).standing == "can't tell"
    assert price([500.0] * 5, [0.0] * 5).standing == "can't tell"


def test_a_plan_with_more_breaches_avoids_none() -> None:
    found = price(around(500, 20), around(-2, 0.05))
    assert found.standing == "more breaches"
    assert "there are 2.0" in price_sentence(found)
    assert price_sentence(found).endswith(" a day more.")


def test_one_replication_gives_no_price() -> None:
    found = price([500.0], [2.0])
    assert found.standing == "too few"
    assert "two replications or more" in price_sentence(found)


def test_there_is_a_price_for_each_standard_that_both_plans_count() -> None:
    rows = {COST: [1.0, 2.0], FOUR: [3.0, 4.0], TWELVE: [1.0, 1.0]}
    both = compare(experiment(rows), experiment(rows))
    assert [found.breach for found in prices(both)] == [FOUR, TWELVE]
    cheap = {key: row for key, row in rows.items() if key != COST}
    assert prices(compare(experiment(cheap), experiment(rows))) == ()
    assert prices(compare(experiment({COST: [1.0, 2.0]}), experiment(rows))) == ()


def test_the_price_stands_in_the_text_and_in_the_record() -> None:
    comparison = study(around(500, 20), around(2, 0.05))
    told = price_sentence(prices(comparison)[0])
    assert f"What it costs to avoid a breach\n- {told}" in comparison_text(comparison)
    (record,) = comparison_record(comparison)["prices"]
    assert record["sentence"] == told
    assert (record["kpi"], record["standing"]) == ("ed_breaches_4h_per_day", "priced")
    assert record["pounds_each"]["mean"] == pytest.approx(250, rel=0.02)
