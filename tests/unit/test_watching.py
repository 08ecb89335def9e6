"""The chart after go-live: limits by a textbook, rules by theory, and what a plan would show."""

import doctest
import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import special

from sim import clock
from sim.demand.streams import Address, uniforms
from sim.report.watching_text import watch_record, watch_tables, watch_text
from sim.scenario.initiatives import Initiative
from sim.scenario.problems import ScenarioError
from sim.study.comparison import ComparisonError
from sim.study.watching import detection as detection_module
from sim.study.watching import watch as watch_module
from sim.study.watching import xmr
from sim.study.watching.detection import Watched, chance, detection
from sim.study.watching.settings import WatchSettings
from sim.study.watching.watch import ramp_of, watch
from sim.study.watching.weeks import weekly, windows
from sim.study.watching.xmr import D2, Limits, Rules, limits, rule_by_rule, signals
from tests.small_hospitals import hospital
from tests.small_studies import clinic

KNOWN = Limits(0.0, D2, 1000)
"""Limits of standard normal values that are known exactly: 3.0005 standard deviations."""
OUTSIDE = Rules("limits")
ALL = Rules("all", run=7, trend=7, two_of_three=True)


@pytest.mark.parametrize("module", [xmr, detection_module, watch_module])
def test_the_examples_are_true(module):
    names = {"np": np, "clock": clock}
    assert doctest.testmod(module, extraglobs=names).failed == 0


def normals(number, name="values"):
    """Independent standard normal values."""
    return special.ndtri(uniforms(Address(11, 0, name), number))


# ---------------------------------------------------------------- limits


def test_the_limits_of_the_paint_primer_are_those_of_the_textbook():
    """Montgomery, Introduction to Statistical Quality Control, section 6.4: viscosity of 15 batches."""
    primer = [33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.20, 33.62, 33.00, 33.54, 33.12, 33.84]
    found = limits(primer)
    assert (round(found.mean, 2), round(found.moving_range, 2)) == (33.52, 0.48)
    assert (found.high, found.low) == (pytest.approx(34.80, abs=0.01), pytest.approx(32.24, abs=0.01))
    assert found.range_high == pytest.approx(1.57, abs=0.01)
    assert not signals(primer, found, OUTSIDE).either.any(), "the book finds it in control"


def test_the_constants_follow_from_the_mean_range_of_two_normal_values():
    """The mean of |X - Y| is 2 / sqrt(pi), its standard deviation sqrt(2 - 4 / pi)."""
    mean = 2 / math.sqrt(math.pi)
    assert mean == pytest.approx(D2, abs=0.0005)
    assert 3 / mean == pytest.approx(xmr.TO_LIMIT, abs=0.002)
    assert 1 + 3 * math.sqrt(2 - 4 / math.pi) / mean == pytest.approx(xmr.TO_RANGE_LIMIT, abs=0.002)


def test_two_values_are_the_least_and_undefined_ones_are_left_out():
    assert limits([1.0, math.nan, 3.0]).moving_range == 2.0
    with pytest.raises(ValueError, match="two values"):
        limits([1.0, math.nan])


# ---------------------------------------------------------------- rules, by hand


def marks(values, rules, side="up"):
    return np.flatnonzero(signals(values, KNOWN, rules).to(side)).tolist()


def test_a_point_on_a_limit_is_not_outside_it():
    assert marks([KNOWN.high, KNOWN.high + 1e-9], OUTSIDE) == [1]
    assert marks([KNOWN.low, KNOWN.low - 1e-9], OUTSIDE, "down") == [1]


def test_seven_points_on_one_side_of_the_mean_are_a_signal_at_the_seventh():
    rules = Rules("run", outside=False, run=7)
    assert marks([0.5] * 8, rules) == [6, 7]
    assert marks([0.5] * 3 + [0.0] + [0.5] * 6, rules) == [], "a point on the mean ends the row"
    assert marks([-0.5] * 7, rules, "down") == [6]


def test_seven_rising_points_are_six_rises():
    rules = Rules("trend", outside=False, trend=7)
    assert marks([-3, -2, -1, 0, 1, 2, 2.5], rules) == [6]
    assert marks([-3, -2, -1, 0, 1, 1, 2.5], rules) == [], "two equal points do not rise"
    assert marks([3, 2, 1, 0, -1, -2, -2.5], rules, "down") == [6]


