"""Long stays, nights, delays, and beds beyond or short of the plan, worked out by hand.

The window is day 1 to day 31, the end of the run.

| patient | bed | ready | leaves |
|---|---|---|---|
| long | day 2, 07:00 | | never |
| short | day 9, 23:00 | day 10, 05:00 | day 10, 11:00: 12 hours, one midnight |
| noon | day 10, 08:00 | day 12, 08:00 | day 17, 08:00: the morning on which it has been seven days |
| dies | day 20, 01:00 | day 20, 02:00 | day 20, 03:00: no midnight; not a discharge |
"""

import pytest

from sim import clock
from sim.measure.kpis import Figures
from sim.measure.window import Window
from tests.builders import Book, comes, hospital

DAY = 24 * 60
WINDOW = Window(clock.DAY, 31 * clock.DAY)


def at(day: int, hour: int) -> float:
    return day * DAY + hour * 60


@pytest.fixture(scope="module")
def figures() -> Figures:
    care = [{"stay": "1 d"}, "ready", {"papers": {"time": "1 h"}}]
    pathways = {
        "way": [{"enter": "medical"}, *care, {"leave": "discharged"}],
        "last": [{"enter": {"ward": "medical", "name": "come"}}, *care, {"leave": "died"}],
    }
    patients = {"usual": comes(), "mortal": comes("last")}
    book = Book(hospital("30 d", "1 d", patients=patients, wards={"medical": {"beds": 9}}, pathways=pathways))
    long = book.arrives(at(2, 7), "usual")
    book.enters(long, "enter medical", at(2, 7), at(2, 7))
    book.stays(long, "way/stay", at(2, 7))
    drawn = {"stay": [40 * DAY], "papers": [0.0]}
    for who, enter, bed, ready, leaves in (
        ("usual", "enter medical", at(9, 23), at(10, 5), at(10, 11)),
        ("usual", "enter medical", at(10, 8), at(12, 8), at(17, 8)),
        ("mortal", "come", at(20, 1), at(20, 2), at(20, 3)),
    ):
        way = "way" if who == "usual" else "last"
        patient = book.arrives(bed, who)
        book.enters(patient, enter, bed, bed)
        book.stays(patient, f"{way}/stay", bed, ready)
        book.marks(patient, f"{way}/ready", ready)
        book.stays(patient, f"{way}/papers", ready, leaves)
        book.leaves(patient, leaves, f"{way}/leave")
        drawn["stay"].append(ready - bed)
        drawn["papers"].append(leaves - ready)
    for way in ("way", "last"):
        for step, times in drawn.items():
            book.drawn[f"{way}/{step}/time"] = [round(time * clock.MINUTE) for time in times]
    return book.closed().measured(WINDOW).kpis


@pytest.mark.parametrize(
    ("name", "scope", "expected"),
    [
        ("length_of_stay_midnights", "", (1 + 7 + 0) / 3),
        ("length_of_stay_midnights", "class:mortal", 0),
        ("length_of_stay_mean", "", (12 + 7 * 24 + 2) / 3 / 24),
        # long from the morning of day 9 to that of day 30: 22 of 30 mornings; noon leaves on its seventh
        ("stays_over_7d_8am", "", 22 / 30),
        ("stays_over_14d_8am", "", 15 / 30),
        ("stays_over_21d_8am", "", 8 / 30),
        ("stays_over_7d_8am", "class:mortal", 0),
        ("discharge_delay_mean", "", (6 / 24 + 5) / 2),
    ],
)
def test_the_figures_are_those_worked_out_by_hand(figures: Figures, name: str, scope: str, expected: float) -> None:
    assert figures[name, scope] == pytest.approx(expected, rel=1e-12)


def test_beds_that_a_policy_opens_are_apart_from_those_that_are_planned() -> None:
    """From 24:00 to 27:00 two more beds are planned; a policy opens three from 25:00 to 26:00."""
    wards = {"medical": {"beds": 4, "also": {"night": {"beds": 2, "days": "tue", "from": "00:00", "to": "03:00"}}}}
    policies = {"surge": {"watch": {"occupancy": "medical"}, "above": "95 %", "do": {"open_beds": {"medical": 3}}}}
    pathways = {"way": [{"enter": "medical"}, {"stay": "1 d"}, {"leave": "discharged"}]}
    book = Book(hospital("4 h", "1 d", patients={"p": comes()}, wards=wards, policies=policies, pathways=pathways))
    for hour, beds in ((0, 4), (24, 6), (25, 9), (26, 6), (27, 4)):
        book.there_are(hour * 60, "medical", beds)
    book.acts(25 * 60, "surge", active=True)
    book.acts(26 * 60, "surge", active=False)
    figures = book.closed().measured().kpis
    assert figures["escalation_beds", "ward:medical"] == figures["escalation_beds", ""] == pytest.approx(3 / 4)
    assert figures["beds_open", ""] == pytest.approx((6 + 9 + 6 + 4) / 4)
    assert ("closed_beds", "") not in figures


def test_beds_without_staff_are_closed() -> None:
    """Ten beds, five for each nurse; in two of four hours only one nurse is on duty."""
    late = {
        "early": {"from": "00:00", "to": "02:00", "on_duty": 2},
        "late": {"from": "02:00", "to": "24:00", "on_duty": 1},
    }
    pathways = {"way": [{"enter": "medical"}, {"stay": "1 d"}, {"leave": "discharged"}]}
    wards = {"medical": {"beds": 10, "staffed_by": {"nurse": "1 per 5 beds"}}}
    book = Book(
        hospital("4 h", patients={"p": comes()}, wards=wards, staff={"nurse": {"roster": late}}, pathways=pathways)
    )
    book.there_are(0, "medical", 10)
    book.there_are(120, "medical", 5)
    patient = book.arrives(0)
    book.enters(patient, "enter medical", 0, 0)
    book.stays(patient, "stay", 0)
    book.drawn["way/stay/time"] = [clock.DAY]
    figures = book.closed().measured().kpis
    assert figures["closed_beds", "ward:medical"] == figures["closed_beds", ""] == pytest.approx(5 * 2 / 4)
    assert figures["care_hours_per_patient_day", ""] == pytest.approx((2 * 2 + 2 * 1) / 1)
    assert figures["care_hours_per_patient_day", "ward:medical"] == pytest.approx(6)
