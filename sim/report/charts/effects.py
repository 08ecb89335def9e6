"""Effects: what plans do to a figure, and how groups of patients fare against one another."""

from typing import Final

import altair as alt
import pandas as pd

from sim.report.charts.theme import BLUE, GREY, INK, MAGENTA, Chart, finished

VERDICTS: Final = {
    "better": (BLUE, "circle"),
    "worse": (MAGENTA, "triangle-down"),
    "changed": (INK, "diamond"),
    "no change": (GREY, "square"),
    "can't tell yet": (GREY, "cross"),
}
"""Colour and shape of each verdict."""


def effects_chart(table: pd.DataFrame, than: str = "today") -> Chart:
    """What plans do to one figure: a dot and its interval each, against a line of no difference.

    Args:
        table: columns of `frames.EFFECT_COLUMNS`, one figure.
        than: what the differences are from.
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
            title=f"Difference from {than} ({unit})" if unit else f"Difference from {than}",
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
    return finished(layers, str(table["figure"].iloc[0]), told, 44 * len(table))
