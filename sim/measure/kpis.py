"""KPIs: the registry of key figures, and the measuring of one replication."""

from dataclasses import dataclass
from typing import Final

from sim.demand.fates import Fates
from sim.engine.eventlog import EventLog
from sim.engine.program import Program
from sim.measure.bed_kpis import BED_KPIS, measure_beds
from sim.measure.costs import COST_KPIS, measure_costs
from sim.measure.ed_kpis import ED_KPIS, measure_ed
from sim.measure.facts import gather
from sim.measure.figures import Figures, Kpi, KpiKey
from sim.measure.flow_kpis import FLOW_KPIS, measure_flow
from sim.measure.profiles import Profiles, measure_profiles
from sim.measure.window import Window
from sim.scenario.scenario import Scenario

__all__ = ["KPIS", "Figures", "Kpi", "KpiKey", "Measured", "measure"]

KPIS: Final[dict[str, Kpi]] = {kpi.name: kpi for kpi in (*ED_KPIS, *BED_KPIS, *FLOW_KPIS, *COST_KPIS)}
"""Every key figure by name, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one replication amounted to."""

    kpis: Figures
    """Values by KPI and scope; nan where there was nobody to measure."""
    profiles: Profiles
    """Arrays by profile and scope."""


def measure(scenario: Scenario, program: Program, fates: Fates, log: EventLog, window: Window) -> Measured:
    """Measures one replication.

    Args:
        scenario: what is declared.
        program: the same, compiled.
        fates: the patients of the replication.
        log: what happened; it keeps the invariants (`sim.engine.invariants`).
        window: the part of the run that counts, usually `Window.of(scenario)`.

    Returns:
        The figures and profiles that the scenario can have. Names and scopes depend on the scenario only, so that all
        replications have the same.
    """
    facts = gather(scenario, program, fates, log, window)
    figures = measure_ed(facts) | measure_beds(facts) | measure_flow(facts) | measure_costs(facts, log)
    return Measured(figures, measure_profiles(facts))
