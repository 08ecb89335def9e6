"""The wait ledger of a few patients, worked out by hand; minutes since midnight unless something else is said."""

from typing import Any

import pytest

from sim import clock
from sim.engine.eventlog import NOBODY, Event
from sim.measure.facts import gather
from sim.measure.ledger import ledger
from sim.measure.window import Window
from tests.builders import Book, Replication, comes, hospital
from tests.plain_waiting import waiting_ms

LEAVE = {"leave": "discharged"}
TICK = 1 / 60_000
SEE = {"staff": "nurse", "time": "10 min"}
TWO = {"staff": ["doctor", "nurse"], "time": "10 min"}


def told(steps: list[Any], hours: int = 4, pathways: dict[str, list[Any]] | None = None, **parts: Any) -> Book:
    """A book about patients who go through some steps and leave."""
    ways = {"way": [*steps, LEAVE], **(pathways or {})}
    return Book(hospital(f"{hours} h", patients={"p": comes()}, pathways=ways, **parts))


def charged(case: Replication, start: float = 0, end: float | None = None) -> dict[str, float]:
    """Minutes by cause in a window, which add up to what a plain walk finds; causes of no wait are left out."""
    until = case.log.horizon_ms if end is None else round(end * clock.MINUTE)
    window = Window(round(start * clock.MINUTE), until)
    found = ledger(gather(case.scenario, case.program, case.fates, case.log, window), case.log)
    assert found.by_cause().sum() == sum(waiting_ms(case.program, case.log, window).values())
    minutes = zip(found.causes.scopes, (found.by_cause() / clock.MINUTE).tolist(), strict=True)
    return {scope.removeprefix("cause:"): time for scope, time in minutes if time}


def test_who_waits_for_a_nurse_is_charged_to_nurses_until_served_or_gone() -> None:
    gives_up = SEE | {"gives_up_after": "1 h", "then": "left_before_seen"}
    book = told([{"see": gives_up}], staff={"nurse": {"on_duty": 1}})
    first, second, third = book.arrives(0), book.arrives(10), book.arrives(20)
    book.does(first, "see", 0, 0, 40)
    book.leaves(first, 40)
    book.does(second, "see", 10, 40, 230)
    book.leaves(second, 230)
    book.turned_away(third, "see", Event.RENEGE, 20, 80)
    book.leaves(third, 80, "see: left_before_seen")
    case = book.closed()
    assert charged(case) == {"staff:nurse": 30 + 60}
    assert charged(case, 15, 50) == {"staff:nurse": 25 + 30}  # cut at both edges of the window
    assert charged(case, 40, 80) == {"staff:nurse": 40}


def test_who_still_waits_at_the_end_is_charged_until_then() -> None:
    book = told([{"see": SEE}], staff={"nurse": {"on_duty": 1}})
    book.does(book.arrives(0), "see", 0, 0)
    book.waits(book.arrives(200), "see", 200)
    case = book.closed()
    assert charged(case) == {"staff:nurse": 40}
    assert charged(case, 0, 210) == {"staff:nurse": 10}


def test_while_nobody_is_on_duty_by_plan_it_is_closed() -> None:
    """One nurse until 01:00 and from 02:00 on; the one before finishes at 01:20, and counts until then."""
    roster = {"early": {"from": "00:00", "to": "01:00", "on_duty": 1}, "late": {"from": "02:00", "on_duty": 1}}
    roster["late"]["to"] = "04:00"
    book = told([{"see": SEE}], staff={"nurse": {"roster": roster}})
    first, second = book.arrives(0), book.arrives(30)
    book.there_are(0, "nurse", 1)
    book.does(first, "see", 0, 0, 60)
    book.leaves(first, 60)
    book.there_are(60, "nurse", 0)
    book.waits(second, "see", 30)
    book.there_are(120, "nurse", 1)
    assert charged(book.closed()) == {"staff:nurse": 30 + 120, "closed:nurse": 60}


def busy(book: Book, step: str, start: float, end: float) -> None:
    """Somebody else is served at once, and keeps what they took for a while."""
    patient = book.arrives(start)
    book.does(patient, step, start, start, end)
    book.leaves(patient, end, "others/leave")


