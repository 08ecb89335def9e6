"""Resources: staff, equipment and wards, the counted things that patients wait for and hold."""

from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import BeforeValidator, model_validator

from sim import clock
from sim.scenario.closures import Closure
from sim.scenario.quantities import Cost, Count, Declared, Duration, Factor, Key, Label, Name, Share
from sim.scenario.ratios import BedsForEach
from sim.scenario.refusing import complain, refuse
from sim.scenario.rosters import Line, Opening, Shift, changes, going, level, spells
from sim.scenario.workforce import MOST_PEOPLE, Absence, Agency, Establishment

WardKind = Literal["ward", "ed", "assessment", "same_day", "children", "critical_care", "chairs", "virtual"]
ShiftEnd = Literal["finish_current", "hand_over", "relieved"]
Closing = Literal["drain", "hand_over"]
OF_PEOPLE: Final = ("agency", "on_costs", "overtime", "establishment")
"""Fields of staff that have no meaning for equipment."""


class Resource(Declared):
    """What staff, equipment, wards, slots and supplies share."""

    label: Label | None = None
    """What people call it on the screen; the name if not given. Example: `Triage nurses`."""
    cost: Cost | None = None
    """What a unit costs while it is there. Example: `24.50 per hour`."""
    strict: bool = False
    """If true, nobody overtakes a patient who waits here for several things at once."""

    def units_over_time(self, calendar: clock.Calendar, horizon_ms: int) -> Line:
        """Number of units over time as planned: without absence, closures by chance and events.

        Args:
            calendar: the scenario's calendar.
            horizon_ms: end of the run.

        Returns:
            Pairs (moment in milliseconds, units from then on), the first at 0.
        """
        raise NotImplementedError


class Staff(Resource):
    """A group of staff who can stand in for each other."""

    counted: ClassVar[str] = "on_duty"
    on_duty: Count | None = None
    """How many, at all times; instead of a roster. Example: `3`."""
    roster: dict[Key, Shift] | None = None
    """Named shifts; those that overlap add up. Example: `{day: {from: "07:30", to: "19:30", on_duty: 3}}`."""
    at_shift_end: ShiftEnd = "finish_current"
    """Who is with a patient when the shift ends finishes that step first and counts among the next shift until then;
    with `hand_over` the patient waits for somebody else, who goes on; with `relieved` the next shift starts complete
    besides those who finish. Example: `hand_over`."""
    absence: Absence = 0.0
    """Share of the rostered who do not come to a shift (without a roster: to a day). Example: `4 %`."""
    agency: Agency | None = None
    """Who stands in for those who are missing. Example: `{fills: 50 %, cost: 75 per hour}`."""
    establishment: Establishment | None = None
    """Posts, leavers and hiring. Example: `{posts: 40, in_post: 36, leave_per_year: 12 %, hire_after: 12 weeks}`."""
    on_costs: Share | None = None
    """What comes on top of the cost (insurance, pension); as under `costs` if not given. Example: `24 %`."""
    overtime: Factor = 1.0
    """Price of an hour after the end of the shift against a usual one. Example: `x 1.5`."""

    @model_validator(mode="after")
    def _check_one_of(self) -> Self:
        if (self.on_duty is None) == (self.roster is None):
            given = "both on_duty and a roster are" if self.roster is not None else "neither on_duty nor a roster is"
            given = given.replace("on_duty", self.counted)
            raise complain(f"{given} given", f"give one of them, such as {self.counted}: 3", code="choice")
        if self.roster is not None and not self.roster:
            raise complain("the roster has no shift", 'day: {from: "07:30", to: "19:30", on_duty: 3}', code="empty")
        return self

    @model_validator(mode="after")
    def _check_missing(self) -> Self:
        if self.agency and not self.may_be_missing():
            message = "agency has nobody to stand in for, since nobody is ever missing"
            raise complain(message, "add absence: 4 %, or an establishment", code="pair")
        most = max([self.on_duty or 0, *(shift.on_duty for shift in (self.roster or {}).values())])
        if self.may_be_missing() and most > MOST_PEOPLE:
            message = f"absence is drawn person by person, and {most:,} people are more than {MOST_PEOPLE:,}"
            raise complain(message, "check the number, or split the group", code="number")
        return self

    def may_be_missing(self) -> bool:
        """Whether some of the rostered may not come."""
        shares = self.absence.values() if isinstance(self.absence, dict) else [self.absence]
        return self.establishment is not None or any(share > 0 for share in shares)

    def shifts(self) -> dict[str, Shift]:
        """Named shifts; if the same number is there at all times, one from midnight to midnight without a name."""
        if self.roster is not None:
            return self.roster
        return {"": Shift(on_duty=self.on_duty or 0)}

    def units_over_time(self, calendar: clock.Calendar, horizon_ms: int) -> Line:
        """People on duty over time as planned, less those on a break."""
        planned = (spell for shift in (self.roster or {}).values() for spell in spells(shift, calendar, horizon_ms))
        return level(self.on_duty or 0, planned, horizon_ms)

    def going_over_time(self, calendar: clock.Calendar, horizon_ms: int) -> dict[int, int]:
        """People whose shift ends, as planned, by moment."""
        found: dict[int, int] = {}
        for shift in (self.roster or {}).values():
            for end, people in going(shift, calendar, horizon_ms).items():
                found[end] = found.get(end, 0) + people
        return found


