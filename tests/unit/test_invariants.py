"""The invariants: a good log keeps them all, and each way of spoiling it is told apart."""

import re
from dataclasses import replace

import numpy as np
import pytest

from sim import clock
from sim.demand.fates import draw_fates
from sim.engine.checking.invariants import RULES, check
from sim.engine.compiling import compile_scenario
from sim.engine.eventlog import NOBODY, Event
from sim.engine.reference import run
from sim.scenario.scenario import Scenario
from tests.builders import Book, Replication, comes, hospital
from tests.small_hospitals import hospital_with_everything

PATHWAY = [
    {"plaster": {"staff": {"nurse": 1, "doctor": 2}, "time": "10 min"}},
    {"enter": "ward"},
    {"rest": {"time": "30 min"}},
    {"enter": {"ward": "home", "name": "go on"}},
    {"talk": {"staff": "nurse", "time": "5 min", "gives_up_after": "1 h", "then": "left_before_seen"}},
    {"leave": "discharged"},
]
FIRST, SECOND, THIRD, FOURTH = range(4)


@pytest.fixture(scope="module")
def good() -> Replication:
    """The first goes the whole way, the second gives up, the third lies in another ward, the fourth waits on."""
    day = {"from": "00:00", "to": "02:00", "on_duty": 2}
    late = {"from": "02:00", "to": "00:00", "on_duty": 1}
    wards = {
        "ward": {"beds": 1, "turnaround": "20 min", "if_full": [{"after": "30 min", "use": "other"}]},
        "other": {"beds": 2},
        "home": {"beds": 5, "kind": "virtual"},
    }
    scenario = hospital(
        "4 h",
        patients={"p": comes()},
        staff={"nurse": {"roster": {"day": day, "late": late}}, "doctor": {"on_duty": 4}},
        wards=wards,
        pathways={"way": PATHWAY},
    )
    book = Book(scenario)
    patients = [book.arrives(minute) for minute in (0, 5, 6, 100)]
    for patient, start in zip(patients[:3], (0, 6, 11), strict=True):
        book.does(patient, "plaster", book.arrivals[patient][0] / clock.MINUTE, start, start + 10)
    book.enters(FIRST, "enter ward", 10, 10)
    book.stays(FIRST, "rest", 10, 40)
    book.enters(FIRST, "go on", 40, 45)
    book.does(FIRST, "talk", 45, 50, 60)
    book.leaves(FIRST, 60)
    book.enters(SECOND, "enter ward", 16, 65)  # clean again
    book.stays(SECOND, "rest", 65, 95)
    book.enters(SECOND, "go on", 95, 95)
    book.turned_away(SECOND, "talk", Event.RENEGE, 95, 155)
    book.leaves(SECOND, 155, "talk: left_before_seen")
    book.enters(THIRD, "enter ward", 21, 51, "other")
    book.stays(THIRD, "rest", 51, 81)
    book.enters(THIRD, "go on", 81, 81)
    book.does(THIRD, "talk", 81, 115, 125)
    book.leaves(THIRD, 125)
    book.does(FOURTH, "plaster", 100, 110, 121)
    book.enters(FOURTH, "enter ward", 121, 121)
    book.stays(FOURTH, "rest", 121, 200)
    book.waits(FOURTH, "go on", 200)
    return book.closed()


def test_a_good_log_breaks_no_rule(good: Replication) -> None:
    assert check(good.program, good.fates, good.log) == ()


@pytest.mark.parametrize("turnaround", ["0 min", "45 min"])
@pytest.mark.parametrize("replication", [0, 1])
def test_what_the_engine_records_breaks_no_rule(replication: int, turnaround: str) -> None:
    declared = hospital_with_everything()
    for ward in declared.get("wards", {}).values():
        ward["turnaround"] = turnaround
    scenario = Scenario.model_validate(declared)
    program, fates = compile_scenario(scenario), draw_fates(scenario, 3, replication)
    assert check(program, fates, run(program, fates)) == ()


