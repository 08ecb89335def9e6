"""Cases: each trace is a scenario file beside this one; `expected.csv` tells its moments as its source states them."""

import csv
import re
from functools import lru_cache, partial
from itertools import groupby
from math import nan
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import clock
from sim.demand.fates import draw_fates
from sim.engine.checking.invariants import check
from sim.engine.compiling import compile_scenario
from sim.engine.eventlog import Event, EventLog
from sim.engine.program import Program
from sim.engine.reference import run
from sim.scenario.loading import load
from sim.scenario.scenario import Scenario
from validation.verdicts import Case, Observed, Verdict, exactly

PART: Final = "traces"
FOLDER: Final = Path(__file__).parent
EXPECTED: Final = FOLDER / "expected.csv"
_SOURCE: Final = re.compile(r"(?:ciw|simmer) tests/.*(?=\.$)")


class Expected(NamedTuple):
    """A row of the file: what happens to the patients of a trace, and when."""

    trace: str
    event: str
    """An event of the log; or `spent`, for minutes in a step in all, interrupted ones too."""
    step: str
    """The step; any if empty."""
    told: str
    """`all` moments in order of time, or the `first`; `by patient` in order of their numbers, or the `first by
    patient`; only their `number`, or the `last`."""
    expected: str
    """Minutes from the start, one after the other; a count for `number`."""

    @property
    def figures(self) -> list[float]:
        """What is expected; if all moments are told, first how many there are."""
        told = [float(figure) for figure in self.expected.split()]
        return [float(len(told)), *told] if self.told in ("all", "by patient") else told

    @property
    def measures(self) -> list[str]:
        """What each figure is called."""
        what = f"{self.event} {self.step}".strip()
        if self.told in ("number", "last"):
            return [f"{what}: how many" if self.told == "number" else f"{what}: the last [min]"]
        who = "patient" if self.told.endswith("by patient") else "number"
        named = [f"{what}: {who} {place} [min]" for place in range(1, len(self.expected.split()) + 1)]
        return [f"{what}: how many", *named] if len(named) < len(self.figures) else named


def expected() -> dict[str, list[Expected]]:
    """Reads what is known of each trace."""
    with EXPECTED.open(encoding="utf-8") as stream:
        rows = [Expected(**row) for row in csv.DictReader(stream)]
    return {trace: list(own) for trace, own in groupby(rows, lambda row: row.trace)}


def cases() -> list[Case]:
    """One case a trace."""
    return [Case(PART, trace, _files(trace), 1, partial(observe, trace), partial(judge, trace)) for trace in expected()]


def _files(trace: str) -> tuple[Path, ...]:
    """The scenario, those that it extends, and what is expected."""
    file = FOLDER / f"{trace}.yaml"
    extended = re.match(r"extends: (\S+)", file.read_text(encoding="utf-8"))
    return (file, *([FOLDER / extended[1]] if extended else []), EXPECTED)


def observe(trace: str, number: int) -> list[float]:
    """Runs a trace and finds the figures that are expected, in their order."""
    program, log = play(trace, number)
    return [figure for row in expected()[trace] for figure in found(row, program, log)]


def judge(trace: str, rows: Observed) -> list[Verdict]:
    """Every figure must be equal."""
    told = expected()[trace]
    measures = [measure for row in told for measure in row.measures]
    pairs = zip((figure for row in told for figure in row.figures), rows[0], strict=True)
    return [exactly(PART, trace, source(trace), measure, pair) for measure, pair in zip(measures, pairs, strict=True)]


def source(trace: str) -> str:
    """The test that states the figures: the end of what the scenario says about itself."""
    named = _SOURCE.search(_scenario(trace).about.strip())
    if named is None:
        raise ValueError(f"{trace}.yaml names no source")
    return named[0]


def play(trace: str, number: int = 0) -> tuple[Program, EventLog]:
    """Runs a trace once; its books must balance.

    Raises:
        ValueError: if they do not.
    """
    scenario = _scenario(trace)
    program, fates = compile_scenario(scenario), draw_fates(scenario, scenario.run.seed, number)
    log = run(program, fates)
    if breaches := check(program, fates, log):
        raise ValueError(f"{trace}: {breaches[0]}")
    return program, log


@lru_cache(maxsize=2)
def _scenario(trace: str) -> Scenario:
    """The scenario of a trace."""
    return load(FOLDER / f"{trace}.yaml")


def found(row: Expected, program: Program, log: EventLog) -> list[float]:
    """The figures of a row of the file, nan for those that are missing."""
    minutes = _spent(row, program, log) if row.event == "spent" else _moments(row, program, log)
    if row.told == "number":
        return [float(len(minutes))]
    if row.told == "last":
        return minutes[-1:] or [nan]
    wanted = len(row.expected.split())
    padded = (minutes + [nan] * wanted)[:wanted]
    return padded if row.told.startswith("first") else [float(len(minutes)), *padded]


def _moments(row: Expected, program: Program, log: EventLog) -> list[float]:
    """Minutes at which it happened; several rows of one start or end, one for each resource, count once."""
    rows = _rows(row.step, program, log) & (log.event == Event[row.event.upper()])
    happened = {(int(time), int(patient)) for time, patient in zip(log.time_ms[rows], log.patient[rows], strict=True)}
    order = sorted(happened, key=lambda one: one[1] if row.told.endswith("by patient") else one[0])
    return [time / clock.MINUTE for time, _ in order]


def _spent(row: Expected, program: Program, log: EventLog) -> list[float]:
    """Minutes that each patient who finished was in a step in all, in order of their numbers."""
    rows = _rows(row.step, program, log)
    begun, over = log.event == Event.START, np.isin(log.event, (Event.END, Event.INTERRUPT))
    spent = []
    for patient in np.unique(log.patient[rows & (log.event == Event.END)]):
        own = rows & (log.patient == patient)
        spent.append(int(log.time_ms[own & over].sum() - log.time_ms[own & begun].sum()) / clock.MINUTE)
    return spent


def _rows(step: str, program: Program, log: EventLog) -> NDArray[np.bool_]:
    """Rows of patients in a step, or in any."""
    numbers = [number for number, one in enumerate(program.steps) if step in ("", one.name)]
    return (log.patient >= 0) & (np.isin(log.step, numbers) if step else np.ones(len(log), np.bool_))
