"""Shelves: what can be taken of things that are used up, slots and supplies, as the log tells it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.eventlog import Event, EventLog
from sim.engine.program import Kind, Program
from sim.engine.stories import Flags, Ints


@dataclass(frozen=True, slots=True)
class Shelf:
    """The rows of the log that concern one such resource, in order; all columns have the same length."""

    row: Ints
    """Position of the row in the log."""
    time_ms: Ints
    is_change: Flags
    """Whether the row says how many can be taken from now on; otherwise some are taken."""
    taken: Ints
    """Units that are taken; 0 where the row is a change."""
    before: Ints
    """Units that could be taken before the row; below 0 only in a log that breaks rule 2."""
    left: Ints
    """Units that can be taken after it."""

    @property
    def added(self) -> Ints:
        """By how much each change differs from what was there, one entry a change; below 0 for what lapsed."""
        return (self.left - self.before)[self.is_change]


def shelf(log: EventLog, resource: int) -> Shelf:
    """Reads the rows of one resource that is used up.

    Args:
        log: the facts.
        resource: its number.
    """
    return shelf_of(log, np.flatnonzero(log.resource == resource))


def shelf_of(log: EventLog, rows: Ints) -> Shelf:
    """Reads the shelf of a resource from all rows of the log that name it, in order."""
    event = log.event[rows]
    rows = rows[(event == Event.CAPACITY) | (event == Event.START) | (event == Event.HOLD)]
    is_change = log.event[rows] == Event.CAPACITY
    quantity = log.quantity[rows].astype(np.int64)
    taken = np.where(is_change, 0, quantity)
    total = np.cumsum(taken)
    last = np.cumsum(is_change)  # number of the latest change, from 1
    offered = np.append(0, quantity[is_change])[last]
    since = total - np.append(0, total[is_change])[last]
    left = offered - since
    return Shelf(rows, log.time_ms[rows], is_change, taken, np.append(0, left[:-1]), left)


def shelves(program: Program, log: EventLog) -> dict[int, Shelf]:
    """The shelves of all resources that are used up, by their numbers."""
    return {resource: shelf(log, resource) for resource in used_up(program)}


def used_up(program: Program) -> list[int]:
    """Numbers of the resources that are used up by whoever takes them."""
    return np.flatnonzero(program.kind != Kind.UNITS).tolist()


def at_the_end_of_instants(time_ms: Ints) -> NDArray[np.int64]:
    """Positions of the last row of each instant, for rows in order of time."""
    return np.flatnonzero(np.append(time_ms[1:] != time_ms[:-1], True)[: len(time_ms)])
