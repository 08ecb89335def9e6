"""A plain engine: the semantics told as naively as possible, to be compared with the real ones.

It keeps one list of all who wait, sorts it in every round and asks everybody anew. It is slow, and shares nothing with
the engines but the tables of the program and the fates.
"""

import heapq
from typing import Final

import numpy as np

from sim.demand.fates import Fates
from sim.engine.eventlog import EventLog
from sim.engine.program import Program
from tests.engines.plain.allocation import Allocation
from tests.engines.plain.changes import Changes
from tests.engines.plain.journeys import Journeys
from tests.engines.plain.knots import Knots
from tests.engines.plain.people import Person
from tests.engines.plain.scene import ARRIVALS, Scene
from tests.engines.plain.things import Things
from tests.engines.plain.watching import Watching

MOST_STEPS: Final = 6_000
"""Rounds and swaps of a run."""


class TooSlowError(Exception):
    """The hospital is too busy for an engine that asks everybody in every round."""


class PlainHospital:
    """One replication."""

    def __init__(self, program: Program, fates: Fates) -> None:
        self.steps = 0
        self.scene = Scene(program, fates)
        self.things = Things(self.scene)
        self.journeys = Journeys(self.scene, self.things)
        self.allocation = Allocation(self.scene, self.things, self.journeys)
        self.changes = Changes(self.scene, self.things, self.journeys)
        self.watching = Watching(self.scene, self.things, self.journeys, self.changes)
        self.knots = Knots(self.scene, self.things, self.journeys, self.allocation)

    def run(self) -> EventLog:
        """Goes from instant to instant.

        Raises:
            KnotError: if patients wait for each other for ever and do not swap.
        """
        scene = self.scene
        self.changes.plan_all()
        self.watching.plan_all()
        self.plan_arrivals()
        while scene.agenda and scene.agenda[0][0] < scene.program.horizon_ms:
            scene.now = scene.agenda[0][0]
            while scene.has_more_now():
                heapq.heappop(scene.agenda)[3]()
            while self.round():
                pass
            if not scene.program.swaps and not scene.has_more_now():
                self.knots.check()
        return scene.log()

    def round(self) -> bool:
        """One round of allocation; tells whether it changed anything."""
        self.count()
        changed = self.allocation.round()
        while self.scene.program.swaps and self.knots.swap():
            self.count()
            changed = True
        self.allocation.send_on()
        return changed

    def count(self) -> None:
        """Counts rounds and swaps, of which there is an end.

        Raises:
            TooSlowError: if there are too many for an engine that asks everybody in every round.
        """
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooSlowError

    def plan_arrivals(self) -> None:
        """Everybody comes when fate says; those of a class with a name that is earlier come first."""
        fates = self.scene.fates
        order = np.argsort(fates.stream, kind="stable").tolist()
        rank = {number: position for position, number in enumerate(order)}
        for number, moment in enumerate(fates.arrival_ms.tolist()):
            person = Person(number, rank[number], int(fates.priority[number]), int(fates.waited_ms[number]))
            self.scene.plan(moment, ARRIVALS, lambda person=person: self.journeys.arrive(person))
