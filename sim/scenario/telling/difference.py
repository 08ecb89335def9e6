"""A Difference: what one scenario says otherwise than another, by value or as the shortest file that extends it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.scenario.problems import Problem
from sim.scenario.reading.document import Path
from sim.scenario.reading.evidence import MEMBER_SECTIONS, is_evidence, without_evidence
from sim.scenario.reading.extending import ADD
from sim.scenario.reading.merging import merged, replaces
from sim.scenario.reading.relative import change_in, law_of, looks_relative
from sim.scenario.reading.steps import LONG_FORM, step_name
from sim.scenario.reading.tree import REMOVE, tree_of_data


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs; steps stand in the path by name. `old` or `new` is None where there is none."""

    path: Path
    old: Any
    new: Any


def differences(base: dict[str, Any], other: dict[str, Any]) -> tuple[Change, ...]:
    """Return what another scenario says otherwise, in the order of the base.

    Args:
        base: plain values of the one, with all that it extends.
        other: plain values of the other.

    >>> differences({"wards": {"a": {"beds": 9}}}, {"wards": {"a": {"beds": 12}}})
    (Change(path=('wards', 'a', 'beds'), old=9, new=12),)
    """
    return tuple(_differing((), base, other))


def overlay(base: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return the shortest mapping that, in a file which extends the base, gives the other scenario.

    Where a value would be read as a relative change or as `remove`, it is written `{value: ...}`.

    >>> overlay({"wards": {"a": {"beds": 9}}}, {"wards": {"a": {"beds": 12}, "b": {"beds": 1}}})
    {'wards': {'a': {'beds': 12}}, 'add': {'wards': {'b': {'beds': 1}}}}
    """
    known = dict(other)
    added: dict[str, Any] = {}
    for section in MEMBER_SECTIONS:
        members, there = other.get(section), base.get(section, {})
        if not isinstance(members, dict) or not isinstance(there, dict):
            continue
        new = {name: body for name, body in members.items() if name not in there}
        if new:
            added[section] = new
            known[section] = {name: body for name, body in members.items() if name in there}
            if section not in base:
                del known[section]
    patch = _patch((), base, known)
    return patch | {ADD: added} if added else patch


def _differing(path: Path, old: Any, new: Any) -> Iterator[Change]:
    if _same(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict) and not replaces(old, new):
        yield from _differing_members(path, old, new)
    elif isinstance(old, list) and isinstance(new, list) and _are_steps(path, old + new):
        yield from _differing_steps(path, old, new)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new) and _all_mappings(old + new):
        for place, (one, another) in enumerate(zip(old, new, strict=True)):
            yield from _differing((*path, place), one, another)
    else:
        yield Change(path, old, new)


def _differing_members(path: Path, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for name in [*old, *(name for name in new if name not in old)]:
        inner = (*path, name)
        if name in old and name in new:
            yield from _differing(inner, old[name], new[name])
        elif len(path) == 0 and isinstance(old.get(name, new.get(name)), dict):
            yield from _differing(inner, old.get(name, {}), new.get(name, {}))
        elif name in old:
            yield Change(inner, old[name], None)
        else:
            yield Change(inner, None, new[name])


def _differing_steps(path: Path, old: list[Any], new: list[Any]) -> Iterator[Change]:
    before, after = steps_by_name(old), steps_by_name(new)
    for name, step in before.items():
        inner = (*path, name)
        if name not in after:
            yield Change(inner, step, None)
        elif isinstance(step, dict) and isinstance(after[name], dict) and set(step) == set(after[name]):
            yield from _differing(inner, *_alike(step, after[name]))
        else:
            yield from _differing(inner, step, after[name])
    for name, step in after.items():
        if name not in before:
            yield Change((*path, name), None, step)
    order, new_order = [name for name in before if name in after], [name for name in after if name in before]
    if order != new_order:
        yield Change(path, order, new_order)


def steps_by_name(steps: list[Any]) -> dict[str, Any]:
    """Return steps by their names; those of the same name are numbered from the second on.

    >>> list(steps_by_name(["ready", {"one of": []}, {"one of": []}]))
    ['ready', 'one of', 'one of 2']
    """
    named: dict[str, Any] = {}
    for step in steps:
        name = step_name(step)
        number = sum(step_name(other) == name for other in named.values()) + 1
        name = name if number == 1 else f"{name} {number}"
        while name in named:
            name += "'"
        named[name] = step
    return named


def step_body(step: Any) -> Any:
    """Return what stands behind the first word of a step.

    >>> step_body({"leave": "discharged"}), step_body("ready")
    ('discharged', 'ready')
    """
    return next(iter(step.values())) if isinstance(step, dict) and len(step) == 1 else step


def _alike(step: dict[str, Any], other: dict[str, Any]) -> tuple[Any, Any]:
    """Return the bodies of two steps of one verb, both in the long form if one of them is: `enter: {ward: amu}`."""
    verb = next(iter(step), "")
    old, new = (_unlisted(verb, step_body(one)) for one in (step, other))
    field = LONG_FORM.get(verb, "")
    if isinstance(old, dict) and field in old and not (isinstance(new, dict) and field in new):
        new = {field: new}
    elif isinstance(new, dict) and field in new and not (isinstance(old, dict) and field in old):
        old = {field: old}
    return old, new


def _unlisted(verb: str, body: Any) -> Any:
    """Return `enter: [amu, medical]` in its long form; all else as it is."""
    if verb != "enter" or not isinstance(body, list) or not all(isinstance(ward, str) for ward in body[:1] or [None]):
        return body
    return {"ward": body[0], "or": body[1:]} if body[1:] else {"ward": body[0]}


def _are_steps(path: Path, steps: list[Any]) -> bool:
    """Return whether lists are the steps of a pathway, of an option or of a round, each with a name."""
    place = len(path) == 2 or (len(path) > 3 and path[-1] == "steps")
    return path[:1] == ("pathways",) and place and all(map(step_name, steps))


def _all_mappings(values: list[Any]) -> bool:
    return all(isinstance(value, dict) for value in values)


def _same(one: Any, another: Any) -> bool:
    """Return whether two values are the same, also in kind: true is not 1."""
    if type(one) is not type(another):
        return False
    if isinstance(one, dict):
        return one.keys() == another.keys() and all(_same(value, another[name]) for name, value in one.items())
    if isinstance(one, list):
        return len(one) == len(another) and all(map(_same, one, another))
    return bool(one == another)


def _patch(path: Path, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Return what merged over one mapping gives another."""
    patch: dict[str, Any] = {name: REMOVE for name in old if name not in new}
    for name, value in new.items():
        if name not in old:
            patch[name] = _exact(value) if value == REMOVE or looks_relative(value) else value
        elif not _same(old[name], value):
            patch[name] = _over((*path, name), old[name], value)
    kept = _key_to_repeat(path, old, patch)
    if kept:
        patch[kept] = {} if isinstance(old[kept], dict) else _exact(old[kept])
    return patch


def _key_to_repeat(path: Path, old: dict[str, Any], patch: dict[str, Any]) -> str:
    """Return an unchanged name that must be repeated lest the patch be read as evidence or as another distribution."""
    unchanged = [name for name in old if name not in patch]
    if is_evidence(path, patch):
        return next((name for name in unchanged if not is_evidence(path, {**patch, name: None})), "")
    if replaces(old, patch):
        return "by" if "by" in unchanged else law_of(old)
    return ""


def _over(path: Path, old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return new if replaces(old, new) else _patch(path, old, new)
    if isinstance(old, list) and isinstance(new, list) and len(path) == 2 and path[0] == "pathways":
        return _steps_patch(path, old, new)
    if isinstance(new, dict | list):
        return new
    taken_otherwise = new is None or new == REMOVE or change_in(new, old if not isinstance(old, dict | list) else None)
    return _exact(new) if taken_otherwise else new


def _steps_patch(path: Path, old: list[Any], new: list[Any]) -> Any:
    """Return changes by step name if they give the new pathway, else the new pathway as a whole."""
    after = {step_name(step): step for step in new}
    patch: dict[str, Any] = {}
    for step in old:
        name = step_name(step)
        if name not in after:
            patch[name] = REMOVE
        elif not _same(step, after[name]):
            patch[name] = _over((*path, name), step_body(step), step_body(after[name]))
    return patch if patch and _gives(path, old, patch, new) else new


def _gives(path: Path, old: list[Any], patch: dict[str, Any], new: list[Any]) -> bool:
    problems: list[Problem] = []
    change = without_evidence(tree_of_data(patch), problems, path)
    result = merged(tree_of_data(old), change, path, problems)
    return result is not None and not problems and _same(result.plain(), new)


def _exact(value: Any) -> dict[str, Any]:
    return {"value": value}
