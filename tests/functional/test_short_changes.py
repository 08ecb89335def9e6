"""A change is short: each file of short_changes/ has at most three lines and does what its name says, and nothing else.

Changes of the design that need later features of the language, and those features: a share of discharges before noon as
such (targets for a time of day; here rounds and papers are earlier), care packages by the week (slots; here the wait
for them is shorter), more patients of 75 and over alone (arrivals by attribute; here more of all), absence in January
(staff absence), agency off (staff called in), 12 beds above 96 % (policies), triage by a consultant for some hours of
the day (staff who stand in for others), therapy by video (the base hospital has no therapy).
"""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim import clock
from sim.demand.fates import Fates, draw_fates, draws
from sim.demand.quantiles import mean
from sim.engine.compiling import compile_scenario
from sim.engine.program import Op, Program
from sim.scenario.calendars import moments
from sim.scenario.distributions import TimeLaw
from sim.scenario.loading import load_file
from sim.scenario.scenario import Scenario

FILES = {path.stem: path for path in sorted((Path(__file__).parent / "short_changes").iterdir())}
MONDAY, SATURDAY = 7, 12
"""Days after the start, in the second week of the run: 12 and 17 January 2026."""


@cache
def hospital(name: str = "general_hospital") -> Scenario:
    return load_file(FILES.get(name, name)).scenario


@cache
def program(scenario: str) -> Program:
    return compile_scenario(hospital(scenario))


@cache
def fates(scenario: str) -> Fates:
    """The patients of the first two weeks."""
    run = hospital().run.model_copy(update={"warm_up": 0, "length": 2 * clock.WEEK})
    return draw_fates(hospital(scenario).model_copy(update={"run": run}), seed=1, replication=0)


def units(name: str, resource: str, day: int, hour: float = 12.0) -> int:
    """How many there are of a resource at an hour of a day."""
    compiled = program(name)
    number = compiled.resources.index(resource)
    until = (compiled.capacity_resource == number) & (compiled.capacity_time <= day * clock.DAY + hour * clock.HOUR)
    return int(compiled.capacity_units[until][-1])


def more(name: str, resource: str, day: int, hour: float = 12.0) -> int:
    """How many more than in the base hospital."""
    return units(name, resource, day, hour) - units("general_hospital", resource, day, hour)


def law(name: str, draw: str) -> TimeLaw:
    """The law of a time by the name of its draw."""
    (found,) = (one.rule for one in draws(hospital(name)) if one.name == draw)
    assert isinstance(found, TimeLaw)
    return found


def ratio(name: str, draw: str) -> float:
    """Mean of a time, divided by that of the base hospital."""
    return mean(law(name, draw)) / mean(law("general_hospital", draw))


def steps_into(name: str, ward: str) -> set[str]:
    """Steps that ask for a place in a ward."""
    compiled = program(name)
    table, number = compiled.instructions, compiled.resources.index(ward)
    asks = (table.op == Op.SEIZE) & (table.place == 1)
    rows = [row for row in np.flatnonzero(asks) if compiled.need_resource[table.needs_from[row]] == number]
    return {f"{compiled.steps[table.step[row]].pathway}/{compiled.steps[table.step[row]].name}" for row in rows}


def rounds_on(name: str, calendar: str, day: int) -> list[str]:
    """Times of day of the moments of a calendar on a day."""
    scenario = hospital(name)
    start = day * clock.DAY
    times = moments(scenario.calendars[calendar], scenario.calendar, scenario.horizon)
    return [clock.format_time_of_day(time - start) for time in times if start <= time < start + clock.DAY]


def comers(name: str, patients: str) -> np.ndarray:
    """Moments at which patients of a class come in the first two weeks."""
    drawn = fates(name)
    return drawn.arrival_ms[drawn.stream == sorted(hospital(name).patients).index(patients)]


def same_people(name: str) -> bool:
    """Whether everybody comes as in the base hospital, as ill as there."""
    base, changed = fates("general_hospital"), fates(name)
    columns = ("arrival_ms", "stream", "layer", "index", "priority")
    return all(np.array_equal(getattr(base, one), getattr(changed, one)) for one in columns) and all(
        np.array_equal(codes, changed.attributes[attribute]) for attribute, codes in base.attributes.items()
    )


