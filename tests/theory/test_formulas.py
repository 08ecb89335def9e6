"""Our formulas, written from the literature, against figures that were worked out by somebody else."""

import doctest
import json
import math
from typing import Any

import pytest

from validation.theory import beds, check, expected, formulas, observing, priorities, waves
from validation.theory.beds import loss, loss_with_reserve, queue_and_cancellation, stroke_loads
from validation.theory.check import CASES_FILE, reference
from validation.theory.expected import SOURCES
from validation.theory.formulas import erlang_b, erlang_c, machine_repair, many_servers, network, saturated_line
from validation.theory.observing import OBSERVERS
from validation.theory.priorities import many_servers_interrupted, one_server_interrupted
from validation.theory.waves import daily_wave, sine_wave

CASES: list[dict[str, Any]] = json.loads(CASES_FILE.read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_formula_agrees_with_the_reference_to_six_digits(case: dict[str, Any]) -> None:
    given = reference(case)
    times = sorted({float(name[:-1].split(">")[1]) for name in given if ">" in name})
    ours = expected.expected(case["family"], case["inputs"], times)
    assert set(given) == set(ours)
    for name, value in given.items():
        assert math.isclose(ours[name], value, rel_tol=1e-6), name


def test_all_fifty_cases_are_there_each_with_a_source_and_something_to_look_at() -> None:
    families = {case["family"] for case in CASES}
    assert len(CASES) == 50
    assert families == set(SOURCES) == set(OBSERVERS)


@pytest.mark.parametrize(
    "module", [beds, check, expected, formulas, observing, priorities, waves], ids=lambda module: module.__name__
)
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


def test_the_most_urgent_do_not_notice_those_whom_they_interrupt() -> None:
    """Load 0.25 by class 1 alone: an M/M/1 queue in which patients are 1 / (1 - 0.25) min."""
    alone = one_server_interrupted([0.25], [(1.0, 2.0, 6.0)])["T_1"]
    crowded = one_server_interrupted([0.25, 0.6], [(1.0, 2.0, 6.0)] * 2)["T_1"]
    assert alone == crowded == pytest.approx(4 / 3)


def test_with_one_server_the_two_formulas_of_interruption_agree() -> None:
    rates = [0.2, 0.3, 0.3]
    assert many_servers_interrupted(rates, 1.0, 1) == pytest.approx(
        one_server_interrupted(rates, [(1.0, 2.0, 6.0)] * 3)
    )


def test_two_patients_and_one_nurse_by_hand() -> None:
    """Each calls once an hour and needs an hour: 0, 1 or 2 call with weights 1, 2, 2, so L = (2 + 4) / 5."""
    figures = machine_repair(2, 1.0, 1.0, 1)
    assert (figures["L"], figures["Lq"]) == (pytest.approx(1.2), pytest.approx(0.4))
    assert figures["throughput"] == pytest.approx(0.8)


def test_beds_that_nobody_reserves_are_erlangs() -> None:
    kept = loss_with_reserve(1.0, 2.0, 4.0, 10, 0)
    assert kept["p_block_emerg"] == kept["p_block_elec"] == pytest.approx(loss(3.0, 4.0, 10)["p_block"])


def test_without_electives_emergencies_wait_as_erlang_says() -> None:
    queue = queue_and_cancellation(2.5, 0.0, 1.0, 3)
    assert queue["p_wait_unplanned"] == pytest.approx(erlang_c(2.5, 3))
    assert queue["Wq_unplanned"] == pytest.approx(many_servers(2.5, 1.0, 3, ())["Wq"])


def test_of_stays_of_whole_days_no_wave_is_left() -> None:
    """Who stays for 24 hours is there as often as they come in a day, at whatever hour one looks."""
    assert sine_wave(10.0, 0.5, 24.0, "det")["amplitude"] == pytest.approx(0, abs=1e-9)


def test_a_sine_wave_by_the_hour_is_nearly_the_sine_wave() -> None:
    hourly = [10 * (1 + 0.5 * math.sin(2 * math.pi * (hour + 0.5) / 24)) for hour in range(24)]
    by_hour, smooth = daily_wave(hourly, 4.0), sine_wave(10.0, 0.5, 4.0, "exp")
    assert all(
        by_hour[f"occ_{hour:02d}"] == pytest.approx(smooth[f"m_at_{hour}"], rel=0.005) for hour in (0, 6, 12, 18)
    )


def test_loads_of_the_stroke_pathway_are_proportional_to_admissions() -> None:
    assert [2 * load for load in stroke_loads()] == pytest.approx(stroke_loads(2.0))
