"""A comparison: what another plan does to each key figure, patient by patient the same people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sim import clock
from sim.measure.figures import KpiKey
from sim.scenario.scenario import Scenario
from sim.study.experiment import Experiment
from sim.study.headline import about, headline
from sim.study.judging import Judged, judged
from sim.study.output_analysis import CONFIDENCE, Interval, t_interval
from sim.study.summary import kpi_keys, values

WEEKS: Final = ("start", "warm_up", "length")
"""Settings of a run that say which weeks are simulated and measured."""


class ComparisonError(ValueError):
    """Two experiments cannot be compared."""


class InvalidRunError(ComparisonError):
    """An experiment has no figures, because its books do not balance."""


@dataclass(frozen=True, slots=True)
class Effect(Judged):
    """What another plan does to one key figure."""

    base: Interval
    """The figure under the base plan, over the replications that both plans have."""
    other: Interval
    """The figure under the other plan."""
    is_headline: bool
    """Whether it belongs to the headline family; all other figures form a second family."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What another plan does to every key figure."""

    base: Experiment
    other: Experiment
    pairs: int
    """Replications that both have."""
    confidence: float
    """That no verdict of a family is wrong."""
    effects: tuple[Effect, ...]
    """Headline figures first, the most important before the others."""

    @property
    def headline(self) -> tuple[Effect, ...]:
        """Effects on the headline figures."""
        return tuple(effect for effect in self.effects if effect.is_headline)

    def effect(self, kpi: str, scope: str = "") -> Effect:
        """Looks up the effect on a key figure.

        Raises:
            KeyError: if not both experiments have it.
        """
        return {effect.key: effect for effect in self.effects}[kpi, scope]


def compare(base: Experiment, other: Experiment, confidence: float = CONFIDENCE) -> Comparison:
    """Compares a plan with the base.

    Args:
        base: what is done today.
        other: the plan.
        confidence: that no verdict of a family is wrong.

    Returns:
        The effect on each key figure that both have.

    Raises:
        ComparisonError: if the two were not run alike.
        InvalidRunError: if the books of one of them do not balance.
    """
    return compare_plans(base, [other], confidence)[0]


def compare_plans(
    base: Experiment, others: Sequence[Experiment], confidence: float = CONFIDENCE
) -> tuple[Comparison, ...]:
    """Compares several plans with the base; the more plans and figures are looked at, the more is asked of each.

    Holm's adjustment runs over plans x headline figures, and apart from that over plans x all other figures.

    Args:
        base: what is done today.
        others: the plans.
        confidence: that no verdict of a family is wrong.

    Returns:
        One comparison a plan, in order.

    Raises:
        ComparisonError: if they were not run alike.
        InvalidRunError: if the books of one of them do not balance.
    """
    for other in others:
        _check_alike(base, other)
    pairs = [pair for plan, other in enumerate(others) for pair in _pairs(plan, base, other)]
    scenarios = [one.scenario for one in (*others, base)]
    chosen = headline({pair.key for pair in pairs}, about=about(*scenarios))
    pairs.sort(key=lambda pair: chosen.index(pair.key) if pair.key in chosen else len(chosen))
    judged: dict[tuple[int, KpiKey], Effect] = {}
    for is_headline in (True, False):
        family = [pair for pair in pairs if (pair.key in chosen) == is_headline]
        judged |= _judge(family, confidence, is_headline=is_headline)
    return tuple(
        Comparison(
            base=base,
            other=other,
            pairs=_common(base, other),
            confidence=confidence,
            effects=tuple(judged[pair.plan, pair.key] for pair in pairs if pair.plan == plan),
        )
        for plan, other in enumerate(others)
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """Values of a figure under the base and under a plan, for the same replications."""

    plan: int
    key: KpiKey
    base: tuple[float, ...]
    other: tuple[float, ...]


def _common(base: Experiment, other: Experiment) -> int:
    """Number of replications that both have; both begin with replication 0 and have no gap."""
    return min(len(base.replicates), len(other.replicates))


def _pairs(plan: int, base: Experiment, other: Experiment) -> list[_Pair]:
    there, count = set(kpi_keys(other)), _common(base, other)
    return [
        _Pair(plan, key, tuple(values(base, key)[:count]), tuple(values(other, key)[:count]))
        for key in kpi_keys(base)
        if key in there
    ]


def over_the_same_weeks(base: Scenario, other: Scenario) -> Scenario:
    """Returns the base over the weeks of another scenario: with its start, warm-up and length.

    A hospital at its usual work can be watched in any weeks, so that it can be held against one that is about certain
    weeks, such as a winter.
    """
    weeks = {name: getattr(other.run, name) for name in WEEKS}
    return base.model_copy(update={"run": base.run.model_copy(update=weeks)})


def in_the_same_weeks(base: Scenario, others: Sequence[Scenario]) -> tuple[Scenario, list[str]]:
    """Returns the base over the weeks of the other scenarios, if those agree on them, and a note that says so."""
    weeks = {tuple(getattr(other.run, name) for name in WEEKS) for other in others}
    if len(weeks) != 1 or weeks == {tuple(getattr(base.run, name) for name in WEEKS)}:
        return base, []
    moved = over_the_same_weeks(base, others[0])
    run = moved.run
    lasting = f"{clock.format_duration(run.length)} after {clock.format_duration(run.warm_up)} of warm-up"
    return moved, [f"{base.name} is run over the weeks of {others[0].name}: {lasting}, from {run.start} on."]


def check_comparable(base: Scenario, other: Scenario) -> None:
    """Refuses scenarios that would not have the same patients and the same measured time.

    Raises:
        ComparisonError: says what differs.
    """
    alike = {
        "seed": (base.run.seed, other.run.seed),
        "start": (base.run.start, other.run.start),
        "warm_up": (clock.format_duration(base.run.warm_up), clock.format_duration(other.run.warm_up)),
        "length": (clock.format_duration(base.run.length), clock.format_duration(other.run.length)),
    }
    for what, (one, another) in alike.items():
        if one != another:
            raise ComparisonError(
                f"{base.name} and {other.name} do not have the same {what} ({one} and {another}), so they cannot be "
                f"compared patient by patient. Fix: run both with the same {what}"
            )


def _check_alike(base: Experiment, other: Experiment) -> None:
    """Refuses to compare what does not have the same patients, the same window or sound books."""
    check_comparable(base.scenario, other.scenario)
    if base.version != other.version:
        raise ComparisonError(
            f"version {base.version} of Wardflow ran {base.name}, version {other.version} {other.name}"
        )
    valid((base, other))


def valid(experiments: Sequence[Experiment]) -> Sequence[Experiment]:
    """Returns the same experiments.

    Raises:
        InvalidRunError: if the books of one of them do not balance.
    """
    for one in experiments:
        if not one.is_valid:
            raise InvalidRunError(f"{one.name} is INVALID and has no figures: {one.reasons[0]}")
    return experiments


def _judge(family: Sequence[_Pair], confidence: float, *, is_headline: bool) -> dict[tuple[int, KpiKey], Effect]:
    """Judges figures together."""
    found = judged([(pair.key, pair.base, pair.other) for pair in family], confidence)
    return {
        (pair.plan, pair.key): Effect(
            key=pair.key,
            difference=one.difference,
            adjusted=one.adjusted,
            adjusted_p=one.adjusted_p,
            verdict=one.verdict,
            enough=one.enough,
            base=t_interval(pair.base, confidence),
            other=t_interval(pair.other, confidence),
            is_headline=is_headline,
        )
        for pair, one in zip(family, found, strict=True)
    }
