"""Sensitivity in words: what a result hangs on, one assumption at a time and all at once."""

import math
from typing import Final

from sim.measure.kpis import KPIS
from sim.report.judged import brief, family_note, in_words, runs_line, scale_for
from sim.report.text import table, window_text
from sim.scenario.scenario import Scenario
from sim.study.output_analysis import t_interval
from sim.study.sensitivity.assumed import Assumed, Unvaried
from sim.study.sensitivity.hypercube import Correlation, Hypercube
from sim.study.sensitivity.tornado import Bar, End, Tornado, Turning
from sim.study.wording import Scale, figure_label, scale_of

NOTE: Final = (
    "Each value is put to either end of its range while all others stay as in the file, on the same patients. A range "
    "of a distribution is that of its mean, and the whole distribution is stretched with it. The ranges are what the "
    "file says, not what is known for sure: what has no range is taken to be exactly so, and a small bar means little "
    "if its range is too narrow."
)
NOTE_OF_ALL: Final = (
    "Each value is as likely as any other in its range, and independent of the others. Rank correlation: +1 if the "
    "figure always rises with the value, -1 if it always falls, 0 if they have nothing to do with each other; with the "
    "others held still it is the partial one. Chance in the simulation makes correlations smaller, never larger."
)
MOVES: Final = {"better": "moves it", "worse": "moves it", "changed": "moves it", "no change": "no effect"}


def tornado_text(found: Tornado) -> str:
    """Tells which assumptions a figure, or the verdict of a plan, hangs on.

    Args:
        found: each assumption at both ends of its range.
    """
    base, told = found.base, _scale(found)
    against = f"{_plan(found)} against {base.name}" if found.plan else base.name
    runs = runs_line(base, found.pairs, f"all {2 * len(found.bars) + 1} settings")
    name = figure_label(base.scenario, found.key)
    parts = [_answer(found, told), f"{against[0].upper()}{against[1:]}: {name}\n{runs}\n{window_text(base.scenario)}"]
    warnings = dict.fromkeys([*base.warnings, *(found.plan.warnings if found.plan else ())])
    parts += ["\n".join(warnings)] if warnings else []
    if found.bars:
        parts.append(_bars(found, told))
    if found.turnings:
        lines = [f"- {_turning(one)}" for one in found.turnings]
        parts.append("Where the verdict on the plan is another one\n" + "\n".join(lines))
    if found.unvaried:
        parts.append(unvaried_text(found.unvaried))
    return "\n\n".join([*parts, f"{NOTE} {family_note('a column', found.settings.confidence)}"])


def _plan(found: Tornado | Hypercube) -> str:
    """What the plan is called; one that was made by changes has the name of the base."""
    return found.plan.name if found.plan and found.plan.name != found.base.name else "the plan"


def _scale(found: Tornado) -> Scale:
    changes = [bar.swing for bar in found.bars] + ([found.verdict] if found.verdict else [])
    return scale_for(changes, found.middle) if changes else scale_of(KPIS[found.key[0]].unit, found.middle)


def _answer(found: Tornado, told: Scale) -> str:
    name = figure_label(found.base.scenario, found.key)
    if found.verdict and found.plan:
        first = f"{name}: {_plan(found)} {in_words(told, found.verdict)} as the file has it."
        return f"{first} {_steadiness(found)}"
    span = f" ({told.span(found.middle.low, found.middle.high)})" if found.middle.is_known else ""
    first = f"{name}: {told.amount(found.middle.mean)}{span} as the file has it."
    top = next((bar for bar in found.bars if bar.swing.is_sure), None)
    if top is None:
        return f"{first} No single assumption can be told to move it within its range."
    low, high = (f"{told.amount(end.figure.mean)} with {_said(top.assumed, end)}" for end in (top.low, top.high))
    return f"{first} It hangs most on {top.assumed.what}: {low}, {high}."


def _steadiness(found: Tornado) -> str:
    """Says which assumptions change the verdict."""
    if not found.bars:
        return "Nothing could be varied."
    turned = dict.fromkeys(one.assumed.what for one in found.turnings if one.turn == "turned round")
    if turned:
        return f"It turns round within the range of {', '.join(turned)}."
    unsure = dict.fromkeys(one.assumed.what for one in found.turnings)
    if unsure:
        return f"No single assumption turns it round; how sure it is hangs on {', '.join(unsure)}."
    return f"No single one of {len(found.bars)} assumptions changes this verdict within its range."


def _bars(found: Tornado, told: Scale) -> str:
    is_plan = found.verdict is not None
    head = ["Assumption", "Low", "Today", "High", "At low", "At high", "Swing", "Interval", "Of the figure"]
    head += ["Plan at low", "Plan at high"] if is_plan else []
    return table(head, [_bar(bar, told, is_plan=is_plan) for bar in found.bars], head[1:8])


