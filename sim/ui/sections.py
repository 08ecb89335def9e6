"""Sections: parts of pages that show who waits longer, and how the run goes day by day."""

import streamlit as st

from sim.measure.figures import KpiKey
from sim.report import frames, gaps
from sim.report.charts.effects import effects_chart
from sim.report.charts.times import days_chart
from sim.report.equity_text import changes_text
from sim.report.verdicts import Compared, Row, group_rows
from sim.scenario.scenario import Scenario
from sim.study.equity import gaps as gaps_of
from sim.study.experiment import Experiment
from sim.study.headline import about, waits
from sim.study.summary import kpi_keys
from sim.study.wording import scope_label
from sim.ui import controls
from sim.ui.texts import plain


def place_label(scenario: Scenario, scope: str) -> str:
    """What a place or team is called, or all wards together."""
    return scope_label(scenario, scope) if scope else "All wards and assessment units"


def day_by_day(experiment: Experiment) -> None:
    """Beds in use, or patients who wait, through the whole run: a wave is seen, and whether it passes.

    First comes what the scenario is about, such as critical care in an epidemic.
    """
    scenario = experiment.scenario
    choices: dict[KpiKey, str] = {}
    for name, words in (("in_use_by_day", "{}"), ("waiting_by_day", "Waiting for {}")):
        for scope in sorted(frames.profile_scopes(experiment, name)):
            choices[name, scope] = words.format(place_label(scenario, scope))
    if not choices:
        return
    st.subheader("Day by day", anchor=False)
    wanted = {scope for _, scope in about(scenario)} - {""}
    first_wanted = dict(sorted(choices.items(), key=lambda item: item[0][1] not in wanted))
    key = controls.choose("Place or queue", first_wanted, "day by day")
    table = frames.day_by_day(experiment, *key)
    controls.picture(days_chart(table, place_label(scenario, key[1])), table, "days")


def who_waits_longer(experiment: Experiment) -> None:
    """Gaps between groups of patients, with their intervals; nothing if the scenario tells no groups apart."""
    found = gaps_of(experiment) if len(experiment.replicates) > 1 else ()
    choices = gaps.kinds(found, experiment.scenario)
    if not choices:
        return
    st.subheader("Who waits longer", anchor=False)
    kind = controls.choose("Figure", choices, "who waits longer")
    table = gaps.gap_table(found, kind, experiment.scenario)
    chart = effects_chart(table, scope_label(experiment.scenario, kind[1]))
    controls.picture(chart, table.drop(columns=["figure", "unit", "words"]), "gaps")


def verdict_row(row: Row, label: str) -> None:
    """A figure under today's and under all plans, side by side."""
    with st.container(border=True):
        first, *others = st.columns(len(row.cells) + 1)
        with first:
            explained = controls.explained(row.definition, row.source)
            st.markdown(f"**{plain(label)}** :small[({row.better})]  \nToday: **{plain(row.today)}**", help=explained)
        for column, cell in zip(others, row.cells, strict=True):
            with column:
                controls.verdict(cell)


def who_gains(compared: Compared) -> None:
    """What plans do to the waits of each group of patients, and to the gaps between them."""
    base = compared[0][1].base
    for kpi in waits(kpi_keys(base))[:1]:
        groups: tuple[Row, ...] = group_rows(compared, kpi)
        if groups:
            st.markdown(f"{plain(groups[0].label)}, by group of patients. The same people come under every plan.")
        for one in groups:
            verdict_row(one, one.group)
    for plan, comparison in compared:
        if told := changes_text(comparison):
            st.markdown(f"**{plain(plan)}: gaps between groups**")
            st.markdown("\n".join(f"- {plain(line.removeprefix('- '), 400)}" for line in told.splitlines()[1:]))
