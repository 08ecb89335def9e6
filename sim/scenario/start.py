"""Start: who is in the hospital, or waits for it, when a run begins."""

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, model_validator

from sim.scenario.distributions import SimpleLaw, Time
from sim.scenario.quantities import Count, Declared, Key, Name, Share
from sim.scenario.refusing import complain, refuse

SEPARATOR = "/"


def _step_place(found: Any) -> str:
    pathway, _, step = found.partition(SEPARATOR) if isinstance(found, str) else ("", "", "")
    if not pathway.strip() or not step.strip():
        raise refuse("a pathway and a step of it", found, "medical_care/stay", code="shape")
    return f"{pathway.strip()}{SEPARATOR}{step.strip()}"


StepPlace = Annotated[str, BeforeValidator(_step_place)]
"""A step, told by its pathway and its own name."""


class Start(Declared):
    """Patients of a class who are there when a run begins, all at the same step."""

    of: Name
    """Their class. Example: `ed_attender`."""
    at: StepPlace
    """Pathway and step at which they are. Example: `medical_care/stay`."""
    ward: Name | None = None
    """Ward in which they hold a bed from the first moment; nowhere if not given. Example: `medical`."""
    fill: Share | None = None
    """Share of the beds open at the start that they take, instead of a number. Example: `92 %`."""
    patients: Count | None = None
    """How many there are. Example: `1200`."""
    like: dict[Name, Key] = {}
    """Attributes that are the same for all of them; the others are drawn. Example: `{plan: admit}`."""
    left: Time | None = None
    """What is left of the time of their step; by default what is left of it at a random moment. Example: `2 d`."""
    waited: SimpleLaw | None = None
    """How long they have waited there already. Example: `{uniform: {low: 0 d, high: 40 weeks}}`."""

    @model_validator(mode="after")
    def _check_one_of(self) -> Self:
        if (self.fill is None) == (self.patients is None):
            given = "both fill and patients are" if self.fill is not None else "neither fill nor patients is"
            raise complain(f"{given} given", "give one of them, such as patients: 120", code="choice")
        if self.fill is not None and self.ward is None:
            raise complain("fill is given without ward", "add ward: medical, or say patients: 120", code="pair")
        if self.left is not None and self.waited is not None:
            message = "left and waited are both given, but a patient is either in a step or waits for it"
            raise complain(message, "keep one of them", code="choice")
        return self

    @property
    def pathway(self) -> str:
        """Pathway in which they are."""
        return self.at.partition(SEPARATOR)[0]

    @property
    def step(self) -> str:
        """Name of the step at which they are."""
        return self.at.partition(SEPARATOR)[2]

    def count(self, beds: int) -> int:
        """How many there are.

        Args:
            beds: beds of their ward that are open at the start; does not matter if the number is given.

        Returns:
            The number, half a patient counting as one.

        >>> Start(of="p", at="way/stay", ward="medical", fill="92 %").count(180)
        166
        """
        if self.patients is not None:
            return self.patients
        return int((self.fill or 0.0) * beds + 0.5 + 1e-9)
