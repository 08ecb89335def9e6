"""The grammar of the log: which row of a patient may follow which, and what each must say."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.engine.checking.case import Case, Fault
from sim.engine.checking.takings import breaks, finishes, keeps, takes
from sim.engine.eventlog import COLUMNS, NOBODY, NOTHING, Event, EventLog
from sim.engine.program import Program
from sim.engine.stories import FIRST, Flags, Needs, Spells, Stories

SENT_AWAY: Final = (Event.RENEGE, Event.BALK, Event.REFUSE, Event.WORSEN, Event.LATE)
"""Ends of a wait with which nothing is taken."""
_IDLE: Final = (
    *(Event.ARRIVE, Event.END, Event.PLACE, Event.VACATE, Event.MARK, Event.HOLD, Event.GIVE_BACK),
    *SENT_AWAY,
)
"""After these a patient goes on to the next instruction in the same instant."""
_BEFORE: Final[dict[Event, tuple[Event, ...]]] = {
    Event.QUEUE: (*_IDLE, Event.INTERRUPT),
    Event.START: (*_IDLE, Event.QUEUE, Event.START),
    Event.END: (Event.START, Event.END),
    Event.INTERRUPT: (Event.START, Event.INTERRUPT),
    Event.PLACE: (Event.QUEUE,),
    Event.VACATE: (*_IDLE, Event.INTERRUPT),
    Event.HOLD: (Event.QUEUE, Event.HOLD),
    Event.GIVE_BACK: _IDLE,
    Event.LEAVE: _IDLE,
    Event.MARK: _IDLE,
} | dict.fromkeys(SENT_AWAY, (Event.QUEUE,))
"""What may come right before an event; ARRIVE is the first row and nothing stands before it.

A homecoming, PLACE and VACATE in the midst of a wait or a step, is not among the rows of a story.
"""


def _allowed() -> Flags:
    """Table of shape (events before, events), with one more row for what may stand first."""
    table = np.zeros((FIRST + 1, len(Event)), np.bool_)
    for event, before in _BEFORE.items():
        table[list(before), event] = True
    table[FIRST, Event.ARRIVE] = True
    return table


_ALLOWED: Final = _allowed().ravel()
_WITHOUT_STEP: Final = (Event.ARRIVE, Event.VACATE, Event.READY, Event.CAPACITY)
_WITHOUT_RESOURCE: Final = (
    *(Event.ARRIVE, Event.START, Event.END, Event.INTERRUPT),
    *(Event.LEAVE, Event.MARK, Event.POLICY),
)
_NAMES_STEP, _NAMES_RESOURCE = (
    np.array([event not in without for event in Event]) for without in (_WITHOUT_STEP, _WITHOUT_RESOURCE)
)


def misread(program: Program, patients: int, log: EventLog) -> list[tuple[int, str]]:
    """Finds what makes a log unreadable, so that nothing else can be said about it.

    Args:
        program: the compiled scenario.
        patients: number of patients of the replication.
        log: what an engine recorded.

    Returns:
        Numbers of the rules and what is wrong; empty for a readable log.
    """
    if any(len(getattr(log, name)) != len(log) for name in COLUMNS):
        return [(9, "the columns of the log differ in length")]
    if any(getattr(log, name).dtype.kind != "i" for name in COLUMNS):
        return [(4, "a column of the log holds something else than whole numbers")]
    limits = {
        "event": (0, len(Event)),
        "patient": (NOBODY, patients),
        "step": (NOTHING, len(program.steps)),
        "resource": (NOTHING, len(program.resources)),
        "quantity": (0, 1 << 31),
    }
    for name, (least, behind) in limits.items():
        column = getattr(log, name)
        if column.size and not least <= column.min() <= column.max() < behind:
            row = int(np.flatnonzero((column < least) | (column >= behind))[0])
            return [(9, f"row {row} of the log has no possible {name}: {column[row]}")]
    nobody = (log.event == Event.READY) | (log.event == Event.CAPACITY) | (log.event == Event.POLICY)
    without_step, without_resource = (np.flatnonzero(column == NOTHING) for column in (log.step, log.resource))
    policies = np.flatnonzero(log.event == Event.POLICY)
    for what, wrong in (
        ("names no patient, or one where none belongs", np.flatnonzero(nobody != (log.patient == NOBODY))),
        ("names no step", without_step[_NAMES_STEP.take(log.event[without_step])]),
        ("names no resource", without_resource[_NAMES_RESOURCE.take(log.event[without_resource])]),
        ("is of no policy", policies[~np.isin(log.step[policies], program.policy_step)]),
    ):
        if wrong.size:
            return [(9, f"row {wrong[0]} of the log ({Event(log.event[wrong[0]]).name}) {what}")]
    return []


def stories_out_of_order(case: Case) -> list[Fault]:
    """Finds what no patient of the program can have lived through.

    Returns:
        The faults of rules 7, 8 and 9, with positions in the stories; those without position are left out.
    """
    stories, spells, needs = case.stories, case.spells, case.needs
    parts = (
        _sequence(stories),
        _presence(stories),
        _waits(stories, spells, needs),
        takes(case),
        finishes(stories, spells),
        keeps(case),
        breaks(case),
    )
    return sorted((fault for part in parts for fault in part if fault[2].size), key=lambda fault: fault[0])


def _sequence(stories: Stories) -> Iterator[Fault]:
    """Which event follows which."""
    wrong = np.flatnonzero(~_ALLOWED.take(stories.before.astype(np.int16) * len(Event) + stories.event, mode="clip"))
    waiting = stories.before[wrong] == Event.QUEUE
    yield 8, "goes on although still waiting", wrong[waiting]
    yield 9, "cannot follow the patient's row before it", wrong[~waiting]
    gone = np.zeros(int(stories.patient.max(initial=0)) + 1, np.bool_)
    gone[stories.patient[stories.of(Event.LEAVE)]] = True
    last = stories.lasts()
    still = last[stories.event[last] == Event.QUEUE]
    yield 8, "waits after having left", still[gone[stories.patient[still]]]


def _presence(stories: Stories) -> Iterator[Fault]:
    """When time may pass, and where a story may stop."""
    before, event, time_ms = stories.before, stories.event, stories.time_ms
    passes = (before != FIRST) & (before != Event.QUEUE) & (before != Event.START)
    passes[1:] &= time_ms[1:] > time_ms[:-1]
    yield 7, "time passed while the patient was in no known state", np.flatnonzero(passes)
    last = stories.lasts()
    known = np.isin(event[last], (Event.QUEUE, Event.START, Event.LEAVE))
    yield 7, "the story stops here, but the patient neither waits nor is in a step nor left", last[~known]


def _waits(stories: Stories, spells: Spells, needs: Needs) -> Iterator[Fault]:
    """Requests, and those who are not served."""
    step, resource, time_ms = stories.step, stories.resource, stories.time_ms
    queues = spells.queues
    yield 9, "asks for what the step does not need", queues[resource[queues] != needs.first[step[queues]]]
    away = np.concatenate([stories.of(event) for event in SENT_AWAY])
    other = (step[away] != step[away - 1]) | (resource[away] != resource[away - 1])
    yield 9, "gives up another request than the last", away[other]
    at_once = np.append(stories.of(Event.BALK), stories.of(Event.REFUSE))
    yield 9, "is turned away after having waited", at_once[time_ms[at_once] != time_ms[at_once - 1]]
