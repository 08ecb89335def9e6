"""Runs whose results the test suites of ciw and simmer state, said again in our language; see also test_traces.py.

What cannot be said, and why:

- simmer, "a lower priority arrival gets rejected before accessing the server" and the tests of `queue_size_strict`: a
  full queue here turns away those who come, and never somebody who waits already.
- simmer, "tasks are preempted in a FIFO basis": who started last goes first, here as at the end of a shift.
- simmer, reneging in a timeout or while being served (test-trajectory-renege.R): patience belongs to a wait.
- ciw, test_reroute_preemption_classpriorities: who is interrupted waits for the same step again.
- ciw, test_priority_output: its totals depend on the order of simultaneous events, which ciw draws at random.
"""

import pytest

from sim import clock
from sim.demand.fates import draw_fates
from sim.engine.checking.invariants import check
from sim.engine.eventlog import Event, EventLog
from sim.engine.program import Program
from sim.engine.reference import run
from sim.scenario.scenario import Scenario
from tests.engines.stories import at, comes, every, hospital, moments, simulate

LEAVE = {"leave": "discharged"}
MONDAY = "2026-01-05"


def played(scenario: Scenario, seed: int = 1) -> tuple[Program, EventLog]:
    """A run whose books balance."""
    program, log = simulate(scenario, seed)
    assert check(program, draw_fates(scenario, seed, 0), log) == ()
    return program, log


def shifts(*parts: tuple[int, int, int]) -> dict:
    """A roster of the first day: begin and end in minutes, and how many are on duty."""
    return {
        f"s{number}": {"from": f"{a // 60:02d}:{a % 60:02d}", "to": f"{b // 60:02d}:{b % 60:02d}", "on_duty": many}
        for number, (a, b, many) in enumerate(parts)
    }


def clinic(step: dict, **staff: object) -> dict:
    return {"staff": {"nurse": staff or {"on_duty": 1}}, "pathways": {"way": [{"care": step}, LEAVE]}}


def ends(program: Program, log: EventLog, step: str) -> list[float]:
    """Minutes at which a step ended, in order of the patients' numbers."""
    number = [one.name for one in program.steps].index(step)
    chosen = (log.event == Event.END) & (log.step == number)
    found = sorted(zip(log.patient[chosen].tolist(), (log.time_ms[chosen] / clock.MINUTE).tolist(), strict=True))
    return [end for _, end in found]


def worked(program: Program, log: EventLog, step: str) -> list[float]:
    """Minutes that each patient was in a step in all, interrupted ones too, in order of their numbers."""
    number = [one.name for one in program.steps].index(step)
    spent: dict[int, float] = {}
    for time, patient, event, where in zip(
        (log.time_ms / clock.MINUTE).tolist(), log.patient.tolist(), log.event.tolist(), log.step.tolist(), strict=True
    ):
        if where == number and event in (Event.START, Event.END, Event.INTERRUPT):
            spent[patient] = spent.get(patient, 0.0) + (-time if event == Event.START else time)
    return [spent[patient] for patient in sorted(spent)]


# ---------------------------------------------------------------- ends of shifts


def test_overtime_as_in_ciw() -> None:
    """Staff 3 to minute 7, 2 to 11, 1 to 20, each with a fresh team (ciw tests/test_scheduling.py::test_overtime).

    The teams leave 0, 1, 3, 2 and 3 minutes late.
    """
    lengths = {"a": 5, "b": 7, "c": 9, "d": 4, "e": 5, "f": 5}
    times = {"by": "who", **{name: f"{minutes} min" for name, minutes in lengths.items()}}
    patients = {
        name: comes(**at(minute)) | {"attributes": {"who": {name: "rest"}}}
        for name, minute in zip(lengths, (1, 1, 1, 9, 9, 12), strict=True)
    }
    staff = {"roster": shifts((0, 7, 3), (7, 11, 2), (11, 20, 1)), "at_shift_end": "relieved"}
    program, log = played(hospital(30, patients=patients, **clinic({"staff": "nurse", "time": times}, **staff)))
    assert moments(log, Event.START) == [1, 1, 1, 9, 9, 12]
    assert ends(program, log, "care") == [6, 8, 10, 13, 14, 17]
    late = [max(0, end - shift) for end, shift in zip([6, 8, 10, 13, 14], [7, 7, 7, 11, 11], strict=True)]
    assert late == [0, 1, 3, 2, 3]
    told = log.event == Event.CAPACITY
    there = list(zip((log.time_ms[told] / clock.MINUTE).tolist(), log.quantity[told].tolist(), strict=True))
    assert there == [(0, 3), (7, 4), (8, 3), (10, 2), (11, 3), (13, 2), (14, 1), (20, 0)]


