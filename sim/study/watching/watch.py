"""Watching: charts of the weeks before and after a plan goes live, one for each replication of both.

A replication of the base gives the weeks before go-live. Those behind it come from the base and the plan on the same
patients: base plus the part of the weekly difference that the ramp-up lets through. That mixture is an approximation:
the difference is that of a plan which has worked from the first day of the run, and grows in a straight line.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from sim import clock
from sim.engine.compiling import compile_scenario
from sim.engine.program import Program
from sim.measure.figures import KpiKey
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.scenario import Scenario
from sim.study.asking import Each, one_by_one
from sim.study.comparison import check_comparable
from sim.study.headline import about, headline
from sim.study.output_analysis import Difference, Floats, Interval, paired_difference, t_interval
from sim.study.replication import run_replication
from sim.study.watching.detection import Detection, Watched, alikeness, detection
from sim.study.watching.settings import WatchSettings
from sim.study.watching.weeks import weekly
from sim.study.watching.xmr import Side


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """What a chart would show of a plan."""

    base: Scenario
    """Over the weeks that are watched."""
    plan: Scenario
    settings: WatchSettings
    key: KpiKey
    ramp_up_ms: int
    side: Side
    """To which side the plan moves the figure."""
    effect: Difference
    """Plan less base over the watched weeks, fully at work."""
    usual: Interval
    """The figure under the base in the baseline weeks."""
    sigma: Interval
    """Standard deviation of a week as the charts see it (mean moving range / 1.128)."""
    alike: float
    """Correlation of a week with the next under the base."""
    runs: tuple[Watched, ...]
    """One chart for each replication."""
    detections: tuple[Detection, ...]
    """By set of rules, the strictest first."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """What a worker needs for both sides of one replication."""

    base: Scenario
    base_program: Program
    plan: Scenario
    plan_program: Program
    key: KpiKey


def watch(base: Scenario, plan: Scenario, settings: WatchSettings, each: Each = one_by_one) -> Watch:
    """Watches a plan go live.

    Args:
        base: what is done today, with its seed and number of replications; each of them is one chart.
        plan: a plan that is run alike.
        settings: what is watched; both are run for all of those weeks behind their warm-up.
        each: runs the replications.

    Raises:
        ComparisonError: if the two are not run alike.
        InvalidRunError: if a run breaks a rule of book-keeping.
        ScenarioError: if the scenario does not have the figure, or a week has nobody to measure.
    """
    check_comparable(base, plan)
    base, plan = (_lasting(one, settings.baseline + settings.watched) for one in (base, plan))
    key = settings.key() or _first_of_headline(base, plan)
    pair = _Pair(base, compile_scenario(base), plan, compile_scenario(plan), key)
    rows = np.array(each(partial(_both, pair), range(base.run.replications)))
    if np.isnan(rows).any():
        message = f"some weeks of {base.name} have nobody to measure for {key[0]}, so that they make no chart"
        raise ScenarioError([Problem("--kpi", 0, 0, "", "kpi", message, "choose another figure")])
    ramp = settings.ramp_up_ms()
    ramp_up = ramp_of(base, plan) if ramp is None else ramp
    runs = tuple(_watched(usual, other, settings, ramp_up) for usual, other in rows)
    later = rows[:, :, settings.baseline :].mean(axis=2)
    effect = paired_difference(later[:, 0], later[:, 1])
    side: Side = "up" if effect.interval.mean >= 0 else "down"
    return Watch(
        base=base,
        plan=plan,
        settings=settings,
        key=key,
        ramp_up_ms=ramp_up,
        side=side,
        effect=effect,
        usual=t_interval(rows[:, 0, : settings.baseline].mean(axis=1)),
        sigma=t_interval([one.limits.sigma for one in runs]),
        alike=alikeness(list(rows[:, 0])),
        runs=runs,
        detections=tuple(detection(runs, rules, side, settings.power) for rules in settings.rules()),
    )


def ramp_of(base: Scenario, plan: Scenario) -> int:
    """Longest ramp-up of the initiatives that a plan has and the base has not, in milliseconds; 0 if none has one."""
    new = [one.ramp_up for name, one in plan.initiatives.items() if name not in base.initiatives]
    return max(new, default=0)


def shares_at_work(weeks: int, ramp_up_ms: int) -> Floats:
    """Part of the effect that is there in each week after go-live: a straight line, read in the middle of the week.

    >>> shares_at_work(5, 4 * clock.WEEK).tolist(), shares_at_work(2, 0).tolist()
    ([0.125, 0.375, 0.625, 0.875, 1.0], [1.0, 1.0])
    """
    if not ramp_up_ms:
        return np.ones(weeks)
    found: Floats = np.minimum((np.arange(weeks) + 0.5) * clock.WEEK / ramp_up_ms, 1.0)
    return found


def _lasting(scenario: Scenario, weeks: int) -> Scenario:
    run = scenario.run.model_copy(update={"length": weeks * clock.WEEK})
    return scenario.model_copy(update={"run": run})


def _first_of_headline(base: Scenario, plan: Scenario) -> KpiKey:
    """The first figure of the headline, found by one short replication, since only a run tells what can be measured."""
    short = _lasting(base, 1)
    found = run_replication(short, compile_scenario(short), short.run.seed, 0).kpis
    return headline(found, about=about(base, plan))[0]


def _both(pair: _Pair, replication: int) -> tuple[Floats, Floats]:
    """Weekly values of the base and of the plan, on the same patients."""
    return (
        weekly(pair.base, pair.base_program, pair.key, replication),
        weekly(pair.plan, pair.plan_program, pair.key, replication),
    )


def _watched(usual: Floats, other: Floats, settings: WatchSettings, ramp_up_ms: int) -> Watched:
    later, plan = usual[settings.baseline :], other[settings.baseline :]
    share = shares_at_work(settings.watched, ramp_up_ms)
    return Watched(before=usual[: settings.baseline], after=later + share * (plan - later), unchanged=later)
