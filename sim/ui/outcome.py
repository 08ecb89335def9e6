"""Outcome: what the last plan amounts to in words, and whether it still belongs to the levers as they stand."""

import streamlit as st

from sim.report.verdicts import cost_words, rows
from sim.ui import controls, state
from sim.ui.bases import Base
from sim.ui.texts import plain


def show(base: Base, now: str) -> None:
    """Shows the verdicts on the plan for which the levers stand; else on the last one, marked as out of date.

    Args:
        base: what is open.
        now: fingerprint of the plan for which the levers stand; empty if it cannot be.
    """
    found = state.plans(base)
    if not found or state.today(base) is None:
        return
    fitting = [plan for plan in found if plan.fingerprint == now]
    plan = fitting[-1] if fitting else found[-1]
    st.subheader(f"What it does: {plain(plan.name)}", anchor=False)
    if not fitting:
        st.warning("Out of date: a lever was moved since this plan was run. Run again to see what the levers do now.")
    controls.stopped_early(plan.experiment)
    compared = state.compared(base, (plan,))
    if isinstance(compared, str):
        st.error(plain(compared, 400))
        return
    if cost := cost_words(compared[0][1]):
        st.markdown(f"Cost: **{plain(cost)}** than today." if cost[0] == "£" else f"It {plain(cost)}.")
    for row in rows(compared, headline=True):
        controls.verdict_line(row)
    controls.next_step("compare", "Compare it with today and other plans")
