"""Expected times: how long steps take on average, by kind of patient."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim import clock
from sim.demand.attributes import of_level
from sim.demand.mixes import Mix
from sim.demand.quantiles import mean
from sim.demand.streams import Floats
from sim.scenario.calendars import moments_of_week
from sim.scenario.care import Activity, Stay
from sim.scenario.distributions import ByAttribute, TimeLaw
from sim.scenario.events import profile, time_factors
from sim.scenario.pathway import WaitUntil
from sim.scenario.scenario import Scenario


def mean_by_kind(rule: TimeLaw | ByAttribute, mix: Mix) -> Floats | float:
    """Mean of a time in milliseconds, one for each kind of patient if it depends on them."""
    if not isinstance(rule, ByAttribute):
        return mean(rule)
    if rule.by not in mix.codes:
        return mean(of_level(rule.levels, None, rule.by))
    codes, names = mix.codes[rule.by], mix.names[rule.by]
    means = {code: mean(of_level(rule.levels, names[code], rule.by)) for code in np.unique(codes)}
    return np.array([means[code] for code in codes])


def mean_factor(scenario: Scenario, pathway: str, step: Activity | Stay) -> float:
    """Mean over the run of what rhythms and events multiply the time of a step by, as if it began at any moment."""
    rhythm = scenario.rhythms[step.rhythm] if isinstance(step.rhythm, str) else step.rhythm
    spells = time_factors(scenario.events, f"{pathway}/{step.name}", scenario.calendar)
    if rhythm is None and not spells:
        return 1.0
    line = profile(rhythm, spells, scenario.calendar, scenario.horizon)
    begins = np.array([moment for moment, _ in line], float)
    return float(np.average([factor for _, factor in line], weights=np.diff(begins, append=scenario.horizon)))


def calendar_of(scenario: Scenario, step: WaitUntil) -> Mapping[Any, list[int]]:
    """Times of day, by day, of the calendar for which a step waits."""
    return scenario.calendars[step.calendar] if isinstance(step.calendar, str) else step.calendar


def mean_wait(times: Mapping[Any, list[int]], since: tuple[int, ...] = (), lag: Floats | float = 0.0) -> Floats | float:
    """Mean wait for the next moment of a calendar.

    Somebody who comes at any moment of the week meets long gaps more often: the mean is the sum of the squared gaps
    divided by twice their sum. Somebody who set out at a moment of a calendar comes at a known time after it.

    Args:
        times: times of day by `all`, `weekdays`, `weekend` or a weekday; the most special entry counts.
        since: moments of the week at one of which, each as likely, they set out; empty if they come at any moment.
        lag: milliseconds since they set out.

    Returns:
        Milliseconds, as many as there are lags.

    Raises:
        ValueError: if there is no moment.

    >>> mean_wait({"all": [10 * clock.HOUR]}) / clock.HOUR
    12.0
    >>> float(mean_wait({"all": [10 * clock.HOUR]}, (10 * clock.HOUR,), clock.HOUR)) / clock.HOUR
    23.0
    """
    line = moments_of_week(times)
    if not line:
        raise ValueError("a calendar needs at least one moment of the week")
    ends = np.array([*line, line[0] + clock.WEEK])
    if not since:
        return float((np.diff(ends).astype(float) ** 2).sum() / (2 * clock.WEEK))
    now = np.rint(np.add.outer(since, lag)) % clock.WEEK
    return np.asarray((ends[np.searchsorted(ends[:-1], now)] - now).mean(axis=0))