# ---------------------------------------------------------------- what each file does


def test_twelve_winter_beds():
    assert [more("twelve_winter_beds", "medical", day) for day in (6, 7, 85, 86)] == [0, 12, 12, 0]


def test_bay_closed_for_a_week():
    assert [more("bay_closed_for_a_week", "surgical", day) for day in (27, 28, 34, 35)] == [0, -6, -6, 0]


def test_one_more_registrar():
    found = [more("one_more_registrar", "ed_doctor", MONDAY, hour) for hour in (15.9, 16, 23.9, 24)]
    assert found == [0, 1, 1, 0]


def test_two_doctors_from_early_to_late():
    found = [more("two_doctors_from_early_to_late", "ed_doctor", SATURDAY, hour) for hour in (9, 15, 18, 3)]
    assert found == [-2, 0, 2, 0]


def test_discharges_earlier_in_the_day():
    name = "discharges_earlier_in_the_day"
    assert rounds_on(name, "ward_rounds", MONDAY) == ["07:30", "10:00"]
    assert rounds_on(name, "ward_rounds", SATURDAY) == ["10:00"]
    assert ratio(name, "going_home/papers medicines transport/time") == pytest.approx(0.5)


def test_weekend_rounds():
    assert rounds_on("general_hospital", "weekday_rounds", SATURDAY) == []
    assert rounds_on("weekend_rounds", "weekday_rounds", SATURDAY) == ["08:30", "13:30"]
    assert rounds_on("weekend_rounds", "weekday_rounds", MONDAY) == ["08:30", "13:30"]


def test_discharge_lounge():
    assert units("discharge_lounge", "discharge_lounge", MONDAY) == 12
    assert steps_into("discharge_lounge", "discharge_lounge") == {
        "going_home/enter discharge_lounge",
        "going_home/enter later",
    }


def test_virtual_ward():
    assert units("virtual_ward", "virtual_ward", MONDAY) == 40
    assert steps_into("virtual_ward", "virtual_ward") == {"at_home/enter virtual_ward"}
    assert hospital("virtual_ward").wards["virtual_ward"].kind == "virtual"
    (branch,) = (one for one in hospital("virtual_ward").pathways["medical_care"] if one.verb == "one of")
    assert [(option.share, option.go) for option in branch.options] == [(0.2, "at_home"), ("rest", None)]


def test_support_at_home_sooner():
    assert ratio("support_at_home_sooner", "going_home/arrange support at home/time") == pytest.approx(0.8)


