"""A stress test, in words, as plain values and as tables."""

import math
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from sim.report.records import interval_record
from sim.report.text import table, window_text
from sim.scenario.scenario import Scenario
from sim.study.output_analysis import Interval
from sim.study.sizing.breaking import Break, Standing
from sim.study.sizing.recovery import EITHER, Recovered, Recovery
from sim.study.sizing.stress import Stress
from sim.study.sizing.weakest import Strain
from sim.study.summary import Summary
from sim.study.wording import figure_label, scale_of, scope_label

MOST_STRAINS: Final = 8
"""So many resources are told, the weakest first."""
SERIES: Final = {"waiting_by_day": "patients waiting", "in_use_by_day": "beds in use", EITHER: "both"}
EXTRA: Final = {"waiting_by_day": "patient days of waiting", "in_use_by_day": "bed days"}
NOTE: Final = (
    "Every figure is that of these weeks from their first day on, at that demand all the time. Above what a hospital "
    "can bear, queues grow as long as the run lasts, so that figures there depend on its length. Each interval is a "
    "95 % interval for itself. Staff, beds and rules stay as the file declares them."
)


def stress_text(found: Stress) -> str:
    """Tells what breaks first and at which load, the curve, and how long the hospital takes to recover."""
    run = found.base.run
    head = (
        f"{found.base.name} under stress\n{run.replications} replications, seed {run.seed}, the same patients and more"
    )
    parts = [f"{head}\n{window_text(found.base)}", _answer(found), _whom(found), _curve(found)]
    if found.breaks:
        parts.append(_breaks(found))
    parts.append(_strains(found))
    if found.recovery:
        parts += _recovery(found.recovery)
    return "\n\n".join([*parts, NOTE])


def _answer(found: Stress) -> str:
    lines = []
    broken = [one for one in found.breaks if one.broken is not None]
    if broken:
        lines.append(f"The first goal to break is {broken[0].name}: {_load(broken[0], found)}.")
    elif found.breaks:
        highest = f"x {found.curve[-1].factor:g}"
        sure = all(one.held == found.curve[-1].factor for one in found.breaks)
        told = "All goals are surely met" if sure else "No goal is surely missed"
        lines.append(f"{told} up to {highest} of today's demand, the highest that was tried.")
    first = found.weakest.strains[0] if found.weakest.strains else None
    if first and first.fails_from is not None:
        lines.append(f"The first resource to fail is {scope_label(found.base, first.scope)}: {_fails(first, found)}.")
    else:
        lines.append("No resource was seen to run full or to have a growing queue.")
    lines += _charged(found)
    if found.recovery:
        lines.append(f"After a surge {found.recovery.surge.words()} {_back(found.recovery)}.")
    return "\n".join(lines)


def _load(one: Break, found: Stress) -> str:
    """Says where a goal breaks, such as `surely met up to x 1.05 and surely missed from x 1.15 on`."""
    lowest, highest = found.curve[0].factor, found.curve[-1].factor
    if not one.is_one_way:
        return "met and missed by turns, so that no load can be named: see the table"
    if one.held is None and one.broken is None:
        return "can't tell yet at any demand; more replications would narrow it"
    held = f"surely met up to x {one.held:g}" if one.held is not None else f"not surely met even at x {lowest:g}"
    if one.broken is None:
        rest = ", the highest tried" if one.held == highest else f", and not surely missed even at x {highest:g}"
    elif one.broken == lowest:
        return f"surely missed already at x {lowest:g}"
    else:
        rest = f" and surely missed from x {one.broken:g} on"
    first = {standing.factor: standing.verdict for standing in one.standings}
    other = [f"x {again.factor:g}: {again.verdict}" for again in one.again if again.verdict != first[again.factor]]
    return f"{held}{rest}" + (f", though fresh seeds say {', '.join(other)}" if other else "")


def _fails(strain: Strain, found: Stress) -> str:
    signs = []
    if strain.full_from is not None:
        signs.append(f"in use 99 % of the time and more from x {strain.full_from:g} on")
    if strain.grows_from is not None:
        signs.append(f"its queue grows from x {strain.grows_from:g} on")
    already = strain.fails_from is not None and strain.fails_from <= found.weakest.today
    return " and ".join(signs) + (", so already today" if already else "")


def _charged(found: Stress) -> list[str]:
    """Says to which resource the wait ledger charges most of what is waited more; nothing if nothing is."""
    weak = found.weakest
    rises = {one.scope: one.hours[1].mean - one.hours[0].mean for one in weak.strains}
    known = {scope: rise for scope, rise in rises.items() if rise > 0}
    if weak.at <= weak.today or not known:
        return []
    scope = max(known, key=lambda name: known[name])
    return [
        f"Of the waiting that x {weak.at:g} brings on top of x {weak.today:g}, most is charged to "
        f"{scope_label(found.base, scope)}: {known[scope]:,.0f} hours a day more."
    ]


