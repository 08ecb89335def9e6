"""Soundness: patients get through a scenario, nobody waits for what never comes, and time passes."""

from sim.scenario.distributions import always_zero
from sim.scenario.exits import check_exits
from sim.scenario.findings import Findings, Where
from sim.scenario.moves import circles
from sim.scenario.pathway import Activity, Enter, Go, Leave, OneOf, Stay, Step, WaitUntil
from sim.scenario.problems import quoted
from sim.scenario.routes import has_loop, reachable, targets_of
from sim.scenario.supply import check_supply


def check_steps(found: Findings) -> None:
    """Notes what is wrong with the steps of each pathway by itself."""
    _check_step_names(found)
    _check_ends(found)


def check_soundness(found: Findings) -> None:
    """Notes what cannot work, and what is odd; every name must stand for something."""
    if not any(problem.code == "no-end" for problem in found.problems):
        check_exits(found)
    _check_time_passes(found)
    check_supply(found)
    _check_used(found)
    _check_circles(found)


def leaves_always(steps: list[Step]) -> bool:
    """Whether nobody comes out behind these steps."""
    for step in steps:
        if isinstance(step, Go | Leave):
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
    bodies = {"stay": "time: ...", "one of": "options: [...]", "enter": "ward: ...", "wait until": "calendar: ..."}
    return f"{step.verb}: {{name: second {step.verb}, {bodies[step.verb]}}}" if step.verb in bodies else "remove one"


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


def _takes_time(step: Step) -> bool:
    if isinstance(step, WaitUntil):
        return True
    if isinstance(step, Activity | Stay):
        return not always_zero(step.time)
    return False


def _check_time_passes(found: Findings) -> None:
    """A way round in which no step takes time would never end."""
    scenario = found.scenario
    for name in has_loop(scenario):
        seen, waiting = {name}, [name]
        while waiting:
            steps = scenario.pathways[waiting.pop()]
            if any(_takes_time(step) for step in steps):
                continue
            for target in targets_of(steps) & set(scenario.pathways):
                if target == name:
                    message = f"patients can go round {name} without any time passing"
                    found.error(("pathways", name), "no-time", message, "give a step on the way a time", key=True)
                    return
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)


def _check_used(found: Findings) -> None:
    """What is declared, but nobody comes to or needs."""
    scenario = found.scenario
    used = {pathway for one in scenario.patients.values() for pathway in reachable(scenario, one.pathway)}
    for name in scenario.pathways:
        if name not in used:
            message = f"nobody comes to the pathway {quoted(name)}"
            found.warn(("pathways", name), "unused", message, f"go: {name} somewhere, or remove it", key=True)
    entered = {step.ward for _, _, step in found.steps() if isinstance(step, Enter)}
    entered |= {other.use for ward in scenario.wards.values() for other in ward.if_full}
    for name in scenario.wards:
        if name not in entered:
            message = f"no step enters the ward {quoted(name)}"
            found.warn(("wards", name), "unused", message, f"enter: {name} somewhere, or remove it", key=True)
    activities = [step for _, _, step in found.steps() if isinstance(step, Activity)]
    needed = {name for step in activities for name in (*step.staff, *step.equipment)}
    for section, things in (("staff", scenario.staff), ("equipment", scenario.equipment)):
        for name in things:
            if name not in needed:
                fix = "let a step need it, or remove it"
                found.warn((section, name), "unused", f"no step needs {quoted(name)}", fix, key=True)


def _check_circles(found: Findings) -> None:
    """Patients who wait for each other's places can block each other for ever."""
    for first, *others in circles(found.scenario):
        if len(others) == 1:
            message = (
                f"patients move from {first} to {others[0]} and back: when both are full they can block each other"
            )
        else:
            names = f"{', '.join((first, *others[:-1]))} and {others[-1]}"
            message = f"patients move in a circle among {names}: when all are full they can block each other"
        fix = "watch how many still wait at the end of the run"
        found.warn(("wards", first), "ring", message, fix, key=True)
