"""Ends of shifts, closing times, and policies that act in the same instant."""

from typing import Any

import pytest

from sim import clock
from sim.demand.draws import draws
from sim.demand.fates import draw_fates
from sim.engine.checking.invariants import check
from sim.engine.compiling import compile_scenario
from sim.engine.eventlog import Event, EventLog
from sim.engine.program import Program
from sim.engine.reference import run
from tests.engines.stories import at, comes, hospital, simulate, story

LEAVE = {"leave": "discharged"}


def units(program: Program, log: EventLog, resource: str) -> list[tuple[float, int]]:
    """What the log says of the units of a resource, with the minutes."""
    rows = (log.event == Event.CAPACITY) & (log.resource == program.resources.index(resource))
    return list(zip((log.time_ms[rows] / clock.MINUTE).tolist(), log.quantity[rows].tolist(), strict=True))


# ---------------------------------------------------------------- closing times


def theatre(days: int) -> list[tuple[float, str, str]]:
    """The patient who comes at 23:00 for six hours to a theatre that is open until 04:00."""
    roster = {"night": {"from": "20:00", "to": "04:00", "on_duty": 1}}
    operation = {"staff": "team", "time": "6 h", "must_finish": True, "if_no_time": "cancelled"}
    parts: dict[str, Any] = {
        "staff": {"team": {"roster": roster}},
        "pathways": {"way": [{"operation": operation}, LEAVE]},
    }
    program, log = simulate(hospital(1440 * days, patients={"p": comes(**at(1380))}, **parts))
    return story(program, log, 0)


def test_what_closes_after_the_run_counts_on_its_last_day() -> None:
    assert theatre(1) == theatre(2)
    assert theatre(1)[2] == (1380, "late", "team")


def test_a_closing_more_than_a_week_after_the_run_is_not_known() -> None:
    """The team is there until the 14th; a run of one day looks ahead until the 13th, one of two days until the 14th."""
    roster = {"all": {"from": "00:00", "to": "24:00", "on_duty": 1, "until": "2026-01-13"}}
    operation = {"staff": "team", "time": "20 d", "must_finish": True, "if_no_time": "cancelled"}
    parts: dict[str, Any] = {
        "staff": {"team": {"roster": roster}},
        "pathways": {"way": [{"operation": operation}, LEAVE]},
    }
    parts["patients"] = {"p": comes(**at(600))}
    found = [story(*simulate(hospital(minutes, **parts)), 0)[2][1] for minutes in (1440, 2881)]
    assert found == ["start", "late"]


def test_who_comes_too_late_has_visited_the_step() -> None:
    """The nurse is busy until 01:00. The patient gives up, comes too late, and comes again: with a third patience."""
    patience = {"uniform": {"low": "5 min", "high": "15 min"}}
    care = {"staff": "n", "time": "30 min", "gives_up_after": patience, "then": "again"}
    care |= {"must_finish": True, "if_no_time": "again"}
    ways = {
        "long": [{"talk": {"staff": "n", "time": "60 min"}}, LEAVE],
        "way": [{"care": care}, LEAVE],
        "again": [{"rest": {"time": "30 min"}}, {"go": "way"}],
    }
    roster = {"roster": {"night": {"from": "00:00", "to": "01:00", "on_duty": 1}}}
    patients = {"a": comes("long", **at(0)), "p": comes(**at(5))}
    scenario = hospital(120, patients=patients, staff={"n": roster}, pathways=ways)
    program, log = simulate(scenario)
    fates = draw_fates(scenario, 1, 0)
    draw = next(number for number, one in enumerate(draws(scenario)) if one.name == "way/care/patience")
    first, third = (int(fates.values(draw, visit)[1]) / clock.MINUTE for visit in (0, 2))
    told = [(minute, event) for minute, event, _ in story(program, log, 1) if event in ("renege", "late")]
    assert [event for _, event in told[:3]] == ["renege", "late", "renege"]
    late = 5 + first + 30
    assert [minute for minute, _ in told[:3]] == pytest.approx([5 + first, late, late + 30 + third])


