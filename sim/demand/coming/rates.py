"""Rates: how many patients of a class are expected to come in each hour, and the luck of each day."""

from dataclasses import replace

import numpy as np
from scipy import special

from sim import clock
from sim.demand.streams import Address, Floats, uniforms
from sim.scenario.events import arrival_factors
from sim.scenario.patients import Arrivals
from sim.scenario.scenario import Scenario
from sim.scenario.waves import Wave


def hourly_rates(
    root: Address, arrive: Arrivals, calendar: clock.Calendar, horizon: int, others: Floats | None = None
) -> Floats:
    """Patients per hour in each hour of a run, with the luck of each day.

    Real daily totals vary more than Poisson ones. So the rate of a day is multiplied by a gamma number with mean 1 and
    variance (day_to_day - 1) / m, where m is what the day expects; its totals then have variance / mean = day_to_day.
    A higher m has a smaller spread, and still no patient is lost when demand rises: the product m x factor equals
    (day_to_day - 1) times a gamma number of shape m / (day_to_day - 1) and scale 1, whose inverse distribution function
    rises with its shape at every level. The uniform of a day is fixed, hence its rate rises with m. Where a wave or an
    event changes m in the course of a day, each hour has the rate of a day that would be all like it, for the same
    reason.

    Args:
        root: address with the seed, the replication and the name of the stream.
        arrive: a source with a rate.
        calendar: the scenario's calendar.
        horizon: end of the run in milliseconds.
        others: factors of the hours that something else than the source has, as of `event_factors`.

    Returns:
        One rate for each hour that begins before the end.
    """
    hours = -(-horizon // clock.HOUR)
    totals = usual_days(arrive, calendar, -(-hours // 24), others)
    if arrive.day_to_day > 1:
        excess = arrive.day_to_day - 1
        luck = uniforms(replace(root, draw=("arrival", "day")), len(totals))
        lucky = excess * special.gammaincinv(totals / excess, luck[:, None])
        totals = np.where(totals > 0, lucky, 0.0)  # the gamma function knows no shape of 0
    rates: Floats = (totals / 24 * hour_weights(arrive)).ravel()
    return rates[:hours]


def hour_weights(arrive: Arrivals) -> Floats:
    """Weights of the 24 hours, with mean 1."""
    weights: Floats = np.array(arrive.by_hour or [1.0] * 24)
    weights /= weights.mean()
    return weights


def usual_days(arrive: Arrivals, calendar: clock.Calendar, days: int, others: Floats | None = None) -> Floats:
    """Patients expected on a whole day that is like each hour, without the luck of the day and the hour's own weight.

    Args:
        arrive: a source with a rate.
        calendar: the scenario's calendar.
        days: number of days.
        others: factors of the hours that something else has; those behind its end are 1.

    Returns:
        Shape (days, 24), or (days, 1) if all hours of a day are alike.
    """
    weekday = np.array([arrive.by_weekday.get(name, 1.0) for name in clock.WEEKDAYS])
    month = np.array([arrive.by_month.get(name, 1.0) for name in clock.MONTHS])
    number = np.arange(days)
    months = (np.datetime64(calendar.start, "D") + number).astype("datetime64[M]").astype(np.int64) % 12
    usual: Floats = weekday[(calendar.weekday(0) + number) % 7] * month[months]
    usual *= (arrive.rate or 0.0) * 24
    if arrive.on_dates:
        names = (calendar.special(arrive.on_dates, day) for day in range(days))
        usual *= [1.0 if name is None else arrive.on_dates[name] for name in names]
    if not arrive.waves and others is None:
        return usual[:, None]
    factors = np.ones(24 * days)
    for _, wave in sorted(arrive.waves.items()):
        factors *= wave_factors(wave, calendar, 24 * days)
    if others is not None:
        factors[: others.size] *= others[: factors.size]
    return usual[:, None] * factors.reshape(days, 24)


def wave_factors(wave: Wave, calendar: clock.Calendar, hours: int) -> Floats:
    """Factors of a wave in the middle of each hour.

    Args:
        wave: the wave.
        calendar: the scenario's calendar.
        hours: number of hours.

    Returns:
        Before its first date 1. With listed factors those, and 1 behind the last. With `grows` R^(t / every) from the
        first date to the end of the last (t: time since the beginning), then the peak times then^(t / every) (t: time
        since the peak).
    """
    time = (np.arange(hours) + 0.5) * clock.HOUR - calendar.days_to(wave.since) * clock.DAY
    if wave.grows is not None and wave.until is not None:
        growth = ((wave.until - wave.since).days + 1) * clock.DAY
        rising = np.clip(time, 0, growth) / wave.grows.every
        falling = np.clip(time - growth, 0, None) / wave.grows.every
        return np.asarray(wave.grows.reproduction**rising * wave.grows.then**falling)
    listed, step = (wave.by_week, clock.WEEK) if wave.by_week is not None else (wave.by_day, clock.DAY)
    factors: Floats = np.array([1.0, *(listed or ()), 1.0])
    return np.asarray(factors[np.clip(time // step + 1, 0, factors.size - 1).astype(np.int64)])


def event_factors(scenario: Scenario, patient_class: str) -> Floats | None:
    """Factors of the hospital's events on the rate of a class, by the hour; those at the same time multiply each other.

    Args:
        scenario: what is declared.
        patient_class: name of the class.

    Returns:
        One factor for each hour that begins before the end of the run; where an event covers part of an hour, its
        factor counts for that part. None if no event concerns the class.
    """
    hours = -(-scenario.horizon // clock.HOUR)
    found: Floats | None = None
    begins = np.arange(hours) * clock.HOUR
    for start, end, factor in arrival_factors(scenario.events, patient_class, scenario.calendar):
        covered = np.clip(np.minimum(begins + clock.HOUR, end) - np.maximum(begins, start), 0, None)
        own = 1.0 + (factor - 1.0) * covered / clock.HOUR
        found = own if found is None else found * own
    return found
