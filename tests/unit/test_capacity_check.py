"""The check of what there is: rosters, policies, staffing, offers and deliveries, told rightly and wrongly."""

from typing import Any

import pytest

from sim.engine.checking.on_duty import on_duty
from sim.engine.eventlog import Event
from tests.builders import Book, comes, hospital

MS = 1 / 60_000
TALK = {"talk": {"staff": "nurse", "time": "30 min"}}


def book_of(*pathway: Any, **parts: Any) -> Book:
    pathways = {"way": [*pathway, {"leave": "discharged"}]}
    return Book(hospital("5 h", patients={"p": comes()}, pathways=pathways, **parts))


def faults(book: Book) -> str:
    """What is wrong with a story."""
    with pytest.raises(AssertionError) as told:
        book.closed()
    return str(told.value)


def shifts(at_shift_end: str, late: int = 2) -> dict[str, Any]:
    """Three nurses until one o'clock, then others."""
    early = {"from": "00:00", "to": "01:00", "on_duty": 3}
    return {
        "nurse": {
            "roster": {"early": early, "late": {"from": "01:00", "to": "00:00", "on_duty": late}},
            "at_shift_end": at_shift_end,
        }
    }


# Staff who go at the end of a shift.


def with_two_busy(at_shift_end: str) -> Book:
    """Two of the three nurses of the early shift are busy when it ends, until 70 and 90 minutes after midnight."""
    book = book_of(TALK, staff=shifts(at_shift_end))
    for end in (70, 90):
        patient = book.arrives(0)
        book.does(patient, "talk", 0, 50, end)
        book.leaves(patient, end)
    return book


def relieved(*levels: tuple[float, int]) -> Book:
    book = with_two_busy("relieved")
    for minute, units in levels:
        book.there_are(minute, "nurse", units)
    return book


def test_who_is_relieved_finishes_beside_the_next_shift() -> None:
    assert relieved((0, 3), (60, 4), (70, 3), (90, 2)).closed().rules() == set()


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        (((0, 3), (60, 1)), "fewer are there than are on duty: nurse, day 1 01:00"),
        (((0, 3), (60, 5), (70, 4), (90, 2)), "people who were relieved stay without a patient: nurse, day 1 01:00"),
        (((0, 3), (60, 4), (75, 3), (90, 2)), "people who were relieved stay without a patient: nurse, day 1 01:10"),
        (((0, 3), (60, 4), (65, 3), (90, 2)), "people who finish late go without having finished: nurse, day 1 01:05"),
        (
            ((0, 3), (55, 4), (60, 4), (70, 3), (90, 2)),
            "more people finish late than went off duty: nurse, day 1 00:55",
        ),
        (((0, 3), (60, 2)), "people go off duty in the middle of a step: nurse, day 1 01:00"),
        (((0, 3), (60, 3), (70, 2)), "people go off duty in the middle of a step: nurse, day 1 01:00"),
    ],
)
def test_who_is_relieved_goes_when_they_have_finished(levels: tuple[tuple[float, int], ...], words: str) -> None:
    assert f"rule 6: {words}" in faults(relieved(*levels))


def test_who_finishes_counts_among_the_next_shift_if_nothing_else_is_said() -> None:
    assert with_two_busy("finish_current").closed().rules() == set()


def test_whose_nurse_goes_is_interrupted() -> None:
    book = book_of(TALK, staff=shifts("hand_over", late=1))
    for minute in (0, 10, 20):
        patient = book.arrives(minute)
        book.waits(patient, "talk", minute)
        book.begins(patient, "talk", minute)
        if minute:  # those who started last go first
            book.ends(patient, "talk", 60, Event.INTERRUPT)
            book.waits(patient, "talk", 60)
    assert book.closed().rules() == set()


def test_nobody_stays_when_a_shift_is_handed_over() -> None:
    book = book_of(TALK, staff=shifts("hand_over", late=1))
    for _ in range(2):
        book.does(book.arrives(0), "talk", 0, 0)
    assert "rule 2: a step goes on although its staff are handed over" in faults(book)


