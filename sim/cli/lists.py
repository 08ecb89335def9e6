"""Lists: commands that tell what there is: scenarios, initiatives, key figures, the language; and the screen."""

from contextlib import suppress

import click

from sim.cli.group import wardflow
from sim.cli.request import Request, json_option, store_of


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
    store_of(Request())  # a folder on another machine is refused here, not on the screen
    click.echo(f"The screen is at http://{address}:{port} (Ctrl-C stops it).")
    with suppress(KeyboardInterrupt):
        launch(address, port, browser=browser)
