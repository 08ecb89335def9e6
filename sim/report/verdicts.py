"""Verdicts: what several plans do to each figure, in rows that can be read aloud."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sim.measure.figures import THINGS, KpiKey
from sim.measure.kpis import KPIS
from sim.study.comparison import Comparison, Effect
from sim.study.judging import Verdict
from sim.study.telling import effect_scale, fine_enough
from sim.study.wording import UNKNOWN, Scale, scale, scope_label

Compared = Sequence[tuple[str, Comparison]]
"""Comparisons with the same base, each with the name of its plan."""
COST: Final[KpiKey] = ("cost_per_day", "")
FINEST_SHARE: Final = 0.0002
"""Shares are told with two decimals of a per cent at most."""
_RANK: Final[dict[Verdict, int]] = {
    "better": 0,
    "worse": 0,
    "changed": 1,
    "can't tell yet": 2,
    "no change": 3,
    "not defined": 4,
}
_BETTER: Final = {"higher": "more is better", "lower": "less is better", "neither": "neither is better"}


@dataclass(frozen=True, slots=True)
class Cell:
    """What one plan does to one figure."""

    plan: str
    value: str
    verdict: Verdict
    change: str
    """Difference with its interval, or what is not known about it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure under all plans."""

    key: KpiKey
    label: str
    group: str
    """For whom or what; empty for the whole."""
    better: str
    """Which way is better."""
    today: str
    cells: tuple[Cell, ...]
    definition: str
    source: str

    @property
    def name(self) -> str:
        """Which figure, and for whom or what."""
        return ", ".join(filter(None, [self.label, self.group]))


def rows(compared: Compared, *, headline: bool) -> tuple[Row, ...]:
    """Rows of the headline figures or of all others; those that differ for sure come first.

    Args:
        compared: at least one plan.
        headline: which of the two.
    """
    first = compared[0][1]
    keys = [effect.key for effect in first.effects if effect.is_headline == headline]
    found = [_row(compared, key) for key in keys]
    return tuple(sorted(found, key=lambda row: min(_RANK[cell.verdict] for cell in row.cells)))


def group_rows(compared: Compared, kpi: str) -> tuple[Row, ...]:
    """Rows of one figure by groups of patients: who gains and who loses."""
    keys = [effect.key for effect in compared[0][1].effects if effect.key[0] == kpi and _is_group(effect.key[1])]
    told = row_scale([comparison.effect(*key) for _, comparison in compared for key in keys]) if keys else None
    return tuple(_row(compared, key, told) for key in keys)


def cost_words(comparison: Comparison) -> str:
    """What a plan costs more or less; empty if the scenario declares no cost."""
    effect = next((one for one in comparison.effects if one.key == COST), None)
    if effect is None or effect.difference.interval.n == 0:
        return ""
    told, mean = effect_scale(effect), effect.difference.interval.mean
    if mean == 0:
        return "costs the same"
    return f"{told.change(mean)} {'more' if mean > 0 else 'less'}"


def _is_group(scope: str) -> bool:
    return bool(scope) and scope.partition(":")[0] not in THINGS


def _row(compared: Compared, key: KpiKey, told: Scale | None = None) -> Row:
    """Makes a row; told in a scale of its own if none is given."""
    effects = [(plan, comparison.effect(*key)) for plan, comparison in compared]
    kpi, scenario = KPIS[key[0]], compared[0][1].base.scenario
    told = told or row_scale([effect for _, effect in effects])
    return Row(
        key=key,
        label=kpi.label,
        group=scope_label(scenario, key[1]) if key[1] else "",
        better=_BETTER[kpi.direction],
        today=told.amount(effects[0][1].base.mean),
        cells=tuple(
            Cell(plan, told.amount(effect.other.mean), effect.verdict, change_words(effect, told))
            for plan, effect in effects
        ),
        definition=kpi.definition,
        source=kpi.source,
    )


def row_scale(effects: Sequence[Effect]) -> Scale:
    """How a figure is told under all plans alike: as fine as it is known, but never finer than half a per cent."""
    parts = [part for effect in effects for part in (effect.base, effect.other)]
    widths = [abs(effect.adjusted.half_width) for effect in effects if effect.adjusted.half_width > 0]
    finest = FINEST_SHARE if effects[0].kpi.unit == "share" else 0.0
    largest = max((abs(part.mean) for part in parts if not math.isnan(part.mean)), default=math.nan)
    return scale(effects[0].kpi.unit, largest, max(min(widths, default=0.0), largest / 100, finest))


def change_words(effect: Effect, told: Scale) -> str:
    """Says a difference with its interval, or what is not known about it."""
    interval = effect.adjusted
    if effect.verdict in ("no change", "not defined"):
        return "" if effect.verdict == "no change" else UNKNOWN
    if not interval.is_known:
        return "at least two runs are needed to tell"
    if effect.verdict != "can't tell yet":
        told = fine_enough(told, interval)
    is_money = told.unit.startswith("£")
    low = signed(told, interval.low).split(" ")[0] if is_money else told.number(interval.low, sign=True)
    high = signed(told, interval.high)
    if effect.verdict == "can't tell yet":
        enough = f"; about {effect.enough:,} runs would tell" if effect.enough else "; more runs would hardly tell"
        return f"between {low} and {high}{enough}"
    mean = signed(told, interval.mean)
    return mean if mean == high else f"{mean} ({low} to {high})"


def signed(told: Scale, value: float) -> str:
    """Writes a difference with its sign and unit.

    >>> signed(scale("share", 0.7, 0.01), -0.018), signed(scale("£ per day", 7000.0, 50.0), 690.0)
    ('-1.8 points', '+£690 a day')
    """
    sign = told.number(value, sign=True)[0]
    return f"{sign}{told.change(value)}" if sign in "+-" else told.change(value)