OTHERS = {
    "others": [{"nursed": SEE}, {"doctored": {"staff": "doctor", "time": "5 min"}}, LEAVE],
}


def test_of_two_that_are_missing_the_last_to_become_free_is_charged() -> None:
    """No doctor is free from 10 to 40, no nurse from 20 to 60: the doctor until 20, then the nurse."""
    staff = {"nurse": {"on_duty": 1}, "doctor": {"on_duty": 1}}
    book = told([{"plaster": TWO}], staff=staff, pathways=OTHERS)
    busy(book, "doctored", 5, 40)
    patient = book.arrives(10)
    busy(book, "nursed", 20, 60)
    book.does(patient, "plaster", 10, 60, 70)
    book.leaves(patient, 70, "way/leave")
    assert charged(book.closed()) == {"staff:doctor": 10, "staff:nurse": 40}


def test_a_thing_that_is_busy_again_in_the_same_instant_was_never_free() -> None:
    """No doctor from 5 to 50 (one patient after the other), no nurse from 8 to 30."""
    staff = {"nurse": {"on_duty": 1}, "doctor": {"on_duty": 1}}
    book = told([{"plaster": TWO}], staff=staff, pathways=OTHERS)
    busy(book, "doctored", 5, 25)
    busy(book, "nursed", 8, 30)
    patient = book.arrives(10)
    busy(book, "doctored", 25, 50)
    book.does(patient, "plaster", 10, 50, 60)
    book.leaves(patient, 60, "way/leave")
    assert charged(book.closed()) == {"staff:doctor": 40}


def test_units_that_must_stay_free_count_as_missing() -> None:
    staff = {"nurse": {"on_duty": 2}, "doctor": {"on_duty": 2}}
    book = told([{"plaster": TWO | {"keep_free": 1}}], staff=staff, pathways=OTHERS)
    busy(book, "nursed", 0, 30)
    patient = book.arrives(10)
    book.does(patient, "plaster", 10, 30, 40)
    book.leaves(patient, 40, "way/leave")
    assert charged(book.closed()) == {"staff:nurse": 20}


def test_who_is_only_not_in_turn_is_charged_to_the_strict_queue() -> None:
    """All are free, but somebody before them waits for two nurses."""
    staff = {"doctor": {"on_duty": 2}, "nurse": {"on_duty": 2, "strict": True}}
    both = {"staff": {"nurse": 2, "doctor": 2}, "time": "10 min"}
    book = told([{"one of": [{"share": "50 %", "steps": [{"operate": both}]}, {"share": "rest"}]}, {"plaster": TWO}],
        staff=staff, pathways=OTHERS)  # fmt: skip
    busy(book, "nursed", 0, 60)
    first, second = book.arrives(10), book.arrives(20)
    book.does(first, "operate", 10, 60)
    book.waits(second, "plaster", 20)
    assert charged(book.closed(), 0, 60) == {"staff:nurse": 50 + 40}


def test_until_slots_are_offered_it_is_the_calendar_and_then_too_few_slots() -> None:
    """Two slots at 01:00 and two at 03:00; four patients come before 01:00, of whom two wait on."""
    sessions = {"first": {"at": "01:00", "slots": 2}, "second": {"at": "03:00", "slots": 2}}
    book = told([{"visit": {"slots": "clinic", "time": "10 min"}}], slots={"clinic": {"sessions": sessions}})
    for minute in (60, 180):
        book.there_are(minute, "clinic", 2)
        book.there_are(minute + TICK, "clinic", 0)
    for came, seen in ((0, 60), (20, 60), (30, 180), (40, 180)):
        patient = book.arrives(came)
        book.does(patient, "visit", came, seen, seen + 10)
        book.leaves(patient, seen + 10)
    book.drawn |= {"way/visit/time": [10 * clock.MINUTE] * 4}
    case = book.closed()
    assert charged(case) == {"closed:clinic": 60 + 40 + 30 + 20, "slots:clinic": 120 + 120}
    assert charged(case, 50, 70) == {"closed:clinic": 4 * 10, "slots:clinic": 2 * 10}


