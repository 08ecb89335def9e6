"""Assumed: the values of a scenario that may be otherwise, how far, and those of which that cannot be said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sim.scenario.problems import Problem, ScenarioError, quoted, suggestion
from sim.scenario.reading.document import Document, Path
from sim.scenario.reading.relative import change_in, changed
from sim.scenario.scenario import Scenario
from sim.scenario.telling.assumptions import by_name
from sim.scenario.telling.names import names_of
from sim.scenario.telling.subjects import field_of, subject_of
from sim.study.asking import Variant
from sim.study.sensitivity.ranges import Form, ends_of, read, why_refused
from sim.study.setting import lines_of, place_of, without
from sim.study.setting import names_of as names_in

OPTION: Final = "--vary"
"""What stands for the name of a file in messages about an own range."""
EXAMPLE: Final = '--vary "wards.medical.beds=170..190"'
INITIATIVE: Final = (
    "the cost of an initiative cannot be said in a line; it adds to the cost a day as it is, and moves nothing else"
)


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A scenario whose values can be put otherwise: the base, or a plan."""

    document: Document
    """As composed, with the changes."""
    variant: Variant
    """The scenario with lines over it."""
    changes: tuple[str, ...] = ()
    """Lines that make it out of what the variant gives; none if that is the scenario itself."""
    written: Mapping[Path, str] | None = None
    """Values that stand in their files as a change of what these extend (`relative_values`)."""

    def scenario(self, edits: Mapping[Path, Any]) -> Scenario:
        """The scenario with other values.

        Raises:
            ScenarioError: if it is no valid one, or a value cannot be said in a line.
        """
        lines = lines_of(self.document.data, edits)
        return self.variant([*without(self.changes, lines), *lines])


@dataclass(frozen=True, slots=True)
class Place:
    """Where an assumption stands in a scenario, and how numbers are written there."""

    path: Path
    form: Form
    over: str = ""
    """What the plan makes of the value, such as `x 0.62`; empty if it takes it as it is."""

    def written(self, number: float) -> Any:
        """The value for a number, as plain data; a Refusal if there is none."""
        value = self.form.written(number)
        change = change_in(self.over, 1) if self.over else None
        return changed(value, change) if change and not why_refused(value) else value


@dataclass(frozen=True, slots=True)
class Assumed:
    """A value that may lie anywhere in a range."""

    name: str
    """Its names, parted by points, such as `wards.medical.turnaround`; steps stand by their names."""
    what: str
    """What it is, in words."""
    low: float
    high: float
    range: str
    """As written."""
    source: str
    """Where value and range come from; empty if that is not said."""
    base: Place | None
    """Its place in the base; None if only the plan has it."""
    plan: Place | None
    """Its place in the plan; None if there is no plan, or the plan puts another value there."""

    @property
    def form(self) -> Form:
        """How its numbers are told.

        Raises:
            ValueError: if it stands nowhere.
        """
        place = self.base or self.plan
        if place is None:
            raise ValueError(f"{self.name} stands neither in the base nor in the plan")
        return place.form

    def between(self, share: float) -> float:
        """The number that lies at a share of the way from low to high, whole where only whole ones make sense."""
        number = self.low + share * (self.high - self.low)
        return float(round(number)) if self.form.is_whole else number


@dataclass(frozen=True, slots=True)
class Unvaried:
    """A value with a range that is not varied."""

    name: str
    what: str
    range: str
    reason: str


@dataclass(frozen=True, slots=True)
class Assumptions:
    """All values with a range."""

    varied: tuple[Assumed, ...]
    unvaried: tuple[Unvaried, ...]


def gathered(base: Side, plan: Side | None = None, own: Sequence[str] = ()) -> Assumptions:
    """Gathers the values that may be otherwise.

    A value that base and plan share is varied in both; so is one that the plan changes by so much (`x 0.62`, `+2`),
    which stays this change. Where the plan puts a value of its own, each range applies to the side on which it stands.

    Args:
        base: what is done today.
        plan: what is compared with it.
        own: further ranges, such as `wards.medical.beds=170..190`; they go before those of the files.

    Returns:
        Those with a range that can be read, in the order of the files, and those with one that cannot.

    Raises:
        ScenarioError: if an own range cannot be read, or there is no such value.
    """
    sides = [("base", base), *([("plan", plan)] if plan else [])]
    found: dict[str, Assumed | Unvaried] = {}
    for text in own:
        given = _own(text, dict(sides))
        found[given.name] = given
    for kind, side in sides:
        for path, evidence in side.document.evidence.items():
            if evidence.range is None:
                continue
            one = _of_file(side, path, kind)
            there = found.get(one.name)
            if there is None:
                found[one.name] = one
            elif (joined := _joined(there, one)) is not None:
                found[one.name] = joined
            elif not (isinstance(there, Assumed) and there.source == OPTION):
                found[f"{one.name} {kind}"] = one
    known = [_carried(one, base, plan) if plan and isinstance(one, Assumed) else one for one in found.values()]
    return Assumptions(
        tuple(one for one in known if isinstance(one, Assumed)),
        tuple(one for one in known if isinstance(one, Unvaried)),
    )


