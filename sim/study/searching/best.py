"""The best of some plans: chosen to within a difference that does not matter, or within a budget of replications."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.scenario.problems import quoted
from sim.scenario.scenario import Scenario
from sim.study.asking import Run, Variant
from sim.study.comparison import valid
from sim.study.experiment import with_run
from sim.study.fresh import afresh, fresh_seed
from sim.study.output_analysis import CONFIDENCE, Floats, Interval, paired_difference, t_interval
from sim.study.refusal import check_confidence, check_count, refusal
from sim.study.searching.kim_nelson import Rule, Selection, kim_nelson
from sim.study.searching.ocba import chance_of_best, next_replications
from sim.study.searching.plans import Plan, check_names
from sim.study.searching.rinott import rinott_replications
from sim.study.searching.wanted import Wanted
from sim.study.summary import values

BATCH: Final = 5
"""Replications that are run at a time; the procedure still looks at them one by one."""
MOST: Final = 200
"""So many replications a plan gets at most if nothing else is said."""


@dataclass(frozen=True, slots=True)
class BestOf:
    """What is chosen from, and how sure it is to be."""

    plans: tuple[Plan, ...]
    wanted: Wanted
    zone: float
    """Difference that does not matter, in the unit of the figure."""
    most_replications: int = MOST
    """Of one plan."""
    budget: int | None = None
    """Replications of all plans together; with one, they go where they help most, and how sure it is comes out."""
    confidence: float = CONFIDENCE

    def __post_init__(self) -> None:
        check_confidence(self.confidence)
        check_names(self.plans, "--plan", 2)
        check_count("--most-replications", self.most_replications, 2)
        if self.zone <= 0:
            raise refusal("--indifference", f"a difference that does not matter is above 0, not {self.zone:g}", "1 %")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plan among those chosen from."""

    plan: Plan
    figure: Interval
    """By the search; flattering for the plan that won."""
    replications: int
    behind: Interval
    """How much worse than the leading plan, on the same patients; 0 for that plan."""
    is_left: bool
    """Whether it may still be the best."""
    alone: int
    """Replications that Rinott's procedure would give it if plans had no patients in common."""
    fresh: Interval | None
    """The figure with fresh seeds; only of the leading plan and the next."""


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """What was found."""

    settings: BestOf
    base: Scenario
    candidates: tuple[Candidate, ...]
    """In the order in which they were named."""
    leading: int
    """Number of the plan with the best figure among those left."""
    next: int
    """Number of the plan with the next best figure."""
    is_chosen: bool
    """Whether all others fell out; never with a budget."""
    chance: float | None
    """With a budget: probability that the leading plan is truly the best, at least about so large."""
    first: int
    """Replications of every plan from which the spread was taken."""
    fresh_seed: int
    fresh_lead: Interval
    """How much better than the next the leading plan is with fresh seeds."""

    @property
    def spent(self) -> int:
        """Replications of the search, all plans together."""
        return sum(one.replications for one in self.candidates)


def choose_best(settings: BestOf, variant: Variant, run: Run) -> Best:
    """Chooses the best of some plans.

    Without a budget by Kim and Nelson's procedure: plans fall out one after another as soon as another surely leads,
    until one is left. With a budget by optimal computing budget allocation. All plans have the same patients. The
    leading plan and the next are run again with fresh seeds.

    Args:
        settings: plans, figure and limits.
        variant: makes scenarios; their number of replications is that from which the spread is taken.
        run: runs them.

    Returns:
        All plans and the choice.

    Raises:
        InvalidRunError: if the books of a run do not balance.
        ScenarioError: if a plan cannot be made, the figure is not defined in every replication, or the budget is too
            small to begin with.
    """
    base = variant(())
    rows = _Rows(settings, [variant(plan.changes) for plan in settings.plans], run)
    first = base.run.replications
    _check_first(settings, first)
    selection = rows.select(first) if settings.budget is None else rows.allocate(first, settings.budget)
    found = [row[:n] for row, n in zip(rows.held, selection.replications, strict=True)]
    order = sorted(range(len(found)), key=lambda plan: (plan not in selection.left, -float(np.mean(found[plan]))))
    leading, following = order[:2]
    fresh = rows.afresh((leading, following), len(found[leading]))
    sign, confidence = settings.wanted.sign, settings.confidence
    sds = [float(np.std(row[:first], ddof=1)) for row in found]
    candidates = tuple(
        Candidate(
            plan=plan,
            figure=t_interval(sign * found[number], confidence),
            replications=len(found[number]),
            behind=_behind(found, number, leading, confidence),
            is_left=number in selection.left,
            alone=rinott_replications(sds[number], settings.zone, len(found), first, confidence),
            fresh=t_interval(sign * fresh[number], confidence) if number in fresh else None,
        )
        for number, plan in enumerate(settings.plans)
    )
    return Best(
        settings=settings,
        base=base,
        candidates=candidates,
        leading=leading,
        next=following,
        is_chosen=settings.budget is None and len(selection.left) == 1,
        chance=_chance(found) if settings.budget is not None else None,
        first=first,
        fresh_seed=fresh_seed(base.run.seed),
        fresh_lead=paired_difference(fresh[following], fresh[leading], confidence).interval,
    )


