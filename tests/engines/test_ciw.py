"""The same patients through Wardflow, ciw and a few lines of recursion: nobody may differ by a millisecond.

Arrival and service times are whole milliseconds, which ciw's floats hold exactly.
"""

import heapq
import itertools
from dataclasses import replace
from typing import Any

import ciw
import numpy as np
import pytest

from sim import clock
from sim.demand.fates import Fates, draw_fates
from sim.engine.compiling import compile_scenario
from sim.engine.eventlog import Event, EventLog
from sim.engine.reference import run
from tests.engines.stories import comes, hospital

PATIENTS = 2_500
NOT_THEIRS = [0] * PATIENTS
LEAVE = {"leave": "discharged"}
Ms = list[int]


def random_ms(seed: int, mean_minutes: float, size: int = PATIENTS) -> Ms:
    """Exponential times in whole milliseconds, one at least, so that no two patients come at once."""
    luck = np.random.default_rng(seed)
    return [int(time) + 1 for time in luck.exponential(mean_minutes * clock.MINUTE, size)]


def spread_ms(seed: int, mean_minutes: float, size: int = PATIENTS) -> Ms:
    """Times with a longer tail."""
    luck = np.random.default_rng(seed)
    return [int(time) + 1 for time in luck.lognormal(0, 1, size) * mean_minutes * clock.MINUTE / np.exp(0.5)]


# ---------------------------------------------------------------- Wardflow


def patients_of(arrivals: dict[str, Ms], times: dict[str, dict[str, Ms]], **parts: Any) -> tuple[Fates, EventLog]:
    """Runs a hospital whose patients come at given moments and need given times.

    Args:
        arrivals: moments of each class, in order.
        times: times of the patients of each class, by the name of the draw.
        parts: the sections of the scenario; how often its patients come does not matter.
    """
    last = max(moments[-1] for moments in arrivals.values())
    scenario = hospital(2 * last / clock.MINUTE, **parts)
    drawn = draw_fates(scenario, 1, 0)
    names = sorted(arrivals)
    people = sorted(
        (moment, rank, number) for rank, name in enumerate(names) for number, moment in enumerate(arrivals[name])
    )
    values = {}
    for position, draw in enumerate(drawn.draws):
        column = [times[names[rank]].get(draw.name, NOT_THEIRS)[number] for _, rank, number in people]
        values[position, 0] = np.array(column, np.int64)
    stream = np.array([stream for _, stream, _ in people], np.int16)
    urgency = [scenario.patients[name].priority for name in names]
    fates = replace(
        drawn,
        arrival_ms=np.array([moment for moment, _, _ in people], np.int64),
        stream=stream,
        entry=stream,
        waited_ms=np.zeros(len(people), np.int64),
        layer=np.zeros(len(people), np.int16),
        index=np.array([number for _, _, number in people], np.int64),
        priority=np.array(urgency, np.int32)[stream],
        _drawn=values,
    )
    return fates, run(compile_scenario(scenario), fates)


def times_of(fates: Fates, log: EventLog, event: Event, *, stream: int = 0, which: int = 0) -> dict[int, int]:
    """When the n-th such row of each patient of a class stands in the log, by the patient's number in the class."""
    rows = np.flatnonzero((log.event == event) & (log.patient >= 0))
    found: dict[int, list[int]] = {}
    for row in rows.tolist():
        if fates.stream[log.patient[row]] == stream:
            found.setdefault(int(fates.index[log.patient[row]]), []).append(int(log.time_ms[row]))
    return {number: moments[which] for number, moments in found.items() if len(moments) > which}


def clinic(step: dict[str, Any], servers: int, classes: dict[str, int]) -> dict[str, Any]:
    """One kind of staff, and classes with priorities who each have their own pathway of one step."""
    return {
        "patients": {name: comes(name, gaps="1000 d") | {"priority": level} for name, level in classes.items()},
        "staff": {"nurse": {"on_duty": servers}},
        "pathways": {name: [{"care": {"staff": "nurse", "time": "1 min", **step}}, LEAVE] for name in classes},
    }


# ---------------------------------------------------------------- ciw


class ByPatient(ciw.dists.Distribution):
    """The time of a patient, whoever is served first; ciw numbers patients from 1 as they come."""

    def __init__(self, times: Ms) -> None:
        self.times = times

    def sample(self, t: float | None = None, ind: Any = None) -> int:
        return self.times[ind.id_number - 1]


