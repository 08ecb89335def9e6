"""The brief: on one page what a manager would hand up, the answer first."""

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sim.report.cards import answer, card_scale, cards
from sim.report.changes import changes, evidence, limits
from sim.report.document import Block, Document, Grid, Line, Section, listed, points
from sim.report.frames import waiting
from sim.report.passport import TITLE
from sim.report.plans import Compared, Plan, plan_names, short_name
from sim.report.text import window_text
from sim.report.verdicts import Cell, change_words, row_scale, rows
from sim.report.waits import causes_in_order
from sim.report.worth import SURE, groups, money
from sim.study.comparison import Comparison
from sim.study.experiment import Experiment
from sim.study.judging import Verdict
from sim.study.loads import ELSEWHERE, FULL, GROWS, NEARLY_FULL, waits_for_ever
from sim.study.passport import FEWEST_RUNS, books_sentence, passport, precision_sentence
from sim.study.reality import NEVER
from sim.study.settling import settling
from sim.study.summary import Judgement, Summary, summaries
from sim.study.telling import sentence
from sim.study.wording import figure_label, scale_of, scope_label

MOST_WAITS: Final = 4
"""Causes of waiting that are named."""
HOURS, SHARE = "wait_hours_per_day", "wait_cause_share"


def brief(base: Plan, plans: Sequence[tuple[Plan, Comparison]] = (), command: str = "") -> Document:
    """Makes the brief of a service, or of plans for it.

    Args:
        base: what is done today; valid.
        plans: each with its comparison with the base; all valid.
        command: with which it can be made again.
    """
    scenario = base.experiment.scenario
    names = plan_names(base, [plan for plan, _ in plans])
    compared = [(name, plan, comparison) for name, (plan, comparison) in zip(names, plans, strict=True)]
    title = ": ".join(filter(None, [scenario.name, "; ".join(names)]))
    sections: list[tuple[str, list[Block]]] = [
        ("In short", _short(base, compared)),
        ("What changes", changes(base, compared)),
        ("The figures", _figures(base, compared)),
        ("Targets", _targets(base, compared)),
        ("Where patients wait", _waits(base, compared)),
        ("Money", money(base, compared)),
        ("Who gains, who loses" if compared else "Who waits longer", groups(base, compared)),
        ("What this rests on", evidence(base, compared)),
        (TITLE, _trust(base, compared)),
        ("What this must not be used for", [points(limits(base, compared))]),
        ("Where this comes from", [points(_provenance(base, compared, command))]),
    ]
    told = tuple(Section(heading, tuple(blocks)) for heading, blocks in sections if blocks)
    return Document(f"Brief: {title}", tuple(_opening(base, compared)), told)


def _opening(base: Plan, compared: Compared) -> list[Block]:
    """The question, and what a reader must know before anything else."""
    asked = dict.fromkeys(plan.experiment.scenario.question for plan in (base, *(plan for _, plan, _ in compared)))
    found: list[Block] = [Line(question, "Question:") for question in asked if question]
    runs = min(len(plan.experiment.replicates) for plan in (base, *(plan for _, plan, _ in compared)))
    if runs < FEWEST_RUNS:
        told = f"{runs} run{'s were' if runs > 1 else ' was'} made, and {FEWEST_RUNS} are the fewest to decide on."
        found.append(Line(told, "Too early to decide:"))
    return [*found, *_overloads([base, *(plan for _, plan, _ in compared)])]


def _overloads(plans: Sequence[Plan]) -> list[Block]:
    """Names what is asked for more than there is of it, under any of the plans."""
    scenarios = [plan.experiment.scenario for plan in plans]
    told = zip(scenarios, (plan.experiment.loads for plan in plans), strict=True)
    most: dict[str, float] = {}
    growing: set[str] = set()
    for scenario, loads in told:
        for load in loads:
            label = scenario.label(load.resource)
            most[label] = max(load.ratio, most.get(label, 0.0))
            growing |= {label} if load.ratio >= FULL and waits_for_ever(scenario, load.resource) else set()
    nearly = [label for label, ratio in most.items() if NEARLY_FULL <= ratio < FULL]
    found: list[Block] = []
    for ending, is_growing in ((GROWS, True), (ELSEWHERE, False)):
        over = [label for label, ratio in most.items() if ratio >= FULL and (label in growing) == is_growing]
        found += [Line(f"{listed(over)}. {ending}", "Overloaded:")] if over else []
    if nearly:
        found.append(Line(f"{listed(nearly)}. Waits vary much from run to run.", "Nearly full:"))
    return found


def _short(base: Plan, compared: Compared) -> list[Block]:
    if not compared:
        return [points(answer(base.experiment))]
    blocks: list[Block] = []
    for name, _, comparison in compared:
        told = [Line(_counted(comparison), f"{name}." if len(compared) > 1 else "")]
        blocks += [*told, points(_verdicts(comparison))]
    return blocks


