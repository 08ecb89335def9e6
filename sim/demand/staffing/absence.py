"""Absence: who of the rostered comes, who is missing, and who of the agency stands in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sim import clock
from sim.demand.staffing.people import luck
from sim.demand.staffing.posts import short_by_week
from sim.demand.streams import Address, Floats
from sim.scenario.resources import Staff
from sim.scenario.rosters import Line, Shift, level, starts, turns_of
from sim.scenario.workforce import absence_in

Present = npt.NDArray[np.bool_]
"""Who is there, shape (shifts, people)."""
Spell = tuple[int, int, int]
"""Start, end and people more; not clipped to the run."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who is on duty in a group of staff, as it comes in a replication.

    Attributes:
        on_duty: people on duty over time, own and of the agency, less those on a break.
        going: people whose shift ends, by moment.
        agency: people of the agency on duty over time.
    """

    on_duty: Line
    going: dict[int, int]
    agency: Line


def attendance(address: Address, staff: Staff, calendar: clock.Calendar, horizon_ms: int) -> Attendance:
    """Draws who comes to each shift.

    Each person of a shift has one uniform u a day, and is missing if u < 1 - (1 - a)(1 - s), where a is the absence of
    the month and s the share of the posts without a trained holder in that week; so a higher share only adds to those
    who are missing. Another uniform v tells whether the agency sends somebody instead: if v < fills.

    Args:
        address: seed, replication and name of the staff.
        staff: what is declared.
        calendar: the scenario's calendar.
        horizon_ms: end of the run.
    """
    short = np.zeros(1)
    if staff.establishment is not None:
        short = short_by_week(replace(address, draw=("post",)), staff.establishment, horizon_ms)
    own: list[Spell] = []
    agency: list[Spell] = []
    going: dict[int, int] = {}
    for name, shift in staff.shifts().items():
        begins = starts(shift, calendar, horizon_ms)
        chances = _chances(staff, short, begins, calendar)
        there, sent = _present(replace(address, source=name), staff, shift, begins, chances)
        own += _spells(shift, begins, there | sent)
        if staff.agency is not None:
            agency += _spells(shift, begins, sent)
        if staff.roster is not None:
            for end, people in _going(shift, begins, there | sent):
                going[end] = going.get(end, 0) + people
    ends = {end: people for end, people in going.items() if end < horizon_ms}
    return Attendance(level(0, own, horizon_ms), ends, level(0, agency, horizon_ms))


def _chances(staff: Staff, short: Floats, begins: list[int], calendar: clock.Calendar) -> Floats:
    """Chance to be missing of everybody in the shifts that begin at some moments."""
    absent = np.array([absence_in(staff.absence, calendar.date(start).month - 1) for start in begins])
    weeks = np.clip(np.array(begins, np.int64) // clock.WEEK, 0, short.size - 1)
    chances: Floats = 1.0 - (1.0 - absent) * (1.0 - short[weeks])
    return chances


def _present(
    address: Address, staff: Staff, shift: Shift, begins: list[int], chances: Floats
) -> tuple[Present, Present]:
    """Who of a shift comes, and for whom the agency sends somebody; the name of the shift is the source."""
    days = np.array(begins, np.int64) // clock.DAY + 1  # the first shift may begin the day before the run
    periods = int(days[-1]) + 1 if days.size else 0
    missing = luck(replace(address, draw=("absence",)), shift.on_duty, periods)[days] < chances[:, None]
    if staff.agency is None:
        return ~missing, np.zeros_like(missing)
    fills = luck(replace(address, draw=("agency",)), shift.on_duty, periods)[days] < staff.agency.fills
    return ~missing, missing & fills


def _spells(shift: Shift, begins: list[int], there: Present) -> Iterator[Spell]:
    """Lists when people of a shift come and go, and when some of them are on a break."""
    length = shift.duration()
    for start, people in zip(begins, there.sum(axis=1).tolist(), strict=True):
        yield start, start + length, people
    for turn in turns_of(shift):
        away = there[:, turn.number :: turn.turns].sum(axis=1)
        for start, people in zip(begins, away.tolist(), strict=True):
            yield start + turn.begins_ms, start + turn.ends_ms, -people


def _going(shift: Shift, begins: list[int], there: Present) -> Iterator[tuple[int, int]]:
    """Lists how many people are on duty when their shift ends."""
    length = shift.duration()
    people = there.sum(axis=1)
    for turn in turns_of(shift):
        if turn.ends_ms == length:
            people -= there[:, turn.number :: turn.turns].sum(axis=1)
    return zip((start + length for start in begins), people.tolist(), strict=True)
