"""Files: commands that look at scenario files, lay them out and describe them; nothing is run."""

from pathlib import Path

import click

from sim.cli.group import FAILED, wardflow
from sim.cli.request import json_option, set_option


@wardflow.command()
@click.argument("file")
@json_option
def check(file: str, *, as_json: bool) -> None:
    """Check FILE without running it, and tell how much is asked of each resource."""
    from sim.demand.workload import expected_events
    from sim.report.records import loads_record, to_json
    from sim.report.text import loads_text
    from sim.study.loads import heavy_loads, loads_of
    from sim.study.plan import load_plan

    loaded = load_plan(file)
    scenario = loaded.scenario
    loads, events = loads_of(scenario), expected_events(scenario)
    warnings = [*map(str, loaded.warnings), *heavy_loads(scenario, loads)]
    if as_json:
        problems = [one.as_dict() for one in loaded.warnings]
        record = {"ok": True, "name": scenario.name, "fingerprint": scenario.fingerprint(), "problems": problems}
        record |= {"warnings": warnings, "events": round(events), "loads": loads_record(scenario, loads)}
        click.echo(to_json(record))
        return
    click.echo(f"{scenario.name}: nothing is wrong. About {events:,.0f} events a replication.")
    for part in (*warnings, loads_text(scenario, loads)):
        click.echo(f"\n{part}")


@wardflow.command()
@click.argument("file")
@set_option
def show(file: str, changes: tuple[str, ...]) -> None:
    """Print FILE with all that it extends, and where each value comes from."""
    from sim.scenario.reading.writing import show as shown
    from sim.study.plan import load_plan

    click.echo(shown(load_plan(file, changes).document), nl=False)


@wardflow.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if a file is not laid out so.")
def fmt(files: tuple[Path, ...], *, only_check: bool) -> None:
    """Lay out FILES in the usual way, comments kept."""
    from sim.scenario.reading.writing import format_text
    from sim.study.files import write_whole

    changed = 0
    for file in files:
        before = file.read_bytes()
        after = format_text(before, str(file)).encode()
        if after == before:
            continue
        changed += 1
        if not only_check:
            write_whole(file, lambda part, content=after: part.write_bytes(content))  # type: ignore[misc]
        click.echo(f"{file} {'is not laid out' if only_check else 'laid out anew'}", err=True)
    if only_check and changed:
        raise click.exceptions.Exit(FAILED)


@wardflow.command()
@click.argument("base")
@click.argument("other")
@json_option
def diff(base: str, other: str, *, as_json: bool) -> None:
    """Say in plain words what OTHER has otherwise than BASE; nothing is run."""
    from sim.report.records import to_json
    from sim.scenario.telling.account import account, account_text
    from sim.study.plan import load_plan

    one, another = load_plan(base).document.data, load_plan(other).document.data
    if not as_json:
        click.echo(account_text(one, another))
        return
    found = [
        {"path": list(change.path), "old": change.old, "new": change.new, "sentence": change.sentence}
        for change in account(one, another)
    ]
    click.echo(to_json({"ok": True, "same": not found, "changes": found}))


@wardflow.command()
@click.argument("file")
@set_option
@json_option
@click.option("--html", "as_html", is_flag=True, help="One web page that loads nothing.")
@click.option("--into", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Fill the marks of a page.")
def describe(file: str, changes: tuple[str, ...], *, as_json: bool, as_html: bool, into: Path | None) -> None:
    """Describe the model of FILE by the STRESS-DES guideline, every item filled from the file."""
    from sim.report.stress.filling import MarkError, fill_page
    from sim.report.stress.sheet import FORMS as SHEETS
    from sim.report.stress.sheet import sheet
    from sim.report.stress.subject import any_machine, subject_of
    from sim.study.ancestry import ancestry

    if as_json + as_html + bool(into) > 1:
        raise click.UsageError("--json, --html and --into: choose one of them")
    found = sheet(subject_of(ancestry(file, changes), any_machine() if into else None))
    if into is None:
        click.echo(SHEETS["json" if as_json else "html" if as_html else "markdown"](found), nl=False)
        return
    try:
        fill_page(into, found)
    except MarkError as error:
        raise click.UsageError(f"--into: {error}") from None
    click.echo(f"Filled {into}")
