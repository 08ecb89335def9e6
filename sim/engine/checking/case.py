"""Case: a log, what is needed to judge it, and the words for what is wrong with it."""

from dataclasses import dataclass

from sim import clock
from sim.demand.fates import Fates
from sim.engine.checking.places import Places
from sim.engine.eventlog import NOBODY, NOTHING, Event, EventLog
from sim.engine.program import Program
from sim.engine.stories import Ints, Needs, Spells, Stories

Fault = tuple[int, str, Ints]
"""Number of the rule, what is wrong, and the positions in the stories at which it is."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a log breaks."""

    rule: int
    """Number of the rule in `sim.engine.checking.invariants.RULES`."""
    message: str
    """What is wrong, with the first patient, resource and moment at which it is."""

    def __str__(self) -> str:
        """Say it in one line."""
        return f"rule {self.rule}: {self.message}"


@dataclass(frozen=True, slots=True)
class Case:
    """A log and what is needed to judge it."""

    program: Program
    fates: Fates
    log: EventLog
    stories: Stories
    needs: Needs
    spells: Spells
    places: Places

    def where(self, row: int) -> str:
        """Tells patient, step, resource and moment of a row of the log."""
        log, parts = self.log, []
        if log.patient[row] != NOBODY:
            parts.append(f"patient {log.patient[row]}")
        if log.step[row] != NOTHING:
            step = self.program.steps[log.step[row]]
            parts.append(f"step {step.pathway}/{step.name}" if step.pathway else f"{step.does} {step.name}")
        if log.resource[row] != NOTHING:
            parts.append(self.program.resources[log.resource[row]])
        return f"{', '.join(parts)}, {moment(int(log.time_ms[row]))} (row {row}, {Event(log.event[row]).name})"

    def breaches(self, rule: int, what: str, rows: Ints) -> list[Breach]:
        """One breach for the first of some rows of the log; none if there are no rows."""
        if not rows.size:
            return []
        more = f", and {rows.size - 1} more like it" if rows.size > 1 else ""
        return [Breach(rule, f"{what}: {self.where(int(rows[0]))}{more}")]

    def resource(self, row: int) -> str:
        """Name of the resource of a row of the log."""
        return self.program.resources[int(self.log.resource[row])]

    def class_name(self, stream: int) -> str:
        """Name of a patient class."""
        return self.fates.crowds[stream].luck.root.stream


def moment(ms: int) -> str:
    """Writes a moment with its day, the first of the run being day 1.

    >>> moment(86400000 + 27000500)
    'day 2 07:30:00.500'
    """
    seconds, rest = divmod(ms % clock.MINUTE, clock.SECOND)
    return f"day {ms // clock.DAY + 1} {clock.format_time_of_day(ms % clock.DAY)}:{seconds:02d}.{rest:03d}"
