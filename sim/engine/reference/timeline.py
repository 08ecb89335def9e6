"""The timeline: things that happen at given times, as SimPy events."""

from collections.abc import Callable
from typing import Any, Final

import simpy

TIMERS: Final = 0
"""Order inside the first half of an instant, as SimPy's event priority: first what ends,"""
CHANGES: Final = 1
"""then what changes,"""
POLICIES: Final = 2
"""then what policies do and see: two numbers each, from here on, the first for acting upon an earlier decision,"""
ARRIVALS: Final = 1 << 30
"""then who arrives."""


def once(
    environment: simpy.Environment, delay: int, happen: Callable[[simpy.Event], None], priority: int = TIMERS
) -> None:
    """Makes something happen once, after a delay in milliseconds."""
    event = simpy.Event(environment)
    event._ok = True
    event.callbacks.append(happen)
    environment.schedule(event, priority, delay)  # type: ignore[arg-type]


def series(environment: simpy.Environment, times: list[int], priority: int, happen: Callable[[int], None]) -> None:
    """Makes the n-th of a series of things happen at the n-th of its times, with one SimPy event for all.

    Args:
        environment: the clock; it stands before the first time.
        times: milliseconds, in order.
        priority: CHANGES, ARRIVALS or that of a policy.
        happen: called with the number of the thing, from 0.
    """
    event = simpy.Event(environment)
    event._ok = True
    number, last = 0, len(times)

    def due(_: Any) -> None:
        nonlocal number
        moment = times[number]
        while number < last and times[number] == moment:
            happen(number)
            number += 1
        schedule_next()

    def schedule_next() -> None:
        if number < last:
            event.callbacks = [due]
            environment.schedule(event, priority, times[number] - environment.now)  # type: ignore[arg-type]

    schedule_next()
