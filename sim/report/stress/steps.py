"""Steps: what stands in the pathways of a file, one after the other, and what happens at each, in words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sim.report.document import listed
from sim.scenario.care import NEEDS
from sim.scenario.queueing import MILESTONES, OUTCOMES, VERBS
from sim.scenario.reading.steps import BRANCH, FIELDS, LONG_FORM, REPEAT
from sim.scenario.telling.difference import step_body, steps_by_name
from sim.scenario.telling.names import Names
from sim.scenario.telling.portraits import option_word, steps_word
from sim.scenario.telling.subjects import step_called
from sim.scenario.telling.words import law_word, quantity_word, spaced

Body = Mapping[str, Any]
ACTIVITY: Final = "activity"
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
TARGETS: Final = ("then", "if_worse", "if_queue_full", "if_none_free", "if_no_time", "if_missed")
"""Fields that name an outcome or a pathway to which some patients go."""
PATHWAY: Final = ("pathways", "", "")
"""Stands for a place in a pathway where only the field decides how a value is told."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A step with its place."""

    pathway: str
    number: str
    """Such as `3`, or `3b1` for the first step of the second option of the third."""
    name: str
    """As it is called in words."""
    verb: str
    """First word of a step, or `activity`."""
    body: dict[str, Any]
    """Its fields in their long form."""

    @property
    def queues(self) -> bool:
        """Whether patients may have to wait for something that others use."""
        return self.verb in ("enter", "hold") or (self.verb == ACTIVITY and any(self.body.get(one) for one in NEEDS))

    @property
    def is_timed(self) -> bool:
        """Whether it takes a drawn time."""
        return self.verb in (ACTIVITY, "stay")


def placed(pathways: Mapping[str, Any], names: Names) -> tuple[Placed, ...]:
    """Lists all steps of all pathways in reading order, with those inside branches and repeats."""
    return tuple(one for pathway, steps in pathways.items() for one in _inside(pathway, steps, "", names))


def _inside(pathway: str, steps: Any, before: str, names: Names) -> Iterator[Placed]:
    for place, (name, step) in enumerate(steps_by_name(steps).items(), start=1):
        number = f"{before}{place}"
        verb, body = _long(step)
        yield Placed(pathway, number, step_called(name, names), verb, body)
        if verb == REPEAT:
            yield from _inside(pathway, body["steps"], f"{number}.", names)
        for letter, option in zip(LETTERS, body["options"] if verb == BRANCH else (), strict=False):
            if option.get("steps"):
                yield from _inside(pathway, option["steps"], f"{number}{letter}", names)


def _long(step: Any) -> tuple[str, dict[str, Any]]:
    """The verb of a step and its fields in their long form."""
    if isinstance(step, str):
        return ("mark" if step in MILESTONES else step), {}
    verb, body = next(iter(step)), step_body(step)
    if verb not in VERBS:
        return ACTIVITY, dict(body)
    if verb == "enter" and isinstance(body, list):
        return verb, {"ward": body[0], "or": body[1:]} if body[1:] else {"ward": body[0]}
    field = LONG_FORM.get(verb)
    if field and not (isinstance(body, dict) and (set(body) & set(FIELDS.get(verb, (field,))))):
        return verb, {field: body}
    return verb, dict(body) if isinstance(body, dict) else {"value": body}


def happens(step: Placed, names: Names, pathways: Mapping[str, Any]) -> str:
    """Says what happens at a step."""
    body = step.body
    told = _VERBS[step.verb](body, names) if step.verb in _VERBS else ""
    rest = {key: value for key, value in body.items() if key not in _TOLD}
    return "; ".join(filter(None, [told, *rules(body, names, pathways), *_others(rest, names)]))


def rules(body: Body, names: Names, pathways: Mapping[str, Any]) -> list[str]:
    """Says the rules of a step for those who wait, are late or do not come."""
    found = []
    for condition, target, words in _RULES:
        if target in body:
            told = words.format(names.said((*PATHWAY, condition), body[condition]) if condition else "")
            found.append(f"who {told} {goes(str(body[target]), pathways)}")
    if "priority" in body:
        found.append(priority_word(body["priority"]))
    if "priority_after" in body:
        found.append(
            f"priority rises with the wait ({names.said((*PATHWAY, 'priority_after'), body['priority_after'])})"
        )
    if body.get("keep_free"):
        found.append(f"{body['keep_free']} of each must stay free for others")
    if body.get("preempts"):
        found.append("may interrupt patients of lower priority")
    return found


def goes(target: str, pathways: Mapping[str, Any]) -> str:
    """Says where some patients go: to another pathway, or out.

    >>> goes("refused", {}), goes("resuscitation", {"resuscitation": []})
    ('leaves (refused)', 'goes on with resuscitation')
    """
    is_outcome = target in OUTCOMES and target not in pathways
    return f"leaves ({spaced(target)})" if is_outcome else f"goes on with {spaced(target)}"


