"""What leaves the program: whole files that every program can read and no spreadsheet takes for formulas."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from sim.measure.profiles import PROFILES
from sim.scenario.loading import load_text
from sim.study.experiment import run_experiment
from sim.study.results import OutputError, prepare_folder, spreadsheet_safe, write_results
from sim.study.tables import KPI_COLUMNS, PROFILE_COLUMNS, VISIT_COLUMNS, kpi_table
from tests.small_studies import CLINIC, clinic

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def found():
    return run_experiment(clinic(), workers=1)


@pytest.fixture
def folder(tmp_path):
    prepare_folder(tmp_path / "new" / "results")
    return tmp_path / "new" / "results"


def test_all_files_are_there_and_the_last_tells_of_the_others(found, folder):
    written = write_results(found, folder, CLINIC, [1])
    names = [
        "scenario.yaml",
        "kpis.csv",
        "replications.csv",
        "profiles.csv",
        "visits-1.csv",
        "events-1.csv",
        "run.json",
    ]
    assert [path.name for path in written] == names
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    record = json.loads((folder / "run.json").read_text())
    assert record["files"] == names[:-1]
    assert (record["digest"], record["seed"]) == (found.digest, 7)


def test_the_tables_hold_what_the_experiment_found(found, folder):
    write_results(found, folder, CLINIC)
    kpis = pd.read_csv(folder / "kpis.csv", keep_default_na=False)
    assert tuple(kpis.columns) == KPI_COLUMNS
    mean = kpis.loc[(kpis["kpi"] == "wait_mean") & (kpis["scope"] == "")].iloc[0]
    rows = pd.read_csv(folder / "replications.csv")
    assert float(mean["mean"]) == pytest.approx(rows["wait_mean"].mean())
    assert (mean["target"], mean["verdict"]) == ("at most 3 h", "met")
    assert rows["digest"].tolist() == [one.digest for one in found.replicates]
    profiles = pd.read_csv(folder / "profiles.csv")
    assert tuple(profiles.columns) == PROFILE_COLUMNS
    sizes = profiles.groupby(["profile", "scope"], dropna=False).size()
    assert [size for _, size in sizes.items()] == [len(PROFILES[name].bins) or 7 for name, _ in sizes.index]
    days = profiles.loc[profiles["profile"] == "in_use_by_day", "bin"].unique().tolist()
    assert days == [f"2026-01-{day:02d}" for day in range(6, 13)]


def test_the_files_of_two_runs_are_the_same_byte_by_byte(found, tmp_path):
    for name, workers in (("one", 1), ("two", 2)):
        prepare_folder(tmp_path / name)
        write_results(run_experiment(clinic(), workers=workers), tmp_path / name, CLINIC, [0])
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    del one["run.json"], two["run.json"]  # it tells how long the run took
    assert one == two


def test_the_event_log_tells_each_patients_story(found, folder):
    write_results(found, folder, CLINIC, [0])
    events = pd.read_csv(folder / "events-0.csv")
    story = events.loc[events["patient"] == 0, "event"].tolist()
    assert story == ["arrive", "queue", "start", "end", "queue", "place", "start", "end", "vacate", "leave"]
    assert len(events) == found.replicates[0].events


def test_parquet_holds_the_same_as_csv(found, folder):
    write_results(found, folder, CLINIC, [0])
    write_results(found, folder, CLINIC, [0], "parquet")
    csv, parquet = pd.read_csv(folder / "visits-0.csv"), pd.read_parquet(folder / "visits-0.parquet")
    assert list(csv.columns) == list(parquet.columns)
    assert set(VISIT_COLUMNS) < set(csv.columns)
    assert csv["wait_min"].tolist() == pytest.approx(parquet["wait_min"].tolist(), nan_ok=True)


def test_no_spreadsheet_takes_a_label_for_a_formula(found, folder):
    write_results(found, folder, CLINIC)
    kpis = pd.read_csv(folder / "kpis.csv")
    assert set(kpis.loc[kpis["scope"] == "staff:nurse", "for"]) == {"'=Nurse"}


@pytest.mark.parametrize("text", ["=1+1", "+44", "-x", "@sum", "\tx", "\rx"])
def test_text_that_looks_like_a_formula_gets_an_apostrophe(text):
    table = pd.DataFrame({text: [text, "plain"], "number": [-1.5, 2.0]})
    safe = spreadsheet_safe(table)
    assert safe.columns[0] == f"'{text}"
    assert safe.iloc[:, 0].tolist() == [f"'{text}", "plain"]
    assert safe["number"].tolist() == [-1.5, 2.0]
    assert table.columns[0] == text


def test_categories_are_guarded_as_well():
    table = pd.DataFrame({"step": pd.Categorical(["=x", "plain", None])})
    assert spreadsheet_safe(table)["step"].tolist()[:2] == ["'=x", "plain"]
    assert spreadsheet_safe(table)["step"].isna().tolist() == [False, False, True]


def test_the_whole_scenario_can_be_run_again_from_the_folder(folder):
    scenario = load_text(CLINIC).scenario
    first = run_experiment(scenario, workers=1)
    write_results(first, folder, CLINIC)
    again = load_text((folder / "scenario.yaml").read_text()).scenario
    assert run_experiment(again, workers=1).digest == first.digest


def test_a_replication_that_is_not_there_is_refused(found, folder):
    with pytest.raises(OutputError, match="no replication 9"):
        write_results(found, folder, CLINIC, [0, 9])
    assert list(folder.iterdir()) == []


def test_facts_that_cannot_be_found_again_are_not_written(found, folder):
    forged = replace(found, replicates=(replace(found.replicates[0], digest="0"), *found.replicates[1:]))
    with pytest.raises(RuntimeError, match="same facts"):
        write_results(forged, folder, CLINIC, [0])


def test_a_file_is_no_folder_for_results(tmp_path):
    (tmp_path / "file").write_text("precious")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match="Fix:"):
            prepare_folder(path)
    assert (tmp_path / "file").read_text() == "precious"


@pytest.mark.skipif(os.name != "posix", reason="permissions of folders are those of POSIX")
def test_a_folder_that_cannot_be_written_is_found_before_the_run():
    code = """
import os, sys
from pathlib import Path
from sim.study.results import OutputError, prepare_folder
if os.geteuid() == 0:
    os.setuid(65534)  # nobody: root may write anywhere
for name in ("open", "locked"):
    try:
        prepare_folder(Path(sys.argv[1], name))
    except OutputError as error:
        print(name, error)
"""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        for name, mode in (("open", 0o777), ("locked", 0o555)):
            Path(place, name).mkdir()
            Path(place, name).chmod(mode)
        done = subprocess.run([sys.executable, "-c", code, place], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("locked ")
    assert "cannot be written (Permission denied). Fix: choose another folder" in done.stdout


def test_no_probe_is_left_behind(folder):
    assert list(folder.iterdir()) == []


def test_an_undefined_figure_is_an_empty_cell(found):
    table = kpi_table(found)
    assert table.loc[table["n"] == 0, "mean"].isna().all()
