"""Files: plans and results to take away, and scenarios to bring."""

import streamlit as st

from sim.report.exports import archive, figures_csv
from sim.scenario.loading import Loaded
from sim.scenario.problems import ScenarioError
from sim.study.experiment import Experiment
from sim.study.plan import whole_text
from sim.ui import controls, state
from sim.ui.bases import MOST_BYTES, Base, bring
from sim.ui.plans import Plan, file_stem
from sim.ui.texts import plain


def show() -> None:
    """Shows the page."""
    base = state.base()
    st.title("Files", anchor=False)
    _take(base)
    _bring()


def _take(base: Base) -> None:
    st.subheader("Take away", anchor=False)
    st.markdown(
        "A scenario file runs again with `wardflow run FILE`, or here. Results are tables that every spreadsheet opens."
    )
    with st.container(border=True):
        st.markdown(f"**{plain(base.name)}**, as it is today")
        with st.container(horizontal=True):
            _scenario(base.loaded, file_stem(base.name))
            _results(state.today(base), base.loaded, file_stem(base.name))
    for plan in _plans(base):
        with st.container(border=True):
            st.markdown(f"**{plain(plan.name)}**: {plain('; '.join(plan.changes), 400)}")
            with st.container(horizontal=True):
                stem = file_stem(plan.name)
                st.download_button(
                    "Changes (YAML)", plan.text, f"{stem}.yaml", "text/yaml", key=f"changes {stem}", on_click="ignore"
                )
                _scenario(plan.loaded, f"{stem}_whole")
                _results(plan.experiment, plan.loaded, stem)
            if plan.base.raw is not None:
                st.markdown(f":small[Keep the file of changes in one folder with {plain(plan.base.file)}.]")


def _plans(base: Base) -> tuple[Plan, ...]:
    """Plans that were run, and the one for which the levers stand if it was not."""
    found = state.plans(base)
    try:
        now = state.current(base)
    except ScenarioError:
        return found
    is_new = bool(now.changes) and all(plan.fingerprint != now.fingerprint for plan in found)
    return (*found, now) if is_new else found


def _scenario(loaded: Loaded, stem: str) -> None:
    text = whole_text(loaded, loaded.scenario)
    st.download_button(
        "Whole scenario (YAML)", text, f"{stem}.yaml", "text/yaml", key=f"whole {stem}", on_click="ignore"
    )


def _results(experiment: Experiment | None, loaded: Loaded, stem: str) -> None:
    if experiment is None or not experiment.is_valid:
        st.markdown(":small[No results yet.]")
        return
    figures, everything = figures_csv(experiment), archive(experiment, loaded)
    st.download_button("Figures (CSV)", figures, f"{stem}.csv", "text/csv", key=f"figures {stem}", on_click="ignore")
    st.download_button(
        "Everything (zip)", everything, f"{stem}.zip", "application/zip", key=f"archive {stem}", on_click="ignore"
    )


def _bring() -> None:
    st.subheader("Bring a scenario", anchor=False)
    st.markdown(
        "A scenario file (YAML, at most 1 MB). It may extend any scenario of the list on the first page. "
        "It is kept in memory only."
    )
    brought = st.file_uploader("Scenario file", type=["yaml", "yml"], max_upload_size=1)
    if brought is None:
        return
    if brought.size > MOST_BYTES:
        st.error("The file is over 1 MB.")
        return
    try:
        base = bring(brought.name, brought.getvalue())
    except ScenarioError as error:
        controls.problems(error)
        return
    st.success(f"{plain(base.name)} has no mistakes.")
    for warning in base.loaded.warnings:
        st.warning(plain(str(warning), 600))
    if base.key == state.base().key:
        st.markdown("It is open now.")
    else:
        st.button("Open it", type="primary", on_click=state.choose, args=(base,))


show()
