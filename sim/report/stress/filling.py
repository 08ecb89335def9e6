"""Filling: marked parts of a page of Markdown are replaced by what a scenario file, or the program itself, says.

A mark is `<!-- from the file: 2.5.3 -->` or `<!-- from the program: rules -->`; what stands between it and
`<!-- end -->` is written anew.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from sim.engine.checking.invariants import RULES
from sim.measure.kpis import FAMILIES
from sim.report.document import Block, Document, Grid, Line, markdown, points
from sim.report.kpi_list import BETTER
from sim.report.stress.implementation import INSTANT, RANDOM
from sim.report.stress.sheet import Sheet
from sim.scenario.care import Activity, Enter, GiveBack, Hold, Stay
from sim.scenario.pathway import Go, Leave, Mark, OneOf, Repeat, Vacate, WaitUntil
from sim.scenario.queueing import OUTCOMES
from sim.scenario.telling.words import spaced
from sim.study.files import write_whole

MARK: Final = re.compile(
    r"<!-- from the (?P<whence>file|program): (?P<name>[\w.]+) -->\n.*?^<!-- end -->$", re.MULTILINE | re.DOTALL
)
STEPS: Final = (Activity, Enter, Stay, WaitUntil, OneOf, Repeat, Hold, GiveBack, Go, Leave, Mark, Vacate)


class MarkError(ValueError):
    """A mark asks for something that there is not."""


def filled(page: str, found: Sheet) -> str:
    """Fills the marked parts of a page.

    Args:
        page: Markdown with marks.
        found: the sheet from which items are taken.

    Raises:
        MarkError: if a mark asks for something that there is not, or there is no mark.
    """
    items = {one.number: _text(one.blocks) for one in found.items}
    parts = {"file": items, "program": {name: _text(made()) for name, made in PROGRAM.items()}}

    def part(mark: re.Match[str]) -> str:
        known: Mapping[str, str] = parts[mark["whence"]]
        if mark["name"] not in known:
            raise MarkError(f"there is nothing called {mark['name']} to fill in; there is {', '.join(known)}")
        return f"<!-- from the {mark['whence']}: {mark['name']} -->\n\n{known[mark['name']]}\n\n<!-- end -->"

    if not MARK.search(page):
        raise MarkError("the page has no mark such as <!-- from the file: 2.5.3 --> with an <!-- end -->")
    return MARK.sub(part, page)


def fill_page(page: Path, found: Sheet) -> None:
    """Fills the marked parts of a page in its file.

    Raises:
        MarkError: as `filled`; then the file stays as it is.
    """
    text = filled(page.read_text(encoding="utf-8"), found)
    write_whole(page, lambda part: part.write_text(text, encoding="utf-8", newline="\n"))


def _text(blocks: tuple[Block, ...]) -> str:
    """Blocks as Markdown."""
    return markdown(Document("", tuple(blocks), ())).partition("\n\n")[2].rstrip("\n")


def _rules() -> tuple[Block, ...]:
    return (points(list(RULES.values()), 1),)


def _steps() -> tuple[Block, ...]:
    rows = []
    for record in STEPS:
        told = " ".join((record.__doc__ or "").split())
        rows.append((record.verb, told))
    return (Grid(("Step", "What it is"), tuple(rows)),)


def _figures() -> tuple[Block, ...]:
    blocks: list[Block] = []
    for family, kpis in FAMILIES.items():
        rows = [(one.name, one.label, f"{one.unit}; {BETTER[one.direction]}", one.definition) for one in kpis]
        blocks += [Line("", f"{family}."), Grid(("Name", "Figure", "Unit", "How it is worked out"), tuple(rows))]
    return tuple(blocks)


PROGRAM: Final[dict[str, Callable[[], tuple[Block, ...]]]] = {
    "steps": _steps,
    "outcomes": lambda: (Line(f"{', '.join(map(spaced, OUTCOMES))}."),),
    "instant": lambda: (points(INSTANT, 1),),
    "random": lambda: (points(RANDOM),),
    "rules": _rules,
    "figures": _figures,
}
"""What the program says of itself, by the name under which a mark asks for it."""
