"""Fates: everything about the patients of a replication that chance decides, drawn before anything happens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import numpy as np
import numpy.typing as npt

from sim.demand.arrivals import Layer, Points, arrivals
from sim.demand.attributes import Codes, all_levels, draw_attributes, groups, of_level, priorities
from sim.demand.branches import by_chance, choose
from sim.demand.quantiles import quantile
from sim.demand.streams import Address, Floats, Ints, Spans, fill, spans_around
from sim.scenario.distributions import ByAttribute, TimeLaw
from sim.scenario.pathway import Activity, OneOf, Queueing, Stay, Step, flatten
from sim.scenario.routes import reachable
from sim.scenario.scenario import Scenario

Kind = Literal["time", "choice", "patience"]
"""What a draw decides: how long a step takes, which option a patient takes, or how long they would wait."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Something that is drawn for every patient who can come to a step."""

    name: str
    """`pathway/step/kind`."""
    pathway: str
    """Pathway in which the step stands."""
    step: str
    """Name of the step."""
    kind: Kind
    """What it decides."""
    rule: TimeLaw | ByAttribute | OneOf
    """The law of the time or patience, or the branch."""


def draws(scenario: Scenario) -> tuple[Draw, ...]:
    """Lists the draws of a scenario, in order of their names.

    Every branch has one, also where attributes alone decide, so that an engine reads all options in the same way.
    """
    found = [
        Draw(f"{pathway}/{step.name}/{kind}", pathway, step.name, kind, rule)
        for pathway, steps in scenario.pathways.items()
        for step in flatten(steps)
        for kind, rule in _rules(step).items()
    ]
    return tuple(sorted(found, key=lambda draw: (draw.name, draw.pathway)))


def _rules(step: Step) -> dict[Kind, TimeLaw | ByAttribute | OneOf]:
    """What is drawn at a step."""
    rules: dict[Kind, TimeLaw | ByAttribute | OneOf] = {}
    if isinstance(step, Activity | Stay):
        rules["time"] = step.time
    if isinstance(step, OneOf):
        rules["choice"] = step
    if isinstance(step, Queueing) and step.gives_up_after is not None:
        rules["patience"] = step.gives_up_after
    return rules


@dataclass(frozen=True, slots=True)
class Luck:
    """Where the uniforms of the patients of a class stand."""

    root: Address
    """Address of the stream."""
    rows: tuple[tuple[Layer, Spans], ...]
    """The layers from which the patients come, and the parts of their rows that are needed."""
    take: Ints
    """Position of each patient in the rows laid end to end."""

    def uniforms(self, *draw: str, visit: int = 0) -> Floats:
        """One uniform for each patient, from the row of their layer at their index."""
        row = np.empty(sum(stop - start for _, spans in self.rows for start, stop in spans))
        begin = 0
        for layer, spans in self.rows:
            end = begin + sum(stop - start for start, stop in spans)
            fill(layer.address(self.root, *draw, visit=visit), spans, row[begin:end])
            begin = end
        return row.take(self.take)


@dataclass(frozen=True, slots=True)
class Crowd:
    """The patients of one class."""

    members: Ints | slice
    """Their positions among all patients."""
    luck: Luck
    """Where their uniforms stand."""
    codes: Mapping[str, Codes]
    """The attributes that the class has."""
    pathways: frozenset[str]
    """Pathways that they can come to."""


@dataclass(frozen=True, slots=True, eq=False)
class Fates:
    """Patients of a replication, in order of (arrival, stream, layer, index), and all that chance decides for them.

    All arrays have one entry for each patient. A patient is the same in every scenario with the same seed,
    replication, class name, layer and index.
    """

    arrival_ms: Ints
    """Moment of arrival in milliseconds, in [0, horizon)."""
    stream: npt.NDArray[np.int16]
    """Position of the class's name among the sorted names."""
    layer: npt.NDArray[np.int16]
    """Number of the layer within the stream."""
    index: Ints
    """Position in the layer."""
    priority: npt.NDArray[np.int32]
    """1 is most urgent."""
    attributes: Mapping[str, Codes]
    """Position of the level in `levels` for each attribute; -1 where the class lacks it."""
    levels: Mapping[str, tuple[str, ...]]
    """Sorted level names of each attribute, over all classes."""
    draws: tuple[Draw, ...]
    """What is drawn; `values` goes by its positions."""
    crowds: tuple[Crowd, ...]
    """The patients by class, in order of class names."""
    _drawn: dict[tuple[int, int], Ints] = field(default_factory=dict, repr=False)

    def values(self, draw: int, visit: int = 0) -> Ints:
        """What a draw decides, for all patients.

        Args:
            draw: position in `draws`.
            visit: how often the patient was at the step before.

        Returns:
            Milliseconds for a time or patience, option numbers for a choice; 0 for patients who can never come there.
            The array is kept and read-only.
        """
        found = self._drawn.get((draw, visit))
        if found is None:
            found = self._draw(self.draws[draw], visit)
            found.flags.writeable = False
            self._drawn[draw, visit] = found
        return found

    def _draw(self, draw: Draw, visit: int) -> Ints:
        drawn = np.zeros(self.arrival_ms.size, np.int64)
        for crowd in self.crowds:
            if draw.pathway in crowd.pathways:
                drawn[crowd.members] = _decide(draw, visit, crowd, self.levels)
        return drawn