def in_ciw(arrivals: dict[str, Ms] | Ms, **network: Any) -> list[Any]:
    """Runs a network of ciw in which patients come at given moments, and returns its records."""
    named = arrivals if isinstance(arrivals, dict) else {"Customer": arrivals}
    nodes = len(network["number_of_servers"])
    never = [None] * (nodes - 1)
    sources = {name: [ciw.dists.Sequential([*_gaps(moments), float("inf")]), *never] for name, moments in named.items()}
    network["arrival_distributions"] = sources if isinstance(arrivals, dict) else sources["Customer"]
    ciw.seed(1)
    simulation = ciw.Simulation(ciw.create_network(**network))
    simulation.simulate_until_max_time(2 * max(moments[-1] for moments in named.values()))
    return simulation.get_all_records()


def _gaps(moments: Ms) -> list[int]:
    return [later - sooner for sooner, later in itertools.pairwise([0, *moments])]


def started(records: list[Any], name: str = "Customer", node: int = 1) -> dict[int, int]:
    """When service at a node started, by the patient's number in the class."""
    kept = [record for record in records if record.record_type == "service" and record.node == node]
    came = sorted({record.id_number for record in records if record.customer_class == name})
    numbers = {patient: number for number, patient in enumerate(came)}
    return {numbers[one.id_number]: int(one.service_start_date) for one in kept if one.customer_class == name}


# ---------------------------------------------------------------- the comparisons


def test_three_nurses_first_come_first_served() -> None:
    arrivals, times = list(itertools.accumulate(random_ms(1, 5))), spread_ms(2, 14)
    parts = clinic({}, 3, {"p": 1})
    ours = times_of(*patients_of({"p": arrivals}, {"p": {"p/care/time": times}}, **parts), Event.START)
    records = in_ciw(arrivals, service_distributions=[ciw.dists.Sequential(times)], number_of_servers=[3])
    free = [0, 0, 0]
    recursion = {}
    for number, (moment, time) in enumerate(zip(arrivals, times, strict=True)):
        recursion[number] = max(moment, heapq.heappop(free))
        heapq.heappush(free, recursion[number] + time)
    assert ours == recursion == started(records)
    assert len(ours) == PATIENTS


def test_the_urgent_go_first_and_nobody_is_interrupted() -> None:
    arrivals = {
        "red": list(itertools.accumulate(random_ms(3, 14))),
        "white": list(itertools.accumulate(random_ms(4, 9))),
    }
    times = {"red": spread_ms(5, 10), "white": spread_ms(6, 9)}
    parts = clinic({}, 2, {"red": 1, "white": 2})
    lived = patients_of(arrivals, {name: {f"{name}/care/time": list_} for name, list_ in times.items()}, **parts)
    records = in_ciw(
        arrivals,
        service_distributions={name: [ciw.dists.Sequential(list_)] for name, list_ in times.items()},
        number_of_servers=[2],
        priority_classes={"red": 0, "white": 1},
    )
    recursion = by_priority(arrivals, times, servers=2)
    horizon = lived[1].horizon_ms
    for stream, name in enumerate(("red", "white")):
        ours = times_of(*lived, Event.START, stream=stream)
        assert ours == {number: start for number, start in recursion[name].items() if start < horizon}
        assert ours == started(records, name)
        assert len(ours) == PATIENTS


def by_priority(arrivals: dict[str, Ms], times: dict[str, Ms], servers: int) -> dict[str, dict[int, int]]:
    """Starts of service, class after class in order of urgency, from one queue at some servers."""
    coming = sorted((moment, name, number) for name in arrivals for number, moment in enumerate(arrivals[name]))
    free, waiting, starts = [0] * servers, [], {name: {} for name in arrivals}
    while coming or waiting:
        now = free[0] if waiting else max(free[0], coming[0][0])
        while coming and coming[0][0] <= now:
            moment, name, number = coming.pop(0)
            heapq.heappush(waiting, (name, moment, number))
        name, _, number = heapq.heappop(waiting)
        starts[name][number] = now
        heapq.heapreplace(free, now + times[name][number])
    return starts


def test_a_clinic_with_four_chairs_sends_the_others_elsewhere() -> None:
    arrivals, times = list(itertools.accumulate(random_ms(7, 5))), spread_ms(8, 12)
    parts = clinic({"queue_limit": 4, "if_queue_full": "diverted"}, 2, {"p": 1})
    lived = patients_of({"p": arrivals}, {"p": {"p/care/time": times}}, **parts)
    records = in_ciw(
        arrivals,
        service_distributions=[ByPatient(times)],
        number_of_servers=[2],
        baulking_functions=[lambda present, **_: float(present >= 6)],
    )
    free, starts, away = [0, 0], {}, set()
    for number, (moment, time) in enumerate(zip(arrivals, times, strict=True)):
        if sum(start > moment for start in starts.values()) >= 4:
            away.add(number)
            continue
        starts[number] = max(moment, heapq.heappop(free))
        heapq.heappush(free, starts[number] + time)
    assert times_of(*lived, Event.START) == starts == started(records)
    assert set(times_of(*lived, Event.BALK)) == away
    assert away == {record.id_number - 1 for record in records if record.record_type == "baulk"}
    assert len(starts) > PATIENTS / 2
    assert len(away) > PATIENTS / 10


