"""A cluster gives the same facts as one process, and a killed worker costs only what it had in hand."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from sim.study import cluster as cluster_of_dask
from sim.study.executors import Executor, ExecutorError, computed
from sim.study.experiment import Means, run_scenarios
from tests.small_studies import clinic

WAIT = 60
"""Seconds that a cluster may take to start on a crowded machine."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler and two workers, each a process of its own; the address and the folder of the workers."""
    folder = tmp_path_factory.mktemp("cluster")
    told = folder / "scheduler.json"
    program = [sys.executable, "-m", "dask"]
    common = ["--scheduler-file", str(told)]
    environment = os.environ | {"DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    started = [
        subprocess.Popen(
            [*program, *words],
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for words in (
            ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", *common],
            *[["worker", "--nthreads", "1", "--nworkers", "1", "--no-dashboard", *common]] * 2,
        )
    ]
    try:
        yield address_in(told), started[1:]
    finally:
        for one in started:
            for child in psutil.Process(one.pid).children(recursive=True):
                child.kill()
            one.kill()
            one.wait(10)


def address_in(told):
    import json

    deadline = time.monotonic() + WAIT
    while not told.exists() or not told.read_text().strip():
        assert time.monotonic() < deadline, "no scheduler started"
        time.sleep(0.1)
    return json.loads(told.read_text())["address"]


def working(nanny):
    """The process that computes, below the one that watches it."""
    return [child for child in psutil.Process(nanny.pid).children() if "spawn_main" in " ".join(child.cmdline())]


def test_two_hundred_replications_survive_a_killed_worker(cluster):
    address, nannies = cluster
    scenario = clinic(replications=200, length="2 d")
    killed = []

    def kill(finished, of):
        if finished == 40:
            victim = working(nannies[0])[0]
            killed.append(victim.pid)
            os.kill(victim.pid, signal.SIGKILL)

    (found,) = run_scenarios([scenario], Means(executor=Executor("dask", scheduler=address), progress=kill))
    (in_line,) = run_scenarios([scenario], Means(executor=Executor("inline")))
    assert len(killed) == 1
    assert not psutil.pid_exists(killed[0]) or psutil.Process(killed[0]).status() == psutil.STATUS_ZOMBIE
    assert [one.replication for one in found.replicates] == list(range(200))
    assert [one.digest for one in found.replicates] == [one.digest for one in in_line.replicates]
    assert found.digest == in_line.digest
    assert str(found.replicates[7].kpis) == str(in_line.replicates[7].kpis)


def test_a_worker_with_another_version_refuses_to_compute(cluster, monkeypatch):
    monkeypatch.setattr(cluster_of_dask, "code", lambda: "of another version")
    with pytest.raises(ExecutorError, match=r"another version of Wardflow.*Fix: install the same on all machines"):
        list(computed(pow, [(2, 2)], Executor("dask", scheduler=cluster[0])))


def test_what_goes_wrong_in_a_call_is_what_the_asker_sees(cluster):
    with pytest.raises(ZeroDivisionError):
        list(computed(divmod, [(1, 1), (1, 0), (2, 1)], Executor("dask", scheduler=cluster[0])))


def test_stopping_leaves_the_cluster_free_for_the_next(cluster):
    executor = Executor("dask", scheduler=cluster[0])
    finished = []
    stopped = computed(pow, [(2, number) for number in range(50)], executor, stop=lambda: len(finished) >= 3)
    finished += [result for _, result in zip(range(3), stopped, strict=False)]
    stopped.close()
    assert dict(computed(pow, [(2, 5), (3, 2)], executor)) == {0: 32, 1: 9}


def test_no_scheduler_is_told_with_what_to_do(monkeypatch):
    monkeypatch.setattr(cluster_of_dask, "ANSWERS", 1.0)
    with pytest.raises(ExecutorError, match=r"no Dask scheduler answers at tcp://127.0.0.1:1 .*Fix: start one"):
        list(computed(pow, [(2, 2)], Executor("dask", scheduler="tcp://127.0.0.1:1")))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": "dask"}, "--scheduler tcp://"),
        ({"name": "processes", "scheduler": "tcp://127.0.0.1:8786"}, "--executor dask"),
        ({"name": "dask", "scheduler": "tcp://127.0.0.1:8786", "workers": 3}, "leave --workers out"),
        ({"name": "cloud"}, "choose from auto, inline"),
    ],
)
def test_an_executor_that_cannot_be_is_refused(given, told):
    with pytest.raises(ExecutorError, match=told):
        Executor(**given)
