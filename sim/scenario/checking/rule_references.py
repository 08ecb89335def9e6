"""Rule references: every name that stands in an event, a policy or a ward is one that the scenario declares."""

from typing import Final

from sim.scenario.care import Activity, Stay
from sim.scenario.checking.admission import pathways_to
from sim.scenario.checking.findings import Findings, Where
from sim.scenario.checking.levels import check_known, levels_of, users_of
from sim.scenario.checking.step_references import check_other_ward
from sim.scenario.pathway import flatten
from sim.scenario.policies import Policy
from sim.scenario.problems import quoted
from sim.scenario.resources import Ward

KINDS: Final = {"staff": "member of staff", "equipment": "equipment", "wards": "ward"}
"""What is declared under each section."""
SECTIONS_OF_THINGS: Final = ("staff", "equipment", "wards", "slots", "supplies")
WATCHED: Final[dict[str, str]] = {
    "occupancy": "occupancy is that of wards",
    "boarders": "boarders are counted in wards",
    "inside": "patients are inside wards",
}
"""Facts about wards."""


def check_rules(found: Findings) -> None:
    """Notes every name in wards, events and policies that stands for nothing."""
    users = users_of(found.scenario)
    for name, ward in found.scenario.wards.items():
        _check_ward(found, name, ward)
        if ward.takes:
            _check_takes(found, name, ward, users)
    for name in found.scenario.events:
        _check_event(found, name)
    for name, policy in found.scenario.policies.items():
        _check_policy(found, name, policy)


def _check_ward(found: Findings, name: str, ward: Ward) -> None:
    for number, other in enumerate(ward.if_full):
        check_other_ward(found, ("wards", name, "if_full", number, "use"), other.use, name)
    for group in ward.staffed_by:
        _check_kind(found, ("wards", name, "staffed_by", group), group, ("staff",), "staff are needed")


def _check_takes(found: Findings, name: str, ward: Ward, users: dict[str, list[str]]) -> None:
    """Notes levels that nobody has who comes to a ward."""
    classes = {one for pathway in pathways_to(found.scenario, name) for one in users.get(pathway, ())}
    for attribute, levels in ward.takes.items():
        having = [one for one in sorted(classes) if levels_of(found.scenario, one, attribute)]
        check_known(found, ("wards", name, "takes", attribute), (attribute, levels), having or sorted(classes)[:1])


def _check_event(found: Findings, name: str) -> None:
    scenario, event = found.scenario, found.scenario.events[name]
    where: Where = ("events", name)
    for step in event.times:
        _check_timed(found, (*where, "times", step), step)
    for resource in event.capacity:
        if resource not in scenario.resources:
            found.unknown((*where, "capacity", resource), "resource", resource, scenario.resources, key=True)
    for patients in event.arrivals:
        if patients not in scenario.patients:
            found.unknown((*where, "arrivals", patients), "patient class", patients, scenario.patients, key=True)
        elif scenario.patients[patients].arrive.rate is None:
            message = f"{quoted(patients)} do not come at a rate, so that a factor on it has no meaning"
            fix = "remove it, or declare a class with a rate for those who come on top"
            found.error((*where, "arrivals", patients), "pair", message, fix, key=True)


def _check_timed(found: Findings, where: Where, at: str) -> None:
    """Notes a step whose time an event changes, and that there is not or that takes no time."""
    pathway, _, name = at.partition("/")
    if pathway not in found.scenario.pathways:
        found.unknown(where, "pathway", pathway, found.scenario.pathways, key=True)
        return
    steps = {step.name: step for step in flatten(found.scenario.pathways[pathway])}
    if name not in steps:
        timed = [step.name for step in steps.values() if isinstance(step, Activity | Stay)]
        found.unknown(where, f"step of {pathway}", name, timed, key=True)
    elif not isinstance(steps[name], Activity | Stay):
        message = f"{quoted(name)} has no time of its own that could become longer or shorter"
        found.error(where, "pair", message, "name an activity or a stay", key=True)


def _check_policy(found: Findings, name: str, policy: Policy) -> None:
    where: Where = ("policies", name)
    fact = policy.watch.fact
    for number, thing in enumerate(policy.watch.of):
        place = (*where, "watch", "of", number)
        if fact in WATCHED:
            _check_kind(found, place, thing, ("wards",), WATCHED[fact])
        elif thing not in found.scenario.resources:
            found.unknown(place, "resource", thing, found.scenario.resources)
    for ward in policy.do.open_beds:
        _check_kind(found, (*where, "do", "open_beds", ward), ward, ("wards",), "only wards have beds to open")
    for staff in policy.do.call_in:
        why = "only staff and equipment can be called in"
        _check_kind(found, (*where, "do", "call_in", staff), staff, ("staff", "equipment"), why)
    if policy.do.early_discharge:
        for number, ward in enumerate(policy.do.early_discharge.wards):
            why = "patients are discharged from wards"
            _check_kind(found, (*where, "do", "early_discharge", "wards", number), ward, ("wards",), why)


def _check_kind(found: Findings, where: Where, name: str, sections: tuple[str, ...], why: str) -> None:
    """Notes a name that stands for nothing, or for a thing of another kind."""
    scenario, is_key = found.scenario, isinstance(where[-1], str)
    if any(name in getattr(scenario, section) for section in sections):
        return
    other = next((section for section in SECTIONS_OF_THINGS if name in getattr(scenario, section)), None)
    if other is not None:
        message = f"{quoted(name)} is declared under {other}, but {why}"
        fix = f"name something that is declared under {' or '.join(sections)}"
        found.error(where, "unknown-name", message, fix, key=is_key)
        return
    known = [one for section in sections for one in getattr(scenario, section)]
    found.unknown(where, " or ".join(KINDS[section] for section in sections), name, known, key=is_key)
