"""Cards: the few figures that answer a manager's first question, each in words."""

import math
from dataclasses import dataclass
from typing import Final, Literal

from sim.measure.figures import KpiKey, Unit
from sim.report.frames import ready_to_leave, waiting
from sim.study.experiment import Experiment
from sim.study.headline import about, headline
from sim.study.output_analysis import Interval
from sim.study.summary import Judgement, Summary, kpi_keys, summaries
from sim.study.wording import Scale, figure_label, scale

MOST_CARDS: Final = 8
Standing = Literal["met", "missed", "can't tell yet", ""]


@dataclass(frozen=True, slots=True)
class Card:
    """One figure, ready to be shown."""

    label: str
    value: str
    likely: str
    """The 95 % interval in words."""
    standing: Standing
    """How it stands to its target; empty without one."""
    target: str
    """The target in words, such as `Target at least 78 %: met in 14 of 20 runs`."""
    definition: str
    source: str


def cards(experiment: Experiment) -> tuple[Card, ...]:
    """Makes the cards of the first screen.

    Args:
        experiment: valid.
    """
    found = {summary.key: summary for summary in summaries(experiment)}
    return tuple(_card(experiment, found[key]) for key in first_keys(experiment) if key in found)


def first_keys(experiment: Experiment) -> tuple[KpiKey, ...]:
    """Figures of the first screen: chosen by what the scenario has and is about, never by their values."""
    return headline(kpi_keys(experiment), MOST_CARDS, about=about(experiment.scenario))


def _card(experiment: Experiment, summary: Summary) -> Card:
    told = card_scale(summary.kpi.unit, summary.interval)
    judgement = min(summary.judgements, key=lambda one: not one.in_force, default=None)
    return Card(
        label=figure_label(experiment.scenario, summary.key),
        value=told.amount(summary.interval.mean),
        likely=likely(told, summary.interval),
        standing=judgement.verdict if judgement else "",
        target=target_words(judgement) if judgement else "",
        definition=summary.kpi.definition,
        source=summary.kpi.source,
    )


def card_scale(unit: Unit, interval: Interval) -> Scale:
    """How a figure is told in large letters: never finer than half a per cent of it."""
    return scale(unit, interval.mean, max(interval.half_width, abs(interval.mean) / 200))


def likely(told: Scale, interval: Interval) -> str:
    """Says an interval in words, without what cannot be (less than nothing, more than all).

    >>> from sim.study.output_analysis import t_interval
    >>> from sim.study.wording import scale
    >>> likely(scale("share", 0.5, 0.01), t_interval([0.49, 0.51, 0.5, 0.5]))
    '95 % sure: 48.7 to 51.3 %'
    """
    if not interval.is_known:
        return "one run only, so nobody knows how sure it is" if interval.n else "nobody was there to measure"
    most = 1.0 if told.unit == "%" else math.inf
    low, high = max(interval.low, 0.0), min(interval.high, most)
    first = told.amount(low).split(" ")[0] if told.unit.startswith("£") else told.number(low)
    return f"95 % sure: {first} to {told.amount(high)}"


def target_words(judgement: Judgement) -> str:
    """Says a target, and in how many runs it is met, such as `Target at least 78 %: met in 14 of 20 runs`."""
    told = f"Target {judgement.words()}: {judgement.runs_words()}"
    return ", ".join(filter(None, [told, judgement.date_words()]))


def answer(experiment: Experiment) -> tuple[str, ...]:
    """Answers in two or three sentences what a manager would ask first: are we on target, and where do people wait?"""
    told = [*_targets_answer(experiment), *_waits_answer(experiment)]
    return tuple(told)


def _targets_answer(experiment: Experiment) -> list[str]:
    found = []
    for summary in summaries(experiment):
        for judgement in summary.judgements:
            label = judgement.target.label or summary.kpi.label
            amount = card_scale(summary.kpi.unit, summary.interval).amount(summary.interval.mean)
            target = target_words(judgement)
            found.append(f"{label}: {amount}. {target}.")
    return found[:1]


def _waits_answer(experiment: Experiment) -> list[str]:
    found = []
    for row in waiting(experiment).head(1).itertuples():
        place, number = str(row.place), float(str(row.patients))
        patients = f"{number:,.0f}" if number >= 10 else f"{number:,.1f}"
        found.append(
            f"The longest queue is {place[0].lower()}{place[1:]}: {patients} patients at any moment, {row.wait} each."
        )
    beds = ready_to_leave(experiment)
    if beds >= 1.5:
        found.append(f"{beds:,.0f} beds are held by patients who are ready to leave.")
    return found
