"""Forms: how each type of the language is written in a file, as pieces of a JSON schema."""

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, WithJsonSchema

from sim import clock
from sim.scenario.calendars import CalendarOrName, DayTimes
from sim.scenario.care import NEEDS, Activity, Enter, Finish, GiveBack, Hold, Needing, Stay, Substitute
from sim.scenario.checking.places import example_in, fields_of, written_name
from sim.scenario.dates import DayOrSet, SetNames
from sim.scenario.distributions import ByAttribute, Fixed, Mixture, MixturePart, TimeLaw
from sim.scenario.pathway import OTHERWISE, OneOf, Option, Repeat, WaitUntil
from sim.scenario.patients import HourlyWeights, Month, Shares, SharesByAttribute, Urgency, Weekday
from sim.scenario.policies import FACTS, Level, Watch
from sim.scenario.policies import Names as NamesTogether
from sim.scenario.quantities import REST, Duration, Name, PositiveCount, Share, ShareOrRest, Weight
from sim.scenario.queueing import BARE, PAIRED, Outcome, StepBase
from sim.scenario.reading.evidence import TOLD
from sim.scenario.reading.reading import read
from sim.scenario.resources import Alternative, Equipment, Ward
from sim.scenario.rhythms import HourFactor
from sim.scenario.start import Start, StepPlace
from sim.scenario.supplies import Supply
from sim.scenario.varying import VaryingShare
from sim.scenario.waves import Wave
from sim.scenario.workforce import Establishment, MonthOrRest

Schema = dict[str, Any]
TEXT: Final[Schema] = {"type": "string"}
RELATIVE: Final[Schema] = {
    "description": "In a file that extends another: a change of the value there, or its removal.",
    "type": "string",
    "pattern": r"^(remove|x ?[0-9.]+|[+-] ?[0-9].*)$",
    "examples": ["+12", "-15 min", "x 1.1", "remove"],
}
DEFINITIONS: Final = "#/$defs/"
KEYS: Final = ((Weekday, clock.WEEKDAYS), (Month, clock.MONTHS), (MonthOrRest, (*clock.MONTHS, REST)))
"""Names that a mapping may have."""
ALL_OTHERS: Final = {REST: "All others."}
NO_DAY: Final = "^(.onday|.uesday|.ednesday|.hursday|.riday|.aturday|.unday)s?$|^weekday$|^weekends$|^daily$"
"""Words for days that the language does not have, so that no set of dates is called so."""
PAIRS: Final[dict[type[BaseModel], tuple[tuple[str, str], ...]]] = {
    Establishment: (("training", "hire_after"),),
    Start: (("fill", "ward"),),
    Supply: (("reorder_at", "order"), ("order", "reorder_at"), ("takes", "order")),
    Wave: (("grows", "until"),),
}
"""Fields that need another one beside them."""
WATCHED: Final[dict[str, str]] = {
    "occupancy": "Patients in bed in wards as a share of the beds that are open. Example: `medical`.",
    "waiting_for": "Patients who wait for something. Example: `ct_scanner`.",
    "longest_wait_for": "The longest wait of those who wait for something now. Example: `medical`.",
    "boarders": "Patients in wards who wait for another ward. Example: `majors`.",
    "inside": "Patients in wards. Example: `majors`.",
}
"""What a policy can watch."""
ONE_OR_MORE: Final[Schema] = {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}
"""A name, or several."""
BARE_STEPS: Final = {
    "vacate": "Gives up the present place without leaving the hospital.",
    "decide to admit": "A milestone: from here on the patient waits for a bed.",
    "ready": "A milestone: medically ready; what follows is delay, not need.",
}


