"""The base hospital beside 36 English trusts: each figure should lie between their quartiles."""

from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import clock
from sim.engine.compiling import compile_scenario
from sim.engine.eventlog import Event, EventLog
from sim.engine.program import Program
from sim.measure.window import Window
from sim.scenario.loading import load
from sim.scenario.scenario import Scenario
from sim.study.output_analysis import t_interval
from sim.study.replication import run_replication
from validation.reality.calibration import HERE, ITEMS, quartiles, trusts, weekdays
from validation.verdicts import Case, Observed, Verdict

PART: Final = "reality"
NAME: Final = "general_hospital"
SCENARIO: Final = HERE.parent.parent / "scenarios" / f"{NAME}.yaml"
REPLICATIONS: Final = 40
SOURCE: Final = "NHS England 2024/25, 36 trusts"
MORNING: Final = 8 * clock.HOUR
"""When those without criteria to reside are counted, in milliseconds after midnight."""
RHYTHMS: Final = {"discharges": "discharges", "no_criteria_to_reside": "patients without criteria to reside"}
GAPS: Final = {
    "discharges": "the hospital was tuned to England as a whole, to within 0.12 of a mean day; the trusts lie closer",
    "no_criteria_to_reside": "half of the patients become ready on weekdays only, but who is ready leaves at weekends",
}
"""What the model leaves out, so that its rhythm of the week is known not to fit; README.md says more."""
_READY: Final = "ready"
"""The milestone past which a patient does not meet the criteria."""
Ints = NDArray[np.int64]


def case() -> Case:
    """The hospital as it is shipped."""
    files = (SCENARIO, HERE / "trusts.csv", HERE / "weekdays.csv")
    return Case(PART, NAME, files, REPLICATIONS, observe, judge)


def observe(number: int) -> list[float]:
    """Runs one replication of the hospital and measures what is known of the trusts, in the order of `references`."""
    scenario, program = _prepared()
    found = run_replication(scenario, program, scenario.run.seed, number, keep_log=True)
    if found.breaches or found.log is None:
        raise ValueError(f"replication {number}: {found.breaches}")
    figures = [found.kpis[item.kpi, item.scope] for item in ITEMS]
    discharges = [found.kpis["discharge_weekday", f"weekday:{day}"] for day in clock.WEEKDAYS]
    return [*figures, *discharges, *ready_by_weekday(scenario, program, found.log)]


def references() -> dict[str, tuple[float, float, float]]:
    """Lower quartile, median and upper quartile of each figure over the trusts."""
    columns = trusts()
    known = {item.label: quartiles(item.of_trusts(columns)) for item in ITEMS}
    for figure, said in RHYTHMS.items():
        for day, values in weekdays(figure).items():
            known[f"{said} on {day}, relative to the mean day"] = quartiles(values)
    return known


def judge(rows: Observed) -> list[Verdict]:
    """Holds the interval of each figure against the quartiles."""
    columns = np.array(rows).T
    verdicts = [
        verdict(measure, known, column.tolist())
        for (measure, known), column in zip(references().items(), columns, strict=True)
    ]
    return [replace(one, explained=_gap(one.measure)) for one in verdicts]


def _gap(measure: str) -> str:
    """Why a figure is known not to fit; empty if it should."""
    return next((GAPS[figure] for figure, said in RHYTHMS.items() if measure.startswith(f"{said} on ")), "")


def verdict(measure: str, known: tuple[float, float, float], values: list[float]) -> Verdict:
    """Judges a figure: its whole interval must lie between the quartiles.

    Args:
        measure: what it is called.
        known: lower quartile, median and upper quartile of the trusts.
        values: one a replication.

    >>> verdict("beds", (453, 499, 530), [500.0, 500.0]).tolerance
    31
    """
    low, middle, high = known
    found = t_interval(values)
    tolerance = high - middle if found.mean > middle else middle - low
    return Verdict(PART, NAME, NAME, SOURCE, measure, middle, found.mean, found.half_width, tolerance, np.nan)


def ready_by_weekday(scenario: Scenario, program: Program, log: EventLog) -> list[float]:
    """Patients past `ready` at 08:00 on each weekday, relative to the mean of the seven; Monday first."""
    step = [number for number, one in enumerate(program.steps) if one.name == _READY]
    passed = (log.event == Event.MARK) & np.isin(log.step, step)
    left = (log.event == Event.LEAVE) & np.isin(log.patient, log.patient[passed])
    mornings = Window.of(scenario).daily(MORNING)
    there = _before(log.time_ms[passed], mornings) - _before(log.time_ms[left], mornings)
    weekday = (mornings // clock.DAY + scenario.calendar.weekday(0)) % 7
    means = np.array([there[weekday == day].mean() for day in range(7)])
    return [float(mean) for mean in means / means.mean()]


def _before(moments: Ints, mornings: Ints) -> Ints:
    """How many of some moments come before each morning."""
    return np.searchsorted(np.sort(moments), mornings)


@lru_cache(maxsize=1)
def _prepared() -> tuple[Scenario, Program]:
    """The hospital, loaded once for all replications of a process."""
    scenario = load(SCENARIO)
    return scenario, compile_scenario(scenario)
