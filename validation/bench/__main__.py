"""Runs the benchmark and prints its tables; `--write` keeps them in docs/benchmark.md."""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sim import clock
from sim.demand.draws import draws
from sim.demand.fates import Fates, draw_fates
from sim.engine.compiling import compile_scenario
from sim.engine.reference import run
from sim.scenario.loading import load
from sim.scenario.quantities import Declared
from sim.scenario.scenario import Scenario
from sim.study.replication import run_replication
from validation.bench import idiomatic

HERE = Path(__file__).parent
DOCS = HERE.parent.parent / "docs" / "benchmark.md"
SCALES = (1, 4, 16)
Record = TypeVar("Record", bound=Declared)


def canonical() -> Scenario:
    """The canonical workload as a scenario file."""
    return load(HERE / "canonical.yaml")


def with_changes(scenario: Scenario, *, days: float, scale: int = 1) -> Scenario:
    """The same hospital run for some days, or many times as large: arrivals, staff and beds times `scale`."""
    settings = _with(scenario.run, warm_up=0, length=round(days * clock.DAY))
    patients = {
        name: _with(one, arrive=_with(one.arrive, rate=(one.arrive.rate or 0) * scale))
        for name, one in scenario.patients.items()
    }
    staff = {
        name: _with(one, roster={key: _with(shift, on_duty=shift.on_duty * scale) for key, shift in one.roster.items()})
        for name, one in scenario.staff.items()
        if one.roster
    }
    wards = {name: _with(one, beds=one.beds * scale) for name, one in scenario.wards.items()}
    return _with(scenario, run=settings, patients=patients, staff=staff, wards=wards)


def _with(record: Record, **changes: object) -> Record:
    return record.model_copy(update=changes)


def demand(scenario: Scenario, replication: int = 0) -> Fates:
    """Draws a replication's patients with all that an engine will ask for."""
    fates = draw_fates(scenario, 1, replication)
    for number in range(len(draws(scenario))):
        fates.values(number)
    return fates


def cpu_seconds(work: Callable[[], object]) -> float:
    """Processor time of a piece of work, in seconds."""
    start = time.process_time()
    work()
    return time.process_time() - start


def engines(rounds: int) -> list[str]:
    """Times both models in turn and tells the medians and the ratio."""
    scenario = canonical()
    program = compile_scenario(scenario)
    days = scenario.horizon / clock.DAY
    ours, theirs, drawing = [], [], []
    for number in range(rounds):
        theirs.append(cpu_seconds(lambda number=number: idiomatic.run(days, number)))  # type: ignore[misc]
        drawing.append(cpu_seconds(lambda number=number: demand(scenario, number)))  # type: ignore[misc]
        fates = demand(scenario, number)
        ours.append(drawing[-1] + cpu_seconds(lambda fates=fates: run(program, fates)))  # type: ignore[misc]
        print(f"round {number + 1}: SimPy {theirs[-1]:.2f} s, Wardflow {ours[-1]:.2f} s", file=sys.stderr)
    ratios = [their / our for their, our in zip(theirs, ours, strict=True)]
    return [
        f"## A replication-year ({days:.0f} days, {rounds} interleaved rounds, processor seconds, median)",
        "",
        "| model | seconds |",
        "|---|---|",
        f"| idiomatic SimPy: processes and PriorityResource, waits recorded | {statistics.median(theirs):.2f} |",
        f"| Wardflow's reference engine: demand, run and whole event log | {statistics.median(ours):.2f} |",
        f"| of which demand (all patients and fates) | {statistics.median(drawing):.3f} |",
        "",
        f"Ratio in the same round: median {statistics.median(ratios):.2f}, lowest {min(ratios):.2f} (3 is wanted).",
        "",
    ]


def growth() -> list[str]:
    """Times hospitals of growing size; the time per patient should stay the same."""
    lines = ["## Growth", "", "| arrivals | patients | seconds | microseconds a patient |", "|---|---|---|---|"]
    for scale in SCALES:
        scenario = with_changes(canonical(), days=28, scale=scale)
        program, fates = compile_scenario(scenario), demand(scenario)
        seconds = min(cpu_seconds(lambda: run(program, fates)) for _ in range(3))  # noqa: B023
        patients = len(fates.arrival_ms)
        lines.append(f"| x {scale} | {patients:,} | {seconds:.2f} | {1e6 * seconds / patients:.1f} |")
    return [*lines, ""]


def base_hospital() -> Scenario:
    """The base hospital for a replication-year."""
    return with_changes(load("general_hospital"), days=365)


def base(rounds: int, peak: str) -> list[str]:
    """Times a replication-year of the base hospital: demand, engine, book-keeping and key figures."""
    scenario = base_hospital()
    program, spent, parts = compile_scenario(scenario), [], []
    for number in range(min(rounds, 3)):
        begun = time.process_time()
        parts.append(run_replication(scenario, program, 1, number))
        spent.append(time.process_time() - begun)
        print(f"base hospital {number + 1}: {spent[-1]:.1f} s", file=sys.stderr)
    seconds, patients = statistics.median(spent), statistics.median(part.patients for part in parts)
    events = statistics.median(part.events for part in parts)
    return [
        f"## The base hospital (a replication-year, median of {len(spent)})",
        "",
        "Demand, run, check of all invariants and all key figures; processor time.",
        "",
        "| | |",
        "|---|---|",
        f"| seconds per replication-year | {seconds:.1f} |",
        f"| patients per second | {patients / seconds:,.0f} |",
        f"| events per second | {events / seconds:,.0f} |",
        f"| patients, events | {patients:,.0f}, {events:,.0f} |",
        f"| peak memory of the process, MB | {peak} |",
        "",
    ]


def peak_memory(work: str) -> str:
    """Peak memory of a process that does some work, in MB, as the operating system tells it."""
    code = (
        "import resource; from validation.bench.__main__ import *;"
        f"kept = {work};"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=HERE.parent.parent
    )
    return done.stdout.strip()


def memory(peak: str) -> list[str]:
    """Tells the peak memory of a replication-year of the canonical hospital."""
    return [
        "## Memory",
        "",
        f"Peak of a process with one replication-year and its log: {peak} MB (below 200 is wanted).",
        "",
    ]


def main() -> None:
    """Runs all parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="keep the result in docs/benchmark.md")
    options = parser.parse_args()
    # Memory comes first: a new process starts with the peak of the one that it comes from.
    peak = peak_memory("(lambda s: run(compile_scenario(s), demand(s)))(canonical())")
    base_peak = peak_memory("(lambda s: run_replication(s, compile_scenario(s), 1, 0))(base_hospital())")
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    text = "\n".join(
        [
            "# Benchmark",
            "",
            "Made by `make bench`. The hospital is `validation/bench/canonical.yaml`; the SimPy model beside it is",
            f"`validation/bench/idiomatic.py`. {machine}.",
            "",
            *engines(options.rounds),
            *growth(),
            *memory(peak),
            *base(options.rounds, base_peak),
        ]
    )
    print(text)
    if options.write:
        DOCS.write_text(text.rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
