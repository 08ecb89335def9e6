"""The invariants of what is kept, interrupted, moved and missed: a good story is believed, a spoilt one is not."""

from typing import Any

import pytest

from sim.engine.eventlog import Event, code
from tests.builders import Book, Replication, comes, hospital

TALK = {
    "staff": "nurse",
    "time": "20 min",
    "or": [{"staff": "doctor", "after": "30 min"}, {"staff": {"doctor": 1, "student": 2}}],
}


def care(*pathway: Any, **more: Any) -> Book:
    """Three nurses, doctors and students each, a crew of four, and wards that send outliers home again."""
    staff = {name: {"on_duty": 3} for name in ("nurse", "doctor", "student")} | {"crew": {"on_duty": 4}}
    elsewhere = {"use": "surgical", "after": "30 min", "return_when_free": True}
    wards = {
        "medical": {"beds": 1, "if_full": [elsewhere, {"use": "attic", "after": "40 min"}], "turnaround": "20 min"},
        "surgical": {"beds": 2, "turnaround": "10 min"},
        "attic": {"beds": 2},
    }
    parts = {"patients": {"p": comes()}, "staff": staff, "wards": wards, **more}
    pathways = {"way": [*pathway, {"leave": "discharged"}]}
    return Book(hospital("10 h", pathways=pathways, **parts))


def faults(book: Book) -> str:
    """What is wrong with a story."""
    with pytest.raises(AssertionError) as told:
        book.closed()
    return str(told.value)


def interrupted() -> Replication:
    """Somebody is interrupted in a talk after ten minutes, and goes on after five more for as long as was left."""
    book = care({"talk": TALK})
    patient = book.arrives(0)
    book.waits(patient, "talk", 0)
    book.begins(patient, "talk", 5)
    book.ends(patient, "talk", 15, Event.INTERRUPT)
    book.does(patient, "talk", 15, 20, 30)
    book.leaves(patient, 30)
    return book.closed()


def test_who_is_interrupted_asks_again_and_goes_on() -> None:
    assert interrupted().rules() == set()


def test_who_is_interrupted_and_does_not_ask_again_is_lost() -> None:
    good = interrupted()
    lost = good.without(good.row(0, Event.QUEUE, 1))
    assert lost.rules() == {5, 7, 9}
    assert "time passed while the patient was in no known state: patient 0" in lost.messages(7)[0]


def test_who_is_interrupted_asks_for_the_same_step() -> None:
    book = care({"talk": TALK}, {"other": {"staff": "nurse", "time": "5 min"}})
    patient = book.arrives(0)
    book.waits(patient, "talk", 0)
    book.begins(patient, "talk", 5)
    book.ends(patient, "talk", 15, Event.INTERRUPT)
    book.does(patient, "other", 15, 20, 30)
    book.leaves(patient, 30)
    assert "is interrupted, and does not ask for the same step again: patient 0, step way/talk" in faults(book)


def test_what_was_interrupted_is_what_was_started() -> None:
    good = interrupted()
    wrong = good.changed(good.row(0, Event.INTERRUPT), quantity=2)
    assert wrong.rules() == {2, 5, 9}
    assert "ends something else than was started: patient 0" in " ".join(wrong.messages(9))


def test_an_interruption_of_what_is_over_is_found() -> None:
    good = interrupted()
    assert good.twice(good.row(0, Event.INTERRUPT)).rules() == {2, 5, 9}


@pytest.mark.parametrize(
    ("start", "instead", "believed"),
    [
        (5, {"nurse": 1}, True),
        (30, {"doctor": 1}, True),
        (29, {"doctor": 1}, False),
        (5, {"doctor": 1, "student": 2}, True),
        (5, {"doctor": 1, "student": 1}, False),
        (5, {"nurse": 1, "doctor": 1}, False),
        (30, {"doctor": 2}, False),
        (30, {"student": 2}, False),
    ],
)
def test_a_step_is_done_in_one_of_its_ways(start: int, instead: dict[str, int], *, believed: bool) -> None:
    book = care({"talk": TALK})
    patient = book.arrives(0)
    book.does(patient, "talk", 0, start, start + 20, **instead)
    book.leaves(patient, start + 20)
    if believed:
        assert book.closed().rules() == set()
    else:
        assert "rule 9: " in faults(book)


def test_after_an_interruption_nobody_waits_for_a_substitute_again() -> None:
    book = care({"talk": TALK})
    patient = book.arrives(0)
    book.waits(patient, "talk", 0)
    book.begins(patient, "talk", 40, doctor=1)
    book.ends(patient, "talk", 45, Event.INTERRUPT, doctor=1)
    book.does(patient, "talk", 45, 45, 60, doctor=1)
    book.leaves(patient, 60)
    assert book.closed().rules() == set()


def test_who_has_waited_before_the_run_is_offered_a_substitute_sooner() -> None:
    book = care({"talk": TALK})
    patient = book.arrives(0)
    book.does(patient, "talk", 0, 10, 30, doctor=1)
    book.leaves(patient, 30)
    assert "takes something else instead too early" in faults(book)
    book.waited[patient] = 20
    assert book.closed().rules() == set()


