"""Points: the moments at which patients come, and the numbers by which they are known."""

from collections.abc import Iterable
from dataclasses import dataclass

from sim.demand.streams import MOST_NUMBERS, Address, Ints, number_of


@dataclass(frozen=True, slots=True)
class Layer:
    """A part of a stream within which patients are numbered; it is the same in every scenario.

    Attributes:
        number: number within the stream, 0 to 32767; a patient is known by stream, layer and index.
        source: name of the session, the batch or those there at the start; empty for the other sources.
        part: layer of heights of the Poisson plane, or shell of a session.
    """

    number: int
    source: str = ""
    part: int = 0

    def address(self, root: Address, *draw: str, visit: int = 0) -> Address:
        """Where the uniforms of this layer's patients stand, for a draw of the stream at the root."""
        return Address(root.seed, root.replication, root.stream, draw, self.source, self.part, visit)


@dataclass(frozen=True, slots=True)
class Points:
    """Arrivals of one layer, in order of their indices.

    Attributes:
        layer: the layer.
        time_ms: moments in milliseconds.
        index: positions in the layer, rising; those left out belong to patients who do not come in this scenario.
    """

    layer: Layer
    time_ms: Ints
    index: Ints


def numbers(parts: Iterable[tuple[str, int]], taken: Iterable[int] = ()) -> dict[tuple[str, int], int]:
    """Numbers the layers of named sources, so that another name changes no number.

    Two names in 32,768 share a number by chance; the later in order of names then gets the next free one.

    Args:
        parts: names of sources with the numbers of their parts.
        taken: numbers that other layers of the stream have.

    Returns:
        The number of each part.
    """
    found: dict[tuple[str, int], int] = {}
    used = set(taken)
    for name, part in sorted(parts):
        number = number_of(name, part)
        while number in used:
            number = (number + 1) % MOST_NUMBERS
        used.add(number)
        found[name, part] = number
    return found
