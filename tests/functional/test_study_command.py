"""A study file declares a base, plans and what is asked of them; one command asks it all."""

import json

import pytest
from click.testing import CliRunner

from sim import cli
from tests.small_studies import CLINIC

STUDY = """\
wardflow_study: 1
name: One more nurse?
question: Is one more nurse worth it?
base: clinic.yaml
run: {replications: 3}
plans:
  nurse: {name: One more nurse, set: {staff.nurse.on_duty: +1}}
  both: {set: [staff.nurse.on_duty=2, wards.recovery.beds=5]}
ask:
  - compare: {plans: [nurse, both]}
  - patients: {plan: nurse, replications: 1}
  - search goal: {lever: staff.nurse.on_duty=1..3, goal: wait_mean <= 30 min}
  - run
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("WARDFLOW_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "beds"
    folder.mkdir()
    (folder / "clinic.yaml").write_text(CLINIC)
    (folder / "study.yaml").write_text(STUDY)
    return tmp_path


def study(*words):
    return CliRunner().invoke(cli.wardflow, ["study", "beds/study.yaml", *map(str, words)])


def alone(*words):
    result = CliRunner().invoke(cli.wardflow, [*map(str, words), "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_study_answers_in_order_each_under_its_heading():
    result = study()
    assert result.exit_code == 0, result.output
    places = [result.stdout.index(part) for part in ("1. compare", "2. patients", "3. search goal", "4. run")]
    assert places == sorted(places)
    assert "One more nurse against Clinic" in result.stdout
    assert "both against Clinic" in result.stdout


def test_a_study_can_be_checked_without_running_anything(place):
    result = study("--check")
    assert result.exit_code == 0, result.output
    assert "nothing is wrong. Asked: compare, patients, search goal, run." in result.stdout
    assert not (place / "cache").exists()


def test_a_study_finds_what_the_commands_find_by_themselves():
    found = json.loads(study("--json").stdout)
    assert (found["ok"], [one["asked"] for one in found["answers"]]) == (
        True,
        ["compare", "patients", "search goal", "run"],
    )
    compared = alone("compare", "beds/clinic.yaml", "--set", "staff.nurse.on_duty=+1", "--replications", 3)
    effect = compared["comparisons"][0]["effects"][0]
    assert found["answers"][0]["comparisons"][0]["effects"][0]["difference"]["mean"] == pytest.approx(
        effect["difference"]["mean"]
    )
    run = alone("run", "beds/clinic.yaml", "--replications", 3)
    assert found["answers"][3]["digest"] == run["digest"]


def test_what_a_task_says_itself_goes_before_what_the_study_says_for_all():
    found = json.loads(study("--json", "--replications", 2).stdout)
    assert found["answers"][3]["replications"] == 2
    assert found["answers"][1]["replications"] == 1


def test_all_answers_can_be_written_down(place):
    result = study("--out", "results")
    assert result.exit_code == 0, result.output
    folder = place / "results"
    assert "3. search goal" in (folder / "study.txt").read_text()
    assert (folder / "plans" / "nurse.yaml").exists()
    assert list((folder / "03-search-goal").glob("*.csv"))
    assert (folder / "04-run" / "kpis.csv").exists()


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("wardflow_study: 1", "wardflow_study: 2", 1, "version 1"),
        ("base: clinic.yaml", "bose: clinic.yaml", 4, "base: ..."),
        ("base: clinic.yaml", "question2: x", 4, "means nothing here"),
        ("- compare:", "- compere:", 10, "- compare: ..."),
        ("plans: [nurse", "plans: [nurs", 10, "plans: [nurse]"),
        ("lever: staff", "laver: staff", 12, "lever: ..."),
        ("search goal:", "search:", 12, "search goal"),
        ("wait_mean <= 30 min", "wait_meen <= 30 min", 12, "wait_mean"),
        ("replications: 1}", "replications: none}", 11, "not a valid integer"),
        ("staff.nurse.on_duty: +1", "staff.nurs.on_duty: +1", 0, "nurse"),
        ("  - run\n", "  - schema\n", 13, "can be asked"),
        ("plan: nurse, ", "", 11, "name a file"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(place, old, new, line, told):
    file = place / "beds" / "study.yaml"
    assert old in STUDY
    file.write_text(STUDY.replace(old, new, 1))
    result = study()
    assert result.exit_code == 2
    assert told in result.stderr
    if line:
        assert f"study.yaml:{line}:" in result.stderr


def test_a_study_that_is_not_there_is_told():
    result = CliRunner().invoke(cli.wardflow, ["study", "nowhere.yaml"])
    assert (result.exit_code, "cannot be opened" in result.stderr) == (2, True)
