"""Tables of the same patients under two plans: tidy ones for files, and those that people read on a screen."""

import math
from typing import Final

import pandas as pd

from sim import clock
from sim.report.frames import wait_words
from sim.scenario.scenario import Scenario
from sim.study.changed_journeys import Journey, Spell
from sim.study.output_analysis import Interval
from sim.study.same_patients import Followed, Outlook
from sim.study.wording import Scale, scale, scale_of, scope_label

LEAST_SHARE: Final = 0.0005
"""Changes at either end that fewer patients have are not listed."""
CHANGE_COLUMNS: Final = ("change", "share", "side", "order", "from_minutes", "to_minutes")
"""Columns of the table behind the chart of changes; `side` is less, the same or more."""
_GROUP_COLUMNS: Final = (
    "scope", "group", "patients",
    *(f"{what}_share{end}" for what in ("less", "same", "more") for end in ("", "_low", "_high")),
    "change_min", "change_min_low", "change_min_high",
)  # fmt: skip


def changes_table(found: Followed) -> pd.DataFrame:
    """How many patients wait how much less or more; columns CHANGE_COLUMNS, from the largest gain on.

    Ends that next to nobody has are left out.
    """
    there = [number for number, (_, _, share) in enumerate(found.spread) if share >= LEAST_SHARE]
    rows = [
        (_bin(low, high), share, "less" if high <= 0 else "more" if low >= 0 else "the same", order, low, high)
        for order, (low, high, share) in enumerate(found.spread)
        if there[0] <= order <= there[-1]
    ]
    return pd.DataFrame(rows, columns=list(CHANGE_COLUMNS))


def _bin(low: float, high: float) -> str:
    """Says a change between two numbers of minutes.

    >>> _bin(-60, -15), _bin(-1, 1), _bin(1440, float("inf"))
    ('15 min to 1 h less', 'the same', '1 d and more longer')
    """
    if low < 0 < high:
        return "the same"
    near, far = sorted((abs(low), abs(high)))
    start = clock.format_duration(round(near * clock.MINUTE))
    ending = "less" if high <= 0 else "longer"
    if far == float("inf"):
        return f"{start} and more {ending}"
    return f"{start} to {clock.format_duration(round(far * clock.MINUTE))} {ending}"


def who(scenario: Scenario, one: Journey) -> str:
    """Says what a patient is like, such as `People who walk in (old)`."""
    levels = ", ".join(level for _, level in one.attributes)
    label = scenario.patients[one.patient_class].label or one.patient_class.replace("_", " ")
    return f"{label} ({levels})" if levels else label


def left(one: Journey) -> str:
    """Says how a patient leaves, under both plans if it differs."""
    first, second = (outcome.replace("_", " ") for outcome in one.outcomes)
    return first if first == second else f"{first}, then {second}"


def followed_tables(found: Followed) -> dict[str, pd.DataFrame]:
    """The same as tables: groups, changes, outcomes, journeys, and the steps of these journeys."""
    groups = [_group_values(found.base, one) for one in found.groups]
    outcomes = ["outcome_base", "outcome_plan", "patients_per_replication"]
    return {
        "groups": pd.DataFrame(groups, columns=list(_GROUP_COLUMNS)),
        "changes": pd.DataFrame(
            [(_finite(low), _finite(high), share) for low, high, share in found.spread],
            columns=["from_min", "to_min", "share"],
        ),
        "outcomes": pd.DataFrame(found.outcomes, columns=outcomes),
        "journeys": journeys_table(found),
        "steps": _steps_table(found),
    }


def _finite(limit: float) -> float:
    """Leaves the cell of a limit empty that is none."""
    return limit if math.isfinite(limit) else math.nan


def _group_values(scenario: Scenario, one: Outlook) -> tuple[object, ...]:
    spans = [(span.mean, span.low, span.high) for span in (one.less, one.same, one.more, one.change)]
    return (one.scope, scope_label(scenario, one.scope), one.patients, *(value for span in spans for value in span))


