"""Within the run: how much of what patients would ask for comes before the end of the run."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.demand.streams import Floats

MOST_ROUNDS: Final = 2000
"""So many pathways one after the other are followed in time; what comes after them counts as if it came at once."""
TOO_FEW: Final = 1e-9
"""Fewer patients than this are not followed on."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time that is looked at, and when the patients come."""

    end: int
    """End of the run in milliseconds."""
    are_there: bool = False
    """Whether all of them are there at the start; otherwise they come evenly over the run."""
    before: int = 0
    """For so many milliseconds before the run others like them came as well."""

    def share(self, age: Floats) -> Floats:
        """Share of those who reach an age that do so before the end of the run."""
        if self.are_there:
            return np.asarray(age < self.end, float)
        return 1 - np.clip(age - self.before, 0.0, self.end - self.before) / (self.end - self.before)

    def time(self, age: Floats) -> Floats:
        """Mean time up to an age that lies before the end of the run: the integral of `share`."""
        counted = np.minimum(age, self.end)
        late = np.maximum(counted - self.before, 0.0)
        return counted if self.are_there else counted - late**2 / (2 * (self.end - self.before))


@dataclass(frozen=True, slots=True)
class Beginnings:
    """When patients begin a walk, in groups; arrays of groups by kinds of patients."""

    shares: Floats
    """Share of all who ever begin it."""
    ages: Floats
    """Milliseconds since they came, or since the start of the run."""
    run: Span

    def share(self, age: Floats | float, span: Floats | float) -> Floats:
        """Share of what is spread evenly over a span that comes before the end of the run, by kind.

        Args:
            age: milliseconds from the beginning of the walk to the first of it.
            span: milliseconds from the first of it to the last.
        """
        since = self.ages + age
        if not np.any(span):
            return np.asarray((self.shares * self.run.share(since)).sum(axis=0))
        spread = (self.run.time(since + span) - self.run.time(since)) / np.where(span, span, 1.0)
        return np.asarray((self.shares * np.where(span, spread, self.run.share(since))).sum(axis=0))


def beginnings(chances: Floats, ages: Floats, entries: Floats, run: Span) -> list[Beginnings]:
    """Follows patients from walk to walk until the end of the run.

    Those who begin a walk as the same in number of their journey are taken together, with their mean age.

    Args:
        chances: to go on from one walk to another; kinds by to by from.
        ages: milliseconds from the beginning of the one to that of the other, summed over those who go on.
        entries: how often a patient begins each walk in all; kinds by walks.
        run: the time that is looked at.

    Returns:
        One entry a walk.
    """
    found = _followed(chances, ages, run.end) if ages.any() else [(entries, np.zeros_like(entries))]
    counts, since = (np.stack(parts) for parts in zip(*found, strict=True))
    shares = counts / np.where(entries > 0, entries, 1.0)
    used = [np.flatnonzero(shares[:, :, walk].any(axis=1)) for walk in range(entries.shape[1])]
    return [Beginnings(shares[groups, :, walk], since[groups, :, walk], run) for walk, groups in enumerate(used)]


def _followed(chances: Floats, ages: Floats, horizon: int) -> list[tuple[Floats, Floats]]:
    """Who begins each walk as the first of their journey, as the second and so on, and the mean of their ages."""
    count, age = np.zeros(chances.shape[:2]), np.zeros(chances.shape[:2])
    count[:, 0] = 1.0
    found: list[tuple[Floats, Floats]] = []
    while count.max() >= TOO_FEW and len(found) < MOST_ROUNDS:
        found.append((count, age))
        more = _times(chances, count)
        age = (_times(chances, count * age) + _times(ages, count)) / np.where(more > 0, more, 1.0)
        count = np.where(age < horizon, more, 0.0)
    if count.max() >= TOO_FEW:
        further = np.linalg.solve(np.eye(len(count[0])) - chances, count[:, :, None])
        found.append((np.asarray(further[:, :, 0], float), age))
    return found


def _times(chances: Floats, count: Floats) -> Floats:
    return np.asarray(np.matmul(chances, count[:, :, None])[:, :, 0])
