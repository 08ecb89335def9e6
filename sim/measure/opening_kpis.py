"""Key figures of beds beyond or short of the plan: escalation beds that policies open, beds that are closed."""

from typing import Final

from sim.measure.facts import Facts
from sim.measure.figures import OURS, WHOLE, Figures, Kpi
from sim.measure.journeys import GENERAL_AND_ACUTE
from sim.measure.occupancy import Level, excess
from sim.measure.window import Flags, Ints

_GENERAL: Final = "The whole is general and acute beds: wards and assessment units."
OPENING_KPIS: Final = (
    Kpi(
        "escalation_beds",
        "Escalation beds open",
        "beds",
        "lower",
        "Time-weighted mean number of beds open above those planned for the moment, because a policy opens them. "
        f"{_GENERAL}",
        "NHS England, urgent and emergency care daily situation reports: escalation beds",
    ),
    Kpi(
        "closed_beds",
        "Beds closed",
        "beds",
        "lower",
        "Time-weighted mean number of beds planned for the moment but not open, because of closures by chance (such as "
        f"infection) or because too few staff are on duty. {_GENERAL}",
        OURS,
    ),
)


def measure_openings(facts: Facts) -> Figures:
    """Works out the figures of the wards whose beds policies open, and of those whose beds can be closed."""
    scenario, names = facts.scenario, facts.program.resources
    opened = {name for policy in scenario.policies.values() for name in policy.do.open_beds}
    closed = {name for name, ward in scenario.wards.items() if ward.closures or ward.staffed_by}
    found: Figures = {}
    for kpi, wards in (("escalation_beds", opened), ("closed_beds", closed)):
        numbers = [number for number, name in enumerate(names) if name in wards]
        means = {number: _beyond(facts, kpi, number).mean(facts.window) for number in numbers}
        found |= {(kpi, facts.scope(number)): mean for number, mean in means.items()}
        general = set(facts.wards(*GENERAL_AND_ACUTE)) & means.keys()
        if general:
            found[kpi, WHOLE] = float(sum(means[number] for number in sorted(general)))
    return found


def _beyond(facts: Facts, kpi: str, ward: int) -> Level:
    """Beds open above the plan, or planned and not open; what is planned includes events and dated openings."""
    program = facts.program
    own = program.capacity_resource == ward
    planned = _line(program.capacity_time, program.capacity_units, own)
    there = facts.occupancy.open[ward]
    return excess(there, planned) if kpi == "escalation_beds" else excess(planned, there)


def _line(moments: Ints, units: Ints, chosen: Flags) -> Level:
    return Level(moments[chosen], units[chosen])
