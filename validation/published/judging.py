"""Judging: a figure of ours beside one that others printed, each with its own standard error."""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.study.output_analysis import t_interval, t_quantile
from validation.published.running import PART
from validation.verdicts import Verdict

CONFIDENCE: Final = 0.95
TOO_FAR: Final = 3.0
"""So many standard errors may lie between two figures."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over replications with its standard error."""

    mean: float
    error: float
    replications: int

    @property
    def sd(self) -> float:
        """Standard deviation of single replications."""
        return self.error * math.sqrt(self.replications)

    @property
    def half_width(self) -> float:
        """Of the 95 % interval."""
        return t_quantile((1 + CONFIDENCE) / 2, self.replications - 1) * self.error


def mean_of(values: ArrayLike) -> Estimate:
    """The mean of one value a replication; nan where a replication has none.

    >>> mean_of([1.0, 2.0, 3.0, float("nan")])
    Estimate(mean=2.0, error=0.5773502691896258, replications=3)
    """
    interval = t_interval(values)
    return Estimate(interval.mean, interval.sd / math.sqrt(interval.n), interval.n)


def share_of(part: NDArray[np.float64], whole: NDArray[np.float64]) -> Estimate:
    """The pooled share of a count in another, each counted in every replication.

    The standard error is that of a ratio of means (Law 2015, Simulation Modeling and Analysis, section 9.5.3).

    >>> share_of(np.array([1.0, 3.0]), np.array([4.0, 4.0]))
    Estimate(mean=0.5, error=0.25, replications=2)
    """
    share, n = float(part.sum() / whole.sum()), len(part)
    return Estimate(share, float(np.std(part - share * whole, ddof=1) / whole.mean()) / math.sqrt(n), n)


@dataclass(frozen=True, slots=True)
class Reference:
    """A figure that others printed."""

    measure: str
    source: str
    """What the table of verdicts says about where it comes from."""
    value: float
    replications: int = 0
    """Of theirs; 0 for an exact figure."""
    rounding: float = 0.0
    """Half a unit of the last digit that is printed."""
    half_width: float = math.nan
    """Of their 95 % interval, if it is known."""
    sd: float = math.nan
    """Of their single replications, if it is known."""
    explained: str = ""
    """Why it may differ."""

    def error(self, own_sd: float) -> float:
        """Its standard error; if nothing is printed about it, replications are as far apart as ours.

        >>> round(Reference("wait", "a paper", 31.30, replications=1000, half_width=1.12).error(0.0), 3)
        0.571
        >>> Reference("wait", "a paper", 35.0, replications=100).error(20.0)
        2.0
        """
        if not self.replications:
            return 0.0
        if not math.isnan(self.half_width):
            chance = self.half_width / t_quantile((1 + CONFIDENCE) / 2, self.replications - 1)
        else:
            chance = (own_sd if math.isnan(self.sd) else self.sd) / math.sqrt(self.replications)
        return math.hypot(chance, self.rounding / math.sqrt(3))  # what was rounded away is uniform


def printed(text: str) -> tuple[float, float]:
    """A printed number, and half a unit of its last digit.

    >>> printed("0.19"), printed("35")
    ((0.19, 0.005), (35.0, 0.5))
    """
    return float(text), 0.5 * 10.0 ** -len(text.partition(".")[2])


def compare(scenario: str, reference: Reference, ours: Estimate, tolerance: float) -> Verdict:
    """Judges one figure.

    Args:
        scenario: name of the file.
        reference: what others found.
        ours: what we find.
        tolerance: how far from a figure without chance in it our interval may reach, absolute; three standard errors
            of the reference come on top.
    """
    error = reference.error(ours.sd)
    both = math.hypot(error, ours.error)
    return Verdict(
        part=PART,
        case=scenario,
        scenario=scenario,
        source=reference.source,
        measure=reference.measure,
        reference=reference.value,
        mean=ours.mean,
        half_width=ours.half_width,
        tolerance=tolerance + TOO_FAR * error,
        z=(ours.mean - reference.value) / both,
        limit_of_z=TOO_FAR,
        explained=reference.explained,
    )


@dataclass(frozen=True, slots=True)
class Source:
    """Somebody's runs of a published model."""

    name: str
    replications: int


def read_references(
    file: Path, scenario: str, sources: Mapping[str, Source], explained: Mapping[tuple[str, str], str]
) -> list[Reference]:
    """Reads what is printed about a scenario.

    Args:
        file: a table with the columns scenario, measure, source, mean, half_width and sd.
        scenario: name of the scenario file.
        sources: the sources by the names that they have in the table.
        explained: why a figure may differ, by source and measure.
    """
    with file.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["scenario"] == scenario]
    return [
        Reference(
            measure=row["measure"],
            source=sources[row["source"]].name,
            value=printed(row["mean"])[0],
            replications=sources[row["source"]].replications,
            rounding=printed(row["mean"])[1],
            half_width=float(row["half_width"] or "nan"),
            sd=float(row["sd"] or "nan"),
            explained=explained.get((row["source"], row["measure"]), ""),
        )
        for row in rows
    ]


def judge_means(
    scenario: str,
    references: Sequence[Reference],
    columns: Mapping[str, NDArray[np.float64]],
    tolerances: Mapping[str, float],
) -> list[Verdict]:
    """Judges measures that are means over replications.

    Args:
        scenario: name of the file.
        references: what is printed about it.
        columns: one value a replication, by measure.
        tolerances: by measure, as a share of the reference.
    """
    return [
        compare(
            scenario, reference, mean_of(columns[reference.measure]), tolerances[reference.measure] * reference.value
        )
        for reference in references
    ]
