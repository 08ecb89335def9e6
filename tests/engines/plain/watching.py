"""Watching: policies look at the hospital, decide, act and end."""

from sim.engine.eventlog import Event
from sim.engine.program import NONE, Effect
from sim.scenario.policies import FACTS
from tests.engines.plain.changes import Changes
from tests.engines.plain.journeys import Journeys
from tests.engines.plain.people import Person, Request
from tests.engines.plain.scene import POLICIES, Scene
from tests.engines.plain.things import Things


class Policy:
    """One rule that watches."""

    def __init__(self, number: int, watching: "Watching") -> None:
        self.number, self.watching, self.scene = number, watching, watching.scene
        program = self.scene.program
        self.fact = FACTS[program.policy_fact[number]]
        self.of = program.policy_of[program.policy_of_from[number] : program.policy_of_to[number]].tolist()
        self.every, self.lasts, self.after = (
            int(column[number]) for column in (program.policy_every, program.policy_lasts, program.policy_after)
        )
        self.above, self.below = float(program.policy_above[number]), float(program.policy_below[number])
        self.since: int | None = None
        """First look of those at which the level was reached without a break."""
        self.decided: int | None = None
        """When it was decided to act."""

    def plan_look(self, moment: int) -> None:
        if moment < self.scene.program.horizon_ms:
            self.scene.plan(moment, POLICIES, self.look, order=2 * self.number + 1)

    def look(self) -> None:
        self.plan_look(self.scene.now + self.every)
        found = self.watching.fact(self.fact, self.of)
        if self.decided is not None:
            if found < self.above and (self.below == NONE or found <= self.below):
                self.end()
            return
        if found < self.above:
            self.since = None
            return
        self.since = self.scene.now if self.since is None else self.since
        if self.scene.now - self.since >= self.lasts:
            self.decide()

    def decide(self) -> None:
        decided = self.decided = self.scene.now

        def act() -> None:
            if self.decided == decided:
                self.watching.set_active(self.number, active=True)

        if self.after:
            self.scene.plan(self.scene.now + self.after, POLICIES, act, order=2 * self.number)
        else:
            act()

    def end(self) -> None:
        self.decided = self.since = None
        if self.scene.active[self.number]:
            self.watching.set_active(self.number, active=False)


class Watching:
    """All policies."""

    def __init__(self, scene: Scene, things: Things, journeys: Journeys, changes: Changes) -> None:
        self.scene, self.things, self.journeys, self.changes = scene, things, journeys, changes
        self.policies = [Policy(number, self) for number in range(len(scene.program.policy_step))]

    def plan_all(self) -> None:
        """Everybody looks at moment 0 for the first time."""
        for policy in self.policies:
            policy.plan_look(0)

    # ------------------------------------------------ what is watched

    def fact(self, fact: str, of: list[int]) -> float:
        """What a policy sees."""
        inside = [person for person in self.journeys.inside if person.ward() in of]
        if fact == "inside":
            return len(inside)
        if fact == "occupancy":
            beds = sum(self.things.level[ward] for ward in of)
            return len(inside) / beds if beds else float(bool(inside))
        if fact == "boarders":
            return sum(self.asks_for_a_place(person) for person in inside)
        waits = [self.scene.now - request.since for request in self.requests_for(of)]
        return len(waits) if fact == "waiting_for" else max(waits, default=0)

    def requests_for(self, resources: list[int]) -> list[Request]:
        """Requests whose first way includes one of the resources."""
        wanted = self.journeys.book.wanted
        return [request for request in self.journeys.waiting if set(resources) & set(wanted(request.at))]

    def asks_for_a_place(self, person: Person) -> bool:
        return person.request is not None and self.journeys.book.rows[person.request.at].place == 1

    # ------------------------------------------------ what is done

    def set_active(self, number: int, *, active: bool) -> None:
        """A policy begins or ends."""
        program = self.scene.program
        self.scene.active[number] = active
        self.scene.tell_all(Event.POLICY, int(program.policy_step[number]), quantity=int(active))
        own = [row for row in range(len(program.effect)) if program.effect_policy[row] == number]
        for row in own:
            if program.effect[row] == Effect.ADD:
                resource, units = int(program.effect_resource[row]), int(program.effect_units[row])
                self.things.added[resource] += units if active else -units
                self.changes.relieve(resource, 0 if active else units)
                self.changes.set_level(resource)
        early = [row for row in own if program.effect[row] == Effect.EARLY_DISCHARGE]
        if early and active:
            wards = [int(program.effect_resource[row]) for row in early]
            self.discharge(wards, int(program.effect_within[early[0]]), int(program.effect_units[early[0]]))

    def discharge(self, wards: list[int], within: int, most: int) -> None:
        """Ends the stays that are nearly over."""
        latest = self.scene.now + within
        stays = [
            person.task
            for person in self.journeys.inside
            if person.ward() in wards and person.task and self.journeys.book.rows[person.task.at].stay == 1
        ]
        ending = sorted((task for task in stays if task.ends <= latest), key=lambda task: (task.ends, task.person.rank))
        for task in ending if most == NONE else ending[:most]:
            self.journeys.end(task)
