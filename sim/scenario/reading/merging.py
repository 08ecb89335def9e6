"""Merging: the tree of an extended file with the changes of an extending one, value by value."""

from dataclasses import replace

from sim.scenario.problems import Problem, field_of, quoted, suggestion
from sim.scenario.reading.document import Path
from sim.scenario.reading.relative import Change, change_in, changed, is_a_value, law_of, looks_relative
from sim.scenario.reading.scalars import Refusal
from sim.scenario.reading.steps import merge_steps
from sim.scenario.reading.tree import REMOVE, Node, regrown


def replaces(base: object, change: object) -> bool:
    """Return whether a mapping stands instead of another and is not merged with it: another kind of distribution.

    A mapping that removes something is always merged.

    >>> replaces({"lognormal": {"mean": "5 min"}}, {"gamma": {"mean": "5 min"}})
    True
    >>> replaces({"by": "acuity", "red": "5 min"}, {"red": "6 min"})
    False
    """
    if isinstance(change, dict) and REMOVE in change.values():
        return False
    old, new = law_of(base), law_of(change)
    within = isinstance(base, dict) and new in base
    return bool(old and new and old != new and not within)


def merged(base: Node, change: Node, path: Path, problems: list[Problem]) -> Node | None:
    """Return a value with a change over it, or None if it is removed; problems are added to the list.

    A mapping is merged by name, a pathway by the names of its steps; a relative change is worked out; anything else
    replaces the value. A change written `{value: ...}` without evidence means exactly that value.
    """
    if change.evidence and change.evidence.bare:
        return change
    if change.content == REMOVE:
        return None
    if change.content is None and base.content is not None:
        fix = f"write a value, delete the line, or write `{REMOVE}` to be rid of it"
        problems.append(_problem(change, path, Refusal("empty-value", "nothing is written here", advice=fix)))
        return base
    if isinstance(base.content, dict) and isinstance(change.content, dict):
        if replaces(base.plain(), change.plain()):
            return change
        return base.holding(_merged_members(base, change, path, problems))
    if (
        isinstance(base.content, tuple)
        and isinstance(change.content, dict)
        and len(path) == 2
        and path[0] == "pathways"
    ):
        return merge_steps(base, change, path, problems, merged)
    is_whole = isinstance(change.content, dict | tuple) or is_a_value(path)
    relative = None if is_whole else change_in(change.scalar, base.scalar)
    return _worked_out(base, change, relative, path, problems) if relative else change


def _merged_members(base: Node, change: Node, path: Path, problems: list[Problem]) -> dict[str, Node]:
    members = dict(base.members)
    for name, new in change.members.items():
        inner = (*path, name)
        if name not in members:
            refusal = _needs_base(new, inner, list(members))
            if refusal:
                problems.append(_problem(new, inner, refusal))
            else:
                members[name] = new
            continue
        result = merged(members[name], new, inner, problems)
        if result is None:
            del members[name]
        else:
            members[name] = result
    return members


def _needs_base(new: Node, path: Path, known: list[str]) -> Refusal | None:
    """Return why a new member is refused: it removes or changes what is not there."""
    name = str(path[-1])
    if new.evidence and new.evidence.bare:
        return None
    if new.content == REMOVE:
        message = f"there is no {quoted(name)} to remove; {suggestion(name, known)}"
        return Refusal("nothing-to-remove", message, advice="delete the line, or correct the name")
    if isinstance(new.content, str) and looks_relative(new.content) and not is_a_value(path):
        message = f"{quoted(new.content)} changes a value that is not there; {suggestion(name, known)}"
        return Refusal("nothing-to-change", message, advice="write the whole value, or correct the name")
    return None


def _worked_out(base: Node, change: Node, relative: Change, path: Path, problems: list[Problem]) -> Node:
    result = changed(base.plain(), relative)
    if isinstance(result, Refusal):
        problems.append(_problem(change, path, result))
        return base
    evidence = change.evidence and replace(change.evidence, value=str(result))
    return replace(regrown(result, base, change.origin), origin=change.origin, key=change.key, evidence=evidence)


def _problem(node: Node, path: Path, refusal: Refusal) -> Problem:
    place = node.origin
    fix = refusal.instead
    if fix and path and isinstance(path[-1], str):
        fix = f"{path[-1]}: {fix}"
    if refusal.advice:
        fix = f"{fix} ({refusal.advice})" if fix else refusal.advice
    return Problem(place.file, place.line, place.column, field_of(path), refusal.code, refusal.message, fix)
