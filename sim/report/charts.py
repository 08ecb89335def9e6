"""Charts: tidy tables become pictures, in one theme, for readers who cannot tell all colours apart."""

import textwrap
from typing import Any, Final

import altair as alt
import pandas as pd

from sim.report.frames import WEEKDAY_NAMES

FONT: Final = "Source Sans, Source Sans Pro, Arial, DejaVu Sans, sans-serif"
INK: Final = "#212B32"
GREY: Final = "#425563"
PALE: Final = "#D8DDE0"
BLUE: Final = "#005EB8"
MAGENTA: Final = "#AE2573"
GREEN: Final = "#006747"
"""Every colour but PALE has a contrast of 3:1 and more on white; shapes and dashes say the same once more."""
HEAT: Final = ("#F0F4F5", "#B5D2EC", "#5E9FD6", "#005EB8", "#003087", "#7C2855")
VERDICTS: Final = {
    "better": (BLUE, "circle"),
    "worse": (MAGENTA, "triangle-down"),
    "changed": (INK, "diamond"),
    "no change": (GREY, "square"),
    "can't tell yet": (GREY, "cross"),
}
"""Colour and shape of each verdict."""
TITLE_WIDTH: Final = 46
"""Characters in a line of a title, so that it fits on a telephone."""
BAR: Final = 44
"""Height in pixels of a row whose name stands above its bar."""

_ROOM: Final = alt.Scale(paddingInner=0.62, paddingOuter=0.3)
"""Leaves room above each bar for its name."""

Chart = alt.Chart | alt.LayerChart


def waiting_chart(table: pd.DataFrame) -> Chart:
    """Bars of how many patients wait where, each with its name above it.

    Args:
        table: columns of `frames.WAITING_COLUMNS`, the longest queue first.
    """
    shown = table.assign(words=[_waiting_words(*row) for row in zip(table["patients"], table["wait"], strict=True)])
    details = [alt.Tooltip("wait:N", title="Mean wait")]
    bars = _named_bars(shown, ("place", "Waiting"), ("patients", "Patients waiting at any moment (average)"), details)
    names, words = list(shown["place"]), list(shown["words"])
    first = f"The longest: {names[0]}, {words[0]}." if names else "Nobody waits."
    return _finished(bars, "Where patients are waiting", first, BAR * max(len(table), 1))


def causes_chart(table: pd.DataFrame) -> Chart:
    """Bars of how many hours a day patients wait because of what.

    Args:
        table: columns of `frames.CAUSE_COLUMNS`, the largest first.
    """
    words = [f"{_hours(hours)} · {share:.0%}" for hours, share in zip(table["hours"], table["share"], strict=True)]
    details = [alt.Tooltip("share:Q", title="Share of all waiting", format=".1%")]
    details.append(alt.Tooltip("wait:N", title="Mean wait of those who waited"))
    bars = _named_bars(
        table.assign(words=words),
        ("cause", "Because of"),
        ("hours", "Hours of waiting a day, of all patients"),
        details,
    )
    first = f"Most because of {table['cause'].iloc[0]}: {words[0]} of all waiting." if words else "Nobody waits."
    return _finished(bars, "What patients wait for", first, BAR * max(len(table), 1))


def costs_chart(table: pd.DataFrame) -> Chart:
    """Bars of what is spent a day on what.

    Args:
        table: columns of `frames.COST_COLUMNS`, the largest first.
    """
    words = [f"£{pounds:,.0f} · {share:.0%}" for pounds, share in zip(table["pounds"], table["share"], strict=True)]
    details = [alt.Tooltip("share:Q", title="Share of all costs", format=".1%")]
    bars = _named_bars(table.assign(words=words), ("kind", "Spent on"), ("pounds", "Pounds a day"), details)
    first = f"Most on {table['kind'].iloc[0]}: {words[0]} of all costs." if words else "Nothing costs anything."
    return _finished(bars, "What it costs", first, BAR * max(len(table), 1))


