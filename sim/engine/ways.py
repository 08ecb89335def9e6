"""Ways: what a step takes, and what else it may take instead, as tables of the program."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.engine.program import NONE, Ints
from sim.scenario.care import Activity, Enter
from sim.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a step can be served; the fields are those of the program's tables."""

    needs: tuple[int, int]
    after: int = 0
    factor: float = 1.0
    accepts: int = NONE
    returns: int = 0


class Ways:
    """Collects the ways of all steps while a scenario is compiled."""

    def __init__(self, scenario: Scenario, resources: Mapping[str, int], draws: Mapping[str, int]) -> None:
        self._scenario = scenario
        self._resources = resources
        self._draws = draws
        self._needs: list[tuple[int, int]] = []
        self._ways: list[Way] = []

    def needs_of(self, units: Mapping[str, int]) -> tuple[int, int]:
        """Notes needs; returns their first entry and the one behind their last."""
        start = len(self._needs)
        self._needs.extend((self._resources[name], count) for name, count in sorted(units.items()))
        return start, len(self._needs)

    def of_units(self, units: Mapping[str, int]) -> dict[str, int]:
        """Notes the only way of a step; returns the columns of its SEIZE."""
        return self._noted([Way(self.needs_of(units))])

    def of_activity(self, step: Activity) -> dict[str, int]:
        """Notes the ways of an activity: its own needs, then those of its substitutes in order."""
        others = [Way(self.needs_of(step.needs(other)), other.after, other.time) for other in step.others]
        return self._noted([Way(self.needs_of(step.needs())), *others])

    def of_places(self, step: Enter) -> dict[str, int]:
        """Notes the ways of a ward step: its ward, its other wards, then those that the ward itself names."""
        others = [*step.others, *self._scenario.wards[step.ward].if_full]
        ways = [Way(self.needs_of({step.ward: 1}), accepts=self._accepts(step.ward))]
        ways += [
            Way(
                self.needs_of({other.use: 1}), other.after, other.stay, self._accepts(other.use), other.return_when_free
            )
            for other in others
        ]
        return self._noted(ways)

    def _accepts(self, ward: str) -> int:
        return self._draws.get(f"{ward}/takes", NONE)

    def _noted(self, ways: list[Way]) -> dict[str, int]:
        start = len(self._ways)
        self._ways.extend(ways)
        return {"ways_from": start, "ways_to": len(self._ways)}

    def tables(self) -> dict[str, Any]:
        """Packs the tables."""
        needs = np.array(self._needs, np.int64).reshape(-1, 2)
        return {
            "need_resource": needs[:, 0].copy(),
            "need_quantity": needs[:, 1].copy(),
            "way_needs_from": _ints([way.needs[0] for way in self._ways]),
            "way_needs_to": _ints([way.needs[1] for way in self._ways]),
            "way_after": _ints([way.after for way in self._ways]),
            "way_factor": np.array([way.factor for way in self._ways], np.float64),
            "way_accepts": _ints([way.accepts for way in self._ways]),
            "way_returns": _ints([int(way.returns) for way in self._ways]),
        }


def _ints(values: list[int]) -> Ints:
    return np.array(values, np.int64)