# ---------------------------------------------------------------- who goes home


def test_who_was_held_for_longest_goes_home_not_who_began_last() -> None:
    """The night nurse drives with the patient since 07:00; the day nurse who cares from 08:00 on stays after 08:52."""
    night = {"from": "00:00", "to": "08:00", "on_duty": 1}
    day = {"from": "08:00", "to": "24:00", "on_duty": 2}
    way = [
        {"hold": {"staff": "n"}},
        {"drive": {"time": "60 min"}},
        {"care": {"staff": "n", "time": "52 min"}},
        {"rest": {"time": "60 min"}},
        {"give back": "n"},
        LEAVE,
    ]
    staff = {"n": {"roster": {"night": night, "day": day}, "at_shift_end": "relieved"}}
    program, log = simulate(hospital(700, patients={"p": comes(**at(420))}, staff=staff, pathways={"way": way}))
    assert units(program, log, "n") == [(0, 1), (480, 3), (592, 2)]


def test_of_two_who_began_together_the_one_served_first_goes_home_first() -> None:
    """Both are served at minute 10, the more urgent first; at 01:00 one of the two is relieved."""
    shifts = {"a": {"from": "00:00", "to": "24:00", "on_duty": 1}, "b": {"from": "00:00", "to": "01:00", "on_duty": 1}}
    ways = {
        name: [{name: {"staff": "n", "time": time}}, LEAVE] for name, time in (("long", "90 min"), ("short", "70 min"))
    }
    patients = {"a": comes("long", **at(10)) | {"priority": 2}, "b": comes("short", **at(10)) | {"priority": 1}}
    staff = {"n": {"roster": shifts, "at_shift_end": "relieved"}}
    program, log = simulate(hospital(200, patients=patients, staff=staff, pathways=ways))
    assert units(program, log, "n") == [(0, 2), (60, 2), (80, 1)]


# ---------------------------------------------------------------- policies in the instant of a change


def test_a_policy_acts_after_the_shift_has_ended() -> None:
    """It decides at 23:30 and acts at midnight, when both have gone home: there is nobody, then one is called in."""
    staff = {"n": {"roster": {"late": {"from": "16:00", "to": "24:00", "on_duty": 2, "until": "2026-01-05"}}}}
    watch = {
        "watch": {"waiting_for": "n"},
        "every": "30 min",
        "above": 1,
        "after": "30 min",
        "do": {"call_in": {"n": 1}},
    }
    parts: dict[str, Any] = {"staff": staff, "policies": {"help": watch}}
    way = [{"care": {"staff": "n", "time": "4 h"}}, LEAVE]
    program, log = simulate(
        hospital(1500, patients={"p": comes(**at(1390, 1390, 1400))}, pathways={"way": way}, **parts)
    )
    assert units(program, log, "n")[-2:] == [(1440, 0), (1440, 1)]


def test_policies_act_and_look_in_the_order_of_their_names() -> None:
    """At 02:00 the first opens a bed before the second looks, which finds half of the beds free."""
    full = {"watch": {"occupancy": "w"}, "above": "100 %"}
    policies = {
        "a": {**full, "below": "10 %", "every": "1 h", "for": "1 h", "do": {"open_beds": {"w": 1}}},
        "b": {**full, "every": "2 h", "do": {"open_beds": {"v": 1}}},
    }
    way = [{"enter": "w"}, {"stay": "10 h"}, LEAVE]
    parts: dict[str, Any] = {"wards": {"v": {"beds": 1}, "w": {"beds": 1}}, "pathways": {"way": way}}
    program, log = simulate(hospital(180, patients={"p": comes(**at(30))}, policies=policies, **parts))
    assert units(program, log, "w") == [(0, 1), (120, 2)]
    assert units(program, log, "v") == [(0, 1)]


