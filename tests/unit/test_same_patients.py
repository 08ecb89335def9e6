"""The same patients under two plans, by hand: three who come at 08:00, 08:01 and 08:02 for ten minutes each."""

import pickle

import numpy as np
import pytest

from sim import clock
from sim.engine.compiling import compile_scenario
from sim.report.same_patients_tables import (
    CHANGE_COLUMNS,
    changes_table,
    followed_tables,
    shown_groups,
    shown_journeys,
)
from sim.report.same_patients_text import followed_record, followed_text
from sim.study.comparison import ComparisonError
from sim.study.joined import joined
from sim.study.same_patients import Followed, count, follow
from tests.engines.stories import at
from tests.small_hospitals import hospital

COMES = (480, 481, 482)
LATER = 600


def clinic(nurses=1, comes=COMES, step=None, extra=None, **parts):
    """A day of a clinic; one nurse lets the three wait 0, 9 and 18 minutes, two nurses 0, 0 and 8."""
    see = {"staff": "nurse", "time": "10 min", **(step or {})}
    patients = {"walk_in": {"label": "=Walk-in", "arrive": at(*comes), "pathway": "way"}, **(extra or {})}
    ways = {"way": [{"see": see}, {"leave": "discharged"}], "gone": [{"leave": "left_before_seen"}]}
    run = {"length": "1 d", "warm_up": "0 d", "replications": 2, **parts.pop("run", {})}
    return hospital(patients, ways, staff={"nurse": {"on_duty": nurses}}, run=run, **parts)


def followed(base, other, replications=1) -> Followed:
    return follow(base, other, replications)


def minutes(found: Followed) -> list[tuple[float, float]]:
    """Waits of the journeys that change, under the base and under the plan."""
    return [tuple(wait / clock.MINUTE for wait in one.waits_ms) for one in found.journeys]


def test_each_patient_is_found_again_under_the_plan():
    found = followed(clinic(1), clinic(2), 2)
    whole, walk_in = found.groups
    assert (whole.scope, walk_in.scope, whole.patients) == ("", "class:walk_in", 3)
    assert (whole.less.mean, whole.more.mean) == (pytest.approx(2 / 3), 0)
    assert (whole.same.mean, whole.same.low) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert whole.change.mean == pytest.approx((0 - 9 - 10) / 3)
    assert minutes(found) == [(18, 8), (9, 0)]
    assert [one.reason for one in found.journeys] == ["cause:staff:nurse"] * 2
    assert [one.step for one in found.journeys] == ["step:way/see"] * 2
    assert [one.reason_ms / clock.MINUTE for one in found.journeys] == [-10, -9]
    assert [one.arrival_ms / clock.MINUTE for one in found.journeys] == [482, 481]
    assert found.apart == (0, 0)
    assert found.outcomes == ()


def test_who_waits_longer_is_told_after_who_waits_less():
    """The other way round: 8 and 10 minutes more, the largest loss first."""
    found = followed(clinic(2), clinic(1))
    assert minutes(found) == [(8, 18), (0, 9)]
    assert (found.groups[0].less.mean, found.groups[0].more.mean) == (0, pytest.approx(2 / 3))


def test_changes_fall_into_their_bins_and_the_shares_are_all_patients():
    found = followed(clinic(1), clinic(2))
    shares = {(low, high): share for low, high, share in found.spread if share}
    assert shares == {(-15, -1): pytest.approx(2 / 3), (-1, 1): pytest.approx(1 / 3)}
    assert sum(share for *_, share in found.spread) == pytest.approx(1)


def test_a_minute_exactly_counts_as_a_change_and_a_second_less_does_not():
    """With 9 minutes a patient the waits are 0, 8 and 16 instead of 0, 9 and 18; with 9 min 1 s they differ by less."""
    found = followed(clinic(), clinic(step={"time": "9 min"}))
    assert found.groups[0].less.mean == pytest.approx(2 / 3)
    nearly = followed(clinic(comes=COMES[:2]), clinic(comes=COMES[:2], step={"time": "541 s"}))
    assert nearly.groups[0].less.mean == 0
    assert nearly.groups[0].change.mean == pytest.approx(-59 / 60 / 2)


def test_patients_who_come_under_one_plan_only_are_counted_apart():
    more = {"extra": {"arrive": at(LATER, LATER + 30), "pathway": "way"}}
    found = followed(clinic(), clinic(extra=more))
    assert found.apart == (0, 2)
    assert found.groups[0].patients == 3
    assert followed(clinic(extra=more), clinic()).apart == (2, 0)


