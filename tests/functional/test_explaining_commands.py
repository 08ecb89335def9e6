"""The commands that explain a result: `wardflow together`, `wardflow sensitivity`, `wardflow bottlenecks`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim import cli
from tests.small_studies import CLINIC

RANGED = (
    CLINIC.replace("beds: 4}", "beds: {value: 4, range: 3-5}, cost: 100 per day}")
    .replace("rate: 4 per hour", "rate: {value: 4 per hour, range: 1-4.5 per hour}")
    .replace("length: 1 week", "length: 1 d")
)
INITIATIVE = """\
initiative:
  name: A second nurse
  changes: One more nurse is on duty.
  evidence: {effect: shorter waits, source: illustrative}
staff: {nurse: {on_duty: +1}}
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("clinic.yaml").write_text(RANGED, encoding="utf-8")
    Path("initiatives").mkdir()
    Path("initiatives/second_nurse.yaml").write_text(INITIATIVE, encoding="utf-8")


def wardflow(command, *words):
    options = ["--no-store", "--executor", "inline", "--replications", "3"]
    return CliRunner().invoke(cli.wardflow, [command, *(str(word) for word in words), *options])


def test_parts_of_a_plan_are_told_apart():
    result = wardflow("together", "clinic.yaml", "second_nurse", "--part", "beds: wards.recovery.beds=+2")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("Mean wait: together")
    assert "A second nurse" in result.stdout
    assert "the same patients in all 4 combinations" in result.stdout


def test_shares_add_up_in_the_document_and_in_the_folder():
    result = wardflow(
        "together", "clinic.yaml+second_nurse", "--part", "beds: wards.recovery.beds=+2",
        "--part", "care: pathways.visit.treat.time=x 0.9", "--json", "--out", "out",
    )  # fmt: skip
    found = json.loads(result.stdout)
    figure = found["figures"][0]
    shares = [one["share"]["difference"]["mean"] for one in figure["parts"]]
    assert sum(shares) == pytest.approx(figure["joint"]["difference"]["mean"])
    assert [one["name"] for one in found["parts"]] == ["beds", "care"]
    assert Path("out/together.csv").read_text(encoding="utf-8").startswith("kpi,scope,unit,part,effect,mean")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["clinic.yaml", "second_nurse"], "name two parts or more"),
        (["clinic.yaml", *"abcdefg"], "at most 6 parts"),
        (["clinic.yaml", "second_nurse", "third_nurse"], "third_nurse"),
        (["clinic.yaml", "second_nurse", "--part", "more beds"], "--part"),
    ],
)
def test_parts_that_cannot_be_split_are_refused(words, said):
    result = wardflow("together", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Fix:" in result.stderr


def test_a_figure_hangs_on_what_the_file_is_not_sure_of():
    result = wardflow("sensitivity", "clinic.yaml")
    assert result.exit_code == 0, result.stderr
    assert "It hangs most on People who walk in: rate" in result.stdout
    assert "1 per hour" in result.stdout


def test_the_verdict_on_a_plan_is_told_at_each_end_and_over_all_at_once():
    result = wardflow(
        "sensitivity", "clinic.yaml", "--set", "staff.nurse.on_duty=+1", "--vary", "wards.recovery.beds=2..5",
        "--points", 10, "--point-replications", 1, "--json", "--out", "out",
    )  # fmt: skip
    found = json.loads(result.stdout)
    names = {one["name"] for one in found["assumptions"]}
    assert names == {"wards.recovery.beds", "patients.walk_in.arrive.rate"}
    assert all(one["at_low"]["plan"]["verdict"] for one in found["assumptions"])
    assert found["all_at_once"]["points"] == 10
    assert {path.name for path in Path("out").iterdir()} == {
        "tornado.csv", "not_varied.csv", "points.csv", "rank_correlations.csv",
    }  # fmt: skip


def test_a_plan_in_a_file_of_other_weeks_is_held_against_the_base_in_these_weeks():
    Path("later.yaml").write_text(
        "extends: clinic.yaml\nname: Later\nrun: {start: 2026-03-02}\nstaff: {nurse: {on_duty: 2}}\n", encoding="utf-8"
    )
    result = wardflow("sensitivity", "clinic.yaml", "later.yaml")
    assert result.exit_code == 0, result.stderr
    assert "Later against Clinic" in result.stdout
    assert "2026-03" in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["clinic.yaml", "--vary", "wards.recovery.bed=2..5"], "wards.recovery.beds"),
        (["clinic.yaml", "--kpi", "wait_maen"], "wait_mean"),
        (["clinic.yaml", "clinic.yaml", "--set", "staff.nurse.on_duty=2"], "one plan"),
        (["clinic.yaml", "--points", "3"], "10 to"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(words, said):
    result = wardflow("sensitivity", *words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_what_patients_wait_for_is_ranked_by_what_more_of_it_removes():
    result = wardflow("bottlenecks", "clinic.yaml", "--out", "out")
    assert result.exit_code == 0, result.stderr
    assert "Nurse" in result.stdout
    assert "24.0 hours on duty a day" in result.stdout
    assert Path("out/bottlenecks.csv").exists()
    assert Path("out/charged.csv").exists()


def test_a_second_nurse_never_lengthens_the_waits_of_the_clinic_in_the_document():
    result = wardflow("bottlenecks", "clinic.yaml", "--most", "1", "--json")
    (nurse,) = json.loads(result.stdout)["constraints"]
    assert nurse["scope"] == "staff:nurse"
    assert nurse["one_more"]["wait_hours_per_day"]["difference"]["mean"] < 0
    assert nurse["cost_per_day"]["mean"] == pytest.approx(576)
    assert nurse["charged_hours_per_day"]["mean"] > 0


def test_bottlenecks_of_a_file_that_is_not_there_are_refused():
    result = wardflow("bottlenecks", "nowhere.yaml")
    assert result.exit_code == 2
    assert "nowhere.yaml" in result.stderr
