"""Emergency sizing: the same patients and more, where goals break, what breaks first, and the time to recover."""

import doctest
import math

import numpy as np
import pytest

from sim import clock
from sim.demand.fates import draw_fates
from sim.report.sizing_text import stress_record, stress_tables, stress_text
from sim.scenario.problems import ScenarioError
from sim.study.asking import in_line
from sim.study.output_analysis import Interval
from sim.study.sizing import breaking, demand, recovery, settings, surge, weakest
from sim.study.sizing.breaking import edges, is_one_way, next_points
from sim.study.sizing.demand import chosen, left_out, multiplied, surged
from sim.study.sizing.recovery import back_after, recover
from sim.study.sizing.settings import StressSettings
from sim.study.sizing.stress import stress
from sim.study.sizing.surge import surge_of
from sim.study.sizing.weakest import is_full, is_growing
from tests.engines.stories import at
from tests.small_hospitals import hospital
from tests.small_studies import clinic, experiment

WALK_IN = ("walk_in",)
WAY = [{"see": {"staff": "nurse", "time": {"exponential": {"mean": "12 min"}}}}, {"leave": "discharged"}]


@pytest.mark.parametrize("module", [breaking, demand, recovery, settings, surge, weakest])
def test_the_examples_are_true(module):
    assert doctest.testmod(module, optionflags=doctest.ELLIPSIS, extraglobs={"np": np}).failed == 0


# ---------------------------------------------------------------- the same patients and more


def rich():
    """Patients at a rate with hours, weekdays, a wave, luck of the day and a tilt; a booked list; and a batch."""
    pattern = {"by_hour": [1, 3] * 12, "by_weekday": {"mon": 1.4}, "day_to_day": 2.0}
    wave = {"waves": {"flu": {"since": "2026-01-07", "by_day": [1.5, 2]}}, "more": {"age": {"old": "x 1.3"}}}
    patients = {
        "walk_in": {
            "arrive": {"rate": "50 per day", **pattern, **wave},
            "attributes": {"age": {"young": "50 %", "old": "rest"}},
            "pathway": "way",
        },
        "booked": {
            "arrive": {"scheduled": {"list": {"days": "all", "at": "09:00", "patients": 12, "attend": "80 %"}}},
            "pathway": "way",
        },
        "crash": {
            "arrive": {
                "batches": {"bus": {"at": {"date": "2026-01-06", "time": "10:00"}, "patients": 20, "over": "1 h"}}
            },
            "pathway": "way",
        },
    }
    return hospital(patients, {"way": WAY}, staff={"nurse": {"on_duty": 9}}, run={"length": "5 d", "replications": 1})


def people(scenario, number=0):
    """Who comes and when: class, layer and index of each patient with the moment and the attributes."""
    fates = draw_fates(scenario, scenario.run.seed, number)
    who = zip(fates.stream.tolist(), fates.layer.tolist(), fates.index.tolist(), strict=True)
    ages = fates.attributes["age"].tolist()
    return dict(zip(who, zip(fates.arrival_ms.tolist(), ages, strict=True), strict=True))


@pytest.mark.parametrize("factor", [1.05, 1.5, 2.0])
def test_all_of_todays_patients_are_there_at_a_higher_demand(factor):
    scenario, everyone = rich(), ("walk_in", "booked", "crash")
    for number in range(3):
        today, more = people(scenario, number), people(multiplied(scenario, factor, everyone), number)
        assert today.items() <= more.items(), "each comes at the same moment and is of the same age"
        assert len(more) > len(today)


def test_at_a_lower_demand_nobody_comes_who_would_not_come_today():
    scenario = rich()
    less = people(multiplied(scenario, 0.8, ("walk_in", "booked", "crash")))
    assert less.items() <= people(scenario).items()
    assert len(less) < len(people(scenario))


def test_so_many_times_as_many_come():
    """4 an hour for 10 weeks are 6,720; at x 1.5 they are 10,080, give or take 4 standard deviations of 100."""
    scenario = clinic(length="10 weeks", warm_up="0 d")
    assert len(people_of_clinic(multiplied(scenario, 1.5, WALK_IN))) == pytest.approx(10080, abs=400)


def people_of_clinic(scenario):
    return draw_fates(scenario, scenario.run.seed, 0).arrival_ms


