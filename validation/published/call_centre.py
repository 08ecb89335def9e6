"""A telephone advice line, against the figures of the example stars-ciw-example."""

from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from sim.engine.eventlog import Event
from validation.published.judging import Source, judge_means, read_references
from validation.published.running import FOLDER, PART, replicate, replications
from validation.theory.observing import Figures, Run, waits_for
from validation.verdicts import Case, Observed, Verdict

BASE: Final = FOLDER / "call_centre.yaml"
PRINTED: Final = FOLDER / "call_centre.csv"
SOURCES: Final = {
    "independent": Source("the same model run by others, 2,000 runs", 2000),
    "page": Source("stars-ciw-example, its page, 50 runs", 50),
    "page_what_if": Source("stars-ciw-example, its page, 5 runs", 5),
}
WAITS: Final = {"operator": "wait for an operator [min]", "nurse": "wait for a nurse [min]"}
USES: Final = {"operator": "operators in use", "nurse": "nurses in use"}
FINISHED: Final = "finished calls: "
"""Measures of the page, which counts only calls that are over when the run ends."""
_NAMES: Final = (*WAITS.values(), *USES.values())
MEASURES: Final = (*_NAMES, *(FINISHED + name for name in _NAMES))
TOLERANCES: Final = {name: 0.05 if "wait" in name else 0.02 for name in MEASURES}
"""As shares of the reference, besides three of its own standard errors."""


def measured(run: Run) -> Figures:
    """Mean waits in minutes, and the share of the time of all staff that is in use.

    Once for all calls that began in the run, whose time counts until its end; once for those that ended in it.
    """
    figures = {}
    for resource, wait in WAITS.items():
        waits = waits_for(run, resource)
        all_time = run.units(resource) * run.window_ms
        began, ended = run.rows(Event.START, resource=resource), run.rows(Event.END, resource=resource)
        over = np.isin(run.log.patient, run.log.patient[ended])
        finished = int(run.log.time_ms[ended].sum() - run.log.time_ms[began & over].sum())
        figures[wait] = float(waits.that(Event.START).mean())
        figures[USES[resource]] = run.mean_units(resource) / run.units(resource)
        figures[FINISHED + wait] = float(waits.length[np.isin(waits.patient, run.log.patient[ended])].mean())
        figures[FINISHED + USES[resource]] = finished / all_time
    return figures


def observe(file: Path, number: int) -> list[float]:
    """Runs one replication; its figures in the order of `MEASURES`."""
    figures = measured(replicate(file, number))
    return [figures[name] for name in MEASURES]


def judge(scenario: str, rows: Observed, slack: float = 1.0) -> list[Verdict]:
    """Compares a scenario with what is printed about it; `slack` is a factor on the tolerances, for a quick test."""
    references = read_references(PRINTED, scenario, SOURCES, {})
    columns = dict(zip(MEASURES, np.array(rows).T, strict=True))
    return judge_means(scenario, references, columns, {name: slack * share for name, share in TOLERANCES.items()})


def cases() -> list[Case]:
    """The line and its what-ifs."""
    return [
        Case(
            PART,
            file.stem,
            (file, BASE, PRINTED),
            replications(file),
            partial(observe, file),
            partial(judge, file.stem),
        )
        for file in sorted(FOLDER.glob("call_centre*.yaml"))
    ]