def crew_kept() -> Replication:
    """Two of the crew are kept through a talk and a second hold, and given back; the second is kept until the end."""
    book = care(
        {"hold": {"staff": {"crew": 2, "student": 1}}}, {"talk": TALK}, {"hold": {"staff": "crew", "name": "more"}}
    )
    patient, other = book.arrives(0), book.arrives(0)
    book.keeps(patient, "hold crew and student", 0, 5)
    book.does(patient, "talk", 5, 10, 30)
    book.keeps(patient, "more", 30, 30)
    book.gives_back(patient, "hold crew and student", 30)
    book.gives_back(patient, "more", 30)
    book.leaves(patient, 30)
    book.keeps(other, "hold crew and student", 0, 0)
    book.does(other, "talk", 0, 0)
    return book.closed()


@pytest.mark.parametrize(
    ("how", "rules", "words"),
    [
        ("once more", {5, 9}, "gives back what is not held: patient 0"),
        ("never", {9}, "leaves without giving back what is held: patient 0"),
        ("in part", {5, 9}, "gives back something else than was held: patient 0"),
        ("of something else", {2, 5, 9}, "gives back what is not held: patient 0"),
        ("instead", {2, 5, 8, 9}, "goes on although still waiting: patient 0, step way/hold crew and student"),
    ],
)
def test_what_is_kept_is_given_back_once(how: str, rules: set[int], words: str) -> None:
    good = crew_kept()
    assert good.rules() == set()
    row, nurse = good.row(0, Event.GIVE_BACK), good.program.resources.index("nurse")
    wrong = {
        "once more": lambda: good.twice(row),
        "never": lambda: good.without(good.row(0, Event.GIVE_BACK, 1)),
        "in part": lambda: good.changed(row, quantity=1),
        "of something else": lambda: good.changed(row, resource=nurse),
        "instead": lambda: good.changed(good.row(0, Event.HOLD), event=Event.GIVE_BACK),
    }[how]()
    assert wrong.rules() == rules
    assert words in " ".join(message for rule in rules for message in wrong.messages(rule))


def test_what_is_kept_is_in_use_and_nobody_else_can_have_it() -> None:
    book = care({"hold": {"staff": {"crew": 2}}})
    for minute in (0, 0, 1):
        patient = book.arrives(minute)
        book.keeps(patient, "hold crew", minute, minute)
        book.leaves(patient, minute) if minute > 1 else book.waits(patient, "hold crew", minute)
    assert "rule 2: is taken although there is none left: patient 2, step way/hold crew, crew" in faults(book)


STAY = [{"enter": "medical"}, {"stay": "1 h"}, {"talk": TALK}]


def home_again(**told: float) -> Book:
    """The second lies in surgical until the first leaves medical, whose bed is then made ready.

    Args:
        told: minute of the move home (80), and when the stay ends (120).
    """
    home, ends = told.get("home", 80), told.get("ends", 120)
    book = care(*STAY)
    first, second = book.arrives(0), book.arrives(0)
    book.enters(first, "enter medical", 0, 0)
    book.stays(first, "stay", 0, 60)
    book.leaves(first, 60)
    book.enters(second, "enter medical", 0, 30, "surgical")
    book.stays(second, "stay", 30)
    book.comes_home(second, "enter medical", home, "medical")
    book.ends(second, "stay", ends)
    book.waits(second, "talk", ends)
    return book


def test_an_outlier_comes_home_in_the_middle_of_a_stay() -> None:
    assert home_again().closed().rules() == set()


def test_an_outlier_comes_home_while_waiting_for_something_else() -> None:
    book = care(*STAY)
    first, second = book.arrives(0), book.arrives(0)
    book.enters(first, "enter medical", 0, 0)
    book.stays(first, "stay", 0, 100)
    book.leaves(first, 100)
    book.enters(second, "enter medical", 0, 30, "surgical")
    book.stays(second, "stay", 30, 90)
    book.waits(second, "talk", 90)
    book.comes_home(second, "enter medical", 120, "medical")
    book.begins(second, "talk", 130)
    book.ends(second, "talk", 150)
    book.leaves(second, 150)
    assert book.closed().rules() == set()


def test_nobody_comes_home_before_the_bed_is_ready() -> None:
    assert "rule 2: is taken although there is none left: patient 1" in faults(home_again(home=79))


def test_only_those_come_home_who_lie_elsewhere_and_shall() -> None:
    book = care(*STAY)
    first, second = book.arrives(0), book.arrives(0)
    book.enters(first, "enter medical", 0, 0)
    book.stays(first, "stay", 0, 60)
    book.leaves(first, 60)
    book.enters(second, "enter medical", 0, 40, "attic")  # from there nobody is brought back
    book.stays(second, "stay", 40)
    book.comes_home(second, "enter medical", 80, "medical")
    assert "rule 9: returns to a ward that is not theirs: patient 1" in faults(book)


