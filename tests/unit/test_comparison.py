"""Plans are compared on the same patients, in words that the figures bear out."""

import math

import numpy as np
import pytest

from sim.measure.kpis import KPIS
from sim.report.text import comparison_text
from sim.study.comparison import (
    ComparisonError,
    InvalidRunError,
    check_comparable,
    compare,
    compare_plans,
)
from sim.study.experiment import run_experiment
from sim.study.headline import EMERGENCY, SERVICES, headline
from sim.study.summary import summaries
from sim.study.telling import sentence
from tests.small_studies import clinic, experiment

WITHIN = ("ed_within_4h", "")
WAIT = ("wait_mean", "")
COST = ("cost_per_day", "")
ARRIVALS = ("arrivals_per_day", "")
BASE = [0.70, 0.72, 0.69, 0.71, 0.73, 0.70, 0.71, 0.72, 0.70, 0.71]


def effect_of(key, base, other):
    return compare(experiment({key: base}), experiment({key: other})).effect(*key)


def shifted(by, noise=0.002):
    return [value + by + noise * math.sin(7 * number) for number, value in enumerate(BASE)]


def test_a_plan_that_helps_every_time_is_better():
    effect = effect_of(WITHIN, BASE, shifted(0.018))
    assert effect.verdict == "better"
    assert effect.adjusted.low > 0
    assert effect.difference.interval.mean == pytest.approx(0.018, abs=0.002)


def test_which_way_is_better_depends_on_the_figure():
    assert effect_of(WAIT, BASE, shifted(0.1)).verdict == "worse"
    assert effect_of(WAIT, BASE, shifted(-0.1)).verdict == "better"
    assert effect_of(ARRIVALS, BASE, shifted(0.1)).verdict == "changed"


def test_the_same_plan_is_no_change():
    effect = effect_of(WITHIN, BASE, BASE)
    assert (effect.verdict, effect.adjusted_p) == ("no change", 1.0)


def test_a_scattered_difference_cannot_be_told_yet_and_says_how_many_runs_would_tell():
    effect = effect_of(WITHIN, BASE, shifted(0.001, noise=0.01))
    assert effect.verdict == "can't tell yet"
    assert effect.adjusted.low < 0 < effect.adjusted.high
    assert effect.enough is not None
    assert effect.enough > 10


def test_one_replication_tells_nothing():
    effect = effect_of(WITHIN, [0.7], [0.9])
    assert (effect.verdict, effect.enough) == ("can't tell yet", None)
    assert "two replications or more" in sentence(effect, clinic())


def test_a_figure_that_nobody_has_is_not_defined():
    effect = effect_of(WAIT, [math.nan] * 3, [1.0] * 3)
    assert effect.verdict == "not defined"
    assert "not defined" in sentence(effect, clinic())


def test_pairs_with_an_undefined_side_are_counted_out():
    effect = effect_of(WAIT, [1.0, 2.0, math.nan, 4.0], [1.5, 2.6, 3.0, 4.4])
    assert (effect.difference.interval.n, effect.difference.interval.dropped) == (3, 1)


def test_only_replications_that_both_have_are_paired():
    comparison = compare(experiment({WITHIN: BASE}), experiment({WITHIN: shifted(0.018)[:6]}))
    assert comparison.pairs == comparison.effect(*WITHIN).difference.interval.n == 6


def test_a_figure_that_only_one_plan_has_is_left_out():
    comparison = compare(experiment({WITHIN: BASE}), experiment({WITHIN: BASE, WAIT: BASE}))
    assert [effect.key for effect in comparison.effects] == [WITHIN]


def test_looking_at_more_figures_asks_more_of_each():
    slight = shifted(0.0016)
    alone = compare(experiment({WITHIN: BASE}), experiment({WITHIN: slight})).effect(*WITHIN)
    noise = {(name, ""): shifted(0, noise=0.01) for name in EMERGENCY.figures[1:]}
    bases = {key: BASE for key in noise}
    among = compare(experiment({WITHIN: BASE} | bases), experiment({WITHIN: slight} | noise)).effect(*WITHIN)
    assert alone.difference.p == among.difference.p
    assert among.adjusted_p > alone.adjusted_p
    assert among.adjusted.half_width > alone.adjusted.half_width


def test_looking_at_more_plans_asks_more_of_each():
    base, slight, other = experiment({WITHIN: BASE}), experiment({WITHIN: shifted(0.0016)}), experiment({WITHIN: BASE})
    alone, among = compare(base, slight), compare_plans(base, [slight, other, other])[0]
    assert among.effect(*WITHIN).adjusted_p > alone.effect(*WITHIN).adjusted_p


