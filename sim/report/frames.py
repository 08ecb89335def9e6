"""Frames: tidy tables behind the charts, averaged over the replications of an experiment."""

import math
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import pandas as pd

from sim import clock
from sim.measure.causes import CAUSE
from sim.measure.figures import KpiKey
from sim.measure.occupancy import Floats, ratio
from sim.measure.profiles import ED_LIMITS, WAIT_LIMITS
from sim.measure.window import Window
from sim.scenario.care import Enter, Needing
from sim.scenario.pathway import flatten
from sim.scenario.scenario import Scenario
from sim.study.comparison import Comparison
from sim.study.experiment import Experiment
from sim.study.output_analysis import t_interval
from sim.study.summary import kpi_keys, values
from sim.study.telling import effect_scale
from sim.study.wording import figure_label, scope_label

WAITING_COLUMNS: Final = ("place", "patients", "low", "high", "wait", "step")
CAUSE_COLUMNS: Final = ("cause", "hours", "low", "high", "share", "wait")
COST_COLUMNS: Final = ("kind", "pounds", "low", "high", "share")
HEAT_COLUMNS: Final = ("weekday", "hour", "share")
SPREAD_COLUMNS: Final = ("wait", "share", "order")
HOURLY_COLUMNS: Final = ("hour", "what", "patients")
WEEKDAY_COLUMNS: Final = ("weekday", "what", "patients")
DAY_COLUMNS: Final = ("day", "what", "mean", "low", "high")
WEEK_COLUMNS: Final = ("hour_of_week", "weekday", "hour", "patients", "low", "high")
EFFECT_COLUMNS: Final = ("plan", "figure", "mean", "low", "high", "verdict", "unit", "words")

DAY_LINES: Final = {
    "in_use_by_day": {"in_use_by_day": "in use", "open_by_day": "open"},
    "waiting_by_day": {"waiting_by_day": "waiting"},
}
"""Pictures by day: the profiles in each, and what their lines show."""
WEEKDAY_NAMES: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WAIT_GROUPS: Final = (
    (0, "at once"),
    (15 * clock.MINUTE, "up to 15 min"),
    (clock.HOUR, "15 min to 1 h"),
    (4 * clock.HOUR, "1 to 4 h"),
    (12 * clock.HOUR, "4 to 12 h"),
    (clock.DAY, "12 to 24 h"),
    (WAIT_LIMITS[-1], "over a day"),
)
"""Upper limits of the bars in which waits are shown, and their names."""
_LIST_GROUPS: Final = (
    (clock.DAY, "up to a day"),
    (clock.WEEK, "1 to 7 days"),
    (6 * clock.WEEK, "1 to 6 weeks"),
    (18 * clock.WEEK, "6 to 18 weeks"),
    (52 * clock.WEEK, "18 to 52 weeks"),
    (WAIT_LIMITS[-1], "over 52 weeks"),
)
"""The same for waiting lists, on which most wait for more than a day."""


HEADINGS: Final = {
    "place": "Waiting",
    "patients": "Patients",
    "low": "From",
    "high": "To",
    "wait": "Wait",
    "step": "Step of the pathway",
    "cause": "Because of",
    "kind": "Spent on",
    "pounds": "Pounds a day",
    "weekday": "Day",
    "hour": "Hour",
    "share": "Share",
    "what": "Who",
    "hours": "From hours",
    "hours_end": "To hours",
    "mean": "Mean",
}
"""What stands above the columns of the tables when people read them."""
_INNER: Final = ("order", "hour_of_week")


def readable(table: pd.DataFrame) -> pd.DataFrame:
    """A table as people read it: plain headings, shares in per cent, two decimals."""
    shown = table.drop(columns=[name for name in _INNER if name in table])
    if "share" in shown:
        shown["share"] = [f"{share:.1%}" if not math.isnan(share) else "" for share in shown["share"]]
    return shown.round(2).rename(columns=HEADINGS)


def waiting(experiment: Experiment, most: int = 10) -> pd.DataFrame:
    """Where patients wait for something, the longest queue first.

    Args:
        experiment: valid.
        most: rows at most.

    Returns:
        Columns WAITING_COLUMNS: place in words; mean number of patients who wait at any moment with its interval; mean
        wait in words; scope of the step.
    """
    keys = [(name, scope) for name, scope in kpi_keys(experiment) if scope.startswith("step:")]
    rows = [_waiting_row(experiment, scope) for name, scope in keys if name == "queue_mean"]
    table = pd.DataFrame(rows, columns=list(WAITING_COLUMNS)).sort_values("patients", ascending=False)
    return table[table["patients"] >= 0.005].head(most).reset_index(drop=True)


