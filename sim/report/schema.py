"""The schema of the scenario language, as files write it, for editors that complete names and mark wrong ones.

pydantic describes the records that a file becomes; this module turns that into what a file may say: short forms,
evidence beside values, relative changes and files that extend others. `wardflow check` knows more, such as what must
not be missing.
"""

from typing import Any, Final

from sim.scenario.distributions import EXAMPLES
from sim.scenario.evidence import TOLD
from sim.scenario.pathway import BARE, OTHERWISE
from sim.scenario.places import WRITTEN
from sim.scenario.scenario import Scenario

Schema = dict[str, Any]
RECORDS: Final = "#/$defs/"
TEXT: Final[Schema] = {"type": "string"}
CHANGE: Final[Schema] = {
    "description": "In a file that extends another: a change of its value, or its removal.",
    "type": "string",
    "pattern": r"^(remove|x ?[0-9.]+|[+-] ?[0-9.]+.*)$",
    "examples": ["+12", "-15 min", "x 1.1", "remove"],
}
BY: Final = "Name of the attribute on which it depends; its levels follow, `rest` stands for all others."
UNIONS: Final = (("Enter", "Step"), ("ByAttribute", "Time"), ("Lognormal", "SimpleTime"))
"""A union that has the first record among its members is the definition of the second name."""


def language_schema() -> Schema:
    """Describes a scenario file by a JSON schema, draft 2020-12.

    >>> sorted(language_schema()["properties"])[:5]
    ['about', 'add', 'calendars', 'costs', 'equipment']
    """
    raw = Scenario.model_json_schema()
    records = {name: _cleaned(record) for name, record in raw.pop("$defs").items() if not name.startswith("Unknown")}
    laws = {name.lower(): name for name in records if name.lower() in EXAMPLES}
    for name in ("Shares", "SharesByAttribute", "ByAttribute", "VaryingShare", "Urgency"):
        records[name] = _unfolded(name, records[name])
    records["Option"]["properties"]["when"] = _levels(records["Option"]["properties"]["when"])
    records["Equipment"]["properties"]["units"] = _told({"type": "integer"}, "How many there are, always.")
    records |= {"SimpleTime": _time(laws), "Step": _step(records), "Change": CHANGE}
    records["Time"] = {"anyOf": [_record("SimpleTime"), _record("ByAttribute")]}
    file = _cleaned(raw)
    sections = {
        name: _told(_section(name, one), one.get("description", "")) for name, one in file["properties"].items()
    }
    new = {name: one for name, one in sections.items() if one.get("type") == "object"}
    sections["extends"] = _told(TEXT, "File that this one changes, in the same folder or below it.")
    added = {"type": "object", "properties": new, "additionalProperties": False}
    sections["add"] = _told(added, "New members of sections of the extended file.")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Wardflow scenario",
        "type": "object",
        "properties": sections,
        "additionalProperties": False,
        "$defs": records,
    }


def _section(name: str, found: Schema) -> Schema:
    """A section of a file; what stands directly under its name is no value with evidence."""
    plain = found["anyOf"][0] if "anyOf" in found and _record("Change") in found["anyOf"] else found
    if name != "pathways":
        return dict(plain)
    changed = {"description": "Changes of steps by name.", "type": "object"}
    inner = {"anyOf": [plain["additionalProperties"]["anyOf"][0], changed]}
    return {"type": "object", "additionalProperties": inner}


def _cleaned(found: Schema) -> Schema:
    """Takes out what describes the records in memory: nothing for what is not given, defaults, tags of unions."""
    members = found.get("anyOf") or found.get("oneOf")
    if members:
        named = {one.get("$ref", "").removeprefix(RECORDS) for one in members}
        union = next((name for member, name in UNIONS if member in named), "")
        kept = [_cleaned(one) for one in members if one != {"type": "null"}]
        inner = _record(union) if union else kept[0] if len(kept) == 1 else {"anyOf": kept}
        return _told(inner, found.get("description", ""))
    clean = {name: value for name, value in found.items() if name not in ("title", "default", "required")}
    if "properties" in clean:
        clean["properties"] = {WRITTEN.get(name, name): _value(one) for name, one in clean["properties"].items()}
    if isinstance(clean.get("additionalProperties"), dict):
        clean["additionalProperties"] = _value(clean["additionalProperties"])
    if "items" in clean:
        clean["items"] = _cleaned(clean["items"])
    return clean


