"""Price: what a plan costs for each breach of a standard that it avoids."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from sim.measure.figures import KpiKey
from sim.study.changes import settled
from sim.study.comparison import Comparison
from sim.study.output_analysis import Floats, Interval, ratio_of_means, t_interval
from sim.study.summary import kpi_keys, values
from sim.study.wording import scale_of

COST: Final[KpiKey] = ("cost_per_day", "")
BREACHES: Final[dict[KpiKey, str]] = {
    ("ed_breaches_4h_per_day", ""): "stay of more than 4 hours in the emergency department",
    ("ed_breaches_12h_per_day", ""): "stay of more than 12 hours in the emergency department",
}
"""Figures that count breaches a day, and what one of them is."""
Standing = Literal["priced", "saving", "more breaches", "can't tell", "too few"]
"""`priced`: there is a price; `saving`: breaches are avoided for less money; `more breaches`: there are surely more
of them; `can't tell`: the breaches avoided cannot be told from none; `too few`: fewer than two replications."""


@dataclass(frozen=True, slots=True)
class Price:
    """What each breach that a plan avoids costs."""

    breach: KpiKey
    """The figure that counts the breaches."""
    cost: Interval
    """What the plan costs more, in pounds a day."""
    avoided: Interval
    """Breaches avoided a day; below 0 if there are more."""
    pounds: Interval
    """Pounds for each breach avoided, with Fieller's interval; its ends are nan where there is no price."""
    standing: Standing
    """Whether there is a price."""


def prices(comparison: Comparison) -> tuple[Price, ...]:
    """Works out what each breach avoided costs, for each standard whose breaches both plans count.

    Cost and breaches are taken from the same replications, so that a day with many patients weighs in both.

    Args:
        comparison: of a plan with the base.

    Returns:
        None if nothing is told about costs, or no breaches are counted.
    """
    both = set(kpi_keys(comparison.base)) & set(kpi_keys(comparison.other))
    if COST not in both:
        return ()
    cost = _change(comparison, COST)
    return tuple(
        price_of(key, cost, -_change(comparison, key), comparison.confidence) for key in BREACHES if key in both
    )


def _change(comparison: Comparison, key: KpiKey) -> Floats:
    """Plan minus base in each replication that both have; what is only the rounding of sums counts as nothing."""
    base, other = (values(plan, key)[: comparison.pairs] for plan in (comparison.base, comparison.other))
    return settled(other - base, base, other)


def price_of(breach: KpiKey, cost: Floats, avoided: Floats, confidence: float) -> Price:
    """Works out what each breach avoided costs.

    Args:
        breach: the figure that counts the breaches.
        cost: what is spent more, in pounds a day, one value a replication.
        avoided: breaches avoided a day in the same replications.
        confidence: of the interval.
    """
    pounds = ratio_of_means(cost, avoided, confidence)
    each, fewer = t_interval(cost, confidence), t_interval(avoided, confidence)
    standing: Standing = "saving" if pounds.high < 0 else "priced"
    if pounds.n < 2:
        standing = "too few"
    elif np.isnan(pounds.low):
        standing = "can't tell"
    elif fewer.mean < 0:
        standing = "more breaches"
    return Price(breach, each, fewer, pounds, standing)


def price_sentence(price: Price) -> str:
    """Says what each breach avoided costs, or why there is no price.

    Returns:
        Such as `Each stay of more than 4 hours in the emergency department that is avoided costs £250 (180 to 340).`
    """
    what = BREACHES[price.breach]
    fewer = scale_of("patients per day", price.avoided)
    if price.standing == "too few":
        return f"Nobody can say what each {what} that is avoided costs: it takes two replications or more."
    if price.standing == "can't tell":
        between = fewer.span(price.avoided.low, price.avoided.high, sign=True)
        return (
            f"Nobody can say what each {what} that is avoided costs, since the number avoided cannot be told from none "
            f"({between} a day)."
        )
    if price.standing == "more breaches":
        return f"There is no {what} avoided to be paid for: there are {fewer.amount(-price.avoided.mean)} more."
    pounds = price.pounds
    told = scale_of("£", pounds)
    if price.standing == "saving":
        low, high = told.number(-pounds.high), told.number(-pounds.low)
        return f"Each {what} that is avoided saves {told.amount(-pounds.mean)} ({low} to {high})."
    span = told.span(pounds.low, pounds.high)
    return f"Each {what} that is avoided costs {told.amount(pounds.mean)} ({span})."
