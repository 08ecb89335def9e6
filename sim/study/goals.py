"""Goals: what a plan has to reach, said in a line such as `ed_within_4h >= 78 %`."""

import re
from typing import Final

from pydantic import ValidationError

from sim.measure.figures import WHOLE, KpiKey
from sim.measure.kpis import KPIS
from sim.scenario.problems import nearest, quoted, suggestion
from sim.scenario.targets import Target
from sim.study.experiment import Experiment
from sim.study.output_analysis import CONFIDENCE
from sim.study.refusal import refusal
from sim.study.summary import THRESHOLDS, Summary, fits, judged
from sim.study.wording import figure_label

OPTION: Final = "--goal"
"""What stands for the name of a file in messages about a goal."""
EXAMPLE: Final = "ed_within_4h >= 78 %"
SOURCE: Final = "goal of the study"
_GOAL = re.compile(
    r"\s*(?P<kpi>[a-z0-9_]+)(?:\s+of\s+(?P<of>.+?))?\s*(?P<sign><=|>=|at most|at least)\s*(?P<threshold>.+?)\s*"
)


def goal_of(text: str) -> Target:
    """Reads a goal.

    Args:
        text: a key figure, perhaps `of` a part of it as `wardflow run --all` names it, `>=` or `<=` (or `at least`,
            `at most`), and a threshold in its unit.

    Returns:
        The goal as a target, which no file declares.

    Raises:
        ScenarioError: if it cannot be read, there is no such figure, or the threshold is not in its unit.

    >>> goal_of("ed_within_4h >= 78 %").words(), goal_of("occupancy_8am of ward:medical at most 92 %").of
    ('at least 78 %', 'ward:medical')
    """
    found = _GOAL.fullmatch(text)
    if not found:
        raise refusal(OPTION, "a goal has a key figure, <= or >=, and a threshold with its unit", EXAMPLE)
    kpi, is_least = found["kpi"], found["sign"] in (">=", "at least")
    if kpi not in KPIS:
        message = f"there is no key figure {quoted(kpi)}; {suggestion(kpi, list(KPIS))}"
        raise refusal(
            OPTION, message, f"{nearest(kpi, list(KPIS)) or 'ed_within_4h'} {found['sign']} {found['threshold']}"
        )
    unit = KPIS[kpi].unit
    fix = f"{kpi} {found['sign']} {THRESHOLDS[unit]}"
    side = "at_least" if is_least else "at_most"
    try:
        target = Target.model_validate({"kpi": kpi, "of": found["of"], side: found["threshold"], "source": SOURCE})
    except ValidationError:
        raise refusal(
            OPTION, f"{quoted(found['threshold'])} is no threshold for {kpi}, which is measured in {unit}", fix
        ) from None
    if not fits(target.threshold, unit):
        raise refusal(OPTION, f"{kpi} is measured in {unit}, not as {quoted(target.words())}", fix)
    return target


def key_of(target: Target) -> KpiKey:
    """The figure that a target is about."""
    return target.kpi, target.of or WHOLE


def stands(experiment: Experiment, target: Target, confidence: float = CONFIDENCE) -> Summary:
    """How an experiment stands to a goal.

    Args:
        experiment: finished.
        target: the goal.
        confidence: of the interval that decides; `met` and `missed` need the whole of it.

    Returns:
        The figure with one judgement.

    Raises:
        ScenarioError: if the experiment does not have the figure.
    """
    key = key_of(target)
    if not any(key in replicate.kpis for replicate in experiment.replicates):
        told = figure_label(experiment.scenario, key)
        raise refusal(
            OPTION,
            f"{experiment.name} has nothing to measure for {told} ({target.kpi} of {target.of or 'the whole'})",
            EXAMPLE,
        )
    return judged(experiment, key, {SOURCE: target}, confidence)


def words(target: Target, experiment: Experiment) -> str:
    """Says a goal, such as `Within 4 hours at least 78 %`."""
    return f"{figure_label(experiment.scenario, key_of(target))} {target.words()}"
