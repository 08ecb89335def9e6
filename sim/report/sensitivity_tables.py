"""Sensitivity as plain values and as tables."""

from typing import Any

import pandas as pd

from sim.report.judged import Record, change_columns, change_record
from sim.report.records import interval_record
from sim.report.sensitivity_text import NOTE, NOTE_OF_ALL
from sim.study.sensitivity.assumed import Assumed, Unvaried
from sim.study.sensitivity.hypercube import Correlation, Hypercube
from sim.study.sensitivity.tornado import Bar, End, Tornado
from sim.study.wording import figure_label


def tornado_record(found: Tornado) -> Record:
    """A tornado as plain values, in the unit of the figure."""
    return {
        "base": found.base.name,
        "plan": found.plan.name if found.plan else None,
        **_figure(found),
        "pairs": found.pairs,
        "seed": found.base.seed,
        "confidence": found.settings.confidence,
        "definition": NOTE,
        "middle": interval_record(found.middle),
        "verdict": change_record(found.verdict) if found.verdict else None,
        "assumptions": [_bar(bar) for bar in found.bars],
        "changes_of_verdict": [
            {"name": one.assumed.name, "value": one.number, "verdict": one.verdict, "turn": one.turn}
            | {"holds_at": one.between[0] if one.between else None}
            | {"no_longer_at": one.between[1] if one.between else None}
            for one in found.turnings
        ],
        "not_varied": _unvaried(found.unvaried),
    }


def _figure(found: Tornado | Hypercube) -> Record:
    kpi, scope = found.key
    return {"kpi": kpi, "scope": scope, "label": figure_label(found.base.scenario, found.key)}


def _bar(bar: Bar) -> Record:
    return _assumed(bar.assumed) | {
        "at_low": _end(bar.low),
        "at_high": _end(bar.high),
        "swing": change_record(bar.swing),
    }


def _end(end: End) -> Record:
    told = {"value": end.number, "figure": interval_record(end.figure), "change": change_record(end.change)}
    return told | {"plan": change_record(end.plan) if end.plan else None}


def _assumed(one: Assumed) -> Record:
    return {
        "name": one.name,
        "label": one.what,
        "unit": one.form.unit,
        "low": one.low,
        "today": one.form.today,
        "high": one.high,
        "range": one.range,
        "source": one.source,
        "in_base": one.base is not None,
        "in_plan": one.plan is not None,
    }


def _unvaried(unvaried: tuple[Unvaried, ...]) -> list[Record]:
    return [{"name": one.name, "label": one.what, "range": one.range, "reason": one.reason} for one in unvaried]


def hypercube_record(found: Hypercube) -> Record:
    """A hypercube as plain values; its points are in the tables."""
    return {
        **_figure(found),
        "points": len(found.figures),
        "point_replications": found.settings.point_replications,
        "refused_points": found.refused,
        "design_seed": found.settings.design_seed,
        "definition": NOTE_OF_ALL,
        "quantiles": {f"{share:g}": found.quantile(share) for share in (0.05, 0.25, 0.5, 0.75, 0.95)},
        "above_zero_share": found.share(low=0.0) if found.plan else None,
        "assumptions": [
            _assumed(rank.assumed)
            | {"spearman": _correlation(rank.spearman), "partial": _correlation(rank.partial)}
            | {"adjusted_p": rank.adjusted_p, "sure": rank.is_sure}
            for rank in found.ranks
        ],
        "not_varied": _unvaried(found.unvaried),
    }


def _correlation(one: Correlation) -> Record:
    return {"value": one.value, "low": one.low, "high": one.high, "p": one.p}


def tornado_tables(found: Tornado) -> dict[str, pd.DataFrame]:
    """One row an assumption and end, with swings; and what is not varied."""
    rows: list[dict[str, Any]] = []
    for bar in found.bars:
        one = {"name": bar.assumed.name, "label": bar.assumed.what, "unit": bar.assumed.form.unit}
        for name, end in (("low", bar.low), ("high", bar.high)):
            row = one | {"end": name, "value": end.number, "figure_mean": end.figure.mean}
            row |= {"figure_low": end.figure.low, "figure_high": end.figure.high}
            row |= change_columns(end.change, "change_") | change_columns(bar.swing, "swing_")
            rows.append(row | (change_columns(end.plan, "plan_") if end.plan else {}))
    columns = ["name", "label", "range", "reason"]
    return {"tornado": pd.DataFrame(rows), "not_varied": pd.DataFrame(_unvaried(found.unvaried), columns=columns)}


def hypercube_tables(found: Hypercube) -> dict[str, pd.DataFrame]:
    """One row a point with what is assumed and the figure; and one row an assumption with its correlations."""
    points = pd.DataFrame(found.numbers, columns=[one.name for one in found.varied])
    points.insert(0, "point", range(len(points)))
    points[f"{found.key[0]}{'_difference' if found.plan else ''}"] = found.figures
    ranks = pd.DataFrame(
        [
            {"name": rank.assumed.name, "label": rank.assumed.what}
            | {f"partial_{name}": value for name, value in _correlation(rank.partial).items()}
            | {f"spearman_{name}": value for name, value in _correlation(rank.spearman).items()}
            | {"adjusted_p": rank.adjusted_p, "sure": rank.is_sure}
            for rank in found.ranks
        ]
    )
    return {"points": points, "rank_correlations": ranks}
