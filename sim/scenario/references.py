"""References: every name that a scenario uses stands for something that it declares."""

import math
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Final

from sim.scenario.distributions import ByAttribute
from sim.scenario.findings import Findings, Where
from sim.scenario.pathway import OUTCOMES, Activity, Enter, Go, OneOf, Queueing, Stay, Step, VaryingShare, WaitUntil
from sim.scenario.patients import SharesByAttribute, Urgency, check_shares
from sim.scenario.problems import quoted
from sim.scenario.quantities import REST
from sim.scenario.refusing import RefusedError
from sim.scenario.routes import reachable

MOST_COMBINATIONS: Final = 10_000
"""Shares that depend on so many attributes at once are not checked level by level."""


def check_references(found: Findings) -> None:
    """Notes every name that stands for nothing."""
    _check_patients(found)
    _check_wards(found)
    _check_resource_names(found)
    users = _users(found)
    for pathway, where, step in found.steps():
        _check_places(found, where, step)
        if isinstance(step, Queueing):
            _check_queueing(found, where, step, users.get(pathway, ()))
        if isinstance(step, Activity):
            _check_needs(found, where, step)
        if isinstance(step, Activity | Stay):
            _check_law(found, (*where, "time"), step.time, users.get(pathway, ()))
        if isinstance(step, OneOf):
            _check_options(found, where, step, users.get(pathway, ()))


def _check_places(found: Findings, where: Where, step: Step) -> None:
    """Where a step sends the patient, or what it waits for."""
    scenario = found.scenario
    if isinstance(step, Enter) and step.ward not in scenario.wards:
        found.unknown((*where, "ward"), "ward", step.ward, scenario.wards)
    if isinstance(step, Go):
        _check_pathway(found, (*where, "pathway"), step.pathway)
    if isinstance(step, WaitUntil) and isinstance(step.calendar, str) and step.calendar not in scenario.calendars:
        found.unknown((*where, "calendar"), "calendar", step.calendar, scenario.calendars)


def _users(found: Findings) -> dict[str, list[str]]:
    """Patient classes that can come to each pathway."""
    users: dict[str, list[str]] = {}
    for name, patients in sorted(found.scenario.patients.items()):
        for pathway in reachable(found.scenario, patients.pathway):
            users.setdefault(pathway, []).append(name)
    return users


def _check_pathway(found: Findings, where: Where, name: str) -> None:
    if name not in found.scenario.pathways:
        found.unknown(where, "pathway", name, found.scenario.pathways)


def _check_patients(found: Findings) -> None:
    for name, patients in found.scenario.patients.items():
        where: Where = ("patients", name)
        _check_pathway(found, (*where, "pathway"), patients.pathway)
        if isinstance(patients.priority, Urgency):
            urgency = patients.priority
            if urgency.by not in patients.attributes:
                found.unknown((*where, "priority"), f"attribute of {name}", urgency.by, patients.attributes)
            else:
                _check_same_levels(found, (*where, "priority", urgency.by), urgency.levels, patients.levels(urgency.by))
        for attribute, shares in patients.attributes.items():
            if isinstance(shares, SharesByAttribute):
                place = (*where, "attributes", attribute)
                _check_levels(found, place, (shares.by, shares.levels), [name])
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


def _check_wards(found: Findings) -> None:
    wards = found.scenario.wards
    for name, ward in wards.items():
        for number, other in enumerate(ward.if_full):
            where = ("wards", name, "if_full", number, "use")
            if other.use not in wards:
                found.unknown(where, "ward", other.use, wards)
            elif other.use == name:
                found.error(where, "itself", f"{quoted(name)} cannot stand in for itself", "name another ward")


