"""Exits: from every pathway, patients of every kind have a way out of the hospital."""

from collections.abc import Iterable
from dataclasses import dataclass

from sim.scenario.checking.findings import Findings
from sim.scenario.checking.kinds import Kind, attributes_that_decide, kinds_of, reach, who
from sim.scenario.pathway import Step
from sim.scenario.queueing import OUTCOMES
from sim.scenario.routes import has_loop, reachable
from sim.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class _Ways:
    """Where patients of a kind can go from a pathway."""

    targets: frozenset[str]
    """Other pathways, or itself."""
    leaves: bool
    """Whether they can leave the hospital."""


def check_exits(found: Findings) -> None:
    """Notes pathways out of which patients, or patients of a kind, never come."""
    told: set[frozenset[str]] = set()
    loops = has_loop(found.scenario)  # where every pathway has an end, only those who go round can be caught
    for name, patients in sorted(found.scenario.patients.items()):
        pathways = reachable(found.scenario, patients.pathway)
        if not pathways & loops:
            continue
        steps = (step for pathway in pathways for step in found.scenario.pathways[pathway])
        kinds = kinds_of(name, patients, attributes_that_decide(steps))
        for circle, caught in _traps(found.scenario, patients.pathway, kinds).items():
            if circle not in told:
                _tell(found, circle, "patients" if len(caught) == len(kinds) else who(name, caught, kinds))
            told.add(circle)
    for pathway in sorted(loops):  # also those to which nobody comes
        for circle in _traps(found.scenario, pathway, [{}]):
            if circle not in told:
                _tell(found, circle, "patients")
            told.add(circle)


def _tell(found: Findings, circle: frozenset[str], who: str) -> None:
    first, *others = sorted(circle)
    where = "it only leads to itself" if not others else "they only lead to each other"
    message = f"{who} never leave {' and '.join((first, *others))}: {where}"
    found.error(("pathways", first), "no-exit", message, "let one of the steps leave: discharged", key=True)


def _traps(scenario: Scenario, start: str, kinds: Iterable[Kind]) -> dict[frozenset[str], list[Kind]]:
    """Sets of pathways out of which nobody comes, with the kinds of patients that can come into them."""
    traps: dict[frozenset[str], list[Kind]] = {}
    for kind in kinds:
        ways: dict[str, _Ways] = {}
        waiting = [start]
        while waiting:
            name = waiting.pop()
            if name not in ways:
                ways[name] = _ways(scenario.pathways[name], kind)
                waiting.extend(ways[name].targets)
        for circle in _closed(ways):
            traps.setdefault(circle, []).append(kind)
    return traps


def _closed(ways: dict[str, _Ways]) -> set[frozenset[str]]:
    """The circles among pathways from which no way leads out; those that only lead into one are not told."""
    lost = {name for name in ways if not any(ways[other].leaves for other in _onward(ways, name))}
    circles = {frozenset(_onward(ways, name)) for name in lost if ways[name].targets}
    return {circle for circle in circles if not any(other < circle for other in circles)}


def _onward(ways: dict[str, _Ways], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(ways[name].targets)
    return seen


def _ways(steps: list[Step], kind: Kind) -> _Ways:
    """Where patients of a kind can go from steps."""
    targets = reach(steps, kind).targets
    return _Ways(frozenset(targets - set(OUTCOMES)), bool(targets & set(OUTCOMES)))
