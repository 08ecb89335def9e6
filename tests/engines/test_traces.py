"""Runs that can be worked out by hand; those of ciw and simmer are files in `validation/traces`."""

import pytest

from sim.engine.eventlog import Event
from sim.engine.reference import EndlessInstantError
from tests.engines.stories import at, comes, every, hospital, moments, simulate, story

SERVED = {"staff": "nurse", "time": "21 min"}
LEAVE = {"leave": "discharged"}


def clinic(step: dict, **staff: object) -> dict:
    return {"staff": {"nurse": staff or {"on_duty": 1}}, "pathways": {"way": [{"care": step}, LEAVE]}}


def test_who_is_with_a_patient_when_a_shift_ends_finishes_first() -> None:
    """Arrivals 1, 1, 1, 9, 9, 12; staff 3 to minute 7, 2 to 11, 1 to 20.

    At 8 one is free again of the two that remain (d at 9); e waits for the one who ends at 10. From 11 there is one:
    d's leaves at 13, so that f waits for e's at 15. (ciw brings fresh staff at every shift change instead.)
    """
    roster = {
        "a": {"from": "00:00", "to": "00:07", "on_duty": 3},
        "b": {"from": "00:07", "to": "00:11", "on_duty": 2},
        "c": {"from": "00:11", "to": "00:20", "on_duty": 1},
    }
    lengths = {"a": 5, "b": 7, "c": 9, "d": 4, "e": 5, "f": 5}
    times = {"by": "who", **{name: f"{minutes} min" for name, minutes in lengths.items()}}
    patients = {
        name: comes(**at(minute)) | {"attributes": {"who": {name: "rest"}}}
        for name, minute in zip(lengths, (1, 1, 1, 9, 9, 12), strict=True)
    }
    scenario = hospital(30, patients=patients, **clinic({"staff": "nurse", "time": times}, roster=roster))
    _, log = simulate(scenario)
    assert moments(log, Event.START) == [1, 1, 1, 9, 10, 15]
    assert moments(log, Event.END) == [6, 8, 10, 13, 15, 20]


def test_a_patient_without_a_bed_keeps_the_place_they_are_in() -> None:
    """One cubicle, one bed of three hours: the second patient blocks the cubicle, the third waits outside."""
    pathway = [
        {"enter": "cubicle"},
        {"stay": {"name": "care", "time": "10 min"}},
        {"enter": "bed"},
        {"stay": "180 min"},
        LEAVE,
    ]
    wards = {"cubicle": {"beds": 1, "kind": "ed"}, "bed": {"beds": 1}}
    scenario = hospital(400, patients={"p": comes(**at(0, 5, 6))}, wards=wards, pathways={"way": pathway})
    program, log = simulate(scenario)
    assert story(program, log, 1) == [
        (5, "arrive", ""),
        (5, "queue", "cubicle"),
        (10, "place", "cubicle"),
        (10, "start", "care"),
        (20, "end", "care"),
        (20, "queue", "bed"),
        (190, "place", "bed"),
        (190, "vacate", "cubicle"),
        (190, "start", "stay"),
        (370, "end", "stay"),
        (370, "vacate", "bed"),
        (370, "leave", "leave"),
    ]
    assert (190, "place", "cubicle") in story(program, log, 2)


def test_a_bed_is_cleaned_before_the_next_patient() -> None:
    wards = {"bed": {"beds": 1, "turnaround": "30 min"}}
    pathways = {"way": [{"enter": "bed"}, {"stay": "60 min"}, LEAVE]}
    program, log = simulate(hospital(200, patients={"p": comes(**at(0, 10))}, wards=wards, pathways=pathways))
    assert moments(log, Event.PLACE) == [0, 90]
    assert moments(log, Event.READY) == [90, 180]
    assert program.resources == ("bed",)


def test_outliers_go_elsewhere_after_a_wait_and_stay_longer_there() -> None:
    wards = {
        "own": {"beds": 1, "if_full": [{"after": "20 min", "use": "other", "stay": "x 1.5"}]},
        "other": {"beds": 1},
    }
    pathways = {"way": [{"enter": "own"}, {"stay": "100 min"}, LEAVE]}
    program, log = simulate(hospital(300, patients={"p": comes(**at(0, 10))}, wards=wards, pathways=pathways))
    assert story(program, log, 1)[2:] == [
        (30, "place", "other"),
        (30, "start", "stay"),
        (180, "end", "stay"),
        (180, "vacate", "other"),
        (180, "leave", "leave"),
    ]


