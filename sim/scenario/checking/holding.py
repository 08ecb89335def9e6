"""Holding: what patients may hold at each step, so that nothing is given back which nobody has."""

from dataclasses import dataclass, field

from sim.scenario.care import Activity, GiveBack, Hold
from sim.scenario.checking.findings import Findings, Where
from sim.scenario.pathway import Go, Leave, OneOf, Repeat, Step
from sim.scenario.problems import quoted
from sim.scenario.queueing import OUTCOMES
from sim.scenario.routes import turned_away
from sim.scenario.scenario import Scenario

Names = frozenset[str]
"""Names of resources that a patient may hold."""


def check_holding(found: Findings) -> None:
    """Notes what is given back without being held, and what is taken although it may be held already."""
    steps = [(pathway, where, step) for pathway, where, step in found.steps()]
    taken = {name for _, _, step in steps if isinstance(step, Hold) for name in _kept(found.scenario, step)}
    if not taken and not any(isinstance(step, GiveBack) for _, _, step in steps):
        return
    walk = _Walk(found.scenario)
    for patients in found.scenario.patients.values():
        walk.begin(patients.pathway, frozenset())
    for pathway, where, step in steps:
        held = walk.held.get((pathway, step.name))
        if isinstance(step, GiveBack):
            _check_given_back(found, where, step, taken if held is None else held)
        elif isinstance(step, Activity | Hold) and held:
            _check_taken_again(found, where, step, held)


def _check_given_back(found: Findings, where: Where, step: GiveBack, held: Names | set[str]) -> None:
    anywhere = {name for _, _, other in found.steps() if isinstance(other, Hold) for name in other.needs()}
    for number, name in enumerate(step.resources):
        place = (*where, "resources", number)
        section = "equipment" if name in found.scenario.equipment else "staff"
        fix = f"write hold: {{{section}: {name}}} before, or remove the step"
        if name not in anywhere:
            message = f"{name} is given back, but no step holds it"
            found.error(place, "given-back", message, fix)
        elif name not in held:
            message = f"nobody who comes here holds {name}"
            found.warn(place, "not-held", message, fix)


def _check_taken_again(found: Findings, where: Where, step: Activity | Hold, held: Names) -> None:
    for name in sorted(held & step.needs().keys()):
        message = f"patients may hold {name} when they come to {quoted(step.name)}, which takes another one besides"
        section = "staff" if name in step.staff else "equipment"
        fix = (
            f"give back: {name} before"
            if isinstance(step, Hold)
            else f"remove {section}: {name} here if it is the same"
        )
        found.warn((*where, section, name), "held-twice", message, fix)


def _kept(scenario: Scenario, step: Hold) -> set[str]:
    """What a patient has to give back: slots and supplies are used up."""
    return {name for name in step.needs() if name in scenario.staff or name in scenario.equipment}


@dataclass(slots=True)
class _Walk:
    """Follows all ways through the pathways, with what a patient may hold."""

    scenario: Scenario
    seen: dict[str, Names] = field(default_factory=dict)
    held: dict[tuple[str, str], Names] = field(default_factory=dict)
    """What may be held on coming to a step, by pathway and name of the step."""

    def begin(self, pathway: str, held: Names) -> None:
        """Follows a pathway with what was not held on coming to it before."""
        known = self.seen.get(pathway)
        if known is None or held - known:
            self.seen[pathway] = held | (known or frozenset())
            self.follow(pathway, self.scenario.pathways[pathway], self.seen[pathway])

    def follow(self, pathway: str, steps: list[Step], held: Names) -> Names | None:
        """Follows steps; returns what may be held behind them, None if nobody comes out."""
        now: Names | None = held
        for step in steps:
            if now is None:
                return None
            self.held[pathway, step.name] = self.held.get((pathway, step.name), frozenset()) | now
            for target in turned_away(step).values():
                if target not in OUTCOMES:
                    self.begin(target, now)
            now = self._behind(pathway, step, now)
        return now

    def _behind(self, pathway: str, step: Step, held: Names) -> Names | None:
        """What may be held behind a step."""
        if isinstance(step, Hold):
            return held | _kept(self.scenario, step)
        if isinstance(step, GiveBack):
            return held - set(step.resources)
        if isinstance(step, Go):
            self.begin(step.pathway, held)
        if isinstance(step, Go | Leave):
            return None
        if isinstance(step, Repeat):
            return self._rounds(pathway, step, held)
        return self._branch(pathway, step, held) if isinstance(step, OneOf) else held

    def _rounds(self, pathway: str, step: Repeat, held: Names) -> Names | None:
        """Follows rounds until none begins with something new."""
        begun, behind = held, self.follow(pathway, step.steps, held)
        while behind is not None and behind - begun:
            begun |= behind
            behind = self.follow(pathway, step.steps, begun)
        return behind

    def _branch(self, pathway: str, step: OneOf, held: Names) -> Names | None:
        behind: list[Names] = []
        for option in step.options:
            if option.go:
                self.begin(option.go, held)
            elif not option.leave:
                after = self.follow(pathway, option.steps or [], held)
                behind += [] if after is None else [after]
        return frozenset().union(*behind) if behind else None
