"""Effects: what is declared, but can make no difference, or makes another one than most people mean."""

from sim import clock
from sim.scenario.care import Activity, Substitute
from sim.scenario.checking.findings import Findings, Where
from sim.scenario.checking.usable import falls, most
from sim.scenario.pathway import OneOf
from sim.scenario.problems import quoted
from sim.scenario.supplies import Supply
from sim.scenario.waves import Wave


def check_effects(found: Findings) -> None:
    """Notes rules that never come into play; every name must stand for something."""
    for _, where, step in found.steps():
        if isinstance(step, Activity):
            _check_finish(found, where, step)
            _check_interrupted(found, where, step)
            for number, other in enumerate(step.others):
                _check_substitute(found, (*where, "others", number), step, other)
    _check_events(found)
    _check_waves(found)
    _check_policies(found)
    _check_shared_staff(found)


def _check_finish(found: Findings, where: Where, step: Activity) -> None:
    """A step must be over before closing, but nothing closes."""
    ways = [step.needs(), *(step.needs(other) for other in step.others)]
    names = sorted({name for way in ways for name in way})
    if step.must_finish is not None and not any(falls(found, name) for name in names):
        message = f"must_finish has no effect, since there are never fewer of {' and '.join(names)}"
        found.warn((*where, "must_finish"), "no-effect", message, "give them a roster, or remove the rule")


def _check_interrupted(found: Findings, where: Where, step: Activity) -> None:
    """What is used up cannot be given back, so that its steps are not interrupted."""
    used_up = [*step.slots, *step.uses]
    if used_up and step.interrupted != "resume":
        message = f"a step that uses up {' and '.join(used_up)} is never interrupted"
        found.warn((*where, "interrupted"), "no-effect", message, "remove the rule")


def _check_substitute(found: Findings, where: Where, step: Activity, other: Substitute) -> None:
    """A substitute of whom there are never enough."""
    for name, units in step.needs(other).items():
        if name not in step.needs() and not isinstance(found.scenario.resources[name], Supply):
            there = most(found, name)
            if there < units:
                message = f"this never happens, since it needs {units} of {name} and there are never more than {there}"
                found.warn(where, "no-effect", message, f"have {units} of {name}, or remove the substitute")


def _check_events(found: Findings) -> None:
    for name, event in found.scenario.events.items():
        start, end = event.spell(found.scenario.calendar)
        if end <= 0 or start >= found.scenario.horizon:
            message = f"{quoted(name)} is on {event.at.date}, which is not in the run"
            found.warn(("events", name, "at"), "no-effect", message, "check the date, and run: start")


def _check_waves(found: Findings) -> None:
    for name, patients in found.scenario.patients.items():
        for key, wave in patients.arrive.waves.items():
            first = found.scenario.calendar.days_to(wave.since)
            if first * clock.DAY >= found.scenario.horizon or first + _days(wave) <= 0:
                message = f"the wave {quoted(key)} is not in the run"
                place = ("patients", name, "arrive", "waves", key, "since")
                found.warn(place, "no-effect", message, "check its dates, and run: start")


def _days(wave: Wave) -> float:
    """Days that a wave lasts; the fall after a peak has no end."""
    if wave.grows is not None:
        return float("inf")
    return 7 * len(wave.by_week) if wave.by_week is not None else len(wave.by_day or [])


def _check_policies(found: Findings) -> None:
    """A policy that does nothing and on which no branch depends."""
    branches = {step.policy() for _, _, step in found.steps() if isinstance(step, OneOf)}
    for name, policy in found.scenario.policies.items():
        does = policy.do.open_beds or policy.do.call_in or policy.do.early_discharge
        if not does and name not in branches:
            message = f"the policy {quoted(name)} does nothing, and no option of a branch has while: {name}"
            found.warn(("policies", name), "unused", message, "say what it does under do:, or remove it", key=True)


def _check_shared_staff(found: Findings) -> None:
    """The same staff look after the beds of several wards, and each ward counts all of them."""
    first: dict[str, str] = {}
    for name, ward in found.scenario.wards.items():
        for group in ward.staffed_by:
            if group in first:
                message = f"{group} staffs {first[group]} as well, and each of the two wards counts all who are on duty"
                fix = f"declare a group for each ward, such as {name}_{group}"
                found.warn(("wards", name, "staffed_by", group), "shared-staff", message, fix, key=True)
            first.setdefault(group, name)
