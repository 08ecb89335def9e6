"""Goal seek: the least (or most) of one lever with which a goal holds, checked against its neighbours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from sim.scenario.scenario import Scenario
from sim.scenario.targets import Target
from sim.study.asking import Run, Variant
from sim.study.fresh import afresh, fresh_seed
from sim.study.output_analysis import CONFIDENCE
from sim.study.refusal import check_confidence, check_count, refusal
from sim.study.searching.lever import Lever
from sim.study.searching.trial import Measure, Trial, settled, trials

SCOUTS: Final = 5
"""So many values, spread over the range, are tried first."""
Outcome = Literal["found", "all", "none", "the other way", "can't tell"]
"""`all`: the first value of the range is enough, and perhaps less would be; `none`: no value tried surely meets the
goal; `the other way`: it holds at the wrong end of the range; `can't tell`: fresh seeds do not agree in time."""


@dataclass(frozen=True, slots=True)
class GoalSeek:
    """What is sought."""

    lever: Lever
    goal: Target
    """Met only by the whole interval of the figure."""
    seek: Literal["least", "most"] = "least"
    """Which value: the least, if more helps; the most, if less helps."""
    confidence: float = CONFIDENCE
    """Of each interval."""
    precision: float | None = None
    """Half-width at which a figure is precise, in its unit; None for 5 % of the threshold, or 2 points of a share."""
    most_replications: int = 100
    """Of one value, where it is hard to tell."""
    most_moves: int = 6
    """So many steps the answer may move on if fresh seeds do not agree with it."""

    def __post_init__(self) -> None:
        check_confidence(self.confidence)
        check_count("--most-replications", self.most_replications, 2)
        check_count("--moves", self.most_moves, 0)
        if self.precision is not None and self.precision <= 0:
            raise refusal("--precision", f"a half-width is above 0, not {self.precision:g}", "1 %")

    @property
    def ladder(self) -> tuple[float, ...]:
        """Values of the lever, from where the goal is hardest to where it should be easiest."""
        return self.lever.values if self.seek == "least" else self.lever.values[::-1]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A value at which the goal holds, and one further on, where it should be easier, at which it does not."""

    holds: float
    fails: float
    is_sure: bool
    """Whether the second surely misses the goal, or only cannot be told to meet it."""
    is_fresh: bool
    """Whether fresh seeds show it."""


@dataclass(frozen=True, slots=True, eq=False)
class GoalSought:
    """What was found, and all that is needed to judge it."""

    settings: GoalSeek
    base: Scenario
    """The scenario without the lever, in which resources and classes have their labels."""
    outcome: Outcome
    answer: float | None
    """Value at which the goal holds, by fresh seeds; None if there is none."""
    candidate: float | None
    """Value at which the search ended, before fresh seeds were asked."""
    searched: tuple[Trial, ...]
    """All values that were tried, rising."""
    fresh: tuple[Trial, ...]
    """The candidate, its neighbours and values further on, with fresh seeds; rising."""
    fresh_seed: int
    contradictions: tuple[Contradiction, ...]

    @property
    def moves(self) -> int:
        """Steps by which fresh seeds moved the answer on."""
        if self.answer is None or self.candidate is None:
            return 0
        return abs(self.settings.ladder.index(self.answer) - self.settings.ladder.index(self.candidate))

    @property
    def risk(self) -> float:
        """The answer does not hold with at most this chance: one tail for each value that fresh seeds judged."""
        return min(1.0, (self.moves + 1) * (1 - self.settings.confidence) / 2)

    @property
    def answered(self) -> Trial | None:
        """The answer, by fresh seeds."""
        return next((one for one in self.fresh if one.value == self.answer), None)

    @property
    def neighbours(self) -> tuple[Trial | None, Trial | None]:
        """By fresh seeds, one step before the answer and one step on; None at an end of the range."""
        ladder, there = self.settings.ladder, {one.value: one for one in self.fresh}
        if self.answer is None:
            return None, None
        at = ladder.index(self.answer)
        before = there.get(ladder[at - 1]) if at else None
        return before, there.get(ladder[at + 1]) if at + 1 < len(ladder) else None

    @property
    def surely_not(self) -> float | None:
        """The value nearest to the answer, before it, that surely misses the goal; None if none of those tried does."""
        ladder = self.settings.ladder
        places = {one.value: ladder.index(one.value) for one in (*self.searched, *self.fresh)}
        end = len(ladder) if self.answer is None else ladder.index(self.answer)
        missed = [one.value for one in (*self.searched, *self.fresh) if one.verdict == "missed"]
        return max((one for one in missed if places[one] < end), key=places.__getitem__, default=None)

    @property
    def best(self) -> Trial:
        """The value tried whose figure is best."""
        sign = -1 if self.settings.goal.is_least else 1
        known = [one for one in self.searched if one.interval.n]
        return min(known or self.searched, key=lambda one: sign * one.interval.mean)

    @property
    def uncertain(self) -> tuple[float, float] | None:
        """Values between which the goal comes and goes, the lower first; None if no value contradicts another."""
        ends = [value for one in self.contradictions for value in (one.holds, one.fails)]
        return (min(ends), max(ends)) if ends else None


