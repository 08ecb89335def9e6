"""The command: what a manager types, reads and gets wrong."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from sim import cli
from sim.measure.kpis import KPIS
from sim.scenario.describing.schema import language_schema
from sim.scenario.library import shipped_folder
from sim.scenario.loading import load_file
from sim.study.experiment import run_experiment
from sim.study.replication import run_job
from sim.study.store import FILE, Store, store_folder
from tests.small_studies import CLINIC, clinic, jobs

PROC = Path("/proc")


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A folder with the clinic's file, and a store that nobody else has."""
    monkeypatch.setenv("WARDFLOW_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clinic.yaml").write_text(CLINIC)
    (tmp_path / "two_nurses.yaml").write_text("extends: clinic.yaml\nname: Two nurses\nstaff: {nurse: {on_duty: +1}}\n")
    return tmp_path


def wardflow(*words):
    return CliRunner().invoke(cli.wardflow, [str(word) for word in words])


def document(result):
    """The one JSON document of an answer."""
    return json.loads(result.stdout)


def test_a_run_tells_what_a_manager_needs_to_know():
    result = wardflow("run", "clinic.yaml")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[:2] == ["Clinic", "How long do people wait?"]
    assert "seed 7, 4 replications" in result.stdout
    assert "Measured 2026-01-06 to 2026-01-12 (1 week), after 1 d of warm-up" in lines
    assert any(line.startswith("Mean wait ") and " min " in line and " to " in line for line in lines)
    assert any(line.startswith("Nurse ") and " %" in line for line in lines)
    assert "quick: at most 3 h" in result.stdout
    assert "Running Clinic" in result.stderr
    assert "Running Clinic" not in result.stdout


def test_a_run_finds_what_the_library_finds():
    result = wardflow("run", "clinic.yaml", "--json", "--workers", 2, "--no-store")
    found = document(result)
    assert (result.exit_code, found["ok"], found["valid"]) == (0, True, True)
    again = document(wardflow("run", "clinic.yaml", "--json", "--workers", 1, "--no-store"))
    assert found["digest"] == again["digest"]
    how = {"seconds", "executor"}
    assert {key: value for key, value in found.items() if key not in how} == {
        key: value for key, value in again.items() if key not in how
    }
    assert (found["executor"], again["executor"]) == ("processes", "inline")
    assert {kpi["kpi"] for kpi in found["kpis"]} <= set(KPIS)


def test_a_second_run_takes_what_the_first_has_kept(place):
    first = document(wardflow("run", "clinic.yaml", "--json"))
    kept = rows_of(place / "cache")
    assert len(kept) == 4
    more = document(wardflow("run", "clinic.yaml", "--json", "--replications", 6))
    assert more["replication_digests"][:4] == first["replication_digests"]
    assert rows_of(place / "cache")[:4] == kept
    assert len(rows_of(place / "cache")) == 6


def test_seed_and_replications_can_be_given():
    found = document(wardflow("run", "clinic.yaml", "--json", "--seed", 8, "--replications", 2))
    assert (found["seed"], found["replications"]) == (8, 2)
    assert found["digest"] != document(wardflow("run", "clinic.yaml", "--json", "--replications", 2))["digest"]


def test_a_change_can_be_said_in_a_line():
    more = document(wardflow("run", "clinic.yaml", "--json", "--set", "staff.nurse.on_duty=+1"))
    file = document(wardflow("run", "two_nurses.yaml", "--json"))
    assert more["digest"] == file["digest"]


def test_results_are_written_to_a_folder(place):
    result = wardflow("run", "clinic.yaml", "--out", "results", "--log", "0,2", "--format", "parquet", "--seed", 9)
    assert result.exit_code == 0
    names = {path.name for path in (place / "results").iterdir()}
    assert names >= {"kpis.csv", "run.json", "scenario.yaml", "events-0.parquet", "events-2.parquet"}
    assert "Written to results: scenario.yaml, kpis.csv" in result.stdout
    again = document(wardflow("run", "results/scenario.yaml", "--json"))
    assert again["digest"] == json.loads((place / "results" / "run.json").read_text())["digest"]


