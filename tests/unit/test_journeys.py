"""Journeys: the moments that matter of each patient's way."""

import pytest

from sim import clock
from sim.engine.stories import needs, spells, tell
from sim.measure.journeys import Journeys, ed_classes, journeys
from sim.measure.visits import visits
from sim.scenario.queueing import OUTCOMES
from tests.builders import Book, Replication, comes, hospital

SEE = {"see": {"staff": "doctor", "time": "5 min", "counts_as": "first_clinician"}}
LEAVE = {"leave": "discharged"}
STAFF = {"doctor": {"on_duty": 9}}
WARDS = {
    "cubicles": {"beds": 1, "kind": "ed", "if_full": [{"use": "corridor"}]},
    "corridor": {"beds": 9, "kind": "ed"},
    "chairs": {"beds": 9, "kind": "chairs"},
    "medical": {"beds": 9, "if_full": [{"use": "surgical"}]},
    "surgical": {"beds": 9},
    "home": {"beds": 9, "kind": "virtual"},
}


def found(told: Replication) -> Journeys:
    stories, needed = tell(told.log), needs(told.program)
    seen = visits(stories, spells(stories, needed), needed)
    return journeys(told.scenario, told.program, told.fates, stories, seen)


def minutes(moments: object) -> list[float | None]:
    return [None if moment < 0 else moment / clock.MINUTE for moment in moments.tolist()]


@pytest.mark.parametrize(
    ("pathways", "expected"),
    [
        ({"way": [SEE, LEAVE]}, ("p",)),
        ({"way": [{"enter": "cubicles"}, LEAVE]}, ("p",)),
        ({"way": [{"enter": "chairs"}, {"stay": "1 h"}, {"go": "on"}], "on": [SEE, LEAVE]}, ("p",)),
        ({"way": [{"enter": "chairs"}, {"enter": "medical"}, LEAVE]}, ()),
        ({"way": [{"talk": {"staff": "doctor", "time": "5 min"}}, LEAVE], "other": [SEE, LEAVE]}, ()),
    ],
)
def test_a_class_comes_to_the_department_if_it_can_reach_it(pathways: dict, expected: tuple[str, ...]) -> None:
    scenario = hospital("1 d", patients={"p": comes()}, staff=STAFF, wards=WARDS, pathways=pathways)
    assert ed_classes(scenario) == expected


def emergency() -> Book:
    pathways = {
        "way": [
            {"enter": "cubicles"},
            SEE,
            "decide to admit",
            {"enter": "medical"},
            {"stay": "1 d"},
            "ready",
            {"one of": [{"share": "10 %", "go": "way"}, {"share": "rest"}]},
            {"enter": "home"},
            {"leave": "transferred"},
        ],
        "planned": [{"enter": {"name": "come in", "ward": "surgical"}}, {"sleep": {"time": "1 h"}}, LEAVE],
    }
    patients = {"p": comes(), "elective": comes("planned")}
    return Book(hospital("1 d", patients=patients, staff=STAFF, wards=WARDS, pathways=pathways))


def test_who_comes_a_second_time_keeps_the_moments_of_the_first() -> None:
    book = emergency()
    patient = book.arrives(0)
    for begin in (0, 500):
        book.enters(patient, "enter cubicles", begin, begin + 1)
        book.does(patient, "see", begin + 1, begin + 20, begin + 40)
        book.marks(patient, "decide to admit", begin + 40)
        book.enters(patient, "enter medical", begin + 40, begin + 100)
        book.stays(patient, "stay", begin + 100, begin + 500)
        book.marks(patient, "ready", begin + 500)
    book.waits(patient, "enter home", 1000)
    told = found(book.closed())
    assert minutes(told.clinician_ms) == [20]
    assert minutes(told.decided_ms) == [40]
    assert minutes(told.ed_departure_ms) == minutes(told.bed_ms) == [100]
    assert minutes(told.ready_ms) == [500]
    assert minutes(told.left_ms) == [None]
    assert told.outcome.tolist() == [-1]


def test_a_bed_in_another_ward_makes_an_outlier_but_a_corridor_does_not() -> None:
    book = emergency()
    for corridor, ward in (("corridor", "medical"), ("", "surgical")):
        patient = book.arrives(0)
        book.enters(patient, "enter cubicles", 0, 0, corridor)
        book.does(patient, "see", 0, 0, 10)
        book.marks(patient, "decide to admit", 10)
        book.enters(patient, "enter medical", 10, 30, ward)
        book.stays(patient, "stay", 30)
    told = book.closed()
    journey = found(told)
    assert journey.was_outlier.tolist() == [False, True]
    assert [told.program.resources[ward] for ward in journey.bed_ward] == ["medical", "surgical"]


def test_only_patients_of_the_department_depart_from_it() -> None:
    book = emergency()
    elective, waits = book.arrives(0, "elective"), book.arrives(5)
    book.enters(elective, "come in", 0, 3)
    book.stays(elective, "sleep", 3, 63)
    book.leaves(elective, 63, "planned/leave")
    book.enters(waits, "enter cubicles", 5, 5)
    book.waits(waits, "see", 5)
    told = found(book.closed())
    assert told.is_ed.tolist() == [False, True]
    assert minutes(told.ed_departure_ms) == [None, None]
    assert minutes(told.bed_ms) == [3, None]
    assert minutes(told.left_ms) == [63, None]
    assert OUTCOMES[told.outcome[0]] == "discharged"
    assert told.bed_ward.tolist()[1] == -1


def test_wards_that_a_step_names_without_a_condition_make_no_outlier() -> None:
    """In surgical lies an outlier, if medical was full, and not if the step names it as just as good."""
    pathways = {
        "way": [{"enter": ["medical", "home"]}, {"stay": "1 d"}, LEAVE],
        "other": [{"enter": ["home", "surgical"]}, {"stay": "1 d"}, LEAVE],
        "late": [
            {"enter": {"ward": "home", "or": [{"use": "surgical", "after": "10 min"}]}},
            {"stay": "1 d"},
            LEAVE,
        ],
    }
    patients = {name: comes(name) for name in pathways}
    book = Book(hospital("1 d", patients=patients, staff=STAFF, wards=WARDS, pathways=pathways))
    for pathway, step in (("way", "enter medical"), ("other", "enter home"), ("late", "enter home")):
        patient = book.arrives(0, pathway)
        book.enters(patient, f"{pathway}/{step}", 0, 20, "surgical")
        book.stays(patient, f"{pathway}/stay", 20)
    assert found(book.closed()).was_outlier.tolist() == [True, False, True]


def test_who_does_not_come_has_not_been_seen() -> None:
    see = {**SEE["see"], "missed": "10 %", "if_missed": "way"}
    pathways = {"way": [{"see": see}, LEAVE]}
    book = Book(hospital("1 d", patients={"p": comes()}, staff=STAFF, pathways=pathways))
    patient = book.arrives(0)
    book.does(patient, "see", 0, 10, 15)
    book.marks(patient, "see: missed", 15)
    book.does(patient, "see", 15, 30, 35)
    book.leaves(patient, 35)
    assert minutes(found(book.closed()).clinician_ms) == [30]
