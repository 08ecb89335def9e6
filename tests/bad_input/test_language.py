"""A slip in any part of the language is told where it stands, with what to write instead; what is right passes.

The files come in groups: care/ (steps, queues, branches, repeats), supply/ (staff, equipment, wards, slots, supplies),
coming/ (dates, calendars, rhythms, arrivals, the start) and ruling/ (events, policies, costs, the run).
"""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from sim.scenario.care import Activity, Enter, Finish, GiveBack, Hold, Stay, Substitute
from sim.scenario.checking.places import fields_of, written_name
from sim.scenario.closures import Closure
from sim.scenario.dates import DateSpan
from sim.scenario.events import HospitalEvent
from sim.scenario.expectations import Expectation
from sim.scenario.initiatives import Initiative, KnownEffect
from sim.scenario.loading import load_text
from sim.scenario.pathway import Option, Repeat
from sim.scenario.patients import Arrivals
from sim.scenario.policies import Actions, EarlyDischarge, Policy
from sim.scenario.problems import ScenarioError
from sim.scenario.recorded import Recorded
from sim.scenario.resources import Alternative, Equipment, Staff, Ward
from sim.scenario.rosters import Break, Shift
from sim.scenario.scenario import RunSettings, Scenario
from sim.scenario.slots import Slots, SlotSession
from sim.scenario.start import Start
from sim.scenario.supplies import Delivery, Supply
from sim.scenario.targets import Costs, Target
from sim.scenario.waves import Growth, Wave
from sim.scenario.workforce import Agency, Establishment
from tests.bad_input.told import files, hold_against, table, told_about

GROUPS = ("care", "supply", "coming", "ruling", "structure", "values")
EXPECTED = {(group, name): one for group in GROUPS for name, one in table(group).items()}
FILES = [path for group in GROUPS[:4] for path in files(group)]
RECORDS: tuple[type[BaseModel], ...] = (
    *(Activity, Enter, Finish, GiveBack, Hold, Stay, Substitute, Option, Repeat),
    *(Staff, Shift, Break, Agency, Establishment, Equipment, Ward, Closure, Alternative),
    *(Slots, SlotSession, Supply, Delivery, HospitalEvent, Policy, Actions, EarlyDischarge),
    *(DateSpan, Arrivals, Wave, Growth, Recorded, Start, Scenario, RunSettings, Costs, Target),
    *(Expectation, Initiative, KnownEffect),
)
NEVER_WRONG = {"label", "about", "question", "strict", "name"}
"""Texts and switches, which the same rules guard everywhere."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_slip_is_told_where_it_stands(path: Path):
    hold_against(EXPECTED[path.parent.name, path.name], path)


@pytest.mark.parametrize("group", GROUPS[:4])
def test_every_file_has_its_expectation(group):
    assert {path.name for path in files(group)} == set(table(group))


@cache
def words_of_wrong_files() -> set[str]:
    wrong = [path for group in GROUPS for path in files(group) if EXPECTED[group, path.name]["code"] != "accepted"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in wrong)
    text += "\n".join(str(one.get("field", "")) for one in EXPECTED.values())
    for sign in "{}[]:,.\n":
        text = text.replace(sign, f" {sign} ")
    return set(text.split())


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_field_stands_in_a_file_of_bad_input(record):
    fields = {written_name(record, name) for name in fields_of(record)}
    assert fields - words_of_wrong_files() - NEVER_WRONG == set()


# ---------------------------------------------------------------- what to write instead


def first_fix(group: str, name: str) -> str:
    (path,) = (path for path in files(group) if path.stem == name)
    return told_about(path).problems[0].fix


@pytest.mark.parametrize(
    ("group", "name", "fix"),
    [
        ("care", "worsens_without_unit", "worsens_after: 6 h"),
        ("care", "priority_after_without_unit", "write 4 h"),
        ("care", "repeat_half_a_time", "times: 2 or 3"),
        ("care", "or_time_without_x", "time: x 0.8"),
        ("care", "or_unknown_field", "write time"),
        ("care", "keep_free_all", "keep fewer free, at most 1"),
        ("care", "step_cost_without_per", "cost: 35 per patient"),
        ("care", "uses_equipment", "write equipment: scanner"),
        ("care", "slots_that_are_a_ward", "write a step enter: medical"),
        ("care", "give_back_a_ward", "write vacate, or remove the step"),
        ("care", "enter_list_with_unknown", "write women"),
        ("supply", "shift_excepting", "write except"),
        ("supply", "shift_except_unknown", "write bank_holidays"),
        ("supply", "overtime_in_percent", "overtime: x 1.5"),
        ("supply", "closure_time_without_unit", "time: 9 d"),
        ("supply", "agency_cost_without_per", "cost: 75 per hour"),
        ("supply", "roster_without_names", 'roster: {day: {from: "07:30", to: "19:30", on_duty: 3}}'),
        ("supply", "supply_that_is_ordered_too_late", "reorder_at: 3"),
        ("coming", "on_dates_with_x", "holidays: 0.9"),
        ("coming", "more_unknown_level", "write red"),
        ("coming", "more_in_percent", "red: x 1.08 (for 8 % more)"),
        ("coming", "more_below_zero", "red: x 0.915 (for 8.5 % fewer)"),
        ("coming", "more_without_level", "acuity: {LEVEL: x 1.1}"),
        ("coming", "rhythm_hour_with_x", "1.5"),
        ("coming", "rhythm_in_percent", "weekend: x 1.5"),
        ("coming", "calendar_full_weekday", "write mon"),
        ("ruling", "event_capacity_plain_number", "nurse: +4"),
        ("ruling", "event_capacity_in_percent", "nurse: x 0.5"),
        ("ruling", "policy_occupancy_as_a_count", "above: 96 %"),
        ("ruling", "policy_duration", "write for"),
        ("ruling", "event_lasts_for", "write lasts"),
    ],
)
def test_the_fix_is_what_was_meant(group, name, fix):
    assert first_fix(group, name) == fix


# ---------------------------------------------------------------- wrong values and unknown names in one round

SMALL = """\
wardflow: 1
name: Small hospital
patients: {patient: {arrive: {rate: 20 per day}, attributes: {sex: {female: 50 %, male: rest}}, pathway: way}}
staff: {nurse: {on_duty: 2}}
wards: {medical: {beds: 60}}
policies: {full: {watch: {occupancy: medical}, above: 96 %, do: {open_beds: {medical: 2}}}}
pathways:
  way:
    - look: {staff: nurse, time: 10 min}
    - enter: medical
    - stay: {lognormal: {mean: 2 d, sd: 2 d}}
    - leave: discharged
