"""Blame: which of the things that a request asks for it waits for, from moment to moment."""

from dataclasses import dataclass

import numpy as np

from sim.engine.checking.limits import CLEANED, GIVE, TAKE, any_of
from sim.engine.checking.shelves import shelf
from sim.engine.eventlog import Event, EventLog
from sim.engine.program import NONE, Kind, Op
from sim.measure.causes import Causes, open_ways, plan_of
from sim.measure.facts import Facts
from sim.measure.occupancy import Floats, Level, changing, less
from sim.measure.window import Flags, Ints

FOR_EVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Blame:
    """The cause to which waiting is charged, from moment to moment, for all requests that ask for the same.

    >>> blame = Blame(np.array([0, 10, 20]), np.array([3, 7, 3]))
    >>> {cause: blame.charged(cause, np.array([5, 12]), np.array([25, 18])).tolist() for cause in (3, 7)}
    {3: [10, 0], 7: [10, 6]}
    """

    since_ms: Ints
    """Moments at which the cause changes, in order; the first is 0."""
    cause: Ints
    """Number of the cause from each of them on."""

    def charged(self, cause: int, starts: Ints, ends: Ints) -> Ints:
        """Milliseconds of each wait that are charged to a cause, exactly: whole numbers far below 2**53.

        Args:
            cause: its number.
            starts: when each wait begins.
            ends: when it is over, not before it begins.
        """
        is_so = (self.cause == cause).astype(np.float64)
        return Rising.of(self.since_ms, is_so).between(starts, ends).astype(np.int64)

    def charged_by_share(self, cause: int, part: Level, whole: Level) -> "Rising":
        """The time charged to a cause up to each moment, weighted with the share that one level is of another.

        Args:
            cause: its number.
            part: such as beds held by patients who are ready.
            whole: such as beds in use; where it is 0 the share is 0.
        """
        moments = all_moments(Level(self.since_ms, self.cause), part, whole)
        is_so = self.cause[np.searchsorted(self.since_ms, moments, side="right") - 1] == cause
        share = np.zeros(len(moments))
        there = whole.at(moments)
        np.divide(part.at(moments), there, out=share, where=is_so & (there > 0))
        return Rising.of(moments, share)


@dataclass(frozen=True, slots=True)
class Rising:
    """An amount that grows with time, at rates that change at some moments."""

    time_ms: Ints
    """The moments, in order; the first is 0."""
    rate: Floats
    """Growth in each millisecond from each of them on."""
    total: Floats
    """The amount at each of them."""

    @classmethod
    def of(cls, time_ms: Ints, rate: Floats) -> "Rising":
        """Sums up rates that hold from each moment on."""
        total = np.zeros(len(rate))
        np.cumsum(rate[:-1] * np.diff(time_ms), out=total[1:])
        return cls(time_ms, rate, total)

    def between(self, starts: Ints, ends: Ints) -> Floats:
        """By how much it grows from some moments to others."""
        return self._at(ends) - self._at(starts)

    def _at(self, moments: Ints) -> Floats:
        place = np.searchsorted(self.time_ms, moments, side="right") - 1
        found: Floats = self.total[place] + self.rate[place] * (moments - self.time_ms[place])
        return found


@dataclass(frozen=True, slots=True)
class Want:
    """What must be free of a resource for a request."""

    resource: int
    """Its number."""
    units: int
    """Units, with those that must stay free; only looked at if something else is asked for as well."""


