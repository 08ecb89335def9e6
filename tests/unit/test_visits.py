"""Visits: how each wait, step and stay is told in one row."""

from sim import clock
from sim.engine.eventlog import Event
from sim.engine.stories import needs, spells, tell
from sim.measure.visits import NEVER, Ending, Visits, visits
from sim.measure.window import Window
from tests.builders import Book, Replication, comes, hospital

GIVES_UP = {"staff": "nurse", "time": "5 min", "gives_up_after": "1 h", "then": "left_before_seen"}
PATHWAY = [
    {"plaster": {"staff": ["nurse", "doctor"], "time": "5 min"}},
    {"talk": GIVES_UP},
    {"scan": {"staff": "doctor", "time": "5 min", "queue_limit": 1, "if_queue_full": "diverted"}},
    {"test": {"staff": "doctor", "time": "5 min", "if_none_free": "refused"}},
    {"rest": {"time": "10 min"}},
    {"enter": "own"},
    {"enter": {"ward": "own", "name": "again"}},
    "vacate",
    {"leave": "discharged"},
]

JUST_BEFORE = 10 - 1 / 60_000  # a millisecond before minute 10


def hospital_of_two() -> Book:
    wards = {"own": {"beds": 2, "if_full": [{"after": "10 min", "use": "other"}]}, "other": {"beds": 2}}
    staff = {"nurse": {"on_duty": 3}, "doctor": {"on_duty": 3}}
    return Book(hospital("10 h", patients={"p": comes()}, staff=staff, wards=wards, pathways={"way": PATHWAY}))


def table_of(case: Replication) -> Visits:
    needed, stories = needs(case.program), tell(case.log)
    return visits(stories, spells(stories, needed), needed)


def told(case: Replication) -> list[tuple]:
    """Visits as tuples: patient, step, wanted and taken resource, minutes queued, started and ended, ending."""
    names = [*case.program.resources, None]
    table = table_of(case)
    rows = []
    for visit in range(len(table)):
        minutes = [
            None if moments[visit] == NEVER else moments[visit] / clock.MINUTE
            for moments in (table.queued_ms, table.started_ms, table.ended_ms)
        ]
        step, wanted, taken = (int(column[visit]) for column in (table.step, table.wanted, table.resource))
        ending = Ending(int(table.ending[visit])).name.lower()
        rows.append(
            (int(table.patient[visit]), case.program.steps[step].name, names[wanted], names[taken], *minutes, ending)
        )
    return rows


def test_a_step_with_two_people_is_one_visit() -> None:
    book = hospital_of_two()
    patient = book.arrives(1)
    book.does(patient, "plaster", 1, 5, 9)
    book.turned_away(patient, "talk", Event.RENEGE, 9, 69)
    book.leaves(patient, 69, "talk: left_before_seen")
    assert told(book.closed()) == [
        (0, "plaster", "doctor", "doctor", 1, 5, 9, "done"),
        (0, "talk", "nurse", None, 9, None, 69, "gave_up"),
    ]


def test_who_is_turned_away_ends_in_the_instant_of_asking() -> None:
    book = hospital_of_two()
    for step, event, outcome in (("scan", Event.BALK, "diverted"), ("test", Event.REFUSE, "refused")):
        patient = book.arrives(3)
        book.turned_away(patient, step, event, 3, 3)
        book.leaves(patient, 3, f"{step}: {outcome}")
    assert told(book.closed()) == [
        (0, "scan", "doctor", None, 3, None, 3, "queue_full"),
        (1, "test", "doctor", None, 3, None, 3, "refused"),
    ]


def test_what_is_open_at_the_end_has_no_end() -> None:
    book = hospital_of_two()
    waits, works, rests, lies = (book.arrives(0) for _ in range(4))
    book.waits(waits, "plaster", 0)
    book.does(works, "plaster", 0, 7)
    book.stays(rests, "rest", 0)
    book.enters(lies, "enter own", 0, 2)
    book.stays(lies, "rest", 2, 8)
    book.stays(lies, "rest", 8)
    assert told(book.closed()) == [
        (0, "plaster", "doctor", None, 0, None, None, "waiting"),
        (1, "plaster", "doctor", "doctor", 0, 7, None, "under_way"),
        (2, "rest", None, None, None, 0, None, "under_way"),
        (3, "enter own", "own", "own", 0, 2, None, "under_way"),
        (3, "rest", None, None, None, 2, 8, "done"),
        (3, "rest", None, None, None, 8, None, "under_way"),
    ]


