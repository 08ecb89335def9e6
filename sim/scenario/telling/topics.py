"""A Topic: what one sentence about two scenarios tells, such as all changed parameters of one distribution."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal

from sim import clock
from sim.scenario.reading.document import Path
from sim.scenario.reading.relative import BOUNDS, law_of
from sim.scenario.reading.steps import LONG_FORM
from sim.scenario.telling.difference import Change, differences, step_body, steps_by_name
from sim.scenario.telling.words import quantity_in, share_word

Kind = Literal["value", "hours", "law", "instead"]
HOURS: Final = ("days", "from", "to", "since", "until", "except", "only", "at", "apart")
"""Fields that are told together: when something is."""
_COLLECTIONS: Final = (
    *("also", "roster", "breaks", "closures", "scheduled", "batches", "waves", "sessions", "deliveries"),
    *("by_month", "by_weekday", "on_dates", "attributes"),
)
"""Fields whose members have names of their own, and are told one by one."""
_ALIKE: Final = Fraction(1, 1000)
"""Ratios that differ by less are taken for one, since people round."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Changes that are told in one sentence."""

    kind: Kind
    """`value`: one value; `hours`: when something is; `law`: parameters of a distribution; `instead`: a step that
    stands where another stood."""
    path: Path
    """Where the value stands, or the thing whose hours or distribution are others."""
    old: Any
    new: Any
    changes: tuple[Change, ...]
    """What differs inside."""


def topics(base: dict[str, Any], other: dict[str, Any]) -> tuple[Topic, ...]:
    """Groups what another scenario says otherwise; what is only written in another way is left out.

    >>> long, short = ({"wards": {"a": {"turnaround": time}}} for time in ("60 min", "1 h"))
    >>> topics(long, short)
    ()
    """
    grouped: dict[tuple[Kind, Path], list[Change]] = {}
    for change in differences(base, other):
        for one in _members(change):
            if not _same_meaning(one.old, one.new):
                grouped.setdefault(_topic_of(one, base, other), []).append(one)
    found = []
    for (kind, path), changes in grouped.items():
        if kind == "value":
            found += [Topic(kind, path, one.old, one.new, (one,)) for one in changes]
        else:
            found.append(Topic(kind, path, value_at(base, path), value_at(other, path), tuple(changes)))
    return tuple(_paired(found))


def value_at(data: Any, path: Path) -> Any:
    """Returns what stands at a path in which steps stand by name; None if nothing does."""
    value = data
    for name in path:
        if isinstance(value, dict):
            value = value.get(str(name))
        elif isinstance(value, list) and isinstance(name, int):
            value = value[name] if name < len(value) else None
        elif isinstance(value, list):
            value = step_body(steps_by_name(value).get(str(name)))
        else:
            return None
    return value


def scaling(old: Any, new: Any) -> Fraction | None:
    """Returns by which factor all times of a distribution are longer; None if they are not all by the same.

    >>> scaling({"gamma": {"mean": "5 d", "sd": "4 d"}}, {"gamma": {"mean": "4 d", "sd": "3.2 d"}})
    Fraction(4, 5)
    """
    ratios = set(_ratios(old, new))
    if not ratios or None in ratios:
        return None
    known = [ratio for ratio in ratios if ratio is not None]
    alike = max(known) - min(known) <= _ALIKE * min(known)
    return known[0] if alike and known[0] > 0 else None


def _ratios(old: Any, new: Any) -> Iterator[Fraction | None]:
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        for name in old:
            if name in ("by", "shape", "phases", "weights", "share"):
                yield from () if old[name] == new[name] else (None,)
            else:
                yield from _ratios(old[name], new[name])
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for one, another in zip(old, new, strict=True):
            yield from _ratios(one, another)
    else:
        first, second = _milliseconds(old), _milliseconds(new)
        yield Fraction(second, first) if first and second is not None else None


def _topic_of(change: Change, base: Any, other: Any) -> tuple[Kind, Path]:
    path = change.path
    prefixes = [path[:length] for length in range(3, len(path))]
    laws = [one for one in prefixes if _is_law(value_at(base, one)) and _is_law(value_at(other, one))]
    if laws:
        whole = scaling(value_at(base, laws[0]), value_at(other, laws[0]))
        return "law", laws[0] if whole is not None else laws[-1]
    if len(path) > 3 and path[-1] in HOURS and isinstance(value_at(base, path[:-1]), dict):
        return "hours", path[:-1]
    return "value", path


def _paired(found: list[Topic]) -> Iterator[Topic]:
    """Puts steps of one kind, of which one is gone and the other new in the same list, together."""
    taken: list[Topic] = []
    for topic in found:
        if topic in taken:
            continue
        alike = (_kind_of_step(one) == _kind_of_step(topic) for one in found)
        new = next((one for one, same in zip(found, alike, strict=True) if same and one.old is None), None)
        if _kind_of_step(topic) is None or topic.new is not None or new is None or new in taken:
            yield topic
        else:
            taken.append(new)
            yield Topic("instead", topic.path, topic.old, new.new, topic.changes + new.changes)


def _kind_of_step(topic: Topic) -> tuple[Path, str] | None:
    """Where a step that is new or gone stands, and its verb; None for what is no step with a verb of the language."""
    step = topic.new if topic.old is None else topic.old
    verb = next(iter(step), "") if isinstance(step, dict) and len(step) == 1 else ""
    whole = (topic.old is None) != (topic.new is None)
    place = topic.path[0] == "pathways" and (len(topic.path) == 3 or topic.path[-2:-1] == ("steps",))
    return (topic.path[:-1], verb) if whole and place and verb in LONG_FORM else None


def _is_law(value: Any) -> bool:
    return law_of(value) != ""


def _members(change: Change) -> Iterator[Change]:
    """Yields the members of a collection that is new or gone as a whole."""
    value = change.new if change.old is None else change.old
    whole = (change.old is None) != (change.new is None)
    more = change.path[2:4] == ("arrive", "more") and len(change.path) <= 5
    named = len(change.path) > 2 and change.path[-1] in _COLLECTIONS
    collection = change.path[0] != "pathways" and (named or more)
    if not (whole and collection and isinstance(value, dict)):
        yield change
        return
    for name, body in value.items():
        old, new = (None, body) if change.old is None else (body, None)
        inner = Change((*change.path, name), old, new)
        yield from _members(inner) if more else (inner,)


def _same_meaning(old: Any, new: Any) -> bool:
    """Whether two values are one, written in two ways: 60 min and 1 h, 0.3 and 30 %."""
    first, second = _milliseconds(old), _milliseconds(new)
    if first is not None and first == second:
        return True
    shares = [one for one in (old, new) if isinstance(one, str) and (quantity_in(one) or ("", ""))[1] == "%"]
    numbers = [one for one in (old, new) if isinstance(one, float)]
    return len(shares) == len(numbers) == 1 and share_word(shares[0]) == share_word(numbers[0])


def _milliseconds(value: Any) -> int | None:
    if isinstance(value, dict) and len(value) == 1 and not set(value) & set(BOUNDS):
        return None
    try:
        return clock.parse_duration(value) if isinstance(value, str) else None
    except ValueError:
        return None
