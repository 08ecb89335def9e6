"""References: every name that a scenario uses stands for something that it declares."""

from collections.abc import Mapping

from sim.scenario.checking.date_references import check_dates
from sim.scenario.checking.findings import Findings, Where
from sim.scenario.checking.levels import check_levels
from sim.scenario.checking.rule_references import check_rules
from sim.scenario.checking.step_references import check_pathway, check_step_names
from sim.scenario.patients import SharesByAttribute, Urgency
from sim.scenario.problems import quoted
from sim.scenario.quantities import REST
from sim.scenario.queueing import OUTCOMES
from sim.scenario.scenario import LARGEST


def check_references(found: Findings) -> None:
    """Notes every name that stands for nothing."""
    _check_patients(found)
    _check_resource_names(found)
    check_dates(found)
    check_rules(found)
    _check_equity(found)
    check_step_names(found)


def _check_patients(found: Findings) -> None:
    for name, patients in found.scenario.patients.items():
        where: Where = ("patients", name)
        if name == REST:
            message = f"no class can be called {REST}, which means all others where something depends on the class"
            found.error(where, "reserved-name", message, "choose another name", key=True)
        check_pathway(found, (*where, "pathway"), patients.pathway)
        if isinstance(patients.priority, Urgency):
            urgency = patients.priority
            if urgency.by not in patients.attributes:
                found.unknown((*where, "priority"), f"attribute of {name}", urgency.by, patients.attributes)
            else:
                _check_same_levels(found, (*where, "priority", urgency.by), urgency.levels, patients.levels(urgency.by))
        for attribute, shares in patients.attributes.items():
            if isinstance(shares, SharesByAttribute):
                place = (*where, "attributes", attribute)
                check_levels(found, place, (shares.by, shares.levels), [name])
        _check_circles(found, name)


def _check_same_levels(found: Findings, where: Where, listed: list[str], levels: tuple[str, ...]) -> None:
    for number, level in enumerate(listed):
        if level not in levels:
            found.unknown((*where, number), "level", level, levels)
    left_out = [level for level in levels if level not in listed]
    if left_out:
        found.error(where, "missing-level", f"the priority of {', '.join(left_out)} is not given", "list every level")
    twice = sorted({level for level in listed if listed.count(level) > 1})
    if twice:
        found.error(where, "duplicate-level", f"{' and '.join(twice)} is listed twice", "list every level once")


def _check_circles(found: Findings, name: str) -> None:
    """Attributes that depend on each other in a circle."""
    attributes = found.scenario.patients[name].attributes
    for start in attributes:
        chain = [start]
        while isinstance(shares := attributes.get(chain[-1]), SharesByAttribute) and shares.by not in chain:
            chain.append(shares.by)
        if isinstance(shares, SharesByAttribute) and shares.by == start == min(chain):
            circle = " -> ".join([*chain, start])
            place = ("patients", name, "attributes", start)
            found.error(place, "circle", f"attributes depend on each other: {circle}", "let one of them depend on none")


def _check_equity(found: Findings) -> None:
    """Waits are compared by attributes that some class has, with one of their levels."""
    classes = found.scenario.patients.values()
    for attribute, group in found.scenario.equity.items():
        levels = {level for one in classes if attribute in one.attributes for level in one.levels(attribute)}
        if not levels:
            known = sorted({name for one in classes for name in one.attributes})
            found.unknown(("equity", attribute), "attribute", attribute, known, key=True)
        elif group not in (LARGEST, *levels):
            found.unknown(("equity", attribute), "level", group, (*sorted(levels), LARGEST))


def _check_resource_names(found: Findings) -> None:
    """A name may stand for one resource only."""
    scenario = found.scenario
    sections: dict[str, Mapping[str, object]] = {
        "staff": scenario.staff,
        "equipment": scenario.equipment,
        "wards": scenario.wards,
        "slots": scenario.slots,
        "supplies": scenario.supplies,
    }
    seen: dict[str, str] = {}
    for section, things in sections.items():
        for name in things:
            if name in seen:
                message = f"{quoted(name)} is declared in {seen[name]} as well"
                found.error((section, name), "duplicate-name", message, f"call it {name}_{section}", key=True)
            seen[name] = section
    for name in scenario.pathways:
        if name in OUTCOMES:
            message = f"{quoted(name)} is an outcome, so that no pathway can have this name"
            found.error(("pathways", name), "reserved-name", message, f"call it {name}_pathway", key=True)
