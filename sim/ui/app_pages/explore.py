"""Explore: how full, how long, when; with the table behind each picture."""

import streamlit as st

from sim.report import frames
from sim.report.charts import bars, times
from sim.study.experiment import Experiment
from sim.ui import controls, state
from sim.ui.bases import Base
from sim.ui.sections import day_by_day, place_label, who_waits_longer
from sim.ui.texts import one_line


def show() -> None:
    """Shows the page."""
    base = state.base()
    st.title("Explore", anchor=False)
    experiment = _which(base)
    if experiment is None:
        st.info("It is being run as it is today. The pictures appear here as soon as they are there.")
        return
    if not experiment.is_valid:
        controls.invalid(experiment)
        return
    _reasons(experiment)
    _fullness(experiment)
    day_by_day(experiment)
    _waits(experiment)
    _comings(experiment)
    who_waits_longer(experiment)


def _which(base: Base) -> Experiment | None:
    done = state.today(base)
    plans = {plan.name: plan.experiment for plan in state.plans(base)}
    if done is None or not plans:
        return done
    label = "As it is today"
    chosen = st.selectbox(
        "Pictures of",
        [label, *plans],
        key=f"explored|{base.key}",
        persist_state="session",
        format_func=one_line,
    )
    return plans.get(chosen, done)


def _reasons(experiment: Experiment) -> None:
    waits, spent = frames.causes(experiment), frames.costs(experiment)
    left, right = st.columns(2, gap="large") if len(spent) else (st.container(), None)
    with left:
        st.subheader("What they wait for", anchor=False)
        st.markdown(":small[Every minute of waiting is charged to exactly one cause; together they are all waiting.]")
        controls.picture(bars.causes_chart(waits), waits, "causes")
    if right:
        with right:
            st.subheader("What it costs", anchor=False)
            st.markdown(":small[Used or not: staff and beds cost as long as they are there.]")
            controls.picture(bars.costs_chart(spent), spent, "costs")


def _fullness(experiment: Experiment) -> None:
    choices = {
        (name, scope): place_label(experiment.scenario, scope)
        for name in ("occupancy_by_hour", "utilisation_by_hour")
        for scope in frames.profile_scopes(experiment, name)
    }
    if not choices:
        return
    st.subheader("How full it is", anchor=False)
    first_whole = dict(sorted(choices.items(), key=lambda item: item[0][1] != ""))
    key = controls.choose("Place or team", first_whole, "explore Place or team")
    table = frames.heat(experiment, *key)
    controls.picture(times.heat_chart(table, choices[key]), table, "heat")


def _waits(experiment: Experiment) -> None:
    if ("ed_time_distribution", "") in experiment.replicates[0].profiles:
        table = frames.ed_times(experiment)
        controls.picture(times.ed_time_chart(table), table, "department")
    st.subheader("How long they wait", anchor=False)
    order = [scope for scope in frames.waiting(experiment, most=100)["step"] if scope]
    if not order:
        st.markdown("Nobody waits.")
        return
    steps = {scope: frames.step_words(experiment.scenario, scope) for scope in order}
    scope = controls.choose("Waiting", steps, "explore Waiting")
    what = steps[scope]
    left, right = st.columns(2, gap="large")
    with left:
        table = frames.wait_spread(experiment, scope)
        controls.picture(times.spread_chart(table, what), table, "spread")
    with right:
        table = frames.queue_by_week(experiment, scope)
        controls.picture(times.queue_chart(table, what), table, "queue")


def _comings(experiment: Experiment) -> None:
    st.subheader("When they come and go", anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        table = frames.by_hour(experiment)
        controls.picture(times.hours_chart(table), table, "hours")
    with right:
        table = frames.by_weekday(experiment)
        controls.picture(times.weekdays_chart(table), table, "weekdays")


show()
