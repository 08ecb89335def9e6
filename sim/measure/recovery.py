"""Recovery: how long after an event or a sudden crowd the hospital is as full as it usually is."""

from typing import Final, NamedTuple

import numpy as np

from sim import clock
from sim.measure.facts import Facts
from sim.measure.figures import OURS, Figures, Kpi
from sim.measure.occupancy import Floats, Level, present
from sim.measure.window import Flags, Ints
from sim.scenario.scenario import Scenario

RECOVERY_KPIS: Final = (
    Kpi(
        "recovery_time",
        "Time to recover",
        "min",
        "lower",
        "Time from the end of an event, or of a batch of patients, until the number of patients inside is as usual: "
        "the first full hour after the end from which its mean over the last 24 hours stays for 48 hours within the "
        "usual range. The usual range is the mean of that 24-hour mean before the event, hour by hour from a day after "
        "the start of the window on, and 1.96 standard deviations on both sides of it. Not defined if the hospital has "
        "not recovered when the run ends, or if less than two days of the window lie before the event.",
        OURS,
    ),
)
ROLLING: Final = 24
"""Hours over which the number of patients is averaged."""
LASTING: Final = 48
"""Hours for which it must stay as usual."""
BAND: Final = 1.96
"""Standard deviations on both sides of the mean that hold 95 % of a normal distribution."""


class Shock(NamedTuple):
    """Something sudden, from start to end in milliseconds since the start of the run."""

    scope: str
    start_ms: int
    end_ms: int


def shocks(scenario: Scenario) -> list[Shock]:
    """Events and batches of a scenario, in order of names."""
    calendar = scenario.calendar
    found = [Shock(f"event:{name}", *event.spell(calendar)) for name, event in sorted(scenario.events.items())]
    for patients, patient_class in sorted(scenario.patients.items()):
        for name, batch in sorted((patient_class.arrive.batches or {}).items()):
            begins = calendar.days_to(batch.at.date) * clock.DAY + batch.at.time
            found.append(Shock(f"batch:{patients}/{name}", begins, begins + batch.over))
    return found


def measure_recovery(facts: Facts) -> Figures:
    """Works out the time to recover from each shock; none without any.

    What an earlier shock did to the number of patients widens the usual range before a later one.
    """
    found = shocks(facts.scenario)
    if not found:
        return {}
    inside = present(facts.journeys.arrival_ms, facts.until(facts.journeys.left_ms))
    return {("recovery_time", one.scope): _recovery(facts, inside, one) for one in found}


def _recovery(facts: Facts, inside: Level, shock: Shock) -> float:
    """Minutes from the end of a shock until the hospital is as usual; nan if never, or if nobody knows the usual."""
    window = facts.window
    if not window.start_ms + 2 * ROLLING * clock.HOUR <= shock.start_ms < window.end_ms:
        return np.nan
    first = window.start_ms + ROLLING * clock.HOUR
    before = rolling_means(inside, np.arange(shock.start_ms, first - 1, -clock.HOUR)[::-1])
    middle, spread = float(before.mean()), float(before.std(ddof=1))
    after = rolling_means(inside, np.arange(shock.end_ms, facts.end_ms + 1, clock.HOUR))
    as_usual = np.abs(after - middle) <= BAND * spread + 1e-9
    hour = first_lasting(as_usual, LASTING)
    return np.nan if hour is None else hour * clock.HOUR / clock.MINUTE


def rolling_means(level: Level, moments: Ints) -> Floats:
    """Mean of a level over the 24 hours before each of some moments, which are an hour apart."""
    if not moments.size:
        return np.empty(0)
    edges = np.append(moments[0] - np.arange(ROLLING, 0, -1) * clock.HOUR, moments)
    total = np.append(0, np.cumsum(level.integrals(edges)))
    found: Floats = (total[ROLLING:] - total[:-ROLLING]) / (ROLLING * clock.HOUR)
    return found


def first_lasting(flags: Flags, hours: int) -> int | None:
    """The first hour from which something is so at every hour up to and with the one so many hours later.

    >>> first_lasting(np.array([True, False, True, True, True]), 2), first_lasting(np.array([True, False]), 1)
    (2, None)
    """
    so_far = np.append(0, np.cumsum(flags))
    runs = so_far[hours + 1 :] - so_far[: -hours - 1]
    whole = np.flatnonzero(runs == hours + 1)
    return int(whole[0]) if whole.size else None
