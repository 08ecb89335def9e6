"""Those who are there at the start have what is left of their times, and change nobody who comes."""

import math

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from sim import clock
from sim.demand.coming.residual import mean_residual, residual
from sim.demand.fates import draw_fates
from sim.demand.journeys import journeys
from sim.demand.workload import expected_visits, offered_load
from sim.scenario.distributions import SimpleLaw
from sim.scenario.loading import load_text
from sim.scenario.problems import ScenarioError
from sim.scenario.start import Start
from tests.small_hospitals import comers, fates_of, hospital

HOUR = clock.HOUR
LUCK = np.linspace(0.001, 0.999, 999)
LEAVE = {"leave": "discharged"}
WAY = [
    {"see": {"staff": "nurse", "time": "10 min"}},
    {"enter": "ward"},
    {"stay": {"uniform": {"low": "0 h", "high": "8 h"}}},
    LEAVE,
]


def law(body):
    return TypeAdapter(SimpleLaw).validate_python(body)


def ward(start, way=WAY, **more):
    """A ward of 20 beds to which one an hour comes, with some who are there at the start."""
    patients = {"p": comers({"rate": "1 per hour"}, **more.pop("class", {}))}
    things = {"wards": {"ward": {"beds": 20}}, "staff": {"nurse": {"on_duty": 2}}, **more}
    return hospital(patients, {"way": way}, start=start, **things)


def in_bed(**more):
    return {"of": "p", "at": "way/stay", "ward": "ward", "patients": 5, **more}


def values(fates, name, visit=0):
    return fates.values([draw.name for draw in fates.draws].index(name), visit)


# ---------------------------------------------------------------- what is left of a time


@pytest.mark.parametrize(
    ("body", "share_up_to"),
    [
        ("10 h", lambda x: x / 10),
        ({"exponential": {"mean": "10 h"}}, lambda x: 1 - np.exp(-x / 10)),
        ({"uniform": {"low": "0 h", "high": "8 h"}}, lambda x: 2 * x / 8 - (x / 8) ** 2),
        ({"uniform": {"low": "4 h", "high": "8 h"}}, lambda x: (x - np.clip(x - 4, 0, None) ** 2 / 8) / 6),
        ({"erlang": {"mean": "10 h", "phases": 2}}, lambda x: 1 - np.exp(-x / 5) * (1 + x / 10)),
        ({"gamma": {"mean": "10 h", "sd": "7.0710678118 h"}}, lambda x: 1 - np.exp(-x / 5) * (1 + x / 10)),
        ({"weibull": {"mean": "10 h", "shape": 1.0}}, lambda x: 1 - np.exp(-x / 10)),
        ({"exponential": {"mean": "10 h", "at_most": "10 h"}}, lambda x: (1 - np.exp(-x / 10)) / (1 - math.exp(-1))),
        (
            {"exponential": {"mean": "10 h", "at_least": "5 h"}},
            lambda x: np.where(x < 5, x, 5 + 10 * (math.exp(-0.5) - np.exp(-x / 10))) / (5 + 10 * math.exp(-0.5)),
        ),
        (
            {"empirical": {"values": ["3 h", "1 h"], "weights": [1, 3]}},
            lambda x: np.where(x < 1, x, 1 + (x - 1) / 4) / 1.5,
        ),
        (
            {"mixture": [{"share": 0.5, "time": "1 h"}, {"share": 0.5, "time": {"exponential": {"mean": "10 h"}}}]},
            lambda x: (0.5 * np.minimum(x, 1) + 5 * (1 - np.exp(-x / 10))) / 5.5,
        ),
        (
            {"mixture": {"parts": [{"share": 0.5, "time": "1 h"}, {"share": 0.5, "time": "4 h"}], "at_least": "2 h",
                         "at_most": "3 h"}},
            lambda x: np.where(x < 2, x, 2 + (x - 2) / 2) / 2.5,
        ),
    ],
)  # fmt: skip
def test_what_is_left_follows_the_equilibrium_law(body, share_up_to):
    left = residual(law(body), LUCK)
    assert share_up_to(left / HOUR) == pytest.approx(LUCK, abs=1e-5)
    assert (np.diff(left) >= 0).all()


def test_the_mean_of_what_is_left_is_the_mean_square_over_twice_the_mean():
    assert mean_residual(law({"lognormal": {"mean": "6 h", "sd": "8 h"}})) / HOUR == pytest.approx(
        (64 + 36) / 12, rel=1e-3
    )
    assert mean_residual(law({"erlang": {"mean": "10 h", "phases": 2}})) / HOUR == pytest.approx(7.5, rel=1e-4)
    assert mean_residual(law("0 min")) == 0 and residual(law("0 min"), LUCK).max() == 0


