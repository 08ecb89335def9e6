"""The page of the mutation testing: the score, and of every mutant that the tests missed what it means."""

import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from validation.mutation.mutants import SEED, Mutant, load

HERE: Final = Path(__file__).parent
README: Final = HERE / "README.md"
EXPLAINED: Final = HERE / "explained.toml"
KINDS: Final = {
    "equivalent": "Nobody could tell the difference",
    "closed": "Gaps that none of these tests noticed, and that tests written since do notice",
    "elsewhere": "Noticed by tests of the suite that are not in the list of the folder",
    "open": "Gaps that are still open",
}
"""What can be said of a mutant that survived."""
PREFACE: Final = """\
# Mutation testing

Written by `python -m validation.mutation` from `results.json` and `explained.toml`; do not edit.

A test of the tests that nobody could have aimed at. mutmut's operators (`<` to `<=`, `+` to `-`, `and` to `or`, a
number by one, an argument to None or away, a value to None, a text to another one, a condition to always or never)
change the source in one place, in a copy of the checkout, and tests are run there until one fails. There are {all} such
changes inside the functions of `sim/demand`, `sim/engine`, `sim/measure` and `sim/study/output_analysis.py`. All of
them would take days, so this is a random sample of {size} (seed {seed}), each run against the tests that `tests.toml`
lists for the folder of the file, not the whole suite. [Decision 30](../../docs/decisions/0030-sampled-mutants.md) says
why it is done in this way.

**{caught} of {size} mutants were noticed: {score:.0%}** (95 % interval of the share in all: {low:.0%} to {high:.0%}).
Of the {left} others nobody could notice {equivalent}; for {closed} there is a test now. So of a new sample about
{gaps:.0%} would be gaps again: the score is about tests that had never seen these mutants.

| part | mutants | noticed | |
|---|---:|---:|---:|
{parts}

## What was missed

"""


def name_of(mutant: Mutant) -> str:
    """How a mutant is called in `explained.toml`."""
    return f"{mutant.file}#{mutant.number}"


def page() -> str:
    """Writes the page.

    Raises:
        KeyError: if a mutant that survived is not explained.
    """
    results, explained = load(), tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))
    mutants = results.mutants
    missed = [one for one in mutants if not one.caught_by]
    kinds = Counter(explained[name_of(one)]["kind"] for one in missed)
    low, high = wilson(len(mutants) - len(missed), len(mutants))
    text = PREFACE.format(
        all=results.of,
        size=len(mutants),
        seed=SEED,
        caught=len(mutants) - len(missed),
        score=1 - len(missed) / len(mutants),
        low=low,
        high=high,
        left=len(missed),
        equivalent=kinds["equivalent"],
        closed=kinds["closed"],
        gaps=(len(missed) - kinds["equivalent"]) / len(mutants),
        parts="\n".join(_of_part(part, mutants) for part in sorted({_part(one) for one in mutants})),
    )
    for kind, meaning in KINDS.items():
        own = [one for one in missed if explained[name_of(one)]["kind"] == kind]
        if own:
            text += f"### {meaning} ({len(own)})\n\n" + "".join(_told(one, explained[name_of(one)]) for one in own)
    return text.rstrip() + "\n"


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share, by Wilson's score.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22:209-212.

    >>> [round(end, 3) for end in wilson(90, 100)]
    [0.826, 0.945]
    """
    z = 1.959964
    middle = (part + z**2 / 2) / (whole + z**2)
    half = z / (whole + z**2) * (part * (whole - part) / whole + z**2 / 4) ** 0.5
    return middle - half, middle + half


def _part(mutant: Mutant) -> str:
    return "/".join(mutant.file.split("/")[:2])


def _of_part(part: str, mutants: Sequence[Mutant]) -> str:
    own = [one for one in mutants if _part(one) == part]
    caught = sum(bool(one.caught_by) for one in own)
    return f"| `{part}` | {len(own)} | {caught} | {caught / len(own):.0%} |"


def _told(mutant: Mutant, explained: dict[str, str]) -> str:
    noticed = f" Noticed by `{explained['test']}`." if "test" in explained else ""
    return f"`{mutant.file}`, line {mutant.line}: {explained['why']}{noticed}\n\n```diff\n{mutant.change}\n```\n\n"
