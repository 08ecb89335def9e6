"""More or fewer patients of some levels come, and everybody else comes as ever."""

import copy
import itertools

import numpy as np
import pytest

from sim import clock
from sim.demand.coming.arrivals import expected_per_day
from sim.demand.coming.tilt import mean_tilt, mix_of_comers
from sim.demand.workload import expected_visits, offered_load
from sim.scenario.loading import load_text
from sim.scenario.patients import PatientClass
from sim.scenario.problems import ScenarioError
from sim.scenario.scenario import Scenario
from tests.small_hospitals import biographies, comers, fates_of, hospital, hospital_with_everything

ATTRIBUTES = {
    "acuity": {"red": "20 %", "green": "rest"},
    "age": {"by": "acuity", "red": {"old": "60 %", "young": "rest"}, "rest": {"old": "25 %", "young": "rest"}},
}
KINDS = {("red", "old"): 0.12, ("red", "young"): 0.08, ("green", "old"): 0.2, ("green", "young"): 0.6}
"""Shares by hand: 20 % x 60 %, 20 % x 40 %, 80 % x 25 %, 80 % x 75 %."""
TILTED = {"acuity": {"red": "x 2"}, "age": {"old": "x 1.5", "young": "x 0.5"}}
FACTORS = {("red", "old"): 3.0, ("red", "young"): 1.0, ("green", "old"): 1.5, ("green", "young"): 0.5}
MEAN = 0.12 * 3.0 + 0.08 * 1.0 + 0.2 * 1.5 + 0.6 * 0.5  # 1.04
LEAVE = {"leave": "discharged"}


def lives(more=None, **arrive):
    """Whole fates of everybody in a hospital with all sources and draws, in which walk-ins have an age by acuity."""
    found = copy.deepcopy(hospital_with_everything())
    found["patients"]["walk_in"]["arrive"] |= arrive | ({"more": more} if more else {})
    scenario = Scenario.model_validate(found)
    return biographies(scenario, fates_of(scenario))


EVERYBODY = lives()


def of_age(age, found):
    return {person: fate for person, fate in found.items() if fate["age"] == age}


def others(found):
    return {person: fate for person, fate in found.items() if fate["age"] != "old"}


def people(more=None, *, rate="100 per day", days=200, attributes=None, **arrive):
    """Arrivals of one class, with the acuity and age of each by identity."""
    source = {"rate": rate, **arrive} | ({"more": more} if more else {})
    scenario = hospital({"ed": comers(source, attributes=attributes or ATTRIBUTES)}, run={"length": f"{days} d"})
    fates = fates_of(scenario)
    kinds = [[fates.levels[name][code] for code in fates.attributes[name]] for name in ("acuity", "age")]
    identity = zip(fates.layer.tolist(), fates.index.tolist(), fates.arrival_ms.tolist(), strict=True)
    return dict(zip(identity, zip(*kinds, strict=True), strict=True))


# ---------------------------------------------------------------- who stays


@pytest.mark.parametrize("factor", [1.001, 1.08, 1.5, 3])
def test_more_of_one_group_keeps_everybody_with_their_whole_fate(factor):
    after = lives({"age": {"old": f"x {factor}"}})
    assert EVERYBODY.items() <= after.items()
    assert others(after) == others(EVERYBODY)


@pytest.mark.parametrize("factor", [0.999, 0.92, 0.5, 0])
def test_fewer_of_one_group_take_away_only_patients_of_that_group(factor):
    after = lives({"age": {"old": f"x {factor}"}})
    assert after.items() <= EVERYBODY.items()
    assert others(after) == others(EVERYBODY)
    if factor == 0:
        assert not of_age("old", after)


def test_more_of_one_group_and_fewer_of_another_do_both():
    after = lives({"age": {"old": "x 1.5", "young": "x 0.5"}})
    assert of_age("old", EVERYBODY).items() < of_age("old", after).items()
    assert of_age("young", after).items() < of_age("young", EVERYBODY).items()


def test_a_factor_of_one_changes_nothing():
    assert lives({"age": {"old": "x 1", "young": "x 1.0"}, "acuity": {"red": "x 1"}}) == EVERYBODY


