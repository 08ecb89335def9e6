"""Offers: how much of what is used up, slots and supplies, was offered, taken and lost."""

from dataclasses import dataclass

import numpy as np

from sim.engine.checking.shelves import Shelf, shelves
from sim.engine.eventlog import EventLog
from sim.engine.program import Program
from sim.measure.window import Ints, Window


@dataclass(frozen=True, slots=True)
class Offers:
    """What happened to one such resource: moments and units of each kind, in order."""

    offered_ms: Ints
    offered_units: Ints
    """Slots that were offered; supplies that came, those there at the start among them."""
    taken_ms: Ints
    taken_units: Ints
    """Units that patients took."""
    lapsed_ms: Ints
    lapsed_units: Ints
    """Slots that nobody took at their moment, and that were not kept; none of supplies."""

    def offered(self, window: Window) -> int:
        """Units offered in a window."""
        return _in_window(window, self.offered_ms, self.offered_units)

    def used(self, window: Window) -> int:
        """Units taken in a window."""
        return _in_window(window, self.taken_ms, self.taken_units)

    def lapsed(self, window: Window) -> int:
        """Units lost in a window."""
        return _in_window(window, self.lapsed_ms, self.lapsed_units)


def offers(program: Program, log: EventLog) -> dict[int, Offers]:
    """Derives what was offered from a log that keeps the invariants, by the numbers of the resources."""
    return {resource: _offers(shelf) for resource, shelf in shelves(program, log).items()}


def _offers(shelf: Shelf) -> Offers:
    changed_ms, added = shelf.time_ms[shelf.is_change], shelf.added
    more, fewer, takes = added > 0, added < 0, shelf.taken > 0
    return Offers(
        offered_ms=changed_ms[more],
        offered_units=added[more],
        taken_ms=shelf.time_ms[takes],
        taken_units=shelf.taken[takes],
        lapsed_ms=changed_ms[fewer],
        lapsed_units=-added[fewer],
    )


def _in_window(window: Window, moments: Ints, units: Ints) -> int:
    return int(np.sum(units[window.holds(moments)]))
