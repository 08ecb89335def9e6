"""How often policies act and for how long; the window is 01:00 to 03:00, the run goes on to 04:00."""

import pytest

from sim import clock
from sim.measure.kpis import Figures
from sim.measure.window import Window
from tests.builders import Book, comes, hospital

WINDOW = Window(60 * clock.MINUTE, 180 * clock.MINUTE)


def figures(*changes: tuple[float, bool]) -> Figures:
    policy = {"watch": {"inside": "medical"}, "above": 3}
    scenario = hospital(
        "3 h",
        "1 h",
        patients={"p": comes()},
        wards={"medical": {"beds": 9}},
        policies={"surge": policy, "asleep": policy},
        pathways={"way": [{"enter": "medical"}, {"leave": "discharged"}]},
    )
    book = Book(scenario)
    for minute, active in changes:
        book.acts(minute, "surge", active=active)
    return book.closed().measured(WINDOW).kpis


@pytest.mark.parametrize(
    ("changes", "firings", "minutes"),
    [
        ([], 0, 0),
        ([(30, True)], 0, 120),  # all along
        ([(60, True), (90, False)], 1, 30),  # in the first instant of the window
        ([(30, True), (60, False)], 0, 0),
        ([(100, True)], 1, 80),
        ([(180, True)], 0, 0),  # in the instant in which it ends
        ([(70, True), (80, False), (100, True), (160, False)], 2, 70),
        ([(70, True), (70, False)], 1, 0),  # over in the same instant
    ],
)
def test_a_policy_fires_and_is_active(changes: list[tuple[float, bool]], firings: int, minutes: float) -> None:
    found = figures(*changes)
    assert found["policy_firings_per_day", "policy:surge"] == pytest.approx(firings * 12)
    assert found["policy_active_share", "policy:surge"] == pytest.approx(minutes / 120)
    assert found["policy_firings_per_day", "policy:asleep"] == found["policy_active_share", "policy:asleep"] == 0


def test_without_policies_nothing_is_told() -> None:
    pathways = {"way": [{"talk": {"staff": "nurse", "time": "5 min"}}, {"leave": "discharged"}]}
    scenario = hospital("3 h", patients={"p": comes()}, staff={"nurse": {"on_duty": 1}}, pathways=pathways)
    assert not any(name.startswith("policy") for name, _ in Book(scenario).closed().measured().kpis)
