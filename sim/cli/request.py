"""A request: what commands that run scenarios are asked to do, and what they do alike."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import click


@dataclass(frozen=True, slots=True)
class Request:
    """What commands that run scenarios are asked to do."""

    seed: int | None = None
    replications: int | None = None
    workers: int | None = None
    executor: str | None = None
    scheduler: str | None = None
    changes: tuple[str, ...] = ()
    use_store: bool = True
    as_json: bool = False
    everything: bool = False
    file: str = ""
    base: str = ""
    others: tuple[str, ...] = ()
    out: Path | None = None
    logs: tuple[int, ...] = ()
    form: Literal["csv", "parquet", "xes", "vidigi"] = "csv"
    until_precise: bool = False
    precision: tuple[str, ...] = ()
    most_replications: int = 200


@dataclass(frozen=True, slots=True)
class Compared:
    """A base and plans for it, as loaded and as run; lists in the same order, the base first where it is in them."""

    loaded: list[Any]
    experiments: list[Any]
    comparisons: list[Any]
    """Of each plan with the base; none if there is no plan."""
    precise: Any = None
    """How many replications were needed, if it was asked for."""


def _numbers(_: click.Context, __: click.Parameter, value: str) -> tuple[int, ...]:
    """Reads `0,1` as replication numbers."""
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not all(part.isdecimal() and part.isascii() for part in parts):
        raise click.BadParameter(f"{value!r} is no list of replication numbers such as 0,1")
    return tuple(dict.fromkeys(int(part) for part in parts))


EXECUTORS: Final = ("auto", "inline", "threads", "processes", "dask")
"""As `sim.study.executors.NAMES`, which is not loaded for every command."""
set_option = click.option(
    "--set", "changes", multiple=True, metavar="NAMES=VALUE", help="Change, such as wards.medical.beds=+12."
)
plan_option = click.option(
    "--set", "changes", multiple=True, metavar="NAMES=VALUE", help="A plan: BASE with these changes."
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
all_option = click.option("--all", "everything", is_flag=True, help="Every figure for every ward, step and group.")
logs_option = click.option(
    "--log", "logs", default="", callback=_numbers, metavar="0,1", help="With --out: events of these runs."
)


def study_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options that all commands share which run scenarios."""
    options = [
        click.option("--replications", type=click.IntRange(1, 100_000), help="Instead of the number in the file."),
        click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Instead of the seed in the file."),
        click.option("--workers", type=click.IntRange(1, 512), help="Processes; as many as are worth it if left out."),
        click.option("--executor", type=click.Choice(EXECUTORS), help="Where to compute; as is fastest if left out."),
        click.option("--scheduler", metavar="ADDRESS", help="Of a Dask cluster, such as tcp://10.0.0.5:8786."),
        click.option("--no-store", "use_store", flag_value=False, default=True, help="Compute everything anew."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def precision_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options that ask for replications until figures are precise."""
    options = [
        click.option("--until-precise", is_flag=True, help="As many replications as the headline needs to be precise."),
        click.option(
            "--precision",
            multiple=True,
            metavar="KPI=WIDTH",
            help='Until this is precise: "ed_within_4h=1 point", "wait_mean=5 %".',
        ),
        click.option("--most-replications", type=int, default=200, show_default=True, help="With the two before."),
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
    from sim.study.loads import heavy_loads, loads_of

    alike = run_alike(request)
    loads = [line for plan in alike.scenarios[1:] for line in heavy_loads(plan, loads_of(plan))]
    for warning in (*(line for lines in alike.warnings for line in lines), *loads):
        click.echo(warning, err=True)
    experiments, precise = ran(request, alike.scenarios)
    comparisons = list(compare_plans(experiments[0], experiments[1:])) if len(experiments) > 1 else []
    return Compared(alike.loaded, experiments, comparisons, precise)


def ran(request: Request, scenarios: Sequence[Any]) -> tuple[list[Any], Any]:
    """Runs scenarios, until they are precise if that is asked for.

    Returns:
        The experiments, and how many replications were needed; None if it was not asked for.
    """
    from sim.study.precision import Precision, until_precise
    from sim.study.wishes import wish_of

    with run_of(request, scenarios[0].name) as run:
        if not (request.until_precise or request.precision):
            return list(run(scenarios)), None
        wishes = tuple(map(wish_of, request.precision))
        try:
            settings = Precision(wishes, most=request.most_replications)
        except ValueError as error:
            raise click.UsageError(f"--most-replications, --precision: {error}") from None
        first, *others = scenarios
        changed = f"{first.name}, changed"
        others = [one.model_copy(update={"name": changed}) if one.name == first.name else one for one in others]
        found = until_precise([first, *others], settings, run)
        return list(found.experiments), found


def variant_of(request: Request) -> Callable[[Sequence[str]], Any]:
    """Gives the base with the changes of the request, and with further ones; `sim.study.asking.Variant`."""
    from sim.study.asking import variants

    base = request.base or request.file
    return variants(base, request.changes, replications=request.replications, seed=request.seed)


@contextmanager
def run_of(request: Request, label: str) -> Iterator[Callable[[Sequence[Any]], tuple[Any, ...]]]:
    """Runs scenarios with the store and the executor of a request, and a progress bar; `sim.study.asking.Run`.

    What a reader must know of the first scenario is told before it is run. A study may go on to a hundred variants of
    it, whose loads are what it is about.
    """
    from sim.study.experiment import Means, run_scenarios
    from sim.study.loads import heavy_loads, loads_of

    store, executor = store_of(request), executor_of(request)
    told = False

    def run(scenarios: Sequence[Any]) -> tuple[Any, ...]:
        nonlocal told
        for warning in heavy_loads(scenarios[0], loads_of(scenarios[0])) if scenarios and not told else ():
            click.echo(warning, err=True)
        told = True
        with progress_bar(label, sum(one.run.replications for one in scenarios)) as tell:
            return run_scenarios(scenarios, Means(store, executor, tell))

    yield run


def each_of(request: Request, label: str) -> Callable[..., list[Any]]:
    """Calls a function for replication numbers with the executor of a request; `sim.study.asking.Each`."""
    from sim.study.executors import computed as done

    def each(function: Callable[[int], Any], numbers: Sequence[int]) -> list[Any]:
        found: dict[int, Any] = {}
        with progress_bar(label, len(numbers)) as tell:
            for position, result in done(function, [(number,) for number in numbers], executor_of(request)):
                found[position] = result
                tell(len(found), len(numbers))
        return [found[position] for position in range(len(numbers))]

    return each


out_option = click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Write the tables to a folder."
)


def prepare(request: Request) -> None:
    """Tries the folder of a request before any time is spent on a run."""
    from sim.study.results import prepare_folder

    if request.out:
        prepare_folder(request.out)


def tell(
    request: Request, text: str, record: Mapping[str, Any], tables: Mapping[str, Any], pictures: Mapping[str, str] = {}
) -> None:
    """Tells what a study found, as text or as one JSON document; writes tables and pictures if they are asked for."""
    from sim.report.records import to_json
    from sim.study.results import write_table, write_text

    out = request.out
    files = [write_table(out / f"{name}.csv", table) for name, table in tables.items()] if out else []
    files += [write_text(out / f"{name}.svg", picture) for name, picture in pictures.items()] if out else []
    if request.as_json:
        click.echo(to_json({"ok": True, **record, "files": [str(file) for file in files]}))
        return
    click.echo(text)
    if files:
        click.echo(f"\nWritten to {out}: {', '.join(file.name for file in files)}")


def store_of(request: Request) -> Any:
    """The store of finished replications, unless everything is to be computed anew."""
    from sim.study.store import Store, store_folder

    return Store(store_folder()) if request.use_store else None


def executor_of(request: Request) -> Any:
    """Where a request is to be computed; a scheduler alone says enough."""
    from sim.study.executors import Executor

    if request.executor is None and request.scheduler is None:
        return Executor.of(request.workers)
    return Executor(request.executor or "dask", request.workers, request.scheduler)  # type: ignore[arg-type]


@contextmanager
def progress_bar(name: str, replications: int) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, told how many replications are finished."""
    with click.progressbar(length=replications, label=f"Running {name}", show_pos=True, file=sys.stderr) as bar:
        yield lambda finished, of: bar.update(finished - bar.pos)
