"""What the parts of a plan earn: known games, and a clinic whose figures are formulas."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.report.records import to_json
from sim.report.together_text import together_record, together_tables, together_text
from sim.scenario.problems import ScenarioError
from sim.study.comparison import ComparisonError
from sim.study.together import Part, TogetherSettings, part_of, shapley, together
from tests.small_models import run_by, variant

WAIT = ("wait_mean", "")
COST = ("cost_per_day", "")
BEDS, NURSE, NOTHING = (
    part_of("beds: wards.recovery.beds=+2"),
    part_of("nurse: staff.nurse.on_duty=+1"),
    part_of("label: wards.recovery.label=Recovery room"),
)
LUCK = (-1.0, 0.5, 0.0, 0.5)
"""Of the four replications; sums to 0, so that means are those of the formula."""


def beds_and_nurses(scenario):
    return scenario.wards["recovery"].beds - 4, scenario.staff["nurse"].on_duty - 1


def additive(scenario, number):
    """Two minutes less for each bed, five for each nurse; £100 a bed, £300 a nurse."""
    beds, nurses = beds_and_nurses(scenario)
    return {WAIT: 60 + LUCK[number] - 2 * beds - (5 + 0.1 * LUCK[number]) * nurses, COST: 100.0 * beds + 300 * nurses}


def overlapping(scenario, number):
    """Either removes 12 minutes, both together 16: each does a part of the other's work."""
    beds, nurses = beds_and_nurses(scenario)
    return {WAIT: 60.0 + LUCK[number] - 6 * beds - (12 + 0.1 * LUCK[number]) * nurses + 4 * beds * nurses}


def found(model, *parts, **settings):
    return together(variant(replications=4), run_by(model), TogetherSettings(parts, **settings))


def split(told, key=WAIT):
    return next(one for one in told.splits if one.key == key)


@given(st.lists(st.floats(-100, 100), min_size=8, max_size=8))
def test_shares_add_up_to_what_all_earn(worths):
    assert shapley(worths).sum() == pytest.approx(worths[-1] - worths[0], abs=1e-9)


def test_the_airport_game_of_littlechild_and_owen():
    """Runways of 1, 3 and 6 million for three airlines: 1/3, 1/3 + 2/2, 1/3 + 2/2 + 3 (Littlechild and Owen 1973)."""
    costs = [max((need for place, need in enumerate((1, 3, 6)) if mask >> place & 1), default=0) for mask in range(8)]
    assert shapley(costs) == pytest.approx([1 / 3, 4 / 3, 13 / 3])


def test_who_is_alike_gets_the_same_and_who_adds_nothing_gets_nothing():
    """The second member never matters; the first and the third are only worth something as a pair."""
    worths = [10.0 if mask & 1 and mask & 4 else 0.0 for mask in range(8)]
    assert shapley(worths).tolist() == [5.0, 0.0, 5.0]


def test_each_replication_is_split_by_itself():
    assert shapley([[0, 0], [1, 2], [2, 2], [5, 4]]).tolist() == [[2, 2], [3, 2]]


def test_worths_of_no_whole_set_of_groups_are_refused():
    with pytest.raises(ValueError, match="3 worths"):
        shapley([0, 1, 2])


def test_what_does_not_touch_each_other_earns_together_what_it_earns_alone():
    told = split(found(additive, BEDS, NURSE))
    assert told.joint.mean == pytest.approx(-9)
    for kind in ("alone", "last", "share"):
        assert [getattr(one, kind).mean for one in told.shares] == pytest.approx([-4, -5])
    assert told.interaction.change.verdict == "no change"
    assert [one.share.verdict for one in told.shares] == ["better", "better"]


def test_parts_that_do_the_same_work_share_what_they_do_together():
    """Alone -12 each, together -16: 8 more than the sum of both, of which each bears one half."""
    told = split(found(overlapping, BEDS, NURSE))
    assert [one.alone.mean for one in told.shares] == pytest.approx([-12, -12])
    assert [one.last.mean for one in told.shares] == pytest.approx([-4, -4])
    assert [one.share.mean for one in told.shares] == pytest.approx([-8, -8])
    assert told.interaction.change.mean == pytest.approx(8)
    assert told.interaction.change.verdict == "worse"
    assert told.pairs == ()


