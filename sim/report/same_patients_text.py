"""The same patients under two plans, in words and as plain values."""

from dataclasses import asdict
from typing import Any, Final

from sim import clock
from sim.report.frames import wait_words
from sim.report.same_patients_tables import changes_table, left, minutes_scale, share_scale, who
from sim.report.text import table
from sim.scenario.scenario import Scenario
from sim.study.changed_journeys import SAME, Journey, Leg, Spell
from sim.study.output_analysis import Interval
from sim.study.same_patients import Followed, Outlook
from sim.study.wording import Scale, scope_label

DEFINITION: Final = (
    "Wait: all time that a patient who comes in the measured time waits in it, before care, in it and when ready to "
    "leave, as the wait ledger charges it. Less and more: by a minute and more. Who gave up or was cancelled under one "
    "plan and is treated under the other can wait longer for that reason: look at how they leave. Who waits less and "
    "who waits more also goes by luck: one place in a queue can decide it. What the plan does is the sum over all."
)


def followed_text(found: Followed, base_name: str, other_name: str, *, journeys: bool = False) -> str:
    """Tells who waits less and who waits more, group by group, and the journeys that change most.

    Args:
        found: patients of two plans, joined.
        base_name: what the base is called.
        other_name: what the plan is called.
        journeys: tell those journeys step by step, too.
    """
    runs = f"{found.replications} run{'s' if found.replications > 1 else ''}"
    parts = [f"The same patients: {base_name} and {other_name}, {runs}", answer(found)]
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
        if journeys:
            parts += [_steps(found.base, number, one) for number, one in enumerate(found.journeys, 1)]
        else:
            parts.append("--journeys tells these patients step by step.")
    return "\n\n".join([*parts, DEFINITION])


def answer(found: Followed) -> str:
    """Says in a sentence how many wait less, more and the same, with intervals if there are several runs."""
    whole = found.groups[0]
    if not whole.patients:
        return "Nobody comes in the measured time under both."
    less, more, same = (share_words(one) for one in (whole.less, whole.more, whole.same))
    return (
        f"Of {whole.patients:,.0f} patients a run who come under both, {less} wait less and {more} wait more; "
        f"{same} wait the same."
    )


def share_words(interval: Interval) -> str:
    """Says a share of patients with its interval, if it has one."""
    told = share_scale(interval)
    span = f" ({told.span(max(interval.low, 0.0), min(interval.high, 1.0))})" if interval.is_known else ""
    return f"{told.amount(interval.mean)}{span}"


def _groups(found: Followed) -> str:
    told = minutes_scale(found.groups[0].change)
    head = ["Patients", "Number a run", "Wait less", "The same", "Wait more", "Mean change", "95 % interval"]
    return table(head, [_group(found.base, one, told) for one in found.groups], head[1:])


def _group(scenario: Scenario, one: Outlook, told: Scale) -> list[str]:
    change = one.change
    return [
        scope_label(scenario, one.scope),
        f"{one.patients:,.0f}",
        *(share_scale(share).amount(share.mean) for share in (one.less, one.same, one.more)),
        told.change(change.mean, sign=True),
        told.span(change.low, change.high, sign=True) if change.is_known else "",
    ]


def _spread(found: Followed) -> str:
    shown = changes_table(found)
    rows = [
        [str(change), f"{100 * share:.1f} %"] for change, share in zip(shown["change"], shown["share"], strict=True)
    ]
    return table(["The wait of a patient", "Share of patients"], rows, ["Share of patients"])


def _journeys(found: Followed) -> str:
    head = ["Comes", "Wait", "Under the plan", "Most because of", "At", "That part", "Leaves", "Patient"]
    return table(head, [_journey(found.base, one) for one in found.journeys], ["Wait", "Under the plan", "That part"])


def _journey(scenario: Scenario, one: Journey) -> list[str]:
    return [
        _moment(scenario, one.arrival_ms),
        _wait(one.waits_ms[0]),
        _wait(one.waits_ms[1]),
        scope_label(scenario, one.reason),
        scope_label(scenario, one.step),
        f"{'+' if one.reason_ms > 0 else '-'}{_wait(abs(one.reason_ms))}",
        left(one),
        who(scenario, one),
    ]


def _steps(scenario: Scenario, number: int, one: Journey) -> str:
    """A journey step by step, under both plans."""
    way = "less" if one.change_ms < 0 else "more"
    title = (
        f"{number}. {who(scenario, one)}, comes {_moment(scenario, one.arrival_ms)}: waits {_wait(one.waits_ms[0])}, "
        f"under the plan {_wait(one.waits_ms[1])}, {_wait(abs(one.change_ms))} {way}"
    )
    head = ["Step", "Asks", "Waits", "For", "Until", "Plan: asks", "Plan: waits", "Plan: for", "Plan: until"]
    rows = [_leg(scenario, leg) for leg in one.legs]
    return f"{title}\n{table(head, rows, ['Waits', 'Plan: waits'])}"


def _leg(scenario: Scenario, leg: Leg) -> list[str]:
    both = [cell for spell in (leg.base, leg.plan) for cell in _spell(scenario, spell)]
    return [scope_label(scenario, leg.step), *both]


def _spell(scenario: Scenario, spell: Spell | None) -> list[str]:
    if spell is None:
        return ["does not come", "", "", ""]
    until = _moment(scenario, spell.until_ms) if spell.until_ms is not None else "the end of the run"
    if spell.ending not in ("done", "under way", "waiting"):
        until = f"{until}, {spell.ending}"
    wait, cause = _wait(spell.wait_ms), scope_label(scenario, spell.cause) if spell.cause else ""
    return [_moment(scenario, spell.asked_ms), wait, cause, until]


def _moment(scenario: Scenario, time_ms: int) -> str:
    return f"{scenario.calendar.moment(time_ms):%a %d %b %H:%M}"


def _wait(time_ms: int) -> str:
    return wait_words(time_ms / clock.MINUTE) if time_ms else "-"


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
        "journeys": [_journey_record(found.base, one) for one in found.journeys],
    }


def _group_record(scenario: Scenario, one: Outlook) -> dict[str, Any]:
    def span(interval: Interval) -> dict[str, float]:
        return {"mean": interval.mean, "low": interval.low, "high": interval.high}

    return {
        "scope": one.scope,
        "label": scope_label(scenario, one.scope),
        "patients": one.patients,
        "wait_less": span(one.less),
        "wait_same": span(one.same),
        "wait_more": span(one.more),
        "change_minutes": span(one.change),
    }


def _journey_record(scenario: Scenario, one: Journey) -> dict[str, Any]:
    told = {
        "attributes": dict(one.attributes),
        "step_label": scope_label(scenario, one.step),
        "reason_label": scope_label(scenario, one.reason),
    }
    return {**asdict(one), **told}
