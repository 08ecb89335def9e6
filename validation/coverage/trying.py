"""Trying: experiments on queues whose truth is known, and the intervals that the studies make of them."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim import clock
from sim.demand.fates import draw_fates
from sim.engine.compiling import compile_scenario
from sim.engine.program import Program
from sim.engine.reference import run
from sim.scenario.loading import load
from sim.scenario.scenario import Scenario
from sim.study.output_analysis import CONFIDENCE, Interval, paired_difference, pooled_share, t_interval
from validation.coverage.expected import Single
from validation.theory.observing import Run, mean_waiting, waits_for

FOLDER: Final = Path(__file__).parent
HALF_BUSY: Final = Single(0.5, 1.0)
FASTER: Final = Single(0.5, 1.25)
BUSY: Final = Single(0.8, 1.0)
LIMIT: Final = 1.0
"""Minutes beyond which a wait is long."""
SHARE: Final = 0.75
"""The quantile: so many patients wait no longer."""
TRUTHS: Final = {
    "mean (t): patients waiting": HALF_BUSY.waiting,
    "share (pooled, jackknife): wait above 1 min": HALF_BUSY.longer(LIMIT),
    "quantile (a replication each, then t): wait of 75 % [min]": HALF_BUSY.quantile(SHARE),
    "paired difference: patients waiting": FASTER.waiting - HALF_BUSY.waiting,
    "all patients taken for independent: mean wait [min]": HALF_BUSY.wait,
}
"""What each interval should hold, in order of the rows."""
POOLED: Final = "all patients taken for independent: mean wait [min]"


@dataclass(frozen=True, slots=True)
class Seen:
    """One replication of a queue."""

    waits: NDArray[np.float64]
    """Minutes."""
    waiting: float
    """Time average of the number of patients waiting."""


@lru_cache(maxsize=4)
def _prepared(name: str) -> tuple[Scenario, Program]:
    scenario = load(FOLDER / f"{name}.yaml")
    return scenario, compile_scenario(scenario)


def replications(name: str) -> int:
    """Replications of an experiment with a scenario, as it declares."""
    return _prepared(name)[0].run.replications


def seen(name: str, replication: int) -> Seen:
    """Runs a replication of a scenario by its number."""
    scenario, program = _prepared(name)
    fates = draw_fates(scenario, scenario.run.seed, replication)
    told = Run(program, fates, run(program, fates), scenario.run.warm_up, clock.MINUTE)
    return Seen(waits_for(told, "nurse").length, mean_waiting(told, "nurse"))


def experiment(number: int) -> list[float]:
    """Runs one experiment by its number and makes all intervals.

    Returns:
        Estimate, low and high of each interval, in order of `TRUTHS`.
    """
    size = replications("queue")
    numbers = range(number * size, (number + 1) * size)
    base, other = ([seen(name, one) for one in numbers] for name in ("queue", "faster"))
    waiting = [one.waiting for one in base]
    long, all_of_them = ([int(count(one.waits)) for one in base] for count in (lambda row: (row > LIMIT).sum(), len))
    intervals = [
        t_interval(waiting),
        pooled_share(long, all_of_them),
        t_interval([float(np.quantile(one.waits, SHARE)) for one in base]),
        paired_difference(waiting, [one.waiting for one in other]).interval,
        pooled([one.waits for one in base]),
    ]
    return [end for one in intervals for end in (one.mean, one.low, one.high)]


def pooled_experiment(number: int) -> list[float]:
    """One long run of the busy queue, of which all patients are taken for independent: estimate, low and high."""
    one = pooled([seen("busy", number).waits])
    return [one.mean, one.low, one.high]


def pooled(rows: list[NDArray[np.float64]]) -> Interval:
    """The interval that nobody should make: waits of all patients as if they had nothing to do with each other."""
    waits = np.concatenate(rows)
    reach = float(special.ndtri((1 + CONFIDENCE) / 2)) * float(waits.std(ddof=1)) / np.sqrt(len(waits))
    mean = float(waits.mean())
    return Interval(mean, mean - reach, mean + reach, float(waits.std(ddof=1)), len(waits), 0, CONFIDENCE)
