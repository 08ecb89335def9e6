"""Watching: policies look at the hospital at their times, and act."""

from functools import partial
from typing import Any, Final

from sim.engine.eventlog import NOBODY, NOTHING, Event, code
from sim.engine.program import NONE, Effect
from sim.engine.reference.capacity import Capacity
from sim.engine.reference.interrupting import Interruptions
from sim.engine.reference.state import State
from sim.engine.reference.timeline import POLICIES, once, series
from sim.scenario.policies import FACTS

ROUNDING: Final = 1e-9
"""A share that is nearer than this to a level is at the level."""


class Watcher:
    """One policy."""

    def __init__(self, state: State, capacity: Capacity, interruptions: Interruptions, number: int) -> None:
        program = state.program
        self.state = state
        self.capacity = capacity
        self.interruptions = interruptions
        self.number = number
        self.turn = POLICIES + 2 * number  # in an instant: by name, and what was decided before comes first
        self.fact = FACTS[program.policy_fact[number]]
        span = slice(program.policy_of_from[number], program.policy_of_to[number])
        self.of = [state.resources[resource] for resource in program.policy_of[span].tolist()]
        self.every = int(program.policy_every[number])
        self.above, self.below = float(program.policy_above[number]), float(program.policy_below[number])
        self.lasts, self.after = int(program.policy_lasts[number]), int(program.policy_after[number])
        self.since: int | None = None  # when it was found at or above the level, without a break
        self.decision = 0  # grows when a decision is taken or taken back
        self.is_decided = False

    def schedule(self) -> None:
        """Looks at the start, and then always after the same time."""
        times = list(range(0, self.state.program.horizon_ms, self.every))
        series(self.state.environment, times, self.turn + 1, lambda _: self.look())

    def look(self) -> None:
        """Compares what is watched with the levels."""
        level, now = self.level(), self.state.now
        if level >= self.above - ROUNDING:
            self.since = now if self.since is None else self.since
            if not self.is_decided and now - self.since >= self.lasts:
                self.decide(now)
            return
        self.since = None
        if self.is_decided and (self.below == NONE or level <= self.below + ROUNDING):
            self.end()

    def decide(self, now: int) -> None:
        """Acts, at once or after the time that acting takes."""
        self.is_decided = True
        self.decision += 1
        if self.after:
            once(self.state.environment, self.after, partial(self.begin, self.decision), self.turn)
        else:
            self.begin(self.decision, None)

    def begin(self, decision: int, _: Any) -> None:
        """The policy becomes active, unless it has been taken back by now."""
        if decision != self.decision:
            return
        self.tell(active=True)
        program = self.state.program
        own = program.effect_policy == self.number
        early = own & (program.effect == Effect.EARLY_DISCHARGE)
        self.add(1)
        if early.any():
            wards = [self.state.resources[number] for number in program.effect_resource[early].tolist()]
            within, most = int(program.effect_within[early][0]), int(program.effect_units[early][0])
            self.interruptions.discharge_early(wards, within, most)

    def end(self) -> None:
        """The policy is over."""
        self.is_decided = False
        self.decision += 1
        if self.state.active[self.number]:
            self.tell(active=False)
            self.add(-1)

    def tell(self, *, active: bool) -> None:
        """Notes whether the policy is active."""
        self.state.active[self.number] = active
        step = int(self.state.program.policy_step[self.number])
        self.state.record((self.state.now, NOBODY, code(Event.POLICY, step, NOTHING, int(active))))

    def add(self, sign: int) -> None:
        """Brings what the policy adds, or takes it away."""
        program = self.state.program
        own = (program.effect_policy == self.number) & (program.effect == Effect.ADD)
        for number, units in zip(
            program.effect_resource[own].tolist(), program.effect_units[own].tolist(), strict=True
        ):
            resource = self.state.resources[number]
            resource.extra += sign * units
            self.capacity.refigure(resource, -min(sign, 0) * units)

    def level(self) -> float:
        """What is watched now: a share, milliseconds or a number of patients."""
        if self.fact == "occupancy":
            beds = sum(ward.capacity for ward in self.of)
            inside = sum(ward.inside() for ward in self.of)
            return inside / beds if beds else float(inside > 0)
        if self.fact == "inside":
            return float(sum(ward.inside() for ward in self.of))
        if self.fact == "boarders":
            return float(sum(len(ward.blocked) for ward in self.of))
        waiting = [patient for resource in self.of for patient in resource.queue()]
        if self.fact == "waiting_for":
            return float(len(set(waiting)))
        return float(max((self.state.now - patient.waits_since() for patient in waiting), default=0))