def test_a_bed_is_a_visit_until_it_is_given_up_in_whatever_ward_it_is() -> None:
    book = hospital_of_two()
    first, second = book.arrives(0), book.arrives(0)
    book.enters(first, "enter own", 0, 10, "other")
    book.stays(first, "rest", 10, 20)
    book.enters(first, "again", 20, 50)
    book.vacates(first, 50)
    book.stays(first, "rest", 50, 55)
    book.leaves(first, 55)
    book.enters(second, "enter own", 0, 0)
    book.leaves(second, 0)
    assert told(book.closed()) == [
        (0, "enter own", "own", "other", 0, 10, 50, "done"),
        (0, "rest", None, None, None, 10, 20, "done"),
        (0, "again", "own", "own", 20, 50, 50, "done"),
        (0, "rest", None, None, None, 50, 55, "done"),
        (1, "enter own", "own", "own", 0, 0, 0, "done"),
    ]


def test_a_hospital_without_patients_has_no_visits() -> None:
    assert told(hospital_of_two().closed()) == []


def test_who_waits_is_known_at_the_end_of_every_instant() -> None:
    book = hospital_of_two()
    served, gives_up, stays = book.arrives(10), book.arrives(10), book.arrives(10)
    book.does(served, "plaster", 10, 20, 30)
    book.turned_away(served, "scan", Event.BALK, 30, 30)
    book.leaves(served, 30, "scan: diverted")
    book.does(gives_up, "plaster", 10, 10, 15)
    book.turned_away(gives_up, "talk", Event.RENEGE, 15, 40)
    book.leaves(gives_up, 40, "talk: left_before_seen")
    book.waits(stays, "plaster", 10)
    table = table_of(book.closed())
    moments = (JUST_BEFORE, 10, 15, 20, 39, 40)
    waiting = {minute: int(table.waiting_at(round(minute * clock.MINUTE)).sum()) for minute in moments}
    assert waiting == {JUST_BEFORE: 0, 10: 2, 15: 3, 20: 2, 39: 2, 40: 1}


def test_a_service_belongs_to_the_window_in_which_it_starts() -> None:
    book = hospital_of_two()
    for start in (10, 19.999, 20):
        book.does(book.arrives(0), "plaster", 0, start)
    book.stays(book.arrives(10), "rest", 10)  # nobody waits for this
    table = table_of(book.closed())
    assert table.served_in(Window(10 * clock.MINUTE, 20 * clock.MINUTE)).tolist() == [True, True, False, False]


def hospital_of_more() -> Book:
    """What is kept, interrupted, missed, or sent home again."""
    home = {"use": "other", "after": "10 min", "return_when_free": True}
    wards = {"own": {"beds": 2, "if_full": [home]}, "other": {"beds": 2}}
    staff = {"nurse": {"on_duty": 3}, "doctor": {"on_duty": 3}, "crew": {"on_duty": 3}}
    rules = {"worsens_after": "1 h", "if_worse": "died", "must_finish": True, "if_no_time": "cancelled"}
    clinic = {"staff": "doctor", "time": "5 min", "missed": "10 %", "if_missed": "refused", **rules}
    pathway = [
        {"hold": {"staff": ["crew", "doctor"]}},
        {"talk": {"staff": "nurse", "time": "5 min", "or": [{"staff": "doctor"}]}},
        {"clinic": clinic},
        {"enter": "own"},
        {"rest": {"time": "10 min"}},
        {"leave": "discharged"},
    ]
    return Book(hospital("10 h", patients={"p": comes()}, staff=staff, wards=wards, pathways={"way": pathway}))


def resumed(case: Replication) -> list[bool]:
    return table_of(case).resumed.tolist()


def test_an_interrupted_step_is_one_visit_a_spell() -> None:
    book = hospital_of_more()
    patient = book.arrives(0)
    book.waits(patient, "talk", 0)
    book.begins(patient, "talk", 5)
    book.ends(patient, "talk", 8, Event.INTERRUPT)
    book.does(patient, "talk", 8, 20, 22, doctor=1)
    book.leaves(patient, 22)
    case = book.closed()
    assert told(case) == [
        (0, "talk", "nurse", "nurse", 0, 5, 8, "interrupted"),
        (0, "talk", "nurse", "doctor", 8, 20, 22, "done"),
    ]
    assert resumed(case) == [False, True]
    assert table_of(case).served_in(Window(0, clock.HOUR)).tolist() == [True, False]  # one wait for the step
    waiting = [int(table_of(case).waiting_at(minute * clock.MINUTE).sum()) for minute in (4, 5, 8, 19, 20)]
    assert waiting == [1, 0, 1, 1, 0]


