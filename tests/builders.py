"""Hand-made replications: what happened to a few patients, told in minutes, as scenario, program, fates and log."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim import clock
from sim.demand.attributes import all_levels
from sim.demand.crowds import Crowd, Luck
from sim.demand.draws import draws
from sim.demand.fates import Fates
from sim.demand.staffing.orders import Orders
from sim.demand.staffing.supply import planned
from sim.demand.streams import Address
from sim.engine.checking.invariants import check
from sim.engine.compiling import compile_scenario
from sim.engine.eventlog import NOBODY, NOTHING, Event, EventLog, code, unpack
from sim.engine.program import Kind, Program
from sim.engine.stories import needs
from sim.measure.kpis import Measured, measure
from sim.measure.window import Window
from sim.scenario.scenario import Scenario


def hospital(length: str, warm_up: str = "0 min", start: str = "2026-01-05", **parts: Any) -> Scenario:
    """A scenario that starts at midnight, on a Monday if nothing else is said; parts are the sections of the file."""
    run = {"start": start, "warm_up": warm_up, "length": length}
    return Scenario.model_validate({"wardflow": 1, "name": "Test", "run": run, **parts})


def comes(pathway: str = "way", **more: Any) -> dict[str, Any]:
    """A patient class; when its patients come is told by the book."""
    return {"arrive": {"rate": "1 per day"}, "pathway": pathway, **more}


@dataclass(frozen=True)
class Replication:
    """What the engine and the measures are given."""

    scenario: Scenario
    program: Program
    fates: Fates
    log: EventLog

    def rules(self) -> set[int]:
        """Numbers of the broken rules."""
        return {breach.rule for breach in check(self.program, self.fates, self.log)}

    def messages(self, rule: int) -> list[str]:
        """What is said about a broken rule."""
        return [breach.message for breach in check(self.program, self.fates, self.log) if breach.rule == rule]

    def measured(self, window: Window | None = None) -> Measured:
        """Figures and profiles."""
        return measure(self.scenario, self.program, self.fates, self.log, window or Window.of(self.scenario))

    def kpi(self, name: str, scope: str = "") -> float:
        """One figure."""
        return self.measured().kpis[name, scope]

    def row(self, patient: int, event: Event, which: int = 0) -> int:
        """Position in the log of a patient's n-th row with an event."""
        return int(np.flatnonzero((self.log.patient == patient) & (self.log.event == event))[which])

    def without(self, row: int) -> "Replication":
        """The same without a row."""
        return self._picked(np.delete(np.arange(len(self.log)), row))

    def twice(self, row: int) -> "Replication":
        """The same with a row written twice."""
        return self._picked(np.insert(np.arange(len(self.log)), row, row))

    def changed(self, row: int, **columns: int) -> "Replication":
        """The same with other values in a row."""
        tables = {name: getattr(self.log, name).copy() for name in columns}
        for name, value in columns.items():
            tables[name][row] = value
        return replace(self, log=replace(self.log, **tables))

    def _picked(self, rows: np.ndarray) -> "Replication":
        names = ("time_ms", "patient", "event", "step", "resource", "quantity")
        return replace(self, log=replace(self.log, **{name: getattr(self.log, name)[rows] for name in names}))


