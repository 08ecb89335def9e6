"""KPIs: the registry of key figures, and the measuring of one replication."""

from dataclasses import dataclass
from typing import Final

from sim.demand.fates import Fates
from sim.engine.eventlog import EventLog
from sim.engine.program import Program
from sim.measure.bed_kpis import BED_KPIS, measure_beds
from sim.measure.ed_kpis import ED_KPIS, measure_ed
from sim.measure.facts import gather
from sim.measure.figures import Figures, Kpi, KpiKey
from sim.measure.flow_kpis import FLOW_KPIS, measure_flow
from sim.measure.handover_kpis import HANDOVER_KPIS, measure_handovers
from sim.measure.harm_kpis import HARM_KPIS, measure_harm
from sim.measure.ledger_kpis import LEDGER_KPIS, measure_ledger
from sim.measure.list_kpis import LIST_KPIS, measure_lists
from sim.measure.mishap_kpis import MISHAP_KPIS, measure_mishaps
from sim.measure.money.costs import COST_KPIS, Spent, measure_costs
from sim.measure.money.staff_hours import staff_hours
from sim.measure.offers import offers
from sim.measure.opening_kpis import OPENING_KPIS, measure_openings
from sim.measure.policy_kpis import POLICY_KPIS, measure_policies, policies_of
from sim.measure.profiles import Profiles, measure_profiles
from sim.measure.recovery import RECOVERY_KPIS, measure_recovery
from sim.measure.response_kpis import RESPONSE_KPIS, measure_response
from sim.measure.shelf_kpis import SHELF_KPIS, measure_shelves
from sim.measure.staff_kpis import STAFF_KPIS, measure_staff
from sim.measure.stay_kpis import STAY_KPIS, measure_stays
from sim.measure.window import Window
from sim.scenario.scenario import Scenario

__all__ = ["KPIS", "Figures", "Kpi", "KpiKey", "Measured", "measure"]

FAMILIES: Final[dict[str, tuple[Kpi, ...]]] = {
    "Emergency department": ED_KPIS,
    "Harm from delays": HARM_KPIS,
    "Ambulances": HANDOVER_KPIS,
    "Beds and discharges": (*BED_KPIS, *STAY_KPIS, *OPENING_KPIS),
    "Waiting list": LIST_KPIS,
    "Patients and waits": (*FLOW_KPIS, *RESPONSE_KPIS),
    "Where patients wait": LEDGER_KPIS,
    "What goes wrong": MISHAP_KPIS,
    "Staff and equipment": STAFF_KPIS,
    "Slots and supplies": SHELF_KPIS,
    "Policies and shocks": (*POLICY_KPIS, *RECOVERY_KPIS),
    "Money": COST_KPIS,
}
"""Key figures by what they are about, in the order in which they are shown."""
KPIS: Final[dict[str, Kpi]] = {kpi.name: kpi for family in FAMILIES.values() for kpi in family}
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
        log: what happened; it keeps the invariants (`sim.engine.checking.invariants`).
        window: the part of the run that counts, usually `Window.of(scenario)`.

    Returns:
        The figures and profiles that the scenario can have. Names and scopes depend on the scenario only, so that all
        replications have the same.
    """
    facts = gather(scenario, program, fates, log, window)
    spent = Spent(staff_hours(facts, log), offers(program, log), policies_of(facts, log))
    figures = measure_ed(facts) | measure_handovers(facts) | measure_beds(facts) | measure_flow(facts)
    figures |= measure_mishaps(facts) | measure_staff(facts, spent.hours) | measure_shelves(facts, spent.offered)
    figures |= measure_harm(facts) | measure_stays(facts) | measure_openings(facts) | measure_lists(facts)
    figures |= measure_response(facts)
    figures |= measure_policies(facts, spent.policies) | measure_recovery(facts)
    waits, waits_by_group = measure_ledger(facts, log)
    figures |= waits
    return Measured(figures | measure_costs(facts, log, spent), measure_profiles(facts) | waits_by_group)
