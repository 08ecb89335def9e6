"""Breaking: the demand up to which a goal is surely met, that from which it is surely missed, and the band between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.scenario.targets import Target
from sim.study.experiment import Experiment
from sim.study.goals import key_of, stands
from sim.study.summary import Summary, TargetVerdict, kpi_keys


@dataclass(frozen=True, slots=True)
class Standing:
    """How a goal stands at one demand."""

    factor: float
    summary: Summary

    @property
    def verdict(self) -> TargetVerdict:
        """Met or missed only if the whole interval is."""
        return self.summary.judgements[0].verdict


@dataclass(frozen=True, slots=True)
class Break:
    """Where a goal breaks."""

    name: str
    """How people call the goal."""
    target: Target
    standings: tuple[Standing, ...]
    """At every demand that was run, lowest first."""
    held: float | None
    """Highest demand at which the goal is surely met, below the one at which it is surely missed."""
    broken: float | None
    """Lowest demand at which it is surely missed."""
    is_one_way: bool
    """Whether more demand never turned a missed goal into a met one; if it did, the two ends say little."""
    again: tuple[Standing, ...] = ()
    """The two ends, run again with a fresh seed."""

    @property
    def survives(self) -> bool | None:
        """Whether fresh seeds say the same of both ends; None if nothing was run again."""
        if not self.again:
            return None
        first = {one.factor: one.verdict for one in self.standings}
        return all(one.verdict == first[one.factor] for one in self.again)


def measurable(base: Experiment, asked: Sequence[Target]) -> dict[str, Target]:
    """Goals by what people call them: the scenario's own targets that can be measured, and those asked for."""
    there = set(kpi_keys(base))
    own = {
        one.label or name.replace("_", " "): one for name, one in base.scenario.targets.items() if key_of(one) in there
    }
    return own | {_said(one): one for one in asked}


def _said(target: Target) -> str:
    """Says a goal as it was asked for, such as `wait_p95 at most 4 h`."""
    return " of ".join(part for part in key_of(target) if part) + f" {target.words()}"


def edges(verdicts: Mapping[int, TargetVerdict]) -> tuple[int | None, int | None]:
    """Points of the two ends: the last at which a goal is met below the first at which it is missed, and that one.

    >>> edges({8: "met", 9: "met", 10: "can't tell yet", 11: "missed"})
    (9, 11)
    >>> edges({8: "can't tell yet", 9: "can't tell yet"})
    (None, None)
    """
    missed = min((point for point, verdict in verdicts.items() if verdict == "missed"), default=None)
    met = [point for point, verdict in verdicts.items() if verdict == "met" and (missed is None or point < missed)]
    return max(met, default=None), missed


def next_points(verdicts: Mapping[int, TargetVerdict]) -> set[int]:
    """Points in the middle of the gaps in which an end may still lie; none if both ends have a next neighbour.

    >>> sorted(next_points({8: "met", 12: "can't tell yet", 16: "missed"}))
    [10, 14]
    >>> next_points({8: "met", 9: "missed"})
    set()
    """
    held, missed = edges(verdicts)
    gaps = []
    if held is not None and (above := [point for point in verdicts if point > held]):
        gaps.append((held, min(above)))
    if missed is not None and (below := [point for point in verdicts if point < missed]):
        gaps.append((max(below), missed))
    return {(low + high) // 2 for low, high in gaps if high - low > 1}


def is_one_way(verdicts: Mapping[int, TargetVerdict]) -> bool:
    """Whether a goal that is missed is never met at a higher demand.

    >>> is_one_way({8: "met", 9: "missed"}), is_one_way({8: "missed", 9: "met"})
    (True, False)
    """
    _, missed = edges(verdicts)
    return missed is None or not any(point > missed and verdict == "met" for point, verdict in verdicts.items())


def verdicts_of(experiments: Mapping[int, Experiment], target: Target) -> dict[int, TargetVerdict]:
    """How a goal stands at each point."""
    return {point: stands(one, target).judgements[0].verdict for point, one in sorted(experiments.items())}
