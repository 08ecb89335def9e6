"""Expectations: whether figures move the way that a scenario file says they should."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sim.scenario.expectations import Expectation
from sim.scenario.problems import ScenarioError
from sim.scenario.reading.extending import EXTENDS
from sim.scenario.reading.reading import read
from sim.scenario.scenario import Scenario
from sim.study.comparison import over_the_same_weeks
from sim.study.experiment import Experiment
from sim.study.output_analysis import CONFIDENCE, Interval, paired_difference, t_interval
from sim.study.plan import load_plan, plan_file
from sim.study.summary import values

Finding = Literal["as expected", "otherwise", "can't tell yet"]


@dataclass(frozen=True, slots=True)
class Expected:
    """An expectation with the two scenarios that show whether it comes true."""

    name: str
    """Its name in the file."""
    expectation: Expectation
    base: Scenario
    """What it is compared with, over the same weeks."""
    other: Scenario
    """The scenario that it is about."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an expectation."""

    base: Interval
    """The figure to compare with."""
    other: Interval
    """The figure of the scenario."""
    difference: Interval
    """Other minus base, replication by replication."""
    finding: Finding


def expected_of(path: str) -> tuple[Expected, ...]:
    """Lists what a scenario file expects, each with what it is compared with.

    Args:
        path: a file, or the name of a shipped scenario.

    Raises:
        ScenarioError: with everything that is wrong in the file or in those it is compared with; also if an
            expectation compares with what the file extends, and it extends none.
    """
    loaded = load_plan(path)
    file = plan_file(path)
    own = read(file.read_bytes(), file.as_posix())
    found = []
    for name, one in loaded.scenario.expect.items():
        if one.joined:
            base, other = loaded.scenario, load_plan("+".join([path, *one.joined])).scenario
        else:
            base, other = load_plan(_beside(file, one.than or own.data.get(EXTENDS))).scenario, loaded.scenario
        found.append(Expected(name, one, over_the_same_weeks(base, other), other))
    return tuple(found)


def outcome(expected: Expectation, base: Experiment, other: Experiment, confidence: float = CONFIDENCE) -> Outcome:
    """Holds an expectation against two experiments with the same patients.

    `higher` and `lower` come true if the whole paired interval lies on that side of 0; `alike` if the whole interval
    lies within the margin on either side of it, which is equivalence: too few replications are no proof.

    Args:
        expected: as declared.
        base: what it is compared with.
        other: the scenario.
        confidence: of the intervals.

    Raises:
        KeyError: if one of the experiments does not have the figure.
    """
    key = (expected.kpi, expected.of or "")
    for experiment in (base, other):
        if all(key not in replicate.kpis for replicate in experiment.replicates):
            part = f" for {expected.of}" if expected.of else ""
            raise KeyError(f"{experiment.name} has no figure {expected.kpi}{part}")
    pairs = min(len(base.replicates), len(other.replicates))
    one, another = values(base, key)[:pairs], values(other, key)[:pairs]
    first, difference = t_interval(one, confidence), paired_difference(one, another, confidence).interval
    margin = (expected.within or 0.0) * abs(first.mean)
    finding = _finding(expected.becomes, difference, margin)
    return Outcome(first, t_interval(another, confidence), difference, finding)


def _finding(becomes: str, difference: Interval, margin: float) -> Finding:
    """Judges a paired interval; `lower` is `higher` seen from the other side."""
    if not difference.is_known:
        return "can't tell yet"
    low, high = difference.low, difference.high
    if becomes == "alike":
        return _told(yes=-margin <= low and high <= margin, no=low > margin or high < -margin)
    if becomes == "lower":
        low, high = -high, -low
    return _told(yes=low > 0, no=high <= 0)


def _told(*, yes: bool, no: bool) -> Finding:
    return "as expected" if yes else "otherwise" if no else "can't tell yet"


def _beside(file: Path, name: Any) -> str:
    """A file that another names, beside it or in the library, as `load_plan` takes it."""
    if not isinstance(name, str):
        message = "an expectation compares with what the file extends, but it extends none"
        problem = read(file.read_bytes(), file.as_posix()).problem(
            ("expect",), "expectation", message, "say with which file: than: general_hospital.yaml", key=True
        )
        raise ScenarioError([problem])
    near = file.parent / name
    return str(near) if near.exists() else name.removesuffix(".yaml")
