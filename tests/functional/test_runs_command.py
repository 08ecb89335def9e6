"""What is kept can be listed, shown, removed and taken away."""

import json
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pandas as pd
import psutil
import pytest
from click.testing import CliRunner

from sim import cli
from sim.study.store import FILE
from tests.small_studies import CLINIC


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WARDFLOW_CACHE", str(tmp_path / "cache"))
    (tmp_path / "clinic.yaml").write_text(CLINIC)
    return tmp_path


def wardflow(*words):
    return CliRunner().invoke(cli.wardflow, [str(word) for word in words])


def document(*words):
    result = wardflow(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def listed():
    return document("runs", "list")["runs"]


def run(*words):
    result = wardflow("run", "clinic.yaml", *words)
    assert result.exit_code == 0, result.output
    return result


def of_other_code(place):
    """Makes what is kept look as if an older version had computed it."""
    with closing(sqlite3.connect(place / "cache" / FILE)) as base, base:
        base.execute("UPDATE replication SET code = 'older'")


def test_nothing_kept_is_said():
    assert "Nothing is kept in" in wardflow("runs", "list").stdout
    assert listed() == []


def test_a_run_is_listed_once_for_each_seed_and_scenario():
    run()
    run("--replications", 6)
    run("--seed", 8)
    run("--set", "staff.nurse.on_duty=2")
    assert sorted((one["seed"], one["replications"]) for one in listed()) == [(7, 4), (7, 6), (8, 4)]
    told = wardflow("runs", "list").stdout
    assert "Replications" in told
    assert all(one["id"] in told for one in listed())


def test_a_run_is_shown_with_its_figures_and_where_they_come_from():
    found = json.loads(wardflow("run", "clinic.yaml", "--json").stdout)
    name = listed()[0]["id"]
    told = wardflow("runs", "show", name[:5]).stdout
    assert "Clinic: 4 replications, seed 7" in told
    assert found["fingerprint"] in told
    shown = document("runs", "show", name)
    values = {(one["kpi"], one["scope"]): one["values"] for one in shown["kpis"]}
    wait = next(one for one in found["kpis"] if (one["kpi"], one["scope"]) == ("wait_mean", ""))
    assert sum(values["wait_mean", ""]) / 4 == pytest.approx(wait["mean"])
    assert shown["scenario"]["staff"]["nurse"]["label"] == "Nurse"


def test_a_removed_run_is_computed_again_and_others_stay():
    run()
    run("--seed", 8)
    unwanted = next(one["id"] for one in listed() if one["seed"] == 8)
    assert document("runs", "remove", unwanted)["replications"] == 4
    assert [one["seed"] for one in listed()] == [7]
    run("--seed", 8)
    assert sorted(one["seed"] for one in listed()) == [7, 8]


def test_only_what_other_code_has_computed_can_be_removed(place):
    run()
    of_other_code(place)
    assert "another: never used again" in wardflow("runs", "list").stdout
    run()
    assert sorted(one["is_current"] for one in listed()) == [False, True]
    assert document("runs", "remove", "--other-code")["replications"] == 4
    assert [one["is_current"] for one in listed()] == [True]
    assert document("runs", "remove", "--all")["replications"] == 4
    assert listed() == []


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_run_can_be_taken_away(place, form):
    found = json.loads(wardflow("run", "clinic.yaml", "--json").stdout)
    result = wardflow("runs", "export", listed()[0]["id"], "--out", "away", "--format", form)
    assert result.exit_code == 0, result.output
    read = pd.read_csv if form == "csv" else pd.read_parquet
    table = read(place / "away" / f"replications.{form}")
    assert table["digest"].tolist() == found["replication_digests"]
    origin = json.loads((place / "away" / "run.json").read_text())
    assert (origin["fingerprint"], origin["seed"]) == (found["fingerprint"], 7)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("runs", "show", "nosuch"), "there is no run nosuch"),
        (("runs", "remove"), "say --all or --other-code"),
        (("runs", "remove", "abc", "--all"), "say --all or --other-code"),
        (("runs", "export", "abc"), "Missing option '--out'"),
        (("run", "clinic.yaml", "--executor", "dask"), "--scheduler tcp://"),
        (("run", "clinic.yaml", "--executor", "cloud"), "'dask'"),
    ],
)
def test_what_cannot_be_done_is_told(words, told):
    result = wardflow(*words)
    assert result.exit_code == 2
    assert told in result.stderr


def test_threads_and_processes_find_the_same():
    digests = {
        json.loads(wardflow("run", "clinic.yaml", "--json", "--no-store", "--executor", name).stdout)["digest"]
        for name in ("inline", "threads", "processes")
    }
    assert len(digests) == 1


@pytest.mark.parametrize("words", [("run", "clinic.yaml"), ("runs", "list"), ("app", "--no-browser")])
def test_a_store_on_another_machine_is_refused_with_the_way_out(monkeypatch, place, words):
    share = SimpleNamespace(mountpoint=str(place), fstype="cifs", opts="rw")
    monkeypatch.setattr(psutil, "disk_partitions", lambda all: [share])
    result = wardflow(*words)
    assert result.exit_code == 2
    assert "is on another machine (cifs)" in result.stderr
    assert "Fix: set WARDFLOW_CACHE to a folder of this machine" in result.stderr


def test_without_a_store_a_run_needs_no_folder(monkeypatch, place):
    share = SimpleNamespace(mountpoint=str(place), fstype="cifs", opts="rw")
    monkeypatch.setattr(psutil, "disk_partitions", lambda all: [share])
    assert wardflow("run", "clinic.yaml", "--no-store").exit_code == 0
