"""Crowds: patients who are drawn together, with their attributes and the place of their uniforms."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from sim.demand.attributes import Codes, draw_attributes
from sim.demand.coming.arrivals import arrivals
from sim.demand.coming.points import Layer, Points
from sim.demand.coming.rates import event_factors
from sim.demand.coming.start import Underway, those_there, underway
from sim.demand.streams import Address, Floats, Ints, Spans, fill, spans_around
from sim.scenario.patients import CLASS, PatientClass
from sim.scenario.routes import reachable
from sim.scenario.scenario import Scenario
from sim.scenario.start import Start

Names = Mapping[str, tuple[str, ...]]
"""Sorted level names of each attribute."""


@dataclass(frozen=True, slots=True)
class Luck:
    """Where the uniforms of the patients of a crowd stand."""

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
    """The patients of one class who come, or those of one start."""

    members: Ints | slice
    """Their positions among all patients."""
    luck: Luck
    """Where their uniforms stand."""
    codes: Mapping[str, Codes]
    """The attributes that they have, `class` among them."""
    pathways: frozenset[str]
    """Pathways that they can come to."""
    underway: Underway | None = None
    """The step in which they are at the start; None for those who come."""


@dataclass(frozen=True, slots=True)
class Group:
    """Patients who will be a crowd, before they are put in order."""

    root: Address
    """Address of the stream, which has the name of their class."""
    points: tuple[Points, ...]
    """When they come."""
    patient_class: PatientClass
    """What is declared about their class."""
    pathways: frozenset[str]
    """Pathways that they can come to."""
    start: Start | None = None
    """What is declared about those who are there at the start."""
    underway: Underway | None = None
    """The step in which they are at the start."""


def groups_of(scenario: Scenario, seed: int, replication: int) -> list[Group]:
    """Draws who comes and lists who is there.

    Returns:
        The classes in order of their names, then the starts in order of theirs.
    """
    found = []
    for name, patient_class in sorted(scenario.patients.items()):
        root = Address(seed, replication, name)
        factors = event_factors(scenario, name)
        points = arrivals(root, patient_class, scenario.calendar, scenario.horizon, factors)
        found.append(Group(root, points, patient_class, reachable(scenario, patient_class.pathway)))
    classes = {group.root.stream: group for group in found}
    there = those_there(scenario, {name: [part.layer.number for part in own.points] for name, own in classes.items()})
    for name, start in sorted(scenario.start.items()):
        own = classes[start.of]
        pathways = reachable(scenario, start.pathway)
        found.append(Group(own.root, (there[name],), own.patient_class, pathways, start, underway(scenario, start)))
    return found


def lucks(groups: list[Group], parts: list[tuple[int, Points]], order: Ints, members: list[Ints | slice]) -> list[Luck]:
    """Finds where the uniforms of each group stand; stretches of a row that nobody needs are never drawn.

    Args:
        groups: the groups.
        parts: all their points, each with the number of its group.
        order: positions of the patients in the points laid end to end.
        members: positions of each group's patients among all.
    """
    placed = [np.empty(0, np.int64)]
    rows: list[list[tuple[Layer, Spans]]] = [[] for _ in groups]
    widths = [0] * len(groups)
    for number, part in parts:
        spans = spans_around(part.index)
        rows[number].append((part.layer, spans))
        starts = np.array([start for start, _ in spans], np.int64)
        sizes = np.array([stop - start for start, stop in spans], np.int64)
        shifts = widths[number] + np.cumsum(sizes) - sizes - starts
        counts = np.diff(np.searchsorted(part.index, starts), append=part.index.size)
        placed.append(part.index + np.repeat(shifts, counts))
        widths[number] += int(sizes.sum())
    take = np.concatenate(placed)[order]
    return [Luck(group.root, tuple(own), take[here]) for group, own, here in zip(groups, rows, members, strict=True)]


def crowd_of(group: Group, luck: Luck, members: Ints | slice, index: Ints, names: Names) -> Crowd:
    """Draws the attributes of a group and gathers what is known about its patients.

    Args:
        group: the group.
        luck: where its uniforms stand.
        members: positions of its patients among all.
        index: position in its layer for every patient of the replication.
        names: sorted level names of each attribute.
    """
    known = _known(group, index[members], names)
    codes = draw_attributes(group.patient_class, names, partial(luck.uniforms, "attribute"), known)
    return Crowd(members, luck, codes, group.pathways, group.underway)


def _known(group: Group, index: Ints, names: Names) -> dict[str, Codes]:
    """Attributes that are not drawn: the class, those that a start or a file of arrivals tells."""
    levels = {CLASS: group.root.stream, **(group.start.like if group.start else {})}
    known = {name: np.full(index.size, names[name].index(level), np.int16) for name, level in levels.items()}
    recorded = group.patient_class.arrive.recorded
    if recorded is None or group.start is not None:
        return known
    for name, told in recorded.rows.levels.items():
        places = {level: place for place, level in enumerate(names[name])}
        known[name] = np.array([places[level] for level in told], np.int16)[index]
    return known
