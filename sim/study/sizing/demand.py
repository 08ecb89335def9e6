"""Demand: a scenario in which so many times as many patients come, for all of its weeks or for a while.

A factor only raises the curve under which the fixed points of a class lie (`sim.demand.coming.plane`), so that the same
patients come and others besides; with a lower factor some of the same patients stay away.
"""

import math
from collections.abc import Sequence
from typing import Final

from sim import clock
from sim.scenario.events import HospitalEvent
from sim.scenario.patients import Arrivals
from sim.scenario.problems import quoted, suggestion
from sim.scenario.scenario import Scenario
from sim.study.refusal import refusal
from sim.study.sizing.surge import Surge

OPTION: Final = "--patients"
"""What stands for the name of a file in messages about the classes that are multiplied."""
EVENT: Final = "surge"
"""What the event of a surge is called, unless the scenario has one of that name."""


def unscheduled(scenario: Scenario) -> tuple[str, ...]:
    """Classes who come unscheduled: those that are declared by a rate."""
    return tuple(name for name, one in scenario.patients.items() if one.arrive.rate is not None)


def chosen(scenario: Scenario, asked: Sequence[str]) -> tuple[str, ...]:
    """Checks which classes are to be multiplied.

    Args:
        scenario: the base.
        asked: names of classes; none stands for all who come unscheduled.

    Raises:
        ScenarioError: if there is no such class, or it comes in a way that cannot be multiplied.
    """
    if not asked:
        found = unscheduled(scenario)
        if not found:
            message = "nobody comes unscheduled (at a rate) here"
            raise refusal(OPTION, message, f"name who is to be multiplied: {OPTION} {next(iter(scenario.patients))}")
        return found
    for name in asked:
        if name not in scenario.patients:
            message = f"there are no patients {quoted(name)}; {suggestion(name, list(scenario.patients))}"
            raise refusal(OPTION, message, f"{OPTION} {next(iter(scenario.patients))}")
        arrive = scenario.patients[name].arrive
        if arrive.gaps is not None or arrive.recorded is not None:
            source = "by the gaps between them" if arrive.gaps is not None else "as recorded in a file"
            message = f"{name} come {source}, so that there is no way to have the same patients and more"
            raise refusal(OPTION, message, "declare them by a rate, such as rate: 60 per day")
    return tuple(dict.fromkeys(asked))


def left_out(scenario: Scenario, classes: Sequence[str]) -> tuple[str, ...]:
    """Classes of which as many come as ever."""
    return tuple(name for name in scenario.patients if name not in classes)


def multiplied(scenario: Scenario, factor: float, classes: Sequence[str]) -> Scenario:
    """Multiplies the demand of some classes in all weeks.

    Rates are multiplied with all that belongs to them; booked lists and batches get longer or shorter by whole
    patients, a half counting as one, and one at least. Who is there at the start stays as declared.

    Args:
        scenario: the base.
        factor: above 0; with 1 the base itself is returned.
        classes: as `chosen` gives them.
    """
    if factor == 1:
        return scenario
    changed = {
        name: one.model_copy(update={"arrive": _more(one.arrive, factor)})
        for name, one in scenario.patients.items()
        if name in classes
    }
    name = f"{scenario.name}, demand x {factor:g}"
    return scenario.model_copy(update={"name": name, "patients": {**scenario.patients, **changed}})


def surged(scenario: Scenario, surge: Surge, classes: Sequence[str]) -> Scenario:
    """Multiplies the demand of some classes for a while, by an event of the language.

    Args:
        scenario: the base.
        surge: when, how long and how much.
        classes: as `chosen` gives them.

    Raises:
        ScenarioError: if a class does not come at a rate, since only a rate can rise for a while.
    """
    for name in classes:
        if scenario.patients[name].arrive.rate is None:
            raise refusal(
                OPTION, f"{name} do not come at a rate, so that a surge cannot have more of them", "name others"
            )
    name = EVENT
    while name in scenario.events:
        name += "_more"
    begins = scenario.calendar.moment(surge.begins_ms(scenario))
    event = HospitalEvent.model_validate(
        {
            "label": f"Surge x {surge.factor:g}",
            "at": {"date": begins.date().isoformat(), "time": f"{begins:%H:%M}"},
            "lasts": clock.exact_duration(surge.lasts_ms),
            "arrivals": {one: f"x {surge.factor!r}" for one in classes},
        }
    )
    told = f"{scenario.name}, surge {surge.words()}"
    return scenario.model_copy(update={"name": told, "events": {**scenario.events, name: event}})


def _more(arrive: Arrivals, factor: float) -> Arrivals:
    if arrive.rate is not None:
        return arrive.model_copy(update={"rate": arrive.rate * factor})
    for source in ("scheduled", "batches"):
        parts = getattr(arrive, source)
        if parts is not None:
            longer = {
                name: one.model_copy(update={"patients": _whole(one.patients * factor)}) for name, one in parts.items()
            }
            return arrive.model_copy(update={source: longer})
    return arrive


def _whole(patients: float) -> int:
    """Whole patients, a half counting as one, and one at least.

    >>> _whole(6.4), _whole(6.5), _whole(0.2)
    (6, 7, 1)
    """
    return max(math.floor(patients + 0.5 + 1e-9), 1)
