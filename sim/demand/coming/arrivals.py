"""Arrivals: when the patients of a class come, from whatever source is declared for it."""

import math
from collections.abc import Iterator

import numpy as np

from sim import clock
from sim.demand.coming.plane import plane
from sim.demand.coming.points import Layer, Points, numbers
from sim.demand.coming.rates import hour_weights, hourly_rates, usual_days
from sim.demand.coming.sessions import scheduled, slots
from sim.demand.coming.tilt import mean_tilt, tilt_of
from sim.demand.quantiles import mean, quantile
from sim.demand.streams import Address, Floats, Ints, uniforms
from sim.scenario.distributions import TimeLaw
from sim.scenario.patients import CLASS, Batch, PatientClass
from sim.scenario.rows import EPOCH, Rows


def arrivals(
    root: Address, patient_class: PatientClass, calendar: clock.Calendar, horizon: int, others: Floats | None = None
) -> tuple[Points, ...]:
    """Draws all arrivals of a stream in [0, horizon).

    Args:
        root: address with the seed, the replication and the name of the stream.
        patient_class: the class, which declares a source.
        calendar: the scenario's calendar.
        horizon: end of the run in milliseconds.
        others: factors on a rate by the hour, as of `rates.event_factors`.

    Returns:
        The layers in order of their numbers; a longer run has the same arrivals first.
    """
    arrive = patient_class.arrive
    if arrive.gaps is not None:
        return (_renewals(root, arrive.gaps, horizon),)
    if arrive.recorded is not None:
        return (_recorded(arrive.recorded.rows, calendar, horizon),)
    if arrive.scheduled is not None:
        found = scheduled(root, arrive.scheduled, calendar, horizon)
    elif arrive.batches is not None:
        found = _batches(root, arrive.batches, calendar, horizon)
    else:
        rates = hourly_rates(root, arrive, calendar, horizon, others)
        found = plane(root, rates, horizon, tilt_of(root, patient_class))
    return tuple(sorted(found, key=lambda points: points.layer.number))


def expected_per_day(
    patient_class: PatientClass, calendar: clock.Calendar, horizon: int, others: Floats | None = None, name: str = ""
) -> Floats:
    """Expected number of arrivals on each day of a run.

    Args:
        patient_class: the class.
        calendar: the scenario's calendar.
        horizon: end of the run in milliseconds.
        others: factors on a rate by the hour, as of `rates.event_factors`.
        name: name of the class, which matters only where attributes depend on it.

    Returns:
        One number a day, the last one for the part of the day before the end. For `gaps` the long-run mean.
    """
    arrive, days = patient_class.arrive, -(-horizon // clock.DAY)
    ends = np.minimum(np.arange(1, days + 1) * clock.DAY, horizon)
    if arrive.gaps is not None:
        return np.asarray((ends - np.arange(days) * clock.DAY) / mean(arrive.gaps))
    if arrive.rate is not None:
        hours = np.arange(24 * days) * clock.HOUR
        shares = np.clip(horizon - hours, 0, clock.HOUR) / clock.HOUR
        rates: Floats = (usual_days(arrive, calendar, days, others) * hour_weights(arrive)).ravel()
        rates *= mean_tilt(patient_class, {CLASS: name})
        return np.asarray((rates * shares / 24).reshape(days, 24).sum(axis=1))
    if arrive.recorded is not None:
        times = _recorded(arrive.recorded.rows, calendar, horizon).time_ms
        return np.bincount(times // clock.DAY, minlength=days).astype(float)
    expected = np.zeros(days)
    for session in (arrive.scheduled or {}).values():
        booked = slots(session, 0, session.patients, calendar, days)[0]
        expected += np.bincount(booked[booked < horizon] // clock.DAY, minlength=days) * session.attend
    for batch in (arrive.batches or {}).values():
        begin, over = _begin(batch, calendar), max(batch.over, 1)
        expected += np.clip(np.minimum(ends, begin + over) - np.maximum(ends - clock.DAY, begin), 0, None) * (
            batch.patients / over
        )
    return expected


def _renewals(root: Address, law: TimeLaw, horizon: int) -> Points:
    """Arrivals with independent gaps; the first comes after one gap."""
    usual = mean(law)
    if usual <= 0:
        raise ValueError("gaps between arrivals must be longer than zero on average")
    layer = Layer(0)
    expected = horizon / usual
    size = int(expected + 4 * math.sqrt(expected)) + 8
    while True:
        times = np.cumsum(quantile(law, uniforms(layer.address(root, "arrival", "gap"), size)))
        if times[-1] >= horizon:
            times = times[: np.searchsorted(times, horizon)]
            return Points(layer, times, np.arange(times.size))
        size *= 2


def _recorded(rows: Rows, calendar: clock.Calendar, horizon: int) -> Points:
    """Arrivals of a file; a patient is known by the row, so that other dates or rows behind change nobody."""
    times: Ints = np.array(rows.moment_ms, np.int64) - (calendar.start - EPOCH).days * clock.DAY
    index = np.flatnonzero((times >= 0) & (times < horizon))
    return Points(Layer(0), times[index], index)


def _batches(root: Address, batches: dict[str, Batch], calendar: clock.Calendar, horizon: int) -> Iterator[Points]:
    """Patients of batches, each at a uniform moment of its time; a larger batch keeps the patients of a smaller."""
    for (name, _), number in numbers([(name, 0) for name in batches]).items():
        batch, layer = batches[name], Layer(number, name)
        luck = uniforms(layer.address(root, "arrival", "moment"), batch.patients)
        times = _begin(batch, calendar) + (luck * batch.over).astype(np.int64)
        index = np.flatnonzero((times >= 0) & (times < horizon))
        yield Points(layer, times[index], index)


def _begin(batch: Batch, calendar: clock.Calendar) -> int:
    """Moment at which a batch begins, in milliseconds; negative before the scenario's start."""
    return calendar.days_to(batch.at.date) * clock.DAY + batch.at.time
