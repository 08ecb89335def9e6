"""Bugs of other simulators, each as a few patients whose story can be told by hand; the docstrings name them.

Seeds that collide, patience that shrinks with the stay, and hourly arrivals by a wrong thinning are in
`tests/properties/test_demand.py`; priorities against theory are in `tests/theory`.
"""

from typing import Any

import numpy as np
import pytest

from sim import clock
from sim.engine.eventlog import Event, EventLog
from sim.engine.program import Program
from sim.engine.reference import EndlessInstantError, KnotError
from tests.engines.stories import Story, at, comes, every, hospital, moments, simulate, story

LEAVE = {"leave": "discharged"}
GIVES_UP = {"gives_up_after": "5 min", "then": "left_before_seen"}


def care(minutes: float, *, staff: Any = "nurse", **rules: Any) -> dict[str, Any]:
    return {"care": {"staff": staff, "time": f"{minutes} min", **rules}}


def nurses(*steps: Any, arrive: dict[str, Any], on_duty: int = 1, roster: Any = None, minutes: float = 600) -> Any:
    """Runs a clinic with one class of patients and one kind of staff."""
    staff = {"roster": roster} if roster else {"on_duty": on_duty}
    parts = {"patients": {"p": comes(**arrive)}, "staff": {"nurse": staff}, "pathways": {"way": [*steps, LEAVE]}}
    return simulate(hospital(minutes, **parts))


def beds(number: int, *steps: Any, arrive: dict[str, Any], minutes: float = 600, **ward: Any) -> Any:
    """Runs a ward with one class of patients."""
    parts = {"patients": {"p": comes(**arrive)}, "pathways": {"way": [*steps, LEAVE]}}
    return simulate(hospital(minutes, wards={"ward": {"beds": number, **ward}}, **parts))


def told(program: Program, log: EventLog, patient: int) -> list[tuple[float, str]]:
    return [(minute, event) for minute, event, _ in story(program, log, patient)]


def last(program: Program, log: EventLog, patient: int) -> tuple[float, str, str]:
    found: Story = story(program, log, patient)
    return found[-1]


# ---------------------------------------------------------------- giving up


def test_who_gave_up_does_not_get_the_bed_later() -> None:
    """K12, K13 (SimPy: a request that is abandoned but not cancelled takes the bed when its turn comes)."""
    stays = [{"enter": {"ward": "ward", **GIVES_UP}}, {"stay": "30 min"}]
    program, log = beds(1, *stays, arrive=at(0, 1, 28))
    assert last(program, log, 1) == (6, "leave", "enter ward: left_before_seen")
    assert moments(log, Event.PLACE) == [0, 30]
    assert (30, "place", "ward") in story(program, log, 2)


def test_giving_up_in_the_very_instant_of_the_grant_keeps_no_nurse_for_ever() -> None:
    """K14 (SimPy: who gives up in the instant in which the unit is granted holds it until the end)."""
    program, log = nurses(care(5, **GIVES_UP), arrive=at(0, 0, 5, 10))
    assert moments(log, Event.START) == [0, 5, 10, 15]
    assert moments(log, Event.END) == [5, 10, 15, 20]
    assert moments(log, Event.RENEGE) == []
    assert last(program, log, 1) == (10, "leave", "leave")


def test_who_gives_up_waiting_for_two_leaves_no_ghost_at_either() -> None:
    """K15 (SimPy: who is thrown out while queueing for a second resource stays in that queue)."""
    pathways = {
        "both": [care(10, staff=["nurse", "doctor"], **GIVES_UP), LEAVE],
        "doctor": [{"talk": {"staff": "doctor", "time": "60 min"}}, LEAVE],
        "nurse": [{"bandage": {"staff": "nurse", "time": "10 min"}}, LEAVE],
    }
    patients = {"a": comes("doctor", **at(0)), "b": comes("both", **at(1)), "c": comes("nurse", **at(2, 50, 70))}
    patients["d"] = comes("doctor", **at(61))
    staff = {"nurse": {"on_duty": 1}, "doctor": {"on_duty": 1}}
    program, log = simulate(hospital(300, patients=patients, staff=staff, pathways=pathways))
    assert moments(log, Event.RENEGE) == [6]
    assert moments(log, Event.START, program, "nurse") == [2, 50, 70]
    assert moments(log, Event.START, program, "doctor") == [0, 61]


