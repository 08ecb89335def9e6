"""Visits: one row a patient and step, derived from the log."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.engine.checking.grammar import SENT_AWAY
from sim.engine.checking.places import Places, places
from sim.engine.eventlog import NOTHING, Event
from sim.engine.stories import Needs, Spells, Stories
from sim.measure.window import Flags, Ints, Window

NEVER: Final = -1
"""Moment of what has not happened by the end of the log."""


class Ending(IntEnum):
    """How a visit ended, or where it stood at the end of the log."""

    WAITING = 0
    """Not ended: the patient still waits."""
    UNDER_WAY = 1
    """Not ended: the step is going on, or the bed is still occupied."""
    DONE = 2
    """The step ended, or the bed was given up."""
    GAVE_UP = 3
    """The patient waited as long as they would, and gave up."""
    QUEUE_FULL = 4
    """The queue was too long."""
    REFUSED = 5
    """Nothing was free where nobody may wait."""
    INTERRUPTED = 6
    """The step was interrupted; another visit tells how it went on. (A bed that closes is given up.)"""
    WORSENED = 7
    """The patient got worse while waiting."""
    LATE = 8
    """No time was left before closing."""
    MISSED = 9
    """The patient did not come, although everything was kept for them until the step would have ended."""


@dataclass(frozen=True, slots=True)
class Visits:
    """One row for each time that a patient came to a step which takes time or units, by patient and then by time.

    Steps that are passed in no time (branches, milestones) make no visit. A visit of a ward step lasts until the bed is
    given up, and one of a step that holds something until the last of it is given back, so they span the visits of the
    steps that happen meanwhile. A step that is interrupted makes one visit for each spell: the wait of the patient for
    it is that of the visit which is not resumed, the time of the step is the sum over all. Who lay elsewhere and moves
    to the ward where they belong has a visit of it that is resumed and has no wait.
    """

    patient: NDArray[np.int32]
    step: NDArray[np.int32]
    wanted: NDArray[np.int16]
    """Resource on which the queue is logged, for a ward step its own ward; -1 where nobody queues."""
    resource: NDArray[np.int16]
    """First resource that was taken, for a ward step the ward in which the patient lay; -1 if nothing was taken."""
    queued_ms: Ints
    """When the patient began to wait; -1 for a step without queue, and for who moves to where they belong."""
    before_ms: Ints
    """How long the patient had waited already when the run began; 0 for all who came later."""
    started_ms: Ints
    """When the step began or the bed was taken; -1 if never."""
    ended_ms: Ints
    """When the step ended, the bed was given up, or the patient gave up or was turned away; -1 if open."""
    ending: NDArray[np.int8]
    """An `Ending`."""
    alike: Flags
    """Whether what was taken is as good as the step's own way: considered at once, with no effect on the time."""
    resumed: Flags
    """Whether it continues an earlier visit: after an interruption, or in the ward where the patient belongs."""

    def __len__(self) -> int:
        return len(self.patient)

    def waits_ms(self) -> Ints:
        """How long the patients waited, also before the run. Only for visits with a queue that started."""
        return self.started_ms - self.queued_ms + self.before_ms

    def queue_left_ms(self) -> Ints:
        """When the wait ended, in whatever way; -1 if it goes on. Only for visits with a queue."""
        return np.where(self.started_ms != NEVER, self.started_ms, self.ended_ms)

    def served_in(self, window: Window) -> Flags:
        """Visits with a queue whose service started in a window, those served at once included.

        Each patient's wait for a step counts once, so that visits which are resumed are left out.
        """
        served: Flags = window.holds(self.started_ms) & (self.wanted != NOTHING) & ~self.resumed
        return served

    def waiting_at(self, moment: int) -> Flags:
        """Visits whose patients wait when a moment is over."""
        left = self.queue_left_ms()
        waits: Flags = (self.queued_ms != NEVER) & (self.queued_ms <= moment) & ((left == NEVER) | (left > moment))
        return waits


_ENDINGS: Final = {
    Event.START: Ending.DONE,
    Event.HOLD: Ending.DONE,
    Event.PLACE: Ending.DONE,
    Event.RENEGE: Ending.GAVE_UP,
    Event.BALK: Ending.QUEUE_FULL,
    Event.REFUSE: Ending.REFUSED,
    Event.WORSEN: Ending.WORSENED,
    Event.LATE: Ending.LATE,
}
_HOW: Final = np.array([_ENDINGS.get(event, Ending.WAITING) for event in Event], np.int8)
_TAKEN: Final = np.array([event in (Event.START, Event.HOLD, Event.PLACE) for event in Event])


