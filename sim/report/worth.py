"""Worth: what plans cost, and which groups of patients gain and lose by them, as parts of a document."""

from typing import Final

from sim.report.cards import likely
from sim.report.document import Block, Line, listed, points
from sim.report.equity_text import change_sentence, gap_sentence
from sim.report.plans import Compared, Plan, short_name
from sim.report.verdicts import Cell, change_words, cost_words, group_rows, row_scale
from sim.study.comparison import Comparison
from sim.study.equity import attributes, gap_changes, gaps
from sim.study.headline import waits
from sim.study.judging import Verdict
from sim.study.price import BREACHES, price_sentence, prices
from sim.study.summary import Summary, kpi_keys, summaries
from sim.study.wording import scale_of

COST, BUDGET = "cost_per_day", "budget_left_per_day"
SURE: Final[tuple[Verdict, ...]] = ("better", "worse", "changed")
"""Verdicts that are told figure by figure."""
TOLD: Final[tuple[Verdict, ...]] = ("better", "worse", "can't tell yet", "no change")
"""Verdicts about groups of patients, in order."""
MOST_GROUPS: Final = 4
"""Groups that are named in one sentence."""
DAYS_IN_A_YEAR: Final = 365


def money(base: Plan, compared: Compared) -> list[Block]:
    """What the base costs, what plans cost more, and the price of a breach avoided; nothing without costs."""
    means = {one.key: one for one in summaries(base.experiment)}
    cost, budget = means.get((COST, "")), means.get((BUDGET, ""))
    if cost is None:
        return []
    told = [f"{base.experiment.name}: {_amount(cost)}."]
    if budget:
        told.append(
            f"Of the budget {_amount(budget)} is left."
            if budget.interval.mean >= 0
            else f"The budget is overspent: {_amount(budget)} is left."
        )
    lines: list[str | Line] = list(told)
    for name, _, comparison in compared:
        lead = f"{short_name(compared, name)}:"
        lines += [Line(one, lead) for one in _cost_sentences(comparison)]
        lines += [Line(one, lead) for one in _price_sentences(comparison)]
    return [points(lines)]


def _cost_sentences(comparison: Comparison) -> list[str]:
    """What a plan costs more a day, and in a year."""
    effect = next((one for one in comparison.effects if one.key == (COST, "")), None)
    if effect is None or not cost_words(comparison):
        return []
    told = row_scale([effect])
    if effect.verdict == "can't tell yet":
        return [f"Nobody can say yet what it costs: {change_words(effect, told)}."]
    mean = effect.difference.interval.mean
    year = f", or about £{_rounded(abs(mean) * DAYS_IN_A_YEAR):,} in a year" if mean else ""
    return [
        f"It {'costs' if mean > 0 else 'saves'} {told.change(mean)}{' more' if mean > 0 else ''}{year}."
        if mean
        else "It costs the same."
    ]


def _price_sentences(comparison: Comparison) -> list[str]:
    """What each breach avoided costs; those that nobody can say share a sentence."""
    found = prices(comparison)
    told = [price_sentence(one) for one in found if one.standing not in ("can't tell", "too few")]
    unsure = [BREACHES[one.breach] for one in found if one.standing in ("can't tell", "too few")]
    return [*told, *([f"What it costs to avoid a {' or a '.join(unsure)} cannot be told yet."] if unsure else [])]


def _rounded(pounds: float) -> int:
    """A sum of money to three figures.

    >>> _rounded(1_511_234.0), _rounded(82.4)
    (1510000, 82)
    """
    digits = max(len(str(int(pounds))) - 3, 0)
    return int(round(pounds, -digits))


def _amount(summary: Summary) -> str:
    told = scale_of(summary.kpi.unit, summary.interval)
    interval = summary.interval
    is_narrow = interval.is_known and told.number(interval.low) == told.number(interval.high)
    return told.amount(interval.mean) + ("" if is_narrow else f" ({likely(told, interval)})")


def groups(base: Plan, compared: Compared) -> list[Block]:
    """Which groups of patients wait longer, or which gain and lose by a plan."""
    experiment = base.experiment
    if not compared:
        found = gaps(experiment) if len(experiment.replicates) > 1 else ()
        sure = [
            f"{one.kpi.label}, {gap_sentence(one, experiment.scenario)}."
            for one in found
            if one.standing in ("worse", "better")
        ]
        return [points(sure[: 2 * MOST_GROUPS])] if sure else []
    lines: list[str | Line] = []
    for name, _, comparison in compared:
        lead = f"{name}:" if len(compared) > 1 else ""
        lines += [Line(one, lead) for one in _group_sentences(name, comparison)]
    return [points(lines)] if lines else []


def _group_sentences(name: str, comparison: Comparison) -> list[str]:
    """What a plan does to the wait of each group, and to the gaps between groups."""
    kinds = ("class", *attributes(comparison.base))
    lines = []
    for kpi in waits(kpi_keys(comparison.base))[:1]:
        found = [row for row in group_rows([(name, comparison)], kpi) if row.key[1].partition(":")[0] in kinds]
        found = [row for row in found if "|" not in row.key[1]]
        by_verdict = {verdict: [row for row in found if row.cells[0].verdict == verdict] for verdict in TOLD}
        for verdict, some in by_verdict.items():
            told = listed((_group(row.group, row.cells[0]) for row in some), MOST_GROUPS)
            everybody = f"all {len(some)} groups" if len(some) == len(found) > 1 and verdict not in SURE else told
            lines += [f"{found[0].label}, {verdict} for {everybody}."] if some else []
    moved = gap_changes(comparison.base, comparison.other) if comparison.pairs > 1 else ()
    sure = [one for one in moved if one.course in ("grows", "shrinks", "turns round")]
    return lines + [change_sentence(one, comparison.base.scenario) for one in sure[:MOST_GROUPS]]


def _group(label: str, cell: Cell) -> str:
    return f"{label} {cell.change}" if cell.verdict in ("better", "worse") else label
