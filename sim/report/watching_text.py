"""Will we see it? The chart after go-live, in words, as plain values and as tables."""

import math
from typing import Any, Final

import pandas as pd

from sim import clock
from sim.measure.kpis import KPIS
from sim.measure.window import Window
from sim.report.records import interval_record
from sim.report.text import table
from sim.study.watching.detection import Chance, Detection
from sim.study.watching.watch import Watch
from sim.study.watching.weeks import windows
from sim.study.watching.xmr import rule_by_rule, signals
from sim.study.wording import figure_label, lasting, scale, scale_of

ALIKE: Final = 0.2
"""From this correlation of neighbouring weeks on a reader is warned."""
RULES: Final = (
    "Rules: NHS England, Making Data Count, as NHSRplotthedots applies them: a week outside the limits (mean and 2.66 "
    "mean moving ranges of the baseline weeks); {run} weeks in a row on one side of the mean; {trend} in a row that "
    "rise, or fall; 2 of 3 in a row beyond two thirds of the way to a limit. The limits stay as before go-live."
)
LIMITS: Final = (
    "Weeks under the plan are mixed: base plus the part of the weekly difference that the ramp-up lets through, in a "
    "straight line. That is an approximation: the difference is that of a plan which works from the first day of the "
    "run, so that a queue which it still has to clear is not in it. Each run is one chart. Nothing else changes in "
    "these weeks, as it would in a real hospital."
)


def watch_text(found: Watch) -> str:
    """Tells whether and when a chart would show the plan, and how often it cries wolf."""
    settings, base = found.settings, found.base
    head = f"Will we see it? {figure_label(base, found.key)}, week by week: {base.name}, then {found.plan.name}"
    ramp = f"works fully after {lasting(found.ramp_up_ms)}" if found.ramp_up_ms else "works fully at once"
    first = base.calendar.date(Window.of(base).start_ms)
    weeks = (
        f"{len(found.runs)} runs, seed {base.run.seed}; {settings.baseline} weeks before go-live from {first} on, "
        f"{settings.watched} weeks after it; the plan {ramp}"
    )
    return "\n\n".join(
        [
            f"{head}\n{weeks}",
            _answer(found),
            _rules(found),
            _by_week(found),
            _size(found),
            RULES.format(run=settings.run, trend=settings.trend),
            LIMITS,
        ]
    )


def _answer(found: Watch) -> str:
    """The weeks by the whole set of rules, with the false alarms that go with them."""
    last = found.detections[-1]
    power = f"{100 * last.power:.0f} %"
    if math.isinf(last.weeks):
        seen = last.by_week[-1]
        sure = seen.high < last.power
        verdict = "it would probably not be seen so soon" if sure else "can't tell yet; more runs would"
        told = (
            f"Within {found.settings.watched} weeks the chart shows the change in {_chance(seen)} of the runs, and "
            f"{power} were asked for: {verdict}."
        )
    else:
        told = f"The chart shows the change within {_weeks(last.weeks)} in {power} of the runs ({_range(last)})."
    wolf = f"Without any change it gives a false alarm in those weeks in {_chance(last.false_alarm)} of the runs."
    change = found.effect.interval
    if change.low <= 0 <= change.high or not change.is_known:
        wolf += " Can't tell yet whether the plan changes the figure at all, so that a signal may be a false alarm too."
    return f"{told} {wolf}"


def _weeks(weeks: float) -> str:
    return "not in the watched weeks" if math.isinf(weeks) else f"{weeks:.0f} week{'s' if weeks != 1 else ''}"


def _range(one: Detection) -> str:
    if math.isnan(one.low):
        return "too few runs for an interval"
    high = f"{one.high:.0f} weeks" if math.isfinite(one.high) else f"more than {len(one.by_week)} weeks"
    return f"95 % interval {one.low:.0f} to {high}" if math.isfinite(one.low) else f"95 % interval from {high}"


def _chance(one: Chance) -> str:
    return f"{100 * one.share:.0f} % ({100 * one.low:.0f} to {100 * one.high:.0f})"


def _rules(found: Watch) -> str:
    power = f"Weeks until seen in {100 * found.settings.power:.0f} % of runs"
    head = ["What tells a change", power, "95 % interval", "False alarm, any", "False alarm, same side", "Weeks in 100"]
    rows = [
        [
            one.rules.name,
            _weeks(one.weeks),
            _range(one).removeprefix("95 % interval "),
            _chance(one.false_alarm),
            _chance(one.false_same_side),
            f"{100 * one.false_per_week:.1f}",
        ]
        for one in found.detections
    ]
    note = (
        f"False alarm: share of the runs in which {found.settings.watched} weeks without any change give a signal. "
        "Weeks in 100: how many of those weeks have one. With exactly known limits and independent normal weeks "
        "a point would be outside them in 0.27 of 100 weeks; limits from a few weeks make it more."
    )
    return f"{table(head, rows, head[1:])}\n{note}"


