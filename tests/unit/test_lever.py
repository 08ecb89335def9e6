"""Levers: what a search may set, said in a line."""

import pytest

from sim.scenario.problems import ScenarioError
from sim.study.searching.lever import lever_of


def changes(text: str) -> list[str]:
    lever = lever_of(text)
    return [lever.change(value) for value in lever.values]


def test_a_range_has_both_its_ends():
    assert changes("wards.medical.beds=4..6") == [f"wards.medical.beds={beds}" for beds in (4, 5, 6)]


def test_steps_that_do_not_meet_the_end_stop_before_it():
    assert lever_of("a.b=10..24 step 5").values == (10, 15, 20)


def test_steps_of_a_tenth_are_written_as_people_write_them():
    assert changes("a.b=0.1..0.5 step 0.1") == ["a.b=0.1", "a.b=0.2", "a.b=0.3", "a.b=0.4", "a.b=0.5"]


def test_a_list_rises_whatever_its_order():
    assert lever_of("a.b=4, 1,2").values == (1, 2, 4)


def test_values_with_signs_are_changes_of_what_the_file_says():
    assert changes("wards.medical.beds=-1..+1") == [f"wards.medical.beds={beds}" for beds in ("-1", "+0", "+1")]


def test_a_value_may_stand_within_other_words():
    assert changes("a.rate={} per hour for 2..3 cost 8 per day") == ["a.rate=2 per hour", "a.rate=3 per hour"]
    assert changes("a.b={mean: {}, sd: 2} for 5, 7") == ["a.b={mean: 5, sd: 2}", "a.b={mean: 7, sd: 2}"]


def test_what_a_unit_costs_counts_for_each():
    lever = lever_of("wards.medical.beds=180..190 step 5 cost £1,350.50 per day")
    assert lever.cost_of(2.0) == 2701.0
    assert lever_of("a.b=1..2").cost is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("wards.medical.beds", "a name, an equals sign and values"),
        ("=4..6", "a name, an equals sign and values"),
        ("a.b=6..4", "not two values from 6 to 4"),
        ("a.b=4..4", "not two values"),
        ("a.b=4", "no range and no list"),
        ("a.b=four..six", "no range and no list"),
        ("a.b=4..6 per hour", "Fix: {} per hour for 4..6"),
        ("a.b=4..6 step 0", "a step is a number above 0"),
        ("a.b=4..6 step x", "no range and no list"),
        ("a.b=4..6 step 1.2.3", "a step is a number above 0"),
        ("a.b=1,2,2", "stands there twice"),
        ("a.b=1,+2", "or none is"),
        ("a.b=0..5", ""),
        ("a.b=1..20000", "20,000 values"),
        ("a.b={} per hour", "`for` before the values"),
        ("a.b={} and {} for 1..3", "one {} stands for the value"),
        ("a.b=1..3 cost 5", "in pounds a day"),
        ("a.b=1..3 cost much per day", '"much" is no number'),
    ],
)
def test_what_cannot_be_read_is_told_with_the_fix(text: str, told: str):
    if not told:
        assert lever_of(text).values[0] == 0
        return
    with pytest.raises(ScenarioError, match=r"--lever lever: .* Fix: ") as caught:
        lever_of(text)
    assert told in str(caught.value)
