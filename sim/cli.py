"""The command `wardflow`: check, run and compare scenarios from a terminal."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import click

from sim.request import Request, all_option, compared, computed, json_option, logs_option, study_options
from sim.scenario.problems import ScenarioError

FINE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: all is well; a run is INVALID or hit a limit; something given is wrong; stopped by the user."""
FORMATS: Final = ("csv", "parquet", "xes", "vidigi")
STOPPED: Final = "Interrupted. The same command goes on where it stopped: finished replications are kept."


class Wardflow(click.Group):
    """The command; turns what goes wrong into a message and an exit code."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the command and exits."""
        given = kwargs.get("args") if "args" in kwargs else args[0] if args else None
        as_json = "--json" in (sys.argv[1:] if given is None else given)
        kwargs["standalone_mode"] = False
        try:
            code = super().main(*args, **kwargs)
        except (click.Abort, KeyboardInterrupt):
            code = _fail(STOPPED, INTERRUPTED, as_json=as_json)
        except ScenarioError as error:
            code = _fail(str(error), BAD_INPUT, as_json=as_json, problems=[one.as_dict() for one in error.problems])
        except click.ClickException as error:
            code = _fail(_usage(error), BAD_INPUT, as_json=as_json)
        except (ValueError, RuntimeError, MemoryError) as error:
            code = _fail_of(error, as_json=as_json)
        sys.exit(code if isinstance(code, int) else FINE)


def _fail_of(error: Exception, *, as_json: bool) -> int:
    """Tells the errors that the studies raise; any other is a mistake in Wardflow and keeps its traceback."""
    from sim.engine.reference import EndlessInstantError, KnotError
    from sim.study.comparison import ComparisonError, InvalidRunError
    from sim.study.executors import WorkerKilledError
    from sim.study.loads import TooManyEventsError
    from sim.study.results import OutputError

    if isinstance(error, InvalidRunError | EndlessInstantError | KnotError | WorkerKilledError | TooManyEventsError):
        return _fail(f"Error: {error}", FAILED, as_json=as_json)
    if isinstance(error, ComparisonError | OutputError):
        return _fail(f"Error: {error}", BAD_INPUT, as_json=as_json)
    if isinstance(error, MemoryError):
        return _fail("Error: the machine has too little memory. Fix: a shorter run", FAILED, as_json=as_json)
    raise error


def _fail(message: str, code: int, *, as_json: bool, problems: Sequence[dict[str, Any]] = ()) -> int:
    if as_json:
        from sim.report.records import to_json

        click.echo(to_json({"ok": False, "error": message, "problems": list(problems)}))
    else:
        click.echo(message, err=True)
    return code


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    usage = f"{context.get_usage()}\n" if context else ""
    return f"{usage}Error: {error.format_message()}"


@click.group(cls=Wardflow, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="wardflow", message="wardflow %(version)s")
def wardflow() -> None:
    """Try a change on a simulated hospital before trying it on patients.

    FILE is a scenario file, or the name of a shipped scenario such as general_hospital (see `wardflow scenarios`);
    initiatives may stand behind it: general_hospital+before_noon (see `wardflow initiatives`).
    """


def main() -> None:
    """Runs the command; the console script calls it."""
    wardflow()


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
@click.option("--set", "changes", multiple=True, metavar="NAMES=VALUE", help="Change, such as wards.medical.beds=+12.")
@study_options
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
    from sim.report.records import experiment_record, to_json
    from sim.report.text import run_text
    from sim.study.experiment import with_run
    from sim.study.files import write_whole
    from sim.study.passport import passport
    from sim.study.plan import load_plan, whole_text
    from sim.study.results import prepare_folder, write_results

    request = Request(**given)
    loaded = load_plan(request.file, request.changes)
    scenario = with_run(loaded.scenario, replications=request.replications, seed=request.seed)
    _check_logs(request, scenario.run.replications)
    if request.out:
        prepare_folder(request.out)
    experiment = computed(scenario, request, [str(one) for one in loaded.warnings])
    sources, files = loaded.document.files(), []
    if request.out and experiment.is_valid:
        files = write_results(experiment, request.out, whole_text(loaded, scenario), request.logs, request.form)
        content, files = passport_json(experiment, loaded), [*files, request.out / "passport.json"]
        write_whole(files[-1], lambda part: part.write_bytes(content))
    if request.as_json:
        record = {
            "ok": experiment.is_valid,
            **experiment_record(experiment, sources),
            "files": [str(file) for file in files],
        }
        click.echo(to_json(record))
    else:
        click.echo(run_text(experiment, everything=request.everything))
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
@click.option("--set", "changes", multiple=True, metavar="NAMES=VALUE", help="A plan: BASE with these changes.")
@study_options
@json_option
@all_option
def compare(**given: Any) -> None:
    """Compare plans with BASE, on the same patients: OTHERS are files, and --set makes one more plan out of BASE."""
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
        click.echo(to_json({"ok": True, "comparisons": records}))
        return
    click.echo("\n\n\n".join(comparison_text(*one, everything=request.everything) for one in told))


