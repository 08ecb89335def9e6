"""Choices: the initiatives of the library that fit a scenario, to be put into a plan."""

import json
from dataclasses import dataclass

from sim.report.initiatives import facts_of
from sim.scenario.initiatives import Initiative
from sim.scenario.problems import ScenarioError
from sim.scenario.reading.extending import compose
from sim.scenario.reading.reading import read
from sim.study.plan import shipped_initiatives
from sim.ui.bases import Base


@dataclass(frozen=True, slots=True)
class Choice:
    """An initiative that can be put into a plan."""

    name: str
    """As a file has it."""
    initiative: Initiative

    @property
    def label(self) -> str:
        """What it is called."""
        return self.initiative.name

    def said(self) -> str:
        """Says in one line what it does."""
        return f"{self.label}: {self.initiative.changes}"

    def facts(self) -> str:
        """Says what is known of it, how long it takes and what it costs."""
        one = self.initiative
        known = f"Known effect: {one.evidence.effect}" + (f" ({one.evidence.range})" if one.evidence.range else "")
        parts = [known, f"Source: {one.evidence.source}"]
        parts += [fact.capitalize() for fact in facts_of(one)]
        return ". ".join(part.rstrip(".") for part in parts) + "."


def choices(base: Base) -> tuple[Choice, ...]:
    """Initiatives of the library that have what they change in a scenario, and are not in it already."""
    there = base.loaded.scenario.initiatives
    found = (Choice(name, initiative) for name, initiative in shipped_initiatives() if name not in there)
    return tuple(choice for choice in found if _fits(base, [choice.name]))


def _fits(base: Base, names: list[str]) -> bool:
    text = f"extends: {json.dumps(base.file)}\ninitiatives: {json.dumps(names)}\n"
    try:
        compose(read(text, "plan.yaml"), base.opener())
    except ScenarioError:
        return False
    return True
