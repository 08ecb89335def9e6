"""Runs: commands about the replications that are kept."""

import json
from pathlib import Path
from typing import Any

import click

from sim.cli.group import wardflow
from sim.cli.request import Request, all_option, json_option, store_of


@wardflow.group()
def runs() -> None:
    """List, show, remove and export the replications that are kept."""


@runs.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List what is kept, the latest first."""
    from sim.report.records import to_json
    from sim.report.runs_text import run_record, runs_text
    from sim.study.kept_runs import runs as kept

    store = store_of(Request())
    found = kept(store)
    if as_json:
        click.echo(to_json({"ok": True, "folder": str(store.folder), "runs": [run_record(one) for one in found]}))
        return
    click.echo(runs_text(found, str(store.folder)))


@runs.command()
@click.argument("run")
@json_option
@all_option
def show(run: str, *, as_json: bool, everything: bool) -> None:
    """Show where RUN comes from, and its figures; the first letters of its name are enough."""
    from sim.report.records import to_json
    from sim.report.runs_text import kept_text, run_record
    from sim.study.summary import kpi_keys, values

    kept = _loaded(run)
    if not as_json:
        click.echo(kept_text(kept, everything=everything))
        return
    numbers = [one.replication for one in kept.replicates]
    figures = [
        {"kpi": kpi, "scope": scope, "values": values(kept, (kpi, scope)).tolist()}
        for kpi, scope in (() if kept.run.invalid else kpi_keys(kept))
    ]
    told = {"ok": not kept.run.invalid, **run_record(kept.run), "numbers": numbers, "kpis": figures}
    click.echo(to_json(told | {"scenario": kept.scenario}))


@runs.command()
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that is kept.")
@click.option("--other-code", is_flag=True, help="What other code than the installed one has computed.")
@json_option
def remove(names: tuple[str, ...], *, everything: bool, other_code: bool, as_json: bool) -> None:
    """Remove the runs of these NAMES, or --all, or those of --other-code; nothing else is touched."""
    from sim.report.records import to_json
    from sim.study.kept_runs import find
    from sim.study.kept_runs import remove as removed
    from sim.study.kept_runs import runs as kept

    if bool(names) + everything + other_code != 1:
        raise click.UsageError("which runs? Name some (wardflow runs list), or say --all or --other-code")
    store = store_of(Request())
    there = kept(store)
    unwanted = [find(there, name) for name in names] or [one for one in there if everything or not one.is_current]
    count = removed(store, unwanted)
    if as_json:
        click.echo(to_json({"ok": True, "runs": [one.id for one in unwanted], "replications": count}))
        return
    click.echo(f"Removed {count:,} replications of {len(unwanted)} run{'' if len(unwanted) == 1 else 's'}")


@runs.command()
@click.argument("run")
@click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER", required=True, help="Where to write.")
@click.option("--format", "form", type=click.Choice(("csv", "parquet")), default="csv", help="Of the figures.")
def export(run: str, out: Path, form: Any) -> None:
    """Write the figures of RUN to a folder: one row a replication, and where they come from."""
    from sim.report.runs_text import run_record
    from sim.study.files import write_whole
    from sim.study.kept_runs import NoRunError
    from sim.study.results import prepare_folder, write_form
    from sim.study.tables import rows_table

    kept = _loaded(run)
    if kept.run.invalid:
        raise NoRunError(f"run {kept.run.id} is INVALID and has no figures. Fix: wardflow runs remove {kept.run.id}")
    prepare_folder(out)
    origin = json.dumps(run_record(kept.run) | {"scenario": kept.scenario}, indent=2, ensure_ascii=False) + "\n"
    file = write_form(out / f"replications.{form}", rows_table(kept))
    write_whole(out / "run.json", lambda part: part.write_text(origin, encoding="utf-8", newline="\n"))
    click.echo(f"Written to {out}: {file.name}, run.json")


def _loaded(name: str) -> Any:
    from sim.study.kept_runs import find, load_run
    from sim.study.kept_runs import runs as kept

    store = store_of(Request())
    return load_run(store, find(kept(store), name))
