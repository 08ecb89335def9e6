"""The delay curves of the stroke pathway as a picture: theory, the paper, its reproduction and Wardflow."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from validation.published import stroke
from validation.theory.formulas import erlang_b
from validation.verdicts import Observed

NAME: Final = "stroke_delays.svg"
TITLE: Final = "Stroke pathway: how often is there no bed?"
ALTERNATIVE: Final = (
    "Two curves of the share of patients who are delayed by number of beds, one for the acute stroke unit and one for "
    "rehabilitation. Wardflow's points lie on the exact curve of Erlang's loss formula, the paper's and its "
    "reproduction's within rounding of it, the paper's acute ones slightly above."
)
SHOWN: Final = {stroke.ACUTE: range(6, 17), stroke.REHAB: range(8, 18)}
HEADINGS: Final = {stroke.ACUTE: "Acute stroke unit", stroke.REHAB: "Rehabilitation unit"}
HIGHEST: Final = 0.42
"""Share of patients at the upper edge."""
WIDTH, HEIGHT, WIDE, HIGH, TOP, LEFT = 900, 430, 370, 280, 90, 60
"""Size of the picture, size of a panel, and where the first begins, in pixels."""
GREY, BLUE, ORANGE, GREEN = "#555555", "#0072b2", "#d55e00", "#009e73"
"""Colours that the colour-blind can tell apart (Okabe and Ito 2008)."""
BESIDE: Final = 0.16
"""Printed points stand a little beside ours, in beds."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One unit's part of the picture."""

    unit: str
    left: float

    def x(self, beds: float) -> float:
        """Pixels from the left for a number of beds."""
        first, last = SHOWN[self.unit][0] - 0.5, SHOWN[self.unit][-1] + 0.5
        return self.left + (beds - first) / (last - first) * WIDE

    def y(self, share: float) -> float:
        """Pixels from the top for a share of patients."""
        return TOP + (1 - share / HIGHEST) * HIGH


def write(folder: Path, rows: Observed | None = None) -> list[Path]:
    """Writes the picture.

    Args:
        folder: where to.
        rows: what the replications of the case `stroke` observed; if not given, they are run (half a minute).

    Returns:
        The files that were written.
    """
    if rows is None:
        rows = [stroke.observe(stroke.BASE, number) for number in range(stroke.replications(stroke.BASE))]
    file = folder / NAME
    file.write_text(picture(rows), encoding="utf-8")
    return [file]


def picture(rows: Observed) -> str:
    """The picture as SVG."""
    panels = (Panel(stroke.ACUTE, LEFT), Panel(stroke.REHAB, LEFT + WIDE + 70))
    days = stroke.by_unit(rows)
    body = [
        line for panel in panels for line in (*_frame(panel), *_theory(panel), *_ours(panel, days), *_others(panel))
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" font-family="sans-serif" font-size="13" fill="{GREY}">\n'
        f"<title>{escape(TITLE)}</title>\n<desc>{escape(ALTERNATIVE)}</desc>\n"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n'
        f'<text x="{LEFT - 40}" y="28" font-size="18" fill="black">{escape(TITLE)}</text>\n'
    )
    return head + "\n".join([*_key(), *body]) + "\n</svg>\n"


def _frame(panel: Panel) -> Iterator[str]:
    for step in range(9):
        share = step * 0.05
        yield (
            f'<line x1="{panel.left}" x2="{panel.left + WIDE}" y1="{panel.y(share):.1f}" y2="{panel.y(share):.1f}" '
            f'stroke="#dddddd"/>'
        )
        yield f'<text x="{panel.left - 8}" y="{panel.y(share) + 4:.1f}" text-anchor="end">{share:.0%}</text>'
    for beds in SHOWN[panel.unit]:
        yield f'<text x="{panel.x(beds):.1f}" y="{TOP + HIGH + 20}" text-anchor="middle">{beds}</text>'
    middle = panel.left + WIDE / 2
    yield f'<text x="{middle}" y="{TOP + HIGH + 42}" text-anchor="middle">beds</text>'
    heading = f"{HEADINGS[panel.unit]}: share of patients delayed"
    yield f'<text x="{panel.left}" y="{TOP - 10}" fill="black">{heading}</text>'


def _theory(panel: Panel) -> Iterator[str]:
    mean = stroke.LOADS["stroke"].of(panel.unit)
    points = " ".join(f"{panel.x(beds):.1f},{panel.y(erlang_b(mean, beds)):.1f}" for beds in SHOWN[panel.unit])
    yield f'<polyline points="{points}" fill="none" stroke="{GREY}" stroke-width="1.5"/>'


def _ours(panel: Panel, days: dict[str, stroke.Days]) -> Iterator[str]:
    for beds in SHOWN[panel.unit]:
        found = stroke.delay(days[panel.unit], beds)
        low, high = (panel.y(found.mean + side * found.half_width) for side in (-1, 1))
        x = panel.x(beds)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{low:.1f}" y2="{high:.1f}" stroke="{BLUE}" stroke-width="2"/>'
        yield _dot(x, panel.y(found.mean))


def _others(panel: Panel) -> Iterator[str]:
    for row in stroke.rows_printed("stroke"):
        if row["unit"] == panel.unit:
            x, y = panel.x(int(row["beds"])), panel.y(float(row["delay"]))
            beside = panel.x(BESIDE) - panel.x(0)
            yield _diamond(x - beside, y) if row["source"] == "paper" else _triangle(x + beside, y)


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{BLUE}"/>'


def _diamond(x: float, y: float) -> str:
    return _shape(((x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)), ORANGE)


def _triangle(x: float, y: float) -> str:
    return _shape(((x, y - 5), (x + 5, y + 4), (x - 5, y + 4)), GREEN)


def _shape(corners: Iterable[tuple[float, float]], colour: str) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return f'<polygon points="{points}" fill="none" stroke="{colour}" stroke-width="1.8"/>'


def _key() -> Iterator[str]:
    """What the marks mean."""
    y = 52
    marks = (
        (f'<line x1="14" x2="36" y1="{y}" y2="{y}" stroke="{GREY}" stroke-width="1.5"/>', "exact (Erlang)"),
        (_dot(175, y), "Wardflow, 95 % interval"),
        (_diamond(365, y), "paper (Monks et al. 2016)"),
        (_triangle(565, y), "its open reproduction (pydesrap_stroke)"),
    )
    for (mark, text), x in zip(marks, (42, 186, 376, 576), strict=True):
        yield f'{mark}<text x="{x}" y="{y + 4}">{text}</text>'
