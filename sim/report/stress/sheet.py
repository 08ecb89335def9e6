"""A sheet: every item of STRESS-DES, filled from a scenario file; none is left blank.

Source: Monks, Currie, Onggo, Robinson, Kunc and Taylor (2019), Strengthening the reporting of empirical simulation
studies: introducing the STRESS guidelines, Journal of Simulation 13:55-67.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sim.report.document import Block, Code, Document, Line, Points, Section, html, markdown
from sim.report.records import to_json
from sim.report.stress import components, data, experimentation, implementation, logic, objectives
from sim.report.stress.subject import Subject

SOURCE: Final = (
    "The items are those of STRESS-DES (Monks and others 2019, Strengthening the reporting of empirical simulation "
    "studies, Journal of Simulation 13:55-67). Each is filled from the scenario file; where the file is silent, the "
    "default of Wardflow is told."
)
PARTS: Final = {
    "1": "Objectives",
    "2": "Logic",
    "3": "Data",
    "4": "Experimentation",
    "5": "Implementation",
    "6": "Code access",
}
ITEMS: Final[dict[str, tuple[str, Callable[[Subject], list[Block]]]]] = {
    "1.1": ("Purpose of the model", objectives.purpose),
    "1.2": ("Model outputs", objectives.outputs),
    "1.3": ("Experimentation aims", objectives.aims),
    "2.1": ("Base model overview diagram", logic.overview),
    "2.2": ("Base model logic", logic.base_logic),
    "2.3": ("Scenario logic", logic.scenario_logic),
    "2.4": ("Algorithms", logic.algorithms),
    "2.5.1": ("Components: entities", components.entities),
    "2.5.2": ("Components: activities", components.activities),
    "2.5.3": ("Components: resources", components.resources),
    "2.5.4": ("Components: queues", components.queues),
    "2.5.5": ("Components: entry and exit points", components.entry_and_exit),
    "3.1": ("Data sources", data.sources),
    "3.2": ("Pre-processing", data.preprocessing),
    "3.3": ("Input parameters", data.parameters),
    "3.4": ("Assumptions", data.assumed),
    "4.1": ("Initialisation", experimentation.initialisation),
    "4.2": ("Run length", experimentation.run_length),
    "4.3": ("Estimation approach", experimentation.estimation),
    "5.1": ("Software or programming language", implementation.software),
    "5.2": ("Random sampling", implementation.sampling),
    "5.3": ("Model execution", implementation.execution),
    "5.4": ("System specification", implementation.system),
    "6.1": ("Computer model sharing statement", implementation.sharing),
}
"""Title of each item by its number, and what fills it."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the sheet."""

    number: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The STRESS-DES sheet of a scenario."""

    name: str
    fingerprint: str
    items: tuple[Item, ...]


def sheet(subject: Subject) -> Sheet:
    """Fills the sheet of a scenario."""
    items = tuple(Item(number, title, tuple(fill(subject))) for number, (title, fill) in ITEMS.items())
    return Sheet(subject.scenario.name, subject.scenario.fingerprint(), items)


def document(found: Sheet) -> Document:
    """A sheet as a document."""
    sections: list[Section] = []
    for part, heading in PARTS.items():
        sections.append(Section(f"{part} {heading}", ()))
        own = (one for one in found.items if one.number.partition(".")[0] == part)
        sections += [Section(f"{one.number} {one.title}", one.blocks, 3) for one in own]
    return Document(f"{found.name}: description of the model (STRESS-DES)", (Line(SOURCE),), tuple(sections))


def record(found: Sheet) -> dict[str, Any]:
    """A sheet as plain values."""
    return {
        "name": found.name,
        "fingerprint": found.fingerprint,
        "guideline": SOURCE,
        "items": [
            {
                "number": one.number,
                "part": PARTS[one.number.partition(".")[0]],
                "title": one.title,
                "blocks": [_plain(block) for block in one.blocks],
            }
            for one in found.items
        ],
    }


def _plain(block: Block) -> dict[str, Any]:
    if isinstance(block, Line):
        return {"text": _joined(block)}
    if isinstance(block, Points):
        return {"list": [_joined(line) for line in block.lines]}
    if isinstance(block, Code):
        return {"diagram": block.text, "language": block.language}
    return {"head": list(block.head), "rows": [list(row) for row in block.rows]}


def _joined(line: Line) -> str:
    return " ".join(filter(None, [line.lead, line.text]))


FORMS: Final[dict[str, Callable[[Sheet], str]]] = {
    "markdown": lambda found: markdown(document(found)),
    "html": lambda found: html(document(found)),
    "json": lambda found: f"{to_json({'ok': True, **record(found)})}\n",
}
"""How sheets are written."""