def test_who_was_interrupted_waits_since_they_asked_again() -> None:
    """At 10:00 the patient has waited for half an hour; only at 10:30 is it an hour since they were interrupted."""
    patients = {"a": comes("long", **at(480)) | {"priority": 2}, "b": comes("urgent", **at(570)) | {"priority": 1}}
    help_ = {"watch": {"longest_wait_for": "n"}, "every": "30 min", "above": "1 h", "do": {"call_in": {"n": 1}}}
    care = {"staff": "n", "time": "2 h"}
    ways = {"long": [{"care": care}, LEAVE], "urgent": [{"help": {**care, "preempts": True}}, LEAVE]}
    parts: dict[str, Any] = {"patients": patients, "policies": {"help": help_}, "pathways": ways}
    program, log = simulate(hospital(700, staff={"n": {"on_duty": 1}}, **parts))
    assert units(program, log, "n")[:2] == [(0, 1), (630, 2)]


def test_a_substitute_is_not_taken_away_from_another_patient() -> None:
    """There is no doctor, and the nurse who would do as well is busy with somebody less urgent until 10:00."""
    doctor = {"staff": "doctor", "time": "10 min", "preempts": True, "or": [{"staff": "nurse"}]}
    patients = {"a": comes("long", **at(480)) | {"priority": 2}, "b": comes("urgent", **at(570)) | {"priority": 1}}
    ways = {"long": [{"care": {"staff": "nurse", "time": "2 h"}}, LEAVE], "urgent": [{"see": doctor}, LEAVE]}
    roster = {"day": {"from": "12:00", "to": "20:00", "on_duty": 1}}
    staff = {"nurse": {"on_duty": 1}, "doctor": {"roster": roster}}
    program, log = simulate(hospital(700, patients=patients, staff=staff, pathways=ways))
    assert story(program, log, 1)[2] == (600, "start", "nurse")


def test_who_begins_again_with_a_substitute_takes_the_time_of_the_substitute() -> None:
    """The doctor is taken away at 09:30; the nurse takes half as long again for the whole hour."""
    others = [{"staff": "nurse", "after": "10 min", "time": "x 1.5"}]
    see = {"see": {"staff": "doctor", "time": "60 min", "interrupted": "restart", "or": others}}
    patients = {"a": comes("long", **at(550)) | {"priority": 2}, "b": comes("urgent", **at(570)) | {"priority": 1}}
    ways = {"long": [see, LEAVE], "urgent": [{"help": {"staff": "doctor", "time": "5 h", "preempts": True}}, LEAVE]}
    staff = {"nurse": {"on_duty": 1}, "doctor": {"on_duty": 1}}
    program, log = simulate(hospital(700, patients=patients, staff=staff, pathways=ways))
    assert story(program, log, 0)[3:7] == [
        (570, "interrupt", "doctor"),
        (570, "queue", "doctor"),
        (570, "start", "nurse"),
        (660, "end", "nurse"),
    ]


def test_an_interrupted_outlier_does_not_go_home_before_the_step_goes_on() -> None:
    """The ward at home has a bed from 02:00 on, but the nurse of the visit is away from 01:00 to 03:00."""
    home: dict[str, Any] = {"beds": 0, "also": {"open": {"beds": 1, "from": "02:00", "to": "24:00"}}}
    home["if_full"] = [{"use": "elsewhere", "return_when_free": True}]
    wards = {"elsewhere": {"beds": 1}, "home": home}
    night = {"from": "00:00", "to": "01:00", "on_duty": 1}
    shifts = {"night": night, "day": {"from": "03:00", "to": "24:00", "on_duty": 1}}
    staff = {"n": {"roster": shifts, "at_shift_end": "hand_over"}}
    way = [{"enter": "home"}, {"visit": {"staff": "n", "time": "90 min"}}, LEAVE]
    parts: dict[str, Any] = {"wards": wards, "staff": staff, "pathways": {"way": way}}
    program, log = simulate(hospital(400, patients={"p": comes(**at(10))}, **parts))
    assert story(program, log, 0)[5:10] == [
        (60, "interrupt", "n"),
        (60, "queue", "n"),
        (180, "start", "n"),
        (180, "place", "home"),
        (180, "vacate", "elsewhere"),
    ]


