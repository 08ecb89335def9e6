"""Kept runs, in words and as plain values."""

from collections.abc import Sequence
from typing import Any

from sim.measure.kpis import KPIS
from sim.report.text import table
from sim.study.kept_runs import KeptRun, Run
from sim.study.output_analysis import t_interval
from sim.study.summary import kpi_keys, values
from sim.study.wording import scale_of


def runs_text(found: Sequence[Run], folder: str) -> str:
    """Lists runs.

    Args:
        found: the latest first.
        folder: where they are kept.
    """
    if not found:
        return f"Nothing is kept in {folder}."
    rows = [
        [run.id, run.name, str(run.replications), str(run.key[4]), run.last, _time(run.seconds), _standing(run)]
        for run in found
    ]
    head = ["Run", "Scenario", "Replications", "Seed", "Last (UTC)", "Took", "Code"]
    size = sum(run.size for run in found) / 1e6
    return f"{table(head, rows, ['Replications', 'Seed', 'Took'])}\n\n{size:,.1f} MB of figures in {folder}"


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _standing(run: Run) -> str:
    told = "" if run.is_current else "another: never used again"
    return f"INVALID {told}".strip() if run.invalid else told


def run_record(run: Run) -> dict[str, Any]:
    """A run as plain values."""
    fingerprint, version, code, engine, seed = run.key
    return {
        "id": run.id,
        "name": run.name,
        "fingerprint": fingerprint,
        "version": version,
        "code": code,
        "is_current": run.is_current,
        "engine": engine,
        "seed": seed,
        "replications": run.replications,
        "first_finished": run.first,
        "last_finished": run.last,
        "seconds": round(run.seconds, 3),
        "bytes": run.size,
        "executors": list(run.executors),
        "machines": list(run.machines),
        "invalid_replications": run.invalid,
    }


def kept_text(kept: KeptRun, *, everything: bool) -> str:
    """Tells where a run comes from and what came out of it."""
    run = kept.run
    fingerprint, version, code, engine, seed = run.key
    numbers = [one.replication for one in kept.replicates]
    gaps = "" if numbers == list(range(len(numbers))) else f" (numbers {', '.join(map(str, numbers))})"
    lines = [
        f"{run.name}: {len(numbers)} replications{gaps}, seed {seed}",
        f"Computed {run.first} to {run.last} UTC by {', '.join(run.executors)} on {', '.join(run.machines)}, "
        f"{_time(run.seconds)} of processor time",
        f"Wardflow {version}, code {code}, engine {engine}"
        f"{'' if run.is_current else ': other code than what is installed now, so it is never used again'}",
        f"Scenario {fingerprint}",
    ]
    if run.invalid:
        return "\n".join(
            [*lines, f"INVALID: the books of {run.invalid} of them do not balance; no figure may be used."]
        )
    return "\n".join([*lines, "", _figures(kept, everything=everything)])


def _figures(kept: KeptRun, *, everything: bool) -> str:
    rows = []
    for kpi, scope in kpi_keys(kept):
        if scope and not everything:
            continue
        interval = t_interval(values(kept, (kpi, scope)))
        told = scale_of(KPIS[kpi].unit, interval)
        span = told.span(interval.low, interval.high) if interval.is_known else ""
        rows.append([KPIS[kpi].label, scope, told.amount(interval.mean), span])
    return table(["Figure", "Of", "Mean", "95 % interval"], rows, ["Mean", "95 % interval"])
