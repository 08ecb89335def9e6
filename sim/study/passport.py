"""A passport: how far the figures of an experiment can be trusted, and what they must not be used for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sim.engine.checking.invariants import RULES
from sim.measure.figures import KpiKey
from sim.measure.kpis import KPIS
from sim.study.experiment import Experiment
from sim.study.headline import about, headline
from sim.study.loads import ELSEWHERE, FULL, GROWS, NEARLY_FULL, waits_for_ever
from sim.study.output_analysis import t_interval
from sim.study.reality import compared_with
from sim.study.run_length import MOST_REPLICATIONS, replications_for
from sim.study.settling import Settling, settling
from sim.study.summary import kpi_keys, values
from sim.study.wording import figure_label, scale

FEWEST_RUNS: Final = 10
"""Fewer runs are too few to decide on: Wardflow's own rule."""
WIDE_SHARE: Final = 0.02
"""A share is not precise yet if its interval reaches further to either side: 2 points. Wardflow's own rule."""
WIDE: Final = 0.05
"""Any other figure is not precise yet if its interval reaches further than this share of the mean."""
VARIES: Final = "Waits for them vary much from run to run."
NOT_FOR: Final = (
    "Do not promise a figure for a day, a ward or a person: these are averages over simulated weeks, not a forecast.",
    "Do not use it in place of clinical judgement, or to judge members of staff.",
)
"""What holds for everything that comes out of a simulation."""


@dataclass(frozen=True, slots=True)
class Books:
    """Whether the rules of book-keeping were kept."""

    rules: int
    """How many rules each replication is held to."""
    replications: int
    broken: tuple[tuple[int, int], ...]
    """Numbers of the rules that were broken, each with in how many replications."""


@dataclass(frozen=True, slots=True)
class Crowded:
    """Something that is asked for as much as there is of it, or nearly."""

    resource: str
    label: str
    ratio: float
    """Asked divided by available."""
    grows: bool = True
    """Whether its queue grows for ever if it is overloaded: some neither give up nor go elsewhere."""

    @property
    def is_overloaded(self) -> bool:
        """Whether more is asked than there is."""
        return self.ratio >= FULL


@dataclass(frozen=True, slots=True)
class Unsure:
    """A headline figure that is not precise yet."""

    key: KpiKey
    label: str
    margin: str
    """How far the 95 % interval reaches to either side, in words; empty if there is none."""
    enough: int | None
    """Replications with which it would be precise; None if that cannot be told or needs more than 10,000."""


@dataclass(frozen=True, slots=True)
class Passport:
    """How far the figures of an experiment can be trusted."""

    name: str
    version: str
    fingerprint: str
    seed: int
    replications: int
    wanted: int
    """How many replications were asked for."""
    engine: str
    books: Books
    crowded: tuple[Crowded, ...]
    """The most loaded first."""
    settling: Settling
    headline: int
    """How many headline figures there are."""
    unsure: tuple[Unsure, ...]
    """Those of them that are not precise yet."""
    compared: tuple[str, ...]
    """With what it was compared, and where it is known not to fit, in sentences."""
    not_for: tuple[str, ...]
    """What it must not be used for, in sentences."""


def passport(experiment: Experiment, files: Sequence[str] = ()) -> Passport:
    """Makes the passport of an experiment.

    Args:
        experiment: finished, valid or not.
        files: those from which the scenario's values come, as `Document.files` gives them; without them nothing is said
            about what it extends.
    """
    scenario = experiment.scenario
    heavy = sorted((load for load in experiment.loads if load.ratio >= NEARLY_FULL), key=lambda load: -load.ratio)
    crowded = tuple(
        Crowded(load.resource, scenario.label(load.resource), load.ratio, waits_for_ever(scenario, load.resource))
        for load in heavy
    )
    keys = headline(kpi_keys(experiment), about=about(scenario))
    return Passport(
        name=experiment.name,
        version=experiment.version,
        fingerprint=experiment.fingerprint,
        seed=experiment.seed,
        replications=len(experiment.replicates),
        wanted=experiment.replications,
        engine=experiment.engine,
        books=_books(experiment),
        crowded=crowded,
        settling=settling(experiment),
        headline=len(keys),
        unsure=tuple(found for key in keys if (found := _unsure(experiment, key))),
        compared=compared_with(files),
        not_for=_not_for(experiment, crowded),
    )


def _books(experiment: Experiment) -> Books:
    """Counts in how many replications each rule was broken; a breach begins with `rule 5:`."""
    found = Counter(
        rule
        for one in experiment.replicates
        for rule in {int(breach.partition(":")[0].removeprefix("rule ")) for breach in one.breaches}
    )
    return Books(len(RULES), len(experiment.replicates), tuple(sorted(found.items())))


def _unsure(experiment: Experiment, key: KpiKey) -> Unsure | None:
    """A figure whose interval is too wide; None if it is precise, or nobody was there to measure."""
    row, unit = values(experiment, key), KPIS[key[0]].unit
    interval = t_interval(row)
    label = figure_label(experiment.scenario, key)
    if not interval.is_known:
        return Unsure(key, label, "", None) if interval.n else None
    limit = WIDE_SHARE if unit == "share" else WIDE * abs(interval.mean)
    if interval.half_width <= limit:
        return None
    wanted = {"absolute": WIDE_SHARE} if unit == "share" else {"relative": WIDE}
    told = scale(unit, interval.mean, interval.half_width)
    return Unsure(
        key, label, told.change(interval.half_width), replications_for(row, **wanted) if interval.mean else None
    )


