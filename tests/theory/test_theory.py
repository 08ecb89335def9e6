"""Queues whose exact figures are known, as a quick part of `python -m validation.check`.

The 95 % interval over the replications of a case must lie inside theory plus or minus the tolerance, which is 2 % for
flows, loads and shares of patients and 5 % for waits (`validation.theory.check.tolerance`), times the slack stated
here, since only a share of the declared length is run. No measure may be three standard errors off.
"""

import math

import numpy as np
import pytest

from validation.theory.cases import cases
from validation.theory.check import FOLDER, Queue, check, controls, estimate, judge, load_queues
from validation.verdicts import Verdict

QUEUES = load_queues()
QUICK = {
    "MMc-5": (0.5, 1.5),
    "MG1-ln-cv0.5": (1.0, 1.0),
    "MD1": (1.0, 1.0),
    "PRIO-MG1-NP": (0.15, 2.5),
    "PRIO-MMc-NP-2": (0.1, 3.0),
    "ERLB-3": (0.4, 1.5),
    "ERLB-CLEAN": (0.5, 1.5),
    "MMcK-2": (0.7, 1.5),
    "ERLA-2": (0.7, 1.5),
    "PRIO-MG1-PR": (0.06, 3.5),
    "PRIO-MM1-PR": (0.06, 3.5),
    "PRIO-MMc-PR-2": (0.06, 3.0),
    "MTGI-exp": (0.05, 4.0),
    "REPAIR-1": (0.06, 3.5),
    "RESERVE": (0.3, 2.0),
    "CCU-MARKOV": (0.08, 4.0),
    "STROKE-base": (0.15, 2.5),
    "STROKE-pooled": (0.15, 2.5),
    "MTGI-24h": (0.2, 2.5),
    "JACKSON": (0.05, 4.0),
    "TANDEM-SAT-0": (1.0, 1.0),
    "TANDEM-SAT-2": (1.0, 1.0),
}
"""Share of the declared length, and slack."""


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_the_engine_agrees_with_theory(name: str) -> None:
    share, slack = QUICK[name]
    assert [verdict for verdict in check(QUEUES[name], share, slack) if not verdict.passed] == []


def test_every_family_is_tried() -> None:
    assert {QUEUES[name].family for name in QUICK} == {queue.family for queue in QUEUES.values()}


def test_every_case_has_a_scenario_and_every_scenario_a_case() -> None:
    assert sorted(case.files[0] for case in cases()) == sorted(FOLDER.glob("*.yaml"))
    assert all(queue.files() for queue in QUEUES.values())


def test_a_case_runs_as_many_replications_as_its_scenario_asks_for() -> None:
    asked = {case.name: case.replications for case in cases()}
    assert (asked["MD2"], asked["STROKE-pooled"]) == (120, 26)


def test_a_case_observes_and_judges_all_its_measures() -> None:
    (line,) = [case for case in cases() if case.name == "TANDEM-SAT-0"]
    rows = [line.observe(number) for number in range(2)]
    assert [(verdict.part, verdict.source, verdict.measure) for verdict in line.judge(rows)] == [
        ("theory", "Hunt 1956", "throughput")
    ]


# ---------------------------------------------------------------- the judge

ONE = Queue("MD1", "M/D/c (Crommelin)", {}, {"Wq": 2.0})
FILE = FOLDER / "MD1.yaml"


def judged(*means: float) -> Verdict:
    (verdict,) = judge(FILE, ONE, [[mean] for mean in means])
    return verdict


def test_too_few_replications_fail_although_their_mean_is_right() -> None:
    assert not judged(1.8, 2.2).passed
    assert judged(*[1.9, 2.1] * 50).passed


def test_a_mean_that_is_off_fails_however_sharp_it_is() -> None:
    assert not judged(*[2.119, 2.121] * 50).passed
    within = judged(*[2.019, 2.021] * 50)
    assert abs(within.mean - 2) + within.half_width < within.tolerance
    assert not within.passed, "2 % off and two hundred standard errors: there is a fault, if a small one"


def test_with_few_replications_the_same_difference_says_less() -> None:
    """Both means are 3 of their standard errors off; by Student's law that is less seldom of four than of forty."""
    four = judged(*[2 + 0.1 * (3 + side * math.sqrt(3)) for side in (-1, 1)] * 2)
    forty = judged(*[2 + 0.1 * (3 + side * math.sqrt(39)) for side in (-1, 1)] * 20)
    assert four.z == pytest.approx(1.89, abs=0.01), "2.9 % by Student's law with 3 degrees of freedom"
    assert forty.z == pytest.approx(2.83, abs=0.01), "0.23 % with 39"


def test_a_control_takes_out_the_luck_that_it_explains() -> None:
    luck = np.linspace(-1, 1.2, 23)
    values = 5 + 3 * luck + np.cos(np.arange(23)) / 100
    plain, corrected = estimate(values, np.empty((23, 0))), estimate(values, luck[:, None])
    assert abs(plain[0] - 5) > 0.2
    assert abs(corrected[0] - 5) < 0.01
    assert corrected[1] < plain[1] / 50
    assert (plain[2], corrected[2]) == (22, 21)


def test_controls_that_say_the_same_count_once() -> None:
    luck = np.linspace(-1, 1, 21)
    mean, error, freedom = estimate(2 * luck + 1, np.stack([luck, 10 * luck], axis=1))
    assert (mean, freedom) == (pytest.approx(1), 19)
    assert error == pytest.approx(0, abs=1e-12)
    assert not math.isnan(error)


def test_the_error_is_how_far_estimates_without_one_replication_lie_from_the_whole() -> None:
    luck = np.array([0.3, -0.2, 0.1, -0.4, 0.2, 2.0])
    values = np.array([1.4, 0.7, 1.2, 0.9, 1.0, 3.5])
    mean, error, _ = estimate(values, luck[:, None])
    others = [np.delete(np.arange(6), left_out) for left_out in range(6)]
    without = [estimate(values[kept], luck[kept, None])[0] for kept in others]
    assert error == pytest.approx(math.sqrt(5 / 6 * sum((one - mean) ** 2 for one in without)))


def test_flows_are_judged_as_they_are_so_that_a_wrong_demand_cannot_hide() -> None:
    assert controls("rho", ["arrivals", "offered", "rho", "Wq"]) == []
    assert controls("arrivals", ["arrivals", "offered"]) == []
    assert controls("Wq", ["arrivals", "offered", "rho", "Wq"]) == ["arrivals", "offered"]
