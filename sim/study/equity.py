"""Equity: how much longer some groups of patients wait than others, and whether a plan widens the gap."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from sim.measure.figures import Kpi, KpiKey
from sim.measure.kpis import KPIS
from sim.measure.window import Window
from sim.scenario.scenario import LARGEST
from sim.study.experiment import Experiment
from sim.study.headline import waits
from sim.study.output_analysis import (
    CONFIDENCE,
    Floats,
    Interval,
    holm,
    holm_confidence,
    paired_difference,
    t_interval,
)
from sim.study.summary import kpi_keys, values

USUAL: Final = (
    *("age", "age_band", "sex", "gender", "deprivation", "imd", "ethnicity", "language", "disability"),
    *("learning_disability", "carer", "rural", "rurality"),
)
"""Attributes by which groups are compared if the scenario does not say by which."""
FEWEST: Final = 20
"""Patients of a group that a run must have on average, or nothing is said about the group."""
Standing = Literal["worse", "better", "differs", "can't tell yet", "too few", "alike"]
Course = Literal["grows", "shrinks", "turns round", "no change", "can't tell yet"]


@dataclass(frozen=True, slots=True)
class Gap:
    """How a group of patients fares against the group that it is compared with."""

    key: KpiKey
    """The figure and the group, such as `age:75+`."""
    reference: str
    """The group that it is compared with."""
    patients: float
    """Mean number of patients of the group in a run, or of the reference if those are fewer."""
    group: Interval
    """The figure of the group."""
    difference: Interval
    """Group minus reference, run by run; allows for all gaps that are looked at."""
    standing: Standing
    """`worse` and `better` for the group; `differs` if neither more nor less is good."""

    @property
    def kpi(self) -> Kpi:
        """Label, unit and direction of the figure."""
        return KPIS[self.key[0]]

    @property
    def is_sure(self) -> bool:
        """Whether the two groups surely differ."""
        return self.standing in ("worse", "better", "differs")


@dataclass(frozen=True, slots=True)
class GapChange:
    """What a plan does to a gap."""

    base: Gap
    other: Gap
    change: Interval
    """Gap under the plan minus gap under the base, run by run; allows for all gaps that are looked at."""
    course: Course
    """Whether the group and its reference move apart."""


def gaps(experiment: Experiment, confidence: float = CONFIDENCE) -> tuple[Gap, ...]:
    """Compares the waits of groups of patients.

    Args:
        experiment: valid.
        confidence: that no verdict is wrong, by Holm's adjustment over all gaps.

    Returns:
        By attribute, group and figure; none if the scenario tells groups of patients apart by nothing.
    """
    found = _pairs(experiment)
    counts = [_patients(experiment, key, reference) for key, reference in found]
    rows = [(values(experiment, (key[0], reference)), values(experiment, key)) for key, reference in found]
    raw = [paired_difference(*row, confidence) for row in rows]
    p_values = [one.p if count >= FEWEST else np.nan for one, count in zip(raw, counts, strict=True)]
    sure = [p <= 1 - confidence for p in holm(p_values)]
    levels = holm_confidence(p_values, confidence)
    made = []
    for number, (key, reference) in enumerate(found):
        difference = paired_difference(*rows[number], levels[number]).interval
        standing: Standing = "too few" if counts[number] < FEWEST else _standing(key, difference, is_sure=sure[number])
        group = t_interval(rows[number][1], confidence)
        made.append(Gap(key, reference, counts[number], group, difference, standing))
    return tuple(made)


def gap_changes(base: Experiment, other: Experiment, confidence: float = CONFIDENCE) -> tuple[GapChange, ...]:
    """Tells what a plan does to the gaps of the base.

    Args:
        base: what is done today.
        other: a plan that can be compared with it.
        confidence: that no verdict is wrong, by Holm's adjustment over all gaps.

    Returns:
        For each gap of both in which there are enough patients.
    """
    under_plan = {(gap.key, gap.reference): gap for gap in gaps(other, confidence)}
    both = [(gap, under_plan[gap.key, gap.reference]) for gap in gaps(base) if (gap.key, gap.reference) in under_plan]
    both = [pair for pair in both if "too few" not in (pair[0].standing, pair[1].standing)]
    pairs = min(len(base.replicates), len(other.replicates))
    rows = [(_gap(base, one)[:pairs], _gap(other, one)[:pairs]) for one, _ in both]
    p_values = [paired_difference(*row, confidence).p for row in rows]
    sure = [p <= 1 - confidence for p in holm(p_values)]
    levels = holm_confidence(p_values, confidence)
    changes = [paired_difference(*row, level).interval for row, level in zip(rows, levels, strict=True)]
    return tuple(
        GapChange(one, another, change, _course(one, another, change, is_sure=is_sure))
        for (one, another), change, is_sure in zip(both, changes, sure, strict=True)
    )


def attributes(experiment: Experiment) -> dict[str, str]:
    """Attributes by which groups are compared, each with the group to compare with, or `largest`."""
    scenario = experiment.scenario
    if scenario.equity:
        return dict(scenario.equity)
    there = {name for patients in scenario.patients.values() for name in patients.attributes}
    return {name: LARGEST for name in USUAL if name in there}


def _pairs(experiment: Experiment) -> list[tuple[KpiKey, str]]:
    """Figure and scope of each group, and the scope of the group that it is compared with."""
    keys = kpi_keys(experiment)
    measures, found = waits(keys), []
    for attribute, told in attributes(experiment).items():
        scopes = [scope for name, scope in keys if name == "arrivals_per_day" and scope.startswith(f"{attribute}:")]
        for kpi in measures:
            groups = [scope for scope in scopes if (kpi, scope) in set(keys)]
            if not groups:
                continue
            size = {scope: _mean(experiment, _counted_by(kpi), scope) for scope in groups}
            reference = max(groups, key=lambda scope: size[scope]) if told == LARGEST else f"{attribute}:{told}"
            if reference in groups:
                found += [((kpi, scope), reference) for scope in groups if scope != reference]
    return found


def _counted_by(kpi: str) -> str:
    """The figure that tells how many patients stand behind another."""
    if kpi.startswith("waiting_"):
        return "waiting_now"
    return "treated_per_day" if kpi.startswith("treat") else "arrivals_per_day"


def _patients(experiment: Experiment, key: KpiKey, reference: str) -> float:
    """Mean number of patients in a run, of the smaller of two groups."""
    counted = _counted_by(key[0])
    days = 1.0 if counted == "waiting_now" else Window.of(experiment.scenario).days
    return days * min(_mean(experiment, counted, scope) for scope in (key[1], reference))


def _mean(experiment: Experiment, kpi: str, scope: str) -> float:
    row = values(experiment, (kpi, scope))
    return 0.0 if np.isnan(row).all() else float(np.nanmean(row))


def _gap(experiment: Experiment, gap: Gap) -> Floats:
    """The gap, run by run."""
    return values(experiment, gap.key) - values(experiment, (gap.key[0], gap.reference))


def _standing(key: KpiKey, difference: Interval, *, is_sure: bool) -> Standing:
    if difference.is_known and difference.mean == 0 and difference.sd == 0:
        return "alike"
    if not is_sure:
        return "can't tell yet"
    direction = KPIS[key[0]].direction
    if direction == "neither":
        return "differs"
    return "better" if (difference.mean > 0) == (direction == "higher") else "worse"


def _course(base: Gap, other: Gap, change: Interval, *, is_sure: bool) -> Course:
    if change.is_known and change.mean == 0 and change.sd == 0:
        return "no change"
    if not is_sure:
        return "can't tell yet"
    before, after = base.difference.mean, other.difference.mean
    if before * after < 0:
        return "turns round"
    return "grows" if abs(after) > abs(before) else "shrinks"
