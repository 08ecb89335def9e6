"""Explaining: commands that tell what a result comes from, part by part, assumption by assumption, queue by queue."""

from dataclasses import replace
from typing import Any

import click

from sim.cli.group import wardflow
from sim.cli.request import (
    Request,
    json_option,
    out_option,
    plan_option,
    prepare,
    run_of,
    set_option,
    study_options,
    tell,
    variant_of,
)


@wardflow.command()
@click.argument("base")
@click.argument("initiatives", nargs=-1)
@click.option("--part", "named", multiple=True, metavar='"NAME: NAMES=VALUE"', help="A part that is no initiative.")
@set_option
@study_options
@json_option
@out_option
def together(*, initiatives: tuple[str, ...], named: tuple[str, ...], **given: Any) -> None:
    """Split what INITIATIVES do together on BASE among them: which part of a plan earns what.

    Without INITIATIVES and --part, those behind the base are the parts: general_hospital+before_noon+discharge_lounge.
    """
    from sim.report.together_text import together_record, together_tables, together_text
    from sim.study.plan import plan_file
    from sim.study.together import Part, TogetherSettings, part_of
    from sim.study.together import together as split_of

    base, *behind = [given["base"]] if plan_file(given["base"]).exists() else given["base"].split("+")
    under = behind if initiatives or named else []
    parts = [Part(name, initiative=name) for name in (initiatives or ([] if named else behind))]
    settings = TogetherSettings((*parts, *map(part_of, named)), under=tuple(under))
    request = Request(**given | {"base": base})
    prepare(request)
    with run_of(request, "all combinations") as run:
        found = split_of(variant_of(request), run, settings)
    tell(request, together_text(found), together_record(found), together_tables(found))


@wardflow.command()
@click.argument("base")
@click.argument("plan", required=False)
@plan_option
@click.option("--vary", multiple=True, metavar="NAMES=LOW..HIGH", help="An own range: wards.medical.beds=170..190.")
@click.option("--kpi", default="", metavar="FIGURE", help="Which figure; the first headline figure if left out.")
@click.option("--points", type=click.IntRange(0, 10_000), default=0, help="Also all at once, at so many points.")
@click.option("--point-replications", type=click.IntRange(1, 1000), default=2, show_default=True)
@click.option("--locate", is_flag=True, help="Look for the values at which the verdict on the plan changes.")
@study_options
@json_option
@out_option
def sensitivity(*, plan: str | None, vary: tuple[str, ...], kpi: str, **given: Any) -> None:
    """Tell which assumptions a figure of BASE hangs on, or the verdict on PLAN, within the ranges in the file."""
    from sim.report.sensitivity_tables import hypercube_record, hypercube_tables, tornado_record, tornado_tables
    from sim.report.sensitivity_text import hypercube_text, tornado_text
    from sim.study.sensitivity.hypercube import hypercube
    from sim.study.sensitivity.settings import SensitivitySettings
    from sim.study.sensitivity.tornado import tornado

    asked = {name: given.pop(name) for name in ("points", "point_replications", "locate")}
    settings = SensitivitySettings(kpi=kpi, vary=vary, **asked)
    request = Request(**given)
    if plan and request.changes:
        raise click.UsageError("one plan: name a file, or change BASE with --set")
    prepare(request)
    sides = _sides(request, plan)
    with run_of(request, "each assumption") as run:
        found = tornado(*sides, run, settings)
    text, record, tables = tornado_text(found), tornado_record(found), tornado_tables(found)
    if settings.points:
        with run_of(request, "all assumptions at once") as run:
            cube = hypercube(*sides, run, settings)
        text, record = f"{text}\n\n\n{hypercube_text(cube)}", record | {"all_at_once": hypercube_record(cube)}
        tables |= hypercube_tables(cube)
    tell(request, text, record, tables)


def _sides(request: Request, plan: str | None) -> tuple[Any, Any]:
    """The base, and the plan if there is one, as sides of a sensitivity study; both over the same weeks."""
    from sim.study.comparison import in_the_same_weeks

    alone = replace(request, changes=())
    base = _side(alone)
    if request.changes:
        return base, _side(request)
    if not plan:
        return base, None
    usual = base.scenario({}).run
    other = _side(replace(alone, base=plan, replications=usual.replications, seed=usual.seed))
    scenario, variant = other.scenario({}), base.variant
    for note in in_the_same_weeks(base.scenario({}), [scenario])[1]:
        click.echo(note, err=True)
    return replace(base, variant=lambda lines: in_the_same_weeks(variant(lines), [scenario])[0]), other


def _side(request: Request) -> Any:
    from sim.study.plan import load_plan, plan_file
    from sim.study.sensitivity.assumed import Side
    from sim.study.sensitivity.written import relative_values

    document = load_plan(request.base, request.changes).document
    named = request.base if plan_file(request.base).exists() else request.base.partition("+")[0]
    return Side(
        document=document,
        variant=variant_of(replace(request, changes=())),
        changes=request.changes,
        written=relative_values(document, plan_file(named).parent, request.changes),
    )


@wardflow.command()
@click.argument("base", metavar="FILE")
@click.option("--most", type=click.IntRange(1, 100), default=8, show_default=True, help="So many are relaxed.")
@set_option
@study_options
@json_option
@out_option
def bottlenecks(*, most: int, **given: Any) -> None:
    """Rank what patients of FILE wait for by what one more of it, or no limit, really removes."""
    from sim.report.bottlenecks_text import bottlenecks_record, bottlenecks_tables, bottlenecks_text
    from sim.study.bottlenecks import BottleneckSettings
    from sim.study.bottlenecks import bottlenecks as ranked
    from sim.study.plan import load_plan

    request, settings = Request(**given), BottleneckSettings(most=most)
    prepare(request)
    loaded = load_plan(request.base, request.changes)
    with run_of(request, "each constraint") as run:
        found = ranked(loaded, variant_of(request), run, settings)
    tell(request, bottlenecks_text(found), bottlenecks_record(found), bottlenecks_tables(found))
