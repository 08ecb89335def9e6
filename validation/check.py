"""The check of Wardflow: `python -m validation.check` compares it with what is known and writes the README here."""

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

from validation.theory import check as theory

README: Final = Path(__file__).parent / "README.md"
PREFACE: Final = """\
# Validation

Written by `python -m validation.check` (`make validate`); do not edit.

## Theory

Queues whose exact figures are known, as scenario files in `theory/`, run by the engine that the screen and the command
use. The figures of theory were worked out by others (`theory/cases.json`); our own formulas, with their sources, are in
`theory/formulas.py` and agree with them to six digits (`tests/theory/test_formulas.py`).

A measure agrees if its {confidence:.0%} interval over replications lies inside theory plus or minus the tolerance, so
that too few replications fail instead of passing, and if its mean is less than {too_far:g} standard errors (z) from
theory; at most one measure in twenty may be more than {far:g} away. Tolerances: {flows:.0%} for flows, loads and
shares of patients, {waits:.0%} for mean waits and numbers waiting or present, {spread:.0%} for the spread of waits and
the shares who wait longer than a limit; for small shares (up to 5 %) {shares} absolute, {tails} for such tails. The
warm-up is left out. Shares below {rare} are judged by the tolerance alone. Means are corrected for the luck of the
arrivals (control variates, see `theory/check.py`), which are judged too.
"""


def main() -> int:
    """Runs the check; the exit status is 1 if anything disagrees."""
    options = _options()
    started = time.monotonic()
    verdicts: list[theory.Verdict] = []
    print(HEADER)
    for found in run(options.cases or list(theory.load_cases()), options.workers):
        verdicts += found
        print("\n".join(row(verdict) for verdict in found), flush=True)
    text = summary(verdicts)
    print(f"\n{text} It took {time.monotonic() - started:.0f} s.")
    if not options.cases:
        README.write_text(page(verdicts), encoding="utf-8")
    return 0 if agrees(verdicts) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m validation.check", description=__doc__)
    parser.add_argument("--workers", type=int, default=2, help="processes that run replications (2)")
    parser.add_argument("cases", nargs="*", help="only these, such as MMc-1; the page is not written then")
    return parser.parse_args()


def run(ids: list[str], workers: int) -> Iterator[list[theory.Verdict]]:
    """Yields the verdicts on each scenario of some cases, in order."""
    cases = theory.load_cases()
    plan = [(cases[name], file) for name in ids for file in cases[name].files()]
    with ProcessPoolExecutor(workers) as pool:
        waiting = [
            [pool.submit(theory.observe, file, case, number) for number in range(theory.replications(file))]
            for case, file in plan
        ]
        for (case, file), replications in zip(plan, waiting, strict=True):
            yield theory.judge(case, file, [replication.result() for replication in replications])


HEADER: Final = (
    "| scenario | measure | theory | Wardflow | interval | tolerance | z | verdict |\n"
    "|---|---|---:|---:|---:|---:|---:|---|"
)


def row(verdict: theory.Verdict) -> str:
    """One line of the table."""
    low, high = verdict.mean - verdict.half_width, verdict.mean + verdict.half_width
    return (
        f"| {verdict.scenario} | {verdict.measure} | {verdict.reference:.5g} | {verdict.mean:.5g} "
        f"| {low:.5g} to {high:.5g} | {verdict.tolerance:.3g} | {verdict.z:+.1f} "
        f"| {'agrees' if verdict.passed else '**differs**'} |"
    )


def agrees(verdicts: list[theory.Verdict]) -> bool:
    """Whether every measure agrees with theory, and not too many lie far off."""
    return all(verdict.passed for verdict in verdicts) and not theory.too_many_far_off(verdicts)


def summary(verdicts: list[theory.Verdict]) -> str:
    """What came out, in words."""
    good = sum(verdict.passed for verdict in verdicts)
    far = sum(abs(verdict.z) > theory.FAR for verdict in verdicts)
    scenarios = len({verdict.scenario for verdict in verdicts})
    return (
        f"{good} of {len(verdicts)} measures of {scenarios} scenarios agree with theory; "
        f"{far} are more than {theory.FAR:g} standard errors off ({len(verdicts) / 20:.0f} may be)."
    )


def page(verdicts: list[theory.Verdict]) -> str:
    """The page with all verdicts."""
    preface = PREFACE.format(
        confidence=theory.CONFIDENCE,
        too_far=theory.TOO_FAR,
        far=theory.FAR,
        flows=theory.TOLERANCE,
        waits=theory.TOLERANCE_OF_WAITS,
        spread=theory.TOLERANCE_OF_SPREAD,
        shares=theory.TOLERANCE_OF_SMALL_SHARES,
        tails=theory.TOLERANCE_OF_SMALL_TAILS,
        rare=theory.RARE,
    )
    return "\n".join([preface, f"**{summary(verdicts)}**\n", HEADER, *(row(verdict) for verdict in verdicts), ""])


if __name__ == "__main__":
    sys.exit(main())
