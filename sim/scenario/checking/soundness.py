"""Soundness: patients get through a scenario, nobody waits for what never comes, and time passes."""

from typing import Final

from sim.scenario.care import Activity, Enter, Hold
from sim.scenario.checking.admission import check_admission, wards_of
from sim.scenario.checking.effects import check_effects
from sim.scenario.checking.exits import check_exits
from sim.scenario.checking.findings import Findings, Where
from sim.scenario.checking.holding import check_holding
from sim.scenario.checking.moves import circles
from sim.scenario.checking.supply import check_supply
from sim.scenario.checking.timeless import check_time_passes
from sim.scenario.pathway import Go, Leave, Mark, OneOf, Repeat, Step
from sim.scenario.problems import quoted
from sim.scenario.quantities import REST
from sim.scenario.routes import reachable

MISSED: Final = "missed"
"""Milestone of those who do not come to an appointment."""


def check_steps(found: Findings) -> None:
    """Notes what is wrong with the steps of each pathway by itself."""
    _check_step_names(found)
    _check_rules(found)
    _check_ends(found)


def check_soundness(found: Findings) -> None:
    """Notes what cannot work, and what is odd; every name must stand for something."""
    if not any(problem.code == "no-end" for problem in found.problems):
        check_exits(found)
    check_time_passes(found)
    check_supply(found)
    check_admission(found)
    check_holding(found)
    check_effects(found)
    _check_used(found)
    _check_circles(found)


def leaves_always(steps: list[Step]) -> bool:
    """Whether nobody comes out behind these steps."""
    for step in steps:
        if isinstance(step, Go | Leave):
            return True
        if isinstance(step, Repeat) and leaves_always(step.steps):
            return True
        if isinstance(step, OneOf) and all(
            option.go or option.leave or leaves_always(option.steps or []) for option in step.options
        ):
            return True
    return False


def _check_step_names(found: Findings) -> None:
    """Random draws are addressed by the names of steps, so a pathway may not have one twice."""
    for pathway in found.scenario.pathways:
        first: dict[str, Where] = {}
        for name, where, step in found.steps():
            if name != pathway or isinstance(step, Go | Leave):
                continue
            if step.name in first:
                message = f"two steps of {pathway} are called {quoted(step.name)}"
                found.error(where, "duplicate-step", message, _other_name(step), key=True)
            first.setdefault(step.name, where)


def _other_name(step: Step) -> str:
    """How to give a step a name of its own."""
    if isinstance(step, Activity):
        return f"call it {step.name} 2"
    bodies = {
        "stay": "time: ...",
        "one of": "options: [...]",
        "enter": "ward: ...",
        "wait until": "calendar: ...",
        "repeat": "times: ..., steps: [...]",
        "hold": "staff: ...",
        "give back": "resources: [...]",
    }
    return f"{step.verb}: {{name: second {step.verb}, {bodies[step.verb]}}}" if step.verb in bodies else "remove one"


def _check_rules(found: Findings) -> None:
    """Rules that a step has from others, but that have no meaning at it."""
    for _, where, step in found.steps():
        if isinstance(step, Enter | Hold) and step.preempts:
            what = "a bed" if isinstance(step, Enter) else "what they hold"
            message = f"nobody is interrupted to give {what} to another patient"
            fix = "remove it; priority: 1 and keep_free: 1 help the most urgent"
            found.error((*where, "preempts"), "pair", message, fix)
        if isinstance(step, Activity) and step.missed == REST:
            message = "a share of those who do not come cannot be what others leave"
            found.error((*where, "missed"), "share", message, "missed: 10 %")
        if isinstance(step, Mark) and step.milestone == MISSED:
            message = f"{quoted(MISSED)} is the moment at which a patient does not come to an appointment"
            found.error(where, "reserved-name", message, "choose another name")


def _check_ends(found: Findings) -> None:
    for name, steps in found.scenario.pathways.items():
        where: Where = ("pathways", name)
        if not leaves_always(steps):
            message = f"patients fall off the end of {name}"
            found.error(where, "no-end", message, "end it with leave: discharged, or go:", key=True)
        for number in range(len(steps) - 1):
            if leaves_always(steps[: number + 1]):
                place = (*where, number + 1)
                found.error(place, "unreachable-step", "nobody comes to this step", "remove it, or the exit before it")
                break


def _check_used(found: Findings) -> None:
    """What is declared, but nobody comes to or needs."""
    scenario = found.scenario
    used = {pathway for one in scenario.patients.values() for pathway in reachable(scenario, one.pathway)}
    for name in scenario.pathways:
        if name not in used:
            message = f"nobody comes to the pathway {quoted(name)}"
            found.warn(("pathways", name), "unused", message, f"go: {name} somewhere, or remove it", key=True)
    entered = {ward for _, _, step in found.steps() if isinstance(step, Enter) for ward in wards_of(scenario, step)}
    entered |= {start.ward for start in scenario.start.values() if start.ward}
    for name in scenario.wards:
        if name not in entered:
            message = f"no step enters the ward {quoted(name)}"
            found.warn(("wards", name), "unused", message, f"enter: {name} somewhere, or remove it", key=True)
    needed = {name for _, _, step in found.steps() if isinstance(step, Activity | Hold) for name in _needed(step)}
    needed |= {group for ward in scenario.wards.values() for group in ward.staffed_by}
    for section in ("staff", "equipment", "slots", "supplies"):
        for name in getattr(scenario, section):
            if name not in needed:
                fix = "let a step need it, or remove it"
                found.warn((section, name), "unused", f"no step needs {quoted(name)}", fix, key=True)


def _needed(step: Activity | Hold) -> set[str]:
    """Names of all resources that a step can need."""
    others = step.others if isinstance(step, Activity) else []
    return {name for way in (step.needs(), *(step.needs(other) for other in others)) for name in way}


def _check_circles(found: Findings) -> None:
    """Patients who wait for each other's places can block each other for ever, unless they may swap them."""
    if found.scenario.run.knots == "swap":
        return
    for first, *others in circles(found.scenario):
        if len(others) == 1:
            message = (
                f"patients move from {first} to {others[0]} and back: when both are full they can block each other"
            )
        else:
            names = f"{', '.join((first, *others[:-1]))} and {others[-1]}"
            message = f"patients move in a circle among {names}: when all are full they can block each other"
        fix = "add knots: swap under run: if they may exchange their places; otherwise the run then stops"
        found.warn(("wards", first), "ring", message, fix, key=True)
