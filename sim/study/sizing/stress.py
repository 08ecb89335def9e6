"""A stress test: the curve, where goals break, what breaks first, and how long the hospital takes to recover."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sim.scenario.scenario import Scenario
from sim.scenario.targets import Target
from sim.study.asking import Run
from sim.study.experiment import Experiment
from sim.study.fresh import afresh
from sim.study.goals import stands
from sim.study.sizing.breaking import Break, Standing, edges, is_one_way, measurable, next_points, verdicts_of
from sim.study.sizing.curve import Point, check_there, figures, keys_of, points
from sim.study.sizing.demand import chosen, left_out, multiplied, surged
from sim.study.sizing.recovery import Recovery, recover
from sim.study.sizing.settings import StressSettings
from sim.study.sizing.surge import Surge
from sim.study.sizing.weakest import Weakest, weakest


@dataclass(frozen=True, slots=True, eq=False)
class Stress:
    """What came out of a stress test."""

    base: Scenario
    settings: StressSettings
    classes: tuple[str, ...]
    """Patients who are multiplied."""
    left_out: tuple[str, ...]
    """Patients of whom as many come as ever."""
    curve: tuple[Point, ...]
    """The declared factors and those to which the search for an end led, lowest first."""
    breaks: tuple[Break, ...]
    """One for each goal, that which breaks first before the others."""
    weakest: Weakest
    recovery: Recovery | None
    """None if no surge was asked for."""


def stress(base: Scenario, settings: StressSettings, run: Run) -> Stress:
    """Puts a hospital under stress.

    All figures are those of the declared weeks, from the declared start on: a hospital that is asked for more than it
    can bear has no long-run mean. Every demand has the same patients as the lower ones and others besides.

    Args:
        base: the hospital as it is, with its seed and number of replications.
        settings: what is asked.
        run: runs scenarios.

    Raises:
        ScenarioError: if classes, key figures or goals are not those of the scenario.
        InvalidRunError: if the books of a run do not balance.
    """
    classes, surge = chosen(base, settings.patients), settings.the_surge()
    if surge:
        surge.check_fits(base)
    check_there(run, base, settings)
    grid = settings.grid()
    first = points(run, base, classes, [settings.factor(point) for point in grid])
    found = dict(zip(grid, first, strict=True))
    goals = measurable(first[0], settings.targets())
    found = _narrowed(base, found, goals, (classes, settings, run))
    breaks = [_break(name, target, found, settings) for name, target in goals.items()]
    if settings.fresh:
        breaks = _again(base, breaks, classes, run)
    keys = keys_of(first[0], settings.keys())
    by_factor = {settings.factor(point): one for point, one in sorted(found.items())}
    return Stress(
        base=base,
        settings=settings,
        classes=classes,
        left_out=left_out(base, classes),
        curve=tuple(Point(factor, one, figures(one, keys)) for factor, one in by_factor.items()),
        breaks=tuple(sorted(breaks, key=_order)),
        weakest=weakest(base, by_factor),
        recovery=_recovery(base, surge, classes, run) if surge else None,
    )


def _recovery(base: Scenario, surge: Surge, classes: Sequence[str], run: Run) -> Recovery:
    usual, struck = run([base, surged(base, surge, classes)])
    return recover(usual, struck, surge)


def _order(one: Break) -> tuple[float, float]:
    """Surely missed first; then what is no longer surely met first."""
    late = float("inf")
    return late if one.broken is None else one.broken, late if one.held is None else one.held


def _narrowed(
    base: Scenario,
    found: Mapping[int, Experiment],
    goals: Mapping[str, Target],
    how: tuple[Sequence[str], StressSettings, Run],
) -> dict[int, Experiment]:
    """Halves the gaps in which a goal may break until all ends have a next neighbour; goals share what is run."""
    classes, settings, run = how
    known = dict(found)
    while wanted := sorted({point for one in goals.values() for point in next_points(verdicts_of(known, one))}):
        more = points(run, base, classes, [settings.factor(point) for point in wanted])
        known |= dict(zip(wanted, more, strict=True))
    return known


def _break(name: str, target: Target, found: Mapping[int, Experiment], settings: StressSettings) -> Break:
    verdicts = verdicts_of(found, target)
    held, broken = (None if point is None else settings.factor(point) for point in edges(verdicts))
    standings = tuple(Standing(settings.factor(point), stands(one, target)) for point, one in sorted(found.items()))
    return Break(name, target, standings, held, broken, is_one_way(verdicts))


def _again(base: Scenario, breaks: Sequence[Break], classes: Sequence[str], run: Run) -> list[Break]:
    """Runs both ends of each band with other patients: what was found by searching may have been found by luck."""
    wanted = sorted({end for one in breaks for end in (one.held, one.broken) if end is not None})
    if not wanted:
        return list(breaks)
    found = dict(
        zip(
            wanted,
            run([multiplied(afresh(base, base.run.replications), factor, classes) for factor in wanted]),
            strict=True,
        )
    )
    return [
        replace(
            one,
            again=tuple(
                Standing(end, stands(found[end], one.target)) for end in (one.held, one.broken) if end is not None
            ),
        )
        for one in breaks
    ]
