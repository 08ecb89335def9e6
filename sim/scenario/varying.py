"""Varying shares: a share of patients that may depend on what they are like."""

from typing import Annotated, Any

from pydantic import Discriminator, Tag, model_validator

from sim.scenario.distributions import gather_levels
from sim.scenario.quantities import Declared, Key, Name, ShareOrRest


class VaryingShare(Declared):
    """A share that depends on an attribute."""

    by: Name
    """The attribute. Example: `acuity`."""
    levels: dict[Key, ShareOrRest]
    """Share for each level; `rest` as a level stands for all others."""

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, found: Any) -> Any:
        return gather_levels(found)


def _share_form(found: Any) -> str:
    return "by" if isinstance(found, VaryingShare) or (isinstance(found, dict) and "by" in found) else "share"


OptionShare = Annotated[
    Annotated[ShareOrRest, Tag("share")] | Annotated[VaryingShare, Tag("by")],
    Discriminator(_share_form),
]
"""A share, `rest`, or shares by an attribute."""
