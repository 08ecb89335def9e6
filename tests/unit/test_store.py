"""Finished replications are kept whole or not at all, and found again only by what they were made from."""

import math
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

from sim.scenario.loading import load_text
from sim.study.experiment import Means, run_scenarios, run_stored
from sim.study.files import write_whole
from sim.study.replication import run_job
from sim.study.store import Store, StoreError, store_folder
from tests.small_studies import CLINIC, clinic, jobs


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture(scope="module")
def job():
    return jobs(clinic(), [0])[0]


@pytest.fixture(scope="module")
def replicate(job):
    return run_job(job)


def test_what_is_kept_is_found_to_the_last_bit(store, job, replicate):
    awkward = {("wait_mean", ""): math.nan, ("wait_longest", ""): math.inf, ("wait_p95", ""): 0.1 + 0.2}
    kept = replace(replicate, kpis=awkward)
    assert store.write(job, kept)
    found = store.read(job)
    assert found is not None
    assert repr(found.kpis) == repr(awkward)
    assert (found.digest, found.patients, found.events) == (kept.digest, kept.patients, kept.events)
    assert found.profiles.keys() == kept.profiles.keys()
    assert all(np.array_equal(found.profiles[key], kept.profiles[key], equal_nan=True) for key in kept.profiles)


def test_other_seeds_replications_and_scenarios_are_not_found(store, job, replicate):
    store.write(job, replicate)
    others = [
        replace(job, seed=8),
        replace(job, replication=1),
        replace(job, scenario=clinic(length="2 weeks")),
    ]
    assert [store.read(other) for other in others] == [None, None, None]


def test_another_name_or_number_of_replications_is_the_same_scenario(store, job, replicate):
    store.write(job, replicate)
    assert store.read(replace(job, scenario=clinic(replications=99))) is not None


def change(store, statement, *values):
    """Changes the database behind the store's back."""
    with closing(sqlite3.connect(store.file)) as base, base:
        assert base.execute(statement, values).rowcount > 0


def count(store, table):
    with closing(sqlite3.connect(store.file)) as base:
        return base.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE replication SET patients = patients + 1",
        "UPDATE replication SET kpis = substr(kpis, 9)",
        "UPDATE replication SET kpis = zeroblob(length(kpis))",
        "UPDATE replication SET profiles = zeroblob(3)",
        "UPDATE replication SET digest = 'other'",
        "UPDATE replication SET breaches = '[\"forged\"]'",
        "UPDATE replication SET checksum = 'other'",
        "UPDATE replication SET replication = 'x'",
        "UPDATE names SET content = '[]'",
        "DELETE FROM names",
    ],
)
def test_a_damaged_record_is_set_aside_and_never_read(store, job, replicate, damage):
    store.write(job, replicate)
    change(store, damage)
    assert store.read(job) is None
    if "= 'x'" not in damage:  # a row under another number is not found, and so not looked at
        assert (count(store, "replication"), count(store, "damaged")) == (0, 1)
    assert store.write(job, replicate)
    assert store.read(job) is not None


def test_a_record_under_another_number_is_not_believed(store, job, replicate):
    store.write(job, replicate)
    change(store, "UPDATE replication SET replication = 5")
    assert store.read(replace(job, replication=5)) is None