def test_two_of_three_points_close_to_the_same_limit_are_a_signal():
    rules = Rules("close", outside=False, two_of_three=True)
    assert marks([2.1, 0.0, 2.1], rules) == [2]
    assert marks([2.1, 2.1, 0.0], rules) == [1]
    assert marks([2.1, -2.1, 2.1], rules, "down") == []
    assert marks([2.1, 0.0, 0.0, 2.1], rules) == []


def test_what_is_not_defined_is_no_signal_and_ends_every_pattern():
    assert marks([0.5] * 6 + [math.nan] + [0.5] * 6, ALL) == []


def test_all_rules_together_are_each_of_them_by_itself():
    values = normals(5000, "together")
    parts = [signals(values, KNOWN, one).either for one in rule_by_rule(ALL)]
    assert len(parts) == 4
    assert (np.any(parts, axis=0) == signals(values, KNOWN, ALL).either).all()


# ---------------------------------------------------------------- rules, by theory


@pytest.mark.parametrize(("shift", "length"), [(0.0, 370.4), (1.0, 43.9), (2.0, 6.3), (3.0, 2.0)])
def test_a_shift_is_seen_after_as_many_points_as_the_textbook_says(shift, length):
    """Montgomery, section 6.4: average run lengths of 3 sigma limits, the reciprocal of the chance of one point.

    2,000,000 points know the rarest chance, 0.27 %, to 1.4 %: 4 % is allowed.
    """
    share = signals(normals(2_000_000) + shift, KNOWN, OUTSIDE).either.mean()
    assert 1 / share == pytest.approx(length, rel=0.04)


def run_length(rules, runs=2000, longest=2000):
    """Mean number of points until the first signal without any change."""
    rows = normals(runs * longest, "run lengths").reshape(runs, longest)
    return float(np.mean([np.flatnonzero(signals(row, KNOWN, rules).either)[0] + 1 for row in rows]))


@pytest.mark.parametrize(
    ("rules", "length"),
    [
        (Rules("two of three", two_of_three=True), 225.44),
        (Rules("eight on one side", run=8), 152.73),
        (Rules("seven on one side alone", outside=False, run=7), 127.0),
    ],
)
def test_without_any_change_a_false_alarm_comes_as_soon_as_theory_says(rules, length):
    """Champ and Woodall (1987, Technometrics 29:393-399), table 1; a row of 7 equal tosses of a coin: 2^7 - 1.

    2,000 run lengths know their mean to 2.2 %: 7 % is allowed.
    """
    assert run_length(rules) == pytest.approx(length, rel=0.07)


def test_seven_values_rise_once_in_5040_times():
    """7! orders are equally likely, one of them rising: 2,000,000 points know that to 5 % (seven overlap)."""
    share = signals(normals(2_000_000, "trends"), KNOWN, Rules("trend", outside=False, trend=7)).up.mean()
    assert share == pytest.approx(1 / 5040, rel=0.2)


def test_limits_that_are_estimated_give_more_false_alarms_than_known_ones():
    """With 20 baseline points a later one is outside in more than 0.27 of 100 cases, and in fewer than 2."""
    rows = normals(1500 * 46, "estimated").reshape(1500, 46)
    runs = [Watched(row[:20], row[20:], row[20:]) for row in rows]
    found = detection(runs, OUTSIDE, "up", 0.8)
    assert 0.0030 < found.false_per_week < 0.02


# ---------------------------------------------------------------- detection, by hand


def steady(after, unchanged=None):
    """A baseline of 10 and 12 in turn: mean 11, mean moving range 2, limits 5.68 and 16.32."""
    base = np.array([10.0, 12.0] * 5)
    later = np.array(after, np.float64)
    return Watched(base, later, np.full(len(later), 11.0) if unchanged is None else np.array(unchanged, np.float64))


def test_the_weeks_are_those_in_which_so_large_a_share_of_the_runs_has_told_it():
    """Ten runs that tell it in weeks 1 to 9 and never: 8 of 10 within 8 weeks."""
    rows = [[11.0] * week + [17.0] + [11.0] * (9 - week) for week in range(9)] + [[11.0] * 10]
    found = detection([steady(row) for row in rows], OUTSIDE, "up", 0.8)
    assert found.first_weeks == (1, 2, 3, 4, 5, 6, 7, 8, 9, math.inf)
    assert found.weeks == 8
    assert [one.share for one in found.by_week] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.9]
    assert (found.false_alarm.share, found.false_per_week) == (0.0, 0.0)
    assert math.isnan(found.low), "ten runs are too few for an interval of so high a quantile"
    many = detection([steady(row) for row in rows * 10], OUTSIDE, "up", 0.8)
    assert many.low <= 8 <= many.high