INTERRUPTED = {"resume": 15, "restart": 19, "anew": 29}
"""When the patient of the next test leaves."""


@pytest.mark.parametrize("rule", INTERRUPTED)
def test_who_is_displaced_at_the_end_of_a_shift_goes_on_as_declared_as_in_ciw(rule: str) -> None:
    """Arrival at 1, service 10, then 20; one server to minute 5 and from 9 on.

    ciw tests/test_scheduling.py::test_preemptive_schedules_resume_options (its resample is our anew).
    """
    law = {"empirical": {"values": ["10 min", "20 min"]}}
    step = {"staff": "nurse", "time": law, "interrupted": rule}
    staff = {"roster": shifts((0, 5, 1), (9, 60, 1)), "at_shift_end": "hand_over"}
    scenario = hospital(60, patients={"p": comes(**at(1))}, **clinic(step, **staff))
    program, log = played(scenario, seed=seed_with(scenario, [10, 20]))
    assert moments(log, Event.INTERRUPT) == [5]
    assert moments(log, Event.START) == [1, 9]
    assert ends(program, log, "care") == [INTERRUPTED[rule]]


def seed_with(scenario: Scenario, minutes: list[int]) -> int:
    """A seed with which the first patient needs these times on their visits of the step."""
    for seed in range(1, 200):
        fates = draw_fates(scenario, seed, 0)
        time = next(number for number, draw in enumerate(fates.draws) if draw.kind == "time")
        if [fates.values(time, visit)[0] / clock.MINUTE for visit in range(len(minutes))] == minutes:
            return seed
    raise AssertionError("no such seed")


def test_a_shift_that_shrinks_interrupts_as_in_simmer() -> None:
    """Capacity 1 at 0, 3 at 1, 1 at 2; three arrive at 0, service 2, started anew: ends 2, 3, 5, in all 2, 2 and 3.

    simmer tests/testthat/test-simmer-resource-schedule.R, "arrivals are preempted when resource's capacity decreases".
    """
    staff = {"roster": shifts((0, 60, 1), (1, 2, 2)), "at_shift_end": "hand_over"}
    step = {"staff": "nurse", "time": "2 min", "interrupted": "restart"}
    patients = {"p": comes(scheduled={"all": {"at": "00:00", "patients": 3}})}
    program, log = played(hospital(10, patients=patients, **clinic(step, **staff)))
    assert ends(program, log, "care") == [2, 3, 5]
    assert worked(program, log, "care") == [2, 2, 3]


def test_nobody_begins_in_the_instant_in_which_the_shift_ends_as_in_simmer() -> None:
    """Capacity 1 from 5 to 10 and from 15 on; three arrive at 0, service 5: ends 10, 20, 25.

    simmer tests/testthat/test-simmer-resource-schedule.R, "resource's capacity decreases before post-release tasks".
    """
    step = {"staff": "nurse", "time": "5 min"}
    patients = {"p": comes(scheduled={"all": {"at": "00:00", "patients": 3}})}
    roster = shifts((5, 10, 1), (15, 60, 1))
    program, log = played(hospital(30, patients=patients, **clinic(step, roster=roster)))
    assert ends(program, log, "care") == [10, 20, 25]


