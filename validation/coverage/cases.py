"""Cases: many experiments, and how often their intervals hold the truth."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.study.output_analysis import CONFIDENCE, t_interval
from validation.coverage.trying import BUSY, FOLDER, HALF_BUSY, POOLED, TRUTHS, experiment, pooled_experiment
from validation.verdicts import Case, Observed, Verdict

PART: Final = "coverage"
EXPERIMENTS: Final = 400
POOLED_EXPERIMENTS: Final = 300
LEAST: Final = 0.91
"""Of 400 intervals that hold the truth with 95 %, fewer than 91 % do so about once in 3,500 times."""
MOST: Final = 0.983
"""More than 98.3 % do so about once in 5,000 times; wider intervals than needed are wrong as well."""
SLACK_OF_POOLED: Final = 0.1
"""Of the share that theory says about patients taken for independent; it is a limit for long runs."""
SLACK: Final = 0.05
"""Of the estimates, relative."""
FAR: Final = 4.0
"""Limit of z for a coverage: the band is what decides, and its ends are 3.7 and 3.0 standard errors away."""


def cases() -> list[Case]:
    """Lists the two cases: the intervals of the studies, and one that nobody should make."""
    files = tuple(FOLDER / f"{name}.yaml" for name in ("queue", "faster"))
    return [
        Case(PART, "intervals", files, EXPERIMENTS, experiment, judge),
        Case(PART, "pooled", (FOLDER / "busy.yaml",), POOLED_EXPERIMENTS, pooled_experiment, judge_pooled),
    ]


def judge(observed: Observed) -> list[Verdict]:
    """Judges how often each interval holds the truth, and whether the estimates are right on average."""
    table = np.array(observed).reshape(len(observed), len(TRUTHS), 3)
    verdicts = []
    for number, (name, truth) in enumerate(TRUTHS.items()):
        rows = table[:, number]
        if name == POOLED:
            verdicts.append(_pooled("intervals", "queue", rows, (truth, HALF_BUSY.pooled_coverage())))
        else:
            verdicts += [_covers(name, rows, truth), _estimates(name, rows, truth)]
    return verdicts


def judge_pooled(observed: Observed) -> list[Verdict]:
    """Judges how often an interval of the busy queue holds the truth."""
    return [_pooled("pooled", "busy", np.array(observed), (BUSY.wait, BUSY.pooled_coverage()))]


def coverage(rows: NDArray[np.float64], truth: float) -> float:
    """Share of intervals that hold the truth.

    Args:
        rows: estimate, low and high of each, shape (experiments, 3).
        truth: what they should hold.

    >>> coverage(np.array([[1.0, 0.5, 1.5], [2.0, 1.8, 2.2]]), 1.2)
    0.5
    """
    return float(np.mean((rows[:, 1] <= truth) & (truth <= rows[:, 2])))


def _covers(name: str, rows: NDArray[np.float64], truth: float) -> Verdict:
    """A coverage agrees inside the band, which is where chance leaves the share of 400 good intervals."""
    held = coverage(rows, truth)
    room = CONFIDENCE - LEAST if held < CONFIDENCE else MOST - CONFIDENCE
    far = (held - CONFIDENCE) / _error(CONFIDENCE, len(rows))
    told = f"coverage, {name}"
    return Verdict(PART, "intervals", "queue", "nominal", told, CONFIDENCE, held, 0.0, room, far, limit_of_z=FAR)


def _estimates(name: str, rows: NDArray[np.float64], truth: float) -> Verdict:
    """The mean of all estimates; a quantile of 600 waits is known to be a little off, so that z says nothing there."""
    found = t_interval(rows[:, 0])
    error = found.sd / math.sqrt(found.n)
    far = math.nan if name.startswith("quantile") else (found.mean - truth) / error
    room = SLACK * abs(truth)
    return Verdict(PART, "intervals", "queue", "M/M/1", name, truth, found.mean, found.half_width, room, far)


def _pooled(case: str, scenario: str, rows: NDArray[np.float64], known: tuple[float, float]) -> Verdict:
    truth, expected = known
    held, error = coverage(rows, truth), _error(expected, len(rows))
    far = (held - expected) / error
    told = f"coverage, {POOLED} at load {scenario_load(scenario)}"
    source, reach = "Daley 1968", 1.96 * error
    return Verdict(PART, case, scenario, source, told, expected, held, reach, SLACK_OF_POOLED, far)


def scenario_load(scenario: str) -> float:
    """Load of the queue of a scenario."""
    return {"queue": HALF_BUSY, "busy": BUSY}[scenario].load


def _error(share: float, number: int) -> float:
    return math.sqrt(share * (1 - share) / number)
