"""The schema of the scenario language as files write it, for editors that complete names and mark slips."""

from typing import Any, Final, get_args, get_type_hints

from sim.scenario.care import Activity
from sim.scenario.describing.forms import RELATIVE, TEXT, Forms, Schema, told
from sim.scenario.initiatives import HEAD, Initiative
from sim.scenario.reading.evidence import MEMBER_SECTIONS
from sim.scenario.reading.joining import ALLOWED
from sim.scenario.scenario import Scenario

EXTENDS: Final[Schema] = {
    "description": "The file that this one changes: in the same folder, below it, or a shipped scenario.",
    "type": "string",
    "pattern": r"^(?!.*\.\.)[^/\\~:][^\\:]*\.ya?ml$",
    "examples": ["general_hospital.yaml"],
}
JOINED: Final[Schema] = {
    "description": "Initiatives that are put into the extended file, in this order.",
    "type": "array",
    "items": TEXT,
    "examples": [["before_noon", "discharge_lounge"]],
}
WITHOUT_FIELDS: Final = ("dates", "calendars", "rhythms")
"""Sections whose members have no fields that could carry evidence, so that they carry it themselves."""
PATHWAY_CHANGE: Final = "Changes of the steps of a pathway by their names; or, as a list, a new pathway."


def language_schema() -> Schema:
    """Describes a scenario file by a JSON schema, draft 2020-12.

    A file that has `extends` may leave out what the other file says, and write changes instead of values. What is not
    in the schema, such as whether a name stands for something, `wardflow check` tells.

    >>> sorted(language_schema()["$defs"]["ScenarioChange"]["properties"])[:5]
    ['about', 'add', 'calendars', 'costs', 'dates']
    """
    whole, change = Forms(change=False), Forms(change=True)
    change.definitions = whole.definitions
    whole.definitions["Relative"] = RELATIVE
    whole.definitions["Scenario"] = _file(whole)
    changed = _file(change)
    changed["properties"]["initiatives"] = JOINED
    added = {
        name: part for name, part in whole.definitions["Scenario"]["properties"].items() if name in MEMBER_SECTIONS
    }
    changed["properties"] |= {
        "extends": EXTENDS,
        "add": {
            "description": "New members of the sections; a name outside of `add` must be one of the extended file.",
            "type": "object",
            "properties": added,
            "additionalProperties": False,
        },
    }
    whole.definitions["ScenarioChange"] = changed
    whole.definitions["InitiativeFile"] = _initiative_file(whole, changed)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Wardflow scenario",
        "type": "object",
        "properties": {"extends": EXTENDS},
        "if": {"required": ["extends"]},
        "then": Forms.reference("ScenarioChange"),
        "else": {
            "if": {"required": [HEAD]},
            "then": Forms.reference("InitiativeFile"),
            "else": Forms.reference("Scenario"),
        },
        "$defs": dict(sorted(whole.definitions.items())),
    }


def _initiative_file(forms: Forms, changed: Schema) -> Schema:
    """A file with a head and changes of sections: what `sim.scenario.reading.joining` reads."""
    changes = {name: part for name, part in changed["properties"].items() if name in ALLOWED}
    head = told(forms.value(Initiative), "What the initiative is; the rest of the file is what changes.")
    return {
        "type": "object",
        "properties": {HEAD: head, **changes},
        "required": [HEAD],
        "additionalProperties": False,
    }


def _file(forms: Forms) -> Schema:
    """What stands at the top of a file."""
    hints = get_type_hints(Scenario, include_extras=True)
    properties = {
        name: told(_section(forms, name, hints[name]), field.description)
        for name, field in Scenario.model_fields.items()
    }
    needed = [] if forms.change else [name for name, field in Scenario.model_fields.items() if field.is_required()]
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | ({"required": needed} if needed else {})


def _section(forms: Forms, name: str, kind: Any) -> Schema:
    """A section: its members have names of the hospital's own, so that it is no value with evidence; they may be."""
    if name not in MEMBER_SECTIONS:
        return forms.value(kind)
    member = get_args(kind)[1]
    form = forms.value(member) if name in WITHOUT_FIELDS else forms.of(member)
    if forms.change and name == "pathways":
        return {"type": "object", "additionalProperties": {"anyOf": [form, _steps_by_name(forms), {"const": "remove"}]}}
    forms_of_member = [form, {"const": "remove"}] if forms.change else [form]
    return {
        "type": "object",
        "additionalProperties": {"anyOf": forms_of_member} if forms.change else form,
    }


def _steps_by_name(forms: Forms) -> Schema:
    """Changes of steps: what is merged into the body of each that is named."""
    bodies = [*forms.bodies().values(), forms.record(Activity), Forms.reference("Relative"), TEXT]
    forms_of_body: list[Schema] = []
    for body in bodies:
        forms_of_body.extend(one for one in body.get("anyOf", [body]) if one not in forms_of_body)
    return {
        "description": PATHWAY_CHANGE,
        "type": "object",
        "additionalProperties": {"anyOf": forms_of_body},
    }