def test_a_higher_factor_keeps_whom_a_lower_one_brings():
    found = [lives({"age": {"old": f"x {factor}"}}) for factor in (0, 0.3, 1, 1.2, 2.5, 10)]
    assert all(few.items() < many.items() for few, many in itertools.pairwise(found))


@pytest.mark.parametrize("pattern", [{}, {"by_hour": [0.0] * 8 + [1.0, 3.0] * 8}, {"by_weekday": {"mon": 0.1}}])
def test_each_kind_comes_as_if_the_whole_rate_had_its_factor(pattern):
    """The rule itself, exact since all factors are powers of two."""
    factors = {"acuity": {"red": 2.0}, "age": {"old": 2.0, "young": 0.5}}
    tilted = people({name: {level: f"x {one}" for level, one in own.items()} for name, own in factors.items()}, days=30)
    for kind in KINDS:
        product = factors["acuity"].get(kind[0], 1.0) * factors["age"][kind[1]]
        alone = people(rate=f"{100 * product} per day", days=30)
        assert [who for who in tilted if tilted[who] == kind] == [who for who in alone if alone[who] == kind]


def test_a_longer_run_has_the_same_patients_first():
    long, short = (people(TILTED, days=days) for days in (30, 20))
    assert short == {who: kind for who, kind in long.items() if who[2] < 20 * clock.DAY}


def test_those_who_are_there_at_the_start_are_not_tilted():
    start = {"list": {"of": "ed", "at": "way/look", "patients": 400}}

    def there(more):
        source = {"rate": "1 per day"} | ({"more": more} if more else {})
        scenario = hospital(
            {"ed": comers(source, attributes=ATTRIBUTES)},
            {"way": [{"look": {"staff": "nurse", "time": "5 min"}}, LEAVE]},
            staff={"nurse": {"on_duty": 2}},
            start=start,
        )
        found = biographies(scenario, fates := fates_of(scenario))
        return dict(itertools.islice(found.items(), int(np.count_nonzero(fates.entry))))

    assert len(there({})) == 400
    assert there({}) == there(TILTED)


# ---------------------------------------------------------------- how many come


def test_as_many_of_each_kind_come_as_rate_share_and_factor_say():
    """Counts are Poisson, so that none is further than four standard deviations off."""
    kinds = list(people(TILTED).values())
    for kind, share in KINDS.items():
        expected = 100 * 200 * share * FACTORS[kind]
        assert abs(kinds.count(kind) - expected) < 4 * np.sqrt(expected), kind


