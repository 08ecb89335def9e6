"""A robust choice in words, as plain values and as a table."""

from collections.abc import Sequence

import pandas as pd

from sim.report.records import interval_record
from sim.report.searching.parts import CURSE, MODEL, Record, difference_scale, goal_record, said, trial_record
from sim.report.text import table
from sim.study.goals import key_of
from sim.study.searching.robust import Cell, Matrix, Robust
from sim.study.wording import Scale, figure_label, scale_of


def robust_text(found: Robust) -> str:
    """Tells the plan with the smallest largest regret, and how each plan does in each future."""
    settings = found.settings
    goal = f"{figure_label(found.base, key_of(settings.goal))} {settings.goal.words()}"
    parts = [
        f"The plan that is never far from the best, for {len(settings.futures)} futures\n{goal}: {found.base.name}",
        _answer(found),
        "With fresh seeds: these figures count\n" + _ranking(found, found.fresh),
        "Figure in each future, with fresh seeds where there are\n" + _figures(found),
        "Regret in each future: how much worse than the best plan there\n" + _regrets(found),
        "The search: all plans\n" + _ranking(found, found.searched),
    ]
    return "\n\n".join([*parts, "\n".join(f"- {one}" for one in _meaning(found))])


def _answer(found: Robust) -> str:
    settings, told = found.settings, _regret_scale(found)
    choice = settings.plans[found.choice].name
    worst = found.fresh.worst(found.choice)
    met, _ = found.fresh.met(found.choice)
    largest = said_change(worst, told)
    where = settings.futures[worst.future].name
    following = settings.plans[found.next].name
    if found.is_sure:
        sure = f"Its largest regret is surely smaller than that of the next, {following}."
    else:
        sure = f"Whether its largest regret is smaller than that of the next, {following}, can't be told yet."
    if all(one.best == found.choice for one in found.fresh.of(found.choice)):
        first = f"{choice} does best in every future."
    else:
        first = f"{choice}: its figure is at worst {largest} from that of the best plan, in the future {where}."
    return f"{first} {sure} It surely meets the goal in {met} of {len(settings.futures)} futures."


def said_change(cell: Cell, told: Scale) -> str:
    """A regret with its range."""
    regret = cell.regret
    span = f" ({told.span(regret.low, regret.high)})" if regret.is_known and regret.sd else ""
    return f"{told.change(regret.mean, sign=regret.mean < 0)}{span}"


def _regret_scale(found: Robust) -> Scale:
    unit = found.fresh.cells[0].trial.summary.kpi.unit
    return difference_scale(unit, [one.regret for one in (*found.fresh.cells, *found.searched.cells)])


def _ranking(found: Robust, matrix: Matrix) -> str:
    settings, told = found.settings, _regret_scale(found)
    head = ["Plan", "Largest regret", "Interval", "In the future", "Goal surely met", "Surely missed"]
    rows = []
    for plan in matrix.ranked():
        worst, (met, missed) = matrix.worst(plan), matrix.met(plan)
        rows.append(
            [
                settings.plans[plan].name,
                told.change(worst.regret.mean, sign=worst.regret.mean < 0),
                told.span(worst.regret.low, worst.regret.high) if worst.regret.is_known else "",
                settings.futures[worst.future].name,
                f"{met} of {len(settings.futures)}",
                f"{missed}",
            ]
        )
    return table(head, rows, ["Largest regret", "Interval", "Goal surely met", "Surely missed"])


def _shown(found: Robust) -> list[tuple[Cell, ...]]:
    """Each plan in all futures: with fresh seeds if it has them."""
    return [(found.fresh if plan in found.fresh.plans else found.searched).of(plan) for plan in found.searched.ranked()]


def _figures(found: Robust) -> str:
    rows = _shown(found)
    unit = rows[0][0].trial.summary.kpi.unit
    told = scale_of(unit, *(one.trial.interval for row in rows for one in row))
    cells = [[f"{said(one.trial.interval, told)} {_mark(one)}" for one in row] for row in rows]
    return _matrix(found, rows, cells) + "\nmet: the goal is surely met; missed: surely missed; ?: can't tell yet"


def _mark(cell: Cell) -> str:
    return {"met": "met", "missed": "missed"}.get(cell.trial.verdict, "?")


def _regrets(found: Robust) -> str:
    rows, told = _shown(found), _regret_scale(found)
    return _matrix(found, rows, [[said_change(one, told) for one in row] for row in rows])


def _matrix(found: Robust, rows: Sequence[Sequence[Cell]], cells: Sequence[Sequence[str]]) -> str:
    settings = found.settings
    head = ["Plan", *(future.name for future in settings.futures)]
    named = [[settings.plans[row[0].plan].name, *line] for row, line in zip(rows, cells, strict=True)]
    return table(head, named, head[1:])


def _meaning(found: Robust) -> list[str]:
    runs = found.fresh.cells[0].trial.replications
    return [
        "Regret: how much worse a plan does in a future than the plan that does best there, on the same patients. The "
        "choice is the plan whose largest regret is smallest; it need not be the best in any future.",
        f"{CURSE} Fresh seed {found.fresh.seed}, {runs} runs; with it a regret may come out below 0, where the plan "
        "that was best in the search is not.",
        "All futures count alike, however likely: a future that was left out, or put in, can change the choice.",
        MODEL,
    ]


def robust_record(found: Robust) -> Record:
    """The same as plain values."""
    settings = found.settings
    return {
        "scenario": found.base.name,
        "goal": goal_record(settings.goal),
        "confidence": settings.confidence,
        "plans": [{"name": one.name, "changes": list(one.changes)} for one in settings.plans],
        "futures": [{"name": one.name, "changes": list(one.changes)} for one in settings.futures],
        "choice": settings.plans[found.choice].name,
        "next": settings.plans[found.next].name,
        "lead": interval_record(found.lead),
        "sure": found.is_sure,
        "fresh": _matrix_record(found, found.fresh),
        "searched": _matrix_record(found, found.searched),
        "sentence": _answer(found),
    }


def _matrix_record(found: Robust, matrix: Matrix) -> Record:
    futures = len(found.settings.futures)
    return {
        "seed": matrix.seed,
        "ranking": [
            {
                "plan": found.settings.plans[plan].name,
                "largest_regret": interval_record(matrix.worst(plan).regret),
                "worst_future": found.settings.futures[matrix.worst(plan).future].name,
                "met_share": matrix.met(plan)[0] / futures,
                "missed_share": matrix.met(plan)[1] / futures,
            }
            for plan in matrix.ranked()
        ],
        "cells": [
            {
                "plan": found.settings.plans[one.plan].name,
                "future": found.settings.futures[one.future].name,
                "best": found.settings.plans[one.best].name,
                "figure": trial_record(one.trial),
                "regret": interval_record(one.regret),
            }
            for one in matrix.cells
        ],
    }


def robust_tables(found: Robust) -> dict[str, pd.DataFrame]:
    """One row for each plan, future and round."""
    goal = goal_record(found.settings.goal)
    rows = [
        {
            "plan": found.settings.plans[one.plan].name,
            "future": found.settings.futures[one.future].name,
            "round": name,
            "best_plan": found.settings.plans[one.best].name,
            "kpi": goal["kpi"],
            "scope": goal["scope"],
            "unit": goal["unit"],
        }
        | trial_record(one.trial)
        | {"regret": one.regret.mean, "regret_low": one.regret.low, "regret_high": one.regret.high}
        for name, matrix in (("search", found.searched), ("fresh", found.fresh))
        for one in matrix.cells
    ]
    return {"regrets": pd.DataFrame(rows)}