def _back(recovery: Recovery) -> str:
    both = recovery.recovered[-1]
    if not math.isfinite(both.half_by):
        return f"most runs are not back to the usual within the {recovery.days_seen} days that the run sees behind it"
    told = f"half of the runs are back to the usual within {_days(both.half_by + 1)}"
    if math.isnan(both.low):
        return f"{told} (too few runs for an interval)"
    high = f"{both.high + 1:.0f}" if math.isfinite(both.high) else f"more than {recovery.days_seen}"
    return f"{told} (95 % interval {both.low + 1:.0f} to {high} days)"


def _days(days: float) -> str:
    return f"{days:g} day{'s' if days != 1 else ''}"


def _whom(found: Stress) -> str:
    told = ", ".join(found.base.label(name) for name in found.classes)
    text = f"Multiplied: {told}."
    if found.left_out:
        text += f" As many as ever, since they were not asked for: {', '.join(map(found.base.label, found.left_out))}."
    if found.base.start:
        text += " Who is there at the start is as declared."
    return text


def _curve(found: Stress) -> str:
    grid = {found.settings.factor(point) for point in found.settings.grid()}
    shown = [point for point in found.curve if point.factor in grid]
    head, blocks = ["Demand", "Mean", "95 % interval", "Target"], []
    for at, first in enumerate(shown[0].figures):
        rows = [_figure(point.factor, point.figures[at]) for point in shown]
        blocks.append(f"{figure_label(found.base, first.key)}\n{table(head, rows, head[1:3])}")
    return "\n\n".join(blocks)


def _figure(factor: float, one: Summary) -> list[str]:
    interval, told = one.interval, scale_of(one.kpi.unit, one.interval)
    span = told.span(interval.low, interval.high) if interval.is_known else ""
    judged = ", ".join(f"{judgement.words()}: {judgement.verdict}" for judgement in one.judgements)
    return [f"x {factor:g}", told.amount(interval.mean), span, judged]


def _breaks(found: Stress) -> str:
    rows = [[one.name, _load(one, found), _again(one)] for one in found.breaks]
    return table(["Goal", "Load at which it breaks", "Once more, with fresh seeds"], rows)


def _again(one: Break) -> str:
    if one.survives is None:
        return "not run again"
    if one.survives:
        return "the same"
    return ", ".join(f"x {standing.factor:g}: {standing.verdict}" for standing in one.again)


def _strains(found: Stress) -> str:
    weak = found.weakest
    shown = weak.strains[:MOST_STRAINS]
    before, after = (f"Waiting because of it at x {one:g}" for one in (weak.today, weak.at))
    head = ["What breaks first", "Load", "Asked in full", "In use 99 %", "Queue grows", before, after]
    rows = [
        [
            scope_label(found.base, one.scope),
            f"{100 * one.load:.0f} %" if math.isfinite(one.load) else "none there",
            *(_from(value) for value in (one.asked_from, one.full_from, one.grows_from)),
            *(_hours(interval) for interval in one.hours),
        ]
        for one in shown
    ]
    text = table(head, rows, head[1:])
    hidden = len(weak.strains) - len(shown)
    more = f" {hidden} more resources are in the tables of --out." if hidden else ""
    return (
        f"{text}\nLoad: what would be in use at x {weak.today:g} if nobody waited, as a share of what there is; asked "
        "in full: where it reaches 100 %, worked out before any run. Waiting: hours a day, charged by the wait ledger. "
        f"A resource may be full because of what comes behind it; the ledger charges the cause.{more}"
    )


def _from(value: float | None) -> str:
    return "" if value is None else f"from x {value:.3g}"


def _hours(interval: Interval) -> str:
    return "" if math.isnan(interval.mean) else f"{interval.mean:,.1f} h"


def _recovery(found: Recovery) -> list[str]:
    head = [f"After the surge {found.surge.words()}", "Half of the runs", "95 % interval", "Within the run"]
    rows = [_recovered_row(one) for one in found.recovered]
    lines = [table(head, rows, head[1:])]
    for (name, interval), (_, day, worst) in zip(found.extra, found.worst, strict=True):
        told, most = scale_of("patients", interval), scale_of("patients", worst)
        lines.append(
            f"{SERIES[name].capitalize()}: {told.number(interval.mean, sign=True)} {EXTRA[name]} "
            f"({told.span(interval.low, interval.high, sign=True)}) until the end of the run; most on measured day "
            f"{day + 1}, {most.number(worst.mean, sign=True)} ({most.span(worst.low, worst.high, sign=True)})."
        )
    lines.append(
        "Days from the end of the surge to the first of two days in a row on which a run is as usual: not above the "
        "usual range of that day (mean and 1.96 standard deviations of the runs without the surge), nor above the same "
        "run without it. Late runs count as late, not as missing."
    )
    return ["\n".join(lines)]