def _not_for(experiment: Experiment, crowded: Sequence[Crowded]) -> tuple[str, ...]:
    found = []
    if not experiment.is_valid:
        found.append("Use none of its figures: the books of this run do not balance.")
    if len(experiment.replicates) < FEWEST_RUNS:
        found.append(f"Do not decide on it: {FEWEST_RUNS} runs are the fewest for that.")
    over = [one.label for one in crowded if one.is_overloaded and one.grows]
    if over:
        found.append(f"Do not quote waits for {', '.join(over)}: they grow for as long as the run lasts.")
    return (*found, *NOT_FOR)


def books_sentence(books: Books) -> str:
    """Says whether the rules of book-keeping were kept.

    >>> books_sentence(Books(9, 20, ()))
    'All 9 rules of book-keeping are kept in all 20 runs.'
    >>> books_sentence(Books(9, 20, ((2, 3),)))
    'INVALID: rule 2 of book-keeping is broken in 3 of 20 runs.'
    """
    if not books.broken:
        runs = f"all {books.replications} runs" if books.replications > 1 else "the one run"
        return f"All {books.rules} rules of book-keeping are kept in {runs}."
    told = [
        f"rule {rule} of book-keeping is broken in {runs} of {books.replications} runs" for rule, runs in books.broken
    ]
    return f"INVALID: {'; '.join(told)}."


def load_sentence(crowded: Sequence[Crowded]) -> str:
    """Says what is asked for more than there is of it, or nearly."""
    growing = [one for one in crowded if one.is_overloaded and one.grows]
    leaving = [one for one in crowded if one.is_overloaded and not one.grows]
    nearly = [one for one in crowded if not one.is_overloaded]
    endings = ((growing, "Overloaded", GROWS), (leaving, "Overloaded", ELSEWHERE), (nearly, "Nearly full", VARIES))
    parts = [f"{head}: {', '.join(map(_crowded, some))}. {ending}" for some, head, ending in endings if some]
    return " ".join(parts) or f"Nothing is asked for more than {100 * NEARLY_FULL:.0f} % of what there is."


def _crowded(one: Crowded) -> str:
    return f"{one.label} ({100 * one.ratio:.0f} %)" if one.ratio < 10 else one.label


def precision_sentence(found: Passport) -> str:
    """Says which headline figures are not precise yet, and how many runs would make them so."""
    rule = f"within {100 * WIDE:.0f} % of the mean, shares within {100 * WIDE_SHARE:.0f} points, with 95 % confidence"
    if found.replications < 2:
        return "Not known: it takes two runs or more."
    if not found.unsure:
        told = f"All {found.headline} headline figures are" if found.headline > 1 else "The headline figure is"
        return f"{told} precise ({rule})."
    told = "; ".join(f"{one.label} (± {one.margin}{_enough(one)})" for one in found.unsure)
    return f"{_count(found)} not precise yet ({rule}): {told}."


def _count(found: Passport) -> str:
    """How many headline figures are not precise, with the verb."""
    verb = "is" if len(found.unsure) == 1 else "are"
    return f"{len(found.unsure)} of {found.headline} headline figures {verb}"


def _enough(one: Unsure) -> str:
    return f", about {one.enough:,} runs" if one.enough else f", more than {MOST_REPLICATIONS:,} runs"


def sentences(found: Passport) -> tuple[tuple[str, str], ...]:
    """Tells a passport, each part with its heading."""
    runs = f"{found.replications} run{'s' if found.replications != 1 else ''}"
    runs += f" of {found.wanted} (stopped early)" if found.replications < found.wanted else ""
    made = f"Wardflow {found.version}, engine {found.engine}, scenario {found.fingerprint[:12]}"
    return (
        ("Made by", f"{made}, seed {found.seed}, {runs}."),
        ("Books", books_sentence(found.books)),
        ("Load", load_sentence(found.crowded)),
        ("Warm-up", found.settling.sentence),
        ("Precision", precision_sentence(found)),
        ("Compared with reality", " ".join(found.compared)),
        ("Not to be used for", " ".join(found.not_for)),
    )


def in_short(found: Passport) -> str:
    """Tells a passport in one paragraph; only what a reader may want to act on is told in full."""
    parts = [books_sentence(found.books)]
    if found.crowded:
        over = sum(one.is_overloaded for one in found.crowded)
        counts = [f"{over} overloaded" if over else "", f"{len(found.crowded) - over} nearly full"]
        parts.append(f"Places and teams: {', '.join(one for one in counts if one and one[0] != '0')}.")
    if found.settling.finding != "settled":
        parts.append(found.settling.sentence)
    if found.replications < 2 or not found.unsure:
        parts.append(precision_sentence(found))
    else:
        known = [one.enough for one in found.unsure]
        most = f"; about {max(one or 0 for one in known):,} runs would do" if all(known) else ""
        parts.append(f"{_count(found)} not precise yet{most}.")
    return " ".join([*parts, found.compared[0]])
