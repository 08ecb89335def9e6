"""Draws: the list of all that chance or attributes decide for patients who can come to a step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from sim.scenario.care import Activity, Stay
from sim.scenario.distributions import ByAttribute, TimeLaw
from sim.scenario.pathway import OneOf, Repeat, Step, flatten
from sim.scenario.patients import Urgency
from sim.scenario.queueing import Queueing
from sim.scenario.scenario import Scenario
from sim.scenario.varying import VaryingShare

Kind = Literal["time", "choice", "choice closed", "patience", "worsening", "priority", "missed", "rounds", "takes"]
"""What a draw decides: how long a step takes, which option a patient takes (while a policy is active, or while it is
not), how long they would wait, how soon they get worse in waiting, how urgent they are at a step, whether they miss it,
how often they repeat it, whether a ward takes them."""
Rule = TimeLaw | ByAttribute | OneOf | Repeat | Urgency | VaryingShare | float | Mapping[str, list[str]]
"""The law of a time, the branch, the repeat, the levels in order of urgency, the share, or the levels taken."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Something that is decided for every patient who can come to a step, or for whom a ward can be asked."""

    name: str
    """`pathway/step/kind`, or `ward/takes`."""
    pathway: str
    """Pathway in which the step stands; empty for a ward."""
    step: str
    """Name of the step or ward."""
    kind: Kind
    """What it decides."""
    rule: Rule
    """What is declared about it."""


def draws(scenario: Scenario) -> tuple[Draw, ...]:
    """Lists the draws of a scenario, in order of their names.

    Every branch has one, also where attributes alone decide, so that an engine reads all options in the same way.
    """
    found = [
        Draw(f"{pathway}/{step.name}/{kind}", pathway, step.name, kind, rule)
        for pathway, steps in scenario.pathways.items()
        for step in flatten(steps)
        for kind, rule in _rules(step)
    ]
    found += [
        Draw(f"{name}/takes", "", name, "takes", ward.takes) for name, ward in scenario.wards.items() if ward.takes
    ]
    return tuple(sorted(found, key=lambda draw: (draw.name, draw.pathway)))


def _rules(step: Step) -> Iterator[tuple[Kind, Rule]]:
    """What is decided at a step."""
    if isinstance(step, Activity | Stay):
        yield "time", step.time
    if isinstance(step, Activity) and step.missed is not None:
        yield "missed", 1.0 if isinstance(step.missed, str) else step.missed
    if isinstance(step, Repeat):
        yield "rounds", step
    if isinstance(step, OneOf):
        yield "choice", step
        if step.policy() is not None:
            yield "choice closed", step
    if isinstance(step, Queueing):
        yield from _rules_of_queue(step)


def _rules_of_queue(step: Queueing) -> Iterator[tuple[Kind, Rule]]:
    """What is decided for those who wait at a step."""
    if step.gives_up_after is not None:
        yield "patience", step.gives_up_after
    if step.worsens_after is not None:
        yield "worsening", step.worsens_after
    if isinstance(step.priority, Urgency):
        yield "priority", step.priority
