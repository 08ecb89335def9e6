"""The command `wardflow warmup`: how long the warm-up should be."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim import cli
from tests.small_studies import CLINIC


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WARDFLOW_CACHE", str(tmp_path / "store"))
    Path("clinic.yaml").write_text(CLINIC.replace("length: 1 week", "length: 5 weeks"), encoding="utf-8")


def warmup(*words):
    return CliRunner().invoke(cli.wardflow, ["warmup", *(str(word) for word in words)])


def test_a_clinic_that_fills_within_minutes_needs_no_warm_up():
    result = warmup("clinic.yaml", "--replications", 2)
    assert result.exit_code == 0
    assert result.stdout.startswith("The warm-up of Clinic\n")
    assert "2 replications, seed 7, 35 days from the first day on" in result.stdout
    assert "MSER-5" in result.stdout
    assert "in_recovery: {of: walk_in, at: visit/stay, ward: recovery, fill:" in result.stdout


def test_a_run_of_a_week_is_too_short_and_the_fix_is_told():
    result = warmup("clinic.yaml", "--set", "run.length=1 week", "--replications", 2)
    assert result.exit_code == 0
    assert "Can't tell: the run is too short. 7 days" in result.stdout
    assert '--set "run.length=8 weeks"' in result.stdout


def test_json_is_one_document_and_pictures_and_days_are_written():
    result = warmup("clinic.yaml", "--replications", 2, "--out", "told", "--json")
    found = json.loads(result.stdout)
    assert found["ok"]
    assert {one["name"] for one in found["series"]} == {"in_use_by_day", "waiting_by_day"}
    assert found["files"] == ["told/welch.csv", "told/welch_in_use_by_day.svg", "told/welch_waiting_by_day.svg"]
    lines = Path("told/welch.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "series,day,mean,moving_average"
    assert len(lines) == 1 + 2 * 35
    assert Path("told/welch_in_use_by_day.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_file_that_is_not_there_is_refused():
    result = warmup("nowhere.yaml")
    assert result.exit_code == 2
    assert "nowhere.yaml" in result.stderr


def test_a_change_of_what_is_not_there_is_refused_with_the_fix():
    result = warmup("clinic.yaml", "--set", "wards.recovry.beds=3")
    assert result.exit_code == 2
    assert "Fix" in result.stderr
