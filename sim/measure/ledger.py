"""The wait ledger: every millisecond that a patient waits inside a window is charged to exactly one cause.

Waiting is (1) the time from a request until it is served, until the patient gives up, gets worse or is sent away, or
until the window ends; (2) the time until the moment of a calendar (`wait until`); (3) the time of steps that count as
`discharge_delay`; (4) all time from `ready` until leaving. Care is not waiting, nor is the pause between the rounds of
a repeat, nor the wish of an outlier, who has a bed, to move to another ward. (3) and (4) are charged to the step, (2)
to the calendar, (1) to what the request waits for, as `sim.measure.blame` tells.
"""

from dataclasses import dataclass

import numpy as np

from sim.engine.eventlog import EventLog
from sim.engine.program import NONE, Op
from sim.measure.blame import Blame, Scarcity, Want
from sim.measure.causes import DISCHARGE_DELAY, Causes, causes, open_ways
from sim.measure.facts import Facts
from sim.measure.occupancy import Floats, Level, present
from sim.measure.visits import NEVER
from sim.measure.window import Flags, Ints


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is charged, one entry for each part of a wait; the first three columns have the same length."""

    causes: Causes
    patient: Ints
    """Number of the patient in the fates."""
    cause: Ints
    """Number of the cause."""
    time_ms: Ints
    """Milliseconds in the window, above 0."""
    behind_ms: Floats
    """By cause, of what is charged to a ward: milliseconds weighted with the share of the ward's occupied beds that
    patients held who were ready; an attribution, which is no part of the sum."""

    def by_cause(self) -> Ints:
        """Milliseconds charged to each cause."""
        return _summed(self.cause, self.time_ms, len(self.causes))

    def by_patient(self, patients: int) -> Ints:
        """Milliseconds that each patient waits.

        Args:
            patients: how many there are.
        """
        return _summed(self.patient, self.time_ms, patients)

    def affected(self) -> Ints:
        """How many patients wait because of each cause."""
        pairs = self.patient * len(self.causes) + self.cause
        pairs.sort()
        first = np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]
        return np.bincount(pairs[first] % len(self.causes), minlength=len(self.causes))


def _summed(codes: Ints, times: Ints, size: int) -> Ints:
    """Sums of whole numbers, which stay exact since they are far below 2**53."""
    return np.bincount(codes, weights=times, minlength=size).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Waits:
    """Spells of waiting within the window; all columns have the same length."""

    visit: Ints
    start_ms: Ints
    end_ms: Ints

    def where(self, chosen: Flags | Ints) -> "_Waits":
        return _Waits(self.visit[chosen], self.start_ms[chosen], self.end_ms[chosen])

    def charged_to(self, facts: Facts, cause: Ints) -> "_Charges":
        return _Charges(facts.visits.patient[self.visit].astype(np.int64), cause, self.end_ms - self.start_ms)


@dataclass(frozen=True, slots=True)
class _Charges:
    patient: Ints
    cause: Ints
    time_ms: Ints


def ledger(facts: Facts, log: EventLog) -> Ledger:
    """Works out the ledger of a replication.

    Args:
        facts: of the replication; their window counts.
        log: the same replication, which keeps the invariants.
    """
    there = causes(facts.scenario, facts.program)
    is_delay = np.array([step.meaning == DISCHARGE_DELAY for step in facts.program.steps], np.bool_)
    by_step = np.where(is_delay, there.discharge, there.calendar)
    asked, late_requests = _parted(facts, _requests(facts))
    timed, late_steps = _parted(facts, _steps(facts, (by_step != NONE) | (there.discharge != NONE)))
    found = [_of_steps(facts, late, there.discharge) for late in (late_requests, late_steps)]
    found.append(_of_steps(facts, timed.where(by_step[facts.visits.step[timed.visit]] != NONE), by_step))
    behind_ms = np.zeros(len(there))
    found += _of_requests(facts, log, there, asked, behind_ms)
    return Ledger(
        causes=there,
        patient=_joined([part.patient for part in found]),
        cause=_joined([part.cause for part in found]),
        time_ms=_joined([part.time_ms for part in found]),
        behind_ms=behind_ms,
    )


def _joined(columns: list[Ints]) -> Ints:
    return np.concatenate([np.empty(0, np.int64), *columns])


def _requests(facts: Facts) -> _Waits:
    """Waiting for what was asked for, and not had at once."""
    visits = facts.visits
    asked = np.flatnonzero((visits.queued_ms != NEVER) & (visits.started_ms != visits.queued_ms))
    started_ms = visits.started_ms[asked]
    left_ms = np.where(started_ms != NEVER, started_ms, visits.ended_ms[asked])
    return _within(facts, asked, visits.queued_ms[asked], left_ms)


def _steps(facts: Facts, concerned: Flags) -> _Waits:
    """Time in some steps, not in places or with what is held, which last through other steps.

    Args:
        facts: of the replication.
        concerned: which steps, by their numbers.
    """
    visits, needs = facts.visits, facts.needs
    timed = np.flatnonzero((concerned & ~needs.is_place & ~needs.is_hold)[visits.step])
    timed = timed[visits.started_ms[timed] != NEVER]
    return _within(facts, timed, visits.started_ms[timed], visits.ended_ms[timed])


def _within(facts: Facts, visits: Ints, starts: Ints, ends: Ints) -> _Waits:
    """The parts of spells that lie in the window; -1 as end means that it is not over at the end of the log."""
    start_ms = np.maximum(starts, facts.window.start_ms)
    end_ms = np.minimum(facts.until(ends), facts.window.end_ms)
    lasts = end_ms > start_ms
    return _Waits(visits[lasts], start_ms[lasts], end_ms[lasts])


def _parted(facts: Facts, waits: _Waits) -> tuple[_Waits, _Waits]:
    """Waits before `ready` and behind it; patients do one thing at a time, so none lies on both sides."""
    ready_ms = facts.journeys.ready_ms
    if not (ready_ms != NEVER).any():
        return waits, waits.where(waits.visit[:0])
    ready = ready_ms[facts.visits.patient[waits.visit]]
    is_late = (ready != NEVER) & (waits.end_ms > ready)
    return waits.where(~is_late), waits.where(is_late)


def _of_steps(facts: Facts, waits: _Waits, cause: Ints) -> _Charges:
    """Charges waits to causes that go by the steps."""
    return waits.charged_to(facts, cause[facts.visits.step[waits.visit]])


def _of_requests(facts: Facts, log: EventLog, there: Causes, asked: _Waits, behind_ms: Floats) -> list[_Charges]:
    """Charges requests to what they wait for, all that ask for the same at once.

    Args:
        facts: of the replication.
        log: the same replication.
        there: the causes.
        asked: the requests, before `ready`.
        behind_ms: what is behind the waits for wards, by cause; added to in place.
    """
    scarcity = Scarcity(facts, log, there)
    kinds, kind_of_way = scarcity.kinds()
    kind = kind_of_way[_ways(facts, asked)]
    order = np.argsort(kind, kind="stable")
    bounds = np.append(0, np.cumsum(np.bincount(kind, minlength=len(kinds)))).tolist()
    ready, found = _ready(facts), []
    for wants, start, end in zip(kinds, bounds[:-1], bounds[1:], strict=True):
        if start < end:
            own, blame = asked.where(order[start:end]), scarcity.blame(wants)
            found += _shared_out(facts, scarcity, blame, wants, own)
            if wants[0].resource in ready:
                ward = wants[0].resource
                shares = blame.charged_by_share(int(there.short[ward]), ready[ward], facts.occupancy.in_use[ward])
                behind_ms[there.short[ward]] += shares.between(own.start_ms, own.end_ms).sum()
    return found


def _ways(facts: Facts, asked: _Waits) -> Ints:
    """Number of the first way of each request that is open to its patient; the step's own way if none is."""
    program, step = facts.program, facts.visits.step[asked.visit]
    seizes = np.flatnonzero(program.instructions.op == Op.SEIZE)
    first = np.full(len(program.steps), NONE, np.int64)
    first[program.instructions.step[seizes]] = program.instructions.ways_from[seizes]
    found = first[step]
    for at in seizes[program.way_accepts[program.instructions.ways_from[seizes]] != NONE].tolist():
        here = np.flatnonzero(step == program.instructions.step[at])
        patient = facts.visits.patient[asked.visit[here]]
        for way in reversed(open_ways(program, at)):
            draw = int(program.way_accepts[way])
            found[here if draw == NONE else here[facts.fates.values(draw)[patient] == 1]] = way
    return found


