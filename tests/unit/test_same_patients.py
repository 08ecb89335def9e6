"""The same patients under two plans, by hand: three who come at 08:00, 08:01 and 08:02 for ten minutes each."""

import numpy as np
import pytest

from sim import clock
from sim.report.same_patients_text import followed_record, followed_text
from sim.study.comparison import ComparisonError
from sim.study.same_patients import Followed, follow
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
    assert whole.change.mean == pytest.approx((0 - 9 - 10) / 3)
    assert minutes(found) == [(18, 8), (9, 0)]
    assert [one.reason for one in found.journeys] == ["cause:staff:nurse"] * 2
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