def two_rooms(first: int, second: int, chairs: int) -> dict[str, Any]:
    """A room, chairs, another room; who finds no chair stays in the first room and blocks it."""
    corridor = [{"enter": "chairs"}] if chairs else []
    way = [
        {"enter": "first"},
        {"stay": {"name": "examine", "time": "1 min"}},
        *corridor,
        {"enter": "second"},
        {"stay": {"name": "treat", "time": "1 min"}},
        LEAVE,
    ]
    wards = {"first": {"beds": first}, "second": {"beds": second}} | ({"chairs": {"beds": chairs}} if chairs else {})
    return {"patients": {"p": comes(gaps="1000 d")}, "wards": wards, "pathways": {"way": way}}


@pytest.mark.parametrize(("first", "second", "chairs"), [(1, 1, 0), (1, 1, 2), (3, 2, 1)])
def test_who_finds_no_place_ahead_stays_and_blocks(first: int, second: int, chairs: int) -> None:
    arrivals = list(itertools.accumulate(random_ms(9, 12 / min(first, 2))))
    examine, treat = spread_ms(10, 7), spread_ms(11, 7)
    times = {"p": {"way/examine/time": examine, "way/treat/time": treat}}
    lived = patients_of({"p": arrivals}, times, **two_rooms(first, second, chairs))
    records = in_ciw(
        arrivals,
        service_distributions=[ByPatient(examine), ByPatient(treat)],
        number_of_servers=[first, second],
        queue_capacities=[float("inf"), chairs],
        routing=[[0.0, 1.0], [0.0, 0.0]],
    )
    ours = [times_of(*lived, Event.START, which=which) for which in (0, 1)]
    left = {record.id_number - 1: int(record.exit_date) for record in records if record.node == 1}
    assert ours == [started(records, node=node) for node in (1, 2)]
    assert times_of(*lived, Event.VACATE) == left
    assert sum(left[number] > start + examine[number] for number, start in ours[0].items()) > PATIENTS / 50
    if first == second == 1:
        assert ours == blocking_line(arrivals, examine, treat, chairs)
    assert len(ours[1]) == PATIENTS


def blocking_line(arrivals: Ms, examine: Ms, treat: Ms, chairs: int) -> list[dict[int, int]]:
    """Starts in two single rooms: one leaves the first when examined and when there is room behind (Lindley's way)."""
    first: list[int] = []
    second: list[int] = []
    out_of_first, out_of_second = [0], [0] * (chairs + 1)
    for number, moment in enumerate(arrivals):
        first.append(max(moment, out_of_first[-1]))
        out_of_first.append(max(first[-1] + examine[number], out_of_second[number]))
        second.append(max(out_of_first[-1], out_of_second[-1]))
        out_of_second.append(second[-1] + treat[number])
    return [dict(enumerate(first)), dict(enumerate(second))]


def test_impatient_patients_give_up_to_the_millisecond() -> None:
    arrivals, times = list(itertools.accumulate(random_ms(12, 5))), spread_ms(13, 12)
    patience = random_ms(14, 20)
    parts = clinic({"gives_up_after": "1 min", "then": "left_before_seen"}, 2, {"p": 1})
    lived = patients_of({"p": arrivals}, {"p": {"p/care/time": times, "p/care/patience": patience}}, **parts)
    records = in_ciw(
        arrivals,
        service_distributions=[ByPatient(times)],
        number_of_servers=[2],
        reneging_time_distributions=[ciw.dists.Sequential(patience)],
    )
    free, starts, gone = [0, 0], {}, {}
    for number, (moment, time) in enumerate(zip(arrivals, times, strict=True)):
        if max(moment, free[0]) <= moment + patience[number]:
            starts[number] = max(moment, heapq.heappop(free))
            heapq.heappush(free, starts[number] + time)
        else:
            gone[number] = moment + patience[number]
    assert times_of(*lived, Event.START) == starts == started(records)
    assert times_of(*lived, Event.RENEGE) == gone
    assert gone == {record.id_number - 1: int(record.exit_date) for record in records if record.record_type == "renege"}
    assert len(gone) > PATIENTS / 10