def test_who_is_kept_through_other_steps_is_not_handed_over() -> None:
    book = book_of({"hold": {"staff": "nurse"}}, {"rest": {"time": "3 h"}}, staff=shifts("hand_over", late=1))
    for _ in range(2):
        patient = book.arrives(0)
        book.keeps(patient, "hold nurse", 0, 0)
        book.stays(patient, "rest", 0)
    assert book.closed().rules() == set()


# Policies and staffed wards.


def with_policy(*levels: tuple[float, int, int], acts: tuple[float, ...] = ()) -> Book:
    """A policy opens two beds and calls a nurse in; each nurse is enough for two of the five beds.

    Args:
        levels: minutes with the nurses and beds that the log tells.
        acts: minutes at which the log says that the policy begins or ends, in turn.
    """
    surge = {"watch": {"inside": "ward"}, "above": 3, "do": {"open_beds": {"ward": 2}, "call_in": {"nurse": 1}}}
    book = book_of(
        {"enter": "ward"},
        staff={"nurse": {"on_duty": 2}},
        wards={"ward": {"beds": 5, "staffed_by": {"nurse": 2}}},
        policies={"surge": surge},
    )
    for number, minute in enumerate(acts):
        book.acts(minute, "surge", active=number % 2 == 0)
    for minute, nurses, beds in ((0, 2, 4), *levels):
        book.there_are(minute, "nurse", nurses)
        book.there_are(minute, "ward", beds)
    return book


def test_a_ward_opens_no_more_beds_than_there_are_staff_for() -> None:
    book = with_policy()
    assert book.closed().rules() == set()
    found = on_duty(book.program, book.fates().supply, book.closed().log)
    assert [found[number].number.tolist() for number in sorted(found)] == [[2], [4]]


def test_a_policy_adds_units_while_it_is_active() -> None:
    assert with_policy((60, 3, 6), (120, 2, 4), acts=(60, 120)).closed().rules() == set()


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ((), "the log has 2 units of nurse from day 1 01:00:00.000, due are 3"),
        (((60, 3, 4), (120, 2, 4)), "the log has 4 units of ward from day 1 01:00:00.000, due are 6"),
        (((60, 3, 7), (120, 2, 4)), "the log has 7 units of ward from day 1 01:00:00.000, due are 6"),
        (((61, 3, 6), (120, 2, 4)), "the log has 2 units of nurse from day 1 01:00:00.000, due are 3"),
        (((60, 3, 6),), "the log has 3 units of nurse from day 1 02:00:00.000, due are 2"),
    ],
)
def test_a_policy_has_its_effect_and_no_other(levels: tuple[tuple[float, int, int], ...], words: str) -> None:
    assert f"rule 6: {words}" in faults(with_policy(*levels, acts=(60, 120)))


def test_units_do_not_change_without_a_policy() -> None:
    words = "the log has 3 units of nurse from day 1 01:00:00.000, due are 2"
    assert f"rule 6: {words}" in faults(with_policy((60, 3, 6), (120, 2, 4)))


def test_a_policy_that_is_active_does_not_begin_again() -> None:
    good = with_policy((60, 3, 6), (120, 2, 4), acts=(60, 120)).closed()
    end = int((good.log.event == Event.POLICY).nonzero()[0][1])
    wrong = good.changed(end, quantity=1)
    assert "begins while it is active, or ends while it is not: policy surge, day 1 02:00" in wrong.messages(6)[0]


def test_a_row_of_a_policy_names_one() -> None:
    good = with_policy((60, 3, 6), (120, 2, 4), acts=(60, 120)).closed()
    row = int((good.log.event == Event.POLICY).nonzero()[0][0])
    assert good.changed(row, step=0).messages(9) == [f"row {row} of the log (POLICY) is of no policy"]


# Slots.


VISIT = {"visit": {"slots": "clinic", "time": "10 min"}}


def clinic(**more: Any) -> Book:
    """Two slots at one o'clock."""
    sessions = {"monday": {"days": "mon", "at": "01:00", "slots": 2, **more}}
    return book_of(VISIT, slots={"clinic": {"sessions": sessions}})