def test_booked_patients_are_left_as_they_are_unless_they_are_asked_for():
    scenario = rich()
    assert chosen(scenario, ()) == ("walk_in",)
    assert left_out(scenario, chosen(scenario, ())) == ("booked", "crash")
    more = multiplied(scenario, 1.5, chosen(scenario, ())).patients
    assert more["booked"].arrive.scheduled["list"].patients == 12
    asked = multiplied(scenario, 1.5, ("booked", "crash")).patients
    assert asked["booked"].arrive.scheduled["list"].patients == 18
    assert asked["crash"].arrive.batches["bus"].patients == 30
    assert asked["walk_in"].arrive.rate == scenario.patients["walk_in"].arrive.rate


def test_todays_demand_is_the_base_itself_so_that_nothing_is_run_twice():
    scenario = rich()
    assert multiplied(scenario, 1.0, WALK_IN) is scenario
    assert multiplied(scenario, 1.1, WALK_IN).fingerprint() != scenario.fingerprint()


def test_patients_who_cannot_be_multiplied_or_are_not_there_are_refused():
    gaps = {"arrive": {"gaps": {"exponential": {"mean": "1 h"}}}, "pathway": "way"}
    scenario = hospital(
        {"by_gaps": gaps, "booked": {"arrive": at(480), "pathway": "way"}},
        {"way": WAY},
        staff={"nurse": {"on_duty": 1}},
    )
    with pytest.raises(ScenarioError, match="declare them by a rate"):
        chosen(scenario, ["by_gaps"])
    with pytest.raises(ScenarioError, match="booked"):
        chosen(scenario, ["bookd"])
    with pytest.raises(ScenarioError, match="nobody comes unscheduled"):
        chosen(scenario, [])


def test_a_surge_has_more_patients_while_it_lasts_and_the_same_before_and_after():
    scenario = clinic(length="3 weeks", warm_up="0 d")
    struck = surged(scenario, surge_of("1 weeks x 2 from 2026-01-12"), WALK_IN)
    before, after = people_of_clinic(scenario), people_of_clinic(struck)
    inside = lambda moments: (moments >= clock.WEEK) & (moments < 2 * clock.WEEK)  # noqa: E731
    assert before[~inside(before)].tolist() == after[~inside(after)].tolist()
    assert set(before.tolist()) <= set(after.tolist())
    assert inside(after).sum() == pytest.approx(2 * 672, abs=4 * math.sqrt(2 * 672))


@pytest.mark.parametrize("text", ["2 weeks", "x 1.4", "2 weeks x 0.9", "2 fortnights x 2", "2 weeks x 1.4 from soon"])
def test_what_is_no_surge_is_refused_with_an_example(text):
    with pytest.raises(ScenarioError, match=r"2 weeks x 1\.4"):
        surge_of(text)


def test_a_surge_needs_a_week_behind_it():
    with pytest.raises(ScenarioError, match=r"--set run\.length='6 weeks'"):
        surge_of("2 weeks x 1.4").check_fits(clinic(length="2 weeks"))
    surge_of("1 weeks x 1.4").check_fits(clinic(length="2 weeks"))


# ---------------------------------------------------------------- where a goal breaks


def test_the_ends_are_the_last_demand_that_is_surely_met_and_the_first_that_is_surely_missed():
    unsure = "can't tell yet"
    assert edges({8: "met", 9: "met", 10: unsure, 11: unsure, 12: "missed", 13: "missed"}) == (9, 12)
    assert edges({8: "missed", 9: "missed"}) == (None, 8)
    assert edges({8: "met", 9: unsure}) == (8, None)
    assert edges({8: "met", 9: "missed", 10: "met"}) == (8, 9)
    assert not is_one_way({8: "met", 9: "missed", 10: "met"})


def test_halving_ends_with_both_ends_next_to_their_neighbours():
    """A goal that is met up to 13, unsure up to 17 and missed from 18 on, first seen at 8, 16 and 24."""

    def verdict(point):
        return "met" if point <= 13 else "missed" if point >= 18 else "can't tell yet"

    known = {point: verdict(point) for point in (8, 16, 24)}
    asked = 0
    while wanted := next_points(known):
        known |= {point: verdict(point) for point in wanted}
        asked += len(wanted)
    assert edges(known) == (13, 18)
    assert asked <= 6, "three halvings of eight for each end"


# ---------------------------------------------------------------- what breaks first