@pytest.mark.parametrize("content", [b"no database" * 500, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_file_that_is_no_database_is_set_aside(store, job, replicate, content):
    store.folder.mkdir()
    store.file.write_bytes(content)
    assert store.read(job) is None
    assert [path.read_bytes() for path in (store.folder / "damaged").iterdir()] == [content]
    assert store.write(job, replicate)
    assert store.read(job) is not None


def test_a_replication_that_is_there_stays(store, job, replicate):
    assert store.write(job, replicate, "inline")
    assert store.write(job, replace(replicate, seconds=99.0), "processes")
    assert count(store, "replication") == 1
    assert store.read(job).seconds == replicate.seconds


def test_two_writers_lose_nothing(store, job, replicate):
    with ThreadPoolExecutor(8) as pool:
        numbered = [(replace(job, replication=number), replace(replicate, replication=number)) for number in range(24)]
        assert all(pool.map(lambda pair: store.write(*pair), numbered))
    assert count(store, "replication") == 24
    assert [store.read(job).replication for job, _ in numbered] == list(range(24))


def test_a_writer_killed_in_the_middle_leaves_whole_replications_only(store):
    code = f"""
from dataclasses import replace
from pathlib import Path
from sim.engine.compiling import compile_scenario
from sim.scenario.loading import load_text
from sim.study.replication import Job, run_job
from sim.study.store import Store
scenario = load_text({CLINIC!r}).scenario
job = Job(scenario, compile_scenario(scenario), 7, 0)
made = run_job(job)
number = 0
while True:
    Store(Path({str(store.folder)!r})).write(replace(job, replication=number), replace(made, replication=number))
    number += 1
    print(number, flush=True)
"""
    writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    told = [int(next(writer.stdout)) for _ in range(20)][-1]
    writer.kill()
    writer.communicate()
    there = jobs(load_text(CLINIC).scenario, range(told))
    assert all(store.read(one) is not None for one in there)
    with closing(sqlite3.connect(store.file)) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert count(store, "damaged") == 0


def test_asking_for_fifty_after_twenty_runs_thirty(store):
    told = []
    run_stored(clinic(replications=20, length="1 d"), store, workers=1)
    more = run_stored(
        clinic(replications=50, length="1 d"), store, workers=1, progress=lambda done, of: told.append(done)
    )
    assert (told[0], told[-1], len(told)) == (20, 50, 31)
    assert more.digest == run_stored(clinic(replications=50, length="1 d"), None, workers=1).digest


def test_what_lies_behind_a_gap_is_kept_but_not_used(store):
    """Quick replications that overtook a slow one must not tip the mean."""
    scenario = clinic(replications=6, length="1 d")
    for job in jobs(scenario, [0, 1, 3]):
        store.write(job, run_job(job))
    (found,) = run_scenarios([scenario], Means(store, stop=lambda: True))
    assert [one.replication for one in found.replicates] == [0, 1]


def test_scenarios_side_by_side_are_what_each_is_by_itself(store):
    scenarios = [clinic(replications=3), clinic(replications=5, length="2 weeks"), clinic(replications=2)]
    told = []
    found = run_scenarios(scenarios, Means(store, progress=lambda done, of: told.append((done, of))))
    assert [one.digest for one in found] == [run_stored(one, None, workers=1).digest for one in scenarios]
    assert told[-1] == (8, 8)  # the third is the first once more


def test_a_folder_of_another_machine_is_refused(monkeypatch, tmp_path):
    part = SimpleNamespace(mountpoint=str(tmp_path), fstype="nfs4", opts="rw,vers=4.2")
    inner = SimpleNamespace(mountpoint=str(tmp_path / "local"), fstype="ext4", opts="rw")
    monkeypatch.setattr(psutil, "disk_partitions", lambda all: [part, inner])
    with pytest.raises(StoreError, match=r"another machine \(nfs4\).*Fix: set WARDFLOW_CACHE"):
        Store(tmp_path / "cache")
    assert Store(tmp_path / "local" / "cache").folder.name == "cache"


def test_a_store_that_cannot_be_written_keeps_nothing_and_fails_nothing(tmp_path, job, replicate):
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file")
    assert not store.write(job, replicate)
    assert store.read(job) is None
    assert run_stored(clinic(replications=1), store).is_complete


def test_an_experiment_goes_on_where_it_was_stopped(store):
    told = []
    scenario = clinic(replications=6)
    run_stored(scenario, store, workers=1, progress=lambda done, of: told.append(done), stop=lambda: told[-1] >= 2)
    told.clear()
    resumed = run_stored(scenario, store, workers=1, progress=lambda done, of: told.append(done))
    assert told == [2, 3, 4, 5, 6]
    assert resumed.digest == run_stored(scenario, None, workers=1).digest


def test_the_folder_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("WARDFLOW_CACHE", str(tmp_path))
    assert store_folder() == tmp_path


def test_a_write_that_breaks_off_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")

    def break_off(part):
        part.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_whole(path, break_off)
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["file.txt"]


def test_a_file_that_is_replaced_keeps_its_permissions_and_its_link(tmp_path):
    path, link = tmp_path / "file.txt", tmp_path / "link.txt"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    write_whole(link, lambda part: part.write_text("new"))
    assert (path.read_text(), path.stat().st_mode & 0o777, link.is_symlink()) == ("new", 0o640, True)
