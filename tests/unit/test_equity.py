"""Who waits longer, and whether a plan widens the gap, on figures made by hand."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from sim.measure.figures import KpiKey
from sim.report.equity_text import changes_text, gaps_text
from sim.report.gaps import gap_table, kinds
from sim.study.comparison import compare
from sim.study.equity import Gap, gap_changes, gaps
from sim.study.experiment import Experiment
from sim.study.output_analysis import paired_difference
from tests.small_studies import experiment

WIGGLE = (0.0, 0.01, -0.01, 0.02, -0.02)
YOUNG, OLD, RARE = "age:young", "age:old", "age:oldest"
DAILY = {YOUNG: 50.0, OLD: 20.0, RARE: 2.0}
"""Patients a day; the clinic is measured for a week, so that the oldest are 14 a run."""


def waits(young: float, old: float, rare: float = 40.0, day: Sequence[float] = WIGGLE) -> dict[KpiKey, list[float]]:
    """Mean waits in minutes of three groups in five runs; a bad day is bad for everybody alike."""
    means = {YOUNG: young, OLD: old, RARE: rare}
    found: dict[KpiKey, list[float]] = {("wait_mean", ""): [young + 100 * one for one in day]}
    for scope, mean in means.items():
        found["wait_mean", scope] = [mean + 100 * one for one in day]
        found["arrivals_per_day", scope] = [DAILY[scope]] * len(day)
    return found


def told(figures: dict[KpiKey, list[float]], **equity: str) -> Experiment:
    """An experiment; the clinic has an attribute age, which is looked at if nothing else is said."""
    found = experiment({("arrivals_per_day", ""): [72.0] * 5, **figures})
    return replace(found, scenario=found.scenario.model_copy(update={"equity": equity}))


def gap_of(found: Sequence[Gap], scope: str) -> Gap:
    return next(gap for gap in found if gap.key == ("wait_mean", scope))


def test_each_group_is_compared_with_the_largest_run_by_run():
    """Each run differs by up to 4 minutes, but in each the old wait for 6 minutes longer, give or take a second."""
    figures = waits(20, 26)
    figures["wait_mean", OLD] = [
        value + 0.1 * one for value, one in zip(figures["wait_mean", OLD], WIGGLE, strict=True)
    ]
    gap = gap_of(gaps(told(figures)), OLD)
    assert (gap.reference, gap.standing, gap.patients) == (YOUNG, "worse", 140)
    expected = paired_difference(figures["wait_mean", YOUNG], figures["wait_mean", OLD]).interval
    assert gap.difference.mean == pytest.approx(6)
    assert (gap.difference.low, gap.difference.high) == pytest.approx((expected.low, expected.high))


def test_a_group_that_waits_less_is_better_off_and_one_just_alike_is_told_so():
    noise = [0.5, -0.5, 0.2, 0.0, -0.2]
    figures = waits(20, 15)
    figures["wait_mean", OLD] = [value + one for value, one in zip(figures["wait_mean", OLD], noise, strict=True)]
    assert gap_of(gaps(told(figures)), OLD).standing == "better"
    assert gap_of(gaps(told(waits(20, 20))), OLD).standing == "alike"


def test_what_may_be_chance_is_not_told_as_a_gap():
    figures = waits(20, 21)
    figures["wait_mean", OLD] = [10.0, 30.0, 15.0, 28.0, 22.0]
    assert gap_of(gaps(told(figures)), OLD).standing == "can't tell yet"


def test_gaps_are_drawn_as_differences_from_the_group_compared_with():
    """Of the oldest too few come, so that they are not drawn."""
    found = told(waits(20, 26, day=[0.0, 0.0, 0.0, 0.0, 0.0]))
    drawn = gaps(found)
    assert kinds(drawn, found.scenario) == {("wait_mean", YOUNG): "Mean wait, against age young"}
    table = gap_table(drawn, ("wait_mean", YOUNG), found.scenario)
    assert table["plan"].tolist() == ["age old, 26.0 min"]
    assert table[["mean", "verdict", "unit", "words"]].to_numpy().tolist() == [[6, "worse", "min", "+6.0 min"]]


def test_of_a_group_of_fewer_than_20_in_a_run_nothing_is_said():
    gap = gap_of(gaps(told(waits(20, 26, rare=60))), RARE)
    assert (gap.standing, gap.patients) == ("too few", 14)
    text = gaps_text(told(waits(20, 26, rare=60)))
    assert "age oldest against age young: too few patients to say" in text
    assert "60" not in text


def test_the_group_to_compare_with_can_be_declared():
    found = gaps(told(waits(20, 26), age="old"))
    assert gap_of(found, YOUNG).reference == OLD
    assert gap_of(found, YOUNG).difference.mean == pytest.approx(-6)


def test_groups_are_told_apart_only_by_what_the_scenario_says_or_what_is_usual():
    figures = {key: row for key, row in waits(20, 26).items() if not key[1]}
    assert gaps(told(figures)) == ()
    assert gaps_text(told(figures)) == ""


@pytest.mark.parametrize(
    ("old", "course"), [(20.0, "shrinks"), (40.0, "grows"), (10.0, "turns round"), (26.0, "no change")]
)
def test_a_plan_changes_the_gap_of_the_same_patients(old, course):
    """Today the old wait 6 minutes longer; under the plan all wait 5 minutes less, and the old something else."""
    base, plan = waits(20, 26), waits(15, old - 5)
    noise = [0.0, 0.3, -0.3, 0.1, -0.1] if course != "no change" else [0.0] * 5
    plan["wait_mean", OLD] = [value + one for value, one in zip(plan["wait_mean", OLD], noise, strict=True)]
    if course == "shrinks":
        plan["wait_mean", OLD] = [value + 2 for value in plan["wait_mean", OLD]]
    (found,) = gap_changes(told(base), told(plan))
    assert found.course == course
    if course == "grows":
        assert found.change.mean == pytest.approx(14)


def test_the_comparison_says_who_gains_and_what_cannot_be_told():
    base, plan = waits(20, 26), waits(15, 35)
    plan["wait_mean", OLD] = [35.1, 35.9, 34.0, 37.2, 33.1]
    told_so = changes_text(compare(told(base), told(plan)))
    assert "Mean wait, age old against age young: the gap grows, from +6." in told_so
    plan["wait_mean", OLD] = [10.0, 40.0, 15.0, 30.0, 22.0]
    assert "For 1 gap between groups: can't tell yet." in changes_text(compare(told(base), told(plan)))