"""


def fields_told(*changes: tuple[str, str]) -> list[str]:
    """Fields that are told about after some slips."""
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(ScenarioError) as refused:
        load_text(text)
    return [problem.field for problem in refused.value.problems]


NAME: tuple[str, str] = ("{occupancy: medical}", "{occupancy: medcal}")
NAMED = "policies.full.watch.occupancy"


@pytest.mark.parametrize(
    ("slip", "field"),
    [
        (("on_duty: 2", "on_duty: two"), "staff.nurse.on_duty"),
        (("on_duty: 2", "on_dutty: 2"), "staff.nurse.on_dutty"),
        (("beds: 60", "kind: ward"), "wards.medical.beds"),
        (("10 min", "10"), "pathways.way[1].look.time"),
        (("female: 50 %, male: rest", "female: 50 %, male: 60 %"), "patients.patient.attributes.sex"),
        (("- enter: medical", "- entre: medical"), "pathways.way[2].entre"),
        (("name: Small hospital", "nam: Small hospital"), "nam"),
    ],
)
def test_a_wrong_value_does_not_hide_an_unknown_name(slip, field):
    assert sorted(fields_told(slip, NAME)) == sorted([field, NAMED])


def test_what_is_wrong_is_not_unknown_besides():
    """Beds of a ward that cannot be read make nobody who enters it lose the way."""
    assert fields_told(("beds: 60", "beds: {sixty: 1}")) == ["wards.medical.beds"]
    assert fields_told(("{staff: nurse, time: 10 min}", "5")) == ["pathways.way[1].look"]
    assert fields_told(("wards: {medical: {beds: 60}}", "wards: medical")) == ["wards"]


def test_a_file_that_cannot_be_mended_is_told_about_all_the_same():
    told: list[Any] = fields_told(("way:\n", "way: 7\nx:\n"))
    assert told
