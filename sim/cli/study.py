"""A study: `wardflow study`, which asks all that a study file declares; each thing asked is a command with options."""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import click

from sim.cli.group import wardflow
from sim.cli.request import json_option, study_options

PLANS: Final = ("plan", "plans")
"""Under these names a task says which plans it is about."""
ARGUMENTS_FOR_PLANS: Final = ("others", "plan")
"""What commands call the arguments that are plans."""


@wardflow.command()
@click.argument("file", type=click.Path(path_type=Path))
@study_options
@json_option
@click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Write all answers to a folder.")
@click.option("--check", "only_check", is_flag=True, help="Tell what is wrong with it; nothing is run.")
def study(*, file: Path, as_json: bool, out: Path | None, only_check: bool, **shared: Any) -> None:
    """Ask all that the study FILE declares: plans for a base, and commands with their options."""
    from sim.report.records import to_json
    from sim.study.files import write_whole
    from sim.study.results import prepare_folder
    from sim.study.study_file import read_study

    found = read_study(file)
    given = {name: value for name, value in found.declared.run.model_dump().items() if value is not None}
    given |= {name: value for name, value in shared.items() if value not in (None, True)}
    if out:
        prepare_folder(out)
    with _folder(out) as folder:
        asked = _Asked(found, folder, given, "json" if as_json else "files" if out else "text")
        prepared = [asked.context(number, task) for number, task in enumerate(found.tasks)]
        if only_check:
            _checked(found, as_json=as_json)
            return
        answers: list[Any] = []
        for task, context in zip(found.tasks, prepared, strict=True):
            answers.append(asked.answer(task, context))
            if not as_json:
                click.echo(f"{'' if len(answers) == 1 else chr(10)}{answers[-1]}")
    if as_json:
        told = [{"asked": " ".join(task.words), **answer} for task, answer in zip(found.tasks, answers, strict=True)]
        click.echo(to_json({"ok": all(one["ok"] for one in told), "name": found.declared.name, "answers": told}))
    elif out:
        text = "\n".join(answers)
        write_whole(out / "study.txt", lambda part: part.write_text(text, encoding="utf-8", newline="\n"))
        click.echo(f"\nWritten to {out}: study.txt and the tables of each answer")


def _checked(found: Any, *, as_json: bool) -> None:
    """Says that nothing is wrong with a study."""
    from sim.report.records import to_json

    asked = [" ".join(task.words) for task in found.tasks]
    told = f"{found.declared.name}: nothing is wrong. Asked: {', '.join(asked)}."
    click.echo(to_json({"ok": True, "name": found.declared.name, "asked": asked}) if as_json else told)


@contextmanager
def _folder(out: Path | None) -> Iterator[Path]:
    """A folder for the files of plans, which are kept if anything is."""
    if out:
        (out / "plans").mkdir(exist_ok=True)
        yield out
        return
    with TemporaryDirectory() as name:
        (Path(name) / "plans").mkdir()
        yield Path(name)


