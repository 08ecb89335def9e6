"""The group: the command `wardflow`, its exit codes, and how what goes wrong is told."""

import sys
from collections.abc import Sequence
from typing import Any, Final

import click

from sim.scenario.problems import ScenarioError

FINE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: all is well; a run is INVALID or hit a limit; something given is wrong; stopped by the user."""
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
    from sim.study.executors import ExecutorError, WorkerKilledError
    from sim.study.kept_runs import NoRunError
    from sim.study.loads import TooManyEventsError
    from sim.study.results import OutputError
    from sim.study.store import StoreError

    if isinstance(error, InvalidRunError | EndlessInstantError | KnotError | WorkerKilledError | TooManyEventsError):
        return _fail(f"Error: {error}", FAILED, as_json=as_json)
    if isinstance(error, ComparisonError | OutputError | ExecutorError | StoreError | NoRunError):
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
