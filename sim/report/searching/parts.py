"""Parts that the reports of all searches share."""

from collections.abc import Sequence
from typing import Any, Final

from sim.measure.figures import Unit
from sim.measure.kpis import KPIS
from sim.report.records import interval_record
from sim.scenario.targets import Target
from sim.study.goals import key_of
from sim.study.output_analysis import Interval
from sim.study.searching.trial import Trial
from sim.study.summary import in_unit
from sim.study.wording import Scale, scale, scale_of

Record = dict[str, Any]
CURSE: Final = (
    "What looked best among several did so partly by luck, so its figures are too good; those with fresh seeds are not."
)
"""Why finalists are run again."""
MODEL: Final = "All of this is about the hospital in the file. What the file leaves out, no search can find."


def said(interval: Interval, told: Scale) -> str:
    """A figure with its range, such as `18.2 % (16.9 to 19.6)`; without one if there is none, or it never varies."""
    span = f" ({told.span(interval.low, interval.high)})" if interval.is_known and interval.sd else ""
    return f"{told.amount(interval.mean)}{span}"


def span_of(interval: Interval, told: Scale) -> str:
    """The range of a figure; empty if there is none."""
    return told.span(interval.low, interval.high) if interval.is_known else ""


def pounds(*intervals: Interval) -> Scale:
    """How costs are told."""
    return scale_of("£ per day", *intervals)


def difference_scale(unit: Unit, intervals: Sequence[Interval]) -> Scale:
    """How differences of a figure are told, those of 0 not counting for the decimals."""
    largest = max((abs(one.mean) for one in intervals if one.n), default=0.0)
    return scale(unit, largest, min((one.half_width for one in intervals if one.half_width > 0), default=largest / 10))


def trial_record(trial: Trial) -> Record:
    """A plan that was tried, as plain values."""
    return interval_record(trial.interval) | {
        "verdict": trial.verdict,
        "replications": trial.replications,
        "seed": trial.seed,
    }


def goal_record(goal: Target) -> Record:
    """A goal as plain values."""
    kpi, scope = key_of(goal)
    return {
        "kpi": kpi,
        "scope": scope,
        "unit": KPIS[kpi].unit,
        "is_least": goal.is_least,
        "threshold": in_unit(goal.threshold, KPIS[kpi].unit),
        "words": goal.words(),
    }
