"""Targets: a key figure with a threshold and the standard that it comes from."""

from typing import Annotated, Self

from pydantic import Discriminator, Tag, model_validator

from sim import clock
from sim.scenario.quantities import Cost, Declared, Duration, Label, Name, Share, Text
from sim.scenario.refusing import complain


def _form(found: object) -> str:
    if isinstance(found, int) and found > 100:  # milliseconds of a validated record; in a file 78 means 78 %
        return "time"
    words = str(found).split()
    return "time" if len(words) == 2 and words[1] in clock.UNITS else "share"


ThresholdValue = Annotated[Annotated[Share, Tag("share")] | Annotated[Duration, Tag("time")], Discriminator(_form)]
"""A share, or a time in milliseconds."""


class Target(Declared):
    """A threshold for a key figure."""

    kpi: Name
    """The key figure; `wardflow kpis` lists them. Example: `ed_within_4h`."""
    label: Label | None = None
    """What people call the standard. Example: `Four-hour standard`."""
    at_least: ThresholdValue | None = None
    """The figure should be this or more. Example: `78 %`."""
    at_most: ThresholdValue | None = None
    """The figure should be this or less. Example: `10 %`."""
    source: Text
    """The standard. Example: `NHS England planning guidance 2025/26`."""
    since: Label | None = None
    """From when it holds. Example: `March 2026`."""

    @model_validator(mode="after")
    def _check_one_side(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            given = "both at_least and at_most are" if self.at_least is not None else "neither at_least nor at_most is"
            raise complain(f"{given} given", "give one of them, such as at_least: 78 %", code="choice")
        return self


class Costs(Declared):
    """Costs that belong to no resource, and the money that there is."""

    fixed: Cost | None = None
    """What the hospital costs whatever happens. Example: `120000 per day`."""
    budget: Cost | None = None
    """What the hospital may cost in all, with the fixed costs. Example: `500000 per day`."""
    on_costs: Share = 0.0
    """What comes on top of the cost of staff (insurance, pension), unless a group says otherwise. Example: `24 %`."""