def spoil(good: Replication, how: str) -> Replication:
    """A log with one fault."""
    at, log, minute = good.row, good.log, clock.MINUTE
    other, home = good.program.resources.index("other"), good.program.resources.index("home")
    capacity = int(np.flatnonzero((log.event == Event.CAPACITY) & (log.time_ms > 0))[0])
    ready = int(np.flatnonzero(log.event == Event.READY)[0])
    spoilt = {
        "an END is missing": lambda: good.without(at(FIRST, Event.END)),
        "the last END is missing": lambda: good.without(at(FIRST, Event.END, 3)),
        "an END is written twice": lambda: good.twice(at(FIRST, Event.END, 3)),
        "an END gives back another resource": lambda: good.changed(at(FIRST, Event.END), resource=home),
        "an END gives back too little": lambda: good.changed(at(FIRST, Event.END), quantity=1),
        "a START is missing": lambda: good.without(at(FIRST, Event.START)),
        "a START comes later than the rest": lambda: good.changed(at(FIRST, Event.START, 1), time_ms=1),
        "a START takes too much": lambda: good.changed(at(FIRST, Event.START), quantity=3),
        "a PLACE is written twice": lambda: good.twice(at(FIRST, Event.PLACE, 1)),
        "a PLACE is in a ward that nobody named": lambda: good.changed(at(FIRST, Event.PLACE), resource=home),
        "a PLACE is in another ward too early": lambda: good.changed(at(FIRST, Event.PLACE), resource=other),
        "a VACATE is missing": lambda: good.without(at(FIRST, Event.VACATE)),
        "a VACATE gives up another ward": lambda: good.changed(at(FIRST, Event.VACATE), resource=other),
        "a LEAVE is missing": lambda: good.without(at(FIRST, Event.LEAVE)),
        "a LEAVE is written twice": lambda: good.twice(at(FIRST, Event.LEAVE)),
        "a LEAVE has no outcome": lambda: good.changed(at(FIRST, Event.LEAVE), step=0),
        "an ARRIVE is missing": lambda: good.without(at(FIRST, Event.ARRIVE)),
        "an ARRIVE is late": lambda: good.changed(at(FOURTH, Event.ARRIVE), time_ms=100 * minute - 1),
        "a QUEUE is missing": lambda: good.without(at(FIRST, Event.QUEUE)),
        "a QUEUE is never answered": lambda: good.without(at(SECOND, Event.RENEGE)),
        "a QUEUE follows a LEAVE": lambda: good.changed(at(FOURTH, Event.QUEUE, 2), patient=FIRST),
        "a RENEGE becomes a REFUSE": lambda: good.changed(at(SECOND, Event.RENEGE), event=Event.REFUSE),
        "a QUEUE is for another resource": lambda: good.changed(at(FOURTH, Event.QUEUE, 2), resource=other),
        "a RENEGE is at another step": lambda: good.changed(at(SECOND, Event.RENEGE), step=0),
        "a row comes too early": lambda: good.changed(at(FIRST, Event.END, 2), time_ms=9 * minute),
        "a row comes late": lambda: good.changed(at(FOURTH, Event.QUEUE, 2), time_ms=200 * minute + 1),
        "a row comes before the run": lambda: good.changed(0, time_ms=-1),
        "a row comes after the run": lambda: good.changed(len(log) - 1, time_ms=log.horizon_ms),
        "a capacity is wrong": lambda: good.changed(capacity, quantity=3),
        "a capacity is missing": lambda: good.without(capacity),
        "a capacity is too small for what is taken": lambda: good.changed(0, quantity=0),
        "a bed is ready too early": lambda: good.changed(ready, time_ms=int(log.time_ms[ready]) - 1),
        "a bed is never ready": lambda: good.without(ready),
        "a row concerns nobody": lambda: good.changed(at(FIRST, Event.LEAVE), patient=NOBODY),
        "a row concerns somebody unknown": lambda: good.changed(at(FIRST, Event.LEAVE), patient=4),
        "a row has an unknown step": lambda: good.changed(at(FIRST, Event.LEAVE), step=99),
        "the rows of two patients are exchanged": lambda: good.changed(at(FIRST, Event.QUEUE, 2), patient=THIRD),
        "the times are not whole": lambda: replace(good, log=replace(log, time_ms=log.time_ms.astype(float))),
        "a column is short": lambda: replace(good, log=replace(log, step=log.step[1:])),
        "the log ends before the run": lambda: replace(good, log=replace(log, horizon_ms=log.horizon_ms - 1)),
    }
    return spoilt[how]()


