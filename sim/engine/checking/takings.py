"""Takings: what patients take, keep, lose and give back, against what the program says of their steps."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.engine.checking.case import Breach, Case, Fault
from sim.engine.eventlog import NOTHING, Event
from sim.engine.program import NONE
from sim.engine.stories import FIRST, Flags, Ints, Spells, Stories

_UNKNOWN, _EARLY, _CLOSED, _FITS = range(4)
"""How well what was taken fits the ways of a step: not at all, too early, not open to this patient, well."""
_LONG: Final = 1 << 62
"""Wait of those who need not wait again."""
_NO_WAY: Final = -2
"""What is taken where nothing of the kind belongs."""


def takes(case: Case) -> Iterator[Fault]:
    """All that a way of the step needs is taken at once, after having queued; who needs nothing does not queue."""
    stories, needs = case.stories, case.needs
    activity = ~(needs.is_place | needs.is_hold)
    yield from _together(case, case.spells.starts, Event.START, activity)
    yield from _together(case, stories.of(Event.HOLD), Event.HOLD, needs.is_hold)
    placed = stories.of(Event.PLACE)
    step, ward = stories.step[placed], stories.resource[placed]
    asked = needs.is_place[step] & (needs.digit[step, ward] > 0) & (step == stories.step[placed - 1])
    fit = _fit(case, placed, np.where(asked & (stories.quantity[placed] == 1), needs.digit[step, ward], _NO_WAY))
    yield 9, "is placed in a ward that was not asked for", placed[fit == _UNKNOWN]
    yield 9, "is placed in another ward too early", placed[fit == _EARLY]
    yield 9, "is placed in a ward that does not take them", placed[fit == _CLOSED]


def _together(case: Case, rows: Ints, event: Event, right_kind: Flags) -> Iterator[Fault]:
    """Rows of one kind that take units: those behind each other are one group."""
    if not rows.size:
        return
    stories, needs = case.stories, case.needs
    step, before, units = stories.step[rows], stories.before[rows], stories.quantity[rows]
    seizes = (needs.first != NONE).take(step)
    at = step * np.int64(needs.digit.shape[1]) + stories.resource[rows]
    right = ((units > 0) == seizes) & (units <= needs.most.take(at, mode="wrap"))
    if not right_kind.all():
        right &= right_kind.take(step)
    yield 9, "takes what the step does not need", rows[~right]
    first = before != event
    queued = before == Event.QUEUE
    wrong = (queued != seizes) | (queued & (step != stories.step[rows - 1]))
    yield 9, "starts without having queued for it, or without needing to queue", rows[first & wrong]
    numbers = needs.digit.take(at, mode="wrap") * units
    heads = rows[first]
    taken, more = numbers[first], np.flatnonzero(~first)
    np.add.at(taken, (np.cumsum(first) - 1)[more], numbers[more])
    fit = _fit(case, heads, taken)
    yield 9, "does not take all that the step needs", heads[fit == _UNKNOWN]
    yield 9, "takes something else instead too early", heads[fit == _EARLY]
    here = rows[more]
    alike = (stories.step[here] == stories.step[here - 1]) & (stories.time_ms[here] == stories.time_ms[here - 1])
    alike &= stories.resource[here] > stories.resource[here - 1]
    alike &= stories.row[here] == stories.row[here - 1] + 1
    yield 9, "takes something apart from the rest", here[~alike]


def _fit(case: Case, heads: Ints, numbers: Ints) -> NDArray[np.int8]:
    """How well what was taken fits the ways of the steps.

    A step that was interrupted is taken up again when the patient's turn comes, without waiting for a substitute; who
    waits from the start of the run has perhaps waited before.

    Args:
        case: the log.
        heads: first row of each group, as positions in the stories.
        numbers: what each group takes, as the number of a way.
    """
    fit = _fit_of_way(case, heads, numbers, 0)
    for way in range(1, case.needs.ways.shape[1]):
        rest = np.flatnonzero(fit != _FITS)
        if not rest.size:
            break
        fit[rest] = np.maximum(fit[rest], _fit_of_way(case, heads[rest], numbers[rest], way))
    return fit


def _fit_of_way(case: Case, heads: Ints, numbers: Ints, way: int) -> NDArray[np.int8]:
    """How well what was taken fits the n-th way of the steps."""
    step, needs = case.stories.step[heads], case.needs
    fit = np.where(needs.ways[:, way].take(step) == numbers, np.int8(_FITS), np.int8(_UNKNOWN))
    after, accepts = needs.after[:, way], needs.accepts[:, way]
    if (after > 0).any():
        later = np.flatnonzero((after.take(step) > 0) & (fit == _FITS))
        fit[later[_waits(case, heads[later]) < after.take(step[later])]] = _EARLY
    for draw in np.unique(accepts[accepts != NONE]).tolist():
        here = np.flatnonzero((accepts.take(step) == draw) & (fit == _FITS))
        closed = case.fates.values(draw)[case.stories.patient[heads[here]]] != 1
        fit[here[closed]] = _CLOSED
    return fit


def _waits(case: Case, heads: Ints) -> Ints:
    """How long those have waited who were served, in milliseconds, with what they waited before the run."""
    stories, spells, before = case.stories, case.spells, case.fates.waited_ms
    asked_ms = stories.time_ms[heads - 1]
    waits = stories.time_ms[heads] - asked_ms + np.where(asked_ms == 0, before[stories.patient[heads]], 0)
    waits[np.isin(heads - 1, spells.queues[spells.resumed])] = _LONG
    return waits


def finishes(stories: Stories, spells: Spells) -> Iterator[Fault]:
    """As many ENDs or INTERRUPTs as STARTs, for the same resources, unless the step goes on at the end of the run."""
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
    found = np.zeros(len(stories), np.bool_)
    found[there] = True
    for event in (Event.END, Event.INTERRUPT):
        over = stories.of(event)
        yield 9, "ends what was not started", over[~found[over]]


def keeps(case: Case) -> Iterator[Fault]:
    """What is held is given back once, and nobody leaves with it; what is used up may or may not be named again."""
    stories, spells = case.stories, case.spells
    closed = spells.given_back != NONE
    here, there = spells.holds[closed], spells.given_back[closed]
    later = there > here
    same = (stories.quantity[here] == stories.quantity[there]) & (stories.step[here] == stories.step[there])
    yield 9, "gives back something else than was held", there[later & ~same]
    given = stories.of(Event.GIVE_BACK)
    given = given[~case.needs.used_up[stories.resource[given]]]
    found = np.zeros(len(stories), np.bool_)
    found[there[later]] = True
    yield 9, "gives back what is not held", given[~found[given]]
    leaves = stories.of(Event.LEAVE)
    left = np.zeros(int(stories.patient.max(initial=0)) + 1, np.bool_)
    left[stories.patient[leaves]] = True
    kept = spells.holds[~closed]
    yield 9, "leaves without giving back what is held", kept[left[stories.patient[kept]]]


def breaks(case: Case) -> Iterator[Fault]:
    """Interruptions, and patients who do not come; a milestone is only passed where there is one."""
    stories = case.stories
    yield from _interruptions(stories)
    marks = stories.of(Event.MARK)
    is_none = np.array([step.milestone is None for step in case.program.steps], np.bool_)
    yield 9, "passes a milestone that is none", marks[is_none[stories.step[marks]]]
    missed = marks[case.needs.is_missed[stories.step[marks]]]
    yield 9, "misses what was not planned", missed[stories.before[missed] != Event.END]


def _interruptions(stories: Stories) -> Iterator[Fault]:
    """Who is interrupted asks at once for the same step again; in a closing ward for its bed, to resume the stay."""
    event, step, before = stories.event, stories.step, stories.before
    cut = stories.of(Event.INTERRUPT)
    if not cut.size:
        return
    behind = np.minimum(cut + 1, len(stories) - 1)
    last = cut[(before[behind] == Event.INTERRUPT) & (event[behind] != Event.INTERRUPT)]
    of_stay = stories.resource[last] == NOTHING
    steps, stays = last[~of_stay], last[of_stay]
    again = (event[steps + 1] == Event.QUEUE) & (step[steps + 1] == step[steps])
    yield 9, "is interrupted, and does not ask for the same step again", steps[~again]
    out = event[stays + 1] == Event.VACATE
    yield 9, "is interrupted in a stay without losing the bed", stays[~out]
    stays = stays[out]
    placed = stories.of(Event.PLACE)
    entered = placed[np.searchsorted(placed, stays) - 1] if placed.size else stays
    queue = np.minimum(stays + 2, len(stories) - 1)
    again = (event[queue] == Event.QUEUE) & (step[queue] == step[entered])
    yield 9, "loses a bed, and does not ask for another", stays[~again]
    stays, answer = stays[again], np.minimum(queue[again] + 1, len(stories) - 1)
    lies = (event[answer] == Event.PLACE) & (before[answer] == Event.QUEUE)
    stays, next_row = stays[lies], np.minimum(answer[lies] + 1, len(stories) - 1)
    resumes = (event[next_row] == Event.START) & (step[next_row] == step[stays])
    yield 9, "has a bed again, and does not resume the stay", stays[(before[next_row] == Event.PLACE) & ~resumes]


def homecomings_are_due(case: Case) -> list[Breach]:
    """In the midst of a wait or a step only those move who lie elsewhere and shall come back, and to no other ward."""
    places, needs = case.places, case.needs
    home = np.flatnonzero(places.is_homecoming)
    if not home.size:
        return []
    earlier = np.maximum(home - 1, 0)
    step, ward = places.step[earlier], places.resource[earlier]
    elsewhere = needs.returns[step] & (needs.ways[step] == needs.digit[step, ward][:, None])
    due = elsewhere.any(axis=1) & (places.patient[earlier] == places.patient[home]) & (earlier < home)
    belongs = (places.step[home] == step) & (places.resource[home] == needs.first[step])
    belongs &= places.resource[home] != ward
    return case.breaches(9, "returns to a ward that is not theirs", places.row[home[~(due & belongs)]])