def test_who_leaves_otherwise_is_counted_by_both_outcomes():
    """The third gives up after ten minutes of 18; with two nurses nobody does."""
    patience = {"gives_up_after": "10 min", "then": "gone"}
    found = followed(clinic(1, step=patience), clinic(2, step=patience), 2)
    assert found.outcomes == (("left_before_seen", "discharged", 1.0),)
    assert found.journeys[1].outcomes == ("left_before_seen", "discharged")
    assert "left before seen, then discharged" in followed_text(found, "One", "Two")


def test_groups_are_told_apart_by_what_patients_are_like():
    mix = {"attributes": {"age": {"old": "100 %", "young": "rest"}}}
    people = {"other": {"arrive": at(LATER), "pathway": "way", **mix}}
    found = followed(clinic(extra=people), clinic(2, extra=people))
    told = {one.scope: one.change.mean for one in found.groups}
    assert told["age:old"] == told["class:other"] == 0
    assert told["class:walk_in"] == pytest.approx(-19 / 3)
    assert "age:young" not in told


def test_only_who_comes_in_the_measured_time_is_followed():
    late = clinic(1, run={"length": "1 d", "warm_up": "1 d"})
    found = followed(late, clinic(2, run={"length": "1 d", "warm_up": "1 d"}))
    assert found.groups[0].patients == 0
    assert np.isnan(found.groups[0].change.mean)
    assert found.journeys == ()
    assert "Nobody comes in the measured time under both." in followed_text(found, "One", "Two")


def test_plans_that_are_run_otherwise_cannot_be_joined():
    with pytest.raises(ComparisonError):
        followed(clinic(), clinic(run={"length": "2 d"}))


def test_the_text_and_the_record_tell_the_same():
    found = followed(clinic(1), clinic(2), 2)
    text, record = followed_text(found, "One nurse", "Two nurses"), followed_record(found)
    assert "Of 3 patients a run who come under both, 66.7 %" in text
    assert "1 min to 15 min less" in text
    assert "15 min to 1 h" not in text
    assert record["groups"][0]["change_minutes"]["mean"] == pytest.approx(-19 / 3)
    assert record["journeys"][0]["reason"] == "cause:staff:nurse"


def somewhere_else(function, numbers):
    """An `Each` that sends the function and its results through pickle, as to other processes, and back to front."""
    sent = pickle.dumps(function)
    results = {number: pickle.dumps(pickle.loads(sent)(number)) for number in reversed(numbers)}
    assert all(len(result) < 20_000 for result in results.values()), "only counts travel, no logs"
    return [pickle.loads(results[number]) for number in numbers]


def busy(nurses: int):
    """Exponential times, so that replications differ, and two steps that both can be waited for."""
    way = [
        {"see": {"staff": "nurse", "time": {"exponential": {"mean": "11 min"}}}},
        {"enter": "bed"},
        {"stay": {"exponential": {"mean": "20 min"}}},
        {"leave": "discharged"},
    ]
    people = {"arrive": {"rate": "4 per hour"}, "attributes": {"age": {"old": "30 %", "young": "rest"}}}
    return hospital(
        {"walk_in": {**people, "pathway": "way"}},
        {"way": way},
        staff={"nurse": {"on_duty": nurses}},
        wards={"bed": {"beds": 3}},
        run={"length": "1 week"},
    )


def test_wherever_replications_are_computed_the_figures_are_the_same_to_the_last_bit():
    base, other = busy(1), busy(2)
    here, there = follow(base, other, 3), follow(base, other, 3, somewhere_else)
    assert repr(here.groups) == repr(there.groups)
    assert (here.spread, here.apart, here.outcomes) == (there.spread, there.apart, there.outcomes)
    assert here.journeys == there.journeys
    assert {one.replication for one in here.journeys} == {0}


def test_less_more_and_the_same_are_all_patients():
    for one in follow(busy(1), busy(2), 3).groups:
        assert one.less.mean + one.same.mean + one.more.mean == pytest.approx(1)


def test_the_waits_of_all_steps_add_up_to_the_wait_of_the_patient_under_either_plan():
    found = follow(busy(1), busy(2), 1)
    assert len(found.journeys) >= 5
    for one in found.journeys:
        sums = [sum(spell.wait_ms for leg in one.legs if (spell := getattr(leg, side))) for side in ("base", "plan")]
        assert tuple(sums) == one.waits_ms


