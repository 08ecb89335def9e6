"""Verdicts: a figure of Wardflow beside what is known of it, and whether the two agree."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Observed = Sequence[Sequence[float]]
"""One row of figures a replication."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A measure beside its reference."""

    part: str
    """Part of the validation: a folder of `validation/`."""
    case: str
    scenario: str
    """Name of the scenario file, without its ending."""
    source: str
    """Where the reference comes from, in a few words."""
    measure: str
    """What is compared, with its unit where it has one."""
    reference: float
    mean: float
    """What Wardflow makes of it."""
    half_width: float
    """Of the 95 % interval over replications; 0 for what has no chance in it."""
    tolerance: float
    """How far from the reference the whole interval may reach, absolute; 0 for what must be equal."""
    z: float
    """Standard errors between the two (of both, if the reference is a simulation itself); nan where it says nothing."""
    limit_of_z: float = 3.0
    """So many standard errors may lie between them."""
    explained: str = ""
    """Why the two may differ, where that is understood: the reference is known to be wrong, or the model leaves
    something out. A gap that is known is told in the table and in the passports, and does not fail the check."""

    @property
    def passed(self) -> bool:
        """Whether the interval lies inside the tolerance, so that too few replications do not pass."""
        off = abs(self.mean - self.reference)
        return off + self.half_width <= self.tolerance and not abs(self.z) >= self.limit_of_z

    @property
    def word(self) -> str:
        """What the table says: `agrees`, `explained` or `differs`."""
        return "agrees" if self.passed else "explained" if self.explained else "differs"


@dataclass(frozen=True, slots=True)
class Case:
    """Something known, and how Wardflow is held against it."""

    part: str
    name: str
    files: tuple[Path, ...]
    """Scenarios and data that decide its figures."""
    replications: int
    observe: Callable[[int], list[float]]
    """Runs one replication by its number and measures; a function of a module or a `functools.partial` of one."""
    judge: Callable[[Observed], list[Verdict]]
    """Compares all replications with what is known."""


def exactly(part: str, case: str, source: str, measure: str, pair: tuple[float, float]) -> Verdict:
    """Judges what has no chance in it: reference and result must be equal.

    >>> exactly("traces", "one_bed", "by hand", "end [min]", (12.5, 12.5)).word
    'agrees'
    """
    reference, mean = pair
    return Verdict(part, case, case, source, measure, reference, mean, 0.0, 0.0, math.nan)
