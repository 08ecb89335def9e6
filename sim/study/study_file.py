"""A study file: a base, plans for it, and what is asked of them, so that a whole study can be run again."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, ValidationError

from sim.scenario.problems import Problem, ScenarioError, nearest, quoted
from sim.scenario.quantities import Declared, Label, Name, PositiveCount, Text
from sim.scenario.reading.document import Document
from sim.scenario.reading.document import Path as Place
from sim.scenario.reading.reading import read

VERSION: Final = 1
HEAD: Final = "wardflow_study"
EXAMPLE: Final = "ask: [compare]"


def _version(found: int) -> int:
    if found != VERSION:
        raise ValueError(f"version {VERSION} of study files is the only one")
    return found


class StudyRun(Declared):
    """How often everything is run, instead of what the base says."""

    replications: PositiveCount | None = None
    """Replications of each scenario. Example: `20`."""
    seed: int | None = None
    """What fixes all chance. Example: `2026`."""


class StudyPlan(Declared):
    """A plan: a file or the base, with changes."""

    name: Label | None = None
    """What people call it. Example: `Twelve more beds`."""
    file: str | None = None
    """Instead of the base: a file, or the name of a shipped scenario, with initiatives behind it."""
    set: dict[str, Any] | list[str] = {}
    """Changes, as behind `--set`. Example: `{wards.medical.beds: +12}`."""


class StudyFile(Declared):
    """A study as its file declares it."""

    wardflow_study: Annotated[int, AfterValidator(_version)]
    """Version of study files. Example: `1`."""
    name: Label
    """What the study is called."""
    question: Text = ""
    """What is to be decided."""
    base: str
    """A scenario file beside this one, or the name of a shipped scenario, with initiatives behind it."""
    run: StudyRun = StudyRun()
    """How often everything is run."""
    plans: dict[Name, str | StudyPlan] = {}
    """Plans by name: a file or shipped scenario as `base`, or changes."""
    ask: list[str | dict[str, Any]]
    """What is asked: commands of `wardflow` with their options, in order."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that a study asks."""

    place: Place
    """Where it stands in the file."""
    words: tuple[str, ...]
    """Names of the command, such as `("search", "goal")`."""
    options: Mapping[str, Any]
    """As written, by name without dashes."""


@dataclass(frozen=True, slots=True)
class Study:
    """A study file that was read."""

    declared: StudyFile
    document: Document
    folder: Path
    """Where its files lie."""
    tasks: tuple[Task, ...]

    def problem(self, place: Place, message: str, fix: str = "") -> ScenarioError:
        """What is wrong at a place of the file."""
        return ScenarioError([self.document.problem(place, "study", message, fix)])


def read_study(file: Path) -> Study:
    """Reads a study file.

    Raises:
        ScenarioError: with everything that is wrong with it; whether commands and options are there is not looked at.
    """
    try:
        document = read(file.read_bytes(), file.as_posix())
    except OSError as error:
        raise ScenarioError(
            [Problem(str(file), 0, 0, "", "file-missing", f"the file cannot be opened ({error.strerror})")]
        ) from None
    try:
        declared = StudyFile.model_validate(document.data)
    except ValidationError as error:
        problems = [_problem(document, detail) for detail in error.errors(include_url=False)]
        raise ScenarioError(list(dict.fromkeys(problems))) from None
    tasks = [_task(document, number, entry) for number, entry in enumerate(declared.ask)]
    if not tasks:
        raise ScenarioError([document.problem(("ask",), "study", "nothing is asked", EXAMPLE)])
    return Study(declared, document, file.parent, tuple(tasks))


def _problem(document: Document, detail: Any) -> Problem:
    """Says what pydantic found, at the line where it is."""
    place = tuple(part for part in detail["loc"] if part not in ("str", "StudyPlan"))
    if detail["type"] == "extra_forbidden":
        close = nearest(str(place[-1]), list(_fields(place)))
        message = f"{quoted(str(place[-1]))} means nothing here; there are {', '.join(_fields(place))}"
        return document.problem(place, "unknown-name", message, f"{close}: ..." if close else "", key=True)
    if detail["type"] == "missing":
        example = {HEAD: f"{HEAD}: {VERSION}", "name": "name: More beds?", "base": "base: general_hospital"}
        name = str(place[-1])
        return document.problem(place[:-1], "missing", f"{name} is missing", example.get(name, EXAMPLE))
    return document.problem(place, "study", str(detail["msg"]).removeprefix("Value error, "))


def _fields(place: Place) -> tuple[str, ...]:
    """Names that may stand where a name stands."""
    if len(place) == 1:
        return tuple(StudyFile.model_fields)
    return tuple(StudyRun.model_fields if place[0] == "run" else StudyPlan.model_fields)


def _task(document: Document, number: int, entry: str | dict[str, Any]) -> Task:
    """Reads `compare` or `search goal: {lever: ..., goal: ...}`."""
    place: Place = ("ask", number)
    if isinstance(entry, str):
        return Task(place, tuple(entry.split()), {})
    if len(entry) != 1:
        message = f"one command stands in each entry, not {', '.join(entry) or 'none'}"
        raise ScenarioError([document.problem(place, "study", message, "- compare: {plans: [more_beds]}")])
    ((words, options),) = entry.items()
    if options is not None and not isinstance(options, dict):
        message = f"behind {words} stand names of options with values"
        raise ScenarioError([document.problem((*place, words), "study", message, f"{words}: {{plans: [more_beds]}}")])
    return Task((*place, words), tuple(words.split()), options or {})
