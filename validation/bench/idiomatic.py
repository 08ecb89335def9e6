"""The canonical workload with SimPy's own means: a process per patient, PriorityResource, draws as needed."""

import math
import random
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

import simpy

HOUR, DAY = 60.0, 1440.0
BY_HOUR = [
    *(2.83, 2.40, 2.01, 1.65, 1.40, 1.37, 1.55, 2.20, 3.49, 4.62, 5.38, 5.77),
    *(5.87, 5.84, 5.89, 6.00, 6.20, 6.25, 5.99, 5.79, 5.35, 4.77, 4.05, 3.33),
]
BY_WEEKDAY = [1.078, 1.0, 1.0, 1.0, 1.0, 0.968, 0.954]
SHARES = [0.02, 0.15, 0.40, 0.33, 0.10]
TREATMENT = [90.0, 60.0, 45.0, 30.0, 20.0]
WARDS = {"medical": (205, 0.15), "surgical": (128, 0.09), "elderly": (84, 0.06)}
SHIFTS = {"nurse": (2, 3, 3), "doctor": (6, 12, 10)}


def lognormal(mean: float, sd: float) -> float:
    """Draws a lognormal time with this mean and standard deviation, in minutes."""
    variance = math.log(1 + (sd / mean) ** 2)
    return random.lognormvariate(math.log(mean) - variance / 2, math.sqrt(variance))


@dataclass
class Waits:
    """What the model records, in minutes."""

    triage: list[float] = field(default_factory=list)
    cubicle: list[float] = field(default_factory=list)
    doctor: list[float] = field(default_factory=list)
    bed: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)


class Hospital:
    """The resources of the canonical workload."""

    def __init__(self, env: simpy.Environment) -> None:
        self.env = env
        self.nurse = simpy.PriorityResource(env, capacity=SHIFTS["nurse"][0])
        self.doctor = simpy.PriorityResource(env, capacity=SHIFTS["doctor"][0])
        self.cubicle = simpy.PriorityResource(env, capacity=42)
        self.wards = {name: simpy.PriorityResource(env, capacity=beds) for name, (beds, _) in WARDS.items()}
        self.waits = Waits()

    def shifts(self) -> Generator[simpy.Event, Any, None]:
        """Changes the number of nurses and doctors every eight hours."""
        number = 0
        while True:
            for resource, name in ((self.nurse, "nurse"), (self.doctor, "doctor")):
                resource._capacity = SHIFTS[name][number % 3]
                for _ in range(resource._capacity):
                    resource._trigger_put(None)
            number += 1
            yield self.env.timeout(8 * HOUR)

    def patient(self) -> Generator[simpy.Event, Any, None]:
        """One patient's way."""
        env, waits = self.env, self.waits
        arrived = env.now
        urgency = random.choices(range(5), SHARES)[0]
        with self.nurse.request(priority=urgency) as nurse:
            yield nurse
            waits.triage.append(env.now - arrived)
            yield env.timeout(lognormal(7, 4))
        asked = env.now
        cubicle = self.cubicle.request(priority=urgency)
        yield cubicle
        waits.cubicle.append(env.now - asked)
        asked = env.now
        with self.doctor.request(priority=urgency) as doctor:
            yield doctor
            waits.doctor.append(env.now - asked)
            yield env.timeout(lognormal(TREATMENT[urgency], 0.6 * TREATMENT[urgency]))
        luck, edge = random.random(), 0.0
        for name, (_, share) in WARDS.items():
            edge += share
            if luck < edge:
                asked = env.now
                with self.wards[name].request(priority=urgency) as bed:
                    yield bed
                    waits.bed.append(env.now - asked)
                    self.cubicle.release(cubicle)
                    yield env.timeout(lognormal(5 * DAY, 5 * DAY))
                break
        else:
            self.cubicle.release(cubicle)
        waits.total.append(env.now - arrived)

    def arrivals(self) -> Generator[simpy.Event, Any, None]:
        """Brings patients by thinning."""
        for moment in _thinned(self.env):
            yield self.env.timeout(moment - self.env.now)
            self.env.process(self.patient())


def _thinned(env: simpy.Environment) -> Iterator[float]:
    peak = 250 / 24 * max(BY_HOUR) / (sum(BY_HOUR) / 24) * max(BY_WEEKDAY) / HOUR
    moment = 0.0
    while True:
        moment += random.expovariate(peak)
        hour, day = int(moment / HOUR) % 24, int(moment / DAY) % 7
        rate = 250 / 24 * BY_HOUR[hour] / (sum(BY_HOUR) / 24) * BY_WEEKDAY[day] / HOUR
        if random.random() * peak < rate:
            yield moment


def run(days: float, seed: int) -> Waits:
    """Runs the model for some days and returns what it recorded."""
    random.seed(seed)
    env = simpy.Environment()
    hospital = Hospital(env)
    env.process(hospital.shifts())
    env.process(hospital.arrivals())
    env.run(until=days * DAY)
    return hospital.waits
