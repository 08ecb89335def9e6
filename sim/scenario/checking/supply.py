"""Supply: there is enough of everything that patients wait for, at some time and not only until some day."""

from collections.abc import Mapping
from typing import NamedTuple

from sim.scenario.care import NEEDS, Activity, Enter, Hold
from sim.scenario.checking.admission import wards_of
from sim.scenario.checking.findings import Findings, Where
from sim.scenario.checking.usable import ends, look_ahead, most, never_there
from sim.scenario.queueing import Queueing
from sim.scenario.resources import Resource, Staff
from sim.scenario.slots import Slots
from sim.scenario.supplies import Supply


class Lack(NamedTuple):
    """Why there is not enough of a resource for a step."""

    name: str
    code: str
    message: str
    fix: str


def check_supply(found: Findings) -> None:
    """Notes steps at which patients wait for ever."""
    for _, where, step in found.steps():
        if isinstance(step, Enter):
            _check_ward(found, where, step)
            _check_kept_free(found, where, step, {step.ward: 1})
        elif isinstance(step, Activity | Hold):
            _check_needs(found, where, step)
            _check_kept_free(found, where, step, step.needs())
    _check_stocks(found)


def gives_up(step: Queueing) -> bool:
    """Whether nobody waits for ever at a step, whatever there is."""
    return not (step.gives_up_after is None and step.worsens_after is None and step.if_none_free is None)


def _check_ward(found: Findings, where: Where, step: Enter) -> None:
    if gives_up(step):
        return
    names = wards_of(found.scenario, step)
    others = names[1:]
    place = (*where, "ward")
    if not any(most(found, name) for name in names):
        instead = f", nor have {' and '.join(others)}" if others else ""
        why, fix = _why_no_bed(found, step.ward)
        found.error(place, "never-enough", f"patients wait for {step.ward}, which never has {why}{instead}", fix)
        return
    last = _last_day(found, {name: 1 for name in names})
    if last:
        message = f"patients wait for {step.ward}, but after {last} there is no bed any more"
        found.error(place, "never-again", message, f"leave {step.ward} some beds, or let patients give up")


def _why_no_bed(found: Findings, name: str) -> tuple[str, str]:
    """What a ward lacks, and what to do about it."""
    ward = found.scenario.wards[name]
    absent = [group for group in ward.staffed_by if not most(found, group)]
    if ward.beds and absent:
        return f"a bed that is staffed, since {absent[0]} is never on duty", f"put {absent[0]} on duty"
    if ward.beds and ward.staffed_by:
        return "a bed that is staffed, since there are too few staff", "put more of them on duty"
    return "a bed", f"give {name} beds"


def _check_needs(found: Findings, where: Where, step: Activity | Hold) -> None:
    """Of the ways in which a step can be served, one must be possible."""
    others = step.others if isinstance(step, Activity) else []
    ways = [step.needs(), *(step.needs(other) for other in others)]
    lacks = [[lack for need in way.items() if (lack := _lack(found, step, need))] for way in ways]
    if not all(lacks):
        return
    for lack in lacks[0]:
        field = next(field for field in NEEDS if lack.name in getattr(step, field))
        found.error((*where, field), lack.code, lack.message, lack.fix)


def _lack(found: Findings, step: Queueing, need: tuple[str, int]) -> Lack | None:
    """Why there is not enough of a resource, or None."""
    name, units = need
    resource = found.scenario.resources[name]
    there = _most_in_stock(found, resource) if isinstance(resource, Supply) else most(found, name)
    if there < units and (there or not gives_up(step)):
        why, fix = _why_none(resource) if not there else (f"there are never more than {there}", "")
        message = f"{step.name} needs {units} of {name} at once, but {why}"
        return Lack(name, "never-enough", message, fix or f"have {units} of {name}, or need fewer")
    if gives_up(step) or isinstance(resource, Supply):
        return None
    last = _last_day(found, {name: units})
    if not last:
        return None
    message = f"{step.name} needs {units} of {name}, but after {last} there are never so many any more"
    more = f"offer more of {name}" if isinstance(resource, Slots) else f"let some of {name} stay"
    return Lack(name, "never-again", message, f"{more}, or let patients give up")


def _why_none(resource: Resource) -> tuple[str, str]:
    """Why there is never anything of a resource, and what to do about it."""
    if isinstance(resource, Slots):
        return "none is ever offered", "offer some during the run"
    if isinstance(resource, Staff) and never_there(resource) and any(own.on_duty for own in resource.shifts().values()):
        return "nobody who is rostered ever comes", "lower the absence, or fill posts"
    return "there is never any", ""


def _check_kept_free(found: Findings, where: Where, step: Queueing, needs: Mapping[str, int]) -> None:
    """What is kept free must leave something for those who wait here."""
    for name, units in needs.items() if step.keep_free else ():
        resource = found.scenario.resources[name]
        there = _most_in_stock(found, resource) if isinstance(resource, Supply) else most(found, name)
        if units <= there < units + step.keep_free:
            message = f"{step.keep_free} of {name} are kept free, but there are never more than {there}"
            fix = f"keep fewer free, at most {there - units}" if there > units else "remove it, or have more"
            found.error((*where, "keep_free"), "never-enough", message, fix)


def _last_day(found: Findings, units: Mapping[str, int]) -> str | None:
    """The last day on which there is enough of one of the resources, if the run goes on behind it."""
    last = max(ends(found, name, number) for name, number in units.items())
    if last >= found.scenario.horizon or not last:
        return None
    date = found.scenario.calendar.date(last - 1)
    return f"{date.day} {date:%B %Y}"


def _most_in_stock(found: Findings, supply: Supply) -> int:
    """The most units of a supply that there can ever be at once."""
    delivered = sum(units for _, units in supply.delivered(found.scenario.calendar, found.scenario.horizon))
    if supply.reorder_at is None or supply.order is None:
        return supply.stock + delivered
    return max(supply.stock, supply.reorder_at + supply.order) + delivered


def _check_stocks(found: Findings) -> None:
    """Stocks that come to an end, or stop between what is needed and what makes one order."""
    steps = [step for _, _, step in found.steps() if isinstance(step, Activity | Hold)]
    for name, supply in found.scenario.supplies.items():
        needs = [
            way[name] + step.keep_free
            for step in steps
            for way in (step.needs(), *(step.needs(other) for other in getattr(step, "others", ())))
            if name in way
        ]
        horizon = found.scenario.horizon + look_ahead(found)
        if not needs or supply.delivered(found.scenario.calendar, horizon):
            continue
        where: Where = ("supplies", name)
        if supply.reorder_at is None:
            message = (
                f"nothing of {name} is ever ordered or delivered: patients wait for ever once {supply.stock} are used"
            )
            found.warn(where, "runs-out", message, "add reorder_at: 15, order: 40, or deliveries", key=True)
        elif supply.reorder_at < max(needs) - 1:
            message = (
                f"when {max(needs) - 1} of {name} are left, a patient who needs {max(needs)} waits for ever, "
                f"since more is ordered only at {supply.reorder_at}"
            )
            found.warn((*where, "reorder_at"), "runs-out", message, f"reorder_at: {max(needs) - 1}")
