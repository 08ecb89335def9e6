"""Resources: staff, equipment and wards, the counted things that patients wait for and hold."""

from typing import Any, Literal, Self

from pydantic import model_validator

from sim import clock
from sim.scenario.quantities import Cost, Count, Declared, Duration, Factor, Key, Label, Name
from sim.scenario.refusing import complain
from sim.scenario.rosters import Opening, Shift, timeline

WardKind = Literal["ward", "ed", "assessment", "same_day", "children", "critical_care", "chairs", "virtual"]
ShiftEnd = Literal["finish_current"]


class Resource(Declared):
    """What staff, equipment and wards share."""

    label: Label | None = None
    """What people call it on the screen; the name if not given. Example: `Triage nurses`."""
    cost: Cost | None = None
    """What a unit costs while it is there. Example: `24.50 per hour`."""
    strict: bool = False
    """If true, nobody overtakes a patient who waits here for several things at once."""

    def units_over_time(self, calendar: clock.Calendar, horizon_ms: int) -> list[tuple[int, int]]:
        """Number of units over time.

        Args:
            calendar: the scenario's calendar.
            horizon_ms: end of the run.

        Returns:
            Pairs (moment in milliseconds, units from then on), the first at 0.
        """
        raise NotImplementedError


class Staff(Resource):
    """A group of staff who can stand in for each other."""

    on_duty: Count | None = None
    """How many, at all times; instead of a roster. Example: `3`."""
    roster: dict[Key, Shift] | None = None
    """Named shifts; those that overlap add up. Example: `{day: {from: "07:30", to: "19:30", on_duty: 3}}`."""
    at_shift_end: ShiftEnd = "finish_current"
    """Who is with a patient when the shift ends finishes that step first."""

    @model_validator(mode="after")
    def _check_one_of(self) -> Self:
        if (self.on_duty is None) == (self.roster is None):
            given = "both on_duty and a roster are" if self.roster is not None else "neither on_duty nor a roster is"
            raise complain(f"{given} given", "give one of them, such as on_duty: 3", code="choice")
        if self.roster is not None and not self.roster:
            raise complain("the roster has no shift", 'day: {from: "07:30", to: "19:30", on_duty: 3}', code="empty")
        return self

    def units_over_time(self, calendar: clock.Calendar, horizon_ms: int) -> list[tuple[int, int]]:
        """People on duty over time."""
        shifts = [(shift, shift.on_duty) for shift in (self.roster or {}).values()]
        return timeline(self.on_duty or 0, list(shifts), calendar, horizon_ms)


class Equipment(Staff):
    """Machines or rooms which steps need; `units` may be written for `on_duty`."""

    @model_validator(mode="before")
    @classmethod
    def _units(cls, found: Any) -> Any:
        if isinstance(found, dict) and "units" in found and "on_duty" not in found:
            return {("on_duty" if key == "units" else key): value for key, value in found.items()}
        return found


class Alternative(Declared):
    """Another ward for a patient who has waited long enough; there the patient is an outlier."""

    after: Duration = 0
    """Wait after which it is considered. Example: `4 h`."""
    use: Name
    """The other ward. Example: `surgical`."""
    stay: Factor = 1.0
    """How much longer or shorter the stay is there. Example: `x 1.1`."""


class Ward(Resource):
    """A place with beds, cubicles or chairs; a patient is in one place at a time."""

    beds: Count
    """Usual number of beds. Example: `28`."""
    kind: WardKind = "ward"
    """What it counts as: `ward`, `ed`, `assessment`, `same_day`, `children`, `critical_care`, `chairs` or `virtual`."""
    also: dict[Key, Opening] = {}
    """Named openings and closures. Example: `{winter: {beds: 12, since: 2026-11-01, until: 2027-03-31}}`."""
    turnaround: Duration = 0
    """Time during which a bed that was given up cannot be used (cleaning). Example: `45 min`."""
    if_full: list[Alternative] = []
    """Other wards, in order of preference, each after a wait. Example: `[{after: 4 h, use: surgical, stay: x 1.1}]`."""

    def units_over_time(self, calendar: clock.Calendar, horizon_ms: int) -> list[tuple[int, int]]:
        """Beds open over time."""
        openings = [(opening, opening.beds) for opening in self.also.values()]
        return timeline(self.beds, list(openings), calendar, horizon_ms)
