"""Arrivals: the moments at which the patients of a class come, and the numbers by which they are known."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy import special

from sim import clock
from sim.demand.quantiles import mean, quantile
from sim.demand.streams import MOST_NUMBERS, Address, Floats, Ints, number_of, uniforms
from sim.scenario.distributions import TimeLaw
from sim.scenario.patients import Arrivals, Batch, PatientClass, Session

LOWEST_LAYER: Final = 1 / 64
"""Top of layer 0 of the Poisson plane, in patients per hour; each further layer reaches twice as high."""
SHELL: Final = 16
"""Patients of a session in its shell 0; each further shell reaches twice as far."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A part of a stream within which patients are numbered; it is the same in every scenario.

    Attributes:
        number: number within the stream, 0 to 32767; a patient is known by stream, layer and index.
        source: name of the session or batch; empty for the other sources.
        part: layer of heights of the Poisson plane, or shell of a session.
    """

    number: int
    source: str = ""
    part: int = 0

    def address(self, root: Address, *draw: str, visit: int = 0) -> Address:
        """Where the uniforms of this layer's patients stand, for a draw of the stream at the root."""
        return Address(root.seed, root.replication, root.stream, draw, self.source, self.part, visit)


@dataclass(frozen=True, slots=True)
class Points:
    """Arrivals of one layer, in order of their indices.

    Attributes:
        layer: the layer.
        time_ms: moments in milliseconds.
        index: positions in the layer, rising; those left out belong to patients who do not come in this scenario.
    """

    layer: Layer
    time_ms: Ints
    index: Ints


def arrivals(root: Address, arrive: Arrivals, calendar: clock.Calendar, horizon: int) -> tuple[Points, ...]:
    """Draws all arrivals of a stream in [0, horizon).

    Args:
        root: address with the seed, the replication and the name of the stream.
        arrive: the declared source.
        calendar: the scenario's calendar.
        horizon: end of the run in milliseconds.

    Returns:
        The layers in order of their numbers; a longer run has the same arrivals first.
    """
    if arrive.gaps is not None:
        return (_renewals(root, arrive.gaps, horizon),)
    if arrive.scheduled is not None:
        found = _scheduled(root, arrive.scheduled, calendar, horizon)
    elif arrive.batches is not None:
        found = _batches(root, arrive.batches, calendar, horizon)
    else:
        found = _plane(root, arrive, calendar, horizon)
    return tuple(sorted(found, key=lambda points: points.layer.number))


