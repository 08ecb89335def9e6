"""A goal seek in words, as plain values and as a table."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from sim.report.searching.parts import CURSE, MODEL, Record, goal_record, said, span_of, trial_record
from sim.report.text import table
from sim.study.goals import key_of
from sim.study.searching.goal_seek import GoalSought
from sim.study.searching.trial import Trial
from sim.study.wording import Scale, figure_label, scale_of

ANSWER: Final = " <- the answer"


def goal_text(found: GoalSought) -> str:
    """Tells the least (or most) value that holds, why it is believed, and every value that was tried."""
    settings, told = found.settings, _scale(found)
    goal = f"{figure_label(found.base, key_of(settings.goal))} {settings.goal.words()}"
    parts = [
        f"The {settings.seek} of {settings.lever.name} with which this holds: {goal}\n{found.base.name}",
        _answer(found, told),
    ]
    if found.fresh:
        parts.append("With fresh seeds: these figures count\n" + _table(found, found.fresh, told))
    tried = f"{len(found.searched)} of {len(settings.lever.values):,} values tried"
    parts.append(f"The search: {tried}\n" + _table(found, found.searched, told))
    return "\n\n".join([*parts, "\n".join(f"- {one}" for one in _meaning(found))])


def _scale(found: GoalSought) -> Scale:
    best = found.answered or found.best
    return scale_of(best.summary.kpi.unit, best.interval)


def _answer(found: GoalSought, told: Scale) -> str:
    settings, lever, best = found.settings, found.settings.lever, found.best
    low, high = (lever.written(value) for value in (lever.values[0], lever.values[-1]))
    if found.outcome == "none":
        return (
            f"No value that was tried from {low} to {high} surely meets the goal. The best is "
            f"{lever.written(best.value)}, with {said(best.interval, told)}: {best.verdict}."
        )
    if found.outcome == "the other way":
        first, last = (lever.written(settings.ladder[end]) for end in (0, -1))
        other = "most" if settings.seek == "least" else "least"
        return f"It goes the other way: the goal holds at {first} and not at {last}. Ask for the {other} instead."
    if found.answer is None or found.answered is None:
        return (
            f"Can't tell yet. The search ended at {'' if found.candidate is None else lever.written(found.candidate)}, "
            f"but with fresh seeds neither that value nor those up to {settings.most_moves} steps on surely meet the "
            "goal. Longer runs or more replications make it clearer."
        )
    written, runs = lever.written(found.answer), f"{found.answered.replications} runs with fresh seeds"
    reached = f"{said(found.answered.interval, told)} in {runs}"
    if found.outcome == "all":
        return (
            f"{written}, where the range begins, is enough already: {reached}. What lies before it was not allowed; "
            f"begin the range there to find the {settings.seek}."
        )
    if found.uncertain:
        return f"{written} surely holds: {reached}. Whether it is the {settings.seek} is uncertain: see below."
    return f"{written} is the {settings.seek} that surely holds: {reached}.{_before(found, told)}"


def _before(found: GoalSought, told: Scale) -> str:
    """What happens one step before the answer."""
    before = found.neighbours[0]
    if before is None:
        return ""
    figure, written = said(before.interval, told), found.settings.lever.written(before.value)
    if before.verdict == "missed":
        return f" {written} is not enough: {figure}."
    if before.is_met:
        return f" {written} held with fresh seeds as well, {figure}, but not in the search, so it may do."
    return f" At {written} it can't be told yet: {figure}."


def _table(found: GoalSought, trials: Sequence[Trial], told: Scale) -> str:
    settings = found.settings
    head = [settings.lever.name, "Figure", f"{100 * settings.confidence:g} % interval", settings.goal.words(), "Runs"]
    rows = [
        [
            settings.lever.written(one.value),
            told.amount(one.interval.mean),
            span_of(one.interval, told),
            f"{one.verdict}{ANSWER if one.value == found.answer else ''}",
            f"{one.replications}",
        ]
        for one in trials
    ]
    return table(head, rows, [*head[:3], "Runs"])


def _meaning(found: GoalSought) -> list[str]:
    level = f"{100 * found.settings.confidence:g} %"
    told = [f"Met and missed need the whole {level} interval; if it holds the threshold, it can't be told yet."]
    if found.fresh:
        told.append(f"{CURSE} Fresh seed {found.fresh_seed}.")
    if found.answer is not None:
        risk, looks = f"{100 * found.risk:.3g} %", found.moves + 1
        values = "the one value" if looks == 1 else f"{looks} values one after another"
        told.append(f"Chance makes the answer wrong in at most {risk} of such searches: fresh seeds judged {values}.")
    if found.moves and found.candidate is not None:
        ended = found.settings.lever.written(found.candidate)
        told.append(f"The search ended at {ended}; fresh seeds did not agree and moved the answer on.")
    told += [_gap(found), *_contradictions(found), _order(found), MODEL]
    return [one for one in told if one]


def _gap(found: GoalSought) -> str:
    """What is known of the values before the answer."""
    if found.answer is None or found.surely_not is None:
        return ""
    ladder, written = found.settings.ladder, found.settings.lever.written
    if abs(ladder.index(found.answer) - ladder.index(found.surely_not)) <= 1:
        return ""
    return (
        f"{written(found.surely_not)} surely fails. Values between that and {written(found.answer)} were not tried or "
        "can't be told yet: one of them may do."
    )


def _contradictions(found: GoalSought) -> list[str]:
    """Where the goal holds and further on does not, values that fail alike in one sentence."""
    written = found.settings.lever.written
    alike: dict[tuple[float, bool, bool], list[str]] = {}
    for one in found.contradictions:
        alike.setdefault((one.holds, one.is_sure, one.is_fresh), []).append(written(one.fails))
    return [
        f"It holds at {written(holds)} but {'surely fails' if is_sure else 'it cannot be told yet'} at "
        f"{', '.join(fails)}, {'with fresh seeds' if is_fresh else 'in the search'}."
        for (holds, is_sure, is_fresh), fails in alike.items()
    ]


def _order(found: GoalSought) -> str:
    """Whether the values that were tried agree on which way helps."""
    more = "more" if found.settings.seek == "least" else "less"
    if found.uncertain is None:
        return (
            f"Of the values that were tried, none contradicts that {more} helps. Those in between were not tried, and "
            "more is not always better where patients go on to further queues."
        )
    low, high = (found.settings.lever.written(value) for value in found.uncertain)
    sure = any(one.is_sure for one in found.contradictions)
    why = f"{more} does not always help here" if sure else "the figures lie close to the threshold"
    return f"From {low} to {high} the answer is uncertain: {why}. Try each of these values before you rely on one."


def goal_seek_record(found: GoalSought) -> Record:
    """The same as plain values."""
    settings = found.settings
    return {
        "scenario": found.base.name,
        "lever": {"text": settings.lever.text, "name": settings.lever.name, "values": len(settings.lever.values)},
        "seek": settings.seek,
        "goal": goal_record(settings.goal),
        "confidence": settings.confidence,
        "most_replications": settings.most_replications,
        "most_moves": settings.most_moves,
        "outcome": found.outcome,
        "answer": found.answer,
        "change": None if found.answer is None else settings.lever.change(found.answer),
        "candidate": found.candidate,
        "moves": found.moves,
        "risk": found.risk if found.answer is not None else None,
        "best_tried": found.best.value,
        "surely_not": found.surely_not,
        "uncertain": list(found.uncertain) if found.uncertain else None,
        "contradictions": [
            {"holds": one.holds, "fails": one.fails, "sure": one.is_sure, "fresh_seeds": one.is_fresh}
            for one in found.contradictions
        ],
        "fresh_seed": found.fresh_seed,
        "fresh": [{"value": one.value} | trial_record(one) for one in found.fresh],
        "searched": [{"value": one.value} | trial_record(one) for one in found.searched],
        "sentence": _answer(found, _scale(found)),
    }


def goal_seek_tables(found: GoalSought) -> dict[str, pd.DataFrame]:
    """One row for each value and round."""
    goal = goal_record(found.settings.goal)
    rows = [
        {"lever": found.settings.lever.name, "value": one.value, "round": name}
        | {"kpi": goal["kpi"], "scope": goal["scope"], "unit": goal["unit"]}
        | trial_record(one)
        | {"is_answer": one.value == found.answer}
        for name, trials in (("search", found.searched), ("fresh", found.fresh))
        for one in trials
    ]
    return {"values": pd.DataFrame(rows)}
