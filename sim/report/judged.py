"""Judged: changes of key figures in words, as cells of a table and as plain values."""

from collections.abc import Sequence
from typing import Any

from sim.report.records import interval_record
from sim.study.experiment import Experiment
from sim.study.judging import Judged
from sim.study.output_analysis import Interval
from sim.study.telling import fine_enough
from sim.study.wording import Scale, scale_of

Record = dict[str, Any]


def scale_for(changes: Sequence[Judged], *levels: Interval) -> Scale:
    """Chooses how to tell changes of one figure alike, so finely that a sure one is seen to differ from 0.

    Args:
        changes: of the same figure, at least one.
        levels: figures told beside them.
    """
    told = scale_of(changes[0].kpi.unit, *levels, *(change.adjusted for change in changes))
    for change in changes:
        told = fine_enough(told, change.adjusted) if change.is_sure else told
    return told


def in_words(told: Scale, change: Judged) -> str:
    """Says a change with its interval and verdict, such as `+1.8 points (+0.9 to +2.7): better`."""
    if change.verdict in ("no change", "not defined"):
        return change.verdict
    interval = change.adjusted
    if not interval.is_known:
        return f"{told.change(change.mean, sign=True)}: can't tell yet, it takes two replications or more"
    span = told.span(interval.low, interval.high, sign=True)
    return f"{told.change(change.mean, sign=True)} ({span}): {change.verdict}"


def cells(told: Scale, change: Judged) -> list[str]:
    """A change, its interval and its verdict as cells."""
    interval = change.adjusted
    if change.verdict in ("no change", "not defined"):
        return ["", "", change.verdict]
    span = told.span(interval.low, interval.high, sign=True) if interval.is_known else ""
    return [told.change(change.mean, sign=True), span, change.verdict]


def brief(told: Scale, change: Judged) -> str:
    """A change alone, such as `+1.8 points`; with a question mark while it cannot be told from none."""
    if change.verdict == "no change":
        return "none"
    mark = " ?" if change.verdict == "can't tell yet" else ""
    return f"{told.change(change.mean, sign=True)}{mark}"


def family_note(what: str, confidence: float) -> str:
    """Says what the intervals of a family promise.

    >>> family_note("each column", 0.95)
    'Intervals allow for all of each column together: the chance that any shows a change that is none is at most 5 %.'
    """
    risk = f"{100 * (1 - confidence):.3g} %"
    promise = "the chance that any shows a change that is none is at most"
    return f"Intervals allow for all of {what} together: {promise} {risk}."


def runs_line(experiment: Experiment, pairs: int, ways: str) -> str:
    """Says how many replications of how many scenarios a study rests on."""
    plural = "" if pairs == 1 else "s"
    return f"{pairs} replication{plural}, seed {experiment.seed}, the same patients in {ways}"


def change_record(change: Judged) -> Record:
    """A change as plain values."""
    return {
        "difference": interval_record(change.difference.interval),
        "adjusted": interval_record(change.adjusted),
        "p": change.difference.p,
        "adjusted_p": change.adjusted_p,
        "verdict": change.verdict,
        "replications_to_tell": change.enough,
    }


def change_columns(change: Judged, prefix: str = "") -> Record:
    """A change as columns of a tidy table."""
    return {
        f"{prefix}mean": change.mean,
        f"{prefix}low": change.difference.interval.low,
        f"{prefix}high": change.difference.interval.high,
        f"{prefix}adjusted_low": change.adjusted.low,
        f"{prefix}adjusted_high": change.adjusted.high,
        f"{prefix}adjusted_p": change.adjusted_p,
        f"{prefix}verdict": change.verdict,
        f"{prefix}replications": change.adjusted.n,
    }
