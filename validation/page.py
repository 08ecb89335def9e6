"""The page of verdicts, `README.md`: what is compared, what differs, and every measure in a table for each part."""

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from validation.plots import chance, differences, spread
from validation.records import Records
from validation.running import PARTS
from validation.theory import check as theory
from validation.verdicts import Verdict

FOLDER: Final = Path(__file__).parent
FAR: Final = 2.0
"""Standard errors from the reference; at most one measure in twenty may be farther off."""
ONE_IN: Final = 20
TITLES: Final = {
    "theory": "Theory",
    "published": "Published models",
    "traces": "Traces",
    "crosscheck": "Another simulator, patient by patient",
    "reality": "Real hospitals",
    "coverage": "Intervals that hold the truth",
}
ABOUT: Final = {
    "theory": """\
Queues whose exact figures are known, as scenario files in `theory/`, run by the engine that the screen and the command
use. The figures were worked out by others (`theory/cases.json`, all 50); our own formulas, with their sources, stand in
`theory/*.py` and agree with them to six digits (`tests/theory/test_formulas.py`).

Tolerances: {flows:.0%} for flows, loads and shares of patients, {waits:.0%} for mean waits, whole times and numbers
waiting or present, {spread:.0%} for the spread of waits, the shares who wait longer than a limit and the shares whom a
number of stroke beds would delay; for small shares (up to 5 %) {shares} absolute, {tails} for such tails and delays.
The warm-up is left out. Shares below {rare} are judged by the tolerance alone. Means are corrected for the luck of the
arrivals (control variates, `theory/check.py`), which are judged too. z is the normal figure that is as seldom as what
was found is by Student's law with the replications that there are.""",
    "published": "Models of others, run again, against what they printed ([sources and quirks](published/README.md)).",
    "traces": """\
Runs without chance from the test suites of other simulators: every moment must be equal
([what cannot be said](traces/README.md)).""",
    "crosscheck": """\
The same patients through Wardflow, through ciw and through a recursion of a few lines: not one may differ
([how](crosscheck/README.md)).""",
    "reality": """\
The base hospital beside English trusts of its size, and one real stream of patients ([tables](reality/README.md)).""",
    "coverage": """\
400 experiments of 10 replications each on queues whose truth is known from theory (M/M/1, `coverage/*.yaml`): how often
does a 95 % interval of the studies (`sim/study/output_analysis.py`) hold it? Between 91 % and 98.3 % may: of 400 good
intervals, chance leaves that band about once in 2,000 times. So the band stands for the interval and the tolerance of
the other parts. The numbers waiting have exactly the mean of theory in every run; a quantile of 600 waits is a little
off in each, which its coverage has to bear. Last, as a warning, the interval that nobody should make: patients taken
for independent. Theory tells how seldom it holds the truth, since it knows by how much the waits of neighbours are
alike (a limit for long runs): about one time in two at load 0.5, and one in six at load 0.8.""",
}
PREFACE: Final = """\
# Validation

Written by `python -m validation.check` (`make validate`) from `verdicts.json`; do not edit.

A measure **agrees** if its whole {confidence:.0%} interval over replications lies inside the reference plus or minus
the tolerance, so that too few replications fail instead of passing, and if it is less than three standard errors (z)
from the reference. What has no chance in it must be equal. At most one measure in twenty may be more than {far:g}
standard errors away, over all that has chance in it. Where a reference is known to be wrong, a difference is
**explained**, and the reason stands below. Everything else **differs**.
"""
HEADER: Final = (
    "| case | source | measure | reference | ours | interval | tolerance | z | verdict |\n"
    "|---|---|---|---:|---:|---:|---:|---:|---|"
)
Told = Sequence[Verdict]


def page(records: Records, outdated: Iterable[str], pictures: Mapping[str, Sequence[str]]) -> str:
    """The page.

    Args:
        records: all that are kept.
        outdated: names of cases whose verdicts were made with other sources than the present ones, or are missing.
        pictures: by part, names of pictures in `plots/`; under the empty name those of all parts.
    """
    by_part = {part: of_part(records, part) for part in PARTS}
    everything = [verdict for told in by_part.values() for verdict in told]
    lines = [PREFACE.format(confidence=theory.CONFIDENCE, far=FAR)]
    lines += [f"- {line}" for line in summaries(records)]
    lines += ["", *_first(everything), *_outdated(outdated), *_shown(pictures.get("", ()))]
    for part, told in by_part.items():
        if told:
            lines += [f"## {TITLES[part]}", "", _about(part), "", *_shown(pictures.get(part, ()))]
            lines += [HEADER, *(row(verdict) for verdict in told), ""]
    return "\n".join(lines)