def journeys_table(found: Followed) -> pd.DataFrame:
    """The journeys that change most, one row a patient, with the step and the cause of the largest part."""
    rows = [
        {
            "patient": one.patient,
            "who": who(found.base, one),
            "comes": _stamp(found.base, one.arrival_ms),
            "wait_base_min": one.waits_ms[0] / clock.MINUTE,
            "wait_plan_min": one.waits_ms[1] / clock.MINUTE,
            "change_min": one.change_ms / clock.MINUTE,
            "step": scope_label(found.base, one.step),
            "because_of": scope_label(found.base, one.reason),
            "that_part_min": one.reason_ms / clock.MINUTE,
            "leaves_base": one.outcomes[0],
            "leaves_plan": one.outcomes[1],
        }
        for one in found.journeys
    ]
    return pd.DataFrame(rows)


def _steps_table(found: Followed) -> pd.DataFrame:
    rows = [
        {"patient": one.patient, "plan": plan, "step": leg.step, **_spell_values(found.base, spell)}
        for one in found.journeys
        for leg in one.legs
        for plan, spell in (("base", leg.base), ("plan", leg.plan))
        if spell
    ]
    columns = ["patient", "plan", "step", "asks", "wait_min", "because_of", "served", "until", "ending"]
    return pd.DataFrame(rows, columns=columns)


def _spell_values(scenario: Scenario, spell: Spell) -> dict[str, object]:
    moments = {"asks": spell.asked_ms, "served": spell.served_ms, "until": spell.until_ms}
    return {
        **{name: "" if time_ms is None else _stamp(scenario, time_ms) for name, time_ms in moments.items()},
        "wait_min": spell.wait_ms / clock.MINUTE,
        "because_of": scope_label(scenario, spell.cause) if spell.cause else "",
        "ending": spell.ending,
    }


def _stamp(scenario: Scenario, time_ms: int) -> str:
    return scenario.calendar.moment(time_ms).isoformat(timespec="seconds")


def shown_groups(found: Followed) -> pd.DataFrame:
    """The groups as people read them."""
    told = minutes_scale(found.groups[0].change)
    rows = [
        {
            "Patients": scope_label(found.base, one.scope),
            "Number": f"{one.patients:,.0f}",
            "Wait less": _percent(one.less),
            "The same": _percent(one.same),
            "Wait more": _percent(one.more),
            "Mean change": told.change(one.change.mean, sign=True),
        }
        for one in found.groups
    ]
    return pd.DataFrame(rows)


def shown_journeys(found: Followed) -> pd.DataFrame:
    """The journeys that change most as people read them."""
    rows = [
        {
            "Waits today": _wait(one.waits_ms[0]),
            "Under the plan": _wait(one.waits_ms[1]),
            "Most because of": scope_label(found.base, one.reason),
            "At the step": scope_label(found.base, one.step),
            "That part": f"{'+' if one.reason_ms > 0 else '-'}{_wait(abs(one.reason_ms))}",
            "Leaves": left(one),
            "Patient": who(found.base, one),
            "Comes": f"{found.base.calendar.moment(one.arrival_ms):%a %-d %b, %H:%M}",
        }
        for one in found.journeys
    ]
    return pd.DataFrame(rows)


def minutes_scale(change: Interval) -> Scale:
    """How changes of waits are told; those of a single run not more precisely than it deserves."""
    return scale_of("min", change) if change.is_known else scale("min", change.mean, change.mean / 10)


def share_scale(share: Interval) -> Scale:
    """How a share of patients is told; that of a single run with one decimal."""
    return scale_of("share", share) if share.is_known else scale("share", share.mean, 0.001)


def _percent(share: Interval) -> str:
    return share_scale(share).amount(share.mean)


def _wait(time_ms: int) -> str:
    return wait_words(time_ms / clock.MINUTE) if time_ms else "none"
