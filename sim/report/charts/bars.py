"""Bars: where and because of what patients wait, and what it costs."""

from typing import Any, Final

import altair as alt
import pandas as pd

from sim.report.charts.theme import BLUE, GREY, INK, MAGENTA, Chart, finished

BAR: Final = 44
"""Height in pixels of a row whose name stands above its bar."""

SIDES: Final = {"less": BLUE, "the same": GREY, "more": MAGENTA}
"""Colour of those who wait less, the same and more; the names of the bars say it once more."""

_ROOM: Final = alt.Scale(paddingInner=0.62, paddingOuter=0.3)


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
    return finished(bars, "Where patients are waiting", first, BAR * max(len(table), 1))


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
    return finished(bars, "What patients wait for", first, BAR * max(len(table), 1))


def costs_chart(table: pd.DataFrame) -> Chart:
    """Bars of what is spent a day on what.

    Args:
        table: columns of `frames.COST_COLUMNS`, the largest first.
    """
    words = [f"£{pounds:,.0f} · {share:.0%}" for pounds, share in zip(table["pounds"], table["share"], strict=True)]
    details = [alt.Tooltip("share:Q", title="Share of all costs", format=".1%")]
    bars = _named_bars(table.assign(words=words), ("kind", "Spent on"), ("pounds", "Pounds a day"), details)
    first = f"Most on {table['kind'].iloc[0]}: {words[0]} of all costs." if words else "Nothing costs anything."
    return finished(bars, "What it costs", first, BAR * max(len(table), 1))


def changes_chart(table: pd.DataFrame) -> Chart:
    """Bars of how many of 100 patients wait how much less or longer under a plan.

    Args:
        table: columns of `same_patients_tables.CHANGE_COLUMNS`, from the largest gain on.
    """
    order, shares = list(table["change"]), table["share"]
    words = [f"{share:.0%}" if share >= 0.01 or not share else "under 1%" for share in shares]
    base = alt.Chart(table.assign(words=words))
    rows = alt.Y("change:N", sort=order, title=None, axis=alt.Axis(labelLimit=150))
    room = alt.Scale(domain=[0, 1.15 * float(shares.max())], nice=False)  # so that the words fit behind the longest
    width = alt.X("share:Q", title="Share of patients", axis=alt.Axis(format=".0%", tickCount=5), scale=room)
    colour = alt.Color("side:N", scale=alt.Scale(domain=list(SIDES), range=list(SIDES.values())), legend=None)
    told = [alt.Tooltip("change:N", title="Wait"), alt.Tooltip("share:Q", title="Share of patients", format=".1%")]
    bars = base.mark_bar(cornerRadius=2).encode(x=width, y=rows, color=colour, tooltip=told)
    names = base.mark_text(align="left", dx=4, color=INK, fontSize=12).encode(x="share:Q", y=rows, text="words:N")
    sums = {side: float(shares[table["side"] == side].sum()) for side in SIDES}
    alt_text = f"{sums['less']:.0%} wait less, {sums['the same']:.0%} the same, {sums['more']:.0%} longer."
    return finished(bars + names, "How the wait of each patient changes", alt_text, 30 * max(len(order), 1))


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