def _named_bars(table: pd.DataFrame, name: tuple[str, str], value: tuple[str, str], details: list[alt.Tooltip]) -> Any:
    """Bars below each other, each with its name above it and its value in words behind it.

    Args:
        table: in the order of the bars, with a column `words`.
        name: column of the names, and what they are.
        value: column of the lengths, and what they are.
        details: what else is told of a bar.
    """
    base = alt.Chart(table)
    rows = alt.Y(f"{name[0]}:N", sort=list(table[name[0]]), axis=None, scale=_ROOM)
    told = [alt.Tooltip(f"{name[0]}:N", title=name[1]), alt.Tooltip(f"{value[0]}:Q", title=value[1], format=",.1f")]
    axis = alt.X(f"{value[0]}:Q", title=value[1], axis=alt.Axis(tickCount=6), scale=alt.Scale(nice=False))
    bars = base.mark_bar(cornerRadius=2, color=BLUE).encode(x=axis, y=rows, tooltip=[*told, *details])
    names = base.mark_text(
        align="left", baseline="bottom", dy=-9, dx=1, fontSize=13, color=INK, limit=alt.ExprRef("width")
    ).encode(x=alt.value(0), y=rows, text=f"{name[0]}:N")
    words = base.mark_text(align="left", baseline="middle", dx=5, fontSize=12, color=GREY).encode(
        x=f"{value[0]}:Q", y=rows, text="words:N"
    )
    return alt.layer(bars, names, words)


def _hours(hours: float) -> str:
    return f"{hours:,.0f} h" if hours >= 10 else f"{hours:,.1f} h"


def _waiting_words(patients: float, wait: str) -> str:
    number = f"{patients:,.0f}" if patients >= 10 else f"{patients:,.1f}"
    return f"{number} · {wait} each" if wait else number


def heat_chart(table: pd.DataFrame, what: str) -> Chart:
    """A week as a grid of hours, darker where more is in use.

    Args:
        table: columns of `frames.HEAT_COLUMNS`.
        what: whose beds or people.
    """
    chart = (
        alt.Chart(table)
        .mark_rect()
        .encode(
            x=alt.X(
                "hour:O",
                title="Hour of the day",
                axis=alt.Axis(values=list(range(0, 24, 3)), labelAngle=0, labelExpr="datum.value + ':00'"),
            ),
            y=alt.Y("weekday:N", sort=list(WEEKDAY_NAMES), title=None),
            color=alt.Color(
                "share:Q",
                title="In use",
                scale=alt.Scale(domain=[0, 0.7, 0.85, 0.92, 0.97, 1.02], range=list(HEAT), clamp=True),
                legend=alt.Legend(
                    format=".0%",
                    orient="bottom",
                    gradientLength=240,
                    values=[0, 0.5, 0.7, 0.85, 1.0],
                    labelOverlap=False,
                ),
            ),
            tooltip=[
                alt.Tooltip("weekday:N", title="Day"),
                alt.Tooltip("hour:O", title="From hour"),
                alt.Tooltip("share:Q", title="In use", format=".1%"),
            ],
        )
    )
    told = "".join(
        f"Fullest on {top.weekday} at {top.hour}:00 with {top.share:.0%} in use."
        for top in table.nlargest(1, "share").itertuples()
    )
    return _finished(chart, f"How full: {what}", told, 190, below=110)


def spread_chart(table: pd.DataFrame, what: str) -> Chart:
    """Bars of how many of 100 patients wait how long.

    Args:
        table: columns of `frames.SPREAD_COLUMNS`.
        what: for what they wait.
    """
    order = list(table["wait"])
    shown = table.assign(
        words=[f"{share:.0%}" if share >= 0.01 or not share else "under 1%" for share in table["share"]]
    )
    base = alt.Chart(shown)
    rows = alt.Y("wait:N", sort=order, title=None, axis=alt.Axis(labelLimit=120))
    width = alt.X("share:Q", title="Share of patients", axis=alt.Axis(format=".0%", tickCount=5))
    bars = base.mark_bar(color=BLUE).encode(x=width, y=rows, tooltip=["wait:N", alt.Tooltip("share:Q", format=".1%")])
    words = base.mark_text(align="left", dx=4, color=INK, fontSize=12).encode(x="share:Q", y=rows, text="words:N")
    alt_text = ", ".join(f"{wait}: {share:.0%}" for wait, share in zip(order, table["share"], strict=True))
    return _finished(bars + words, f"How long they wait {_lower(what)}", alt_text, 30 * len(order))


