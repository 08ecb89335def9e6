"""Precision in words and as plain values: how many replications were needed, and for which figure."""

from typing import Any, Final

import pandas as pd

from sim.measure.kpis import KPIS
from sim.report.text import table
from sim.study.precision import Precise, Reached
from sim.study.run_length import MOST_REPLICATIONS
from sim.study.wording import figure_label, scale

COLUMNS: Final = (
    "scenario", "kpi", "scope", "unit", "mean", "half_width", "half_width_wanted", "finding",
    "replications_needed", "replications_expected",
)  # fmt: skip
MEANING: Final = (
    "The runs stop by how wide intervals are, never by what they say. So precise is not the same as better or worse: "
    "a difference between plans may be told sooner, since the same patients come under both, or need more runs."
)


def precision_text(found: Precise) -> str:
    """Tells how many replications were needed, and which figures they make how precise."""
    parts = [f"Replications until precise\n{_answer(found)}", _figures(found)]
    settings = found.settings
    rule = (
        f"{100 * settings.confidence:g} % intervals, {settings.least} to {settings.most:,} replications. "
        f"A number counts only if all figures stay as precise over the next {settings.look_ahead}, "
        f"above 100 replications over the next {settings.look_ahead} % (Hoad, Robinson & Davies 2010)."
    )
    chosen = "" if settings.wishes else "No figure was named, so these are the first of the headline. "
    return "\n\n".join([*parts, f"{chosen}{rule} {MEANING}"])


def _answer(found: Precise) -> str:
    count, every = len(found.figures), "Every figure" if len(found.figures) > 1 else "The figure"
    missing = [one for one in found.figures if one.finding == "not reached"]
    if all(one.finding == "nobody to measure" for one in found.figures):
        return f"Nobody was there to measure in {found.replications} replications."
    if found.needed is not None:
        more = found.replications - found.needed
        stayed = f", and stays so over the {more} that follow" if more else ""
        return f"{every} is precise from {found.needed} replications on{stayed}; {found.replications} are used."
    why = "The runs were stopped" if found.is_stopped else f"{found.replications} replications are not enough"
    if not missing:
        return f"{why}: each figure is precise, but not all of them at once for long enough."
    verb = "is" if len(missing) == 1 else "are"
    told = f"{why}: {len(missing)} of {count} figures {verb} not precise yet"
    return f"{told}: {'; '.join(f'{_name(one, found)}, {_enough(one)}' for one in missing)}."


def _enough(one: Reached) -> str:
    if not one.enough:
        return f"more than {MOST_REPLICATIONS:,} would be needed" if one.interval.is_known else "nobody can tell yet"
    if one.enough <= one.interval.n:
        return "narrow by now, but not over the whole look-ahead"
    return f"about {one.enough:,} would do"


def _name(one: Reached, found: Precise) -> str:
    label = figure_label(one.scenario, one.wish.key)
    return f"{label} in {one.scenario.name}" if len(found.experiments) > 1 else label


def _figures(found: Precise) -> str:
    head = ["Scenario", "Key figure", "Mean", "Within ±", "Wanted ±", "Precise", "Replications needed"]
    rows = [_row(one, is_one=len(found.experiments) == 1) for one in found.figures]
    return table(head, rows, ["Mean", "Within ±", "Wanted ±"])


def _row(one: Reached, *, is_one: bool) -> list[str]:
    interval, wish = one.interval, one.wish
    name, label = "" if is_one else one.scenario.name, figure_label(one.scenario, wish.key)
    if not interval.n:
        return [name, label, "", "", "", one.finding, ""]
    told = scale(KPIS[wish.key[0]].unit, interval.mean, min(interval.half_width or one.width, one.width))
    wanted = told.change(one.width) + (f" ({100 * wish.amount:g} % of the mean)" if wish.is_relative else "")
    reached = told.change(interval.half_width) if interval.is_known else "not known"
    needed = f"{one.needed:,}" if one.needed is not None else _enough(one)
    return [name, label, told.amount(interval.mean), reached, wanted, "yes" if one.needed else "not yet", needed]


def precision_record(found: Precise) -> dict[str, Any]:
    """The same as plain values, in the units of the figures."""
    settings = found.settings
    return {
        "finding": "stopped" if found.is_stopped else "reached" if found.needed is not None else "not reached",
        "replications_needed": found.needed,
        "replications_used": found.replications,
        "least": settings.least,
        "most": settings.most,
        "look_ahead": settings.look_ahead,
        "confidence": settings.confidence,
        "figures": [dict(zip(COLUMNS, _values(one), strict=True)) for one in found.figures],
    }


def precision_tables(found: Precise) -> dict[str, pd.DataFrame]:
    """The figures as a table, in their units."""
    return {"precision": pd.DataFrame([_values(one) for one in found.figures], columns=list(COLUMNS))}


def _values(one: Reached) -> tuple[object, ...]:
    kpi, scope = one.wish.key
    widths = (one.interval.mean, one.interval.half_width, one.width)
    return (one.scenario.name, kpi, scope, KPIS[kpi].unit, *widths, one.finding, one.needed, one.enough)
