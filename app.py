"""The screen for `streamlit run app.py`; `wardflow app` starts the same."""

import streamlit as st

from sim.ui.launch import SCRIPT
from sim.ui.opening import opening

app = st.App(SCRIPT, lifespan=opening)
