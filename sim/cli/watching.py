"""Watching: the command that tells whether a chart would show a plan."""

from typing import Any

import click

from sim.cli.group import wardflow
from sim.cli.request import (
    Request,
    each_of,
    json_option,
    out_option,
    plan_option,
    prepare,
    run_alike,
    study_options,
    tell,
)


@wardflow.command()
@click.argument("base")
@click.argument("others", nargs=-1, metavar="PLAN")
@plan_option
@click.option(
    "--kpi", default="", metavar="KPI", help="What is watched, such as ed_within_4h; else the first headline."
)
@click.option("--baseline", type=int, default=20, show_default=True, help="Weeks before go-live.")
@click.option("--watched", type=int, default=26, show_default=True, help="Weeks after go-live.")
@click.option("--ramp-up", default="", metavar="TIME", help="Until the plan works fully; else that of its initiatives.")
@click.option("--power", type=float, default=0.8, show_default=True, help="Probability with which it is to be seen.")
@click.option("--run", type=int, default=7, show_default=True, help="Weeks on one side of the mean that are a signal.")
@click.option("--trend", type=int, default=7, show_default=True, help="Rising (or falling) weeks that are a signal.")
@study_options
@json_option
@out_option
def watch(**given: Any) -> None:
    """Tell how soon a weekly SPC chart (XmR) would show that BASE changed into PLAN, and how often it cries wolf."""
    from sim.report.watching_text import watch_record, watch_tables, watch_text
    from sim.study.watching.settings import WatchSettings
    from sim.study.watching.watch import watch as watched

    own = ("kpi", "baseline", "watched", "ramp_up", "power", "run", "trend")
    settings = WatchSettings(**{name: given.pop(name) for name in own})
    request = Request(**given)
    if len(request.others) + bool(request.changes) != 1:
        raise click.UsageError("a chart shows BASE and one plan: name a file, or change BASE with --set")
    prepare(request)
    alike = run_alike(request)
    for warning in (line for lines in alike.warnings for line in lines):
        click.echo(warning, err=True)
    base, plan = alike.scenarios
    found = watched(base, plan, settings, each_of(request, f"{base.name} and {plan.name}"))
    tell(request, watch_text(found), watch_record(found), watch_tables(found))
