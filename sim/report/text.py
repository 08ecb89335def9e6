"""Text: results as plain tables that a manager can read in a terminal."""

import math
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from sim.demand.workload import Load
from sim.measure.kpis import KPIS
from sim.measure.window import Window
from sim.report.equity_text import changes_text, gaps_text
from sim.report.waits import BEHIND_NOTE, behind_the_wards, where_patients_wait
from sim.scenario.scenario import Scenario
from sim.study.comparison import Comparison, Effect
from sim.study.experiment import Experiment
from sim.study.headline import about, headline
from sim.study.price import price_sentence, prices
from sim.study.summary import Summary, summaries, unmeasured
from sim.study.telling import effect_scale, sentence
from sim.study.wording import lasting, scale_of, scope_label

WHOLE_LABEL: Final = "all"
RESOURCE_TABLES: Final = (
    ("Places", ("ward:",), ("beds_open", "occupancy_mean", "occupancy_8am", "outliers_8am")),
    (
        "Staff and equipment",
        ("staff:", "equipment:"),
        ("utilisation", "overtime_hours_per_day", "agency_share", "absence_hours_per_day"),
    ),
    ("Slots", ("slots:",), ("slots_offered_per_day", "slots_used_per_day", "slots_lapsed_share")),
    ("Supplies", ("supplies:",), ("supplies_used_per_day", "stock_mean", "supplies_out_hours_per_day")),
    ("Policies", ("policy:",), ("policy_firings_per_day", "policy_active_share")),
    ("Kinds of costs", ("cost:",), ("cost_per_day",)),
)
"""Title, kinds of scopes and key figures of the short tables."""
SHORT: Final = {"beds_open": "Open", "occupancy_mean": "Occupancy", "occupancy_8am": "Occupancy at 08:00"}
"""What figures of places are called there: not all places have beds."""
NO_FIGURES: Final = "INVALID: the books of this run do not balance, so none of its figures may be used."


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: Collection[str] = ()) -> str:
    """Lays out rows in columns; a column that says nothing in any row is left out.

    Args:
        head: names of the columns.
        rows: as many cells as there are columns.
        right: names of columns that are aligned to the right.

    >>> print(table(["Ward", "Beds", "For"], [["Medical", "180", "all"], ["Surgical", "12", "all"]], right=["Beds"]))
    Ward      Beds
    --------------
    Medical    180
    Surgical    12
    """
    columns = [list(column) for column in zip(head, *rows, strict=True)]
    columns = [column for column in columns if not set(column[1:]) <= {"", WHOLE_LABEL}]
    laid_out = []
    for column in columns:
        width = max(map(len, column))
        laid_out.append([cell.rjust(width) if column[0] in right else cell.ljust(width) for cell in column])
    lines = ["  ".join(cells).rstrip() for cells in zip(*laid_out, strict=True)]
    return "\n".join([*lines[:1], "-" * max(map(len, lines), default=0), *lines[1:]])


def run_text(experiment: Experiment, *, everything: bool = False) -> str:
    """Tells what came out of an experiment.

    Args:
        experiment: finished.
        everything: all figures with their intervals, not only those of the whole and the means of resources.
    """
    parts = [head_text(experiment)]
    if experiment.warnings:
        parts.append("\n".join(experiment.warnings))
    if not experiment.is_valid:
        return "\n\n".join([*parts, "\n".join([NO_FIGURES, *experiment.reasons[:20]])])
    found = summaries(experiment)
    first = headline((one.key for one in found), about=about(experiment.scenario))
    others = [one for one in found if one.key not in first and (everything or not one.scope)]
    main = [one for key in first for one in found if one.key == key]
    parts += [
        _figures_table(*part, experiment) for part in (("Key figure", main), ("Further figures", others)) if part[1]
    ]
    parts.extend(waits_tables(experiment.scenario, found, everything=everything))
    if not everything:
        parts.extend(resource_tables(experiment.scenario, found))
    if targets := _target_lines(experiment, found):
        parts.append("\n".join(["Targets", *targets]))
    if gaps := gaps_text(experiment, everything=everything):
        parts.append(gaps)
    more = "" if everything else " --all shows every figure for every ward, step and group of patients."
    return "\n\n".join([*parts, f"Digest {experiment.digest[:12]}, {experiment.seconds:.1f} s.{more}"])


