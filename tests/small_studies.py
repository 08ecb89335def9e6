"""Small experiments for tests: a clinic that runs in a moment, and experiments whose figures are made by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

from sim.engine.compiling import compile_scenario
from sim.measure.figures import KpiKey
from sim.scenario.scenario import Scenario
from sim.study.experiment import Experiment
from sim.study.replication import Job, Replicate

CLINIC = """\
wardflow: 1
name: Clinic
question: How long do people wait?
run: {start: 2026-01-05, warm_up: 1 d, length: 1 week, replications: 4, seed: 7}
patients:
  walk_in:
    label: People who walk in
    arrive: {rate: 4 per hour}
    attributes:
      age: {young: 50 %, old: rest}
    pathway: visit
staff:
  nurse: {label: Nurse, on_duty: 1, cost: 24 per hour}
wards:
  recovery: {label: Recovery, beds: 4}
pathways:
  visit:
    - treat: {staff: nurse, time: {exponential: {mean: 12 min}}}
    - enter: recovery
    - stay: 30 min
    - leave: discharged
targets:
  quick: {kpi: wait_mean, at_most: 3 h, source: the clinic's own promise}
"""
"""A scenario file."""


def clinic(**run: Any) -> Scenario:
    """The clinic as a scenario, without its file; `run` changes how it is run."""
    return Scenario.model_validate(
        {
            "wardflow": 1,
            "name": "Clinic",
            "run": {"start": "2026-01-05", "warm_up": "1 d", "length": "1 week", "replications": 4, "seed": 7, **run},
            "patients": {
                "walk_in": {
                    "label": "People who walk in",
                    "arrive": {"rate": "4 per hour"},
                    "attributes": {"age": {"young": "50 %", "old": "rest"}},
                    "pathway": "visit",
                }
            },
            "staff": {"nurse": {"label": "=Nurse", "on_duty": 1}},
            "wards": {"recovery": {"beds": 4}},
            "pathways": {
                "visit": [
                    {"treat": {"staff": "nurse", "time": {"exponential": {"mean": "12 min"}}}},
                    {"enter": "recovery"},
                    {"stay": "30 min"},
                    {"leave": "discharged"},
                ]
            },
            "targets": {"quick": {"kpi": "wait_mean", "at_most": "3 h", "source": "the clinic's own promise"}},
        }
    )


def jobs(scenario: Scenario, numbers: Sequence[int]) -> list[Job]:
    """Jobs for some replications, in the order given."""
    program = compile_scenario(scenario)
    return [Job(scenario, program, scenario.run.seed, number) for number in numbers]


def experiment(figures: Mapping[KpiKey, Sequence[float]], *, breaches: tuple[str, ...] = (), **run: Any) -> Experiment:
    """An experiment with the given figures, one value a replication."""
    scenario = clinic(**run)
    count = max(len(row) for row in figures.values())
    replicates = tuple(
        Replicate(
            replication=number,
            kpis={key: row[number] for key, row in figures.items()},
            profiles={},
            digest=f"{number}",
            breaches=breaches,
            patients=1,
            events=2,
            seconds=0.0,
        )
        for number in range(count)
    )
    return Experiment(
        scenario=scenario,
        name=scenario.name,
        fingerprint=scenario.fingerprint(),
        version="test",
        engine="reference",
        seed=scenario.run.seed,
        replications=count,
        replicates=replicates,
        loads=(),
        warnings=(),
        seconds=0.0,
    )
