"""Findings: what the checks of a scenario report, each with its place in the file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from sim.scenario.document import Document
from sim.scenario.pathway import OneOf, Step
from sim.scenario.problems import Problem, nearest, quoted, suggestion
from sim.scenario.scenario import Scenario
from sim.scenario.validating import written_path

Where = tuple[str | int, ...]
"""Place of a thing in the records: names, list positions, and the verb of a step before its fields."""


@dataclass(slots=True)
class Findings:
    """Collects problems while a scenario is checked."""

    scenario: Scenario
    document: Document
    problems: list[Problem] = field(default_factory=list)

    def error(self, where: Where, code: str, message: str, fix: str = "") -> None:
        """Notes something that must be mended."""
        path, _ = written_path(self.document.data, where)
        self.problems.append(self.document.problem(path, code, message, fix))

    def warn(self, where: Where, code: str, message: str, fix: str = "") -> None:
        """Notes something that is odd, but allowed."""
        path, _ = written_path(self.document.data, where)
        self.problems.append(replace(self.document.problem(path, code, message, fix), severity="warning"))

    def unknown(self, where: Where, what: str, name: str, known: Iterable[str]) -> None:
        """Notes a name that stands for nothing."""
        names = sorted(known)
        message = f"there is no {what} {quoted(name)}; {suggestion(name, names)}"
        self.error(where, "unknown-name", message, nearest(name, names) or f"declare {quoted(name)}")

    def steps(self) -> Iterator[tuple[str, Where, Step]]:
        """All steps of all pathways, those inside branches too: pathway, place and step."""
        for name, steps in self.scenario.pathways.items():
            for where, step in _walk(("pathways", name), steps):
                yield name, where, step


def _walk(where: Where, steps: list[Step]) -> Iterator[tuple[Where, Step]]:
    for number, step in enumerate(steps):
        place = (*where, number, step.verb)
        yield place, step
        if isinstance(step, OneOf):
            for position, option in enumerate(step.options):
                yield from _walk((*place, "options", position, "steps"), option.steps or [])
