"""Date references: the sets of dates on which rosters, calendars, rhythms and lists say that they depend."""

from collections.abc import Iterator, Mapping
from typing import Any

from sim import clock
from sim.scenario.care import Activity, Stay
from sim.scenario.checking.findings import Findings, Where
from sim.scenario.pathway import WaitUntil
from sim.scenario.rosters import OnDays


def check_dates(found: Findings) -> None:
    """Notes sets of dates that nobody declares."""
    scenario = found.scenario
    for where, own in _on_days(found):
        for field in ("except_on", "only_on"):
            for number, name in enumerate(getattr(own, field)):
                if name not in scenario.dates:
                    found.unknown((*where, field, number), "set of dates", name, scenario.dates)
    for where, entries in _by_days(found):
        _check_days(found, where, entries)


def _on_days(found: Findings) -> Iterator[tuple[Where, OnDays]]:
    """Everything that takes place on some days, with its place."""
    scenario = found.scenario
    groups: list[tuple[str, str, Mapping[str, Any]]] = [
        ("staff", "roster", scenario.staff),
        ("equipment", "roster", scenario.equipment),
        ("wards", "also", scenario.wards),
        ("slots", "sessions", scenario.slots),
        ("supplies", "deliveries", scenario.supplies),
    ]
    for section, field, things in groups:
        for name, thing in things.items():
            for key, own in (getattr(thing, field) or {}).items():
                yield (section, name, field, key), own
    for name, patients in scenario.patients.items():
        for key, session in (patients.arrive.scheduled or {}).items():
            yield ("patients", name, "arrive", "scheduled", key), session


def _by_days(found: Findings) -> Iterator[tuple[Where, Mapping[str, Any]]]:
    """All calendars and rhythms, also those that stand in a step, with their places."""
    sections: dict[str, Mapping[str, Any]] = {
        "calendars": found.scenario.calendars,
        "rhythms": found.scenario.rhythms,
    }
    for section, members in sections.items():
        for name, entries in members.items():
            yield (section, name), entries
    for _, where, step in found.steps():
        if isinstance(step, WaitUntil) and not isinstance(step.calendar, str):
            yield (*where, "calendar"), step.calendar
        if isinstance(step, Activity | Stay) and isinstance(step.rhythm, dict):
            yield (*where, "rhythm"), step.rhythm


def _check_days(found: Findings, where: Where, entries: Mapping[str, Any]) -> None:
    """Notes names of entries that are neither days of the week nor sets of dates."""
    known = [*clock.DAY_GROUPS, *sorted(found.scenario.dates)]
    for name in entries:
        if name not in known:
            found.unknown((*where, name), "day of the week and no set of dates", name, known, key=True)
