"""A sentence: one difference between two scenarios as a person would say it."""

import re
from decimal import Decimal
from typing import Any, Final

from sim.scenario.distributions import EXAMPLES
from sim.scenario.document import Path
from sim.scenario.relative import written_number

LONGEST: Final = 90
"""Longer values are shortened."""

_ONE_OF_THEM: Final = {
    "calendars": "calendar",
    "patients": "patient class",
    "staff": "staff group",
    "equipment": "equipment",
    "wards": "ward",
    "pathways": "pathway",
    "targets": "target",
}
_QUANTITY = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)\s*([^\W\d_].*|%)")


def changed_sentence(path: Path, old: Any, new: Any) -> str:
    """Say that a value is another.

    >>> changed_sentence(("wards", "medical", "beds"), 180, 192)
    'medical: beds 180 -> 192 (+12)'
    >>> changed_sentence(("staff", "ed_doctor", "roster", "late", "on_duty"), 6, 7)
    'late shift of ed_doctor: on_duty 6 -> 7 (+1)'
    """
    delta = difference_of(old, new)
    return f"{_about(path)}{said(old)} -> {said(new)}" + (f" ({delta})" if delta else "")


def added_sentence(path: Path, new: Any) -> str:
    """Say that something is new.

    >>> added_sentence(("wards", "virtual"), {"beds": 40, "kind": "virtual"})
    'new ward virtual: beds 40, kind virtual'
    """
    thing = _thing(path)
    return f"new {thing}: {said(new)}" if thing else f"{_about(path)}{said(new)} (was not set)"


def removed_sentence(path: Path, old: Any) -> str:
    """Say that something is gone.

    >>> removed_sentence(("wards", "medical", "turnaround"), "45 min")
    'medical: turnaround no longer set (was 45 min)'
    """
    thing = _thing(path)
    return f"{thing} is removed" if thing else f"{_about(path)}no longer set (was {said(old)})"


def said(value: Any) -> str:
    """Return a value as one says it: groups without braces, shortened if it is long.

    >>> said({"lognormal": {"mean": "7 min", "sd": "4 min"}})
    'lognormal (mean 7 min, sd 4 min)'
    """
    text = _said(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def difference_of(old: Any, new: Any) -> str:
    """Return by how much a number or quantity differs; empty if that has no meaning.

    >>> difference_of("30 %", "35 %"), difference_of("380 per day", "410 per day"), difference_of("4 h", "30 min")
    ('+5 points', '+30 per day', '')
    """
    if _is_number(old) and _is_number(new):
        return _signed(Decimal(repr(new)) - Decimal(repr(old)))
    first = _QUANTITY.fullmatch(old) if isinstance(old, str) else None
    second = _QUANTITY.fullmatch(new) if isinstance(new, str) else None
    if not first or not second or first[2] != second[2]:
        return ""
    unit = "points" if first[2] == "%" else first[2]
    return f"{_signed(Decimal(second[1]) - Decimal(first[1]))} {unit}"


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_grouped(inner)}" for name, inner in value.items()) or "nothing"
    if isinstance(value, list):
        return f"[{', '.join(_grouped(inner) for inner in value)}]"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(str(value).split())


def _grouped(value: Any) -> str:
    return f"({_said(value)})" if isinstance(value, dict) and value else _said(value)


def _thing(path: Path) -> str:
    """Return what a whole member or step is called, or nothing if the path leads to a field."""
    if len(path) == 2 and path[0] in _ONE_OF_THEM:
        return f"{_ONE_OF_THEM[str(path[0])]} {path[1]}"
    if len(path) == 3 and path[0] == "pathways":
        return f"step {path[2]} in {path[1]}"
    return ""


def _about(path: Path) -> str:
    """Return the start of a sentence: whose value it is and which."""
    subject, rest = _subject(path)
    words = [
        f"[{part + 1}]" if isinstance(part, int) else part
        for part in rest
        if part not in EXAMPLES or path[0] == "costs"
    ]
    field = " ".join(words).replace(" [", "[")
    return f"{subject}: {field} " if field else f"{subject}: "


def _subject(path: Path) -> tuple[str, Path]:
    section = path[0]
    if len(path) == 1 or section not in _ONE_OF_THEM:
        return str(section), path[1:]
    if section in ("staff", "equipment") and len(path) > 3 and path[2] == "roster":
        return f"{path[3]} shift of {path[1]}", path[4:]
    if section == "wards" and len(path) > 3 and path[2] == "also":
        return f"{path[1]} ({path[3]})", path[4:]
    if section == "pathways" and len(path) > 2:
        return f"{path[2]} in {path[1]}", path[3:]
    return str(path[1]), path[2:]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _signed(number: Decimal) -> str:
    return ("+" if number > 0 else "") + written_number(number)
