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


def mean_wait_at(scenario: Scenario, step: WaitUntil) -> float:
    """Mean wait of a step for the next moment of its calendar; what sets of dates change is not counted."""
    times = scenario.calendars[step.calendar] if isinstance(step.calendar, str) else step.calendar
    return mean_wait(times) if moments_of_week(times) else 0.0


def mean_wait(times: Mapping[Any, list[int]]) -> float:
    """Mean wait for the next moment of a calendar of somebody who comes at any moment of the week.

    Long gaps catch more people: the mean is the sum of the squared gaps divided by twice their sum.

    Args:
        times: times of day by `all`, `weekdays`, `weekend` or a weekday; the most special entry counts.

    Returns:
        Milliseconds.

    Raises:
        ValueError: if there is no moment.

    >>> mean_wait({"all": [10 * clock.HOUR]}) / clock.HOUR
    12.0
    """
    line = moments_of_week(times)
    if not line:
        raise ValueError("a calendar needs at least one moment of the week")
    gaps = np.diff([*line, line[0] + clock.WEEK]).astype(float)
    return float((gaps**2).sum() / (2 * clock.WEEK))