def edits_of(numbers: Sequence[tuple[Assumed, float]], kind: str) -> dict[Path, Any]:
    """New values by their places on one side.

    Args:
        numbers: what is assumed of which value.
        kind: `base` or `plan`; assumptions that do not stand there are left out.

    Raises:
        ScenarioError: if there is no value for a number.
    """
    edits = {}
    for one, number in numbers:
        place = one.base if kind == "base" else one.plan
        if place is None:
            continue
        value = place.written(number)
        if reason := why_refused(value):
            raise _error(one.name, f"{place.form.said(number)}: {reason}", "another range")
        edits[place.path] = value
    return edits


def _of_file(side: Side, path: Path, kind: str) -> Assumed | Unvaried:
    """A value with the range that stands beside it."""
    document, evidence = side.document, side.document.evidence[path]
    text, source = evidence.range or "", evidence.source or evidence.note or ""
    value = _at(document.data, path)
    found = INITIATIVE if path[0] == "initiatives" else read(value, text, (side.written or {}).get(path, ""))
    if isinstance(found, str):
        return Unvaried(_name(document, path), _what(document, path), text, found)
    inside, form, ends = found
    place = Place((*path, *inside), form)
    assumed = Assumed(
        _name(document, place.path), _what(document, place.path), ends.low, ends.high, text, source, None, None
    )
    return replace(assumed, base=place) if kind == "base" else replace(assumed, plan=place)


def _joined(there: Assumed | Unvaried, new: Assumed | Unvaried) -> Assumed | Unvaried | None:
    """One value under base and plan, if both have the same with the same range; None if they are to be kept apart."""
    if isinstance(there, Unvaried) and isinstance(new, Unvaried):
        return there if (there.range, there.reason) == (new.range, new.reason) else None
    if not isinstance(there, Assumed) or not isinstance(new, Assumed) or not (there.base and new.plan):
        return None
    is_same = there.base.form == new.plan.form and (there.low, there.high) == (new.low, new.high)
    return replace(there, plan=new.plan) if is_same else None


def _carried(one: Assumed, base: Side, plan: Side) -> Assumed:
    """An assumption about the base, carried to a plan that changes its value by so much: `x 0.62`, `+2`."""
    if one.plan is not None or one.base is None:
        return one
    path = place_of(plan.document, by_name(base.document.data, one.base.path))
    over = (plan.written or {}).get(path, "") if path else ""
    if not path or not over or _at(plan.document.data, path) == over:
        return one
    return replace(one, plan=Place(path, one.base.form, over))


def _own(text: str, sides: Mapping[str, Side]) -> Assumed:
    """A range that was given by hand; a change such as `x 0.9..x 1.1` applies to the value of each side."""
    name, equals, span = text.partition("=")
    low, dots, high = (part.strip() for part in span.partition(".."))
    if not (name.strip() and equals and dots and low and high):
        raise _error("", f"a range has names, an equals sign and two ends, not {quoted(text)}", EXAMPLE)
    found: Assumed | None = None
    for kind, side in sides.items():
        path = place_of(side.document, names_in(name))
        if path is None:
            continue
        one = _own_place(side, path, f"{low} to {high}", kind)
        found = one if found is None else _both(found, one)
    if found is None:
        known = sorted(_names(sides["base"].document))
        message = f"there is no value {quoted(name.strip())}; {suggestion(name.strip(), known)}"
        raise _error(name.strip(), message, EXAMPLE)
    return found


def _own_place(side: Side, path: Path, text: str, kind: str) -> Assumed:
    value = _at(side.document.data, path)
    ends = ends_of(text)
    none = {"x": "x 1", "+": f"+0 {ends.unit}".strip()} if ends else {}
    found = read(value, text, none.get(ends.mark, "") if ends else "", today_inside=False)
    if isinstance(found, str):
        raise _error(_name(side.document, path), found, EXAMPLE)
    inside, form, numbers = found
    place, document = Place((*path, *inside), form), side.document
    assumed = Assumed(
        _name(document, place.path), _what(document, place.path), numbers.low, numbers.high, text, OPTION, None, None
    )
    return replace(assumed, base=place) if kind == "base" else replace(assumed, plan=place)


def _both(base: Assumed, plan: Assumed) -> Assumed:
    """An own range on both sides, if it is a change or the value is the same on both."""
    is_change = {base.form.kind, plan.form.kind} <= {"scaled", "shifted"}
    return replace(base, plan=plan.plan) if is_change or base.form == plan.form else base


def _names(document: Document) -> dict[str, Path]:
    """Places of all values by their names."""
    return {_name(document, path): path for path in document.origins if path}


def _name(document: Document, path: Path) -> str:
    return ".".join(map(str, by_name(document.data, path)))


def _what(document: Document, path: Path) -> str:
    """What a value is, in words."""
    names, named = names_of(document.data), by_name(document.data, path)
    return ": ".join(filter(None, (subject_of(named, names), field_of(named, names))))


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _error(field: str, message: str, fix: str) -> ScenarioError:
    return ScenarioError([Problem(OPTION, 0, 0, field, "range", message, fix)])
