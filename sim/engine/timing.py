"""Timing: the calendars that patients wait for and the factors on their times, as tables of the program."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from sim.engine.program import NONE, Ints
from sim.scenario.calendars import moments
from sim.scenario.care import Activity, Stay
from sim.scenario.events import profile, time_factors
from sim.scenario.pathway import WaitUntil
from sim.scenario.scenario import Scenario


class Timing:
    """Collects calendars and factors while a scenario is compiled; equal ones are kept once."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._calendars: dict[tuple[int, ...], int] = {}
        self._profiles: dict[tuple[tuple[int, float], ...], int] = {}

    def calendar(self, step: WaitUntil) -> int:
        """Number of the calendar of a step."""
        scenario = self._scenario
        times = scenario.calendars[step.calendar] if isinstance(step.calendar, str) else step.calendar
        found = tuple(moments(times, scenario.calendar, scenario.horizon))
        return self._calendars.setdefault(found, len(self._calendars))

    def profile(self, pathway: str, step: Activity | Stay) -> int:
        """Number of the factors on the time of a step; -1 if there are none."""
        scenario = self._scenario
        rhythm = scenario.rhythms[step.rhythm] if isinstance(step.rhythm, str) else step.rhythm
        spells = time_factors(scenario.events, f"{pathway}/{step.name}", scenario.calendar)
        if rhythm is None and not spells:
            return NONE
        found = tuple(profile(rhythm, spells, scenario.calendar, scenario.horizon))
        return self._profiles.setdefault(found, len(self._profiles))

    def tables(self) -> dict[str, Any]:
        """Packs the tables."""
        calendar_from, calendar_to = _bounds(map(len, self._calendars))
        profile_from, profile_to = _bounds(map(len, self._profiles))
        steps = [step for found in self._profiles for step in found]
        return {
            "calendar_from": calendar_from,
            "calendar_to": calendar_to,
            "calendar_moment": np.array([moment for found in self._calendars for moment in found], np.int64),
            "profile_from": profile_from,
            "profile_to": profile_to,
            "profile_moment": np.array([moment for moment, _ in steps], np.int64),
            "profile_factor": np.array([factor for _, factor in steps], np.float64),
        }


def _bounds(sizes: Iterable[int]) -> tuple[Ints, Ints]:
    """Where parts of some sizes begin and end when they are laid end to end."""
    counts = np.array(list(sizes), np.int64)
    ends = np.cumsum(counts, dtype=np.int64)
    return ends - counts, ends
