"""Expected harm from delays to admission, worked out by hand; the window is the first day, hours 1 to 25.

Patients come to the department and move to a bed after a time that decides: 6 hours are no delay, 6 hours and a minute
are; 8 hours still count with those of 6 to 8 hours. Same-day emergency care is no admission here, and who goes home or
moves before the window does not count.
"""

import pytest

from sim import clock
from sim.measure.kpis import Figures
from sim.measure.window import Window
from tests.builders import Book, comes, hospital

WINDOW = Window(clock.HOUR, 25 * clock.HOUR)
WARDS = {
    "majors": {"beds": 20, "kind": "ed"},
    "medical": {"beds": 20},
    "short_stay": {"beds": 20, "kind": "same_day"},
}


def pathway(*moves: str) -> list[object]:
    onward = [{"enter": move} for move in moves]
    return [{"enter": {"ward": "majors", "name": "come"}}, {"wait": {"time": "1 h"}}, *onward, {"leave": "discharged"}]


@pytest.fixture(scope="module")
def figures() -> Figures:
    ages = {"age": {"old": "50 %", "young": "rest"}}
    patients = {name: comes(name, attributes=ages) for name in ("admitted", "ambulatory", "home")}
    pathways = {"admitted": pathway("medical"), "ambulatory": pathway("short_stay"), "home": pathway()}
    book = Book(hospital("30 h", "1 h", patients=patients, wards=WARDS, pathways=pathways))
    drawn = []
    for who, age, hours in (
        ("admitted", "old", 6.0),
        ("admitted", "old", 6 + 1 / 60),
        ("admitted", "young", 8.0),
        ("admitted", "old", 8 + 1 / 60),
        ("admitted", "old", 14.0),
        ("admitted", "old", 25.0),  # in the first instant that is outside
        ("ambulatory", "old", 9.0),
        ("home", "old", 9.0),
    ):
        patient = book.arrives(0, who, age=age)
        book.enters(patient, f"{who}/come", 0, 0)
        book.stays(patient, f"{who}/wait", 0, hours * 60)
        if who != "home":
            book.enters(
                patient, f"{who}/enter {'medical' if who == 'admitted' else 'short_stay'}", hours * 60, hours * 60
            )
        book.leaves(patient, hours * 60, f"{who}/leave")
        drawn.append(round(hours * clock.HOUR))
    book.drawn |= {f"{who}/wait/time": drawn for who in patients}
    return book.closed().measured(WINDOW).kpis


@pytest.mark.parametrize(
    ("name", "scope", "expected"),
    [
        ("admitted_over_6h_per_day", "", 4),
        ("admitted_over_6h_per_day", "delay:6 to 8 h", 2),
        ("admitted_over_6h_per_day", "delay:over 8 h", 2),
        ("admitted_over_6h_per_day", "age:young", 1),
        ("admitted_over_6h_per_day", "class:ambulatory", 0),
        ("extra_deaths_per_week", "", 7 * 4 / 82),
        ("extra_deaths_per_week", "delay:6 to 8 h", 7 * 2 / 82),
        ("extra_deaths_per_week", "age:old", 7 * 3 / 82),
    ],
)
def test_the_figures_are_those_worked_out_by_hand(figures: Figures, name: str, scope: str, expected: float) -> None:
    assert figures[name, scope] == pytest.approx(expected, rel=1e-12)
