"""Waiting told plainly: one patient after the other, row by row, without anything of `sim.measure` but the window."""

from collections import defaultdict
from dataclasses import dataclass, field

from sim.engine.eventlog import NOBODY, Event, EventLog
from sim.engine.program import Program
from sim.measure.window import Window

BEGINS = {Event.START, Event.HOLD, Event.PLACE}
AWAY = {Event.RENEGE, Event.BALK, Event.REFUSE, Event.WORSEN, Event.LATE}


@dataclass
class Patient:
    """Where the story of a patient stands."""

    asked: tuple[int, int] | None = None
    """Since when, and at which step, the patient waits for something."""
    began: tuple[int, int] | None = None
    ready: int | None = None
    waits: list[tuple[int, int]] = field(default_factory=list)


def waiting_ms(program: Program, log: EventLog, window: Window) -> dict[int, int]:
    """Milliseconds that each patient waits in a window; patients who never wait are left out."""
    told: dict[int, Patient] = defaultdict(Patient)
    rows = zip(log.time_ms.tolist(), log.patient.tolist(), log.event.tolist(), log.step.tolist(), strict=True)
    for now, number, event, step in rows:
        if number != NOBODY:
            happens(program, told[number], now, Event(event), step)
    found = {}
    for number, patient in told.items():
        over(patient, log.horizon_ms, program)
        spans = ((max(start, window.start_ms), min(end, window.end_ms)) for start, end in patient.waits)
        found[number] = sum(max(end - start, 0) for start, end in spans)
    return {number: waited for number, waited in found.items() if waited}


def happens(program: Program, patient: Patient, now: int, event: Event, step: int) -> None:
    """Takes down a row; who is ready waits until they leave, whatever else happens."""
    if event == Event.QUEUE:
        patient.asked = (now, step)
    elif patient.asked and patient.asked[1] == step and event in BEGINS | AWAY:  # else an outlier comes home meanwhile
        wait(patient, patient.asked[0], now)
        patient.asked = None
    if event == Event.START and patient.began is None:
        patient.began = (now, step)
    elif event in (Event.END, Event.INTERRUPT) and patient.began:
        if is_waiting(program, patient.began[1]):
            wait(patient, patient.began[0], now)
        patient.began = None
    elif event == Event.MARK and program.steps[step].milestone == "ready" and patient.ready is None:
        patient.ready = now
    elif event == Event.LEAVE:
        over(patient, now, program)


def is_waiting(program: Program, step: int) -> bool:
    """Whether the time of a step is waiting."""
    info = program.steps[step]
    return info.meaning == "discharge_delay" or (info.does == "wait until" and info.meaning != "planned")


def wait(patient: Patient, start: int, end: int) -> None:
    """The patient has waited; what is behind `ready` is counted as a whole."""
    if patient.ready is None:
        patient.waits.append((start, end))


def over(patient: Patient, now: int, program: Program) -> None:
    """The patient leaves, or the log ends."""
    if patient.asked:
        wait(patient, patient.asked[0], now)
    if patient.began and is_waiting(program, patient.began[1]):
        wait(patient, patient.began[0], now)
    if patient.ready is not None:
        patient.waits.append((patient.ready, now))
    patient.asked = patient.began = patient.ready = None
