"""Exports: an experiment as files to take away, without writing anything on this machine."""

import io
import json
import zipfile

import pandas as pd

from sim.report.passport import passport_record
from sim.report.records import to_json
from sim.scenario.loading import Loaded
from sim.study.experiment import Experiment
from sim.study.origin import origin
from sim.study.passport import passport
from sim.study.plan import whole_text
from sim.study.results import spreadsheet_safe
from sim.study.tables import kpi_table, profile_table, rows_table

_DATE = (1980, 1, 1, 0, 0, 0)
"""Date of all files of an archive, so that the same experiment gives the same bytes."""


def csv_of(table: pd.DataFrame) -> bytes:
    """A table as a file for spreadsheets, in which no text can be taken for a formula."""
    return spreadsheet_safe(table).to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def figures_csv(experiment: Experiment) -> bytes:
    """Every figure with its interval and target."""
    return csv_of(kpi_table(experiment))


def passport_json(experiment: Experiment, loaded: Loaded) -> bytes:
    """How far the figures can be trusted."""
    return f"{to_json(passport_record(passport(experiment, loaded.document.files())))}\n".encode()


def archive(experiment: Experiment, loaded: Loaded) -> bytes:
    """All that came out, with the scenario from which it can be run again, as one zip file.

    Args:
        experiment: valid.
        loaded: its scenario as it was loaded.
    """
    files = {
        "scenario.yaml": whole_text(loaded, experiment.scenario).encode(),
        "kpis.csv": figures_csv(experiment),
        "replications.csv": csv_of(rows_table(experiment)),
        "profiles.csv": csv_of(profile_table(experiment)),
        "passport.json": passport_json(experiment, loaded),
        "run.json": json.dumps(origin(experiment), indent=2, ensure_ascii=False).encode(),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(zipfile.ZipInfo(name, _DATE), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
