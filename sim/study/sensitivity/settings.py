"""Settings: what a sensitivity study is asked."""

from dataclasses import dataclass
from typing import Final

from sim.measure.figures import WHOLE, KpiKey
from sim.measure.kpis import KPIS
from sim.scenario.problems import Problem, ScenarioError, nearest, quoted, suggestion
from sim.study.headline import about, headline
from sim.study.output_analysis import CONFIDENCE
from sim.study.sensitivity.trials import Trials
from sim.study.summary import kpi_keys

OPTION: Final = "--kpi"
LEAST_POINTS: Final = 10
MOST_POINTS: Final = 10_000
DESIGN_SEED: Final = 20260105
"""Seed of the Latin hypercube, so that the same question has the same points."""


@dataclass(frozen=True, slots=True)
class SensitivitySettings:
    """What is looked at, and how surely.

    Raises:
        ScenarioError: if a setting is out of range, or there is no such figure.
    """

    kpi: str = ""
    """A key figure, perhaps `of` a part: `occupancy_8am of ward:medical`; the first headline figure if empty."""
    vary: tuple[str, ...] = ()
    """Own ranges, such as `wards.medical.beds=170..190`; they go before those of the file."""
    locate: bool = False
    """Whether to look for the value at which a verdict changes."""
    points: int = 0
    """Points of the Latin hypercube, over all ranges at once; none if 0."""
    point_replications: int = 2
    """Replications of each point."""
    design_seed: int = DESIGN_SEED
    """What fixes the points."""
    confidence: float = CONFIDENCE
    """That no verdict of a column is wrong."""

    def __post_init__(self) -> None:
        name = self.kpi.partition(" of ")[0].strip()
        if name and name not in KPIS:
            message = f"there is no key figure {quoted(name)}; {suggestion(name, list(KPIS))}"
            raise _error(message, nearest(name, list(KPIS)) or "ed_within_4h")
        if self.points and not LEAST_POINTS <= self.points <= MOST_POINTS:
            raise _error(f"a hypercube has {LEAST_POINTS} to {MOST_POINTS:,} points, or none", "--points 50")
        if self.point_replications < 1 or self.design_seed < 0 or not 0.5 <= self.confidence < 1:
            raise _error("a point has 1 replication and more, a seed is not below 0, a confidence from 0.5 to 1", "2")

    def key(self, found: Trials) -> KpiKey:
        """The figure that is looked at.

        Raises:
            ScenarioError: if a scenario does not have it.
        """
        there = [key for key in kpi_keys(found.base[0]) if not found.plan or key in set(kpi_keys(found.plan[0]))]
        if not self.kpi:
            scenarios = [one[0].scenario for one in (found.plan, found.base) if one]
            return headline(there, about=about(*scenarios))[0]
        name, _, scope = (part.strip() for part in self.kpi.partition(" of "))
        if (name, scope or WHOLE) not in there:
            scopes = [part for kpi, part in there if kpi == name and part]
            message = f"{found.base[0].name} has nothing to measure for {quoted(self.kpi)}"
            raise _error(message, f"{name} of {nearest(scope, scopes) or scopes[0]}" if scopes else there[0][0])
        return name, scope or WHOLE


def _error(message: str, fix: str) -> ScenarioError:
    return ScenarioError([Problem(OPTION, 0, 0, "", "sensitivity", message, fix)])
