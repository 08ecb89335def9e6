"""A subject: what a changed value belongs to, and which of its values it is, in words."""

import re
from typing import Final

from sim.scenario.reading.document import Path
from sim.scenario.telling.names import REFERENCES, Names
from sim.scenario.telling.words import spaced

KINDS: Final = {
    "dates": "set of dates",
    "rhythms": "rhythm",
    "calendars": "calendar",
    "patients": "group of patients",
    "staff": "staff group",
    "equipment": "piece of equipment",
    "wards": "ward",
    "slots": "kind of slot",
    "supplies": "supply",
    "pathways": "pathway",
    "policies": "policy",
    "events": "event",
    "start": "group at the start",
    "targets": "target",
}
"""What a member of a section is called."""
_PREFIXES: Final = {"policies": "policy ", "events": "event ", "targets": "target ", "start": "at the start, "}
NAMED: Final = {
    "also": "opening",
    "scheduled": "list",
    "batches": "batch",
    "waves": "wave",
    "sessions": "session",
    "deliveries": "delivery",
    "breaks": "break",
    "closures": "closure",
    "roster": "shift",
}
"""Fields whose members have names of the hospital's own, and what one of them is."""
_FIELDS: Final = {
    "on_duty": "on duty",
    "if_full": "other wards if full",
    "gives_up_after": "patience",
    "then": "who gives up",
    "sd": "standard deviation",
    "attend": "share who come",
    "lasts": "length",
    "do": "action",
    "or": "alternatives",
    "takes": "takes only",
    "staffed_by": "staffed by",
}
"""Fields that are called otherwise than they are written."""
_BRANCH: Final = re.compile(r"one of( [0-9]+)?")
_UNSAID: Final = ("arrive", "attributes", "options")


def subject_of(path: Path, names: Names) -> str:
    """Says what a value belongs to.

    >>> subject_of(("staff", "ed_doctor", "roster", "late", "on_duty"), Names({("staff", "ed_doctor"): "ED doctors"}))
    'ED doctors, late shift'
    >>> subject_of(("pathways", "going_home", "stay", "time"), Names({}))
    'stay in going home'
    """
    section = str(path[0])
    if len(path) == 1 or section not in KINDS:
        return {"run": "the run"}.get(section, spaced(section))
    called = names.thing(section, str(path[1]))
    if section == "pathways" and len(path) > 2:
        return f"{step_called(str(path[_step_at(path)]), names)} in {called}"
    inner = [(path[place], spaced(path[place + 1])) for place in range(2, len(path) - 1) if path[place] in NAMED]
    told = [f"{name} shift" if field == "roster" else name for field, name in inner]
    return ", ".join([f"{_PREFIXES.get(section, '')}{called}", *told])


def field_of(path: Path, names: Names) -> str:
    """Says which value of its subject it is; nothing if it is the subject itself.

    >>> field_of(("wards", "medical", "if_full", 0, "after"), Names({}))
    'other wards if full, choice 1, after'
    """
    rest = path[1:] if path[0] not in KINDS else path[_step_at(path) + 1 :] if path[0] == "pathways" else path[2:]
    behind = [place + 2 for place in range(len(rest) - 1) if rest[place] in NAMED]
    parts = rest[behind[-1] :] if behind else rest
    words = [_part_called(parts, place, names) for place in range(len(parts))]
    return " ".join(filter(None, words)).replace(" ,", ",").strip(", ")


def _part_called(parts: Path, place: int, names: Names) -> str:
    part = parts[place]
    if isinstance(part, int):
        return f", choice {part + 1},"
    if place and parts[place - 1] in REFERENCES:
        return names.resource(part)
    moment = part == "at" and parts[place + 1 :] in (("date",), ("time",))
    return "" if moment or part in _UNSAID else _FIELDS.get(part, spaced(part))


def step_called(name: str, names: Names) -> str:
    """Returns the name of a step, with the labels of what it enters, holds or gives back.

    >>> step_called("enter amu", Names({("wards", "amu"): "Acute unit"})), step_called("one of 2", Names({}))
    ('enter Acute unit', 'branch 2')
    """
    for verb in ("enter", "hold", "give back"):
        things = name.removeprefix(f"{verb} ")
        if things not in (name, ""):
            return f"{verb} {' and '.join(names.resource(one) for one in things.split(' and '))}"
    return f"branch{name.removeprefix('one of')}" if _BRANCH.fullmatch(name) else spaced(name)


def _step_at(path: Path) -> int:
    """Position of the innermost step in a path through a pathway."""
    inner = [
        place + 1 for place in range(2, len(path) - 1) if path[place] == "steps" and isinstance(path[place + 1], str)
    ]
    return inner[-1] if inner else 2
