"""Of several options a patient takes the one in whose share their uniform falls; the first has the lowest uniforms."""

import numpy as np
import pytest

from sim.demand.attributes import count_reached, pick, priorities
from sim.scenario.patients import Urgency


def picked(shares: list[float], *uniforms: float) -> list[int]:
    return pick(shares, np.array(uniforms)).tolist()


def test_a_uniform_on_the_edge_belongs_to_the_option_above() -> None:
    assert picked([0.25, 0.5, 0.25], 0.2499, 0.25, 0.7499, 0.75) == [0, 1, 1, 2]


def test_an_option_with_no_share_is_taken_by_nobody() -> None:
    assert picked([0.0, 0.5, 0.0, 0.5, 0.0], 1e-300, 0.4999, 0.5, 1 - 2**-53) == [1, 1, 3, 3]


def test_the_last_option_has_all_that_rounding_leaves() -> None:
    assert picked([0.1] * 10, 0.05, 0.95, 1 - 2**-53) == [0, 9, 9]


def test_thresholds_may_differ_from_patient_to_patient() -> None:
    own = np.array([0.2, 0.8])
    assert count_reached([own, 0.9], np.array([0.5, 0.5])).tolist() == [1, 0]
    assert count_reached([own, 0.9], np.array([0.95, 0.95])).tolist() == [2, 2]


@pytest.mark.parametrize(("codes", "expected"), [([0, 1, 2], [2, 3, 1]), ([], [])])
def test_urgency_follows_the_list_and_who_is_not_on_it_goes_last(codes: list[int], expected: list[int]) -> None:
    urgency = Urgency.model_validate({"acuity": ["red", "amber"]})
    names = {"acuity": ("amber", "green", "red")}
    found = priorities(urgency, {"acuity": np.array(codes, np.int16)}, names, len(codes))
    assert found.tolist() == expected