def test_with_three_parts_each_two_are_looked_at_by_themselves():
    told = split(found(overlapping, BEDS, NURSE, NOTHING))
    assert {one.parts: round(one.change.mean, 9) for one in told.pairs} == {
        ("beds", "nurse"): 8,
        ("beds", "label"): 0,
        ("nurse", "label"): 0,
    }
    assert told.shares[2].share.verdict == "no change"


def test_intervals_are_those_of_the_shares_of_each_replication():
    """The nurse's share is -5 - 0.1 x luck; luck has a standard deviation of sqrt(1.5/3), t(0.975, 3) = 3.1824."""
    share = split(found(additive, BEDS, NURSE)).shares[1].share
    half = 3.182446 * 0.1 * np.sqrt(1.5 / 3) / 2
    assert share.difference.interval.half_width == pytest.approx(half, rel=1e-6)
    assert share.difference.interval.n == 4
    assert share.adjusted.half_width >= half


def test_all_combinations_are_asked_for_at_once_and_the_money_is_split_as_well():
    asked = []
    settings = TogetherSettings((BEDS, NURSE, NOTHING))
    told = together(variant(replications=4), run_by(additive, asked=asked), settings)
    assert asked == [8]
    money = split(told, COST)
    assert [one.share.mean for one in money.shares] == pytest.approx([200, 300, 0])
    assert told.splits[-1].key == COST
    assert [one.share.verdict for one in money.shares] == ["worse", "worse", "no change"]


def test_a_replication_that_lacks_the_figure_in_one_combination_is_left_out_of_all():
    def sometimes(scenario, number):
        beds, nurses = beds_and_nurses(scenario)
        row = additive(scenario, number)
        return row | ({WAIT: np.nan} if beds and nurses and number == 0 else {})

    told = split(found(sometimes, BEDS, NURSE))
    assert told.joint.difference.interval.dropped == 1
    assert sum(one.share.mean for one in told.shares) == pytest.approx(told.joint.mean)
    assert {one.share.difference.interval.n for one in told.shares} == {3}


def test_each_breach_avoided_has_a_price_by_the_share_of_the_part():
    """£100 a bed and two beds avoid four breaches: £50 each; a nurse costs £300 and avoids ten."""

    def breaches(scenario, number):
        beds, nurses = beds_and_nurses(scenario)
        return additive(scenario, number) | {("ed_breaches_4h_per_day", ""): 40.0 - 2 * beds - 10 * nurses}

    told = found(breaches, BEDS, NURSE)
    assert [(part.name, round(price.pounds.mean, 6)) for part, price in told.prices] == [("beds", 50), ("nurse", 30)]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((BEDS,), "name two parts or more"),
        (tuple(Part(f"p{number}", initiative=f"p{number}") for number in range(7)), "128 combinations"),
        ((BEDS, BEDS), "two parts are called"),
        ((BEDS, part_of("more: wards.recovery.beds=+3")), "join them in one part"),
    ],
)
def test_parts_that_cannot_be_split_are_refused(parts, said):
    with pytest.raises(ScenarioError, match=said):
        TogetherSettings(parts)


def test_a_part_without_a_change_is_refused_with_an_example():
    with pytest.raises(ScenarioError, match="--part"):
        part_of("beds: twelve more")


def test_a_part_that_changes_the_weeks_cannot_be_compared():
    with pytest.raises(ComparisonError, match="length"):
        found(additive, BEDS, part_of("longer: run.length=2 weeks"))


def test_the_answer_comes_first_and_everything_is_in_the_record():
    told = found(overlapping, BEDS, NURSE)
    first = together_text(told).splitlines()[0]
    assert first.startswith("Mean wait")
    assert "together -16" in first
    assert "some of the same work" in first
    record = json.loads(to_json(together_record(told)))
    assert [one["share"]["difference"]["mean"] for one in record["figures"][0]["parts"]] == pytest.approx([-8, -8])
    table = together_tables(told)["together"]
    assert set(table["effect"]) == {"alone", "last", "share", "joint", "beyond_the_sum"}
    shares = table[(table["effect"] == "share") & (table["kpi"] == "wait_mean")]
    assert shares["mean"].sum() == pytest.approx(-16)
