"""Bottlenecks of a clinic whose waits are formulas, and the lines that relax what a hospital has only so many of."""

import json

import pytest

from sim.report.bottlenecks_text import bottlenecks_record, bottlenecks_tables, bottlenecks_text
from sim.report.records import to_json
from sim.scenario.problems import ScenarioError
from sim.study.bottlenecks import BottleneckSettings, bottlenecks
from sim.study.relaxing import constraints, more_a_day
from tests.small_models import loaded, run_by, variant
from tests.small_studies import CLINIC

LUCK = (-1.0, 0.5, 0.0, 0.5)
HOURS = "wait_hours_per_day"
PRICED = CLINIC.replace("beds: 4}", "beds: 4, cost: 96 per day}")
MANY = CLINIC.replace(
    "wards:\n",
    """equipment:
  scanner: {label: Scanner, units: 2}
slots:
  clinic:
    label: Clinic
    sessions: {monday: {days: mon, at: "09:00", slots: 8}, friday: {days: fri, at: "09:00", slots: 4}}
  calls: {label: Calls, per_week: 30}
wards:
  lounge: {label: Lounge, beds: 0, kind: chairs, also: {open: {beds: 6, days: weekdays, from: "08:00", to: "20:00"}}}
""",
).replace(
    "nurse: {label: Nurse, on_duty: 1, cost: 24 per hour}",
    """nurse: {label: Nurse, on_duty: 1, cost: 24 per hour}
  porter:
    label: Porter
    roster:
      day: {days: all, from: "08:00", to: "20:00", on_duty: 3}
      evening: {days: weekdays, from: "14:00", to: "22:00", on_duty: 1}
      night: {days: all, from: "20:00", to: "08:00", on_duty: 0}""",
)


def moving_on(scenario, number):
    """The nurse lets 40 hours wait and the ward 10; a freed queue of the nurse goes on to the ward.

    Each nurse more halves her queue, each bed that of the ward; half of what the nurse lets go waits for the ward then.
    """
    nurses, beds = scenario.staff["nurse"].on_duty - 1, scenario.wards["recovery"].beds - 4
    nurse = 40 / 2 ** min(nurses, 40)
    ward = (10 + (40 - nurse) / 2) / 2 ** min(beds, 40)
    luck = 1 + 0.01 * LUCK[number]
    return {
        (HOURS, ""): luck * (nurse + ward + 3),
        (HOURS, "cause:staff:nurse"): luck * nurse,
        (HOURS, "cause:ward:recovery"): luck * ward,
        (HOURS, "cause:calendar:rounds"): luck * 3,
        ("ed_breaches_4h_per_day", ""): luck * nurse / 10,
        ("cost_per_day", ""): 600.0 + 576 * nurses + 96 * beds,
    }


def found(model=moving_on, text=PRICED, **settings):
    return bottlenecks(loaded((), text), variant(text, replications=4), run_by(model), BottleneckSettings(**settings))


def by_name(told):
    return {one.constraint.name: one for one in told.ranked}


def test_what_is_charged_is_told_beside_what_really_goes():
    """One nurse more takes 20 hours from her queue, of which 10 wait for the ward; no limit takes 40, and gives 20."""
    nurse = by_name(found())["nurse"]
    assert nurse.charged.mean == pytest.approx(40)
    assert nurse.one.wait.mean == pytest.approx(-10)
    assert nurse.unlimited.wait.mean == pytest.approx(-20)
    assert nurse.moves_to.scope == "cause:ward:recovery"
    assert nurse.moves_to.hours.mean == pytest.approx(20)
    assert by_name(found())["recovery"].moves_to is None


def test_the_ranking_goes_by_what_a_pound_removes_not_by_what_is_charged():
    """A nurse: 600 minutes for £576, 1.04 a pound. A bed: 5 of 10 hours, 300 minutes for £96, 3.125 a pound."""
    told = found()
    assert [one.constraint.name for one in told.ranked] == ["recovery", "nurse"]
    assert [one.minutes_per_pound.mean for one in told.ranked] == pytest.approx([300 / 96, 600 / 576])
    assert [one.cost.mean for one in told.ranked] == pytest.approx([96, 576])
    assert by_name(told)["nurse"].breaches_per_pound.mean == pytest.approx(2 / 576)
    assert by_name(told)["recovery"].one.breaches.verdict == "no change"