class _Asked:
    """What all tasks of a study have in common."""

    def __init__(self, study: Any, folder: Path, shared: Mapping[str, Any], form: str) -> None:
        self.study, self.folder, self.shared = study, folder, shared
        self.as_json, self.keeps = form == "json", form == "files"
        self.base = self._found(study.declared.base)
        self.plans = {name: self._plan(name, plan) for name, plan in study.declared.plans.items()}

    def context(self, number: int, task: Any) -> click.Context:
        """The command of a task with its options, checked but not begun.

        Raises:
            ScenarioError: if there is no such command or option, at the line of the task.
        """
        command = self._command(task)
        words = [*self._arguments(command, task), *self._options(command, task)]
        shared = {name: value for name, value in self.shared.items() if name not in task.options}
        words += _words(command, shared)
        words += ["--json"] if self.as_json else self._out(command, number, task)
        try:
            return command.make_context(" ".join(task.words), words, parent=click.get_current_context())
        except click.ClickException as error:
            raise self.study.problem(task.place, f"{' '.join(task.words)}: {error.format_message()}") from None

    def answer(self, task: Any, context: click.Context) -> Any:
        """Does what a task asks.

        Returns:
            The text under its heading, or the record.
        """
        from sim.scenario.problems import ScenarioError

        told = io.StringIO()
        try:
            with redirect_stdout(told), context:
                context.command.invoke(context)
        except click.exceptions.Exit:  # a run without valid figures says so itself
            pass
        except click.ClickException as error:
            raise self.study.problem(task.place, error.format_message()) from None
        except ScenarioError as error:
            place = self.study.document.origin(task.place, key=True)
            here = {"file": place.file, "line": place.line, "column": place.column}
            problems = [replace(one, **here) if one.file.startswith("--") else one for one in error.problems]
            raise ScenarioError(problems) from None
        if self.as_json:
            return json.loads(told.getvalue())
        title = f"{self.study.tasks.index(task) + 1}. {' '.join(task.words)}"
        return f"{title}\n{'=' * len(title)}\n\n{told.getvalue()}"

    def _command(self, task: Any) -> click.Command:
        from sim.scenario.problems import nearest, quoted

        command: click.Command = wardflow
        for word in task.words:
            there = command.commands if isinstance(command, click.Group) else {}
            if word not in there or not _runs(there[word]):
                names = sorted(name for name, one in there.items() if _runs(one) and name != "study")
                close = nearest(word, names)
                wanted = quoted(" ".join(task.words))
                message = f"nothing is called {wanted} that can be asked; there are {', '.join(names)}"
                raise self.study.problem(task.place, message, f"- {close or 'compare'}: ...")
            command = there[word]
        if isinstance(command, click.Group):
            below = ", ".join(f"{' '.join(task.words)} {name}" for name in command.commands)
            raise self.study.problem(task.place, f"say which: {below}")
        return command

    def _arguments(self, command: click.Command, task: Any) -> list[str]:
        """The base, and the plans or initiatives that a task names."""
        names = [one.name for one in command.params if isinstance(one, click.Argument)]
        found = [self.base]
        if any(name in ARGUMENTS_FOR_PLANS for name in names):
            found += [self._named(task, plan) for plan in _listed(_first(task.options, PLANS))]
        found += [str(one) for one in _listed(task.options.get("initiatives"))] if "initiatives" in names else []
        return found

    def _options(self, command: click.Command, task: Any) -> list[str]:
        from sim.scenario.problems import nearest, quoted

        arguments = {one.name for one in command.params if isinstance(one, click.Argument)}
        taken = {*(PLANS if arguments & set(ARGUMENTS_FOR_PLANS) else ()), *(arguments & {"initiatives"})}
        given = {name: value for name, value in task.options.items() if name not in taken}
        there = _by_word(command)
        for name in given:
            if name not in there:
                names = sorted({*there, *taken})
                close = nearest(name, names)
                message = f"{task.words[-1]} has no option {quoted(name)}; there are {', '.join(names)}"
                raise self.study.problem((*task.place, name), message, f"{close}: ..." if close else "")
        if "plan" in there and "plan" in given:
            given["plan"] = [self._said(one) for one in _listed(given["plan"])]
        return _words(command, given)

    def _out(self, command: click.Command, number: int, task: Any) -> list[str]:
        if "out" not in _by_word(command) or not self.keeps:
            return []
        name = f"{number + 1:02d}-{'-'.join(task.words)}"
        return ["--out", str(self.folder / (f"{name}.html" if task.words == ("brief",) else name))]

    def _found(self, file: str) -> str:
        """A file beside the study, or the name of a shipped scenario."""
        stem, plus, initiatives = file.partition("+")
        beside = self.study.folder / stem
        return f"{beside}{plus}{initiatives}" if beside.exists() else file

    def _plan(self, name: str, plan: Any) -> str:
        """The file of a plan; one with changes is written down first."""
        from sim.study.plan import load_plan, named_text

        if isinstance(plan, str):
            return self._found(plan)
        loaded = load_plan(self._found(plan.file) if plan.file else self.base, _lines(plan.set))
        file = self.folder / "plans" / f"{name}.yaml"
        file.write_text(named_text(loaded, plan.name or name.replace("_", " ")), encoding="utf-8")
        return str(file)

    def _named(self, task: Any, plan: Any) -> str:
        from sim.scenario.problems import nearest, quoted

        if str(plan) not in self.plans:
            close = nearest(str(plan), list(self.plans))
            message = f"there is no plan {quoted(str(plan))}; {', '.join(self.plans) or 'none'} are declared"
            raise self.study.problem(task.place, message, f"plans: [{close}]" if close else "plans: {more: {set: ...}}")
        return self.plans[str(plan)]

    def _said(self, plan: Any) -> str:
        """A plan for a search: one that is declared by its changes, or as written."""
        declared = self.study.declared.plans.get(str(plan))
        if declared is None or isinstance(declared, str) or declared.file:
            return str(plan)
        return f"{plan}: {'; '.join(_lines(declared.set))}"


def _runs(command: click.Command) -> bool:
    """Whether a command, or one below it, runs scenarios."""
    below = command.commands.values() if isinstance(command, click.Group) else ()
    return any(one.name == "replications" for one in command.params) or any(map(_runs, below))


def _by_word(command: click.Command) -> dict[str, click.Option]:
    """Options by name, as a study file has it: without dashes before it, with lines for those within."""
    options = [one for one in command.params if isinstance(one, click.Option)]
    return {word.lstrip("-").replace("-", "_"): one for one in options for word in one.opts}


def _words(command: click.Command, given: Mapping[str, Any]) -> list[str]:
    """Options as they stand in a command line; those that the command does not have are left out."""
    found: list[str] = []
    there = _by_word(command)
    names = {one.name: word for word, one in there.items()}
    for name, value in given.items():
        word = name if name in there else names.get(name)
        if word is None or value is None:
            continue
        option = there[word]
        dashed = next(one for one in option.opts if one.lstrip("-").replace("-", "_") == word)
        values = _lines(value) if word == "set" else _listed(value)
        if option.is_flag:
            found += [dashed] if value not in (False, None) or name == "use_store" else []
        else:
            found += [part for one in values for part in (dashed, str(one))]
    return found


def _lines(changes: Any) -> list[str]:
    """Changes as `--set` takes them."""
    if not isinstance(changes, dict):
        return [str(one) for one in _listed(changes)]
    return [f"{name}={_written(value)}" for name, value in changes.items()]


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _listed(value: Any) -> Sequence[Any]:
    return () if value is None else value if isinstance(value, list) else [value]


def _first(options: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((options[name] for name in names if name in options), None)