def with_days(rows, **figures):
    """An experiment whose patients waiting for the nurse are made by hand, one row of days a replication."""
    made = experiment({("utilisation", "staff:nurse"): figures.get("busy", [0.5] * len(rows))}, length="4 weeks")
    for replicate, row in zip(made.replicates, rows, strict=True):
        replicate.profiles["waiting_by_day", "staff:nurse"] = np.array(row, np.float64)
    return made


def test_a_queue_grows_if_it_is_surely_longer_in_the_second_half_of_the_weeks():
    flat, steep = [3.0] * 28, [float(day) for day in range(28)]
    luck = np.array([0.0, 0.3, -0.2])[:, None]
    assert is_growing(with_days(np.array([steep] * 3) + luck), "staff:nurse")
    assert not is_growing(with_days(np.array([flat] * 3) + luck), "staff:nurse")
    assert not is_growing(with_days([steep, steep[::-1], flat]), "staff:nurse"), "the runs do not agree"
    slight = [3.0] * 14 + [3.4] * 14
    assert not is_growing(with_days(np.array([slight] * 3) + luck), "staff:nurse"), "less than half a patient"


def test_a_resource_is_full_if_its_mean_use_is_surely_99_percent():
    flat = [[0.0] * 28] * 3
    assert is_full(with_days(flat, busy=[0.997, 0.998, 0.999]), "staff:nurse")
    assert not is_full(with_days(flat, busy=[0.97, 0.99, 1.0]), "staff:nurse")


# ---------------------------------------------------------------- recovery


def test_a_run_has_recovered_on_the_first_of_two_usual_days_behind_the_surge():
    usual = np.tile([10.0, 12.0], (2, 5))  # alike in all runs, so that the usual range has no width
    surged_rows = usual + np.array([[0, 9, 9, 4, 0, 2, 0, 0, 0, 0], [0, 9, 9, 0, 0, 0, 0, 0, 0, 0]])
    assert back_after(usual, surged_rows, 3).tolist() == [3.0, 0.0], "a usual day on its own does not count"


def test_a_run_that_is_still_above_the_usual_at_its_end_is_not_within_the_run():
    usual = np.full((2, 6), 10.0)
    assert back_after(usual, usual + 5, 2).tolist() == [math.inf, math.inf]


def test_the_usual_range_is_that_of_the_runs_without_the_surge():
    """Runs of 8, 10 and 12 have mean 10 and standard deviation 2: up to 13.92 is as usual."""
    usual = np.repeat([[8.0], [10.0], [12.0]], 6, axis=1)
    fine, high = usual.copy(), usual.copy()
    fine[:, 2:], high[:, 2:] = 13.9, 13.95
    assert back_after(usual, fine, 2).tolist() == [0.0] * 3
    assert back_after(usual, high, 2).tolist() == [math.inf] * 3


def test_who_is_above_the_range_without_a_surge_too_is_as_usual():
    usual = np.array([[10.0] * 6] * 19 + [[20.0] * 6])
    assert back_after(usual, usual, 2).tolist() == [0.0] * 20


def by_days(rows):
    made = experiment({("wait_mean", ""): [1.0] * len(rows)}, length="2 weeks", warm_up="0 d")
    for replicate, row in zip(made.replicates, rows, strict=True):
        replicate.profiles["waiting_by_day", "staff:nurse"] = np.array(row, np.float64)
    return made


def test_the_median_over_runs_counts_late_runs_as_late():
    """Seven runs back after 0 to 5 days and never: the median is day 3, and Conover's interval all of them."""
    usual = np.full((7, 14), 1.0)
    more = usual.copy()
    for run, days in enumerate([0, 1, 2, 3, 4, 5, 12]):
        more[run, : 2 + days] = 5.0
    found = recover(by_days(usual), by_days(more), surge_of("2 d x 1.5"))
    both = found.recovered[-1]
    assert (both.half_by, both.low, both.high, both.within) == (3.0, 0.0, math.inf, 6)
    extra = dict(found.extra)["waiting_by_day"]
    assert extra.mean == pytest.approx(4 * (7 * 2 + 0 + 1 + 2 + 3 + 4 + 5 + 12) / 7)


# ---------------------------------------------------------------- the whole


