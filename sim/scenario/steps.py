"""Steps by name: how a change finds the steps of a pathway that it names."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from sim.scenario.document import Path
from sim.scenario.problems import Problem, field_of, quoted, suggestion
from sim.scenario.tree import REMOVE, Node

BRANCH: Final = "one of"
STAY: Final = "stay"
Merge = Callable[[Node, Node, Path, list[Problem]], Node | None]


def step_name(step: Any) -> str:
    """Return the name of a step as it stands in a file; empty if it has none.

    >>> step_name({"enter": {"ward": "majors"}}), step_name({"stay": {"time": "3 d", "name": "rest"}})
    ('enter majors', 'rest')
    """
    if isinstance(step, str):
        return step
    if not isinstance(step, dict) or len(step) != 1:
        return ""
    ((verb, body),) = step.items()
    if isinstance(body, dict) and isinstance(body.get("name"), str):
        return str(body["name"])
    named_by_body = {
        "enter": body.get("ward") if isinstance(body, dict) else body,
        "wait until": body,
    }.get(verb)
    if verb == "mark" and isinstance(body, str):
        return body
    return f"{verb} {named_by_body}" if isinstance(named_by_body, str) else str(verb)


def merge_steps(steps: Node, change: Node, path: Path, problems: list[Problem], merge: Merge) -> Node:
    """Return the steps of a pathway with changes over those that are named; also inside the options of branches.

    A step can be named by its name or, if only one begins with it, by its first word (`stay`, `enter`).

    Args:
        steps: the list of the extended file.
        change: a mapping from step names to bodies.
        path: where the list stands.
        problems: what is wrong is added here.
        merge: how a body is merged.
    """
    for name, body in change.members.items():
        places = _places(steps, name)
        where = (*path, name)
        if len(places) == 1:
            old = steps.at(places[0])
            steps = steps.with_at(places[0], _merged_step(old, body, where, problems, merge))
        else:
            problems.append(_not_one(steps, body, where, len(places)))
    return steps


def _merged_step(step: Node, body: Node, path: Path, problems: list[Problem], merge: Merge) -> Node | None:
    if not step.members:
        bare = merge(step, body, path, problems)
        return bare and bare.holding({str(step.content): bare} if bare is body else bare.content)
    ((verb, old),) = step.members.items()
    if verb == STAY and "time" in old.members and not body.members and body.content != REMOVE:
        body = body.holding({"time": body})  # `stay: x 1.1` means the time, also of a stay with a name
    new = merge(old, body, path, problems)
    return new and step.holding({verb: new if new.key else replace(new, key=old.key)})


def _places(steps: Node, name: str) -> list[Path]:
    """Return where the steps of a name are: by their full names, else by their first words."""
    walked = _walk(steps, ())
    by_name = [place for place, step in walked if step_name(step.plain()) == name]
    return by_name or [place for place, step in walked if name in step.members]


def _walk(steps: Node, path: Path) -> list[tuple[Path, Node]]:
    """Return every step with its place, those inside the options of a branch after the branch."""
    found: list[tuple[Path, Node]] = []
    for position, step in enumerate(steps.entries):
        place = (*path, position)
        found.append((place, step))
        branch = step.members.get(BRANCH)
        if branch is None:
            continue
        options, inner = (branch.members.get("options"), ("options",)) if branch.members else (branch, ())
        for number, option in enumerate(options.entries if options else ()):
            if "steps" in option.members:
                found.extend(_walk(option.members["steps"], (*place, BRANCH, *inner, number, "steps")))
    return found


def _not_one(steps: Node, body: Node, path: Path, count: int) -> Problem:
    name = str(path[-1])
    if count:
        code, message = "ambiguous-step", f"{count} steps are called {quoted(name)}"
        fix = "give each of them a `name:` in the extended file, or write the whole pathway anew"
    else:
        known = [step_name(step.plain()) for _, step in _walk(steps, ())]
        code, message = "unknown-step", f"the pathway has no step {quoted(name)}; {suggestion(name, known)}"
        fix = "correct the name; to bring a new step, write the whole pathway as a list"
    at = body.key or body.origin
    return Problem(at.file, at.line, at.column, field_of(path), code, message, fix)