def test_who_is_blocked_at_the_end_of_a_shift_keeps_the_server_as_in_ciw() -> None:
    """Arrivals every 10; first step 1 with a shift of 25 and a pause of 3, second step 30 without a queue between.

    ciw tests/test_simulation.py::test_schedules_and_blockages_work_together, second part, ten times as slow: the
    service times of the first three are 1, 30, 1, 30, 1, 30.
    """
    staff = {
        "first": {"roster": shifts((0, 25, 1), (28, 53, 1), (56, 81, 1), (84, 109, 1)), "at_shift_end": "hand_over"},
        "second": {"on_duty": 1},
    }
    way = [
        {"hold": {"staff": "first"}},
        {"first part": {"time": "1 min"}},
        {"hold": {"staff": "second"}},
        {"give back": "first"},
        {"second part": {"time": "30 min"}},
        LEAVE,
    ]
    patients = {"p": comes(**every(10))}
    program, log = played(hospital(105, patients=patients, staff=staff, pathways={"way": way}))
    assert ends(program, log, "first part")[:3] == [11, 21, 42]
    assert ends(program, log, "second part") == [41, 71, 101]
    assert worked(program, log, "first part")[:3] == [1, 1, 1]
    assert worked(program, log, "second part")[:3] == [30, 30, 30]


# ---------------------------------------------------------------- who goes first


def test_a_patient_becomes_more_urgent_while_waiting_as_in_ciw() -> None:
    """Class 0 every 4 and first, class 1 every 3, service 4.5; class 1 counts as class 0 after a wait of 7.

    ciw tests/test_node.py::test_priority_change_while_waiting: service starts at 3, 7.5, 12, 16.5 and 21 for the
    arrivals of 3, 4, 8, 12 and 6. There the one of 6 joins the other queue at its end, at 13; here it keeps the moment
    at which it came, so that it, and the one of 9 who is promoted at 16, are served before the one of 12.
    """
    patients = {
        "class_0": comes(**every(4)) | {"priority": 1},
        "class_1": comes(**every(3)) | {"priority": 2},
    }
    step = {"staff": "nurse", "time": "4.5 min", "priority_after": {"7 min": 1}}
    program, log = played(hospital(26, patients=patients, **clinic(step)))
    assert moments(log, Event.START)[:5] == [3, 7.5, 12, 16.5, 21]
    arrived = dict(zip(log.patient[log.event == Event.ARRIVE].tolist(), moments(log, Event.ARRIVE), strict=True))
    served = log.patient[log.event == Event.START].tolist()
    assert [arrived[patient] for patient in served][:5] == [3, 4, 8, 6, 9]
    assert program.steps[0].name == "care"


def preemption(rule: str, low: list[int], high: list[int], *, needs: int, nurses: int = 2) -> tuple[Program, EventLog]:
    """Patients of low priority who need one nurse, and of high priority who interrupt them; service 10."""
    ways = {
        "low": [{"usual": {"staff": "nurse", "time": "10 min", "interrupted": rule}}, LEAVE],
        "high": [{"urgent": {"staff": {"nurse": needs}, "time": "10 min", "preempts": True}}, LEAVE],
    }
    patients = {
        "high": comes("high", **at(*high)) | {"priority": 1},
        "low": comes("low", **at(*low)) | {"priority": 2},
    }
    staff = {"nurse": {"on_duty": nurses}}
    return played(hospital(60, patients=patients, staff=staff, pathways=ways))


@pytest.mark.parametrize(("rule", "end", "in_all"), [("resume", 30, 10), ("restart", 35, 15)])
def test_the_urgent_interrupt_as_in_simmer(rule: str, end: int, in_all: int) -> None:
    """Two of low priority at 0, two of high priority who need both nurses at 2 and 15.

    simmer tests/testthat/test-simmer-resource-preemption.R, "tasks are NOT restarted" and "tasks are restarted".
    """
    program, log = preemption(rule, [0, 0], [2, 15], needs=2)
    assert ends(program, log, "usual") == [end, end]
    assert ends(program, log, "urgent") == [12, 25]
    assert worked(program, log, "usual") == [in_all, in_all]
    assert worked(program, log, "urgent") == [10, 10]


def test_who_started_last_is_interrupted_first_as_in_simmer() -> None:
    """Low priority at 0 and 1, high at 2 and 3, one nurse each, started anew: ends 22, 23, 12, 13.

    simmer tests/testthat/test-simmer-resource-preemption.R, "tasks are preempted in a LIFO basis".
    """
    program, log = preemption("restart", [0, 1], [2, 3], needs=1)
    assert ends(program, log, "usual") == [22, 23]
    assert ends(program, log, "urgent") == [12, 13]
    assert worked(program, log, "usual") == [13, 11]