def ed_time_chart(table: pd.DataFrame, limit: float = 4.0) -> Chart:
    """Time in the emergency department as a histogram with the limit marked.

    Args:
        table: columns `hours`, `hours_end`, `share`.
        limit: hours of the standard.
    """
    bars = (
        alt.Chart(table)
        .mark_bar(color=BLUE, binSpacing=0, orient="vertical")
        .encode(
            x=alt.X(
                "hours:Q",
                title="Hours from arrival to leaving the department",
                axis=alt.Axis(values=list(range(0, 25, 2))),
                scale=alt.Scale(domain=[0, 24.25], nice=False),
            ),
            x2="hours_end:Q",
            y=alt.Y("share:Q", title="Share of patients", axis=alt.Axis(format=".0%", tickCount=5)),
            y2=alt.datum(0),
            tooltip=[
                alt.Tooltip("hours:Q", title="From hours", format=".2f"),
                alt.Tooltip("share:Q", title="Share", format=".2%"),
            ],
        )
    )
    mark = pd.DataFrame({"hours": [limit], "label": [f"{limit:g} hours"]})
    rule = alt.Chart(mark).mark_rule(color=MAGENTA, strokeDash=[6, 4], size=2).encode(x="hours:Q")
    name = (
        alt.Chart(mark)
        .mark_text(align="left", dx=5, color=MAGENTA, fontSize=13)
        .encode(x="hours:Q", y=alt.value(8), text="label:N")
    )
    within = float(table.loc[table["hours_end"] <= limit, "share"].sum())
    alt_text = f"{within:.0%} leave within {limit:g} hours; the last bar gathers all who stay longer than a day."
    return _finished(bars + rule + name, "How long people are in the emergency department", alt_text, 240)


def queue_chart(table: pd.DataFrame, what: str) -> Chart:
    """Patients waiting through the week, with the range of nine runs in ten.

    Args:
        table: columns of `frames.WEEK_COLUMNS`.
        what: for what they wait.
    """
    days = "['Mon','Tue','Wed','Thu','Fri','Sat','Sun'][floor(datum.value / 24)]"
    axis = alt.Axis(values=[day * 24 for day in range(7)], labelExpr=days, labelAlign="left", grid=True)
    x = alt.X("hour_of_week:Q", title="Hour of the week", axis=axis, scale=alt.Scale(domain=[0, 168], nice=False))
    base = alt.Chart(table)
    band = base.mark_area(color=BLUE, opacity=0.2).encode(x=x, y=alt.Y("low:Q", title="Patients waiting"), y2="high:Q")
    line = base.mark_line(color=BLUE, strokeWidth=2).encode(
        x=x,
        y="patients:Q",
        tooltip=["weekday:N", "hour:Q", alt.Tooltip("patients:Q", title="Patients waiting", format=".1f")],
    )
    told = "".join(
        f"Most on {top.weekday} at {top.hour}:00: {top.patients:.1f} patients. The band holds 9 runs in 10."
        for top in table.nlargest(1, "patients").itertuples()
    )
    return _finished(band + line, f"The queue {_lower(what)} through the week", told, 210)


def hours_chart(table: pd.DataFrame) -> Chart:
    """Arrivals and discharges by hour of the day.

    Args:
        table: columns of `frames.HOURLY_COLUMNS`.
    """
    axis = alt.Axis(values=list(range(0, 24, 3)), labelExpr="datum.value + ':00'", labelAngle=0)
    return _comings(table, alt.X("hour:Q", title="Hour of the day", axis=axis), "Who comes and goes, hour by hour")