def _shared_out(facts: Facts, scarcity: Scarcity, blame: Blame, wants: tuple[Want, ...], own: _Waits) -> list[_Charges]:
    """Charges requests that ask for the same; until slots are next offered, nobody could have had one."""
    there = scarcity.causes
    slots = {int(there.short[want.resource]): want.resource for want in wants if scarcity.is_slots(want.resource)}
    patient, found = facts.visits.patient[own.visit].astype(np.int64), []
    for cause in np.unique(blame.cause).tolist():
        start_ms, parts = own.start_ms, []
        if cause in slots:
            offered_ms = scarcity.next_offers(slots[cause], facts.visits.queued_ms[own.visit])
            offered_ms = np.clip(offered_ms, own.start_ms, own.end_ms)
            parts.append((int(there.closed[slots[cause]]), blame.charged(cause, own.start_ms, offered_ms)))
            start_ms = offered_ms
        parts.append((cause, blame.charged(cause, start_ms, own.end_ms)))
        for number, time_ms in parts:
            some = np.flatnonzero(time_ms)
            found.append(_Charges(patient[some], np.full(len(some), number), time_ms[some]))
    return found


def _ready(facts: Facts) -> dict[int, Level]:
    """Patients past `ready` by the number of the ward in which they lie; wards that never have any are left out."""
    visits = facts.visits
    here = np.flatnonzero(facts.needs.is_place[visits.step])
    here = here[(facts.journeys.ready_ms[visits.patient[here]] != NEVER) & (visits.started_ms[here] != NEVER)]
    ward, ready_ms = visits.resource[here], facts.journeys.ready_ms[visits.patient[here]]
    starts, ends = np.maximum(visits.started_ms[here], ready_ms), facts.until(visits.ended_ms[here])
    found = {}
    for number in np.unique(ward).tolist():
        own = (ward == number) & (starts < ends)
        if own.any():
            found[number] = present(starts[own], ends[own])
    return found
