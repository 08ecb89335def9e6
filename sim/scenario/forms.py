"""Forms: how each type of the language is written in a file, as pieces of a JSON schema."""

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, WithJsonSchema

from sim import clock
from sim.scenario.distributions import ByAttribute, Fixed, Mixture, MixturePart, TimeLaw
from sim.scenario.evidence import TOLD
from sim.scenario.pathway import (
    BARE,
    OTHERWISE,
    Activity,
    CalendarOrName,
    DayTimes,
    Enter,
    OneOf,
    Option,
    Outcome,
    Queueing,
    Stay,
    StepBase,
    VaryingShare,
    WaitUntil,
)
from sim.scenario.patients import HourlyWeights, Month, Shares, SharesByAttribute, Urgency, Weekday
from sim.scenario.places import WRITTEN, example_in
from sim.scenario.quantities import Duration, Name
from sim.scenario.reading import read
from sim.scenario.resources import Equipment

Schema = dict[str, Any]
TEXT: Final[Schema] = {"type": "string"}
RELATIVE: Final[Schema] = {
    "description": "In a file that extends another: a change of the value there, or its removal.",
    "type": "string",
    "pattern": r"^(remove|x ?[0-9.]+|[+-] ?[0-9].*)$",
    "examples": ["+12", "-15 min", "x 1.1", "remove"],
}
DEFINITIONS: Final = "#/$defs/"
KEYS: Final = ((Weekday, clock.WEEKDAYS), (Month, clock.MONTHS))
"""Names that a mapping may have."""
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
        properties: dict[str, Schema] = {}
        for name, info in kind.model_fields.items():
            value = (
                self.step_needs() if kind is Activity and name in ("staff", "equipment") else self.value(hints[name])
            )
            properties[WRITTEN.get(name, name)] = told(value, info.description)
        if kind is Option:
            properties["when"] = told(self._when(), kind.model_fields["when"].description)
        if kind is Equipment:
            properties["units"] = told(self.value(hints["on_duty"]), "How many there are, at all times. Example: `3`.")
        derived = {"name"} if issubclass(kind, StepBase) else set()
        needed = [WRITTEN.get(name, name) for name, info in kind.model_fields.items() if info.is_required()]
        needed = [] if self.change else [name for name in needed if name not in derived]
        record = _object(properties, required=needed, description=_first_line(kind))
        pairs = {"gives_up_after": ["then"], "queue_limit": ["if_queue_full"]}
        return record | ({"dependentRequired": pairs} if issubclass(kind, Queueing) and not self.change else {})

    def step_needs(self) -> Schema:
        """What a step needs: a name, several, or how many of each."""
        counted = _object({}, others={"type": "integer", "minimum": 1})
        return {"anyOf": [TEXT, {"type": "array", "items": TEXT}, counted]}

    def _annotated(self, kind: Any) -> Schema:
        plain, *extras = get_args(kind)
        written = next((extra.json_schema for extra in extras if isinstance(extra, WithJsonSchema)), None)
        if written is not None:
            return dict(written)
        inner = self.of(plain)
        return {**inner, "minItems": 24, "maxItems": 24} if kind == HourlyWeights else inner

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
            return _object({name: self.value(kind) for name in allowed})
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
        return None

    def _when(self) -> Schema:
        levels = {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}
        return {"anyOf": [{"const": OTHERWISE}, _object({}, others=levels) | {"minProperties": 1}]}

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
            "enter": (Enter, [name, self.record(Enter)]),
            "stay": (Stay, [self.value(times), self.record(Stay)]),
            "wait until": (WaitUntil, [self.of(CalendarOrName), self.record(WaitUntil)]),
            "one of": (OneOf, [options, self.record(OneOf)]),
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
    text = description.partition(" Example: ")[0].replace("`", "").rstrip(".; ") + "."
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
