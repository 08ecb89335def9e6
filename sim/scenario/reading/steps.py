"""Steps by name: how a change finds the steps of a pathway that it names."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from sim.scenario.care import NEEDS
from sim.scenario.problems import Problem, field_of, quoted, suggestion
from sim.scenario.reading.document import Path
from sim.scenario.reading.relative import law_of
from sim.scenario.reading.tree import REMOVE, Node

BRANCH: Final = "one of"
REPEAT: Final = "repeat"
LONG_FORM: Final = {"enter": "ward", "stay": "time", "wait until": "calendar", BRANCH: "options", REPEAT: "steps"}
"""Field of the long form of a step that stands alone in its short form."""
FIELDS: Final = {"stay": ("name", "time", "rhythm"), "wait until": ("name", "calendar", "counts_as")}
"""Fields of steps whose short form is a mapping too, by which the two are told apart."""
Merge = Callable[[Node, Node, Path, list[Problem]], Node | None]


def step_name(step: Any) -> str:
    """Return the name of a step as it stands in a file; empty if it has none.

    >>> step_name({"enter": {"ward": "majors"}}), step_name({"stay": {"time": "3 d", "name": "rest"}})
    ('enter majors', 'rest')
    >>> step_name({"hold": {"staff": "crew"}}), step_name({"give back": ["crew", "trolley"]})
    ('hold crew', 'give back crew and trolley')
    """
    if isinstance(step, str):
        return step
    if not isinstance(step, dict) or len(step) != 1:
        return ""
    ((verb, body),) = step.items()
    if isinstance(body, dict) and isinstance(body.get("name"), str):
        return str(body["name"])
    if verb == "mark" and isinstance(body, str):
        return body
    named_by_body = _named_by(str(verb), body)
    return f"{verb} {named_by_body}" if named_by_body else str(verb)


def _named_by(verb: str, body: Any) -> str:
    """Return from what the name of a step is made that has no name of its own."""
    named = body.get(LONG_FORM.get(verb, ""), "") if isinstance(body, dict) else body
    if verb == "enter":
        named = named[0] if isinstance(named, list) and named else named
        return named if isinstance(named, str) else ""
    if verb == "wait until":
        return named if isinstance(named, str) else ""
    if verb == "hold" and isinstance(body, dict):
        return " and ".join(name for field in NEEDS for name in _listed(body.get(field)))
    given_back = body.get("resources") if isinstance(body, dict) else body
    return " and ".join(_listed(given_back)) if verb == "give back" else ""


def _listed(names: Any) -> list[str]:
    """Return names that are written as one, as a list or with a number of each."""
    return [names] if isinstance(names, str) else [name for name in names or () if isinstance(name, str)]


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
    old, body = _in_one_form(verb, old, body)
    new = merge(old, body, path, problems)
    return new and step.holding({verb: new if new.key else replace(new, key=old.key)})


def _in_one_form(verb: str, old: Node, body: Node) -> tuple[Node, Node]:
    """Return the body of a step and its change both in the long form if one of them is.

    `stay: x 1.1` means the time, also of a stay with a name; `enter medical: {priority: 2}` keeps the ward.
    """
    field = LONG_FORM.get(verb, "")
    if not field or body.content == REMOVE:
        return old, body
    if field in old.members:
        is_short = not body.members or (verb == "stay" and bool(law_of(body.plain())))
        return old, body.holding({field: body}) if is_short else body
    is_long = any(name in FIELDS[verb] for name in body.members) if verb in FIELDS else bool(body.members)
    return (_in_long_form(verb, old) if is_long else old), body


def _in_long_form(verb: str, old: Node) -> Node:
    if verb == "enter" and old.entries:
        return old.holding({"ward": old.entries[0], "or": old.holding(old.entries[1:])})
    return old.holding({LONG_FORM[verb]: old})


def _places(steps: Node, name: str) -> list[Path]:
    """Return where the steps of a name are: by their full names, else by their first words."""
    walked = _walk(steps, ())
    by_name = [place for place, step in walked if step_name(step.plain()) == name]
    return by_name or [place for place, step in walked if name in step.members]


def _walk(steps: Node, path: Path) -> list[tuple[Path, Node]]:
    """Return every step with its place, those inside a branch or a repeat after it."""
    found: list[tuple[Path, Node]] = []
    for position, step in enumerate(steps.entries):
        place = (*path, position)
        found.append((place, step))
        if REPEAT in step.members and "steps" in step.members[REPEAT].members:
            found.extend(_walk(step.members[REPEAT].members["steps"], (*place, REPEAT, "steps")))
        if BRANCH in step.members:
            found.extend(_walk_options(step.members[BRANCH], (*place, BRANCH)))
    return found


def _walk_options(branch: Node, path: Path) -> list[tuple[Path, Node]]:
    """Return the steps inside the options of a branch with their places."""
    found: list[tuple[Path, Node]] = []
    options, inner = (branch.members.get("options"), ("options",)) if branch.members else (branch, ())
    for number, option in enumerate(options.entries if options else ()):
        if "steps" in option.members:
            found.extend(_walk(option.members["steps"], (*path, *inner, number, "steps")))
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
