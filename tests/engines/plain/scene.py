"""Scene: the time, what is planned, and what was told so far."""

import heapq
import itertools
from collections.abc import Callable

import numpy as np

from sim.demand.fates import Fates
from sim.engine.eventlog import NOBODY, NOTHING, Event, EventLog
from sim.engine.program import Program
from tests.engines.plain.book import Book

TIMERS, CHANGES, POLICIES, ARRIVALS = range(4)
"""The order of the first half of an instant."""


class Scene:
    """One replication: its clock, agenda and log."""

    def __init__(self, program: Program, fates: Fates) -> None:
        self.program, self.fates, self.book = program, fates, Book(program)
        self.now = 0
        self.rows: list[tuple[int, int, Event, int, int, int]] = []
        self.agenda: list[tuple[int, tuple[int, int], int, Callable[[], None]]] = []
        self.active = [False] * len(program.policy_step)
        self._ticket = itertools.count()
        self._turn = itertools.count()

    def plan(self, moment: int, phase: int, act: Callable[[], None], *, order: int = 0) -> None:
        """Puts something on the agenda; what has the same moment and phase happens in order."""
        heapq.heappush(self.agenda, (moment, (phase, order), next(self._ticket), act))

    def has_more_now(self) -> bool:
        """Whether something is left to do in this instant."""
        return bool(self.agenda) and self.agenda[0][0] == self.now

    def next_turn(self) -> int:
        """A number that is higher than all before."""
        return next(self._turn)

    def tell(self, person: int, event: Event, step: int = NOTHING, resource: int = NOTHING, quantity: int = 0) -> None:
        """Writes a row."""
        self.rows.append((self.now, person, event, step, resource, quantity))

    def tell_all(self, event: Event, step: int = NOTHING, resource: int = NOTHING, quantity: int = 0) -> None:
        """Writes a row that concerns no patient."""
        self.tell(NOBODY, event, step, resource, quantity)

    def log(self) -> EventLog:
        """Packs the rows into a log."""
        columns = zip(*self.rows, strict=True) if self.rows else ((),) * 6
        kinds = np.int64, np.int32, np.int8, np.int32, np.int16, np.int32
        packed = [np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
        return EventLog(*packed, horizon_ms=self.program.horizon_ms)
