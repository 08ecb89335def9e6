"""The story of a run as the language guide tells it: one line for each thing that happens, in the order of time."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from sim import clock
from sim.demand.fates import Fates
from sim.engine.eventlog import NOBODY, NOTHING, Event, EventLog
from sim.engine.program import Kind, Program
from sim.scenario.scenario import Scenario

Row = tuple[int, Event, int, int, int]
"""Time, event, step, resource and quantity."""
GROUPED = (Event.START, Event.END, Event.INTERRUPT)
"""Events with one row for each resource."""
ANSWERS = {
    Event.RENEGE: "gives up waiting for {} ({})",
    Event.WORSEN: "gets worse waiting for {} ({})",
    Event.BALK: "finds too long a queue for {} ({})",
    Event.REFUSE: "finds no {} free ({})",
    Event.LATE: "comes too late for {} ({})",
}
"""How a wait can end without what was waited for."""


def told(scenario: Scenario, program: Program, fates: Fates, log: EventLog) -> str:
    """The whole story."""
    teller = Teller(scenario, program)
    lines = [(time, "", place, line) for place, (time, line) in enumerate(sorted(teller.hospital(log)))]
    for number, name in enumerate(names(scenario, fates)):
        rows = rows_of(log, number)
        lines += [(time, name, place, f"{name} {line}") for place, (time, line) in enumerate(teller.patient(rows))]
    return "".join(f"{moment(scenario, time)} {line}\n" for time, _, _, line in sorted(lines))


def names(scenario: Scenario, fates: Fates) -> list[str]:
    """What each patient is called: the class or the start, with a number if there are several."""
    parts = [*sorted(scenario.patients), *sorted(scenario.start)]
    entries = fates.entry.tolist()
    seen: dict[int, int] = {}
    found = []
    for entry in entries:
        seen[entry] = seen.get(entry, 0) + 1
        found.append(parts[entry] if entries.count(entry) == 1 else f"{parts[entry]} {seen[entry]}")
    return found


def rows_of(log: EventLog, patient: int) -> list[Row]:
    """The rows of a patient, or with `NOBODY` those of the hospital."""
    chosen = np.flatnonzero(log.patient == patient)
    columns = (log.time_ms, log.event, log.step, log.resource, log.quantity)
    cells = zip(*(column[chosen].tolist() for column in columns), strict=True)
    return [(time, Event(event), step, resource, quantity) for time, event, step, resource, quantity in cells]


def moment(scenario: Scenario, time_ms: int) -> str:
    """When something happens, as short as the length of the run allows."""
    day, rest = divmod(time_ms, clock.DAY)
    hours = clock.format_time_of_day(rest)
    if rest % clock.MINUTE:
        seconds = rest % clock.MINUTE / clock.SECOND
        hours += f":{seconds:06.3f}" if rest % clock.SECOND else f":{seconds:02.0f}"
    if scenario.horizon <= clock.DAY:
        return hours
    if scenario.horizon <= clock.WEEK:
        return f"{clock.WEEKDAYS[scenario.calendar.weekday(day)]} {hours}"
    date = scenario.calendar.date(time_ms)
    return f"{date.day:02d} {clock.MONTHS[date.month - 1]} {hours}"


class Teller:
    """Turns rows into lines."""

    def __init__(self, scenario: Scenario, program: Program) -> None:
        self.scenario = scenario
        self.program = program

    def hospital(self, log: EventLog) -> Iterator[tuple[int, str]]:
        """What happens to nobody: how many there are from now on, what is clean again, which policy acts."""
        there: dict[int, int] = {}
        for time, event, step, resource, quantity in rows_of(log, NOBODY):
            name = self.program.resources[resource] if resource != NOTHING else ""
            if event is Event.CAPACITY and self.program.kind[resource] == Kind.UNITS:
                if time > 0 and there.get(resource) != quantity:
                    yield time, f"{name}: now {quantity}"
                there[resource] = quantity
            elif event is Event.READY:
                yield time, f"{name}: one more is ready"
            elif event is Event.POLICY:
                yield time, f"policy {self.program.steps[step].name} {'begins' if quantity else 'ends'}"

    def patient(self, rows: list[Row]) -> Iterator[tuple[int, str]]:
        """What happens to a patient, without their name; what stands in one row with what follows is told once."""
        groups = grouped(rows)
        groups.append([])
        skip = False
        for now, following in pairwise(groups):
            if not skip:
                yield from self.lines(now, following)
            moves = bool(following) and now[0][1] is Event.PLACE and following[0][1] is Event.VACATE
            skip = moves and not skip and following[0][0] == now[0][0]

    def lines(self, rows: list[Row], following: list[Row]) -> Iterator[tuple[int, str]]:
        """The line of some rows that belong together, if there is one."""
        time, event, step, resource, _ = rows[0]
        name = self.program.steps[step].name if step != NOTHING else ""
        thing = self.program.resources[resource] if resource != NOTHING else ""
        after = following[0] if following and following[0][0] == time else None
        if event is Event.QUEUE:
            if after is None:
                yield time, f"waits for {thing} ({name})"
        elif event is Event.PLACE:
            moved = after is not None and after[1] is Event.VACATE
            yield time, f"moves from {self.program.resources[after[3]]} to {thing}" if moved else f"enters {thing}"
        elif event is Event.VACATE:
            if after is None or after[1] is not Event.LEAVE:
                yield time, f"gives up {thing}"
        elif event in ANSWERS:
            yield time, ANSWERS[event].format(thing, name)
        else:
            yield time, self.plain(event, rows)

    def plain(self, event: Event, rows: list[Row]) -> str:
        """The line of an event that is told whatever follows."""
        step = rows[0][2]
        info = self.program.steps[step] if step != NOTHING else None
        used = " and ".join(
            (f"{quantity} " if quantity > 1 else "") + self.program.resources[resource]
            for _, _, _, resource, quantity in rows
            if resource != NOTHING
        )
        name = info.name if info else ""
        return {
            Event.ARRIVE: "arrives",
            Event.START: f"starts {name}" + (f" ({used})" if used else ""),
            Event.END: f"ends {name}",
            Event.INTERRUPT: f"is interrupted in {name}" + (f" ({used})" if used else ""),
            Event.HOLD: f"keeps {used}",
            Event.GIVE_BACK: f"gives back {used}",
            Event.MARK: f"passes {info.milestone if info else ''}",
            Event.LEAVE: f"leaves, {info.outcome if info else ''}",
        }[event]


def grouped(rows: list[Row]) -> list[list[Row]]:
    """Rows of one event of one step in one instant, one for each resource, together."""
    groups: list[list[Row]] = []
    for row in rows:
        alike = bool(groups) and row[1] in GROUPED and groups[-1][-1][:3] == row[:3]
        known = alike and any(row[3] == other[3] for other in groups[-1])
        if alike and not known:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups
