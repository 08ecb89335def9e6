"""The same patients: the part of the page of comparisons that follows single patients through today and a plan."""

import streamlit as st

from sim.report.charts.bars import changes_chart
from sim.report.same_patients_tables import changes_table, shown_groups, shown_journeys
from sim.report.same_patients_text import DEFINITION, answer
from sim.study.same_patients import Followed
from sim.ui import controls, state
from sim.ui.bases import Base
from sim.ui.followers import follower, seconds
from sim.ui.plans import Plan
from sim.ui.texts import one_line, plain


def show(base: Base, plans: tuple[Plan, ...]) -> None:
    """Shows what became of the patients of one run; on a button, since that run is computed once more.

    Args:
        base: what is done today.
        plans: those that are compared with it.
    """
    st.subheader("The same patients", anchor=False)
    st.markdown(
        "The same people come today and under a plan. So each of them can be followed: who waits less, who waits more, "
        "at which step, and because of what."
    )
    names = {number: plan.name for number, plan in enumerate(plans)}
    plan = plans[controls.choose("Plan", names, "followed plan")] if len(plans) > 1 else plans[0]
    found = follower().kept(base.loaded.scenario, plan.scenario) or _asked(base, plan)
    if found:
        _show(found, plan)


def _asked(base: Base, plan: Plan) -> Followed | None:
    """A button, and what came out once it was pressed."""
    today = state.today(base)
    if today is None or plan.experiment is None:
        return None
    took = seconds(today, plan.experiment)
    about = "a few seconds" if took < 5 else f"about {took:.0f} seconds"
    place = st.empty()
    label = f"Follow the patients of one run ({about})"
    if not place.button(label, key=f"follow {plan.fingerprint}", icon=":material/directions_walk:"):
        return None
    told = f"Running today and the plan once each and comparing every patient: {about}"
    with place, st.spinner(told, show_time=True):
        try:
            return follower().follow(base.loaded.scenario, plan.scenario)
        except (RuntimeError, ValueError, MemoryError) as error:
            st.error(f"They cannot be followed: {plain(str(error) or 'there is too little memory', 400)}")
            return None


def _show(found: Followed, plan: Plan) -> None:
    st.markdown(f"**{plain(answer(found), 400)}**")
    if not found.spread:
        return
    table = changes_table(found)
    controls.picture(changes_chart(table), table[["change", "share"]], "changes")
    st.markdown("**Who they are**")
    st.dataframe(shown_groups(found), hide_index=True, width="stretch")
    if found.journeys:
        st.markdown("**The journeys that change most:** up to five who gain, then up to five who lose")
        st.dataframe(shown_journeys(found).map(one_line), hide_index=True, width="stretch")
    once = f"These are the patients of one run of {plain(one_line(plan.name))}. Another run has other patients. "
    st.markdown(f":small[{once}{plain(DEFINITION, 800)}]")
