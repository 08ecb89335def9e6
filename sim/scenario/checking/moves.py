"""Moves: from which ward to which ward patients go, so that wards that can block each other are known."""

from dataclasses import dataclass, field

from sim.scenario.care import Enter
from sim.scenario.pathway import Go, Leave, OneOf, Repeat, Step, Vacate
from sim.scenario.queueing import OUTCOMES
from sim.scenario.routes import turned_away
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
            for target in turned_away(step).values():
                if target not in OUTCOMES:
                    self.begin(target, places)
            if isinstance(step, Go):
                self.begin(step.pathway, places)
            if isinstance(step, Go | Leave):
                return frozenset()
            places = self._behind(step, places)
        return places

    def _behind(self, step: Step, places: Places) -> Places:
        """Wards in which patients may be behind a step."""
        if isinstance(step, Enter):
            return self._enter(step, places)
        if isinstance(step, Vacate):
            return frozenset([None])
        if isinstance(step, Repeat):
            return self._rounds(step, places)
        return self._branch(step, places) if isinstance(step, OneOf) else places

    def _enter(self, step: Enter, places: Places) -> Places:
        others = (*step.others, *self.scenario.wards[step.ward].if_full)
        wards = frozenset([step.ward, *(other.use for other in others)])
        self.found.update((place, ward) for place in places if place for ward in wards if place != ward)
        return wards

    def _rounds(self, step: Repeat, places: Places) -> Places:
        """Follows rounds until none begins in a new ward."""
        begun, behind = places, self.follow(step.steps, places)
        while behind - begun:
            begun |= behind
            behind = self.follow(step.steps, begun)
        return behind

    def _branch(self, step: OneOf, places: Places) -> Places:
        behind: Places = frozenset()
        for option in step.options:
            if option.go:
                self.begin(option.go, places)
            elif not option.leave:
                behind |= self.follow(option.steps or [], places)
        return behind
