"""Warming: the command that advises how long a warm-up should be."""

from pathlib import Path
from typing import Any

import click

from sim.cli.group import wardflow
from sim.cli.request import Request, json_option, run_of, set_option, study_options, variant_of


@wardflow.command()
@click.argument("file")
@set_option
@study_options
@json_option
@click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Write Welch's pictures and table.")
def warmup(**given: Any) -> None:
    """Advise how long the warm-up of FILE should be, by running it from its first day on."""
    from sim.report.records import to_json
    from sim.report.warm_up_text import warm_up_pictures, warm_up_record, warm_up_tables, warm_up_text
    from sim.study.results import prepare_folder, write_table
    from sim.study.warm_up import advise

    request = Request(**given)
    if request.out:
        prepare_folder(request.out)
    scenario = variant_of(request)(())
    with run_of(request, f"{scenario.name} from the first day") as run:
        found = advise(scenario, run)
    files = []
    if request.out:
        for name, table in warm_up_tables(found).items():
            files.append(write_table(request.out / f"{name}.csv", table))
        for name, picture in warm_up_pictures(found).items():
            files.append(_written(request.out / f"{name}.svg", picture))
    if request.as_json:
        told = {"ok": True, "scenario": scenario.name, **warm_up_record(found)}
        click.echo(to_json({**told, "files": [str(file) for file in files]}))
        return
    click.echo(warm_up_text(found))
    if files:
        click.echo(f"\nWritten to {request.out}: {', '.join(file.name for file in files)}")


def _written(path: Path, text: str) -> Path:
    from sim.study.files import write_whole

    write_whole(path, lambda part: part.write_text(text, encoding="utf-8", newline="\n"))
    return path
