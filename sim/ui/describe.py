"""Describing: what there is in a scenario, for people who do not read its file."""

import pandas as pd

from sim.report.text import window_text
from sim.scenario.scenario import Scenario
from sim.scenario.telling.assumptions import assumptions, unsourced
from sim.ui import state
from sim.ui.bases import Base
from sim.ui.texts import one_line, plain


def inventory(base: Base) -> pd.DataFrame:
    """Who comes and what there is; columns for a table of the screen."""
    rows = [
        (lever.group, plain(lever.name), plain(lever.volume or f"{lever.today} {lever.unit}".strip()))
        for lever in state.lever_list(base)
        if lever.group not in ("Going home",)
    ]
    return pd.DataFrame(rows, columns=["What", "Name", "Today"])


def assumption_table(base: Base) -> tuple[pd.DataFrame, int]:
    """Values with their evidence, as a table of the screen; and of how many things others have none."""
    document = base.loaded.document
    rows = [
        tuple(map(one_line, (one.what, one.value, one.range, one.source, one.owner))) for one in assumptions(document)
    ]
    table = pd.DataFrame(rows, columns=["What", "Value", "Range", "Source", "Who would know"])
    return table, len(unsourced(document))


def run_words(scenario: Scenario) -> str:
    """How often and how long it is run."""
    return f"{scenario.run.replications} runs, each with other patients of the same kind. {window_text(scenario)}."
