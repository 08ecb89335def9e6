"""The same scenario, seed and version give the same facts: in other processes, through every door, however written."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

import sim
from sim.engine.eventlog import Event
from sim.scenario.loading import load_file, load_text
from sim.scenario.reading.writing import to_yaml
from sim.study.experiment import with_run
from sim.study.plan import shipped
from sim.ui.launch import SCRIPT
from tests.app.test_pages import settled
from tests.engines.stories import at, hospital, moments, simulate

NAMES = [name for name, _, _ in shipped()]
SMALL = "teaching/priority"
ROOT = Path(__file__).parents[2]


def through_the_command(folder: Path, hashseed: str, workers: int) -> str:
    """Digest of three replications in a process of its own."""
    options = ["--replications", "3", "--workers", str(workers), "--json"]
    command = [sys.executable, "-m", "sim", "run", SMALL, *options]
    environment = {**os.environ, "PYTHONHASHSEED": hashseed, "WARDFLOW_CACHE": str(folder)}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    return str(json.loads(done.stdout)["digest"])


def test_processes_hash_seeds_workers_and_doors_all_find_the_same_facts(tmp_path: Path) -> None:
    """Through the command with one worker and with two, and through the Python face."""
    one = through_the_command(tmp_path / "one", "1", workers=1)
    two = through_the_command(tmp_path / "two", "4321", workers=2)
    here = sim.run(sim.load(SMALL), replications=3, workers=1)
    assert one == two == here.digest


def test_the_screen_finds_the_same_facts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(
        to_yaml(load_file(SMALL).document.data).replace("replications: 20", "replications: 3"), encoding="utf-8"
    )
    monkeypatch.setenv("WARDFLOW_SCENARIO", str(file))
    monkeypatch.setenv("WARDFLOW_CACHE", str(tmp_path / "cache"))
    screen = settled(AppTest.from_file(SCRIPT, default_timeout=60))
    (shown,) = screen.session_state["today"].values()
    assert shown.digest == sim.run(with_run(sim.load(SMALL), replications=len(shown.replicates)), workers=1).digest


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_extends_others_means_the_same_when_it_is_written_out_in_full(name: str) -> None:
    """What `wardflow show` prints decides the same figures."""
    loaded = load_file(name)
    assert load_text(to_yaml(loaded.document.data), "flat.yaml").scenario.fingerprint() == loaded.scenario.fingerprint()


arrivals = st.lists(st.integers(0, 900), min_size=1, max_size=30, unique=True)


@settings(max_examples=40)
@given(arrivals, st.lists(st.integers(1, 300), min_size=1, max_size=10), st.integers(1, 3), st.integers(0, 9))
def test_two_halves_of_a_ward_behind_any_free_bed_are_the_whole_ward(
    comes: list[int], stays: list[int], beds: int, seed: int
) -> None:
    """Nobody waits a minute longer or shorter, if whoever is first takes whichever half has a bed."""

    def placed(wards: dict[str, dict], ward: str, *others: str) -> list[float]:
        values = [f"{minutes} min" for minutes in stays]
        steps = [
            {"enter": {"ward": ward, "or": list(others)}} if others else {"enter": ward},
            {"stay": {"empirical": {"values": values}}},
            {"leave": "discharged"},
        ]
        people = {"p": {"arrive": at(*sorted(comes)), "pathway": "way"}}
        scenario = hospital(60_000, patients=people, wards=wards, pathways={"way": steps})
        return moments(simulate(scenario, seed)[1], Event.PLACE)

    halves = {"north": {"beds": beds, "turnaround": "15 min"}, "south": {"beds": beds, "turnaround": "15 min"}}
    whole = {"both": {"beds": 2 * beds, "turnaround": "15 min"}}
    # a step has its luck by its name, so that both have the same
    assert placed(halves, "north", "south") == placed(whole, "both")
