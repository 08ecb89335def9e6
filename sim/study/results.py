"""Results: an experiment written to a folder, as files that every program can read."""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

import pandas as pd

from sim.engine.compiling import compile_scenario
from sim.study.experiment import Experiment
from sim.study.files import write_whole
from sim.study.origin import origin
from sim.study.replication import run_replication
from sim.study.tables import event_table, kpi_table, profile_table, rows_table, visit_table
from sim.study.vidigi import vidigi_table
from sim.study.xes import write_xes

Form = Literal["csv", "parquet", "xes", "vidigi"]
"""How event logs are written; as csv and parquet, visits and events each have a file."""
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes text that starts so for a formula."""


class OutputError(ValueError):
    """Results cannot be written where they were asked for."""


def prepare_folder(folder: Path) -> None:
    """Makes the folder for results and tries it, before any time is spent on a run.

    Raises:
        OutputError: if it is a file, or cannot be made or written.
    """
    probe = folder / ".wardflow-probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
    except FileExistsError:
        raise OutputError(f"{folder} is a file. Fix: give the name of a folder") from None
    except OSError as error:
        raise OutputError(f"{folder} cannot be written ({error.strerror}). Fix: choose another folder") from None
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)


def write_results(
    experiment: Experiment, folder: Path, scenario_text: str, logs: Sequence[int] = (), form: Form = "csv"
) -> list[Path]:
    """Writes all that came out of an experiment; each file is there whole or not at all.

    Args:
        experiment: valid.
        folder: as `prepare_folder` left it; files of the same names are replaced.
        scenario_text: the whole scenario as text, from which it can be run again.
        logs: numbers of the replications whose visits and events are written as well.
        form: of the files of visits and events.

    Returns:
        The files: scenario.yaml, kpis.csv, replications.csv, profiles.csv; visits-N and events-N, or events-N.xes, or
        vidigi-N.csv; last run.json, which tells what the others are made from.

    Raises:
        OutputError: if a file cannot be written or a replication is not there.
        RuntimeError: if a replication that is run again does not give the same facts.
    """
    missing = [str(number) for number in logs if number not in range(len(experiment.replicates))]
    if missing:
        last = len(experiment.replicates) - 1
        raise OutputError(f"there is no replication {', '.join(missing)}. Fix: choose from 0 to {last}")
    try:
        written = [write_text(folder / "scenario.yaml", scenario_text)]
        written.append(write_table(folder / "kpis.csv", kpi_table(experiment)))
        written.append(write_table(folder / "replications.csv", rows_table(experiment)))
        written.append(write_table(folder / "profiles.csv", profile_table(experiment)))
        for number in logs:
            written += _write_log(experiment, number, folder, form)
        record = origin(experiment) | {"files": [path.name for path in written]}
        written.append(write_text(folder / "run.json", json.dumps(record, indent=2, ensure_ascii=False) + "\n"))
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror or error}") from error
    return written


def spreadsheet_safe(table: pd.DataFrame) -> pd.DataFrame:
    """Returns a table in which no text can be taken for a formula: such text gets an apostrophe before it.

    Numbers stay as they are, negative ones too.
    """
    safe = table.rename(columns=_safe)
    for name in safe.columns:
        column = safe[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            if any(_safe(category) != category for category in column.cat.categories):
                safe[name] = column.astype(object).map(_safe)
        elif pd.api.types.is_string_dtype(column.dtype) or column.dtype == object:
            safe[name] = column.map(_safe)
    return safe


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def _write_log(experiment: Experiment, number: int, folder: Path, form: Form) -> list[Path]:
    """Runs a replication again for its log, and checks that it is the same."""
    scenario = experiment.scenario
    program = compile_scenario(scenario)
    replicate = run_replication(scenario, program, experiment.seed, number, keep_log=True)
    if replicate.digest != experiment.replicates[number].digest or not replicate.log or not replicate.fates:
        raise RuntimeError(f"replication {number} did not give the same facts when it was run again")
    log = (replicate.fates, replicate.log)
    if form == "xes":
        path, about = folder / f"events-{number}.xes", _about(experiment, number)
        write_whole(path, lambda part: write_xes(part, scenario, program, log, about))
        return [path]
    if form == "vidigi":
        return [write_table(folder / f"vidigi-{number}.csv", vidigi_table(scenario, program, *log))]
    tables = {
        f"visits-{number}": visit_table(scenario, program, *log),
        f"events-{number}": event_table(scenario, program, *log),
    }
    return [write_form(folder / f"{name}.{form}", table) for name, table in tables.items()]


def _about(experiment: Experiment, number: int) -> dict[str, str]:
    """What a reader of one log must know: where it comes from, and from when until when it is measured."""
    told = origin(experiment)
    wanted = ("version", "fingerprint", "seed", "measured_from", "measured_until")
    return {name: str(told[name]) for name in wanted} | {
        "replication": str(number),
        "digest": experiment.replicates[number].digest,
    }


def write_text(path: Path, text: str) -> Path:
    """Writes a text; whole or not at all.

    Raises:
        OSError: if it cannot be written.
    """
    write_whole(path, lambda part: part.write_text(text, encoding="utf-8", newline="\n"))
    return path


def write_table(path: Path, table: pd.DataFrame) -> Path:
    """Writes a table as CSV that spreadsheets take as it is meant; whole or not at all.

    Raises:
        OSError: if it cannot be written.
    """
    safe = spreadsheet_safe(table)
    write_whole(path, lambda part: safe.to_csv(part, index=False, lineterminator="\n", encoding="utf-8"))
    return path


def write_form(path: Path, table: pd.DataFrame) -> Path:
    """Writes a table as CSV, or as Parquet if the name of the file says so.

    Raises:
        OSError: if it cannot be written.
    """
    if path.suffix != ".parquet":
        return write_table(path, table)
    write_whole(path, lambda part: table.to_parquet(part, index=False))
    return path
