"""Plans: what a visitor wants to try, as a file that extends the base, and what came of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sim.scenario.loading import Loaded
from sim.scenario.reading.writing import to_yaml
from sim.scenario.scenario import Scenario
from sim.study.experiment import Experiment
from sim.ui.bases import Base, load_plan
from sim.ui.choices import Choice
from sim.ui.jobs import Request
from sim.ui.levers import Lever, as_changes, changed

LONGEST_NAME: Final = 60
UNNAMED: Final = "New plan"


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Changes to a base; with an experiment once it was run."""

    base: Base
    name: str
    text: str
    """The plan as a scenario file."""
    changes: tuple[str, ...]
    """What it changes, in sentences."""
    loaded: Loaded
    experiment: Experiment | None = None

    @property
    def scenario(self) -> Scenario:
        """What is run."""
        return self.loaded.scenario

    @property
    def request(self) -> Request:
        """What decides its figures."""
        return Request.of(self.scenario)

    @property
    def fingerprint(self) -> str:
        """What is changed, whatever it is called and however often it is run."""
        return self.scenario.fingerprint()

    def with_result(self, experiment: Experiment) -> "Plan":
        """The plan with what came of it."""
        return replace(self, experiment=experiment)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a visitor wants to be otherwise."""

    values: Mapping[str, int]
    """Positions of the levers by key."""
    chosen: tuple[Choice, ...] = ()
    """Initiatives, in the order in which they are put in."""


def draft(base: Base, found: tuple[Lever, ...], wish: Wish, name: str, replications: int) -> Plan:
    """Puts a plan together from the positions of the levers and the chosen initiatives.

    Args:
        base: what is changed.
        found: its levers.
        wish: what is to be otherwise.
        name: what the visitor calls it; if empty, it is named after its first change.
        replications: how often it is run.

    Returns:
        The plan, checked by the same validator as a file.

    Raises:
        ScenarioError: with everything that is wrong.
    """
    moved = changed(found, wish.values)
    told = clean_name(name) or suggested_name(wish, moved)
    content: dict[str, Any] = {"wardflow": 1, "extends": base.file, "name": told}
    if wish.chosen:
        content["initiatives"] = [choice.name for choice in wish.chosen]
    content |= as_changes(found, wish.values)
    if replications != base.loaded.scenario.run.replications:
        content["run"] = {"replications": replications}
    text = to_yaml(content)
    sentences = (
        *(choice.said() for choice in wish.chosen),
        *(lever.said(wish.values[lever.key]) for lever in moved),
    )
    return Plan(base, told, text, sentences, load_plan(base, text))


def suggested_name(wish: Wish, moved: tuple[Lever, ...]) -> str:
    """Names a plan after its first change, and counts the others."""
    told = [*(choice.label for choice in wish.chosen), *(lever.short(wish.values[lever.key]) for lever in moved)]
    if not told:
        return UNNAMED
    first, others = told[0], len(told) - 1
    more = f" and {others} more change{'s' if others > 1 else ''}" if others else ""
    return clean_name(first[: LONGEST_NAME - len(more)] + more)


def file_stem(name: str) -> str:
    """Names a file after a plan.

    >>> file_stem("Medical wards +12 beds")
    'medical_wards_12_beds'
    """
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:50] or "plan"


def clean_name(name: str) -> str:
    """Keeps what may stand in a name: printable characters, at most sixty."""
    shown = "".join(one if one.isprintable() else " " for one in name)
    return " ".join(shown.split())[:LONGEST_NAME].strip()


def numbered(name: str, taken: tuple[str, ...]) -> str:
    """Makes a name different from those that are taken.

    >>> numbered("More beds", ("More beds", "More beds (2)"))
    'More beds (3)'
    """
    number, told = 1, name
    while told in taken:
        number += 1
        told = f"{name} ({number})"
    return told
