"""Wishes: how precise key figures are to be, said in a line such as `ed_within_4h=1 point`."""

import re
from dataclasses import dataclass
from typing import Final

from numpy.typing import ArrayLike
from pydantic import ValidationError

from sim.measure.figures import WHOLE, KpiKey
from sim.measure.kpis import KPIS
from sim.scenario.problems import ScenarioError, nearest, quoted, suggestion
from sim.scenario.targets import Target
from sim.study.output_analysis import CONFIDENCE
from sim.study.passport import WIDE, WIDE_SHARE
from sim.study.refusal import refusal
from sim.study.run_length import replications_for
from sim.study.summary import THRESHOLDS, fits, in_unit

OPTION: Final = "--precision"
"""What stands for the name of a file in messages about a wish."""
EXAMPLE: Final = "ed_within_4h=1 point"
PARTS: Final = ("share", "ratio")
"""Units of figures that are told in per cent, so that per cent of them could mean two things."""
_WISH = re.compile(r"\s*(?P<kpi>[a-z0-9_]+)(?:\s+of\s+(?P<of>[^=]+?))?\s*=\s*(?P<width>.+?)\s*")
_NUMBER: Final = r"([0-9]+(?:\.[0-9]+)?)"
_POINTS = re.compile(rf"{_NUMBER}\s*points?")
_PERCENT = re.compile(rf"{_NUMBER}\s*%")


@dataclass(frozen=True, slots=True)
class Wish:
    """How far the interval of a figure may reach to either side."""

    key: KpiKey
    amount: float
    """Share of the mean, or an amount in the unit of the figure."""
    is_relative: bool

    def width(self, mean: float) -> float:
        """Half-width that is allowed around a mean, in the unit of the figure."""
        return self.amount * abs(mean) if self.is_relative else self.amount

    def enough(self, row: ArrayLike, confidence: float = CONFIDENCE) -> int | None:
        """Replications that would probably do; None if that cannot be told, or for more than 10,000."""
        if self.is_relative:
            return replications_for(row, relative=self.amount, confidence=confidence)
        return replications_for(row, absolute=self.amount, confidence=confidence)


def usual_wish(key: KpiKey) -> Wish:
    """What the passport calls precise: a share within 2 points, anything else within 5 % of its mean.

    >>> usual_wish(("ed_within_4h", "")).amount, usual_wish(("wait_mean", "")).is_relative
    (0.02, True)
    """
    is_share = KPIS[key[0]].unit == "share"
    return Wish(key, WIDE_SHARE if is_share else WIDE, is_relative=not is_share)


def wish_of(text: str) -> Wish:
    """Reads how precise a figure is to be.

    Args:
        text: a key figure, perhaps `of` a part of it as `wardflow run --all` names it, `=`, and how far its interval
            may reach to either side: points for a share, else per cent of the mean or an amount in its unit.

    Raises:
        ScenarioError: if it cannot be read, there is no such figure, or the width is not in its unit.

    >>> wish_of("ed_within_4h=1 point")
    Wish(key=('ed_within_4h', ''), amount=0.01, is_relative=False)
    >>> wish_of("wait_mean = 5 %").is_relative, wish_of("wait_mean of class:walk_in=2 min").amount
    (True, 2.0)
    """
    found = _WISH.fullmatch(text)
    if not found:
        raise refusal(
            OPTION, "a precision has a key figure, =, and how far its interval may reach to either side", EXAMPLE
        )
    kpi, told = found["kpi"], found["width"]
    if kpi not in KPIS:
        message = f"there is no key figure {quoted(kpi)}; {suggestion(kpi, list(KPIS))}"
        raise refusal(OPTION, message, f"{nearest(kpi, list(KPIS)) or 'ed_within_4h'}={told}")
    amount, is_relative = _width(kpi, told)
    if amount <= 0:
        raise refusal(OPTION, f"{quoted(told)} is not above 0, and no number of replications gives it", _fix(kpi))
    return Wish((kpi, found["of"] or WHOLE), amount, is_relative)


def _width(kpi: str, told: str) -> tuple[float, bool]:
    """How wide, and whether that is a share of the mean."""
    unit = KPIS[kpi].unit
    if points := _POINTS.fullmatch(told):
        if unit not in PARTS:
            raise refusal(OPTION, f"{kpi} is measured in {unit}, not in points", _fix(kpi))
        return float(points[1]) / 100, False
    if percent := _PERCENT.fullmatch(told):
        if unit in PARTS:
            message = f"{kpi} is told in per cent, so that {quoted(told)} can mean two things; say it in points"
            raise refusal(OPTION, message, f"{kpi}={percent[1]} points")
        return float(percent[1]) / 100, True
    try:
        target = Target.model_validate({"kpi": kpi, "at_most": told, "source": OPTION})
    except ValidationError:
        raise refusal(OPTION, f"{quoted(told)} is no width for {kpi}, which is measured in {unit}", _fix(kpi)) from None
    if unit in PARTS or not fits(target.threshold, unit):
        raise refusal(OPTION, f"{kpi} is measured in {unit}, not as {quoted(told)}", _fix(kpi))
    return float(in_unit(target.threshold, unit)), False


def _fix(kpi: str) -> str:
    unit = KPIS[kpi].unit
    return f"{kpi}=2 points" if unit in PARTS else f"{kpi}=5 % (of its mean), or {kpi}={THRESHOLDS[unit]}"


def missing(wish: Wish, name: str) -> ScenarioError:
    """The error that a scenario has nothing to measure for a wish.

    Args:
        wish: of a figure that it does not have.
        name: of the scenario.
    """
    kpi, scope = wish.key
    told = f"{name} has nothing to measure for {kpi} of {quoted(scope or 'the whole')}"
    return refusal(OPTION, told, "`wardflow run FILE --all` shows every figure that there is")
