"""Slots: what is offered at moments of a calendar and used up, such as appointments and care packages."""

from typing import NamedTuple, Self

from pydantic import model_validator

from sim import clock
from sim.scenario.quantities import Count, Duration, Key, PositiveCount, TimeOfDay
from sim.scenario.ratios import PatientCost
from sim.scenario.refusing import complain
from sim.scenario.resources import Resource
from sim.scenario.rosters import Line, OnDays, days_on


class SlotSession(OnDays):
    """A named session, such as a clinic or a list, with so many slots."""

    at: TimeOfDay
    """When the first slot is. Example: `"09:00"`."""
    slots: PositiveCount
    """How many slots it has. Example: `8`."""
    apart: Duration = 0
    """Time from one slot to the next; all at once if not given. Example: `45 min`."""
    at_least: PositiveCount = 1
    """Nothing is offered unless so many patients wait, as for a group. Example: `4`."""

    @model_validator(mode="after")
    def _check_group(self) -> Self:
        if not self.apart and self.at_least > self.slots:
            message = f"at_least is {self.at_least}, but there are {self.slots} slots"
            raise complain(message, "make slots larger, or at_least smaller", code="number")
        return self


class Offer(NamedTuple):
    """Slots that are offered at a moment."""

    time_ms: int
    at_least: int
    """So many must wait, or nothing is offered."""
    units: int


class Slots(Resource):
    """Slots that are used up one by one and refilled by a calendar; one that nobody takes at its moment is lost."""

    cost: PatientCost | None = None
    """What a slot costs when it is taken. Example: `45 per patient`."""
    per_week: PositiveCount | None = None
    """How many a week, evenly through the week, the first after one gap. Example: `30`."""
    sessions: dict[Key, SlotSession] | None = None
    """Named sessions. Example: `{monday: {days: mon, at: "09:00", slots: 8, apart: 45 min}}`."""
    keep: Count = 0
    """So many slots that nobody took at their moment stay on offer. Example: `10`."""

    @model_validator(mode="after")
    def _check_one_of(self) -> Self:
        if (self.per_week is None) == (self.sessions is None):
            given = (
                "both per_week and sessions are" if self.sessions is not None else "neither per_week nor sessions is"
            )
            raise complain(f"{given} given", "give one of them, such as per_week: 30", code="choice")
        if self.sessions is not None and not self.sessions:
            raise complain("there is no session", 'monday: {days: mon, at: "09:00", slots: 8}', code="empty")
        return self

    def offers(self, calendar: clock.Calendar, horizon_ms: int) -> list[Offer]:
        """Lists what is offered in a run, in order of time; sessions at the same moment are added up.

        Sessions that need different numbers of patients are kept apart, the one that needs fewer first.

        Args:
            calendar: the scenario's calendar.
            horizon_ms: end of the run.
        """
        found: dict[tuple[int, int], int] = {}
        if self.per_week:
            for number in range(1, horizon_ms * self.per_week // clock.WEEK + 2):
                moment = (2 * number * clock.WEEK + self.per_week) // (2 * self.per_week)
                found[moment, 1] = 1
        for session in (self.sessions or {}).values():
            for moment, units in _held(session, calendar, horizon_ms):
                found[moment, session.at_least] = found.get((moment, session.at_least), 0) + units
        return [Offer(*key, units) for key, units in sorted(found.items()) if 0 <= key[0] < horizon_ms]

    def units_over_time(self, calendar: clock.Calendar, horizon_ms: int) -> Line:
        """Slots on offer over time if nobody ever takes one: each for a millisecond, then those that are kept."""
        offered = {0: 0}
        for moment, _, units in self.offers(calendar, horizon_ms):
            offered[moment] = offered.get(moment, 0) + units
        line: Line = []
        kept = 0
        for moment, units in sorted(offered.items()):
            there, kept = kept + units, min(kept + units, self.keep)
            for at, shown in ((moment, there), (moment + 1, kept)):
                if at < horizon_ms and (not line or line[-1][1] != shown):
                    line.append((at, shown))
        return line


def _held(session: SlotSession, calendar: clock.Calendar, horizon_ms: int) -> list[tuple[int, int]]:
    """Moments and numbers of the slots of a session, day by day; also of one that began before the run."""
    if session.apart:
        offsets = [(session.at + number * session.apart, 1) for number in range(session.slots)]
    else:
        offsets = [(session.at, session.slots)]
    first = -(offsets[-1][0] // clock.DAY) - 1
    days = days_on(session, calendar, range(first, horizon_ms // clock.DAY + 1))
    return [(day * clock.DAY + offset, units) for day in days for offset, units in offsets]
