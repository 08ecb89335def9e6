"""Plots: small pictures of the verdicts, as SVG text without any library."""

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from validation.verdicts import Verdict

WIDTH: Final = 960
LEFT: Final = 56
INK: Final = "#212B32"
GREY: Final = "#425563"
PALE: Final = "#E8EDEE"
COLOURS: Final = {"agrees": "#005EB8", "explained": "#212B32", "differs": "#AE2573"}
_FONT: Final = "Arial, 'DejaVu Sans', sans-serif"
_REACH: Final = 1.6
"""Tolerances from top to bottom of a plot of differences; what lies beyond is drawn at the edge."""
_BINS: Final = tuple(number / 2 for number in range(-8, 8))
"""Left edges of the bars in units of a standard error; those at the ends hold the rest."""


def chance(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Verdicts on what has chance in it, by the reference as it stands."""
    return [
        verdict
        for verdict in verdicts
        if verdict.half_width > 0 and not math.isnan(verdict.z) and not verdict.explained
    ]


def differences(title: str, verdicts: Sequence[Verdict]) -> str:
    """Each measure's interval, as its distance from the reference in tolerances: inside the band it agrees.

    Args:
        title: heading.
        verdicts: those with a tolerance, in order; measures of one case stand together.
    """
    height, top, bottom = 260, 40, 44
    middle, scale = (top + height - bottom) / 2, (height - bottom - top) / 2 / _REACH
    step = (WIDTH - LEFT - 12) / max(len(verdicts), 1)

    def y(value: float) -> float:
        return middle - scale * max(-_REACH, min(_REACH, value))

    parts = [
        f'<rect x="{LEFT}" y="{y(1):.1f}" width="{WIDTH - LEFT - 12}" height="{2 * scale:.1f}" fill="{PALE}"/>',
        f'<line x1="{LEFT}" x2="{WIDTH - 12}" y1="{middle}" y2="{middle}" stroke="{GREY}"/>',
        *(_text(LEFT - 6, y(value) + 4, word, anchor="end") for value, word in ((1, "+1"), (0, "0"), (-1, "-1"))),
        _text(LEFT, height - 14, f"{len(verdicts)} measures, case by case; the grey band is the tolerance"),
    ]
    for number, verdict in enumerate(verdicts):
        x = LEFT + (number + 0.5) * step
        off = (verdict.mean - verdict.reference) / verdict.tolerance
        half, colour = verdict.half_width / verdict.tolerance, COLOURS[verdict.word]
        name = escape(f"{verdict.scenario}, {verdict.measure}: {verdict.mean:.5g} instead of {verdict.reference:.5g}")
        parts.append(
            f'<g stroke="{colour}" fill="{colour}"><title>{name}</title>'
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y(off - half):.1f}" y2="{y(off + half):.1f}"/>'
            f'<circle cx="{x:.1f}" cy="{y(off):.1f}" r="1.6" stroke="none"/></g>'
        )
    return _drawing(title, "Difference from the reference, in tolerances, with the 95 % interval", height, parts)


def spread(title: str, verdicts: Sequence[Verdict]) -> str:
    """Bars of how many standard errors measures are off, and how many there would be by chance alone.

    Args:
        title: heading.
        verdicts: those with chance in them.
    """
    height, top, bottom = 240, 40, 44
    width = (WIDTH - LEFT - 12) / len(_BINS)
    shares = [_normal(edge) for edge in _BINS]
    counts = [0] * len(_BINS)
    for verdict in verdicts:
        counts[max(0, min(len(_BINS) - 1, math.floor(verdict.z * 2) + len(_BINS) // 2))] += 1
    scale = (height - top - bottom) / max(*counts, *(share * len(verdicts) for share in shares), 1)
    parts = []
    for number, (edge, count, share) in enumerate(zip(_BINS, counts, shares, strict=True)):
        x, tall, line = LEFT + number * width, count * scale, height - bottom - share * len(verdicts) * scale
        parts += [
            f'<rect x="{x + 2:.1f}" y="{height - bottom - tall:.1f}" width="{width - 4:.1f}" height="{tall:.1f}" '
            f'fill="{COLOURS["agrees"]}"><title>{count}</title></rect>',
            f'<path d="M{x:.1f} {line:.1f}h{width:.1f}" stroke="{INK}" stroke-width="2"/>',
            _text(x, height - bottom + 16, f"{edge:g}", anchor="middle"),
        ]
    parts.append(_text(LEFT, height - 10, f"standard errors between measure and reference; {len(verdicts)} measures"))
    return _drawing(title, "Bars: how many; black lines: how many by chance alone", height, parts)


def _normal(edge: float) -> float:
    """Share of a standard normal law in a bar; the bars at the ends hold the tails."""
    low = -math.inf if edge == _BINS[0] else edge
    high = math.inf if edge == _BINS[-1] else edge + 0.5
    return (math.erf(high / math.sqrt(2)) - math.erf(low / math.sqrt(2))) / 2


def _text(x: float, y: float, words: str, anchor: str = "start", size: int = 12) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{INK}">{escape(words)}</text>'
    )


def _drawing(title: str, below: str, height: int, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'font-family="{_FONT}" role="img" aria-label="{escape(title)}">'
    )
    frame = [f'<rect width="{WIDTH}" height="{height}" fill="#FFFFFF"/>', _text(LEFT, 16, title, size=14)]
    return "\n".join([head, *frame, _text(LEFT, 32, below), *parts, "</svg>", ""])