def priority_word(priority: Any) -> str:
    """Says who goes first.

    >>> priority_word(2), priority_word({"acuity": ["red", "green"]})
    ('priority 2', 'priority by acuity: red, then green')
    """
    if not isinstance(priority, dict):
        return f"priority {priority}"
    by, levels = (priority["by"], priority["levels"]) if "by" in priority else next(iter(priority.items()))
    return f"priority by {spaced(by)}: {', then '.join(map(spaced, levels))}"


def needs_word(body: Body, names: Names) -> str:
    """Says what a step needs, such as `Emergency doctors (2), CT scanners`; nothing if it needs nobody and nothing."""
    told = []
    for section in NEEDS:
        wanted = body.get(section) or {}
        counts = (
            wanted if isinstance(wanted, dict) else {wanted: 1} if isinstance(wanted, str) else dict.fromkeys(wanted, 1)
        )
        told += [names.resource(str(name)) + (f" ({units})" if units != 1 else "") for name, units in counts.items()]
    return listed(told)


def time_word(body: Body) -> str:
    """Says how long a step takes."""
    time = body.get("time", "")
    told = law_word(time) if isinstance(time, dict) else quantity_word(str(time))
    rhythm = body.get("rhythm")
    return f"{told}, times the rhythm {spaced(rhythm)}" if isinstance(rhythm, str) else told


def _activity(body: Body, names: Names) -> str:
    needs = needs_word(body, names)
    return f"{f'needs {needs}' if needs else 'needs nobody and nothing'}, takes {time_word(body)}"


def _enter(body: Body, names: Names) -> str:
    ward = names.resource(str(body["ward"]))
    if "if_none_free" in body:
        return f"takes a place in {ward} if one is free at once"
    return f"waits for a place in {ward} and keeps the present one"


def _branch(body: Body, names: Names) -> str:
    return "; ".join(
        f"{letter}: {option_word(one, names)}" for letter, one in zip(LETTERS, body["options"], strict=False)
    )


def _repeat(body: Body, names: Names) -> str:
    gap = f", one every {quantity_word(str(body['every']))}" if body.get("every") else ""
    return f"{names.said((*PATHWAY, 'times'), body.get('times'))} times{gap}: {steps_word(body['steps'], names)}"


def _until(body: Body, names: Names) -> str:
    calendar = body.get("calendar")
    when = spaced(calendar) if isinstance(calendar, str) else names.said(PATHWAY, calendar)
    planned = " (a planned pause, not a wait)" if body.get("counts_as") == "planned" else ""
    return f"until the next moment of {when}{planned}"


_VERBS: Final[dict[str, Callable[[Body, Names], str]]] = {
    ACTIVITY: _activity,
    "enter": _enter,
    "stay": lambda body, names: f"takes {time_word(body)}",
    "wait until": _until,
    BRANCH: _branch,
    REPEAT: _repeat,
    "hold": lambda body, names: f"takes {needs_word(body, names)} and keeps it through the steps that follow",
    "give back": lambda body, names: "gives back what was held",
    "go": lambda body, names: f"goes on with {spaced(body.get('value', ''))}",
    "leave": lambda body, names: f"leaves the service ({spaced(body.get('value', ''))})",
    "mark": lambda body, names: "a milestone: the moment is recorded",
    "vacate": lambda body, names: "gives up the place",
}
_RULES: Final = (
    ("gives_up_after", "then", "has waited {}"),
    ("worsens_after", "if_worse", "gets worse after a wait of {}"),
    ("queue_limit", "if_queue_full", "finds a queue of {}"),
    ("", "if_none_free", "cannot be served at once"),
    ("", "if_no_time", "could not be finished before closing"),
    ("missed", "if_missed", "does not come ({})"),
)
"""Condition, target and words of the rules that send patients elsewhere."""
_TOLD: Final = (
    *("name", "ward", "time", "rhythm", "calendar", "options", "steps", "times", "every", "value", "resources", *NEEDS),
    *(field for condition, target, _ in _RULES for field in (condition, target)),
    *("priority", "priority_after", "keep_free", "preempts"),
)
"""Fields that are told in sentences of their own."""


def _others(rest: Body, names: Names) -> list[str]:
    """Fields that are told by their names."""
    words = {"or": "otherwise", "counts_as": "counts as", "should_start_within": "should start within"}
    kept = {key: value for key, value in rest.items() if value != "planned"}
    return [f"{words.get(key, spaced(key))} {names.said((*PATHWAY, key), value)}" for key, value in kept.items()]