def test_a_signal_to_the_other_side_does_not_show_the_change_but_is_a_false_alarm():
    found = detection([steady([11.0, 11.0], [11.0, 5.0])] * 4, OUTSIDE, "up", 0.8)
    assert math.isinf(found.weeks)
    assert (found.false_alarm.share, found.false_same_side.share) == (1.0, 0.0)
    assert found.false_per_week == 0.5


def test_a_pattern_may_begin_before_go_live_but_must_end_after_it():
    run = Watched(np.array([10.0] * 6 + [12.0] * 6), np.array([11.5, 11.5]), np.array([11.0, 11.0]))
    assert detection([run], Rules("run", run=7), "up", 0.8).first_weeks == (1,)


def test_the_interval_of_a_share_is_the_exact_one():
    """Clopper and Pearson (1934): none of 20 is compatible with 1 - 0.025^(1/20) = 16.8 %."""
    assert chance(0, 20).high == pytest.approx(1 - 0.025 ** (1 / 20))
    assert (chance(0, 20).low, chance(20, 20).high) == (0.0, 1.0)


# ---------------------------------------------------------------- watching a plan


def nurses(number, replications=6):
    """One patient an hour for 45 minutes: one nurse is busy for three quarters of the time, two are seldom both."""
    way = [{"see": {"staff": "nurse", "time": {"exponential": {"mean": "45 min"}}}}, {"leave": "discharged"}]
    patients = {"walk_in": {"arrive": {"rate": "1 per hour"}, "pathway": "way"}}
    run = {"length": "1 week", "warm_up": "2 d", "replications": replications, "seed": 5}
    return hospital(patients, {"way": way}, staff={"nurse": {"label": "=Nurse", "on_duty": number}}, run=run)


@pytest.fixture(scope="module")
def found():
    return watch(nurses(1), nurses(2), WatchSettings(kpi="wait_mean", baseline=10, watched=6, ramp_up="4 weeks"))


def test_the_weeks_of_a_run_are_whole_and_follow_each_other():
    scenario = clinic(length="3 weeks", warm_up="1 d")
    found = windows(scenario)
    assert [one.start_ms for one in found] == [clock.DAY + week * clock.WEEK for week in range(3)]
    assert [one.length_ms for one in found] == [clock.WEEK] * 3


@pytest.mark.parametrize("key", [("wait_mean", ""), ("utilisation", "staff:nurse")])
def test_a_week_has_the_value_that_a_run_of_it_alone_would_have(key):
    """The second week by itself: the first is then warm-up, and the same patients come in the same way."""
    from sim.engine.compiling import compile_scenario
    from sim.study.replication import run_replication

    both, second = clinic(length="2 weeks", warm_up="0 d"), clinic(length="1 week", warm_up="1 weeks")
    alone = run_replication(second, compile_scenario(second), 7, 3).kpis[key]
    assert weekly(both, compile_scenario(both), key, 3)[1] == pytest.approx(alone)


def test_a_second_nurse_is_told_by_the_chart_as_far_as_it_works(found):
    assert found.side == "down"
    assert found.effect.interval.high < 0
    first = found.runs[0]
    share = np.array([0.125, 0.375, 0.625, 0.875, 1.0, 1.0])
    whole = first.unchanged[-1] - first.after[-1]
    assert whole > 0
    assert (first.after <= first.unchanged + 1e-9).all()
    assert first.after[0] == pytest.approx(first.unchanged[0] * (1 - share[0]), rel=0.1), "two nurses: next to no wait"


def test_base_and_plan_have_the_same_weeks_before_go_live(found):
    table = watch_tables(found)["watch_chart"]
    before = table[table["phase"] == "before"]
    assert (before["value"] == before["value_without_plan"]).all()
    assert sorted(set(table["week"])) == list(range(-9, 7))
    assert len(table) == 6 * 16