def test_many_other_figures_do_not_cloud_the_headline():
    details = {("wait_mean", f"step:visit/{number}"): shifted(0, noise=0.01) for number in range(200)}
    bases = {key: BASE for key in details}
    slight = shifted(0.0016)
    alone = compare(experiment({WITHIN: BASE}), experiment({WITHIN: slight})).effect(*WITHIN)
    among = compare(experiment({WITHIN: BASE} | bases), experiment({WITHIN: slight} | details)).effect(*WITHIN)
    assert among.adjusted_p == alone.adjusted_p


@pytest.mark.parametrize("scatter", [0.5, 1.0, 2.0, 4.0])
def test_words_and_intervals_never_contradict_each_other(scatter):
    rng = np.sin(np.arange(1, 121) ** 2).reshape(10, 12)  # scattered numbers, the same on every machine
    keys = [(name, "") for name in EMERGENCY.figures]
    base = {key: list(row) for key, row in zip(keys, rng, strict=False)}
    other = {
        key: list(row + 0.3 + scatter * np.cos(5 * row + place))
        for place, (key, row) in enumerate(zip(keys, rng, strict=False))
    }
    for effect in compare(experiment(base), experiment(other)).effects:
        excludes_nothing = effect.adjusted.low <= 0 <= effect.adjusted.high
        assert excludes_nothing == (effect.verdict == "can't tell yet")


@pytest.mark.parametrize(
    ("change", "what"), [({"seed": 8}, "seed"), ({"warm_up": "2 d"}, "warm_up"), ({"length": "2 weeks"}, "length")]
)
def test_runs_that_are_not_alike_are_not_compared(change, what):
    with pytest.raises(ComparisonError, match=what):
        compare(experiment({WITHIN: BASE}), experiment({WITHIN: BASE}, **change))
    with pytest.raises(ComparisonError, match=what):
        check_comparable(clinic(), clinic(**change))


def test_an_invalid_run_is_not_compared():
    with pytest.raises(InvalidRunError, match="INVALID"):
        compare(experiment({WITHIN: BASE}), experiment({WITHIN: BASE}, breaches=("rule 2: too many",)))


def test_the_headline_is_chosen_by_which_figures_there_are():
    assert headline([WITHIN, WAIT, COST, ("ed_within_4h", "class:ed")]) == (WITHIN, COST)
    assert headline([WAIT, COST, ("wait_mean", "class:visitor")]) == (WAIT, COST)
    for service in SERVICES:
        assert {service.known_by, *service.figures, *service.waits, *service.adds} <= set(KPIS)


def test_a_sentence_tells_direction_size_range_and_verdict():
    told = sentence(effect_of(WITHIN, BASE, shifted(0.018)), clinic())
    assert told.startswith(f"{KPIS['ed_within_4h'].label}: rises by 1.8")
    assert "points (1." in told
    assert "from 70.9" in told
    assert told.endswith(": better.")


def test_a_sentence_of_a_fall_gives_its_size_without_sign():
    told = sentence(effect_of(COST, [1000.0, 1100.0, 1050.0], [900.0, 1001.0, 949.0]), clinic())
    assert "falls by £100 a day (" in told
    assert "from £1,050 a day to £950 a day: better." in told


def test_a_sentence_that_cannot_tell_says_what_it_would_take():
    told = sentence(effect_of(WITHIN, BASE, shifted(0.001, noise=0.01)), clinic())
    assert "can't tell yet, somewhere between -" in told
    assert "replications would probably tell (10 so far)" in told


def test_more_of_a_nurse_shortens_the_same_patients_waits():
    base = run_experiment(clinic(), workers=1)
    slow = clinic()
    faster = slow.model_copy(update={"staff": {"nurse": slow.staff["nurse"].model_copy(update={"on_duty": 2})}})
    comparison = compare(base, run_experiment(faster, workers=1))
    assert comparison.effect("wait_mean").verdict == "better"
    assert comparison.effect("arrivals_per_day").verdict == "no change"
    assert "Mean wait" in comparison_text(comparison)


def test_a_target_is_met_or_missed_only_by_the_whole_interval():
    def verdict(values):
        (found,) = summaries(experiment({WAIT: values}))
        return found.judgements[0].verdict

    assert verdict([100.0, 110.0, 120.0]) == "met"
    assert verdict([400.0, 410.0, 420.0]) == "missed"
    assert verdict([100.0, 180.0, 300.0]) == "can't tell yet"
    assert verdict([100.0]) == "can't tell yet"


def test_an_interval_stays_within_what_a_share_can_be():
    (found,) = summaries(experiment({WITHIN: [1.0, 0.97, 1.0]}))
    assert found.interval.high == 1.0


def test_what_is_left_of_a_budget_may_be_below_nothing_but_a_cost_is_not():
    figures = {("budget_left_per_day", ""): [-30.0, 5.0, -20.0], COST: [0.0, 1.0, 5.0]}
    left, cost = ({one.key: one for one in summaries(experiment(figures))}[key] for key in figures)
    assert cost.interval.low == 0
    assert left.interval.low < -30