def test_the_more_urgent_go_first_and_equals_in_turn() -> None:
    patients = {
        "green": comes(**at(1, 3)) | {"priority": 2},
        "red": comes(**at(2, 4)) | {"priority": 1},
        "first": comes(**at(0)) | {"priority": 2},
    }
    program, log = simulate(hospital(100, patients=patients, **clinic({"staff": "nurse", "time": "10 min"})))
    order = [int(patient) for patient, event in zip(log.patient, log.event, strict=True) if event == Event.START]
    assert order == [0, 2, 4, 1, 3]
    assert moments(log, Event.START) == [0, 10, 20, 30, 40]
    assert program.steps[0].name == "care"


def test_a_unit_that_is_free_in_the_instant_of_the_deadline_wins() -> None:
    step = {"staff": "nurse", "time": "10 min", "gives_up_after": "9 min", "then": "left_before_seen"}
    _, log = simulate(hospital(100, patients={"p": comes(**at(0, 1))}, **clinic(step)))
    assert moments(log, Event.START) == [0, 10]
    assert moments(log, Event.RENEGE) == []


def test_a_step_that_needs_two_people_waits_for_both_at_once() -> None:
    """A doctor alone is free at 5, but the nurse only at 20; the doctor serves the one behind in between."""
    pathways = {
        "nurse_only": [{"bandage": {"staff": "nurse", "time": "20 min"}}, LEAVE],
        "both": [{"plaster": {"staff": ["nurse", "doctor"], "time": "10 min"}}, LEAVE],
        "doctor_only": [{"talk": {"staff": "doctor", "time": "5 min"}}, LEAVE],
    }
    patients = {
        "a": comes("nurse_only", **at(0)),
        "b": comes("both", **at(1)),
        "c": comes("doctor_only", **at(2)),
    }
    staff = {"nurse": {"on_duty": 1}, "doctor": {"on_duty": 1}}
    program, log = simulate(hospital(60, patients=patients, staff=staff, pathways=pathways))
    assert moments(log, Event.START, program, "doctor") == [2, 20]
    assert moments(log, Event.START, program, "nurse") == [0, 20]


def test_nobody_overtakes_at_a_strict_resource() -> None:
    pathways = {
        "nurse_only": [{"bandage": {"staff": "nurse", "time": "20 min"}}, LEAVE],
        "both": [{"plaster": {"staff": ["nurse", "doctor"], "time": "10 min"}}, LEAVE],
        "doctor_only": [{"talk": {"staff": "doctor", "time": "5 min"}}, LEAVE],
    }
    patients = {
        "a": comes("nurse_only", **at(0)),
        "b": comes("both", **at(1)),
        "c": comes("doctor_only", **at(2)),
    }
    staff = {"nurse": {"on_duty": 1}, "doctor": {"on_duty": 1, "strict": True}}
    program, log = simulate(hospital(60, patients=patients, staff=staff, pathways=pathways))
    assert moments(log, Event.START, program, "doctor") == [20, 30]


def test_the_next_round_of_the_calendar_is_waited_for() -> None:
    pathways = {"way": [{"wait until": {"all": ["00:30", "01:00"]}}, LEAVE]}
    _, log = simulate(hospital(100, patients={"p": comes(**at(10, 30, 31))}, pathways=pathways))
    assert moments(log, Event.LEAVE) == [30, 30, 60]


def test_beds_that_close_are_drained_and_never_refilled() -> None:
    wards = {"bed": {"beds": 2, "also": {"shut": {"beds": -1, "from": "00:10", "to": "00:00"}}}}
    pathways = {"way": [{"enter": "bed"}, {"stay": "60 min"}, LEAVE]}
    _, log = simulate(hospital(300, patients={"p": comes(**at(0, 1, 2))}, wards=wards, pathways=pathways))
    assert moments(log, Event.PLACE) == [0, 1, 61]


def test_patients_who_go_round_without_time_stop_the_run_with_the_names() -> None:
    pathways = {"way": [{"care": {"staff": "nurse", "time": "0 min"}}, {"go": "way"}]}
    scenario = hospital(10, patients={"p": comes(**at(1))}, staff={"nurse": {"on_duty": 1}}, pathways=pathways)
    with pytest.raises(EndlessInstantError, match="way/care"):
        simulate(scenario)


def test_the_program_holds_arrays_and_names_only() -> None:
    program, _ = simulate(hospital(51, patients={"p": comes(**every(5))}, **clinic(SERVED)))
    import dataclasses

    import numpy as np

    for part in (program, program.instructions):
        for field in dataclasses.fields(part):
            value = getattr(part, field.name)
            assert not callable(value)
            if isinstance(value, np.ndarray):
                assert value.dtype.kind in "if"
