"""A grid in words, as plain values and as tables."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from sim.report.records import interval_record
from sim.report.searching.parts import CURSE, MODEL, Record, goal_record, pounds, said, span_of, trial_record
from sim.report.text import table
from sim.study.goals import key_of
from sim.study.output_analysis import Interval
from sim.study.searching.grid import Point, Searched
from sim.study.wording import Scale, figure_label, scale_of

SHOWN: Final = 20
"""So many plans of the front are listed."""


def grid_text(found: Searched) -> str:
    """Tells the cheapest plan that holds, the finalists and the front of cost against the goal."""
    settings = found.settings
    goal = f"{figure_label(found.base, key_of(settings.goal))} {settings.goal.words()}"
    budget = f", within {settings.budget.words()}" if settings.budget else ""
    parts = [f"The cheapest plan with which this holds: {goal}{budget}\n{found.base.name}", _answer(found)]
    if found.fresh:
        parts.append("Finalists, with fresh seeds: these figures count\n" + _table(found, found.fresh))
    front = found.front
    more = f"; {len(front) - SHOWN} more are in the tables" if len(front) > SHOWN else ""
    parts.append(f"Plans that no other surely betters in cost and goal{more}\n" + _table(found, front[:SHOWN]))
    return "\n\n".join([*parts, "\n".join(f"- {one}" for one in _meaning(found))])


def _name(found: Searched, point: Point) -> str:
    told = zip(found.settings.levers, point.values, strict=True)
    return ", ".join(lever.words(value) for lever, value in told)


def _answer(found: Searched) -> str:
    answer = found.answer
    if answer is not None:
        extra = f", {_extra(answer.extra)} against as it is" if answer.extra is not None else ""
        return (
            f"{_name(found, answer)}: {said(answer.cost, pounds(answer.cost))}{extra}. "
            f"The figure is {said(answer.trial.interval, _figures(found))} in {answer.trial.replications} runs with "
            "fresh seeds."
        )
    if found.fresh:
        return (
            "Can't tell yet: plans held in the search, but with fresh seeds none of the finalists surely does. Longer "
            "runs or more replications make it clearer."
        )
    inside = [one for one in found.points if one.standing == "within"]
    if not inside:
        cheapest = min(found.points, key=lambda one: one.cost.mean)
        return (
            f"No plan is surely within the budget. The cheapest is {_name(found, cheapest)}: "
            f"{said(cheapest.cost, pounds(cheapest.cost))}."
        )
    sign = -1 if found.settings.goal.is_least else 1
    best = min(inside, key=lambda one: (not one.trial.interval.n, sign * one.trial.interval.mean))
    return (
        f"No plan surely meets the goal{' within the budget' if found.settings.budget else ''}. The best is "
        f"{_name(found, best)}: {said(best.trial.interval, _figures(found))}, {best.trial.verdict}."
    )


def _extra(extra: Interval) -> str:
    """What a plan costs more or less than as it is, with its sign."""
    told = pounds(extra)
    span = f" ({told.span(extra.low, extra.high, sign=True)})" if extra.is_known and extra.sd else ""
    return f"{told.change(extra.mean, sign=True)}{span}"


def _figures(found: Searched) -> Scale:
    chosen = found.answer or found.points[0]
    return scale_of(chosen.trial.summary.kpi.unit, *(one.trial.interval for one in (*found.fresh, chosen)))


def _table(found: Searched, points: Sequence[Point]) -> str:
    goal, level = found.settings.goal, f"{100 * found.settings.confidence:g} % interval"
    names = [lever.name for lever in found.settings.levers]
    head = [*names, "Cost", "Against as it is", "Figure", level, goal.words(), "Budget", "Runs"]
    answer, costs, figures = found.answer, pounds(*(one.cost for one in points)), _figures(found)
    rows = [
        [
            *(lever.written(value) for lever, value in zip(found.settings.levers, one.values, strict=True)),
            costs.amount(one.cost.mean),
            costs.change(one.extra.mean, sign=True) if one.extra is not None else "",
            figures.amount(one.trial.interval.mean),
            span_of(one.trial.interval, figures),
            f"{one.trial.verdict}{' <- the answer' if answer is not None and one.values == answer.values else ''}",
            one.standing if found.settings.budget else "",
            f"{one.trial.replications}",
        ]
        for one in points
    ]
    return table(head, rows, [*head[:-4], level, "Runs"])


def _meaning(found: Searched) -> list[str]:
    settings = found.settings
    out = {reason: found.out.count(reason) for reason in dict.fromkeys(found.out) if reason}
    counted = "; ".join(f"{count} {reason}" for reason, count in out.items())
    few, whole = min(settings.few, found.base.run.replications), found.base.run.replications
    told = [
        f"All {len(found.points)} plans had {few} runs. Those that surely were out had no more"
        f"{f' ({counted})' if counted else ''}; the others had {whole}."
    ]
    if found.costs_are_measured:
        told.append("Costs are what the scenario measures, not what the levers say.")
    else:
        told.append("Costs are what the levers say and nothing else: the cost of a unit times its value.")
    if found.fresh:
        told.append(f"{CURSE} Fresh seed {found.fresh_seed}.")
    if cheaper := found.cheaper:
        names = "; ".join(_name(found, one) for one in cheaper[:3])
        more = f" and {len(cheaper) - 3} more" if len(cheaper) > 3 else ""
        told.append(f"Cheaper, but whether they hold can't be told yet: {names}{more}.")
    told.append("Only the values of the grid were tried; a plan between them may be cheaper.")
    return [*told, MODEL]


def grid_record(found: Searched) -> Record:
    """The same as plain values."""
    settings = found.settings
    return {
        "scenario": found.base.name,
        "levers": [{"text": one.text, "name": one.name, "values": len(one.values)} for one in settings.levers],
        "goal": goal_record(settings.goal),
        "budget": {"pounds_per_day": settings.budget.pounds, "extra": settings.budget.is_extra}
        if settings.budget
        else None,
        "confidence": settings.confidence,
        "few": settings.few,
        "replications": found.base.run.replications,
        "costs": "figure" if found.costs_are_measured else "levers",
        "answer": _point_record(found, found.answer) if found.answer is not None else None,
        "fresh_seed": found.fresh_seed,
        "finalists": [_point_record(found, one) for one in found.fresh],
        "front": [_point_record(found, one) for one in found.front],
        "plans": [
            _point_record(found, one)
            | {"out": out, "betters": list(found.points[better].values) if better is not None else None}
            for one, out, better in zip(found.points, found.out, found.better, strict=True)
        ],
        "sentence": _answer(found),
    }


def _point_record(found: Searched, point: Point) -> Record:
    told = list(zip(found.settings.levers, point.values, strict=True))
    return {
        "values": {lever.name: value for lever, value in told},
        "changes": [lever.change(value) for lever, value in told],
        "cost_per_day": interval_record(point.cost),
        "extra_per_day": interval_record(point.extra) if point.extra is not None else None,
        "budget": point.standing,
        "figure": trial_record(point.trial),
    }


def grid_tables(found: Searched) -> dict[str, pd.DataFrame]:
    """All plans, and the finalists with fresh seeds."""
    plans = [
        _row(found, one) | {"out": out, "is_on_front": better is None and one.standing != "over"}
        for one, out, better in zip(found.points, found.out, found.better, strict=True)
    ]
    finalists = [_row(found, one) for one in found.fresh]
    return {"plans": pd.DataFrame(plans)} | ({"finalists": pd.DataFrame(finalists)} if finalists else {})


def _row(found: Searched, point: Point) -> Record:
    goal, extra = goal_record(found.settings.goal), point.extra
    row: Record = {lever.name: value for lever, value in zip(found.settings.levers, point.values, strict=True)}
    row |= {"pounds_per_day": point.cost.mean, "pounds_low": point.cost.low, "pounds_high": point.cost.high}
    if extra is not None:
        row |= {"extra_pounds_per_day": extra.mean, "extra_pounds_low": extra.low, "extra_pounds_high": extra.high}
    row |= {"budget": point.standing, "kpi": goal["kpi"], "scope": goal["scope"], "unit": goal["unit"]}
    return row | trial_record(point.trial)
