"""Limits: no more is taken than there is (rule 2)."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.engine.checking.case import Breach, Case, moment
from sim.engine.checking.shelves import at_the_end_of_instants, shelf_of
from sim.engine.eventlog import NOTHING, Event
from sim.engine.program import Closing, Kind
from sim.engine.stories import Flags, Ints

TAKE: Final = (Event.START, Event.PLACE, Event.HOLD)
"""Events with which units are taken."""
GIVE: Final = (Event.END, Event.VACATE, Event.INTERRUPT, Event.GIVE_BACK)
"""Events with which they are given back."""
CLEANED: Final = (Event.END, Event.VACATE, Event.GIVE_BACK)
"""Those after which the unit is made ready; what somebody more urgent takes away is used at once."""
_SIGN: Final = np.array([(event in TAKE) - (event in GIVE) for event in Event], np.int32)


def within_limits(case: Case) -> list[Breach]:
    """Rule 2: while more is held than there is, nobody takes anything, and what is used up is there.

    What needs cleaning is held as long as is declared, no longer and no shorter. Where a shift is handed over, those
    who stay beyond it are only held by patients who keep them through other steps.
    """
    log, program = case.log, case.program
    rows = np.flatnonzero((log.resource != NOTHING) & (log.event != Event.QUEUE))
    resource = log.resource[rows]
    rows = rows[np.argsort(resource, kind="stable")]
    bounds = [0, *np.cumsum(np.bincount(resource, minlength=len(program.resources))).tolist()]
    times, events, quantities = log.time_ms[rows], log.event[rows], log.quantity[rows]
    changes = quantities * _SIGN.take(events)
    found = []
    for number, (start, end) in enumerate(pairwise(bounds)):
        if start == end:
            continue
        own = slice(start, end)
        if program.kind[number] != Kind.UNITS:
            found += _never_below_nothing(case, rows[own])
            continue
        line = Line(rows[own], times[own], events[own], quantities[own], changes[own])
        relieved = program.closing[number] == Closing.RELIEVED
        turnaround = int(program.turnaround[number])
        if program.closing[number] == Closing.HAND_OVER and not program.is_place[number]:
            found += _handed_over(case, line)
        if turnaround and not relieved:
            line.change[any_of(line.event, CLEANED)] = 0
            ready = line.event == Event.READY
            line.change[ready] = -line.quantity[ready]
        found += _never_above(case, line) + _kept_free(case, line)
        if not (turnaround and relieved):
            found += _cleaned(case, line, turnaround)
    return found


def any_of(event: NDArray[np.int8], events: tuple[Event, ...]) -> Flags:
    """Rows with one of a few events; comparing a column of bytes is much faster than looking each up."""
    found = np.zeros(len(event), np.bool_)
    for one in events:
        found |= event == one
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """The rows of the log that concern one resource, in order."""

    row: Ints
    time_ms: Ints
    event: NDArray[np.int8]
    quantity: NDArray[np.int32]
    change: NDArray[np.int32]
    """Change of the units in use or being cleaned."""


def _never_below_nothing(case: Case, rows: Ints) -> list[Breach]:
    """Slots and supplies: what is taken was there, row by row."""
    shelf = shelf_of(case.log, rows)
    return case.breaches(2, "is taken although there is none left", shelf.row[(shelf.left < 0) & ~shelf.is_change])


def _never_above(case: Case, line: Line) -> list[Breach]:
    """The units of one resource, looked at when an instant is over; who swaps their place takes none."""
    last, capacity = _capacity(line)
    held = np.cumsum(line.change)[last]
    taken = _in_each_instant(line.change > 0, last)
    if _may_be_swapped(case, line):
        taken -= np.minimum(*(_in_each_instant(moves, last) for moves in _moves(case, line)))
    above = last[(held > capacity) & (taken > 0)]
    found = case.breaches(2, "is taken although there is none left", line.row[above])
    return found + case.breaches(2, "more is given back than was taken", line.row[last[held < 0]])


def _in_each_instant(rows: Flags, last: Ints) -> Ints:
    """How many of some rows there are in each instant, whose last row is told."""
    return np.diff(np.cumsum(rows)[last], prepend=0)


def _may_be_swapped(case: Case, line: Line) -> bool:
    """Whether these are the rows of a ward in which patients may swap their places."""
    return bool(case.program.swaps and case.program.is_place[case.log.resource[line.row[0]]])


def _moves(case: Case, line: Line) -> tuple[Flags, Flags]:
    """Which rows are of patients who come straight from another place, and of those who go straight to another."""
    log, last = case.log, len(case.log) - 1
    behind, before = np.minimum(line.row + 1, last), np.maximum(line.row - 1, 0)
    comes = (line.event == Event.PLACE) & (log.event[behind] == Event.VACATE)
    goes = (line.event == Event.VACATE) & (log.event[before] == Event.PLACE)
    comes &= log.patient[behind] == log.patient[line.row]
    return comes, goes & (log.patient[before] == log.patient[line.row])


def _kept_free(case: Case, line: Line) -> list[Breach]:
    """Where a step leaves some units free for others, they are free when it takes some; not when places are swapped."""
    if _may_be_swapped(case, line) or not case.needs.keep_free.any():
        return []
    kept = np.where(any_of(line.event, TAKE), case.needs.keep_free[case.log.step[line.row]], 0)
    changed = line.event == Event.CAPACITY
    there = np.append(0, line.quantity[changed])[np.cumsum(changed)]
    scarce = (kept > 0) & (there - np.cumsum(line.change) < kept)
    return case.breaches(2, "is taken although some must stay free", line.row[scarce])


def _capacity(line: Line) -> tuple[Ints, Ints]:
    """Last row of each instant, and the units that there are then."""
    changed = line.event == Event.CAPACITY
    last = at_the_end_of_instants(line.time_ms)
    return last, np.append(0, line.quantity[changed])[np.cumsum(changed)[last]]


def _handed_over(case: Case, line: Line) -> list[Breach]:
    """Nobody is kept in a step beyond the end of a shift that is handed over.

    What patients keep through other steps, and steps that use something up, are not interrupted.
    """
    last, capacity = _capacity(line)
    log, needs = case.log, case.needs
    stays_on = any_of(line.event, (Event.HOLD, Event.GIVE_BACK))
    uses_something_up: Flags = np.any(needs.most[:, needs.used_up] > 0, axis=1)
    stays_on |= uses_something_up[log.step[line.row]]
    in_use, kept = np.cumsum(line.change)[last], np.cumsum(np.where(stays_on, line.change, 0))[last]
    late = last[(in_use > capacity) & (in_use > kept)]
    return case.breaches(2, "a step goes on although its staff are handed over", line.row[late])


def _cleaned(case: Case, line: Line, turnaround: int) -> list[Breach]:
    """A unit is ready again exactly so long after it was given up, or at once if patients swapped their places."""
    is_ready = line.event == Event.READY
    if not turnaround:
        return case.breaches(2, "a bed is ready when no cleaning ends", line.row[is_ready])
    given = any_of(line.event, CLEANED)
    ready = np.repeat(np.flatnonzero(is_ready), line.quantity[is_ready])
    given_up = np.repeat(line.time_ms[given], line.quantity[given])
    told = line.time_ms[ready]
    if case.program.swaps:
        given_up = _without_swaps(given_up, told, turnaround)
    due = given_up + turnaround
    due = due[due < case.log.horizon_ms]
    due.sort()
    if np.array_equal(told, due):
        return []
    shared = min(len(told), len(due))
    wrong = np.flatnonzero(told[:shared] != due[:shared])
    at = int(wrong[0]) if wrong.size else shared
    if at == len(due) or (at < len(told) and told[at] < due[at]):
        return case.breaches(2, "a bed is ready when no cleaning ends", line.row[ready[at : at + 1]])
    return [Breach(2, f"a bed of {case.resource(int(line.row[0]))} is not ready {moment(int(due[at]))}")]


def _without_swaps(given_up: Ints, told: Ints, turnaround: int) -> Ints:
    """Moments at which units were given up to be cleaned; those that were swapped are moved so as to be ready as told.

    In an instant at which more units are ready than cleanings end, the rest can only be swapped ones that were given
    up in the same instant.
    """
    cleaning: dict[int, int] = {}
    times, number = np.unique(given_up, return_counts=True)
    ready = dict(zip(*(part.tolist() for part in np.unique(told, return_counts=True)), strict=True))
    found: list[int] = []
    for now, units in zip(times.tolist(), number.tolist(), strict=True):
        swapped = min(units, max(ready.get(now, 0) - cleaning.get(now - turnaround, 0), 0))
        cleaning[now] = units - swapped
        found += [now] * (units - swapped) + [now - turnaround] * swapped
    return np.array(found, np.int64)
