"""Fates: everything about the patients of a replication that chance decides, drawn before anything happens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sim.demand.attributes import Codes, all_levels, priorities
from sim.demand.crowds import Crowd, Names, crowd_of, groups_of, lucks
from sim.demand.deciding import decide
from sim.demand.draws import Draw, draws
from sim.demand.quantiles import quantile
from sim.demand.staffing.orders import Orders
from sim.demand.staffing.supply import Supply, actual
from sim.demand.streams import Ints
from sim.scenario.patients import CLASS
from sim.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Fates:
    """Patients of a replication, and all that chance decides for them and for what the hospital has.

    Those who are there at the start come first, then the others, each in order of (arrival, stream, layer, index).
    All arrays have one entry for each patient. A patient is the same in every scenario with the same seed,
    replication, class name, layer and index.
    """

    arrival_ms: Ints
    """Moment of arrival in milliseconds, in [0, horizon); 0 for those who are there at the start."""
    stream: npt.NDArray[np.int16]
    """Position of the class's name among the sorted names."""
    layer: npt.NDArray[np.int16]
    """Number of the layer within the stream."""
    index: Ints
    """Position in the layer."""
    entry: npt.NDArray[np.int16]
    """Where they begin: number of the class for those who come, that of the start behind all classes for the others."""
    waited_ms: Ints
    """How long they have waited when the run begins; 0 for those who come."""
    priority: npt.NDArray[np.int32]
    """1 is most urgent."""
    attributes: Mapping[str, Codes]
    """Position of the level in `levels` for each declared attribute; -1 where the class lacks it."""
    levels: Names
    """Sorted level names of each attribute, over all classes; `class` has the names of the classes."""
    draws: tuple[Draw, ...]
    """What is drawn; `values` goes by its positions."""
    crowds: tuple[Crowd, ...]
    """The patients who come by class, in order of class names, then those of each start, in order of its name."""
    supply: Supply
    """What the hospital has at each moment of the replication."""
    orders: Orders
    """How long supplies take to come."""
    _drawn: dict[tuple[int, int], Ints] = field(default_factory=dict, repr=False)

    def values(self, draw: int, visit: int = 0) -> Ints:
        """What a draw decides, for all patients.

        Args:
            draw: position in `draws`.
            visit: how often the patient was at the step before.

        Returns:
            Milliseconds for a time, patience or worsening, option numbers for a choice (those that remain, for a choice
            without the policy), priorities, 1 or 0 for what happens or not; 0 for patients who can never come there.
            The array is kept and read-only.
        """
        found = self._drawn.get((draw, visit))
        if found is None:
            found = self._draw(self.draws[draw], visit)
            found.flags.writeable = False
            self._drawn[draw, visit] = found
        return found

    def lead_time(self, supply: str, order: int) -> int:
        """Milliseconds from an order of a supply to its arrival; orders are numbered from 0."""
        return self.orders.lead_time(supply, order)

    def _draw(self, draw: Draw, visit: int) -> Ints:
        drawn = np.zeros(self.arrival_ms.size, np.int64)
        for crowd in self.crowds:
            if not draw.pathway or draw.pathway in crowd.pathways:
                drawn[crowd.members] = decide(draw, visit, crowd, self.levels)
        return drawn


def draw_fates(scenario: Scenario, seed: int, replication: int) -> Fates:
    """Draws the patients of a replication; their times and choices are drawn when they are first asked for.

    Args:
        scenario: what is declared; its own seed is not looked at.
        seed: whole number from 0 to 2**63 - 1.
        replication: number of the replication, from 0.

    Returns:
        The fates, the same whatever else the scenario declares and in whatever order.
    """
    groups, classes = groups_of(scenario, seed, replication), sorted(scenario.patients)
    streams = np.array([classes.index(group.root.stream) for group in groups], np.int16)
    parts = [(number, part) for number, group in enumerate(groups) for part in group.points]
    parts.sort(key=lambda one: (one[0] < len(classes), streams[one[0]], one[1].layer.number))
    times = _end_to_end(part.time_ms for _, part in parts)
    order = np.argsort(times, kind="stable")
    counts = [part.time_ms.size for _, part in parts]
    entry = np.repeat(np.array([number for number, _ in parts], np.int16), counts)[order]
    index = _end_to_end(part.index for _, part in parts)[order]
    names = all_levels(scenario.patients.values()) | {CLASS: tuple(classes)}
    members = [_members(entry, number) for number in range(len(groups))]
    crowds = tuple(
        crowd_of(group, luck, here, index, names)
        for group, luck, here in zip(groups, lucks(groups, parts, order, members), members, strict=True)
    )
    return Fates(
        arrival_ms=times[order],
        stream=streams[entry],
        layer=np.repeat(np.array([part.layer.number for _, part in parts], np.int16), counts)[order],
        index=index,
        entry=entry,
        waited_ms=_waited(scenario, crowds, entry.size),
        priority=_priority(scenario, crowds, names, entry.size),
        attributes={name: _attribute(name, crowds, entry.size) for name in names if name != CLASS},
        levels=names,
        draws=draws(scenario),
        crowds=crowds,
        supply=actual(scenario, seed, replication),
        orders=_orders(scenario, seed, replication),
    )


def _end_to_end(parts: Iterable[Ints]) -> Ints:
    return np.concatenate([np.empty(0, np.int64), *parts])


def _members(entry: npt.NDArray[np.int16], number: int) -> Ints | slice:
    """Positions of the patients of a crowd; a slice if there are no others."""
    here = np.flatnonzero(entry == number)
    return slice(None) if here.size == entry.size else here


def _attribute(name: str, crowds: tuple[Crowd, ...], size: int) -> Codes:
    """Codes of an attribute for all patients."""
    codes = np.full(size, -1, np.int16)
    for crowd in crowds:
        if name in crowd.codes:
            codes[crowd.members] = crowd.codes[name]
    return codes


def _priority(scenario: Scenario, crowds: tuple[Crowd, ...], names: Names, size: int) -> npt.NDArray[np.int32]:
    """Priorities of all patients."""
    priority = np.ones(size, np.int32)
    for crowd in crowds:
        urgency = scenario.patients[crowd.luck.root.stream].priority
        priority[crowd.members] = priorities(urgency, crowd.codes, names, crowd.luck.take.size)
    return priority


def _waited(scenario: Scenario, crowds: tuple[Crowd, ...], size: int) -> Ints:
    """How long patients have waited when the run begins."""
    waited = np.zeros(size, np.int64)
    for (_, start), crowd in zip(sorted(scenario.start.items()), crowds[len(scenario.patients) :], strict=True):
        if start.waited is not None:
            waited[crowd.members] = quantile(start.waited, crowd.luck.uniforms("start", "waited"))
    return waited


def _orders(scenario: Scenario, seed: int, replication: int) -> Orders:
    laws = {name: supply.takes for name, supply in scenario.supplies.items() if supply.takes is not None}
    return Orders(seed, replication, laws)