class Equipment(Staff):
    """Machines or rooms which steps need; `units` may be written for `on_duty`."""

    counted: ClassVar[str] = "units"
    turnaround: Duration = 0
    """Time after each use during which a unit cannot be used (cleaning, preparing). Example: `15 min`."""

    @model_validator(mode="before")
    @classmethod
    def _units(cls, found: Any) -> Any:
        given = [name for name in OF_PEOPLE if name in found] if isinstance(found, dict) else []
        if given:
            message = f"{' and '.join(given)} has a meaning for people, not for equipment"
            raise complain(message, "remove it, or declare the group under staff:", code="choice")
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
    return_when_free: bool = False
    """If true, the patient moves to the ward of the first wish as soon as there is a bed. Example: `true`."""


def _levels(found: Any) -> Any:
    if not isinstance(found, dict) or not found:
        raise refuse("attributes with the levels that are taken", found, "{sex: [female]}", code="shape")
    return {name: [levels] if isinstance(levels, str) else levels for name, levels in found.items()}


class Ward(Resource):
    """A place with beds, cubicles or chairs; a patient is in one place at a time."""

    beds: Count
    """Usual number of beds. Example: `28`."""
    kind: WardKind = "ward"
    """What it counts as: `ward`, `ed`, `assessment`, `same_day`, `children`, `critical_care`, `chairs` or `virtual`."""
    also: dict[Key, Opening] = {}
    """Named openings and closures. Example: `{winter: {beds: 12, since: 2026-11-01, until: 2027-03-31}}`."""
    closures: dict[Key, Closure] = {}
    """Spells during which beds are closed by chance. Example: `{norovirus: {rate: 2 per year, beds: 6, time: 9 d}}`."""
    staffed_by: dict[Name, BedsForEach] = {}
    """Staff without whom beds cannot be used, and for how many each is enough. Example: `{nurse: 1 per 7 beds}`."""
    turnaround: Duration = 0
    """Time during which a bed that was given up cannot be used (cleaning). Example: `45 min`."""
    takes: Annotated[dict[Name, list[str]], BeforeValidator(_levels)] = {}
    """Patients who are taken, by the levels of attributes; all if not given. Example: `{sex: [female]}`."""
    if_full: list[Alternative] = []
    """Other wards, in order of preference, each after a wait. Example: `[{after: 4 h, use: surgical, stay: x 1.1}]`."""
    when_closing: Closing = "drain"
    """Patients in beds that close stay until they leave; with `hand_over` those who came last wait for a bed again.
    Example: `hand_over`."""

    def units_over_time(self, calendar: clock.Calendar, horizon_ms: int) -> Line:
        """Beds open over time as planned."""
        return level(self.beds, self.spells(calendar, horizon_ms), horizon_ms)

    def spells(self, calendar: clock.Calendar, horizon_ms: int) -> list[tuple[int, int, int]]:
        """Openings and planned closures, as triples (start, end, beds more)."""
        return [
            (start, end, opening.beds)
            for opening in self.also.values()
            for start, end in changes(opening, calendar, horizon_ms)
        ]
