"""Headline: the few figures that a decision is about, chosen by what the service is, never by their values.

Choosing the striking figures afterwards would make chance look like an effect. A service is recognised by the figures
that its scenario can have: an acute hospital is held to the four-hour standard and its beds, a therapy list to its size
and to 18 and 52 weeks, visits and calls to whether they start on time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sim.measure.figures import KpiKey

COST: Final = "cost_per_day"


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


def headline(kpis: Iterable[KpiKey], most: int | None = None) -> tuple[KpiKey, ...]:
    """Chooses the headline of those figures that there are.

    Args:
        kpis: all figures of the experiments.
        most: how many at most; what another kind of service adds, and costs, go before the last of the main kind.

    Returns:
        The headline figures, most important first, costs last.
    """
    keys = list(kpis)
    there = {name for name, scope in keys if not scope}
    first, *others = services_of(keys)
    main = [name for name in first.figures if name in there]
    more = [name for other in others for name in other.adds if name in there and name not in main]
    more += [COST] if COST in there else []
    kept = main if most is None else main[: max(most - len(more), 0)]
    return tuple((name, "") for name in [*kept, *more][:most])


def waits(kpis: Iterable[KpiKey]) -> tuple[str, ...]:
    """Chooses the waiting measures in which groups of patients are compared, of those figures that there are."""
    keys = list(kpis)
    there = {name for name, scope in keys if not scope}
    return tuple(name for name in services_of(keys)[0].waits if name in there)
