"""Networks: each scenario of the cross-check, what is compared in it, and how others are told the same."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any, Final

import ciw

from sim import clock
from sim.engine.eventlog import Event
from validation.crosscheck import in_ciw, recursions
from validation.crosscheck.in_ciw import ByPatient, records
from validation.crosscheck.paths import Moments, Path

FOLDER: Final = File(__file__).parent
TIMES: Final = "care/treatment/time"
DAY_OF_SHIFTS: Final = ((0, 1), (8, 3), (16, 2))
"""The roster of the scenarios: from these hours on so many nurses."""
RANKS: Final = {"patient": 1, "red": 1, "white": 2}
Account = Callable[[Path], Moments]


@dataclass(frozen=True, slots=True)
class Network:
    """A scenario and three accounts of what happens in it."""

    name: str
    ours: Account
    in_ciw: Account | None
    """None where ciw has no such rule."""
    recursion: Account

    @property
    def files(self) -> tuple[File, ...]:
        """The scenario, and those which it extends."""
        found = [FOLDER / f"{self.name}.yaml"]
        while (first := found[-1].read_text(encoding="utf-8").partition("\n")[0]).startswith("extends: "):
            found.append(FOLDER / first.removeprefix("extends: "))
        return tuple(found)


# ---------------------------------------------------------------- what is compared


def _clinic(path: Path) -> Moments:
    """Starts and ends of one step, and those who are not treated."""
    steps = ("treatment", "urgent", "usual")
    return (
        path.moments("starts", Event.START, *steps)
        | path.moments("leaves", Event.END, *steps)
        | path.moments("gives up", Event.RENEGE, *steps)
        | path.moments("goes elsewhere", Event.BALK, *steps)
    )


def _rooms(path: Path) -> Moments:
    """Starts in both rooms, and when they are left."""
    return (
        path.moments("starts", Event.START, "examination")
        | path.moments("goes on", Event.VACATE, "first")
        | path.moments("starts again", Event.START, "treatment")
        | path.moments("leaves", Event.END, "treatment")
    )


# ---------------------------------------------------------------- in ciw


def _clinic_in_ciw(path: Path, draws: tuple[str, ...] = (TIMES,), **network: Any) -> Moments:
    found = records(path, [path.drawn(*draws)], **network)
    return (
        in_ciw.moments(found, "starts", "service, interrupted service", "service_start_date")
        | in_ciw.moments(found, "leaves", "service", "exit_date")
        | in_ciw.moments(found, "gives up", "renege", "exit_date")
        | in_ciw.moments(found, "goes elsewhere", "baulk", "arrival_date")
    )


def _rooms_in_ciw(path: Path, rooms: tuple[int, int], chairs: int) -> Moments:
    found = records(
        path,
        [path.drawn("care/examination/time"), path.drawn(TIMES)],
        number_of_servers=list(rooms),
        queue_capacities=[float("inf"), chairs],
        routing=[[0.0, 1.0], [0.0, 0.0]],
    )
    return (
        in_ciw.moments(found, "starts", "service", "service_start_date")
        | in_ciw.moments(found, "goes on", "service", "exit_date")
        | in_ciw.moments(found, "starts again", "service", "service_start_date", node=2)
        | in_ciw.moments(found, "leaves", "service", "exit_date", node=2)
    )


def _rostered_in_ciw(path: Path, preemption: str | bool) -> Moments:
    ends = [hour * clock.HOUR for hour, _ in DAY_OF_SHIFTS[1:]] + [clock.DAY]
    schedule = ciw.Schedule([many for _, many in DAY_OF_SHIFTS], ends, preemption=preemption)
    return _clinic_in_ciw(path, number_of_servers=[schedule])


# ---------------------------------------------------------------- by recursion


def shifts(path: Path) -> list[tuple[int, int]]:
    """The roster from moment to moment, for the whole run."""
    days = range(-(-path.horizon // clock.DAY))
    return [(day * clock.DAY + hour * clock.HOUR, many) for day in days for hour, many in DAY_OF_SHIFTS]


def ranks(path: Path) -> list[int]:
    """Priority of each patient."""
    return [RANKS[own] for own in path.classes]


def _rooms_by_recursion(path: Path, rooms: tuple[int, int], chairs: int) -> Moments:
    times = path.drawn("care/examination/time"), path.drawn(TIMES)
    return recursions.blocking(path.arrivals, times, rooms, chairs)


# ---------------------------------------------------------------- the list

BY_CLASS: Final = ("urgent_care/urgent/time", "usual_care/usual/time")
NETWORKS: Final = tuple(
    [
        Network(
            "first_come",
            _clinic,
            lambda path: _clinic_in_ciw(path, number_of_servers=[3]),
            lambda path: recursions.first_come(path.arrivals, path.drawn(TIMES), 3),
        ),
        Network(
            "priorities",
            _clinic,
            lambda path: _clinic_in_ciw(path, number_of_servers=[2], priority_classes={"red": 0, "white": 1}),
            lambda path: recursions.by_priority(path.arrivals, path.drawn(TIMES), ranks(path), 2),
        ),
        Network(
            "interruptions",
            _clinic,
            lambda path: _clinic_in_ciw(
                path, BY_CLASS, number_of_servers=[2], priority_classes=({"red": 0, "white": 1}, ["resume"])
            ),
            lambda path: recursions.in_order(path.arrivals, path.drawn(*BY_CLASS), ranks(path), [(0, 2)]),
        ),
        Network(
            "full_queue",
            _clinic,
            lambda path: _clinic_in_ciw(
                path, number_of_servers=[2], baulking_functions=[lambda present, **_: float(present >= 6)]
            ),
            lambda path: recursions.full_queue(path.arrivals, path.drawn(TIMES), 2, 4),
        ),
        Network(
            "reneging",
            _clinic,
            lambda path: _clinic_in_ciw(
                path,
                number_of_servers=[2],
                reneging_time_distributions=[ByPatient(path.drawn("care/treatment/patience"))],
            ),
            lambda path: recursions.reneging(
                path.arrivals, path.drawn(TIMES), path.drawn("care/treatment/patience"), 2
            ),
        ),
        *[
            Network(
                name,
                _rooms,
                lambda path, rooms=rooms, chairs=chairs: _rooms_in_ciw(path, rooms, chairs),
                lambda path, rooms=rooms, chairs=chairs: _rooms_by_recursion(path, rooms, chairs),
            )
            for name, rooms, chairs in (
                ("blocking", (1, 1), 0),
                ("blocking_with_chairs", (1, 1), 2),
                ("blocking_in_many_rooms", (3, 2), 1),
            )
        ],
        Network(
            "roster_relieved",
            _clinic,
            lambda path: _rostered_in_ciw(path, preemption=False),
            lambda path: recursions.relieved(path.arrivals, path.drawn(TIMES), shifts(path)),
        ),
        Network(
            "roster_handed_over",
            _clinic,
            lambda path: _rostered_in_ciw(path, preemption="resume"),
            lambda path: recursions.in_order(path.arrivals, path.drawn(TIMES), ranks(path), shifts(path)),
        ),
        Network(
            "roster_finished",
            _clinic,
            None,
            lambda path: recursions.finished(path.arrivals, path.drawn(TIMES), shifts(path)),
        ),
    ]
)
"""All of them, in the order of the README."""
