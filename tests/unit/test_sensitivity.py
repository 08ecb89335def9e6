"""What a result hangs on: a linear clinic whose tornado is known by hand, and ranges as people write them."""

import json
import math

import numpy as np
import pytest
from scipy import stats

from sim.report.records import to_json
from sim.report.sensitivity_tables import hypercube_record, hypercube_tables, tornado_record, tornado_tables
from sim.report.sensitivity_text import hypercube_text, tornado_text
from sim.scenario.library import shipped_folder
from sim.scenario.problems import ScenarioError
from sim.study.sensitivity.assumed import Side, edits_of, gathered
from sim.study.sensitivity.hypercube import design, hypercube, partials, spearman
from sim.study.sensitivity.settings import SensitivitySettings
from sim.study.sensitivity.tornado import tornado
from sim.study.sensitivity.written import relative_values
from sim.study.setting import lines_of
from tests.small_models import loaded, run_by, variant
from tests.small_studies import CLINIC

WAIT = ("wait_mean", "")
COST = ("cost_per_day", "")
BEDS = "wards.recovery.beds"
RATE = "patients.walk_in.arrive.rate"
TREAT = "pathways.visit.treat.time"
RANGED = (
    CLINIC.replace("beds: 4", "beds: {value: 4, range: 3-7, source: count}")
    .replace("rate: 4 per hour", "rate: {value: 4 per hour, range: 3-6 per hour, note: illustrative}")
    .replace("time: {exponential: {mean: 12 min}}", "time: {value: {exponential: {mean: 12 min}}, range: 10-16 min}")
    .replace("age: {young: 50 %, old: rest}", "age: {value: {young: 50 %, old: rest}, range: about half}")
)
LUCK = (-1.0, 0.5, 0.0, 0.5)


def side(*changes, text=RANGED):
    document = loaded(changes, text).document
    return Side(document, variant(text, replications=4), changes, relative_values(document, shipped_folder(), changes))


def parts(scenario):
    """Beds, patients an hour and minutes of treatment."""
    treat = scenario.pathways["visit"][0].time
    return (
        scenario.wards["recovery"].beds,
        float(scenario.patients["walk_in"].arrive.rate),
        treat.mean / 60_000,
    )


def linear(scenario, number):
    """One minute less for each bed, ten more for each patient an hour, two for each minute of treatment."""
    beds, rate, minutes = parts(scenario)
    return {WAIT: 60 + LUCK[number] - (1 + 0.01 * LUCK[number]) * beds + 10 * rate + 2 * minutes, COST: 0.0 + number}


def bars(found):
    return {bar.assumed.name: bar for bar in found.bars}


def test_a_linear_clinic_has_the_tornado_of_its_slopes():
    """Swings: beds 3 to 7 -4, patients 3 to 6 +30, treatment 10 to 16 +12; the longest bar comes first."""
    found = tornado(side(), None, run_by(linear), SensitivitySettings())
    assert found.key == WAIT
    assert [bar.assumed.name for bar in found.bars] == [RATE, TREAT, BEDS]
    assert [bar.swing.mean for bar in found.bars] == pytest.approx([30, 12, -4])
    assert found.middle.mean == pytest.approx(60 - 4 + 40 + 24)
    beds = bars(found)[BEDS]
    assert (beds.low.figure.mean, beds.high.figure.mean) == pytest.approx((121, 117))
    assert (beds.low.change.mean, beds.high.change.mean) == pytest.approx((1, -3))
    assert bars(found)[RATE].swing.verdict == "worse"


def test_the_swing_is_paired_so_that_luck_which_both_ends_share_cancels_out():
    """The swing of beds is -4 (1 + 0.01 luck), with a standard deviation of 0.04 sqrt(1.5 / 3)."""
    swing = bars(tornado(side(), None, run_by(linear), SensitivitySettings()))[BEDS].swing
    assert swing.difference.interval.sd == pytest.approx(0.04 * math.sqrt(0.5))