def of_part(records: Records, part: str) -> list[Verdict]:
    """Verdicts on all cases of a part."""
    return [verdict for name, record in records.items() if name.startswith(f"{part}/") for verdict in record.verdicts]


def summaries(records: Records) -> list[str]:
    """One line for each part, and one for what lies far off."""
    lines = []
    for part in PARTS:
        told = of_part(records, part)
        if told:
            kept = [record for name, record in records.items() if name.startswith(f"{part}/")]
            count = {word: sum(verdict.word == word for verdict in told) for word in ("agrees", "explained", "differs")}
            lines.append(
                f"**{TITLES[part]}**: {count['agrees']} of {len(told)} measures of {len(kept)} cases agree, "
                f"{count['explained']} are explained, {count['differs']} differ "
                f"({sum(record.seconds for record in kept) / 60:.1f} min of processor time)."
            )
    by_chance = chance(verdict for part in PARTS for verdict in of_part(records, part))
    far = sum(abs(verdict.z) > FAR for verdict in by_chance)
    return [
        *lines,
        f"**By chance**: {far} of {len(by_chance)} measures are more than {FAR:g} standard errors off; "
        f"{len(by_chance) // ONE_IN} may be.",
    ]


def agrees(records: Records) -> bool:
    """Whether no measure differs without a reason, and not too many lie far off."""
    told = [verdict for part in PARTS for verdict in of_part(records, part)]
    by_chance = chance(told)
    far = sum(abs(verdict.z) > FAR for verdict in by_chance)
    return all(verdict.word != "differs" for verdict in told) and far <= len(by_chance) / ONE_IN


def draw(records: Records, folder: Path) -> dict[str, list[str]]:
    """Draws the plots that are made of verdicts, and finds those that are there already.

    Returns:
        Names of the pictures by part; under the empty name those of all parts.
    """
    folder.mkdir(exist_ok=True)
    pictures: dict[str, list[str]] = {"": ["standard_errors.svg"], "published": ["stroke_delays.svg"]}
    told = chance(verdict for part in PARTS for verdict in of_part(records, part))
    (folder / "standard_errors.svg").write_text(spread("All measures that have chance in them", told), encoding="utf-8")
    for part in PARTS:
        banded = [verdict for verdict in of_part(records, part) if verdict.tolerance > 0 and verdict.half_width > 0]
        if banded:
            (folder / f"{part}.svg").write_text(differences(TITLES[part], banded), encoding="utf-8")
            pictures.setdefault(part, []).insert(0, f"{part}.svg")
    return {part: [name for name in names if (folder / name).exists()] for part, names in pictures.items()}


def row(verdict: Verdict) -> str:
    """One line of a table."""
    low, high = verdict.mean - verdict.half_width, verdict.mean + verdict.half_width
    exact = verdict.half_width == 0 and verdict.tolerance == 0
    word = f"**{verdict.word}**" if verdict.word == "differs" else verdict.word
    return (
        f"| {verdict.scenario} | {verdict.source} | {verdict.measure} | {verdict.reference:.5g} | {verdict.mean:.5g} "
        f"| {'no chance' if exact else f'{low:.5g} to {high:.5g}'} | {verdict.tolerance:.3g} "
        f"| {'' if math.isnan(verdict.z) else f'{verdict.z:+.1f}'} | {word} |"
    )


def _about(part: str) -> str:
    return ABOUT[part].format(
        flows=theory.TOLERANCE,
        waits=theory.TOLERANCE_OF_WAITS,
        spread=theory.TOLERANCE_OF_SPREAD,
        shares=theory.TOLERANCE_OF_SMALL_SHARES,
        tails=theory.TOLERANCE_OF_SMALL_TAILS,
        rare=theory.RARE,
    )


def _first(told: Told) -> list[str]:
    """What does not agree, before all else."""
    differing = [verdict for verdict in told if verdict.word == "differs"]
    explained = [verdict for verdict in told if verdict.word == "explained"]
    lines = ["## What differs", ""]
    lines += [HEADER, *(row(verdict) for verdict in differing), ""] if differing else ["Nothing.", ""]
    if explained:
        lines += ["## What is explained", "", "| case | measure | reference | ours | why |", "|---|---|---:|---:|---|"]
        lines += [
            f"| {one.scenario} | {one.measure} | {one.reference:.5g} | {one.mean:.5g} | {one.explained} |"
            for one in explained
        ]
        lines.append("")
    return lines


def _outdated(names: Iterable[str]) -> list[str]:
    listed = ", ".join(names)
    return (
        [f"**Made with older sources, or missing:** {listed}. `python -m validation.check --stale` mends it.", ""]
        if listed
        else []
    )


def _shown(names: Iterable[str]) -> list[str]:
    return [line for name in names for line in (f"![{Path(name).stem.replace('_', ' ')}](plots/{name})", "")]
