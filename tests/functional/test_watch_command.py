"""The command `wardflow watch`: how soon a weekly chart would show a plan."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim import cli
from tests.functional.test_stress_command import NURSE

SHORT = ("--replications", 2, "--baseline", 10, "--watched", 4)


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WARDFLOW_HOME", str(tmp_path / "home"))
    Path("clinic.yaml").write_text(NURSE, encoding="utf-8")
    Path("two.yaml").write_text("extends: clinic.yaml\nname: Two nurses\nstaff: {nurse: {on_duty: +1}}\n")


def watch(*words):
    return CliRunner().invoke(cli.wardflow, ["watch", *(str(word) for word in words), "--workers", "1"])


def test_a_manager_reads_when_the_chart_would_show_it_and_how_often_it_cries_wolf():
    result = watch("clinic.yaml", "two.yaml", *SHORT, "--ramp-up", "2 weeks", "--out", "charts")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("Will we see it? Mean wait, week by week: Walk-in clinic, then Two nurses")
    assert "works fully after 2 weeks" in result.stdout
    assert "false alarm" in result.stdout
    with Path("charts/watch_chart.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 2 * 14
    assert {"week", "value", "mean", "low_limit", "high_limit", "signal"} <= set(rows[0])
    assert Path("charts/watch_detection.csv").exists()


def test_a_change_on_the_command_line_is_a_plan_and_json_is_one_document():
    result = watch("clinic.yaml", "--set", "staff.nurse.on_duty=+1", *SHORT, "--kpi", "queue_mean", "--json")
    found = json.loads(result.stdout)
    assert (found["ok"], found["kpi"], found["side"], found["runs"]) == (True, "queue_mean", "down", 2)
    assert found["effect"]["mean"] < 0
    assert len(found["rules"]) == 3
    assert len(found["rules"][0]["seen_by_week"]) == 4


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("clinic.yaml",), "one plan"),
        (("clinic.yaml", "two.yaml", "--set", "staff.nurse.on_duty=3"), "one plan"),
        (("clinic.yaml", "two.yaml", "--kpi", "wait_men"), "wait_mean"),
        (("clinic.yaml", "two.yaml", "--baseline", "2"), "--baseline 20"),
        (("clinic.yaml", "two.yaml", "--ramp-up", "soon"), "8 weeks"),
    ],
)
def test_what_cannot_be_asked_is_told_with_what_can(words, fix):
    result = watch(*words)
    assert result.exit_code == 2
    assert fix in result.stderr
    assert "Traceback" not in result.stderr