def test_those_who_are_there_and_those_who_come_keep_a_ward_in_balance():
    """By Little's law 40 x 6 h / h are in an endless ward; starting with so many, the mean is 240 at every moment."""
    stay = {"stay": {"lognormal": {"mean": "6 h", "sd": "8 h"}}}
    start = {"ward": {"of": "p", "at": "way/stay", "patients": 240}}
    patients = {"p": comers({"rate": "40 per hour"})}
    scenario = hospital(patients, {"way": [stay, LEAVE]}, start=start, run={"length": "2 d"})
    inside = np.zeros(12)
    moments = np.arange(12) * 4 * HOUR
    for replication in range(60):
        fates = draw_fates(scenario, 7, replication)
        leaves = np.sort(fates.arrival_ms + values(fates, "way/stay/time"))
        comes = np.searchsorted(np.sort(fates.arrival_ms), moments, side="right")
        inside += comes - np.searchsorted(leaves, moments, side="right")
    assert inside / 60 == pytest.approx([240] * 12, abs=4 * math.sqrt(240 / 60))


# ---------------------------------------------------------------- who is there


def test_those_there_stand_before_all_others_and_begin_elsewhere():
    start = {"beds": in_bed(), "list": {"of": "p", "at": "way/see", "patients": 3, "waited": "2 h"}}
    fates = fates_of(ward(start))
    assert fates.arrival_ms[:8].tolist() == [0] * 8 and fates.arrival_ms[8] > 0
    assert sorted(fates.entry[:8].tolist()) == [1] * 5 + [2] * 3 and set(fates.entry[8:].tolist()) == {0}
    assert set(fates.stream.tolist()) == {0}
    keys = list(zip(fates.stream, fates.layer, fates.index, strict=True))
    assert keys[:8] == sorted(keys[:8]) and len(set(keys)) == len(keys)
    assert min(fates.layer[:8]) >= 64 > max(fates.layer[8:])


def test_the_classes_of_those_there_are_counted_by_name():
    classes = {
        name: comers({"batches": {"b": {"at": {"date": "2026-01-05", "time": "00:00"}, "patients": 2}}})
        for name in "ab"
    }
    start = {"two": {"of": "b", "at": "way/stay", "patients": 1}, "one": {"of": "a", "at": "way/stay", "patients": 2}}
    fates = fates_of(hospital(classes, {"way": [{"stay": "1 h"}, LEAVE]}, start=start))
    assert fates.entry.tolist() == [2, 2, 3, 0, 0, 1, 1]
    assert fates.stream.tolist() == [0, 0, 1, 0, 0, 1, 1]


def test_those_who_come_are_the_same_without_them():
    without, with_them = fates_of(ward({})), fates_of(ward({"beds": in_bed()}))
    assert (with_them.arrival_ms[5:] == without.arrival_ms).all()
    assert (with_them.index[5:] == without.index).all()
    assert (values(with_them, "way/stay/time")[5:] == values(without, "way/stay/time")).all()


def test_more_of_them_keep_the_first_and_another_start_changes_nobody():
    few = fates_of(ward({"beds": in_bed()}))
    many = fates_of(ward({"beds": in_bed(patients=9), "a list": {"of": "p", "at": "way/see", "patients": 4}}))
    more = values(many, "way/stay/time")[many.entry == 2]
    assert more[:5].tolist() == values(few, "way/stay/time")[:5].tolist() and len(set(more.tolist())) == 9


@pytest.mark.parametrize(("fill", "count"), [("92 %", 18), ("92.5 %", 19), ("0 %", 0), ("100 %", 20), (0.425, 9)])
def test_a_share_of_the_beds_open_at_the_start_is_rounded_half_up(fill, count):
    """20 beds x 92 % are 18.4, 92.5 % are 18.5, 42.5 % are 8.5."""
    scenario = ward({"beds": {"of": "p", "at": "way/stay", "ward": "ward", "fill": fill}})
    assert (fates_of(scenario).entry == 1).sum() == count


def test_beds_that_are_open_for_the_night_count():
    wards = {"ward": {"beds": 20, "also": {"night": {"from": "20:00", "to": "08:00", "beds": -10}}}}
    scenario = ward({"beds": {"of": "p", "at": "way/stay", "ward": "ward", "fill": "80 %"}}, wards=wards)
    assert (fates_of(scenario).entry == 1).sum() == 8


def test_only_the_first_visit_of_their_step_is_cut_short():
    scenario = ward({"beds": in_bed(patients=2000)}, wards={"ward": {"beds": 5000}})
    fates = fates_of(scenario)
    first, again = values(fates, "way/stay/time")[:2000], values(fates, "way/stay/time", 1)[:2000]
    assert first.mean() / HOUR == pytest.approx(8 / 3, abs=0.17)  # mean square 64/3 over twice the mean 4
    assert again.mean() / HOUR == pytest.approx(4, abs=0.21)
    assert (np.sort(first) <= np.sort(again)).all()


