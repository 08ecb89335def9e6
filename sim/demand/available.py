"""Available: how much there is of each resource on average, as planned."""

import math
from collections.abc import Mapping

import numpy as np

from sim import clock
from sim.demand.quantiles import mean
from sim.demand.staffing.supply import planned
from sim.demand.streams import Ints
from sim.scenario.resources import Staff, Ward
from sim.scenario.scenario import Scenario
from sim.scenario.slots import Slots
from sim.scenario.supplies import Supply
from sim.scenario.workforce import absence_in

Line = tuple[Ints, Ints]
"""Moments, the first of them 0, and the level from each of them on."""


def available(scenario: Scenario) -> dict[str, float]:
    """Works out how much there is of each resource, averaged over the run.

    Returns:
        By name. Staff and equipment: mean number on duty, less those who are missing on average. Wards: mean number of
        beds that are open and staffed. Slots: how many are offered in a week. Supplies: how many come in a week, the
        stock at the start included; infinite if orders come at once.
    """
    supply, horizon = planned(scenario), scenario.horizon
    weeks = horizon / clock.WEEK
    lines: dict[str, Line] = {}
    for number, name in enumerate(scenario.resources):
        here = supply.resource == number
        lines[name] = supply.time_ms[here], supply.units[here]
    found = {}
    for name, resource in scenario.resources.items():
        times, units = lines[name]
        if isinstance(resource, Slots):
            found[name] = float(units[units > 0].sum()) / weeks
        elif isinstance(resource, Supply):
            found[name] = float(units.sum()) / weeks + _orders_per_week(resource)
        elif isinstance(resource, Ward):
            found[name] = _mean(*_staffed(resource, (times, units), lines), horizon)
        else:
            there = _attendance(scenario, resource) if isinstance(resource, Staff) else 1.0
            found[name] = _mean(*lines[name], horizon) * there
    return found


def _mean(times: Ints, units: Ints, horizon: int) -> float:
    """Mean of a level that changes at some moments, the first of which is 0."""
    return float(np.dot(units, np.diff(times, append=horizon)) / horizon)


def _staffed(ward: Ward, beds: Line, lines: Mapping[str, Line]) -> Line:
    """Beds that are open and that the staff on duty as planned can look after."""
    for name, for_each in ward.staffed_by.items():
        people = lines[name]
        times = np.union1d(beds[0], people[0])
        can = np.floor(_at(people, times) * for_each + 1e-9).astype(np.int64)
        beds = times, np.minimum(_at(beds, times), can)
    return beds


def _at(line: Line, times: Ints) -> Ints:
    """A level at some moments."""
    return np.asarray(line[1][np.searchsorted(line[0], times, side="right") - 1])


def _orders_per_week(supply: Supply) -> float:
    """Most units that orders can bring: never more than these are on their way at a time."""
    if supply.order is None or supply.reorder_at is None:
        return 0.0
    lead = mean(supply.takes) if supply.takes is not None else 0.0
    return (supply.reorder_at + supply.order) * clock.WEEK / lead if lead else math.inf


def _attendance(scenario: Scenario, staff: Staff) -> float:
    """Share of the rostered who come, or are replaced, on average."""
    if not staff.may_be_missing():
        return 1.0
    days = -(-scenario.horizon // clock.DAY)
    dates = np.datetime64(scenario.run.start, "D") + np.arange(days)
    months = np.bincount(dates.astype("datetime64[M]").astype(np.int64) % 12, minlength=12)
    absent = sum(absence_in(staff.absence, month) * int(count) for month, count in enumerate(months)) / days
    posts = staff.establishment
    short = 1 - posts.filled() / posts.posts if posts else 0.0
    missing = 1 - (1 - absent) * (1 - short)
    return 1 - missing * (1 - (staff.agency.fills if staff.agency else 0.0))
