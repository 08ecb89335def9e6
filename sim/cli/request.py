"""A request: what commands that run scenarios are asked to do, and what they do alike."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import click


@dataclass(frozen=True, slots=True)
class Request:
    """What `run`, `compare` and `brief` are asked to do."""

    seed: int | None
    replications: int | None
    workers: int | None
    changes: tuple[str, ...]
    use_store: bool
    as_json: bool = False
    everything: bool = False
    file: str = ""
    base: str = ""
    others: tuple[str, ...] = ()
    out: Path | None = None
    logs: tuple[int, ...] = ()
    form: Literal["csv", "parquet", "xes", "vidigi"] = "csv"


@dataclass(frozen=True, slots=True)
class Compared:
    """A base and plans for it, as loaded and as run; lists in the same order, the base first where it is in them."""

    loaded: list[Any]
    experiments: list[Any]
    comparisons: list[Any]
    """Of each plan with the base; none if there is no plan."""


def _numbers(_: click.Context, __: click.Parameter, value: str) -> tuple[int, ...]:
    """Reads `0,1` as replication numbers."""
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not all(part.isdecimal() and part.isascii() for part in parts):
        raise click.BadParameter(f"{value!r} is no list of replication numbers such as 0,1")
    return tuple(dict.fromkeys(int(part) for part in parts))


json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
all_option = click.option("--all", "everything", is_flag=True, help="Every figure for every ward, step and group.")
logs_option = click.option(
    "--log", "logs", default="", callback=_numbers, metavar="0,1", help="With --out: events of these runs."
)


def study_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options that `run`, `compare` and `brief` share."""
    options = [
        click.option("--replications", type=click.IntRange(1, 100_000), help="Instead of the number in the file."),
        click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Instead of the seed in the file."),
        click.option("--workers", type=click.IntRange(1, 512), help="Processes; as many as are worth it if left out."),
        click.option("--no-store", "use_store", flag_value=False, default=True, help="Compute everything anew."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Alike:
    """A base and plans for it that run over the same weeks with the same seed; the base comes first."""

    loaded: list[Any]
    scenarios: list[Any]
    warnings: list[list[str]]


def run_alike(request: Request) -> Alike:
    """Loads a base and its plans: other files, and the base with the changes of the request.

    Raises:
        ComparisonError: if they cannot be compared.
    """
    from sim.study.comparison import check_comparable, in_the_same_weeks
    from sim.study.experiment import with_run
    from sim.study.plan import load_plan

    base = load_plan(request.base)
    plans = [load_plan(file) for file in request.others]
    plans += [load_plan(request.base, request.changes)] if request.changes else []
    first = with_run(base.scenario, replications=request.replications, seed=request.seed)
    others = [with_run(one.scenario, replications=first.run.replications, seed=first.run.seed) for one in plans]
    first, notes = in_the_same_weeks(first, others)
    for scenario in others:
        check_comparable(first, scenario)
    warnings = [[str(one) for one in plan.warnings] for plan in (base, *plans)]
    warnings[0] += notes
    return Alike([base, *plans], [first, *others], warnings)


def compared(request: Request) -> Compared:
    """Loads, runs and compares a base and its plans."""
    from sim.study.comparison import compare_plans

    alike = run_alike(request)
    told = zip(alike.scenarios, alike.warnings, strict=True)
    experiments = [computed(scenario, request, warned) for scenario, warned in told]
    comparisons = list(compare_plans(experiments[0], experiments[1:])) if len(experiments) > 1 else []
    return Compared(alike.loaded, experiments, comparisons)


def computed(scenario: Any, request: Request, warnings: Sequence[str]) -> Any:
    """Runs a scenario with a progress bar; what a reader must know is told before it starts."""
    from sim.study.experiment import run_stored
    from sim.study.loads import heavy_loads, loads_of
    from sim.study.store import Store, store_folder

    for warning in (*warnings, *heavy_loads(scenario, loads_of(scenario))):
        click.echo(warning, err=True)
    store = Store(store_folder()) if request.use_store else None
    with progress_bar(scenario.name, scenario.run.replications) as tell:
        return run_stored(scenario, store, workers=request.workers, progress=tell)


@contextmanager
def progress_bar(name: str, replications: int) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, told how many replications are finished."""
    with click.progressbar(length=replications, label=f"Running {name}", show_pos=True, file=sys.stderr) as bar:
        yield lambda finished, of: bar.update(finished - bar.pos)