def _counted(comparison: Comparison) -> str:
    """Says how many of the headline figures get better and worse."""
    effects = comparison.headline
    times = Counter(effect.verdict for effect in effects)
    forms: dict[Verdict, tuple[str, str]] = {
        "better": ("gets better", "get better"),
        "worse": ("gets worse", "get worse"),
        "changed": ("changes", "change"),
        "no change": ("does not change", "do not change"),
        "can't tell yet": ("cannot be told yet", "cannot be told yet"),
    }
    parts = [f"{times[kind]} {forms[kind][times[kind] > 1]}" for kind in forms if times[kind]]
    told = " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
    sure = f" Ranges in brackets are {100 * comparison.confidence:.0f} % intervals."
    return f"Of {len(effects)} headline figures {told}.{sure if times['better'] + times['worse'] else ''}"


def _verdicts(comparison: Comparison) -> list[Line]:
    """The most important figure, then a sentence for each that surely changes, and one for each other verdict."""
    scenario, found = comparison.base.scenario, comparison.headline
    first, *rest = found
    lines = [Line(sentence(first, scenario))]
    lines += [Line(sentence(one, scenario)) for kind in SURE for one in rest if one.verdict == kind]
    unsure = [one for one in rest if one.verdict == "can't tell yet"]
    open_still = [one for one in unsure if one.enough]
    if open_still:
        told = listed(_lower(figure_label(scenario, one.key)) for one in open_still)
        enough = f"{max(one.enough or 0 for one in open_still):,} runs would probably tell"
        runs = f"{comparison.pairs} run{'s' if comparison.pairs > 1 else ''}"
        lines.append(
            Line(f"{told} ({enough}{' all of them' if len(open_still) > 1 else ''}).", f"Can't tell yet from {runs}:")
        )
    for lead, kept in (
        ("No number of runs would tell:", [one for one in unsure if not one.enough]),
        ("No change:", [one for one in rest if one.verdict == "no change"]),
    ):
        lines += [Line(f"{listed(_lower(figure_label(scenario, one.key)) for one in kept)}.", lead)] if kept else []
    return lines


def _figures(base: Plan, compared: Compared) -> list[Block]:
    if not compared:
        found = [(card.label, card.value, card.likely) for card in cards(base.experiment)]
        return [Grid(("Figure", "Mean of the runs", "How sure"), tuple(found))] if found else []
    pairs = [(name, comparison) for name, _, comparison in compared]
    order = [effect.key for effect in pairs[0][1].headline]
    told = sorted(rows(pairs, headline=True), key=lambda row: order.index(row.key))
    if len(compared) == 1:
        head = ("Figure", "Base", "Plan", "Difference (95 % interval)", "Verdict")
        lines = [
            (row.name, row.today, row.cells[0].value, _difference(row.cells[0]), row.cells[0].verdict) for row in told
        ]
        return [Grid(head, tuple(lines)), Line(_joint(pairs[0][1]))]
    cells = [(row.name, row.today, *(_cell(cell) for cell in row.cells)) for row in told]
    return [Grid(("Figure", "Base", *(name for name, _ in pairs)), tuple(cells)), Line(_joint(pairs[0][1]))]


def _cell(cell: Cell) -> str:
    return f"{', '.join(filter(None, [cell.value, _difference(cell)]))}: {cell.verdict}"


def _difference(cell: Cell) -> str:
    """The difference with its interval; how many runs would tell stands elsewhere."""
    return cell.change.partition(";")[0]


def _joint(comparison: Comparison) -> str:
    risk = 100 * (1 - comparison.confidence)
    return (
        "The intervals allow for all these figures together (Holm): the chance that any of them shows a change that is "
        f"none is at most {risk:.0f} %."
    )


def _targets(base: Plan, compared: Compared) -> list[Block]:
    """How each plan stands to each target that is measured."""
    columns = [("Base", base), *((name, plan) for name, plan, _ in compared)]
    if len(compared) == 1:
        columns[1] = ("Plan", compared[0][1])
    found = [
        {one.name: (summary, one) for summary in summaries(plan.experiment) for one in summary.judgements}
        for _, plan in columns
    ]
    names = dict.fromkeys(name for column in found for name in column)
    lines = []
    for name in names:
        judgement = next(column[name][1] for column in found if name in column)
        label = judgement.target.label or name.replace("_", " ")
        told = ", ".join(filter(None, [f"{label}: {judgement.words()}", judgement.date_words()]))
        lines.append((told, *(_standing(column.get(name)) for column in found)))
    if not lines:
        return []
    sources = dict.fromkeys(target.source for target in base.experiment.scenario.targets.values())
    return [Grid(("Target", *(name for name, _ in columns)), tuple(lines)), Line(f"{'; '.join(sources)}.", "Sources:")]


