"""Levers are made from the scenario, and moving one does to the program what it says."""

import pytest

from sim import clock
from sim.demand.coming.arrivals import expected_per_day
from sim.demand.quantiles import mean
from sim.scenario.pathway import flatten
from sim.ui.bases import bring, first_base, load_plan, open_shipped, shipped_entries
from sim.ui.choices import choices
from sim.ui.levers import changed, levers
from sim.ui.plans import LONGEST_NAME, UNNAMED, Wish, clean_name, draft


def small():
    return first_base()


def plan(values, base=None, name=""):
    base = base or small()
    return draft(base, levers(base.loaded), Wish(values), name, base.loaded.scenario.run.replications)


def lever(key, base=None):
    return {one.key: one for one in levers((base or small()).loaded)}[key]


def daily(scenario, name):
    return expected_per_day(scenario.patients[name], scenario.calendar, scenario.horizon).mean()


def test_every_lever_stands_where_the_hospital_stands_today():
    base = small()
    assert changed(levers(base.loaded), {one.key: one.today for one in levers(base.loaded)}) == ()
    assert plan({}).fingerprint == base.loaded.scenario.fingerprint()


def test_more_beds():
    moved = plan({"wards.medical.beds": 20})
    assert moved.scenario.wards["medical"].beds == 20
    assert moved.changes == ("Medical ward: 15 → 20 beds (+5)",)
    assert moved.name == "Medical ward +5 beds"


def test_one_more_nurse_at_night_and_nobody_else():
    staff = plan({"staff.nurse.roster.night.on_duty": 2}).scenario.staff["nurse"]
    assert (staff.roster["day"].on_duty, staff.roster["night"].on_duty) == (2, 2)


def test_machines_keep_the_word_of_their_file():
    moved = plan({"equipment.scanner.units": 2})
    assert moved.scenario.equipment["scanner"].on_duty == 2
    assert "units: 2" in moved.text


def test_a_quicker_turnaround():
    assert plan({"wards.medical.turnaround": 20}).scenario.wards["medical"].turnaround == 20 * clock.MINUTE


def test_ten_per_cent_more_patients():
    assert daily(plan({"patients.walk_in": 10}).scenario, "walk_in") == pytest.approx(22, rel=1e-3)


def test_a_shorter_way_home_shortens_the_delay_and_nothing_else():
    steps = {one.name: one for one in flatten(plan({"going_home": -20}).scenario.pathways["emergency"])}
    before = {one.name: one for one in flatten(small().loaded.scenario.pathways["emergency"])}
    assert mean(steps["papers"].time) == pytest.approx(4 * clock.HOUR)
    assert steps["stay"] == before["stay"]


SOURCES = """
wardflow: 1
name: Sources
patients:
  gapped: {arrive: {gaps: {exponential: {mean: 60 min}}}, pathway: way}
  booked: {arrive: {scheduled: {clinic: {days: weekdays, at: "08:00", patients: 10}}}, pathway: way}
  crash: {arrive: {batches: {bus: {at: {date: 2026-01-07, time: "14:00"}, patients: 30}}}, pathway: way}
pathways:
  way: [{leave: discharged}]
"""


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("patients.gapped", 50),
        ("patients.booked.arrive.scheduled.clinic.patients", 15),
        ("patients.crash.arrive.batches.bus.patients", 45),
    ],
)
def test_every_source_of_patients_can_be_scaled(key, value):
    base, name = bring("sources.yaml", SOURCES.encode()), key.split(".")[1]
    more = plan({key: value}, base)
    assert daily(more.scenario, name) == pytest.approx(1.5 * daily(base.loaded.scenario, name), rel=0.02)


OPENINGS = """
wardflow: 1
name: Openings
patients: {some: {arrive: {rate: 5 per day}, pathway: way}}
wards:
  winter: {beds: 10, also: {closed: {beds: -4, days: weekend}}}
pathways:
  way: [{enter: winter}, {stay: 2 d}, {leave: discharged}]
"""


def test_a_closure_can_be_made_smaller_but_never_below_no_beds():
    base = bring("openings.yaml", OPENINGS.encode())
    assert lever("wards.winter.also.closed.beds", base).low == -10
    assert plan({"wards.winter.also.closed.beds": -2}, base).scenario.wards["winter"].also["closed"].beds == -2


KINDS = {"general_hospital", "childrens_therapy", "district_nursing", "elective_recovery", "on_call", "winter"}
"""One scenario of each kind of service."""
ENTRIES = [entry for entry in shipped_entries() if entry.is_teaching or entry.file.removesuffix(".yaml") in KINDS]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.file)
def test_every_lever_of_every_kind_of_service_can_be_moved(entry):
    base = open_shipped(entry.file)
    found = levers(base.loaded)
    moved = {one.key: one for one in levers(plan({one.key: one.today + 1 for one in found}, base).loaded)}
    for one in found:
        if one.is_percentage:
            assert one.key == "going_home" or moved[one.key].edits == one.edits
        else:
            assert moved[one.key].today == one.today + 1


def test_a_percentage_of_every_class_and_of_the_way_home_changes_the_general_hospital():
    base = open_shipped("general_hospital.yaml")
    for one in levers(base.loaded):
        if one.is_percentage:
            assert plan({one.key: 10}, base).fingerprint != base.loaded.scenario.fingerprint()


def test_a_plan_is_a_file_that_gives_the_same_scenario():
    moved = plan({"wards.medical.beds": 20, "patients.walk_in": 10})
    assert load_plan(moved.base, moved.text).scenario == moved.scenario
    assert "extends: small_hospital.yaml" in moved.text


def test_a_name_is_kept_short_and_printable():
    assert clean_name("  two\nlines\u202e and " + "x" * 100).startswith("two lines and x")
    assert len(clean_name("x" * 10_000)) == LONGEST_NAME
    assert plan({}).name == UNNAMED
    assert plan({"wards.medical.beds": 20, "patients.walk_in": 10}).name.endswith("and 1 more change")


def test_an_initiative_is_put_into_a_plan_and_named_first():
    base = open_shipped("general_hospital.yaml")
    found = {choice.name: choice for choice in choices(base)}
    assert "before_noon" in found
    assert "video_therapy" not in found
    wish = Wish({"wards.medical.beds": 128}, (found["before_noon"],))
    made = draft(base, levers(base.loaded), wish, "", 2)
    assert made.name == "Discharges before noon and 1 more change"
    assert list(made.scenario.initiatives) == ["before_noon"]
    assert made.scenario.wards["medical"].beds == 128
    assert made.changes[0].startswith("Discharges before noon: Rounds begin at 08:00")
