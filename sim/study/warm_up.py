"""Warm-up: how much of a run that begins empty should not be measured, and what to declare instead.

The scenario is run from its first day without any warm-up. Daily means over the replications, with the weekly rhythm
taken out, are searched by MSER-5 for the first part that had better be left out, and smoothed as Welch does, so that
one can see it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from sim import clock
from sim.scenario.care import Enter, Stay
from sim.scenario.pathway import flatten
from sim.scenario.routes import reachable
from sim.scenario.scenario import RunSettings, Scenario
from sim.study.asking import Run
from sim.study.comparison import valid
from sim.study.experiment import Experiment
from sim.study.loads import FULL
from sim.study.output_analysis import Floats
from sim.study.run_length import mser5
from sim.study.settling import FEWEST_DAYS, SERIES, daily

Kind = Literal["long run", "declared start", "surge"]
Finding = Literal["enough", "too little", "run too short", "not judged", "none needed"]
WEEK: Final = 7
"""Days."""
SMOOTH: Final = 0.02
"""A smoothed series is smooth if no two neighbouring days of its second half differ by more than this share of their
mean: Wardflow's own rule."""
MOVES: Final = 0.2
"""A series still moves behind the cut if its next four weeks differ from its second half by more: Wardflow's own."""


@dataclass(frozen=True, slots=True, eq=False)
class Settling:
    """How one series settles; days are counted from the start of the run."""

    name: str
    """The profile."""
    label: str
    """What it counts."""
    mean: Floats
    """Mean over the replications of each day."""
    smooth: Floats
    """The same as a moving average; shorter by `window` days."""
    window: int
    """Days to either side over which the average is taken."""
    cut: int
    """Days that MSER-5 leaves out."""
    is_too_short: bool
    """Whether the best cut lies at the end of the first half, so that nothing can be said."""

    @property
    def weeks(self) -> int:
        """The cut in whole weeks, rounded up.

        So each weekday is measured equally often.
        """
        return -(-self.cut // WEEK)

    @property
    def rest(self) -> float:
        """Mean of the second half."""
        return float(self.mean[len(self.mean) // 2 :].mean())

    @property
    def drift(self) -> float:
        """By what share of the second half the four weeks behind the cut are above it; below 0 if they are below."""
        behind = float(self.mean[self.weeks * WEEK : (self.weeks + 4) * WEEK].mean())
        return behind / self.rest - 1 if self.rest else 0.0

    def week(self, number: int) -> float:
        """Mean of a week, the first of which is 0."""
        return float(self.mean[number * WEEK : (number + 1) * WEEK].mean())


@dataclass(frozen=True, slots=True)
class Advice:
    """What is known about the warm-up of a scenario."""

    scenario: Scenario
    """As declared, with its warm-up."""
    kind: Kind
    replications: int
    seed: int
    days: int
    """Whole days of the run, whole weeks if there is one."""
    series: tuple[Settling, ...]
    surges: tuple[str, ...]
    """Waves and events that pass through the run, by their scopes."""
    overloaded: tuple[str, ...]
    """Resources that are asked for more than there is of them."""
    start: str
    """A line of a `start` that fits the scenario; empty if none could be found."""

    @property
    def weeks(self) -> int | None:
        """Whole weeks to leave out; None if that cannot be told."""
        if not self.series or self.is_too_short:
            return None
        return max(one.weeks for one in self.series)

    @property
    def is_too_short(self) -> bool:
        """Whether the run is too short to tell a start-up from chance."""
        return self.days < FEWEST_DAYS or any(one.is_too_short for one in self.series)

    @property
    def finding(self) -> Finding:
        """How the declared warm-up stands to the advice."""
        if self.kind != "long run":
            return "none needed"
        if not self.series:
            return "not judged"
        if self.weeks is None:
            return "run too short"
        return "enough" if self.scenario.run.warm_up >= self.weeks * clock.WEEK else "too little"


def advise(scenario: Scenario, run: Run) -> Advice:
    """Runs a scenario from its first day, and advises how long its warm-up should be.

    Args:
        scenario: as declared; its replications are run.
        run: what runs it.

    Raises:
        InvalidRunError: if its books do not balance.

    Source: White, Cobb & Spratt (2000), A comparison of five steady-state truncation heuristics (MSER-5); Welch (1983),
    The statistical analysis of simulation results; Law (2015), Simulation Modeling and Analysis, section 9.5.1.
    """
    (experiment,) = valid(run([from_the_first_day(scenario)]))
    series = tuple(_settlings(experiment))
    surges = tuple(_surges(scenario))
    return Advice(
        scenario=scenario,
        kind="declared start" if scenario.start else "surge" if surges else "long run",
        replications=len(experiment.replicates),
        seed=experiment.seed,
        days=len(series[0].mean) if series else 0,
        series=series,
        surges=surges,
        overloaded=tuple(one.resource for one in experiment.loads if one.ratio >= FULL),
        start=_start(experiment),
    )


def from_the_first_day(scenario: Scenario) -> Scenario:
    """The same run without warm-up, for as long as before: all of it is measured."""
    run = scenario.run
    given = run.model_dump(mode="json") | {
        "warm_up": "0 d",
        "length": clock.exact_duration(run.warm_up + run.length),
    }
    return scenario.model_copy(update={"run": RunSettings.model_validate(given)})


def _settlings(experiment: Experiment) -> Iterator[Settling]:
    for name, label in SERIES.items():
        rows = daily(experiment, name)
        if rows is not None and rows.shape[1] >= WEEK:
            mean = rows[:, : rows.shape[1] // WEEK * WEEK].mean(axis=0)
            smooth, window = smoothed(mean)
            found = mser5(levelled(mean))
            yield Settling(name, label, mean, smooth, window, found.observations, found.is_too_short)


def levelled(series: ArrayLike) -> Floats:
    """Takes the weekly rhythm of the second half out of a series of days, so that a start-up does not blur it.

    Args:
        series: of whole weeks.

    >>> levelled([0.0] * 7 + [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0] * 3)[7:].tolist() == [4.0] * 21
    True
    """
    row = np.asarray(series, np.float64)
    weekday, later = np.arange(len(row)) % WEEK, len(row) // 2 // WEEK * WEEK
    usual = np.array([row[later:][weekday[later:] == day].mean() for day in range(WEEK)])
    level: Floats = row - usual[weekday] + usual.mean()
    return level


def moving_average(series: ArrayLike, window: int) -> Floats:
    """Smooths a series as Welch does.

    Args:
        series: in order of time.
        window: how many values to either side; near the start as many as there are before it.

    Returns:
        One value for each of the series but the last `window`.

    Source: Welch (1983), The statistical analysis of simulation results; Law (2015), section 9.5.1.

    >>> moving_average([0.0, 3.0, 6.0, 9.0, 6.0], 1).tolist()
    [0.0, 3.0, 6.0, 7.0]
    """
    row = np.asarray(series, np.float64)
    means = []
    for place in range(len(row) - window):
        reach = min(place, window)
        means.append(row[place - reach : place + reach + 1].mean())
    return np.array(means)


def smoothed(series: Floats) -> tuple[Floats, int]:
    """Smooths a series of days over as few whole weeks as make it smooth, a quarter of it to either side at most.

    Args:
        series: of whole weeks.

    Returns:
        The moving average, and how many days it takes to either side: 3, 10, 17 and so on, so that each average has
        every weekday equally often.
    """
    most = len(series) // 4
    if most < WEEK // 2:
        return moving_average(series, most), most
    for window in range(WEEK // 2, most + 1, WEEK):
        smooth, wide = moving_average(series, window), window
        if _is_smooth(smooth):
            break
    return smooth, wide


def _is_smooth(smooth: Floats) -> bool:
    half = smooth[len(smooth) // 2 :]
    return all(abs(later - one) <= SMOOTH * abs(half.mean()) for one, later in pairwise(half.tolist()))


def _surges(scenario: Scenario) -> Iterator[str]:
    """Waves and events, which pass; a long-run mean of a time with them means nothing."""
    for name, patients in scenario.patients.items():
        yield from (f"wave:{wave} of {name}" for wave in getattr(patients.arrive, "waves", {}))
    yield from (f"event:{name}" for name in scenario.events)


def _start(experiment: Experiment) -> str:
    """A line of a start for the ward with most patients whose stay is a step behind entering it."""
    scenario, found = experiment.scenario, ""
    most = 0.0
    for ward in scenario.wards:
        key, there = ("in_use_by_day", f"ward:{ward}"), ("open_by_day", f"ward:{ward}")
        means = [one.profiles[key][-4 * WEEK :].mean() for one in experiment.replicates if key in one.profiles]
        beds = [one.profiles[there][-4 * WEEK :].mean() for one in experiment.replicates if there in one.profiles]
        place = _stay_in(scenario, ward)
        if place and means and np.mean(means) > most:
            most = float(np.mean(means))
            fill = 100 * most / float(np.mean(beds))
            found = f"in_{ward}: {{of: {place[0]}, at: {place[1]}, ward: {ward}, fill: {fill:.0f} %}}"
    return found


def _stay_in(scenario: Scenario, ward: str) -> tuple[str, str] | None:
    """A class and the step at which its patients stay in a ward; None if there is no such step."""
    for name, patients in scenario.patients.items():
        for pathway in sorted(reachable(scenario, patients.pathway)):
            steps = list(flatten(scenario.pathways[pathway]))
            for one, following in pairwise(steps):
                if isinstance(one, Enter) and one.ward == ward and isinstance(following, Stay):
                    return name, f"{pathway}/{following.name}"
    return None
