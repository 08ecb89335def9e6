"""Key figures of the wait ledger: how much patients wait, who, and because of what."""

from typing import Final

import numpy as np

from sim import clock
from sim.engine.eventlog import EventLog
from sim.measure.causes import WARD_CAUSE
from sim.measure.facts import Facts
from sim.measure.figures import OURS, Breakdown, Figures, Kpi, means, minutes, pooled, spread, totals
from sim.measure.groups import everybody, newcomers
from sim.measure.ledger import Ledger, ledger
from sim.measure.occupancy import ratio
from sim.measure.profiles import Profiles

_WAITING: Final = (
    "Waiting is the time from a request to its answer, the time until the moment of a calendar, steps that count as "
    "discharge delay, and all time from `ready` to leaving; see docs/semantics.md, The wait ledger."
)

LEDGER_KPIS: Final = (
    Kpi(
        "wait_hours_per_day",
        "Hours that patients wait a day",
        "hours per day",
        "lower",
        f"All waiting in the window, divided by days; by cause: what is charged to it, so that the causes add up. "
        f"{_WAITING}",
        OURS,
    ),
    Kpi(
        "wait_cause_share",
        "Share of all waiting",
        "share",
        "lower",
        "Waiting in the window that is charged to the cause, divided by all waiting in it.",
        OURS,
    ),
    Kpi(
        "wait_per_affected",
        "Mean wait of those who waited",
        "min",
        "lower",
        "Waiting in the window, divided by the patients who waited in it at all; by cause: who waited because of it.",
        OURS,
    ),
    Kpi(
        "wait_per_patient",
        "Waiting for each patient who comes",
        "min",
        "lower",
        "All waiting in the window, divided by arrivals in it.",
        OURS,
    ),
    Kpi(
        "wait_behind_hours_per_day",
        "Hours a day of waiting for a ward, by the share of its beds held by patients ready to leave",
        "hours per day",
        "lower",
        "Waiting charged to the ward, each instant weighted with the share of its occupied beds in which patients past "
        "`ready` lie, divided by days. An attribution of a part of the ward's own charge, which is not added to it.",
        OURS,
    ),
)


def measure_ledger(facts: Facts, log: EventLog) -> tuple[Figures, Profiles]:
    """Works out the figures of the ledger, and what each group of patients waits for.

    Args:
        facts: of the replication.
        log: the same replication.

    Returns:
        Figures, and the profile `wait_ledger` by cause and group. Nothing where patients can wait for nothing.
    """
    found = ledger(facts, log)
    if not found.causes.scopes:
        return {}, {}
    groups = everybody(facts)
    return _of_groups(facts, found, groups) | _of_causes(facts, found), _of_both(facts, found, groups[1:])


def _of_groups(facts: Facts, found: Ledger, groups: list[Breakdown]) -> Figures:
    """For everybody, classes and levels of attributes."""
    days, patients = facts.window.days, len(facts.fates.stream)
    waited = found.by_patient(patients)
    affected = np.flatnonzero(waited)
    came = facts.window.holds(facts.journeys.arrival_ms) & newcomers(facts)
    figures = spread(
        groups,
        affected,
        {
            "wait_hours_per_day": totals(waited[affected] / clock.HOUR, days),
            "wait_per_affected": minutes(means(waited[affected])),
        },
    )
    return figures | spread(
        groups, np.arange(patients), {"wait_per_patient": minutes(pooled(waited, came.astype(np.int64)))}
    )


def _of_causes(facts: Facts, found: Ledger) -> Figures:
    """For each cause; what is behind the waits for a ward for wards only, and only if anybody is ever ready."""
    charged, days = found.by_cause(), facts.window.days
    columns = {
        "wait_hours_per_day": charged / clock.HOUR / days,
        "wait_cause_share": ratio(charged, np.full(len(charged), charged.sum())),
        "wait_per_affected": ratio(charged, found.affected()) / clock.MINUTE,
    }
    scopes = found.causes.scopes
    figures = {
        (name, scope): value
        for name, values in columns.items()
        for scope, value in zip(scopes, values.tolist(), strict=True)
    }
    if not found.causes.has_ready:
        return figures
    behind = (found.behind_ms / clock.HOUR / days).tolist()
    return figures | {
        ("wait_behind_hours_per_day", scope): value
        for scope, value in zip(scopes, behind, strict=True)
        if scope.startswith(WARD_CAUSE)
    }


def _of_both(facts: Facts, found: Ledger, groups: list[Breakdown]) -> Profiles:
    """Hours a day by cause and group; they add up over the causes, and over the groups of all who have an attribute."""
    number, hours, profiles = len(found.causes), facts.window.days * clock.HOUR, Profiles()
    for group in groups:
        codes = group.codes[found.patient]
        some = codes >= 0
        both = codes[some] * number + found.cause[some]
        sums = np.bincount(both, weights=found.time_ms[some], minlength=len(group.scopes) * number) / hours
        for place, scope in enumerate(group.scopes):
            for cause, name in enumerate(found.causes.scopes):
                profiles["wait_ledger", f"{name}|{scope}"] = sums[place * number + cause : place * number + cause + 1]
    return profiles
