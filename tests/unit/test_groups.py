"""Every figure that counts patients can be told for each class and each level of what patients are like.

The run starts on a Saturday; the window is Sunday and Monday (hours 24 to 72). Of those who come to the emergency
department,

| patient | comes | decided | bed | ready | leaves |
|---|---|---|---|---|---|
| woman | 25 | 26 | 30, medical | 50 | 59, Monday at 11:00 |
| man | 26 | 27 | 28, surgical instead | 46 | 46, Sunday at 22:00 |
| waiting man | 40 | 41 | none | | |
| last woman | 70 | waits for a cubicle until the end | | | |

and of those who call, a young one is sent away at hour 30 and an old one stays from hour 31 to 32.
"""

import math

import pytest

from sim.engine.eventlog import Event
from sim.measure.kpis import Figures
from sim.scenario.start import Start
from tests.builders import Book, comes, hospital

PATHWAYS = {
    "emergency": [
        {"enter": "cubicles"},
        {"look": {"time": "1 h"}},
        "decide to admit",
        {"enter": "medical"},
        {"stay": "1 d"},
        "ready",
        {"papers": {"time": "1 h"}},
        {"leave": "discharged"},
    ],
    "calls": [
        {"enter": {"ward": "lounge", "if_none_free": "cancelled"}},
        {"sit": {"time": "1 h"}},
        {"leave": "transferred"},
    ],
}
WARDS = {
    "cubicles": {"beds": 9, "kind": "ed"},
    "medical": {"beds": 9, "if_full": [{"after": "1 h", "use": "surgical"}]},
    "surgical": {"beds": 9},
    "lounge": {"beds": 9, "kind": "chairs"},
}
PATIENTS = {
    "attender": comes("emergency", attributes={"sex": {"f": "50 %", "m": "rest"}}),
    "caller": comes("calls", attributes={"age": {"young": "50 %", "old": "rest"}}),
}


def h(hours: float) -> float:
    return hours * 60


def attends(book: Book, sex: str, came: float, decided: float) -> int:
    patient = book.arrives(h(came), "attender", sex=sex)
    book.enters(patient, "enter cubicles", h(came), h(came))
    book.stays(patient, "look", h(came), h(decided))
    book.marks(patient, "decide to admit", h(decided))
    return patient


def lies(book: Book, patient: int, hours: tuple[float, float, float, float], ward: str) -> None:
    """Waits for a bed, gets it, is ready and leaves."""
    asked, placed, ready, leaves = map(h, hours)
    book.enters(patient, "enter medical", asked, placed, ward)
    book.stays(patient, "stay", placed, ready)
    book.marks(patient, "ready", ready)
    book.stays(patient, "papers", ready, leaves)
    book.leaves(patient, leaves, "emergency/leave")


@pytest.fixture(scope="module")
def figures() -> Figures:
    book = Book(
        hospital("2 d", "1 d", start="2026-01-10", patients=PATIENTS, wards=WARDS, pathways=PATHWAYS),
    )
    lies(book, attends(book, "f", 25, 26), (26, 30, 50, 59), "medical")
    lies(book, attends(book, "m", 26, 27), (27, 28, 46, 46), "surgical")
    young = book.arrives(h(30), "caller", age="young")
    book.turned_away(young, "enter lounge", Event.REFUSE, h(30), h(30))
    book.leaves(young, h(30), "enter lounge: cancelled")
    old = book.arrives(h(31), "caller", age="old")
    book.enters(old, "enter lounge", h(31), h(31))
    book.stays(old, "sit", h(31), h(32))
    book.leaves(old, h(32), "calls/leave")
    waiting = attends(book, "m", 40, 41)
    book.waits(waiting, "enter medical", h(41))
    book.waits(book.arrives(h(70), "attender", sex="f"), "enter cubicles", h(70))
    return book.closed().measured().kpis


