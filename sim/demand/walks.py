"""Walks: how the patients of a class go through a pathway on average, all kinds of them at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from sim.demand.attributes import of_level
from sim.demand.branches import attributes_in, option_shares, shares_by_kind
from sim.demand.expected_times import mean_by_kind, mean_factor, mean_wait_at
from sim.demand.mixes import Mix
from sim.demand.streams import Floats
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


class Where(NamedTuple):
    """Where patients are."""

    ward: str | None = None
    """Ward in which they have a bed; None for nowhere."""
    held: tuple[tuple[str, int], ...] = ()
    """Resources that they keep across steps, with units, in order of names."""


Node = tuple[str, Where]
"""A pathway and where patients are when they begin it."""
Flows = Mapping[Where, Floats]
"""Patients by where they are, and there by their kind."""


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
    is_visit: bool = True
    """Whether they come to the step; false for the time between two rounds of a repeat."""


@dataclass(frozen=True, slots=True)
class Walk:
    """One way through a pathway from its first step, for all kinds of patients at once."""

    scenario: Scenario
    mix: Mix
    pathway: str
    """Name of the pathway."""
    passes: list[Pass] = field(default_factory=list)
    ways: dict[Node, Floats] = field(default_factory=dict)
    """Patients who go on with another pathway."""

    def follow(self, steps: list[Step], flows: Flows) -> Flows:
        """Sends patients through steps; returns those who come out at the end, by where they are."""
        for step in steps:
            flows = _moved(step, flows)
            time = self._time(step)
            self.passes.extend(Pass(step, where, flow, time) for where, flow in flows.items())
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

    def _time(self, step: Step) -> Floats | float:
        """Mean time of a step in milliseconds, by kind of patient."""
        if isinstance(step, WaitUntil):
            return mean_wait_at(self.scenario, step)
        if not isinstance(step, Activity | Stay):
            return 0.0
        return mean_by_kind(step.time, self.mix) * mean_factor(self.scenario, self.pathway, step)

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
            if on == 0 or sum(flow.sum() for flow in more.values()) < NOBODY_LEFT:
                break
            idle = self._idle(step, flows, self.passes[begun:])
            steady = after.keys() == flows.keys() and all(np.allclose(after[where], flows[where]) for where in flows)
            further = float(np.cumprod(chances[number + 1 :]).sum() + 1) if steady else 1.0
            again = {where: flow * further for where, flow in more.items()}
            self.passes.extend(Pass(step, where, flow, idle, is_visit=False) for where, flow in again.items())
            if steady:
                self.follow(step.steps, again)
                _add(done, more)
                break
            flows = more
        return done

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
            self.ways[pathway, where] = self.ways.get((pathway, where), 0.0) + flow


def _moved(step: Step, flows: Flows) -> Flows:
    """Patients by where they are once they have what a step gives them."""
    moved: dict[Where, Floats] = {}
    for where, flow in flows.items():
        there = where
        if isinstance(step, Enter | Vacate):
            there = where._replace(ward=step.ward if isinstance(step, Enter) else None)
        elif isinstance(step, Hold):
            needs, held = step.needs(), dict(where.held)
            kept = {name: needs[name] for name in (*step.staff, *step.equipment)}
            more = {name: min(held.get(name, 0) + units, MOST_HELD) for name, units in kept.items()}
            there = where._replace(held=tuple(sorted({**held, **more}.items())))
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
    return np.asarray(np.sum(list(flows.values()), axis=0))
