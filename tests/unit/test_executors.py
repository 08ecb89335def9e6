"""Replications give the same facts wherever they are computed, and no process is left behind."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from sim.cli.request import EXECUTORS
from sim.study.executors import NAMES, Executor, WorkerKilledError, computed
from sim.study.experiment import StoppedError, run_experiment
from sim.study.replication import run_job
from tests.small_studies import clinic, jobs

PROC = Path("/proc")
needs_proc = pytest.mark.skipif(not (PROC / "self").exists(), reason="looks for worker processes in /proc")


def workers_of(parent: int) -> list[int]:
    """Worker processes that a process started and that still run."""
    found = []
    for entry in PROC.iterdir():
        try:
            state, of = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (entry / "cmdline").read_text()
        except (OSError, ValueError):
            continue
        if entry.name.isdecimal() and int(of) == parent and state != "Z" and "popen_loky" in command:
            found.append(int(entry.name))
    return found


def replicates(asked, workers):
    """Computes jobs by so many processes."""
    return computed(run_job, [(job,) for job in asked], Executor.of(workers), told="replication {}".format)


def digests(found):
    return {one.replication: one.digest for _, one in found}


def test_workers_find_the_same_facts_as_one_process():
    asked = jobs(clinic(), range(6))
    assert digests(replicates(asked, 2)) == digests(replicates(asked, 1))


def test_the_order_of_the_replications_changes_nothing():
    scenario = clinic()
    assert digests(replicates(jobs(scenario, [3, 0, 2, 1]), 1)) == digests(replicates(jobs(scenario, range(4)), 1))


def test_every_replication_has_other_patients():
    assert len(set(digests(replicates(jobs(clinic(), range(5)), 1)).values())) == 5


def test_an_experiment_is_the_same_for_any_number_of_workers():
    one, two = run_experiment(clinic(), workers=1), run_experiment(clinic(), workers=2)
    by_itself = run_experiment(clinic())
    assert one.digest == two.digest == by_itself.digest
    assert [str(one.replicates[2].kpis), one.replicates[2].patients] == [
        str(two.replicates[2].kpis),
        two.replicates[2].patients,
    ]


def test_more_replications_begin_with_the_fewer():
    few, many = run_experiment(clinic(), replications=2), run_experiment(clinic(), replications=4)
    assert [one.digest for one in few.replicates] == [one.digest for one in many.replicates[:2]]


def test_no_replication_is_no_work():
    assert list(replicates([], 2)) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stopped_experiment_is_the_one_with_fewer_replications(workers):
    finished = []
    stopped = run_experiment(
        clinic(replications=40),
        workers=workers,
        progress=lambda done, of: finished.append(done),
        stop=lambda: finished[-1] >= 3,
    )
    count = len(stopped.replicates)
    assert [one.replication for one in stopped.replicates] == list(range(count))
    assert (stopped.is_complete, count < 40) == (False, True)
    assert stopped.digest == run_experiment(clinic(replications=count), workers=1).digest


def test_an_experiment_that_is_stopped_at_once_has_no_figures():
    with pytest.raises(StoppedError):
        run_experiment(clinic(), workers=1, stop=lambda: True)


@needs_proc
def test_closing_ends_the_workers():
    found = replicates(jobs(clinic(length="8 weeks"), range(50)), 2)
    next(found)
    busy = set(workers_of(os.getpid()))
    found.close()
    deadline = time.monotonic() + 10
    while busy & set(workers_of(os.getpid())) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert busy
    assert not busy & set(workers_of(os.getpid()))


@needs_proc
def test_what_a_killed_worker_had_in_hand_is_computed_again():
    asked = jobs(clinic(length="4 weeks"), range(8))
    found = replicates(asked, 2)
    seen = [next(found)]
    os.kill(workers_of(os.getpid())[0], signal.SIGKILL)
    seen += list(found)
    assert sorted(one.replication for _, one in seen) == list(range(8))
    assert digests(seen) == digests(replicates(asked, 1))


@needs_proc
def test_workers_that_are_killed_again_and_again_are_given_up_with_the_replication_named():
    over = threading.Event()

    def kill_all() -> None:
        while not over.wait(0.05):
            for worker in workers_of(os.getpid()):
                os.kill(worker, signal.SIGKILL)

    killer = threading.Thread(target=kill_all)
    killer.start()
    try:
        with pytest.raises(WorkerKilledError, match=r"replication \d+ was killed 3 times") as caught:
            list(replicates(jobs(clinic(length="30 weeks"), range(4)), 2))
    finally:
        over.set()
        killer.join()
    assert caught.value.what in {f"replication {number}" for number in range(4)}


def test_the_command_offers_every_executor():
    assert EXECUTORS == NAMES