def weekdays_chart(table: pd.DataFrame) -> Chart:
    """Arrivals and discharges by weekday.

    Args:
        table: columns of `frames.WEEKDAY_COLUMNS`.
    """
    x = alt.X("weekday:N", sort=list(WEEKDAY_NAMES), title=None, axis=alt.Axis(labelAngle=0))
    return _comings(table, x, "Who comes and goes, day by day")


def _comings(table: pd.DataFrame, x: alt.X, title: str) -> Chart:
    names = list(dict.fromkeys(table["what"]))
    legend = alt.Legend(title=None, orient="top", direction="horizontal", symbolSize=120, labelLimit=200)
    color = alt.Color("what:N", scale=alt.Scale(domain=names, range=[BLUE, MAGENTA][: len(names)]), legend=legend)
    shape = alt.Shape(
        "what:N", scale=alt.Scale(domain=names, range=["circle", "triangle-up"][: len(names)]), legend=legend
    )
    per = "an hour" if title.endswith("hour by hour") else "a day"
    base = alt.Chart(table).encode(
        x=x, y=alt.Y("patients:Q", title=f"Patients {per}"), color=color, shape=shape,
        tooltip=["what:N", x.shorthand, alt.Tooltip("patients:Q", format=".1f")],
    )  # fmt: skip
    layers = base.mark_line(strokeWidth=2) + base.mark_point(filled=True, size=60)
    means = table.groupby("what", sort=False)["patients"].mean()
    alt_text = "; ".join(f"{what}: {value:.1f} {per} on average" for what, value in means.items())
    return _finished(layers, title, alt_text, 210, below=80)


def effects_chart(table: pd.DataFrame) -> Chart:
    """What plans do to one figure: a dot and its interval each, against a line of "as today".

    Args:
        table: columns of `frames.EFFECT_COLUMNS`, one figure.
    """
    unit = str(table["unit"].iloc[0])
    verdicts = alt.Scale(domain=list(VERDICTS), range=[colour for colour, _ in VERDICTS.values()])
    shapes = alt.Scale(domain=list(VERDICTS), range=[shape for _, shape in VERDICTS.values()])
    rows = alt.Y("plan:N", sort=list(table["plan"]), axis=None, scale=alt.Scale(paddingInner=0.6, paddingOuter=0.5))
    base = alt.Chart(table)
    zero = alt.Chart(pd.DataFrame({"today": [0.0]})).mark_rule(color=INK, strokeDash=[2, 3]).encode(x="today:Q")
    spans = base.mark_rule(size=3).encode(
        x=alt.X(
            "low:Q",
            title=f"Difference from today ({unit})" if unit else "Difference from today",
            scale=alt.Scale(padding=14),
            axis=alt.Axis(tickCount=6),
        ),
        x2="high:Q",
        y=rows,
        color=alt.Color("verdict:N", scale=verdicts, legend=None),
    )
    dots = base.mark_point(filled=True, size=130, opacity=1).encode(
        x="mean:Q",
        y=rows,
        color=alt.Color("verdict:N", scale=verdicts, legend=None),
        shape=alt.Shape("verdict:N", scale=shapes, legend=None),
        tooltip=["plan:N", alt.Tooltip("words:N", title="Difference"), "verdict:N"],
    )
    names = base.transform_calculate(name="datum.plan + ': ' + datum.verdict").mark_text(
        align="left", baseline="bottom", dy=-8, fontSize=12, color=INK, limit=320
    )
    names = names.encode(x=alt.value(2), y=rows, text="name:N")
    told = "; ".join(f"{plan}: {words}, {verdict}" for plan, words, verdict in zip(
        table["plan"], table["words"], table["verdict"], strict=True))  # fmt: skip
    layers = alt.layer(zero, spans, dots, names)
    return _finished(layers, str(table["figure"].iloc[0]), told, 44 * len(table))


def _lower(what: str) -> str:
    """Puts a place into the middle of a sentence: `For a bed` becomes `for a bed`."""
    return what[:1].lower() + what[1:]


def _finished(chart: Any, title: str, told: str, height: int, below: int = 48) -> Chart:
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