def test_a_freed_bed_is_not_swallowed_by_those_who_gave_up() -> None:
    """K17 (SimPy: an abandoned `Store.get` takes the next item and loses it)."""
    stays = [{"enter": {"ward": "ward", **GIVES_UP}}, {"stay": "30 min"}]
    _, log = beds(1, *stays, arrive=at(0, 1, 2, 3, 29, 58))
    assert moments(log, Event.RENEGE) == [6, 7, 8]
    assert moments(log, Event.PLACE) == [0, 30, 60]


def test_who_gave_up_may_ask_for_the_same_nurse_again() -> None:
    """K28 (simmer: a reneging arrival cannot seize the same resource, or releases it twice)."""
    pathways = {
        "way": [care(30, gives_up_after="5 min", then="coffee"), LEAVE],
        "coffee": [{"coffee": {"time": "10 min"}}, {"second try": {"staff": "nurse", "time": "7 min"}}, LEAVE],
    }
    parts = {"patients": {"p": comes(**at(0, 1))}, "staff": {"nurse": {"on_duty": 1}}, "pathways": pathways}
    program, log = simulate(hospital(100, **parts))
    assert [(minute, event) for minute, event, what in story(program, log, 1) if what in ("nurse", "leave")] == [
        (1, "queue"),
        (6, "renege"),
        (16, "queue"),
        (30, "start"),
        (37, "end"),
        (37, "leave"),
    ]
    assert moments(log, Event.END, program, "nurse") == [30, 37]


# ---------------------------------------------------------------- giving back


def test_a_bed_is_given_back_once_however_often_the_patient_vacates() -> None:
    """K18 (SimPy: releasing twice is silent, and capacity grows)."""
    steps = [{"enter": "ward"}, {"stay": "30 min"}, "vacate", {"walk": {"time": "5 min"}}, "vacate"]
    _, log = beds(1, *steps, arrive=at(0, 1, 2))
    assert moments(log, Event.VACATE) == [30, 60, 90]
    assert moments(log, Event.PLACE) == [0, 30, 60]


def test_who_moves_within_a_ward_has_one_bed_afterwards() -> None:
    """What SimPy's requests make easy to get wrong: the new bed is taken before the old one is given up."""
    steps = [{"enter": "ward"}, {"stay": "30 min"}, {"enter": {"ward": "ward", "name": "window bed"}}]
    _, log = beds(2, *steps, {"stay": {"name": "on", "time": "30 min"}}, arrive=at(0, 40, 200))
    assert moments(log, Event.PLACE) == [0, 30, 40, 70, 200, 230]
    assert moments(log, Event.VACATE) == [30, 60, 70, 100, 230, 260]


def test_a_patient_who_boards_is_in_one_place_at_a_time() -> None:
    """Generic: boarding patients counted in two wards."""
    wards = {"ed": {"beds": 2, "kind": "ed"}, "ward": {"beds": 1}}
    way = [{"enter": "ed"}, {"stay": {"name": "seen", "time": "10 min"}}, {"enter": "ward"}, {"stay": "60 min"}, LEAVE]
    parts = {"patients": {"p": comes(**at(0, 0))}, "wards": wards, "pathways": {"way": way}}
    program, log = simulate(hospital(300, **parts))
    boards = [(minute, event, what) for minute, event, what in story(program, log, 1) if what in ("ed", "ward")]
    assert boards == [
        (0, "queue", "ed"),
        (0, "place", "ed"),
        (10, "queue", "ward"),
        (70, "place", "ward"),
        (70, "vacate", "ed"),
        (130, "vacate", "ward"),
    ]


# ---------------------------------------------------------------- capacity


def test_more_nurses_wake_everybody_they_can_serve() -> None:
    """K19 (SimPy: a raised `_capacity` wakes nobody, or only the first who waits)."""
    roster = {"late": {"from": "01:00", "to": "24:00", "on_duty": 3}}
    _, log = nurses(care(10), arrive=at(0, 1, 2, 3), roster=roster)
    assert moments(log, Event.START) == [60, 60, 60, 70]


