"""A budget: how many pounds a day a plan may cost."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from sim.scenario.problems import quoted
from sim.study.output_analysis import Interval
from sim.study.refusal import refusal

OPTION: Final = "--budget"
EXAMPLE: Final = "+5000 per day"
_BUDGET = re.compile(r"\s*(?P<sign>[+-]?)\s*£?(?P<pounds>[0-9][0-9,]*(?:\.[0-9]+)?)\s*(?:£\s*)?per\s+day\s*")
Standing = Literal["within", "over", "can't tell yet"]
"""`within` or `over` only if the whole interval is."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How many pounds a day a plan may cost."""

    pounds: float
    is_extra: bool
    """Whether they are more than what the scenario costs as it is."""

    def standing(self, cost: Interval) -> Standing:
        """How a cost stands to the budget; `cost` is more than as it is if the budget is."""
        if cost.is_known and cost.high <= self.pounds:
            return "within"
        return "over" if cost.is_known and cost.low > self.pounds else "can't tell yet"

    def words(self) -> str:
        """Says the budget.

        >>> budget_of("+5000 per day").words(), budget_of("£480,000 per day").words()
        ('£5,000 a day more than as it is', '£480,000 a day')
        """
        more = " more than as it is" if self.is_extra else ""
        return f"{'-' if self.pounds < 0 else ''}£{abs(self.pounds):,.10g} a day{more}"


def budget_of(text: str) -> Budget:
    """Reads a budget.

    Args:
        text: pounds per day; with a sign, more (or less) than the scenario costs as it is.

    Raises:
        ScenarioError: if it cannot be read.
    """
    found = _BUDGET.fullmatch(text)
    if not found:
        raise refusal(OPTION, f"a budget is a number of pounds per day, not {quoted(text)}", EXAMPLE)
    pounds = float(found["pounds"].replace(",", ""))
    return Budget(-pounds if found["sign"] == "-" else pounds, bool(found["sign"]))
