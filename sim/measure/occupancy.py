"""Occupancy: how many units are in use and open, and how many patients wait, over time."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim import clock
from sim.engine.checking.grammar import SENT_AWAY
from sim.engine.checking.limits import GIVE, TAKE, any_of
from sim.engine.checking.shelves import shelves
from sim.engine.eventlog import NOTHING, Event, EventLog
from sim.engine.program import Program
from sim.engine.stories import Needs, Stories
from sim.measure.window import Ints, Window

Floats = NDArray[np.float64]
HOURS_OF_WEEK = 168


@dataclass(frozen=True, slots=True)
class Level:
    """A number over time: a step function, 0 before its first moment.

    >>> level = changing(np.array([10, 20, 20, 30]), np.array([1, 1, 1, -3]))
    >>> level.at(np.array([9, 10, 20, 40])).tolist(), level.mean(Window(0, 40)), level.peak(Window(0, 40))
    ([0, 1, 3, 0], 1.0, 3)
    """

    time_ms: Ints
    """Moments at which the number changes, each once, in order."""
    number: Ints
    """The number from that moment on."""

    def covers(self, other: "Level") -> bool:
        """Whether it is easy to see that the other level is never above it: begins no later and is never lower."""
        if not (self.time_ms.size and other.time_ms.size):
            return not other.time_ms.size
        return bool(self.time_ms[0] <= other.time_ms[0] and self.number.min() >= other.number.max())

    def at(self, moments: Ints) -> Ints:
        """The number when moments are over: what happens in the very instant has happened."""
        place = np.searchsorted(self.time_ms, moments, side="right")
        found = np.zeros(len(moments), np.int64)
        found[place > 0] = self.number[place[place > 0] - 1]
        return found

    def integrals(self, edges: Ints) -> Ints:
        """Unit-milliseconds between each two neighbouring edges, exactly.

        Args:
            edges: moments in order.

        Returns:
            One number less than there are edges.
        """
        if not self.time_ms.size:
            return np.zeros(max(len(edges) - 1, 0), np.int64)
        total = np.append(0, np.cumsum(self.number[:-1] * np.diff(self.time_ms)))
        place = np.searchsorted(self.time_ms, edges, side="right") - 1
        place = np.maximum(place, 0)
        since = np.maximum(edges - self.time_ms[place], 0)
        until: Ints = total[place] + self.number[place] * since
        return np.diff(until)

    def integral(self, window: Window) -> int:
        """Unit-milliseconds in a window, exactly."""
        return int(self.integrals(np.array([window.start_ms, window.end_ms]))[0])

    def mean(self, window: Window) -> float:
        """Time-weighted mean in a window."""
        return self.integral(window) / window.length_ms

    def peak(self, window: Window) -> int:
        """Largest number in a window."""
        first, behind = np.searchsorted(self.time_ms, [window.start_ms, window.end_ms])
        return int(max(self.at(np.array([window.start_ms]))[0], self.number[first:behind].max(initial=0)))


def changing(moments: Ints, changes: Ints) -> Level:
    """A level from its changes, in order of time; those of one instant are taken together."""
    number = np.cumsum(changes, dtype=np.int64)
    differ = moments[1:] != moments[:-1]
    if differ.all():
        return Level(moments, number)
    last = np.append(np.flatnonzero(differ), len(moments) - 1)
    return Level(moments[last], number[last])


def present(starts: Ints, ends: Ints) -> Level:
    """How many of some spells last, over time.

    Args:
        starts: their beginnings, in any order.
        ends: their ends, not before the beginnings; the moment of the end no longer counts.
    """
    moments = np.concatenate([starts, ends])
    order = np.argsort(moments, kind="stable")
    changes = np.ones(len(moments), np.int64)
    changes[len(starts) :] = -1
    return changing(moments[order], changes[order])


def together(levels: list[Level]) -> Level:
    """The sum of levels."""
    if len(levels) == 1:
        return levels[0]
    moments = np.concatenate([np.empty(0, np.int64), *(level.time_ms for level in levels)])
    changes = np.concatenate([np.empty(0, np.int64), *(np.diff(level.number, prepend=0) for level in levels)])
    order = np.argsort(moments, kind="stable")
    return changing(moments[order], changes[order])


def excess(used: Level, limit: Level) -> Level:
    """By how much one level is above another, 0 where it is not.

    >>> over = excess(Level(np.array([0, 10]), np.array([2, 5])), Level(np.array([0, 20]), np.array([4, 3])))
    >>> over.time_ms.tolist(), over.number.tolist()
    ([0, 10, 20], [0, 1, 2])
    """
    if limit.covers(used):
        return Level(used.time_ms[:0], used.number[:0])
    over = less(used, limit)
    return Level(over.time_ms, np.maximum(over.number, 0))


def less(level: Level, other: Level) -> Level:
    """One level less another, which changes seldom: its changes are inserted into those of the first.

    >>> left = less(Level(np.array([0, 10]), np.array([2, 5])), Level(np.array([0, 20]), np.array([4, 3])))
    >>> left.time_ms.tolist(), left.number.tolist()
    ([0, 10, 20], [-2, 1, 2])
    """
    at = np.searchsorted(level.time_ms, other.time_ms)
    moments = np.insert(level.time_ms, at, other.time_ms)
    number = np.insert(level.number, at, np.append(0, level.number)[at])
    behind = np.append(at + np.arange(len(at)), len(moments))
    number -= np.repeat(np.append(0, other.number), np.diff(behind, prepend=0))
    last = np.append(moments[1:] != moments[:-1], True)[: len(moments)]
    return Level(moments[last], number[last])


@dataclass(frozen=True, slots=True)
class Occupancy:
    """All levels of a log."""

    in_use: tuple[Level, ...]
    """Units of each resource that patients hold, in order of resource numbers; beds being cleaned are not in use.

    What is used up when it is taken, slots and supplies, is never in use; `sim.measure.offers` counts it.
    """
    open: tuple[Level, ...]
    """Units of each resource that there are: staff on duty, machines, beds open; what can be taken of what is used up.

    People who finish although others have relieved them are among them.
    """
    over: tuple[Level, ...]
    """By how much more units of each resource are in use than there are: people who finish, beds that are drained."""
    waiting: tuple[Level, ...]
    """Patients who wait at each step, in order of step numbers; nobody ever where there is no queue."""


def occupancy(program: Program, log: EventLog, needs: Needs, stories: Stories) -> Occupancy:
    """Derives the levels from the rows of a log in their order."""
    event, resources = log.event, len(program.resources)
    taken, given = any_of(event, TAKE), any_of(event, GIVE)
    rows = np.flatnonzero((taken | given) & (log.resource != NOTHING))
    if needs.used_up.any():
        rows = rows[~needs.used_up[log.resource[rows]]]
    changes = np.where(taken[rows], log.quantity[rows], -log.quantity[rows])
    in_use = _levels(log.resource[rows], log.time_ms[rows], changes, resources)
    rows = np.flatnonzero(event == Event.CAPACITY)
    places = [rows[log.resource[rows] == resource] for resource in range(resources)]
    units = [changing(log.time_ms[at], np.diff(log.quantity[at], prepend=0)) for at in places]
    for resource, own in shelves(program, log).items():
        units[resource] = changing(own.time_ms, np.diff(own.left, prepend=0))
    waiting = _waiting(program, log, needs, stories)
    over = tuple(excess(used, limit) for used, limit in zip(in_use, units, strict=True))
    return Occupancy(in_use, tuple(units), over, waiting)


def _waiting(program: Program, log: EventLog, needs: Needs, stories: Stories) -> tuple[Level, ...]:
    """Queues: joined by QUEUE, quit by the row that answers it; of rows that belong together the first counts.

    The PLACE of those who come home from another ward answers nothing.
    """
    event = log.event
    counts = any_of(event, (Event.QUEUE, Event.PLACE, *SENT_AWAY))
    for kind in (Event.START, Event.HOLD):
        rows = np.flatnonzero(event == kind)
        before = np.maximum(rows - 1, 0)
        together = (event[before] == kind) & (log.patient[before] == log.patient[rows])
        counts[rows] = ~together & (needs.first[log.step[rows]] != NOTHING)
    counts[stories.homecomings.row] = False
    rows = np.flatnonzero(counts)
    changes = np.where(event[rows] == Event.QUEUE, 1, -1)
    return _levels(log.step[rows], log.time_ms[rows], changes, len(program.steps))


def _levels(keys: NDArray[np.integer], moments: Ints, changes: Ints, number: int) -> tuple[Level, ...]:
    """One level for each key from 0 to `number`, from changes in order of time."""
    small = keys.astype(np.int16) if number < 1 << 15 else keys  # NumPy sorts 16 bits by radix
    order = np.argsort(small, kind="stable")
    bounds = [0, *np.cumsum(np.bincount(keys, minlength=number)).tolist()]
    moments, changes = moments[order], changes[order]
    return tuple(changing(moments[start:end], changes[start:end]) for start, end in pairwise(bounds))


@dataclass(frozen=True, slots=True)
class WeekHours:
    """The hours of a window, each with its number in the week, Monday midnight being 0."""

    edges: Ints
    """Beginnings of the hours and the end of the window, in milliseconds; first and last hour may be cut."""
    hour: Ints
    """Hour of the week, 0 to 167, one less than there are edges."""

    @classmethod
    def of(cls, window: Window, calendar: clock.Calendar) -> "WeekHours":
        """The hours of a window."""
        first = window.start_ms // clock.HOUR + 1
        edges = np.arange(first * clock.HOUR, window.end_ms, clock.HOUR, dtype=np.int64)
        edges = np.concatenate([[window.start_ms], edges, [window.end_ms]])
        return cls(edges, (edges[:-1] // clock.HOUR + calendar.weekday(0) * 24) % HOURS_OF_WEEK)

    def totals(self, level: Level) -> Ints:
        """Unit-milliseconds of a level in each hour of the week, shape (168,)."""
        return self._gather(level.integrals(self.edges))

    def lengths(self) -> Ints:
        """Milliseconds of the window in each hour of the week, shape (168,)."""
        return self._gather(np.diff(self.edges))

    def _gather(self, amounts: Ints) -> Ints:
        total = np.zeros(HOURS_OF_WEEK, np.int64)
        np.add.at(total, self.hour, amounts)
        return total

    def means(self, level: Level) -> Floats:
        """Mean of a level in each hour of the week, nan for hours that the window does not have, shape (168,)."""
        return ratio(self.totals(level), self.lengths())


def day_means(level: Level, window: Window) -> Floats:
    """Mean of a level over each day of a window; the last may be cut short. Shape (days,)."""
    starts = np.arange(window.start_ms, window.end_ms, clock.DAY, dtype=np.int64)
    edges = np.append(starts, window.end_ms)
    return ratio(level.integrals(edges), np.diff(edges))


def ratio(parts: NDArray[np.number], wholes: NDArray[np.number]) -> Floats:
    """Parts divided by wholes, nan where the whole is 0.

    >>> ratio(np.array([1, 0]), np.array([4, 0])).tolist()
    [0.25, nan]
    """
    found = np.full(np.shape(wholes), np.nan)
    np.divide(parts, wholes, out=found, where=wholes != 0)
    return found
