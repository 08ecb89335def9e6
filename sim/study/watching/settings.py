"""Settings: what is watched, for how long, and by which rules."""

from dataclasses import dataclass
from typing import Final

from sim import clock
from sim.measure.figures import WHOLE, KpiKey
from sim.measure.kpis import KPIS
from sim.scenario.problems import Problem, ScenarioError, quoted, suggestion
from sim.study.watching.detection import FEWEST
from sim.study.watching.xmr import Rules

MOST_WEEKS: Final = 520
"""Ten years are the longest that is watched."""


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """What is watched.

    Attributes:
        kpi: a key figure, perhaps `of` a part, such as `ed_within_4h` or `occupancy_mean of ward:medical`; if empty the
            first of the headline.
        baseline: weeks before go-live, from which the chart gets its limits.
        watched: weeks after go-live.
        ramp_up: time until the plan works fully, such as `8 weeks`; if empty the longest of the plan's initiatives.
        power: probability with which the change is to be told.
        run: points in a row on one side of the mean that tell a change.
        trend: points in a row, each higher or each lower than the one before, that tell one.
    """

    kpi: str = ""
    baseline: int = 20
    watched: int = 26
    ramp_up: str = ""
    power: float = 0.8
    run: int = 7
    trend: int = 7

    def __post_init__(self) -> None:
        """Refuses what has no meaning.

        Raises:
            ScenarioError: says what is wrong and what would do.
        """
        if self.baseline < FEWEST:
            raise _error("--baseline", f"{self.baseline} weeks are too few for limits; {FEWEST} are the least", "20")
        if self.watched < 1 or self.baseline + self.watched > MOST_WEEKS:
            message = f"{self.watched} weeks cannot be watched; both together are {MOST_WEEKS} weeks at most"
            raise _error("--watched", message, "26")
        if not 0 < self.power < 1:
            raise _error("--power", f"a probability lies between 0 and 1, not at {self.power:g}", "0.8")
        for option, points in (("--run", self.run), ("--trend", self.trend)):
            if points < 3:
                raise _error(option, f"{points} points in a row say nothing; 3 are the least", "7")
        self.key()
        self.ramp_up_ms()

    def key(self) -> KpiKey | None:
        """The key figure; None if the study chooses."""
        if not self.kpi.strip():
            return None
        name, _, scope = self.kpi.strip().partition(" of ")
        if name not in KPIS:
            message = f"there is no key figure {quoted(name)}; {suggestion(name, list(KPIS))}"
            raise _error("--kpi", message, "ed_within_4h")
        return name, scope.strip() or WHOLE

    def ramp_up_ms(self) -> int | None:
        """The ramp-up in milliseconds; None if the plan's own counts."""
        if not self.ramp_up.strip():
            return None
        try:
            return clock.parse_duration(self.ramp_up)
        except ValueError as error:
            raise _error("--ramp-up", f"{quoted(self.ramp_up)} is no time ({error})", "'8 weeks'") from None

    def rules(self) -> tuple[Rules, ...]:
        """Sets of rules, from the one with the fewest alarms to the one with the most."""
        return (
            Rules("a point outside the limits"),
            Rules(f"... or {self.run} on one side", run=self.run),
            Rules("all four (Making Data Count)", run=self.run, trend=self.trend, two_of_three=True),
        )


def _error(option: str, message: str, value: str) -> ScenarioError:
    return ScenarioError([Problem(option, 0, 0, "", "watch", message, f"{option} {value}")])
