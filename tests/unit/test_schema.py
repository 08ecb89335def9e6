"""An editor that knows the schema completes what the language has and marks slips, without running Wardflow."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sim import clock
from sim.scenario.describing.schema import language_schema
from sim.scenario.reading.evidence import TOLD
from sim.scenario.reading.reading import read_source
from tests.bad_input.told import FOLDER, table

ROOT = Path(__file__).parents[2]
SCHEMA = language_schema()
SCENARIOS = sorted((ROOT / "scenarios").rglob("*.yaml"))
CHANGES = sorted((ROOT / "tests" / "functional" / "short_changes").iterdir())
MARKED = ("shape", "missing-key", "unknown-key", "unknown-word", "version", "factor", "days", "step", "share", "pair")
"""Codes of slips that the schema knows; the others need arithmetic, or other parts of the file."""
GROUPS = ("values", "structure", "care", "supply", "coming", "ruling")
UNMARKED = (
    *("worsens_where_nobody_waits", "worsens_without_a_queue", "priority_after_not_in_order", "missed_rest"),
    *("priority_after_where_nobody_waits", "keep_free_without_a_queue", "preempts_without_a_queue"),
    "start_within_without_a_queue",
    *("or_without_own_needs", "must_finish_without_needs", "agency_for_nobody"),
    *("event_times_of_a_step_without_time", "event_arrivals_of_a_list", "more_than_ten_times"),
)
"""Files in which a rule has nothing to rule, which no schema can tell."""


def marks(text: str) -> list[str]:
    """Paths of what an editor would mark."""
    found = Draft202012Validator(SCHEMA).iter_errors(plain(text))
    return ["/".join(map(str, error.absolute_path)) for error in found]


def plain(text: str) -> Any:
    """A file as an editor sees it: with the evidence still in it."""
    return read_source(text, "scenario.yaml").root.plain()


def bad_files(*codes: str) -> list[Path]:
    return [
        FOLDER / group / name
        for group in GROUPS
        for name, expected in table(group).items()
        if expected["code"] in codes and name.removesuffix(".yaml") not in UNMARKED
    ]


def right_files() -> list[Path]:
    return [
        FOLDER / group / name
        for group in GROUPS
        for name, expected in table(group).items()
        if expected["code"] == "accepted" or expected.get("severity") == "warning"
    ]


def test_it_is_a_schema_and_can_be_printed():
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    assert language_schema() == SCHEMA


@pytest.mark.parametrize("path", [*SCENARIOS, *CHANGES, *right_files()], ids=lambda path: path.stem)
def test_a_right_scenario_is_not_marked(path):
    assert marks(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", bad_files(*MARKED), ids=lambda path: path.stem)
def test_a_typical_slip_is_marked(path):
    assert marks(path.read_text(encoding="utf-8"))


CHANGE = "extends: general_hospital.yaml\n"


@pytest.mark.parametrize(
    "change",
    [
        "wards: {medical: {beds: +12}}",
        "wards: {medical: {beds: -12}}",
        "wards: {medical: {beds: {value: +12, source: site manager}, if_full: remove}}",
        "wards: {medical: remove}",
        "staff: {ed_doctor: {roster: {late: {on_duty: +2}, extra: {from: '16:00', to: '00:00', on_duty: 1}}}}",
        "pathways: {elderly_care: {stay: x 0.9}}",
        "pathways: {emergency: {triage: {time: {lognormal: {mean: -1 min}}}}}",
        "pathways: {going_home: {support after hospital: {options: [{share: rest}]}}}",
        "patients: {ed_attender: {arrive: {rate: x 1.08}, attributes: {acuity: {red: 1 %}}}}",
        "add: {wards: {lounge: {beds: 12, kind: chairs}}}",
        "run: {length: 4 weeks}",
    ],
)
def test_a_change_may_say_little_and_relatively(change):
    assert marks(CHANGE + change) == []


@pytest.mark.parametrize(
    "change",
    [
        "wards: {medical: {bedz: +12}}",
        "wards: {medical: {beds: twelve}}",
        "add: {wards: {lounge: {kind: chairs}}}",
        "add: {lounge: {beds: 12}}",
        "pathways: {emergency: {triage: {time: {lognormal: {sigma: 4 min}}}}}",
        "extends: ../general_hospital.yaml",
    ],
)
def test_a_slip_in_a_change_is_marked(change):
    assert marks(change if change.startswith("extends") else CHANGE + change)


def test_a_relative_change_is_marked_in_a_file_that_extends_none():
    assert marks((FOLDER / "values" / "change_without_base.yaml").read_text(encoding="utf-8"))


def test_names_are_written_as_in_the_file():
    shift = SCHEMA["$defs"]["Shift"]["properties"]
    assert {"from", "to"} <= set(shift)
    assert not {"begins", "ends"} & set(shift)
    assert {"except", "only"} <= set(SCHEMA["$defs"]["Delivery"]["properties"])
    assert "or" in SCHEMA["$defs"]["Activity"]["properties"] and "or" in SCHEMA["$defs"]["Enter"]["properties"]
    assert "while" in SCHEMA["$defs"]["Option"]["properties"]
    assert "for" in SCHEMA["$defs"]["Policy"]["properties"]
    assert "lasts" in SCHEMA["$defs"]["HospitalEvent"]["properties"]
    assert "units" in SCHEMA["$defs"]["Equipment"]["properties"]


def silent(schema: Any) -> set[str]:
    """Names of fields that say nothing about themselves."""
    parts = list(schema.values()) if isinstance(schema, dict) else schema if isinstance(schema, list) else []
    own = schema.get("properties", {}) if isinstance(schema, dict) else {}
    found = {name for name, field in own.items() if "description" not in field}
    return found.union(*map(silent, parts))


def test_every_field_says_what_it_is():
    plain_names = {"value", *TOLD, *clock.DAY_GROUPS, *clock.MONTHS}
    assert silent(SCHEMA["$defs"]) - plain_names == set()
