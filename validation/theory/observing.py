"""Observing: what a run of a small queue amounted to, worked out from the log alone and apart from `sim.measure`."""

import cmath
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import clock
from sim.demand.fates import Fates
from sim.engine.eventlog import Event, EventLog
from sim.engine.program import Program
from sim.scenario.patients import CLASS
from validation.theory.beds import ACUTE_BEDS, POOLED_BEDS, REHAB_BEDS

Figures = dict[str, float]
"""Measures by name; times in the unit of time of the case."""
Mask = NDArray[np.bool_]
HOURS: Final = 24
"""Of a day."""
_ANSWERS: Final = (Event.START, Event.PLACE, Event.RENEGE, Event.BALK, Event.REFUSE)
"""What ends a wait."""


@dataclass(frozen=True, slots=True)
class Run:
    """One replication and the window in which it is looked at."""

    program: Program
    fates: Fates
    log: EventLog
    since_ms: int
    """End of the warm-up; the window lasts until the end of the run."""
    unit_ms: int
    """The unit of time of the case."""

    @property
    def window_ms(self) -> int:
        """Length of the window."""
        return self.log.horizon_ms - self.since_ms

    def rows(self, *events: Event, resource: str = "") -> Mask:
        """Rows with one of some events, of one resource if it is named."""
        found = np.isin(self.log.event, events)
        return found & (self.log.resource == self.program.resources.index(resource)) if resource else found

    def stream(self, name: str) -> int:
        """Number of a class."""
        return self.fates.levels[CLASS].index(name)

    def of_class(self, name: str) -> Mask:
        """Rows of the patients of a class."""
        somebody = self.log.patient >= 0
        return somebody & (self.fates.stream[self.log.patient] == self.stream(name))

    def count(self, rows: Mask) -> int:
        """How many rows lie in the window."""
        return int(np.count_nonzero(rows & (self.log.time_ms >= self.since_ms)))

    def per_unit(self, rows: Mask) -> float:
        """How many rows lie in the window, per unit of time."""
        return self.count(rows) * self.unit_ms / self.window_ms

    def mean_level(self, up: Mask, down: Mask) -> float:
        """Time average of a number which some rows raise by their quantity, or by one, and others lower."""
        left = self.log.horizon_ms - np.maximum(self.log.time_ms, self.since_ms)
        amount = left * np.maximum(self.log.quantity, 1)
        return float(amount[up].sum() - amount[down].sum()) / self.window_ms

    def mean_units(self, resource: str) -> float:
        """Time average of the units in use."""
        return self.mean_level(
            self.rows(Event.START, Event.PLACE, resource=resource),
            self.rows(Event.END, Event.VACATE, resource=resource),
        )

    def units(self, resource: str) -> int:
        """Units that there are; the queues of theory have no rosters."""
        (capacity,) = self.program.capacity_units[
            self.program.capacity_resource == self.program.resources.index(resource)
        ].tolist()
        return int(capacity)


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits that ended in the window, in units of time."""

    patient: NDArray[np.int32]
    length: NDArray[np.float64]
    answer: NDArray[np.int8]
    """The event that ended each."""

    def that(self, *answers: Event) -> NDArray[np.float64]:
        """Lengths of those that ended in one of some ways."""
        return self.length[np.isin(self.answer, answers)]


def waits_for(run: Run, resource: str) -> Waits:
    """Finds the waits for a resource."""
    log = run.log
    order = np.argsort(log.patient, kind="stable")
    time, patient, event, asked = (column[order] for column in (log.time_ms, log.patient, log.event, log.resource))
    queued = np.flatnonzero((event == Event.QUEUE) & (asked == run.program.resources.index(resource)))
    queued = queued[queued + 1 < len(log)]
    answered = queued[(patient[queued + 1] == patient[queued]) & np.isin(event[queued + 1], _ANSWERS)]
    answered = answered[time[answered + 1] >= run.since_ms]
    length = (time[answered + 1] - time[answered]) / run.unit_ms
    return Waits(patient[answered], length, event[answered + 1])


def whole_times(run: Run, stream: int | None = None) -> NDArray[np.float64]:
    """Times from arrival to departure of those who left in the window, in units of time; of one class, if given."""
    left = run.rows(Event.LEAVE) & (run.log.time_ms >= run.since_ms)
    patient, time = run.log.patient[left], run.log.time_ms[left]
    wanted = np.full(patient.size, True) if stream is None else run.fates.stream[patient] == stream
    return (time[wanted] - run.fates.arrival_ms[patient[wanted]]) / run.unit_ms


def mean_present(run: Run) -> float:
    """Time average of the number of patients in the hospital."""
    return run.mean_level(run.rows(Event.ARRIVE), run.rows(Event.LEAVE))


def mean_waiting(run: Run, resource: str) -> float:
    """Time average of the number of patients who wait for a resource."""
    return run.mean_level(run.rows(Event.QUEUE, resource=resource), run.rows(*_ANSWERS, resource=resource))


def present_by_hour(run: Run, up: Mask, down: Mask) -> NDArray[np.float64]:
    """Mean, over the days, of a number just before each full hour; some rows raise it by one and others lower it."""
    moments = np.arange(run.since_ms, run.log.horizon_ms, clock.HOUR)
    came, left = (run.log.time_ms[rows] for rows in (up, down))
    present = np.searchsorted(came, moments) - np.searchsorted(left, moments)
    return present.reshape(-1, HOURS).mean(axis=0)


def time_at(run: Run, up: Mask, down: Mask) -> NDArray[np.float64]:
    """Share of the time at each level, from 0 on, of a number which some rows raise by one and others lower."""
    moves = up | down
    times = np.maximum(run.log.time_ms[moves], run.since_ms)
    level = np.cumsum(np.where(up[moves], 1, -1))
    lasting = np.diff(np.append(times, run.log.horizon_ms))
    return np.bincount(level, lasting) / run.window_ms


def demand(run: Run) -> Figures:
    """What the patients who came in the window brought: how many per unit of time, and their work in it.

    The work is that of patients who do every step of their pathway once.
    """
    came = run.fates.arrival_ms >= run.since_ms
    times = [run.fates.values(number)[came] for number, draw in enumerate(run.fates.draws) if draw.kind == "time"]
    return {
        "arrivals": run.per_unit(run.rows(Event.ARRIVE)),
        "offered": float(sum(int(each.sum()) for each in times)) / run.window_ms,
    }


# ---------------------------------------------------------------- what the cases ask for


def queue(run: Run, tails: Iterable[str] = ()) -> Figures:
    """Figures of patients who all wait for one kind of staff; tails are names such as `P(Wq>5)`."""
    (nurse,) = run.program.resources
    waits, whole = waits_for(run, nurse).length, whole_times(run)
    figures = {
        "rho": run.mean_units(nurse) / run.units(nurse),
        "p_wait": float(np.mean(waits > 0)),
        "Lq": mean_waiting(run, nurse),
        "Wq": float(waits.mean()),
        "Wq_given_wait": float(waits[waits > 0].mean()),
        "W": float(whole.mean()),
        "L": mean_present(run),
        "sd_Wq": float(waits.std()),
    }
    for name in tails:
        times, limit = (waits if "Wq" in name else whole), float(name[:-1].split(">")[1])
        figures[name] = float(np.mean(times > limit))
    return figures


def queue_by_class(run: Run, _: Iterable[str] = ()) -> Figures:
    """As `queue`, with waits by class."""
    (nurse,) = run.program.resources
    waits, figures = waits_for(run, nurse), {}
    stream = run.fates.stream[waits.patient]
    for number in range(len(run.fates.crowds)):
        figures[f"Wq_{number + 1}"] = float(waits.length[stream == number].mean())
    return figures | queue(run) | {"Wq_all": float(waits.length.mean())}


def limited_queue(run: Run, _: Iterable[str] = ()) -> Figures:
    """Figures of a queue that turns patients away when it is full; waits are of those who got in."""
    (nurse,) = run.program.resources
    waits = waits_for(run, nurse)
    return {
        "p_block": run.count(run.rows(Event.BALK)) / run.count(run.rows(Event.ARRIVE)),
        "Lq": mean_waiting(run, nurse),
        "L": mean_present(run),
        "Wq": float(waits.that(Event.START).mean()),
        "p0": float(time_at(run, run.rows(Event.ARRIVE), run.rows(Event.LEAVE))[0]),
        "util": run.mean_units(nurse) / run.units(nurse),
    }


def impatient_queue(run: Run, _: Iterable[str] = ()) -> Figures:
    """Figures of a queue in which patients give up; waits are of everybody."""
    (nurse,) = run.program.resources
    waits = waits_for(run, nurse)
    return {
        "p_abandon": float(np.mean(waits.answer == Event.RENEGE)),
        "p_wait": float(np.mean(waits.length > 0)),
        "Lq": mean_waiting(run, nurse),
        "Wq_all": float(waits.length.mean()),
        "util": run.mean_units(nurse) / run.units(nurse),
        "throughput": run.per_unit(run.rows(Event.START, resource=nurse)),
    }


def beds_without_queue(run: Run, _: Iterable[str] = ()) -> Figures:
    """Figures of a ward that refuses whom it has no bed for."""
    (ward,) = run.program.resources
    occupied = run.mean_units(ward)
    return {
        "p_block": run.count(run.rows(Event.REFUSE)) / run.count(run.rows(Event.ARRIVE)),
        "mean_occupied": occupied,
        "occupancy": occupied / run.units(ward),
        "throughput": run.per_unit(run.rows(Event.PLACE)),
        "mean_patients_in_bed": occupied,
        "mean_beds_unavailable": run.mean_level(run.rows(Event.PLACE), run.rows(Event.READY)),
    }


def daily_wave(run: Run, _: Iterable[str] = ()) -> Figures:
    """Mean number present at each full hour, and arrivals a day."""
    by_hour = present_by_hour(run, run.rows(Event.ARRIVE), run.rows(Event.LEAVE))
    figures = {f"occ_{hour:02d}": float(mean) for hour, mean in enumerate(by_hour)}
    return figures | {"daily": run.count(run.rows(Event.ARRIVE)) * clock.DAY / run.window_ms}


def network(run: Run, _: Iterable[str] = ()) -> Figures:
    """Patients per hour, load and wait in minutes at each kind of staff, and the whole hospital."""
    figures = {}
    for name in run.program.resources:
        waits = waits_for(run, name).length
        figures |= {
            f"lam_{name}": run.count(run.rows(Event.QUEUE, resource=name)) * clock.HOUR / run.window_ms,
            f"rho_{name}": run.mean_units(name) / run.units(name),
            f"Wq_min_{name}": float(waits.mean()),
        }
    whole = float(whole_times(run).mean()) * run.unit_ms / clock.MINUTE
    return figures | {"L_total": mean_present(run), "mean_time_in_system_min": whole}


def line(run: Run, _: Iterable[str] = ()) -> Figures:
    """Patients who leave, per unit of time."""
    return {"throughput": run.per_unit(run.rows(Event.LEAVE))}


def interrupted_queue(run: Run, _: Iterable[str] = ()) -> Figures:
    """Mean whole time of each class."""
    return {f"T_{number + 1}": float(whole_times(run, number).mean()) for number in range(len(run.fates.crowds))}


def sine_wave(run: Run, _: Iterable[str] = ()) -> Figures:
    """Mean number in the department at each full hour, and the sine that goes through it (its first harmonic)."""
    (department,) = run.program.resources
    up, down = (run.rows(event, resource=department) for event in (Event.PLACE, Event.VACATE))
    by_hour = present_by_hour(run, up, down)
    turns = np.exp(-2j * np.pi * np.arange(HOURS) / HOURS)
    harmonic = complex(2 / HOURS * (by_hour * turns).sum())
    mean, amplitude = float(by_hour.mean()), abs(harmonic)
    figures = {
        "mean": mean,
        "amplitude": amplitude,
        "peak_time_h": -cmath.phase(harmonic) / (2 * math.pi) * HOURS % HOURS,
        "max": mean + amplitude,
        "min": mean - amplitude,
    }
    return figures | {f"m_at_{hour}": float(by_hour[hour]) for hour in (0, 6, 12, 18)}


def closed_queue(run: Run, _: Iterable[str] = ()) -> Figures:
    """Figures of patients who never leave and call again and again."""
    (nurse,) = run.program.resources
    waiting, busy = mean_waiting(run, nurse), run.mean_units(nurse)
    return {
        "L": waiting + busy,
        "Lq": waiting,
        "Wq": float(waits_for(run, nurse).length.mean()),
        "throughput": run.per_unit(run.rows(Event.END, resource=nurse)),
        "util": busy / run.units(nurse),
    }


def reserved_beds(run: Run, _: Iterable[str] = ()) -> Figures:
    """Who is refused where some beds are kept for emergencies."""
    (ward,) = run.program.resources
    return {
        "p_block_emerg": _share_refused(run, "emergency"),
        "p_block_elec": _share_refused(run, "elective"),
        "occupancy": run.mean_units(ward) / run.units(ward),
    }


def cancelled_electives(run: Run, _: Iterable[str] = ()) -> Figures:
    """Figures of a unit in which emergencies wait and others are cancelled."""
    (unit,) = run.program.resources
    waits = waits_for(run, unit)
    urgent = waits.length[run.fates.stream[waits.patient] == run.stream("unplanned")]
    return {
        "p_cancel": _share_refused(run, "planned"),
        "Wq_unplanned": float(urgent.mean()),
        "mean_beds_used": run.mean_units(unit),
        "p_wait_unplanned": float(np.mean(urgent > 0)),
    }


def _share_refused(run: Run, name: str) -> float:
    """Share of a class that is refused at once."""
    refused, came = (run.rows(event) & run.of_class(name) for event in (Event.REFUSE, Event.ARRIVE))
    return run.count(refused) / run.count(came)


def stroke_units(run: Run, _: Iterable[str] = ()) -> Figures:
    """Mean number in each unit and, for n beds, the time with n patients among that with n or fewer."""
    figures = {"offered": mean_present(run)}
    for name, beds in (("asu", ACUTE_BEDS), ("rehab", REHAB_BEDS)):
        up, down = (run.rows(event, resource=name) for event in (Event.PLACE, Event.VACATE))
        figures |= {f"{name}_load": run.mean_units(name)} | _delays(name, time_at(run, up, down), beds)
    return figures


def shared_units(run: Run, _: Iterable[str] = ()) -> Figures:
    """As `stroke_units`, for the patients of both units together."""
    share = time_at(run, run.rows(Event.ARRIVE), run.rows(Event.LEAVE))
    return {"offered": mean_present(run)} | _delays("pooled", share, POOLED_BEDS)


def _delays(name: str, share: NDArray[np.float64], beds: Iterable[int]) -> Figures:
    return {f"{name}_{number}": float(share[number] / share[: number + 1].sum()) for number in beds}


Observer = Callable[[Run, Iterable[str]], Figures]
OBSERVERS: Final[dict[str, Observer]] = {
    "M/M/c (Erlang C)": queue,
    "M/G/1 (Pollaczek-Khinchine)": queue,
    "M/D/c (Crommelin)": queue,
    "M/G/1 non-preemptive priority (Cobham)": queue_by_class,
    "M/M/c non-preemptive priority (Kella-Yechiali/Davis)": queue_by_class,
    "M/G/c/c loss (Erlang B, insensitive)": beds_without_queue,
    "loss + bed turnaround": beds_without_queue,
    "M/M/c/K": limited_queue,
    "M/M/c+M abandonment (Erlang A)": impatient_queue,
    "M(t)/G/inf with 24 hourly rates": daily_wave,
    "M/G/1 preemptive-resume": interrupted_queue,
    "M/M/1 preemptive-resume": interrupted_queue,
    "M/M/c preemptive-resume": interrupted_queue,
    "M(t)/G/inf (Eick-Massey-Whitt)": sine_wave,
    "machine repair M/M/c//N (finite source)": closed_queue,
    "trunk reservation: electives admitted only if >3 beds free": reserved_beds,
    "emergencies queue, electives cancelled when all beds busy (Markov)": cancelled_electives,
    "Monks 2016 analytic (P(N=n)/P(N<=n) of Poisson = Erlang B)": stroke_units,
    "Monks 2016 pooled": shared_units,
    "open Jackson network with feedback (ED)": network,
    "saturated 2-station exponential line, blocking after service": line,
}
"""What to look at, by the family of a case."""
