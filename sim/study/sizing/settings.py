"""Settings: what a stress test is asked to do."""

from dataclasses import dataclass
from typing import Final

from sim.measure.figures import WHOLE, KpiKey
from sim.measure.kpis import KPIS
from sim.scenario.problems import Problem, ScenarioError, quoted, suggestion
from sim.scenario.targets import Target
from sim.study.goals import goal_of
from sim.study.sizing.surge import Surge, surge_of

LEAST: Final = 0.1
"""Lowest factor that demand may be multiplied with."""
MOST: Final = 10.0
"""Highest."""
MOST_POINTS: Final = 60
"""More points of a curve are taken for a slip."""


@dataclass(frozen=True, slots=True)
class StressSettings:
    """What a stress test is asked to do.

    Attributes:
        low: lowest factor on demand.
        high: highest factor on demand.
        step: distance of two factors of the curve.
        finest: to what the load at which a goal breaks is narrowed down; `low`, `high` and `step` are multiples of it.
        patients: classes who are multiplied; none stands for all who come unscheduled.
        kpis: key figures to show besides the headline, such as `wait_p95` or `occupancy_mean of ward:medical`.
        goals: such as `ed_within_4h >= 78 %`, besides the targets of the scenario.
        surge: such as `2 weeks x 1.4`; empty for none.
        fresh: whether the edges that were found are run again with a fresh seed.
    """

    low: float = 0.8
    high: float = 2.0
    step: float = 0.1
    finest: float = 0.025
    patients: tuple[str, ...] = ()
    kpis: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    surge: str = ""
    fresh: bool = True

    def __post_init__(self) -> None:
        """Refuses what has no meaning.

        Raises:
            ScenarioError: says what is wrong and what would do.
        """
        if not LEAST <= self.low < self.high <= MOST:
            message = f"demand is multiplied from a factor to a higher one, between {LEAST:g} and {MOST:g}"
            raise _error("--from, --to", f"{message}, not from {self.low:g} to {self.high:g}", "--from 0.8 --to 2.0")
        if not 0 < self.finest <= self.step:
            message = f"a step of {self.step:g} cannot be narrowed down to {self.finest:g}"
            raise _error("--step, --finest", message, "--step 0.1 --finest 0.025")
        for name, value in (("--from", self.low), ("--to", self.high), ("--step", self.step)):
            if abs(value / self.finest - round(value / self.finest)) > 1e-6:
                message = f"{value:g} is no multiple of the finest step {self.finest:g}"
                raise _error(name, message, f"{name} {round(value / self.finest) * self.finest:g}")
        if (points := (self.high - self.low) / self.step) > MOST_POINTS:
            raise _error("--step", f"that makes {points:.0f} points, and {MOST_POINTS} are the most", "--step 0.1")
        self.keys()
        self.targets()
        self.the_surge()

    def grid(self) -> tuple[int, ...]:
        """Points of the curve, as multiples of `finest`; demand as it is today is always one of them."""
        low, high, step = (round(one / self.finest) for one in (self.low, self.high, self.step))
        today = 1 / self.finest
        own = [round(today)] if abs(today - round(today)) < 1e-6 and low <= round(today) <= high else []
        return tuple(sorted({*range(low, high + 1, step), high, *own}))

    def factor(self, point: int) -> float:
        """Factor of a point, such as 1.15 and not 1.1500000000000001."""
        return round(point * self.finest, 9)

    def keys(self) -> tuple[KpiKey, ...]:
        """Key figures that are asked for by name."""
        return tuple(_key(text) for text in self.kpis)

    def targets(self) -> tuple[Target, ...]:
        """Goals that are asked for."""
        return tuple(goal_of(text) for text in self.goals)

    def the_surge(self) -> Surge | None:
        """The surge that is asked for."""
        return surge_of(self.surge) if self.surge else None


def _key(text: str) -> KpiKey:
    """Reads a key figure, perhaps of a part.

    >>> _key("wait_p95"), _key("occupancy_mean of ward:medical")
    (('wait_p95', ''), ('occupancy_mean', 'ward:medical'))
    """
    name, _, scope = text.strip().partition(" of ")
    if name not in KPIS:
        message = f"there is no key figure {quoted(name)}; {suggestion(name, list(KPIS))}"
        raise _error("--kpi", message, "--kpi wait_p95")
    return name, scope.strip() or WHOLE


def _error(option: str, message: str, fix: str) -> ScenarioError:
    return ScenarioError([Problem(option, 0, 0, "", "stress", message, fix)])