def test_what_is_left_may_be_given_also_by_attribute():
    attributes = {"attributes": {"sex": {"f": 0.5, "m": "rest"}}}
    left = {"by": "sex", "f": "3 h", "rest": "1 h"}
    fates = fates_of(ward({"beds": in_bed(left=left, patients=20)}, **{"class": attributes}))
    expected = np.where(fates.attributes["sex"][:20] == 0, 3 * HOUR, HOUR)
    assert values(fates, "way/stay/time")[:20].tolist() == expected.tolist()


def test_a_time_by_attribute_leaves_what_the_law_of_the_level_leaves():
    attributes = {"attributes": {"sex": {"f": 0.5, "m": "rest"}}}
    way = [{"stay": {"by": "sex", "f": "10 h", "m": "2 h"}}, LEAVE]
    fates = fates_of(ward({"beds": in_bed(patients=400, ward=None)}, way, **{"class": attributes}))
    left, female = values(fates, "way/stay/time")[:400] / HOUR, fates.attributes["sex"][:400] == 0
    assert 2 < left[female].max() < 10 and 1.9 < left[~female].max() < 2


def test_an_activity_that_needs_nobody_is_under_way_and_one_that_needs_somebody_is_not():
    way = [{"rest": {"time": "6 h"}}, {"see": {"staff": "nurse", "time": "6 h"}}, LEAVE]
    start = {"a": {"of": "p", "at": "way/rest", "patients": 9}, "b": {"of": "p", "at": "way/see", "patients": 9}}
    fates = fates_of(ward(start, way))
    rest = values(fates, "way/rest/time")
    assert (rest[fates.entry == 1] < 6 * HOUR).all() and (values(fates, "way/see/time") == 6 * HOUR).all()


def test_those_who_wait_have_waited():
    start = {
        "list": {"of": "p", "at": "way/see", "patients": 500, "waited": {"uniform": {"low": "0 h", "high": "8 h"}}}
    }
    fates = fates_of(ward(start))
    waited = fates.waited_ms[:500] / HOUR
    assert waited.max() < 8 and waited.mean() == pytest.approx(4, abs=0.42)
    assert not fates.waited_ms[500:].any()


def test_attributes_may_be_the_same_for_all_of_them_and_decide_their_priority():
    age = {"by": "acuity", "red": {"old": 1.0}, "rest": {"young": 1.0}}
    attributes = {
        "attributes": {"acuity": {"red": 0.1, "green": "rest"}, "age": age},
        "priority": {"acuity": ["red", "green"]},
    }
    fates = fates_of(ward({"beds": in_bed(like={"acuity": "red"})}, **{"class": attributes}))
    assert {fates.levels["acuity"][code] for code in fates.attributes["acuity"][:5]} == {"red"}
    assert {fates.levels["age"][code] for code in fates.attributes["age"][:5]} == {"old"}
    assert fates.priority[:5].tolist() == [1] * 5 and 2 in fates.priority[5:]


def test_those_there_draw_only_what_their_pathways_ask_for():
    ways = {"way": [{"see": {"time": "1 h"}}, {"go": "care"}], "care": [{"stay": "5 h"}, LEAVE]}
    start = {"beds": {"of": "p", "at": "care/stay", "patients": 3}}
    fates = fates_of(hospital({"p": comers({"rate": "1 per hour"})}, ways, start=start))
    assert values(fates, "way/see/time")[:3].tolist() == [0, 0, 0] and (values(fates, "way/see/time")[3:] == HOUR).all()


# ---------------------------------------------------------------- what they ask for


def test_those_there_are_asked_for_once():
    """24 x 14 h: 5 stays of on average 8/3 h, and 7 times 10 minutes and a whole stay of 4 h.

    Of those who come, the stays begin after 10 minutes, so that on average 2 hours 10 are lost at the end of the run.
    """
    start = {"beds": in_bed(), "list": {"of": "p", "at": "way/see", "patients": 7}}
    loads = {load.resource: load.asked for load in offered_load(ward(start))}
    hours = 14 * 24
    assert loads["ward"] == pytest.approx(4 * (1 - 13 / 6 / hours) + (5 * 8 / 3 + 7 * 4) / hours, rel=1e-4)
    assert loads["nurse"] == pytest.approx((1 - 1 / 12 / hours + 7 / hours) / 6)


def test_visits_of_those_there_are_no_visits_of_those_who_come():
    found = {visits.step: visits for visits in expected_visits(ward({"beds": in_bed()}))}
    assert found["stay"].per_patient == pytest.approx(1) and found["see"].per_hour == pytest.approx(1)
    assert found["stay"].per_hour == pytest.approx(1 - 1 / 6 / (14 * 24) + 5 / (14 * 24))


