"""Executors: where replications are computed; in line, by threads, by worker processes, or by a Dask cluster."""

import os
import threading
import time
import warnings
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from joblib import Parallel, cpu_count, delayed, parallel_config
from joblib.externals.loky.process_executor import TerminatedWorkerError

Name = Literal["auto", "inline", "threads", "processes", "dask"]
NAMES: Final[tuple[Name, ...]] = get_args(Name)
RETRIES: Final = 2
"""How often calls are given to new workers after a worker was killed."""
WORTH_WORKERS: Final = 3.0
"""Seconds of work from which on starting worker processes pays."""
WATCH: Final = 1.0
"""Seconds between two looks of a worker at whether the process that started it is still there."""
Call = tuple[Any, ...]
"""Arguments of a function that a worker calls; they and what it returns can be pickled."""
Done = Generator[tuple[int, Any]]
"""Positions of calls with what they returned, as they finish, in any order."""


class ExecutorError(ValueError):
    """The place where replications were to be computed cannot be used."""


class WorkerKilledError(RuntimeError):
    """A worker process was killed again and again, most often because the machine has too little memory."""

    def __init__(self, what: str) -> None:
        """Names what was computed when it happened, such as `replication 3`."""
        self.what = what
        super().__init__(
            f"the process that computes {what} was killed {RETRIES + 1} times, the last time while "
            "it ran alone; most often the machine has too little memory. Fix: a shorter run, or fewer other programs"
        )

    def __reduce__(self) -> tuple[type["WorkerKilledError"], tuple[str]]:
        return type(self), (self.what,)


@dataclass(frozen=True, slots=True)
class Executor:
    """Where calls are computed; what comes out is the same everywhere."""

    name: Name = "auto"
    """`auto` computes in line what is quick, and the rest by worker processes. `threads` are for an engine that
    releases the interpreter's lock, and slower than `inline` with one that does not."""
    workers: int | None = None
    """Threads or processes; as many as there are processors if not given. A Dask cluster has its own number."""
    scheduler: str | None = None
    """Address of the scheduler of a Dask cluster, such as `tcp://10.0.0.5:8786`."""

    def __post_init__(self) -> None:
        if self.name not in NAMES:
            raise ExecutorError(f"there is no executor {self.name!r}. Fix: choose from {', '.join(NAMES)}")
        if (self.name == "dask") != (self.scheduler is not None):
            raise ExecutorError(
                "a Dask cluster has a scheduler, and nothing else has. "
                "Fix: --executor dask --scheduler tcp://10.0.0.5:8786, with the address that `dask scheduler` prints"
            )
        if self.name == "dask" and self.workers is not None:
            raise ExecutorError("a Dask cluster has its own number of workers. Fix: leave --workers out")

    @classmethod
    def of(cls, workers: int | None) -> "Executor":
        """The executor on this machine for a number of processes; 1 computes in line, None is `auto`."""
        return cls("auto" if workers is None else "inline" if workers == 1 else "processes", workers)


AUTO: Final = Executor()
"""As is fastest on this machine."""


def computed(
    function: Callable[..., Any],
    calls: Sequence[Call],
    executor: Executor = AUTO,
    stop: Callable[[], bool] | None = None,
    told: Callable[[int], str] = "call {}".format,
) -> Done:
    """Calls a function with each of some lists of arguments, wherever that is fastest.

    Closing the iterator, an interrupt or a true `stop()` ends the workers; no process is left behind.

    Args:
        function: of a module, so that workers find it.
        calls: arguments. An object that stands in several calls is sent to a cluster once.
        executor: where.
        stop: asked after each call; if true, the rest is left out.
        told: what a call is called in messages, by its position.

    Yields:
        Positions with what was returned, as they finish, in any order.

    Raises:
        WorkerKilledError: if a worker is killed again and again.
        ExecutorError: if a cluster cannot be used.
    """
    begun = time.perf_counter()
    rest, there = dict(enumerate(calls)), executor
    if stop and stop():
        return
    if executor.name == "auto" and rest:
        yield 0, function(*rest.pop(0))
        is_long = (time.perf_counter() - begun) * len(rest) > WORTH_WORKERS
        there = Executor("processes", executor.workers) if is_long else Executor("inline")
    with closing(_somewhere(function, rest, there, told)) as found:
        while not (stop and stop()):
            done = next(found, None)
            if done is None:
                return
            yield done


def _somewhere(
    function: Callable[..., Any], calls: Mapping[int, Call], executor: Executor, told: Callable[[int], str]
) -> Done:
    if executor.name == "dask" and executor.scheduler and calls:
        from sim.study.cluster import by_cluster  # noqa: PLC0415 -- Dask is optional, and slow to import

        return by_cluster(function, calls, executor.scheduler, told)
    if executor.name in ("inline", "auto") or len(calls) < 2:
        return _in_line(function, calls)
    workers = executor.workers or cpu_count()
    if executor.name == "threads":
        return in_parallel(function, calls, workers, {"backend": "threading"})
    return _by_processes(function, calls, workers, told)


def _in_line(function: Callable[..., Any], calls: Mapping[int, Call]) -> Done:
    for position, call in calls.items():
        yield position, function(*call)


def _by_processes(
    function: Callable[..., Any], calls: Mapping[int, Call], workers: int, told: Callable[[int], str]
) -> Done:
    """Gives what is missing to new workers after a worker was killed; the last time one call at a time."""
    missing = dict(calls)
    orphans_end = {"initializer": end_with_parent, "initargs": (os.getpid(),), "inner_max_num_threads": 1}
    for attempt in range(RETRIES + 1):
        backend = {"backend": "loky", **orphans_end}
        found = in_parallel(function, dict(missing), workers, backend, alone=attempt == RETRIES)
        try:
            for position, result in found:
                del missing[position]
                yield position, result
        except TerminatedWorkerError:
            continue
        finally:
            found.close()
        return
    raise WorkerKilledError(told(next(iter(missing))))


def in_parallel(
    function: Callable[..., Any],
    calls: Mapping[int, Call],
    workers: int,
    backend: Mapping[str, Any],
    *,
    alone: bool = False,
) -> Done:
    """Computes calls by a backend of joblib.

    Args:
        function: as `computed`.
        calls: arguments by position.
        workers: how many; -1 if the backend knows.
        backend: for `joblib.parallel_config`.
        alone: never two calls at the same time.
    """
    with parallel_config(**backend):
        parallel = Parallel(
            n_jobs=workers if workers < 0 else max(2, min(workers, len(calls))),
            return_as="generator_unordered",
            batch_size=1,
            pre_dispatch=1 if alone else "2 * n_jobs",
            max_nbytes=None,
        )
        found = parallel(delayed(_numbered)(function, position, *call) for position, call in calls.items())
    try:
        for done in found:  # noqa: UP028 -- `yield from` would close it outside the `with` below
            yield done
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of results that nobody waits for any more
            found.close()


def _numbered(function: Callable[..., Any], position: int, *call: Any) -> tuple[int, Any]:
    return position, function(*call)


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
