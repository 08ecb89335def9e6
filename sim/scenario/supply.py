"""Supply: there is enough of everything that patients wait for, at some time and not only until some day."""

from collections.abc import Iterable
from typing import Final

from sim import clock
from sim.scenario.findings import Findings, Where
from sim.scenario.pathway import Activity, Enter, Queueing

LOOK_AHEAD: Final = 8 * clock.DAY
"""So long after the end of a run a shift of every weekday comes once more."""


def check_supply(found: Findings) -> None:
    """Notes steps at which patients wait for ever."""
    for _, where, step in found.steps():
        if isinstance(step, Enter):
            _check_ward(found, where, step)
        elif isinstance(step, Activity):
            for section, needs in (("staff", step.staff), ("equipment", step.equipment)):
                for name, units in sorted(needs.items()):
                    _check_need(found, (*where, section), step, (name, units))


def _gives_up(step: Queueing) -> bool:
    """Whether nobody waits for ever at a step, whatever there is."""
    return step.gives_up_after is not None or step.if_none_free is not None


def _check_ward(found: Findings, where: Where, step: Enter) -> None:
    if _gives_up(step):
        return
    others = [other.use for other in found.scenario.wards[step.ward].if_full]
    names = [step.ward, *others]
    place = (*where, "ward")
    if not any(_most(found, name) for name in names):
        instead = f", nor have {' and '.join(others)}" if others else ""
        message = f"patients wait for {step.ward}, which never has a bed{instead}"
        found.error(place, "never-enough", message, f"give {step.ward} beds")
        return
    last = _last_day(found, names, 1)
    if last:
        message = f"patients wait for {step.ward}, but after {last} there is no bed any more"
        found.error(place, "never-again", message, f"leave {step.ward} some beds, or let patients give up")


def _check_need(found: Findings, where: Where, step: Activity, need: tuple[str, int]) -> None:
    name, units = need
    most = _most(found, name)
    if most < units and (most or not _gives_up(step)):
        there = f"there are never more than {most}" if most else "there is never any"
        message = f"{step.name} needs {units} of {name} at once, but {there}"
        found.error(where, "never-enough", message, f"have {units} of {name}, or need fewer")
        return
    last = None if _gives_up(step) else _last_day(found, [name], units)
    if last:
        message = f"{step.name} needs {units} of {name}, but after {last} there are never so many any more"
        found.error(where, "never-again", message, f"let some of {name} stay, or let patients give up")


def _most(found: Findings, name: str) -> int:
    horizon = found.scenario.horizon
    return max(units for moment, units in found.units(name, LOOK_AHEAD) if moment < horizon)


def _last_day(found: Findings, names: Iterable[str], units: int) -> str | None:
    """The last day on which there is enough of one of the resources, if the run goes on behind it."""
    last = 0
    for name in names:
        line = found.units(name, LOOK_AHEAD)
        ends = [moment for moment, _ in line[1:]] + [found.scenario.horizon + LOOK_AHEAD]
        last = max([last, *(end for (_, there), end in zip(line, ends, strict=True) if there >= units)])
        if last >= found.scenario.horizon:
            return None
    date = found.scenario.calendar.date(max(last - 1, 0))
    return f"{date.day} {date:%B %Y}"
