"""Whatever a slip of the pen makes of a scenario, it is refused in words or means something; it breaks nothing."""

import copy
import time
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim import clock
from sim.demand.workload import expected_events, offered_load
from sim.engine.compiling import compile_scenario
from sim.engine.program import INSTRUCTION_COLUMNS, Program
from sim.scenario.codes import CODES
from sim.scenario.library import shipped_folder
from sim.scenario.loading import Loaded, from_document
from sim.scenario.problems import ScenarioError
from sim.scenario.reading.reading import read
from sim.scenario.reading.tree import document_of, tree_of_data
from tests.small_hospitals import hospital_with_everything

NAMED = ("general_hospital", "long_term_conditions", "teaching/mm1")
SHIPPED = [shipped_folder() / f"{name}.yaml" for name in NAMED]
"""Scenarios that extend no other."""
LONGEST = 1.0
"""Seconds of the processor in which a scenario is loaded or refused."""
SLIPS: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2.5, 1e30, 10**25, -4, 28, 366, 10**6, float("inf"), float("nan")),
    *(
        "",
        "rest",
        "otherwise",
        "remove",
        "ten",
        "45 min",
        "45",
        "0 min",
        "4 h",
        "3 d",
        "2600 weeks",
        "-5 min",
        "1 fortnight",
    ),
    *("30 %", "0 %", "100 %", "130 %", "380 per day", "5 per hour", "x 1.1", "x 0", "+12", "-2", "24.50 per hour"),
    *(
        "07:30",
        "24:00",
        "25:00",
        "all",
        "weekend",
        "mon",
        "2026-01-05",
        "2026-12-31",
        "1066-10-14",
        "medical",
        "discharged",
    ),
    *(
        {},
        [],
        [1],
        ["10:00"],
        {"beds": 3},
        {"by": "acuity"},
        {"fixed": {"value": "0 min"}},
        {"exponential": {"mean": "2 d"}},
    ),
    *({"lognormal": {"mean": "7 min", "sd": "4 min"}}, {"share": "rest"}, {"go": "emergency"}, "ready", "vacate"),
)
NAMES = (
    "beds",
    "bedz",
    "rate",
    "time",
    "go",
    "leave",
    "stay",
    "rest",
    "by",
    "share",
    "when",
    "steps",
    "a b",
    "",
    "é",
    "2nd",
)


@cache
def base(name: str) -> dict[str, Any]:
    """The plain values of a shipped scenario, or of one with all kinds of arrivals and draws."""
    if name == "everything":
        everything = hospital_with_everything()
        everything["patients"]["walk_in"]["priority"] = {"acuity": ["red", "amber", "green"]}
        return everything
    path = next(path for path in SHIPPED if path.stem == name)
    return read(path.read_bytes(), path.name).data


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where values stand, the whole aside."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [path] if path else []
    for part, inner in inside:
        found.extend(places(inner, (*path, part)))
    return found


def at(data: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        data = data[part]
    return data


@st.composite
def mutations(draw: st.DrawFn, names: list[str]) -> Any:
    """A scenario with one to four slips."""
    data = copy.deepcopy(base(draw(st.sampled_from(names))))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(places(data) or [("wards",)]))
        slip = draw(st.sampled_from([delete, duplicate, rename, swap, replace]))
        slip(draw, data, path)
    return data


def delete(draw: st.DrawFn, data: Any, path: tuple[Any, ...]) -> None:
    del at(data, path[:-1])[path[-1]]


def duplicate(draw: st.DrawFn, data: Any, path: tuple[Any, ...]) -> None:
    around, part = at(data, path[:-1]), path[-1]
    again = copy.deepcopy(around[part])
    if isinstance(around, list):
        around.insert(part, again)
    else:
        around[draw(st.sampled_from([f"{part}2", *NAMES]))] = again


def rename(draw: st.DrawFn, data: Any, path: tuple[Any, ...]) -> None:
    around, part = at(data, path[:-1]), path[-1]
    if isinstance(around, dict):
        other = draw(st.sampled_from([*NAMES, *map(str, list(around)[:5]), str(part)[:-1], f"{part}s"]))
        around[other] = around.pop(part)


