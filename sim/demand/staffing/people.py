"""People: one uniform for each person and period, so that one person more changes nobody else's luck."""

from dataclasses import replace
from typing import Final

import numpy as np

from sim.demand.streams import Address, Floats, uniforms

SHELL: Final = 16
"""People in shell 0; each further shell reaches twice as far."""


def shells(people: int) -> list[tuple[int, int, int]]:
    """Splits people by their positions into shells, which are the same however many people there are.

    Returns:
        Number, first position and the one behind the last of each shell, the last one perhaps not full.

    >>> shells(20)
    [(0, 0, 16), (1, 16, 20)]
    """
    found: list[tuple[int, int, int]] = []
    first, last = 0, SHELL
    while first < people:
        found.append((len(found), first, min(last, people)))
        first, last = last, 2 * last
    return found


def luck(address: Address, people: int, periods: int) -> Floats:
    """Draws one uniform for each person and period.

    A row of random numbers has a width of its shell for each period, so that people keep their numbers when others
    join them, and periods when others come after them.

    Args:
        address: where the rows stand; shells have layers of it.
        people: how many people.
        periods: how many days or weeks.

    Returns:
        Numbers in (0, 1), shape (periods, people).
    """
    parts = [np.empty((periods, 0))]
    for number, first, last in shells(people):
        width = first or SHELL
        row = uniforms(replace(address, layer=number), periods * width)
        parts.append(row.reshape(periods, width)[:, : last - first])
    return np.concatenate(parts, axis=1)
