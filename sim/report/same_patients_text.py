"""The same patients under two plans, in words and as plain values."""

from dataclasses import asdict
from typing import Any, Final

from sim import clock
from sim.report.text import table
from sim.scenario.scenario import Scenario
from sim.study.output_analysis import Interval
from sim.study.same_patients import SAME, Followed, Journey, Outlook
from sim.study.wording import Scale, scale_of, scope_label

LEAST_SHARE: Final = 0.0005
"""Changes at either end that fewer patients have are not listed."""
DEFINITION: Final = (
    "Wait: all time that a patient who comes in the measured time waits in it, before care, in it and when ready to "
    "leave, as the wait ledger charges it. Less and more: by a minute and more."
)


def followed_text(found: Followed, base_name: str, other_name: str) -> str:
    """Tells who waits less and who waits more, group by group, and the journeys that change most.

    Args:
        found: patients of two plans, joined.
        base_name: what the base is called.
        other_name: what the plan is called.
    """
    runs = f"{found.replications} run{'s' if found.replications > 1 else ''}"
    parts = [f"The same patients: {base_name} and {other_name}, {runs}", _answer(found)]
    if found.spread:
        parts += [_groups(found), _spread(found)]
    if any(found.apart):
        parts.append(
            f"Only under one of the two: {found.apart[0]:,.0f} patients a run come under the base alone, "
            f"{found.apart[1]:,.0f} under the plan alone; they are left out above."
        )
    if found.outcomes:
        rows = [[_plain(one), _plain(other), f"{count:,.1f}"] for one, other, count in found.outcomes[:10]]
        parts.append(table(["Leave under the base", "Under the plan", "Patients a run"], rows, ["Patients a run"]))
    if found.journeys:
        parts.append(_journeys(found))
    return "\n\n".join([*parts, DEFINITION])


def _answer(found: Followed) -> str:
    whole = found.groups[0]
    if not whole.patients:
        return "Nobody comes in the measured time under both."
    less, more = (_share(one) for one in (whole.less, whole.more))
    return (
        f"Of {whole.patients:,.0f} patients a run who come under both, {less} wait less and {more} wait more; "
        f"the others wait the same."
    )


def _share(interval: Interval) -> str:
    told = scale_of("share", interval)
    span = f" ({told.span(max(interval.low, 0.0), min(interval.high, 1.0))})" if interval.is_known else ""
    return f"{told.amount(interval.mean)}{span}"


def _groups(found: Followed) -> str:
    told = scale_of("min", *(one.change for one in found.groups[:1]))
    head = ["Patients", "Number a run", "Wait less", "Wait more", "Mean change of the wait", "95 % interval"]
    return table(head, [_group(found.base, one, told) for one in found.groups], head[1:])


def _group(scenario: Scenario, one: Outlook, told: Scale) -> list[str]:
    change = one.change
    return [
        scope_label(scenario, one.scope),
        f"{one.patients:,.0f}",
        scale_of("share", one.less).amount(one.less.mean),
        scale_of("share", one.more).amount(one.more.mean),
        told.change(change.mean, sign=True),
        told.span(change.low, change.high, sign=True) if change.is_known else "",
    ]


def _spread(found: Followed) -> str:
    there = [number for number, (_, _, share) in enumerate(found.spread) if share >= LEAST_SHARE]
    shown = found.spread[there[0] : there[-1] + 1]
    rows = [[_bin(low, high), f"{100 * share:.1f} %"] for low, high, share in shown]
    return table(["The wait of a patient", "Share of patients"], rows, ["Share of patients"])


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


def _journeys(found: Followed) -> str:
    head = ["Patient", "Comes", "Wait", "Under the plan", "Most because of", "That part", "Leaves"]
    return table(head, [_journey(found.base, one) for one in found.journeys], ["Wait", "Under the plan", "That part"])


def _journey(scenario: Scenario, one: Journey) -> list[str]:
    levels = ", ".join(level for _, level in one.attributes)
    who = f"{scenario.patients[one.patient_class].label or one.patient_class.replace('_', ' ')} ({levels})"
    left = _plain(one.outcomes[0])
    if one.outcomes[0] != one.outcomes[1]:
        left = f"{left}, then {_plain(one.outcomes[1])}"
    return [
        who if levels else who.partition(" (")[0],
        f"{scenario.calendar.moment(one.arrival_ms):%a %d %b %H:%M}",
        _hours(one.waits_ms[0]),
        _hours(one.waits_ms[1]),
        scope_label(scenario, one.reason),
        f"{'+' if one.reason_ms > 0 else '-'}{_hours(abs(one.reason_ms))}",
        left,
    ]


def _hours(ms: int) -> str:
    return f"{ms / clock.HOUR:,.1f} h"


def _plain(outcome: str) -> str:
    return outcome.replace("_", " ")


def followed_record(found: Followed) -> dict[str, Any]:
    """The same as plain values; times in minutes where the name says so, else in milliseconds."""
    return {
        "replications": found.replications,
        "definition": DEFINITION,
        "same_below_minutes": SAME / clock.MINUTE,
        "groups": [_group_record(found.base, one) for one in found.groups],
        "changes": [{"from_minutes": low, "to_minutes": high, "share": share} for low, high, share in found.spread],
        "only_base": found.apart[0],
        "only_plan": found.apart[1],
        "outcomes": [{"base": one, "plan": other, "patients": count} for one, other, count in found.outcomes],
        "journeys": [{**asdict(one), "attributes": dict(one.attributes)} for one in found.journeys],
    }


def _group_record(scenario: Scenario, one: Outlook) -> dict[str, Any]:
    def span(interval: Interval) -> dict[str, float]:
        return {"mean": interval.mean, "low": interval.low, "high": interval.high}

    return {
        "scope": one.scope,
        "label": scope_label(scenario, one.scope),
        "patients": one.patients,
        "wait_less": span(one.less),
        "wait_more": span(one.more),
        "change_minutes": span(one.change),
    }
