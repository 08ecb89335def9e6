"""Wording: figures, ranges and changes as people say them."""

import math
from dataclasses import dataclass
from typing import Final

from sim import clock
from sim.measure.figures import KpiKey, Unit
from sim.measure.kpis import KPIS
from sim.scenario.scenario import Scenario
from sim.study.output_analysis import Interval

HOURS_FROM: Final = 180.0
"""Times of so many minutes and more are told in hours."""
DAYS_FROM: Final = 3 * 24 * 60.0
"""Times of so many minutes and more are told in days."""
WHOLE_POUNDS_FROM: Final = 100.0
"""Sums of money of this and more are told without pence."""
UNKNOWN: Final = "not defined"
_WEEKDAYS: Final = {
    "mon": "Mondays",
    "tue": "Tuesdays",
    "wed": "Wednesdays",
    "thu": "Thursdays",
    "fri": "Fridays",
    "sat": "Saturdays",
    "sun": "Sundays",
}
_COSTS: Final = {
    "staff": "staff on duty",
    "agency": "agency staff",
    "steps": "activities",
    "fixed": "fixed costs",
}
"""Kinds of costs, where they are called otherwise than in scopes."""
_SHORT: Final[dict[str, str]] = {
    "patients per day": "a day",
    "hours per day": "h a day",
    "times per day": "times a day",
    "units per day": "a day",
    "bed days per day": "bed days a day",
    "£ per day": "£ a day",
    "hours per patient day": "h for each patient day",
    "deaths per week": "deaths a week",
    "ratio": "",
}


@dataclass(frozen=True, slots=True)
class Scale:
    """How the values of a figure are told: in which unit, with how many decimals."""

    factor: float
    unit: str
    """What stands behind a value; empty for a plain number."""
    change_unit: str
    """What stands behind a difference."""
    decimals: int

    def number(self, value: float, *, sign: bool = False) -> str:
        """Writes a value without its unit; with `sign`, also a plus."""
        if math.isnan(value):
            return UNKNOWN
        shown = round(value * self.factor, self.decimals) + 0.0  # adding 0 turns -0.0 into 0.0
        return f"{shown:+,.{self.decimals}f}" if sign else f"{shown:,.{self.decimals}f}"

    def amount(self, value: float) -> str:
        """Writes a value with its unit.

        >>> scale("share", 0.712).amount(0.712), scale("£", 1234567.0).amount(1234567.0)
        ('71.2 %', '£1,234,567')
        """
        return _with_unit(self.number(value), self.unit)

    def change(self, value: float, *, sign: bool = False) -> str:
        """Writes a difference with its unit; with `sign`, tells the way it goes.

        >>> scale("share", 0.712).change(-0.018), scale("£ per day", 9000.0).change(420.0, sign=True)
        ('1.8 points', '+£420 a day')
        """
        return _with_unit(self.number(value if sign else abs(value), sign=sign), self.change_unit)

    def span(self, low: float, high: float, *, sign: bool = False) -> str:
        """Writes a range without unit.

        >>> scale("min", 95.0).span(90.0, 101.0)
        '90.0 to 101.0'
        """
        return f"{self.number(low, sign=sign)} to {self.number(high, sign=sign)}"


def scale(unit: Unit, value: float, half_width: float = math.nan) -> Scale:
    """Chooses how to tell values like the given one.

    Args:
        unit: unit of the values.
        value: a typical or the largest value.
        half_width: of its interval, which decides how many decimals say anything.
    """
    factor, shown, change = 1.0, _SHORT.get(unit, unit), ""
    if unit == "share":
        factor, shown, change = 100.0, "%", "points"
    elif unit == "min" and abs(value) >= DAYS_FROM:
        factor, shown = 1 / 1440, "days"
    elif unit == "min" and abs(value) >= HOURS_FROM:
        factor, shown = 1 / 60, "h"
    if unit.startswith("£"):
        return Scale(factor, shown, shown, 0 if abs(value) >= WHOLE_POUNDS_FROM else 2)
    precision = abs(half_width) * factor
    if math.isnan(precision) or precision == 0:
        precision = 0.0 if math.isnan(value) else abs(value) * factor / 100
    return Scale(factor, shown, change or shown, _decimals(precision))


