"""Plans and futures by name: changes of a scenario that are tried together."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

from sim.scenario.problems import quoted
from sim.study.refusal import refusal
from sim.study.searching.lever import Lever

EXAMPLE: Final = "more beds: wards.medical.beds=+12; staff.ed_doctor.on_duty=6"
MOST_MADE: Final = 100
"""Levers make at most so many plans where each is looked at closely."""
AS_IT_IS: Final = "as it is"
"""The plan that changes nothing."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Changes of a scenario under a name; a future is one whose changes nobody chooses."""

    name: str
    changes: tuple[str, ...] = ()
    """As `--set` takes them; none for the scenario as it is."""


def plan_of(text: str, option: str = "--plan") -> Plan:
    """Reads a plan or a future.

    Args:
        text: a name, a colon and changes parted by semicolons; without a name, the changes are the name. A name and a
            colon alone change nothing.
        option: of the command, for messages.

    Raises:
        ScenarioError: if it cannot be read.

    >>> plan_of("more beds: wards.medical.beds=+12; wards.amu.beds=+4").changes
    ('wards.medical.beds=+12', 'wards.amu.beds=+4')
    >>> plan_of("wards.medical.beds=+12").name, plan_of("today:")
    ('wards.medical.beds=+12', Plan(name='today', changes=()))
    """
    head, equals, _ = text.partition("=")
    name, colon, rest = text.partition(":") if ":" in head else (text, "", text)
    changes = tuple(part.strip() for part in rest.split(";") if part.strip())
    if not name.strip() or not (equals or colon) or not all("=" in change for change in changes):
        raise refusal(option, f"it has a name, a colon and changes, not {quoted(text)}", EXAMPLE)
    return Plan(name.strip(), changes)


def plans_of(levers: Sequence[Lever], most: int) -> tuple[Plan, ...]:
    """All plans that some levers make, in rising order of their values.

    Raises:
        ScenarioError: if there are more than `most`.
    """
    return tuple(plan_at(levers, values) for values in points(levers, most))


def plan_at(levers: Sequence[Lever], values: Sequence[float]) -> Plan:
    """The plan that sets each lever to a value."""
    told = list(zip(levers, values, strict=True))
    return Plan(
        ", ".join(lever.words(value) for lever, value in told), tuple(lever.change(value) for lever, value in told)
    )


def points(levers: Sequence[Lever], most: int) -> tuple[tuple[float, ...], ...]:
    """All combinations of the values of some levers.

    Raises:
        ScenarioError: if there are more than `most`, or two levers set the same.
    """
    names = [lever.name for lever in levers]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise refusal("--lever", f"two levers set {quoted(twice)}", "name each once")
    count = prod(len(lever.values) for lever in levers)
    if count > most:
        message = f"the levers make {count:,} plans; {most:,} are the most"
        raise refusal("--lever", message, "take larger steps, such as 180..230 step 10, or fewer levers")
    return tuple(product(*(lever.values for lever in levers)))


def check_names(plans: Sequence[Plan], option: str, least: int) -> None:
    """Refuses too few plans, and names that stand twice.

    Raises:
        ScenarioError: tells the fix.
    """
    names = [plan.name for plan in plans]
    if len(names) < least:
        raise refusal(option, f"at least {least} are needed, not {len(names)}", f'{option} "{EXAMPLE}"')
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise refusal(option, f"{quoted(twice)} stands there twice", "give each its own name")