def _check_first(settings: BestOf, first: int) -> None:
    check_count("--replications", first, 3)
    if settings.budget is None:
        if settings.most_replications < first:
            message = f"every plan gets {first} replications to begin with, more than {settings.most_replications}"
            raise refusal("--most-replications", message, str(MOST))
    elif settings.budget < first * len(settings.plans):
        least = first * len(settings.plans)
        message = f"{len(settings.plans)} plans with {first} replications to begin with are {least} already"
        raise refusal("--budget", message, f"{2 * least}, or fewer --replications")


class _Rows:
    """Values of the plans so far, turned so that more is better."""

    def __init__(self, settings: BestOf, scenarios: Sequence[Scenario], run: Run) -> None:
        self.settings = settings
        self.scenarios = scenarios
        self.run = run
        self.held: list[Floats] = [np.empty(0)] * len(scenarios)

    def select(self, first: int) -> Selection:
        """Kim and Nelson's procedure."""
        settings = self.settings

        def observe(plans: Sequence[int], count: int) -> list[Floats]:
            wanted = count if count <= first else min(settings.most_replications, count + BATCH - 1)
            self.grow(dict.fromkeys(plans, wanted))
            return [self.held[plan] for plan in plans]

        rule = Rule(settings.zone, first, settings.most_replications, settings.confidence)
        return kim_nelson(observe, len(self.scenarios), rule)

    def allocate(self, first: int, budget: int) -> Selection:
        """Optimal computing budget allocation, a tenth of the budget at a time."""
        done = tuple([first] * len(self.scenarios))
        self.grow(dict(enumerate(done)))
        while sum(done) < budget:
            more = min(max(budget // 10, len(done)), budget - sum(done))
            done = next_replications(*_spread(self.held), done, more)
            self.grow(dict(enumerate(done)))
        return Selection(tuple(range(len(done))), done, max(done))

    def grow(self, wanted: Mapping[int, int]) -> None:
        """Runs plans so that each has as many replications as wanted."""
        short = {plan: count for plan, count in wanted.items() if count > len(self.held[plan])}
        found = self._run({plan: with_run(self.scenarios[plan], replications=n) for plan, n in short.items()})
        for plan, row in found.items():
            self.held[plan] = row

    def afresh(self, plans: Sequence[int], replications: int) -> dict[int, Floats]:
        """The same plans with fresh seeds."""
        return self._run({plan: afresh(self.scenarios[plan], replications) for plan in plans})

    def _run(self, scenarios: Mapping[int, Scenario]) -> dict[int, Floats]:
        if not scenarios:
            return {}
        wanted = self.settings.wanted
        found = {}
        for plan, one in zip(scenarios, valid(self.run(list(scenarios.values()))), strict=True):
            row = wanted.sign * values(one, wanted.key)
            if np.isnan(row).any():
                name = quoted(self.settings.plans[plan].name)
                message = f"{wanted.key[0]} is not defined in every run of the plan {name}"
                raise refusal("--figure", message, "a figure that every run has, or a longer run")
            found[plan] = row
        return found


def _spread(rows: Sequence[Floats]) -> tuple[list[float], list[float]]:
    """Means, turned so that less is better, and standard deviations."""
    return [-float(np.mean(row)) for row in rows], [float(np.std(row, ddof=1)) for row in rows]


def _chance(rows: Sequence[Floats]) -> float:
    return chance_of_best(*_spread(rows), [len(row) for row in rows])


def _behind(rows: Sequence[Floats], plan: int, leading: int, confidence: float) -> Interval:
    count = min(len(rows[plan]), len(rows[leading]))
    return paired_difference(rows[plan][:count], rows[leading][:count], confidence).interval
