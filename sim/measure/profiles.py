"""Profiles: figures by hour and weekday, and distributions of times."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim import clock
from sim.engine.program import Kind
from sim.measure.bed_kpis import by_weekday, discharges
from sim.measure.ed_kpis import boarding, departed
from sim.measure.facts import Facts
from sim.measure.figures import WHOLE, KpiKey
from sim.measure.groups import newcomers
from sim.measure.journeys import GENERAL_AND_ACUTE, INPATIENT
from sim.measure.occupancy import Floats, WeekHours, day_means, present, ratio
from sim.measure.window import Ints

Profiles = dict[KpiKey, Floats]
"""Arrays by profile and scope; one entry for each of the profile's bins."""

_MINUTES: Final = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1080, 1440)
_DAYS: Final = (2, 3, 5, 7, 14, 28, 42, 84, 126, 364)
WAIT_LIMITS: Final = (0, *(limit * clock.MINUTE for limit in _MINUTES), *(limit * clock.DAY for limit in _DAYS))
"""Upper limits in milliseconds of the bins of `wait_distribution`, each with its limit; one more bin is beyond."""
ED_LIMITS: Final = tuple(range(15 * clock.MINUTE, 24 * clock.HOUR + 1, 15 * clock.MINUTE))
"""Upper limits in milliseconds of the bins of `ed_time_distribution`; one more bin is beyond."""
HOURS: Final = tuple(f"{hour:02d}:00" for hour in range(24))
WEEK_HOURS: Final = tuple(f"{day} {hour}" for day in clock.WEEKDAYS for hour in HOURS)


def _limits(limits: tuple[int, ...]) -> tuple[str, ...]:
    names = [clock.exact_duration(limit) for limit in limits]
    return (*(f"up to {name}" for name in names), f"over {names[-1]}")


@dataclass(frozen=True, slots=True)
class Profile:
    """What an array of `Profiles` holds."""

    name: str
    """How tables call it."""
    label: str
    """How people call it."""
    unit: str
    """Unit of the entries."""
    bins: tuple[str, ...]
    """What each entry stands for; empty for the days of the window, however many those are."""


PROFILES: Final = {
    profile.name: profile
    for profile in (
        Profile("occupancy_by_hour", "Bed occupancy by hour of the week", "share", WEEK_HOURS),
        Profile("utilisation_by_hour", "Utilisation by hour of the week", "share", WEEK_HOURS),
        Profile("waiting_by_hour", "Patients waiting by hour of the week", "patients", WEEK_HOURS),
        Profile("in_use_by_day", "Beds in use day by day", "beds", ()),
        Profile("open_by_day", "Beds open day by day", "beds", ()),
        Profile("waiting_by_day", "Patients waiting day by day", "patients", ()),
        Profile("boarders_by_hour", "Patients in the department who wait for a bed", "patients", WEEK_HOURS),
        Profile("arrivals_by_hour", "Patients who come by hour of the day", "patients per hour", HOURS),
        Profile("arrivals_by_weekday", "Patients who come by weekday", "patients per day", clock.WEEKDAYS),
        Profile("discharges_by_hour", "Discharges by hour of the day", "patients per hour", HOURS),
        Profile("discharges_by_weekday", "Discharges by weekday", "patients per day", clock.WEEKDAYS),
        Profile("ed_time_distribution", "Time in the emergency department", "share", _limits(ED_LIMITS)),
        Profile("wait_ledger", "Waiting by cause and group of patients", "hours per day", ("whole window",)),
        Profile("wait_distribution", "Waits", "share", ("at once", *_limits(WAIT_LIMITS[1:]))),
    )
}
"""Every profile by name."""


def measure_profiles(facts: Facts) -> Profiles:
    """Works out the profiles that the scenario can have."""
    hours = WeekHours.of(facts.window, facts.scenario.calendar)
    by_time = _by_hour_of_week(facts, hours) | _by_day(facts)
    return by_time | _comings_and_goings(facts, hours) | _distributions(facts)


def _by_hour_of_week(facts: Facts, hours: WeekHours) -> Profiles:
    found: Profiles = {}
    for resource in np.flatnonzero(facts.program.kind == Kind.UNITS).tolist():
        name = "occupancy_by_hour" if facts.program.is_place[resource] else "utilisation_by_hour"
        found[name, facts.scope(resource)] = _in_use(facts, hours, [resource])
    general = facts.wards(*GENERAL_AND_ACUTE)
    if general:
        found["occupancy_by_hour", WHOLE] = _in_use(facts, hours, general)
    steps = facts.queue_steps()
    means = {step: hours.means(facts.occupancy.waiting[step]) for step in steps}
    found |= {("waiting_by_hour", facts.step_scope(step)): mean for step, mean in means.items()}
    found |= _by_resource(facts, "waiting_by_hour", means)
    boards = boarding(facts)
    if boards is not None:
        found["boarders_by_hour", WHOLE] = hours.means(present(*boards[1:]))
    return found


