"""Who waits for a slot when the window ends: also who gets one in that very instant, but not who asks then."""

from sim import clock
from sim.measure.window import Window
from tests.builders import Book, comes, hospital

TICK = 1 / 60_000


def test_who_waits_when_the_window_ends_waits_for_slots_now() -> None:
    """The window ends at 03:00, when two slots are offered: one patient has waited since 02:00, one comes then."""
    slots = {"clinic": {"sessions": {"a": {"at": "03:00", "slots": 2}}}}
    pathways = {"way": [{"visit": {"slots": "clinic", "time": "10 min"}}, {"leave": "discharged"}]}
    book = Book(hospital("4 h", patients={"p": comes()}, slots=slots, pathways=pathways))
    book.there_are(180, "clinic", 2)
    for came in (120, 180):
        patient = book.arrives(came)
        book.does(patient, "visit", came, 180, 190)
        book.leaves(patient, 190)
    book.there_are(180 + TICK, "clinic", 0)
    book.drawn |= {"way/visit/time": [10 * clock.MINUTE] * 2}
    told = book.closed()
    assert told.measured(Window(0, 180 * clock.MINUTE)).kpis["waiting_now", "slots:clinic"] == 1
    assert told.measured(Window(0, 180 * clock.MINUTE + 1)).kpis["waiting_now", "slots:clinic"] == 0
