"""Times: how full, how long, when; through the hours of the week and the days of the run."""

import altair as alt
import pandas as pd

from sim.report.charts.theme import BLUE, HEAT, INK, MAGENTA, Chart, finished, lower
from sim.report.frames import WEEKDAY_NAMES


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
    return finished(chart, f"How full: {what}", told, 190, below=110)


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
    return finished(bars + words, f"How long they wait {lower(what)}", alt_text, 30 * len(order))


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
    return finished(bars + rule + name, "How long people are in the emergency department", alt_text, 240)


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
    return finished(band + line, f"The queue {lower(what)} through the week", told, 210)


def days_chart(table: pd.DataFrame, what: str) -> Chart:
    """How many are in a place, or wait, day by day, with the range of nine runs in ten; what is open is dashed.

    Args:
        table: columns of `frames.DAY_COLUMNS`.
        what: the place, or what they wait for.
    """
    is_open, is_waiting = table["what"] == "open", bool((table["what"] == "waiting").any())
    unit = "Patients waiting" if is_waiting else "Beds"
    x = alt.X("day:T", title=None, axis=alt.Axis(format="%-d %b", labelAngle=0, labelOverlap="greedy"))
    filled = alt.Chart(table[~is_open])
    band = filled.mark_area(color=BLUE, opacity=0.2).encode(x=x, y=alt.Y("low:Q", title=unit), y2="high:Q")
    tip = [alt.Tooltip("day:T", format="%-d %B %Y", title="Day"), "what:N", alt.Tooltip("mean:Q", format=".1f")]
    line = filled.mark_line(color=BLUE, strokeWidth=2).encode(x=x, y="mean:Q", tooltip=tip)
    there = alt.Chart(table[is_open]).mark_line(color=INK, strokeDash=[5, 4], interpolate="step-after")
    layers = band + line + there.encode(x=x, y="mean:Q", tooltip=tip) if is_open.any() else band + line
    told = "".join(
        f"Most on {top.day:%-d %B %Y}: {top.mean:.1f} {unit.lower()}. The band holds 9 runs in 10."
        for top in table[~is_open].nlargest(1, "mean").itertuples()
    )
    ending = "waiting day by day" if is_waiting else "in use (dashed: open) day by day"
    return finished(layers, f"{what}: {ending}", told, 230)


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
    return finished(layers, title, alt_text, 210, below=80)