def expected_per_day(patient_class: PatientClass, calendar: clock.Calendar, horizon: int) -> Floats:
    """Expected number of arrivals on each day of a run.

    Args:
        patient_class: the class.
        calendar: the scenario's calendar.
        horizon: end of the run in milliseconds.

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
        rates: Floats = np.outer(_usual_days(arrive, calendar, days), _hour_weights(arrive)).ravel()
        return np.asarray((rates * shares / 24).reshape(days, 24).sum(axis=1))
    expected = np.zeros(days)
    for session in (arrive.scheduled or {}).values():
        booked = _slots(session, 0, session.patients, calendar, days)[0]
        expected += np.bincount(booked[booked < horizon] // clock.DAY, minlength=days) * session.attend
    for batch in (arrive.batches or {}).values():
        begin, over = _begin(batch, calendar), max(batch.over, 1)
        expected += np.clip(np.minimum(ends, begin + over) - np.maximum(ends - clock.DAY, begin), 0, None) * (
            batch.patients / over
        )
    return expected


# ---------------------------------------------------------------- the Poisson plane


def _plane(root: Address, arrive: Arrivals, calendar: clock.Calendar, horizon: int) -> Iterator[Points]:
    """Points of one fixed Poisson process on the plane (time, height) that lie under the curve of the rate.

    The plane is the same in every scenario and only the curve moves, so that raising a rate keeps every patient. It is
    cut into layers of heights, [0, 1/64) patients per hour and then [2^(k-1)/64, 2^k/64), each a Poisson process in
    time with a rate of its thickness and with uniform heights; only layers below the peak are drawn.
    """
    rates = hourly_rates(root, arrive, calendar, horizon)
    lowest, peak = rates.min(), rates.max()
    part, low, high = 0, 0.0, LOWEST_LAYER
    while low < peak:
        layer = Layer(part, part=part)
        times = _poisson(layer.address(root, "arrival", "gap"), high - low, horizon)
        index = np.arange(times.size)
        if high > lowest:
            heights = uniforms(layer.address(root, "arrival", "height"), times.size)  # above low, in units of the layer
            index = np.flatnonzero(heights < ((rates - low) / (high - low)).take(times // clock.HOUR))
            times = times.take(index)
        yield Points(layer, times, index)
        part, low, high = part + 1, high, 2 * high


def _poisson(address: Address, rate: float, horizon: int) -> Ints:
    """Moments of a Poisson process of a constant rate per hour; gaps are whole milliseconds, so that sums are exact."""
    expected = rate * horizon / clock.HOUR
    size = int(expected + 4 * math.sqrt(expected)) + 8
    while True:
        gaps = uniforms(address, size)
        np.log(gaps, out=gaps)
        gaps *= -clock.HOUR / rate
        times = np.cumsum(np.rint(gaps, out=gaps).astype(np.int64))
        if times[-1] >= horizon:
            return times[: np.searchsorted(times, horizon)]
        size *= 2


def hourly_rates(root: Address, arrive: Arrivals, calendar: clock.Calendar, horizon: int) -> Floats:
    """Patients per hour in each hour of a run, with the luck of each day.

    Real daily totals vary more than Poisson ones. So the rate of a day is multiplied by a gamma number with mean 1 and
    variance (day_to_day - 1) / m, where m is what the day expects; its totals then have variance / mean = day_to_day.
    A higher m has a smaller spread, and still no patient is lost when demand rises: the product m x factor equals
    (day_to_day - 1) times a gamma number of shape m / (day_to_day - 1) and scale 1, whose inverse distribution function
    rises with its shape at every level. The uniform of a day is fixed, hence its rate rises with m.

    Args:
        root: address with the seed, the replication and the name of the stream.
        arrive: a source with a rate.
        calendar: the scenario's calendar.
        horizon: end of the run in milliseconds.

    Returns:
        One rate for each hour that begins before the end.
    """
    hours = -(-horizon // clock.HOUR)
    days = -(-hours // 24)
    totals = _usual_days(arrive, calendar, days)
    if arrive.day_to_day > 1:
        excess = arrive.day_to_day - 1
        luck = uniforms(replace(root, draw=("arrival", "day")), days)
        lucky = excess * special.gammaincinv(totals / excess, luck)
        totals = np.where(totals > 0, lucky, 0.0)  # the gamma function knows no shape of 0
    rates: Floats = np.outer(totals / 24, _hour_weights(arrive)).ravel()
    return rates[:hours]


def _hour_weights(arrive: Arrivals) -> Floats:
    """Weights of the 24 hours, with mean 1."""
    weights: Floats = np.array(arrive.by_hour or [1.0] * 24)
    weights /= weights.mean()
    return weights


def _usual_days(arrive: Arrivals, calendar: clock.Calendar, days: int) -> Floats:
    """Patients expected on each whole day, without the luck of the day."""
    weekday = np.array([arrive.by_weekday.get(name, 1.0) for name in clock.WEEKDAYS])
    month = np.array([arrive.by_month.get(name, 1.0) for name in clock.MONTHS])
    number = np.arange(days)
    months = (np.datetime64(calendar.start, "D") + number).astype("datetime64[M]").astype(np.int64) % 12
    usual: Floats = weekday[(calendar.weekday(0) + number) % 7] * month[months]
    usual *= (arrive.rate or 0.0) * 24
    return usual


# ---------------------------------------------------------------- the other sources


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


def _scheduled(root: Address, sessions: dict[str, Session], calendar: clock.Calendar, horizon: int) -> Iterator[Points]:
    """Booked patients who attend; each slot has one uniform, so who attends at 90 % also attends at 95 %.

    Slots are numbered by day and position. A session has shells of positions, 0 to 15 and then always twice as many,
    so that a slot keeps its number when the list gets longer.
    """
    days = -(-horizon // clock.DAY)
    parts = [(name, part) for name, session in sessions.items() for part in range(_shells(session.patients))]
    for (name, part), number in _numbers(parts).items():
        session, layer = sessions[name], Layer(number, name, part)
        first, last = _shell(part)
        times, index = _slots(session, first, min(last, session.patients), calendar, days)
        comes = times < horizon
        if session.attend < 1 and index.size:
            luck = uniforms(layer.address(root, "arrival", "attend"), int(index[-1]) + 1)
            comes &= luck[index] < session.attend
        yield Points(layer, times[comes], index[comes])


def _shell(part: int) -> tuple[int, int]:
    """First position of a shell and the one behind its last.

    >>> [_shell(part) for part in range(3)]
    [(0, 16), (16, 32), (32, 64)]
    """
    return (SHELL << part) // 2 if part else 0, SHELL << part


def _shells(patients: int) -> int:
    """Number of shells that hold so many positions.

    >>> [_shells(patients) for patients in (1, 16, 17, 33)]
    [1, 1, 2, 3]
    """
    return ((patients - 1) // SHELL).bit_length() + 1


def _slots(session: Session, first: int, last: int, calendar: clock.Calendar, days: int) -> tuple[Ints, Ints]:
    """Moments and numbers of the slots at positions first to last (not included) of a session, day by day."""
    since = calendar.days_to(session.since) if session.since else 0
    until = calendar.days_to(session.until) + 1 if session.until else days
    day = np.arange(max(since, 0), min(until, days))
    day = day[np.isin((calendar.weekday(0) + day) % 7, session.days)]
    position = np.arange(first, last)
    times = (day * clock.DAY)[:, None] + (session.at + position * session.apart)
    width = first or SHELL
    return times.ravel(), ((day * width)[:, None] + (position - first)).ravel()


def _batches(root: Address, batches: dict[str, Batch], calendar: clock.Calendar, horizon: int) -> Iterator[Points]:
    """Patients of batches, each at a uniform moment of its time; a larger batch keeps the patients of a smaller."""
    for (name, _), number in _numbers([(name, 0) for name in batches]).items():
        batch, layer = batches[name], Layer(number, name)
        luck = uniforms(layer.address(root, "arrival", "moment"), batch.patients)
        times = _begin(batch, calendar) + (luck * batch.over).astype(np.int64)
        index = np.flatnonzero((times >= 0) & (times < horizon))
        yield Points(layer, times[index], index)


def _begin(batch: Batch, calendar: clock.Calendar) -> int:
    """Moment at which a batch begins, in milliseconds; negative before the scenario's start."""
    return calendar.days_to(batch.at.date) * clock.DAY + batch.at.time


def _numbers(parts: list[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """Numbers the layers of named sources, so that another name changes no number.

    Two names in 32,768 share a number by chance; the later in order of names then gets the next free one.
    """
    numbers: dict[tuple[str, int], int] = {}
    taken: set[int] = set()
    for name, part in sorted(parts):
        number = number_of(name, part)
        while number in taken:
            number = (number + 1) % MOST_NUMBERS
        taken.add(number)
        numbers[name, part] = number
    return numbers