def _decide(draw: Draw, visit: int, crowd: Crowd, names: Mapping[str, tuple[str, ...]]) -> Ints:
    """What a draw decides for the patients of one class."""
    rule, size = draw.rule, crowd.luck.take.size
    if isinstance(rule, OneOf) and not by_chance(rule):
        return choose(rule, crowd.codes, names, np.full(size, 0.5))
    luck = crowd.luck.uniforms(draw.pathway, draw.step, draw.kind, visit=visit)
    if isinstance(rule, OneOf):
        return choose(rule, crowd.codes, names, luck)
    if not isinstance(rule, ByAttribute):
        return quantile(rule, luck)
    times = np.empty(size, np.int64)
    for level, here in groups(crowd.codes.get(rule.by), names.get(rule.by, ()), size):
        times[here] = quantile(of_level(rule.levels, level, rule.by), luck[here])
    return times


def draw_fates(scenario: Scenario, seed: int, replication: int) -> Fates:
    """Draws the patients of a replication; their times and choices are drawn when they are first asked for.

    Args:
        scenario: what is declared; its own seed is not looked at.
        seed: whole number from 0 to 2**63 - 1.
        replication: number of the replication, from 0.

    Returns:
        The fates, the same whatever else the scenario declares and in whatever order.
    """
    classes = sorted(scenario.patients.items())
    roots = [Address(seed, replication, name) for name, _ in classes]
    found = [
        arrivals(root, patient_class.arrive, scenario.calendar, scenario.horizon)
        for root, (_, patient_class) in zip(roots, classes, strict=True)
    ]
    points = [part for parts in found for part in parts]
    times = _end_to_end(part.time_ms for part in points)
    order = np.argsort(times, kind="stable")  # points stand in order of stream, layer and index
    counts = [part.time_ms.size for part in points]
    ranks = [rank for rank, parts in enumerate(found) for _ in parts]
    stream = np.repeat(np.array(ranks, np.int16), counts)[order]
    names = all_levels(scenario.patients.values())
    crowds = _crowds(scenario, _lucks(roots, found, stream, order), stream, names)
    return Fates(
        arrival_ms=times[order],
        stream=stream,
        layer=np.repeat(np.array([part.layer.number for part in points], np.int16), counts)[order],
        index=_end_to_end(part.index for part in points)[order],
        priority=_priority(scenario, crowds, names, stream.size),
        attributes={name: _attribute(name, crowds, stream.size) for name in names},
        levels=names,
        draws=draws(scenario),
        crowds=crowds,
    )


def _end_to_end(parts: Iterable[Ints]) -> Ints:
    return np.concatenate([np.empty(0, np.int64), *parts])


def _members(stream: npt.NDArray[np.int16], rank: int) -> Ints | slice:
    """Positions of the patients of a class; a slice if there are no others."""
    here = np.flatnonzero(stream == rank)
    return slice(None) if here.size == stream.size else here


def _lucks(
    roots: list[Address], found: list[tuple[Points, ...]], stream: npt.NDArray[np.int16], order: Ints
) -> list[Luck]:
    """Finds where the uniforms of each class stand; stretches of a row that nobody needs are never drawn."""
    placed = [np.empty(0, np.int64)]
    rows: list[list[tuple[Layer, Spans]]] = []
    for parts in found:
        rows.append([])
        width = 0
        for part in parts:
            spans = spans_around(part.index)
            rows[-1].append((part.layer, spans))
            starts = np.array([start for start, _ in spans], np.int64)
            sizes = np.array([stop - start for start, stop in spans], np.int64)
            shifts = width + np.cumsum(sizes) - sizes - starts
            counts = np.diff(np.searchsorted(part.index, starts), append=part.index.size)
            placed.append(part.index + np.repeat(shifts, counts))
            width += int(sizes.sum())
    take = np.concatenate(placed)[order]
    return [Luck(root, tuple(rows[rank]), take[_members(stream, rank)]) for rank, root in enumerate(roots)]


def _crowds(
    scenario: Scenario, lucks: list[Luck], stream: npt.NDArray[np.int16], names: Mapping[str, tuple[str, ...]]
) -> tuple[Crowd, ...]:
    """Draws the attributes of each class and gathers what is known about its patients."""
    crowds = []
    for rank, luck in enumerate(lucks):
        patient_class = scenario.patients[luck.root.stream]
        codes = draw_attributes(patient_class, names, partial(luck.uniforms, "attribute"))
        pathways = reachable(scenario, patient_class.pathway)
        crowds.append(Crowd(_members(stream, rank), luck, codes, pathways))
    return tuple(crowds)


def _attribute(name: str, crowds: tuple[Crowd, ...], size: int) -> Codes:
    """Codes of an attribute for all patients."""
    codes = np.full(size, -1, np.int16)
    for crowd in crowds:
        if name in crowd.codes:
            codes[crowd.members] = crowd.codes[name]
    return codes


def _priority(
    scenario: Scenario, crowds: tuple[Crowd, ...], names: Mapping[str, tuple[str, ...]], size: int
) -> npt.NDArray[np.int32]:
    """Priorities of all patients."""
    priority = np.ones(size, np.int32)
    for crowd in crowds:
        priority[crowd.members] = priorities(scenario.patients[crowd.luck.root.stream], crowd.codes, names)
    return priority