def test_what_cannot_be_varied_is_listed_with_the_reason():
    found = tornado(side(), None, run_by(linear), SensitivitySettings())
    assert [(one.name, one.range) for one in found.unvaried] == [("patients.walk_in.attributes.age", "about half")]
    assert "from which number to which" in found.unvaried[0].reason
    assert "about half" in tornado_text(found)


def test_an_end_that_makes_no_scenario_is_listed_too():
    found = tornado(side(), None, run_by(linear), SensitivitySettings(vary=(f"{BEDS}=-3..7",)))
    assert BEDS not in bars(found)
    assert BEDS in {one.name for one in found.unvaried}


def test_scenarios_are_asked_for_at_once_and_the_same_one_only_once():
    """The middle and six ends; with a range from today's value one of the ends is the middle."""
    asked = []
    tornado(side(), None, run_by(linear, asked=asked), SensitivitySettings())
    tornado(side(), None, run_by(linear, asked=asked), SensitivitySettings(vary=(f"{BEDS}=4..7",)))
    assert asked == [7, 6]


def test_an_own_range_goes_before_that_of_the_file_and_finds_steps_by_name():
    own = (f"{BEDS}=2..12", f"{TREAT}=x 0.5..x 1.5")
    found = bars(tornado(side(), None, run_by(linear), SensitivitySettings(vary=own)))
    assert found[BEDS].swing.mean == pytest.approx(-10)
    assert found[TREAT].swing.mean == pytest.approx(2 * 12)


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("wards.recovery.bed=3..7", "wards.recovery.beds"),
        ("wards.recovery.beds", "two ends"),
        ("wards.recovery.beds=few..many", "from which number"),
        ("wards.recovery.beds=10..20 min", "unit"),
    ],
)
def test_an_own_range_that_cannot_be_read_is_refused_with_the_fix(own, said):
    with pytest.raises(ScenarioError, match=said):
        gathered(side(), None, [own])


def plan_by_rate(scenario, number):
    """A second nurse saves 20 minutes, less 10 for each patient an hour above 4: nothing at 6 an hour, 30 at 3."""
    _, rate, _ = parts(scenario)
    nurses = scenario.staff["nurse"].on_duty - 1
    return {WAIT: 60 + LUCK[number] - nurses * (20 - 12 * (rate - 4) + 0.1 * LUCK[number]), COST: 0.0}


def test_an_assumption_that_turns_the_verdict_is_found():
    """At 3 an hour the plan saves 32 minutes, at 4 (today) 20, at 6 it costs 4."""
    found = tornado(side(), side("staff.nurse.on_duty=+1"), run_by(plan_by_rate), SensitivitySettings(locate=True))
    assert found.verdict.verdict == "better"
    rate = bars(found)[RATE]
    assert (rate.low.plan.mean, rate.high.plan.mean) == pytest.approx((-32, 4))
    assert (rate.low.plan.verdict, rate.high.plan.verdict) == ("better", "worse")
    (turning,) = found.turnings
    assert (turning.assumed.name, turning.number, turning.turn) == (RATE, 6, "turned round")
    holds, gone = turning.between
    assert holds <= 4 + 20 / 12 <= gone + 0.02
    assert gone - holds == pytest.approx(2 / 16)
    text = tornado_text(found)
    assert text.splitlines()[0].endswith(f"It turns round within the range of {rate.assumed.what}.")


def test_a_verdict_that_nothing_changes_is_said_to_be_steady():
    def steady(scenario, number):
        return {WAIT: 60 + LUCK[number] - (scenario.staff["nurse"].on_duty - 1) * (9 + LUCK[number]), COST: 0.0}

    found = tornado(side(), side("staff.nurse.on_duty=+1"), run_by(steady), SensitivitySettings())
    assert found.turnings == ()
    assert "No single one of 3 assumptions changes this verdict" in tornado_text(found)
    assert {bar.swing.verdict for bar in found.bars} == {"no change"}


