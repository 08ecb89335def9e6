"""Compare: today and up to four plans side by side, differences first, verdicts in words."""

import pandas as pd
import streamlit as st

from sim.report.charts.effects import effects_chart
from sim.report.frames import effects
from sim.report.verdicts import Compared, cost_words, rows
from sim.ui import controls, same_patients, state
from sim.ui.bases import Base
from sim.ui.plans import Plan
from sim.ui.sections import verdict_row, who_gains
from sim.ui.texts import one_line, plain

MOST = 4


def show() -> None:
    """Shows the page."""
    base = state.base()
    st.title("Compare plans with today", anchor=False)
    found = state.plans(base)
    if not found or state.today(base) is None:
        st.info("There is nothing to compare yet. Change something and run it; every plan that you run is kept here.")
        controls.next_step("change", "Change something")
        return
    chosen = _choice(base, found)
    if not chosen:
        st.info("Choose at least one plan.")
        return
    compared = state.compared(base, chosen)
    if isinstance(compared, str):
        st.error(plain(compared, 400))
        return
    _plans(chosen, compared)
    st.subheader("What it does", anchor=False)
    for row in rows(compared, headline=True):
        verdict_row(row, row.name)
    _pictures(compared)
    same_patients.show(base, chosen)
    _more(compared)
    controls.next_step("explore", "Look closer: how full, how long, when")
    controls.next_step("files", "Take the plans and their figures away")


def _choice(base: Base, found: tuple[Plan, ...]) -> tuple[Plan, ...]:
    names = [plan.name for plan in found]
    key = f"chosen|{base.key}"
    kept = [name for name in st.session_state.get(key, names[-MOST:]) if name in names]
    st.session_state[key] = kept or names[-MOST:]
    shown = st.multiselect(
        "Plans (four at most)",
        names,
        key=key,
        max_selections=MOST,
        format_func=one_line,
        persist_state="session",
    )
    return tuple(plan for plan in found if plan.name in shown)


def _plans(chosen: tuple[Plan, ...], compared: Compared) -> None:
    for column, plan, (_, comparison) in zip(st.columns(len(chosen), border=True), chosen, compared, strict=True):
        with column:
            st.markdown(f"**{plain(plan.name)}**")
            st.markdown("\n".join(f"- {plain(change)}" for change in plan.changes))
            if cost := cost_words(comparison):
                st.markdown(f"Cost: **{plain(cost)}**")
            if not plan.experiment or not plan.experiment.is_complete:
                st.markdown(":orange-badge[stopped early]")
            st.button(
                "Forget it",
                key=f"forget {plan.name}",
                type="tertiary",
                icon=":material/delete:",
                on_click=state.forget,
                args=(plan,),
            )


def _pictures(compared: Compared) -> None:
    st.subheader("The differences as pictures", anchor=False)
    st.markdown(
        "A dot is the difference from today, the line through it where it surely lies. "
        "If that line crosses the dotted one, nobody can tell yet."
    )
    shown = [row for row in rows(compared, headline=True) if row.cells[0].verdict not in ("not defined",)]
    for first in range(0, len(shown), 2):
        for column, row in zip(st.columns(2, gap="large"), shown[first : first + 2], strict=False):
            with column:
                st.altair_chart(effects_chart(effects(compared, row.key)), theme=None, width="stretch")


def _more(compared: Compared) -> None:
    with st.expander("Who gains and who loses", key="groups", on_change="rerun") as opened:
        if opened.open:
            who_gains(compared)
    with st.expander("All other figures", key="others", on_change="rerun") as opened:
        if opened.open:
            table = pd.DataFrame(controls.flat_rows(rows(compared, headline=False)))
            st.dataframe(table, hide_index=True, width="stretch")


show()
