"""Initiatives together: what each part of a plan earns, alone and beside the others.

All combinations of the parts are run on the same patients. The joint effect is then split among the parts by Shapley's
rule: the effect that a part adds, averaged over all orders in which the parts could have come. The shares add up to
the joint effect, parts that do the same get the same, and a part that never changes anything gets nothing.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from sim.measure.figures import WHOLE, KpiKey
from sim.scenario.problems import Problem, ScenarioError, quoted
from sim.scenario.scenario import Scenario
from sim.study.asking import Run, Variant
from sim.study.changes import check_alike, judged_changes, pairs_of, rows_of, settled
from sim.study.experiment import Experiment
from sim.study.headline import about, headline
from sim.study.judging import Judged
from sim.study.output_analysis import CONFIDENCE, Floats, Interval, t_interval
from sim.study.price import BREACHES, COST, Price, price_of
from sim.study.summary import kpi_keys

MOST_PARTS: Final = 6
"""Of more parts there are too many combinations: 64 of six, 128 of seven."""
OPTION: Final = "--part"
"""What stands for the name of a file in messages about a part."""
EXAMPLE: Final = '--part "beds: wards.medical.beds=+12"'
_NAMED = re.compile(r"\s*(?P<name>[^:=\"]+?)\s*:(?P<changes>[^=]+=.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a plan: an initiative, or changes with a name."""

    name: str
    """How it is told; an initiative has the name of its file."""
    initiative: str = ""
    """Name of an initiative, such as `before_noon`; empty for changes."""
    changes: tuple[str, ...] = ()
    """Such as `wards.medical.beds=+12`."""


@dataclass(frozen=True, slots=True)
class TogetherSettings:
    """Which parts are looked at, and how surely.

    Raises:
        ScenarioError: if there are fewer than two parts, more than six, or two of the same name.
    """

    parts: tuple[Part, ...]
    under: tuple[str, ...] = ()
    """Initiatives that belong to the base; they are in every combination."""
    confidence: float = CONFIDENCE
    """That no verdict of a column is wrong."""

    def __post_init__(self) -> None:
        names = [part.name for part in self.parts]
        twice = next((name for name in names if names.count(name) > 1), None)
        if len(names) < 2:
            raise _error("one part has nothing to share with: name two parts or more", "wardflow compare tells of one")
        if len(names) > MOST_PARTS:
            raise _error(
                f"{len(names)} parts have {2 ** len(names)} combinations; at most {MOST_PARTS} parts are split",
                "put some of them into the base, as in general_hospital+before_noon, or join two in one part",
            )
        if twice is not None:
            raise _error(f"two parts are called {quoted(twice)}", "name each part once")
        paths = [change.partition("=")[0].strip() for part in self.parts for change in part.changes]
        both = next((path for path in paths if paths.count(path) > 1), None)
        if both is not None:
            raise _error(f"two changes concern {both}, so they cannot be told apart", "join them in one part")
        if not 0.5 <= self.confidence < 1:
            raise _error("the confidence lies between 0.5 and 1", "0.95")