def test_an_assumption_holds_for_base_and_plan_and_a_relative_plan_stays_so():
    base, plan = side(), side(f"{BEDS}=+2", f"{TREAT}=x 0.5")
    known = {one.name: one for one in gathered(base, plan).varied}
    beds, treat = known[BEDS], known[TREAT]
    assert parts(base.scenario(edits_of([(beds, 6), (treat, 16)], "base")))[::2] == (6, 16)
    assert parts(plan.scenario(edits_of([(beds, 6), (treat, 16)], "plan")))[::2] == (8, 8)


def test_a_plan_that_sets_the_value_itself_keeps_it():
    base, plan = side(), side(f"{BEDS}=9")
    beds = next(one for one in gathered(base, plan).varied if one.name == BEDS)
    assert beds.plan is None
    assert parts(plan.scenario(edits_of([(beds, 6)], "plan")))[0] == 9


def test_a_range_of_a_change_is_about_the_change():
    """Half again as long today's 12 minutes: from x 1.2 to x 2 is from 14.4 to 24 minutes."""
    written = f'{TREAT}={{value: x 1.5, range: "x 1.2 to x 2"}}'
    document = loaded([written], RANGED).document
    path = ("pathways", "visit", 0, "treat", "time")
    plan = Side(document, variant(RANGED), (written,), {path: "x 1.5"})
    treat = next(one for one in gathered(plan).varied if one.name == TREAT)
    assert (treat.low, treat.form.today, treat.high) == (1.2, 1.5, 2)
    minutes = [parts(plan.scenario(edits_of([(treat, number)], "base")))[2] for number in (1.2, 1.5, 2)]
    assert minutes == pytest.approx([14.4, 18, 24])


def test_the_change_that_an_initiative_makes_is_found_in_its_file():
    from sim.study.plan import load_plan

    document = load_plan("general_hospital+before_noon").document
    found = relative_values(document, shipped_folder())
    assert found["pathways", "departure", 0, "papers medicines transport", "time"] == "x 0.62"


def test_a_value_inside_a_list_is_set_with_the_whole_list():
    text = RANGED.replace(
        "    - stay: 30 min\n",
        "    - one of:\n        - {share: 60 %, leave: died}\n        - {share: rest}\n    - stay: 30 min\n",
    )
    document = loaded((), text).document
    path = ("pathways", "visit", 2, "one of", 0, "share")
    (line,) = lines_of(document.data, {path: "40 %"})
    assert loaded([line], text).document.data["pathways"]["visit"][2]["one of"][0]["share"] == "40 %"
    (same,) = lines_of(document.data, {path: "60 %"})
    assert loaded([same], text).scenario.fingerprint() == loaded((), text).scenario.fingerprint()


def test_a_hypercube_uses_each_part_of_a_range_once():
    base = side()
    varied = gathered(base).varied
    points = design(varied, 12, seed=5)
    rate = [one.name for one in varied].index(RATE)
    assert sorted(np.floor((points[:, rate] - 3) / 3 * 12).astype(int)) == list(range(12))
    beds = [one.name for one in varied].index(BEDS)
    assert set(points[:, beds]) <= {3, 4, 5, 6, 7}
    assert np.array_equal(points, design(varied, 12, seed=5))


def test_a_hypercube_finds_what_the_clinic_hangs_on():
    settings = SensitivitySettings(points=40, point_replications=4)
    found = hypercube(side(), None, run_by(linear), settings)
    top = found.ranks[0]
    assert top.assumed.name == RATE
    assert top.partial.value > 0.99
    assert top.is_sure
    signs = {rank.assumed.name: np.sign(rank.partial.value) for rank in found.ranks}
    assert signs == {RATE: 1, TREAT: 1, BEDS: -1}
    places = {one.name: place for place, one in enumerate(found.varied)}
    expected = 60 + 10 * found.numbers[:, places[RATE]] + 2 * found.numbers[:, places[TREAT]]
    assert found.figures == pytest.approx(expected - found.numbers[:, places[BEDS]])
    assert found.share(low=found.quantile(0.05), high=found.quantile(0.95)) == pytest.approx(0.9, abs=0.05)


