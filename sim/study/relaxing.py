"""Relaxing: the things of which a scenario has so many, and the lines that give it more of them."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from sim import clock
from sim.scenario.loading import Loaded
from sim.scenario.resources import Staff, Ward
from sim.scenario.scenario import Scenario
from sim.scenario.slots import Slots
from sim.study.setting import line_of

Kind = Literal["ward", "staff", "equipment", "slots"]
LIMITLESS: Final = 10_000
"""So many beds, people or machines are never all in use."""
MANY_TIMES: Final = 20
"""Of what takes time for each one (slots, people who may be missing) there are so many times today's without limit."""
ONE: Final = "+1"


@dataclass(frozen=True, slots=True)
class Constraint:
    """A thing of which there are only so many."""

    kind: Kind
    name: str
    """As in the file."""
    one_more: tuple[str, ...]
    """Lines that bring one more whenever there are any: in each shift, opening or session."""
    no_limit: tuple[str, ...]
    """Lines with which nobody ever waits for it."""
    has_cost: bool
    """Whether the file says what it costs."""

    @property
    def scope(self) -> str:
        """As key figures name it, such as `ward:medical`."""
        return f"{self.kind}:{self.name}"

    @property
    def causes(self) -> tuple[str, str]:
        """Causes of the wait ledger that are about it: too few of it, and none by plan."""
        return f"cause:{self.scope}", f"cause:closed:{self.name}"


def constraints(loaded: Loaded) -> tuple[Constraint, ...]:
    """Lists what a scenario has only so many of; supplies, which are used up, are none."""
    scenario, data = loaded.scenario, loaded.document.data
    found: list[Constraint] = []
    for kind, section, things in (
        ("ward", "wards", scenario.wards),
        ("staff", "staff", scenario.staff),
        ("equipment", "equipment", scenario.equipment),
        ("slots", "slots", scenario.slots),
    ):
        for name, thing in things.items():
            counts = _counts(thing, (section, name), data)
            if counts:
                found.append(
                    Constraint(
                        kind=kind,  # type: ignore[arg-type]
                        name=name,
                        one_more=tuple(line_of(path, ONE) for path in counts),
                        no_limit=tuple(line_of(path, most) for path, most in counts.items()),
                        has_cost=thing.cost is not None,
                    )
                )
    return tuple(found)


def more_a_day(base: Scenario, other: Scenario, constraint: Constraint) -> float:
    """How much more of a thing another scenario plans a day: hours of a bed, a person or a machine, or slots."""
    one, two = (scenario.resources[constraint.name] for scenario in (base, other))
    calendar, horizon = base.calendar, base.horizon
    days = horizon / clock.DAY
    if isinstance(one, Slots) and isinstance(two, Slots):
        offered = [sum(offer.units for offer in slots.offers(calendar, horizon)) for slots in (one, two)]
        return (offered[1] - offered[0]) / days
    hours = [_unit_hours(thing.units_over_time(calendar, horizon), horizon) for thing in (one, two)]
    return (hours[1] - hours[0]) / days


def _unit_hours(line: list[tuple[int, int]], horizon_ms: int) -> float:
    ends = [moment for moment, _ in line[1:]] + [horizon_ms]
    return sum(units * (end - start) for (start, units), end in zip(line, ends, strict=True)) / clock.HOUR


def _counts(thing: Any, path: tuple[str, str], data: dict[str, Any]) -> dict[tuple[str, ...], int]:
    """Places of the numbers that say how many there are, each with what is no limit; none where there is never any."""
    if isinstance(thing, Ward):
        return _beds(thing, path)
    if isinstance(thing, Slots):
        if thing.per_week is not None:
            return {(*path, "per_week"): MANY_TIMES * thing.per_week}
        sessions = (thing.sessions or {}).items()
        return {(*path, "sessions", title, "slots"): MANY_TIMES * session.slots for title, session in sessions}
    return _people(thing, path, data)


def _beds(ward: Ward, path: tuple[str, str]) -> dict[tuple[str, ...], int]:
    """The usual beds; of a ward that has none of these, the beds of its openings."""
    if ward.beds or not ward.also:
        return {(*path, "beds"): LIMITLESS}
    openings = {title: opening for title, opening in ward.also.items() if opening.beds > 0}
    return {(*path, "also", title, "beds"): LIMITLESS for title in openings}


def _people(thing: Staff, path: tuple[str, str], data: dict[str, Any]) -> dict[tuple[str, ...], int]:
    """The number on duty, in each shift if there are shifts in which anybody is."""

    def most(people: int) -> int:
        """Absence is drawn person by person, so that thousands would take long."""
        return MANY_TIMES * (people + 1) if thing.may_be_missing() else LIMITLESS

    if thing.roster is None:
        written = "units" if "units" in data[path[0]][path[1]] else "on_duty"
        return {(*path, written): most(thing.on_duty or 0)}
    shifts = {title: shift.on_duty for title, shift in thing.roster.items() if shift.on_duty}
    return {(*path, "roster", title, "on_duty"): most(people) for title, people in shifts.items()}