def test_home_is_the_ward_that_was_asked_for() -> None:
    book = home_again()
    book.places.pop(1)
    good = book.closed()
    wrong = good.changed(good.row(1, Event.PLACE, 1), resource=good.program.resources.index("attic"))
    assert wrong.rules() >= {9}
    assert "returns to a ward that is not theirs" in " ".join(wrong.messages(9))


def test_who_comes_home_gives_the_other_bed_up() -> None:
    good = home_again().closed()
    wrong = good.without(good.row(1, Event.VACATE))
    assert {2, 9} <= wrong.rules()


def bed_lost() -> Book:
    """The bed of a patient closes in the middle of a stay; they find one elsewhere, and go on there."""
    book = care(*STAY)
    patient = book.arrives(0)
    book.enters(patient, "enter medical", 0, 0)
    book.stays(patient, "stay", 0)
    book.loses_bed(patient, "stay", 20)
    return book


def test_who_loses_a_bed_asks_for_one_and_goes_on_with_the_stay() -> None:
    book = bed_lost()
    book.enters(0, "enter medical", 20, 25, "surgical")  # at the head of the queue, and without waiting half an hour
    book.stays(0, "stay", 25, 65)
    book.waits(0, "talk", 65)
    assert book.closed().rules() == set()


def test_who_loses_a_bed_must_ask_for_another() -> None:
    book = bed_lost()
    book.waits(0, "talk", 20)
    assert "rule 9: loses a bed, and does not ask for another: patient 0, step way/stay" in faults(book)


def test_who_has_a_bed_again_goes_on_with_the_stay() -> None:
    book = bed_lost()
    book.enters(0, "enter medical", 20, 40)
    book.waits(0, "talk", 40)
    assert "rule 9: has a bed again, and does not resume the stay: patient 0, step way/stay" in faults(book)


def test_a_stay_is_only_interrupted_if_the_bed_goes() -> None:
    book = care(*STAY)
    patient = book.arrives(0)
    book.enters(patient, "enter medical", 0, 0)
    book.stays(patient, "stay", 0)
    book.add(20, patient, Event.INTERRUPT, "stay")
    book.stays(patient, "stay", 20)
    assert "rule 9: is interrupted in a stay without losing the bed: patient 0" in faults(book)


RULES = {
    "worsens_after": "1 h",
    "if_worse": "died",
    "must_finish": True,
    "if_no_time": "cancelled",
    "missed": "10 %",
    "if_missed": "cancelled",
}


@pytest.mark.parametrize(("event", "outcome"), [(Event.WORSEN, "died"), (Event.LATE, "cancelled")])
def test_a_wait_can_end_because_of_getting_worse_or_of_closing(event: Event, outcome: str) -> None:
    book = care({"scan": {"staff": "doctor", "time": "5 min", **RULES}}, {"talk": TALK})
    patient = book.arrives(0)
    book.turned_away(patient, "scan", event, 0, 60)
    book.rows.append((60 * 60_000, patient, leave_with(book, outcome)))
    good = book.closed()
    assert good.rules() == set()
    talk = good.program.steps.index(next(step for step in good.program.steps if step.name == "talk"))
    wrong = good.changed(good.row(patient, event), step=talk)
    assert wrong.rules() == {5, 9}
    assert "gives up another request than the last" in " ".join(wrong.messages(9))


def leave_with(book: Book, outcome: str) -> int:
    """What the log says of leaving with an outcome, at the first step that has it."""
    step = next(number for number, step in enumerate(book.program.steps) if step.outcome == outcome)
    return code(Event.LEAVE, step)


def test_a_missed_appointment_uses_the_time_of_those_who_waited_for_it() -> None:
    book = care({"clinic": {"staff": "doctor", "time": "5 min", **RULES}})
    patient, other = book.arrives(0), book.arrives(0)
    book.does(patient, "clinic", 0, 10, 15)
    book.marks(patient, "clinic: missed", 15)
    book.rows.append((15 * 60_000, patient, leave_with(book, "cancelled")))
    book.waits(other, "clinic", 0)
    good = book.closed()
    assert good.rules() == set()
    spoilt = good.without(good.row(patient, Event.END)).without(good.row(patient, Event.START))
    wrong = spoilt.without(spoilt.row(patient, Event.QUEUE))
    assert "misses what was not planned: patient 0" in " ".join(wrong.messages(9))


@pytest.mark.parametrize("takes", [1, 0])
def test_a_ward_takes_only_its_own_patients(takes: int) -> None:
    sex = {"attributes": {"sex": {"female": "50 %", "male": "rest"}}}
    wards = {"women": {"beds": 5, "takes": {"sex": ["female"]}}, "rooms": {"beds": 5}}
    book = care({"enter": ["rooms", "women"]}, {"stay": "1 h"}, wards=wards, patients={"p": comes(**sex)})
    patient = book.arrives(0, sex="female" if takes else "male")
    book.drawn["women/takes"] = [takes]
    book.enters(patient, "enter rooms", 0, 0, "women")
    book.stays(patient, "stay", 0)
    if takes:
        assert book.closed().rules() == set()
    else:
        assert "rule 9: is placed in a ward that does not take them: patient 0" in faults(book)
