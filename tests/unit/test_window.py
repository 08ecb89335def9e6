"""The measuring window."""

import numpy as np
import pytest

from sim import clock
from sim.measure.window import Window
from tests.builders import comes, hospital


@pytest.mark.parametrize(
    ("length", "measured"),
    [
        ("6 d", 6 * clock.DAY),
        ("7 d", clock.WEEK),
        ("10 d", clock.WEEK),
        ("20 d", 2 * clock.WEEK),
        ("5 min", 5 * clock.MINUTE),
    ],
)
def test_it_begins_after_the_warm_up_and_has_whole_weeks_if_there_is_one(length: str, measured: int) -> None:
    scenario = hospital(length, "3 d", patients={"p": comes()}, pathways={"way": [{"leave": "discharged"}]})
    assert Window.of(scenario) == Window(3 * clock.DAY, 3 * clock.DAY + measured)


def test_its_first_instant_belongs_to_it_and_its_end_to_the_next() -> None:
    moments = np.array([-1, 99, 100, 199, 200])
    assert Window(100, 200).holds(moments).tolist() == [False, False, True, True, False]


@pytest.mark.parametrize(
    ("spell", "inside"),
    [
        ((0, 100), 0),
        ((50, 101), 1),
        ((0, 300), 100),
        ((120, 130), 10),
        ((199, 500), 1),
        ((200, 500), 0),
        ((150, 150), 0),
    ],
)
def test_a_spell_counts_as_far_as_it_lies_in_the_window(spell: tuple[int, int], inside: int) -> None:
    assert Window(100, 200).overlap(np.array(spell[:1]), np.array(spell[1:])).tolist() == [inside]


@pytest.mark.parametrize(
    ("start_hour", "end_hour", "days"),
    [(0, 48, [0, 1]), (8, 32, [0]), (8.001, 32, []), (9, 33, [1]), (7, 8, []), (7, 8.001, [0]), (-20, 0, [-1])],
)
def test_the_morning_census_is_at_every_eight_o_clock_inside(
    start_hour: float, end_hour: float, days: list[int]
) -> None:
    window = Window(int(start_hour * clock.HOUR), int(end_hour * clock.HOUR))
    assert window.daily(8 * clock.HOUR).tolist() == [day * clock.DAY + 8 * clock.HOUR for day in days]
