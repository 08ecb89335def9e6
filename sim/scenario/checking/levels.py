"""Levels: what the patients who come to a place are like, so that what is asked about them can be answered."""

from collections.abc import Iterable, Mapping

from sim.scenario.checking.findings import Findings, Where
from sim.scenario.distributions import ByAttribute
from sim.scenario.patients import CLASS, Urgency
from sim.scenario.problems import quoted
from sim.scenario.quantities import REST
from sim.scenario.routes import reachable
from sim.scenario.scenario import Scenario
from sim.scenario.varying import VaryingShare

Table = tuple[str, Iterable[str]]
"""An attribute, and levels of it for which something is said."""


def users_of(scenario: Scenario) -> dict[str, list[str]]:
    """Patient classes that can come to each pathway, in order of their names."""
    users: dict[str, list[str]] = {}
    for name, patients in sorted(scenario.patients.items()):
        for pathway in reachable(scenario, patients.pathway):
            users.setdefault(pathway, []).append(name)
    return users


def levels_of(scenario: Scenario, patients: str, attribute: str) -> tuple[str, ...]:
    """Levels that an attribute can have for patients of a class; none if they lack it."""
    if attribute == CLASS:
        return (patients,)
    known = scenario.patients[patients]
    return known.levels(attribute) if attribute in known.attributes else ()


def check_known(found: Findings, where: Where, table: Table, users: Iterable[str]) -> set[str]:
    """Notes classes that lack an attribute and levels that none of them has.

    Args:
        found: where it is noted.
        where: place of what is asked.
        table: the attribute and its levels.
        users: classes whose patients are asked.

    Returns:
        The levels that there are among those classes.
    """
    attribute, levels = table
    by_class = {name: levels_of(found.scenario, name, attribute) for name in users}
    for name, own in by_class.items():
        if not own:
            message = f"patients of {quoted(name)} come here, but have no attribute {quoted(attribute)}"
            found.error(where, "unknown-attribute", message, f"give {name} the attribute, or another pathway")
    there = {level for own in by_class.values() for level in own}
    known = set(found.scenario.patients) if attribute == CLASS else there
    for level in levels:
        if there and level not in known and level != REST:
            what = "patient class" if attribute == CLASS else f"level of {attribute}"
            found.unknown((*where, level), what, level, known, key=True)
    return there


def check_levels(found: Findings, where: Where, table: tuple[str, Mapping[str, object]], users: Iterable[str]) -> None:
    """Notes attributes that a class lacks, levels that there are not, and levels without an entry."""
    attribute, levels = table
    there = check_known(found, where, (attribute, levels), users)
    missing = sorted(there - set(levels)) if REST not in levels else []
    if missing:
        message = f"nothing is said for {', '.join(missing)} of {attribute}"
        found.error(where, "missing-level", message, f"add {missing[0]}: or rest:")


def check_law(found: Findings, where: Where, law: object, users: Iterable[str]) -> None:
    """Notes what is wrong with a time or share that depends on an attribute; nothing for any other."""
    if isinstance(law, ByAttribute | VaryingShare):
        check_levels(found, where, (law.by, law.levels), users)


def check_urgency(found: Findings, where: Where, urgency: Urgency, users: Iterable[str]) -> None:
    """Notes what is wrong with a priority by levels; those that are not listed go last."""
    check_known(found, (*where, urgency.by), (urgency.by, urgency.levels), users)
    twice = sorted({level for level in urgency.levels if urgency.levels.count(level) > 1})
    if twice:
        message = f"{' and '.join(twice)} is listed twice"
        found.error((*where, urgency.by), "duplicate-level", message, "list every level once")