def _check_resource_names(found: Findings) -> None:
    """A name may stand for one resource only."""
    scenario = found.scenario
    sections: dict[str, Mapping[str, object]] = {
        "staff": scenario.staff,
        "equipment": scenario.equipment,
        "wards": scenario.wards,
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


def _check_needs(found: Findings, where: Where, step: Activity) -> None:
    scenario = found.scenario
    known: dict[str, Mapping[str, object]] = {"staff": scenario.staff, "equipment": scenario.equipment}
    for section, needed in (("staff", step.staff), ("equipment", step.equipment)):
        for name in needed:
            other = "equipment" if section == "staff" else "staff"
            if name in known[other] and name not in known[section]:
                message = f"{quoted(name)} is declared under {other}, not under {section}"
                found.error((*where, section), "unknown-name", message, f"write {other}: {name}")
            elif name not in known[section]:
                what = "member of staff" if section == "staff" else section
                found.unknown((*where, section, name), what, name, known[section])


def _check_queueing(found: Findings, where: Where, step: Queueing, users: Iterable[str]) -> None:
    for name in ("then", "if_queue_full", "if_none_free"):
        target = getattr(step, name)
        if target and target not in OUTCOMES and target not in found.scenario.pathways:
            found.unknown((*where, name), "outcome or pathway", target, [*OUTCOMES, *found.scenario.pathways])
    if isinstance(step.gives_up_after, ByAttribute):
        _check_law(found, (*where, "gives_up_after"), step.gives_up_after, users)


def _check_law(found: Findings, where: Where, law: object, users: Iterable[str]) -> None:
    if isinstance(law, ByAttribute):
        _check_levels(found, where, (law.by, law.levels), users)


def _check_options(found: Findings, where: Where, step: OneOf, users: Iterable[str]) -> None:
    if any(isinstance(option.share, VaryingShare) for option in step.options):
        _check_sums(found, where, step)
    for number, option in enumerate(step.options):
        place = (*where, "options", number)
        if option.go:
            _check_pathway(found, (*place, "go"), option.go)
        if isinstance(option.share, VaryingShare):
            _check_levels(found, (*place, "share"), (option.share.by, option.share.levels), users)
        for attribute, levels in (option.when or {}).items():
            _check_known(found, (*place, "when", attribute), (attribute, levels), users)


def _check_sums(found: Findings, where: Where, step: OneOf) -> None:
    """Shares that depend on attributes sum to 1 for every patient."""
    varying = [option.share for option in step.options if isinstance(option.share, VaryingShare)]
    attributes = sorted({share.by for share in varying})
    choices = [
        sorted({level for share in varying if share.by == name for level in share.levels}) for name in attributes
    ]
    if math.prod(len(levels) for levels in choices) > MOST_COMBINATIONS:
        return
    for combination in product(*choices):
        levels = dict(zip(attributes, combination, strict=True))
        shares = [_share_for(option.share, levels) for option in step.options if option.share is not None]
        try:
            check_shares(shares)
        except RefusedError as error:
            who = ", ".join(f"{name} {level}" for name, level in levels.items())
            found.error(where, "shares", f"for {who} {error.refusal.message}", error.refusal.advice)
            return


def _share_for(share: float | str | VaryingShare, levels: dict[str, str]) -> float | str:
    if not isinstance(share, VaryingShare):
        return share
    level = levels[share.by]
    return share.levels[level] if level in share.levels else share.levels.get(REST, 0.0)


def _check_known(found: Findings, where: Where, wanted: tuple[str, Iterable[str]], users: Iterable[str]) -> list[str]:
    """Notes classes that lack an attribute and levels that none of them has; returns the classes that have it."""
    attribute, levels = wanted
    having = [name for name in users if attribute in found.scenario.patients[name].attributes]
    for name in users:
        if name not in having:
            message = f"patients of {quoted(name)} come here, but have no attribute {quoted(attribute)}"
            found.error(where, "unknown-attribute", message, f"give {name} the attribute, or another pathway")
    known = {level for name in having for level in found.scenario.patients[name].levels(attribute)}
    for level in levels:
        if having and level not in known and level != REST:
            found.unknown((*where, level), f"level of {attribute}", level, known, key=True)
    return having


def _check_levels(found: Findings, where: Where, table: tuple[str, Mapping[str, object]], users: Iterable[str]) -> None:
    """Notes attributes that a class lacks, levels that there are not, and levels without an entry."""
    attribute, levels = table
    having = _check_known(found, where, (attribute, levels), users)
    if REST in levels:
        return
    known = {level for name in having for level in found.scenario.patients[name].levels(attribute)}
    missing = sorted(known - set(levels))
    if missing:
        message = f"nothing is said for {', '.join(missing)} of {attribute}"
        found.error(where, "missing-level", message, f"add {missing[0]}: or rest:")
