"""A change is short: each file of short_changes/ has at most three lines and does what its name says, and nothing else.

Most extend the general hospital; where it lacks what is changed (care packages, agency, therapy), a small base in
small_bases/ has it.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim import clock
from sim.demand.draws import draws
from sim.demand.fates import Fates, draw_fates
from sim.demand.quantiles import mean
from sim.demand.staffing.supply import actual
from sim.engine.compiling import compile_scenario
from sim.engine.eventlog import Event
from sim.engine.program import Op, Program
from sim.engine.reference import run
from sim.scenario.calendars import moments
from sim.scenario.distributions import TimeLaw
from sim.scenario.loading import Loaded, load_file, load_text
from sim.scenario.policies import FACTS
from sim.scenario.scenario import Scenario

FILES = {path.stem: path for path in sorted((Path(__file__).parent / "short_changes").iterdir())}
SMALL = Path(__file__).parent / "small_bases"
GENERAL = "general_hospital"
MONDAY, SATURDAY = 7, 12
"""Days after the start, in the second week of the run: 12 and 17 January 2026."""


def base_of(name: str) -> str:
    """The hospital that a change changes."""
    first = FILES[name].read_text(encoding="utf-8").splitlines()[0]
    return first.removeprefix("extends: ").removesuffix(".yaml")


@cache
def loaded(name: str) -> Loaded:
    """A change over its base, or a base."""
    if name in FILES:
        return load_text(FILES[name].read_text(encoding="utf-8"), f"{name}.yaml", SMALL)
    small = SMALL / f"{name}.yaml"
    return load_file(small if small.exists() else name)


def hospital(name: str = GENERAL) -> Scenario:
    return loaded(name).scenario


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
    return units(name, resource, day, hour) - units(base_of(name), resource, day, hour)


def law(name: str, draw: str) -> TimeLaw:
    """The law of a time by the name of its draw."""
    (found,) = (one.rule for one in draws(hospital(name)) if one.name == draw)
    assert isinstance(found, TimeLaw)
    return found


def ratio(name: str, draw: str) -> float:
    """Mean of a time, divided by that of the base hospital."""
    return mean(law(name, draw)) / mean(law(base_of(name), draw))


def steps_into(name: str, ward: str) -> set[str]:
    """Steps that ask for a place in a ward."""
    compiled = program(name)
    table, number = compiled.instructions, compiled.resources.index(ward)
    rows = [row for row in np.flatnonzero(table.op == Op.SEIZE) if first_wish(compiled, row) == number]
    return {f"{compiled.steps[table.step[row]].pathway}/{compiled.steps[table.step[row]].name}" for row in rows}


def first_wish(compiled: Program, row: int) -> int:
    """The place or thing that is asked for first at a SEIZE."""
    way = compiled.instructions.ways_from[row]
    return int(compiled.need_resource[compiled.way_needs_from[way]])


def actual_units(name: str, resource: str, moments_ms: np.ndarray) -> np.ndarray:
    """How many come in the first replication, at some moments."""
    scenario = hospital(name)
    supply = actual(scenario, seed=1, replication=0)
    own = supply.resource == list(scenario.resources).index(resource)
    return supply.units[own][np.searchsorted(supply.time_ms[own], moments_ms, side="right") - 1]


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
    base, changed = fates(base_of(name)), fates(name)
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
    assert ratio(name, "departure/papers medicines transport/time") == pytest.approx(0.5)


def test_weekend_rounds():
    assert rounds_on("general_hospital", "weekday_services", SATURDAY) == []
    assert rounds_on("weekend_rounds", "weekday_services", SATURDAY) == ["09:00", "13:00"]
    assert rounds_on("weekend_rounds", "weekday_services", MONDAY) == ["09:00", "13:00"]


def test_discharge_lounge():
    assert units("discharge_lounge", "discharge_lounge", MONDAY) == 12
    assert steps_into("discharge_lounge", "discharge_lounge") == {"lounge/enter discharge_lounge"}


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


def test_more_older_people():
    """Of some 900 older people in two weeks 8 % more are 70 +- 9; the others are the same people."""
    base, changed = (people(name) for name in ("general_hospital", "more_older_people"))
    added = changed - base
    assert base < changed
    assert {age for _, age, _ in added} == {"75+"}
    older = sum(age == "75+" for _, age, _ in base)
    assert len(added) == pytest.approx(0.08 * older, abs=3 * (0.08 * older) ** 0.5)
    elective = (comers(name, "elective") for name in ("general_hospital", "more_older_people"))
    assert np.array_equal(*elective)


def people(name: str) -> set[tuple[tuple[int, ...], str, tuple[int, ...]]]:
    """Everybody who comes to the emergency department: who they are, their age, when they come and what they are."""
    drawn = fates(name)
    own = drawn.stream == sorted(hospital(name).patients).index("ed_attender")
    identity = zip(drawn.layer[own].tolist(), drawn.index[own].tolist(), strict=True)
    age = [drawn.levels["age"][code] for code in drawn.attributes["age"][own]]
    codes = [drawn.attributes[attribute][own].tolist() for attribute in sorted(drawn.attributes)]
    rest = zip(drawn.arrival_ms[own].tolist(), drawn.priority[own].tolist(), *codes, strict=True)
    return set(zip(identity, age, rest, strict=True))


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
    base, changed = program(GENERAL), program("no_outliers")
    surgical = changed.resources.index("surgical")

    def ways(compiled):
        table = compiled.instructions
        rows = [row for row in np.flatnonzero(table.op == Op.SEIZE) if first_wish(compiled, row) == surgical]
        return [int(table.ways_to[row] - table.ways_from[row]) for row in rows]

    assert set(ways(base)) == {3}
    assert set(ways(changed)) == {1}
    assert base.way_after.size - changed.way_after.size == 2 * len(ways(changed))


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


def test_discharges_before_noon():
    name = "discharges_before_noon"
    (round_,) = (one for one in hospital(name).pathways["care"] if one.name == "round")
    assert [option.share for option in round_.options] == [0.35, "rest"]
    before = {one: share_before_noon(one) for one in (name, "ward")}
    assert before["ward"] == pytest.approx(0.18, abs=0.05)
    assert before[name] == pytest.approx(0.35, abs=0.06)


def share_before_noon(name: str) -> float:
    """Share of patients who leave before noon, of some 500; three standard errors are 5 and 6 points."""
    log = run(program(name), draw_fates(hospital(name), seed=1, replication=0))
    left = log.time_ms[log.event == Event.LEAVE] % clock.DAY
    assert left.size > 450
    return float(np.mean(left < 12 * clock.HOUR))


def test_thirty_care_packages_a_week():
    def in_the_second_week(name):
        offers = hospital(name).slots["care_package"].offers(hospital(name).calendar, hospital(name).horizon)
        return sum(offer.units for offer in offers if clock.WEEK < offer.time_ms <= 2 * clock.WEEK)

    assert [in_the_second_week(name) for name in ("ward", "thirty_care_packages_a_week")] == [24, 30]


def test_absence_in_january():
    noons = np.arange(26) * clock.DAY + 12 * clock.HOUR  # 5 to 30 January: the early shift of 7
    planned, there = 7, actual_units("absence_in_january", "ed_doctor", noons)
    share = 1 - there.mean() / planned
    assert share == pytest.approx(0.08, abs=3 * (0.08 * 0.92 / (26 * planned)) ** 0.5)
    february = actual_units("absence_in_january", "ed_doctor", noons + 28 * clock.DAY)
    assert set(february) == {planned}


def test_agency_off():
    days = np.arange(56) * clock.DAY + 12 * clock.HOUR  # of the ten by day every fifth is missing
    agency, none = (1 - actual_units(name, "nurse", days).mean() / 10 for name in ("ward", "agency_off"))
    assert none == pytest.approx(0.2, abs=3 * (0.2 * 0.8 / 560) ** 0.5)
    assert agency == pytest.approx(0.1, abs=3 * (0.1 * 0.9 / 560) ** 0.5)
    assert np.all(actual_units("agency_off", "nurse", days) <= actual_units("ward", "nurse", days))


def test_beds_that_open_above_96_percent():
    compiled = program("beds_that_open_above_96_percent")
    assert program(GENERAL).policy_above.size == 0
    assert compiled.policy_above.tolist() == [0.96]
    assert FACTS[compiled.policy_fact[0]] == "occupancy"
    effects = zip(compiled.effect_resource, compiled.effect_units, strict=True)
    assert [(compiled.resources[number], units) for number, units in effects] == [("medical", 12)]


def test_triage_by_a_consultant():
    name = "triage_by_a_consultant"
    assert [units(name, "consultant", MONDAY, hour) for hour in (9.9, 10, 21.9, 22)] == [0, 2, 2, 0]
    compiled = program(name)
    table = compiled.instructions
    seizes = np.flatnonzero(table.op == Op.SEIZE)
    (row,) = (at for at in seizes if compiled.steps[table.step[at]].name == "triage")
    ways = range(table.ways_from[row], table.ways_to[row])
    wanted = [compiled.resources[compiled.need_resource[compiled.way_needs_from[way]]] for way in ways]
    assert wanted == ["consultant", "triage_nurse"]


def test_therapy_by_video():
    compiled = program("therapy_by_video")
    log = run(compiled, fates("therapy_by_video"))
    started = [compiled.steps[step].name for step in log.step[log.event == Event.START]]
    video, sessions = (
        started.count("video"),
        started.count("session") / 2,
    )  # a row for the therapist and one for the room
    assert sessions > 30
    assert video / (video + sessions) == pytest.approx(0.3, abs=3 * (0.3 * 0.7 / (video + sessions)) ** 0.5)


# ---------------------------------------------------------------- what all of them share

DEMAND = {"two_more_lists_on_saturdays", "eight_percent_more_patients", "eighty_casualties", "busier_january"}
DEMAND |= {"more_older_people"}
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
    "thirty_care_packages_a_week": {"care_package"},
}
"""Resources of which there are more or fewer; new ones aside."""


@pytest.mark.parametrize("name", FILES)
def test_a_change_has_at_most_three_lines_and_no_warning(name):
    lines = [line for line in FILES[name].read_text(encoding="utf-8").splitlines() if line.strip()]
    assert lines[0] == f"extends: {base_of(name)}.yaml"
    assert 1 <= len(lines[1:]) <= 3
    assert loaded(name).warnings == ()
    assert hospital(name).fingerprint() != hospital(base_of(name)).fingerprint()


@pytest.mark.parametrize("name", sorted(set(FILES) - DEMAND))
def test_a_change_of_the_hospital_changes_nobody_who_comes(name):
    assert same_people(name)


@pytest.mark.parametrize("name", FILES)
def test_a_change_leaves_the_other_resources_alone(name):
    base, changed = hospital(base_of(name)), hospital(name)
    lines = {one: changed.resources[one].units_over_time(changed.calendar, changed.horizon) for one in base.resources}
    different = {
        one for one in base.resources if lines[one] != base.resources[one].units_over_time(base.calendar, base.horizon)
    }
    assert different == TOUCHED.get(name, set())


def test_each_has_a_test_of_its_effect():
    assert len(FILES) == 28
    assert all(f"test_{name}" in globals() for name in FILES)