def test_capacity_may_jump_far_at_once() -> None:
    """K26 (simmer #4: a jump from 20 to 39 gave negative durations)."""
    roster = {"all": {"on_duty": 20}, "more": {"from": "01:00", "to": "24:00", "on_duty": 19}}
    arrive = {"scheduled": {"all": {"at": "00:30", "patients": 60}}}
    _, log = nurses(care(45), arrive=arrive, roster=roster)
    assert moments(log, Event.START) == [30] * 20 + [60] * 19 + [75] * 20 + [105]


def test_nobody_is_served_by_nobody() -> None:
    """K42 (ciw #26: a shift without staff crashes; 3.0.2: so does a shift change as the very first event)."""
    roster = {"day": {"from": "08:00", "to": "10:00", "on_duty": 1, "until": "2026-01-05"}}
    program, log = nurses(care(90), arrive=at(0, 1, 2), roster=roster, minutes=2 * 24 * 60)
    assert moments(log, Event.CAPACITY) == [0, 480, 600]
    assert moments(log, Event.START) == [480, 570]
    assert moments(log, Event.END) == [570, 660]
    assert last(program, log, 2) == (2, "queue", "nurse")


def test_a_shift_that_ends_throws_nobody_out() -> None:
    """K29, K39 (simmer #246: the wrong victims when capacity drops; ciw 1.1.6: interrupted patients stay blocked).

    Of three nurses two go at 10; all patients are treated to the end, and the one who stays is the first who is free.
    """
    roster = {"base": {"on_duty": 1}, "early": {"from": "00:00", "to": "00:10", "on_duty": 2, "until": "2026-01-05"}}
    _, log = nurses(care(20), arrive=at(0, 1, 2, 3), roster=roster)
    assert moments(log, Event.END) == [20, 21, 22, 42]
    assert moments(log, Event.START) == [0, 1, 2, 22]


def test_units_that_go_and_come_back_are_not_counted_twice() -> None:
    """K34, K38: a bed that is closed while somebody lies in it, and opened again before they leave."""
    closed = {"also": {"lunch": {"beds": -1, "from": "00:10", "to": "00:20"}}}
    _, log = beds(1, {"enter": "ward"}, {"stay": "60 min"}, arrive=at(0, 1, 2), **closed)
    assert moments(log, Event.PLACE) == [0, 60, 120]


def test_closing_more_beds_than_there_are_leaves_none_and_owes_none() -> None:
    closed = {"also": {"flood": {"beds": -9, "from": "00:00", "to": "01:00"}}}
    program, log = beds(2, {"enter": "ward"}, {"stay": "60 min"}, arrive=at(0, 1, 2), **closed)
    assert log.quantity[log.event == Event.CAPACITY].tolist() == [0, 2]
    assert moments(log, Event.PLACE) == [60, 60, 120]
    assert program.resources == ("ward",)


# ---------------------------------------------------------------- order


def test_equals_are_served_in_turn_however_long_it_takes() -> None:
    """K43 (ciw #200: a later patient goes first); SimPy's ties by priority are in turn as well: a guard."""
    _, log = nurses(care(7), arrive={"scheduled": {"all": {"at": "00:00", "patients": 40}}})
    order = log.patient[log.event == Event.START].tolist()
    assert order == sorted(order)
    assert len(order) == 40


def test_a_small_request_may_overtake_a_large_one_only_where_that_is_allowed() -> None:
    """K27 (simmer #116: a seize jumps the queue when it fits): declared here, by `strict`."""
    pathways = {"two": [{"lift": {"staff": {"nurse": 2}, "time": "10 min"}}, LEAVE], "one": [care(10), LEAVE]}
    patients = {"a": comes("one", **at(0)), "b": comes("two", **at(1)), "c": comes("one", **at(2))}
    for strict, starts in ((False, [0, 2, 12, 12]), (True, [0, 10, 10, 20])):
        staff = {"nurse": {"on_duty": 2, "strict": strict}}
        program, log = simulate(hospital(100, patients=patients, staff=staff, pathways=pathways))
        units = np.repeat(moments(log, Event.START, program, "nurse"), log.quantity[log.event == Event.START])
        assert units.tolist() == starts