def test_two_more_lists_on_saturdays():
    def on_saturday(name):
        return int(np.count_nonzero(comers(name, "elective") // clock.DAY == SATURDAY))

    assert on_saturday("general_hospital") <= 8
    assert on_saturday("general_hospital") + 9 <= on_saturday("two_more_lists_on_saturdays") <= 8 + 12
    weekdays = comers("general_hospital", "elective") // clock.DAY % 7 < 5
    assert set(comers("general_hospital", "elective")[weekdays]) <= set(
        comers("two_more_lists_on_saturdays", "elective")
    )


def test_ring_fenced_beds():
    assert more("ring_fenced_beds", "surgical", MONDAY) == -20
    assert units("ring_fenced_beds", "ring_fence", MONDAY) == 20
    assert {step.partition("/")[0] for step in steps_into("ring_fenced_beds", "ring_fence")} == {"planned"}
    assert {step.partition("/")[0] for step in steps_into("ring_fenced_beds", "surgical")} == {"surgical_care"}


def test_eight_percent_more_patients():
    base, changed = (comers(name, "ed_attender") for name in ("general_hospital", "eight_percent_more_patients"))
    assert set(base) <= set(changed)
    assert changed.size / base.size == pytest.approx(1.08, abs=0.02)


def test_no_evening_practitioners():
    found = [more("no_evening_practitioners", "emergency_nurse_practitioner", MONDAY, hour) for hour in (9, 15, 22)]
    assert found == [0, -3, -3]


def test_eighty_casualties():
    start = 10 * clock.DAY + 14 * clock.HOUR
    casualties = comers("eighty_casualties", "casualty")
    assert casualties.size == 80
    assert start <= casualties.min() <= casualties.max() < start + 2 * clock.HOUR
    assert np.array_equal(comers("eighty_casualties", "ed_attender"), comers("general_hospital", "ed_attender"))


def test_third_scanner():
    assert (units("third_scanner", "ct_scanner", MONDAY), more("third_scanner", "ct_scanner", MONDAY)) == (3, 1)


def test_beds_cleaned_faster():
    changed = program("beds_cleaned_faster")
    minutes = dict(zip(changed.resources, changed.turnaround / clock.MINUTE, strict=True))
    assert (minutes["medical"], minutes["elderly"], minutes["surgical"]) == (30, 22.5, 45)


def test_no_outliers():
    base, changed = program("general_hospital"), program("no_outliers")
    surgical = changed.resources.index("surgical")
    asks = (changed.instructions.op == Op.SEIZE) & (changed.instructions.place == 1)
    rows = [
        row for row in np.flatnonzero(asks) if changed.need_resource[changed.instructions.needs_from[row]] == surgical
    ]
    assert rows
    assert all(changed.instructions.others_from[row] == changed.instructions.others_to[row] for row in rows)
    assert base.other_resource.size - changed.other_resource.size == 2 * len(rows)


def test_same_day_care_all_night():
    found = [units("same_day_care_all_night", "same_day", MONDAY, hour) for hour in (0, 6, 12, 23.5)]
    assert found == [28, 28, 28, 28]
    assert units("general_hospital", "same_day", MONDAY, 6) == 0


def test_shorter_stays_of_older_people():
    assert ratio("shorter_stays_of_older_people", "elderly_care/stay/time") == pytest.approx(0.9)
    assert ratio("shorter_stays_of_older_people", "medical_care/stay/time") == 1.0


def test_busier_january():
    base, changed = (comers(name, "ed_attender") for name in ("general_hospital", "busier_january"))
    assert set(base) <= set(changed)
    assert changed.size / base.size == pytest.approx(1.08, abs=0.02)
    assert hospital("busier_january").patients["ed_attender"].arrive.by_month == {"jan": 1.08}


# ---------------------------------------------------------------- what all of them share

DEMAND = {"two_more_lists_on_saturdays", "eight_percent_more_patients", "eighty_casualties", "busier_january"}
"""Changes of who comes."""
TOUCHED = {
    "twelve_winter_beds": {"medical"},
    "bay_closed_for_a_week": {"surgical"},
    "one_more_registrar": {"ed_doctor"},
    "two_doctors_from_early_to_late": {"ed_doctor"},
    "ring_fenced_beds": {"surgical"},
    "no_evening_practitioners": {"emergency_nurse_practitioner"},
    "third_scanner": {"ct_scanner"},
    "same_day_care_all_night": {"same_day"},
}
"""Resources of which there are more or fewer; new ones aside."""


@pytest.mark.parametrize("name", FILES)
def test_a_change_has_at_most_three_lines_and_no_warning(name):
    lines = [line for line in FILES[name].read_text(encoding="utf-8").splitlines() if line.strip()]
    assert lines[0] == "extends: general_hospital.yaml"
    assert 1 <= len(lines[1:]) <= 3
    assert load_file(FILES[name]).warnings == ()
    assert hospital(name).fingerprint() != hospital().fingerprint()


@pytest.mark.parametrize("name", sorted(set(FILES) - DEMAND))
def test_a_change_of_the_hospital_changes_nobody_who_comes(name):
    assert same_people(name)


@pytest.mark.parametrize("name", FILES)
def test_a_change_leaves_the_other_resources_alone(name):
    base, changed = hospital(), hospital(name)
    lines = {one: changed.resources[one].units_over_time(changed.calendar, changed.horizon) for one in base.resources}
    different = {
        one for one in base.resources if lines[one] != base.resources[one].units_over_time(base.calendar, base.horizon)
    }
    assert different == TOUCHED.get(name, set())


def test_there_are_twenty_and_each_has_a_test_of_its_effect():
    assert len(FILES) == 20
    assert all(f"test_{name}" in globals() for name in FILES)