def _by_week(found: Watch) -> str:
    shown = [week for week in (1, 2, 4, 8, 12, 16, 20, 26, 39, 52) if week <= found.settings.watched]
    head = ["Weeks after go-live", *(one.rules.name for one in found.detections)]
    rows = [[f"{week}", *(_chance(one.by_week[week - 1]) for one in found.detections)] for week in shown]
    return f"Seen by then, % of runs\n{table(head, rows, head)}"


def _size(found: Watch) -> str:
    unit, effect, sigma = KPIS[found.key[0]].unit, found.effect.interval, found.sigma.mean
    usual = scale_of(unit, found.usual)
    told, swing = scale_of(unit, effect, found.usual), scale(unit, found.usual.mean, sigma)
    span = f" ({told.span(effect.low, effect.high, sign=True)})" if effect.is_known else ""
    lines = [
        f"Size of the change, fully at work: {told.change(effect.mean, sign=True)}{span}, from "
        f"{usual.amount(found.usual.mean)}. One standard deviation from week to week, as the chart sees it: "
        f"{swing.change(sigma)}."
    ]
    if sigma > 0:
        lines[0] += f" So the change is {abs(effect.mean) / sigma:.1f} of them."
    if found.alike > ALIKE:
        lines.append(
            f"Weeks are like their neighbours (correlation {found.alike:.2f}), so that the limits are too narrow for "
            "the spread and false alarms are frequent (Maragah and Woodall 1992)."
        )
    return "\n".join(lines)


# ---------------------------------------------------------------- plain values and tables


def watch_record(found: Watch) -> dict[str, Any]:
    """The same as plain values."""
    settings = found.settings
    return {
        "base": found.base.name,
        "plan": found.plan.name,
        "kpi": found.key[0],
        "scope": found.key[1],
        "label": figure_label(found.base, found.key),
        "unit": KPIS[found.key[0]].unit,
        "runs": len(found.runs),
        "seed": found.base.run.seed,
        "baseline_weeks": settings.baseline,
        "watched_weeks": settings.watched,
        "ramp_up_weeks": found.ramp_up_ms / clock.WEEK,
        "side": found.side,
        "effect": interval_record(found.effect.interval),
        "usual": interval_record(found.usual),
        "sigma": interval_record(found.sigma),
        "correlation_of_neighbouring_weeks": found.alike,
        "rules": [_detection_record(one) for one in found.detections],
        "approximation": LIMITS,
    }


def _detection_record(one: Detection) -> dict[str, Any]:
    return {
        "rules": one.rules.name,
        "power": one.power,
        "weeks": one.weeks,
        "weeks_low": one.low,
        "weeks_high": one.high,
        "first_weeks": list(one.first_weeks),
        "seen_by_week": [chance.share for chance in one.by_week],
        "false_alarm": _chance_record(one.false_alarm),
        "false_alarm_same_side": _chance_record(one.false_same_side),
        "false_alarm_weeks_share": one.false_per_week,
    }


def _chance_record(one: Chance) -> dict[str, float]:
    return {"share": one.share, "low": one.low, "high": one.high, "n": one.runs}


def watch_tables(found: Watch) -> dict[str, pd.DataFrame]:
    """Tidy tables: `watch_chart`, one row a week and run, which a chart can draw; and `watch_detection`."""
    rows = [row for number in range(len(found.runs)) for row in _chart_rows(found, number)]
    detected = [
        {"rules": one.rules.name, "week": week, "seen_share": chance.share, "low": chance.low, "high": chance.high}
        for one in found.detections
        for week, chance in enumerate(one.by_week, 1)
    ]
    return {"watch_chart": pd.DataFrame(rows), "watch_detection": pd.DataFrame(detected)}


def _chart_rows(found: Watch, number: int) -> list[dict[str, Any]]:
    """The chart of one run: each week with the limits and the rules that it meets."""
    run, calendar = found.runs[number], found.base.calendar
    bounds, values = run.limits, [*run.before.tolist(), *run.after.tolist()]
    unchanged = [*run.before.tolist(), *run.unchanged.tolist()]
    told = {one.name: signals(values, bounds, one).either for one in rule_by_rule(found.settings.rules()[-1])}
    return [
        {
            "replication": number,
            "week": week - found.settings.baseline + 1,
            "week_from": calendar.date(window.start_ms).isoformat(),
            "phase": "before" if week < found.settings.baseline else "after",
            "value": values[week],
            "value_without_plan": unchanged[week],
            "mean": bounds.mean,
            "low_limit": bounds.low,
            "high_limit": bounds.high,
            "moving_range": abs(values[week] - values[week - 1]) if week else math.nan,
            "moving_range_limit": bounds.range_high,
            "signal": "; ".join(name for name, flags in told.items() if flags[week]),
        }
        for week, window in enumerate(windows(found.base))
    ]