def test_slots_are_used_up_or_lapse() -> None:
    book = clinic()
    patient = book.arrives(0)
    book.there_are(60, "clinic", 2)
    book.does(patient, "visit", 0, 60, 70)
    book.there_are(60 + MS, "clinic", 0)
    book.leaves(patient, 70)
    assert book.closed().rules() == set()


def test_no_slot_is_taken_twice() -> None:
    book = clinic()
    for _ in range(3):
        book.waits(book.arrives(0), "visit", 0)
    book.there_are(60, "clinic", 2)
    for patient in range(3):
        book.begins(patient, "visit", 60)
    book.there_are(60 + MS, "clinic", 0)
    assert "rule 2: is taken although there is none left: patient 2, step way/visit, clinic" in faults(book)


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        (((60, 3), (60 + MS, 0)), "the log has 3 units of clinic from day 1 01:00:00.000, due are 2"),
        (((60, 2),), "the log has 2 units of clinic from day 1 01:00:00.001, due are 0"),
        (((60, 2), (60 + MS, 1)), "the log has 1 units of clinic from day 1 01:00:00.001, due are 0"),
        (((60, 2), (60 + MS, 0), (90, 1)), "the log has 1 units of clinic from day 1 01:30:00.000, due are 0"),
        ((), "the log has 0 units of clinic from day 1 01:00:00.000, due are 2"),
    ],
)
def test_slots_are_offered_as_declared(levels: tuple[tuple[float, int], ...], words: str) -> None:
    book = clinic()
    for minute, units in levels:
        book.there_are(minute, "clinic", units)
    assert f"rule 6: {words}" in faults(book)


def test_some_slots_are_kept() -> None:
    sessions = {name: {"days": "mon", "at": at, "slots": 2} for name, at in (("a", "01:00"), ("b", "02:00"))}
    book = book_of(VISIT, slots={"clinic": {"sessions": sessions, "keep": 1}})
    patient = book.arrives(90)
    for minute, units in ((60, 2), (60 + MS, 1), (120, 2), (120 + MS, 1)):
        book.there_are(minute, "clinic", units)
    book.does(patient, "visit", 90, 90, 100)
    book.leaves(patient, 100)
    assert book.closed().rules() == set()


@pytest.mark.parametrize(("waiting", "slots", "believed"), [(2, 2, True), (2, 0, False), (1, 2, False), (1, 0, True)])
def test_a_group_session_needs_enough_patients(waiting: int, slots: int, *, believed: bool) -> None:
    """Two must wait; one more has waited and gone, and one more comes in the very moment, but behind the offer."""
    book = book_of(
        {"visit": {**VISIT["visit"], "gives_up_after": "30 min", "then": "cancelled"}},
        slots={"clinic": {"sessions": {"monday": {"days": "mon", "at": "01:00", "slots": 2, "at_least": 2}}}},
    )
    for _ in range(waiting):
        book.waits(book.arrives(40), "visit", 40)
    gone = book.arrives(40)
    book.turned_away(gone, "visit", Event.RENEGE, 40, 60)
    book.leaves(gone, 60, "visit: cancelled")
    book.there_are(60, "clinic", slots)
    book.waits(book.arrives(60), "visit", 60)
    for patient in range(min(waiting, slots)):
        book.begins(patient, "visit", 60)
    if slots:
        book.there_are(60 + MS, "clinic", 0)
    if believed:
        assert book.closed().rules() == set()
    else:
        assert f"rule 6: the log has {slots} units of clinic from day 1 01:00" in faults(book)


# Supplies.


def blood(**more: Any) -> Book:
    supply = {"stock": 5, "reorder_at": 2, "order": 4, "takes": "30 min", **more}
    return book_of({"transfuse": {"uses": {"blood": 2}, "time": "10 min"}}, supplies={"blood": supply})


def use(book: Book, *minutes: float) -> None:
    """Patients who each use two units, at once."""
    for minute in minutes:
        patient = book.arrives(minute)
        book.does(patient, "transfuse", minute, minute, minute + 10)
        book.leaves(patient, minute + 10)


