"""Small hospitals for the engine's tests, and their logs as stories in minutes."""

from typing import Any

from sim import clock
from sim.demand.fates import draw_fates
from sim.engine.compiling import compile_scenario
from sim.engine.eventlog import Event, EventLog
from sim.engine.program import Program
from sim.engine.reference import run
from sim.scenario.scenario import Scenario

Story = list[tuple[float, str, str]]


def hospital(minutes: float, **parts: Any) -> Scenario:
    """A scenario that runs for some minutes from Monday midnight; parts are the sections of the file."""
    return Scenario.model_validate({"wardflow": 1, "name": "Test", "run": {"length": f"{minutes} min"}, **parts})


def comes(pathway: str = "way", **arrive: Any) -> dict[str, Any]:
    """A patient class."""
    return {"arrive": arrive, "pathway": pathway}


def every(minutes: float) -> dict[str, Any]:
    """Arrivals at fixed gaps, the first after one gap."""
    return {"gaps": f"{minutes} min"}


def at(*minutes: int) -> dict[str, Any]:
    """Arrivals at given whole minutes of the first day."""
    sessions = {}
    for number, minute in enumerate(minutes):
        time = f"{minute // 60:02d}:{minute % 60:02d}"
        sessions[f"s{number:03d}"] = {"at": time, "patients": 1, "until": "2026-01-05"}
    return {"scheduled": sessions}


def simulate(scenario: Scenario, seed: int = 1, replication: int = 0) -> tuple[Program, EventLog]:
    """Compiles and runs a scenario once."""
    program = compile_scenario(scenario)
    return program, run(program, draw_fates(scenario, seed, replication))


def story(program: Program, log: EventLog, patient: int) -> Story:
    """What happened to a patient: (minute, event, step or resource)."""
    told = []
    for row in (log.patient == patient).nonzero()[0]:
        event = Event(int(log.event[row]))
        resource, step = int(log.resource[row]), int(log.step[row])
        what = program.resources[resource] if resource >= 0 else program.steps[step].name if step >= 0 else ""
        told.append((log.time_ms[row] / clock.MINUTE, event.name.lower(), what))
    return told


def moments(log: EventLog, event: Event, program: Program | None = None, resource: str = "") -> list[float]:
    """Minutes at which an event happened, in order; of one resource if it is named."""
    chosen = log.event == event
    if program is not None:
        chosen = chosen & (log.resource == program.resources.index(resource))
    return (log.time_ms[chosen] / clock.MINUTE).tolist()
