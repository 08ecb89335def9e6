"""The grammar of the log: which row of a patient may follow which, and what each must say."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.engine.eventlog import COLUMNS, NOBODY, NOTHING, Event, EventLog
from sim.engine.program import NONE, Program
from sim.engine.stories import Flags, Ints, Needs, Stories, ends

Fault = tuple[int, str, Ints]
"""Number of the rule, what is wrong, and the positions in the stories at which it is."""

_WAITED: Final = (Event.START, Event.PLACE, Event.RENEGE, Event.BALK, Event.REFUSE)
"""How a wait can end."""
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
_FIRST: Final = len(Event)
"""Stands for the row before the first."""


def _allowed() -> Flags:
    """Table of shape (events before, events), with one more row for what may stand first."""
    table = np.zeros((_FIRST + 1, len(Event)), np.bool_)
    for event, before in _BEFORE.items():
        table[list(before), event] = True
    table[_FIRST, Event.ARRIVE] = True
    return table


def _table(events: tuple[Event, ...]) -> Flags:
    table = np.zeros(_FIRST + 1, np.bool_)
    table[list(events)] = True
    return table


_ALLOWED: Final = _allowed()
_IS_WAITED: Final = _table(_WAITED)
_TAKES_TIME: Final = _table((Event.QUEUE, Event.START))
_CONCERNS_NOBODY: Final = _table((Event.READY, Event.CAPACITY))
_HAS_STEP: Final = _table((Event.QUEUE, Event.START, Event.END, Event.PLACE, Event.LEAVE, *_SENT_AWAY, Event.MARK))
_HAS_RESOURCE: Final = _table((Event.QUEUE, Event.PLACE, Event.VACATE, *_SENT_AWAY, Event.READY, Event.CAPACITY))


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
    for what, wrong in (
        ("names no patient, or one where none belongs", _CONCERNS_NOBODY[log.event] != (log.patient == NOBODY)),
        ("names no step", _HAS_STEP[log.event] & (log.step == NOTHING)),
        ("names no resource", _HAS_RESOURCE[log.event] & (log.resource == NOTHING)),
    ):
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            return [(9, f"row {row} of the log ({Event(log.event[row]).name}) {what}")]
    return []


def stories_out_of_order(stories: Stories, needs: Needs, program: Program) -> list[Fault]:
    """Finds what no patient of the program can have lived through.

    Args:
        stories: the rows by patient.
        needs: what the steps take.
        program: the compiled scenario.

    Returns:
        The faults of rules 7, 8 and 9, with positions in the stories; those without position are left out.
    """
    faults = [*_sequence(stories), *_waits(stories, needs), *_takes(stories, needs), *_finishes(stories, needs)]
    return sorted((fault for fault in faults if fault[2].size), key=lambda fault: fault[0])


def _sequence(stories: Stories) -> Iterator[Fault]:
    """Which event follows which, when time may pass, and where a story may stop."""
    event = stories.event
    before = np.full(len(stories), _FIRST, np.int8)
    before[1:][stories.continues[1:]] = event[:-1][stories.continues[1:]]
    wrong = np.flatnonzero(~_ALLOWED[before, event])
    waiting = before[wrong] == Event.QUEUE
    yield 8, "goes on although still waiting", wrong[waiting]
    yield 9, "cannot follow the patient's row before it", wrong[~waiting]
    passes = stories.continues.copy()
    passes[1:] &= stories.time_ms[1:] > stories.time_ms[:-1]
    yield 7, "time passed while the patient was in no known state", np.flatnonzero(passes & ~_TAKES_TIME[before])
    last = np.flatnonzero(np.append(~stories.continues[1:], True)) if len(stories) else np.empty(0, np.int64)
    known = _TAKES_TIME[event[last]] | (event[last] == Event.LEAVE)
    yield 7, "the story stops here, but the patient neither waits nor is in a step nor left", last[~known]
    gone = np.unique(stories.patient[event == Event.LEAVE])
    still = last[event[last] == Event.QUEUE]
    yield 8, "waits after having left", still[np.isin(stories.patient[still], gone)]


def _waits(stories: Stories, needs: Needs) -> Iterator[Fault]:
    """Requests, and rows right behind them, which must answer the same request."""
    event, step, resource = stories.event, stories.step, stories.resource
    queued = np.flatnonzero(event == Event.QUEUE)
    yield 9, "asks for what the step does not need", queued[resource[queued] != needs.first[step[queued]]]
    asked = queued[stories.follows(queued, 1)]
    answer = asked + 1
    yield 9, "answers a request of another step", answer[step[answer] != step[asked]]
    away = ~_table((Event.START, Event.PLACE))[event[answer]]
    yield 9, "gives up another resource than was asked for", answer[away & (resource[answer] != resource[asked])]
    at_once = _table((Event.BALK, Event.REFUSE))[event[answer]]
    late = stories.time_ms[answer] != stories.time_ms[asked]
    yield 9, "is turned away after having waited", answer[at_once & late]
    placed = event[answer] == Event.PLACE
    asked, answer = asked[placed], answer[placed]
    belongs = needs.is_place[step[answer]] & (needs.quantity[step[answer], resource[answer]] == 1)
    yield 9, "is placed in a ward that the step does not name", answer[~belongs | (stories.quantity[answer] != 1)]
    early = stories.time_ms[answer] - stories.time_ms[asked] < needs.after[step[answer], resource[answer]]
    yield 9, "is placed in an alternative ward too early", answer[early]


def _takes(stories: Stories, needs: Needs) -> Iterator[Fault]:
    """STARTs: all that a step needs is taken at once, after having queued; a step that needs nothing does not queue."""
    event, step, resource = stories.event, stories.step, stories.resource
    starts = np.flatnonzero(event == Event.START)
    if not starts.size:
        return
    first = _first_of_runs(stories, starts)
    position = starts - np.maximum.accumulate(np.where(first, starts, 0))
    seizes = (needs.first[step[starts]] != NONE) & ~needs.is_place[step[starts]]
    quantity = needs.quantity[step[starts], resource[starts]]
    right = np.where(seizes, (resource[starts] != NOTHING) & (stories.quantity[starts] == quantity), True)
    right &= seizes | ((resource[starts] == NOTHING) & ~needs.is_place[step[starts]])
    yield 9, "takes what the step does not need", starts[~right | (seizes & (quantity == 0))]
    later = np.flatnonzero(~first)
    here, above = starts[later], starts[later] - 1
    together = (step[here] == step[above]) & (stories.time_ms[here] == stories.time_ms[above])
    yield 9, "takes something apart from the rest", here[~(together & (resource[here] > resource[above]))]
    goes_on = np.append(~first[1:], False)
    whole = np.where(goes_on, position < needs.rows[step[starts]] - 1, position == needs.rows[step[starts]] - 1)
    yield 9, "does not take all that the step needs", starts[~whole]
    queued = stories.continues[starts] & (event[starts - 1] == Event.QUEUE)
    yield 9, "starts without having queued, or queued for nothing", starts[first & (queued != seizes)]


def _first_of_runs(stories: Stories, starts: Ints) -> Flags:
    """Whether a START is the first of those that belong together."""
    return ~(stories.continues[starts] & (stories.event[starts - 1] == Event.START))


def _finishes(stories: Stories, needs: Needs) -> Iterator[Fault]:
    """ENDs: as many as STARTs, for the same resources, unless the step goes on at the end of the run."""
    starts = np.flatnonzero(stories.event == Event.START)
    rows = needs.rows[stories.step[starts]]
    over = ends(stories, starts, rows)
    closed = over >= 0
    here, there = starts[closed], over[closed]
    same = np.ones(len(here), np.bool_)
    for name in ("step", "resource", "quantity"):
        column = getattr(stories, name)
        same &= column[here] == column[there]
    yield 9, "ends something else than was started", there[~same]
    unfinished = starts[~closed]
    behind = unfinished + 1
    more = stories.follows(unfinished, 1)
    more[more] = stories.event[behind[more]] != Event.START
    yield 9, "never ends, though the patient went on", unfinished[more]
    finished = np.zeros(len(stories), np.bool_)
    finished[there] = True
    yield 9, "ends what was not started", np.flatnonzero((stories.event == Event.END) & ~finished)