@pytest.mark.parametrize(
    ("how", "rules"),
    [
        ("an END is missing", {2, 5, 9}),
        ("the last END is missing", {2, 9}),
        ("an END is written twice", {2, 5, 9}),
        ("an END gives back another resource", {2, 5, 9}),
        ("an END gives back too little", {2, 5, 9}),
        ("a START is missing", {2, 5, 9}),
        ("a START comes later than the rest", {9}),
        ("a START takes too much", {2, 5, 9}),
        ("a PLACE is written twice", {3, 5, 9}),
        ("a PLACE is in a ward that nobody named", {2, 3, 5, 9}),
        ("a PLACE is in another ward too early", {2, 3, 5, 9}),
        ("a VACATE is missing", {2, 3, 5}),
        ("a VACATE gives up another ward", {2, 3, 5}),
        ("a LEAVE is missing", {7}),
        ("a LEAVE is written twice", {1, 5, 9}),
        ("a LEAVE has no outcome", {1}),
        ("an ARRIVE is missing", {1, 5, 9}),
        ("an ARRIVE is late", {1, 7}),
        ("a QUEUE is missing", {5, 9}),
        ("a QUEUE is never answered", {5, 8}),
        ("a QUEUE follows a LEAVE", {1, 5, 7, 8, 9}),
        ("a RENEGE becomes a REFUSE", {9}),
        ("a QUEUE is for another resource", {9}),
        ("a RENEGE is at another step", {5, 9}),
        ("a row comes too early", {4, 7}),
        ("a row comes late", {7}),
        ("a row comes before the run", {4, 6}),
        ("a row comes after the run", {4, 7}),
        ("a capacity is wrong", {6}),
        ("a capacity is missing", {6}),
        ("a capacity is too small for what is taken", {2, 6}),
        ("a bed is ready too early", {2}),
        ("a bed is never ready", {2}),
        ("a row concerns nobody", {9}),
        ("a row concerns somebody unknown", {9}),
        ("a row has an unknown step", {9}),
        ("the rows of two patients are exchanged", {5, 7, 8, 9}),
        ("the times are not whole", {4}),
        ("a column is short", {9}),
        ("the log ends before the run", {4}),
    ],
)
def test_the_right_rule_is_named(good: Replication, how: str, rules: set[int]) -> None:
    assert spoil(good, how).rules() == rules


@pytest.mark.parametrize(
    ("how", "rule", "words"),
    [
        ("a capacity is too small for what is taken", 2, "patient 0, step way/plaster, doctor, day 1 00:00:00.000"),
        ("a bed is never ready", 2, "a bed of ward is not ready day 1 01:05:00.000"),
        ("a VACATE gives up another ward", 3, "patient 0, other, day 1 00:45:00.000"),
        ("a row comes before the run", 4, "doctor, day 0 23:59:59.999 (row 0, CAPACITY)"),
        ("a START takes too much", 5, "doctor: 19320000 unit-ms in use, 5520000 by the stories"),
        ("a capacity is wrong", 6, "the log has 3 units of nurse from day 1 02:00:00.000, due are 1"),
        ("a LEAVE is missing", 7, "patient 0, home, day 1 01:00:00.000"),
        ("a QUEUE is never answered", 8, "patient 1, home, day 1 02:35:00.000"),
        ("a QUEUE follows a LEAVE", 8, "waits after having left: patient 0, step way/go on, home"),
        ("an END is missing", 9, "ends something else than was started: patient 0, step way/plaster"),
        ("the last END is missing", 9, "never ends, though the patient went on: patient 0, step way/talk, nurse"),
        ("an END is written twice", 9, "ends what was not started: patient 0, step way/talk, nurse"),
        ("a START is missing", 9, "does not take all that the step needs: patient 0, step way/plaster, nurse"),
        ("a START takes too much", 9, "takes what the step does not need: patient 0, step way/plaster, doctor"),
        ("a START comes later than the rest", 9, "takes something apart from the rest: patient 0"),
        ("a QUEUE is missing", 9, "starts without having queued for it, or without needing to queue: patient 0"),
        ("a RENEGE is at another step", 9, "gives up another request than the last: patient 1"),
        ("a RENEGE becomes a REFUSE", 9, "is turned away after having waited: patient 1, step way/talk, nurse"),
        ("a LEAVE is written twice", 9, "cannot follow the patient's row before it: patient 0, step way/leave"),
        (
            "a QUEUE is for another resource",
            9,
            "asks for what the step does not need: patient 3, step way/go on, other",
        ),
        ("a PLACE is in a ward that nobody named", 9, "is placed in a ward that was not asked for: patient 0"),
        ("a PLACE is in another ward too early", 9, "is placed in another ward too early: patient 0"),
        ("a row concerns somebody unknown", 9, "of the log has no possible patient: 4"),
        ("a row concerns nobody", 9, "names no patient, or one where none belongs"),
    ],
)
def test_the_message_names_patient_resource_and_moment(good: Replication, how: str, rule: int, words: str) -> None:
    assert words in " ".join(spoil(good, how).messages(rule))


