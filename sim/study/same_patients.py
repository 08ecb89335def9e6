"""The same patients under two plans: who waits less, who waits more, and because of what.

A patient is known by class, layer and index, which no plan changes (`sim.demand.fates`), so that two logs of the same
seed and replication can be joined patient by patient. What is compared is the time that a patient who comes in the
measured time waits in it, as the wait ledger charges it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import clock
from sim.demand.fates import draw_fates
from sim.engine.checking.invariants import check
from sim.engine.compiling import compile_scenario
from sim.engine.program import Program
from sim.engine.reference import run
from sim.measure.facts import Facts, gather
from sim.measure.figures import WHOLE
from sim.measure.groups import everybody, newcomers
from sim.measure.ledger import Ledger, ledger
from sim.measure.window import Ints, Window
from sim.scenario.queueing import OUTCOMES
from sim.scenario.scenario import Scenario
from sim.study.comparison import InvalidRunError, check_comparable
from sim.study.experiment import Progress
from sim.study.output_analysis import Interval, t_interval

SAME: Final = clock.MINUTE
"""A wait that differs by less is the same; this many milliseconds."""
LIMITS: Final = (clock.MINUTE, 15 * clock.MINUTE, clock.HOUR, 4 * clock.HOUR, 12 * clock.HOUR, clock.DAY)
"""Limits of the bins of the change on either side, in milliseconds."""
MOST_JOURNEYS: Final = 10
"""So many journeys are told: half of those who gain most and half of those who lose most."""
INSIDE: Final = "still inside"
"""The outcome of who has not left when the run ends."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a plan does to the waits of a group of patients; intervals over replications."""

    scope: str
    """The group, such as `age:75+`; empty for all."""
    patients: float
    """Mean number of them in a replication."""
    less: Interval
    """Share who wait less, by a minute and more."""
    more: Interval
    """Share who wait more."""
    change: Interval
    """Mean change of the wait in minutes; nan in replications without such patients."""


@dataclass(frozen=True, slots=True)
class Journey:
    """One patient under both plans."""

    replication: int
    patient: str
    """Who it is: class, layer and index, such as `walk_in/0/17`; the same in every scenario."""
    patient_class: str
    attributes: tuple[tuple[str, str], ...]
    """What the patient is like, each attribute with its level."""
    arrival_ms: int
    waits_ms: tuple[int, int]
    """Under the base and under the plan."""
    outcomes: tuple[str, str]
    reason: str
    """Scope of the cause whose share of the wait changes most, such as `cause:ward:medical`."""
    reason_ms: int
    """By how much that share changes."""

    @property
    def change_ms(self) -> int:
        """Wait under the plan less that under the base."""
        return self.waits_ms[1] - self.waits_ms[0]


@dataclass(frozen=True, slots=True)
class Followed:
    """The patients of two plans, joined."""

    base: Scenario
    other: Scenario
    replications: int
    groups: tuple[Outlook, ...]
    """All patients first, then by class and attribute."""
    spread: tuple[tuple[float, float, float], ...]
    """Share of patients whose wait changes from the first to below the second number of minutes."""
    apart: tuple[float, float]
    """Mean number of patients in a replication who come under the base only, and under the plan only."""
    outcomes: tuple[tuple[str, str, float], ...]
    """Patients in a replication who leave otherwise: outcome under the base, under the plan, and how many."""
    journeys: tuple[Journey, ...]
    """Of the first replication: those who gain most, then those who lose most."""