@dataclass(slots=True)
class Forms:
    """Writes the definitions of all records into one table, in whole files or in those that change another."""

    change: bool
    definitions: dict[str, Schema] = field(default_factory=dict)

    def value(self, kind: Any) -> Schema:
        """A value: plain, or with its evidence, or as a change of what another file says."""
        plain = self.of(kind)
        name = plain.get("title") or plain.get("$ref", "").removeprefix(DEFINITIONS).removesuffix("_in_a_change")
        if not name and "title" in plain.get("items", {}):
            name = f"list of {plain['items']['title']} {plain.get('minItems', '')}".strip()
        return self._reference(f"{name} value", lambda: self._beside(plain)) if name else self._beside(plain)

    def _beside(self, plain: Schema) -> Schema:
        """A plain value, or the same with its evidence beside it."""
        relative = self.reference("Relative") if self.change else None
        forms = [plain, relative] if relative else [plain]
        if relative and plain.get("type") == "integer":
            forms[0] = {**plain, "minimum": -1_000_000}
        inner = {"anyOf": forms} if len(forms) > 1 else plain
        needed = {"value": inner, **dict.fromkeys(TOLD, TEXT)}
        return {"anyOf": [*forms, _object(needed, required=["value"])]}

    def of(self, kind: Any) -> Schema:
        """A type as it is written, without evidence."""
        if get_origin(kind) is Annotated:
            return self._annotated(kind)
        if get_origin(kind) in (Union, types.UnionType):
            return self._union([member for member in get_args(kind) if member is not type(None)])
        if get_origin(kind) is Literal:
            return {"enum": list(get_args(kind))}
        if get_origin(kind) is dict:
            return self._mapping(*get_args(kind))
        if get_origin(kind) is list:
            return {"type": "array", "items": self.whole.of(get_args(kind)[0])}
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return self.record(kind)
        return {"type": {bool: "boolean", int: "integer", float: "number"}.get(kind, "string")}

    @property
    def whole(self) -> "Forms":
        """The forms of what is written out in full, such as the entries of a list."""
        return Forms(change=False, definitions=self.definitions) if self.change else self

    def record(self, kind: type[BaseModel]) -> Schema:
        """A reference to the definition of a record, which is written if it is not there yet."""
        if issubclass(kind, TimeLaw):
            return self._law(kind)
        return self._reference(kind.__name__, lambda: self._special(kind) or self.fields(kind))

    def fields(self, kind: type[BaseModel]) -> Schema:
        """A record with one value for each field."""
        hints = get_type_hints(kind, include_extras=True)
        own = self._short_forms(kind)
        properties: dict[str, Schema] = {}
        for name, info in fields_of(kind).items():
            value = self._beside(own[name]) if name in own else self.value(hints[name])
            properties[written_name(kind, name)] = told(value, info.description)
        if kind is Equipment:
            properties["on_duty"] = properties["units"]
        derived = {"name"} if issubclass(kind, StepBase) else set()
        needed = [written_name(kind, name) for name, info in kind.model_fields.items() if info.is_required()]
        needed = [] if self.change else [name for name in needed if name not in derived]
        record = _object(properties, required=needed, description=_first_line(kind))
        pairs = {one: [other] for one, other in _pairs(kind) if {one, other} <= properties.keys()}
        return record | ({"dependentRequired": pairs} if pairs and not self.change else {})

    def _short_forms(self, kind: type[BaseModel]) -> dict[str, Schema]:
        """Forms of fields that are written otherwise than their types."""
        if issubclass(kind, Needing | Substitute):
            forms = dict.fromkeys(NEEDS, self.step_needs())
            return {**forms, "must_finish": self._finish(), **self._urgent()} if kind is Activity else forms
        if kind is Enter:
            other = self.whole.of(Alternative)
            several: Schema = {"type": "array", "items": {"anyOf": [TEXT, other]}}
            return {"others": {"anyOf": [TEXT, several]}, **self._urgent()}
        if kind in (Repeat, GiveBack):
            return {"times": self._times(), "resources": ONE_OR_MORE}
        levels = _object({}, others=ONE_OR_MORE) | {"minProperties": 1}
        if kind is Option:
            return {"when": {"anyOf": [{"const": OTHERWISE}, levels]}}
        return {"takes": levels} if kind is Ward else {}

    def step_needs(self) -> Schema:
        """What a step needs: a name, several, or how many of each."""
        return {"anyOf": [*ONE_OR_MORE["anyOf"], _object({}, others=self.value(PositiveCount))]}

    def _urgent(self) -> dict[str, Schema]:
        """Priorities by the wait."""
        return {"priority_after": _object({}, others=self.value(PositiveCount))}

    def _finish(self) -> Schema:
        return {"anyOf": [{"const": True}, self.record(Finish)]}

    def _times(self) -> Schema:
        """A number of rounds, or the shares of several numbers."""
        return {"anyOf": [self.value(PositiveCount), _object({}, others=self.value(ShareOrRest))]}

    def _annotated(self, kind: Any) -> Schema:
        if kind in (SetNames, NamesTogether):
            return ONE_OR_MORE
        if kind == StepPlace:
            return {"type": "string", "pattern": "^[^/]*[^/ ][^/]*/[^/]*[^/ ]", "examples": ["emergency/triage"]}
        plain, *extras = get_args(kind)
        written = next((extra.json_schema for extra in reversed(extras) if isinstance(extra, WithJsonSchema)), None)
        if written is not None:
            return dict(written)
        inner = self.of(plain)
        by_hour = kind == HourlyWeights or plain == list[HourFactor]
        return {**inner, "minItems": 24, "maxItems": 24} if by_hour else inner

    def _union(self, members: list[Any]) -> Schema:
        kinds = [get_args(member)[0] if get_origin(member) is Annotated else member for member in members]
        if all(isinstance(kind, type) and issubclass(kind, StepBase) for kind in kinds):
            return self._reference("Step", self._step)
        if all(isinstance(kind, type) and issubclass(kind, TimeLaw | ByAttribute) for kind in kinds):
            several = ByAttribute in kinds
            return self._reference("Time" if several else "SimpleTime", lambda: self._any(members))
        return self._any(members)

    def _any(self, members: Iterable[Any]) -> Schema:
        forms: list[Schema] = []
        for form in map(self.of, members):
            forms.extend(one for one in form.get("anyOf", [form]) if one and one not in forms)
        return forms[0] if len(forms) == 1 else {"anyOf": forms}

    def _mapping(self, names: Any, kind: Any) -> Schema:
        allowed = list(get_args(names)) if get_origin(names) is Literal else None
        allowed = allowed or next((list(known) for key, known in KEYS if names == key), None)
        if allowed:
            return _object({name: told(self.value(kind), ALL_OTHERS.get(name)) for name in allowed})
        if names == DayOrSet:
            days = dict.fromkeys(clock.DAY_GROUPS, self.value(kind))
            return _object(days, others=self.value(kind)) | {"propertyNames": {"not": {"pattern": NO_DAY}}}
        return _object({}, others=self.value(kind))

    def _law(self, kind: type[TimeLaw]) -> Schema:
        """A distribution: its name with its parameters."""
        if not kind.model_fields.keys() - TimeLaw.model_fields.keys():
            return {}  # what catches everything that is none
        parameters = self._reference(kind.__name__, lambda: self.fields(kind))
        if kind is Mixture:
            parameters = {"anyOf": [{"type": "array", "items": self.whole.of(MixturePart)}, parameters]}
        law = _object({kind.kind: told(parameters, _first_line(kind))}, required=[kind.kind])
        return {"anyOf": [told(self.of(Duration), "Always the same time."), law]} if kind is Fixed else law

    def _special(self, kind: type[BaseModel]) -> Schema | None:
        """Records whose short form leaves a field out."""
        hints = get_type_hints(kind, include_extras=True)
        if kind is Urgency:
            levels = {"type": "array", "items": TEXT}
            return _object({}, others=levels, description=_first_line(kind)) | {"minProperties": 1, "maxProperties": 1}
        if kind is Shares:
            return _object({}, others=self.value(get_args(hints["levels"])[1]), description=_first_line(kind))
        if kind in (ByAttribute, SharesByAttribute, VaryingShare):
            by = told(self.of(Name), kind.model_fields["by"].description)
            others = self.value(get_args(hints["levels"])[1])
            needed = [] if self.change else ["by"]
            return _object({"by": by}, required=needed, others=others, description=_first_line(kind))
        if kind is Watch:
            named = {str(fact): told(self._beside(ONE_OR_MORE), WATCHED[fact]) for fact in FACTS}
            facts = _object(named, description=_first_line(kind))
            return facts | {"minProperties": 1, "maxProperties": 1}
        return told(self._any([Share, Duration, Weight]), _first_line(kind)) if kind is Level else None

    def _step(self) -> Schema:
        """A step: a word that stands alone, or one word with what belongs to it."""
        bare = [{"const": word, "description": BARE_STEPS[word]} for word in BARE]
        step = _object(self.bodies(), others=self.record(Activity)) | {"minProperties": 1, "maxProperties": 1}
        return {"anyOf": [*bare, step], "description": "One entry of a pathway."}

    def bodies(self) -> dict[str, Schema]:
        """What can stand behind the first word of each step that is no activity."""
        name = self.of(Name)
        times = get_type_hints(Stay, include_extras=True)["time"]
        options = {"type": "array", "items": self.whole.of(Option), "minItems": 1}
        bodies: dict[str, tuple[type[StepBase] | str, list[Schema]]] = {
            "enter": (Enter, [name, {"type": "array", "items": name, "minItems": 1}, self.record(Enter)]),
            "stay": (Stay, [self.value(times), self.record(Stay)]),
            "wait until": (WaitUntil, [self.of(CalendarOrName), self.record(WaitUntil)]),
            "one of": (OneOf, [options, self.record(OneOf)]),
            "repeat": (Repeat, [self.record(Repeat)]),
            "hold": (Hold, [self.record(Hold)]),
            "give back": (GiveBack, [name, {"type": "array", "items": name, "minItems": 1}, self.record(GiveBack)]),
            "go": ("Goes on with another pathway. Example: `admission`.", [name]),
            "leave": ("Leaves the hospital with an outcome. Example: `discharged`.", [self.of(Outcome)]),
            "mark": ("A milestone with a name of its own. Example: `referred`.", [name]),
        }
        return {
            verb: told({"anyOf": forms}, kind if isinstance(kind, str) else _first_line(kind))
            for verb, (kind, forms) in bodies.items()
        }

    def calendar(self) -> Schema:
        """Times of day by day."""
        return self.of(DayTimes)

    def _reference(self, name: str, write: Callable[[], Schema]) -> Schema:
        name = f"{name} in a change" if self.change else name
        key = name.replace(" ", "_")
        if key not in self.definitions:
            self.definitions[key] = {}  # it may contain itself
            self.definitions[key] = write()
        return self.reference(name)

    @staticmethod
    def reference(name: str) -> Schema:
        """What stands for a definition."""
        return {"$ref": DEFINITIONS + name.replace(" ", "_")}


