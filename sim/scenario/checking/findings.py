"""Findings: what the checks of a scenario report, each with its place in the file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from sim.scenario.checking.places import written_path
from sim.scenario.pathway import OneOf, Repeat, Step
from sim.scenario.problems import Problem, nearest, quoted, suggestion
from sim.scenario.reading.document import Document
from sim.scenario.scenario import Scenario

Where = tuple[str | int, ...]
"""Place of a thing in the records: names, list positions, and the verb of a step before its fields."""

SECTIONS: Final = {
    "ward": "wards:",
    "pathway": "pathways:",
    "calendar": "calendars:",
    "member of staff": "staff:",
    "equipment": "equipment:",
    "patient class": "patients:",
    "kind of slots": "slots:",
    "supply": "supplies:",
    "set of dates": "dates:",
    "day of the week and no set of dates": "dates:",
    "rhythm": "rhythms:",
    "policy": "policies:",
    "member of staff or equipment": "staff: or equipment:",
    "outcome or pathway": "pathways:",
}
"""Where each kind of name is declared."""


@dataclass(slots=True)
class Findings:
    """Collects problems while a scenario is checked."""

    scenario: Scenario
    document: Document
    problems: list[Problem] = field(default_factory=list)
    lines: dict[tuple[str, int], list[tuple[int, int]]] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    """Names of what had to be left out since something in it is wrong; they stand for something all the same."""

    @property
    def fine(self) -> bool:
        """Whether nothing has been found that must be mended."""
        return all(problem.severity == "warning" for problem in self.problems)

    def error(self, where: Where, code: str, message: str, fix: str, *, key: bool = False) -> None:
        """Notes something that must be mended, at a value or at its name."""
        path = written_path(self.document.data, where)
        self.problems.append(self.document.problem(path, code, message, fix, key=key))

    def warn(self, where: Where, code: str, message: str, fix: str, *, key: bool = False) -> None:
        """Notes something that is odd, but allowed."""
        self.error(where, code, message, fix, key=key)
        self.problems[-1] = replace(self.problems[-1], severity="warning")

    def unknown(self, where: Where, what: str, name: str, known: Iterable[str], *, key: bool = False) -> None:
        """Notes a name that stands for nothing."""
        if name in self.gone:
            return
        names = sorted(known)
        near = nearest(name, names)
        message = f"there is no {what} {quoted(name)}; {suggestion(name, names)}"
        declare = f", or declare it under {SECTIONS[what]}" if what in SECTIONS else ""
        self.error(where, "unknown-name", message, f"write {near}" if near else f"correct the name{declare}", key=key)

    def units(self, resource: str, beyond: int) -> list[tuple[int, int]]:
        """Units of a resource over time, until some milliseconds beyond the end of the run."""
        key = resource, beyond
        if key not in self.lines:
            horizon = self.scenario.horizon + beyond
            self.lines[key] = self.scenario.resources[resource].units_over_time(self.scenario.calendar, horizon)
        return self.lines[key]

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
        elif isinstance(step, Repeat):
            yield from _walk((*place, "steps"), step.steps)