def test_a_journey_is_told_step_by_step_under_both_plans():
    """The third waits 18 minutes for the only nurse, from 08:02 to 08:20, and 8 for the first of two, to 08:10."""
    (third, _) = followed(clinic(1), clinic(2)).journeys
    (leg,) = third.legs
    assert leg.step == "step:way/see"
    times = [(one.asked_ms, one.served_ms, one.until_ms, one.wait_ms) for one in (leg.base, leg.plan)]
    assert times == [tuple(at * clock.MINUTE for at in told) for told in ((482, 500, 510, 18), (482, 490, 500, 8))]
    assert (leg.base.cause, leg.plan.cause, leg.base.ending) == ("cause:staff:nurse", "cause:staff:nurse", "done")


def test_the_step_and_the_cause_belong_together():
    """Two nurses: patients wait less to be seen, and who waits more does so for a bed."""
    found = follow(busy(1), busy(2), 1)
    places = {(one.step, one.reason) for one in found.journeys}
    assert places <= {
        ("step:way/see", "cause:staff:nurse"),
        ("step:way/enter bed", "cause:ward:bed"),
    }
    gain = [one for one in found.journeys if one.change_ms < 0]
    assert {one.step for one in gain} == {"step:way/see"}
    for one in found.journeys:
        assert (one.reason_ms > 0) == (one.change_ms > 0), "the reason goes the way of the whole change"


def test_who_gives_up_is_told_at_the_step_where_it_happens():
    patience = {"gives_up_after": "10 min", "then": "gone"}
    found = followed(clinic(1, step=patience), clinic(2, step=patience))
    gone = next(one for one in found.journeys if one.outcomes[0] == "left_before_seen")
    (leg,) = gone.legs
    assert (leg.base.ending, leg.base.served_ms, leg.plan.ending) == ("gave up", None, "done")
    assert "gave up" in followed_text(found, "One", "Two", journeys=True)


def test_a_worker_keeps_only_the_first_journeys():
    scenarios = (busy(1), busy(2))
    programs = tuple(compile_scenario(one) for one in scenarios)
    assert count(scenarios, programs, 1).journeys == ()
    assert count(scenarios, programs, 0).groups[""][0] == len(joined(scenarios, programs, 0).change_ms)


def test_somebody_must_be_followed():
    with pytest.raises(ValueError, match="one replication at least"):
        follow(clinic(), clinic(), 0)


def test_the_tables_tell_the_same_as_the_record():
    found = followed(clinic(1), clinic(2), 2)
    tables, record = followed_tables(found), followed_record(found)
    groups = tables["groups"]
    assert groups.loc[0, "change_min"] == pytest.approx(-19 / 3)
    assert groups.loc[0, ["less_share", "same_share", "more_share"]].tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    assert groups["scope"].tolist() == [one["scope"] for one in record["groups"]]
    assert tables["journeys"]["change_min"].tolist() == [-10, -9]
    assert tables["journeys"]["step"].tolist() == ["see (way)"] * 2
    assert tables["steps"]["wait_min"].tolist() == [18, 8, 9, 0]
    assert tables["steps"]["asks"].iloc[0] == "2026-01-05T08:02:00"
    assert tables["changes"]["from_min"].isna().sum() == tables["changes"]["to_min"].isna().sum() == 1
    assert record["journeys"][0]["legs"][0]["base"]["wait_ms"] == 18 * clock.MINUTE
    assert (record["journeys"][0]["step_label"], record["journeys"][0]["reason_label"]) == ("see (way)", "nurse")


def test_tables_for_the_screen_are_in_words():
    found = followed(clinic(1), clinic(2))
    changes = changes_table(found)
    assert list(changes.columns) == list(CHANGE_COLUMNS)
    assert list(zip(changes["change"], changes["side"], strict=True)) == [
        ("1 min to 15 min less", "less"),
        ("the same", "the same"),
    ]
    assert shown_groups(found).iloc[0].tolist() == ["all", "3", "66.7 %", "33.3 %", "0.0 %", "-6.3 min"]
    assert shown_journeys(found).iloc[0].tolist() == [
        *("18 min", "8 min", "nurse", "see (way)", "-10 min"),
        *("discharged", "=Walk-in", "Mon 5 Jan, 08:02"),
    ]
