"""The order of names: which fields come first in a scenario file that is laid out by the program."""

from collections.abc import Iterable
from typing import Final

from sim.scenario.distributions import EXAMPLES
from sim.scenario.reading.document import Path
from sim.scenario.reading.evidence import MEMBER_SECTIONS

BLOCKS: Final = (*MEMBER_SECTIONS, "expect", "targets", "add")
"""Sections that are always written with one member a line or more."""

_DAYS: Final = ("all", "weekdays", "weekend", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATES: Final = ("since", "until", "except", "only")
_HOURS: Final = ("days", "from", "to", *_DATES)
_TOP: Final = (
    *("wardflow", "initiative", "extends", "initiatives", "name", "question", "about", "prompts", "expect", "run"),
    *(*MEMBER_SECTIONS, "targets", "equity", "costs", "add"),
)
_INITIATIVE: Final = ("name", "changes", "evidence", "ramp_up", "cost", "owner")
_STAFF: Final = (
    *("label", "on_duty", "units", "roster", "at_shift_end", "absence", "agency", "establishment", "turnaround"),
    *("strict", "cost", "on_costs", "overtime"),
)
_MEMBERS: Final = {
    "calendars": _DAYS,
    "rhythms": _DAYS,
    "patients": ("label", "arrive", "attributes", "priority", "pathway"),
    "staff": _STAFF,
    "equipment": _STAFF,
    "wards": (
        *("label", "beds", "kind", "takes", "also", "closures", "staffed_by", "turnaround", "if_full"),
        *("when_closing", "strict", "cost"),
    ),
    "slots": ("label", "per_week", "sessions", "keep", "strict", "cost"),
    "supplies": ("label", "stock", "reorder_at", "order", "takes", "deliveries", "strict", "cost"),
    "events": ("label", "at", "lasts", "times", "capacity", "arrivals"),
    "policies": ("label", "watch", "every", "above", "for", "below", "after", "do", "cost", "cost_each"),
    "start": ("of", "at", "ward", "fill", "patients", "like", "left", "waited"),
    "expect": ("kpi", "of", "becomes", "within", "than", "with", "why"),
    "initiative": ("effect", "range", "source"),
    "initiatives": _INITIATIVE,
    "targets": ("kpi", "of", "label", "at_least", "at_most", "source", "since"),
}
_STEP: Final = (
    *("name", "staff", "equipment", "slots", "uses", "ward", "or", "resources", "calendar", "time", "rhythm"),
    *("must_finish", "if_no_time", "missed", "if_missed", "interrupted", "cost", "counts_as"),
    *("should_start_within", "priority", "priority_after", "keep_free", "preempts", "gives_up_after", "then"),
    *("worsens_after", "if_worse", "queue_limit", "if_queue_full", "if_none_free"),
    *("options", "times", "every", "steps"),
)
_OPTION: Final = ("share", "when", "while", "otherwise", "go", "leave", "steps")
_OTHER_WARD: Final = ("after", "use", "stay", "return_when_free")
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
    "initiative": _INITIATIVE,
    "run": ("start", "warm_up", "length", "replications", "seed", "knots"),
    "costs": ("fixed", "on_costs", "budget"),
    "arrive": (
        *("rate", "by_hour", "by_weekday", "by_month", "day_to_day", "on_dates", "waves", "more"),
        *("gaps", "scheduled", "batches", "recorded"),
    ),
    "by_weekday": _DAYS[3:],
    "by_month": _MONTHS,
    "absence": (*_MONTHS, "rest"),
    "roster": (*_HOURS, "on_duty", "breaks"),
    "breaks": ("from", "to", "each"),
    "also": ("beds", *_HOURS),
    "closures": ("rate", "beds", "time", "by_month"),
    "scheduled": ("days", "at", "patients", "apart", "attend", *_DATES),
    "batches": ("at", "patients", "over"),
    "waves": (*_DATES, "by_week", "by_day", "grows"),
    "grows": ("reproduction", "every", "then"),
    "sessions": ("days", "at", "slots", "apart", "at_least", *_DATES),
    "deliveries": ("days", "at", "units", *_DATES),
    "at": ("date", "time"),
    "agency": ("fills", "cost"),
    "establishment": ("posts", "in_post", "leave_per_year", "hire_after", "training"),
    "do": ("open_beds", "call_in", "early_discharge"),
    "early_discharge": ("wards", "within", "most"),
    "must_finish": ("planned", "overrun"),
    "rhythm": _DAYS,
    "if_full": _OTHER_WARD,
    "or": ("staff", "equipment", "slots", "uses", "time", *_OTHER_WARD),
    "mixture": ("share", "time"),
    "one of": _OPTION,
    "options": _OPTION,
}
_GROUPS: Final = ("roster", "breaks", "also", "closures", "scheduled", "batches", "waves", "sessions", "deliveries")
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
