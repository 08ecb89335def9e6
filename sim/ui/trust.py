"""Trust: how far the figures of a service can be trusted, told where they are shown."""

import streamlit as st

from sim.report.passport import TITLE, passport_lines
from sim.study.experiment import Experiment
from sim.study.passport import passport
from sim.ui.bases import Base
from sim.ui.texts import plain


def show(base: Base, experiment: Experiment | None) -> None:
    """Shows the passport of what was run, to open; nothing before it was run."""
    if experiment is None:
        return
    with st.expander(TITLE, key="trust", on_change="rerun") as opened:
        if opened.open:
            lines = passport_lines(passport(experiment, base.loaded.document.files()))
            st.markdown("\n".join(f"- **{plain(line.lead)}** {plain(line.text, 2000)}" for line in lines))
