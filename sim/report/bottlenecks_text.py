"""Bottlenecks in words, as plain values and as tables."""

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from sim.report.judged import Record, cells, change_columns, change_record, family_note, in_words, runs_line, scale_for
from sim.report.records import interval_record
from sim.report.text import table, window_text
from sim.scenario.scenario import Scenario
from sim.study.bottlenecks import Bottleneck, Bottlenecks, Charge, Relaxed
from sim.study.judging import Judged
from sim.study.output_analysis import Interval
from sim.study.relaxing import Kind
from sim.study.wording import Scale, scale_of, scope_label

NOTE: Final = (
    "Charged: what the wait ledger of the base puts down to the thing, each minute to what the patient waits for just "
    "then. Removed: what all waiting really loses when there is more of it, on the same patients; less than is charged "
    "where freed patients wait for the next thing instead, more where it holds up others. Moves to: what patients wait "
    "for instead when nobody waits for this one. Without limit is no plan: it tells how much there is to win. "
    "What a pound brings has an interval for itself alone; whether anything is removed at all is said by the verdict."
)
UNPRICED: Final = "Those without a cost in the file have no price and stand behind the others."
ONE_MORE: Final[dict[Kind, str]] = {
    "ward": "bed hours",
    "staff": "hours on duty",
    "equipment": "machine hours",
    "slots": "slots",
}
PER_THOUSAND: Final = 1000.0


def bottlenecks_text(found: Bottlenecks) -> str:
    """Tells what patients wait for, and what more of each thing would really remove.

    Args:
        found: each thing relaxed in turn.
    """
    base, scenario = found.base, found.base.scenario
    runs = runs_line(base, found.pairs, f"all {2 * len(found.ranked) + 1} settings")
    parts = [_answer(found), f"{base.name}: bottlenecks\n{runs}\n{window_text(scenario)}"]
    if base.warnings:
        parts.append("\n".join(base.warnings))
    if found.ranked:
        parts += [_charged(found), _for_their_money(found)]
    if found.left_out:
        parts.append(f"Not relaxed, with less charged to them: {_listed(scenario, found.left_out)}.")
    if found.others:
        parts.append(f"Of these causes there is no more to be had here: {_listed(scenario, found.others)}.")
    notes = [NOTE, family_note("a column", found.settings.confidence)]
    notes += [UNPRICED] if any(one.minutes_per_pound is None for one in found.ranked) else []
    return "\n\n".join([*parts, " ".join(notes)])


def _answer(found: Bottlenecks) -> str:
    scenario, told = found.base.scenario, scale_of("hours per day", found.wait)
    things = [one.charged.mean for one in found.ranked] + [one.hours.mean for one in found.left_out]
    whole = f"Patients wait {told.amount(found.wait.mean)} in all, {told.number(sum(things))} of it for "
    whole += "what there could be more of"
    top = next((one for one in found.ranked if one.one.wait.verdict == "better"), None)
    if top is None:
        what = "one more of anything" if found.ranked else "anything that there could be more of"
        return f"{whole}. Of {what} it can't be told yet that it removes any of it."
    label, removed = scenario.label(top.constraint.name), _words(top.one.wait)
    price = top.minutes_per_pound
    if price is None:
        return f"{whole}. One more of {label} removes most of it: {removed}; the file does not say what it costs."
    span = f" ({price.low:,.1f} to {price.high:,.1f})" if price.low == price.low else ""
    cost = f", for {_pounds(top.cost)}" if top.cost else ""
    each = f"{price.mean:,.1f} minutes of waiting for each pound{span}"
    return f"{whole}. One more of {label} removes most for its money: {removed}{cost}: {each}."


def _words(change: Judged) -> str:
    return in_words(scale_for([change]), change)


def _pounds(cost: Interval | None) -> str:
    return scale_of("£ per day", cost).amount(cost.mean) if cost else ""


def _label(scenario: Scenario, one: Bottleneck) -> str:
    return scenario.label(one.constraint.name)


def _charged(found: Bottlenecks) -> str:
    """What is charged, what really goes, and where it goes."""
    scenario = found.base.scenario
    told = scale_for([change for one in found.ranked for change in (one.one.wait, one.unlimited.wait)])
    head = [
        "What patients wait for",
        "Charged",
        "One more",
        "Interval",
        "Verdict",
        "Without limit",
        "Interval ",
        "Moves to",
    ]
    rows = []
    for one in sorted(found.ranked, key=lambda one: -one.charged.mean):
        no_limit = cells(told, one.unlimited.wait)
        moves = f"{scope_label(scenario, one.moves_to.scope)}" if one.moves_to else ""
        more = f" ({told.change(one.moves_to.hours.mean, sign=True)})" if one.moves_to else ""
        charged = scale_of("hours per day", one.charged).amount(one.charged.mean)
        rows.append([_label(scenario, one), charged, *cells(told, one.one.wait), *no_limit[:2], f"{moves}{more}"])
    return table(head, rows, ["Charged", "One more", "Interval", "Without limit", "Interval "])