def test_nobody_is_interrupted_without_need_as_in_simmer() -> None:
    """Ten nurses, five of low priority at 0, one who needs seven at 1: two are interrupted, and go on at 10.

    simmer tests/testthat/test-simmer-resource-preemption.R, "preemption works in non-saturated multi-server resources".
    """
    program, log = preemption("resume", [0, 0, 0, 0, 0], [1], needs=7, nurses=10)
    assert sorted(ends(program, log, "usual")) == [10, 10, 10, 19, 19]
    assert ends(program, log, "urgent") == [11]
    assert worked(program, log, "usual") == [10, 10, 10, 10, 10]


# ---------------------------------------------------------------- waiting in vain, full systems, ties


def test_who_waits_behind_another_gives_up_as_in_simmer() -> None:
    """Two arrive at 0, service 2, patience 1: one ends at 2, the other leaves at 1.

    simmer tests/testthat/test-trajectory-renege.R, "an enqueued arrival reneges".
    """
    step = {"staff": "nurse", "time": "2 min", "gives_up_after": "1 min", "then": "left_before_seen"}
    program, log = played(hospital(10, patients={"p": comes(**at(0, 0))}, **clinic(step)))
    assert moments(log, Event.RENEGE) == [1]
    assert ends(program, log, "care") == [2]


def test_a_full_system_turns_patients_away_as_in_ciw() -> None:
    """Arrivals every 0.8 and every 1, each with a server of their own, service 5.1, five places in all.

    ciw tests/test_simulation.py::test_system_capacity.
    """
    ways = {
        name: [
            {"enter": {"ward": "system", "if_none_free": "refused"}},
            {f"service of {name}": {"staff": name, "time": "5.1 min"}},
            LEAVE,
        ]
        for name in ("one", "two")
    }
    patients = {"one": comes("one", **every(0.8)), "two": comes("two", **every(1))}
    staff = {"one": {"on_duty": 1}, "two": {"on_duty": 1}}
    scenario = hospital(22, patients=patients, staff=staff, wards={"system": {"beds": 5}}, pathways=ways)
    program, log = played(scenario)
    assert moments(log, Event.PLACE)[:9] == [0.8, 1.0, 1.6, 2.0, 2.4, 6.0, 6.4, 11.0, 11.2]
    assert moments(log, Event.REFUSE)[:10] == [3.0, 3.2, 4.0, 4.0, 4.8, 5.0, 5.6, 7.0, 7.2, 8.0]
    assert moments(log, Event.START)[:8] == [0.8, 1.0, 5.9, 6.1, 11.0, 11.2, 16.1, 16.3]
    assert moments(log, Event.END) == [5.9, 6.1, 11.0, 11.2, 16.1, 16.3, 21.2, 21.4]
    assert program.resources == ("one", "system", "two")


def test_simultaneous_events_have_one_order_where_ciw_has_two() -> None:
    """Arrivals every 10, two servers, service 5, everybody starts again: at 30 two end and one comes.

    ciw tests/test_simulation.py::test_simultaneous_events_example, in which by chance two or three have been served by
    36. Here departures come first, and of those who ask in one instant the one who came to the hospital first goes
    first: the third patient begins at 35, before the second, and nobody but the first two has been served.
    """
    way = [{"care": {"staff": "nurse", "time": "5 min"}}, {"go": "way"}]
    scenario = hospital(36, patients={"p": comes(**every(10))}, staff={"nurse": {"on_duty": 2}}, pathways={"way": way})
    program, log = played(scenario)
    served = log.event == Event.END
    assert set(log.patient[served].tolist()) == {0, 1}
    assert moments(log, Event.END) == [15, 20, 25, 25, 30, 30, 35, 35]
    at_35 = (log.event == Event.START) & (log.time_ms == 35 * clock.MINUTE)
    assert sorted(log.patient[at_35].tolist()) == [0, 2]
    again = run(program, draw_fates(scenario, 2, 0))
    assert again.digest() == log.digest()
