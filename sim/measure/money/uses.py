"""Uses: how often in the measuring window patients begin to use something, or have something done."""

from typing import Final

import numpy as np

from sim import clock
from sim.engine.eventlog import NOTHING, Event, EventLog
from sim.engine.stories import spells, tell
from sim.measure.facts import Facts
from sim.measure.visits import NEVER, Ending
from sim.measure.window import Flags, Ints

_TAKING: Final = (Event.START, Event.PLACE, Event.HOLD)
"""Events with which patients take units."""


def served(facts: Facts, log: EventLog) -> Ints:
    """How many patients began to use each resource in the window; who was interrupted and goes on counts once."""
    takes: Flags = np.isin(log.event, _TAKING) & (log.resource != NOTHING) & facts.window.holds(log.time_ms)
    takes[_resumed(facts, log)] = False
    return np.bincount(log.resource[takes], minlength=len(facts.program.resources))


def done(facts: Facts, step: int) -> int:
    """How often a step was done, that is ended in the window with the patient there; interruptions do not count."""
    visits = facts.visits
    over = (visits.step == step) & (visits.ending == Ending.DONE) & facts.window.holds(visits.ended_ms)
    return int(over.sum())


def hours_of(facts: Facts, step: int) -> float:
    """Hours in the window for which a step goes on, summed over patients."""
    visits = facts.visits
    here = np.flatnonzero((visits.step == step) & (visits.started_ms != NEVER))
    lasted = facts.window.overlap(visits.started_ms[here], facts.until(visits.ended_ms[here]))
    return int(lasted.sum()) / clock.HOUR


def _resumed(facts: Facts, log: EventLog) -> Ints:
    """Rows of the log at which patients take again what an interruption took away."""
    if not (log.event == Event.INTERRUPT).any():
        return np.empty(0, np.int64)
    stories = tell(log)
    found = spells(stories, facts.needs)
    heads = found.answers[found.resumed]
    starts = found.starts[np.isin(found.group, heads)]
    return stories.row[np.append(starts, heads[heads >= 0])]
