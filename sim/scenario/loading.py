"""Loading: the one door through which a scenario file comes in."""

from dataclasses import dataclass
from pathlib import Path

from sim.scenario.checking.checks import check
from sim.scenario.checking.mending import unknown_names
from sim.scenario.checking.validating import validate
from sim.scenario.library import shipped_folder
from sim.scenario.problems import Problem, ScenarioError, in_reading_order
from sim.scenario.reading.document import Document
from sim.scenario.reading.extending import compose, read_file
from sim.scenario.reading.opening import folder_opener
from sim.scenario.reading.reading import read
from sim.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Loaded:
    """A scenario with the file that it was read from."""

    scenario: Scenario
    document: Document
    """The plain data, with lines and evidence; what the screen edits and `wardflow show` prints."""
    warnings: tuple[Problem, ...]
    """What is odd, but allowed."""


def load(path: str | Path) -> Scenario:
    """Reads, composes, validates and checks a scenario file.

    Args:
        path: a file, or the name of a shipped scenario such as `general_hospital`.

    Returns:
        The scenario.

    Raises:
        ScenarioError: with everything that is wrong, each with file, line, column and a fix.
    """
    return load_file(path).scenario


def load_file(path: str | Path) -> Loaded:
    """As `load`, with the document and the warnings.

    Raises:
        ScenarioError: with everything that is wrong.
    """
    file = Path(path)
    if file.suffix == "" and not file.exists():
        shipped = shipped_folder() / f"{path}.yaml"
        file = shipped if shipped.exists() else file
    if file.is_absolute() and file.is_relative_to(Path.cwd()):
        file = file.relative_to(Path.cwd())
    return from_document(read_file(file, shipped_folder()))


def load_text(text: str | bytes, file: str = "scenario.yaml", folder: Path | None = None) -> Loaded:
    """Loads a scenario that is not in a file, such as one that the screen has put together.

    Args:
        text: what would stand in the file.
        file: a name for messages.
        folder: where the files that it extends lie; the shipped scenarios are always found.

    Raises:
        ScenarioError: with everything that is wrong.
    """
    opener = folder_opener(folder or shipped_folder(), shipped_folder())
    return from_document(compose(read(text, file), opener))


def from_document(document: Document) -> Loaded:
    """Validates and checks a composed document.

    Raises:
        ScenarioError: with everything that is wrong.
    """
    try:
        scenario = validate(document)
    except ScenarioError as error:
        problems = [*error.problems, *unknown_names(document), *document.unread]
        raise ScenarioError(in_reading_order(problems, document.file)) from None
    if document.unread:
        raise ScenarioError(document.unread)
    problems = check(scenario, document)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise ScenarioError(errors)
    return Loaded(scenario, document, (*document.warnings, *problems))
