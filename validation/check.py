"""The check of Wardflow: `python -m validation.check` compares it with what is known and writes the README here.

Verdicts are kept in `verdicts.json` as soon as a case is done, so that an interrupted check goes on with `--stale`.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from validation.page import agrees, draw, page, summaries
from validation.published import plots as published
from validation.records import KEPT, Records, key, read, stale, write
from validation.running import PARTS, Done, cases_of, parts, run
from validation.verdicts import Case, Observed

FOLDER: Final = Path(__file__).parent
README: Final = FOLDER / "README.md"
PLOTS: Final = FOLDER / "plots"
PICTURES: Final[dict[str, Callable[[Path, Observed], object]]] = {"published/stroke": published.write}
"""Pictures that are made of the replications of a case."""


def main() -> int:
    """Runs the check; the exit status is 1 if anything disagrees, fails or is missing."""
    options = _options()
    started = time.monotonic()
    cases = [case for part in parts() for case in cases_of(part)]
    kept = read()
    records = {key(case): kept[key(case)] for case in cases if key(case) in kept}
    wanted = _wanted(cases, records, options)
    print(f"{len(wanted)} of {len(cases)} cases", flush=True)
    records, failed = _run(wanted, cases, records, options.workers)
    outdated = [key(case) for case in stale(cases, records)]
    README.write_text(page(records, outdated, draw(records, PLOTS)), encoding="utf-8")
    print("\n" + "\n".join([*summaries(records), *(f"failed: {name}" for name in failed)]))
    print(f"{len(outdated)} cases are stale or missing. It took {(time.monotonic() - started) / 60:.1f} min.")
    return 0 if agrees(records) and not failed and not outdated else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m validation.check", description=__doc__)
    parser.add_argument("--workers", type=int, default=2, help="processes that run replications (2)")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be given several times")
    parser.add_argument("--stale", action="store_true", help="only cases whose sources have changed since, or missing")
    parser.add_argument("cases", nargs="*", help="only these, such as MMc-1 or theory/MMc-1")
    return parser.parse_args()


def _wanted(cases: Sequence[Case], records: Records, options: argparse.Namespace) -> list[Case]:
    """Cases that are asked for.

    Raises:
        SystemExit: if a name is unknown.
    """
    known = {name for case in cases for name in (case.name, key(case))}
    if unknown := [name for name in options.cases if name not in known]:
        raise SystemExit(f"no such case: {', '.join(unknown)}")
    wanted = [case for case in cases if not options.part or case.part in options.part]
    if options.cases:
        wanted = [case for case in wanted if case.name in options.cases or key(case) in options.cases]
    return stale(wanted, records) if options.stale else wanted


def _run(wanted: Sequence[Case], cases: Sequence[Case], records: Records, workers: int) -> tuple[Records, list[str]]:
    """Runs cases and keeps the verdicts on each as soon as they are there.

    Returns:
        All records, in the order of the cases; and the names of those that failed.
    """
    failed = []
    for case, done in run(wanted, workers):
        if isinstance(done, Exception):
            failed.append(key(case))
            print(f"{key(case)}: failed: {done!r}", flush=True)
            continue
        found = {**records, key(case): done.record}
        records = {name: found[name] for name in map(key, cases) if name in found}
        write(records, KEPT)
        if key(case) in PICTURES:
            PLOTS.mkdir(exist_ok=True)
            PICTURES[key(case)](PLOTS, done.rows)
        print(_told(case, done), flush=True)
    return records, failed


def _told(case: Case, done: Done) -> str:
    """A case in a line, and one for each measure that does not agree."""
    words = [verdict.word for verdict in done.record.verdicts]
    counts = ", ".join(f"{words.count(word)} {word}" for word in ("agrees", "explained", "differs") if word in words)
    missed = [
        f"\n    {verdict.scenario}, {verdict.measure}: {verdict.mean:.6g} instead of {verdict.reference:.6g} "
        f"(interval {verdict.half_width:.2g}, tolerance {verdict.tolerance:.2g}, z {verdict.z:.1f})"
        for verdict in done.record.verdicts
        if verdict.word == "differs"
    ]
    return f"{key(case)}: {counts} ({done.record.seconds:.0f} s){''.join(missed)}"


if __name__ == "__main__":
    sys.exit(main())
