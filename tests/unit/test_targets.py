"""Targets: thresholds in the units of figures, dates, parts of figures, and how sure it is that they are met."""

from dataclasses import replace
from typing import Any, get_args

import pytest

from sim.measure.figures import KpiKey, Unit
from sim.report.cards import cards
from sim.report.text import run_text
from sim.scenario.problems import ScenarioError
from sim.scenario.targets import Target
from sim.study.experiment import Experiment
from sim.study.plan import load_plan
from sim.study.summary import THRESHOLDS, Judgement, fits, in_unit, summaries, unmeasured
from tests.small_studies import CLINIC, experiment

WAIT: KpiKey = ("wait_mean", "")
WAITS = [100.0] * 14 + [200.0] * 6  # minutes: mean 130, 14 of 20 runs within three hours


def target(**told: Any) -> Target:
    return Target.model_validate({"kpi": "wait_mean", "source": "our own", **told})


def with_targets(found: Experiment, **targets: Target) -> Experiment:
    return replace(found, scenario=found.scenario.model_copy(update={"targets": targets}))


def judged(told: Target, figures: dict[KpiKey, list[float]] | None = None) -> Judgement:
    found = with_targets(experiment(figures or {WAIT: WAITS}), standard=told)
    (only,) = [judgement for one in summaries(found) for judgement in one.judgements]
    return only


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("78 %", "at most 78 %"),
        ("15 min", "at most 15 min"),
        ("18 weeks", "at most 18 weeks"),
        ("126 d", "at most 18 weeks"),
        ("10 d", "at most 10 d"),
        ("40 patients", "at most 40 patients"),
        ("2.5 per day", "at most £2.5 per day"),
        ("500000 per day", "at most £500,000 per day"),
        ("7.5 hours per patient day", "at most 7.5 hours per patient day"),
    ],
)
def test_a_threshold_is_read_and_told(written, words):
    told = target(at_most=written)
    assert told.words() == words
    assert Target.model_validate(told.model_dump(mode="json")) == told


@pytest.mark.parametrize("unit", get_args(Unit))
def test_every_unit_of_a_figure_has_thresholds(unit):
    example = target(at_most=THRESHOLDS[unit]).threshold
    assert fits(example, unit)
    assert in_unit(example, unit) > 0


def test_a_time_is_held_against_minutes_and_days():
    assert in_unit(target(at_most="18 weeks").threshold, "days") == 126
    assert in_unit(target(at_most="4 h").threshold, "min") == 240


def test_a_target_is_told_with_the_runs_that_meet_it():
    found = judged(target(at_most="180 min"))
    assert (found.runs_met, found.runs, found.runs_words()) == (14, 20, "met in 14 of 20 runs")
    assert found.verdict == "met"  # the interval of the mean is about 108 to 152 minutes


@pytest.mark.parametrize(
    ("told", "verdict", "runs"),
    [
        ({"at_most": "160 min"}, "met", 14),
        ({"at_most": "130 min"}, "can't tell yet", 14),
        ({"at_most": "100 min"}, "missed", 14),
        ({"at_least": "100 min"}, "met", 20),
        ({"at_least": "101 min"}, "met", 6),
        ({"at_least": "200 min"}, "missed", 6),
    ],
)
def test_the_whole_interval_decides_and_a_run_that_just_meets_it_counts(told, verdict, runs):
    found = judged(target(**told))
    assert (found.verdict, found.runs_met) == (verdict, runs)


def test_a_run_in_which_nobody_was_there_to_measure_is_no_run():
    found = judged(target(at_most="180 min"), {WAIT: [100.0, float("nan"), 200.0]})
    assert (found.runs_met, found.runs) == (1, 2)


def test_a_target_may_be_about_a_part_of_a_figure():
    part = ("occupancy_mean", "ward:recovery")
    told = Target(kpi="occupancy_mean", of="ward:recovery", at_most="92 %", source="our own")
    found = judged(told, {part: [0.8, 0.9], ("occupancy_mean", "ward:other"): [1.0, 1.0]})
    assert found.runs_met == 2


def test_a_target_about_what_is_not_there_is_told_and_not_passed_over():
    told = target(at_most="3 h", of="ward:nowhere", label="Nowhere")
    found = with_targets(experiment({WAIT: WAITS}), lost=told)
    assert unmeasured(found, summaries(found)) == ("lost",)
    assert "Nowhere: not measured, since there is no wait_mean ward:nowhere here" in run_text(found)


@pytest.mark.parametrize(
    ("since", "in_force", "words"),
    [
        ("2026-01-12", True, ""),  # the last day measured
        ("2026-01-13", False, "not yet in force (from 13 January 2026)"),
        ("March 2026", False, "not yet in force (from March 2026)"),
        ("January 2026", True, ""),
    ],
)
def test_a_target_of_later_is_judged_though_not_yet_in_force(since, in_force, words):
    found = judged(target(at_most="160 min", since=since))
    assert (found.in_force, found.date_words(), found.verdict) == (in_force, words, "met")


def test_the_text_and_the_card_tell_runs_and_dates():
    told = target(at_most="160 min", since="March 2026", label="Our promise")
    found = with_targets(experiment({WAIT: WAITS}), promise=told)
    line = next(line for line in run_text(found).splitlines() if "Our promise" in line)
    assert line == (
        "- Our promise: at most 160 min: met. 130 min (108 to 152); met in 14 of 20 runs; "
        "not yet in force (from March 2026); our own"
    )
    assert cards(found)[0].target == (
        "Target at most 160 min: met in 14 of 20 runs, not yet in force (from March 2026)"
    )


def test_of_two_targets_the_card_shows_the_one_in_force():
    later, now = target(at_most="20 min", since="March 2026"), target(at_most="160 min")
    found = with_targets(experiment({WAIT: WAITS}), later=later, now=now)
    assert cards(found)[0].target.startswith("Target at most 160 min")


def test_a_threshold_in_another_unit_than_the_figure_is_refused(tmp_path):
    file = tmp_path / "clinic.yaml"
    file.write_text(CLINIC.replace("at_most: 3 h", "at_most: 40 patients"), encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        load_plan(str(file))
    (problem,) = refused.value.problems
    assert (problem.code, problem.field, problem.fix) == ("threshold", "targets.quick.at_most", "at_most: 60 min")
