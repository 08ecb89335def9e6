"""Tellers: how a change of one section is told, where a sentence can be better than the usual one."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from sim.scenario.reading.document import Path
from sim.scenario.telling.amounts import by_how_much, moved, percent_word
from sim.scenario.telling.names import Names
from sim.scenario.telling.portraits import (
    batch_word,
    more_word,
    opening_word,
    place_of,
    session_word,
    shift_word,
    step_portrait,
    way_word,
)
from sim.scenario.telling.subjects import step_called, subject_of
from sim.scenario.telling.topics import Topic, value_at
from sim.scenario.telling.words import days_word, month_word, number_word, spaced, times_word

Both = tuple[Any, Any]
"""The plain values of the two scenarios."""
Teller = Callable[[Topic, Both, Names], str | None]
"""Returns a sentence, or None if the usual one is good enough."""
_TEXTS: Final = {"name": "name", "question": "question", "about": "description"}


def _ward_told(topic: Topic, both: Both, names: Names) -> str | None:
    path, old, new = topic.path, topic.old, topic.new
    thing = place_of(value_at(both[1], path[:2]) or value_at(both[0], path[:2]))
    called = names.thing("wards", str(path[1]))
    if path[2:] == ("beds",) and isinstance(old, int) and isinstance(new, int):
        return f"{more_word(new - old, thing)} in {called} ({number_word(old)} -> {number_word(new)})"
    if len(path) == 4 and path[2] == "also" and new is None:
        return f"not any more: {opening_word(old, thing, f'in {called}')} ({spaced(path[3])})"
    if len(path) == 4 and path[2] == "also" and old is None:
        return f"{opening_word(new, thing, f'in {called}')} ({spaced(path[3])})"
    return None


def _staff_told(topic: Topic, both: Both, names: Names) -> str | None:
    path, old, new = topic.path, topic.old, topic.new
    if len(path) == 4 and path[2] == "roster" and (old is None or new is None):
        called, shift = names.thing(str(path[0]), str(path[1])), f"{spaced(path[3])} shift"
        if new is None:
            return f"{called}: no {shift} any more (was {shift_word(old)})"
        count, _, when = shift_word(new).partition(" ")
        return f"{called}: {count} more {when} ({shift}, which is new)"
    if path[-1] in ("on_duty", "units") and isinstance(old, int) and isinstance(new, int):
        what = "on duty " if path[0] == "staff" else ""
        change = f"{number_word(abs(new - old))} {'more' if new > old else 'fewer'}"
        return f"{subject_of(path, names)}: {change} {what}({number_word(old)} -> {number_word(new)})"
    return None


def _slots_told(topic: Topic, both: Both, names: Names) -> str | None:
    path, old, new = topic.path, topic.old, topic.new
    if path[2:] == ("per_week",) and isinstance(old, int) and isinstance(new, int):
        change = f"{number_word(abs(new - old))} {'more' if new > old else 'fewer'}"
        return f"{subject_of(path, names)}: {change} a week ({number_word(old)} -> {number_word(new)})"
    if len(path) == 4 and path[2] == "sessions" and (old is None or new is None):
        called, when = names.thing("slots", str(path[1])), "not any more" if new is None else "new"
        return f"{called}, {when}: {session_word(old if new is None else new, 'slots', '')} ({spaced(path[3])})"
    return None


def _calendar_told(topic: Topic, both: Both, names: Names) -> str | None:
    if len(topic.path) != 3:
        return None
    called, day = spaced(topic.path[1]), str(topic.path[2])
    if topic.old is None:
        return f"{called}: now also {times_word(day, topic.new)}"
    if topic.new is None:
        return f"{called}: no longer {times_word(day, topic.old)}"
    when = times_word(day, []).removeprefix("never ")
    before = times_word(day, topic.old).removeprefix(when).strip()
    return f"{called}: {times_word(day, topic.new)} instead of {before}"


def _patients_told(topic: Topic, both: Both, names: Names) -> str | None:
    path, old, new = topic.path, topic.old, topic.new
    called = names.thing("patients", str(path[1]))
    inner = path[3] if len(path) == 5 and path[2] == "arrive" else ""
    if inner in ("scheduled", "batches") and (old is None or new is None):
        word = session_word if inner == "scheduled" else batch_word
        when = "not any more" if new is None else "new"
        return f"{called}, {when}: {word(old if new is None else new)} ({spaced(path[4])})"
    if inner in ("by_month", "by_weekday", "on_dates"):
        return f"{called}: {_factor_told(str(path[4]), old, new)}"
    if path[2:4] == ("arrive", "more") and len(path) == 6:
        factors = [None if one is None else float(str(one).removeprefix("x")) for one in (old, new)]
        return f"{called}: {_factors_told(f'of those with {spaced(path[4])} {spaced(path[5])}', *factors)}"
    if path[2:] == ("arrive", "rate") and old is not None and new is not None:
        by = by_how_much(path, old, new)
        return f"{called}: {by or 'arrivals'} ({names.said(path, old)} -> {names.said(path, new)})"
    if path[2:] == ("arrive", "by_hour"):
        return f"{called}: they come at other hours of the day"
    return None


def _factor_told(when: str, old: Any, new: Any) -> str:
    month = month_word(when)
    day = f"in {month}" if month != when else days_word(when)
    return _factors_told(day if day != when else f"on {spaced(when)}", old, new)


def _factors_told(whom: str, old: Any, new: Any) -> str:
    """Says how many more or fewer come by another factor; none is 1."""
    before, after = (Decimal(str(one)) if isinstance(one, int | float) else Decimal(1) for one in (old, new))
    factors = f"factor {number_word(before)} -> {number_word(after)}"
    if not before or before == after:
        return f"{whom} {factors}"
    ratio = Fraction(after) / Fraction(before)
    return f"{percent_word(abs(ratio - 1))} {'more' if ratio > 1 else 'fewer'} {whom} ({factors})"


def _pathway_told(topic: Topic, both: Both, names: Names) -> str | None:
    path, old, new = topic.path, topic.old, topic.new
    if isinstance(old, list) and isinstance(new, list) and all(isinstance(one, str) for one in old + new):
        order = ", ".join(step_called(name, names) for name in new)
        return f"{spaced(path[1])}: another order of the steps ({order})"
    is_step = len(path) == 3 or path[-2] == "steps"
    if topic.kind == "instead":
        return f"{_place_of_step(path, names)}: {_exchange(topic, names)}"
    if is_step and (old is None or new is None):
        return _step_told(topic, names)
    option = _option_of(path, both)
    if option is not None and path[-1] == "share" and old is not None and new is not None:
        return f"{subject_of(path, names)}, those who {way_word(option, names)}: {moved(path, old, new, names)}"
    return None


def _exchange(topic: Topic, names: Names) -> str:
    """Says which step stands instead of which, with what else is new about it."""
    removed, new = topic.changes
    before, after = (
        step_portrait(str(one.path[-1]), step, names) for one, step in ((removed, topic.old), (new, topic.new))
    )
    called = step_called(str(new.path[-1]), names) + (f" ({after})" if after not in ("", before) else "")
    return f"{called} instead of {step_called(str(removed.path[-1]), names)}"


def _step_told(topic: Topic, names: Names) -> str:
    path, step = topic.path, topic.new if topic.old is None else topic.old
    name, where = step_called(str(path[-1]), names), _place_of_step(path, names)
    if topic.new is None:
        return f"{where}: the step {name} is gone"
    told = step_portrait(str(path[-1]), step, names)
    return f"{where}: a new step, {name}" + (f" ({told})" if told else "")


def _place_of_step(path: Path, names: Names) -> str:
    pathway = spaced(path[1])
    return f"{pathway}, {step_called(str(path[2]), names)}" if len(path) > 3 else pathway


def _option_of(path: Path, both: Both) -> dict[str, Any] | None:
    """Returns the option of a branch in which a value stands."""
    if len(path) < 5 or not isinstance(path[-2], int):
        return None
    body = value_at(both[1], path[:3])
    options = body.get("options") if isinstance(body, dict) else body
    found = options[path[-2]] if isinstance(options, list) and path[-2] < len(options) else None
    return found if isinstance(found, dict) else None


def _text_told(topic: Topic, both: Both, names: Names) -> str | None:
    what = _TEXTS[str(topic.path[0])]
    if topic.new is None:
        return f"it has no {what} any more"
    return f"{'a new' if topic.old is None else 'another'} {what}" + (f": {topic.new}" if what != "description" else "")


TELLERS: Final[dict[str, Teller]] = {
    "wards": _ward_told,
    "staff": _staff_told,
    "equipment": _staff_told,
    "slots": _slots_told,
    "calendars": _calendar_told,
    "patients": _patients_told,
    "pathways": _pathway_told,
    **dict.fromkeys(_TEXTS, _text_told),
}
"""By section."""
