"""Settling: whether the measured time still shows that a run began with an empty hospital."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from sim.measure.figures import WHOLE, KpiKey
from sim.study.experiment import Experiment
from sim.study.output_analysis import Floats, t_interval
from sim.study.run_length import mser5
from sim.study.wording import lasting

Finding = Literal["settled", "still settling", "too short to say", "declared start", "not judged"]
FEWEST_DAYS: Final = 28
"""Shorter measured times are not judged: no weekly rhythm can be told from a start-up in less than four weeks."""
MATTERS: Final = 0.05
"""A start matters that is lower than the rest by more than this share of it: Wardflow's own rule."""
SURELY: Final = 0.99
"""Confidence with which it must be lower; above 95 %, since the part is chosen by the same values."""
SERIES: Final = {"in_use_by_day": "beds in use", "waiting_by_day": "patients waiting"}
"""Profiles that have a value for each measured day, and what they are called."""


@dataclass(frozen=True, slots=True)
class Settling:
    """What is known about the start-up, in a word and in a sentence."""

    finding: Finding
    sentence: str


def settling(experiment: Experiment) -> Settling:
    """Judges whether the warm-up was long enough.

    Daily means over all replications, with the weekly rhythm taken out, are searched by MSER-5 for a first part that
    had better be left out. It is told as a start-up only if it is more than 5 % below the rest, as in a hospital that
    was empty, and if that is more than chance: if the 99 % interval of the difference over replications is below 0.

    Args:
        experiment: finished.

    Source: White, Cobb & Spratt (2000), A comparison of five steady-state truncation heuristics.
    """
    run = experiment.scenario.run
    if experiment.scenario.start and not run.warm_up:
        told = "It starts with the patients whom the file declares to be there, and is measured from then on."
        return Settling("declared start", f"{told} That needs no warm-up as far as they are like those of a usual day.")
    kept = {what: rows for name, what in SERIES.items() if (rows := daily(experiment, name)) is not None}
    if not kept:
        return Settling("not judged", "Not judged: figures of single days were not kept.")
    days, runs = min(rows.shape[1] for rows in kept.values()), len(experiment.replicates)
    if days < FEWEST_DAYS or runs < 2:
        told = f"{days} measured days" if days < FEWEST_DAYS else "one run"
        return Settling("too short to say", f"Not judged: {told} cannot tell a start-up from chance.")
    starts = {what: found for what, rows in kept.items() if (found := _start(rows))}
    if not starts:
        since = f"After {lasting(run.warm_up)} of warm-up" if run.warm_up else "Although there is no warm-up,"
        return Settling("settled", f"{since} {' and '.join(kept)} show no start-up (MSER-5 over the measured days).")
    parts = [f"{what}, {cut} days, {100 * less:.0f} % lower" for what, (cut, less) in starts.items()]
    told = f"The first measured days are below the rest ({'; '.join(parts)}; MSER-5)."
    return Settling(
        "still settling", f"{told} Use a longer warm-up, unless an event, a wave or a growing queue is meant."
    )


def daily(experiment: Experiment, name: str) -> Floats | None:
    """Values of a series of days for the whole, one row a replication; None if not kept or nothing ever happens.

    Args:
        experiment: finished.
        name: of the profile; if it has no values for the whole, those of its parts are added up.
    """
    kept = [_whole(one.profiles, name) for one in experiment.replicates]
    rows = [row for row in kept if row is not None]
    if not rows or len(rows) < len(kept) or len({len(row) for row in rows}) > 1:
        return None
    found: Floats = np.array(rows)
    return found if np.all(np.isfinite(found)) and np.any(found > 0) else None


def _whole(profiles: Mapping[KpiKey, Floats], name: str) -> Floats | None:
    parts = [row for (profile, scope), row in profiles.items() if profile == name and scope != WHOLE]
    whole = profiles.get((name, WHOLE))
    if whole is not None or not parts:
        return whole
    total: Floats = np.sum(parts, axis=0)
    return total


def without_rhythm(row: Floats) -> Floats:
    """Takes the weekly rhythm out of daily values: each day is told against the mean of its weekday.

    >>> without_rhythm(np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0] * 2)).tolist() == [4.0] * 14
    True
    """
    weekday = np.arange(len(row)) % 7
    usual = np.array([row[weekday == day].mean() for day in range(7)])
    level: Floats = row - usual[weekday] + row.mean()
    return level


def _start(rows: Floats) -> tuple[int, float] | None:
    """Days of a start-up, and by what share of the rest they are lower; None if there is none."""
    mean = without_rhythm(rows.mean(axis=0))
    cut = mser5(mean).observations
    rest = float(mean[cut:].mean())
    if not cut or rest <= 0:
        return None
    less = 1 - float(mean[:cut].mean()) / rest
    surely = t_interval(rows[:, :cut].mean(axis=1) - rows[:, cut:].mean(axis=1), SURELY).high < 0
    return (cut, less) if less > MATTERS and surely else None
