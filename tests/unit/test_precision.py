"""Replications until precise: the look-ahead by hand, against a second small implementation, and the driver."""

import math
import statistics
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.report.precision_text import precision_record, precision_tables, precision_text
from sim.scenario.problems import ScenarioError
from sim.study.comparison import InvalidRunError
from sim.study.precision import Precision, ahead, narrow, stays, until_precise
from sim.study.wishes import Wish, usual_wish, wish_of
from tests.small_studies import clinic, experiment

WAIT = ("wait_mean", "")
SHARE = ("refused_share", "")
TENTH = Wish(WAIT, 0.1, is_relative=True)
TWENTIETH = Wish(WAIT, 0.05, is_relative=True)
BANK = [1.53, 1.66, 1.24, 2.34, 2.00, 1.69, 2.69, 2.86, 1.70, 2.60]
"""Ten mean delays in a bank; Law (2015), section 9.4.1: 16 for +-0.25 and 27 for 10 %, both with 90 %."""
QUIET = [9.9, 10.1] * 40
LUCKY = [*QUIET[:10], 14.0, *QUIET[:29]]
"""Ten waits that agree by chance, then one of 14."""


class Giving:
    """A `Run` that gives rows made by hand, and notes how many replications it was asked for."""

    def __init__(self, *rows, key=WAIT, breaches=(), stops_at=None):
        self.rows, self.key, self.breaches, self.stops_at = rows, key, breaches, stops_at
        self.asked = []

    def __call__(self, scenarios):
        counts = {one.run.replications for one in scenarios}
        assert len(counts) == 1, "scenarios are compared replication by replication"
        self.asked += counts
        count = min(*counts, self.stops_at or 10_000)
        given = zip(scenarios, self.rows, strict=True)
        return tuple(self.one(scenario, row[:count]) for scenario, row in given)

    def one(self, scenario, row):
        made = experiment({self.key: row}, breaches=self.breaches)
        return made if len(row) == scenario.run.replications else _unfinished(made, scenario.run.replications)


def _unfinished(made, wanted):
    return replace(made, replications=wanted)


def by_hand(row, share, least=10, look_ahead=5):
    """Hoad, Robinson & Davies (2010) once more, as they tell it: n grows by one, and each n looks ahead."""

    @cache
    def is_narrow(count):
        half = stats.t.ppf(0.975, count - 1) * statistics.stdev(row[:count]) / math.sqrt(count)
        return half <= share * abs(statistics.fmean(row[:count]))

    count = least
    while count <= len(row):
        last = count + (look_ahead if count <= 100 else math.floor(look_ahead * count / 100))
        if last > len(row):
            return None
        wide = [later for later in range(count, last + 1) if not is_narrow(later)]
        if not wide:
            return count
        count += 1
    return None


def test_ten_delays_in_a_bank_need_16_and_27_replications():
    """The reference of Law (2015), told as what would probably do when no more can be run."""
    for wish, enough in ((Wish(WAIT, 0.25, is_relative=False), 16), (TENTH, 27)):
        settings = Precision(wishes=(wish,), look_ahead=0, most=10, confidence=0.9)
        found = until_precise([clinic()], settings, Giving(BANK))
        (figure,) = found.figures
        assert (found.needed, figure.finding, figure.enough) == (None, "not reached", enough)
        assert figure.interval.low == pytest.approx(1.709, abs=5e-4)


def test_an_interval_that_is_narrow_by_luck_is_refused():
    """Waits of 9.9 and 10.1 give 10 +- 0.08 after ten; the eleventh is 14 and makes it 10.36 +- 0.81, over 5 %.

    With m of them the half-width is about t sqrt((0.01 + 16/m) / m) around 10 + 4/m: 0.535 of 0.513 allowed for 16,
    0.501 of 0.512 for 17, and less from then on.
    """
    found = until_precise([clinic()], Precision(wishes=(TWENTIETH,)), Giving(LUCKY))
    assert (found.needed, found.replications) == (17, 22)
    rash = until_precise([clinic()], Precision(wishes=(TWENTIETH,), look_ahead=0), Giving(LUCKY))
    assert (rash.needed, rash.replications) == (10, 10)


