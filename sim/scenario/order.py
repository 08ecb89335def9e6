"""The order of names: which fields come first in a scenario file that is laid out by the program."""

from collections.abc import Iterable
from typing import Final

from sim.scenario.distributions import EXAMPLES
from sim.scenario.document import Path
from sim.scenario.evidence import MEMBER_SECTIONS

BLOCKS: Final = (*MEMBER_SECTIONS, "targets", "add")
"""Sections that are always written with one member a line or more."""

_HOURS: Final = ("days", "from", "to", "since", "until")
_TOP: Final = ("wardflow", "extends", "name", "question", "about", "run", *MEMBER_SECTIONS, "targets", "costs", "add")
_STAFF: Final = ("label", "on_duty", "units", "roster", "at_shift_end", "strict", "cost")
_MEMBERS: Final = {
    "patients": ("label", "arrive", "attributes", "priority", "pathway"),
    "staff": _STAFF,
    "equipment": _STAFF,
    "wards": ("label", "beds", "kind", "also", "turnaround", "if_full", "strict", "cost"),
    "targets": ("kpi", "label", "at_least", "at_most", "source", "since"),
    "calendars": ("all", "weekdays", "weekend", "mon", "tue", "wed", "thu", "fri", "sat", "sun"),
}
_STEP: Final = (
    *("name", "staff", "equipment", "ward", "calendar", "time", "counts_as", "priority"),
    *("gives_up_after", "then", "queue_limit", "if_queue_full", "if_none_free", "options"),
)
_OPTION: Final = ("share", "when", "otherwise", "go", "leave", "steps")
_LAW: Final = (
    "mean",
    "sd",
    "low",
    "mode",
    "high",
    "shape",
    "phases",
    "value",
    "values",
    "weights",
    "at_least",
    "at_most",
)
_INNER: Final = {
    "run": ("start", "warm_up", "length", "replications", "seed"),
    "arrive": ("rate", "by_hour", "by_weekday", "by_month", "day_to_day", "gaps", "scheduled", "batches"),
    "by_weekday": ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    "by_month": ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    "roster": (*_HOURS, "on_duty"),
    "also": ("beds", *_HOURS),
    "scheduled": ("days", "at", "patients", "apart", "attend", "since", "until"),
    "batches": ("at", "patients", "over"),
    "at": ("date", "time"),
    "if_full": ("after", "use", "stay"),
    "mixture": ("share", "time"),
    "one of": _OPTION,
    "options": _OPTION,
}
_GROUPS: Final = ("roster", "also", "scheduled", "batches")
_EVIDENCE: Final = ("value", "source", "owner", "range", "note")


def in_order(path: Path, names: Iterable[str]) -> list[str]:
    """Return the names of a mapping in their usual order; names that the hospital chose keep theirs.

    >>> in_order(("wards", "medical"), ["cost", "beds", "kind"])
    ['beds', 'kind', 'cost']
    """
    listed = list(names)
    if "by" in listed:
        fields: tuple[str, ...] = ("by",)
        return sorted(listed, key=lambda name: 0 if name == "by" else 2 if name == "rest" else 1)
    fields = _EVIDENCE if "value" in listed else _fields(path[1:] if path[:1] == ("add",) and len(path) > 1 else path)
    rank = {name: place for place, name in enumerate(fields)}
    return sorted(listed, key=lambda name: rank.get(name, len(fields)))


def _fields(path: Path) -> tuple[str, ...]:
    """Return the known fields of the mapping at a path, in their order."""
    if not path:
        return _TOP
    last, above = path[-1], path[-2] if len(path) > 1 else None
    if len(path) == 2:
        return _MEMBERS.get(str(path[0]), ())
    if isinstance(last, int):
        return _INNER.get(str(above), ())
    if last in EXAMPLES:
        return _LAW
    if above in _GROUPS:
        return _INNER[str(above)]
    if last in _GROUPS:
        return ()
    if isinstance(above, int) and path[0] == "pathways":
        return _STEP
    return _INNER.get(last, ())