def test_a_run_whose_books_do_not_balance_shows_no_figure():
    scenario = load_file("clinic.yaml").scenario
    wrong = replace(run_job(jobs(scenario, [1])[0]), breaches=("rule 2: five patients in four beds",))
    assert Store(store_folder()).write(jobs(scenario, [1])[0], wrong)
    result = wardflow("run", "clinic.yaml", "--out", "results")
    assert result.exit_code == 1
    assert "INVALID" in result.stdout
    assert "replication 1: rule 2: five patients in four beds" in result.stdout
    assert "Mean wait" not in result.stdout
    assert list(Path("results").iterdir()) == []
    found = document(wardflow("run", "clinic.yaml", "--json"))
    assert (found["ok"], found["valid"], found["kpis"]) == (False, False, [])
    assert wardflow("compare", "clinic.yaml", "two_nurses.yaml").exit_code == 1


def test_all_shows_every_figure():
    short, full = wardflow("run", "clinic.yaml"), wardflow("run", "clinic.yaml", "--all")
    assert "treat (visit)" not in short.stdout
    assert "treat (visit)" in full.stdout


def test_a_comparison_tells_what_changes_and_what_it_does():
    result = wardflow("compare", "clinic.yaml", "two_nurses.yaml")
    assert result.exit_code == 0
    assert "Two nurses against Clinic" in result.stdout
    assert "- Nurse: 1 more on duty (1 -> 2).\n" in result.stdout
    assert "- Mean wait: falls by " in result.stdout
    assert result.stdout.count("better") >= 2


def test_a_comparison_may_take_a_change_from_the_line():
    result = wardflow("compare", "clinic.yaml", "two_nurses.yaml", "--set", "wards.recovery.beds=+1", "--json")
    found = document(result)["comparisons"]
    assert [one["changes"] for one in found] == [
        ["Nurse: 1 more on duty (1 -> 2)."],
        ["1 more bed in Recovery (4 -> 5)."],
    ]
    (arrivals,) = (one for one in found[0]["effects"] if (one["kpi"], one["scope"]) == ("arrivals_per_day", ""))
    assert arrivals["verdict"] == "no change"
    assert found[0]["base"]["seed"] == found[0]["plan"]["seed"] == 7


def test_what_was_not_run_alike_is_refused_before_any_time_is_spent(place):
    (place / "longer.yaml").write_text("extends: clinic.yaml\nrun: {length: 2 weeks}\n")
    (place / "later.yaml").write_text("extends: clinic.yaml\nrun: {start: 2026-02-02}\n")
    result = wardflow("compare", "clinic.yaml", "longer.yaml", "later.yaml")
    assert result.exit_code == 2
    assert "do not have the same length (7 d and 14 d)" in result.stderr
    assert not (place / "cache").exists()


def test_the_base_is_run_over_the_weeks_of_the_plans(place):
    (place / "later.yaml").write_text("extends: clinic.yaml\nname: Later\nrun: {start: 2026-02-02, length: 2 weeks}\n")
    result = wardflow("compare", "clinic.yaml", "later.yaml", "--no-store")
    assert result.exit_code == 0, result.output
    assert "Clinic is run over the weeks of Later: 14 d after 1 d of warm-up, from 2026-02-02 on." in result.stderr
    assert "can't tell yet" not in result.stdout


def test_an_overloaded_nurse_is_named_before_the_run():
    result = wardflow("run", "clinic.yaml", "--set", "patients.walk_in.arrive.rate=6 per hour")
    assert result.exit_code == 0
    assert "OVERLOADED Nurse: 1.2 would be in use" in result.stderr
    assert "OVERLOADED Nurse" in result.stdout


def test_a_check_tells_how_much_is_asked_of_whom():
    result = wardflow("check", "clinic.yaml")
    assert (result.exit_code, "nothing is wrong" in result.stdout) == (0, True)
    assert any(line.split() == ["Nurse", "0.8", "1.0", "80", "%"] for line in result.stdout.splitlines())
    found = document(wardflow("check", "clinic.yaml", "--json"))
    assert (found["ok"], found["loads"][0]["load"]) == (True, pytest.approx(0.8))


