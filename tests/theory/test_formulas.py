"""Our formulas, written from the literature, against figures that were worked out by somebody else."""

import doctest
import json
import math
from typing import Any

import pytest

from validation.theory import check, formulas, observing
from validation.theory.check import CASES_FILE, reference
from validation.theory.formulas import erlang_b, erlang_c, expected, many_servers, network, saturated_line

CASES: list[dict[str, Any]] = json.loads(CASES_FILE.read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_formula_agrees_with_the_reference_to_six_digits(case: dict[str, Any]) -> None:
    given = reference(case)
    times = sorted({float(name[:-1].split(">")[1]) for name in given if ">" in name})
    ours = expected(case["family"], case["inputs"], times)
    assert set(given) == set(ours)
    for name, value in given.items():
        assert math.isclose(ours[name], value, rel_tol=1e-6), name


@pytest.mark.parametrize("module", [check, formulas, observing], ids=lambda module: module.__name__)
def test_the_examples_are_true(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


def test_the_wait_for_one_server_that_is_half_busy_is_one_service() -> None:
    """M/M/1 with load 1/2; the share who wait is the load itself."""
    figures = many_servers(0.5, 1.0, 1, ())
    assert (figures["Wq"], figures["p_wait"]) == (1.0, 0.5)


def test_the_whole_time_in_an_m_m_1_queue_is_exponential_also_where_the_general_formula_divides_by_zero() -> None:
    """With one server the slack c - 1 - a is -a; with a = c - 1 it is 0 and the limit is taken."""
    assert many_servers(0.9, 1.0, 1, (5.0,))["P(W>5)"] == pytest.approx(math.exp(-0.5))
    nearly, exactly = (many_servers(rate, 1.0, 2, (1.5,))["P(W>1.5)"] for rate in (1.0 + 1e-7, 1.0))
    assert nearly == pytest.approx(exactly, rel=1e-6)


def test_erlang_by_hand() -> None:
    """One bed and a load of 1: half are refused; and who waits for one server is the load."""
    assert erlang_b(1.0, 1) == 0.5
    assert erlang_c(0.3, 1) == pytest.approx(0.3)


def test_a_network_of_one_node_is_a_queue() -> None:
    alone = network(6.0, [[0.0]], [("nurse", 5.0, 1)])
    assert alone["Wq_min_nurse"] == pytest.approx(many_servers(0.1, 5.0, 1, ())["Wq"])


def test_a_buffer_lifts_a_balanced_line_towards_its_slowest_station() -> None:
    assert [saturated_line(1, 1, buffer)["throughput"] for buffer in (0, 2, 8)] == pytest.approx(
        [2 / 3, 4 / 5, 10 / 11]
    )
