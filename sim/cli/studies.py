"""Studies: commands that run scenarios."""

from pathlib import Path
from typing import Any, Final

import click

from sim.cli.group import FAILED, wardflow
from sim.cli.request import (
    Request,
    all_option,
    compared,
    each_of,
    json_option,
    logs_option,
    out_option,
    plan_option,
    precision_options,
    prepare,
    ran,
    run_alike,
    set_option,
    study_options,
    tell,
)

FORMATS: Final = ("csv", "parquet", "xes", "vidigi")
FOLLOWED: Final = 4
"""Replications in which patients are followed, if nothing else is said."""


@wardflow.command()
@click.argument("file")
@set_option
@study_options
@precision_options
@json_option
@all_option
@click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Write all results to a folder.")
@logs_option
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", help="Of the events.")
@click.option("--passport", "whole_passport", is_flag=True, help="Tell in full how far the figures can be trusted.")
def run(*, whole_passport: bool, **given: Any) -> None:
    """Run FILE and show its key figures."""
    from sim.report.exports import passport_json
    from sim.report.passport import passport_text
    from sim.report.precision_text import precision_record, precision_text
    from sim.report.records import experiment_record, to_json
    from sim.report.text import run_text
    from sim.study.experiment import with_run
    from sim.study.files import write_whole
    from sim.study.passport import passport
    from sim.study.plan import load_plan, whole_text
    from sim.study.results import write_results

    request = Request(**given)
    loaded = load_plan(request.file, request.changes)
    scenario = with_run(loaded.scenario, replications=request.replications, seed=request.seed)
    _check_logs(request, scenario.run.replications)
    prepare(request)
    for warning in loaded.warnings:
        click.echo(str(warning), err=True)
    (experiment,), precise = ran(request, [scenario])
    scenario = experiment.scenario
    sources, files = loaded.document.files(), []
    if request.out and experiment.is_valid:
        files = write_results(experiment, request.out, whole_text(loaded, scenario), request.logs, request.form)
        content, files = passport_json(experiment, loaded), [*files, request.out / "passport.json"]
        write_whole(files[-1], lambda part: part.write_bytes(content))
    if request.as_json:
        record = {
            "ok": experiment.is_valid,
            **experiment_record(experiment, sources),
            **({"precision": precision_record(precise)} if precise else {}),
            "files": [str(file) for file in files],
        }
        click.echo(to_json(record))
    else:
        click.echo(run_text(experiment, everything=request.everything))
        if precise:
            click.echo(f"\n{precision_text(precise)}")
        whole = request.everything or whole_passport
        click.echo(f"\n{passport_text(passport(experiment, sources), whole=whole)}")
        if files:
            click.echo(f"\nWritten to {request.out}: {', '.join(file.name for file in files)}")
    if not experiment.is_valid:
        raise click.exceptions.Exit(FAILED)


def _check_logs(request: Request, replications: int) -> None:
    if request.logs and not request.out:
        raise click.UsageError("--log needs --out, the folder to which the events are written")
    if any(number >= replications for number in request.logs):
        raise click.UsageError(f"--log: the replications have the numbers 0 to {replications - 1}")


@wardflow.command()
@click.argument("base")
@click.argument("others", nargs=-1)
@plan_option
@study_options
@precision_options
@json_option
@all_option
def compare(**given: Any) -> None:
    """Compare plans with BASE, on the same patients: OTHERS are files, and --set makes one more plan out of BASE."""
    from sim.report.precision_text import precision_record, precision_text
    from sim.report.records import comparison_record, to_json
    from sim.report.text import comparison_text
    from sim.study.plan import changes_between

    request = Request(**given)
    if not (request.others or request.changes):
        raise click.UsageError("nothing to compare: name another file, or say what changes with --set")
    found = compared(request)
    base, *plans = found.loaded
    changes = [changes_between(base, plan) for plan in plans]
    told = list(zip(found.comparisons, changes, strict=True))
    if request.as_json:
        files = [(base.document.files(), plan.document.files()) for plan in plans]
        records = [comparison_record(*one, both) for one, both in zip(told, files, strict=True)]
        more = {"precision": precision_record(found.precise)} if found.precise else {}
        click.echo(to_json({"ok": True, "comparisons": records, **more}))
        return
    parts = [comparison_text(*one, everything=request.everything) for one in told]
    parts += [precision_text(found.precise)] if found.precise else []
    click.echo("\n\n\n".join(parts))


@wardflow.command()
@click.argument("base")
@click.argument("others", nargs=-1)
@plan_option
@study_options
@precision_options
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write it to FILE.md or FILE.html.")
def brief(**given: Any) -> None:
    """Tell on one page what a manager would hand up about BASE, or about plans for it (given as to `compare`)."""
    from sim.report.brief import brief as made
    from sim.report.brief import command_of
    from sim.report.document import FORMS, form_of
    from sim.report.plans import Plan
    from sim.report.text import run_text
    from sim.study.files import write_whole
    from sim.study.results import prepare_folder

    request = Request(**given)
    write = FORMS["markdown"] if request.out is None else form_of(request.out.name)
    if write is None:
        raise click.UsageError("--out: the name of the file ends in .md or .html")
    if request.out:
        prepare_folder(request.out.parent)
    found = compared(request)
    base, *plans = map(Plan, found.loaded, found.experiments)
    if not base.experiment.is_valid:
        click.echo(run_text(base.experiment))
        raise click.exceptions.Exit(FAILED)
    text = write(made(base, list(zip(plans, found.comparisons, strict=True)), command_of(given)))
    if request.out is None:
        click.echo(text, nl=False)
        return
    write_whole(request.out, lambda part: part.write_text(text, encoding="utf-8", newline="\n"))
    click.echo(f"Written to {request.out}")


@wardflow.command()
@click.argument("base")
@click.argument("others", nargs=-1)
@plan_option
@study_options
@json_option
@click.option("--journeys", is_flag=True, help="Tell the journeys that change most step by step.")
@out_option
def patients(*, journeys: bool, replications: int | None, **given: Any) -> None:
    """Follow the same patients through BASE and a plan: who waits less, who waits more, and because of what.

    Four replications are followed if nothing else is said; they are computed anew each time.
    """
    from sim.report.same_patients_tables import followed_tables
    from sim.report.same_patients_text import followed_record, followed_text
    from sim.study.same_patients import follow

    request = Request(replications=replications or FOLLOWED, **given)
    if len(request.others) + bool(request.changes) != 1:
        raise click.UsageError("patients are followed through BASE and one plan: name a file, or change it with --set")
    prepare(request)
    alike = run_alike(request)
    for warning in (line for lines in alike.warnings for line in lines):
        click.echo(warning, err=True)
    base, other = alike.scenarios
    found = follow(base, other, base.run.replications, each_of(request, f"{base.name} and {other.name}"))
    plan = other.name if other.name != base.name else f"{other.name}, changed"
    told = {"base": base.name, "plan": other.name, **followed_record(found)}
    tell(request, followed_text(found, base.name, plan, journeys=journeys), told, followed_tables(found))