def test_the_answer_is_that_of_a_second_implementation():
    lengthening = [10 + 3 * math.sin(7 * number) + 2 * math.cos(number * number) for number in range(300)]
    for share in (0.2, 0.1, 0.05, 0.035, 0.02):
        wish = Wish(WAIT, share, is_relative=True)
        assert stays(narrow(lengthening, wish), Precision(wishes=(wish,))) == by_hand(lengthening, share)
    assert by_hand(lengthening, 0.035) > 100


@given(st.lists(st.floats(1, 20), min_size=15, max_size=40), st.sampled_from([0.05, 0.1, 0.3]))
def test_it_is_that_of_a_second_implementation_whatever_the_values(row, share):
    wish = Wish(WAIT, share, is_relative=True)
    assert stays(narrow(row, wish), Precision(wishes=(wish,))) == by_hand(row, share)


def test_the_look_ahead_grows_with_the_replications_above_a_hundred():
    assert [ahead(count) for count in (10, 100, 119, 120, 399)] == [5, 5, 5, 6, 19]
    flags = [False] * 199 + [True] * 10 + [False, *[True] * 40]
    assert stays(flags, Precision()) == 211
    assert stays(flags[:209] + [True] * 41, Precision()) == 200


def test_fewer_than_ten_replications_never_do_however_alike_they_are():
    found = until_precise([clinic()], Precision(wishes=(TWENTIETH,)), Giving([10.0] * 60))
    assert (found.needed, found.replications) == (10, 15)


def test_all_figures_of_all_scenarios_must_be_narrow_at_once():
    giving = Giving(QUIET, LUCKY)
    found = until_precise([clinic(), clinic()], Precision(wishes=(TWENTIETH,)), giving)
    assert [one.needed for one in found.figures] == [10, 17]
    assert found.needed == 17
    assert [len(one.replicates) for one in found.experiments] == [22, 22]
    assert [one.scenario.run.replications for one in found.experiments] == [22, 22]
    assert all(one.is_complete for one in found.experiments)


def test_replications_are_asked_for_in_growing_batches_up_to_the_most():
    giving = Giving([5.0, 15.0] * 50)
    found = until_precise([clinic()], Precision(wishes=(TWENTIETH,), most=70), giving)
    assert giving.asked == [15, 30, 60, 70]
    assert (found.needed, found.replications, found.is_stopped) == (None, 70, False)
    assert "70 replications are not enough" in precision_text(found)
    assert precision_record(found)["finding"] == "not reached"


def test_what_would_probably_do_is_asked_for_next():
    """Values of 9 and 11: t sqrt(n / (n - 1)) / sqrt(n) is at most 5 % / 1.05 of 10 from 21 on, and 5 look ahead."""
    giving = Giving([9.0, 11.0] * 40)
    until_precise([clinic()], Precision(wishes=(TWENTIETH,)), giving)
    assert giving.asked == [15, 26]


def test_stopping_is_told_and_what_is_finished_is_kept():
    found = until_precise([clinic()], Precision(wishes=(TWENTIETH,)), Giving([5.0, 15.0] * 50, stops_at=12))
    assert (found.needed, found.replications, found.is_stopped) == (None, 12, True)
    assert "The runs were stopped" in precision_text(found)


def test_a_run_whose_books_do_not_balance_has_no_precision():
    with pytest.raises(InvalidRunError, match="rule 1"):
        until_precise([clinic()], Precision(), Giving(QUIET, breaches=("rule 1: a bed was lost",)))


def test_shares_are_held_to_points_and_other_figures_to_a_part_of_their_mean():
    """As in the passport: 2 points, and 5 % of the mean."""
    assert usual_wish(SHARE) == Wish(SHARE, 0.02, is_relative=False)
    found = until_precise([clinic()], Precision(), Giving([0.5, 0.6] * 40, key=SHARE))
    assert [one.wish for one in found.figures] == [Wish(SHARE, 0.02, is_relative=False)]
    (wait,) = until_precise([clinic()], Precision(), Giving(QUIET)).figures
    assert wait.wish == TWENTIETH
    assert wait.width == pytest.approx(0.05 * wait.interval.mean)


