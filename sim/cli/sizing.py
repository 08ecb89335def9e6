"""Sizing: the command that puts a hospital under stress."""

from typing import Any

import click

from sim.cli.group import wardflow
from sim.cli.request import (
    Request,
    json_option,
    out_option,
    prepare,
    run_of,
    set_option,
    study_options,
    tell,
    variant_of,
)


@wardflow.command()
@click.argument("base", metavar="FILE")
@set_option
@click.option("--from", "low", type=float, default=0.8, show_default=True, help="Lowest factor on demand.")
@click.option("--to", "high", type=float, default=2.0, show_default=True, help="Highest factor on demand.")
@click.option("--step", type=float, default=0.1, show_default=True, help="Distance of two factors.")
@click.option("--finest", type=float, default=0.025, show_default=True, help="How finely to find where a goal breaks.")
@click.option("--patients", multiple=True, metavar="NAME", help="Who is multiplied; all who come unscheduled if none.")
@click.option("--kpi", "kpis", multiple=True, metavar="KPI", help="Key figure besides the headline, such as wait_p95.")
@click.option("--goal", "goals", multiple=True, metavar="GOAL", help='Besides the targets: "ed_within_4h >= 78 %".')
@click.option("--surge", default="", metavar="SURGE", help='Also tell the time to recover after "2 weeks x 1.4".')
@click.option("--no-fresh", "fresh", flag_value=False, default=True, help="Do not run again with fresh seeds.")
@study_options
@json_option
@out_option
def stress(**given: Any) -> None:
    """Put FILE under stress: demand x 0.8 to 2.0, the load at which goals break, what breaks first, and recovery."""
    from sim.report.sizing_text import stress_record, stress_tables, stress_text
    from sim.study.sizing.settings import StressSettings
    from sim.study.sizing.stress import stress as stressed

    own = ("low", "high", "step", "finest", "patients", "kpis", "goals", "surge", "fresh")
    settings = StressSettings(**{name: given.pop(name) for name in own})
    request = Request(**given)
    base = variant_of(request)(())
    prepare(request)
    with run_of(request, f"{base.name} under stress") as run:
        found = stressed(base, settings, run)
    tell(request, stress_text(found), stress_record(found), stress_tables(found))
