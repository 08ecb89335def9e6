"""Joined patients: one replication of two plans, patient by patient.

A patient is known by class, layer and index, which no plan changes (`sim.demand.fates`), so that two logs of the same
seed and replication can be joined.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.demand.fates import draw_fates
from sim.engine.checking.invariants import check
from sim.engine.eventlog import EventLog
from sim.engine.program import Program
from sim.engine.reference import run
from sim.measure.facts import Facts, gather
from sim.measure.groups import newcomers
from sim.measure.ledger import Ledger, ledger
from sim.measure.window import Ints, Window
from sim.scenario.scenario import Scenario
from sim.study.comparison import InvalidRunError


@dataclass(frozen=True, slots=True)
class Side:
    """A replication of one plan."""

    facts: Facts
    log: EventLog
    ledger: Ledger
    number: Ints
    """Patients who come in the window, by their number in the fates."""
    who: list[tuple[str, int, int]]
    """Class, layer and index of each of them."""
    waits_ms: Ints
    """Of all patients of the fates."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A replication of both plans, joined; one entry a patient who comes under both."""

    replication: int
    sides: tuple[Side, Side]
    number: tuple[Ints, Ints]
    """Their numbers in the fates of either side."""
    apart: tuple[int, int]
    """How many come under the first only, and under the second only."""

    @property
    def waits_ms(self) -> tuple[Ints, Ints]:
        """Waits under both plans."""
        first, second = (side.waits_ms[number] for side, number in zip(self.sides, self.number, strict=True))
        return first, second

    @property
    def change_ms(self) -> Ints:
        """Wait under the second plan less that under the first."""
        first, second = self.waits_ms
        return second - first

    def left_by(self, plan: int) -> NDArray[np.int64]:
        """Position in OUTCOMES of how each left, -1 if still inside."""
        return self.sides[plan].facts.journeys.outcome[self.number[plan]].astype(np.int64)


def joined(scenarios: tuple[Scenario, Scenario], programs: tuple[Program, Program], replication: int) -> Pair:
    """Runs a replication of two scenarios and joins the patients who come in the measured time under both.

    Args:
        scenarios: run alike.
        programs: the same, compiled.
        replication: its number, from 0.

    Raises:
        InvalidRunError: if a run breaks a rule of book-keeping.
    """
    base, other = (_side(one, program, replication) for one, program in zip(scenarios, programs, strict=True))
    there = dict(zip(other.who, other.number.tolist(), strict=True))
    both = [(number, there[who]) for who, number in zip(base.who, base.number.tolist(), strict=True) if who in there]
    table = np.array(both, np.int64).reshape(-1, 2)
    apart = (len(base.who) - len(both), len(other.who) - len(both))
    return Pair(replication, (base, other), (table[:, 0], table[:, 1]), apart)


def _side(scenario: Scenario, program: Program, replication: int) -> Side:
    fates = draw_fates(scenario, scenario.run.seed, replication)
    log = run(program, fates)
    if breaches := check(program, fates, log):
        raise InvalidRunError(f"{scenario.name}, replication {replication}: {breaches[0]}")
    facts = gather(scenario, program, fates, log, Window.of(scenario))
    book = ledger(facts, log)
    number = np.flatnonzero(newcomers(facts) & facts.window.holds(facts.journeys.arrival_ms))
    names = facts.classes
    who = [
        (names[stream], layer, index)
        for stream, layer, index in zip(
            fates.stream[number].tolist(), fates.layer[number].tolist(), fates.index[number].tolist(), strict=True
        )
    ]
    return Side(facts, log, book, number, who, book.by_patient(len(fates.arrival_ms)))