def _standing(found: tuple[Summary, Judgement] | None) -> str:
    if found is None:
        return "not measured"
    summary, judgement = found
    told = scale_of(summary.kpi.unit, summary.interval).amount(summary.interval.mean)
    return f"{told}, {judgement.runs_words()}: {judgement.verdict}"


def _waits(base: Plan, compared: Compared) -> list[Block]:
    """The causes of most waiting today, and what plans do to them."""
    found = summaries(base.experiment)
    scopes = causes_in_order(found)[:MOST_WAITS]
    if not scopes:
        return _queues(base.experiment)
    means = {one.key: one for one in found}
    head = ("Because of", "Hours of waiting a day", "Share", *(short_name(compared, name) for name, _, _ in compared))
    lines = []
    for scope in [*scopes, ""]:
        label = scope_label(base.experiment.scenario, scope) if scope else "All waiting"
        hours = means[HOURS, scope].interval
        share = means.get((SHARE, scope))
        told = card_scale("share", share.interval).amount(share.interval.mean) if share and scope else ""
        cells = [_effect_cell(comparison, HOURS, scope) for _, _, comparison in compared]
        lines.append((label, f"{hours.mean:,.{0 if hours.mean >= 10 else 1}f}", told, *cells))
    return [Grid(head, tuple(lines))]


def _queues(experiment: Experiment) -> list[Block]:
    """The longest queues, where nothing is known about the causes of waiting."""
    told = waiting(experiment, MOST_WAITS)
    lines = tuple((str(row[0]), f"{float(str(row[1])):,.1f}", str(row[4])) for row in told.itertuples(index=False))
    return [Grid(("For what", "Patients at any moment", "Mean wait"), lines)] if lines else []


def _effect_cell(comparison: Comparison, kpi: str, scope: str) -> str:
    effect = next((one for one in comparison.effects if one.key == (kpi, scope)), None)
    if effect is None:
        return "not measured"
    told, interval = row_scale([effect]), effect.adjusted
    if effect.verdict == "can't tell yet" and interval.is_known:
        return f"{effect.verdict} ({told.span(interval.low, interval.high, sign=True)})"
    return ": ".join(filter(None, [change_words(effect, told), effect.verdict]))


def _trust(base: Plan, compared: Compared) -> list[Block]:
    """How far the figures can be trusted: of a service each part of its passport, of plans what speaks against them."""
    own = passport(base.experiment, base.loaded.document.files())
    if not compared:
        told = [Line(precision_sentence(own), "Precision:")]
    else:
        told = [
            Line(other.sentence, f"Warm-up, {name}:")
            for name, plan, _ in compared
            if (other := settling(plan.experiment)) != own.settling
        ]
    changed = ["What the plans change was never compared with one."] if compared and own.compared != (NEVER,) else []
    lines = [Line(books_sentence(own.books), "Books:"), Line(own.settling.sentence, "Warm-up:"), *told]
    return [points([*lines, Line(" ".join([*own.compared, *changed]), "Compared with reality:")])]


def _provenance(base: Plan, compared: Compared, command: str) -> list[str]:
    experiment = base.experiment
    alike = ", the same patients under every plan" if compared else ""
    runs = len(experiment.replicates)
    prints = [f"{experiment.name} {experiment.fingerprint[:12]}"]
    prints += [f"{name} {plan.experiment.fingerprint[:12]}" for name, plan, _ in compared]
    return [
        f"Wardflow {experiment.version}, seed {experiment.seed}, {runs} run{'s' if runs > 1 else ''}{alike}.",
        f"{window_text(experiment.scenario)}.",
        f"Fingerprints: {'; '.join(prints)}.",
        *([f"Made by: {command}"] if command else []),
    ]


def command_of(given: Mapping[str, Any]) -> str:
    """The command that makes the same brief again, from what it was given; not where it was written to.

    >>> command_of({"base": "a", "others": ("a+b",), "changes": ("wards.x.beds=+1",), "seed": None, "replications": 9})
    'wardflow brief a a+b --set wards.x.beds=+1 --replications 9'
    """
    words = ["wardflow", "brief", given["base"], *given["others"]]
    words += [word for change in given["changes"] for word in ("--set", change)]
    numbers = [(name, given[name]) for name in ("replications", "seed") if given[name] is not None]
    return shlex.join([*words, *(word for name, value in numbers for word in (f"--{name}", str(value)))])


def _lower(label: str) -> str:
    """A label in the midst of a sentence; abbreviations stay as they are."""
    return label if label[:2].isupper() else f"{label[:1].lower()}{label[1:]}"