def test_rank_correlations_are_those_of_scipy():
    one = [3.1, 1.2, 9.0, 4.4, 4.4, 7.2, 0.1]
    other = [2.0, 1.0, 3.5, 9.9, 2.5, 8.0, 1.5]
    known = stats.spearmanr(one, other)
    found = spearman(one, other)
    assert (found.value, found.p) == (pytest.approx(known.statistic), pytest.approx(known.pvalue))
    assert found.low < found.value < found.high


def test_a_partial_rank_correlation_is_what_is_left_of_the_ranks():
    """Residuals of the ranks after the ranks of the others, correlated: the definition, by least squares."""
    numbers = np.array([[1, 5, 2], [2, 3, 9], [3, 8, 1], [4, 1, 4], [5, 9, 3], [6, 2, 8], [7, 7, 6], [8, 4, 7.0]])
    figures = np.array([3, 1, 9, 4, 14, 5, 16, 13.0])
    ranks = np.column_stack([stats.rankdata(column) for column in numbers.T])
    target = stats.rankdata(figures)
    for place, one in enumerate(partials(numbers, figures)):
        others = np.column_stack([np.ones(8), np.delete(ranks, place, axis=1)])
        rests = [row - others @ np.linalg.lstsq(others, row)[0] for row in (ranks[:, place], target)]
        value = np.corrcoef(*rests)[0, 1]
        assert one.value == pytest.approx(value)
        size = abs(value) * math.sqrt(4 / (1 - value**2))
        assert one.p == pytest.approx(2 * stats.t.sf(size, 4))


def test_too_few_points_give_no_partial_correlation():
    assert all(math.isnan(one.value) for one in partials(np.eye(3), np.arange(3.0)))


def test_a_plan_is_told_over_all_points():
    settings = SensitivitySettings(points=30, point_replications=4)
    found = hypercube(side(), side("staff.nurse.on_duty=+1"), run_by(plan_by_rate), settings)
    better = 30 * found.share(high=0.0)
    assert 24 <= better <= 28
    """The plan saves something below 5.667 an hour, which is 89 % of 3 to 6: 26 or 27 of 30 parts of the range."""
    assert "% of the points" in hypercube_text(found)


def test_records_and_tables_tell_the_same():
    settings = SensitivitySettings(points=12)
    found, cube = (study(side(), None, run_by(linear), settings) for study in (tornado, hypercube))
    record = json.loads(to_json(tornado_record(found)))
    assert [one["name"] for one in record["assumptions"]] == [RATE, TREAT, BEDS]
    assert record["assumptions"][0]["swing"]["difference"]["mean"] == pytest.approx(30)
    assert record["not_varied"][0]["range"] == "about half"
    tables = tornado_tables(found) | hypercube_tables(cube)
    assert len(tables["tornado"]) == 6
    assert len(tables["points"]) == 12
    assert json.loads(to_json(hypercube_record(cube)))["points"] == 12
    assert "It hangs most on" in tornado_text(found)


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"kpi": "wait_maen"}, "wait_mean"), ({"points": 3}, "10 to"), ({"point_replications": 0}, "1 replication")],
)
def test_settings_out_of_range_are_refused(settings, said):
    with pytest.raises(ScenarioError, match=said):
        SensitivitySettings(**settings)


def test_a_figure_that_is_not_measured_here_is_refused():
    with pytest.raises(ScenarioError, match="nothing to measure"):
        tornado(side(), None, run_by(linear), SensitivitySettings(kpi="ed_within_4h"))
