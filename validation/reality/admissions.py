"""Emergency admissions of one hospital, hour by hour: do simulated arrivals look like them?"""

from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from sim import clock
from sim.demand.fates import draw_fates
from sim.engine.compiling import compile_scenario
from sim.engine.eventlog import Event
from sim.engine.program import Program
from sim.engine.reference import run
from sim.scenario.loading import load
from sim.scenario.scenario import Scenario
from sim.study.output_analysis import t_interval
from validation.reality.calibration import HERE
from validation.reality.reduce import SPECIALTIES
from validation.verdicts import Case, Observed, Verdict

PART: Final = "reality"
NAME: Final = "emergency_admissions"
SCENARIO: Final = HERE / f"{NAME}.yaml"
TABLE: Final = HERE / "arrivals.csv"
SOURCE: Final = "patientflow 1.8.7, synthetic"
TOLERANCE: Final = 0.02
"""Of the number of patients a day, relative."""
TOLERANCE_OF_CHI_SQUARE: Final = 0.1
"""Of the mean of chi-square over the runs, which is the number of its terms, relative."""
LEVEL: Final = 0.95
"""Share of runs between whose limits the chi-square of the real arrivals should lie."""
Floats = NDArray[np.float64]


def case() -> Case:
    """The arrivals as a scenario."""
    return Case(PART, NAME, (SCENARIO, TABLE), load(SCENARIO).run.replications, observe, judge)


def recorded() -> Floats:
    """How many came in all: shape (specialties, weekdays, hours), Monday first."""
    table = pd.read_csv(TABLE)
    return np.array([table[name].to_numpy(np.float64).reshape(7, 24) for name in SPECIALTIES])


def observe(number: int) -> list[float]:
    """Runs one replication and measures, for each specialty, its patients, hours and weeks.

    Returns:
        For each specialty: patients a day, chi-square of its hours against the recorded ones, and chi-square of its
        hours on weekdays against the same hours on all days.
    """
    scenario, program = _prepared()
    fates = draw_fates(scenario, scenario.run.seed, number)
    log = run(program, fates)
    came = log.event == Event.ARRIVE
    moments = log.time_ms[came]
    names = np.array(sorted(scenario.patients))[fates.stream[log.patient[came]]]
    days = log.horizon_ms / clock.DAY
    figures: list[float] = []
    for name, known in zip(SPECIALTIES, recorded(), strict=True):
        count = by_week(moments[names == name], scenario.calendar.weekday(0))
        hours = chi_square(count.sum(axis=0), known.sum(axis=0))
        figures += [count.sum() / days, hours, interplay(count)]
    return figures


def by_week(moments: NDArray[np.int64], first: int) -> Floats:
    """Counts moments by weekday and hour, shape (7, 24); `first` is the weekday of moment 0, Monday 0."""
    hour = moments // clock.HOUR + first * 24
    return np.bincount(hour % 168, minlength=168).astype(np.float64).reshape(7, 24)


def chi_square(count: Floats, expected: Floats) -> float:
    """Pearson's statistic; for Poisson counts with these means its mean is the number of terms.

    >>> chi_square(np.array([8.0, 12.0]), np.array([10.0, 10.0]))
    0.8
    """
    return float(((count - expected) ** 2 / expected).sum())


def interplay(count: Floats) -> float:
    """Chi-square of counts by weekday and hour against those if every weekday had the same hours.

    >>> interplay(np.array([[10.0, 20.0], [5.0, 10.0]]))
    0.0
    """
    expected = count.sum(axis=1)[:, None] * count.sum(axis=0)[None, :] / count.sum()
    return chi_square(count, expected)


def judge(rows: Observed) -> list[Verdict]:
    """Holds the runs against what was recorded.

    Patients a day and the hours were put into the scenario, so that they show that arrivals follow what is declared.
    The interplay was not: the scenario supposes that all weekdays have the same hours. If that is so in the record, its
    chi-square is one that the runs have too.
    """
    table, known = np.array(rows), recorded()
    days = float(pd.read_csv(TABLE).groupby("weekday")["days"].first().sum())
    verdicts = []
    for number, (name, count) in enumerate(zip(SPECIALTIES, known, strict=True)):
        daily, hours, week = table[:, 3 * number : 3 * number + 3].T
        mean = float(count.sum()) / days
        verdicts += [
            _of_the_mean(f"{name}: patients a day", mean, daily, TOLERANCE),
            _of_the_mean(f"{name}: chi-square of 24 hours", 24.0, hours, TOLERANCE_OF_CHI_SQUARE),
            _of_one(f"{name}: chi-square of hours by weekday", interplay(count), week),
        ]
    return verdicts


def _of_the_mean(measure: str, reference: float, values: Floats, tolerance: float) -> Verdict:
    """Judges the mean over runs, whose expected value is known."""
    found = t_interval(values.tolist())
    error = float(values.std(ddof=1)) / np.sqrt(len(values))
    z = float((found.mean - reference) / error)
    return Verdict(PART, NAME, NAME, SOURCE, measure, reference, found.mean, found.half_width, tolerance * reference, z)


def _of_one(measure: str, reference: float, values: Floats) -> Verdict:
    """Judges a figure of the record against single runs: it must be one of which 95 % are."""
    found = t_interval(values.tolist())
    spread = float(special.ndtri(0.5 + LEVEL / 2)) * float(values.std(ddof=1))
    return Verdict(PART, NAME, NAME, SOURCE, measure, reference, found.mean, found.half_width, spread, np.nan)


@lru_cache(maxsize=1)
def _prepared() -> tuple[Scenario, Program]:
    """The scenario, loaded once for all replications of a process."""
    scenario = load(SCENARIO)
    return scenario, compile_scenario(scenario)