def test_who_begins_inside_a_branch_or_a_repeat_goes_on_behind_it():
    session = {"session": {"staff": "nurse", "time": "1 h"}}
    way = [
        {"one of": [{"share": 0.5, "steps": [{"rest": {"time": "1 h"}}, {"see": {"staff": "nurse", "time": "3 h"}}]},
                    {"share": "rest"}]},
        {"repeat": {"times": 4, "steps": [session]}},
        LEAVE,
    ]  # fmt: skip
    start = {"a": {"of": "p", "at": "way/rest", "patients": 1}, "b": {"of": "p", "at": "way/session", "patients": 1}}
    scenario = ward(start, way)
    visits = {
        (journey.start, part.step.name): sum(
            journey.expected(other.flow) for _, other in journey.passes if other.step.name == part.step.name
        )
        for journey in journeys(scenario)
        for _, part in journey.passes
    }
    assert visits["a", "see"] == 1 and visits["a", "session"] == pytest.approx(4)
    assert visits["b", "session"] == pytest.approx(4) and ("b", "see") not in visits


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"fill": "90 %"}, "both fill and patients are given"),
        ({"patients": None}, "neither fill nor patients is given"),
        ({"patients": None, "fill": "90 %", "ward": None}, "fill is given without ward"),
        ({"left": "1 h", "waited": "1 h"}, "left and waited are both given"),
        ({"at": "stay"}, "expected a pathway and a step of it"),
        ({"at": "way/"}, "expected a pathway and a step of it"),
        ({"patients": -1}, "expected a whole number"),
    ],
)
def test_a_start_that_makes_no_sense_is_refused(change, message):
    given = {name: value for name, value in in_bed(**change).items() if value is not None}
    with pytest.raises(ValidationError, match=message):
        Start.model_validate(given)


SCENARIO = """wardflow: 1
name: Small
patients:
  p: {arrive: {rate: 1 per hour}, attributes: {sex: {f: 0.5, m: rest}}, pathway: way}
staff: {nurse: {on_duty: 2}}
wards: {ward: {beds: 20}}
pathways:
  way: [{see: {staff: nurse, time: 10 min}}, {enter: ward}, {stay: 4 h}, {leave: discharged}]
  other: [{wait: {time: 1 h}}, {leave: discharged}]
start:
  beds: BODY
"""


@pytest.mark.parametrize(
    ("body", "code", "field", "message"),
    [
        ("{of: q, at: way/stay, patients: 5}", "unknown-name", "of", 'there is no patient class "q"'),
        ("{of: p, at: care/stay, patients: 5}", "unknown-name", "at", 'there is no pathway "care"'),
        ("{of: p, at: way/stays, patients: 5}", "unknown-name", "at", 'did you mean "stay"'),
        ("{of: p, at: way/leave, patients: 5}", "start", "at", "takes no time"),
        ("{of: p, at: other/wait, patients: 5}", "start", "at", "never come to the pathway"),
        ("{of: p, at: way/stay, ward: wrd, patients: 5}", "unknown-name", "ward", 'did you mean "ward"'),
        (
            "{of: p, at: way/stay, ward: ward, patients: 21}",
            "start",
            "patients",
            "21 patients are in ward",
        ),
        ("{of: p, at: way/see, patients: 5, left: 1 h}", "start", "left", "have not begun it"),
        ("{of: p, at: way/stay, patients: 5, waited: 1 h}", "start", "waited", "nobody waits"),
        ("{of: p, at: way/stay, patients: 5, like: {six: f}}", "unknown-name", "like.six", 'did you mean "sex"'),
        ("{of: p, at: way/stay, patients: 5, like: {sex: x}}", "unknown-name", "like.sex", "no level of sex"),
        (
            "{of: p, at: way/stay, patients: 5, left: {by: sex, f: 1 h}}",
            "missing-level",
            "left",
            "nothing is said for m",
        ),
        ("{of: p, at: way/stay, patients: 5, left: {by: age, f: 1 h}}", "unknown-attribute", "left", 'attribute "age"'),
    ],
)
def test_a_start_that_does_not_fit_the_hospital_is_refused_with_its_place(body, code, field, message):
    with pytest.raises(ScenarioError) as refused:
        load_text(SCENARIO.replace("BODY", body))
    problem = next(problem for problem in refused.value.problems if problem.field.startswith("start"))
    assert (problem.code, problem.field, problem.line) == (code, f"start.beds.{field}", 11)
    assert message in problem.message and problem.fix


def test_a_start_that_fits_is_read_from_a_file():
    scenario = load_text(
        SCENARIO.replace("BODY", "{of: p, at: way/see, patients: 5, waited: 2 h, like: {sex: f}}")
    ).scenario
    assert fates_of(scenario).waited_ms[:6].tolist() == [2 * HOUR] * 5 + [0]