@pytest.mark.parametrize("command", [["run"], ["check"], ["show"], ["compare", "clinic.yaml"]])
def test_a_mistake_is_shown_with_its_place_and_how_to_mend_it(place, command):
    (place / "wrong.yaml").write_text(CLINIC.replace("on_duty: 1", "on_duty: one").replace("beds: 4", "bedz: 4"))
    result = wardflow(*command, "wrong.yaml")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "wrong.yaml:13:34 staff.nurse.on_duty: expected a whole number" in result.stderr
    assert "wrong.yaml:15:" in result.stderr
    assert "wards.recovery.bedz: " in result.stderr
    assert "Fix: write beds" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["run", "nowhere.yaml"], 2),
        (["run", "clinic.yaml", "--replications", "0"], 2),
        (["run", "clinic.yaml", "--log", "0"], 2),
        (["run", "clinic.yaml", "--log", "first", "--out", "x"], 2),
        (["run", "clinic.yaml", "--log", "4", "--out", "x"], 2),
        (["run", "clinic.yaml", "--out", "clinic.yaml"], 2),
        (["run", "clinic.yaml", "--set", "staff.nurse.on_duty"], 2),
        (["run", "clinic.yaml", "--set", "staff.nurses.on_duty=2"], 2),
        (["run", "clinic.yaml", "--set", "patients.walk_in.arrive.rate=900000 per hour"], 1),
        (["compare", "clinic.yaml"], 2),
        (["check"], 2),
        (["fly"], 2),
    ],
)
def test_a_machine_that_asks_for_json_gets_one_document_whatever_is_wrong(words, code):
    result = wardflow(*words, "--json")
    assert result.exit_code == code
    found = document(result)
    assert found["ok"] is False
    assert found["error"]
    assert wardflow(*words).exit_code == code


def test_the_place_of_a_problem_is_there_for_machines(place):
    (place / "wrong.yaml").write_text(CLINIC.replace("beds: 4", "bedz: 4"))
    problems = document(wardflow("run", "wrong.yaml", "--json"))["problems"]
    assert {(one["line"], one["field"]) for one in problems} >= {(15, "wards.recovery.bedz")}


def test_the_shipped_scenarios_are_listed_with_their_questions():
    result = wardflow("scenarios")
    assert "general_hospital" in result.stdout
    assert "Where do patients wait" in result.stdout
    listed = {one["file"] for one in document(wardflow("scenarios", "--json"))["scenarios"]}
    assert "teaching/mm1" in listed


def test_every_key_figure_has_a_definition_and_a_source():
    result = wardflow("kpis")
    assert all(f"{name}: " in result.stdout for name in KPIS)
    assert result.stdout.count("Source: ") == len(KPIS)
    assert len(document(wardflow("kpis", "--json"))["kpis"]) == len(KPIS)


def test_show_tells_where_each_value_comes_from():
    result = wardflow("show", "two_nurses.yaml")
    assert "on_duty: 2" in result.stdout
    assert "two_nurses.yaml:3" in result.stdout
    assert "clinic.yaml:7" in result.stdout


def test_fmt_lays_a_file_out_once_and_keeps_its_comments(place):
    (place / "loose.yaml").write_text("# mine\n" + CLINIC.replace("beds: 4", "beds:    4"))
    assert wardflow("fmt", "--check", "loose.yaml").exit_code == 1
    assert wardflow("fmt", "loose.yaml").exit_code == 0
    text = (place / "loose.yaml").read_text()
    assert text.startswith("# mine\n")
    assert "beds: 4" in text
    assert wardflow("fmt", "--check", "loose.yaml").exit_code == 0


def plain(text):
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


def test_an_editor_accepts_every_shipped_scenario_and_marks_wrong_names():
    schema = document(wardflow("schema"))
    assert schema == language_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for file in ("general_hospital.yaml", "winter.yaml", "initiatives/before_noon.yaml"):
        text = (shipped_folder() / file).read_text()
        assert [error.message for error in validator.iter_errors(plain(text))] == [], file
    for right, wrong in (("beds", "bedz"), ("exponential", "expnential"), ("staff:", "stuff:"), ("rate", "rte")):
        assert list(validator.iter_errors(plain(CLINIC.replace(right, wrong)))), wrong
    assert not list(validator.iter_errors(plain("extends: clinic.yaml\nwards: {recovery: {beds: '+2'}}\n")))