def _figures_table(title: str, shown: Sequence[Summary], experiment: Experiment) -> str:
    rows = [_summary_row(experiment.scenario, one) for one in shown]
    return table([title, "For", "Mean", "95 % interval", "Target"], rows, ["Mean", "95 % interval"])


def resource_tables(scenario: Scenario, found: Sequence[Summary]) -> list[str]:
    """Tells means of wards, staff and all else, one row each; none for what the hospital does not have."""
    means = {one.key: _mean(one) for one in found}
    tables = []
    for title, kinds, names in RESOURCE_TABLES:
        scopes = list(dict.fromkeys(one.scope for one in found if one.scope.startswith(kinds) and one.key[0] in names))
        if scopes:
            head = [title, *(SHORT.get(name, KPIS[name].label) for name in names)]
            labels = {scope: scope_label(scenario, scope) for scope in scopes}
            rows = [[label, *(means.get((name, scope), "") for name in names)] for scope, label in labels.items()]
            tables.append(table(head, rows, head[1:]))
    return tables


def _mean(summary: Summary) -> str:
    """The mean with its unit; without it for places that are open, which may be chairs or a caseload."""
    told = scale_of(summary.kpi.unit, summary.interval)
    return told.number(summary.interval.mean) if summary.key[0] == "beds_open" else told.amount(summary.interval.mean)


def waits_tables(scenario: Scenario, found: Sequence[Summary], *, everything: bool = False) -> list[str]:
    """Tells where patients wait; nothing where nobody ever waits."""
    waits, behind = where_patients_wait(scenario, found, everything=everything), behind_the_wards(scenario, found)
    tables = [table(waits.head, waits.rows, waits.head[1:])] if waits.rows else []
    if everything and behind.rows:
        tables.append(f"{table(behind.head, behind.rows, behind.head[1:])}\n{BEHIND_NOTE}")
    return tables


def head_text(experiment: Experiment) -> str:
    """Name, question and provenance of an experiment."""
    scenario, count = experiment.scenario, len(experiment.replicates)
    asked = "" if experiment.is_complete else f" of {experiment.replications} (stopped early)"
    lines = [scenario.name, *([scenario.question] if scenario.question else []), ""]
    lines.append(
        f"Wardflow {experiment.version}, scenario {experiment.fingerprint[:12]}, seed {experiment.seed}, "
        f"{count} replication{'s' if count > 1 else ''}{asked}"
    )
    return "\n".join([*lines, window_text(scenario)])


def window_text(scenario: Scenario) -> str:
    """Tells which days are measured."""
    window, calendar = Window.of(scenario), scenario.calendar
    first, last = calendar.date(window.start_ms), calendar.date(window.end_ms - 1)
    warm_up = f", after {lasting(window.start_ms)} of warm-up" if window.start_ms else ", from the first day on"
    return f"Measured {first} to {last} ({lasting(window.length_ms)}){warm_up}"


def loads_text(scenario: Scenario, loads: Sequence[Load]) -> str:
    """Tells how much is asked of each resource, the most loaded first."""
    rows = [
        [
            scenario.label(load.resource),
            f"{load.asked:,.1f}",
            f"{load.available:,.1f}",
            f"{100 * load.ratio:.0f} %" if load.available else "none there" if load.asked else "-",
        ]
        for load in sorted(loads, key=lambda load: -load.ratio)
    ]
    head = ["Resource", "In use if nobody waited", "There are", "Load"]
    return table(head, rows, head[1:])


