"""Theme: colours, letters and frame that all charts share."""

import textwrap
from typing import Any, Final

import altair as alt

FONT: Final = "Source Sans, Source Sans Pro, Arial, DejaVu Sans, sans-serif"
INK: Final = "#212B32"
GREY: Final = "#425563"
PALE: Final = "#D8DDE0"
BLUE: Final = "#005EB8"
MAGENTA: Final = "#AE2573"
GREEN: Final = "#006747"
"""Every colour but PALE has a contrast of 3:1 and more on white; shapes and dashes say the same once more."""
HEAT: Final = ("#F0F4F5", "#B5D2EC", "#5E9FD6", "#005EB8", "#003087", "#7C2855")
TITLE_WIDTH: Final = 46
"""Characters in a line of a title, so that it fits on a telephone."""

Chart = alt.Chart | alt.LayerChart


def lower(what: str) -> str:
    """Puts a place into the middle of a sentence: `For a bed` becomes `for a bed`."""
    return what[:1].lower() + what[1:]


def finished(chart: Any, title: str, told: str, height: int, below: int = 48) -> Chart:
    """Gives a chart its title, its text for those who cannot see it, its size and the theme.

    Args:
        chart: what is drawn.
        title: in plain words.
        told: what the picture shows, in a sentence.
        height: pixels of the drawing itself.
        below: pixels for axis and legend; the screen counts them and the title in the height.
    """
    lines = textwrap.wrap(title, TITLE_WIDTH)
    described = chart.properties(
        title=alt.TitleParams(lines, anchor="start", fontSize=16, fontWeight=600, color=INK, offset=12, limit=0),
        width="container",
        height=height + below + 20 * len(lines) + 12,
        description=f"{title}. {told}",
    )
    return themed(described)


def themed(chart: Any) -> Chart:
    """Returns a chart in the theme of all charts."""
    axis = {"labelColor": INK, "titleColor": INK, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"}
    finished: Chart = (
        chart.configure(font=FONT, background="#FFFFFF", autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))
        .configure_axis(gridColor=PALE, domainColor=GREY, tickColor=GREY, **axis)
        .configure_legend(labelColor=INK, titleColor=INK, labelFontSize=12, titleFontSize=12)
        .configure_view(stroke=None)
    )
    return finished