def causes(experiment: Experiment, most: int = 12) -> pd.DataFrame:
    """Because of what patients wait, by the wait ledger, the largest first; columns CAUSE_COLUMNS.

    Args:
        experiment: valid.
        most: rows at most; the others are added up in the last one.
    """
    rows = []
    for scope in _parts(experiment, "wait_hours_per_day", f"{CAUSE}:"):
        hours = t_interval(values(experiment, ("wait_hours_per_day", scope)))
        share = t_interval(values(experiment, ("wait_cause_share", scope))).mean
        wait = t_interval(values(experiment, ("wait_per_affected", scope))).mean
        label = scope_label(experiment.scenario, scope)
        rows.append((label, hours.mean, hours.low, hours.high, share, wait_words(wait)))
    table = pd.DataFrame(rows, columns=list(CAUSE_COLUMNS)).sort_values("hours", ascending=False)
    table = table[table["hours"] > 0].reset_index(drop=True)
    if len(table) <= most:
        return table
    others = table.iloc[most - 1 :]
    rest = pd.DataFrame([(f"{len(others)} other causes", others["hours"].sum(), math.nan, math.nan,
                          others["share"].sum(), "")], columns=list(CAUSE_COLUMNS))  # fmt: skip
    return pd.concat([table.iloc[: most - 1], rest], ignore_index=True)


def costs(experiment: Experiment) -> pd.DataFrame:
    """What is spent a day by kind of cost, the largest first; columns COST_COLUMNS."""
    rows = []
    for scope in _parts(experiment, "cost_per_day", "cost:"):
        pounds = t_interval(values(experiment, ("cost_per_day", scope)))
        rows.append((scope_label(experiment.scenario, scope), pounds.mean, pounds.low, pounds.high))
    table = pd.DataFrame(rows, columns=list(COST_COLUMNS[:-1])).sort_values("pounds", ascending=False)
    table = table[table["pounds"] > 0].reset_index(drop=True)
    return table.assign(share=table["pounds"] / table["pounds"].sum())


def _parts(experiment: Experiment, kpi: str, prefix: str) -> list[str]:
    return [scope for name, scope in kpi_keys(experiment) if name == kpi and scope.startswith(prefix)]


def ready_to_leave(experiment: Experiment) -> float:
    """Beds held by patients who are ready to leave, on average; nan if no pathway tells when somebody is ready."""
    return t_interval(values(experiment, ("delay_days_per_day", ""))).mean


def _waiting_row(experiment: Experiment, scope: str) -> tuple[object, ...]:
    queue = t_interval(values(experiment, ("queue_mean", scope)))
    wait = t_interval(values(experiment, ("wait_mean", scope)))
    words = wait_words(wait.mean)
    return (step_words(experiment.scenario, scope), queue.mean, queue.low, queue.high, words, scope)


def wait_words(minutes: float) -> str:
    """Says a wait shortly.

    >>> wait_words(0.4), wait_words(41.04), wait_words(200.0), wait_words(6000.0)
    ('under a minute', '41 min', '3.3 h', '4.2 days')
    """
    if math.isnan(minutes):
        return ""
    if minutes < 1:
        return "under a minute"
    if minutes < 120:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 72 * 60 else f"{minutes / 1440:.1f} days"


def step_words(scenario: Scenario, scope: str) -> str:
    """Says for what patients wait at a step, such as `For a bed in Medical wards`."""
    pathway, _, name = scope.removeprefix("step:").partition("/")
    steps = [step for step in flatten(scenario.pathways.get(pathway, [])) if step.name == name]
    told = pathway.replace("_", " ")
    if not steps or not isinstance(steps[0], Enter | Needing):
        return f"{name} ({told})"
    step = steps[0]
    if isinstance(step, Enter):
        ward = scenario.wards[step.ward]
        place = "a bed" if ward.kind not in ("ed", "chairs", "same_day", "virtual") else "a place"
        return f"For {place}: {scenario.label(step.ward)} ({told})"
    needs = " and ".join(scenario.label(resource) for resource in step.needs())
    return f"For {needs}: {name} ({told})"


def profile_mean(experiment: Experiment, key: KpiKey) -> Floats:
    """A profile averaged over the replications that have it."""
    stacked = _stacked(experiment, key)
    return ratio(np.nansum(stacked, axis=0), np.sum(~np.isnan(stacked), axis=0))


def _stacked(experiment: Experiment, key: KpiKey) -> Floats:
    return np.array([one.profiles[key] for one in experiment.replicates if key in one.profiles], np.float64)


def profile_scopes(experiment: Experiment, name: str) -> tuple[str, ...]:
    """Scopes for which there is a profile, in order."""
    return tuple(scope for found, scope in experiment.replicates[0].profiles if found == name)