def comparison_text(comparison: Comparison, changes: Sequence[str] = (), *, everything: bool = False) -> str:
    """Tells what a plan does.

    Args:
        comparison: with the base.
        changes: what the plan changes, in sentences.
        everything: all figures, not only the headline.
    """
    base, other = comparison.base, comparison.other
    title = f"{other.name} against {base.name}" if other.name != base.name else f"{base.name}, changed"
    count = f"{comparison.pairs} replication{'s' if comparison.pairs != 1 else ''}, seed {base.seed}"
    parts = [title, f"{count}, the same patients under both plans\n{window_text(base.scenario)}"]
    if changes:
        parts.append("What changes\n" + "\n".join(f"- {change}" for change in changes))
    if warnings := dict.fromkeys([*base.warnings, *other.warnings]):
        parts.append("\n".join(warnings))
    shown = comparison.effects if everything else comparison.headline or comparison.effects
    rows = [_effect_row(base.scenario, effect) for effect in shown]
    head = ["Key figure", "For", "Base", "Plan", "Difference", "Interval", "Verdict"]
    parts.append(table(head, rows, head[2:6]))
    if told := [sentence(effect, base.scenario) for effect in comparison.headline]:
        parts.append("In words\n" + "\n".join(f"- {one}" for one in told))
    if priced := [price_sentence(price) for price in prices(comparison)]:
        parts.append("What it costs to avoid a breach\n" + "\n".join(f"- {one}" for one in priced))
    if gaps := changes_text(comparison):
        parts.append(gaps)
    hidden = len(comparison.effects) - len(shown)
    risk = 100 * (1 - comparison.confidence)
    parts.append(
        "Intervals allow for all these figures together: the chance that any of them shows a change that is none is at "
        f"most {risk:.0f} %.{f' --all shows {hidden:,} more figures.' if hidden else ''}"
    )
    return "\n\n".join([*parts, *_correlation(shown)])


def _correlation(shown: Sequence[Effect]) -> list[str]:
    """Says how much it helps that both plans have the same patients."""
    known = sorted(one.difference.correlation for one in shown if not math.isnan(one.difference.correlation))
    if not known:
        return []
    span = f"{known[0]:.2f} to {known[-1]:.2f}" if len(known) > 1 else f"{known[0]:.2f}"
    return [
        f"Correlation of the plans' figures over replications, since both have the same patients: {span}. "
        "The nearer to 1, the fewer replications tell a difference."
    ]


def _summary_row(scenario: Scenario, summary: Summary) -> list[str]:
    interval, unit = summary.interval, summary.kpi.unit
    told = scale_of(unit, interval)
    span = told.span(interval.low, interval.high) if interval.is_known else "one value only" if interval.n else ""
    missing = f" (in {interval.n} of {interval.n + interval.dropped})" if interval.n and interval.dropped else ""
    targets = "; ".join(f"{one.words()}: {one.verdict}" for one in summary.judgements)
    return [
        summary.kpi.label,
        scope_label(scenario, summary.scope),
        told.amount(interval.mean),
        span + missing,
        targets,
    ]


def _target_lines(experiment: Experiment, shown: Sequence[Summary]) -> list[str]:
    """Says how the figures stand to their targets, and where the targets come from."""
    told = []
    for summary in shown:
        scale, interval = scale_of(summary.kpi.unit, summary.interval), summary.interval
        span = f" ({scale.span(interval.low, interval.high)})" if interval.is_known else ""
        for one in summary.judgements:
            what = one.target.label or one.name
            what += f", {scope_label(experiment.scenario, summary.scope)}" if summary.scope else ""
            found = [f"{scale.amount(interval.mean)}{span}", one.runs_words(), one.date_words(), one.target.source]
            told.append(f"- {what}: {one.words()}: {one.verdict}. {'; '.join(filter(None, found))}")
    for name in unmeasured(experiment, shown):
        target = experiment.scenario.targets[name]
        missing = f"{target.kpi} {target.of or ''}".rstrip()
        told.append(f"- {target.label or name}: not measured, since there is no {missing} here")
    return told


def _effect_row(scenario: Scenario, effect: Effect) -> list[str]:
    told, adjusted = effect_scale(effect), effect.adjusted
    return [
        effect.kpi.label,
        scope_label(scenario, effect.key[1]),
        told.amount(effect.base.mean),
        told.amount(effect.other.mean),
        told.change(adjusted.mean, sign=True),
        told.span(adjusted.low, adjusted.high, sign=True) if adjusted.is_known else "",
        effect.verdict,
    ]
