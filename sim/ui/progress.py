"""Progress: what is being computed for this visitor, with how far it is and a way to stop it."""

import streamlit as st

from sim.ui import state
from sim.ui.state import Asked
from sim.ui.texts import plain

OFTEN = 0.5
"""Seconds between two looks."""


def show() -> None:
    """Shows the jobs that the visitor waits for, and what went wrong."""
    for trouble in state.troubles():
        st.error(plain(trouble, 600))
    if state.troubles() and state.today(state.base()) is None:
        st.button("Try again", on_click=state.retry)
    if state.waiting():
        _watch()


@st.fragment(run_every=OFTEN)
def _watch() -> None:
    """Looks again and again; draws the page anew as soon as something is finished."""
    for asked in state.waiting():
        if state.is_over(asked):
            st.rerun(scope="app")
        _job(asked)


def _job(asked: Asked) -> None:
    look = state.look_at(asked)
    if look is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"job {asked.request.fingerprint[:12]}"):
        if look.state == "waiting":
            runs = "run" if look.ahead == 1 else "runs"
            text = f"{plain(asked.name)}: waiting, {look.ahead} {runs} to be finished before it"
        else:
            text = f"{plain(asked.name)}: {look.finished} of {look.of} runs finished"
        st.progress(look.share, text=text)
        st.button("Stop", key=f"stop {asked.request}", on_click=state.stop, args=(asked,))
