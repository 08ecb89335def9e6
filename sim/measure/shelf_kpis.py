"""Key figures of what is used up: slots that are taken or lapse, supplies that are used or run out."""

from typing import Final

import numpy as np

from sim import clock
from sim.measure.facts import Facts
from sim.measure.figures import OURS, WHOLE, Figures, Kpi
from sim.measure.occupancy import Level
from sim.measure.offers import Offers
from sim.measure.window import Window

SHELF_KPIS: Final = (
    Kpi(
        "slots_offered_per_day",
        "Slots offered a day",
        "units per day",
        "neither",
        "Slots that come on offer in the window, divided by days; those of a group for which too few wait do not.",
        OURS,
    ),
    Kpi(
        "slots_used_per_day",
        "Slots used a day",
        "units per day",
        "neither",
        "Slots that are taken in the window, divided by days, whether the patient comes or not.",
        OURS,
    ),
    Kpi(
        "slot_utilisation",
        "Slots used of those offered",
        "share",
        "higher",
        "Slots that are taken in the window, whether the patient comes or not, divided by those that are taken or "
        "lapse in it; the whole is all slots together.",
        "NHS England, GIRFT further faster: clinic template utilisation",
    ),
    Kpi(
        "slots_lapsed_share",
        "Slots that nobody takes",
        "share",
        "lower",
        "Slots that lapse in the window, divided by those that are taken or lapse in it.",
        "NHS England, GIRFT further faster: clinic template utilisation, told as what is lost",
    ),
    Kpi(
        "supplies_used_per_day",
        "Supplies used a day",
        "units per day",
        "neither",
        "Units that are used in the window, divided by days.",
        OURS,
    ),
    Kpi(
        "supplies_out_hours_per_day",
        "Hours a day without stock",
        "hours per day",
        "lower",
        "Time in the window for which no unit is in stock, divided by days.",
        OURS,
    ),
    Kpi(
        "stock_mean",
        "Units in stock",
        "units",
        "neither",
        "Time-weighted mean number of units in stock.",
        OURS,
    ),
)


def measure_shelves(facts: Facts, offered: dict[int, Offers]) -> Figures:
    """Works out the figures of slots and supplies; none without any.

    Args:
        facts: of the replication.
        offered: what happened to each of them, by the number of the resource.
    """
    found: Figures = {}
    for resource, own in offered.items():
        scope = facts.scope(resource)
        if facts.program.resources[resource] in facts.scenario.slots:
            found |= _slots(facts.window, scope, own)
        else:
            found |= _supplies(facts.window, scope, own, facts.occupancy.open[resource])
    slots = [own for resource, own in offered.items() if facts.program.resources[resource] in facts.scenario.slots]
    return found | ({("slot_utilisation", WHOLE): _utilisation(facts.window, slots)} if slots else {})


def _slots(window: Window, scope: str, own: Offers) -> Figures:
    used, lapsed = own.used(window), own.lapsed(window)
    return {
        ("slots_offered_per_day", scope): own.offered(window) / window.days,
        ("slots_used_per_day", scope): used / window.days,
        ("slot_utilisation", scope): _utilisation(window, [own]),
        ("slots_lapsed_share", scope): lapsed / (used + lapsed) if used + lapsed else np.nan,
    }


def _utilisation(window: Window, offered: list[Offers]) -> float:
    used, lapsed = sum(one.used(window) for one in offered), sum(one.lapsed(window) for one in offered)
    return used / (used + lapsed) if used + lapsed else np.nan


def _supplies(window: Window, scope: str, own: Offers, stock: Level) -> Figures:
    out = Level(stock.time_ms, (stock.number <= 0).astype(np.int64))
    return {
        ("supplies_used_per_day", scope): own.used(window) / window.days,
        ("supplies_out_hours_per_day", scope): out.integral(window) / clock.HOUR / window.days,
        ("stock_mean", scope): stock.mean(window),
    }