def test_nobody_overtakes_at_a_strict_resource_when_something_else_is_freed() -> None:
    """The doctor is strict and free; b waits for a doctor and the scanner, c behind for a doctor and the nurse."""
    pathways = {
        "scan": [{"scan only": {"equipment": "scanner", "time": "100 min"}}, LEAVE],
        "bandage": [{"bandage": {"staff": "nurse", "time": "50 min"}}, LEAVE],
        "scan with doctor": [{"look": {"staff": "doctor", "equipment": "scanner", "time": "10 min"}}, LEAVE],
        "bandage with doctor": [{"sew": {"staff": ["doctor", "nurse"], "time": "10 min"}}, LEAVE],
    }
    patients = {
        "a": comes("scan", **at(0)),
        "a2": comes("bandage", **at(0)),
        "b": comes("scan with doctor", **at(1)),
        "c": comes("bandage with doctor", **at(2)),
    }
    parts = {"staff": {"doctor": {"on_duty": 1, "strict": True}, "nurse": {"on_duty": 1}}}
    scanner = {"scanner": {"units": 1}}
    program, log = simulate(hospital(300, patients=patients, pathways=pathways, equipment=scanner, **parts))
    assert moments(log, Event.START, program, "doctor") == [100, 110]


def test_when_the_first_at_a_strict_resource_gives_up_the_next_goes_at_once() -> None:
    pathways = {
        "scan": [{"scan only": {"equipment": "scanner", "time": "100 min"}}, LEAVE],
        "both": [{"look": {"staff": "doctor", "equipment": "scanner", "time": "10 min", **GIVES_UP}}, LEAVE],
        "talk": [{"talk": {"staff": "doctor", "time": "10 min"}}, LEAVE],
    }
    patients = {"a": comes("scan", **at(0)), "b": comes("both", **at(1)), "c": comes("talk", **at(2))}
    parts = {"staff": {"doctor": {"on_duty": 1, "strict": True}}, "equipment": {"scanner": {"units": 1}}}
    program, log = simulate(hospital(300, patients=patients, pathways=pathways, **parts))
    assert moments(log, Event.RENEGE) == [6]
    assert moments(log, Event.START, program, "doctor") == [6]


def test_a_patient_who_is_put_first_at_a_step_is_served_and_leaves() -> None:
    """K3 (a promoted patient can never leave: waits of 83 days), K37 (changing priority alters the queue)."""
    way = [care(10), {"papers": {"staff": "nurse", "time": "10 min", "priority": 1}}, LEAVE]
    patients = {"p": comes(**at(0, 1, 2)) | {"priority": 3}}
    parts = {"staff": {"nurse": {"on_duty": 1}}, "pathways": {"way": way}}
    _, log = simulate(hospital(100, patients=patients, **parts))
    assert moments(log, Event.LEAVE) == [20, 40, 60]


def test_of_two_who_are_ready_at_once_the_one_who_was_blocked_first_moves_first() -> None:
    """K40 (ciw 2.3.1: simultaneous finishes pick a blocked customer at random)."""
    wards = {"ed": {"beds": 3}, "ward": {"beds": 1}}
    stay = {"by": "who", "a": "10 min", "b": "20 min", "c": "20 min", "rest": "1 min"}
    pathways = {
        "way": [{"enter": "ed"}, {"stay": {"name": "seen", "time": stay}}, {"enter": "ward"}, {"stay": "40 min"}, LEAVE]
    }
    patients = {
        name: comes(**at(minute)) | {"attributes": {"who": {name: "rest"}}}
        for name, minute in (("a", 0), ("b", 1), ("c", 0), ("d", 30))
    }  # fmt: skip
    program, log = simulate(hospital(400, patients=patients, wards=wards, pathways=pathways))
    rows = np.flatnonzero((log.event == Event.PLACE) & (log.resource == program.resources.index("ward")))
    assert [told(program, log, patient)[0][0] for patient in log.patient[rows].tolist()] == [0, 0, 1, 30]
    assert (log.time_ms[rows] / clock.MINUTE).tolist() == [10, 50, 90, 130]


