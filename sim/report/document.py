"""A document: headings, sentences, lists and tables, as Markdown or as one web page that needs nothing else."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

Form = Literal["markdown", "html"]
_SIGNS: Final = re.compile(r"([\\`*<\[\]|])|(?<!\w)_|_(?!\w)")
"""Signs that mean something in Markdown wherever they stand."""
_STARTS: Final = re.compile(r"^(\d*)([#+>.)-])(?=\s|$)")
"""Signs that mean something where a line begins."""
STYLE: Final = """
body { font: 16px/1.45 "Source Sans 3", Arial, "DejaVu Sans", sans-serif; color: #212B32; background: #fff;
  max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .6rem; }
h2 { font-size: 1.1rem; margin: 1.4rem 0 .4rem; color: #005EB8; }
h3 { font-size: 1rem; margin: 1rem 0 .3rem; }
p, ul, ol { margin: .4rem 0; } ul, ol { padding-left: 1.3rem; }
.across, pre { overflow-x: auto; } pre { font-size: .8rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; margin: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #D8DDE0; }
@page { size: A4; margin: 14mm; }
@media print { body { font-size: 9pt; line-height: 1.3; margin: 0; padding: 0; max-width: none; }
  h1 { font-size: 14pt; } h2 { font-size: 10.5pt; margin: .7rem 0 .2rem; break-after: avoid; }
  p, ul, ol, table { margin: .2rem 0; } th, td { padding: .1rem .5rem .1rem 0; } tr { break-inside: avoid; } }
"""
"""Look of the page; it prints well."""
WIDEST: Final = 60
"""Letters to which the cells of a column are filled up with blanks, at most."""
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may load for the page: nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence or two; the lead stands out in front."""

    text: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """A list."""

    lines: tuple[Line, ...]
    first: int = 0
    """Number of its first line; 0 for a list without numbers."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Text of another language that is kept as it stands, such as a diagram."""

    text: str
    language: str = ""


Block = Line | Points | Grid | Code


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it."""

    title: str
    blocks: tuple[Block, ...]
    level: int = 2
    """2 for a heading under the title, 3 for one under such a heading."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader is handed."""

    title: str
    opening: tuple[Block, ...]
    """What stands before the first heading."""
    sections: tuple[Section, ...]


def points(texts: Sequence[str | Line], first: int = 0) -> Points:
    """Makes a list of sentences, numbered if the number of the first is given."""
    return Points(tuple(Line(one) if isinstance(one, str) else one for one in texts), first)


def grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Grid:
    """Makes a table; a column that says nothing in any row is left out.

    >>> grid(["Ward", "Owner"], [["Medical", ""]])
    Grid(head=('Ward',), rows=(('Medical',),))
    """
    kept = [number for number in range(len(head)) if any(row[number] for row in rows)]
    return Grid(tuple(head[one] for one in kept), tuple(tuple(row[one] for one in kept) for row in rows))


def listed(words: Iterable[str], most: int | None = None) -> str:
    """Lists words; of too many the last are only counted.

    >>> listed(["a", "b"]), listed(["a", "b", "c", "d"], 2)
    ('a, b', 'a, b and 2 more')
    """
    told = list(words)
    more = len(told) - most if most and len(told) > most else 0
    return ", ".join(told[: len(told) - more]) + (f" and {more} more" if more else "")


def markdown(document: Document) -> str:
    """Writes a document as Markdown that can also be read as it stands.

    >>> print(markdown(Document("Beds", (Line("yes", "More?"),), ())))
    # Beds
    <BLANKLINE>
    **More?** yes
    <BLANKLINE>
    """
    parts = [f"# {plain(document.title)}", *map(_markdown_block, document.opening)]
    for section in document.sections:
        parts += [f"{'#' * section.level} {plain(section.title)}", *map(_markdown_block, section.blocks)]
    return "\n\n".join(parts) + "\n"


def html(document: Document) -> str:
    """Writes a document as a page that loads nothing from anywhere."""
    body = [f"<h1>{escape(document.title)}</h1>", *map(_html_block, document.opening)]
    for section in document.sections:
        body += [_html_heading(section), *map(_html_block, section.blocks)]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en-GB">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(document.title)}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            *body,
            "</body>",
            "</html>",
            "",
        ]
    )


FORMS: Final[dict[Form, Callable[[Document], str]]] = {"markdown": markdown, "html": html}
"""How documents are written."""


def plain(text: str) -> str:
    r"""Returns text that Markdown leaves as it is, on one line.

    >>> plain("age_band of *all*"), plain("1. <b>|")
    ('age_band of \\*all\\*', '1\\. \\<b>\\|')
    """
    marked = _SIGNS.sub(lambda found: f"\\{found[0]}", " ".join(text.split()))
    return _STARTS.sub(r"\1\\\2", marked)


def _markdown_block(block: Block) -> str:
    if isinstance(block, Line):
        return _markdown_line(block)
    if isinstance(block, Points):
        marks = [f"{block.first + place}." if block.first else "-" for place in range(len(block.lines))]
        return "\n".join(f"{mark} {_markdown_line(line)}" for mark, line in zip(marks, block.lines, strict=True))
    if isinstance(block, Code):
        return f"```{block.language}\n{block.text}\n```"
    columns = [[plain(cell) for cell in column] for column in zip(block.head, *block.rows, strict=True)]
    widths = [min(max(3, *map(len, column)), WIDEST) for column in columns]
    lines = list(zip(*columns, strict=True))
    ruled = [lines[0], tuple("-" * width for width in widths), *lines[1:]]
    return "\n".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |" for line in ruled
    )


def _markdown_line(line: Line) -> str:
    lead = f"**{plain(line.lead)}**" if line.lead else ""
    return " ".join(filter(None, [lead, plain(line.text)]))


def _shown(text: str) -> str:
    """Text in a page; a number stays with its per cent sign."""
    return escape(text).replace(" %", "&nbsp;%")


def _html_heading(section: Section) -> str:
    return f"<h{section.level}>{escape(section.title)}</h{section.level}>"


def _html_block(block: Block) -> str:
    if isinstance(block, Line):
        return f"<p>{_html_line(block)}</p>"
    if isinstance(block, Points):
        tag, begins = ("ol", f'ol start="{block.first}"') if block.first else ("ul", "ul")
        return "\n".join([f"<{begins}>", *(f"<li>{_html_line(line)}</li>" for line in block.lines), f"</{tag}>"])
    if isinstance(block, Code):
        return f'<pre tabindex="0">{escape(block.text)}</pre>'
    head = "".join(f'<th scope="col">{_shown(cell)}</th>' for cell in block.head)
    rows = ("".join(f"<td>{_shown(cell)}</td>" for cell in row) for row in block.rows)
    lines = [f"<thead><tr>{head}</tr></thead>", "<tbody>", *(f"<tr>{row}</tr>" for row in rows), "</tbody>"]
    return "\n".join(['<div class="across" tabindex="0"><table>', *lines, "</table></div>"])


def _html_line(line: Line) -> str:
    lead = f"<strong>{_shown(line.lead)}</strong>" if line.lead else ""
    return " ".join(filter(None, [lead, _shown(line.text)]))


def form_of(name: str) -> Callable[[Document], str] | None:
    """How a document is written to a file of some name; None if nobody knows.

    >>> form_of("brief.html") is html, form_of("brief.MD") is markdown, form_of("brief.docx")
    (True, True, None)
    """
    ends: dict[str, Form] = {".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html"}
    form = ends.get(name[name.rfind(".") :].lower() if "." in name else "")
    return FORMS[form] if form else None
