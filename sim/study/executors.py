"""Executors: where replications are computed; in line, or by worker processes."""

import os
import threading
import time
import warnings
from collections.abc import Callable, Generator, Sequence
from typing import Final

from joblib import Parallel, cpu_count, delayed, parallel_config
from joblib.externals.loky.process_executor import TerminatedWorkerError

from sim.study.replication import Job, Replicate, run_job

RETRIES: Final = 2
"""How often replications are given to new workers after a worker was killed."""
WORTH_WORKERS: Final = 3.0
"""Seconds of work from which on starting worker processes pays."""
WATCH: Final = 1.0
"""Seconds between two looks of a worker at whether the process that started it is still there."""


class WorkerKilledError(RuntimeError):
    """A worker process was killed again and again, most often because the machine has too little memory."""

    def __init__(self, replication: int) -> None:
        """Names the replication during which it happens."""
        self.replication = replication
        super().__init__(
            f"the process that computes replication {replication} was killed {RETRIES + 1} times, the last time while "
            "it ran alone; most often the machine has too little memory. Fix: a shorter run, or fewer other programs"
        )

    def __reduce__(self) -> tuple[type["WorkerKilledError"], tuple[int]]:
        return type(self), (self.replication,)


def replicates(
    jobs: Sequence[Job], workers: int | None = None, stop: Callable[[], bool] | None = None
) -> Generator[Replicate]:
    """Computes replications, wherever that is fastest; what comes out is the same everywhere.

    Closing the iterator, an interrupt or a true `stop()` ends the workers; no process is left behind.

    Args:
        jobs: one for each replication.
        workers: number of processes; 1 computes in line; None decides by how long the first replication takes.
        stop: asked after each replication; if true, the rest is left out.

    Yields:
        Replications as they finish, in any order.

    Raises:
        WorkerKilledError: if a worker is killed again and again.
    """
    rest = list(jobs)
    if workers is None and rest:
        first = run_job(rest.pop(0))
        yield first
        workers = cpu_count() if first.seconds * len(rest) > WORTH_WORKERS else 1
    computed = _in_line(rest) if workers == 1 or len(rest) < 2 else _by_workers(rest, workers or 1)
    try:
        while not (stop and stop()):
            replicate = next(computed, None)
            if replicate is None:
                return
            yield replicate
    finally:
        computed.close()


def _in_line(jobs: Sequence[Job]) -> Generator[Replicate]:
    for job in jobs:
        yield run_job(job)


def _by_workers(jobs: Sequence[Job], workers: int) -> Generator[Replicate]:
    """Gives what is missing to new workers after a worker was killed; the last time one replication at a time."""
    missing = {job.replication: job for job in jobs}
    for attempt in range(RETRIES + 1):
        computed = _in_parallel(list(missing.values()), workers, alone=attempt == RETRIES)
        try:
            for replicate in computed:
                del missing[replicate.replication]
                yield replicate
        except TerminatedWorkerError:
            continue
        finally:
            computed.close()
        return
    raise WorkerKilledError(next(iter(missing)))


def _in_parallel(jobs: Sequence[Job], workers: int, *, alone: bool) -> Generator[Replicate]:
    """Computes in worker processes with one thread each; `alone` never computes two at the same time."""
    orphans_end = {"initializer": end_with_parent, "initargs": (os.getpid(),)}
    with parallel_config(backend="loky", inner_max_num_threads=1, **orphans_end):
        parallel = Parallel(
            n_jobs=max(2, min(workers, len(jobs))),
            return_as="generator_unordered",
            batch_size=1,
            pre_dispatch=1 if alone else "2 * n_jobs",
            max_nbytes=None,
        )
        computed = parallel(delayed(run_job)(job) for job in jobs)
    try:
        for replicate in computed:  # noqa: UP028 -- `yield from` would close it outside the `with` below
            yield replicate
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of results that nobody waits for any more
            computed.close()


def end_with_parent(parent: int) -> None:
    """Makes a worker end soon after the process that started it was killed; otherwise it would stay for minutes.

    Args:
        parent: number of the process that started the worker. On Windows, where the number of a dead parent stays, a
            worker ends when it has been idle for some minutes.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()
