"""Lines as SVG: a small picture that needs nothing to be shown, for folders and documents."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from sim.report.charts.theme import FONT, GREY, INK, PALE

WIDTH: Final = 720
HEIGHT: Final = 320
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 44, 48
"""Margins in pixels."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through points; the first has the x of `first`, each further one 1 more."""

    values: Sequence[float]
    colour: str
    width: float = 2.0
    first: int = 1


@dataclass(frozen=True, slots=True)
class Mark:
    """An upright line with words beside it."""

    at: float
    words: str
    colour: str
    row: int = 0
    """In which line below the title the words stand, so that two marks do not cover each other."""


def lines_svg(title: str, axis: str, curves: Sequence[Curve], marks: Sequence[Mark]) -> str:
    """Draws curves over days.

    Args:
        title: in plain words.
        axis: what the numbers along the foot are.
        curves: the last lies on top.
        marks: moments that are pointed at.
    """
    last = max(curve.first + len(curve.values) - 1 for curve in curves)
    top = _nice(max(max(curve.values) for curve in curves))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}" font-family="{escape(FONT)}" font-size="12" fill="{INK}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#FFFFFF"/>',
        f'<text x="{LEFT}" y="20" font-size="16" font-weight="600">{escape(title)}</text>',
    ]
    for step in range(5):
        value = top * step / 4
        y = _y(value, top)
        parts.append(f'<line x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}" stroke="{PALE}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{value:,.4g}</text>')
    spacing = max(1, math.ceil(last / 7 / 10)) * 7
    for day in range(0, last + 1, spacing):
        parts.append(f'<text x="{_x(day, last)}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{day}</text>')
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 8}" text-anchor="middle" fill="{GREY}">{escape(axis)}</text>')
    for curve in curves:
        points = " ".join(
            f"{_x(curve.first + place, last)},{_y(value, top)}" for place, value in enumerate(curve.values)
        )
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{curve.colour}" stroke-width="{curve.width:g}"/>'
        )
    parts += [part for mark in marks for part in _mark(mark, last)]
    return "\n".join([*parts, "</svg>", ""])


def _mark(mark: Mark, last: int) -> list[str]:
    x, side = _x(mark.at, last), -6 if mark.at > last / 2 else 6
    anchor = "end" if side < 0 else "start"
    y = HEIGHT - BOTTOM - 10 - 18 * mark.row
    return [
        f'<line x1="{x}" y1="{TOP}" x2="{x}" y2="{HEIGHT - BOTTOM}" stroke="{mark.colour}" stroke-width="2" '
        f'stroke-dasharray="6 4"/>',
        f'<text x="{x + side:.1f}" y="{y}" text-anchor="{anchor}" fill="{mark.colour}" '
        f'stroke="#FFFFFF" stroke-width="4" paint-order="stroke">{escape(mark.words)}</text>',
    ]


def _x(day: float, last: int) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * day / max(last, 1), 1)


def _y(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top, 1)


def _nice(value: float) -> float:
    """A round number that is not below a value.

    >>> _nice(873.0), _nice(0.31), _nice(0.0)
    (1000.0, 0.4, 1.0)
    """
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(round(step * power, 12) for step in (1, 2, 4, 5, 6, 8, 10) if step * power >= value)