class Scarcity:
    """Looks up when there was too little of what requests ask for; keeps what was worked out once."""

    def __init__(self, facts: Facts, log: EventLog, causes: Causes) -> None:
        self._facts = facts
        self._log = log
        self.causes = causes
        self._free: dict[int, Level] = {}

    def kinds(self) -> tuple[list[tuple[Want, ...]], Ints]:
        """All that requests can ask for, and the number of it by way of the program; -1 for what is no first way."""
        program, found = self._facts.program, dict[tuple[Want, ...], int]()
        table, kinds = program.instructions, np.full(len(program.way_after), NONE, np.int64)
        for at in np.flatnonzero(table.op == Op.SEIZE).tolist():
            for way in open_ways(program, at):
                needs = range(program.way_needs_from[way], program.way_needs_to[way])
                keep_free = max(int(table.keep_free[at]), 0) if len(needs) > 1 else 0
                units = [(int(program.need_resource[need]), int(program.need_quantity[need])) for need in needs]
                wants = tuple(Want(resource, quantity + keep_free) for resource, quantity in units)
                kinds[way] = found.setdefault(wants, len(found))
        return list(found), kinds

    def is_slots(self, resource: int) -> bool:
        """Whether a resource is offered at moments and used up."""
        return bool(self._facts.program.kind[resource] == Kind.SLOTS)

    def blame(self, wants: tuple[Want, ...]) -> Blame:
        """To which cause a wait for some things at once is charged from moment to moment.

        Of the things of which too few are free it is the one that stays short for longest from then on, and among
        equals the first by name; if all are free and the patient is only not in turn, the first that is strict, else
        the first. It is the cause `closed` while by plan there is none of it, and there is none.
        """
        lines = [self._short(want) for want in wants] if len(wants) > 1 else []
        shut = [self._shut(want.resource) for want in wants]
        moments = all_moments(*lines, *shut)
        chosen = self._chosen(wants, lines, moments)
        resource = np.array([want.resource for want in wants])[chosen]
        is_shut = np.array([line.at(moments) for line in shut])[chosen, np.arange(len(moments))] > 0
        cause = np.where(is_shut, self.causes.closed[resource], self.causes.short[resource])
        first = np.append(True, cause[1:] != cause[:-1])
        return Blame(moments[first], cause[first])

    def _chosen(self, wants: tuple[Want, ...], lines: list[Level], moments: Ints) -> Ints:
        """Position of the thing that is waited for at each moment."""
        if not lines:
            return np.zeros(len(moments), np.int64)
        until = np.array([_short_until(line, moments) for line in lines])
        chosen = np.argmax(until, axis=0)
        strict = [number for number, want in enumerate(wants) if self._facts.program.strict[want.resource]]
        return np.where(until.max(axis=0) == NONE, strict[0] if strict else 0, chosen)

    def _short(self, want: Want) -> Level:
        """1 while fewer units than these are free, changes only."""
        free = self.free(want.resource)
        short = _changes(free.time_ms, free.number < want.units)
        is_told = short.time_ms.size > 0 and short.time_ms[0] == 0
        return short if is_told else Level(np.append(0, short.time_ms), np.append(1, short.number))

    def _shut(self, resource: int) -> Level:
        """1 while by plan there is none, and there is none; never for slots, whose offers are looked at apart."""
        program = self._facts.program
        if self.causes.closed[resource] == NONE or program.kind[resource] != Kind.UNITS:
            return Level(np.empty(0, np.int64), np.empty(0, np.int64))
        plan, there = Level(*plan_of(program, resource)), self._facts.occupancy.open[resource]
        moments = all_moments(plan, there)
        return _changes(moments, (plan.at(moments) <= 0) & (there.at(moments) <= 0))

    def free(self, resource: int) -> Level:
        """Units that can be taken when each instant is over; below 0 while more are in use than there should be."""
        if resource not in self._free:
            lacking = less(self._used(resource), self._facts.occupancy.open[resource])
            self._free[resource] = Level(lacking.time_ms, -lacking.number)
        return self._free[resource]

    def _used(self, resource: int) -> Level:
        """Units in use or being cleaned; none of what is used up, of which only what is left is there."""
        if not self._facts.program.turnaround[resource]:
            return self._facts.occupancy.in_use[resource]
        log = self._log
        rows = np.flatnonzero(log.resource == resource)
        event, units = log.event[rows], log.quantity[rows].astype(np.int64)
        back = (any_of(event, GIVE) & ~any_of(event, CLEANED)) | (event == Event.READY)
        return changing(log.time_ms[rows], np.where(any_of(event, TAKE), units, np.where(back, -units, 0)))

    def next_offers(self, resource: int, moments: Ints) -> Ints:
        """For each moment the first at or after it at which slots are offered; as late as can be if there is none."""
        own = shelf(self._log, resource)
        offered = np.append(own.time_ms[own.is_change][own.added > 0], FOR_EVER)
        found: Ints = offered[np.searchsorted(offered, moments)]
        return found


def all_moments(*levels: Level) -> Ints:
    """Moments at which any of some levels changes, and the start of the run.

    >>> all_moments(Level(np.array([5, 20]), np.array([1, 0])), Level(np.array([5]), np.array([2]))).tolist()
    [0, 5, 20]
    """
    moments: Ints = np.concatenate([np.zeros(1, np.int64), *(level.time_ms for level in levels)])
    moments.sort(kind="stable")  # which merges what is in order already; np.unique takes ten times as long
    is_new = np.ones(len(moments), np.bool_)
    np.not_equal(moments[1:], moments[:-1], out=is_new[1:])
    found: Ints = moments[is_new]
    return found


def _changes(moments: Ints, is_so: Flags) -> Level:
    """1 while something is so; moments at which nothing changes are left out."""
    number = is_so.astype(np.int64)
    differs = np.append(True, number[1:] != number[:-1])
    return Level(moments[differs], number[differs])


def _short_until(line: Level, moments: Ints) -> Ints:
    """For each moment the end of the shortage in which it lies; -1 where nothing is short.

    Args:
        line: 1 while too little is free, changes only, from 0 on.
        moments: when to look.
    """
    place = np.searchsorted(line.time_ms, moments, side="right") - 1
    ends = np.append(line.time_ms, FOR_EVER)[place + 1]
    return np.where(line.number[place] > 0, ends, NONE)
