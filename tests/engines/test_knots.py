"""Patients who wait for each other's places: who swaps, and when nobody can ever move."""

from typing import Any

import pytest

from sim.demand.fates import draw_fates
from sim.engine.checking.invariants import check
from sim.engine.compiling import compile_scenario
from sim.engine.reference import KnotError, run
from sim.scenario.scenario import Scenario
from tests.engines.stories import Story, at, comes, hospital, simulate, story

LEAVE = {"leave": "discharged"}


def enters(ward: str, minutes: int, number: int = 1, **rules: Any) -> list[dict[str, Any]]:
    """A place and a stay there."""
    enter = {"ward": ward, "name": f"enter {number}", **rules}
    return [{"enter": enter}, {"stay": {"name": f"stay {number}", "time": f"{minutes} min"}}]


def swapping(minutes: int, **parts: Any) -> Scenario:
    """A hospital in which patients swap their places."""
    found = hospital(minutes, **parts)
    return found.model_copy(update={"run": found.run.model_copy(update={"knots": "swap"})})


def of(program: Any, log: Any, patient: int, *events: str) -> Story:
    """The rows of a patient with some events."""
    return [line for line in story(program, log, patient) if line[1] in events]


# ---------------------------------------------------------------- swaps


def test_who_swaps_into_a_ward_that_closes_breaks_no_rule() -> None:
    """The beds are closed at 01:00, and at 01:40 the patient asks for the ward again: they are as many as before."""
    wards = {"w": {"beds": 1, "also": {"closed": {"beds": -1, "from": "01:00", "to": "08:00"}}}}
    way = [*enters("w", 90), *enters("w", 30, 2), LEAVE]
    scenario = swapping(600, patients={"p": comes(**at(10))}, wards=wards, pathways={"way": way})
    program, fates = compile_scenario(scenario), draw_fates(scenario, 1, 0)
    log = run(program, fates)
    assert of(program, log, 0, "place") == [(10, "place", "w"), (100, "place", "w")]
    assert check(program, fates, log) == ()


def test_who_swaps_into_another_ward_still_comes_home() -> None:
    """After 30 minutes elsewhere will do, which is where they lie already; at 03:00 a bed opens at home."""
    home = {"beds": 1, "also": {"more": {"beds": 1, "from": "03:00", "to": "24:00"}}}
    home |= {"if_full": [{"use": "elsewhere", "after": "30 min", "stay": "x 2", "return_when_free": True}]}
    wards = {"elsewhere": {"beds": 1}, "home": home}
    ways = {"long": [*enters("home", 1200), LEAVE], "way": [*enters("elsewhere", 60), *enters("home", 100, 2), LEAVE]}
    patients = {"a": comes("long", **at(0)), "b": comes(**at(0))}
    program, log = simulate(swapping(700, patients=patients, wards=wards, pathways=ways))
    assert of(program, log, 1, "place", "vacate", "end", "leave") == [
        (0, "place", "elsewhere"),
        (60, "end", "stay 1"),
        (90, "place", "elsewhere"),
        (90, "vacate", "elsewhere"),
        (180, "place", "home"),
        (180, "vacate", "elsewhere"),
        (290, "end", "stay 2"),
        (290, "vacate", "home"),
        (290, "leave", "leave"),
    ]


def test_a_round_begins_with_a_swap_as_with_any_other_bed() -> None:
    """The second round begins two hours after the bed of the first was taken by a swap; the nurse comes at 00:40."""
    care = {"care": {"staff": "n", "time": "5 min"}}
    rounds = {"name": "rounds", "times": 2, "every": "2 h", "steps": [*enters("v", 0, 2)[:1], care]}
    other = [*enters("v", 10), *enters("w", 5, 3), LEAVE]
    parts: dict[str, Any] = {
        "patients": {"a": comes(**at(0)), "b": comes("other", **at(0))},
        "staff": {"n": {"roster": {"day": {"from": "00:40", "to": "24:00", "on_duty": 1}}}},
        "wards": {"v": {"beds": 1}, "w": {"beds": 1}},
        "pathways": {"way": [*enters("w", 10), {"repeat": rounds}, LEAVE], "other": other},
    }
    program, log = simulate(swapping(400, **parts))
    assert of(program, log, 0, "place") == [(0, "place", "w"), (10, "place", "v"), (130, "place", "v")]


# ---------------------------------------------------------------- for ever


def stops(minutes: int, **parts: Any) -> None:
    """The run ends with a knot."""
    with pytest.raises(KnotError, match="none of them can ever move"):
        simulate(hospital(minutes, **parts))


def test_a_ward_that_closes_leaves_a_knot() -> None:
    """Who is alone in a ward of two asks for a bed there if another stays free: the second bed would be enough."""
    hours = {"since": "2026-01-06", "until": "2026-01-06"}
    wards = {"w": {"beds": 2, "also": {"closed": {"beds": -2, **hours}}}}
    way = [*enters("w", 30), *enters("w", 10, 2, keep_free=1), LEAVE]
    parts: dict[str, Any] = {"wards": wards, "pathways": {"way": way}, "patients": {"p": comes(**at(0))}}
    simulate(hospital(1440, **parts))
    stops(1441, **parts)


def test_after_the_last_opening_nobody_can_hope() -> None:
    """Until 20:00 two may come to look after two beds, of whom the ward has only one."""
    shifts = {
        "day": {"from": "00:00", "to": "20:00", "on_duty": 1, "until": "2026-01-05"},
        "late": {"from": "20:00", "to": "23:00", "on_duty": 2, "until": "2026-01-05"},
    }
    parts: dict[str, Any] = {
        "staff": {"n": {"roster": shifts}},
        "wards": {"w": {"beds": 1, "staffed_by": {"n": 1}}},
        "pathways": {"way": [*enters("w", 30), *enters("w", 10, 2), LEAVE]},
        "patients": {"p": comes(**at(0))},
    }
    stops(1201, **parts)


def test_who_leaves_a_closing_ward_leaves_a_knot_behind() -> None:
    """One bed has closed since 01:00; at 03:00 one of two goes home, and the other waits for the bed they are in."""
    hours = {"from": "01:00", "to": "00:00", "days": "mon", "until": "2026-01-05"}
    long = [*enters("w", 180), LEAVE]
    parts: dict[str, Any] = {
        "wards": {"w": {"beds": 2, "also": {"closed": {"beds": -1, **hours}}}},
        "pathways": {
            "way": [*enters("w", 30), *enters("w", 10, 2, keep_free=1), LEAVE],
            "long": long,
        },
        "patients": {"p": comes(**at(0)), "q": comes("long", **at(0))},
    }
    simulate(hospital(180, **parts))
    stops(181, **parts)


def test_more_staff_than_come_are_no_hope() -> None:
    """Two are planned for every day, but in this replication one of them is absent on each; there are 0 or 1 beds."""
    shift = {"from": "08:00", "to": "20:00", "on_duty": 2}
    parts: dict[str, Any] = {
        "staff": {"n": {"roster": {"day": shift}, "absence": "60 %"}},
        "wards": {"w": {"beds": 2, "staffed_by": {"n": 1}}},
        "pathways": {"way": [*enters("w", 720), *enters("w", 10, 2), LEAVE]},
        "patients": {"p": comes(**at(540))},
    }
    scenario = hospital(4000, **parts)
    supplies = {seed: draw_fates(scenario, seed, 0).supply for seed in range(20)}
    alone = [
        seed for seed, supply in supplies.items() if supply.units[supply.resource == 0].tolist() == [0, 1, 0, 1, 0, 1]
    ]
    with pytest.raises(KnotError):
        simulate(scenario, alone[0])
