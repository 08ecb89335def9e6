"""Admission: which wards a step can lead to, and whether one of them takes each patient who comes."""

from collections.abc import Mapping

from sim.scenario.care import Enter
from sim.scenario.checking.findings import Findings, Where
from sim.scenario.checking.kinds import Kind, attributes_that_decide, kinds_of, reach, who
from sim.scenario.checking.levels import levels_of
from sim.scenario.pathway import Step, flatten
from sim.scenario.routes import reachable
from sim.scenario.scenario import Scenario


def wards_of(scenario: Scenario, step: Enter) -> list[str]:
    """Wards that a step can lead to, in order of preference; those that are not declared lead no further."""
    own = scenario.wards.get(step.ward)
    return [step.ward, *(other.use for other in (*step.others, *(own.if_full if own else ())))]


def pathways_to(scenario: Scenario, ward: str) -> set[str]:
    """Pathways on which a step can lead to a ward."""
    return {
        pathway
        for pathway, steps in scenario.pathways.items()
        for step in flatten(steps)
        if isinstance(step, Enter) and ward in wards_of(scenario, step)
    }


def check_admission(found: Findings) -> None:
    """Notes steps at which patients wait for ever, since no ward takes them; every name must stand for something."""
    scenario = found.scenario
    asked = {attribute for ward in scenario.wards.values() for attribute in ward.takes}
    if not asked:
        return
    places = {(pathway, step.name): (where, step) for pathway, where, step in found.steps()}
    told: set[tuple[str, str]] = set()
    for name, patients in sorted(scenario.patients.items()):
        steps = [step for pathway in reachable(scenario, patients.pathway) for step in scenario.pathways[pathway]]
        kinds = kinds_of(name, patients, attributes_that_decide(steps) | asked)
        for place, caught in _not_taken(scenario, name, kinds).items():
            where, step = places[place]
            if place not in told and isinstance(step, Enter):
                _tell(found, where, step, who(name, caught, kinds))
            told.add(place)


def _not_taken(scenario: Scenario, name: str, kinds: list[Kind]) -> dict[tuple[str, str], list[Kind]]:
    """Steps at which patients of some kinds are taken nowhere, by pathway and name of the step."""
    refused: dict[tuple[str, str], list[Kind]] = {}
    for kind in kinds:
        for pathway, step in _steps_of(scenario, scenario.patients[name].pathway, kind):
            if isinstance(step, Enter) and not (step.gives_up_after or step.worsens_after or step.if_none_free):
                wards = wards_of(scenario, step)
                if not any(_takes(scenario, ward, kind) for ward in wards):
                    refused.setdefault((pathway, step.name), []).append(kind)
    return refused


def _steps_of(scenario: Scenario, start: str, kind: Kind) -> list[tuple[str, Step]]:
    """Steps that patients of a kind can come to, each with its pathway."""
    seen: set[str] = set()
    waiting = [start]
    found: list[tuple[str, Step]] = []
    while waiting:
        name = waiting.pop()
        if name in seen or name not in scenario.pathways:
            continue
        seen.add(name)
        reached = reach(scenario.pathways[name], kind)
        found.extend((name, step) for step in reached.steps)
        waiting.extend(reached.targets)
    return found


def _takes(scenario: Scenario, ward: str, kind: Kind) -> bool:
    """Whether a ward takes patients of a kind, as far as their levels are known."""
    return all(_fits(scenario, kind, attribute, levels) for attribute, levels in scenario.wards[ward].takes.items())


def _fits(scenario: Scenario, kind: Kind, attribute: str, levels: list[str]) -> bool:
    if attribute in kind:
        return kind[attribute] in levels
    return bool(levels_of(scenario, kind["class"], attribute))


def _tell(found: Findings, where: Where, step: Enter, patients: str) -> None:
    wards = wards_of(found.scenario, step)
    rules = "; ".join(f"{ward} takes {_rule(found.scenario.wards[ward].takes)} only" for ward in wards)
    message = f"{patients} come here and are taken nowhere: {rules}"
    fix = "name another ward, such as or: [WARD], or let the ward take them"
    found.error((*where, "ward"), "nobody-taken", message, fix)


def _rule(takes: Mapping[str, list[str]]) -> str:
    return " and ".join(f"{attribute} {' or '.join(levels)}" for attribute, levels in takes.items())
