"""A tornado: each assumption put to either end of its range, one at a time, and what that moves.

With a plan, what is moved is the difference that the plan makes: the assumption holds for base and plan alike, and the
question is whether the plan is still better.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from sim.measure.figures import KpiKey
from sim.scenario.problems import ScenarioError
from sim.study.asking import Run
from sim.study.changes import judged_changes
from sim.study.experiment import Experiment
from sim.study.judging import Judged, Verdict
from sim.study.output_analysis import Floats, Interval, t_interval
from sim.study.sensitivity.assumed import Assumed, Side, Unvaried, gathered
from sim.study.sensitivity.settings import SensitivitySettings
from sim.study.sensitivity.trials import Trial, Trials, run_trials, trial

STEPS: Final = 4
"""Halvings with which the value is looked for at which a verdict changes: to 1/16 of the way."""
Turn = Literal["turned round", "no longer sure", "now sure"]


@dataclass(frozen=True, slots=True)
class End:
    """One end of a range."""

    number: float
    figure: Interval
    """The figure, or the plan's difference, with this value."""
    change: Judged
    """Against the middle, where everything is as in the file."""
    plan: Judged | None
    """What the plan does with this value, with its verdict; None if there is no plan."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One assumption at both ends of its range."""

    assumed: Assumed
    low: End
    high: End
    swing: Judged
    """High end less low end."""


@dataclass(frozen=True, slots=True)
class Turning:
    """An end at which the plan has another verdict than in the middle."""

    assumed: Assumed
    number: float
    """The end."""
    verdict: Verdict
    """Of the plan at the end."""
    turn: Turn
    between: tuple[float, float] | None
    """The verdict of the middle holds at the first and no longer at the second number; None if not looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Tornado:
    """All assumptions, those that move most first."""

    settings: SensitivitySettings
    key: KpiKey
    base: Experiment
    """With everything as in the file."""
    plan: Experiment | None
    pairs: int
    """Replications."""
    middle: Interval
    """The figure, or the plan's difference, with everything as in the file."""
    verdict: Judged | None
    """Of the plan, with everything as in the file."""
    bars: tuple[Bar, ...]
    """By the size of the swing."""
    unvaried: tuple[Unvaried, ...]
    """Values with a range that were not varied, and why."""
    turnings: tuple[Turning, ...]


def tornado(base: Side, plan: Side | None, run: Run, settings: SensitivitySettings) -> Tornado:
    """Puts each assumption to both ends of its range, one at a time, on the same patients.

    Swings, changes against the middle, and verdicts of the plan are each a family, adjusted by Holm.

    Args:
        base: what is done today.
        plan: what is compared with it, or None.
        run: runs scenarios.
        settings: figure, own ranges and confidence.

    Raises:
        ScenarioError: if an own range or the figure cannot be used.
        ComparisonError: if base and plan are not run alike.
        InvalidRunError: if a run breaks a rule of book-keeping.

    Source: Howard (1988), Decision analysis: practice and promise, Management Science 34:679-695 (tornado diagrams).
    """
    known = gathered(base, plan, settings.vary)
    varied, trials, unvaried = _trials(base, plan, known.varied)
    found = run_trials(run, [trial(base, plan), *trials])
    key = settings.key(found)
    rows = found.rows(key)
    bars, verdict = _bars(varied, rows, key, settings.confidence, has_plan=plan is not None)
    turnings = _turnings(bars, verdict)
    if settings.locate and plan:
        turnings = tuple(_located(one, (base, plan), run, key, settings.confidence) for one in turnings)
    return Tornado(
        settings=settings,
        key=key,
        base=found.base[0],
        plan=found.plan[0] if found.plan else None,
        pairs=found.pairs,
        middle=t_interval(rows[0], settings.confidence),
        verdict=verdict,
        bars=tuple(sorted(bars, key=lambda bar: -abs(np.nan_to_num(bar.swing.mean)))),
        unvaried=(*known.unvaried, *unvaried),
        turnings=turnings,
    )


