"""The measuring window: the part of a run that counts."""

import datetime
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import clock
from sim.scenario.scenario import Scenario

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Window:
    """The milliseconds from `start_ms` up to, but not with, `end_ms`; what happens at the end is outside."""

    start_ms: int
    end_ms: int

    @classmethod
    def of(cls, scenario: Scenario) -> "Window":
        """The window of a scenario: after the warm-up, and whole weeks if there is at least one.

        A week has all weekdays once, so that no weekday weighs more than another.
        """
        length = scenario.run.length
        if length >= clock.WEEK:
            length -= length % clock.WEEK
        return cls(scenario.run.warm_up, scenario.run.warm_up + length)

    @property
    def length_ms(self) -> int:
        """Length in milliseconds."""
        return self.end_ms - self.start_ms

    @property
    def days(self) -> float:
        """Length in days."""
        return self.length_ms / clock.DAY

    def dates(self, calendar: clock.Calendar) -> tuple[datetime.date, ...]:
        """Dates of its days; the last may be cut short."""
        starts = range(self.start_ms, self.end_ms, clock.DAY)
        return tuple(calendar.date(start) for start in starts)

    def holds(self, moments: Ints) -> Flags:
        """Whether moments lie in the window; -1 (never) does not.

        >>> Window(10, 20).holds(np.array([-1, 9, 10, 19, 20])).tolist()
        [False, False, True, True, False]
        """
        inside: Flags = (moments >= self.start_ms) & (moments < self.end_ms)
        return inside

    def overlap(self, starts: Ints, ends: Ints) -> Ints:
        """Milliseconds of spells that lie in the window.

        >>> Window(10, 20).overlap(np.array([5, 12, 20]), np.array([15, 30, 40])).tolist()
        [5, 8, 0]
        """
        inside: Ints = np.minimum(ends, self.end_ms) - np.maximum(starts, self.start_ms)
        return np.maximum(inside, 0)

    def daily(self, time_of_day: int) -> Ints:
        """Moments of the window at a time of day.

        Args:
            time_of_day: milliseconds after midnight.

        >>> Window(clock.HOUR, 2 * clock.DAY + 1).daily(0).tolist() == [clock.DAY, 2 * clock.DAY]
        True
        """
        first = -((time_of_day - self.start_ms) // clock.DAY)  # the first day on which it is not before the start
        return np.arange(first * clock.DAY + time_of_day, self.end_ms, clock.DAY, dtype=np.int64)