class Book:
    """Takes down what happened, patient by patient; times are minutes since the start, steps go by their names."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.program = compile_scenario(scenario)
        self.needs = needs(self.program)
        self.rows: list[tuple[int, int, int]] = []
        self.arrivals: list[tuple[int, str, dict[str, str]]] = []
        self.places: dict[int, str] = {}
        self.told: set[str] = set()
        self.waited: dict[int, float] = {}  # before the run, in minutes
        self.drawn: dict[str, list[int]] = {}
        """What draws decide, patient by patient, by the names of the draws."""

    def arrives(self, minute: float, patients: str = "p", **attributes: str) -> int:
        """A patient of a class comes; patients must be told in order of arrival. Returns the patient's number."""
        self.arrivals.append((_ms(minute), patients, attributes))
        patient = len(self.arrivals) - 1
        self.add(minute, patient, Event.ARRIVE)
        return patient

    def waits(self, patient: int, step: str, since: float) -> None:
        """The patient queues, and is still waiting at the end of what is told."""
        self.add(since, patient, Event.QUEUE, step, (self.asked(step), 0))

    def does(
        self, patient: int, step: str, queued: float, start: float, end: float | None = None, **instead: int
    ) -> None:
        """The patient queues for a step, begins and ends it, with what the step itself needs or something else."""
        self.waits(patient, step, queued)
        self.begins(patient, step, start, **instead)
        if end is not None:
            self.ends(patient, step, end, **instead)

    def begins(self, patient: int, step: str, minute: float, event: Event = Event.START, **instead: int) -> None:
        """The patient, who waits, is served."""
        for unit in self._units(step, instead):
            self.add(minute, patient, event, step, unit)

    def ends(self, patient: int, step: str, minute: float, event: Event = Event.END, **instead: int) -> None:
        """The step of the patient ends, or is interrupted."""
        self.begins(patient, step, minute, event, **instead)

    def _units(self, step: str, instead: dict[str, int]) -> list[tuple[str, int]]:
        number = self.step(step)
        own = {self.program.resources[one]: int(self.needs.quantity[number, one]) for one in self._wanted(number)}
        return sorted((instead or own).items()) or [("", 0)]

    def keeps(self, patient: int, step: str, queued: float, start: float) -> None:
        """The patient queues for something that they keep through other steps, and gets it."""
        self.waits(patient, step, queued)
        self.begins(patient, step, start, Event.HOLD)

    def gives_back(self, patient: int, step: str, minute: float) -> None:
        """The patient gives back what they took in a step and kept."""
        self.begins(patient, step, minute, Event.GIVE_BACK)

    def stays(self, patient: int, step: str, start: float, end: float | None = None) -> None:
        """Time passes for the patient without a resource."""
        self.add(start, patient, Event.START, step)
        if end is not None:
            self.add(end, patient, Event.END, step)

    def enters(self, patient: int, step: str, queued: float, placed: float, ward: str = "") -> None:
        """The patient queues for a bed, gets one (perhaps in another ward) and gives up the old place."""
        self.waits(patient, step, queued)
        ward = ward or self.asked(step)
        self.add(placed, patient, Event.PLACE, step, (ward, 1))
        self.vacates(patient, placed)
        self.places[patient] = ward

    def vacates(self, patient: int, minute: float) -> None:
        """The patient gives up the place, if they have one; the bed is ready again after its turnaround."""
        ward = self.places.pop(patient, None)
        if ward is None:
            return
        self.add(minute, patient, Event.VACATE, "", (ward, 1))
        turnaround = self.scenario.wards[ward].turnaround
        if turnaround and _ms(minute) + turnaround < self.scenario.horizon:
            self.add(minute + turnaround / clock.MINUTE, NOBODY, Event.READY, "", (ward, 1))

    def comes_home(self, patient: int, step: str, minute: float, ward: str) -> None:
        """The patient moves from another ward to the one where they belong, in the midst of what they do."""
        self.add(minute, patient, Event.PLACE, step, (ward, 1))
        self.vacates(patient, minute)
        self.places[patient] = ward

    def loses_bed(self, patient: int, stay: str, minute: float) -> None:
        """The bed of the patient closes during a stay."""
        self.add(minute, patient, Event.INTERRUPT, stay)
        self.vacates(patient, minute)

    def turned_away(self, patient: int, step: str, event: Event, queued: float, minute: float) -> None:
        """The patient queues and gives up, balks or is refused."""
        self.waits(patient, step, queued)
        self.add(minute, patient, event, step, (self.asked(step), 0))

    def marks(self, patient: int, step: str, minute: float) -> None:
        """The patient passes a milestone."""
        self.add(minute, patient, Event.MARK, step)

    def leaves(self, patient: int, minute: float, step: str = "leave") -> None:
        """The patient leaves, giving up the place."""
        self.vacates(patient, minute)
        self.add(minute, patient, Event.LEAVE, step)

    def there_are(self, minute: float, resource: str, units: int) -> None:
        """So many units are there from now on; all changes of such a resource must be told, none is added."""
        self.told.add(resource)
        self.add(minute, NOBODY, Event.CAPACITY, "", (resource, units))

    def acts(self, minute: float, policy: str, *, active: bool) -> None:
        """A policy becomes active, or ends."""
        self.add(minute, NOBODY, Event.POLICY, policy, ("", int(active)))

    def add(self, minute: float, patient: int, event: Event, step: str = "", units: tuple[str, int] = ("", 0)) -> None:
        """Takes down a row; units are a resource and how many of it."""
        resource, quantity = units
        number = self.program.resources.index(resource) if resource else NOTHING
        self.rows.append((_ms(minute), patient, code(event, self.step(step) if step else NOTHING, number, quantity)))

    def step(self, name: str) -> int:
        """Number of a step, told as `name` if only one pathway has it, otherwise as `pathway/name`."""
        found = [
            number
            for number, info in enumerate(self.program.steps)
            if name in (info.name, f"{info.pathway}/{info.name}")
        ]
        assert len(found) == 1, f"{name}: {found}"
        return found[0]

    def asked(self, step: str) -> str:
        """Resource on which the queue of a step is logged."""
        return self.program.resources[self.needs.first[self.step(step)]]

    def _wanted(self, step: int) -> list[int]:
        return np.flatnonzero(self.needs.quantity[step] > 0).tolist()

    def closed(self) -> Replication:
        """The replication that was told, with the capacities of the program; it must keep all invariants."""
        program = self.program
        capacity = zip(program.capacity_time, program.capacity_resource, program.capacity_units, strict=True)
        rows = [
            (int(time), NOBODY, code(Event.CAPACITY, resource=int(resource), quantity=int(units)))
            for time, resource, units in capacity
            if program.kind[resource] == Kind.UNITS
            and program.resources[resource] not in self.told
            and time < program.horizon_ms
        ]
        table = np.array(sorted([*rows, *self.rows], key=lambda row: row[0]), np.int64).reshape(-1, 3)
        event, step, resource, quantity = unpack(table[:, 2])
        log = EventLog(
            table[:, 0].copy(),
            table[:, 1].astype(np.int32),
            event.astype(np.int8),
            step.astype(np.int32),
            resource.astype(np.int16),
            quantity.astype(np.int32),
            program.horizon_ms,
        )
        told = Replication(self.scenario, program, self.fates(), log)
        assert not (faults := check(program, told.fates, log)), [str(fault) for fault in faults]
        return told

    def fates(self) -> Fates:
        """The patients who came; everything comes as planned."""
        names = [draw.name for draw in draws(self.scenario)]
        lead_times = {name: supply.takes for name, supply in self.scenario.supplies.items() if supply.takes}
        classes, levels = sorted(self.scenario.patients), all_levels(self.scenario.patients.values())
        streams = [classes.index(patients) for _, patients, _ in self.arrivals]
        return Fates(
            arrival_ms=np.array([time for time, _, _ in self.arrivals], np.int64),
            stream=np.array(streams, np.int16),
            layer=np.zeros(len(streams), np.int16),
            index=np.arange(len(streams)),
            entry=np.array(streams, np.int16),
            waited_ms=np.array([_ms(self.waited.get(patient, 0)) for patient in range(len(streams))], np.int64),
            priority=np.ones(len(streams), np.int32),
            attributes={
                name: np.array(
                    [levels[name].index(own[name]) if name in own else -1 for _, _, own in self.arrivals], np.int16
                )
                for name in levels
            },
            levels=levels,
            draws=draws(self.scenario),
            crowds=tuple(
                Crowd(slice(None), Luck(Address(0, 0, name), (), np.empty(0, np.int64)), {}, frozenset())
                for name in classes
            ),
            supply=planned(self.scenario),
            orders=Orders(0, 0, lead_times),
            _drawn={(names.index(name), 0): np.array(found, np.int64) for name, found in self.drawn.items()},
        )


def _ms(minute: float) -> int:
    return round(minute * clock.MINUTE)