def test_days_keep_their_luck():
    """Days differ by a factor with variance (d - 1) / m, which stays: variance / mean is 1 + (d - 1) x 1.5."""
    more = {"age": {"old": "x 1.5", "young": "x 1.5"}}
    totals = np.bincount([who[2] // clock.DAY for who in people(more, days=2000, rate="40 per day", day_to_day=3.0)])
    assert totals.mean() == pytest.approx(60, abs=4 * np.sqrt(60 * 4 / 2000))
    assert totals.var(ddof=1) / totals.mean() == pytest.approx(4, abs=4 * 4 * np.sqrt(2 / 2000) * 1.2)


def test_what_is_expected_is_the_mean_over_all_kinds():
    patients = PatientClass.model_validate(comers({"rate": "10 per day", "more": TILTED}, attributes=ATTRIBUTES))
    calendar = hospital({"ed": comers({"rate": "1 per day"})}).calendar
    assert mean_tilt(patients) == pytest.approx(MEAN)
    assert expected_per_day(patients, calendar, 36 * clock.HOUR).tolist() == pytest.approx([10 * MEAN, 5 * MEAN])


def test_the_mix_of_those_who_come_has_the_weights_of_the_factors():
    patients = PatientClass.model_validate(comers({"rate": "10 per day", "more": TILTED}, attributes=ATTRIBUTES))
    mix = mix_of_comers(patients, [])
    found = {
        tuple(mix.names[name][mix.codes[name][kind]] for name in ("acuity", "age")): share
        for kind, share in enumerate(mix.shares)
    }
    assert found == {kind: pytest.approx(KINDS[kind] * FACTORS[kind] / MEAN) for kind in KINDS}


def test_the_load_is_that_of_those_who_come():
    way = [{"care": {"staff": "nurse", "time": {"by": "age", "old": "2 h", "young": "1 h"}}}, LEAVE]
    source = {"rate": "1 per hour", "more": {"age": {"old": "x 1.5"}}}
    scenario = hospital({"ed": comers(source, attributes=ATTRIBUTES)}, {"way": way}, staff={"nurse": {"on_duty": 9}})
    (load,) = offered_load(scenario)
    assert load.asked == pytest.approx(0.32 * 1.5 * 2 + 0.68 * 1)
    (care,) = (one for one in expected_visits(scenario) if one.step == "care")
    assert (care.per_patient, care.per_hour) == (pytest.approx(1), pytest.approx(0.32 * 1.5 + 0.68))


def test_a_level_that_depends_on_the_class_counts_as_well():
    attributes = {"age": {"by": "class", "ed": {"old": "40 %", "young": "rest"}}}
    source = {"rate": "1 per hour", "more": {"age": {"old": "x 2"}}}
    scenario = hospital({"ed": comers(source, attributes=attributes)}, run={"length": "200 d"})
    per_hour = {visits.step: visits.per_hour for visits in expected_visits(scenario)}["leave"]
    assert per_hour == pytest.approx(1.4)
    assert fates_of(scenario).arrival_ms.size == pytest.approx(1.4 * 4800, abs=4 * np.sqrt(1.4 * 4800))


def test_if_nobody_is_left_nothing_is_asked():
    source = {"rate": "1 per hour", "more": {"age": {"old": "x 0", "young": "x 0"}}}
    way = [{"care": {"staff": "nurse", "time": "1 h"}}, LEAVE]
    scenario = hospital({"ed": comers(source, attributes=ATTRIBUTES)}, {"way": way}, staff={"nurse": {"on_duty": 1}})
    assert [load.asked for load in offered_load(scenario)] == [0]
    assert fates_of(scenario).arrival_ms.size == 0


# ---------------------------------------------------------------- how it is written

TEXT = """\
wardflow: 1
name: Small
run: {length: 4 weeks}
patients:
  ed:
    arrive: ARRIVE
    attributes: {age: {0-17: 20 %, 75+: rest}, sex: {female: 50 %, male: rest}}
    pathway: way
pathways: {way: [leave: discharged]}
"""


def told(arrive):
    with pytest.raises(ScenarioError) as refused:
        load_text(TEXT.replace("ARRIVE", arrive), "small.yaml")
    (problem,) = refused.value.problems
    return problem.field.removeprefix("patients.ed.arrive"), problem.code, problem.fix


@pytest.mark.parametrize(
    ("arrive", "problem"),
    [
        ("{rate: 9 per day, more: {agee: {75+: x 1.1}}}", (".more.agee", "unknown-name", "write age")),
        ("{rate: 9 per day, more: {age: {85+: x 1.1}}}", (".more.age.85+", "unknown-name", "write 75+")),
        ("{rate: 9 per day, more: {age: {75+: 1.1}}}", (".more.age.75+", "factor", "75+: x 1.1")),
        ("{gaps: 20 min, more: {age: {75+: x 1.1}}}", ("", "choice", "remove more")),
    ],
)
def test_what_has_no_meaning_is_refused(arrive, problem):
    assert told(arrive) == problem


def test_no_more_than_ten_times_as_many_come_by_all_factors_together():
    field, code, _ = told("{rate: 9 per day, more: {age: {75+: x 4}, sex: {female: x 3, male: x 0.1}}}")
    assert (field, code) == (".more", "number")
    load_text(TEXT.replace("ARRIVE", "{rate: 9 per day, more: {age: {75+: x 5}, sex: {female: x 2}}}"), "small.yaml")


def test_a_factor_over_a_factor_is_the_new_factor(tmp_path):
    source = "{rate: 9 per day, more: {age: {75+: x 1.2}}}"
    (tmp_path / "base.yaml").write_text(TEXT.replace("ARRIVE", source), encoding="utf-8")
    change = "extends: base.yaml\npatients: {ed: {arrive: {more: {age: {75+: x 1.1, 0-17: x 0.9}}}}}\n"
    found = load_text(change, "change.yaml", tmp_path).scenario.patients["ed"].arrive.more
    assert found == {"age": {"75+": 1.1, "0-17": 0.9}}