@dataclass(frozen=True, slots=True)
class Share:
    """What one part does to a figure."""

    part: Part
    alone: Judged
    """The part alone, against the base."""
    last: Judged
    """What it adds when all other parts are there."""
    share: Judged
    """Its share of the joint effect."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """What parts do beside each other more than each alone; below 0 if they do less."""

    parts: tuple[str, ...]
    change: Judged


@dataclass(frozen=True, slots=True)
class Split:
    """The joint effect on one figure, and what is due to each part."""

    key: KpiKey
    base: Interval
    """The figure without any part."""
    joint: Judged
    """All parts, against the base."""
    shares: tuple[Share, ...]
    """In the order of the parts."""
    interaction: Interaction
    """Joint effect less the sum of the effects alone."""
    pairs: tuple[Interaction, ...]
    """Of each two parts by themselves; none if there are only two."""


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """What the parts of a plan do together, and which part earns what."""

    settings: TogetherSettings
    base: Experiment
    whole: Experiment
    """All parts together."""
    combinations: int
    """How many were run, the base and the whole among them."""
    pairs: int
    """Replications that all of them have."""
    splits: tuple[Split, ...]
    """Headline figures, the most important first, costs last."""
    prices: tuple[tuple[Part, Price], ...]
    """What each breach avoided costs by the shares of each part, where costs and breaches are told."""


def part_of(text: str) -> Part:
    """Reads a part that is no initiative.

    Args:
        text: changes, parted by semicolons, perhaps with a name and a colon before them.

    Raises:
        ScenarioError: if there is no change in it.

    >>> part_of("beds: wards.medical.beds=+12; wards.elderly.beds=+6").changes
    ('wards.medical.beds=+12', 'wards.elderly.beds=+6')
    >>> part_of("wards.medical.beds=+12").name
    'wards.medical.beds=+12'
    """
    named = _NAMED.fullmatch(text)
    body = named["changes"] if named else text
    changes = tuple(change.strip() for change in body.split(";") if change.strip())
    if not changes or not all("=" in change for change in changes):
        raise _error(f"a part has a name, a colon and changes, not {quoted(text)}", EXAMPLE)
    return Part(named["name"] if named else text.strip(), changes=changes)


def together(variant: Variant, run: Run, settings: TogetherSettings) -> Together:
    """Runs all combinations of the parts on the same patients, and splits what they do together.

    Args:
        variant: the base with changes; the initiatives of a combination are named by a change of their own.
        run: runs scenarios.
        settings: the parts.

    Returns:
        The split of every headline figure. Effects alone, effects added last, shares, joint effects and interactions
        are each a family of their own (figures x parts), adjusted by Holm.

    Raises:
        ScenarioError: if a combination is no valid scenario.
        ComparisonError: if a part changes which weeks or patients are simulated.
        InvalidRunError: if a run breaks a rule of book-keeping.

    Source: Shapley (1953), A value for n-person games, Contributions to the Theory of Games II, 307-317.
    """
    parts = settings.parts
    scenarios = [_combined(variant, settings, mask) for mask in range(2 ** len(parts))]
    experiments = run(scenarios)
    check_alike(experiments)
    keys = _keys(scenarios, experiments)
    worths = {key: _whole_columns(rows_of(experiments, key)) for key in keys}
    return Together(
        settings=settings,
        base=experiments[0],
        whole=experiments[-1],
        combinations=len(experiments),
        pairs=pairs_of(experiments),
        splits=_splits(worths, settings),
        prices=_prices(experiments, settings),
    )


def shapley(worths: ArrayLike) -> Floats:
    """Splits what the members of a group earn together among them.

    A member's share is the mean, over all orders in which the group can come together, of what the member adds to those
    who are there before: with n members, a group of s others counts s! (n - s - 1)! / n!.

    Args:
        worths: what each group earns, by a number whose binary digits tell who is in it (1: the first member, 2: the
            second, 3: both); perhaps with one column a replication.

    Returns:
        The share of each member, in order; the shares add up to the worth of all less the worth of none.

    Raises:
        ValueError: if the number of worths is no power of two from 2 on.

    Source: Shapley (1953).

    Two left gloves and a right one: only a pair is worth 1, and the right glove earns two thirds of it.

    >>> shapley([0, 0, 0, 0, 0, 1, 1, 1]).round(4).tolist()
    [0.1667, 0.1667, 0.6667]
    """
    worth = np.asarray(worths, np.float64)
    members = len(worth).bit_length() - 1
    if members < 1 or len(worth) != 2**members:
        raise ValueError(f"{len(worth)} worths are not those of all groups of some members")
    shares = np.zeros((members, *worth.shape[1:]))
    for member in range(members):
        own = 1 << member
        for others in (mask for mask in range(len(worth)) if not mask & own):
            size = others.bit_count()
            weight = math.factorial(size) * math.factorial(members - size - 1) / math.factorial(members)
            shares[member] += weight * (worth[others | own] - worth[others])
    return shares


def _combined(variant: Variant, settings: TogetherSettings, mask: int) -> Scenario:
    """The base with those parts whose digit is 1."""
    parts = [part for number, part in enumerate(settings.parts) if mask >> number & 1]
    initiatives = [*settings.under, *(part.initiative for part in parts if part.initiative)]
    lines = [f"initiatives=[{', '.join(initiatives)}]"] if initiatives else []
    return variant([*lines, *(change for part in parts for change in part.changes)])


def _keys(scenarios: Sequence[Scenario], experiments: Sequence[Experiment]) -> tuple[KpiKey, ...]:
    """The headline of those figures that all combinations have."""
    there = set.intersection(*(set(kpi_keys(one)) for one in experiments))
    ordered = [key for key in kpi_keys(experiments[0]) if key in there]
    return headline(ordered, about=about(scenarios[-1], scenarios[0]))


def _whole_columns(worth: Floats) -> Floats:
    """The same with only those replications in which every combination has the figure."""
    return np.where(np.isnan(worth).any(axis=0), np.nan, worth)


def _splits(worths: dict[KpiKey, Floats], settings: TogetherSettings) -> tuple[Split, ...]:
    """Works out all changes, and judges each kind of them as a family."""
    parts, whole = settings.parts, 2 ** len(settings.parts) - 1
    twos = list(combinations(range(len(parts)), 2)) if len(parts) > 2 else []
    rows: dict[str, list[tuple[KpiKey, Floats]]] = {
        name: [] for name in ("alone", "last", "share", "joint", "more", "twos")
    }
    for key, worth in worths.items():
        joint = settled(worth[whole] - worth[0], *worth)
        alone = [settled(worth[1 << number] - worth[0], *worth) for number in range(len(parts))]
        rows["joint"].append((key, joint))
        rows["alone"] += [(key, one) for one in alone]
        rows["last"] += [
            (key, settled(worth[whole] - worth[whole ^ 1 << number], *worth)) for number in range(len(parts))
        ]
        rows["share"] += [(key, settled(one, *worth)) for one in shapley(worth)]
        rows["more"].append((key, settled(joint - np.sum(alone, axis=0), *worth)))
        for one, other in twos:
            both = worth[1 << one | 1 << other] - worth[0] - alone[one] - alone[other]
            rows["twos"].append((key, settled(both, *worth)))
    found = {name: iter(judged_changes(family, settings.confidence)) for name, family in rows.items()}
    names = tuple(part.name for part in parts)
    return tuple(
        Split(
            key=key,
            base=t_interval(worth[0], settings.confidence),
            joint=next(found["joint"]),
            shares=tuple(
                Share(part, next(found["alone"]), next(found["last"]), next(found["share"])) for part in parts
            ),
            interaction=Interaction(names, next(found["more"])),
            pairs=tuple(Interaction((names[one], names[other]), next(found["twos"])) for one, other in twos),
        )
        for key, worth in worths.items()
    )


def _prices(experiments: Sequence[Experiment], settings: TogetherSettings) -> tuple[tuple[Part, Price], ...]:
    """What each part costs by its share, for each breach that it avoids by its share."""
    there = set.intersection(*(set(kpi_keys(one)) for one in experiments))
    if COST not in there:
        return ()
    costs = _whole_columns(rows_of(experiments, COST))
    found = []
    for breach in (key for key in BREACHES if key in there):
        breaches = _whole_columns(rows_of(experiments, breach))
        shared = zip(settings.parts, shapley(costs), shapley(breaches), strict=True)
        for part, cost, more in shared:
            avoided = -settled(more, *breaches)
            found.append((part, price_of(breach, settled(cost, *costs), avoided, settings.confidence)))
    return tuple(found)


def _error(message: str, fix: str) -> ScenarioError:
    return ScenarioError([Problem(OPTION, 0, 0, WHOLE, "part", message, fix)])
