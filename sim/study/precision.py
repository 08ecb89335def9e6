"""Precision: how many replications make the asked figures narrow enough, and keep them so for some more.

A few values that agree by chance make an interval narrow too early. So a number of replications counts only if the
interval stays narrow over the next ones, too. What stops the runs is how wide an interval is, never where it lies:
whoever goes on until a difference is "significant" finds one in every third comparison of things that are equal.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from sim.measure.figures import KpiKey
from sim.scenario.scenario import Scenario
from sim.study.asking import Run
from sim.study.comparison import valid
from sim.study.experiment import Experiment, with_run
from sim.study.headline import about, headline
from sim.study.output_analysis import CONFIDENCE, Floats, Interval, t_interval
from sim.study.passport import FEWEST_RUNS
from sim.study.refusal import refusal
from sim.study.run_length import MOST_REPLICATIONS
from sim.study.summary import kpi_keys, values
from sim.study.wishes import OPTION, Wish, missing, usual_wish

LOOK_AHEAD: Final = 5
"""So many further replications must stay narrow; five, as the source advises."""
MOST: Final = 200
"""So many replications are run at most if nothing else is said."""
LEADING: Final = 3
"""So many figures of the headline are asked for if none is named: the figure that needs most sets the number for all,
and a rare event far down the headline would take hundreds of runs that no decision needs."""
Finding = Literal["reached", "not reached", "nobody to measure"]


@dataclass(frozen=True, slots=True)
class Precision:
    """What is asked for."""

    wishes: tuple[Wish, ...] = ()
    """Figures, each with how precise it is to be; without any, the first three of the headline."""
    least: int = FEWEST_RUNS
    """Fewest replications on which anything is decided."""
    most: int = MOST
    """So many replications are run at most, those of the look-ahead included."""
    look_ahead: int = LOOK_AHEAD
    """Further replications over which the intervals must stay narrow; more of them above 100 replications."""
    confidence: float = CONFIDENCE

    def __post_init__(self) -> None:
        if self.least < 2 or self.look_ahead < 0 or not 0 < self.confidence < 1:
            message = "it takes two replications, a look-ahead of 0 and a confidence between 0 and 1 at least"
            raise refusal(OPTION, message, f"leave them as they are: {FEWEST_RUNS}, {LOOK_AHEAD} and {CONFIDENCE}")
        if not self.first() <= self.most <= MOST_REPLICATIONS:
            more = self.first() - self.least
            message = f"{self.most:,} replications at most: {self.least} and {more} to look ahead are the fewest"
            raise refusal(OPTION, message, f"choose from {self.first()} to {MOST_REPLICATIONS:,}")
        if len({wish.key for wish in self.wishes}) < len(self.wishes):
            raise refusal(OPTION, "a figure is asked for twice", "name each once")

    def first(self) -> int:
        """Replications with which the earliest answer can be had."""
        return self.least + ahead(self.least, self.look_ahead)


@dataclass(frozen=True, slots=True)
class Reached:
    """What became of one figure of one scenario."""

    scenario: Scenario
    wish: Wish
    interval: Interval
    """Over the replications of the answer."""
    needed: int | None
    """Fewest replications with which this figure alone is precise, and stays so; None if it is not."""
    enough: int | None
    """Replications that would probably do if it is not; None if that cannot be told, or for more than 10,000."""

    @property
    def width(self) -> float:
        """Half-width that was allowed, in the unit of the figure."""
        return self.wish.width(self.interval.mean)

    @property
    def finding(self) -> Finding:
        """Whether it is precise."""
        if not self.interval.n:
            return "nobody to measure"
        return "not reached" if self.needed is None else "reached"


@dataclass(frozen=True, slots=True)
class Precise:
    """Scenarios with as many replications as were needed."""

    settings: Precision
    experiments: tuple[Experiment, ...]
    """In the order of the scenarios, all with the same number of replications."""
    needed: int | None
    """Fewest replications with which all figures of all scenarios are precise, and stay so; None if they are not."""
    replications: int
    """Replications that the experiments have: those needed and the look-ahead, or all that there are."""
    is_stopped: bool
    """Whether somebody stopped the runs before there was an answer."""
    figures: tuple[Reached, ...]
    """Scenario by scenario."""


def ahead(replications: int, least: int = LOOK_AHEAD) -> int:
    """How many further replications must stay narrow.

    Args:
        replications: so far.
        least: for up to 100 of them; above, the same share of them as this is of 100.

    Source: Hoad, Robinson & Davies (2010), Automated selection of the number of replications for a discrete-event
    simulation, J Oper Res Soc 61:1632-1644.

    >>> ahead(10), ahead(100), ahead(119), ahead(120), ahead(240)
    (5, 5, 5, 6, 12)
    """
    return least if replications <= 100 else least * replications // 100


def narrow(row: ArrayLike, wish: Wish, confidence: float = CONFIDENCE) -> list[bool]:
    """Whether the interval over the first 1, 2, 3 ... replications is as narrow as wished.

    Args:
        row: one value a replication, nan where it is not defined.
        wish: how narrow.
        confidence: of the interval.

    >>> narrow([9.0, 11.0, 10.0, 10.0], Wish(("wait_mean", ""), 2.0, is_relative=False))
    [False, False, False, True]
    """
    known = np.asarray(row, np.float64)
    intervals = (t_interval(known[:count], confidence) for count in range(1, len(known) + 1))
    return [one.is_known and one.half_width <= wish.width(one.mean) for one in intervals]


def stays(flags: Sequence[bool], settings: Precision) -> int | None:
    """Finds the fewest replications with which intervals are narrow and stay so over the look-ahead.

    Args:
        flags: whether they are narrow over the first 1, 2, 3 ... replications.
        settings: the fewest that count, and the look-ahead.

    Returns:
        The number; None if no number has its whole look-ahead narrow.

    >>> stays([False, True, False, True, True, True], Precision(least=2, look_ahead=2))
    4
    """
    for count in range(settings.least, len(flags) + 1):
        last = count + ahead(count, settings.look_ahead)
        if last <= len(flags) and all(flags[count - 1 : last]):
            return count
    return None


def until_precise(scenarios: Sequence[Scenario], settings: Precision, run: Run) -> Precise:
    """Runs scenarios until their figures are precise, with the same number of replications for all.

    Args:
        scenarios: one or more; their declared numbers of replications do not count.
        settings: what is asked for.
        run: asked for growing numbers of replications; it had better keep those that are finished.

    Returns:
        The scenarios with the replications needed and the look-ahead, or with all if those were not enough.

    Raises:
        ScenarioError: if a scenario does not have a figure that is asked for.
        InvalidRunError: if the books of one do not balance.

    Source: Hoad, Robinson & Davies (2010); all figures must be narrow over the same look-ahead.
    """
    asked = settings.first()
    while True:
        experiments = run([with_run(scenario, replications=asked) for scenario in scenarios])
        wishes = _wishes(experiments, settings)
        count = min(len(one.replicates) for one in experiments)
        rows = [(wish, values(one, wish.key)[:count]) for one in experiments for wish in wishes]
        rows = [(wish, row) for wish, row in rows if not np.isnan(row).all()]
        needed = _all_stay(rows, settings)
        if needed is not None or count < asked or asked == settings.most or not rows:
            used = count if needed is None else needed + ahead(needed, settings.look_ahead)
            kept = tuple(_first(one, used) for one in experiments)
            figures = tuple(_reached(one, wish, settings) for one in kept for wish in wishes)
            return Precise(settings, kept, needed, used, needed is None and count < asked, figures)
        asked = _more(rows, asked, settings)


def _wishes(experiments: Sequence[Experiment], settings: Precision) -> tuple[Wish, ...]:
    """Checks that the experiments have what is asked for, or chooses the first figures of their headline."""
    there = [kpi_keys(one) for one in valid(experiments)]
    for one, keys in zip(experiments, there, strict=True):
        for wish in settings.wishes:
            if wish.key not in keys:
                raise missing(wish, one.name)
    if settings.wishes:
        return settings.wishes
    shared: list[KpiKey] = [key for key in there[0] if all(key in keys for keys in there)]
    leading = headline(shared, about=about(*(one.scenario for one in experiments)))[:LEADING]
    return tuple(usual_wish(key) for key in leading)


def _all_stay(rows: Sequence[tuple[Wish, Floats]], settings: Precision) -> int | None:
    each = [narrow(row, wish, settings.confidence) for wish, row in rows]
    return stays([all(flags) for flags in zip(*each, strict=True)], settings)


def _more(rows: Sequence[tuple[Wish, Floats]], asked: int, settings: Precision) -> int:
    """How many replications to ask for next: as many as would probably do, but neither few more nor over twice."""
    guesses = [wish.enough(row, settings.confidence) or settings.most for wish, row in rows]
    wanted = max(guesses) + ahead(max(guesses), settings.look_ahead)
    fewest = asked + max(ahead(asked, settings.look_ahead), 1)
    return min(max(min(wanted, 2 * asked), fewest), settings.most)


def _first(experiment: Experiment, count: int) -> Experiment:
    """An experiment with its first replications only, as if no more had been asked for."""
    return replace(
        experiment,
        scenario=with_run(experiment.scenario, replications=count),
        replications=count,
        replicates=experiment.replicates[:count],
    )


def _reached(experiment: Experiment, wish: Wish, settings: Precision) -> Reached:
    row = values(experiment, wish.key)
    flags = narrow(row, wish, settings.confidence)
    needed = stays(flags, settings) if flags[-1] else None
    interval = t_interval(row, settings.confidence)
    is_open = needed is None and interval.is_known and interval.mean != 0
    enough = wish.enough(row, settings.confidence) if is_open else None
    return Reached(experiment.scenario, wish, interval, needed, enough)