def possible(base: Side, plan: Side | None, varied: Sequence[Assumed]) -> tuple[list[Assumed], tuple[Unvaried, ...]]:
    """Parts the assumptions of which both ends make a scenario from the others, with why they do not."""
    there, _, unvaried = _trials(base, plan, varied)
    return there, unvaried


def _trials(
    base: Side, plan: Side | None, varied: Sequence[Assumed]
) -> tuple[list[Assumed], list[Trial], tuple[Unvaried, ...]]:
    """Scenarios at the low and high end of each assumption."""
    there: list[Assumed] = []
    trials: list[Trial] = []
    unvaried = []
    for one in varied:
        try:
            both = [trial(base, plan, [(one, number)]) for number in (one.low, one.high)]
        except ScenarioError as error:
            unvaried.append(Unvaried(one.name, one.what, one.range, error.problems[0].message))
            continue
        there.append(one)
        trials += both
    return there, trials, tuple(unvaried)


def _bars(
    varied: Sequence[Assumed], rows: Floats, key: KpiKey, confidence: float, *, has_plan: bool
) -> tuple[list[Bar], Judged | None]:
    """The bars in the order of the assumptions, and the verdict in the middle.

    Args:
        varied: assumptions.
        rows: of the middle, then of the low and high end of each.
        key: the figure.
        confidence: of each family.
        has_plan: whether the rows are differences that a plan makes.
    """
    middle, lows, highs = rows[0], rows[1::2], rows[2::2]
    swings = judged_changes([(key, high - low) for low, high in zip(lows, highs, strict=True)], confidence)
    changes = judged_changes([(key, row - middle) for row in rows[1:]], confidence)
    plans = judged_changes([(key, row) for row in rows], confidence) if has_plan else ()
    bars = []
    for place, one in enumerate(varied):
        low, high = (
            End(
                number=number,
                figure=t_interval(rows[1 + at], confidence),
                change=changes[at],
                plan=plans[1 + at] if plans else None,
            )
            for at, number in ((2 * place, one.low), (2 * place + 1, one.high))
        )
        bars.append(Bar(one, low, high, swings[place]))
    return bars, plans[0] if plans else None


def _turnings(bars: Sequence[Bar], verdict: Judged | None) -> tuple[Turning, ...]:
    if verdict is None:
        return ()
    found = []
    for bar in bars:
        for end in (bar.low, bar.high):
            if end.plan and (turn := _turn(verdict, end.plan)):
                found.append(Turning(bar.assumed, end.number, end.plan.verdict, turn, None))
    return tuple(sorted(found, key=lambda one: one.turn != "turned round"))


def _turn(middle: Judged, end: Judged) -> Turn | None:
    if middle.is_sure and end.is_sure:
        return "turned round" if (middle.mean > 0) != (end.mean > 0) else None
    if middle.is_sure == end.is_sure:
        return None
    return "no longer sure" if middle.is_sure else "now sure"


def _located(turning: Turning, sides: tuple[Side, Side], run: Run, key: KpiKey, confidence: float) -> Turning:
    """Looks by halving for the value at which the verdict changes; each verdict is here looked at by itself."""
    one = turning.assumed
    holds, gone = one.form.today, turning.number

    def verdict(number: float) -> Verdict:
        found: Trials = run_trials(run, [trial(*sides, [(one, number)])])
        return judged_changes([(key, found.rows(key)[0])], confidence)[0].verdict

    wanted = verdict(holds)
    if verdict(gone) == wanted:
        return turning
    for _ in range(STEPS):
        half = (holds + gone) / 2
        half = float(round(half)) if one.form.is_whole else half
        if half in (holds, gone):
            break
        holds, gone = (half, gone) if verdict(half) == wanted else (holds, half)
    return Turning(one, turning.number, turning.verdict, turning.turn, (holds, gone))