def test_who_is_interrupted_at_the_end_of_a_shift_may_interrupt_others() -> None:
    """The urgent one started last and stops when one of two nurses goes; then the other patient must stop instead."""
    night = {"from": "00:00", "to": "01:00", "on_duty": 1}
    shifts = {"all": {"from": "00:00", "to": "24:00", "on_duty": 1}, "night": night}
    staff = {"n": {"roster": shifts, "at_shift_end": "hand_over"}}
    ways = {
        "long": [{"care": {"staff": "n", "time": "2 h"}}, LEAVE],
        "urgent": [{"help": {"staff": "n", "time": "1 h", "preempts": True}}, LEAVE],
    }
    patients = {"a": comes("long", **at(10)) | {"priority": 2}, "b": comes("urgent", **at(20)) | {"priority": 1}}
    program, log = simulate(hospital(700, patients=patients, staff=staff, pathways=ways))
    assert story(program, log, 0)[3:6] == [(60, "interrupt", "n"), (60, "queue", "n"), (80, "start", "n")]
    again = [(60, "interrupt", "n"), (60, "queue", "n"), (60, "start", "n"), (80, "end", "n")]
    assert story(program, log, 1)[3:7] == again


def test_who_loses_a_bed_asks_again_with_the_priority_of_being_placed() -> None:
    """Placed at 01:10 after a long wait, and so at 02:00 before the other, who was more urgent at first."""
    closed = {"beds": -1, "from": "02:00", "to": "04:00", "until": "2026-01-05"}
    ward = {"beds": 2, "also": {"closed": closed}, "when_closing": "hand_over"}
    way = [{"enter": {"ward": "w", "priority_after": {"1 h": 1}}}, {"stay": "3 h"}, LEAVE]
    ways = {"way": way, "long": [{"enter": "w"}, {"stay": {"name": "on", "time": "150 min"}}, LEAVE], "short": []}
    ways["short"] = [{"enter": "w"}, {"stay": {"name": "brief", "time": "70 min"}}, LEAVE]
    patients = {
        "a": comes("long", **at(0)),
        "b": comes("short", **at(0)),
        "c": comes(**at(5)) | {"priority": 3},
        "d": comes(**at(6)) | {"priority": 2},
    }
    program, log = simulate(hospital(700, patients=patients, wards={"w": ward}, pathways=ways))
    assert [line for line in story(program, log, 2) if line[1] in ("place", "interrupt")] == [
        (70, "place", "w"),
        (120, "interrupt", "stay"),
        (150, "place", "w"),
    ]


def test_of_two_who_lose_their_beds_the_one_who_asked_for_a_bed_earlier_gets_the_next() -> None:
    """The ward closes at 02:00, one bed is free elsewhere; the first has asked for a nurse since, the second not."""
    closed = {"beds": -2, "from": "02:00", "to": "04:00", "until": "2026-01-05"}
    wards = {"w": {"beds": 2, "also": {"closed": closed}, "when_closing": "hand_over"}, "v": {"beds": 1}}
    enter = {"enter": {"ward": "w", "or": [{"use": "v"}]}}
    stay = {"stay": "3 h"}
    see = [{"rest": {"time": "10 min"}}, {"see": {"staff": "n", "time": "10 min"}}]
    ways = {"seen": [enter, *see, stay, LEAVE], "way": [enter, stay, LEAVE]}
    parts: dict[str, Any] = {"staff": {"n": {"on_duty": 1}}, "wards": wards, "pathways": ways}
    parts["patients"] = {"a": comes("seen", **at(5)), "b": comes(**at(10))}
    program, log = simulate(hospital(700, **parts))
    placed = [[minute for minute, event, _ in story(program, log, one) if event == "place"] for one in (0, 1)]
    assert placed == [[5, 120], [10, 205]]


# ---------------------------------------------------------------- nothing to do


def test_a_hospital_without_any_step_breaks_no_rule() -> None:
    scenario = hospital(60, patients={}, pathways={})
    program, fates = compile_scenario(scenario), draw_fates(scenario, 1, 0)
    assert check(program, fates, run(program, fates)) == ()
