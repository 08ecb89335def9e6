"""An account: what one scenario has otherwise than another, told as a manager would say it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sim.scenario.distributions import EXAMPLES
from sim.scenario.reading.document import Path
from sim.scenario.reading.joining import INITIATIVES
from sim.scenario.reading.relative import law_of
from sim.scenario.telling.amounts import moved, percent_word
from sim.scenario.telling.difference import Change
from sim.scenario.telling.names import Names, names_of
from sim.scenario.telling.portraits import portrait
from sim.scenario.telling.subjects import KINDS, NAMED, field_of, subject_of
from sim.scenario.telling.tellers import TELLERS, Both
from sim.scenario.telling.topics import HOURS, Topic, scaling, topics
from sim.scenario.telling.words import PARAMETERS, days_word, hours_word, law_word, quantity_word, spaced

NOTHING_ELSE: Final = "Nothing else differs."
NO_DIFFERENCE: Final = "Nothing differs."


@dataclass(frozen=True, slots=True)
class Entry:
    """What is told in one sentence; steps stand in the path by name. `old` or `new` is None where there is none."""

    path: Path
    old: Any
    new: Any
    sentence: str


def account(base: dict[str, Any], other: dict[str, Any]) -> tuple[Entry, ...]:
    """Tells what another scenario has otherwise, one sentence a change.

    Args:
        base: plain values of the one, with all that it extends.
        other: plain values of the other.

    >>> base = {"wards": {"amu": {"label": "Acute unit", "beds": 76}}}
    >>> other = {"wards": {"amu": {"label": "Acute unit", "beds": 88}}}
    >>> [entry.sentence for entry in account(base, other)]
    ['12 more beds in Acute unit (76 -> 88).']
    """
    names = names_of(base, other)
    told = (
        Entry(topic.path, topic.old, topic.new, _finished(_told(topic, (base, other), names)))
        for topic in topics(_hospital(base), _hospital(other))
    )
    return (*_initiatives_told(base.get(INITIATIVES) or {}, other.get(INITIATIVES) or {}), *told)


def _hospital(data: dict[str, Any]) -> dict[str, Any]:
    """Returns what is said of the hospital, without what is said about the file."""
    return {name: value for name, value in data.items() if name not in ("prompts", "expect", INITIATIVES)}


def _initiatives_told(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Entry]:
    """Tells which initiatives come and go; what they change is told by itself."""
    for name in dict.fromkeys((*old, *new)):
        one, other = old.get(name), new.get(name)
        if one == other:
            continue
        head = other or one or {}
        facts = [f"costs £{head['cost']}"] if "cost" in head else []
        facts += [f"works fully after {head['ramp_up']}"] if "ramp_up" in head else []
        come = "is gone" if other is None else "is put in" if one is None else "is told otherwise"
        told = f"the initiative {head.get('name', name)} {come}" + (f" ({', '.join(facts)})" if facts else "")
        yield Entry((INITIATIVES, name), one, other, _finished(told))


def account_text(base: dict[str, Any], other: dict[str, Any]) -> str:
    """Tells the same as text, with a last line which says that this is all.

    >>> account_text({"name": "A"}, {"name": "A"})
    'Nothing differs.'
    """
    told = [entry.sentence for entry in account(base, other)]
    return "\n".join([*told, NOTHING_ELSE]) if told else NO_DIFFERENCE


def _finished(sentence: str) -> str:
    """Returns a sentence with a capital letter, a full stop and no line end."""
    text = "".join(one if one.isprintable() else " " for one in sentence).strip()
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "?", "!")) else ".")


def _told(topic: Topic, both: Both, names: Names) -> str:
    if topic.kind == "law":
        return f"{subject_of(topic.path, names)}: {_law_told(topic, names)}"
    if topic.kind == "hours":
        return _hours_told(topic, names)
    whole = topic.old is None or topic.new is None
    if len(topic.path) == 2 and topic.path[0] in KINDS and whole:
        return _member_told(topic, names)
    is_value = topic.path[0] not in KINDS or len(topic.path) > 1
    teller = TELLERS.get(str(topic.path[0])) if is_value else None
    return (teller and teller(topic, both, names)) or _value_told(topic, names)


def _member_told(topic: Topic, names: Names) -> str:
    section, name = str(topic.path[0]), str(topic.path[1])
    body = topic.new if topic.old is None else topic.old
    called, told = names.thing(section, name), portrait(section, name, body, names)
    if topic.old is None:
        return f"a new {KINDS[section]}, {called}" + (f", {told}" if told else "")
    return f"the {KINDS[section]} {called} is gone" + (f" ({told})" if told else "")


def _named_told(topic: Topic, names: Names) -> str:
    """Tells of something inside a member that has a name of its own, such as a break or a wave."""
    *path, field, name = topic.path
    kind = NAMED.get(str(field), "part")
    said = names.said(topic.path, topic.new if topic.old is None else topic.old)
    told = f"a new {kind}, {spaced(name)}" if topic.old is None else f"the {kind} {spaced(name)} is gone"
    return f"{subject_of(tuple(path), names)}: {told} ({said})"


def _law_told(topic: Topic, names: Names) -> str:
    field = field_of(topic.path, names)
    what = f"{field} " if field not in ("", "time") else ""
    ratio = scaling(topic.old, topic.new)
    if ratio is None:
        if any(one.old is None or one.new is None for one in topic.changes):
            return f"{what}{law_word(topic.old)} -> {law_word(topic.new)}"
        return what + ", ".join(_parameter_told(topic, change, names) for change in topic.changes)
    change = f"{what}{percent_word(abs(ratio - 1))} {'longer' if ratio > 1 else 'shorter'}"
    means = [one for one in topic.changes if one.path[-1] == "mean"]
    if len(means) != 1:
        return change
    return f"{change} (mean {names.said(means[0].path, means[0].old)} -> {names.said(means[0].path, means[0].new)})"


def _parameter_told(topic: Topic, change: Change, names: Names) -> str:
    inside = [part for part in change.path[len(topic.path) :] if part not in EXAMPLES]
    said = [f"part {part + 1}" if isinstance(part, int) else PARAMETERS.get(part, spaced(part)) for part in inside]
    return f"{' '.join(said)} {moved(change.path, change.old, change.new, names)}".strip()


def _hours_told(topic: Topic, names: Names) -> str:
    old, new = (
        {key: one[key] for key in HOURS if key in one} if isinstance(one, dict) else {}
        for one in (topic.old, topic.new)
    )
    words: Callable[[dict[str, Any]], str] = _session_hours if {*old, *new} & {"at", "apart"} else hours_word
    if not {*old, *new} & {"at", "apart", "from", "to", "days"}:
        words = _dates
    return f"{subject_of(topic.path, names)}: {words(new)} instead of {words(old)}"


def _dates(hours: dict[str, Any]) -> str:
    return hours_word(hours, whole_day=False) or "always"


def _session_hours(hours: dict[str, Any]) -> str:
    apart = f", {quantity_word(str(hours['apart']))} apart" if hours.get("apart") else ""
    rest = hours_word({key: one for key, one in hours.items() if key not in ("at", "apart", "days")}, whole_day=False)
    return " ".join(filter(None, [f"at {hours.get('at')}", days_word(hours.get("days", "all")), rest])) + apart


def _value_told(topic: Topic, names: Names) -> str:
    path, old, new = topic.path, topic.old, topic.new
    subject, field = subject_of(path, names), field_of(path, names)
    if len(path) > 3 and path[-2] in NAMED and (old is None or new is None):
        return _named_told(topic, names)
    if old is None:
        return f"{subject}: {field or 'now'} {names.said(path, new)} (not set before)"
    if new is None:
        return f"{subject}{f': {field}' if field else ''} is no longer set (was {names.said(path, old)})"
    if isinstance(old, dict) and isinstance(new, dict) and law_of(old) and law_of(new):
        return f"{subject}: {field} {law_word(old)} -> {law_word(new)}"
    return f"{subject}: {f'{field} ' if field else ''}{moved(path, old, new, names)}"