EMERGENCY = [
    ("attendances_per_day", 2 / 2, 2 / 2),
    ("ed_within_4h", 0 / 1, 1 / 2),  # the woman after 5 h, the man after 2 h, the waiting man is beyond
    ("ed_breaches_4h_per_day", 1 / 2, 1 / 2),
    ("ed_breaches_12h_per_day", 0, 1 / 2),
    ("ed_time_mean", h(5), h(2)),
    ("dta_over_4h", 0, 1 / 2),
    ("boarders_mean", (30 - 26) / 48, (28 - 27 + 72 - 41) / 48),
    ("boarders_8am", 0, 1 / 2),  # 08:00 is at hours 32 and 56
]
BEDS = [
    ("admissions_per_day", 1 / 2, 1 / 2),
    ("beds_used", (59 - 30) / 48, (46 - 28) / 48),
    ("outliers_8am", 0, 1 / 2),
    ("length_of_stay_mean", 29 / 24, 18 / 24),
    ("discharges_per_day", 1 / 2, 1 / 2),
    ("discharges_before_noon", 1, 0),
    ("discharges_by_5pm", 1, 0),
    ("weekend_discharge_ratio", 0, math.nan),
    ("ready_patients_share", 1 / 2, 0),  # the woman lies there at both 08:00, ready at the second
    ("delay_days_per_day", 9 / 48, 0),
]
FLOW = [
    ("arrivals_per_day", 1, 1),
    ("still_inside_share", 1 / 2, 1 / 2),
    ("time_inside_mean", h(34), h(20)),
    ("inside_mean", (34 + 2) / 48, (20 + 32) / 48),
    ("cancelled_share", 0, 0),
    ("refused_share", math.nan, math.nan),  # they never ask where one can be refused
    ("wait_mean", h(4) / 2, h(1) / 3),
    ("wait_p95", 0.95 * h(4), 0.9 * h(1)),
    ("wait_longest", h(4), h(31)),
    ("queue_mean", (4 + 2) / 48, (1 + 31) / 48),
]


@pytest.mark.parametrize(("name", "women", "men"), [*EMERGENCY, *BEDS, *FLOW])
def test_women_and_men_are_told_apart(figures: Figures, name: str, women: float, men: float) -> None:
    for level, expected in (("f", women), ("m", men)):
        assert figures[name, f"sex:{level}"] == pytest.approx(expected, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("name", "young", "old"),
    [("refused_share", 1, 0), ("cancelled_share", 1, 0), ("arrivals_per_day", 1 / 2, 1 / 2), ("beds_used", 0, 0)],
)
def test_the_young_and_the_old_are_told_apart(figures: Figures, name: str, young: float, old: float) -> None:
    assert (figures[name, "age:young"], figures[name, "age:old"]) == (young, old)


@pytest.mark.parametrize("name", [name for name, *_ in (*EMERGENCY, *BEDS, *FLOW)])
def test_all_of_them_are_told_as_a_class_too(figures: Figures, name: str) -> None:
    assert (name, "") in figures
    assert (name, "class:attender") in figures


ADDING = {"boarders_mean", "boarders_8am", "beds_used", "outliers_8am", "inside_mean", "queue_mean"}


def test_what_is_counted_adds_up_over_classes_and_levels(figures: Figures) -> None:
    names = {name for name, scope in figures if scope == "sex:f" and (name in ADDING or name.endswith("per_day"))}
    assert len(names) > 10
    for name in names:
        women, men, attenders = (figures[name, scope] for scope in ("sex:f", "sex:m", "class:attender"))
        assert women + men == pytest.approx(attenders)
        callers = figures.get((name, "class:caller"), 0.0)
        assert attenders + callers == pytest.approx(figures[name, ""])


def test_who_was_there_at_the_start_is_present_but_did_not_arrive() -> None:
    """Two patients lie in a bed when the run begins; one leaves after ten hours, and somebody comes then."""
    there = {"beds": Start(of="caller", at="calls/sit", ward="lounge", patients=2)}
    scenario = hospital("2 d", patients=PATIENTS, wards={**WARDS, "lounge": {"beds": 9}}, pathways=PATHWAYS)
    book = Started(scenario.model_copy(update={"start": there}))
    for leaves in (10, None):
        patient = book.arrives(0, "caller", age="old")
        book.enters(patient, "start beds", 0, 0)
        book.stays(patient, "sit", 0, h(leaves) if leaves else None)
        if leaves:
            book.leaves(patient, h(leaves), "calls/leave")
    came = book.arrives(h(10), "caller", age="young")
    book.enters(came, "enter lounge", h(10), h(10))
    book.stays(came, "sit", h(10), h(30))
    book.leaves(came, h(30), "calls/leave")
    found = book.closed().measured().kpis
    assert found["arrivals_per_day", ""] == 1 / 2
    assert found["admissions_per_day", ""] == 1 / 2
    assert found["still_inside_share", ""] == 0
    assert found["inside_mean", ""] == pytest.approx((10 + 48 + 20) / 48)
    assert found["beds_used", "age:old"] == pytest.approx((10 + 48) / 48)
    assert found["time_inside_mean", ""] == h(20)
    assert found["length_of_stay_mean", ""] == pytest.approx(20 / 24)
    assert found["discharges_per_day", ""] == 2 / 2


class Started(Book):
    """The first two patients are there at the start, and the only start stands behind the two classes."""

    def fates(self):
        fates = super().fates()
        fates.entry[:2] = 2
        return fates