def _by_day(facts: Facts) -> Profiles:
    """Means over each day of the window: beds in use and open, and patients who wait for each resource."""
    found: Profiles = {}
    places = np.flatnonzero((facts.program.kind == Kind.UNITS) & (facts.program.is_place != 0))
    wanted = {facts.scope(place): [place] for place in places.tolist()}
    if general := facts.wards(*GENERAL_AND_ACUTE):
        wanted[WHOLE] = general
    for scope, resources in wanted.items():
        found["in_use_by_day", scope] = day_means(facts.in_use(resources), facts.window)
        found["open_by_day", scope] = day_means(facts.open(resources), facts.window)
    means = {step: day_means(facts.occupancy.waiting[step], facts.window) for step in facts.queue_steps()}
    return found | _by_resource(facts, "waiting_by_day", means)


def _by_resource(facts: Facts, name: str, means: Mapping[int, Floats]) -> Profiles:
    """Patients who wait for each resource, from those who wait at each step that needs it."""
    found: Profiles = {}
    for resource in range(len(facts.program.resources)):
        wanting = [mean for step, mean in means.items() if facts.needs.quantity[step, resource] > 0]
        if wanting:
            found[name, facts.scope(resource)] = np.sum(wanting, axis=0)
    return found


def _in_use(facts: Facts, hours: WeekHours, resources: list[int]) -> Floats:
    return ratio(hours.totals(facts.in_use(resources)), hours.totals(facts.open(resources)))


def _comings_and_goings(facts: Facts, hours: WeekHours) -> Profiles:
    """Arrivals in all and by class, and discharges of patients who had a bed."""
    arrival_ms, stream = facts.journeys.arrival_ms, facts.fates.stream
    inside = facts.window.holds(arrival_ms) & newcomers(facts)
    comings = {WHOLE: arrival_ms[inside]}
    for number, name in enumerate(facts.classes):
        comings[f"class:{name}"] = arrival_ms[inside & (stream == number)]
    found: Profiles = {}
    for scope, moments in comings.items():
        found["arrivals_by_hour", scope] = _by_hour(moments, hours)
        found["arrivals_by_weekday", scope] = ratio(*by_weekday(facts, moments))
    if facts.wards(*INPATIENT):
        found["discharges_by_hour", WHOLE] = _by_hour(discharges(facts), hours)
        found["discharges_by_weekday", WHOLE] = ratio(*by_weekday(facts, discharges(facts)))
    return found


def _by_hour(moments: Ints, hours: WeekHours) -> Floats:
    """How many moments fall into each hour of the day, for each such hour of the window."""
    number = np.bincount(moments // clock.HOUR % 24, minlength=24)
    return ratio(number, hours.lengths().reshape(7, 24).sum(axis=0) / clock.HOUR)


def _distributions(facts: Facts) -> Profiles:
    """Shares of ED departures and of services started in the window."""
    journeys, visits, steps = facts.journeys, facts.visits, len(facts.program.steps)
    found: Profiles = {}
    if facts.ed_classes:
        gone = departed(facts)
        times = journeys.ed_departure_ms[gone] - journeys.arrival_ms[gone]
        found["ed_time_distribution", WHOLE] = _shares(times, np.zeros(len(gone), np.int64), ED_LIMITS, 1)[0]
    served = np.flatnonzero(visits.served_in(facts.window))
    waited = visits.waits_ms()[served]
    by_step = _shares(waited, visits.step[served].astype(np.int64), WAIT_LIMITS, steps)
    for step in facts.queue_steps():
        found["wait_distribution", facts.step_scope(step)] = by_step[step]
    return found


def _shares(times: Ints, groups: Ints, limits: tuple[int, ...], number: int) -> Floats:
    """Share of each group's times up to each limit and above the one before, and beyond the last.

    Args:
        times: milliseconds.
        groups: number of the group of each time.
        limits: upper limits of the bins, in order.
        number: how many groups there are.

    Returns:
        Shape (groups, limits + 1); nan for groups without times.
    """
    bins = len(limits) + 1
    counts = np.bincount(groups * bins + np.searchsorted(limits, times), minlength=number * bins).reshape(number, bins)
    return ratio(counts, np.repeat(counts.sum(axis=1, keepdims=True), bins, axis=1))
