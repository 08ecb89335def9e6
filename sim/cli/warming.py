"""Warming: the command that advises how long a warm-up should be."""

from pathlib import Path
from typing import Any

import click

from sim.cli.group import wardflow
from sim.cli.request import Request, json_option, prepare, run_of, set_option, study_options, tell, variant_of


@wardflow.command()
@click.argument("file")
@set_option
@study_options
@json_option
@click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Write Welch's pictures and table.")
def warmup(**given: Any) -> None:
    """Advise how long the warm-up of FILE should be, by running it from its first day on."""
    from sim.report.warm_up_text import warm_up_pictures, warm_up_record, warm_up_tables, warm_up_text
    from sim.study.warm_up import advise

    request = Request(**given)
    prepare(request)
    scenario = variant_of(request)(())
    with run_of(request, f"{scenario.name} from the first day") as run:
        found = advise(scenario, run)
    told = {"scenario": scenario.name, **warm_up_record(found)}
    tell(request, warm_up_text(found), told, warm_up_tables(found), warm_up_pictures(found))
