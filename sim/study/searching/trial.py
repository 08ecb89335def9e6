"""Trials: how plans that a search tries stand to a goal, with more replications where it is hard to tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sim.scenario.scenario import Scenario
from sim.scenario.targets import Target
from sim.study.asking import Run
from sim.study.comparison import valid
from sim.study.experiment import Experiment, with_run
from sim.study.goals import key_of, stands
from sim.study.output_analysis import CONFIDENCE, Interval
from sim.study.passport import WIDE, WIDE_SHARE
from sim.study.run_length import replications_for
from sim.study.summary import Summary, TargetVerdict, values

LEAST_PRECISE: Final = 10
"""Replications of which precision is asked for the first time, at least."""
ROUNDS: Final = 3
"""A plan is given more replications so many times at most."""
GROWTH: Final = 3
"""Each time at most so many times as many as it had."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A plan that was tried."""

    value: float
    """Of the lever, or the number of the plan."""
    summary: Summary
    """The figure of the goal, with one judgement."""
    replications: int
    seed: int
    row: tuple[float, ...]
    """The figure in each replication."""

    @property
    def interval(self) -> Interval:
        """Of the figure."""
        return self.summary.interval

    @property
    def verdict(self) -> TargetVerdict:
        """How it stands to the goal by the whole interval."""
        return self.summary.judgements[0].verdict

    @property
    def is_met(self) -> bool:
        """Whether it surely meets the goal."""
        return self.verdict == "met"


@dataclass(frozen=True, slots=True)
class Measure:
    """How plans are tried."""

    run: Run
    goal: Target
    most: int
    """Replications of one plan at most."""
    confidence: float = CONFIDENCE
    precision: float | None = None
    """Half-width that is narrow enough, in the figure's unit; None for 5 % of the threshold, 2 points of a share."""

    def precision_for(self, summary: Summary) -> float:
        """Half-width of the figure's interval that is narrow enough, in its unit."""
        if self.precision is not None:
            return self.precision
        return WIDE_SHARE if summary.kpi.unit == "share" else WIDE * abs(summary.judgements[0].threshold)


def trials(measure: Measure, scenarios: Mapping[float, Scenario]) -> dict[float, Trial]:
    """Tries plans side by side, each with its own replications and seed.

    Raises:
        InvalidRunError: if the books of one of them do not balance.
        ScenarioError: if one of them does not have the figure.
    """
    experiments = valid(measure.run(list(scenarios.values()))) if scenarios else []
    return {
        value: trial_of(value, one, measure.goal, measure.confidence)
        for value, one in zip(scenarios, experiments, strict=True)
    }


def trial_of(value: float, experiment: Experiment, goal: Target, confidence: float) -> Trial:
    """Judges a plan by its finished experiment."""
    summary = stands(experiment, goal, confidence)
    row = tuple(values(experiment, key_of(goal)).tolist())
    return Trial(value, summary, len(experiment.replicates), experiment.seed, row)


def settled(measure: Measure, scenarios: Mapping[float, Scenario]) -> dict[float, Trial]:
    """Tries plans, with more replications for those of which it cannot be told yet whether they meet the goal.

    How many follows from the spread alone: as many as make the interval narrow enough, wherever its middle lies, but
    at most three times as many at once. They are not asked for one by one until the verdict is clear, which would find
    a verdict where there is none: a plan whose interval is narrow enough and still holds the threshold stays "can't
    tell yet". Still a plan may be looked at up to four times, so that a search reports none of these figures as its
    answer (`fresh_seed`), only those of one look with fresh seeds.

    Raises:
        InvalidRunError: if the books of one of them do not balance.
        ScenarioError: if one of them does not have the figure.

    Source: Stein (1945), Ann Math Stat 16:243-258 (a second sample whose size follows from the spread of the first).
    """
    found = trials(measure, scenarios)
    for _ in range(ROUNDS):
        more = {value: wanted for value, one in found.items() if (wanted := _wanted(measure, one))}
        if not more:
            break
        found |= trials(measure, {value: with_run(scenarios[value], replications=n) for value, n in more.items()})
    return found


def _wanted(measure: Measure, trial: Trial) -> int | None:
    """Replications with which a trial would be precise; None if it needs no more, or may have no more."""
    precision = measure.precision_for(trial.summary)
    if trial.verdict != "can't tell yet" or trial.replications >= measure.most:
        return None
    if trial.interval.half_width <= precision:
        return None
    needed = replications_for(trial.row, absolute=precision, confidence=measure.confidence) if precision > 0 else None
    least = max(trial.replications + 1, LEAST_PRECISE)
    return min(measure.most, max(least, min(measure.most if needed is None else needed, GROWTH * trial.replications)))