def test_a_figure_that_nobody_can_have_does_not_hold_up_the_others():
    def run(scenarios):
        count = scenarios[0].run.replications
        return (experiment({WAIT: QUIET[:count], SHARE: [math.nan] * count}),)

    found = until_precise([clinic()], Precision(), run)
    assert found.needed == 10
    assert {one.wish.key: one.finding for one in found.figures} == {WAIT: "reached", SHARE: "nobody to measure"}
    assert "nobody to measure" in precision_text(found)
    alone = until_precise([clinic()], Precision(), Giving([math.nan] * 20))
    assert "Nobody was there to measure in 15 replications." in precision_text(alone)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("ed_within_4h=1 point", Wish(("ed_within_4h", ""), 0.01, is_relative=False)),
        ("ed_within_4h = 2.5 points", Wish(("ed_within_4h", ""), 0.025, is_relative=False)),
        ("wait_mean=5 %", TWENTIETH),
        ("wait_mean=2 min", Wish(WAIT, 2.0, is_relative=False)),
        ("wait_mean of class:walk_in=1 h", Wish(("wait_mean", "class:walk_in"), 60.0, is_relative=False)),
        ("boarders_8am=3 patients", Wish(("boarders_8am", ""), 3.0, is_relative=False)),
        ("cost_per_day=2000 per day", Wish(("cost_per_day", ""), 2000.0, is_relative=False)),
    ],
)
def test_how_precise_a_figure_is_to_be_is_said_in_a_line(text, wish):
    found = wish_of(text)
    assert (found.key, found.is_relative) == (wish.key, wish.is_relative)
    assert found.amount == pytest.approx(wish.amount)


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        ("ed_within_4h", "has a key figure, =", "ed_within_4h=1 point"),
        ("ed_within_4=1 point", "no key figure", "ed_within_4h=1 point"),
        ("ed_within_4h=2 %", "two things", "ed_within_4h=2 points"),
        ("wait_mean=2 points", "not in points", "wait_mean=5 %"),
        ("wait_mean=2 beds", "not as", "wait_mean=60 min"),
        ("wait_mean=soon", "no width", "wait_mean=60 min"),
        ("wait_mean=0 %", "not above 0", "wait_mean=5 %"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_with_the_fix(text, message, fix):
    with pytest.raises(ScenarioError) as caught:
        wish_of(text)
    (problem,) = caught.value.problems
    assert message in problem.message
    assert fix in problem.fix or fix.split("=")[1] in problem.fix


def test_a_figure_that_the_scenario_does_not_have_is_refused():
    wish = wish_of("ed_within_4h=1 point")
    with pytest.raises(ScenarioError, match="nothing to measure for ed_within_4h"):
        until_precise([clinic()], Precision(wishes=(wish,)), Giving(QUIET))


@pytest.mark.parametrize(
    "wrong", [{"most": 12}, {"most": 20_000}, {"least": 1}, {"look_ahead": -1}, {"wishes": (TENTH, TWENTIETH)}]
)
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(ScenarioError, match="Fix: "):
        Precision(**wrong)


def test_the_text_the_record_and_the_table_tell_the_same():
    found = until_precise([clinic()], Precision(wishes=(TWENTIETH,)), Giving(LUCKY))
    text, record, table = precision_text(found), precision_record(found), precision_tables(found)["precision"]
    assert "The figure is precise from 17 replications on, and stays so over the 5 that follow; 22 are used." in text
    assert "(5 % of the mean)" in text
    assert (record["finding"], record["replications_needed"], record["replications_used"]) == ("reached", 17, 22)
    assert table.loc[0, "half_width"] == record["figures"][0]["half_width"] <= table.loc[0, "half_width_wanted"]