def test_without_a_cost_in_the_file_there_is_no_price_and_it_stands_behind():
    told = found(text=CLINIC)
    assert [one.constraint.name for one in told.ranked] == ["nurse", "recovery"]
    assert by_name(told)["recovery"].minutes_per_pound is None
    assert "no cost told" in bottlenecks_text(told)


def test_what_cannot_be_told_stands_behind_what_is_sure():
    def lucky(scenario, number):
        row = dict(moving_on(scenario, number))
        beds = scenario.wards["recovery"].beds - 4
        row[HOURS, ""] -= 100 * LUCK[number] * min(beds, 1)
        return row

    told = found(lucky)
    assert [one.constraint.name for one in told.ranked] == ["nurse", "recovery"]
    assert told.ranked[1].one.wait.verdict == "can't tell yet"


def test_the_rest_is_listed():
    told = found(most=1)
    assert [one.constraint.name for one in told.ranked] == ["nurse"]
    assert [one.scope for one in told.left_out] == ["cause:ward:recovery"]
    assert [(one.scope, round(one.hours.mean, 6)) for one in told.others] == [("cause:calendar:rounds", 3)]


def test_closed_times_are_charged_to_the_same_thing():
    def closed(scenario, number):
        return moving_on(scenario, number) | {(HOURS, "cause:closed:nurse"): 5.0}

    assert by_name(found(closed))["nurse"].charged.mean == pytest.approx(45)


def test_the_base_is_asked_for_first_and_then_everything_at_once():
    asked = []
    settings = BottleneckSettings()
    bottlenecks(loaded((), PRICED), variant(PRICED, replications=4), run_by(moving_on, asked=asked), settings)
    assert asked == [1, 4]


def test_who_can_wait_for_nothing_cannot_be_ranked():
    with pytest.raises(ScenarioError, match="nothing can be ranked"):
        found(lambda scenario, number: {("wait_mean", ""): 0.0})


def test_at_least_one_constraint_is_relaxed():
    with pytest.raises(ScenarioError, match="--most 8"):
        BottleneckSettings(most=0)


def test_one_more_of_everything_is_said_in_lines():
    known = {one.name: one for one in constraints(loaded((), MANY))}
    assert known["recovery"].one_more == ("wards.recovery.beds=+1",)
    assert known["scanner"].one_more == ("equipment.scanner.units=+1",)
    assert known["nurse"].one_more == ("staff.nurse.on_duty=+1",)
    assert known["porter"].one_more == ("staff.porter.roster.day.on_duty=+1", "staff.porter.roster.evening.on_duty=+1")
    assert known["calls"].one_more == ("slots.calls.per_week=+1",)
    assert known["lounge"].one_more == ("wards.lounge.also.open.beds=+1",)
    assert (known["nurse"].has_cost, known["scanner"].has_cost) == (True, False)


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("recovery", 24),
        ("nurse", 24),
        ("porter", 12 + 8 * 5 / 7),
        ("lounge", 12 * 5 / 7),
        ("clinic", 2 / 7),
        ("calls", 1 / 7),
    ],
)
def test_one_more_is_told_in_hours_or_slots_a_day(name, more):
    """Over whole weeks: 12 hours every day, 8 on five days; two sessions a week with one slot more each."""
    whole = MANY.replace("warm_up: 1 d", "warm_up: 1 week")
    base = loaded((), whole)
    constraint = next(one for one in constraints(base) if one.name == name)
    other = loaded(constraint.one_more, whole).scenario
    assert more_a_day(base.scenario, other, constraint) == pytest.approx(more, rel=0.02)


def test_without_limit_there_is_more_than_anybody_could_use():
    for one in constraints(loaded((), MANY)):
        other = loaded(one.no_limit, MANY).scenario
        assert more_a_day(loaded((), MANY).scenario, other, one) > 0
    assert other.resources


def test_the_text_and_the_record_tell_the_same():
    told = found()
    text, record = bottlenecks_text(told), json.loads(to_json(bottlenecks_record(told)))
    assert "One more of Recovery removes most for its money" in text.splitlines()[0]
    assert "(3.0 h a day)" in text
    assert [one["scope"] for one in record["constraints"]] == ["ward:recovery", "staff:nurse"]
    assert record["constraints"][1]["unlimited"]["wait_hours_per_day"]["difference"]["mean"] == pytest.approx(-20)
    tables = bottlenecks_tables(told)
    assert list(tables["bottlenecks"]["relaxed"]) == ["one_more", "unlimited"] * 2
    assert tables["charged"]["hours_per_day"].sum() == pytest.approx(53)