def seek(settings: GoalSeek, variant: Variant, run: Run) -> GoalSought:
    """Seeks the least (or most) value of a lever with which a goal holds.

    Five values spread over the range are tried first, then the gap in which the goal begins to hold is halved until two
    neighbours are left, and the value behind them is tried too. That more always helps is not taken for granted: every
    value that was tried is held against every other, and what contradicts is told. The answer and its neighbours are
    run again with fresh seeds, with as many replications as the most certain of them had; if the goal does not hold
    there, the next value is asked, up to a limit.

    Args:
        settings: lever, goal and limits.
        variant: makes scenarios.
        run: runs them.

    Returns:
        The answer with all values tried.

    Raises:
        InvalidRunError: if the books of a run do not balance.
        ScenarioError: if a value cannot be set, or the scenario does not have the figure.
    """
    hunt = _Hunt(settings, variant, run)
    outcome, place = hunt.search()
    answer: int | None = None
    if place is not None and outcome in ("found", "all"):
        answer = hunt.confirm(place)
        outcome = "can't tell" if answer is None else "found" if answer != place else outcome
    ladder = settings.ladder
    base = variant(())
    return GoalSought(
        settings=settings,
        base=base,
        outcome=outcome,
        answer=None if answer is None else ladder[answer],
        candidate=None if place is None else ladder[place],
        searched=_rising(hunt.searched),
        fresh=_rising(hunt.fresh),
        fresh_seed=fresh_seed(base.run.seed),
        contradictions=(
            *_contradictions(hunt.searched, ladder, is_fresh=False),
            *_contradictions(hunt.fresh, ladder, is_fresh=True),
        ),
    )


class _Hunt:
    """The values tried so far, by their place on the ladder."""

    def __init__(self, settings: GoalSeek, variant: Variant, run: Run) -> None:
        self.settings = settings
        self.variant = variant
        self.measure = Measure(run, settings.goal, settings.most_replications, settings.confidence, settings.precision)
        self.searched: dict[int, Trial] = {}
        self.fresh: dict[int, Trial] = {}
        self.last = len(settings.ladder) - 1

    def search(self) -> tuple[Outcome, int | None]:
        """Looks for the place at which the goal begins to hold; None if it holds nowhere."""
        self._try({round(number * self.last / (SCOUTS - 1)) for number in range(SCOUTS)})
        met = [place for place in sorted(self.searched) if self.searched[place].is_met]
        if not met:
            return "none", None
        low, high = self._bracket(met[-1])
        if low < 0 and met[-1] < self.last:
            return "the other way", high
        while high - low > 1 and low >= 0:
            middle = (low + high) // 2
            self._try({middle})
            low, high = (low, middle) if self.searched[middle].is_met else (middle, high)
        self._try({high + 1})
        return ("all" if high == 0 else "found"), high

    def confirm(self, place: int) -> int | None:
        """Asks fresh seeds, moving on until they agree; None if they do not within the limit."""
        around = [self.searched[one].replications for one in range(place - 1, place + 2) if one in self.searched]
        for now in range(place, min(place + self.settings.most_moves, self.last) + 1):
            wanted = {one for one in range(now - 1, now + 2) if 0 <= one <= self.last} - self.fresh.keys()
            scenarios = {self._value(one): afresh(self._scenario(one), max(around)) for one in sorted(wanted)}
            found = trials(self.measure, scenarios)
            self.fresh |= {one: found[self._value(one)] for one in wanted}
            if self.fresh[now].is_met:
                return now
        return None

    def _bracket(self, high: int) -> tuple[int, int]:
        """The gap in which the goal begins to hold: the last place that does not meet it, -1 if none, and the next."""
        low = -1
        for place in sorted(self.searched, reverse=True):
            if place > high:
                continue
            if not self.searched[place].is_met:
                low = place
                break
            high = place
        return low, high

    def _try(self, places: Iterable[int]) -> None:
        new = [place for place in sorted(places) if place <= self.last and place not in self.searched]
        found = settled(self.measure, {self._value(place): self._scenario(place) for place in new})
        self.searched |= {place: found[self._value(place)] for place in new}

    def _value(self, place: int) -> float:
        return self.settings.ladder[place]

    def _scenario(self, place: int) -> Scenario:
        return self.variant([self.settings.lever.change(self._value(place))])


def _rising(found: Mapping[int, Trial]) -> tuple[Trial, ...]:
    return tuple(sorted(found.values(), key=lambda one: one.value))


def _contradictions(
    found: Mapping[int, Trial], ladder: tuple[float, ...], *, is_fresh: bool
) -> tuple[Contradiction, ...]:
    """Every place at which the goal does not hold though it holds before, with the nearest such place before it."""
    told = []
    for place, one in sorted(found.items()):
        before = [other for other in found if other < place and found[other].is_met]
        if not one.is_met and before:
            told.append(Contradiction(ladder[max(before)], ladder[place], one.verdict == "missed", is_fresh))
    return tuple(told)