def visits(stories: Stories, spells: Spells, needs: Needs, waited_ms: Ints | None = None) -> Visits:
    """Derives the visits of a log that keeps the invariants.

    Args:
        stories: the rows of the log by patient.
        spells: which of them belong together.
        needs: what the steps take.
        waited_ms: how long each patient has waited when the run begins, as in the fates; nobody if not given.
    """
    alone = spells.starts[stories.resource[spells.starts] == NOTHING]
    heads = np.sort(np.append(spells.queues, alone))
    is_queue = stories.event[heads] == Event.QUEUE
    at = np.minimum(heads + is_queue, len(stories) - 1)
    waits = is_queue & (stories.before[at] != Event.QUEUE)
    how = stories.event[at]
    has_started = ~waits & _TAKEN[how]
    in_places = places(stories)
    over_ms = _ends(stories, spells, in_places)[at]
    has_ended = ~waits & (over_ms != NEVER)
    ending = _HOW[how]
    for rows, otherwise in (
        (_cut(stories, spells), Ending.INTERRUPTED),
        (_missed(stories, spells, needs), Ending.MISSED),
    ):
        if rows.size:
            ending[np.isin(at, rows)] = otherwise
    ending[~has_ended] = Ending.UNDER_WAY
    ending[waits] = Ending.WAITING
    step, resource = stories.step[heads], np.where(has_started, stories.resource[at], np.int16(NOTHING))
    found = Visits(
        patient=stories.patient[heads],
        step=step,
        wanted=needs.first[step].astype(np.int16),
        resource=resource,
        queued_ms=np.where(is_queue, stories.time_ms[heads], NEVER),
        before_ms=_before(stories, heads, waited_ms),
        started_ms=np.where(has_started, stories.time_ms[at], NEVER),
        ended_ms=np.where(has_ended, over_ms, NEVER),
        ending=ending,
        alike=needs.alike[step, resource],
        resumed=_resumed(stories, spells, heads),
    )
    return _with_homecomings(found, stories.row[heads], in_places)


def _before(stories: Stories, heads: Ints, waited_ms: Ints | None) -> Ints:
    """What each patient has waited before the run counts for their first request, which they make at its start."""
    found = np.zeros(len(heads), np.int64)
    if waited_ms is not None and waited_ms.any():
        asks = np.flatnonzero((stories.event[heads] == Event.QUEUE) & (stories.time_ms[heads] == 0))
        whose = stories.patient[heads[asks]]
        first = np.append(True, whose[1:] != whose[:-1])[: len(whose)]
        found[asks[first]] = waited_ms[whose[first]]
    return found


def _ends(stories: Stories, spells: Spells, in_places: Places) -> Ints:
    """For each row that ends a wait or begins a step, when the visit is over; -1 if it goes on."""
    over_ms = np.full(len(stories), NEVER, np.int64)
    over_ms[spells.starts] = np.where(spells.ends == NEVER, NEVER, stories.time_ms[spells.ends])
    asked = ~in_places.is_homecoming
    over_ms[stories.of(Event.PLACE)] = in_places.left_ms[asked]
    for event in SENT_AWAY:
        at = stories.of(event)
        over_ms[at] = stories.time_ms[at]
    _end_of_holds(stories, spells, over_ms)
    return over_ms


def _cut(stories: Stories, spells: Spells) -> Ints:
    """STARTs of steps that were interrupted."""
    cut = stories.of(Event.INTERRUPT)
    return spells.starts[np.isin(spells.ends, cut)] if cut.size else cut


def _missed(stories: Stories, spells: Spells, needs: Needs) -> Ints:
    """First STARTs of steps to which the patient did not come."""
    marks = stories.of(Event.MARK)
    missed = marks[needs.is_missed[stories.step[marks]]]
    return spells.group[np.isin(spells.ends, missed - 1)] if missed.size else missed  # behind the last of some ENDs


def _end_of_holds(stories: Stories, spells: Spells, over_ms: Ints) -> None:
    """Notes at the first HOLD of each group when the last of it was given back, at once for what is used up."""
    held = stories.of(Event.HOLD)
    if not held.size:
        return
    back_ms = stories.time_ms[held]
    kept = np.searchsorted(held, spells.holds)
    back_ms[kept] = np.where(spells.given_back == NEVER, np.iinfo(np.int64).max, stories.time_ms[spells.given_back])
    first = np.flatnonzero(stories.before[held] != Event.HOLD)
    last_ms = np.maximum.reduceat(back_ms, first)
    over_ms[held[first]] = np.where(last_ms == np.iinfo(np.int64).max, NEVER, last_ms)


def _resumed(stories: Stories, spells: Spells, heads: Ints) -> Flags:
    """Visits whose QUEUE asks again, and stays that go on in the bed that was found in this way."""
    again = spells.queues[spells.resumed]
    if not again.size:
        return np.zeros(len(heads), np.bool_)
    stays = again + 2
    stays = stays[stays < len(stories)]
    stays = stays[(stories.event[stays] == Event.START) & (stories.before[stays] == Event.PLACE)]
    return np.isin(heads, np.append(again, stays))


def _with_homecomings(found: Visits, rows: Ints, in_places: Places) -> Visits:
    """Adds the visits of those who moved to the ward where they belong.

    Args:
        found: the other visits.
        rows: where each of them begins in the log.
        in_places: who lay where.
    """
    home = in_places.is_homecoming
    if not home.any():
        return found
    order = np.lexsort((np.append(rows, in_places.row[home]), np.append(found.patient, in_places.patient[home])))
    left_ms = in_places.left_ms[home]
    more: dict[str, NDArray[Any]] = {
        "patient": in_places.patient[home],
        "step": in_places.step[home],
        "wanted": np.full(len(left_ms), NOTHING, np.int16),
        "resource": in_places.resource[home],
        "queued_ms": np.full(len(left_ms), NEVER),
        "before_ms": np.zeros(len(left_ms), np.int64),
        "started_ms": in_places.since_ms[home],
        "ended_ms": left_ms,
        "ending": np.where(left_ms == NEVER, Ending.UNDER_WAY, Ending.DONE).astype(np.int8),
        "alike": np.ones(len(left_ms), np.bool_),
        "resumed": np.ones(len(left_ms), np.bool_),
    }
    return Visits(**{name: np.append(getattr(found, name), column)[order] for name, column in more.items()})
