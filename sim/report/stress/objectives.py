"""Objectives, section 1 of STRESS-DES: what a model is for, what comes out of it, and what is tried with it."""

from sim.measure.figures import KpiKey
from sim.measure.kpis import FAMILIES, KPIS
from sim.report.document import Block, Grid, Line, grid, listed, points
from sim.report.kpi_list import BETTER
from sim.report.stress.subject import Subject, unsaid
from sim.scenario.telling.words import share_word, spaced
from sim.study.headline import about, headline
from sim.study.wording import figure_label, scope_label


def purpose(subject: Subject) -> list[Block]:
    """Item 1.1: question and background."""
    scenario = subject.scenario
    if scenario.question:
        blocks: list[Block] = [Line(scenario.question, "Question:")]
    else:
        blocks = [unsaid("which question it answers", "its name and what it contains must tell")]
    if scenario.about:
        blocks.append(Line(scenario.about, "Background:"))
    else:
        blocks.append(unsaid("what a reader should know about it", "nothing is promised beyond what stands below"))
    return blocks


def outputs(subject: Subject) -> list[Block]:
    """Item 1.2: key figures with their definitions, how they and their errors are worked out, and targets."""
    chosen = _chosen(subject)
    rows = []
    for key in chosen:
        kpi = KPIS[key[0]]
        told = f"{kpi.unit}; {BETTER[kpi.direction]}"
        rows.append((figure_label(subject.scenario, key), told, kpi.definition, kpi.source))
    whole = {name for name, scope in subject.figures if not scope}
    others = [
        f"{family}: {listed(kpi.label for kpi in kpis if kpi.name in whole and (kpi.name, '') not in chosen)}"
        for family, kpis in FAMILIES.items()
        if any(kpi.name in whole and (kpi.name, "") not in chosen for kpi in kpis)
    ]
    return [
        Line(
            "A run records facts only. After it, each figure is worked out from the events of the measured time (4.2); "
            "the error of its mean is that of a t interval over replications (4.3)."
        ),
        Grid(("Key figure", "Unit", "How it is worked out", "Source"), tuple(rows)),
        Line(
            "wardflow kpis defines them all. Each is also told by ward, step and group of patients.", "Also measured:"
        ),
        points(others) if others else Line("Nothing else."),
        *_targets(subject),
    ]


def _chosen(subject: Subject) -> tuple[KpiKey, ...]:
    """The headline, and what targets and expectations are about."""
    scenario = subject.scenario
    named = [(one.kpi, one.of or "") for one in scenario.targets.values()]
    keys = [*headline(subject.figures, about=about(scenario)), *about(scenario), *named]
    return tuple(key for key in dict.fromkeys(keys) if key in subject.figures)


def _targets(subject: Subject) -> list[Block]:
    targets = subject.scenario.targets
    if not targets:
        return [unsaid("which targets are to be met", "figures are told without a verdict")]
    rows = []
    for name, one in targets.items():
        label = figure_label(subject.scenario, (one.kpi, one.of or "")) if one.kpi in KPIS else one.kpi
        since = f", from {one.since:%B %Y}" if one.since else ""
        rows.append((one.label or spaced(name), label, f"{one.words()}{since}", one.source))
    return [Grid(("Target", "Key figure", "Threshold", "Source"), tuple(rows))]


def aims(subject: Subject) -> list[Block]:
    """Item 1.3: what the scenario is tried for: scenarios, design, optimisation."""
    return [*_tried(subject), *_expected(subject), *_talked_over(subject), *_design()]


def _tried(subject: Subject) -> list[Block]:
    chain = [one.scenario.name for one in subject.ancestors]
    if chain:
        told = f"This is a variant of {', itself one of '.join(chain)}; 2.3 tells what differs and is compared."
    else:
        told = "This is a base: it extends no other file. Plans for it are files that extend it, or initiatives."
    blocks: list[Block] = [Line(told, "Scenarios:")]
    rows = [
        (one.name, one.changes, one.evidence.effect, one.evidence.source)
        for one in subject.scenario.initiatives.values()
    ]
    return [*blocks, Grid(("Initiative", "What changes", "What is known", "Source"), tuple(rows))] if rows else blocks


def _expected(subject: Subject) -> list[Block]:
    expected = subject.scenario.expect
    if not expected:
        return [unsaid("which way any figure should move", "no effect is claimed beforehand")]
    rows = []
    for one in expected.values():
        than = f"with {listed(map(spaced, one.joined))}, against it without" if one.joined else one.than
        way = one.becomes if one.within is None else f"{one.becomes}, within {share_word(one.within)}"
        rows.append((KPIS[one.kpi].label, scope_label(subject.scenario, one.of or ""), way, than, one.why))
    against = Line("against the file that it extends, where nothing else is said.", "Expected before any run:")
    return [against, grid(("Key figure", "For", "Becomes", "Against", "Why"), rows)]


def _talked_over(subject: Subject) -> list[Block]:
    prompts = subject.scenario.prompts
    return [Line("", "To talk over:"), points(prompts)] if prompts else []


def _design() -> list[Block]:
    return [
        Line(
            "each plan is run on the same patients as its base (common random numbers), and judged by paired "
            "differences over replications with Holm's adjustment over the headline figures (4.3).",
            "Design:",
        ),
        Line("none: nothing is searched for automatically.", "Optimisation:"),
    ]