def swap(draw: st.DrawFn, data: Any, path: tuple[Any, ...]) -> None:
    other = draw(st.sampled_from(places(data)))
    mine, theirs = copy.deepcopy(at(data, path)), copy.deepcopy(at(data, other))
    at(data, path[:-1])[path[-1]] = theirs
    if path != other[: len(path)]:
        at(data, other[:-1])[other[-1]] = mine


def replace(draw: st.DrawFn, data: Any, path: tuple[Any, ...]) -> None:
    value = at(data, path)
    near = [f"{value}0", f"{value} min", f"{value} per day", value[:-1]] if isinstance(value, str) else []
    near += [value * 1000, -value, value + 0.5, str(value)] if isinstance(value, int) else []
    at(data, path[:-1])[path[-1]] = copy.deepcopy(draw(st.sampled_from([*near, *SLIPS])))


def outcome(data: Any) -> Loaded | ScenarioError:
    """What loading makes of plain values; anything but a scenario or a list of problems is a mistake in Wardflow."""
    started = time.process_time()
    try:
        return from_document(document_of(tree_of_data(data), "mutated.yaml"))
    except ScenarioError as error:
        return error
    finally:
        assert time.process_time() - started < LONGEST


def hold(found: Loaded | ScenarioError) -> None:
    """Asserts that an outcome is one that helps."""
    if isinstance(found, ScenarioError):
        assert found.problems
        assert all(problem.code in CODES and problem.message and problem.fix for problem in found.problems)
        assert all(problem.severity == "error" for problem in found.problems)
        assert "Traceback" not in str(found)
        return
    assert all(problem.code in CODES and problem.severity == "warning" for problem in found.warnings)
    if found.scenario.horizon <= 52 * clock.WEEK:
        program = compile_scenario(found.scenario)
        assert program.instructions.op.size
        assert all(load.asked >= 0 for load in offered_load(found.scenario))
        assert expected_events(found.scenario) >= 0


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutations(["general_hospital"]))
def test_a_slip_in_the_base_hospital_is_told_or_means_something(data):
    hold(outcome(data))


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutations(["everything", *(path.stem for path in SHIPPED if path.parent.name == "teaching")]))
def test_a_slip_in_a_small_scenario_is_told_or_means_something(data):
    hold(outcome(data))


# ---------------------------------------------------------------- the order of names has no meaning


@st.composite
def permuted(draw: st.DrawFn, value: Any) -> Any:
    """The same values with the names of every mapping in another order."""
    random = draw(st.randoms(use_true_random=False))

    def shuffled(inner: Any) -> Any:
        if isinstance(inner, list):
            return [shuffled(one) for one in inner]
        if not isinstance(inner, dict):
            return inner
        names = list(inner)
        random.shuffle(names)
        return {name: shuffled(inner[name]) for name in names}

    return shuffled(value)


def same(one: Program, other: Program) -> bool:
    """Whether two programs hold the same tables."""
    arrays = [field.name for field in fields(one) if isinstance(getattr(one, field.name), np.ndarray)]
    return (
        all(np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays)
        and all(
            np.array_equal(getattr(one.instructions, name), getattr(other.instructions, name))
            for name in INSTRUCTION_COLUMNS
        )
        and (one.steps, one.resources, one.horizon_ms) == (other.steps, other.resources, other.horizon_ms)
    )


@cache
def unshuffled(name: str) -> tuple[str, Program]:
    scenario = from_document(document_of(tree_of_data(base(name)), "base.yaml")).scenario
    return scenario.fingerprint(), compile_scenario(scenario)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_the_order_of_names_changes_neither_fingerprint_nor_program(data):
    name = data.draw(st.sampled_from(["everything", *(path.stem for path in SHIPPED)]))
    scenario = from_document(document_of(tree_of_data(data.draw(permuted(base(name)))), "permuted.yaml")).scenario
    fingerprint, program = unshuffled(name)
    assert scenario.fingerprint() == fingerprint
    assert same(compile_scenario(scenario), program)


def test_the_scenarios_are_found():
    assert {"general_hospital", "mm1"} <= {Path(path).stem for path in SHIPPED}
