"""The lifecycle of activities: when each patient asked for something, began it, was interrupted, and ended it."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.engine.eventlog import NOTHING, Event, EventLog
from sim.engine.program import Program
from sim.engine.stories import Flags, Ints, Needs, Spells, Stories, needs, spells, tell

ARRIVAL: Final = "arrival"
"""Name of the activity with which every story begins."""
_ENDLESS: Final = np.iinfo(np.int64).max
_Columns = tuple[NDArray[np.integer], ...]


class Turn(IntEnum):
    """What happens to an activity."""

    ARRIVE = 0
    """The patient comes."""
    ASK = 1
    """The patient begins to wait for it."""
    BEGIN = 2
    """It begins; a ward: the patient takes a bed."""
    SUSPEND = 3
    """It is interrupted."""
    RESUME = 4
    """It goes on after an interruption."""
    END = 5
    """It ends; a ward: the patient gives up the bed."""
    MISS = 6
    """It ends without the patient, who never came."""
    GIVE_UP = 7
    """The wait for it ends in vain."""
    PASS = 8
    """The patient passes a milestone."""
    LEAVE = 9
    """The patient leaves."""


HOW: Final = {
    Event.RENEGE: "gave up",
    Event.BALK: "queue too long",
    Event.REFUSE: "nothing free",
    Event.WORSEN: "got worse",
    Event.LATE: "no time left",
}
"""Why a wait ended in vain."""


@dataclass(frozen=True, slots=True, eq=False)
class Lifecycle:
    """What happened to the activities of all patients, in the order of the event log; columns of the same length.

    A step that uses several resources has one turn where the event log has a row for each of them.
    """

    patient: Ints
    time_ms: Ints
    turn: Ints
    """A `Turn`."""
    step: Ints
    """Number of the step in the program."""
    ward: Ints
    """Number of the ward if the activity is being in a ward; -1 otherwise."""
    used: Ints
    """Position in `sets` of what is used; 0 for nothing."""
    event: Ints
    """The `Event` of the log that it comes from."""
    sets: tuple[tuple[int, ...], ...]
    """Resources that are used together, the first as the step names them; the first set is empty."""

    def by_patient(self) -> Ints:
        """Positions in order of patients, each patient's in order of time."""
        return np.argsort(self.patient, kind="stable")


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Turns of one sort: their places in the order of the log, and the other columns."""

    order: Ints
    """Twice the row of the log, and one more for what happens behind the row."""
    columns: _Columns
    """As in `Lifecycle`, but what is used in as many columns as needed, -1 for nothing."""


def lifecycle(program: Program, log: EventLog) -> Lifecycle:
    """Derives the turns of all activities from a log that keeps the invariants."""
    stories, needed = tell(log), needs(program)
    found = spells(stories, needed)
    parts = [
        _plain(stories, stories.of(Event.ARRIVE), Turn.ARRIVE),
        _plain(stories, stories.of(Event.LEAVE), Turn.LEAVE),
        _milestones(stories, needed),
        *_waits(stories, needed, found),
        *_steps(stories, needed, found),
        *_wards(stories),
        *_holds(stories, found),
    ]
    order = np.concatenate([part.order for part in parts])
    in_turn = np.argsort(order, kind="stable")
    patient, time_ms, turn, step, ward, event, *used = _joined([part.columns for part in parts])
    kinds, number = np.unique(_stacked(used, len(order)), axis=0, return_inverse=True)
    sets = [tuple(int(one) for one in kind if one != NOTHING) for kind in kinds]
    unique = list(dict.fromkeys([(), *sets]))
    codes = np.array([unique.index(one) for one in sets], np.int64)[number.reshape(-1)]
    return Lifecycle(
        patient=patient[in_turn],
        time_ms=time_ms[in_turn],
        turn=turn[in_turn],
        step=step[in_turn],
        ward=ward[in_turn],
        used=codes[in_turn],
        event=event[in_turn],
        sets=tuple(unique),
    )


def names(program: Program, labels: list[str], found: Lifecycle) -> tuple[list[str], Ints]:
    """Names of activities: the label of a ward, the name of a step or milestone, an outcome, or `arrival`.

    Args:
        program: the scenario, compiled.
        labels: of the resources, in order of their numbers.
        found: the turns.

    Returns:
        The names, and for each turn the position of its name.
    """
    steps = len(program.steps)
    told = [*(step.name for step in program.steps), *(step.outcome or step.name for step in program.steps)]
    told += [*labels, ARRIVAL]
    codes = found.step + steps * (found.turn == Turn.LEAVE)
    codes = np.where(found.ward != NOTHING, 2 * steps + found.ward, codes)
    return told, np.where(found.turn == Turn.ARRIVE, len(told) - 1, codes)


def _joined(columns: list[_Columns]) -> list[Ints]:
    """Puts parts with different numbers of columns below each other; what a part lacks is -1."""
    width = max(len(part) for part in columns)
    filled = [(*part, *[np.full(len(part[0]), NOTHING)] * (width - len(part))) for part in columns]
    return [np.concatenate([part[number] for part in filled]).astype(np.int64) for number in range(width)]


def _stacked(columns: list[Ints], length: int) -> Ints:
    return np.stack(columns, axis=1) if columns else np.full((length, 1), NOTHING, np.int64)


def _plain(stories: Stories, at: Ints, turn: Turn | Ints, ward: Ints | None = None, used: Ints | None = None) -> _Part:
    """Turns of some rows of the stories.

    Args:
        stories: the rows by patient.
        at: positions in the stories.
        turn: of all, or of each.
        ward: of each, if the activity is being in a ward.
        used: resources of each, one column for each that is used together.
    """
    turns = np.full(len(at), turn, np.int64) if isinstance(turn, Turn) else turn
    wards = np.full(len(at), NOTHING, np.int64) if ward is None else ward
    more = () if used is None else tuple(used.T)
    columns = (stories.patient[at], stories.time_ms[at], turns, stories.step[at], wards, stories.event[at], *more)
    return _Part(2 * stories.row[at], columns)


def _milestones(stories: Stories, needed: Needs) -> _Part:
    marks = stories.of(Event.MARK)
    return _plain(stories, marks[~needed.is_missed[stories.step[marks]]], Turn.PASS)


def _waits(stories: Stories, needed: Needs, found: Spells) -> list[_Part]:
    """Waits that begin and waits in vain; who was interrupted does not ask anew, except for another bed."""
    asks = found.queues[~found.resumed | needed.is_place[stories.step[found.queues]]]
    gone = np.sort(np.concatenate([stories.of(event) for event in HOW]))
    return [
        _plain(stories, at, turn, np.where(needed.is_place[stories.step[at]], needed.first[stories.step[at]], NOTHING))
        for at, turn in ((asks, Turn.ASK), (gone, Turn.GIVE_UP))
    ]


def _steps(stories: Stories, needed: Needs, found: Spells) -> list[_Part]:
    """Steps that begin or go on, and those that end or are interrupted."""
    first = found.starts == found.group
    heads, ends = found.starts[first], found.ends[first]
    sizes = np.bincount(np.cumsum(first) - 1, minlength=len(heads))
    used = _together(stories, heads, sizes)
    again = found.queues[found.resumed]
    in_bed = np.isin(heads, again + 2) & (stories.before[heads] == Event.PLACE)
    begun = np.where(np.isin(heads, again + 1) | in_bed, Turn.RESUME, Turn.BEGIN)
    marks = stories.of(Event.MARK)
    missed = found.group[np.isin(found.ends, marks[needed.is_missed[stories.step[marks]]] - 1)]
    over = ends != NOTHING
    ended = np.where(np.isin(heads, missed), Turn.MISS, Turn.END)
    ended = np.where(stories.event[ends] == Event.INTERRUPT, Turn.SUSPEND, ended)
    return [
        _plain(stories, heads, begun, used=used),
        _plain(stories, ends[over], ended[over], used=used[over]),
    ]


def _together(stories: Stories, heads: Ints, sizes: Ints) -> Ints:
    """Resources of rows that stand together, shape (heads, most rows); -1 where there are fewer."""
    columns = np.arange(max(int(sizes.max(initial=1)), 1))
    at = np.minimum(heads[:, None] + columns, max(len(stories) - 1, 0))
    return np.where(columns < sizes[:, None], stories.resource[at], NOTHING)


def _wards(stories: Stories) -> list[_Part]:
    """Beds that are taken and given up; those who come home take the new bed before they give up the old one."""
    parts = []
    for event, turn in ((Event.PLACE, Turn.BEGIN), (Event.VACATE, Turn.END)):
        at = stories.of(event)
        ward = stories.resource[at].astype(np.int64)
        parts.append(_plain(stories, at, turn, ward, ward[:, None]))
    home = stories.homecomings
    for behind, event, turn, moved in (
        (0, Event.PLACE, Turn.BEGIN, home.resource),
        (1, Event.VACATE, Turn.END, home.left),
    ):
        turns, events = np.full(len(home.row), turn), np.full(len(home.row), event)
        columns = (home.patient, home.time_ms, turns, home.step, moved, events, moved)
        parts.append(_Part(2 * (home.row + behind), columns))
    return parts


def _holds(stories: Stories, found: Spells) -> list[_Part]:
    """Things that are held through other steps, until the last of them is given back; what is used up, at once."""
    held = stories.of(Event.HOLD)
    if not held.size:
        return []
    first: Flags = stories.before[held] != Event.HOLD
    back = held.copy()
    kept = np.searchsorted(held, found.holds)
    back[kept] = np.where(found.given_back == NOTHING, _ENDLESS, found.given_back)
    starts = np.flatnonzero(first)
    last = np.maximum.reduceat(back, starts)
    heads, over = held[first], last != _ENDLESS
    used = _together(stories, heads, np.diff(np.append(starts, len(held))))
    begun = _plain(stories, heads, Turn.BEGIN, used=used)
    ended = _plain(stories, last[over], Turn.END, used=used[over])
    step = stories.step[heads[over]].astype(np.int64)
    columns = (*ended.columns[:3], step, *ended.columns[4:])
    return [begun, _Part(ended.order + 1, columns)]