def _recovered_row(one: Recovered) -> list[str]:
    def said(days: float) -> str:
        return "not within it" if math.isinf(days) else "" if math.isnan(days) else f"day {days + 1:g}"

    span = "too few runs" if math.isnan(one.low) else f"{said(one.low)} to {said(one.high)}"
    return [SERIES[one.series].capitalize(), said(one.half_by), span, f"{one.within} of {one.runs} runs"]


# ---------------------------------------------------------------- plain values and tables


def stress_record(found: Stress) -> dict[str, Any]:
    """The same as plain values."""
    base, weak = found.base, found.weakest
    return {
        "name": base.name,
        "replications": base.run.replications,
        "seed": base.run.seed,
        "multiplied": list(found.classes),
        "not_multiplied": list(found.left_out),
        "curve": [
            {"factor": point.factor, "kpis": [_summary_record(base, one) for one in point.figures]}
            for point in found.curve
        ],
        "breaks": [_break_record(one) for one in found.breaks],
        "breaks_first": [_strain_record(base, one) for one in weak.strains],
        "waiting_today_at": weak.today,
        "waiting_told_at": weak.at,
        "recovery": _recovery_record(found.recovery) if found.recovery else None,
        "note": NOTE,
    }


def _summary_record(base: Scenario, one: Summary) -> dict[str, Any]:
    return {
        "kpi": one.key[0],
        "scope": one.key[1],
        "label": figure_label(base, one.key),
        "unit": one.kpi.unit,
        **interval_record(one.interval),
    }


def _standing_record(one: Standing) -> dict[str, Any]:
    return {"factor": one.factor, "verdict": one.verdict, **interval_record(one.summary.interval)}


def _break_record(one: Break) -> dict[str, Any]:
    return {
        "goal": one.name,
        "kpi": one.target.kpi,
        "of": one.target.of or "",
        "words": one.target.words(),
        "surely_met_up_to": one.held,
        "surely_missed_from": one.broken,
        "one_way": one.is_one_way,
        "standings": [_standing_record(standing) for standing in one.standings],
        "fresh_seeds": [_standing_record(standing) for standing in one.again],
        "survives_fresh_seeds": one.survives,
    }


def _strain_record(base: Scenario, one: Strain) -> dict[str, Any]:
    return {
        "scope": one.scope,
        "label": scope_label(base, one.scope),
        "load": one.load,
        "asked_in_full_from": one.asked_from,
        "full_from": one.full_from,
        "queue_grows_from": one.grows_from,
        "fails_from": one.fails_from,
        "wait_hours_per_day": [interval_record(interval) for interval in one.hours],
    }


def _recovery_record(found: Recovery) -> dict[str, Any]:
    return {
        "surge": found.surge.words(),
        "days_behind_the_surge_in_the_run": found.days_seen,
        "recovered": [
            {
                "series": one.series,
                "runs": one.runs,
                "within_the_run": one.within,
                "median_days": one.half_by,
                "low_days": one.low,
                "high_days": one.high,
                "days_by_run": list(one.by_run),
            }
            for one in found.recovered
        ],
        "extra_days": {name: interval_record(interval) for name, interval in found.extra},
        "worst": [{"series": name, "day": day, **interval_record(interval)} for name, day, interval in found.worst],
    }


def stress_tables(found: Stress) -> dict[str, pd.DataFrame]:
    """Tidy tables: `stress_curve`, `stress_breaks`, `stress_resources` and, with a surge, `stress_recovery`."""
    base = found.base
    curve = [
        {"demand_factor": point.factor, **_summary_record(base, one)} for point in found.curve for one in point.figures
    ]
    breaks = [
        {"goal": one.name, "demand_factor": standing.factor, "seed": kind, "verdict": standing.verdict}
        | interval_record(standing.summary.interval)
        | {"surely_met_up_to_factor": one.held, "surely_missed_from_factor": one.broken}
        for one in found.breaks
        for kind, standings in (("own", one.standings), ("fresh", one.again))
        for standing in standings
    ]
    tables = {
        "stress_curve": pd.DataFrame(curve),
        "stress_breaks": pd.DataFrame(breaks),
        "stress_resources": pd.DataFrame([_strain_row(base, one) for one in found.weakest.strains]),
    }
    return tables | ({"stress_recovery": _days_table(found.recovery)} if found.recovery else {})


def _strain_row(base: Scenario, one: Strain) -> dict[str, Any]:
    told = _strain_record(base, one)
    hours: Sequence[dict[str, float]] = told.pop("wait_hours_per_day")
    names = ("today", "where_it_breaks")
    return told | {f"wait_hours_per_day_{name}": span["mean"] for name, span in zip(names, hours, strict=True)}


def _days_table(found: Recovery) -> pd.DataFrame:
    rows = [
        {
            "series": name,
            "day": day.number,
            "date": day.date.isoformat(),
            "usual_mean": day.usual,
            "usual_high": day.usual_high,
            "surge_mean": day.surged,
            "in_surge": found.first_day <= day.number < found.day_behind,
        }
        for name, days in found.days
        for day in days
    ]
    return pd.DataFrame(rows)
