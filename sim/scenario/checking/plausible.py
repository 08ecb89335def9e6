"""Plausible: numbers that are allowed, but look like a slip, such as hours instead of minutes."""

import math
from collections.abc import Iterator
from typing import Final

from sim import clock
from sim.scenario.calendars import times_by_weekday
from sim.scenario.care import Activity, Stay
from sim.scenario.checking.findings import Findings, Where
from sim.scenario.distributions import ByAttribute, Empirical, Fixed, Mixture, TimeLaw, Weibull
from sim.scenario.patients import Arrivals, Session
from sim.scenario.problems import quoted
from sim.scenario.rosters import ALL_DAYS, holds_on

MOST_PER_DAY: Final = 3000
"""More arrivals a day than this are taken for a slip of the unit; the largest departments see about 1,000."""
LONGEST_STEP: Final = 2 * clock.DAY
"""Activities that take longer on average are taken for a slip of the unit."""
LONGEST_STAY: Final = 120 * clock.DAY
"""Stays that take longer on average are taken for a slip of the unit."""
MOST_ABSENCE: Final = 0.5
"""A larger share of staff who do not come is taken for a slip of the unit."""
LONG_TAIL: Final = 4
"""A standard deviation of more means than this gives a few enormous times."""


def check_plausible(found: Findings) -> None:
    """Notes what is odd about run, arrivals and times; names need not stand for anything."""
    _check_run(found)
    if not found.scenario.patients:
        found.error(("patients",), "no-patients", "nobody comes to this hospital", "declare a class of patients")
    for name, patients in found.scenario.patients.items():
        _check_arrivals(found, name, patients.arrive)
    _check_openings(found)
    _check_absence(found)
    _check_closures(found)
    for _, where, step in found.steps():
        if isinstance(step, Activity | Stay):
            for place, law in _laws(step.time, (*where, "time")):
                _check_law(found, place, law)
                _check_length(found, place, step, law)


def _check_run(found: Findings) -> None:
    run = found.scenario.run
    if run.replications == 1:
        message = "one replication tells nothing about chance: there will be no intervals"
        found.warn(("run", "replications"), "one-replication", message, "replications: 20")
    if run.warm_up > run.length:
        message = "the warm-up is longer than the time that is measured"
        found.warn(("run", "warm_up"), "long-warm-up", message, f"length: {_weeks(run.warm_up)}")
    if run.length % clock.WEEK and _follows_the_week(found):
        message = "the hospital follows the week, but the measured time is not whole weeks"
        found.warn(("run", "length"), "part-week", message, f"length: {_weeks(run.length)}")


def _weeks(ms: int) -> str:
    weeks = max(1, round(ms / clock.WEEK))
    return f"{weeks} week{'s' if weeks > 1 else ''}"


def _follows_the_week(found: Findings) -> bool:
    """Whether arrivals, rosters, openings or rounds differ from one day of the week to another."""
    scenario = found.scenario
    arrivals = [patients.arrive for patients in scenario.patients.values()]
    hours = [
        shift
        for one in (*scenario.staff.values(), *scenario.equipment.values())
        for shift in (one.roster or {}).values()
    ]
    openings = [opening for ward in scenario.wards.values() for opening in ward.also.values()]
    sessions = [session for slots in scenario.slots.values() for session in (slots.sessions or {}).values()]
    deliveries = [delivery for supply in scenario.supplies.values() for delivery in supply.deliveries.values()]
    weeks = map(times_by_weekday, scenario.calendars.values())
    return (
        any(one.by_weekday or one.scheduled for one in arrivals)
        or any(one.days != ALL_DAYS for one in (*hours, *openings, *sessions, *deliveries))
        or any(day != week[0] for week in weeks for day in week)
        or any(name in clock.DAY_GROUPS and name != "all" for rhythm in scenario.rhythms.values() for name in rhythm)
    )


def _check_arrivals(found: Findings, name: str, arrive: Arrivals) -> None:
    where: Where = ("patients", name, "arrive")
    if arrive.rate is not None:
        _check_rate(found, where, name, arrive)
    for session_name, session in (arrive.scheduled or {}).items():
        place = (*where, "scheduled", session_name)
        if not _takes_place(found, session):
            message = f"nobody comes to {session_name} during the run"
            found.warn(place, "no-arrivals", message, "check its days and dates and the share who attend", key=True)
        if session.patients > MOST_PER_DAY:
            message = f"{session.patients:,} patients are booked in one list"
            found.warn((*place, "patients"), "many-arrivals", message, "check the number")
    for batch_name, batch in (arrive.batches or {}).items():
        day = found.scenario.calendar.days_to(batch.at.date)
        if not 0 <= day * clock.DAY + batch.at.time < found.scenario.horizon:
            message = f"{batch_name} comes on {batch.at.date}, which is not in the run"
            found.warn((*where, "batches", batch_name, "at"), "no-arrivals", message, "check the date, and run: start")


