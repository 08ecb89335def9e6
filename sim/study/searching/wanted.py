"""What is wanted: a key figure and which way is better, and amounts of it."""

import re
from dataclasses import dataclass
from typing import Final

from sim.measure.figures import WHOLE, Kpi, KpiKey
from sim.measure.kpis import KPIS
from sim.scenario.problems import ScenarioError, nearest, quoted, suggestion
from sim.study.goals import goal_of
from sim.study.refusal import refusal
from sim.study.summary import THRESHOLDS, in_unit

OPTION: Final = "--figure"
_WANTED = re.compile(r"\s*(?P<kpi>[a-z0-9_]+)(?:\s+of\s+(?P<of>\S.*?))?(?:\s+(?P<way>higher|lower))?\s*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A key figure and which way is better."""

    key: KpiKey
    is_higher: bool
    """Whether more is better."""

    @property
    def kpi(self) -> Kpi:
        """Label, unit and definition of the figure."""
        return KPIS[self.key[0]]

    @property
    def sign(self) -> int:
        """What to multiply the figure with so that more is better."""
        return 1 if self.is_higher else -1


def wanted_of(text: str) -> Wanted:
    """Reads what is wanted.

    Args:
        text: a key figure, perhaps `of` a part of it; and `higher` or `lower` if it does not say itself what is better.

    Raises:
        ScenarioError: if there is no such figure, or it does not say which way is better.

    >>> wanted_of("ed_within_4h"), wanted_of("occupancy_8am of ward:medical lower").is_higher
    (Wanted(key=('ed_within_4h', ''), is_higher=True), False)
    """
    found = _WANTED.fullmatch(text)
    kpi = found["kpi"] if found else text.strip()
    if not found or kpi not in KPIS:
        message = f"there is no key figure {quoted(kpi)}; {suggestion(kpi, list(KPIS))}"
        raise refusal(OPTION, message, nearest(kpi, list(KPIS)) or "ed_within_4h")
    way = found["way"] or KPIS[kpi].direction
    if way == "neither":
        raise refusal(OPTION, f"{kpi} does not say which way is better", f"{text.strip()} lower")
    return Wanted((kpi, found["of"] or WHOLE), way == "higher")


def amount_of(text: str, kpi: str, option: str) -> float:
    """Reads an amount of a key figure, such as `1 %` or `5 min`.

    Args:
        text: with its unit.
        kpi: name of the figure.
        option: of the command, for messages.

    Returns:
        The amount in the unit of the figure.

    Raises:
        ScenarioError: if it cannot be read, is not in the unit or is not above 0.

    >>> amount_of("1 %", "ed_within_4h", "--indifference"), amount_of("2 h", "wait_mean", "--indifference")
    (0.01, 120.0)
    """
    unit = KPIS[kpi].unit
    fix = {"share": "1 %", "ratio": "1 %", "min": "5 min", "days": "2 d"}.get(unit, THRESHOLDS[unit])
    try:
        amount = in_unit(goal_of(f"{kpi} >= {text}").threshold, unit)
    except ScenarioError:
        message = f"{quoted(text)} is no amount of {kpi}, which is measured in {unit}"
        raise refusal(option, message, fix) from None
    if amount <= 0:
        raise refusal(option, f"the amount is above 0, not {quoted(text)}", fix)
    return amount
