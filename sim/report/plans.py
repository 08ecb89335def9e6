"""Plans: scenarios as they were loaded, with what came out of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sim.scenario.initiatives import Initiative
from sim.scenario.loading import Loaded
from sim.study.comparison import Comparison
from sim.study.experiment import Experiment
from sim.study.plan import changes_between

CHANGED: Final = "changed"
LONGEST_CHANGE: Final = 60
"""Letters of a change by which a plan can be called."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A scenario as it was loaded, and what came out of it."""

    loaded: Loaded
    experiment: Experiment

    @property
    def initiatives(self) -> dict[str, Initiative]:
        """Initiatives that are part of it."""
        return self.loaded.scenario.initiatives


Compared = Sequence[tuple[str, Plan, Comparison]]
"""Plans with their names, each compared with the base."""


def plan_names(base: Plan, plans: Sequence[Plan]) -> list[str]:
    """What plans are called: by their own names or initiatives, or by their only change.

    A plan with the name of the base and several changes is `changed`; of several plans of the same name each has a
    number.
    """
    names = [_name(base, plan) for plan in plans]
    times, seen = Counter(names), Counter[str]()
    found = []
    for name in names:
        seen[name] += 1
        found.append(f"{name} ({seen[name]})" if times[name] > 1 else name)
    return found


def _name(base: Plan, plan: Plan) -> str:
    own, name = base.experiment.name, plan.experiment.name
    if name != own:
        return name.removeprefix(f"{own} + ")
    told = changes_between(base.loaded, plan.loaded)
    alone = told[0].partition(" (")[0].removesuffix(".") if len(told) == 1 else ""
    return alone if 0 < len(alone) <= LONGEST_CHANGE else CHANGED


def short_name(compared: Compared, name: str) -> str:
    """The name of a plan, or `Plan` if there is only one."""
    return name if len(compared) > 1 else "Plan"