def _for_their_money(found: Bottlenecks) -> str:
    """The ranking: one more of each, what it is, costs and brings."""
    scenario = found.base.scenario
    head = ["Rank", "One more of", "Which is", "Costs", "Minutes a £", "Interval"]
    head += ["4 h breaches", "Interval ", "Verdict", "Avoided for £1,000"]
    rows = []
    for place, one in enumerate(found.ranked, 1):
        is_sure = one.one.wait.verdict == "better"
        is_slots = one.constraint.kind == "slots"
        more = f"{one.more_a_day:,.1f} {ONE_MORE[one.constraint.kind]} a day" if one.more_a_day else ""
        rows.append(
            [
                str(place) if is_sure else "?",
                _label(scenario, one),
                more if not is_slots else f"{7 * one.more_a_day:,.1f} slots a week",
                _pounds(one.cost) if one.constraint.has_cost else "no cost told",
                *_ratio(one.minutes_per_pound, 1.0),
                *(cells(_scale(found), one.one.breaches) if one.one.breaches else ["", "", ""]),
                _ratio(one.breaches_per_pound, PER_THOUSAND)[0],
            ]
        )
    return table(head, rows, [*head[3:8], head[9]])


def _scale(found: Bottlenecks) -> Scale:
    return scale_for([one.one.breaches for one in found.ranked if one.one.breaches])


def _ratio(one: Interval | None, factor: float) -> list[str]:
    """What each pound brings; nothing without a price, or if the cost cannot be told from none."""
    if one is None or one.low != one.low:
        return ["", ""]
    return [f"{factor * one.mean:,.1f}", f"{factor * one.low:,.1f} to {factor * one.high:,.1f}"]


def _listed(scenario: Scenario, charges: Sequence[Charge]) -> str:
    told = [f"{scope_label(scenario, one.scope)} ({one.hours.mean:,.1f} h a day)" for one in charges]
    return "; ".join(told)


def bottlenecks_record(found: Bottlenecks) -> Record:
    """The same as plain values: hours a day, breaches a day, pounds a day."""
    scenario = found.base.scenario
    return {
        "base": found.base.name,
        "pairs": found.pairs,
        "seed": found.base.seed,
        "confidence": found.settings.confidence,
        "definition": NOTE,
        "wait_hours_per_day": interval_record(found.wait),
        "constraints": [_record(scenario, one) for one in found.ranked],
        "not_relaxed": [_charge(scenario, one) for one in found.left_out],
        "other_causes": [_charge(scenario, one) for one in found.others],
    }


def _charge(scenario: Scenario, one: Charge) -> Record:
    return {"scope": one.scope, "label": scope_label(scenario, one.scope), "hours_per_day": interval_record(one.hours)}


def _record(scenario: Scenario, one: Bottleneck) -> Record:
    constraint = one.constraint
    return {
        "scope": constraint.scope,
        "label": scenario.label(constraint.name),
        "charged_hours_per_day": interval_record(one.charged),
        "one_more": {"changes": list(constraint.one_more), "more_a_day": one.more_a_day, **_relaxed(one.one)},
        "cost_per_day": interval_record(one.cost) if one.cost else None,
        "has_cost": constraint.has_cost,
        "minutes_per_pound": interval_record(one.minutes_per_pound) if one.minutes_per_pound else None,
        "breaches_per_pound": interval_record(one.breaches_per_pound) if one.breaches_per_pound else None,
        "unlimited": {"changes": list(constraint.no_limit), **_relaxed(one.unlimited)},
        "moves_to": _charge(scenario, one.moves_to) if one.moves_to else None,
    }


def _relaxed(one: Relaxed) -> Record:
    breaches = change_record(one.breaches) if one.breaches else None
    return {"wait_hours_per_day": change_record(one.wait), "ed_breaches_4h_per_day": breaches}


def bottlenecks_tables(found: Bottlenecks) -> dict[str, pd.DataFrame]:
    """One row a constraint and way of relaxing it; and the ledger of the base."""
    rows: list[dict[str, Any]] = []
    for place, one in enumerate(found.ranked, 1):
        for name, relaxed in (("one_more", one.one), ("unlimited", one.unlimited)):
            row = {"rank": place, "scope": one.constraint.scope, "relaxed": name}
            row |= {"charged_hours_per_day": one.charged.mean} | change_columns(relaxed.wait, "wait_hours_per_day_")
            row |= change_columns(relaxed.breaches, "breaches_per_day_") if relaxed.breaches else {}
            if name == "one_more":
                row |= {"cost_pounds_per_day": one.cost.mean if one.cost else None}
                row |= _columns(one.minutes_per_pound, "minutes_per_pound")
                row |= _columns(one.breaches_per_pound, "breaches_per_pound")
            rows.append(row)
    charges = [Charge(one.constraint.causes[0], one.charged) for one in found.ranked]
    ledger = [_ledger_row(found.base.scenario, one) for one in (*charges, *found.left_out, *found.others)]
    return {"bottlenecks": pd.DataFrame(rows), "charged": pd.DataFrame(ledger)}


def _columns(one: Interval | None, name: str) -> dict[str, Any]:
    return {name: one.mean, f"{name}_low": one.low, f"{name}_high": one.high} if one else {}


def _ledger_row(scenario: Scenario, one: Charge) -> dict[str, Any]:
    hours = {"hours_per_day": one.hours.mean, "low": one.hours.low, "high": one.hours.high}
    return {"scope": one.scope, "label": scope_label(scenario, one.scope), **hours}