def heat(experiment: Experiment, name: str, scope: str) -> pd.DataFrame:
    """Share in use by hour of the week; columns HEAT_COLUMNS, 168 rows."""
    mean = profile_mean(experiment, (name, scope))
    rows = [(WEEKDAY_NAMES[hour // 24], hour % 24, value) for hour, value in enumerate(mean)]
    return pd.DataFrame(rows, columns=list(HEAT_COLUMNS))


def day_by_day(experiment: Experiment, profile: str, scope: str) -> pd.DataFrame:
    """How many are in a place, or wait for a resource, day by day; columns DAY_COLUMNS.

    Args:
        experiment: valid.
        profile: `in_use_by_day`, to which what is open belongs, or `waiting_by_day`.
        scope: of a place, or of what patients wait for.

    Returns:
        One row a day and line, with the middle nine tenths of the runs.
    """
    days = Window.of(experiment.scenario).dates(experiment.scenario.calendar)
    tables = []
    for name, what in DAY_LINES[profile].items():
        if (name, scope) in experiment.replicates[0].profiles:
            runs = pd.DataFrame(_stacked(experiment, (name, scope)))
            lines = {"mean": runs.mean(), "low": runs.quantile(0.05), "high": runs.quantile(0.95)}
            tables.append(pd.DataFrame({"day": pd.to_datetime(days), "what": what, **lines}))
    return pd.concat(tables, ignore_index=True)[list(DAY_COLUMNS)]


def queue_by_week(experiment: Experiment, scope: str) -> pd.DataFrame:
    """Patients waiting at a step by hour of the week, with the middle nine tenths of the runs; columns WEEK_COLUMNS."""
    stacked = _stacked(experiment, ("waiting_by_hour", scope))
    runs, hours = pd.DataFrame(stacked), np.arange(stacked.shape[1])
    return pd.DataFrame(
        {
            "hour_of_week": hours,
            "weekday": [WEEKDAY_NAMES[hour // 24] for hour in hours],
            "hour": hours % 24,
            "patients": runs.mean(),
            "low": runs.quantile(0.05),
            "high": runs.quantile(0.95),
        },
        columns=list(WEEK_COLUMNS),
    )


def wait_spread(experiment: Experiment, scope: str) -> pd.DataFrame:
    """How many of 100 patients wait how long at a step; columns SPREAD_COLUMNS.

    If more than half wait for over a day, as on a waiting list, the bars are days and weeks.
    """
    mean = profile_mean(experiment, ("wait_distribution", scope))
    limits = np.array([*WAIT_LIMITS, np.inf])
    rows, below = [], -1.0
    groups = _LIST_GROUPS if mean[limits > clock.DAY].sum() > 0.5 else _WAIT_GROUPS
    for order, (limit, label) in enumerate(groups):
        top = np.inf if order == len(groups) - 1 else limit
        rows.append((label, float(mean[(limits > below) & (limits <= top)].sum()), order))
        below = top
    return pd.DataFrame(rows, columns=list(SPREAD_COLUMNS))


def ed_times(experiment: Experiment) -> pd.DataFrame:
    """Time in the emergency department by quarters of an hour; columns `hours` (start), `hours_end`, `share`."""
    mean = profile_mean(experiment, ("ed_time_distribution", ""))
    ends = np.array(ED_LIMITS) / clock.HOUR
    step = ends[0]
    return pd.DataFrame({"hours": [*(ends - step), ends[-1]], "hours_end": [*ends, ends[-1] + step], "share": mean})


def by_hour(experiment: Experiment) -> pd.DataFrame:
    """Arrivals and discharges by hour of the day; columns HOURLY_COLUMNS."""
    return _comings(experiment, ("arrivals_by_hour", "discharges_by_hour"), range(24), HOURLY_COLUMNS)


def by_weekday(experiment: Experiment) -> pd.DataFrame:
    """Arrivals and discharges by weekday; columns WEEKDAY_COLUMNS."""
    names = ("arrivals_by_weekday", "discharges_by_weekday")
    return _comings(experiment, names, WEEKDAY_NAMES, WEEKDAY_COLUMNS)


def _comings(
    experiment: Experiment, names: Sequence[str], bins: Iterable[object], columns: Sequence[str]
) -> pd.DataFrame:
    there, labels = list(bins), ("come", "go home from a bed")
    rows = [
        (place, label, value)
        for name, label in zip(names, labels, strict=True)
        if (name, "") in experiment.replicates[0].profiles
        for place, value in zip(there, profile_mean(experiment, (name, "")), strict=True)
    ]
    return pd.DataFrame(rows, columns=list(columns))


def effects(comparisons: Iterable[tuple[str, Comparison]], key: KpiKey) -> pd.DataFrame:
    """What plans do to one figure, in the unit in which it is told; columns EFFECT_COLUMNS.

    Args:
        comparisons: each with the name of its plan.
        key: the figure.
    """
    rows = []
    for plan, comparison in comparisons:
        effect = comparison.effect(*key)
        told, interval = effect_scale(effect), effect.adjusted
        mean, low, high = (value * told.factor for value in (interval.mean, interval.low, interval.high))
        words = f"{told.number(interval.mean, sign=True)} {told.change_unit}".strip()
        figure = figure_label(comparison.base.scenario, effect.key)
        rows.append((plan, figure, mean, low, high, effect.verdict, told.change_unit, words))
    return pd.DataFrame(rows, columns=list(EFFECT_COLUMNS))
