"""Change: levers as people name them, what was changed in a list, and a run."""

import streamlit as st

from sim.scenario.problems import ScenarioError
from sim.ui import controls, outcome, state
from sim.ui.bases import Base
from sim.ui.jobs import DeskFullError
from sim.ui.levers import GROUPS, changed
from sim.ui.plans import LONGEST_NAME, Plan
from sim.ui.texts import plain


def show() -> None:
    """Shows the page."""
    base = state.base()
    st.title("What would you change?", anchor=False)
    st.markdown(f"{plain(base.name)}. Everything else stays as it is today, and the same patients come.")
    left, right = st.columns([3, 2], gap="large")
    with left:
        _initiatives(base)
        _levers(base)
    with right:
        with st.container(border=True):
            now = _plan(base)
        outcome.show(base, now)


def _initiatives(base: Base) -> None:
    found = state.choice_list(base)
    if not found:
        return
    count = len(state.chosen(base))
    label = f"Initiatives ({count} chosen)" if count else "Initiatives"
    with st.expander(label, key="group initiatives"):
        st.markdown(
            ":small[Changes that services try, ready-made: choose one or several. Figures are those after the ramp-up.]"
        )
        for choice in found:
            st.checkbox(
                f"**{plain(choice.label)}**: {plain(choice.initiative.changes, 400)}",
                key=state.key_of_choice(base, choice),
                persist_state="session",
                help=plain(choice.facts(), 900),
            )


def _levers(base: Base) -> None:
    found, values = state.lever_list(base), state.positions(base)
    for number, (group, meaning) in enumerate(GROUPS.items()):
        own = tuple(lever for lever in found if lever.group == group)
        if not own:
            continue
        count = len(changed(own, values))
        with st.expander(group + (f" ({count} changed)" if count else ""), expanded=number == 0, key=f"group {group}"):
            st.markdown(f":small[{meaning}]")
            for first in range(0, len(own), 2):
                for column, lever in zip(st.columns(2), own[first : first + 2], strict=False):
                    with column:
                        controls.lever_input(base, lever)


def _plan(base: Base) -> str:
    """Shows the plan for which the levers stand; returns its fingerprint, empty if it cannot be."""
    st.subheader("What you changed", anchor=False)
    name_key, runs_key = f"name|{base.key}", f"runs|{base.key}"
    name = str(st.session_state.get(name_key) or "")
    try:
        plan = state.current(base, name)
    except ScenarioError as error:
        controls.problems(error)
        _reset(base)
        return ""
    if plan.changes:
        st.markdown("\n".join(f"- {plain(change)}" for change in plan.changes))
        _reset(base)
    else:
        st.markdown("Nothing yet. Choose an initiative or move a lever, and it is listed here.")
    controls.warnings(state.load_warnings(plan.scenario))
    st.text_input(
        "Name of this plan", key=name_key, placeholder=plan.name, max_chars=LONGEST_NAME, persist_state="session"
    )
    st.session_state.setdefault(runs_key, base.loaded.scenario.run.replications)
    st.number_input("Runs (more runs give surer answers)", 2, state.MOST_RUNS, key=runs_key, persist_state="session")
    _run(plan)
    return plan.fingerprint


def _reset(base: Base) -> None:
    st.button(
        "Put everything back",
        on_click=state.reset_all,
        args=(base,),
        type="tertiary",
        icon=":material/undo:",
    )


def _run(plan: Plan) -> None:
    st.markdown(f":small[{plain(state.how_long(plan))}]")
    is_waiting = any(one.request == plan.request for one in state.waiting())
    label = "Running" if is_waiting else "Run this plan"
    if st.button(label, type="primary", disabled=not plan.changes or is_waiting, width="stretch"):
        try:
            state.run(plan)
        except DeskFullError as error:
            st.error(plain(str(error)))
            return
        st.rerun()


show()
