"""Workforce: who is missing from a roster, who stands in, and how many posts are filled."""

from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Tag, model_validator

from sim import clock
from sim.scenario.quantities import (
    REST,
    Count,
    Declared,
    Duration,
    PositiveCount,
    PositiveDuration,
    Share,
    nearest_month,
)
from sim.scenario.ratios import TimeCost
from sim.scenario.refusing import complain, refuse

MOST_PEOPLE: Final = 10_000
"""The luck of each is drawn one by one, so that larger groups would make a run slow."""


def _month(found: Any) -> Any:
    if found not in (*clock.MONTHS, REST):
        expected = f"a month ({', '.join(clock.MONTHS)}) or rest"
        raise refuse(expected, found, code="unknown-word", instead=nearest_month(found) or "")
    return found


def _every_month(found: dict[str, float]) -> dict[str, float]:
    missing = [month for month in clock.MONTHS if month not in found]
    if missing and REST not in found:
        raise complain(f"nothing is said for {', '.join(missing)}", "add rest: 4 %", code="missing-level")
    return found


MonthOrRest = Annotated[str, BeforeValidator(_month)]
"""A month, or `rest` for all others."""
Absence = Annotated[
    Annotated[Share, Tag("share")] | Annotated[dict[MonthOrRest, Share], AfterValidator(_every_month), Tag("months")],
    Discriminator(lambda found: "months" if isinstance(found, dict) else "share"),
]
"""Share of the rostered who do not come: all year round, or by month."""


def absence_in(absence: float | dict[str, float], month: int) -> float:
    """Share of the rostered who do not come in a month.

    Args:
        absence: one share, or shares by month.
        month: number of the month, January 0.

    >>> absence_in(0.04, 0), absence_in({"jan": 0.08, "rest": 0.05}, 0), absence_in({"jan": 0.08, "rest": 0.05}, 6)
    (0.04, 0.08, 0.05)
    """
    if not isinstance(absence, dict):
        return absence
    name = clock.MONTHS[month]
    return absence[name] if name in absence else absence[REST]


class Agency(Declared):
    """Agency and bank staff who stand in for those who are missing."""

    fills: Share
    """Share of the missing who are replaced. Example: `50 %`."""
    cost: TimeCost | None = None
    """What one of them costs; as own staff if not given. Example: `75 per hour`."""


class Establishment(Declared):
    """Posts of a group of staff: how many are filled, how many people leave, how long it takes to replace them.

    Posts that are vacant, or whose holder is still in training, leave gaps in the roster.
    """

    posts: PositiveCount
    """Posts that the roster needs. Example: `40`."""
    in_post: Count | None = None
    """Posts that are filled at the start by people who are trained; all if not given. Example: `36`."""
    leave_per_year: Share = 0.0
    """Share of the people who leave within a year. Example: `12 %`."""
    hire_after: PositiveDuration | None = None
    """Time from a vacancy to the first day of the successor; nobody is hired if not given. Example: `12 weeks`."""
    training: Duration = 0
    """Time from the first day until somebody counts on the roster. Example: `4 weeks`."""

    @model_validator(mode="after")
    def _check_posts(self) -> Self:
        if self.posts > MOST_PEOPLE:
            raise complain(f"{self.posts:,} posts are more than {MOST_PEOPLE:,}", "check the number", code="number")
        if self.in_post is not None and self.in_post > self.posts:
            message = f"in_post ({self.in_post}) is more than there are posts ({self.posts})"
            raise complain(message, "correct one of the two", code="number")
        if self.training and self.hire_after is None:
            message = "training is given without hire_after, so that nobody is hired who could be trained"
            raise complain(message, "add hire_after: 12 weeks", code="pair")
        return self

    def filled(self) -> int:
        """Posts that are filled at the start."""
        return self.posts if self.in_post is None else self.in_post
