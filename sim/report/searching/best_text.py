"""The best of some plans in words, as plain values and as a table."""

import pandas as pd

from sim.report.records import interval_record
from sim.report.searching.parts import CURSE, MODEL, Record, difference_scale, said, span_of
from sim.report.text import table
from sim.study.searching.best import Best
from sim.study.wording import Scale, figure_label, scale_of


def best_text(found: Best) -> str:
    """Tells which plan is best, how sure that is, and when the others fell out."""
    wanted = found.settings.wanted
    way = "highest" if wanted.is_higher else "lowest"
    label = figure_label(found.base, wanted.key)
    parts = [
        f"The best of {len(found.candidates)} plans: {way} {label}\n{found.base.name}",
        _answer(found),
        _table(found),
        "\n".join(f"- {one}" for one in _meaning(found)),
    ]
    return "\n\n".join(parts)


def _scales(found: Best) -> tuple[Scale, Scale]:
    unit = found.settings.wanted.kpi.unit
    figures = [one.figure for one in found.candidates] + [one.fresh for one in found.candidates if one.fresh]
    return scale_of(unit, *figures), difference_scale(
        unit, [found.fresh_lead, *(one.behind for one in found.candidates)]
    )


def _answer(found: Best) -> str:
    figures, differences = _scales(found)
    leading, following = found.candidates[found.leading], found.candidates[found.next]
    zone, level = differences.change(found.settings.zone), f"{100 * found.settings.confidence:g} %"
    figure = leading.fresh or leading.figure
    with_fresh = f"With fresh seeds its figure is {said(figure, figures)}; {_lead(found, differences)}"
    if found.chance is not None:
        return (
            f"{leading.plan.name} looks best after {found.spent} runs; it truly is with a chance of "
            f"{_chance(found.chance)}. {with_fresh} {following.plan.name}."
        )
    if found.is_chosen:
        return (
            f"{leading.plan.name} is best, with {level} confidence, unless another is better by less than {zone}. "
            f"{with_fresh} {following.plan.name}."
        )
    left = ", ".join(one.plan.name for one in found.candidates if one.is_left)
    return (
        f"Can't tell yet: after {found.settings.most_replications} runs each, these are still in: {left}. A larger "
        "difference that does not matter, or more replications, decides."
    )


def _chance(chance: float) -> str:
    """Says a chance that is a lower bound, never as certainty.

    >>> _chance(0.873), _chance(0.9999)
    ('about 87 % or more', 'more than 99 %')
    """
    return "more than 99 %" if chance > 0.99 else f"about {100 * chance:.0f} % or more"


def _lead(found: Best, told: Scale) -> str:
    lead = found.fresh_lead
    span = f" ({told.span(lead.low, lead.high, sign=True)})" if lead.is_known else ""
    side = "better" if lead.mean >= 0 else "worse"
    return f"it is {told.change(lead.mean)}{span} {side} than the next,"


def _table(found: Best) -> str:
    figures, differences = _scales(found)
    level = f"{100 * found.settings.confidence:g} % interval"
    head = [
        "Plan",
        "Search",
        level,
        "Behind the best",
        "Behind: interval",
        "Runs",
        "",
        "Fresh seeds",
        "Fresh: interval",
    ]
    order = sorted(range(len(found.candidates)), key=lambda plan: (plan != found.leading, -_rank(found, plan)))
    rows = []
    for plan in order:
        one = found.candidates[plan]
        is_first = plan == found.leading
        rows.append(
            [
                one.plan.name,
                figures.amount(one.figure.mean),
                span_of(one.figure, figures),
                "" if is_first else differences.change(one.behind.mean, sign=one.behind.mean < 0),
                "" if is_first else span_of(one.behind, differences),
                f"{one.replications}",
                "best" if is_first and found.is_chosen else "still in" if one.is_left else "out",
                figures.amount(one.fresh.mean) if one.fresh else "",
                span_of(one.fresh, figures) if one.fresh else "",
            ]
        )
    return table(head, rows, [*head[1:6], *head[7:]])


def _rank(found: Best, plan: int) -> float:
    return found.settings.wanted.sign * found.candidates[plan].figure.mean


def _meaning(found: Best) -> list[str]:
    told = []
    if found.chance is None:
        told.append(
            "Kim and Nelson's procedure (KN++): a plan falls out as soon as another leads by more than chance and the "
            f"difference that does not matter explain. {found.spent} runs in all; if plans had no patients in common, "
            f"{sum(one.alone for one in found.candidates):,} would have been needed (Rinott)."
        )
    else:
        told.append(
            "Runs went where they help most to tell the best (optimal computing budget allocation). The chance takes "
            "the plans as independent, which the same patients make too careful as a rule."
        )
    told.append(f"{CURSE} Fresh seed {found.fresh_seed}.")
    told.append("Best means best in this one figure; look at the others with `wardflow compare`.")
    return [*told, MODEL]


def best_record(found: Best) -> Record:
    """The same as plain values."""
    settings, leading = found.settings, found.candidates[found.leading]
    return {
        "scenario": found.base.name,
        "kpi": settings.wanted.key[0],
        "scope": settings.wanted.key[1],
        "unit": settings.wanted.kpi.unit,
        "higher_is_better": settings.wanted.is_higher,
        "indifference": settings.zone,
        "confidence": settings.confidence,
        "most_replications": settings.most_replications,
        "budget_replications": settings.budget,
        "method": "kim-nelson" if settings.budget is None else "ocba",
        "first_replications": found.first,
        "chosen": leading.plan.name if found.is_chosen else None,
        "leading": leading.plan.name,
        "next": found.candidates[found.next].plan.name,
        "chance": found.chance,
        "replications": found.spent,
        "fresh_seed": found.fresh_seed,
        "fresh_lead": interval_record(found.fresh_lead),
        "plans": [
            {
                "name": one.plan.name,
                "changes": list(one.plan.changes),
                "figure": interval_record(one.figure),
                "replications": one.replications,
                "behind": interval_record(one.behind),
                "left": one.is_left,
                "replications_if_nothing_in_common": one.alone,
                "fresh": interval_record(one.fresh) if one.fresh else None,
            }
            for one in found.candidates
        ],
        "sentence": _answer(found),
    }


def best_tables(found: Best) -> dict[str, pd.DataFrame]:
    """One row a plan."""
    wanted = found.settings.wanted
    rows = [
        {
            "plan": one.plan.name,
            "kpi": wanted.key[0],
            "scope": wanted.key[1],
            "unit": wanted.kpi.unit,
            "mean": one.figure.mean,
            "low": one.figure.low,
            "high": one.figure.high,
            "replications": one.replications,
            "behind": one.behind.mean,
            "behind_low": one.behind.low,
            "behind_high": one.behind.high,
            "is_left": one.is_left,
            "fresh_mean": one.fresh.mean if one.fresh else None,
            "fresh_low": one.fresh.low if one.fresh else None,
            "fresh_high": one.fresh.high if one.fresh else None,
        }
        for one in found.candidates
    ]
    return {"plans": pd.DataFrame(rows)}
