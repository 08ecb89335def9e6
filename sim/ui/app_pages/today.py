"""Today: the service as it is, answered before anything is asked."""

import streamlit as st

from sim.report.cards import answer, cards
from sim.report.charts.bars import waiting_chart
from sim.report.frames import waiting
from sim.study.experiment import Experiment
from sim.ui import controls, state, trust
from sim.ui.bases import Base, Entry, open_shipped, shipped_entries
from sim.ui.describe import assumption_table, inventory, run_words
from sim.ui.texts import plain


def show() -> None:
    """Shows the page."""
    base = state.base()
    controls.heading(base)
    experiment = state.today(base)
    if experiment is None:
        st.info("It is being run as it is today. The figures appear here as soon as they are there.")
    elif not experiment.is_valid:
        controls.invalid(experiment)
    else:
        _figures(experiment)
    _service(base, experiment)
    _talk(base)
    _others(base)
    trust.show(base, experiment)


def _figures(experiment: Experiment) -> None:
    st.info("\n".join(f"- {plain(sentence, 400)}" for sentence in answer(experiment)), title="In short")
    if controls.stopped_early(experiment):
        st.button("Run the rest", on_click=state.finish, args=(state.base(),))
    controls.in_columns(cards(experiment), controls.card)
    table = waiting(experiment)
    controls.picture(waiting_chart(table), table, "waiting")
    controls.next_step("change", "Try a change")


def _service(base: Base, experiment: Experiment | None) -> None:
    controls.warnings(experiment.warnings if experiment else state.load_warnings(base.loaded.scenario))
    scenario = base.loaded.scenario
    with st.expander("What this service is, and how it is run", expanded=experiment is None):
        if scenario.about:
            st.markdown(plain(scenario.about, 2000))
        st.markdown(plain(run_words(scenario), 400))
        st.table(inventory(base), border="horizontal", hide_index=True)
    with st.expander("What it assumes, and where that comes from", key="assumptions", on_change="rerun") as opened:
        if opened.open:
            _assumptions(base)


def _assumptions(base: Base) -> None:
    table, others = assumption_table(base)
    st.dataframe(table, hide_index=True, width="stretch")
    if others:
        st.markdown(f":small[No source is given for parts of {others} further things: these values are illustrative.]")


def _talk(base: Base) -> None:
    if prompts := base.loaded.scenario.prompts:
        with st.expander("To talk over", key="prompts"):
            st.markdown("\n".join(f"- {plain(prompt, 600)}" for prompt in prompts))


def _others(base: Base) -> None:
    entries = shipped_entries()
    with st.expander(f"Other scenarios and their questions ({len(entries)})", key="others"):
        for is_teaching in (False, True):
            if is_teaching:
                st.markdown("**For teaching**: small enough to predict with a pencil, run, and be surprised.")
            for entry in entries:
                if entry.is_teaching == is_teaching:
                    _entry(base, entry)


def _entry(base: Base, entry: Entry) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(entry.name)}**  \n{plain(entry.question, 300)}", width="stretch")
        if entry.file == base.file:
            st.markdown(":gray-badge[open now]")
        else:
            st.button("Open", key=f"open {entry.file}", on_click=_open, args=(entry.file,))


def _open(file: str) -> None:
    state.choose(open_shipped(file))


show()
