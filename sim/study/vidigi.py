"""vidigi: the event log of a replication in the columns that vidigi turns into moving pictures."""

import heapq
from collections import defaultdict
from typing import Any, Final

import numpy as np
import pandas as pd

from sim.demand.fates import Fates
from sim.engine.eventlog import NOTHING, EventLog
from sim.engine.program import Program
from sim.engine.stories import Ints
from sim.scenario.scenario import Scenario
from sim.study.lifecycle import Lifecycle, Turn, lifecycle, names

VIDIGI_COLUMNS: Final = ("entity_id", "pathway", "event_type", "event", "time", "resource_id", "unique_resource_id")
"""Columns of vidigi 1 and 2; version 0 calls the first of them `patient`."""
_TYPES: Final = {
    Turn.ARRIVE: "arrival_departure",
    Turn.ASK: "queue",
    Turn.BEGIN: "resource_use",
    Turn.RESUME: "resource_use",
    Turn.SUSPEND: "resource_use_end",
    Turn.END: "resource_use_end",
    Turn.MISS: "resource_use_end",
    Turn.LEAVE: "arrival_departure",
}
"""Types of events; milestones and waits in vain have none, since what comes next is seen."""


def vidigi_table(scenario: Scenario, program: Program, fates: Fates, log: EventLog) -> pd.DataFrame:
    """The event log as vidigi reads it, in the order in which things happened.

    vidigi draws a patient where their last event says. So a step that uses nothing (a stay, a plain wait) counts as a
    queue of its own name, and a step that uses several resources counts as use of the first.

    Returns:
        Columns VIDIGI_COLUMNS: number of the patient; pathway with which their class begins; type and name of the event
        (`arrival`, `wait for triage`, `triage`, `triage ends`, `depart`); minutes since the start of the run; number of
        the unit in use, counted from 1, and the same with the name of the resource. Nobody knows which nurse it is: the
        lowest number is taken that is free.
    """
    found = lifecycle(program, log)
    told, activity = names(program, [scenario.label(name) for name in program.resources], found)
    kinds = np.array([_TYPES.get(turn, "") for turn in Turn], np.str_)[found.turn]
    begins = (found.turn == Turn.BEGIN) | (found.turn == Turn.RESUME)
    kinds = np.where(begins & (found.used == 0), "queue", kinds)
    kept = (kinds != "") & ~((kinds == "resource_use_end") & (found.used == 0))
    units, resources = _units(found, np.array([one[0] if one else NOTHING for one in found.sets], np.int64)[found.used])
    pathways = [scenario.patients[name].pathway for name in sorted(scenario.patients)]
    used = [f"{program.resources[one]} {unit}" if unit else None for one, unit in zip(resources, units, strict=True)]
    columns: dict[str, Any] = {
        "entity_id": found.patient,
        "pathway": [pathways[stream] for stream in fates.stream[found.patient].tolist()],
        "event_type": kinds,
        "event": _events(told, activity, found),
        "time": found.time_ms / 60_000,
        "resource_id": pd.array([unit or None for unit in units], dtype="Int64"),
        "unique_resource_id": used,
    }
    whole = pd.DataFrame(columns, columns=list(VIDIGI_COLUMNS))
    return whole.iloc[np.flatnonzero(kept)].reset_index(drop=True)


def _events(told: list[str], activity: Ints, found: Lifecycle) -> list[str]:
    forms = {Turn.ARRIVE: "arrival", Turn.LEAVE: "depart", Turn.ASK: "wait for {}"}
    forms |= dict.fromkeys((Turn.SUSPEND, Turn.END, Turn.MISS), "{} ends")
    words = [forms.get(turn, "{}") for turn in Turn]
    return [words[turn].format(told[name]) for turn, name in zip(found.turn.tolist(), activity.tolist(), strict=True)]


def _units(found: Lifecycle, resource: Ints) -> tuple[list[int], list[int]]:
    """Numbers units: who begins takes the lowest number of the resource that is free.

    Args:
        found: the turns, in order of time.
        resource: the resource that each uses first; -1 for none.

    Returns:
        For each turn the number of the unit, 0 for none, and the resource.
    """
    free: dict[int, list[int]] = defaultdict(list)
    most: dict[int, int] = defaultdict(int)
    taken: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    units = [0] * len(resource)
    begins = np.isin(found.turn, (Turn.BEGIN, Turn.RESUME)).tolist()
    ends = np.isin(found.turn, (Turn.END, Turn.SUSPEND, Turn.MISS)).tolist()
    steps = np.where(found.ward == NOTHING, found.step, NOTHING).tolist()
    for at, (patient, what, one) in enumerate(zip(found.patient.tolist(), steps, resource.tolist(), strict=True)):
        if one == NOTHING or not (begins[at] or ends[at]):
            continue
        mine = taken[patient, what, one]
        if begins[at]:
            most[one] += not free[one]
            units[at] = heapq.heappop(free[one]) if free[one] else most[one]
            mine.append(units[at])
        else:
            units[at] = mine.pop(0)
            heapq.heappush(free[one], units[at])
    return units, resource.tolist()
