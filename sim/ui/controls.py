"""Controls: the pieces of which pages are made."""

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

import pandas as pd
import streamlit as st

from sim.report.cards import Card
from sim.report.charts.theme import Chart
from sim.report.frames import readable
from sim.report.verdicts import Cell, Row
from sim.scenario.problems import ScenarioError
from sim.study.experiment import Experiment
from sim.ui import state
from sim.ui.bases import Base
from sim.ui.levers import Lever
from sim.ui.texts import one_line, plain

Option = TypeVar("Option")
"""What is chosen."""
LOUD: Final = "OVERLOADED "
QUIET: Final = "Nearly full "
"""First words of the sentences of `sim.study.loads`."""
STANDINGS: Final = {"met": ("✓ target met", "green"), "missed": ("✗ target missed", "red")}
VERDICTS: Final = {
    "better": ("✓ better", "blue"),
    "worse": ("✗ worse", "red"),
    "changed": ("◆ changed", "gray"),
    "no change": ("= no change", "gray"),
    "can't tell yet": ("? can't tell yet", "gray"),
    "not defined": ("- nobody to measure", "gray"),
}
"""Sign, words and colour of a verdict: the colour never says anything alone."""


def heading(base: Base) -> None:
    """Name and question of the scenario."""
    scenario = base.loaded.scenario
    st.title(plain(scenario.name, 120), anchor=False)
    if scenario.question:
        st.markdown(f"**{plain(scenario.question, 400)}**")


def card(shown: Card) -> None:
    """One figure with its interval and how it stands to its target."""
    with st.container(gap="xxsmall"):
        st.markdown(plain(shown.label), help=explained(shown.definition, shown.source))
        st.metric(plain(shown.label), plain(shown.value), label_visibility="collapsed")
        st.markdown(f":small[{plain(shown.likely)}]")
        if shown.standing:
            words, colour = STANDINGS.get(shown.standing, ("? close to the target", "gray"))
            st.markdown(f":{colour}-badge[{words}] :small[{plain(shown.target)}]")


def verdict(cell: Cell) -> None:
    """What a plan does to a figure: name, value, verdict and difference."""
    words, colour = VERDICTS[cell.verdict]
    value = f"**{plain(cell.value)}** :{colour}-badge[{words}]"
    st.markdown(f":small[{plain(cell.plan)}]  \n{value}  \n:small[{plain(cell.change)}]")


def verdict_line(row: Row) -> None:
    """One figure and what the first plan does to it, in a line."""
    cell = row.cells[0]
    words, colour = VERDICTS[cell.verdict]
    told = f": {plain(cell.change)}" if cell.change else ""
    st.markdown(
        f":{colour}-badge[{words}] **{plain(row.name)}**, {plain(row.today)} → {plain(cell.value)}{told}",
        help=explained(row.definition, row.source),
    )


def flat_rows(found: Iterable[Row]) -> list[dict[str, str]]:
    """Rows for a table: one column a plan."""
    return [
        {"Figure": row.label, "For": row.group or "all", "Today": row.today}
        | {
            one_line(cell.plan): f"{cell.value}: {cell.verdict}" + (f", {cell.change}" if cell.change else "")
            for cell in row.cells
        }
        for row in found
    ]


def explained(definition: str, source: str) -> str:
    """Definition and source of a figure, for a tooltip."""
    return f"{plain(definition, 600)}\n\nSource: {plain(source, 300)}"


def in_columns(items: Iterable[Any], draw: Callable[[Any], None], wide: int = 4) -> None:
    """Draws things side by side in frames of the same height; below each other on a telephone."""
    listed = list(items)
    for first in range(0, len(listed), wide):
        for place, item in zip(st.columns(wide), listed[first : first + wide], strict=False):
            with place, st.container(border=True, height="stretch"):
                draw(item)


def choose(label: str, options: dict[Option, str], key: str) -> Option:
    """One of several, each shown by its words."""
    return st.selectbox(label, list(options), format_func=lambda one: one_line(options[one]), key=key)


def picture(chart: Chart, table: pd.DataFrame, key: str) -> None:
    """A chart with its text for those who do not see it, and its table to open."""
    st.altair_chart(chart, theme=None, width="stretch")
    with st.expander("The numbers behind this picture", key=f"numbers {key}", on_change="rerun") as opened:
        if opened.open:
            st.dataframe(readable(table), hide_index=True, width="stretch")


def lever_input(base: Base, lever: Lever) -> None:
    """An input with its unit and today's value; a changed one is marked and can be put back."""
    key = state.key_of(base, lever)
    st.session_state.setdefault(key, lever.today)
    is_changed = st.session_state[key] != lever.today
    unit = "% more or fewer" if lever.is_percentage and lever.group != "Going home" else lever.unit
    unit = "% longer or shorter" if lever.group == "Going home" else unit
    label = f"{plain(lever.name)} ({plain(unit)})" if unit else plain(lever.name)
    st.number_input(
        f"● {label}, changed" if is_changed else label,
        min_value=lever.low,
        max_value=lever.high,
        step=1,
        key=key,
        persist_state="session",
    )
    today = lever.volume or f"{lever.today} {lever.unit}".strip()
    if is_changed:
        st.button(
            f"Back to {plain(today)}",
            key=f"reset {key}",
            type="tertiary",
            icon=":material/undo:",
            on_click=state.reset,
            args=(base, lever),
        )
    else:
        st.markdown(f":small[Today: {plain(today)}]" if today != "0 %" else ":small[As today]")


def problems(error: ScenarioError) -> None:
    """Everything that is wrong with a scenario, in full."""
    count = len(error.problems)
    st.error(f"This cannot be run: {count} problem{'s' if count != 1 else ''} to mend.")
    for problem in error.problems[:50]:
        where = f"line {problem.line}, " if problem.line else ""
        st.markdown(
            f"- **{plain(problem.field) or 'The file'}** ({where}{plain(problem.file)}): {plain(problem.message, 600)}"
            + (f"  \n  Fix: {plain(problem.fix, 400)}" if problem.fix else "")
        )


def stopped_early(experiment: Experiment | None) -> bool:
    """Says that an experiment has fewer runs than were asked for, and returns whether it has."""
    if experiment is None or experiment.is_complete:
        return False
    done = f"{len(experiment.replicates)} of {experiment.replications}"
    st.warning(f"Stopped early: these figures come from {done} runs. Run it again to have the rest.")
    return True


def invalid(experiment: Experiment) -> None:
    """Says that the books of an experiment do not balance; then no figure of it is shown."""
    st.error("The books of this run do not balance, so none of its figures may be used. Please report it.")
    st.markdown("\n".join(f"- {plain(reason, 400)}" for reason in experiment.reasons[:20]))


def warnings(sentences: Iterable[str]) -> None:
    """Loads that are too high are told at once; those that are nearly full can be opened."""
    listed = list(sentences)
    loud = [sentence.removeprefix(LOUD) for sentence in listed if sentence.startswith(LOUD)]
    if loud:
        told = "\n".join(f"- {plain(sentence, 400)}" for sentence in loud)
        st.warning(told, title="More is asked than there is")
    nearly = [sentence.removeprefix(QUIET) for sentence in listed if not sentence.startswith(LOUD)]
    if nearly:
        with st.expander(f"Nearly full: {len(nearly)} of the places and teams", key="nearly full"):
            for sentence in nearly:
                st.markdown(f"- {plain(sentence, 400)}")


def next_step(page: str, label: str) -> None:
    """A link to the page that one would open next; on a telephone the menu is hidden."""
    st.page_link(f"app_pages/{page}.py", label=label, icon=":material/arrow_forward:")