def follow(base: Scenario, other: Scenario, replications: int, progress: Progress | None = None) -> Followed:
    """Follows the same patients through a base and a plan.

    Args:
        base: what is done today.
        other: a plan that is run over the same weeks with the same seed.
        replications: how many.
        progress: told after each.

    Raises:
        ComparisonError: if the two are not run alike.
        InvalidRunError: if a run breaks a rule of book-keeping.
    """
    check_comparable(base, other)
    programs = (compile_scenario(base), compile_scenario(other))
    pairs = []
    for number in range(replications):
        sides = [_side(one, program, number) for one, program in zip((base, other), programs, strict=True)]
        pairs.append(_joined(number, *sides))
        if progress:
            progress(number + 1, replications)
    return Followed(
        base=base,
        other=other,
        replications=replications,
        groups=tuple(_outlooks(pairs)),
        spread=tuple(_spread(pairs)),
        apart=(float(np.mean([one.apart[0] for one in pairs])), float(np.mean([one.apart[1] for one in pairs]))),
        outcomes=tuple(_outcomes(pairs)),
        journeys=tuple(_journeys(pairs[0])) if pairs else (),
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """A replication of one plan."""

    facts: Facts
    ledger: Ledger
    number: Ints
    """Patients who come in the window, by their number in the fates."""
    who: list[tuple[str, int, int]]
    """Class, layer and index of each of them."""
    waits_ms: Ints
    """Of all patients of the fates."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """A replication of both plans, joined; one entry a patient who comes under both."""

    replication: int
    sides: tuple[_Side, _Side]
    number: tuple[Ints, Ints]
    apart: tuple[int, int]

    @property
    def waits_ms(self) -> tuple[Ints, Ints]:
        first, second = (side.waits_ms[number] for side, number in zip(self.sides, self.number, strict=True))
        return first, second

    @property
    def change_ms(self) -> Ints:
        first, second = self.waits_ms
        return second - first

    def left_by(self, plan: int) -> NDArray[np.int64]:
        """Position in OUTCOMES of how each left, -1 if still inside."""
        return self.sides[plan].facts.journeys.outcome[self.number[plan]].astype(np.int64)


def _side(scenario: Scenario, program: Program, replication: int) -> _Side:
    fates = draw_fates(scenario, scenario.run.seed, replication)
    log = run(program, fates)
    if breaches := check(program, fates, log):
        raise InvalidRunError(f"{scenario.name}, replication {replication}: {breaches[0]}")
    facts = gather(scenario, program, fates, log, Window.of(scenario))
    book = ledger(facts, log)
    number = np.flatnonzero(newcomers(facts) & facts.window.holds(facts.journeys.arrival_ms))
    names = facts.classes
    who = [
        (names[stream], layer, index)
        for stream, layer, index in zip(
            fates.stream[number].tolist(), fates.layer[number].tolist(), fates.index[number].tolist(), strict=True
        )
    ]
    return _Side(facts, book, number, who, book.by_patient(len(fates.arrival_ms)))


def _joined(replication: int, base: _Side, other: _Side) -> _Pair:
    there = dict(zip(other.who, other.number.tolist(), strict=True))
    both = [(number, there[who]) for who, number in zip(base.who, base.number.tolist(), strict=True) if who in there]
    table = np.array(both, np.int64).reshape(-1, 2)
    apart = (len(base.who) - len(both), len(other.who) - len(both))
    return _Pair(replication, (base, other), (table[:, 0], table[:, 1]), apart)


def _outlooks(pairs: Sequence[_Pair]) -> Iterator[Outlook]:
    """All patients and each group of them; groups are those of the base, and attributes never change."""
    rows: dict[str, list[tuple[int, float, float, float]]] = {}
    for pair in pairs:
        change = pair.change_ms
        for group in everybody(pair.sides[0].facts):
            codes = group.codes[pair.number[0]]
            for code, scope in enumerate(group.scopes):
                own = change[codes == code]
                rows.setdefault(scope, []).append((len(own), *_figures(own)))
    for scope, figures in rows.items():
        if scope == WHOLE or any(count for count, *_ in figures):
            columns = np.array(figures).T
            less, more, mean = (t_interval(column.tolist()) for column in columns[1:])
            yield Outlook(scope, float(columns[0].mean()), less, more, mean)


def _figures(change: Ints) -> tuple[float, float, float]:
    """Share who wait less, share who wait more, mean change in minutes; nan if there is nobody."""
    if not len(change):
        return np.nan, np.nan, np.nan
    return float((change <= -SAME).mean()), float((change >= SAME).mean()), float(change.mean()) / clock.MINUTE


def _spread(pairs: Sequence[_Pair]) -> Iterator[tuple[float, float, float]]:
    """Share of the patients of all replications by how much their wait changes."""
    edges = np.array([-np.inf, *(-limit for limit in reversed(LIMITS)), *LIMITS, np.inf])
    change = np.concatenate([pair.change_ms for pair in pairs]) if pairs else np.empty(0)
    if len(change):
        # who waits less by exactly a limit belongs to the bin beyond it, as does who waits more by it
        side = np.where(change < 0, np.searchsorted(edges, change, "left"), np.searchsorted(edges, change, "right"))
        counts = np.bincount(side - 1, minlength=len(edges) - 1)
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True):
            yield float(low) / clock.MINUTE, float(high) / clock.MINUTE, float(count) / len(change)


def _outcomes(pairs: Sequence[_Pair]) -> Iterator[tuple[str, str, float]]:
    """How many leave otherwise, the most frequent change first."""
    size, found = len(OUTCOMES) + 1, np.zeros((len(OUTCOMES) + 1) ** 2, np.int64)
    for pair in pairs:
        before, after = ((pair.left_by(plan)) % size for plan in (0, 1))  # still inside, -1, comes last
        found += np.bincount(before * size + after, minlength=size * size)
    names = [*OUTCOMES, INSIDE]
    for code in np.argsort(-found, kind="stable").tolist():
        before, after = divmod(code, size)
        if before != after and found[code]:
            yield names[before], names[after], float(found[code]) / len(pairs)


def _journeys(pair: _Pair) -> Iterator[Journey]:
    """The journeys that change most: half by gain, half by loss, each with the cause that changes most."""
    change, half = pair.change_ms, MOST_JOURNEYS // 2
    order = np.argsort(change, kind="stable")
    gain = [at for at in order[:half].tolist() if change[at] <= -SAME]
    lose = [at for at in order[::-1][:half].tolist() if change[at] >= SAME]
    scopes = [side.ledger.causes.scopes for side in pair.sides]
    for at in (*gain, *lose):
        charged = [_charged(side, int(number[at])) for side, number in zip(pair.sides, pair.number, strict=True)]
        by_cause: dict[str, int] = {}
        for sign, names, amounts in zip((-1, 1), scopes, charged, strict=True):
            for name, amount in zip(names, amounts.tolist(), strict=True):
                by_cause[name] = by_cause.get(name, 0) + sign * amount
        reason = max(by_cause, key=lambda name: (abs(by_cause[name]), name))
        yield _journey(pair, at, reason, by_cause[reason])


def _charged(side: _Side, patient: int) -> Ints:
    """Milliseconds that a patient waits because of each cause."""
    own = side.ledger.patient == patient
    amounts = np.bincount(side.ledger.cause[own], side.ledger.time_ms[own], minlength=len(side.ledger.causes))
    return amounts.astype(np.int64)


def _journey(pair: _Pair, at: int, reason: str, reason_ms: int) -> Journey:
    facts, number = pair.sides[0].facts, int(pair.number[0][at])
    name = facts.classes[int(facts.fates.stream[number])]
    told = {key: int(codes[number]) for key, codes in facts.fates.attributes.items()}
    first, second = pair.waits_ms
    names = [*OUTCOMES, INSIDE]
    return Journey(
        replication=pair.replication,
        patient=f"{name}/{int(facts.fates.layer[number])}/{int(facts.fates.index[number])}",
        patient_class=name,
        attributes=tuple((key, facts.fates.levels[key][code]) for key, code in sorted(told.items()) if code >= 0),
        arrival_ms=int(facts.journeys.arrival_ms[number]),
        waits_ms=(int(first[at]), int(second[at])),
        outcomes=(names[int(pair.left_by(0)[at])], names[int(pair.left_by(1)[at])]),
        reason=reason,
        reason_ms=reason_ms,
    )
