"""Streams: the only random numbers of Wardflow, addressed by name and patient, never by order of calls."""

import hashlib
import struct
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt
from numpy.random import Generator, Philox
from numpy.random.bit_generator import ISeedSequence, SeedSequence

Floats = npt.NDArray[np.float64]
"""Numbers of patients or points, one each."""
Ints = npt.NDArray[np.int64]
"""Milliseconds, numbers of options or positions, one for each patient or point."""

Spans = tuple[tuple[int, int], ...]
"""Parts of a row: first position and the one behind the last, in order."""

BLOCK: Final = 4
"""Philox makes so many numbers at a time."""
JUMP: Final = 1000
"""A stretch of a row that is longer than this costs more to draw than to jump over."""
SMALLEST: Final = 2.0**-54
"""Stands for a uniform of 0, so that no inverse distribution function ever sees 0."""
MOST_NUMBERS: Final = 2**15
"""Numbers of named sources lie below this, so that they fit 16 bits."""
_DOMAIN: Final = b"wardflow draws 1"
_NUMBERS: Final = struct.Struct(">16sQQQQ")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a row of random numbers stands; equal addresses give equal numbers, on every machine and for ever.

    Attributes:
        seed: the seed of the scenario, 0 to 2**63 - 1.
        replication: number of the replication, from 0.
        stream: name of the patient class.
        draw: what is drawn, such as ("emergency", "triage", "time"), as separate words since names may hold any mark.
        source: name of the session or batch from which the patients come; empty for other arrivals.
        layer: layer of heights of the Poisson plane, or shell of a session.
        visit: how often the patient came to the step before.
    """

    seed: int
    replication: int
    stream: str
    draw: tuple[str, ...] = ()
    source: str = ""
    layer: int = 0
    visit: int = 0

    def key(self) -> npt.NDArray[np.uint64]:
        """The 128-bit key of the generator at this address.

        The numbers have fixed lengths and every word carries its own, so that no two addresses give the same bytes
        (`("a", "bc")` and `("ab", "c")` differ); SHA-256 then keeps different bytes apart.

        Returns:
            Two unsigned 64-bit integers, the first half of the digest read from its small end.

        >>> Address(1, 0, "ed").key().tolist()
        [4675074774778238010, 2506515895199011407]
        """
        found = hashlib.sha256(_NUMBERS.pack(_DOMAIN, self.seed, self.replication, self.layer, self.visit))
        for word in (self.stream, self.source, *self.draw):
            encoded = word.encode()
            found.update(len(encoded).to_bytes(4) + encoded)
        return np.frombuffer(found.digest(), "<u8", 2).astype(np.uint64, copy=False)


class _Key(ISeedSequence):
    """Hands a key to Philox; three times cheaper than `Philox(key=...)`, which first asks the system for entropy."""

    def __init__(self, key: npt.NDArray[np.uint64]) -> None:
        self._key = key

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> npt.NDArray[np.uint64]:
        """Returns the key; Philox asks for two words of 64 bits."""
        return self._key


def uniforms(address: Address, size: int) -> Floats:
    """Draws uniform numbers in the open interval (0, 1).

    The generator is Philox 4x64 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3") with
    the key of the address and its counter at 0. A longer row begins with the shorter one, so patients keep
    their numbers when others come after them.

    Args:
        address: where the row stands.
        size: how many numbers.

    Returns:
        Numbers with 53 random bits, shape (size,).

    >>> row = uniforms(Address(1, 0, "ed"), 3)
    >>> row.round(6).tolist(), bool((uniforms(Address(1, 0, "ed"), 2) == row[:2]).all())
    ([0.064407, 0.167199, 0.738828], True)
    """
    row = np.empty(size)
    fill(address, ((0, size),), row)
    return row


def fill(address: Address, spans: Spans, into: Floats) -> None:
    """Writes parts of the row of an address into an array, jumping over what lies between.

    Args:
        address: where the row stands.
        spans: first positions (multiples of 4, as Philox makes four numbers at a time) and those behind the last.
        into: takes the numbers of the spans, end to end; shape (sum of their lengths,).

    >>> row, parts = uniforms(Address(1, 0, "ed"), 20), np.empty(10)
    >>> fill(Address(1, 0, "ed"), ((4, 6), (12, 20)), parts)
    >>> bool((parts == row[[4, 5, *range(12, 20)]]).all())
    True
    """
    bits = Philox(cast(SeedSequence, _Key(address.key())))
    generator = Generator(bits)
    done, at = 0, 0
    for start, stop in spans:
        if start > at:
            bits.advance((start - at) // BLOCK)
        generator.random(out=into[done : done + stop - start])
        done += stop - start
        at = -(-stop // BLOCK) * BLOCK
    np.maximum(into, SMALLEST, out=into)


def spans_around(index: Ints) -> Spans:
    """Spans of a row that hold all positions of rising indices; a jump saves nothing unless it is long.

    >>> spans_around(np.array([2, 3, 90, 5000, 5002]))
    ((0, 91), (5000, 5003))
    """
    if not index.size:
        return ()
    ends = np.flatnonzero(np.diff(index) > JUMP)
    starts = index[np.concatenate([[0], ends + 1])] // BLOCK * BLOCK
    stops = index[np.concatenate([ends, [-1]])] + 1
    return tuple(zip(starts.tolist(), stops.tolist(), strict=True))


def number_of(name: str, part: int = 0) -> int:
    """Gives a name a number that does not depend on which other names there are.

    Args:
        name: name of a session or batch.
        part: number of its part.

    Returns:
        A number from 0 to 32767, by SHA-256; two names may have the same one.

    >>> number_of("morning"), number_of("morning", 1)
    (30608, 14995)
    """
    digest = hashlib.sha256(struct.pack(">Q", part) + name.encode()).digest()
    return int.from_bytes(digest[:2]) % MOST_NUMBERS