@wardflow.command()
@click.argument("base")
@click.argument("others", nargs=-1)
@click.option("--set", "changes", multiple=True, metavar="NAMES=VALUE", help="A plan: BASE with these changes.")
@study_options
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
@click.argument("file")
@click.option("--set", "changes", multiple=True, metavar="NAMES=VALUE", help="Change, such as wards.medical.beds=+12.")
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
@json_option
def scenarios(*, as_json: bool) -> None:
    """List the shipped scenarios with the questions that they answer."""
    from sim.report.records import to_json
    from sim.report.text import table
    from sim.study.plan import shipped

    found = shipped()
    if as_json:
        click.echo(
            to_json(
                {
                    "ok": True,
                    "scenarios": [{"file": one, "name": name, "question": question} for one, name, question in found],
                }
            )
        )
        return
    click.echo(table(["Scenario", "Name", "Question"], found))


@wardflow.command()
@json_option
def initiatives(*, as_json: bool) -> None:
    """List the initiatives of the library: FILE+NAME puts one into a scenario."""
    from sim.report.initiatives import initiatives_record, initiatives_text
    from sim.report.records import to_json
    from sim.study.plan import shipped_initiatives

    found = shipped_initiatives()
    click.echo(to_json({"ok": True, "initiatives": initiatives_record(found)}) if as_json else initiatives_text(found))


@wardflow.command()
@json_option
def kpis(*, as_json: bool) -> None:
    """List the key figures with their definitions."""
    from sim.report.kpi_list import kpis_record, kpis_text
    from sim.report.records import to_json

    click.echo(to_json({"ok": True, "kpis": kpis_record()}) if as_json else kpis_text())


@wardflow.command()
@click.option("--markdown", is_flag=True, help="The reference page of the language instead.")
@click.option("--errors", is_flag=True, help="The catalogue of what can be wrong instead.")
def schema(*, markdown: bool, errors: bool) -> None:
    """Print the JSON schema of the scenario language, for editors."""
    from sim.report.records import to_json
    from sim.scenario.describing.reference_page import errors_page, reference_page
    from sim.scenario.describing.schema import language_schema

    if markdown or errors:
        click.echo(reference_page() if markdown else errors_page(), nl=False)
        return
    click.echo(to_json(language_schema()))


@wardflow.command()
@click.argument("file")
@click.option("--set", "changes", multiple=True, metavar="NAMES=VALUE", help="Change, such as wards.medical.beds=+12.")
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
@click.option("--address", default="127.0.0.1", show_default=True, help="Where the screen listens.")
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@click.option("--browser/--no-browser", default=True, help="Open a browser window.")
@click.option("--force", is_flag=True, help="Allow an address that other machines can reach, without signing in.")
def app(address: str, port: int, *, browser: bool, force: bool) -> None:
    """Start the screen on this machine."""
    from sim.ui.launch import is_loopback, launch

    if not (force or is_loopback(address)):
        raise click.UsageError(
            f"other machines could reach {address}, and nobody would have to sign in; "
            "leave --address out, or add --force if you trust the network"
        )
    click.echo(f"The screen is at http://{address}:{port} (Ctrl-C stops it).")
    with suppress(KeyboardInterrupt):
        launch(address, port, browser=browser)