# ---------------------------------------------------------------- time


def test_what_ends_at_the_end_of_the_run_is_not_in_the_log() -> None:
    """K20 (SimPy: events at exactly `until` are not run): the end is not part of the run, on purpose."""
    program, log = nurses(care(10), arrive=at(0, 10, 30), minutes=30)
    assert moments(log, Event.END) == [10, 20]
    assert moments(log, Event.ARRIVE) == [0, 10]
    _, longer = nurses(care(10), arrive=at(0, 10, 30), minutes=30.001)
    assert moments(longer, Event.ARRIVE) == [0, 10, 30]
    assert last(program, log, 1) == (20, "leave", "leave")


def test_ten_thousand_tenths_of_a_second_are_a_thousand_seconds() -> None:
    """K24 (floats: steps of 0.1 drift)."""
    scenario = hospital(
        20,
        patients={"p": comes(gaps="0.1 s")},
        staff={"nurse": {"on_duty": 1}},
        pathways={"way": [{"care": {"staff": "nurse", "time": "0.1 s"}}, LEAVE]},
    )
    _, log = simulate(scenario)
    ends = log.time_ms[log.event == Event.END]
    assert ends.tolist() == [100 * number for number in range(2, 2 + len(ends))]
    assert len(ends) == 11_998


def test_patients_who_go_round_without_time_are_named() -> None:
    """K23 (a loop without time never returns)."""
    pathways = {"way": [{"enter": {"ward": "ward", "if_none_free": "way"}}, {"stay": "60 min"}, LEAVE]}
    parts = {"patients": {"p": comes(**at(0, 1))}, "wards": {"ward": {"beds": 1}}, "pathways": pathways}
    with pytest.raises(EndlessInstantError, match="way/enter ward"):
        simulate(hospital(100, **parts))


def two_who_want_each_others_bed(**run: str) -> tuple[Program, EventLog]:
    wards = {"north": {"beds": 1}, "south": {"beds": 1}, "day": {"beds": 1}}
    pathways = {
        "down": [{"enter": "north"}, {"stay": "10 min"}, {"enter": "south"}, LEAVE],
        "up": [{"enter": "south"}, {"stay": "10 min"}, {"enter": "north"}, LEAVE],
        "day": [{"enter": "day"}, {"stay": "10 min"}, LEAVE],
    }
    patients = {"a": comes("down", **at(0)), "b": comes("up", **at(0)), "c": comes("day", **every(60))}
    settings = {"run": {"length": "1 d", **run}}
    return simulate(hospital(24 * 60, patients=patients, wards=wards, pathways=pathways, **settings))


def test_two_patients_who_wait_for_each_others_bed_do_not_hang_the_run() -> None:
    """K22 (SimPy: a deadlock is silent and `run()` returns early): the run stops and says who waits for what."""
    with pytest.raises(KnotError, match=r"a 0 in north waits for south; b 1 in south waits for north"):
        two_who_want_each_others_bed()


def test_two_patients_who_wait_for_each_others_bed_swap_if_that_is_declared() -> None:
    program, log = two_who_want_each_others_bed(knots="swap")
    assert story(program, log, 0)[-5:] == [
        (10, "queue", "south"),
        (10, "place", "south"),
        (10, "vacate", "north"),
        (10, "vacate", "south"),
        (10, "leave", "leave"),
    ]
    assert len(moments(log, Event.LEAVE)) == 25


def test_a_patient_who_comes_to_a_step_twice_has_two_visits_with_times_of_their_own() -> None:
    """K7 (only the last of several visits is kept), K29 (simmer #67: times are not reset on a revisit)."""
    pathways = {
        "way": [{"care": {"staff": "nurse", "time": {"uniform": {"low": "5 min", "high": "50 min"}}}}, {"go": "home"}],
        "home": [{"rest": {"time": "60 min"}}, {"go": "way"}],
    }
    parts = {"patients": {"p": comes(**at(0))}, "staff": {"nurse": {"on_duty": 1}}, "pathways": pathways}
    program, log = simulate(hospital(24 * 60, **parts))
    starts, ends = (np.array(moments(log, event, program, "nurse")) for event in (Event.START, Event.END))
    lengths = ends - starts[: len(ends)]
    assert len(lengths) > 10
    assert len(set(lengths.tolist())) == len(lengths)
    assert 5 <= lengths.min() <= lengths.max() <= 50