def _check_rate(found: Findings, where: Where, name: str, arrive: Arrivals) -> None:
    place = (*where, "rate")
    per_day = (arrive.rate or 0.0) * 24
    factors = [arrive.by_weekday.get(day, 1.0) for day in clock.WEEKDAYS]
    if per_day == 0 or not any(factors):
        found.warn(place, "no-arrivals", f"no {name} ever comes", "rate: 10 per day" if not per_day else "mon: 1.0")
    if per_day > MOST_PER_DAY:
        message = f"{per_day:,.0f} arrivals a day are {per_day * 365:,.0f} a year"
        found.warn(place, "many-arrivals", message, "check per hour against per day")


def _takes_place(found: Findings, session: Session) -> bool:
    """Whether patients of a list come on some day of the run."""
    days = range(found.scenario.horizon // clock.DAY + 1)
    return session.attend > 0 and any(holds_on(session, found.scenario.calendar, day) for day in days)


def _check_openings(found: Findings) -> None:
    """An opening that always holds is most likely a slip in the name of another one."""
    for name, ward in found.scenario.wards.items():
        for key, opening in ward.also.items():
            if not opening.model_fields_set - {"beds"}:
                message = f"{quoted(key)} changes the beds of {name} by {opening.beds:+d} at all times"
                fix = "give it days, times or dates, or change beds:"
                found.warn(("wards", name, "also", key), "always-open", message, fix, key=True)


def _check_absence(found: Findings) -> None:
    for section, groups in (("staff", found.scenario.staff), ("equipment", found.scenario.equipment)):
        for name, group in groups.items():
            shares = group.absence if isinstance(group.absence, dict) else {"": group.absence}
            for month, share in shares.items():
                if MOST_ABSENCE < share < 1:
                    where: Where = (section, name, "absence", *([month] if month else []))
                    message = f"{100 * share:g} % of {name} do not come"
                    found.warn(where, "high-absence", message, "check the number: 4 % is 0.04")


def _check_closures(found: Findings) -> None:
    """Closures by chance that close more than all beds on average are a slip of the unit."""
    for name, ward in found.scenario.wards.items():
        for key, closure in ward.closures.items():
            days = _mean(closure.time) / clock.DAY
            closed = closure.rate * days / 365 * closure.beds
            if ward.beds and closed > ward.beds:
                message = f"{key} closes {closed:,.0f} beds of {name} on average, which has {ward.beds}"
                place = ("wards", name, "closures", key, "rate")
                found.warn(place, "often-closed", message, "check the units of rate and time")


def _mean(law: TimeLaw) -> int:
    """Mean time of a law, 0 if it is not given by it."""
    return law.value if isinstance(law, Fixed) else int(getattr(law, "mean", 0))


def _laws(law: TimeLaw | ByAttribute, where: Where) -> Iterator[tuple[Where, TimeLaw]]:
    """A law with its place, or the laws of which it is made."""
    if isinstance(law, ByAttribute):
        for level, own in law.levels.items():
            yield from _laws(own, (*where, level))
    elif isinstance(law, Mixture):
        for number, part in enumerate(law.parts):
            yield from _laws(part.time, (*where, "mixture", number, "time"))
    else:
        yield where, law


def _check_law(found: Findings, where: Where, law: TimeLaw) -> None:
    spread = _spread(law)
    if spread > LONG_TAIL and law.at_most is None:
        message = f"a standard deviation of {spread:.2g} means gives a few enormous times"
        found.warn(where, "long-tail", message, "check the units, or add at_most")
    if isinstance(law, Empirical) and len(law.values) == 1:
        value = clock.exact_duration(law.values[0])
        found.warn(where, "one-value", "a list of one observed time is always that time", f"write {value}")


def _spread(law: TimeLaw) -> float:
    """Standard deviation divided by mean, as far as a law is given by them."""
    if isinstance(law, Weibull):
        first, second = math.lgamma(1 + 1 / law.shape), math.lgamma(1 + 2 / law.shape)
        return math.sqrt(max(0.0, math.exp(second - 2 * first) - 1))
    return float(getattr(law, "sd", 0) / getattr(law, "mean", 1))


def _check_length(found: Findings, where: Where, step: Activity | Stay, law: TimeLaw) -> None:
    mean = _mean(law)
    holds = [*step.staff, *step.equipment] if isinstance(step, Activity) else []
    if holds and mean > LONGEST_STEP:
        message = (
            f"{step.name} takes {clock.format_duration(mean)} on average and holds {' and '.join(holds)} all the time"
        )
        found.warn(where, "long-step", message, "check the unit, or use stay: for time in a bed")
    if not holds and mean > LONGEST_STAY:
        message = f"{step.name} takes {clock.format_duration(mean)} on average"
        found.warn(where, "long-stay", message, "check the unit")
