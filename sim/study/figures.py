"""Figures of a scenario: which key figures it has, known from an hour of it."""

from sim import clock
from sim.engine.compiling import compile_scenario
from sim.measure.figures import KpiKey
from sim.scenario.scenario import Scenario
from sim.study.replication import run_replication


def figures_of(scenario: Scenario) -> tuple[KpiKey, ...]:
    """Lists the key figures that a scenario has, by running its first hour; their names do not depend on what happens.

    Args:
        scenario: as declared.
    """
    hour = scenario.run.model_copy(update={"warm_up": 0, "length": clock.HOUR})
    short = scenario.model_copy(update={"run": hour})
    return tuple(run_replication(short, compile_scenario(short), scenario.run.seed, 0).kpis)
