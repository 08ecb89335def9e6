"""Initiatives together, in words, as plain values and as tables."""

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from sim.report.judged import brief, cells, change_columns, change_record, family_note, in_words, runs_line, scale_for
from sim.report.records import interval_record
from sim.report.text import table, window_text
from sim.scenario.scenario import Scenario
from sim.study.judging import Judged
from sim.study.output_analysis import Interval
from sim.study.price import COST, price_sentence
from sim.study.together import Part, Split, Together
from sim.study.wording import Scale, figure_label

DEFINITION: Final = (
    "Alone: the part against the base. Added last: what it adds when all others are there. Share: what it adds, "
    "averaged over all orders in which the parts could come (Shapley 1953); the shares add up to the joint effect. A "
    'question mark: can\'t tell yet from no effect. "Beyond the sum" is the joint effect less the effects alone: the '
    "parts help each other, or they do some of the same work."
)
LIMITS: Final = (
    "A share says what is due to a part in this plan, not what the part would do without the others: leave a part out, "
    "and what is lost is what it adds last. What the initiatives are assumed to do is an input, not a finding."
)

WAYS: Final = {"better": "help each other", "worse": "do some of the same work"}
"""What it means that the joint effect is beyond the sum in the one way or the other."""


def together_text(found: Together) -> str:
    """Tells what parts do together, and which of them earns what.

    Args:
        found: all combinations, split.
    """
    base, whole = found.base, found.whole
    names = ", ".join(_label(whole.scenario, part) for part in found.settings.parts)
    title = f"{base.name}: {names} together"
    runs = runs_line(base, found.pairs, f"all {found.combinations} combinations")
    parts = [_answer(found), f"{title}\n{runs}\n{window_text(base.scenario)}"]
    warnings = dict.fromkeys([*base.warnings, *whole.warnings])
    parts += ["\n".join(warnings)] if warnings else []
    parts.append(_table(found))
    if pairs := _pairs(found):
        parts.append(pairs)
    if found.prices:
        told = [f"- {_label(whole.scenario, part)}: {_lowered(price_sentence(price))}" for part, price in found.prices]
        parts.append("What it costs to avoid a breach, by the shares of each part\n" + "\n".join(told))
    note = family_note("a column", found.settings.confidence)
    return "\n\n".join([*parts, f"{DEFINITION} {note}", LIMITS])


def _answer(found: Together) -> str:
    """The joint effect on the most important figure that can be told, and what each part earns of it."""
    figures = [one for one in found.splits if one.key != COST] or list(found.splits)
    split = next((one for one in figures if one.joint.is_sure), figures[0])
    told, scenario = _scale(split), found.whole.scenario
    name = figure_label(scenario, split.key)
    shares = [f"{_label(scenario, one.part)} {in_words(told, one.share)}" for one in split.shares]
    more = split.interaction.change
    beyond = "They neither help nor hinder each other."
    if more.verdict == "can't tell yet":
        beyond = f"Can't tell yet whether they help or hinder each other: {_plain(told, more.adjusted)}."
    elif more.is_sure:
        beyond = (
            f"They {WAYS.get(more.verdict, 'interact')}: {_plain(told, more.adjusted)} beyond the sum of each alone."
        )
    money = _money(found) if split.key != COST else ""
    main = figures[0]
    if split is not main:
        known = in_words(_scale(main), main.joint)
        beyond += f" On the main figure: {figure_label(scenario, main.key)}, together {known}."
    return f"{name}: together {in_words(told, split.joint)}. Of this, {'; '.join(shares)}. {beyond}{money}"


def _money(found: Together) -> str:
    """What the plan costs, and what each part has in it; nothing if no costs are told."""
    split = next((one for one in found.splits if one.key == COST), None)
    if split is None:
        return ""
    told = _scale(split)
    shares = [f"{_label(found.whole.scenario, one.part)} {brief(told, one.share)}" for one in split.shares]
    return f" The money: together {brief(told, split.joint)}, of which {'; '.join(shares)}."


def _plain(told: Scale, interval: Interval) -> str:
    span = f" ({told.span(interval.low, interval.high, sign=True)})" if interval.is_known else ""
    return f"{told.change(interval.mean, sign=True)}{span}"


def _scale(split: Split) -> Scale:
    return scale_for([split.joint, split.interaction.change, *(one.share for one in split.shares)], split.base)


def _label(scenario: Scenario, part: Part) -> str:
    known = scenario.initiatives.get(part.initiative)
    return known.name if known else part.name


