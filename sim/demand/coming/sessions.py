"""Sessions: booked patients, slot by slot, and who of them comes."""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from sim import clock
from sim.demand.coming.points import Layer, Points, numbers
from sim.demand.streams import Address, Ints, uniforms
from sim.scenario.patients import Session
from sim.scenario.rosters import holds_on

SHELL: Final = 16
"""Patients of a session in its shell 0; each further shell reaches twice as far."""


def scheduled(
    root: Address, sessions: Mapping[str, Session], calendar: clock.Calendar, horizon: int
) -> Iterator[Points]:
    """Booked patients who attend; each slot has one uniform, so who attends at 90 % also attends at 95 %.

    Slots are numbered by day and position. A session has shells of positions, 0 to 15 and then always twice as many,
    so that a slot keeps its number when the list gets longer.

    Args:
        root: address with the seed, the replication and the name of the stream.
        sessions: the declared sessions.
        calendar: the scenario's calendar.
        horizon: end of the run in milliseconds.
    """
    days = -(-horizon // clock.DAY)
    parts = [(name, part) for name, session in sessions.items() for part in range(_shells(session.patients))]
    for (name, part), number in numbers(parts).items():
        session, layer = sessions[name], Layer(number, name, part)
        first, last = _shell(part)
        times, index = slots(session, first, min(last, session.patients), calendar, days)
        comes = times < horizon
        if session.attend < 1 and index.size:
            luck = uniforms(layer.address(root, "arrival", "attend"), int(index[-1]) + 1)
            comes &= luck[index] < session.attend
        yield Points(layer, times[comes], index[comes])


def _shell(part: int) -> tuple[int, int]:
    """First position of a shell and the one behind its last.

    >>> [_shell(part) for part in range(3)]
    [(0, 16), (16, 32), (32, 64)]
    """
    return (SHELL << part) // 2 if part else 0, SHELL << part


def _shells(patients: int) -> int:
    """Number of shells that hold so many positions.

    >>> [_shells(patients) for patients in (1, 16, 17, 33)]
    [1, 1, 2, 3]
    """
    return ((patients - 1) // SHELL).bit_length() + 1


def slots(session: Session, first: int, last: int, calendar: clock.Calendar, days: int) -> tuple[Ints, Ints]:
    """Moments and numbers of the slots at positions first to last (not included) of a session, day by day."""
    since = calendar.days_to(session.since) if session.since else 0
    until = calendar.days_to(session.until) + 1 if session.until else days
    day = np.arange(max(since, 0), min(until, days))
    day = day[np.isin((calendar.weekday(0) + day) % 7, session.days)]
    if session.except_on or session.only_on:
        day = np.array([number for number in day.tolist() if holds_on(session, calendar, number)], np.int64)
    position = np.arange(first, last)
    times = (day * clock.DAY)[:, None] + (session.at + position * session.apart)
    width = first or SHELL
    return times.ravel(), ((day * width)[:, None] + (position - first)).ravel()
