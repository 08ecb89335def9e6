"""Invariants: what must hold in the log of every replication, in every engine, before a number is shown."""

from collections.abc import Callable
from typing import Final

import numpy as np

from sim.demand.fates import Fates
from sim.engine.checking.capacity_check import capacity_follows
from sim.engine.checking.case import Breach, Case, moment
from sim.engine.checking.grammar import SENT_AWAY, misread, stories_out_of_order
from sim.engine.checking.limits import GIVE, within_limits
from sim.engine.checking.places import places
from sim.engine.checking.takings import homecomings_are_due
from sim.engine.eventlog import Event, EventLog
from sim.engine.program import NONE, Program
from sim.engine.stories import Ints, needs, spells, tell

RULES: Final[dict[int, str]] = {
    1: "Everybody who came has left with one outcome or is still inside.",
    2: "No more units are in use, being cleaned or used up than there are, except while units that went are drained.",
    3: "Nobody holds two places, except in the instant of moving from one to the other.",
    4: "Times are whole milliseconds, in order, within the run.",
    5: "The integral of the number present equals the sum of the stays, for every resource and queue (Little).",
    6: "The units that utilisation is measured against are those of rosters, policies, offers and deliveries.",
    7: "Nobody is lost: at every moment each patient who has not left waits for something or is in one step.",
    8: "No queue holds a request of a patient who has gone on or left.",
    9: "Every patient's rows tell a story that the program allows.",
}
"""The rules of `docs/semantics.md` section 7; the ninth is the grammar of the log."""


def check(program: Program, fates: Fates, log: EventLog) -> tuple[Breach, ...]:
    """Checks a log against all invariants, in whole numbers, so that nothing is forgiven to rounding.

    Args:
        program: the compiled scenario.
        fates: the patients of the replication.
        log: what an engine recorded.

    Returns:
        The breaches in order of the rules, one for each kind of fault; none for a good log.
    """
    unreadable = misread(program, len(fates.arrival_ms), log)
    if unreadable:
        return tuple(Breach(rule, message) for rule, message in unreadable)
    stories, needed = tell(log), needs(program)
    case = Case(program, fates, log, stories, needed, spells(stories, needed), places(stories))
    return tuple(breach for rule in _CHECKS for breach in rule(case))


def _everybody_is_counted(case: Case) -> list[Breach]:
    """Rule 1, by patient and by class."""
    stories, fates = case.stories, case.fates
    at = stories.of(Event.ARRIVE)
    who = stories.patient[at]
    due = fates.arrival_ms < case.log.horizon_ms
    came = np.bincount(who, minlength=len(due))
    wrong = np.flatnonzero(came != due)
    found = []
    if wrong.size:
        patient = int(wrong[0])
        found.append(
            Breach(1, f"patient {patient} arrives {came[patient]} times, due {moment(int(fates.arrival_ms[patient]))}")
        )
    late = at[stories.time_ms[at] != fates.arrival_ms[who]]
    found += case.breaches(1, "arrives at another time than fate says", stories.row[late])
    leaves = stories.of(Event.LEAVE)
    without = np.array([step.outcome is None for step in case.program.steps], np.bool_)
    found += case.breaches(1, "leaves without an outcome", stories.row[leaves[without[stories.step[leaves]]]])
    last = stories.lasts()
    inside = stories.patient[last[stories.event[last] != Event.LEAVE]]
    sums = [
        np.bincount(fates.stream[who], minlength=len(fates.crowds)) for who in (due, stories.patient[leaves], inside)
    ]
    for stream in np.flatnonzero(sums[0] != sums[1] + sums[2]).tolist():
        came_in, left, there = (int(one[stream]) for one in sums)
        found.append(Breach(1, f"{case.class_name(stream)}: {came_in} came, but {left} left and {there} are inside"))
    return found


def _one_place_at_a_time(case: Case) -> list[Breach]:
    """Rule 3: one place, two while moving; and who gives up a place gives up the one they had."""
    stories, places = case.stories, case.places
    row, left_row = places.row, places.left_row
    closed = left_row != NONE
    late = ~closed[:-1] | (left_row[:-1] > row[1:] + 1)  # who moves gives the old place up right behind the new one
    two = row[1:][late & (places.patient[1:] == places.patient[:-1])]
    found = case.breaches(3, "holds two places", two)
    given = np.concatenate([stories.row[stories.of(Event.VACATE)], stories.homecomings.row + 1])
    had = np.zeros(len(case.log) + 1, np.bool_)
    had[left_row[closed & (left_row > row)]] = True
    found += case.breaches(3, "gives up a place without having one", given[~had[given]])
    other = left_row[closed & (places.left != places.resource)]
    found += case.breaches(3, "gives up another place than theirs", other)
    left = np.zeros(len(case.fates.arrival_ms), np.bool_)
    left[stories.patient[stories.of(Event.LEAVE)]] = True
    return found + case.breaches(3, "leaves without giving up the place", row[left[places.patient] & ~closed])