def _lowered(sentence: str) -> str:
    return f"{sentence[0].lower()}{sentence[1:]}"


def _table(found: Together) -> str:
    scenario = found.whole.scenario
    head = ["Key figure", "Base", "Alone", "Added last", "Share", "Interval", "Verdict"]
    rows = []
    for split in found.splits:
        told = _scale(split)
        rows.append([figure_label(scenario, split.key), told.amount(split.base.mean), *[""] * 5])
        for one in split.shares:
            means = [brief(told, one.alone), brief(told, one.last)]
            rows.append([f"  {_label(scenario, one.part)}", "", *means, *cells(told, one.share)])
        rows.append(["  together", "", "", "", *cells(told, split.joint)])
        rows.append(["  beyond the sum", "", "", "", *_beyond(told, split.interaction.change)])
    return table(head, rows, head[1:6])


def _beyond(told: Scale, change: Judged) -> list[str]:
    """What is beyond the sum, as cells; better and worse would be read as a verdict on the plan."""
    *numbers, verdict = cells(told, change)
    return [*numbers, WAYS.get(verdict, verdict)]


def _pairs(found: Together) -> str:
    """Interactions of two parts that can be told; nothing if there are none."""
    scenario, rows = found.whole.scenario, []
    labels = {part.name: _label(scenario, part) for part in found.settings.parts}
    for split in found.splits:
        for pair in split.pairs:
            if pair.change.is_sure:
                told = scale_for([pair.change], split.base)
                both = " and ".join(labels[name] for name in pair.parts)
                rows.append([figure_label(scenario, split.key), both, *_beyond(told, pair.change)])
    head = ["Key figure", "Two parts by themselves", "Beyond the sum", "Interval", "Verdict"]
    return table(head, rows, head[2:4]) if rows else ""


def together_record(found: Together) -> dict[str, Any]:
    """The same as plain values, in the units of the figures."""
    scenario = found.whole.scenario
    return {
        "base": found.base.name,
        "plan": found.whole.name,
        "parts": [_part_record(scenario, part) for part in found.settings.parts],
        "combinations": found.combinations,
        "pairs": found.pairs,
        "seed": found.base.seed,
        "confidence": found.settings.confidence,
        "definition": DEFINITION,
        "figures": [_split_record(scenario, split) for split in found.splits],
        "prices": [
            {"part": part.name, "kpi": price.breach[0], "standing": price.standing}
            | {"cost_per_day": interval_record(price.cost), "avoided_per_day": interval_record(price.avoided)}
            | {"pounds_each": interval_record(price.pounds), "sentence": price_sentence(price)}
            for part, price in found.prices
        ],
    }


def _part_record(scenario: Scenario, part: Part) -> dict[str, Any]:
    label, initiative = _label(scenario, part), part.initiative or None
    return {"name": part.name, "label": label, "initiative": initiative, "changes": list(part.changes)}


def _split_record(scenario: Scenario, split: Split) -> dict[str, Any]:
    kpi, scope = split.key
    return {
        "kpi": kpi,
        "scope": scope,
        "label": figure_label(scenario, split.key),
        "unit": split.joint.kpi.unit,
        "direction": split.joint.kpi.direction,
        "base": interval_record(split.base),
        "joint": change_record(split.joint),
        "interaction": change_record(split.interaction.change),
        "parts": [
            {"part": one.part.name}
            | {"alone": change_record(one.alone), "last": change_record(one.last), "share": change_record(one.share)}
            for one in split.shares
        ],
        "pairs": [{"parts": list(one.parts), **change_record(one.change)} for one in split.pairs],
    }


def together_tables(found: Together) -> dict[str, pd.DataFrame]:
    """The same as a tidy table: one row a figure, part and kind of effect, in the units of the figures."""
    return {"together": pd.DataFrame(list(_rows(found)))}


def _rows(found: Together) -> Iterator[dict[str, Any]]:
    for split in found.splits:
        kpi, scope = split.key
        figure = {"kpi": kpi, "scope": scope, "unit": split.joint.kpi.unit}
        for one in split.shares:
            for effect in ("alone", "last", "share"):
                yield figure | {"part": one.part.name, "effect": effect} | change_columns(getattr(one, effect))
        yield figure | {"part": "together", "effect": "joint"} | change_columns(split.joint)
        for many in (split.interaction, *split.pairs):
            named = {"part": " + ".join(many.parts), "effect": "beyond_the_sum"}
            yield figure | named | change_columns(many.change)