def test_the_sum_over_a_class_is_told_with_its_name(good: Replication) -> None:
    assert spoil(good, "a LEAVE is written twice").messages(1) == ["p: 4 came, but 4 left and 1 are inside"]


def test_a_fault_that_is_found_often_is_told_once(good: Replication) -> None:
    late = good.log.time_ms + 1
    (message,) = replace(good, log=replace(good.log, time_ms=late)).messages(1)
    assert re.search(r"arrives at another time than fate says: patient 0, .*, and 3 more like it", message)


def test_nobody_may_be_moved_into_a_ward_that_is_being_drained() -> None:
    """Two of three beds close at 01:00 with three in use; at 01:30 one patient leaves, and one comes."""
    closing = {"beds": -2, "from": "01:00", "to": "00:00"}
    pathway = [{"enter": "ward"}, {"stay": "1 h"}, {"leave": "discharged"}]
    wards = {"ward": {"beds": 3, "also": {"closing": closing}}}
    book = Book(hospital("4 h", patients={"p": comes()}, wards=wards, pathways={"way": pathway}))
    for leaves in (90, 200, 200):
        patient = book.arrives(0)
        book.enters(patient, "enter ward", 0, 0)
        book.stays(patient, "stay", 0, leaves)
        book.leaves(patient, leaves)
    waits = book.arrives(30)
    book.waits(waits, "enter ward", 30)
    drained = book.closed()
    assert drained.rules() == set()
    book.add(90, waits, Event.PLACE, "enter ward", ("ward", 1))
    book.stays(waits, "stay", 90)
    with pytest.raises(AssertionError, match=r"rule 2: is taken although there is none left: patient 3"):
        book.closed()


def test_every_rule_has_words_and_none_is_left_out() -> None:
    assert sorted(RULES) == list(range(1, 10))


@pytest.mark.parametrize("knots", ["swap", "stop"])
def test_beds_that_are_swapped_need_no_cleaning(knots: str) -> None:
    """Each of two patients lies in the only bed of a ward and waits for the other's, which is cleaned after use."""
    wards = {name: {"beds": 1, "turnaround": "30 min"} for name in ("east", "west")}
    pathways = {
        "way": [{"enter": "east"}, {"enter": "west"}, {"leave": "discharged"}],
        "back": [
            {"enter": {"ward": "west", "name": "begin"}},
            {"enter": {"ward": "east", "name": "end"}},
            {"leave": "discharged"},
        ],
    }
    scenario = hospital("4 h", patients={"p": comes(), "q": comes("back")}, wards=wards, pathways=pathways)
    book = Book(scenario.model_copy(update={"run": scenario.run.model_copy(update={"knots": knots})}))
    first, second = book.arrives(0), book.arrives(0, "q")
    for patient, own, other, beds in (
        (first, "enter east", "enter west", ("east", "west")),
        (second, "begin", "end", ("west", "east")),
    ):
        book.enters(patient, own, 0, 0)
        book.waits(patient, other, 0)
        book.add(0, patient, Event.PLACE, other, (beds[1], 1))
        book.add(0, patient, Event.VACATE, "", (beds[0], 1))
        book.add(0, NOBODY, Event.READY, "", (beds[0], 1))
        book.places[patient] = beds[1]
    for patient, step in ((first, "way/leave"), (second, "back/leave")):
        book.leaves(patient, 0, step)
    if knots == "swap":
        assert book.closed().rules() == set()
    else:
        with pytest.raises(AssertionError, match=r"rule 2: a bed is ready when no cleaning ends"):
            book.closed()
