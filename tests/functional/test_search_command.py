"""The command `wardflow search`: the least, the cheapest, the safest and the best for a small clinic."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim import cli

CLINIC = """\
wardflow: 1
name: Clinic
run: {start: 2026-01-05, warm_up: 6 h, length: 2 d, replications: 4, seed: 7}
patients: {walk_in: {arrive: {rate: 8 per hour}, pathway: visit}}
staff: {nurse: {label: Nurse, on_duty: 2, cost: 24 per hour}}
pathways:
  visit: [treat: {staff: nurse, time: {exponential: {mean: 12 min}}}, leave: discharged]
"""
NURSES = "staff.nurse.on_duty=2..4"
GOAL = "wait_mean <= 6 min"


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("WARDFLOW_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    Path("clinic.yaml").write_text(CLINIC, encoding="utf-8")


def search(kind, *words):
    return CliRunner().invoke(
        cli.wardflow, ["search", kind, "clinic.yaml", "--workers", "1", *(str(word) for word in words)]
    )


def told(result):
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_the_least_number_of_nurses_is_told_with_its_neighbours_and_written_to_a_folder():
    """Two nurses wait 21 minutes on average (Erlang), three 2.4."""
    result = search("goal", "--lever", NURSES, "--goal", GOAL, "--most-replications", 8, "--out", "found")
    assert result.exit_code == 0, result.stderr
    assert "3 is the least that surely holds" in result.stdout
    assert "With fresh seeds: these figures count" in result.stdout
    assert "Running the search" in result.stderr
    with Path("found/values.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["value"] for row in rows if row["round"] == "fresh"} == {"2.0", "3.0", "4.0"}


def test_the_goal_as_json_is_one_document():
    words = ("--lever", NURSES, "--goal", GOAL, "--most-replications", 8, "--json")
    found = told(search("goal", *words))
    assert (found["ok"], found["answer"], found["change"]) == (True, 3, "staff.nurse.on_duty=3")
    assert found["searched"][0]["seed"] == 7 != found["fresh"][0]["seed"] == found["fresh_seed"]
    assert told(search("goal", *words)) == found


def test_what_is_set_for_all_values_is_part_of_the_base():
    """With a quarter of the patients two nurses are more than enough: 0.5 minutes (Erlang)."""
    slower = ("--set", "patients.walk_in.arrive.rate=2 per hour")
    found = told(search("goal", "--lever", NURSES, "--goal", GOAL, *slower, "--json"))
    assert (found["outcome"], found["answer"]) == ("all", 2)


def test_the_cheapest_plan_costs_what_the_file_says():
    """Three nurses for 24 hours at 24 pounds an hour: 1,728 a day, 576 more than two."""
    found = told(search("grid", "--lever", NURSES, "--goal", GOAL, "--few", 3, "--json"))
    assert found["costs"] == "figure"
    assert found["answer"]["values"] == {"staff.nurse.on_duty": 3}
    assert found["answer"]["cost_per_day"]["mean"] == pytest.approx(1728)
    assert found["answer"]["extra_per_day"]["mean"] == pytest.approx(576)


def test_the_plan_that_is_never_far_from_the_best_is_told():
    futures = ("--future", "usual:", "--future", "busy: patients.walk_in.arrive.rate=x 1.2")
    plan = ("--plan", "one more: staff.nurse.on_duty=+1")
    result = search("robust", *plan, *futures, "--goal", GOAL, "--replications", 3)
    assert result.exit_code == 0, result.stderr
    assert "one more does best in every future." in result.stdout
    assert "as it is" in result.stdout


def test_the_best_plan_is_told_with_when_the_others_fell_out():
    words = ("--lever", NURSES, "--figure", "wait_mean", "--indifference", "5 min", "--replications", 4)
    found = told(search("best", *words, "--most-replications", 12, "--json"))
    assert found["plans"][0]["name"] == "as it is"
    assert found["leading"].startswith("staff.nurse.on_duty ")
    assert found["leading"][-1] in "34"


@pytest.mark.parametrize(
    ("kind", "words", "fix"),
    [
        ("goal", ("--lever", "staff.nurse.on_duty=9..2", "--goal", GOAL), "Fix: wards.medical.beds=180..230"),
        ("goal", ("--lever", NURSES, "--goal", "wait_mean"), "Fix: ed_within_4h >= 78 %"),
        ("goal", ("--goal", GOAL), "give one --lever"),
        ("goal", ("--lever", NURSES, "--goal", GOAL, "--precision", "2 %"), "Fix: 5 min"),
        ("goal", ("--lever", "staff.nurze.on_duty=2..4", "--goal", GOAL), "nurze"),
        ("grid", ("--goal", GOAL), "--lever lever: at least 1"),
        ("grid", ("--lever", NURSES, "--goal", GOAL, "--budget", "cheap"), "Fix: +5000 per day"),
        ("robust", ("--plan", "x: staff.nurse.on_duty=3", "--goal", GOAL), "--future future: at least 2"),
        ("best", ("--figure", "wait_mean", "--indifference", "1 min"), "--plan plan: at least 2"),
    ],
)
def test_what_is_wrong_is_told_with_the_fix_before_anything_is_run(kind, words, fix):
    result = search(kind, *words)
    assert result.exit_code == 2
    assert fix in result.stderr
    assert "Traceback" not in result.stderr


def test_what_is_wrong_is_told_as_json_too():
    result = search("goal", "--lever", "nurses", "--goal", GOAL, "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["ok"], found["problems"][0]["file"]) == (2, False, "--lever")
