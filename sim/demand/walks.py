"""Walks: how the patients of a class go through a pathway on average, all kinds of them at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from sim.demand.attributes import of_level
from sim.demand.branches import attributes_in, option_shares, shares_by_kind
from sim.demand.expected_times import calendar_of, mean_by_kind, mean_factor, mean_wait
from sim.demand.mixes import Mix
from sim.demand.streams import Floats
from sim.scenario.calendars import moments_of_week
from sim.scenario.care import Activity, Enter, GiveBack, Hold, Stay
from sim.scenario.pathway import Go, Leave, OneOf, Option, Repeat, Step, Vacate, WaitUntil
from sim.scenario.patients import fill_rest
from sim.scenario.quantities import REST
from sim.scenario.queueing import OUTCOMES
from sim.scenario.scenario import Scenario
from sim.scenario.varying import VaryingShare

MOST_HELD: Final = 20
"""So many units of a resource are counted for a patient who takes more of it each time round."""
NOBODY_LEFT: Final = 1e-9
"""A flow of patients below this is none."""
COUNT: Final = 0
"""Row of a flow: the patients."""
AGE: Final = 1
"""Row of a flow: milliseconds since the beginning of the walk that count (see `Walk.counts_care`), summed over them."""
SINCE: Final = 2
"""Row of a flow: milliseconds since they last waited for a calendar, summed over the patients."""
SPAN: Final = 3
"""Row of a flow: milliseconds over which patients who go round alike are spread from their age on, summed over them."""


class Where(NamedTuple):
    """Where patients are."""

    ward: str | None = None
    """Ward in which they have a bed; None for nowhere."""
    held: tuple[tuple[str, int], ...] = ()
    """Resources that they keep across steps, with units, in order of names."""
    moments: tuple[int, ...] = ()
    """Moments of the week at one of which they set out; empty if they come at any moment, as they do from a bed."""

    @property
    def is_free(self) -> bool:
        """Whether they keep nothing."""
        return self.ward is None and not self.held


Node = tuple[str, Where]
"""A pathway and where patients are when they begin it."""
Flows = Mapping[Where, Floats]
"""Patients by where they are: `COUNT`, `AGE`, `SINCE` and `SPAN` in rows, and in each by their kind."""


@dataclass(frozen=True, slots=True)
class Pass:
    """Patients who pass a step."""

    step: Step
    where: Where
    """Where they are during it."""
    flow: Floats
    """Their number by kind of patient, for one patient of the kind at the start of the walk."""
    time: Floats | float
    """Milliseconds that it takes on average, by kind of patient; without waits for resources."""
    age: Floats | float = 0.0
    """Milliseconds from the start of the walk to the first of them."""
    span: Floats | float = 0.0
    """Milliseconds from the first of them to the last."""
    within: Floats | float = 1.0
    """Share of them who come to it before the end of the run; their time is then that before the end of the run."""
    is_visit: bool = True
    """Whether they come to the step; false for the time between two rounds of a repeat."""


@dataclass(frozen=True, slots=True)
class Walk:
    """One way through a pathway from its first step, for all kinds of patients at once."""

    scenario: Scenario
    mix: Mix
    pathway: str
    """Name of the pathway."""
    counts_care: bool = False
    """Whether all time counts for the age; otherwise only that in which patients keep nothing and are with nobody."""
    passes: list[Pass] = field(default_factory=list)
    ways: dict[Node, Floats] = field(default_factory=dict)
    """Patients who go on with another pathway."""

    def follow(self, steps: list[Step], flows: Flows) -> Flows:
        """Sends patients through steps; returns those who come out at the end, by where they are."""
        for step in steps:
            flows = self._through(step, _moved(step, flows))
            if isinstance(step, OneOf):
                flows = self._branch(step, flows)
            elif isinstance(step, Repeat):
                flows = self._repeat(step, flows)
            elif isinstance(step, Activity) and step.missed is not None:
                flows = self._miss(step, flows)
            elif isinstance(step, Go):
                self._go(step.pathway, flows)
            if isinstance(step, Go | Leave):
                flows = {}
        return flows

    def _through(self, step: Step, flows: Flows) -> Flows:
        """Sends patients through the time that a step takes."""
        usual = self._time(step)
        needs_somebody = isinstance(step, Activity) and bool(step.needs())
        after: dict[Where, Floats] = {}
        for where, flow in flows.items():
            time, there = usual, where
            if isinstance(step, WaitUntil):
                time = self._wait(step, where, flow)
                there = where._replace(moments=_moments(self.scenario, step) if where.is_free else ())
            self._pass(step, where, flow, time)
            _add(after, {there: self._aged(step, flow, time, is_apart=where.is_free and not needs_somebody)})
        return after

    def _pass(self, step: Step, where: Where, flow: Floats, time: Floats | float, *, is_visit: bool = True) -> None:
        """Notes who passes a step."""
        age: Floats | float = flow[AGE] / _some(flow) if flow[AGE].any() else 0.0
        span: Floats | float = flow[SPAN] / _some(flow) if flow[SPAN].any() else 0.0
        self.passes.append(Pass(step, where, flow[COUNT], time, age, span, is_visit=is_visit))

    def _time(self, step: Step) -> Floats | float:
        """Mean time of a step in milliseconds, by kind of patient."""
        if not isinstance(step, Activity | Stay):
            return 0.0
        return mean_by_kind(step.time, self.mix) * mean_factor(self.scenario, self.pathway, step)

    def _wait(self, step: WaitUntil, where: Where, flow: Floats) -> Floats | float:
        """Mean wait for the next moment of a calendar; what sets of dates change is not counted."""
        times = calendar_of(self.scenario, step)
        return mean_wait(times, where.moments, flow[SINCE] / _some(flow)) if moments_of_week(times) else 0.0

    def _aged(self, step: Step, flow: Floats, time: Floats | float, *, is_apart: bool) -> Floats:
        """Patients after some time."""
        if isinstance(time, float) and time == 0.0 and not isinstance(step, WaitUntil):
            return flow
        added = flow[COUNT] * time
        since = np.zeros_like(added) if isinstance(step, WaitUntil) else flow[SINCE] + added
        age = flow[AGE] + added if is_apart or self.counts_care else flow[AGE]
        return np.stack([flow[COUNT], age, since, flow[SPAN]])

    def _branch(self, step: OneOf, flows: Flows) -> Flows:
        """Splits patients over the options and gathers those who carry on; no policy is active."""
        if any(name in self.mix.codes for name in attributes_in(step)):
            by_kind, kinds = shares_by_kind(step, self.mix.codes, self.mix.names)
            shares = by_kind[:, kinds]
        else:
            shares = np.array(option_shares(step, {}))[:, None]
        shares = _without_policy(step, shares)
        carried: dict[Where, Floats] = {}
        for option, share in zip(step.options, shares, strict=True):
            _add(carried, self._option(option, {where: flow * share for where, flow in flows.items()}))
        return carried

    def _option(self, option: Option, flows: Flows) -> Flows:
        if option.go:
            self._go(option.go, flows)
        if option.go or option.leave:
            return {}
        return self.follow(option.steps or [], flows)

    def _repeat(self, step: Repeat, flows: Flows) -> Flows:
        """Goes round as often as patients do; once a round changes nobody, all further ones are like it."""
        chances = _rounds(step)
        done: dict[Where, Floats] = {}
        for number, on in enumerate(chances):
            begun = len(self.passes)
            after = self.follow(step.steps, flows)
            _add(done, {where: flow * (1 - on) for where, flow in after.items()})
            more = {where: flow * on for where, flow in after.items()}
            if on == 0 or _total(more).sum() < NOBODY_LEFT:
                break
            idle = self._idle(step, flows, self.passes[begun:])
            steady = after.keys() == flows.keys() and all(
                np.allclose(after[where][COUNT], flows[where][COUNT]) for where in flows
            )
            further = float(np.cumprod(chances[number + 1 :]).sum() + 1) if steady else 1.0
            again = self._pause(step, more, idle)
            if steady:
                many = {where: _spread(flow, again[where], flows[where], further) for where, flow in more.items()}
                last = self.follow(step.steps, self._pause(step, many, idle, is_told=True))
                _add(done, {where: _at_the_end(flow, again[where], further) for where, flow in last.items()})
                break
            flows = self._pause(step, more, idle, is_told=True)
        return done

    def _pause(self, step: Repeat, flows: Flows, idle: Floats | float, *, is_told: bool = False) -> Flows:
        """Lets patients wait for the next round."""
        if is_told:
            for where, flow in flows.items():
                self._pass(step, where, flow, idle, is_visit=False)
        return {where: self._aged(step, flow, idle, is_apart=where.is_free) for where, flow in flows.items()}

    def _idle(self, step: Repeat, flows: Flows, passes: list[Pass]) -> Floats | float:
        """Mean time from the end of a round to the next, by kind of patient."""
        if step.every is None:
            return 0.0
        begun = _total(flows)
        taken = np.sum([part.flow * part.time for part in passes], axis=0)
        return np.asarray(np.clip(step.every - taken / np.where(begun > 0, begun, 1.0), 0.0, None))

    def _miss(self, step: Activity, flows: Flows) -> Flows:
        """Sends those who do not come another way; what is kept for them is used all the same."""
        if step.missed is None or step.if_missed is None:
            return flows
        share = self._share(step.missed)
        if step.if_missed not in OUTCOMES:
            self._go(step.if_missed, {where: flow * share for where, flow in flows.items()})
        return {where: flow * (1 - share) for where, flow in flows.items()}

    def _share(self, share: float | str | VaryingShare) -> Floats | float:
        """A share by kind of patient."""
        if not isinstance(share, VaryingShare):
            return share if isinstance(share, float) else 1.0
        if share.by not in self.mix.codes:
            return self._share(of_level(share.levels, None, share.by))
        levels = [of_level(share.levels, level, share.by) for level in self.mix.names[share.by]]
        known = np.array([level if isinstance(level, float) else 1.0 for level in levels])
        return np.asarray(known.take(self.mix.codes[share.by]))

    def _go(self, pathway: str, flows: Flows) -> None:
        for where, flow in flows.items():
            gone = np.stack([flow[COUNT], flow[AGE] + flow[SPAN] / 2, flow[SINCE], np.zeros_like(flow[SPAN])])
            self.ways[pathway, where] = self.ways.get((pathway, where), 0.0) + gone


def _moved(step: Step, flows: Flows) -> Flows:
    """Patients by where they are once they have what a step gives them."""
    moved: dict[Where, Floats] = {}
    for where, flow in flows.items():
        there = where
        if isinstance(step, Enter | Vacate):
            there = where._replace(ward=step.ward if isinstance(step, Enter) else None, moments=())
        elif isinstance(step, Hold):
            needs, held = step.needs(), dict(where.held)
            kept = {name: needs[name] for name in (*step.staff, *step.equipment)}
            more = {name: min(held.get(name, 0) + units, MOST_HELD) for name, units in kept.items()}
            there = where._replace(held=tuple(sorted({**held, **more}.items())), moments=())
        elif isinstance(step, GiveBack):
            there = where._replace(held=tuple(one for one in where.held if one[0] not in step.resources))
        _add(moved, {there: flow})
    return moved


def _without_policy(step: OneOf, shares: Floats) -> Floats:
    """Shares of options while no policy is active: those that need one give theirs to the rest."""
    if step.policy() is None:
        return shares
    open_now = np.array([option.during is None for option in step.options])
    rest = next(place for place, option in enumerate(step.options) if option.share == REST and open_now[place])
    found = np.where(open_now[:, None], shares, 0.0)
    found[rest] += shares[~open_now].sum(axis=0)
    return found


def _rounds(step: Repeat) -> list[float]:
    """Chance to go on after each round, for those who have come so far."""
    shares = fill_rest({str(times): share for times, share in sorted(step.times.items())})
    reached = np.zeros(max(step.times) + 1)
    for times, share in shares.items():
        reached[: int(times) + 1] += share
    before, after = reached[1:], np.append(reached[2:], 0.0)
    return [float(chance) for chance in after / np.where(before > 0, before, 1.0)]


def _add(to: dict[Where, Floats], flows: Flows) -> None:
    for where, flow in flows.items():
        to[where] = to.get(where, 0.0) + flow


def _total(flows: Flows) -> Floats:
    return np.asarray(np.sum([flow[COUNT] for flow in flows.values()], axis=0))


def _some(flow: Floats) -> Floats:
    """How many patients there are of each kind; 1 for none."""
    return np.where(flow[COUNT] > 0, flow[COUNT], 1.0)


def _moments(scenario: Scenario, step: WaitUntil) -> tuple[int, ...]:
    return tuple(moments_of_week(calendar_of(scenario, step)))


def _spread(flow: Floats, again: Floats, before: Floats, further: float) -> Floats:
    """Patients of all further rounds together.

    Args:
        flow: those who go on after the first round.
        again: the same at the beginning of the second round.
        before: those at the beginning of the first round.
        further: mean number of further rounds.
    """
    apart = again[AGE] - before[AGE] * flow[COUNT] / _some(before)
    return np.asarray(np.stack([flow[COUNT], flow[AGE], flow[SINCE], flow[SPAN] + (further - 1) * apart]) * further)


def _at_the_end(flow: Floats, again: Floats, further: float) -> Floats:
    """Patients behind the last of some rounds, from those of all these rounds together."""
    count, age, since, span = flow / further
    own = span - again[SPAN] * count / _some(again)
    return np.stack([count, age + own, since, span - own])
