"""The same patients through Wardflow, ciw and a few lines of recursion: nobody may differ by a millisecond.

Fewer patients than in the check itself, which compares at least 10,000 in each network.
"""

from functools import lru_cache

import numpy as np
import pytest

from sim.engine.eventlog import Event
from validation.crosscheck import recursions
from validation.crosscheck.cases import cases, judge, network, observe
from validation.crosscheck.networks import NETWORKS, shifts
from validation.crosscheck.paths import Path, draw, largest_difference

SHARE = 0.08


@lru_cache
def path_of(name: str) -> Path:
    return draw(network(name).files[0], SHARE)


def how_many(path: Path, event: Event) -> int:
    return int(np.count_nonzero(path.log.event == event))


@pytest.mark.parametrize("name", [one.name for one in NETWORKS])
def test_nobody_differs_by_a_millisecond(name: str) -> None:
    compared, *differences = observe(name, 0, SHARE)
    assert compared > 700
    assert differences == [0.0] * (2 if network(name).in_ciw else 1)


def test_what_a_network_is_about_happens_often() -> None:
    assert how_many(path_of("interruptions"), Event.INTERRUPT) > 80
    assert how_many(path_of("full_queue"), Event.BALK) > 100
    assert how_many(path_of("reneging"), Event.RENEGE) > 100
    assert how_many(path_of("roster_handed_over"), Event.INTERRUPT) > 5


@pytest.mark.parametrize("name", ["blocking", "blocking_with_chairs", "blocking_in_many_rooms"])
def test_many_who_find_no_place_stay_and_block(name: str) -> None:
    path = path_of(name)
    done = path.moments("goes on", Event.END, "examination")
    gone = path.moments("goes on", Event.VACATE, "first")
    assert sum(gone[key] > done[key] for key in gone) > 50


def test_the_three_rules_for_the_end_of_a_shift_treat_the_same_patients_differently() -> None:
    path = path_of("roster_finished")
    arrivals, times, roster = path.arrivals, path.drawn("care/treatment/time"), shifts(path)
    accounts = [
        recursions.finished(arrivals, times, roster),
        recursions.relieved(arrivals, times, roster),
        recursions.in_order(arrivals, times, [1] * len(times), roster),
    ]
    for one in accounts:
        for other in accounts:
            assert (one is other) == (largest_difference(one, other, path.horizon) == 0)


def test_a_recursion_by_hand() -> None:
    """One nurse for an hour, nobody in the second, one from the third on; treatments of 40 minutes at 10 and at 30."""
    roster = [(0, 1), (60, 0), (120, 1)]
    waits = {("starts", 0): 10, ("leaves", 0): 50}
    assert recursions.in_order([10, 30], [40, 40], [1, 1], roster) == waits | {("starts", 1): 50, ("leaves", 1): 150}
    assert recursions.relieved([10, 30], [40, 40], roster) == waits | {("starts", 1): 50, ("leaves", 1): 90}
    assert recursions.relieved([10, 61], [40, 40], roster) == waits | {("starts", 1): 120, ("leaves", 1): 160}
    assert recursions.finished([10, 61], [40, 40], roster) == waits | {("starts", 1): 120, ("leaves", 1): 160}


def test_too_few_patients_a_millisecond_and_somebody_who_is_missing_differ() -> None:
    words = [[one.word for one in judge("priorities", [row])] for row in ([9_999, 0, 0], [10_000, 1, np.inf])]
    assert words == [["differs", "agrees", "agrees"], ["agrees", "differs", "differs"]]
    assert [one.reference for one in judge("priorities", [[12_000, 0, 0]])] == [12_000, 0, 0]


def test_a_case_changes_with_all_files_that_its_scenario_extends() -> None:
    (many,) = [case for case in cases() if case.name == "blocking_in_many_rooms"]
    assert [file.stem for file in many.files] == ["blocking_in_many_rooms", "blocking_with_chairs", "blocking"]
