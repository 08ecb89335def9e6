"""Events: things that happen to the whole hospital for a while, such as a computer failure or a heat wave."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Self

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from sim import clock
from sim.scenario.patients import Moment
from sim.scenario.quantities import Declared, Factor, Label, Name, PositiveDuration
from sim.scenario.ratios import CapacityChange, Scale
from sim.scenario.refusing import complain, refuse
from sim.scenario.rhythms import FactorLine, factors

_STEP: Final = re.compile(r"[^/\n]{1,60}/[^/\n]{1,80}")
Spell = tuple[int, int]
"""Start and end in milliseconds since the start of the run; perhaps outside of it."""
Factored = tuple[int, int, float]
"""Start and end of a spell, and the factor that holds between them."""


def _step_of(found: Any) -> str:
    if not isinstance(found, str) or not _STEP.fullmatch(found):
        raise refuse("a pathway and a step with a slash between them", found, "emergency/triage", code="name")
    return found


StepOf = Annotated[
    str,
    BeforeValidator(_step_of),
    WithJsonSchema({"title": "step of a pathway", "type": "string", "examples": ["emergency/triage"]}),
]
"""A step, written `PATHWAY/STEP`."""


class HospitalEvent(Declared):
    """Something that happens once, lasts for a while and changes times, capacity or arrivals."""

    label: Label | None = None
    """What people call it. Example: `Computer failure`."""
    at: Moment
    """When it begins. Example: `{date: 2026-02-10, time: "09:00"}`."""
    lasts: PositiveDuration
    """How long it lasts. Example: `8 h`."""
    times: dict[StepOf, Factor] = {}
    """Factors on the times of steps that begin while it lasts. Example: `{emergency/triage: x 1.3}`."""
    capacity: dict[Name, CapacityChange] = {}
    """Factors on units, or units more or fewer, while it lasts. Example: `{ct_scanner: x 0, ed_doctor: +4}`."""
    arrivals: dict[Name, Scale] = {}
    """Factors on the rates of patient classes while it lasts. Example: `{ed_attender: x 1.1}`."""

    @model_validator(mode="after")
    def _check_something(self) -> Self:
        if not (self.times or self.capacity or self.arrivals):
            advice = "say what it does to times, capacity or arrivals, such as capacity: {ct_scanner: x 0}"
            raise complain("the event changes nothing", advice, code="empty")
        return self

    def spell(self, calendar: clock.Calendar) -> Spell:
        """When it begins and ends, in milliseconds since the start of the run."""
        begins = calendar.days_to(self.at.date) * clock.DAY + self.at.time
        return begins, begins + self.lasts


def time_factors(events: Mapping[str, HospitalEvent], step: str, calendar: clock.Calendar) -> list[Factored]:
    """Lists the factors on the time of a step, for `profile`.

    Args:
        events: the declared events.
        step: pathway and step, written `PATHWAY/STEP`.
        calendar: the scenario's calendar.

    Returns:
        Triples (start, end, factor), in order of the names of the events.
    """
    return [(*own.spell(calendar), own.times[step]) for _, own in sorted(events.items()) if step in own.times]


def arrival_factors(events: Mapping[str, HospitalEvent], patients: str, calendar: clock.Calendar) -> list[Factored]:
    """Lists the factors on the rate of a patient class as triples (start, end, factor), for `profile`."""
    named = (own for _, own in sorted(events.items()) if patients in own.arrivals)
    return [(*own.spell(calendar), own.arrivals[patients]) for own in named]


def capacity_changes(
    events: Mapping[str, HospitalEvent], resource: str, calendar: clock.Calendar
) -> list[tuple[int, int, float, int]]:
    """Lists what events do to a resource as quadruples (start, end, factor, change)."""
    named: Iterable[HospitalEvent] = (own for _, own in sorted(events.items()) if resource in own.capacity)
    return [(*own.spell(calendar), *own.capacity[resource]) for own in named]


def profile(
    rhythm: Mapping[str, float | list[float]] | None,
    spells: Iterable[Factored],
    calendar: clock.Calendar,
    horizon_ms: int,
) -> FactorLine:
    """Combines a rhythm with factors that hold for some spells; what holds at the same time is multiplied.

    Args:
        rhythm: factors by days; None for 1 at all times.
        spells: triples (start, end, factor) in milliseconds; they may begin before the run and end after it.
        calendar: the scenario's calendar.
        horizon_ms: end of the run.

    Returns:
        Pairs (moment, factor from then on), the first at 0, only where the factor changes.

    >>> import datetime
    >>> monday = clock.Calendar(datetime.date(2026, 1, 5))
    >>> profile(None, [(10, 30, 2.0), (20, 40, 1.5)], monday, 100)
    [(0, 1.0), (10, 2.0), (20, 3.0), (30, 1.5), (40, 1.0)]
    """
    base = [(0, 1.0)] if rhythm is None else factors(rhythm, calendar, horizon_ms)
    known = [(start, end, factor) for start, end, factor in spells if max(start, 0) < min(end, horizon_ms)]
    if not known:
        return base
    rhythmic = dict(base)
    ends = {moment for start, end, _ in known for moment in (max(start, 0), end) if moment < horizon_ms}
    line: FactorLine = []
    usual = 1.0
    for moment in sorted(rhythmic.keys() | ends):
        usual = rhythmic.get(moment, usual)
        factor = math.prod([usual, *sorted(own for start, end, own in known if start <= moment < end)])
        if not line or line[-1][1] != factor:
            line.append((moment, factor))
    return line
