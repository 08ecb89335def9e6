"""Warm-up: how beds and queues fill from the first day of a run, as Welch looks at it."""

import altair as alt
import pandas as pd

from sim.report.charts.theme import BLUE, GREY, INK, MAGENTA, Chart, finished


def welch_chart(table: pd.DataFrame, what: str, marks: pd.DataFrame) -> Chart:
    """A series from the first day on: thin the mean of each day, thick its moving average.

    Args:
        table: columns of `warm_up_text.WELCH_COLUMNS`, one series.
        what: what it counts.
        marks: columns `day` and `words`: the warm-up that is declared and the one that is advised.
    """
    x = alt.X("day:Q", title="Days from the start of the run", scale=alt.Scale(nice=False, zero=True))
    tip = [alt.Tooltip("day:Q", title="Day"), alt.Tooltip("mean:Q", title="Mean of the runs", format=",.1f")]
    tip.append(alt.Tooltip("moving_average:Q", title="Moving average", format=",.1f"))
    base = alt.Chart(table)
    thin = base.mark_line(color=GREY, strokeWidth=1, opacity=0.7).encode(
        x=x, y=alt.Y("mean:Q", title=what.capitalize(), scale=alt.Scale(zero=True)), tooltip=tip
    )
    thick = base.mark_line(color=BLUE, strokeWidth=3).encode(x=x, y="moving_average:Q", tooltip=tip)
    ruled = alt.Chart(marks.assign(row=[20 * number for number in range(len(marks))]))
    rules = ruled.mark_rule(color=MAGENTA, strokeDash=[6, 4], size=2).encode(x="day:Q")
    words = ruled.mark_text(align="left", dx=5, color=INK, fontSize=12).encode(
        x="day:Q", y=alt.Y("row:Q", scale=None), text="words:N"
    )
    told = "; ".join(f"{mark.words}: day {mark.day:g}" for mark in marks.itertuples())
    return finished(thin + thick + rules + words, f"How it fills: {what}", f"{told}.", 230)