def test_supplies_come_as_ordered() -> None:
    """After the second use one is left, so that four are ordered, which come half an hour later."""
    book = blood()
    book.there_are(0, "blood", 5)
    use(book, 10, 20)
    book.there_are(50, "blood", 5)
    use(book, 60)
    assert book.closed().rules() == set()


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        (((0, 5),), "0 units of blood come day 1 00:50:00.000, due are 4"),
        (((0, 5), (51, 5)), "0 units of blood come day 1 00:50:00.000, due are 4"),
        (((0, 5), (50, 6)), "5 units of blood come day 1 00:50:00.000, due are 4"),
        (((0, 6), (50, 6)), "6 units of blood come day 1 00:00:00.000, due are 5"),
        (((0, 5), (5, 7), (50, 7)), "2 units of blood come day 1 00:05:00.000, due are 0"),
    ],
)
def test_nothing_comes_that_was_not_ordered(levels: tuple[tuple[float, int], ...], words: str) -> None:
    book = blood()
    for minute, units in levels:
        book.there_are(minute, "blood", units)
    use(book, 10, 20)
    assert f"rule 6: {words}" in faults(book)


def test_more_is_ordered_until_it_is_enough() -> None:
    """With two left of six, orders of one are sent until there are three again."""
    book = blood(stock=4, order=1, reorder_at=2)
    book.there_are(0, "blood", 4)
    use(book, 10)
    book.there_are(40, "blood", 3)
    assert book.closed().rules() == set()


def test_the_stock_is_never_below_nothing() -> None:
    book = blood(reorder_at=0, order=1)
    book.there_are(0, "blood", 5)
    use(book, 10, 20, 30)
    assert "rule 2: is taken although there is none left: patient 2, step way/transfuse, blood" in faults(book)


def test_supplies_come_by_the_calendar() -> None:
    deliveries = {"daily": {"days": "all", "at": "02:00", "units": 3}}
    book = book_of(
        {"transfuse": {"uses": "blood", "time": "10 min"}}, supplies={"blood": {"stock": 1, "deliveries": deliveries}}
    )
    book.there_are(0, "blood", 1)
    patient = book.arrives(10)
    book.does(patient, "transfuse", 10, 10, 20)
    book.leaves(patient, 20)
    book.there_are(120, "blood", 3)
    assert book.closed().rules() == set()


# Equipment that is made ready.


def scanner(*ready: float) -> Book:
    book = book_of(
        {"scan": {"equipment": "scanner", "time": "10 min"}},
        equipment={"scanner": {"units": 1, "turnaround": "15 min"}},
    )
    for start in (0, 25):
        patient = book.arrives(0)
        book.does(patient, "scan", 0, start, start + 10)
        book.leaves(patient, start + 10)
    for minute in ready:
        book.add(minute, -1, Event.READY, "", ("scanner", 1))
    return book


def test_equipment_is_made_ready_after_each_use() -> None:
    assert scanner(25, 50).closed().rules() == set()


def test_equipment_is_not_used_before_it_is_ready() -> None:
    assert "rule 2: a bed of scanner is not ready day 1 00:50" in faults(scanner(25))
    assert "rule 2: is taken although there is none left: patient 1" in faults(scanner(26, 50))


# Units that stay free.


@pytest.mark.parametrize(("end", "believed"), [(20, True), (21, False)])
def test_some_units_stay_free_for_others(end: float, *, believed: bool) -> None:
    """Of three nurses two may be busy when the chat begins, so that it waits until one of the talks is over."""
    book = book_of(TALK, {"chat": {"staff": "nurse", "time": "5 min", "keep_free": 1}}, staff={"nurse": {"on_duty": 3}})
    for minute in (end, 30):
        book.does(book.arrives(0), "talk", 0, 0, minute)
    for patient in range(2):
        book.leaves(patient, (end, 30)[patient])
    chats = book.arrives(0)
    book.does(chats, "chat", 0, 20, 25)
    book.leaves(chats, 25)
    if believed:
        assert book.closed().rules() == set()
    else:
        assert "rule 2: is taken although some must stay free: patient 2, step way/chat, nurse" in faults(book)
