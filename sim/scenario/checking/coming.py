"""Coming: those who come have dates that there are, and those who are there at the start are where they can be."""

from typing import Final

from sim import clock
from sim.scenario.care import Activity, Enter, Hold, Stay
from sim.scenario.checking.findings import Findings, Where
from sim.scenario.checking.levels import check_law
from sim.scenario.pathway import Repeat, Step, WaitUntil, flatten
from sim.scenario.patients import Arrivals, PatientClass
from sim.scenario.problems import quoted
from sim.scenario.routes import reachable
from sim.scenario.rows import EPOCH
from sim.scenario.start import Start

PLACES: Final = (Activity, Enter, Hold, Repeat, Stay, WaitUntil)
"""Steps at which patients can be when a run begins."""


def check_coming(found: Findings) -> None:
    """Notes dates and steps that there are not, and wards that are told to be more than full."""
    for name, patients in found.scenario.patients.items():
        _check_arrivals(found, ("patients", name, "arrive"), patients.arrive)
        _check_more(found, name, patients)
    for name, start in found.scenario.start.items():
        patient_class = found.scenario.patients.get(start.of)
        if patient_class is None:
            found.unknown(("start", name, "of"), "patient class", start.of, found.scenario.patients)
        else:
            _check_start(found, ("start", name), start, patient_class)
    _check_beds(found)


def _check_arrivals(found: Findings, where: Where, arrive: Arrivals) -> None:
    for name in arrive.on_dates:
        if name not in found.scenario.dates:
            found.unknown((*where, "on_dates", name), "set of dates", name, found.scenario.dates, key=True)
    if arrive.recorded is not None:
        start = (found.scenario.run.start - EPOCH).days * clock.DAY
        moments = arrive.recorded.rows.moment_ms
        if not any(start <= moment < start + found.scenario.horizon for moment in moments):
            message = f"nobody of {quoted(arrive.recorded.file)} comes during the run"
            found.warn((*where, "recorded", "file"), "no-arrivals", message, "check its dates, and run: start")


def _check_more(found: Findings, name: str, patients: PatientClass) -> None:
    """Levels of which more or fewer come are those that patients of the class have."""
    for attribute, factors in patients.arrive.more.items():
        where: Where = ("patients", name, "arrive", "more", attribute)
        if attribute not in patients.attributes:
            found.unknown(where, f"attribute of {name}", attribute, patients.attributes, key=True)
            continue
        levels = patients.levels(attribute)
        for level in factors:
            if level not in levels:
                found.unknown((*where, level), f"level of {attribute}", level, levels, key=True)


def _check_start(found: Findings, where: Where, start: Start, patients: PatientClass) -> None:
    if start.ward is not None and start.ward not in found.scenario.wards:
        found.unknown((*where, "ward"), "ward", start.ward, found.scenario.wards)
    for attribute, level in start.like.items():
        if attribute not in patients.attributes:
            found.unknown((*where, "like", attribute), f"attribute of {start.of}", attribute, patients.attributes)
        elif level not in (levels := patients.levels(attribute)):
            found.unknown((*where, "like", attribute), f"level of {attribute}", level, levels)
    step = _step(found, where, start, patients)
    if step is not None:
        _check_time(found, where, start, step)
    check_law(found, (*where, "left"), start.left, [start.of])


def _step(found: Findings, where: Where, start: Start, patients: PatientClass) -> Step | None:
    """The step at which patients are; notes if they cannot be there."""
    scenario, place = found.scenario, (*where, "at")
    if start.pathway not in scenario.pathways:
        found.unknown(place, "pathway", start.pathway, scenario.pathways)
        return None
    steps = {step.name: step for step in flatten(scenario.pathways[start.pathway])}
    step = steps.get(start.step)
    if step is None:
        found.unknown(place, f"step of {start.pathway}", start.step, steps)
    elif not isinstance(step, PLACES):
        message = f"nobody is ever found at {quoted(start.step)}, which takes no time"
        found.error(place, "start", message, "name a step that takes time, or that patients wait for")
    elif start.pathway not in reachable(scenario, patients.pathway):
        message = f"patients of {quoted(start.of)} never come to the pathway {quoted(start.pathway)}"
        found.error(place, "start", message, "name another class, or another step")
    else:
        return step
    return None


def _check_time(found: Findings, where: Where, start: Start, step: Step) -> None:
    """Who is in a step has some of its time left; who waits for it has waited."""
    is_within = isinstance(step, Stay) or (isinstance(step, Activity) and not step.needs())
    waits = isinstance(step, Enter | Hold) or (isinstance(step, Activity) and not is_within)
    if start.left is not None and not is_within:
        message = f"left has no meaning, since patients at {quoted(start.step)} have not begun it"
        found.error((*where, "left"), "start", message, "say how long they have waited, such as waited: 2 h")
    if start.waited is not None and not waits:
        message = f"waited has no meaning, since nobody waits for anything at {quoted(start.step)}"
        found.error((*where, "waited"), "start", message, "remove it, or say what is left, such as left: 2 d")


def _check_beds(found: Findings) -> None:
    """Those who are in a ward at the start have beds."""
    scenario = found.scenario
    for ward in sorted({start.ward for start in scenario.start.values() if start.ward in scenario.wards} - {None}):
        beds = found.units(str(ward), 0)[0][1]
        there = {name: start.count(beds) for name, start in scenario.start.items() if start.ward == ward}
        if sum(there.values()) > beds:
            message = f"{sum(there.values())} patients are in {ward} at the start, which then has {beds} beds"
            place = ("start", max(there), "fill" if scenario.start[max(there)].fill is not None else "patients")
            found.error(place, "start", message, "let fewer be there, or open beds")
