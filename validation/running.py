"""Running cases: their replications over several processes, and verdicts on each case as soon as it is done."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

from validation.digests import digest
from validation.records import Record
from validation.verdicts import Case, Observed

PARTS: Final = ("theory", "published", "traces", "crosscheck", "reality", "coverage")
"""Folders beside this file, each with a module `cases`."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a case."""

    record: Record
    rows: Observed
    """The figures of all replications, from which pictures are made."""


Row = tuple[list[float], float]
"""The figures of a replication, and the processor time that it took, in seconds."""


def cases_of(part: str) -> list[Case]:
    """Lists the cases of a part."""
    found: list[Case] = import_module(f"validation.{part}.cases").cases()
    return found


def parts() -> list[str]:
    """Parts that are there, in order."""
    return [part for part in PARTS if (Path(__file__).parent / part / "cases.py").exists()]


def run(cases: Sequence[Case], workers: int) -> Iterator[tuple[Case, Done | Exception]]:
    """Yields each case with what came of it, in order; a case that fails does not hold up the others.

    What the digests tell is read before anything runs, so that who changes a source meanwhile finds the case stale.
    """
    digests = [digest(case) for case in cases]
    with ProcessPoolExecutor(workers) as pool:
        waiting = [[pool.submit(timed, case.observe, number) for number in range(case.replications)] for case in cases]
        try:
            for case, sources, rows in zip(cases, digests, waiting, strict=True):
                yield case, _judged(case, sources, rows)
                rows.clear()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def timed(observe: Callable[[int], list[float]], number: int) -> Row:
    """Runs a replication by its number, in whatever process this is."""
    started = time.process_time()
    return observe(number), time.process_time() - started


def _judged(case: Case, sources: str, rows: Sequence[Future[Row]]) -> Done | Exception:
    try:
        done = [row.result() for row in rows]
        figures = [measured for measured, _ in done]
        verdicts = tuple(case.judge(figures))
    except Exception as error:  # whatever it is, it is told with the name of the case
        return error
    return Done(Record(sources, sum(seconds for _, seconds in done), verdicts), figures)