def test_those_who_are_still_there_at_the_end_are_in_the_log() -> None:
    """K29 (simmer #73, #177: arrivals that have not finished are not reported)."""
    program, log = nurses(care(50), arrive=at(0, 10, 20), minutes=60)
    assert [last(program, log, patient)[:2] for patient in (0, 1, 2)] == [(50, "leave"), (50, "start"), (20, "queue")]


def test_a_stay_begins_in_the_bed_and_not_in_the_queue() -> None:
    """Generic: lengths of stay that include the wait."""
    program, log = beds(1, {"enter": "ward"}, {"stay": "60 min"}, arrive=at(0, 1))
    assert told(program, log, 1) == [
        (1, "arrive"),
        (1, "queue"),
        (60, "place"),
        (60, "start"),
        (120, "end"),
        (120, "vacate"),
        (120, "leave"),
    ]


def test_a_patient_needs_the_same_stay_in_an_empty_and_in_a_crowded_ward() -> None:
    """Generic: a stay drawn after the queue belongs to whoever comes first, and plans cannot be compared."""
    stay = {"stay": {"lognormal": {"mean": "60 min", "sd": "60 min"}}}

    def stays(number: int) -> dict[int, float]:
        _, log = beds(number, {"enter": "ward"}, stay, arrive={"rate": "24 per day"}, minutes=7 * 24 * 60)
        ends = {int(log.patient[row]): log.time_ms[row] for row in np.flatnonzero(log.event == Event.END)}
        starts = {int(log.patient[row]): log.time_ms[row] for row in np.flatnonzero(log.event == Event.START)}
        return {patient: float(ends[patient] - starts[patient]) for patient in ends}

    crowded, empty = stays(1), stays(50)
    assert len(crowded) > 100
    assert all(empty[patient] == length for patient, length in crowded.items())


# ---------------------------------------------------------------- numbers


def test_more_than_750_patients_a_day_come_when_they_are_declared() -> None:
    """K36 (salabim: a Poisson number with a mean above 750 was always 2)."""
    scenario = hospital(24 * 60, patients={"p": comes(rate="2000 per day")}, pathways={"way": [LEAVE]})
    assert abs(len(simulate(scenario)[1]) / 2 - 2000) < 5 * 2000**0.5


def test_a_cycle_whose_last_hour_is_empty_does_not_begin_early() -> None:
    """K41 (ciw 3.2.5: a cycle of hourly rates restarts early if the last rate is 0)."""
    by_hour = [1.0] * 6 + [0.0] * 18
    arrive = {"rate": "100 per day", "by_hour": by_hour}
    scenario = hospital(10 * 24 * 60, patients={"p": comes(**arrive)}, pathways={"way": [LEAVE]})
    hours = np.array(moments(simulate(scenario)[1], Event.ARRIVE)) // 60 % 24
    assert hours.max() == 5
    assert abs(len(hours) - 1000) < 5 * 1000**0.5


def test_a_bed_that_is_given_up_in_a_round_is_free_in_the_next_one() -> None:
    """At 60 a moves on; b and c wait, so that d, who comes in that instant, finds the queue of two full."""
    entry = {"enter": {"ward": "w", "queue_limit": 2, "if_queue_full": "refused"}}
    pathways = {"way": [entry, {"stay": "60 min"}, {"enter": "v"}, LEAVE]}
    patients = {name: comes(**at(minute)) for name, minute in zip("abcd", (0, 10, 20, 60), strict=True)}
    program, log = simulate(
        hospital(300, patients=patients, wards={"w": {"beds": 1}, "v": {"beds": 3}}, pathways=pathways)
    )
    assert moments(log, Event.BALK) == [60]
    assert moments(log, Event.PLACE, program, "w") == [0, 60, 120]
