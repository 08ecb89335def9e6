"""Tables: an experiment as tidy data frames."""

from typing import Any, Final

import numpy as np
import pandas as pd

from sim.demand.fates import Fates
from sim.engine.eventlog import Event, EventLog
from sim.engine.program import Program
from sim.measure.facts import gather
from sim.measure.figures import KpiKey
from sim.measure.profiles import PROFILES
from sim.measure.visits import Ending
from sim.measure.window import Window
from sim.scenario.scenario import Scenario
from sim.study.experiment import Experiment
from sim.study.output_analysis import CONFIDENCE, t_interval
from sim.study.summary import Replicated, kpi_keys, summaries, values
from sim.study.wording import scope_label

KPI_COLUMNS: Final = (
    "kpi",
    "scope",
    "label",
    "for",
    "unit",
    "direction",
    "n",
    "dropped",
    "mean",
    "sd",
    "low",
    "high",
    "target",
    "verdict",
)
PROFILE_COLUMNS: Final = ("profile", "scope", "label", "for", "unit", "number", "bin", "n", "mean", "low", "high")
VISIT_COLUMNS: Final = (
    "patient",
    "patient_class",
    "pathway",
    "step",
    "wanted",
    "resource",
    "queued",
    "started",
    "ended",
    "wait_min",
    "ending",
)
NO_MOMENT: Final = -1
"""Milliseconds of what has not happened."""


def kpi_table(experiment: Experiment, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """One row a key figure and scope.

    Returns:
        Columns KPI_COLUMNS; `n` replications in which it is defined and `dropped` others; `low` and `high` of the
        interval of the mean; `target` in words and `verdict` (met, missed, can't tell yet), parted by semicolons.
    """
    rows: list[tuple[Any, ...]] = []
    for one in summaries(experiment, confidence):
        kpi, interval = one.kpi, one.interval
        targets = "; ".join(judgement.words() for judgement in one.judgements)
        verdicts = "; ".join(judgement.verdict for judgement in one.judgements)
        label = scope_label(experiment.scenario, one.scope)
        told = (kpi.name, one.scope, kpi.label, label, kpi.unit, kpi.direction)
        numbers = (interval.n, interval.dropped, interval.mean, interval.sd, interval.low, interval.high)
        rows.append((*told, *numbers, targets, verdicts))
    return pd.DataFrame(rows, columns=list(KPI_COLUMNS))


def rows_table(experiment: Replicated) -> pd.DataFrame:
    """One row a replication.

    Returns:
        Columns replication, digest, patients, events, valid, then one for each key figure, named such as
        `occupancy_mean[ward:medical]`, without brackets for the whole.
    """
    found = experiment.replicates
    columns: dict[str, Any] = {
        "replication": [one.replication for one in found],
        "digest": [one.digest for one in found],
        "patients": [one.patients for one in found],
        "events": [one.events for one in found],
        "valid": [not one.breaches for one in found],
    }
    return pd.DataFrame(columns | {column_name(key): values(experiment, key) for key in kpi_keys(experiment)})


def column_name(key: KpiKey) -> str:
    """Name of a figure's column.

    >>> column_name(("occupancy_mean", "ward:medical")), column_name(("wait_mean", ""))
    ('occupancy_mean[ward:medical]', 'wait_mean')
    """
    kpi, scope = key
    return f"{kpi}[{scope}]" if scope else kpi


def profile_table(experiment: Experiment, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """One row a profile, scope and bin, over the replications.

    Returns:
        Columns PROFILE_COLUMNS; `number` of the bin from 0 and what it stands for.
    """
    rows: list[tuple[Any, ...]] = []
    keys = {key: None for one in experiment.replicates for key in one.profiles}
    scenario = experiment.scenario
    days = tuple(day.isoformat() for day in Window.of(scenario).dates(scenario.calendar))
    for name, scope in keys:
        profile = PROFILES[name]
        told = (name, scope, profile.label, scope_label(scenario, scope), profile.unit)
        lines = np.array([one.profiles[name, scope] for one in experiment.replicates if (name, scope) in one.profiles])
        bins = profile.bins or days
        for number, label in enumerate(bins):
            interval = t_interval(lines[:, number], confidence)
            rows.append((*told, number, label, interval.n, interval.mean, interval.low, interval.high))
    return pd.DataFrame(rows, columns=list(PROFILE_COLUMNS))


def event_table(scenario: Scenario, program: Program, fates: Fates, log: EventLog) -> pd.DataFrame:
    """The event log in words, one row an event in the order in which they happened.

    Returns:
        Columns time_ms (since the start of the run), moment, patient (empty for what concerns nobody), patient_class,
        event, pathway, step, resource, quantity.
    """
    return pd.DataFrame(
        {
            "time_ms": log.time_ms,
            "moment": _moments(scenario, log.time_ms),
            "patient": _numbers(log.patient),
            "patient_class": _classes(scenario, fates, log.patient),
            "event": _names([event.name.lower() for event in Event], log.event),
            "pathway": _names([step.pathway for step in program.steps], log.step),
            "step": _names([step.name for step in program.steps], log.step),
            "resource": _names(program.resources, log.resource),
            "quantity": log.quantity,
        }
    )


def visit_table(scenario: Scenario, program: Program, fates: Fates, log: EventLog) -> pd.DataFrame:
    """Visits, one row for each time that a patient came to a step which takes time or units.

    Returns:
        Columns VISIT_COLUMNS and, behind the class, one for each attribute; moments that have not been are empty.
    """
    seen = gather(scenario, program, fates, log, Window.of(scenario)).visits
    attributes = {
        name if name not in VISIT_COLUMNS else f"attribute {name}": _names(fates.levels[name], codes[seen.patient])
        for name, codes in sorted(fates.attributes.items())
    }
    waited = np.where((seen.queued_ms < 0) | (seen.started_ms < 0), np.nan, seen.started_ms - seen.queued_ms)
    columns = {
        "patient": seen.patient,
        "patient_class": _classes(scenario, fates, seen.patient),
        **attributes,
        "pathway": _names([step.pathway for step in program.steps], seen.step),
        "step": _names([step.name for step in program.steps], seen.step),
        "wanted": _names(program.resources, seen.wanted),
        "resource": _names(program.resources, seen.resource),
        "queued": _moments(scenario, seen.queued_ms),
        "started": _moments(scenario, seen.started_ms),
        "ended": _moments(scenario, seen.ended_ms),
        "wait_min": waited / 60_000,
        "ending": _names([ending.name.lower() for ending in Ending], seen.ending),
    }
    return pd.DataFrame(columns)


def _names(names: Any, codes: Any) -> Any:
    """Names of codes; nothing for -1. Names that stand twice share a category."""
    listed = list(names)
    unique = list(dict.fromkeys(listed))
    place = np.array([*(unique.index(name) for name in listed), -1], np.int64)
    return pd.Categorical.from_codes(place[np.asarray(codes, np.int64)], categories=pd.Index(unique, dtype="str"))


def _classes(scenario: Scenario, fates: Fates, patients: Any) -> Any:
    streams = np.append(fates.stream.astype(np.int64), -1)
    return _names(sorted(scenario.patients), streams[patients])


def _numbers(patients: Any) -> Any:
    column = pd.Series(patients, dtype="Int64")
    return column.where(column >= 0)


def _moments(scenario: Scenario, ms: Any) -> Any:
    start = np.datetime64(scenario.run.start, "ms")
    moments = start + np.asarray(ms, np.int64).astype("timedelta64[ms]")
    return pd.Series(np.where(np.asarray(ms) == NO_MOMENT, np.datetime64("NaT", "ms"), moments))
