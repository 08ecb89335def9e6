"""Equity in words: who waits longer, and what a plan does to the gap."""

from collections.abc import Sequence
from typing import Any, Final

from sim.measure.kpis import KPIS
from sim.scenario.scenario import Scenario
from sim.study.comparison import Comparison
from sim.study.equity import FEWEST, Gap, GapChange, gap_changes, gaps
from sim.study.experiment import Experiment
from sim.study.output_analysis import Interval
from sim.study.telling import fine_enough
from sim.study.wording import Scale, scale_of, scope_label

UNSURE: Final = ("can't tell yet", "too few")
NOT_TOLD: Final = "too few patients to say"


def gaps_text(experiment: Experiment, *, everything: bool = False) -> str:
    """Tells who waits longer; nothing if the scenario tells no groups apart.

    Args:
        experiment: valid.
        everything: each gap that cannot be told yet with its interval, not only the names of the groups.
    """
    found = gaps(experiment) if len(experiment.replicates) > 1 else ()
    if not found:
        return ""
    lines = ["Who waits longer"]
    for kpi in dict.fromkeys(gap.key[0] for gap in found):
        lines.append(f"  {KPIS[kpi].label}")
        own = [gap for gap in found if gap.key[0] == kpi]
        told = own if everything else [gap for gap in own if gap.standing not in UNSURE]
        lines += [f"  - {gap_sentence(gap, experiment.scenario)}" for gap in told]
        lines += _untold([gap for gap in own if gap not in told], experiment.scenario)
    return "\n".join(lines)


def _untold(unsure: Sequence[Gap], scenario: Scenario) -> list[str]:
    """Names the groups of which nothing can be said, by the group that they are compared with."""
    lines = []
    for standing, reference in dict.fromkeys((gap.standing, gap.reference) for gap in unsure):
        alike = [gap for gap in unsure if (gap.standing, gap.reference) == (standing, reference)]
        names = [scope_label(scenario, gap.key[1]) for gap in alike]
        told = NOT_TOLD if standing == "too few" else standing
        lines.append(f"  - {', '.join(names)} against {scope_label(scenario, reference)}: {told}")
    return lines


def gap_sentence(gap: Gap, scenario: Scenario) -> str:
    """Says how a group fares against another.

    Returns:
        Such as `age 75+: 61.2 %, 14.1 points less than age 18-44 (12.9 to 15.3): worse`.
    """
    group, reference = scope_label(scenario, gap.key[1]), scope_label(scenario, gap.reference)
    if gap.standing == "too few":
        return f"{group}: {NOT_TOLD} (fewer than {FEWEST} a run here or in {reference})"
    told = _scale(gap)
    mean = told.amount(gap.group.mean)
    if gap.standing == "alike":
        return f"{group}: {mean}, the same as {reference}"
    if gap.standing == "can't tell yet":
        return f"{group}: {mean}, against {reference} {_between(told, gap.difference)}: can't tell yet"
    size = told.change(gap.difference.mean)
    more = "more" if gap.difference.mean > 0 else "less"
    return f"{group}: {mean}, {size} {more} than {reference}{_span(told, gap.difference)}: {gap.standing}"


def changes_text(comparison: Comparison) -> str:
    """Tells which gaps a plan widens or narrows; nothing if there are none to look at."""
    found = gap_changes(comparison.base, comparison.other) if comparison.pairs > 1 else ()
    if not found:
        return ""
    scenario = comparison.base.scenario
    told = [f"- {change_sentence(one, scenario)}" for one in found if one.course in ("grows", "shrinks", "turns round")]
    unsure = sum(one.course == "can't tell yet" for one in found)
    if unsure:
        more = "other " if told else ""
        told.append(f"- For {unsure} {more}gap{'s' if unsure > 1 else ''} between groups: can't tell yet.")
    return "\n".join(["Who gains, who loses", *(told or ["- No gap between groups changes."])])


def change_sentence(found: GapChange, scenario: Scenario) -> str:
    """Says what a plan does to a gap.

    Returns:
        Such as `Waits over 12 hours, age 75+ against age 18-44: the gap shrinks, from 4.1 to 2.0 points (by 1.4 to
        2.8).`
    """
    told = scale_of(found.base.kpi.unit, found.base.group, found.change)
    told = fine_enough(told, found.change) if found.course != "can't tell yet" else told
    group, reference = (scope_label(scenario, scope) for scope in (found.base.key[1], found.base.reference))
    before, after = (told.number(gap.difference.mean, sign=True) for gap in (found.base, found.other))
    low, high = sorted(abs(end) for end in (found.change.low, found.change.high))
    return (
        f"{found.base.kpi.label}, {group} against {reference}: the gap {found.course}, from {before} to {after} "
        f"{told.change_unit} (a change of {told.span(low, high)})."
    )


def gaps_record(found: Sequence[Gap]) -> list[dict[str, Any]]:
    """Gaps as plain values."""
    return [
        {
            "kpi": gap.key[0],
            "group": gap.key[1],
            "reference": gap.reference,
            "patients": gap.patients,
            "mean": gap.group.mean,
            "difference": gap.difference.mean,
            "low": gap.difference.low,
            "high": gap.difference.high,
            "standing": gap.standing,
        }
        if gap.standing != "too few"
        else {"kpi": gap.key[0], "group": gap.key[1], "reference": gap.reference, "standing": gap.standing}
        for gap in found
    ]


def changes_record(found: Sequence[GapChange]) -> list[dict[str, Any]]:
    """What a plan does to the gaps, as plain values."""
    return [
        {
            "kpi": one.base.key[0],
            "group": one.base.key[1],
            "reference": one.base.reference,
            "base": one.base.difference.mean,
            "plan": one.other.difference.mean,
            "change": one.change.mean,
            "low": one.change.low,
            "high": one.change.high,
            "course": one.course,
        }
        for one in found
    ]


def _scale(gap: Gap) -> Scale:
    told = scale_of(gap.kpi.unit, gap.group, gap.difference)
    return fine_enough(told, gap.difference) if gap.is_sure else told


def _span(told: Scale, difference: Interval) -> str:
    low, high = sorted(abs(end) for end in (difference.low, difference.high))
    return f" ({told.span(low, high)})"


def _between(told: Scale, difference: Interval) -> str:
    low, high = told.number(difference.low, sign=True), told.number(difference.high, sign=True)
    return f"somewhere between {low} and {high} {told.change_unit}".rstrip()
