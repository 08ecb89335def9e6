"""Weeks: one key figure of a replication, week by week."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from sim import clock
from sim.demand.fates import draw_fates
from sim.engine.checking.invariants import check
from sim.engine.program import Program
from sim.engine.reference import run
from sim.measure.bed_kpis import BED_KPIS, measure_beds
from sim.measure.ed_kpis import ED_KPIS, measure_ed
from sim.measure.facts import Facts, gather
from sim.measure.figures import Figures, Kpi, KpiKey
from sim.measure.flow_kpis import FLOW_KPIS, measure_flow
from sim.measure.handover_kpis import HANDOVER_KPIS, measure_handovers
from sim.measure.kpis import measure
from sim.measure.list_kpis import LIST_KPIS, measure_lists
from sim.measure.response_kpis import RESPONSE_KPIS, measure_response
from sim.measure.stay_kpis import STAY_KPIS, measure_stays
from sim.measure.window import Window
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.scenario import Scenario
from sim.study.comparison import InvalidRunError
from sim.study.output_analysis import Floats
from sim.study.wording import figure_label

QUICK: Final[tuple[tuple[tuple[Kpi, ...], Callable[[Facts], Figures]], ...]] = (
    (ED_KPIS, measure_ed),
    (HANDOVER_KPIS, measure_handovers),
    (BED_KPIS, measure_beds),
    (FLOW_KPIS, measure_flow),
    (LIST_KPIS, measure_lists),
    (RESPONSE_KPIS, measure_response),
    (STAY_KPIS, measure_stays),
)
"""Families that can be measured by themselves; for a figure of another one all are measured each week."""


def weekly(scenario: Scenario, program: Program, key: KpiKey, replication: int) -> Floats:
    """Runs one replication and measures a key figure in each of its weeks.

    Args:
        scenario: with its seed; the weeks are those of its measured time.
        program: the same scenario, compiled.
        key: figure and scope.
        replication: number of the replication.

    Returns:
        One value a week; nan where it is not defined.

    Raises:
        InvalidRunError: if the run breaks a rule of book-keeping.
        ScenarioError: if the scenario does not have the figure.
    """
    fates = draw_fates(scenario, scenario.run.seed, replication)
    log = run(program, fates)
    if breaches := check(program, fates, log):
        raise InvalidRunError(f"{scenario.name}, replication {replication}: {breaches[0]}")
    family = next((measured for kpis, measured in QUICK if any(one.name == key[0] for one in kpis)), None)
    facts = gather(scenario, program, fates, log, Window.of(scenario))
    found = []
    for window in windows(scenario):
        figures = (
            family(replace(facts, window=window)) if family else measure(scenario, program, fates, log, window).kpis
        )
        if key not in figures:
            _refuse(scenario, key, figures)
        found.append(figures[key])
    return np.array(found, np.float64)


def windows(scenario: Scenario) -> tuple[Window, ...]:
    """The weeks of the measured time, each from its first to its last millisecond."""
    whole = Window.of(scenario)
    starts = range(whole.start_ms, whole.end_ms - clock.WEEK + 1, clock.WEEK)
    return tuple(Window(start, start + clock.WEEK) for start in starts)


def _refuse(scenario: Scenario, key: KpiKey, figures: Figures) -> None:
    scopes = [scope for name, scope in figures if name == key[0]][:5]
    told = " of ".join(part for part in key if part)
    some = ", ".join(f"{key[0]} of {scope}" if scope else key[0] for scope in scopes)
    message = f"{scenario.name} has nothing to measure for {figure_label(scenario, key)} ({told})"
    fix = some or "see wardflow run --all for those that there are"
    raise ScenarioError([Problem("--kpi", 0, 0, "", "kpi", message, fix)])
