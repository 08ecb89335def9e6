"""A surge: so many times as many patients for a while, said in a line such as `2 weeks x 1.4`."""

import datetime
import re
from dataclasses import dataclass
from typing import Final

from sim import clock
from sim.measure.window import Window
from sim.scenario.problems import quoted
from sim.scenario.scenario import Scenario
from sim.study.refusal import refusal
from sim.study.wording import lasting

OPTION: Final = "--surge"
"""What stands for the name of a file in messages about a surge."""
EXAMPLE: Final = "2 weeks x 1.4"
FEWEST_AFTER: Final = 7
"""Measured days that a run must have after a surge."""
MOST: Final = 100.0
"""Highest factor that an event of the language may have."""
_SURGE: Final = re.compile(r"\s*(?P<lasts>.+?)\s+x\s*(?P<factor>[0-9.]+)(?:\s+from\s+(?P<date>[0-9-]+))?\s*")


@dataclass(frozen=True, slots=True)
class Surge:
    """So many times as many patients for a while."""

    lasts_ms: int
    factor: float
    """Above 1."""
    since: datetime.date | None = None
    """First day; the first measured day if not given."""

    def begins_ms(self, scenario: Scenario) -> int:
        """When it begins, in milliseconds since the start of the run."""
        if self.since is None:
            return Window.of(scenario).start_ms
        return scenario.calendar.days_to(self.since) * clock.DAY

    def days(self, scenario: Scenario) -> tuple[int, int]:
        """Measured days that it touches: number of the first, and of the first behind it."""
        start = Window.of(scenario).start_ms
        begins = self.begins_ms(scenario)
        return (begins - start) // clock.DAY, -(-(begins + self.lasts_ms - start) // clock.DAY)

    def words(self) -> str:
        """Says it, such as `x 1.4 for 2 weeks`."""
        since = f" from {self.since}" if self.since else ""
        return f"x {self.factor:g} for {lasting(self.lasts_ms)}{since}"

    def check_fits(self, scenario: Scenario) -> None:
        """Refuses a surge of which the run does not see the beginning, the end and a week behind it.

        Raises:
            ScenarioError: says how long a run is needed.
        """
        first, behind = self.days(scenario)
        days = int(Window.of(scenario).days)
        if first < 0:
            raise refusal(OPTION, "the surge begins before the measured time", f"{EXAMPLE}, or a later date behind it")
        if behind + FEWEST_AFTER > days:
            message = f"the run measures {days} days, but the surge ends on day {behind} and needs a week behind it"
            weeks = -(-(behind + 4 * FEWEST_AFTER) // 7)
            raise refusal(OPTION, message, f"a longer run, such as --set run.length='{weeks} weeks'")


def surge_of(text: str) -> Surge:
    """Reads a surge.

    Args:
        text: how long, `x` and the factor; perhaps `from` and the first date.

    Raises:
        ScenarioError: if it cannot be read, or is none.

    >>> surge_of("2 weeks x 1.4").words(), surge_of("3 d x 2 from 2026-02-02").words()
    ('x 1.4 for 2 weeks', 'x 2 for 3 d from 2026-02-02')
    """
    found = _SURGE.fullmatch(text)
    if not found:
        raise refusal(OPTION, f"a surge has a length and a factor, not {quoted(text)}", EXAMPLE)
    try:
        lasts, factor = clock.parse_duration(found["lasts"]), float(found["factor"])
        since = datetime.date.fromisoformat(found["date"]) if found["date"] else None
    except ValueError as error:
        raise refusal(OPTION, f"{quoted(text)} is no surge ({error})", EXAMPLE) from None
    if not 1 < factor <= MOST or not lasts:
        raise refusal(
            OPTION, f"a surge lasts some time and has a factor above 1 and up to {MOST:g}, not {quoted(text)}", EXAMPLE
        )
    return Surge(lasts, factor, since)