def _times_are_in_order(case: Case) -> list[Breach]:
    """Rule 4."""
    times, horizon = case.log.time_ms, case.log.horizon_ms
    found = case.breaches(4, "happens before the row above it", np.flatnonzero(times[1:] < times[:-1]) + 1)
    outside = np.flatnonzero((times < 0) | (times >= horizon)) if times.size else np.empty(0, np.int64)
    found += case.breaches(4, "happens outside the run", outside)
    if horizon != case.program.horizon_ms:
        found.append(Breach(4, f"the log ends at {horizon} ms, the run at {case.program.horizon_ms} ms"))
    return found


def _integrals_equal_stays(case: Case) -> list[Breach]:
    """Rule 5: integrals from the log in order of time, stays from the stories; both in whole unit-milliseconds."""
    found = []
    present, stays = _of_resources(case)
    for resource in np.flatnonzero(present != stays).tolist():
        name = case.program.resources[resource]
        found.append(Breach(5, f"{name}: {present[resource]} unit-ms in use, {stays[resource]} by the stories"))
    present, stays = _of_queues(case)
    for step in np.flatnonzero(present != stays).tolist():
        info = case.program.steps[step]
        what = f"queue of step {info.pathway}/{info.name}"
        found.append(Breach(5, f"{what}: {present[step]} patient-ms by its length, {stays[step]} by the waits"))
    inside, told = _of_the_hospital(case)
    if inside != told:
        found.append(Breach(5, f"whole hospital: {inside} patient-ms by the number inside, {told} by the stays"))
    return found


def _of_resources(case: Case) -> tuple[Ints, Ints]:
    log, stories, spells, places = case.log, case.stories, case.spells, case.places
    present, stays = (np.zeros(len(case.program.resources) + 1, np.int64) for _ in range(2))  # the last: no resource
    for taken, over in ((spells.starts, spells.ends), (spells.holds, spells.given_back)):
        since, resource, quantity = stories.time_ms[taken], stories.resource[taken], stories.quantity[taken]
        until = np.where(over != NONE, stories.time_ms[over], log.horizon_ms)
        np.add.at(stays, resource, (until - since) * quantity)
        np.add.at(present, resource, (log.horizon_ms - since) * quantity)
    until = np.where(places.left_ms != NONE, places.left_ms, log.horizon_ms)
    np.add.at(stays, places.resource, until - places.since_ms)
    np.add.at(present, places.resource, log.horizon_ms - places.since_ms)
    for event in GIVE:
        rows = stories.of(event)
        resource, units = stories.resource[rows], stories.quantity[rows]
        if event == Event.GIVE_BACK:
            units = np.where(case.needs.used_up[resource], 0, units)
        np.subtract.at(present, resource, (log.horizon_ms - stories.time_ms[rows]) * units)
    home = stories.homecomings
    np.subtract.at(present, home.left, log.horizon_ms - home.time_ms)
    return present[:-1], stays[:-1]


def _of_queues(case: Case) -> tuple[Ints, Ints]:
    stories, spells, horizon = case.stories, case.spells, case.log.horizon_ms
    present, stays = (np.zeros(len(case.program.steps), np.int64) for _ in range(2))
    step, since = stories.step[spells.queues], stories.time_ms[spells.queues]
    until = np.where(spells.answers != NONE, stories.time_ms[spells.answers], horizon)
    np.add.at(stays, step, until - since)
    np.add.at(present, step, horizon - since)
    held = stories.of(Event.HOLD)
    # Of rows that belong together the first counts, and only at steps with a queue.
    served = (spells.starts[spells.group == spells.starts], held[stories.before[held] != Event.HOLD])
    for at in (*served, stories.of(Event.PLACE), *map(stories.of, SENT_AWAY)):
        step = stories.step[at]
        np.subtract.at(present, step, np.where(case.needs.first[step] != NONE, horizon - stories.time_ms[at], 0))
    return present, stays


def _of_the_hospital(case: Case) -> tuple[int, int]:
    stories, horizon = case.stories, case.log.horizon_ms
    came, left = (stories.time_ms[stories.of(event)] for event in (Event.ARRIVE, Event.LEAVE))
    present = int((horizon - came).sum() - (horizon - left).sum())
    last = stories.lasts()
    until = np.where(stories.event[last] == Event.LEAVE, stories.time_ms[last], horizon)
    return present, int((until - stories.time_ms[stories.firsts()]).sum())


def _stories_are_told(case: Case) -> list[Breach]:
    """Rules 7, 8 and 9."""
    faults = stories_out_of_order(case)
    found = [breach for rule, what, at in faults for breach in case.breaches(rule, what, case.stories.row[at])]
    return found + homecomings_are_due(case)


_CHECKS: Final[tuple[Callable[[Case], list[Breach]], ...]] = (
    _everybody_is_counted,
    within_limits,
    _one_place_at_a_time,
    _times_are_in_order,
    _integrals_equal_stays,
    capacity_follows,
    _stories_are_told,
)