def _value(found: Schema) -> Schema:
    """A value as files write it: plain, with evidence beside it, or as a change of what another file says."""
    plain = _cleaned(found)
    reference = plain.get("$ref", "").removeprefix(RECORDS)
    if reference and reference not in ("Time", "SimpleTime", "Step"):
        return plain
    description = plain.pop("description", "")
    told = {name: TEXT for name in TOLD}
    evidence = {"type": "object", "properties": {"value": plain, **told}, "additionalProperties": False}
    return _told({"anyOf": [plain, _record("Change"), evidence | {"required": ["value"]}]}, description)


def _unfolded(name: str, record: Schema) -> Schema:
    """A record whose levels stand directly in its mapping."""
    levels = record["properties"]["levels"]["anyOf"][0]
    if name == "Urgency":
        return _told({"type": "object", "additionalProperties": levels, "maxProperties": 1}, record["description"])
    properties = {} if name == "Shares" else {"by": _told(TEXT, BY)}
    inner = {"type": "object", "properties": properties, "additionalProperties": levels["additionalProperties"]}
    return _told(inner | ({} if name == "Shares" else {"required": ["by"]}), record["description"])


def _levels(found: Schema) -> Schema:
    """Attribute levels of an option: one or several of each attribute, or `otherwise`."""
    several = {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}
    levels = {"anyOf": [{"const": OTHERWISE}, {"type": "object", "additionalProperties": several}]}
    return _told(levels, found.get("description", ""))


def _time(laws: dict[str, str]) -> Schema:
    """A duration, or one law with its parameters."""
    law = {"type": "object", "maxProperties": 1, "additionalProperties": False}
    properties = {name: _record(record) for name, record in sorted(laws.items())}
    properties["fixed"] = {"anyOf": [TEXT, properties["fixed"]]}
    parts = {"type": "array", "items": _record("MixturePart")}
    properties["mixture"] = {"anyOf": [parts, properties["mixture"]]}
    return {"anyOf": [_told(TEXT, "Always the same time, such as `45 min`."), law | {"properties": properties}]}


def _step(records: dict[str, Schema]) -> Schema:
    """A step: a bare word, or one verb or activity with what belongs to it."""
    for name in ("Activity", "Enter", "Stay", "WaitUntil", "OneOf"):
        records[name]["properties"]["name"] = _told(TEXT, "Name, if it is not the usual one.")
    needs = records["Activity"]["properties"]
    for name in ("staff", "equipment"):
        needs[name]["anyOf"] = [TEXT, {"type": "array", "items": TEXT}, *needs[name]["anyOf"]]
    days = records["WaitUntil"]["properties"]["calendar"]
    verbs = {
        "enter": {"anyOf": [TEXT, _record("Enter")]},
        "stay": {"anyOf": [_record("Time"), _record("Stay")]},
        "wait until": {"anyOf": [days, _record("WaitUntil")]},
        "one of": {"anyOf": [{"type": "array", "items": _record("Option")}, _record("OneOf")]},
        "go": TEXT,
        "leave": records.pop("Leave")["properties"]["outcome"],
        "mark": TEXT,
    }
    for name in ("Go", "Mark", "Vacate"):
        del records[name]
    step = {"type": "object", "properties": verbs, "additionalProperties": _record("Activity"), "maxProperties": 1}
    return {"anyOf": [{"enum": list(BARE)}, step]}


def _record(name: str) -> Schema:
    return {"$ref": RECORDS + name}


def _told(found: Schema, description: str) -> Schema:
    return {"description": description, **found} if description else dict(found)
