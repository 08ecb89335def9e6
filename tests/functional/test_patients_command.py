"""The command `wardflow patients`: the same patients through a base and a plan."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim import cli
from tests.small_studies import CLINIC


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("clinic.yaml").write_text(CLINIC, encoding="utf-8")
    Path("two_nurses.yaml").write_text("extends: clinic.yaml\nname: Two nurses\nstaff: {nurse: {on_duty: +1}}\n")


def patients(*words):
    return CliRunner().invoke(cli.wardflow, ["patients", *(str(word) for word in words)])


def test_a_plan_is_told_patient_by_patient():
    result = patients("clinic.yaml", "two_nurses.yaml", "--replications", 2)
    assert result.exit_code == 0
    assert result.stdout.startswith("The same patients: Clinic and Two nurses, 2 runs")
    assert "age old" in result.stdout
    assert "People who walk in (" in result.stdout
    assert "Running Clinic and Two nurses" in result.stderr


def test_a_change_on_the_command_line_is_a_plan_and_json_is_one_document():
    result = patients("clinic.yaml", "--set", "staff.nurse.on_duty=+1", "--replications", 1, "--json")
    found = json.loads(result.stdout)
    assert (found["ok"], found["replications"], found["plan"]) == (True, 1, "Clinic")
    changes = [one["waits_ms"][1] - one["waits_ms"][0] for one in found["journeys"]]
    assert changes[:5] == sorted(changes[:5])
    assert changes[4] < 0
    assert all(one["reason"] == "cause:staff:nurse" for one in found["journeys"][:5])


def test_a_base_and_exactly_one_plan_are_needed():
    for words in (["clinic.yaml"], ["clinic.yaml", "two_nurses.yaml", "--set", "staff.nurse.on_duty=3"]):
        result = patients(*words)
        assert result.exit_code == 2
        assert "one plan" in result.stderr


def test_the_base_is_run_over_the_weeks_of_the_plan_and_this_is_told():
    Path("later.yaml").write_text("extends: clinic.yaml\nname: Later\nrun: {start: 2026-03-02, length: 2 weeks}\n")
    result = patients("clinic.yaml", "later.yaml", "--replications", 1)
    assert result.exit_code == 0
    assert "2026-03" in result.stderr


def test_the_journeys_that_change_most_are_told_step_by_step_on_request():
    words = ("clinic.yaml", "two_nurses.yaml", "--replications", 1)
    short, long = patients(*words).stdout, patients(*words, "--journeys").stdout
    assert "--journeys tells these patients step by step." in short
    assert "Plan: asks" not in short
    assert "enter recovery (visit)" in long
    assert "1. People who walk in (" in long
    assert "Plan: asks" in long


def test_the_tables_are_written_to_a_folder():
    result = patients("clinic.yaml", "two_nurses.yaml", "--replications", 2, "--out", "told", "--json")
    names = ["groups", "changes", "outcomes", "journeys", "steps"]
    assert json.loads(result.stdout)["files"] == [f"told/{name}.csv" for name in names]
    assert Path("told/groups.csv").read_text(encoding="utf-8").startswith("scope,group,patients,less_share,")


def test_processes_and_one_process_tell_the_same():
    words = ("clinic.yaml", "two_nurses.yaml", "--replications", 2, "--json")
    assert patients(*words, "--workers", 1).stdout == patients(*words, "--executor", "threads").stdout


def test_a_file_where_the_folder_should_be_is_refused_with_the_fix():
    Path("told").write_text("no folder", encoding="utf-8")
    result = patients("clinic.yaml", "two_nurses.yaml", "--out", "told")
    assert result.exit_code == 2
    assert "Fix: give the name of a folder" in result.stderr
