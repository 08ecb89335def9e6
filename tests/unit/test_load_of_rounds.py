"""A bed that is kept through a course is kept through all steps of its rounds and the time between them."""

import pytest

from sim.demand.workload import offered_load
from tests.small_hospitals import comers, hospital

LEAVE = {"leave": "discharged"}


def bed_hours(talk: object, **patients: object) -> float:
    """Hours in a bed of a patient with three rounds, one a day, of an hour's session and a talk."""
    rounds = {"times": 3, "every": "1 d", "steps": [{"session": {"time": "1 h"}}, {"talk": {"time": talk}}]}
    way = [{"enter": "ward"}, {"repeat": rounds}, LEAVE]
    one_an_hour = comers({"rate": "1 per hour"}, **patients)
    scenario = hospital({"ed": one_an_hour}, {"way": way}, wards={"ward": {"beds": 200}})
    return {load.resource: load.asked for load in offered_load(scenario)}["ward"]


def test_all_steps_of_a_round_count_until_the_next_begins() -> None:
    """Rounds of 1 + 2 hours begin at 0, 24 and 48 hours, and the last ends at 51."""
    assert bed_hours("2 h") == pytest.approx(51)


def test_who_needs_longer_than_the_time_between_two_rounds_goes_on_at_once() -> None:
    """Half need 1 + 1 hours a round, 50 in all; the others 1 + 29, so that their three rounds take 90."""
    by_sex = {"by": "sex", "f": "1 h", "m": "29 h"}
    assert bed_hours(by_sex, attributes={"sex": {"f": 0.5, "m": 0.5}}) == pytest.approx((50 + 90) / 2)
