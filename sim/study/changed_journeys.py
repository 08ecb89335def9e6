"""Changed journeys: the patients whose wait a plan changes most, step by step, and at which step because of what.

The wait ledger tells for each patient because of what they wait, but not at which step. So it is worked out once more
for the journeys that are told, visit by visit: the parts of all visits add up to the wait of the patient.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from sim import clock
from sim.measure.ledger import ledger
from sim.measure.visits import NEVER, Ending, Visits
from sim.measure.window import Flags
from sim.scenario.queueing import OUTCOMES
from sim.study.joined import Pair, Side

SAME: Final = clock.MINUTE
"""A wait that differs by less is the same; this many milliseconds."""
MOST_JOURNEYS: Final = 10
"""So many journeys are told: half of those who gain most and half of those who lose most."""
INSIDE: Final = "still inside"
"""The outcome of who has not left when the run ends."""
_Charge = tuple[str, str]
"""Scope of a step, and scope of a cause."""


@dataclass(frozen=True, slots=True)
class Spell:
    """What a patient does at a step under one plan; moments in milliseconds since the run began."""

    asked_ms: int
    """When the patient comes to the step."""
    wait_ms: int
    """Wait in the measured time, as the ledger charges it."""
    cause: str
    """Scope of the cause to which most of it is charged; empty without a wait."""
    served_ms: int | None
    """When the step begins or the bed is taken; None if never."""
    until_ms: int | None
    """When it is over, the bed is given up, or the patient gives up; None if it goes on at the end of the run."""
    ending: str
    """How it ends, such as `done` or `gave up`."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A step of a journey under both plans."""

    step: str
    """Scope of the step, such as `step:emergency/triage`."""
    base: Spell | None
    """None if the patient does not come to it (so often) under the base."""
    plan: Spell | None


@dataclass(frozen=True, slots=True)
class Journey:
    """One patient under both plans."""

    replication: int
    patient: str
    """Who it is: class, layer and index, such as `walk_in/0/17`; the same in every scenario."""
    patient_class: str
    attributes: tuple[tuple[str, str], ...]
    """What the patient is like, each attribute with its level."""
    arrival_ms: int
    waits_ms: tuple[int, int]
    """Under the base and under the plan."""
    outcomes: tuple[str, str]
    step: str
    """Scope of the step at which the wait changes most because of one thing, such as `step:visit/treat`."""
    reason: str
    """Scope of that cause, such as `cause:ward:medical`."""
    reason_ms: int
    """By how much the wait at this step because of it changes."""
    legs: tuple[Leg, ...]
    """All steps of the journey, in order of time."""

    @property
    def change_ms(self) -> int:
        """Wait under the plan less that under the base."""
        return self.waits_ms[1] - self.waits_ms[0]


@dataclass(frozen=True, slots=True)
class _Visit:
    """A visit of a patient, with what the ledger charges for it."""

    step: str
    spell: Spell
    charged: tuple[tuple[str, int], ...]
    """Scopes of causes and milliseconds."""


def changed_journeys(pair: Pair) -> tuple[Journey, ...]:
    """Tells the journeys that change most: those of patients who gain most, then of those who lose most.

    Args:
        pair: a replication of two plans.
    """
    change, half = pair.change_ms, MOST_JOURNEYS // 2
    order = np.argsort(change, kind="stable")
    gain = [at for at in order[:half].tolist() if change[at] <= -SAME]
    lose = [at for at in order[::-1][:half].tolist() if change[at] >= SAME]
    chosen = [*gain, *lose]
    base, plan = (
        _visits_of(side, number[chosen].tolist()) for side, number in zip(pair.sides, pair.number, strict=True)
    )
    return tuple(_journey(pair, at, base[place], plan[place]) for place, at in enumerate(chosen))


def _journey(pair: Pair, at: int, base: Sequence[_Visit], plan: Sequence[_Visit]) -> Journey:
    facts, number = pair.sides[0].facts, int(pair.number[0][at])
    name = facts.classes[int(facts.fates.stream[number])]
    told = {key: int(codes[number]) for key, codes in facts.fates.attributes.items()}
    first, second = (int(waits[at]) for waits in pair.waits_ms)
    names = [*OUTCOMES, INSIDE]
    (step, reason), reason_ms = _reason(base, plan, 1 if second > first else -1)
    return Journey(
        replication=pair.replication,
        patient=f"{name}/{int(facts.fates.layer[number])}/{int(facts.fates.index[number])}",
        patient_class=name,
        attributes=tuple((key, facts.fates.levels[key][code]) for key, code in sorted(told.items()) if code >= 0),
        arrival_ms=int(facts.journeys.arrival_ms[number]),
        waits_ms=(first, second),
        outcomes=(names[int(pair.left_by(0)[at])], names[int(pair.left_by(1)[at])]),
        step=step,
        reason=reason,
        reason_ms=reason_ms,
        legs=_legs(base, plan),
    )


