"""Jobs: one desk for everybody who uses the server, where scenarios are run one at a time, first come first served."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cache
from typing import Final, Literal, Protocol

from sim.scenario.scenario import Scenario
from sim.study.experiment import Experiment, Progress, Stop, StoppedError, run_stored
from sim.study.store import Store, store_folder

State = Literal["waiting", "running", "done", "stopped", "failed"]
NOBODY: Final = ""
"""Who asks on behalf of whoever comes first."""
MOST_WAITING: Final = 50
"""So many jobs may wait; who comes on top is told to come back."""
MOST_KEPT: Final = 60
"""So many finished jobs are kept in memory; the store has the others."""


class Runner(Protocol):
    """Runs a scenario; `sim.study.experiment.run_stored` is one."""

    def __call__(
        self, scenario: Scenario, store: Store | None, *, progress: Progress | None = None, stop: Stop | None = None
    ) -> Experiment:
        """Runs a scenario with a store of finished replications."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """What decides the figures of an experiment: people who ask for the same get the same job."""

    fingerprint: str
    seed: int
    replications: int

    @classmethod
    def of(cls, scenario: Scenario) -> "Request":
        """The request for a scenario."""
        return cls(scenario.fingerprint(), scenario.run.seed, scenario.run.replications)


@dataclass(frozen=True, slots=True)
class Look:
    """How a job stands at the moment."""

    state: State
    ahead: int
    """Jobs that are before it, the running one included."""
    finished: int
    """Replications that are finished."""
    of: int
    """Replications that were asked for."""
    experiment: Experiment | None
    """What came out; of a stopped job what was finished, if anything."""
    trouble: str
    """Why it failed."""

    @property
    def share(self) -> float:
        """Share of the replications that are finished."""
        return self.finished / self.of


class DeskFullError(RuntimeError):
    """Too many jobs wait."""


@dataclass(slots=True)
class _Job:
    scenario: Scenario
    wanted_by: set[str]
    state: State = "waiting"
    finished: int = 0
    experiment: Experiment | None = None
    trouble: str = ""
    halt: threading.Event = field(default_factory=threading.Event)


class Desk:
    """Runs jobs in one background thread; each of them may use all processors."""

    def __init__(self, store: Store | None, runner: Runner = run_stored) -> None:
        """Opens a desk; the thread starts with the first job."""
        self._store = store
        self._runner = runner
        self._jobs: OrderedDict[Request, _Job] = OrderedDict()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def ask(self, scenario: Scenario, who: str) -> Request:
        """Asks for a scenario to be run; the same request of several people is run once.

        Args:
            scenario: with its number of replications and seed.
            who: who asks, so that nobody can stop what somebody else waits for.

        Raises:
            DeskFullError: if too many jobs wait.
        """
        request = Request.of(scenario)
        with self._changed:
            job = self._jobs.get(request)
            if job is None or job.state in ("stopped", "failed"):
                if len(self._waiting()) >= MOST_WAITING:
                    raise DeskFullError(f"{MOST_WAITING} runs are waiting already; please try again in some minutes")
                self._jobs[request] = job = _Job(scenario, set())
                self._jobs.move_to_end(request)
                self._forget()
            job.wanted_by.add(who)
            if who != NOBODY:
                job.wanted_by.discard(NOBODY)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="wardflow-desk", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return request

    def look(self, request: Request) -> Look | None:
        """Tells how a job stands; None if nobody asked for it, or it was long ago."""
        with self._changed:
            job = self._jobs.get(request)
            if job is None:
                return None
            ahead = self._ahead(request) if job.state == "waiting" else 0
            of = job.scenario.run.replications
            return Look(job.state, ahead, job.finished, of, job.experiment, job.trouble)

    def stop(self, request: Request, who: str) -> bool:
        """Stops a job, unless somebody else waits for it too; takes effect after the replication that is under way.

        Returns:
            Whether it stops; False if it goes on for others, or is not there.
        """
        with self._changed:
            job = self._jobs.get(request)
            if job is None:
                return False
            job.wanted_by.discard(who)
            if job.wanted_by:
                return False
            job.halt.set()
            job.state = "stopped" if job.state == "waiting" else job.state
            return True

    def wait(self, request: Request, seconds: float) -> Look | None:
        """Waits until a job is over, or for some time."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_over(request), seconds)
        return self.look(request)

    def _is_over(self, request: Request) -> bool:
        job = self._jobs.get(request)
        return job is None or job.state not in ("waiting", "running")

    def _waiting(self) -> list[Request]:
        return [request for request, job in self._jobs.items() if job.state == "waiting"]

    def _ahead(self, request: Request) -> int:
        running = sum(job.state == "running" for job in self._jobs.values())
        return self._waiting().index(request) + running

    def _forget(self) -> None:
        """Drops the oldest finished jobs."""
        over = [request for request, job in self._jobs.items() if job.state not in ("waiting", "running")]
        for request in over[: max(0, len(over) - MOST_KEPT)]:
            del self._jobs[request]

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(self._waiting)
                job = self._jobs[self._waiting()[0]]
                job.state = "running"
            self._run(job)
            with self._changed:
                self._changed.notify_all()

    def _run(self, job: _Job) -> None:
        def progress(finished: int, of: int) -> None:
            job.finished = finished

        try:
            job.experiment = self._runner(job.scenario, self._store, progress=progress, stop=job.halt.is_set)
            job.state = "done" if job.experiment.is_complete else "stopped"
        except StoppedError:
            job.state = "stopped"
        except Exception as error:  # whatever goes wrong is told to who asked, and the desk goes on
            job.trouble = str(error) or type(error).__name__
            job.state = "failed"


@cache
def desk() -> Desk:
    """The desk of this server."""
    return Desk(Store(store_folder()))