def test_the_text_tells_the_weeks_the_false_alarms_and_the_approximation(found):
    text = watch_text(found)
    assert text.startswith("Will we see it? Mean wait, week by week: Small")
    assert "works fully after 4 weeks" in text
    assert "Without any change it gives a false alarm" in text
    assert "That is an approximation" in text
    assert "7 weeks in a row on one side of the mean" in text


def test_the_record_has_the_rules_from_the_strictest_on(found):
    rules = watch_record(found)["rules"]
    assert [one["rules"] for one in rules] == [one.name for one in WatchSettings().rules()]
    for fewer, more in pairwise(rules):
        assert fewer["weeks"] >= more["weeks"]
        assert fewer["false_alarm"]["share"] <= more["false_alarm"]["share"]
    assert sum(watch_record(found)["rules"][0]["first_weeks"]) > 0


def test_a_plan_that_changes_nothing_is_said_to_be_unknown():
    found = watch(nurses(1), nurses(1), WatchSettings(kpi="wait_mean", baseline=10, watched=4))
    assert found.effect.interval.mean == 0
    assert "Can't tell yet whether the plan changes the figure at all" in watch_text(found)
    assert all((one.after == one.unchanged).all() for one in found.runs)


def test_few_charts_cannot_tell_whether_the_change_would_be_seen_in_time():
    """None of 2 runs is compatible with up to 84 %, none of 6 with up to 46 % (Clopper and Pearson)."""
    short = WatchSettings(kpi="wait_mean", baseline=10, watched=1)
    two, six = (watch(nurses(1, number), nurses(1, number), short) for number in (2, 6))
    assert all(math.isinf(week) for found in (two, six) for week in found.detections[-1].first_weeks)
    assert "80 % were asked for: can't tell yet; more runs would." in watch_text(two)
    assert "80 % were asked for: it would probably not be seen so soon." in watch_text(six)


def test_the_first_of_the_headline_is_watched_if_nothing_is_said():
    found = watch(nurses(1, 2), nurses(1, 2), WatchSettings(baseline=10, watched=1))
    assert found.key == ("wait_mean", "")


def test_the_longest_ramp_up_of_new_initiatives_counts():
    told = {"name": "A", "changes": "More.", "evidence": {"effect": "some", "source": "illustrative"}}
    base = clinic()

    def with_those(**ramps):
        initiatives = {name: Initiative.model_validate(told | {"ramp_up": ramp}) for name, ramp in ramps.items()}
        return base.model_copy(update={"initiatives": initiatives})

    assert ramp_of(with_those(old="20 weeks"), with_those(old="20 weeks", a="8 weeks", b="3 weeks")) == 8 * clock.WEEK
    assert ramp_of(base, base) == 0


def test_plans_that_are_run_otherwise_are_refused():
    with pytest.raises(ComparisonError):
        watch(clinic(), clinic(seed=8), WatchSettings())


def test_settings_without_meaning_are_refused_with_what_would_do():
    for wrong, fix in (
        ({"baseline": 3}, "--baseline 20"),
        ({"watched": 0}, "--watched 26"),
        ({"power": 1.0}, r"--power 0\.8"),
        ({"run": 1}, "--run 7"),
        ({"kpi": "wait_men"}, "wait_mean"),
        ({"ramp_up": "soon"}, "--ramp-up '8 weeks'"),
    ):
        with pytest.raises(ScenarioError, match=fix):
            WatchSettings(**wrong)


def test_weeks_without_anybody_to_measure_make_no_chart():
    """A patient a month: most weeks have no wait."""
    scenario = nurses(1, 2)
    rare = scenario.patients["walk_in"].arrive.model_copy(update={"rate": 1 / 720})
    quiet = {"walk_in": scenario.patients["walk_in"].model_copy(update={"arrive": rare})}
    empty = scenario.model_copy(update={"patients": quiet})
    with pytest.raises(ScenarioError, match="make no chart"):
        watch(empty, empty, WatchSettings(kpi="wait_mean", baseline=10, watched=1))


def test_a_figure_that_is_not_there_is_refused():
    with pytest.raises(ScenarioError, match="nothing to measure"):
        watch(nurses(1), nurses(1), WatchSettings(kpi="ed_within_4h", baseline=10, watched=1))
    with pytest.raises(ScenarioError, match="nothing to measure"):
        watch(nurses(1), nurses(1), WatchSettings(kpi="queue_mean of staff:doctor", baseline=10, watched=1))