def _reason(base: Sequence[_Visit], plan: Sequence[_Visit], way: int) -> tuple[_Charge, int]:
    """The step and cause whose wait changes most in the way in which the whole wait changes."""
    changes: dict[_Charge, int] = {}
    for sign, visits in ((-1, base), (1, plan)):
        for visit in visits:
            for cause, time_ms in visit.charged:
                changes[visit.step, cause] = changes.get((visit.step, cause), 0) + sign * time_ms
    most = max(changes, key=lambda charge: (way * changes[charge], charge))
    return most, changes[most]


def _legs(base: Sequence[_Visit], plan: Sequence[_Visit]) -> tuple[Leg, ...]:
    """Puts the visits of both plans side by side: the first of a step with the first of it, and so on."""
    first, second = _numbered(base), _numbered(plan)
    legs = [Leg(key[0], first.get(key), second.get(key)) for key in dict.fromkeys([*first, *second])]
    return tuple(sorted(legs, key=_moment))


def _numbered(visits: Sequence[_Visit]) -> dict[tuple[str, int], Spell]:
    found: dict[tuple[str, int], Spell] = {}
    for visit in visits:
        times = sum(step == visit.step for step, _ in found)
        found[visit.step, times] = visit.spell
    return found


def _moment(leg: Leg) -> int:
    """When it begins under the base; if it does not, under the plan."""
    spell = leg.base or leg.plan
    return spell.asked_ms if spell else 0


def _visits_of(side: Side, patients: Sequence[int]) -> list[list[_Visit]]:
    """All visits of some patients, each with what is charged for it.

    The first visits of all of them are looked at together, then the second ones, and so on.
    """
    visits, found = side.facts.visits, [list[_Visit]() for _ in patients]
    rows = [np.flatnonzero(visits.patient == patient).tolist() for patient in patients]
    for turn in range(max(map(len, rows), default=0)):
        here = {patient: own[turn] for patient, own in zip(patients, rows, strict=True) if turn < len(own)}
        charged = _charged(side, list(here.values()))
        for place, patient in enumerate(patients):
            if patient in here:
                found[place].append(_visit(side, here[patient], charged.get(patient, ())))
    return found


def _charged(side: Side, rows: list[int]) -> dict[int, tuple[tuple[str, int], ...]]:
    """What the ledger charges for some visits, by patient; at most one visit of each patient."""
    is_here = np.zeros(len(side.facts.visits), np.bool_)
    is_here[rows] = True
    book = ledger(replace(side.facts, visits=_only(side.facts.visits, is_here)), side.log)
    found: dict[int, dict[str, int]] = {}
    for patient, cause, time_ms in zip(book.patient.tolist(), book.cause.tolist(), book.time_ms.tolist(), strict=True):
        own = found.setdefault(patient, {})
        own[book.causes.scopes[cause]] = own.get(book.causes.scopes[cause], 0) + time_ms
    return {patient: tuple(own.items()) for patient, own in found.items()}


def _only(visits: Visits, is_here: Flags) -> Visits:
    columns: dict[str, Any] = {name: getattr(visits, name)[is_here] for name in Visits.__slots__}
    return Visits(**columns)


def _visit(side: Side, row: int, charged: tuple[tuple[str, int], ...]) -> _Visit:
    visits = side.facts.visits
    started, ended = int(visits.started_ms[row]), int(visits.ended_ms[row])
    asked = int(visits.queued_ms[row]) if visits.queued_ms[row] != NEVER else started
    spell = Spell(
        asked_ms=asked,
        wait_ms=sum(time_ms for _, time_ms in charged),
        cause=max(charged, key=lambda one: (one[1], one[0]))[0] if charged else "",
        served_ms=None if started == NEVER else started,
        until_ms=None if ended == NEVER else ended,
        ending=Ending(int(visits.ending[row])).name.lower().replace("_", " "),
    )
    return _Visit(side.facts.step_scope(int(visits.step[row])), spell, charged)
