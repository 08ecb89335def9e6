"""The command `wardflow stress`: demand multiplied, where goals break, what breaks first, and recovery."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim import cli

NURSE = """\
wardflow: 1
name: Walk-in clinic
run: {start: 2026-01-05, length: 2 weeks, replications: 3, seed: 7}
patients:
  walk_in: {label: People who walk in, arrive: {rate: 1 per hour}, pathway: visit}
  booked:
    label: Booked patients
    arrive: {scheduled: {list: {days: mon, at: "09:00", patients: 2}}}
    pathway: visit
staff:
  nurse: {label: Nurse, on_duty: 1}
pathways:
  visit:
    - treat: {staff: nurse, time: {exponential: {mean: 45 min}}}
    - leave: discharged
targets:
  quick: {kpi: wait_mean, label: Waits, at_most: 12 h, source: the clinic's own promise}
"""
SHORT = ("--from", 0.5, "--to", 2, "--step", 0.5, "--finest", 0.5)


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WARDFLOW_HOME", str(tmp_path / "home"))
    Path("clinic.yaml").write_text(NURSE, encoding="utf-8")


def stress(*words):
    arguments = ["stress", *(str(word) for word in words), "--workers", "1", "--no-store"]
    return CliRunner().invoke(cli.wardflow, arguments)


def test_a_manager_reads_what_breaks_first_and_at_which_load():
    result = stress("clinic.yaml", *SHORT, "--surge", "2 d x 2", "--out", "stress")
    assert result.exit_code == 0, result.stderr
    head, answer, whom, *_ = result.stdout.split("\n\n")
    assert head.startswith("Walk-in clinic under stress")
    assert answer.startswith("The first goal to break is Waits: surely met up to x 1 ")
    assert "surely missed from x 2 on" in answer or "surely missed from x 1.5 on" in answer
    assert "The first resource to fail is Nurse" in answer
    assert "After a surge x 2 for 2 d" in answer
    assert whom == "Multiplied: People who walk in. As many as ever, since they were not asked for: Booked patients."
    names = {"stress_curve.csv", "stress_breaks.csv", "stress_resources.csv", "stress_recovery.csv"}
    assert {file.name for file in Path("stress").iterdir()} == names
    with Path("stress/stress_curve.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["kpi"] == "wait_mean"]
    waits = [float(row["mean"]) for row in rows]
    assert waits == sorted(waits)
    assert [row["demand_factor"] for row in rows] == ["0.5", "1.0", "1.5", "2.0"]


def test_json_is_one_document():
    result = stress("clinic.yaml", *SHORT, "--patients", "booked", "--no-fresh", "--kpi", "queue_mean", "--json")
    found = json.loads(result.stdout)
    assert (found["ok"], found["multiplied"], found["not_multiplied"]) == (True, ["booked"], ["walk_in"])
    assert [one["factor"] for one in found["curve"]] == [0.5, 1.0, 1.5, 2.0]
    assert "queue_mean" in {one["kpi"] for one in found["curve"][0]["kpis"]}
    assert found["breaks"][0]["survives_fresh_seeds"] is None
    assert found["recovery"] is None


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("--goal", "wait_mean 3 h"), "ed_within_4h >= 78 %"),
        (("--kpi", "wait_men"), "wait_mean"),
        (("--patients", "walk_inn"), "walk_in"),
        (("--surge", "2 weeks"), "2 weeks x 1.4"),
        (("--surge", "10 d x 2"), "run.length"),
        (("--from", "3"), "--from 0.8 --to 2.0"),
    ],
)
def test_what_cannot_be_asked_is_told_with_what_can(words, fix):
    result = stress("clinic.yaml", *words)
    assert result.exit_code == 2
    assert fix in result.stderr
    assert "Traceback" not in result.stderr