def test_blood_that_is_out_of_stock_is_charged_to_supplies() -> None:
    deliveries = {"van": {"at": "01:00", "units": 1}}
    book = told(
        [{"transfuse": {"uses": "blood", "time": "1 h"}}], supplies={"blood": {"stock": 1, "deliveries": deliveries}}
    )
    book.there_are(0, "blood", 1)
    book.there_are(60, "blood", 1)
    for came, begun in ((0, 0), (10, 60)):
        patient = book.arrives(came)
        book.does(patient, "transfuse", came, begun, begun + 60)
        book.leaves(patient, begun + 60)
    book.drawn |= {"way/transfuse/time": [clock.HOUR] * 2}
    assert charged(book.closed()) == {"supplies:blood": 50}


def test_a_room_that_is_being_cleaned_is_not_free() -> None:
    """The room is used until 20 and clean at 50; the nurse is busy from 30 to 40 with somebody else."""
    both = {"equipment": "room", "staff": "nurse", "time": "10 min"}
    cleaned = {"room": {"units": 1, "turnaround": "30 min"}}
    book = told(
        [{"scan": both}], staff={"nurse": {"on_duty": 1}}, equipment=cleaned, pathways={"others": OTHERS["others"][::2]}
    )
    first, second = book.arrives(0), book.arrives(5)
    book.does(first, "scan", 0, 0, 20)
    book.leaves(first, 20, "way/leave")
    book.add(50, NOBODY, Event.READY, "", ("room", 1))
    busy(book, "nursed", 30, 40)
    book.does(second, "scan", 5, 50, 60)
    book.add(90, NOBODY, Event.READY, "", ("room", 1))
    book.leaves(second, 60, "way/leave")
    assert charged(book.closed()) == {"equipment:room": 45}


def test_whom_a_ward_does_not_take_is_charged_to_the_first_that_does() -> None:
    wards = {
        "women": {"beds": 1, "takes": {"sex": "f"}, "if_full": [{"after": "0 min", "use": "mixed"}]},
        "mixed": {"beds": 1},
    }
    sexes = {"attributes": {"sex": {"f": "50 %", "m": "rest"}}}
    way = [{"enter": "women"}, {"rest": {"time": "10 min"}}, LEAVE]
    book = Book(hospital("4 h", patients={"p": comes(**sexes)}, wards=wards, pathways={"way": way}))
    for came, sex, ward in ((0, "f", "women"), (0, "m", "mixed"), (10, "f", ""), (20, "m", "")):
        patient = book.arrives(came, sex=sex)
        if ward:
            book.enters(patient, "enter women", came, came, ward)
            book.stays(patient, "rest", came)
        else:
            book.waits(patient, "enter women", came)
    book.drawn |= {"women/takes": [1, 0, 1, 0]}
    assert charged(book.closed(), 0, 60) == {"ward:women": 50, "ward:mixed": 40}


WARDS = {"cubicles": {"kind": "ed", "beds": 4}, "medical": {"beds": 2}}
INPATIENT = [
    {"enter": "cubicles"},
    {"enter": "medical"},
    {"rest": {"time": "10 min"}},
    {"wait until": {"name": "round", "calendar": {"all": ["02:00"]}}},
    "ready",
    {"wait until": {"name": "transport", "calendar": {"all": ["03:00"]}}},
    {"papers": {"staff": "nurse", "time": "10 min", "counts_as": "discharge_delay"}},
]


def boarders() -> Replication:
    """Two beds; who has the second is ready at 120, and leaves at 200. The third patient boards from 20 on."""
    book = told(INPATIENT, wards=WARDS, staff={"nurse": {"on_duty": 1}})
    long, ready, boarder = (book.arrives(minute) for minute in (0, 10, 20))
    for patient, came in ((long, 0), (ready, 10), (boarder, 20)):
        book.enters(patient, "enter cubicles", came, came)
    book.enters(long, "enter medical", 0, 0)
    book.stays(long, "rest", 0)
    book.enters(ready, "enter medical", 10, 10)
    book.stays(ready, "rest", 10, 90)
    book.stays(ready, "round", 90, 120)
    book.marks(ready, "ready", 120)
    book.stays(ready, "transport", 120, 180)
    book.does(ready, "papers", 180, 185, 200)
    book.waits(boarder, "enter medical", 20)
    book.leaves(ready, 200)
    book.begins(boarder, "enter medical", 200, Event.PLACE, medical=1)
    book.vacates(boarder, 200)
    book.places[boarder] = "medical"
    book.stays(boarder, "rest", 200)
    return book.closed()


