"""Soundness: patients get through a scenario, nobody waits for what never comes, and time passes."""

from sim import clock
from sim.scenario.distributions import Fixed, TimeLaw
from sim.scenario.findings import Findings, Where
from sim.scenario.moves import rings
from sim.scenario.pathway import OUTCOMES, Activity, Enter, Go, Leave, OneOf, Queueing, Stay, Step, WaitUntil, flatten
from sim.scenario.problems import quoted
from sim.scenario.routes import has_loop, reachable, targets_of

MOST_PER_DAY = 3000
"""More arrivals a day than this are taken for a slip of the unit; the largest departments see about 1,000."""
LONGEST_STEP = 2 * clock.DAY
"""Activities that take longer on average are taken for a slip of the unit."""


def check_soundness(found: Findings) -> None:
    """Notes what cannot work, and what is odd."""
    _check_step_names(found)
    _check_ends(found)
    _check_exits(found)
    _check_time_passes(found)
    _check_wards_open(found)
    _check_openings(found)
    _check_used(found)
    _check_rings(found)
    _check_run(found)
    _check_plausible(found)


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
                fix = "give one of them a name of its own (name: ...)"
                found.error(where, "duplicate-step", message, fix)
            first.setdefault(step.name, where)


def _check_ends(found: Findings) -> None:
    for name, steps in found.scenario.pathways.items():
        where: Where = ("pathways", name)
        if not leaves_always(steps):
            found.error(
                where, "no-end", f"patients fall off the end of {name}", "end it with leave: discharged, or go:"
            )
        for number in range(len(steps) - 1):
            if leaves_always(steps[: number + 1]):
                place = (*where, number + 1)
                found.error(place, "unreachable-step", "nobody comes to this step", "remove it, or the exit before it")
                break


def _has_exit(steps: list[Step]) -> bool:
    for step in flatten(steps):
        if isinstance(step, Leave) or (isinstance(step, OneOf) and any(option.leave for option in step.options)):
            return True
        targets = (step.then, step.if_queue_full, step.if_none_free) if isinstance(step, Queueing) else ()
        if any(target in OUTCOMES for target in targets):
            return True
    return False


def _check_exits(found: Findings) -> None:
    """From every pathway some way leads out."""
    for name in found.scenario.pathways:
        ways = reachable(found.scenario, name)
        if not any(_has_exit(found.scenario.pathways[way]) for way in ways):
            names = " -> ".join(sorted(ways))
            found.error(("pathways", name), "no-exit", f"patients never leave {names}", "let one of them leave:")


def _takes_time(step: Step) -> bool:
    if isinstance(step, WaitUntil):
        return True
    if isinstance(step, Activity | Stay):
        return not (isinstance(step.time, Fixed) and step.time.value == 0)
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
                    found.error(("pathways", name), "no-time", message, "give a step on the way a time")
                    return
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)


def _check_wards_open(found: Findings) -> None:
    """A ward without a bed for ever, or from some day on, lets patients wait for ever."""
    scenario = found.scenario
    for _, where, step in found.steps():
        if not isinstance(step, Enter) or step.ward not in scenario.wards:
            continue
        ward = scenario.wards[step.ward]
        line = ward.units_over_time(scenario.calendar, scenario.horizon)
        if max(beds for _, beds in line) == 0 and not ward.if_full and not step.if_none_free:
            message = f"patients wait for {step.ward}, which never has a bed"
            found.error((*where, "ward"), "never-enough", message, f"give {step.ward} beds")


def _check_openings(found: Findings) -> None:
    """An opening that always holds is most likely a slip in the name of another one."""
    for name, ward in found.scenario.wards.items():
        for key, opening in ward.also.items():
            if not opening.model_fields_set - {"beds"}:
                message = f"{quoted(key)} changes the beds of {name} by {opening.beds} at all times"
                found.warn(
                    ("wards", name, "also", key),
                    "always-open",
                    message,
                    "give it days, times or dates, or change beds:",
                )


