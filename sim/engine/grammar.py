"""The grammar of the log: which row of a patient may follow which, and what each must say."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.engine.eventlog import COLUMNS, NOBODY, NOTHING, Event, EventLog
from sim.engine.program import NONE, Program
from sim.engine.stories import FIRST, Flags, Ints, Needs, Spells, Stories

Fault = tuple[int, str, Ints]
"""Number of the rule, what is wrong, and the positions in the stories at which it is."""

_SENT_AWAY: Final = (Event.RENEGE, Event.BALK, Event.REFUSE)
_IDLE: Final = (Event.ARRIVE, Event.END, Event.PLACE, Event.VACATE, *_SENT_AWAY, Event.MARK)
"""After these a patient goes on to the next instruction in the same instant."""
_BEFORE: Final[dict[Event, tuple[Event, ...]]] = {
    Event.QUEUE: _IDLE,
    Event.START: (*_IDLE, Event.QUEUE, Event.START),
    Event.END: (Event.START, Event.END),
    Event.PLACE: (Event.QUEUE,),
    Event.VACATE: _IDLE,
    Event.LEAVE: _IDLE,
    Event.MARK: _IDLE,
} | dict.fromkeys(_SENT_AWAY, (Event.QUEUE,))
"""What may come right before an event; ARRIVE is the first row and nothing stands before it."""


def _allowed() -> Flags:
    """Table of shape (events before, events), with one more row for what may stand first."""
    table = np.zeros((FIRST + 1, len(Event)), np.bool_)
    for event, before in _BEFORE.items():
        table[list(before), event] = True
    table[FIRST, Event.ARRIVE] = True
    return table


_ALLOWED: Final = _allowed().ravel()
_WITHOUT_STEP: Final = (Event.ARRIVE, Event.VACATE)
_WITHOUT_RESOURCE: Final = (Event.ARRIVE, Event.START, Event.END, Event.LEAVE, Event.MARK)


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
    nobody = _any_of(log, (Event.READY, Event.CAPACITY))
    for what, wrong in (
        ("names no patient, or one where none belongs", nobody != (log.patient == NOBODY)),
        ("names no step", (log.step == NOTHING) & ~nobody & ~_any_of(log, _WITHOUT_STEP)),
        ("names no resource", (log.resource == NOTHING) & ~_any_of(log, _WITHOUT_RESOURCE)),
    ):
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            return [(9, f"row {row} of the log ({Event(log.event[row]).name}) {what}")]
    return []


def _any_of(log: EventLog, events: tuple[Event, ...]) -> Flags:
    """Rows with one of a few events; comparing a column of bytes is much faster than looking each up."""
    found = np.zeros(len(log), np.bool_)
    for event in events:
        found |= log.event == event
    return found


def stories_out_of_order(stories: Stories, spells: Spells, needs: Needs) -> list[Fault]:
    """Finds what no patient of the program can have lived through.

    Args:
        stories: the rows by patient.
        spells: which of them belong together.
        needs: what the steps take.

    Returns:
        The faults of rules 7, 8 and 9, with positions in the stories; those without position are left out.
    """
    parts = (
        _sequence(stories),
        _presence(stories),
        _waits(stories, spells.queues, needs),
        _takes(stories, spells.starts, needs),
        _finishes(stories, spells),
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


def _waits(stories: Stories, queues: Ints, needs: Needs) -> Iterator[Fault]:
    """Requests, and rows right behind them that do not begin a step."""
    step, resource, time_ms = stories.step, stories.resource, stories.time_ms
    yield 9, "asks for what the step does not need", queues[resource[queues] != needs.first[step[queues]]]
    away = np.concatenate([stories.of(event) for event in _SENT_AWAY])
    other = (step[away] != step[away - 1]) | (resource[away] != resource[away - 1])
    yield 9, "gives up another request than the last", away[other]
    at_once = away[len(stories.of(Event.RENEGE)) :]
    yield 9, "is turned away after having waited", at_once[time_ms[at_once] != time_ms[at_once - 1]]
    placed = stories.of(Event.PLACE)
    where, ward = step[placed], resource[placed]
    belongs = needs.is_place[where] & (needs.quantity[where, ward] == 1) & (where == step[placed - 1])
    yield 9, "is placed in a ward that was not asked for", placed[~belongs | (stories.quantity[placed] != 1)]
    waited = time_ms[placed] - time_ms[placed - 1]
    yield 9, "is placed in another ward too early", placed[waited < needs.after[where, ward]]


def _takes(stories: Stories, starts: Ints, needs: Needs) -> Iterator[Fault]:
    """STARTs: all that a step needs is taken at once, after having queued; a step that needs nothing does not queue."""
    step, resource, before = stories.step[starts], stories.resource[starts], stories.before[starts]
    seizes = needs.first[step] != NONE
    quantity = needs.quantity.take(step * np.int64(needs.quantity.shape[1]) + resource, mode="wrap")
    right = (stories.quantity[starts] == quantity) & ((quantity > 0) == seizes) & ~needs.is_place[step]
    yield 9, "takes what the step does not need", starts[~right]
    first = before != Event.START
    queued = before == Event.QUEUE
    wrong = (queued != seizes) | (queued & (step != stories.step[starts - 1]))
    yield 9, "starts without having queued for it, or without needing to queue", starts[first & wrong]
    rows = needs.rows[step]
    position = np.arange(len(starts)) - np.maximum.accumulate(np.where(first, np.arange(len(starts)), 0))
    whole = np.where(np.append(~first[1:], False)[: len(starts)], position < rows - 1, position == rows - 1)
    yield 9, "does not take all that the step needs", starts[~whole]
    here = starts[~first]
    together = (stories.step[here] == stories.step[here - 1]) & (stories.time_ms[here] == stories.time_ms[here - 1])
    together &= stories.resource[here] > stories.resource[here - 1]
    yield 9, "takes something apart from the rest", here[~together]


def _finishes(stories: Stories, spells: Spells) -> Iterator[Fault]:
    """ENDs: as many as STARTs, for the same resources, unless the step goes on at the end of the run."""
    closed = spells.ends != NONE
    here, there = spells.starts[closed], spells.ends[closed]
    same = np.ones(len(here), np.bool_)
    for column in (stories.step, stories.resource, stories.quantity):
        same &= column[here] == column[there]
    yield 9, "ends something else than was started", there[~same]
    unfinished = spells.starts[~closed]
    goes_on = np.append(stories.before, np.int8(FIRST))[unfinished + 1] == Event.START
    goes_on[goes_on] = stories.event[unfinished[goes_on] + 1] != Event.START
    yield 9, "never ends, though the patient went on", unfinished[goes_on]
    over = stories.of(Event.END)
    found = np.zeros(len(stories) + 1, np.bool_)
    found[there] = True
    yield 9, "ends what was not started", over[~found[over]]
