"""The check of capacity: what the log says there is follows from rosters, policies, staff and deliveries (rule 6)."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.engine.checking.case import Breach, Case, moment
from sim.engine.checking.limits import GIVE, TAKE
from sim.engine.checking.on_duty import Staircase, activity, additions, on_duty, told
from sim.engine.checking.shelves import Shelf, shelf
from sim.engine.eventlog import Event
from sim.engine.program import NONE, Closing, Kind
from sim.engine.stories import Flags, Ints

_KEEP: Final = (Event.HOLD, Event.GIVE_BACK)
_NOWHERE: Final = Staircase(np.empty(0, np.int64), np.empty(0, np.int64))


def capacity_follows(case: Case) -> list[Breach]:
    """Rule 6: the units that the log tells are those that rosters, policies, staff, offers and deliveries make.

    All is worked out again and compared when an instant is over. One thing the log does not tell: which of several busy
    people finish after others have relieved them. So for these it need only show that they are busy, that no more of
    them stay than go off duty, that at the end of a shift (if nothing else changes in the instant) no fewer stay than
    were busy, and that they go as steps end.
    """
    found = list(_policies_alternate(case))
    units, duty = told(case.log), on_duty(case.program, case.fates.supply, case.log)
    for resource, kind in enumerate(case.program.kind.tolist()):
        if kind == Kind.UNITS:
            relieved = case.program.closing[resource] == Closing.RELIEVED
            check = _relieved if relieved else _as_due
            found += check(case, resource, units.get(resource, _NOWHERE), _until(case, duty[resource]))
        else:
            own = shelf(case.log, resource)
            offered = _slots if kind == Kind.SLOTS else _supplies
            found += offered(case, resource, own)
    return found


def _until(case: Case, line: Staircase) -> Staircase:
    """What happens before the end of the run."""
    there = line.time_ms < case.log.horizon_ms
    return Staircase(line.time_ms[there], line.number[there])


def _policies_alternate(case: Case) -> Iterator[Breach]:
    """A policy begins before it ends, and ends before it begins again."""
    log = case.log
    rows = np.flatnonzero(log.event == Event.POLICY)
    for step in np.unique(log.step[rows]).tolist():
        own = rows[log.step[rows] == step]
        wrong = own[log.quantity[own] != (np.arange(len(own)) + 1) % 2]
        yield from case.breaches(6, "begins while it is active, or ends while it is not", wrong)


def _as_due(case: Case, resource: int, tells: Staircase, due: Staircase) -> list[Breach]:
    """The units of the log are those that should be there."""
    moments = np.union1d(tells.time_ms, due.time_ms)
    return _differences(case, resource, moments, tells.at(moments), due.at(moments))


def _differences(case: Case, resource: int, moments: Ints, tells: Ints, due: Ints) -> list[Breach]:
    """One breach for the first moment at which the log tells something else than what is due."""
    wrong = np.flatnonzero(tells != due)
    if not wrong.size:
        return []
    at, name = wrong[0], case.program.resources[resource]
    return [Breach(6, f"the log has {tells[at]} units of {name} from {moment(int(moments[at]))}, due are {due[at]}")]


def _relieved(case: Case, resource: int, tells: Staircase, due: Staircase) -> list[Breach]:
    """The units of the log are those on duty, and beside them those who finish what they began."""
    log = case.log
    rows = np.flatnonzero(log.resource == resource)
    event, quantity = log.event[rows], log.quantity[rows].astype(np.int64)
    given = quantity * np.isin(event, GIVE)
    changes = quantity * np.isin(event, TAKE) - given
    changes_ms, going = _going(case, resource)
    moments = np.unique(np.concatenate([tells.time_ms, due.time_ms, changes_ms, log.time_ms[rows]]))
    leaving, sources, back = np.zeros((3, len(moments)), np.int64)
    at = np.searchsorted(moments, changes_ms)
    np.add.at(leaving, at, going)
    np.add.at(sources, at, 1)
    np.add.at(back, np.searchsorted(moments, log.time_ms[rows]), given)
    last = np.searchsorted(log.time_ms[rows], moments, side="right")
    in_use = np.append(0, np.cumsum(changes))[last]
    kept = np.append(0, np.cumsum(np.where(np.isin(event, _KEEP), changes, 0)))[last]
    there, late = tells.at(moments), tells.at(moments) - due.at(moments)
    idle, before, held = (np.append(0, values[:-1]) for values in (np.maximum(there - in_use, 0), late, kept))
    stay = before + leaving - idle - held - back  # at least so many, if nothing else changes in the instant
    name = case.program.resources[resource]
    for what, wrong in (
        ("fewer are there than are on duty", late < 0),
        ("people who were relieved stay without a patient", late > in_use),
        ("more people finish late than went off duty", late - before > leaving),
        ("people who finish late go without having finished", before - late > back),
        ("people go off duty in the middle of a step", (leaving > 0) & (sources == 1) & (late < stay)),
    ):
        if wrong.any():
            return [Breach(6, f"{what}: {name}, {moment(int(moments[np.argmax(wrong)]))}")]
    return []


def _going(case: Case, resource: int) -> tuple[Ints, Ints]:
    """Moments at which a roster or a policy changes something, and how many people go off duty then.

    They go at the end of their shift, or when the policy that called them in ends.
    """
    supply, program, log = case.fates.supply, case.program, case.log
    own = (supply.resource == resource) & (supply.time_ms < log.horizon_ms)
    moments, going = [supply.time_ms[own]], [supply.leaving[own]]
    for policy, added, units in additions(program):
        if added == resource:
            active = activity(log, int(program.policy_step[policy]))
            moments.append(active.time_ms)
            going.append((1 - active.number) * units)
    return np.concatenate(moments), np.concatenate(going)


def _slots(case: Case, resource: int, shelf: Shelf) -> list[Breach]:
    """Slots come when they are offered; when their moment is over no more are left than are kept."""
    supply, keep = case.fates.supply, int(case.program.keep[resource])
    own = np.flatnonzero((supply.resource == resource) & (supply.time_ms < case.log.horizon_ms))
    told_at = shelf.time_ms[shelf.is_change]
    moments = np.union1d(supply.time_ms[own], told_at)
    number = np.searchsorted(moments, supply.time_ms[own])
    due = np.append(0, shelf.left)[np.searchsorted(shelf.time_ms, moments)]
    tells = due.copy()
    told_number = np.searchsorted(moments, told_at)
    tells[told_number] = shelf.left[shelf.is_change]  # of several rows in one instant the last counts
    turn = np.arange(len(own)) - np.searchsorted(number, number)
    units = np.where(_enough_wait(case, resource, own), supply.units[own], 0)
    for which in range(int(turn.max(initial=-1)) + 1):
        now = turn == which
        at = number[now]
        due[at] = np.where(units[now] < 0, np.minimum(due[at], keep), due[at] + units[now])
    return _differences(case, resource, moments, tells, due)


def _enough_wait(case: Case, resource: int, offers: Ints) -> Flags:
    """Whether as many patients wait for slots as an offer asks for, when it is made.

    Offers are made in the first half of an instant, before anybody is served; who waits then is told by the rows above
    the first of the instant that tells how many slots there are.
    """
    supply, stories, spells, log = case.fates.supply, case.stories, case.spells, case.log
    enough = np.ones(len(offers), np.bool_)
    asks = np.flatnonzero(supply.at_least[offers] > 1)
    if not asks.size:
        return enough
    wants = case.needs.quantity[:, resource] > 0
    queues = wants[stories.step[spells.queues]]
    joined = np.sort(stories.row[spells.queues[queues]])
    answers = spells.answers[queues]
    left = np.sort(stories.row[answers[answers != NONE]])
    told_rows = np.flatnonzero((log.event == Event.CAPACITY) & (log.resource == resource))
    at = np.searchsorted(log.time_ms[told_rows], supply.time_ms[offers[asks]])
    moment_row = np.append(told_rows, len(log))[at]
    waiting = np.searchsorted(joined, moment_row) - np.searchsorted(left, moment_row)
    enough[asks] = waiting >= supply.at_least[offers[asks]]
    return enough


def _supplies(case: Case, resource: int, shelf: Shelf) -> list[Breach]:
    """Supplies come by the calendar, and as ordered when there were few left."""
    supply = case.fates.supply
    own = np.flatnonzero((supply.resource == resource) & (supply.time_ms < case.log.horizon_ms))
    ordered = _orders(case, resource, shelf, supply.time_ms[own], supply.units[own])
    come = np.concatenate([supply.time_ms[own], ordered])
    units = np.append(supply.units[own], np.full(len(ordered), case.program.order_units[resource]))
    told_at = shelf.time_ms[shelf.is_change]
    moments = np.union1d(come, told_at)
    due, tells = np.zeros((2, len(moments)), np.int64)
    np.add.at(due, np.searchsorted(moments, come), units)
    np.add.at(tells, np.searchsorted(moments, told_at), shelf.added)
    wrong = np.flatnonzero(due != tells)
    if not wrong.size:
        return []
    at, name = wrong[0], case.program.resources[resource]
    return [Breach(6, f"{tells[at]} units of {name} come {moment(int(moments[at]))}, due are {due[at]}")]


def _orders(case: Case, resource: int, shelf: Shelf, delivery_ms: Ints, delivered: Ints) -> Ints:
    """Moments of the run at which orders arrive: they are sent when stock and orders are down after somebody took."""
    least, size = int(case.program.reorder_at[resource]), int(case.program.order_units[resource])
    taken = np.flatnonzero(~shelf.is_change)
    if least == NONE or not taken.size:
        return np.empty(0, np.int64)
    total = np.append(0, np.cumsum(delivered))[np.searchsorted(delivery_ms, shelf.time_ms[taken], side="right")]
    stock = total - np.cumsum(shelf.taken[taken])  # if nothing were ever ordered
    arrivals: list[int] = []
    name, on_order = case.program.resources[resource], 0
    for now, units in zip(shelf.time_ms[taken].tolist(), stock.tolist(), strict=True):
        while units + on_order <= least:
            arrivals.append(now + case.fates.lead_time(name, len(arrivals)))
            on_order += size
    come = np.sort(np.array(arrivals, np.int64))
    return come[come < case.log.horizon_ms]
