"""Moves: from which ward to which ward patients go, so that wards that can block each other are known."""

from dataclasses import dataclass, field

from sim.scenario.pathway import OUTCOMES, Enter, Go, Leave, OneOf, Queueing, Step, Vacate
from sim.scenario.scenario import Scenario

Places = frozenset[str | None]
"""Wards in which a patient may be; None for nowhere."""


def moves(scenario: Scenario) -> frozenset[tuple[str, str]]:
    """Pairs of wards between which patients move directly, keeping the first until the second is theirs.

    Args:
        scenario: a scenario whose names all stand for something.
    """
    walk = _Walk(scenario)
    for patients in scenario.patients.values():
        walk.begin(patients.pathway, frozenset([None]))
    return frozenset(walk.found)


def circles(scenario: Scenario) -> list[tuple[str, ...]]:
    """Groups of wards among which patients move round: when all are full they can block each other."""
    onward: dict[str, set[str]] = {}
    for first, second in moves(scenario):
        onward.setdefault(first, set()).add(second)
    after = {ward: _after(onward, ward) for ward in onward}
    groups = {
        tuple(sorted(other for other in after[ward] if ward in after.get(other, ())))
        for ward in onward
        if ward in after[ward]
    }
    return sorted(groups)


def _after(onward: dict[str, set[str]], start: str) -> set[str]:
    """Wards to which patients can come later on; the first too if they can come back."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        new = onward.get(waiting.pop(), set()) - seen
        seen |= new
        waiting.extend(new)
    return seen


@dataclass(slots=True)
class _Walk:
    """Follows all ways through the pathways, with the wards in which a patient may be."""

    scenario: Scenario
    found: set[tuple[str, str]] = field(default_factory=set)
    seen: dict[str, Places] = field(default_factory=dict)

    def begin(self, pathway: str, places: Places) -> None:
        """Follows a pathway from wards in which it was not followed before."""
        new = places - self.seen.get(pathway, frozenset())
        if new:
            self.seen[pathway] = self.seen.get(pathway, frozenset()) | new
            self.follow(self.scenario.pathways[pathway], new)

    def follow(self, steps: list[Step], places: Places) -> Places:
        """Follows steps; returns the wards in which those are who come out behind them."""
        for step in steps:
            if isinstance(step, Queueing):
                self._turned_away(step, places)
            if isinstance(step, Enter):
                places = self._enter(step, places)
            elif isinstance(step, Vacate):
                places = frozenset([None])
            elif isinstance(step, OneOf):
                places = self._branch(step, places)
            elif isinstance(step, Go):
                self.begin(step.pathway, places)
            if isinstance(step, Go | Leave):
                return frozenset()
        return places

    def _turned_away(self, step: Queueing, places: Places) -> None:
        for target in (step.then, step.if_queue_full, step.if_none_free):
            if target and target not in OUTCOMES:
                self.begin(target, places)

    def _enter(self, step: Enter, places: Places) -> Places:
        wards = frozenset([step.ward, *(other.use for other in self.scenario.wards[step.ward].if_full)])
        self.found.update((place, ward) for place in places if place for ward in wards if place != ward)
        return wards

    def _branch(self, step: OneOf, places: Places) -> Places:
        behind: Places = frozenset()
        for option in step.options:
            if option.go:
                self.begin(option.go, places)
            elif not option.leave:
                behind |= self.follow(option.steps or [], places)
        return behind
