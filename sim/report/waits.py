"""Waits: where patients wait and because of what, as rows of tables that can be read aloud."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sim.measure.causes import CAUSE
from sim.measure.figures import WHOLE
from sim.measure.kpis import KPIS
from sim.scenario.scenario import Scenario
from sim.study.output_analysis import Interval
from sim.study.summary import Summary
from sim.study.wording import scale_of, scope_label

MOST_CAUSES: Final = 5
"""Causes that a short report names."""
WAITS_TITLE: Final = "Where patients wait"
BEHIND_TITLE: Final = "Behind the waits for wards"
_COLUMNS: Final = (
    ("wait_hours_per_day", "Hours a day"),
    ("wait_cause_share", "Share of all waiting"),
    ("wait_per_affected", "Mean wait of those who waited"),
)
_BEHIND_COLUMNS: Final = (
    ("wait_hours_per_day", "Hours a day"),
    ("wait_behind_hours_per_day", "Through patients ready to leave"),
)
INTERVAL: Final = "95 % interval"
BEHIND_NOTE: Final = (
    "An attribution of the wards' own waits, not added to them: each instant weighted with the share of the ward's "
    "occupied beds that patients past `ready` held."
)


@dataclass(frozen=True, slots=True)
class Rows:
    """A table before it is laid out."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def causes_in_order(found: Sequence[Summary]) -> list[str]:
    """Scopes of the causes of waiting, those with the most first; those because of which nobody waits are left out."""
    means = {
        one.scope: one.interval.mean
        for one in found
        if one.key[0] == "wait_hours_per_day" and one.scope.partition(":")[0] == CAUSE
    }
    return sorted((scope for scope, mean in means.items() if mean > 0), key=lambda scope: -means[scope])


def where_patients_wait(scenario: Scenario, found: Sequence[Summary], *, everything: bool = False) -> Rows:
    """Causes of waiting in descending order, and all of them together.

    Args:
        scenario: in which things have their labels.
        found: all figures of an experiment.
        everything: all causes and all intervals, not only the first five with the interval of their hours.
    """
    scopes = causes_in_order(found)
    lines = [(scope_label(scenario, scope), scope) for scope in (scopes if everything else scopes[:MOST_CAUSES])]
    lines += [("All waiting", WHOLE)] if scopes else []
    return _rows(WAITS_TITLE, found, lines, _COLUMNS, len(_COLUMNS) if everything else 1)


def behind_the_wards(scenario: Scenario, found: Sequence[Summary]) -> Rows:
    """What patients who are ready to leave account for in the waits for each ward."""
    known = {one.scope for one in found if one.key[0] == "wait_behind_hours_per_day" and one.interval.mean > 0}
    lines = [(scope_label(scenario, scope), scope) for scope in causes_in_order(found) if scope in known]
    return _rows(BEHIND_TITLE, found, lines, _BEHIND_COLUMNS, len(_BEHIND_COLUMNS))


def _rows(
    title: str,
    found: Sequence[Summary],
    lines: Sequence[tuple[str, str]],
    columns: Sequence[tuple[str, str]],
    spans: int,
) -> Rows:
    """Lays out figures by scope.

    Args:
        title: head of the first column.
        found: all figures.
        lines: label and scope of each row.
        columns: key figure and head of each column.
        spans: how many of the columns are followed by their intervals.
    """
    intervals = {one.key: one.interval for one in found}
    head = [title]
    for number, (_, label) in enumerate(columns):
        head += [label, INTERVAL] if number < spans else [label]
    rows = []
    for label, scope in lines:
        row = [label]
        for number, (kpi, _) in enumerate(columns):
            cells = _cells(kpi, intervals.get((kpi, scope)))
            row += cells if number < spans else cells[:1]
        rows.append(tuple(row))
    return Rows(tuple(head), tuple(rows))


def _cells(kpi: str, interval: Interval | None) -> tuple[str, str]:
    """A figure and its interval in words; nothing for a figure that is not there."""
    if interval is None:
        return "", ""
    told = scale_of(KPIS[kpi].unit, interval)
    return told.amount(interval.mean), told.span(interval.low, interval.high) if interval.is_known else ""
