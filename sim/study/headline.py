"""Headline: the few figures that a decision is about, chosen by what the service is, never by their values.

Choosing the striking figures afterwards would make chance look like an effect. A service is recognised by the figures
that its scenario can have: an acute hospital is held to the four-hour standard and its beds, a therapy list to its size
and to 18 and 52 weeks, visits and calls to whether they start on time. What a file itself expects to move (`expect`) is
what it is about, and stands in its headline too: in an epidemic, critical care.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from sim.measure.figures import WHOLE, KpiKey
from sim.scenario.scenario import Scenario

COST: Final = "cost_per_day"
MOST_ABOUT: Final = 3
"""So many of the figures that a file expects to move stand in its headline."""


@dataclass(frozen=True, slots=True)
class Service:
    """A kind of service, and what people ask about it first."""

    known_by: str
    """The figure that all such services have, and no others."""
    figures: tuple[str, ...]
    """Its headline, most important first; costs come last in every headline."""
    waits: tuple[str, ...]
    """Figures in which groups of patients are compared."""
    adds: tuple[str, ...] = ()
    """What it adds to the headline of a service that is something else in the first place."""


EMERGENCY: Final = Service(
    known_by="ed_within_4h",
    figures=(
        *("ed_within_4h", "ed_over_12h", "dta_over_4h", "boarders_8am", "occupancy_8am", "ready_patients_share"),
        "left_before_seen",
    ),
    waits=("ed_within_4h", "ed_over_12h"),
)
WAITING_LIST: Final = Service(
    known_by="waiting_now",
    figures=(
        *("waiting_now", "waiting_within_18_weeks", "waiting_over_52_weeks", "treatment_wait_median"),
        *("treated_per_day", "missed_share", "slot_utilisation"),
    ),
    waits=("waiting_within_18_weeks", "treatment_wait_median"),
    adds=("waiting_now", "waiting_within_18_weeks"),
)
RESPONSE: Final = Service(
    known_by="started_on_time",
    figures=(
        *("started_on_time", "wait_mean", "wait_p95", "gave_up_share", "balked_share", "refused_share"),
        "overtime_hours_per_day",
    ),
    waits=("started_on_time", "wait_mean"),
    adds=("started_on_time",),
)
INPATIENTS: Final = Service(
    known_by="admissions_per_day",
    figures=(
        *("wait_mean", "wait_p95", "refused_share", "cancelled_share", "occupancy_8am", "ready_patients_share"),
        "length_of_stay_mean",
    ),
    waits=("wait_mean", "wait_p95"),
    adds=("occupancy_8am",),
)
ANY: Final = Service(
    known_by="arrivals_per_day",
    figures=(
        *("wait_mean", "wait_p95", "time_inside_mean", "refused_share", "balked_share", "cancelled_share"),
        *("missed_share", "occupancy_mean", "length_of_stay_mean"),
    ),
    waits=("wait_mean", "wait_p95"),
)
SERVICES: Final = (EMERGENCY, WAITING_LIST, RESPONSE, INPATIENTS, ANY)
"""The first whose figure is there is what the service is in the first place."""


def services_of(kpis: Iterable[KpiKey]) -> tuple[Service, ...]:
    """What a service is, by the figures that there are: in the first place, and besides.

    >>> [one.known_by for one in services_of([("wait_mean", ""), ("waiting_now", ""), ("ed_within_4h", "age:75+")])]
    ['waiting_now']
    """
    there = {name for name, scope in kpis if not scope}
    return tuple(one for one in SERVICES if one.known_by in there) or (ANY,)


def headline(kpis: Iterable[KpiKey], most: int | None = None, *, about: Iterable[KpiKey] = ()) -> tuple[KpiKey, ...]:
    """Chooses the headline of those figures that there are.

    Args:
        kpis: all figures of the experiments.
        most: how many at most; what the scenario is about, what another kind of service adds, and costs, go before the
            last of the main kind.
        about: what the scenarios are about (`about`); it comes after the first figure of the service.

    Returns:
        The headline figures, most important first, costs last.
    """
    keys = list(kpis)
    there = set(keys)
    first, *others = services_of(keys)
    said = [key for key in dict.fromkeys(about) if key in there][:MOST_ABOUT]
    main = _whole(first.figures, there, [])
    leading = dict.fromkeys([*main[:1], *said])
    more = _whole((name for other in others for name in other.adds), there, [*main, *said])
    more += _whole([COST], there, said)
    rest = [key for key in main if key not in leading]
    kept = rest if most is None else rest[: max(most - len(leading) - len(more), 0)]
    return tuple([*leading, *kept, *more][:most])


def about(*scenarios: Scenario) -> tuple[KpiKey, ...]:
    """Figures that scenarios expect to move, in the order in which their files name them."""
    expected = [one for scenario in scenarios for one in scenario.expect.values()]
    return tuple(dict.fromkeys((one.kpi, one.of or WHOLE) for one in expected))


def _whole(names: Iterable[str], there: Collection[KpiKey], without: Collection[KpiKey]) -> list[KpiKey]:
    """Figures of the whole that are there, each once."""
    keys = dict.fromkeys((name, WHOLE) for name in names)
    return [key for key in keys if key in there and key not in without]


def waits(kpis: Iterable[KpiKey]) -> tuple[str, ...]:
    """Chooses the waiting measures in which groups of patients are compared, of those figures that there are."""
    keys = list(kpis)
    there = {name for name, scope in keys if not scope}
    return tuple(name for name in services_of(keys)[0].waits if name in there)