def test_what_is_kept_is_a_visit_until_all_of_it_is_given_back() -> None:
    book = hospital_of_more()
    patient, other = book.arrives(0), book.arrives(0)
    book.keeps(patient, "hold crew and doctor", 0, 5)
    book.does(patient, "talk", 5, 5, 10)
    book.add(10, patient, Event.GIVE_BACK, "hold crew and doctor", ("doctor", 1))
    book.stays(patient, "rest", 10, 20)
    book.add(20, patient, Event.GIVE_BACK, "hold crew and doctor", ("crew", 1))
    book.leaves(patient, 20)
    book.keeps(other, "hold crew and doctor", 0, 6)
    book.stays(other, "rest", 6)
    assert told(book.closed()) == [
        (0, "hold crew and doctor", "crew", "crew", 0, 5, 20, "done"),
        (0, "talk", "nurse", "nurse", 5, 5, 10, "done"),
        (0, "rest", None, None, None, 10, 20, "done"),
        (1, "hold crew and doctor", "crew", "crew", 0, 6, None, "under_way"),
        (1, "rest", None, None, None, 6, None, "under_way"),
    ]


def test_who_gets_worse_comes_too_late_or_misses_an_appointment() -> None:
    book = hospital_of_more()
    for event, outcome in ((Event.WORSEN, "died"), (Event.LATE, "cancelled")):
        patient = book.arrives(0)
        book.turned_away(patient, "clinic", event, 0, 60)
        book.leaves(patient, 60, f"clinic: {outcome}")
    missing = book.arrives(0)
    book.does(missing, "clinic", 0, 10, 15)
    book.marks(missing, "clinic: missed", 15)
    book.stays(missing, "rest", 15)
    assert told(book.closed()) == [
        (0, "clinic", "doctor", None, 0, None, 60, "worsened"),
        (1, "clinic", "doctor", None, 0, None, 60, "late"),
        (2, "clinic", "doctor", "doctor", 0, 10, 15, "missed"),
        (2, "rest", None, None, None, 15, None, "under_way"),
    ]


def test_who_comes_home_has_a_visit_there_and_goes_on_with_what_they_do() -> None:
    book = hospital_of_more()
    patient, other = book.arrives(0), book.arrives(0)
    book.enters(patient, "enter own", 0, 10, "other")
    book.stays(patient, "rest", 10)
    book.comes_home(patient, "enter own", 15, "own")
    book.ends(patient, "rest", 20)
    book.leaves(patient, 20)
    book.enters(other, "enter own", 0, 0)
    book.stays(other, "rest", 0)
    case = book.closed()
    assert told(case) == [
        (0, "enter own", "own", "other", 0, 10, 15, "done"),
        (0, "rest", None, None, None, 10, 20, "done"),
        (0, "enter own", None, "own", None, 15, 20, "done"),
        (1, "enter own", "own", "own", 0, 0, None, "under_way"),
        (1, "rest", None, None, None, 0, None, "under_way"),
    ]
    assert resumed(case) == [False, False, True, False, False]
    assert table_of(case).alike.tolist() == [False, False, True, True, False]
    assert table_of(case).served_in(Window(0, clock.HOUR)).tolist() == [True, False, False, True, False]


def test_who_loses_a_bed_goes_on_with_the_stay_in_another() -> None:
    book = hospital_of_more()
    patient = book.arrives(0)
    book.enters(patient, "enter own", 0, 0)
    book.stays(patient, "rest", 0)
    book.loses_bed(patient, "rest", 4)
    book.enters(patient, "enter own", 4, 30, "other")
    book.stays(patient, "rest", 30, 36)
    book.leaves(patient, 36)
    case = book.closed()
    assert told(case) == [
        (0, "enter own", "own", "own", 0, 0, 4, "done"),
        (0, "rest", None, None, None, 0, 4, "interrupted"),
        (0, "enter own", "own", "other", 4, 30, 36, "done"),
        (0, "rest", None, None, None, 30, 36, "done"),
    ]
    assert resumed(case) == [False, False, True, True]


def test_who_was_there_at_the_start_has_waited_before() -> None:
    book = hospital_of_more()
    first, second, comes_later = book.arrives(0), book.arrives(0), book.arrives(1)
    book.waited = {first: 30, second: 50}
    book.does(first, "talk", 0, 0, 10)
    book.does(first, "talk", 10, 20, 25)
    book.leaves(first, 25)
    book.waits(second, "talk", 0)
    book.does(comes_later, "talk", 1, 3)
    case = book.closed()
    stories, needed = tell(case.log), needs(case.program)
    table = visits(stories, spells(stories, needed), needed, case.fates.waited_ms)
    assert (table.before_ms / clock.MINUTE).tolist() == [30, 0, 50, 0]
    assert (table.waits_ms() / clock.MINUTE)[[0, 1, 3]].tolist() == [30, 10, 2]
    assert table_of(case).before_ms.tolist() == [0, 0, 0, 0]