def told(schema: Schema, description: str | None) -> Schema:
    """A schema with the description and example of a docstring."""
    if not description:
        return schema
    text = " ".join(description.split()).partition(" Example: ")[0].replace("`", "").rstrip(".; ") + "."
    example = example_in(description)
    shown = {"examples": [example_value(example)]} if example else {}
    return (
        {"description": text} | shown | {name: part for name, part in schema.items() if name != "examples" or not shown}
    )


def example_value(example: str) -> Any:
    """The plain value that an example of a docstring means.

    >>> example_value("{mean: 7 min, sd: 4 min}")
    {'mean': '7 min', 'sd': '4 min'}
    """
    return read(f"example: {example}\n", "example").data["example"]


def _object(
    properties: Mapping[str, Schema],
    *,
    required: list[str] | None = None,
    others: Schema | None = None,
    description: str = "",
) -> Schema:
    """Names with values; other names than those given have one form, or are refused."""
    schema: Schema = {"description": description} if description else {}
    schema |= {"type": "object"}
    schema |= {"properties": dict(properties)} if properties else {}
    schema |= {"required": required} if required else {}
    return schema | {"additionalProperties": others if others is not None else False}


def _first_line(kind: type[BaseModel]) -> str:
    return (kind.__doc__ or "").partition("\n")[0].strip()


def _pairs(kind: type[BaseModel]) -> list[tuple[str, str]]:
    """Fields of a record with those that must stand beside them."""
    names = list(PAIRED)
    pairs = list(zip(names[::2], names[1::2], strict=True)) if issubclass(kind, StepBase) else []
    return [*pairs, *((other, one) for one, other in pairs), *PAIRS.get(kind, ())]