@pytest.fixture(scope="module")
def found():
    """One nurse who sees 5 an hour if never idle, and 4 an hour who come: full at x 1.25."""
    way = [{"see": {"staff": "nurse", "time": {"exponential": {"mean": "12 min"}}}}, {"leave": "discharged"}]
    patients = {"walk_in": {"label": "=Walk-in", "arrive": {"rate": "4 per hour"}, "pathway": "way"}}
    patients["booked"] = {"label": "=Booked", "arrive": at(480), "pathway": "way"}
    run = {"length": "2 weeks", "warm_up": "0 d", "replications": 6, "seed": 3}
    base = hospital(patients, {"way": way}, staff={"nurse": {"label": "=Nurse", "on_duty": 1}}, run=run)
    wanted = StressSettings(0.5, 2.0, 0.5, 0.25, goals=("wait_mean <= 3 h",), surge="3 d x 2", kpis=("queue_mean",))
    return stress(base, wanted, in_line)


def test_a_goal_breaks_where_the_nurse_is_asked_for_more_than_there_is(found):
    (goal,) = found.breaks
    verdicts = {one.factor: one.verdict for one in goal.standings}
    assert (verdicts[0.5], verdicts[1.0], verdicts[2.0]) == ("met", "met", "missed")
    assert goal.held == 1.0
    assert goal.broken in (1.25, 1.5)
    assert goal.is_one_way
    assert [one.factor for one in goal.again] == [goal.held, goal.broken]


def test_the_first_resource_to_fail_is_the_nurse_whose_load_reaches_one_at_a_quarter_more(found):
    (nurse,) = found.weakest.strains
    assert nurse.load == pytest.approx(0.8, abs=0.002), "one booked patient besides"
    assert nurse.asked_from == pytest.approx(1.25, abs=0.005)
    assert nurse.fails_from in (1.25, 1.5)
    assert nurse.hours[1].low > nurse.hours[0].high


def test_the_text_tells_the_answer_first_and_who_was_not_multiplied(found):
    text = stress_text(found)
    assert text.index("The first goal to break is wait_mean at most 3 h: surely met up to x 1 and") < text.index(
        "Demand"
    )
    assert "As many as ever, since they were not asked for: =Booked." in text
    assert "The first resource to fail is =Nurse" in text
    assert "After a surge x 2 for 3 d" in text
    more = found.weakest.strains[0].hours[1].mean - found.weakest.strains[0].hours[0].mean
    assert f"most is charged to =Nurse: {more:,.0f} hours a day more." in text
    assert "Patients waiting" in text


def test_the_record_and_the_tables_tell_the_same(found):
    record, tables = stress_record(found), stress_tables(found)
    assert record["breaks"][0]["surely_met_up_to"] == 1.0
    assert record["not_multiplied"] == ["booked"]
    curve = tables["stress_curve"]
    assert set(curve["kpi"]) >= {"wait_mean", "wait_p95", "queue_mean"}
    assert sorted(set(curve["demand_factor"])) == [point.factor for point in found.curve]
    days = tables["stress_recovery"]
    assert len(days) == 14 * days["series"].nunique()
    assert days[days["series"] == "waiting_by_day"]["in_surge"].sum() == 3


def test_settings_without_meaning_are_refused_with_what_would_do():
    for wrong, fix in (
        ({"low": 2.0, "high": 1.0}, "--from 0.8 --to 2.0"),
        ({"step": 0.03}, "--step 0.025"),
        ({"low": 0.81}, "--from 0.8"),
        ({"kpis": ("wait_men",)}, "wait_mean"),
        ({"goals": ("wait_mean 3",)}, "ed_within_4h >= 78 %"),
        ({"finest": 0.0}, "--finest 0.025"),
        ({"step": 0.025, "high": 4.0}, "--step 0.1"),
    ):
        with pytest.raises(ScenarioError, match=fix.replace("%", ".")):
            StressSettings(**wrong)


def test_a_key_figure_that_the_scenario_does_not_have_is_refused_after_one_replication():
    asked = []

    def run(scenarios):
        asked.extend((one.name, one.run.replications) for one in scenarios)
        return in_line(scenarios)

    with pytest.raises(ScenarioError, match="nothing to measure"):
        stress(clinic(), StressSettings(kpis=("ed_within_4h",)), run)
    assert asked == [("Clinic", 1)]


def test_an_interval_is_there_for_every_figure(found):
    for point in found.curve:
        for one in point.figures:
            assert isinstance(one.interval, Interval)
            assert one.interval.n + one.interval.dropped == 6
