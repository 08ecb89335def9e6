"""Finished replications are kept whole or not at all, and found again only by what they were made from."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from sim.study.experiment import run_stored
from sim.study.files import write_whole
from sim.study.replication import run_job
from sim.study.store import Store, store_folder
from tests.small_studies import clinic, jobs


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


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content.replace(b'"patients":', b'"patients": 1', 1),
        lambda content: b"",
        lambda content: b"\xff\xfe",
        lambda content: b"[]",
        lambda content: json.dumps({"checksum": "0", "record": {}}).encode(),
    ],
)
def test_a_damaged_record_is_set_aside_and_never_read(store, job, replicate, damage):
    store.write(job, replicate)
    path = store.path(job)
    path.write_bytes(damage(path.read_bytes()))
    assert store.read(job) is None
    assert not path.exists()
    assert len(list((store.folder / "damaged").iterdir())) == 1
    assert store.write(job, replicate)
    assert store.read(job) is not None


def test_a_record_under_another_name_is_not_believed(store, job, replicate):
    other = replace(job, replication=5)
    store.write(job, replicate)
    store.path(job).rename(store.path(other))
    assert store.read(other) is None


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
