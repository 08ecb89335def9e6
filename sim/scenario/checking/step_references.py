"""Step references: every name that stands in a step is one that the scenario declares."""

import math
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any, Final

from sim.scenario.care import NEEDS, Activity, Enter, GiveBack, Needing, Stay, Substitute
from sim.scenario.checking.findings import Findings, Where
from sim.scenario.checking.levels import check_known, check_law, check_urgency, users_of
from sim.scenario.pathway import Go, OneOf, Option, Step
from sim.scenario.patients import Urgency, check_shares
from sim.scenario.problems import quoted
from sim.scenario.quantities import REST
from sim.scenario.queueing import OUTCOMES, Queueing
from sim.scenario.refusing import RefusedError
from sim.scenario.routes import turned_away
from sim.scenario.varying import VaryingShare

MOST_COMBINATIONS: Final = 10_000
"""Shares that depend on so many attributes at once are not checked level by level."""
KINDS: Final = {"staff": "member of staff", "equipment": "equipment", "slots": "kind of slots", "uses": "supply"}
"""What each field of a step names."""
SECTIONS: Final = {"staff": "staff", "equipment": "equipment", "slots": "slots", "uses": "supplies"}
"""Where it is declared."""


def check_step_names(found: Findings) -> None:
    """Notes every name in a step that stands for nothing."""
    users = users_of(found.scenario)
    for pathway, where, step in found.steps():
        _check_places(found, where, step)
        if isinstance(step, Queueing):
            _check_queueing(found, where, step, users.get(pathway, ()))
        if isinstance(step, Needing):
            _check_needs(found, where, step)
        if isinstance(step, Activity):
            for number, other in enumerate(step.others):
                _check_needs(found, (*where, "others", number), other)
            check_law(found, (*where, "missed"), step.missed, users.get(pathway, ()))
        if isinstance(step, Activity | Stay):
            check_law(found, (*where, "time"), step.time, users.get(pathway, ()))
        if isinstance(step, OneOf):
            _check_branch(found, where, step, users.get(pathway, ()))


def check_pathway(found: Findings, where: Where, name: str) -> None:
    """Notes a pathway that there is not."""
    if name not in found.scenario.pathways:
        found.unknown(where, "pathway", name, found.scenario.pathways)


def check_other_ward(found: Findings, where: Where, other: str, own: str) -> None:
    """Notes a ward that stands in for another and is none, or the same."""
    wards = found.scenario.wards
    if other not in wards:
        found.unknown(where, "ward", other, wards)
    elif other == own:
        found.error(where, "itself", f"{quoted(own)} cannot stand in for itself", "name another ward")


def _check_places(found: Findings, where: Where, step: Step) -> None:
    """Where a step sends the patient, what it waits for, and what it gives back."""
    scenario = found.scenario
    if isinstance(step, Enter):
        _check_wards(found, where, step)
    if isinstance(step, Go):
        check_pathway(found, (*where, "pathway"), step.pathway)
    for field, known in (("calendar", scenario.calendars), ("rhythm", scenario.rhythms)):
        name = getattr(step, field, None)
        if isinstance(name, str) and name not in known:
            found.unknown((*where, field), field, name, known)
    if isinstance(step, GiveBack):
        for number, name in enumerate(step.resources):
            _check_given_back(found, (*where, "resources", number), name)


def _check_wards(found: Findings, where: Where, step: Enter) -> None:
    if step.ward not in found.scenario.wards:
        found.unknown((*where, "ward"), "ward", step.ward, found.scenario.wards)
    for number, other in enumerate(step.others):
        check_other_ward(found, (*where, "others", number, "use"), other.use, step.ward)


def _check_given_back(found: Findings, where: Where, name: str) -> None:
    """Staff and equipment can be given back; beds are vacated, slots and supplies are gone."""
    scenario = found.scenario
    if name in scenario.wards:
        message = f"{quoted(name)} is a ward; a bed is given up when the patient enters another or leaves"
        found.error(where, "given-back", message, "write vacate, or remove the step")
    elif name in scenario.slots or name in scenario.supplies:
        message = f"{quoted(name)} is used up, so that nothing is left to give back"
        found.error(where, "given-back", message, "remove it")
    elif name not in scenario.resources:
        found.unknown(where, "member of staff or equipment", name, [*scenario.staff, *scenario.equipment])


def _check_needs(found: Findings, where: Where, step: Needing | Substitute) -> None:
    for field in NEEDS:
        for name in getattr(step, field) or ():
            _check_need(found, where, field, name)


def _check_need(found: Findings, where: Where, field: str, name: str) -> None:
    scenario = found.scenario
    declared: dict[str, Mapping[str, Any]] = {one: getattr(scenario, SECTIONS[one]) for one in NEEDS}
    other = next((one for one in NEEDS if name in declared[one]), None)
    if other == field:
        return
    if other is not None:
        message = f"{quoted(name)} is declared under {SECTIONS[other]}, not under {SECTIONS[field]}"
        found.error((*where, field, name), "unknown-name", message, f"write {other}: {name}")
    elif name in scenario.wards:
        message = f"{quoted(name)} is a ward, which patients enter and do not use up"
        found.error((*where, field, name), "unknown-name", message, f"write a step enter: {name}")
    else:
        found.unknown((*where, field, name), KINDS[field], name, declared[field])


def _check_queueing(found: Findings, where: Where, step: Queueing, users: Iterable[str]) -> None:
    for name, target in turned_away(step).items():
        if target not in OUTCOMES and target not in found.scenario.pathways:
            found.unknown((*where, name), "outcome or pathway", target, [*OUTCOMES, *found.scenario.pathways])
    check_law(found, (*where, "gives_up_after"), step.gives_up_after, users)
    check_law(found, (*where, "worsens_after"), step.worsens_after, users)
    if isinstance(step.priority, Urgency):
        check_urgency(found, (*where, "priority"), step.priority, users)


def _check_branch(found: Findings, where: Where, step: OneOf, users: Iterable[str]) -> None:
    if any(isinstance(option.share, VaryingShare) for option in step.options):
        _check_sums(found, where, step)
    for number, option in enumerate(step.options):
        _check_option(found, (*where, "options", number), option, users)


def _check_option(found: Findings, where: Where, option: Option, users: Iterable[str]) -> None:
    if option.go:
        check_pathway(found, (*where, "go"), option.go)
    if option.during and option.during not in found.scenario.policies:
        found.unknown((*where, "during"), "policy", option.during, found.scenario.policies)
    check_law(found, (*where, "share"), option.share, users)
    for attribute, levels in (option.when or {}).items():
        check_known(found, (*where, "when", attribute), (attribute, levels), users)


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
