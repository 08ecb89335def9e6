"""What is said about a resource of which more is asked than there is."""

import pytest

from sim.study.loads import ELSEWHERE, GROWS, heavy_loads, loads_of, opened_by_policies
from tests.small_hospitals import comers, hospital

LEAVE = {"leave": "discharged"}


def ward_of(step, policies=None, **parts):
    """Three patients would be in two beds."""
    ways = {"care": [{"enter": {"ward": "medical", **step}}, {"stay": "1 d"}, LEAVE], "away": [LEAVE]}
    people, wards = {"p": comers({"rate": "3 per day"}, pathway="care")}, {"medical": {"beds": 2}, **parts}
    return hospital(people, ways, wards=wards, policies=policies or {})


def told(scenario):
    (sentence,) = heavy_loads(scenario, loads_of(scenario))
    return sentence


def test_who_waits_however_long_it_takes_makes_the_queue_grow():
    assert told(ward_of({})).endswith(f"2.0 are there (150 %). {GROWS}")


@pytest.mark.parametrize(
    "step",
    [
        {"gives_up_after": "4 h", "then": "away"},
        {"queue_limit": 5, "if_queue_full": "away"},
        {"if_none_free": "away"},
        {"worsens_after": "4 h", "if_worse": "away"},
    ],
)
def test_where_nobody_waits_for_ever_the_queue_does_not_grow_for_ever(step):
    assert told(ward_of(step)).endswith(ELSEWHERE)


def test_where_another_ward_may_take_them_the_queue_does_not_grow_for_ever():
    found = ward_of({"or": [{"after": "2 h", "use": "other"}]}, other={"beds": 9})
    assert told(found).endswith(ELSEWHERE)


def test_beds_that_a_policy_may_open_are_told():
    more = {
        "more": {"watch": {"occupancy": "medical"}, "above": "90 %", "do": {"open_beds": {"medical": 3}}},
        "again": {"watch": {"occupancy": "medical"}, "above": "95 %", "do": {"open_beds": {"medical": 1}}},
    }
    scenario = ward_of({}, policies=more)
    assert opened_by_policies(scenario, "medical") == 4
    assert "2.0 are there (150 %), and policies may add 4. " in told(scenario)
