"""A goal is said in a line, and met or missed only by a whole interval."""

import pytest

from sim.scenario.problems import ScenarioError
from sim.study.goals import goal_of, key_of, stands, words
from tests.small_studies import experiment


@pytest.mark.parametrize(
    ("text", "is_least", "threshold"),
    [
        ("ed_within_4h >= 78 %", True, 0.78),
        ("ed_within_4h at least 78 %", True, 0.78),
        ("wait_mean <= 30 min", False, 30 * 60_000),
        ("wait_mean at most 30 min", False, 30 * 60_000),
        ("boarders_8am<=5 patients", False, (5.0, "patients")),
    ],
)
def test_a_goal_is_read_with_its_side_and_its_unit(text, is_least, threshold):
    goal = goal_of(text)
    assert (goal.is_least, goal.threshold) == (is_least, threshold)


def test_a_goal_may_be_about_a_part():
    assert key_of(goal_of("wait_mean of age:75+ <= 30 min")) == ("wait_mean", "age:75+")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ed_within_4h", "a goal has a key figure"),
        ("ed_within_4 >= 78 %", "ed_within_4h >= 78 %"),
        ("wait_mean <= 30", "which is measured in min. Fix: wait_mean <= 60 min"),
        ("wait_mean <= 30 %", "wait_mean is measured in min, not as"),
        ("boarders_8am <= 5 beds", "boarders_8am is measured in patients"),
    ],
)
def test_what_cannot_be_read_is_told_with_the_fix(text, told):
    with pytest.raises(ScenarioError) as caught:
        goal_of(text)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("row", "verdict"),
    [([20.0, 22.0, 21.0], "met"), ([40.0, 42.0, 41.0], "missed"), ([20.0, 40.0, 29.0], "can't tell yet")],
)
def test_a_goal_is_met_or_missed_only_by_the_whole_interval(row, verdict):
    found = stands(experiment({("wait_mean", ""): row}), goal_of("wait_mean <= 30 min"))
    assert found.judgements[0].verdict == verdict


def test_a_goal_about_what_is_not_measured_is_refused():
    with pytest.raises(ScenarioError, match="nothing to measure"):
        stands(experiment({("wait_mean", ""): [1.0, 2.0]}), goal_of("ed_within_4h >= 78 %"))


def test_a_goal_is_told_as_people_call_it():
    found = experiment({("wait_mean", ""): [1.0, 2.0]})
    assert words(goal_of("wait_mean <= 30 min"), found) == "Mean wait at most 30 min"
