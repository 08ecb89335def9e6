"""Gaps: how groups of patients fare against one another, as tables for pictures."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from sim.measure.kpis import KPIS
from sim.report.frames import EFFECT_COLUMNS
from sim.scenario.scenario import Scenario
from sim.study.equity import Gap, Standing
from sim.study.judging import Verdict
from sim.study.telling import fine_enough
from sim.study.wording import scale_of, scope_label

VERDICT: Final[dict[Standing, Verdict]] = {
    "better": "better",
    "worse": "worse",
    "differs": "changed",
    "alike": "no change",
    "can't tell yet": "can't tell yet",
}
"""How the standing of a group is drawn; groups with too few patients are not."""


def kinds(found: Sequence[Gap], scenario: Scenario) -> dict[tuple[str, str], str]:
    """What can be looked at: figure and group to compare with, each in words, such as `Wait, against age 18-44`."""
    pairs = dict.fromkeys((gap.key[0], gap.reference) for gap in found if gap.standing in VERDICT)
    return {(kpi, scope): f"{KPIS[kpi].label}, against {scope_label(scenario, scope)}" for kpi, scope in pairs}


def gap_table(found: Sequence[Gap], kind: tuple[str, str], scenario: Scenario) -> pd.DataFrame:
    """How far groups are from the one that they are compared with; columns EFFECT_COLUMNS, a row a group.

    Args:
        found: all gaps of an experiment.
        kind: figure and reference, from `kinds`.
        scenario: in which groups have their labels.
    """
    shown = [gap for gap in found if (gap.key[0], gap.reference) == kind and gap.standing in VERDICT]
    common = scale_of(KPIS[kind[0]].unit, *(one for gap in shown for one in (gap.group, gap.difference)))
    rows = []
    for gap in shown:
        told = fine_enough(common, gap.difference) if gap.is_sure else common
        spread = (gap.difference.mean, gap.difference.low, gap.difference.high)
        words = f"{told.number(gap.difference.mean, sign=True)} {told.change_unit}".strip()
        group = f"{scope_label(scenario, gap.key[1])}, {told.amount(gap.group.mean)}"
        told_spread = [one * told.factor for one in spread]
        rows.append((group, gap.kpi.label, *told_spread, VERDICT[gap.standing], told.change_unit, words))
    return pd.DataFrame(rows, columns=list(EFFECT_COLUMNS))