def test_the_screen_is_not_opened_to_other_machines_by_accident():
    result = wardflow("app", "--address", "0.0.0.0")
    assert result.exit_code == 2
    assert "nobody would have to sign in" in result.stderr


def test_help_and_version_are_quick_and_complete():
    assert "wardflow" in wardflow("--version").stdout
    shown = wardflow("--help").stdout
    assert all(f"\n  {name} " in shown for name in cli.wardflow.commands)


def test_the_face_has_what_it_promises():
    code = "import sim; print(sim.__all__, [getattr(sim, name) for name in sim.__all__] != [], sim.__version__)"
    lazy = "import sys, sim; print(sorted(name for name in sys.modules if name.startswith('sim.')))"
    root = Path(cli.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert "'tornado'" in done.stdout
    assert "] True" in done.stdout
    done = subprocess.run([sys.executable, "-c", lazy], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_command_and_the_library_find_the_same(place):
    done = subprocess.run(
        [sys.executable, "-m", "sim", "run", str(place / "clinic.yaml"), "--json", "--workers", "2"],
        cwd=Path(cli.__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "4711"},
    )
    found = json.loads(done.stdout)
    assert len(found["replication_digests"]) == 4
    assert document(wardflow("run", "clinic.yaml", "--json"))["digest"] == found["digest"]
    assert run_experiment(clinic(), workers=1).seed == found["seed"]


@pytest.mark.skipif(not (PROC / "self").exists(), reason="looks for worker processes in /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_leaves_no_process_behind_and_can_be_continued(place, how):
    listening = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); import sim.cli; sim.cli.main()"
    )
    command = [sys.executable, "-c", listening, "run", str(place / "clinic.yaml"), "--workers", "2"]
    command += ["--replications", "4000", "--set", "run.length=8 weeks"]
    running = subprocess.Popen(
        command,
        cwd=Path(cli.__file__).parents[1],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_until(lambda: (place / "cache" / FILE).exists() and rows_of(place / "cache"))
    assert running.poll() is None
    if how == signal.SIGINT:
        os.killpg(running.pid, how)  # as a terminal does
        assert running.wait(30) == 130
        assert running.stderr is not None
        assert "goes on where it stopped" in running.stderr.read()
    else:
        running.kill()
        running.wait(30)
    wait_until(lambda: not session(running.pid))


def rows_of(folder):
    """Number, time and checksum of each replication in a store."""
    with closing(sqlite3.connect(folder / FILE, timeout=30)) as base:
        return base.execute("SELECT replication, finished, checksum FROM replication ORDER BY replication").fetchall()


def wait_until(is_so, seconds=60):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.1)


def session(leader):
    """Processes of a session that still run."""
    found = []
    for entry in PROC.iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if entry.name.isdecimal() and int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(entry.name))
    return found


def test_replications_are_run_until_figures_are_precise():
    found = document(wardflow("run", "clinic.yaml", "--json", "--precision", "wait_mean=40 %"))
    told = found["precision"]
    assert told["finding"] == "reached"
    assert found["replications"] == told["replications_used"] >= told["replications_needed"] + 5
    assert told["figures"][0]["half_width"] <= 0.4 * told["figures"][0]["mean"]
    compared = document(
        wardflow("compare", "clinic.yaml", "two_nurses.yaml", "--json", "--precision", "wait_mean=60 %")
    )
    assert {one["scenario"] for one in compared["precision"]["figures"]} == {"Clinic", "Two nurses"}


def test_a_precision_that_cannot_be_is_refused():
    result = wardflow("run", "clinic.yaml", "--precision", "wait_mean=1 point")
    assert (result.exit_code, "wait_mean=5 %" in result.stderr) == (2, True)
    result = wardflow("run", "clinic.yaml", "--until-precise", "--most-replications", 3)
    assert (result.exit_code, "choose from 15" in result.stderr) == (2, True)
