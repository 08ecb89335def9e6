"""Kinds: which combinations of attribute levels the patients of a class can have."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sim.scenario.pathway import Go, Leave, OneOf, Option, Repeat, Step, flatten
from sim.scenario.patients import CLASS, PatientClass, Shares, SharesByAttribute, fill_rest
from sim.scenario.quantities import REST
from sim.scenario.routes import turned_away
from sim.scenario.varying import VaryingShare

MOST_KINDS: Final = 500
"""Classes with more combinations than this are looked at as a whole."""
IMPOSSIBLE: Final = 1e-12
"""A share that `rest` leaves by rounding alone."""
Kind = Mapping[str, str]
"""The level of each attribute that is known; for others any level is possible."""


def kinds_of(name: str, patients: PatientClass, wanted: Iterable[str]) -> list[Kind]:
    """Lists the combinations of levels that patients of a class can have.

    Args:
        name: name of the class, which every kind has as its level of `class`.
        patients: the class; its attributes do not depend on each other in a circle.
        wanted: attributes that matter; those that the class lacks are passed over.

    Returns:
        All combinations that have a share above 0; a single one without another level if there are too many.
    """
    kinds: list[Kind] = [{CLASS: name}]
    for attribute in _in_order(patients, wanted):
        kinds = [{**kind, attribute: level} for kind in kinds for level in _levels(patients, attribute, kind)]
        if len(kinds) > MOST_KINDS:
            return [{CLASS: name}]
    return kinds


def attributes_that_decide(steps: Iterable[Step]) -> set[str]:
    """Attributes on which the branches among steps, and inside them, depend."""
    options = [option for step in flatten(list(steps)) if isinstance(step, OneOf) for option in step.options]
    found = {name for option in options for name in option.when or {}}
    return found | {option.share.by for option in options if isinstance(option.share, VaryingShare)}


def open_options(step: OneOf, kind: Kind) -> list[Option]:
    """Options of a branch that patients of a kind can take, be the policy on which some depend active or not."""
    if step.options[0].share is None:
        return _by_level(step, kind)
    shares = fill_rest({str(number): _share(option, kind) for number, option in enumerate(step.options)})
    known = zip(step.options, shares.values(), strict=True)
    moved = any(option.during and _share(option, kind) for option in step.options)
    return [option for option, share in known if share > IMPOSSIBLE or (moved and option.share == REST)]


@dataclass(slots=True)
class Reach:
    """What patients of a kind can come to by some steps."""

    steps: list[Step] = field(default_factory=list)
    """Steps, those inside others too."""
    targets: set[str] = field(default_factory=set)
    """Outcomes and other pathways."""


def reach(steps: list[Step], kind: Kind) -> Reach:
    """Follows steps as far as patients of a kind can come."""
    found = Reach()
    _follow(steps, kind, found)
    return found


def who(name: str, caught: list[Kind], kinds: list[Kind]) -> str:
    """Says which patients of a class are caught somewhere: all, or an example of the kinds."""
    if len(caught) == len(kinds):
        return f"patients of {name}"
    told = {attribute: level for attribute, level in caught[0].items() if attribute != CLASS}
    levels = [f"{attribute} {level}" for attribute, level in told.items() if _decides(attribute, caught, kinds)]
    return f"patients of {name} with {' and '.join(levels or map(' '.join, told.items()))}"


def _decides(attribute: str, caught: list[Kind], kinds: list[Kind]) -> bool:
    """Whether those who are caught differ from the others in an attribute."""
    return {kind[attribute] for kind in caught} != {kind[attribute] for kind in kinds}


def _follow(steps: list[Step], kind: Kind, found: Reach) -> bool:
    """Adds what steps lead to; tells whether patients come out behind them."""
    for step in steps:
        found.steps.append(step)
        found.targets.update(turned_away(step).values())
        if isinstance(step, Go | Leave):
            found.targets.add(step.pathway if isinstance(step, Go) else step.outcome)
            return False
        if isinstance(step, Repeat) and not _follow(step.steps, kind, found):
            return False
        if isinstance(step, OneOf) and not _branch(step, kind, found):
            return False
    return True


def _branch(step: OneOf, kind: Kind, found: Reach) -> bool:
    carries_on = False
    for option in open_options(step, kind):
        way = option.go or option.leave
        if way:
            found.targets.add(way)
        elif _follow(option.steps or [], kind, found):
            carries_on = True
    return carries_on


def _by_level(step: OneOf, kind: Kind) -> list[Option]:
    found = []
    for option in step.options:
        when = option.when or {}
        if any(name in kind and kind[name] not in levels for name, levels in when.items()):
            continue
        found.append(option)
        if all(name in kind for name in when):
            break
    return found


def _share(option: Option, kind: Kind) -> float | str:
    """Share of an option; where the level is not known, all that is certain is that it can be taken."""
    share = option.share
    if not isinstance(share, VaryingShare):
        return share if share is not None else 0.0
    if share.by not in kind:
        return IMPOSSIBLE * 2
    level = kind[share.by]
    return share.levels[level] if level in share.levels else share.levels.get(REST, 0.0)


def _in_order(patients: PatientClass, wanted: Iterable[str]) -> list[str]:
    """Attributes that matter and those on which they depend, each behind its own."""
    order: list[str] = []

    def put(name: str) -> None:
        shares = patients.attributes.get(name)
        if shares is None or name in order:
            return
        if isinstance(shares, SharesByAttribute):
            put(shares.by)
        order.append(name)

    for name in sorted(wanted):
        put(name)
    return order


def _levels(patients: PatientClass, name: str, kind: Kind) -> list[str]:
    shares = patients.attributes[name]
    if isinstance(shares, Shares):
        return [level for level, share in shares.filled().items() if share > IMPOSSIBLE]
    own = shares.levels.get(kind.get(shares.by, REST)) or shares.levels.get(REST)
    parts = [own] if own is not None and shares.by in kind else list(shares.levels.values())
    return sorted({level for part in parts for level, share in part.filled().items() if share > IMPOSSIBLE})