def _check_used(found: Findings) -> None:
    scenario = found.scenario
    used = {pathway for one in scenario.patients.values() for pathway in reachable(scenario, one.pathway)}
    for name in scenario.pathways:
        if name not in used:
            found.warn(
                ("pathways", name), "unused", f"nobody comes to the pathway {quoted(name)}", "remove it, or go: there"
            )
    entered = {step.ward for _, _, step in found.steps() if isinstance(step, Enter)}
    entered |= {other.use for ward in scenario.wards.values() for other in ward.if_full}
    for name in scenario.wards:
        if name not in entered:
            found.warn(
                ("wards", name), "unused", f"no step enters the ward {quoted(name)}", f"add enter: {name}, or remove it"
            )
    needed = {
        name for _, _, step in found.steps() if isinstance(step, Activity) for name in (*step.staff, *step.equipment)
    }
    for section, things in (("staff", scenario.staff), ("equipment", scenario.equipment)):
        for name in things:
            if name not in needed:
                found.warn(
                    (section, name), "unused", f"no step needs {quoted(name)}", "remove it, or let a step need it"
                )


def _check_rings(found: Findings) -> None:
    """Patients who wait for each other's places can block each other for ever."""
    for first, second in rings(found.scenario):
        message = f"patients move from {first} to {second} and back: when both are full they can block each other"
        found.warn(("wards", first), "ring", message, "watch how many still wait at the end of the run")


def _check_run(found: Findings) -> None:
    run = found.scenario.run
    if run.replications == 1:
        message = "one replication tells nothing about chance: there will be no intervals"
        found.warn(("run", "replications"), "one-replication", message, "replications: 20")
    if run.warm_up > run.length:
        message = "the warm-up is longer than the time that is measured"
        found.warn(("run", "warm_up"), "long-warm-up", message, f"length: {clock.exact_duration(run.warm_up)}")
    weekly = any(one.arrive.by_weekday or one.arrive.scheduled for one in found.scenario.patients.values())
    if weekly and run.length % clock.WEEK:
        weeks = max(1, round(run.length / clock.WEEK))
        message = "arrivals follow the week, but the measured time is not whole weeks"
        found.warn(("run", "length"), "part-week", message, f"length: {weeks} weeks")


def _check_plausible(found: Findings) -> None:
    """Numbers that look like a slip of the unit."""
    if not found.scenario.patients:
        found.error(("patients",), "no-patients", "nobody comes to this hospital", "declare a class of patients")
    for name, patients in found.scenario.patients.items():
        rate = patients.arrive.rate
        if rate is None:
            continue
        if rate == 0:
            found.warn(("patients", name, "arrive", "rate"), "no-arrivals", f"no {name} ever comes", "rate: 10 per day")
        if rate * 24 > MOST_PER_DAY:
            message = f"{rate * 24:,.0f} arrivals a day are {rate * 8766:,.0f} a year"
            found.warn(("patients", name, "arrive", "rate"), "many-arrivals", message, "check per hour against per day")
    for _, where, step in found.steps():
        if isinstance(step, Activity | Stay) and isinstance(step.time, TimeLaw):
            _check_time(found, where, step)


def _check_time(found: Findings, where: Where, step: Activity | Stay) -> None:
    mean, spread = getattr(step.time, "mean", 0), getattr(step.time, "sd", 0)
    if isinstance(step, Activity) and (step.staff or step.equipment) and mean > LONGEST_STEP:
        message = f"{step.name} takes {clock.format_duration(mean)} on average and holds staff all the time"
        found.warn((*where, "time"), "long-step", message, "check the unit, or use stay: for time in a bed")
    if spread > 4 * mean:
        message = f"a standard deviation of {spread / mean:.2g} means gives a few enormous times"
        found.warn((*where, "time"), "long-tail", message, "check sd, or add at_most")
