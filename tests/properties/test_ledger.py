"""The wait ledger adds up: in every generated hospital, and in the base hospital, exactly, patient by patient."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim import clock
from sim.demand.fates import Fates, draw_fates
from sim.engine.compiling import compile_scenario
from sim.engine.eventlog import EventLog
from sim.engine.program import Program
from sim.engine.reference import run
from sim.measure.facts import gather
from sim.measure.ledger import Ledger, ledger
from sim.measure.ledger_kpis import measure_ledger
from sim.measure.window import Window
from sim.scenario.loading import load
from sim.scenario.scenario import Scenario
from tests.plain_waiting import waiting_ms
from tests.properties.generator import hospitals


def charged(scenario: Scenario, program: Program, fates: Fates, log: EventLog, window: Window) -> Ledger:
    """The ledger; what it charges to each patient is what a plain walk through the log finds."""
    found = ledger(gather(scenario, program, fates, log, window), log)
    patients = found.by_patient(len(fates.stream))
    told = {int(number): int(patients[number]) for number in np.flatnonzero(patients)}
    assert told == waiting_ms(program, log, window)
    assert found.time_ms.dtype == np.int64
    assert (found.time_ms > 0).all()
    assert int(found.by_cause().sum()) == sum(told.values())
    return found


@given(hospitals(), st.integers(0, 1000), st.integers(0, 9))
def test_causes_add_up_to_all_waiting_of_every_patient(parts: dict[str, Any], seed: int, tenth: int) -> None:
    """Also in a window that cuts waits at both ends, and in two windows that make up the whole."""
    scenario = Scenario.model_validate(parts | {"run": parts["run"] | {"knots": "swap"}})
    program, fates = compile_scenario(scenario), draw_fates(scenario, seed, 0)
    log = run(program, fates)
    cut = scenario.horizon * tenth // 10
    windows = [Window(0, scenario.horizon), Window(cut, scenario.horizon)] + ([Window(0, cut)] if cut else [])
    sums = [charged(scenario, program, fates, log, window).by_cause() for window in windows]
    if cut:
        assert (sums[0] == sums[1] + sums[2]).all()


def test_the_base_hospital_adds_up_by_cause_class_and_age() -> None:
    base = load("scenarios/general_hospital.yaml")
    times = {"warm_up": 5 * clock.DAY, "length": 7 * clock.DAY}
    scenario = base.model_copy(update={"run": base.run.model_copy(update=times)})
    program, fates = compile_scenario(scenario), draw_fates(scenario, 7, 0)
    log, window = run(program, fates), Window.of(scenario)
    found = charged(scenario, program, fates, log, window)
    assert found.by_cause().sum() > 0
    figures, profiles = measure_ledger(gather(scenario, program, fates, log, window), log)
    hours = found.by_cause() / clock.HOUR / 7
    for kind in ("class", "age"):
        by_cause = [
            sum(
                float(values[0])
                for (name, scope), values in profiles.items()
                if name == "wait_ledger" and scope.startswith(f"{cause}|{kind}:")
            )
            for cause in found.causes.scopes
        ]
        if kind == "class":
            np.testing.assert_allclose(by_cause, hours, rtol=1e-9)
    for kind in ("cause", "class"):
        parts = [value for (name, scope), value in figures.items() if name == "wait_hours_per_day" and kind in scope]
        assert abs(sum(parts) - figures["wait_hours_per_day", ""]) < 1e-6