def scale_of(unit: Unit, *intervals: Interval) -> Scale:
    """Chooses how to tell all of some intervals alike."""
    values = [abs(one.mean) for one in intervals if not math.isnan(one.mean)]
    widths = [one.half_width for one in intervals if one.half_width > 0]
    return scale(unit, max(values, default=math.nan), min(widths, default=math.nan))


def _decimals(precision: float) -> int:
    if precision >= 10 or precision == 0:
        return 0
    return 1 if precision >= 0.1 else 2 if precision >= 0.01 else 3


def _with_unit(number: str, unit: str) -> str:
    if number == UNKNOWN or not unit:
        return number
    if unit.startswith("£"):
        sign = number[0] if number[0] in "+-" else ""
        return f"{sign}£{number.removeprefix(sign)}{unit[1:]}"
    return f"{number} {unit}"


def lasting(time_ms: int) -> str:
    """A time in weeks if it is a whole number of them.

    >>> lasting(56 * clock.DAY), lasting(7 * clock.DAY), lasting(10 * clock.DAY)
    ('8 weeks', '1 week', '10 d')
    """
    weeks, rest = divmod(time_ms, clock.WEEK)
    return clock.format_duration(time_ms) if rest or not weeks else f"{weeks} week{'s' if weeks > 1 else ''}"


def figure_label(scenario: Scenario, key: KpiKey) -> str:
    """Says which figure, and for whom or what if it is not for the whole.

    Args:
        scenario: in which resources and classes have their labels.
        key: the figure.

    Returns:
        Such as `Beds in use, Critical care`.
    """
    kpi, scope = key
    label = KPIS[kpi].label
    return f"{label}, {scope_label(scenario, scope)}" if scope else label


def scope_label(scenario: Scenario, scope: str) -> str:
    """Says for whom or what a figure was worked out.

    Args:
        scenario: in which resources and classes have their labels.
        scope: such as `ward:medical`, `acuity:red`, `step:emergency/triage`; empty for the whole.

    Returns:
        Such as `Medical wards`, `acuity red`, `triage (emergency)`; `all` for the whole.
    """
    kind, _, name = scope.partition(":")
    if not scope:
        return "all"
    if "|" in scope:
        return ", ".join(scope_label(scenario, part) for part in scope.split("|"))
    if kind == "cause":
        return _cause_label(scenario, name)
    if kind in ("ward", "staff", "equipment", "slots", "supplies", "class", "resource"):
        return scenario.label(name)
    if kind in ("policy", "event"):
        named = (scenario.policies if kind == "policy" else scenario.events).get(name)
        return (named.label if named else None) or name.replace("_", " ")
    if kind == "step":
        pathway, _, step = name.partition("/")
        return f"{step.replace('_', ' ')} ({pathway.replace('_', ' ')})"
    if kind == "weekday":
        return _WEEKDAYS.get(name, name)
    told = _COSTS.get(name, name) if kind == "cost" else name.replace("_", " ")
    return told if kind in ("outcome", "cost") else f"{kind.replace('_', ' ')} {told}"


def _cause_label(scenario: Scenario, cause: str) -> str:
    """Says because of what patients wait, such as `Medical wards`, `Surgery clinic, none offered yet`."""
    kind, _, name = cause.partition(":")
    if kind == "closed":
        return f"{scenario.label(name)}, {'none offered yet' if name in scenario.slots else 'closed'}"
    if kind == "calendar":
        told = name.replace("_", " ") if name in scenario.calendars else scope_label(scenario, f"step:{name}")
        return f"until {told}"
    if kind == "discharge":
        return f"after ready: {scope_label(scenario, f'step:{name}')}"
    return scope_label(scenario, cause)