def test_who_boards_is_charged_to_the_ward_and_all_behind_ready_to_its_step() -> None:
    assert charged(boarders()) == {
        "ward:medical": 180,
        "calendar:way/round": 30,
        "discharge:way/transport": 60,
        "discharge:way/papers": 20,  # the wait for the nurse among them
    }


def test_behind_a_ward_stand_those_of_its_patients_who_are_ready() -> None:
    """For 80 of the 180 minutes one of the two patients in the ward was ready."""
    case = boarders()
    figures = case.measured(Window(0, case.log.horizon_ms)).kpis
    assert figures["wait_behind_hours_per_day", "cause:ward:medical"] == pytest.approx(80 / 2 / 60 * 6)
    assert figures["wait_hours_per_day", "cause:ward:medical"] == pytest.approx(180 / 60 * 6)


def test_a_step_of_discharge_delay_is_waiting_even_if_nobody_said_ready() -> None:
    book = told([{"see": SEE}, {"papers": SEE | {"counts_as": "discharge_delay"}}], staff={"nurse": {"on_duty": 1}})
    patient = book.arrives(0)
    book.does(patient, "see", 0, 0, 10)
    book.does(patient, "papers", 10, 30, 60)
    book.leaves(patient, 60)
    assert charged(book.closed()) == {"staff:nurse": 20, "discharge:way/papers": 30}


def test_the_pause_between_rounds_is_no_waiting() -> None:
    block = {"name": "block", "times": 2, "every": "1 h", "steps": [{"see": SEE}]}
    book = told([{"repeat": block}], staff={"nurse": {"on_duty": 1}})
    patient = book.arrives(0)
    book.does(patient, "see", 0, 5, 15)
    book.stays(patient, "block", 15, 65)
    book.does(patient, "see", 65, 70, 80)
    book.leaves(patient, 80)
    assert charged(book.closed()) == {"staff:nurse": 5 + 5}


def test_a_planned_pause_is_no_waiting() -> None:
    """Twenty minutes until the round, which is charged; then half an hour until the next visit, which belongs to it."""
    rounds = {"all": ["00:20"]}
    visits = {"calendar": {"all": ["00:50"]}, "name": "visit", "counts_as": "planned"}
    way = [{"wait until": {"calendar": rounds, "name": "round"}}, {"wait until": visits}]
    book = told(way)
    patient = book.arrives(0)
    book.stays(patient, "round", 0, 20)
    book.stays(patient, "visit", 20, 50)
    book.leaves(patient, 50)
    assert charged(book.closed()) == {"calendar:way/round": 20}


def test_who_is_interrupted_waits_again() -> None:
    urgent = {"urgent": [{"save": SEE | {"priority": 1, "preempts": True}}, LEAVE]}
    book = told([{"see": SEE | {"priority": 2}}], staff={"nurse": {"on_duty": 1}}, pathways=urgent)
    patient, other = book.arrives(0), book.arrives(5)
    book.does(patient, "see", 0, 0)
    book.waits(other, "save", 5)
    book.ends(patient, "see", 5, Event.INTERRUPT)
    book.begins(other, "save", 5)
    book.ends(other, "save", 20)
    book.leaves(other, 20, "urgent/leave")
    book.does(patient, "see", 5, 20, 25)
    book.leaves(patient, 25, "way/leave")
    assert charged(book.closed()) == {"staff:nurse": 15}


def test_shares_means_and_classes_of_the_ledger() -> None:
    figures = boarders().measured(Window(0, 4 * clock.HOUR)).kpis
    assert figures["wait_hours_per_day", ""] == pytest.approx(290 / 60 * 6)
    assert figures["wait_hours_per_day", "class:p"] == figures["wait_hours_per_day", ""]
    assert figures["wait_cause_share", "cause:ward:medical"] == pytest.approx(180 / 290)
    assert figures["wait_per_affected", "cause:calendar:way/round"] == pytest.approx(30)
    assert figures["wait_per_affected", ""] == pytest.approx((180 + 110) / 2)
    assert figures["wait_per_patient", ""] == pytest.approx(290 / 3)
