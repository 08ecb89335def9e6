"""How often intervals hold the truth: the truth by theory, the band by hand, and a quick part of `make validate`."""

import doctest

import numpy as np
import pytest
from scipy import special

from validation.coverage import cases as cases_module
from validation.coverage import expected, trying
from validation.coverage.cases import EXPERIMENTS, LEAST, MOST, POOLED_EXPERIMENTS, cases, judge, judge_pooled
from validation.coverage.expected import Single
from validation.coverage.trying import BUSY, TRUTHS, experiment, pooled, seen

QUICK = 3


@pytest.mark.parametrize("module", [expected, cases_module])
def test_the_examples_are_true(module):
    assert doctest.testmod(module).failed == 0


def made(hold: float, number: int = EXPERIMENTS) -> list[list[float]]:
    """Experiments of which a share holds the truth, each interval centred close to it."""
    rows = []
    for one in range(number):
        row = []
        for truth in TRUTHS.values():
            off, half = (0.0 if one < round(hold * number) else 0.02), 0.01
            sign = 1 if one % 2 else -1
            centre = truth * (1 + sign * off)
            row += [centre, centre - half * abs(truth), centre + half * abs(truth)]
        rows.append(row)
    return rows


def coverages(hold: float) -> list[str]:
    return [one.word for one in judge(made(hold)) if one.reference == 0.95]


@pytest.mark.parametrize(("hold", "word"), [(0.905, "differs"), (0.91, "agrees"), (0.95, "agrees"), (0.983, "agrees")])
def test_between_91_and_98_percent_of_the_intervals_may_hold_the_truth(hold, word):
    assert coverages(hold) == [word] * 4


def test_intervals_that_are_wider_than_need_be_differ_too():
    assert coverages(0.99) == ["differs"] * 4


def test_good_intervals_leave_the_band_less_than_once_in_a_thousand_times():
    """Binomial law with 400 intervals of 95 %: at most 363 of them, or 394 and more."""
    below, above = special.bdtr(363, 400, 0.95), 1 - special.bdtr(393, 400, 0.95)
    assert (363 / 400 < LEAST <= 364 / 400, 393 / 400 <= MOST < 394 / 400) == (True, True)
    assert below + above < 0.001


def test_estimates_that_are_off_on_average_differ():
    rows = np.array(made(0.95))
    rows[:, 0] *= 1.06
    assert [one.word for one in judge(rows.tolist()) if one.measure.startswith("mean (t)")] == ["differs"]


def test_a_pooled_interval_that_held_the_truth_95_times_in_100_would_differ():
    def rows(hold: float) -> list[list[float]]:
        held = round(hold * POOLED_EXPERIMENTS)
        return [[BUSY.wait, BUSY.wait - 1, BUSY.wait + 1]] * held + [[9.0, 8.9, 9.1]] * (POOLED_EXPERIMENTS - held)

    assert [one.word for one in judge_pooled(rows(0.95))] == ["differs"]
    assert [one.word for one in judge_pooled(rows(0.17))] == ["agrees"]


def test_the_variance_of_a_mean_wait_is_what_the_correlations_add_up_to():
    """Successive waits by Lindley's recursion, on a sample of 400,000 patients: batches of 4,000 against single waits.

    1,000 batch means know their variance to 4.5 %, but 100 only to 14 %: three standard errors are allowed.
    """
    from sim.demand.streams import Address, uniforms

    number, batch, queue = 400_000, 4_000, Single(0.5, 1.0)
    services = -np.log(uniforms(Address(5, 0, "services"), number))
    gaps = -np.log(uniforms(Address(5, 0, "gaps"), number)) / queue.arrivals
    walk = np.concatenate([[0.0], np.cumsum(services[:-1] - gaps[1:])])
    waits = walk - np.minimum.accumulate(walk)
    inflation = batch * waits.reshape(-1, batch).mean(axis=1).var(ddof=1) / waits.var()
    assert waits.mean() == pytest.approx(queue.wait, rel=0.03)
    assert np.mean(waits > 1.0) == pytest.approx(queue.longer(1.0), rel=0.03)
    assert np.quantile(waits, 0.75) == pytest.approx(queue.quantile(0.75), rel=0.03)
    assert inflation == pytest.approx(queue.inflation(), rel=0.45)


def test_a_few_experiments_hold_their_estimates_and_are_near_theory():
    rows = np.array([experiment(number) for number in range(QUICK)]).reshape(QUICK, len(TRUTHS), 3)
    assert (rows[:, :, 1] < rows[:, :, 0]).all()
    assert (rows[:, :, 0] < rows[:, :, 2]).all()
    for estimate, truth in zip(rows[:, :, 0].mean(axis=0), TRUTHS.values(), strict=True):
        assert estimate == pytest.approx(truth, rel=0.35)


def test_the_plan_has_the_same_patients_and_shorter_waits():
    assert len(seen("faster", 0).waits) == pytest.approx(len(seen("queue", 0).waits), abs=4)
    assert seen("faster", 0).waiting < seen("queue", 0).waiting


def test_the_wrong_interval_is_the_normal_one_of_all_patients_together():
    """Waits of 0 and 2 from two runs: mean 1, standard deviation 2 / sqrt(3), four patients."""
    found = pooled([np.array([0.0, 2.0]), np.array([2.0, 0.0])])
    assert (found.mean, found.n) == (1.0, 4)
    assert found.half_width == pytest.approx(1.959964 * 2 / np.sqrt(3) / 2)


def test_both_cases_are_there_with_as_many_experiments_as_are_told():
    found = {case.name: case for case in cases()}
    assert {name: case.replications for name, case in found.items()} == {"intervals": 400, "pooled": 300}
    assert all(file.exists() for case in found.values() for file in case.files)
    assert trying.replications("queue") == 10