def _bar(bar: Bar, told: Scale, *, is_plan: bool) -> list[str]:
    form, swing = bar.assumed.form, bar.swing.adjusted
    ends = [told.change(end.figure.mean, sign=True) if is_plan else told.amount(end.figure.mean) for end in _ends(bar)]
    verdicts = [end.plan.verdict if end.plan else "" for end in _ends(bar)] if is_plan else []
    return [
        f"{bar.assumed.what}{_where(bar.assumed, is_plan=is_plan)}",
        form.said(bar.assumed.low),
        form.said(form.today),
        form.said(bar.assumed.high),
        *ends,
        brief(told, bar.swing),
        told.span(swing.low, swing.high, sign=True) if swing.is_known and bar.swing.verdict != "no change" else "",
        MOVES.get(bar.swing.verdict, bar.swing.verdict),
        *verdicts,
    ]


def _where(assumed: Assumed, *, is_plan: bool) -> str:
    if not is_plan or (assumed.base and assumed.plan):
        return ""
    return " (base only)" if assumed.base else " (plan only)"


def _ends(bar: Bar) -> tuple[End, End]:
    return bar.low, bar.high


def _said(assumed: Assumed, end: End) -> str:
    return assumed.form.said(end.number)


def _turning(one: Turning) -> str:
    said = one.assumed.form.said
    line = f"{one.assumed.what} at {said(one.number)}: {one.verdict} ({one.turn})"
    if one.between is None:
        return line
    holds, gone = one.between
    return f"{line}; the verdict, looked at by itself, holds at {said(holds)} and no longer at {said(gone)}"


def unvaried_text(unvaried: tuple[Unvaried, ...]) -> str:
    """Lists what has a range and is not varied, and why."""
    lines = [f"- {one.what} ({one.range}): {one.reason}" for one in unvaried]
    return "Not varied\n" + "\n".join(lines)


def hypercube_text(found: Hypercube) -> str:
    """Tells how a figure, or what a plan does to it, goes with all assumptions at once.

    Args:
        found: points over all ranges.
    """
    base, scenario = found.base, found.base.scenario
    against = f"{_plan(found)} against {base.name}" if found.plan else base.name
    count, each = len(found.figures), found.settings.point_replications
    figure, varied = figure_label(scenario, found.key), len(found.varied)
    title = f"{against[0].upper()}{against[1:]}: {figure}, {varied} assumptions at once"
    runs = f"{count} points (Latin hypercube), {each} replication{'s' if each > 1 else ''} each, seed {base.seed}"
    if found.refused:
        runs += f"; {found.refused} more points were left out, since they are no valid scenario"
    parts = [_answer_of_all(found, scenario), f"{title}\n{runs}"]
    if found.ranks:
        head = ["Assumption", "Range", "Partial", "Interval", "Alone", "Interval alone", "Of the figure"]
        rows = [
            [
                rank.assumed.what,
                f"{rank.assumed.form.said(rank.assumed.low)} to {rank.assumed.form.said(rank.assumed.high)}",
                *_correlation(rank.partial),
                *_correlation(rank.spearman),
                _goes(rank.partial.value, is_sure=rank.is_sure),
            ]
            for rank in found.ranks
        ]
        parts.append(table(head, rows, head[2:6]))
    if found.unvaried:
        parts.append(unvaried_text(found.unvaried))
    return "\n\n".join([*parts, NOTE_OF_ALL])


def _goes(value: float, *, is_sure: bool) -> str:
    if math.isnan(value):
        return "not defined"
    return ("rises with it" if value > 0 else "falls with it") if is_sure else "can't tell yet"


def _correlation(one: Correlation) -> list[str]:
    if math.isnan(one.value):
        return ["", ""]
    span = "" if math.isnan(one.low) else f"{one.low:+.2f} to {one.high:+.2f}"
    return [f"{one.value:+.2f}", span]


def _answer_of_all(found: Hypercube, scenario: Scenario) -> str:
    name, kpi = figure_label(scenario, found.key), KPIS[found.key[0]]
    if not len(found.figures):
        return f"{name}: nothing could be varied."
    told = scale_of(kpi.unit, t_interval(found.figures))
    if found.plan is None:
        low, middle, high = (told.amount(found.quantile(share)) for share in (0.05, 0.5, 0.95))
        return f"{name}: {middle} in the middle of all points; nine of ten lie between {low} and {high}."
    low, middle, high = (told.change(found.quantile(share), sign=True) for share in (0.05, 0.5, 0.95))
    first = f"{name}: {_plan(found)} {middle} in the middle of all points; nine of ten between {low} and {high}."
    if kpi.direction == "neither":
        return first
    good = found.share(low=0.0) if kpi.direction == "higher" else found.share(high=0.0)
    return f"{first} It is better than the base at {100 * good:.0f} % of the points, as far as each can be told."
