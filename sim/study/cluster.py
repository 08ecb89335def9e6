"""A cluster: calls computed by the workers of a Dask scheduler."""

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from sim.study.executors import Call, ExecutorError, WorkerKilledError, in_parallel
from sim.study.provenance import code

try:
    import distributed
except ImportError:
    DASK: Any = None
    """Dask, if the extra `cluster` is installed."""
else:
    DASK = distributed

ANSWERS: Final = 15.0
"""Seconds that a scheduler has to answer, and then to have its first worker."""
LOST: Final = 10
"""How often all workers may be lost at once before a call is given up."""


class OtherCodeError(RuntimeError):
    """A worker has another version of Wardflow."""


def by_cluster(
    function: Callable[..., Any], calls: Mapping[int, Call], scheduler: str, told: Callable[[int], str]
) -> Generator[tuple[int, Any]]:
    """Calls a function on a cluster; a killed worker costs only what it had in hand.

    Args:
        function: of a module that workers have too.
        calls: arguments by position; what stands in several calls is sent to each worker once.
        scheduler: its address.
        told: what a call is called in messages.

    Yields:
        Positions with what was returned, as they finish.

    Raises:
        ExecutorError: if Dask is not installed, no scheduler answers, it has no workers, or they have other code.
        WorkerKilledError: if workers die again and again with the same call.
    """
    missing = {position: (code(), function, *call) for position, call in calls.items()}
    with _client(scheduler) as client:
        for _ in range(LOST):
            _wait_for_workers(client, scheduler)
            backend = {"backend": "dask", "client": client, "scatter": _shared(calls)}
            found = in_parallel(_called, dict(missing), -1, backend)
            try:
                for position, result in found:
                    del missing[position]
                    yield position, result
            except DASK.KilledWorker:
                raise WorkerKilledError(told(next(iter(missing)))) from None
            except OtherCodeError as error:
                raise ExecutorError(str(error)) from None
            except DASK.client.FutureCancelledError:  # with the last worker went what it had been sent
                continue
            finally:
                found.close()
            return
    raise WorkerKilledError(told(next(iter(missing))))


def _shared(calls: Mapping[int, Call]) -> list[Any]:
    """What stands in more than one call."""
    seen: dict[int, Any] = {}
    often: dict[int, Any] = {}
    for argument in (one for call in calls.values() for one in call):
        if not isinstance(argument, int | float | str | bool | None):
            (often if id(argument) in seen else seen)[id(argument)] = argument
    return list(often.values())


def _called(wanted: str, function: Callable[..., Any], *call: Any) -> Any:
    """Calls a function on a worker, if that has the code of who asks."""
    if wanted != code():
        raise OtherCodeError(
            "a worker of the cluster has another version of Wardflow, or of a library that decides figures. "
            "Fix: install the same on all machines (docs/how-to/cluster.md)"
        )
    return function(*call)


@contextmanager
def _client(scheduler: str) -> Iterator[Any]:
    if DASK is None:
        raise ExecutorError("Dask is not installed. Fix: pip install 'wardflow[cluster]'")
    try:
        client = DASK.Client(scheduler, timeout=ANSWERS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ExecutorError(
            f"no Dask scheduler answers at {scheduler} ({error}). Fix: start one with `dask scheduler`, and give the "
            "address that it prints, such as tcp://10.0.0.5:8786"
        ) from None
    try:
        yield client
    finally:
        client.close()


def _wait_for_workers(client: Any, scheduler: str) -> None:
    until = time.monotonic() + ANSWERS
    while not client.nthreads():
        if time.monotonic() > until:
            raise ExecutorError(
                f"the Dask scheduler at {scheduler} has no workers. Fix: start some with `dask worker {scheduler}`"
            )
        time.sleep(0.2)
