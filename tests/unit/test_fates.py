"""What chance decides for a patient, and that it is drawn as declared."""

import numpy as np
import pytest

from sim import clock
from sim.demand.attributes import in_order
from sim.demand.fates import draw_fates, draws
from sim.demand.quantiles import quantile
from sim.demand.streams import Address, uniforms
from sim.scenario.scenario import Scenario
from tests.small_hospitals import comers, fates_of, hospital, hospital_with_everything

EVERYTHING = Scenario.model_validate(hospital_with_everything())
FATES = fates_of(EVERYTHING)
ACUITY = {"red": "10 %", "amber": "30 %", "green": "rest"}


def values(fates, name, visit=0):
    return fates.values([draw.name for draw in fates.draws].index(name), visit)


def crowd(ways, attributes=None, *, days=100, **more):
    """A hundred an hour, and what is drawn for them."""
    patients = {"ed": comers({"rate": "100 per hour"}, attributes=attributes or {}, **more)}
    return fates_of(hospital(patients, ways, run={"length": f"{days} d"}))


def shares(column, options):
    return (np.bincount(column, minlength=options) / column.size).tolist()


def test_every_time_choice_and_patience_is_listed_in_order_of_names():
    assert [draw.name for draw in draws(EVERYTHING)] == [
        "elective/stay/time",
        "emergency/assess/time",
        "emergency/enter majors/patience",
        "emergency/fork/choice",
        "emergency/one of/choice",
        "emergency/triage/time",
        "emergency/x-ray/time",
    ]
    assert {(draw.pathway, draw.step, draw.kind) for draw in draws(EVERYTHING)} >= {("emergency", "x-ray", "time")}


def test_patients_stand_in_order_of_arrival_class_layer_and_index():
    keys = list(zip(FATES.arrival_ms, FATES.stream, FATES.layer, FATES.index, strict=True))
    assert keys == sorted(keys)
    assert len(set(zip(FATES.stream, FATES.layer, FATES.index, strict=True))) == FATES.arrival_ms.size > 500
    assert set(FATES.stream) == {0, 1, 2, 3}


def test_patients_who_come_at_once_stand_in_order_of_class_layer_and_index():
    batch = {"batches": {name: {"at": {"date": "2026-01-05", "time": "08:00"}, "patients": 3} for name in "ab"}}
    fates = fates_of(hospital({"z": comers(batch), "y": comers(batch)}))
    keys = list(zip(fates.stream, fates.layer, fates.index, strict=True))
    assert len(keys) == 12 and keys == sorted(keys)


def test_columns_have_the_declared_types_and_one_entry_for_each_patient():
    types = {"arrival_ms": "int64", "stream": "int16", "layer": "int16", "index": "int64", "priority": "int32"}
    for name, kind in types.items():
        column = getattr(FATES, name)
        assert column.dtype == kind and column.shape == FATES.arrival_ms.shape
    for codes in FATES.attributes.values():
        assert codes.dtype == np.int16 and codes.shape == FATES.arrival_ms.shape
    assert all(FATES.values(number).dtype == np.int64 for number in range(len(FATES.draws)))


def test_a_time_comes_from_the_uniform_at_the_patients_own_address():
    stays = values(FATES, "elective/stay/time")
    law = EVERYTHING.pathways["elective"][1].time
    (renewal,) = np.flatnonzero(np.array(sorted(EVERYTHING.patients)) == "renewal")
    row = uniforms(Address(1, 0, "renewal", ("elective", "stay", "time")), 500)
    here = np.flatnonzero(FATES.stream == renewal)
    assert (stays[here] == quantile(law, row[FATES.index[here]])).all()


def test_patients_of_a_rarely_reached_layer_have_the_uniforms_of_their_own_index():
    """Only on Mondays does the rate reach above 16 an hour, so most of that layer is jumped over."""
    ways = {"way": [{"see": {"time": {"uniform": {"low": "0 h", "high": "1000 h"}}}}, {"leave": "died"}]}
    arrive = {"rate": "15 per hour", "by_weekday": {"mon": 1.1}}
    fates = fates_of(hospital({"ed": comers(arrive)}, ways, run={"length": "52 weeks"}))
    for layer in range(12):
        here = np.flatnonzero(fates.layer == layer)
        row = uniforms(Address(1, 0, "ed", ("way", "see", "time"), layer=layer), int(fates.index[here].max()) + 1)
        assert (fates.values(0)[here] == np.rint(row[fates.index[here]] * 1000 * clock.HOUR)).all()
    spans = dict(fates.crowds[0].luck.rows)
    assert len(next(spans[layer] for layer in spans if layer.number == 11)) > 40


def test_the_next_visit_has_its_own_luck_and_the_first_does_not_know_of_it():
    first, second = values(FATES, "elective/stay/time"), values(FATES, "elective/stay/time", visit=1)
    assert not (first == second).any()
    assert (values(fates_of(EVERYTHING), "elective/stay/time", visit=1) == second).all()


def test_values_are_kept_and_cannot_be_changed():
    assert FATES.values(0) is FATES.values(0)
    with pytest.raises(ValueError, match="read-only"):
        FATES.values(0)[0] = 1


def test_patients_who_never_come_to_a_pathway_have_a_zero_there():
    walk_in = FATES.stream == sorted(EVERYTHING.patients).index("walk_in")
    for name in ("emergency/triage/time", "emergency/fork/choice", "emergency/enter majors/patience"):
        assert not values(FATES, name)[~walk_in].any()
        assert values(FATES, name)[walk_in].any()


def test_attributes_have_their_shares_and_minus_one_where_a_class_lacks_them():
    assert FATES.levels == {"acuity": ("amber", "green", "red"), "age": ("old", "young")}
    walk_in = FATES.stream == sorted(EVERYTHING.patients).index("walk_in")
    assert (FATES.attributes["acuity"][~walk_in] == -1).all() and (FATES.attributes["acuity"][walk_in] >= 0).all()
    fates = crowd({"way": [{"leave": "discharged"}]}, {"acuity": ACUITY})
    assert shares(fates.attributes["acuity"], 3) == pytest.approx([0.3, 0.6, 0.1], abs=0.004)


def test_an_attribute_may_depend_on_another():
    age = {"by": "acuity", "red": {"old": 0.9, "young": "rest"}, "rest": {"old": 0.2, "young": "rest"}}
    fates = crowd({"way": [{"leave": "discharged"}]}, {"acuity": ACUITY, "age": age})
    old = fates.attributes["age"] == fates.levels["age"].index("old")
    red = fates.attributes["acuity"] == fates.levels["acuity"].index("red")
    assert old[red].mean() == pytest.approx(0.9, abs=0.01)
    assert old[~red].mean() == pytest.approx(0.2, abs=0.01)


def test_levels_are_gathered_over_the_classes():
    patients = {
        "a": comers({"rate": "1 per hour"}, attributes={"sex": {"f": 0.5, "x": 0.5}}),
        "b": comers({"rate": "1 per hour"}, attributes={"sex": {"m": 1.0}}),
    }
    fates = fates_of(hospital(patients))
    assert fates.levels["sex"] == ("f", "m", "x")
    assert set(fates.attributes["sex"][fates.stream == 0]) == {0, 2}
    assert set(fates.attributes["sex"][fates.stream == 1]) == {1}


def test_attributes_are_drawn_behind_those_on_which_they_depend():
    attributes = {"a": {"by": "b", "rest": {"x": 1.0}}, "b": {"by": "c", "rest": {"x": 1.0}}, "c": {"x": 1.0}}
    scenario = hospital({"ed": comers({"rate": "1 per hour"}, attributes=attributes)})
    assert in_order(scenario.patients["ed"]) == ("c", "b", "a")


def test_attributes_in_a_circle_are_refused():
    attributes = {"a": {"by": "b", "rest": {"x": 1.0}}, "b": {"by": "a", "rest": {"x": 1.0}}}
    with pytest.raises(ValueError, match="circle"):
        fates_of(hospital({"ed": comers({"rate": "1 per hour"}, attributes=attributes)}))


def test_priority_is_a_number_or_the_place_in_the_list_and_unlisted_levels_go_last():
    fates = crowd({"way": [{"leave": "discharged"}]}, {"acuity": ACUITY}, priority={"acuity": ["red", "amber"]})
    names = np.array(fates.levels["acuity"])[fates.attributes["acuity"]]
    assert {(str(name), int(rank)) for name, rank in zip(names, fates.priority, strict=True)} == {
        ("red", 1),
        ("amber", 2),
        ("green", 3),
    }
    assert set(crowd({"way": [{"leave": "discharged"}]}, priority=4).priority) == {4}


def test_options_have_their_shares():
    options = [{"share": "30 %", "go": "way2"}, {"share": "25 %"}, {"share": "rest", "leave": "discharged"}]
    ways = {"way": [{"one of": options}, {"leave": "died"}], "way2": [{"leave": "died"}]}
    assert shares(values(crowd(ways), "way/one of/choice"), 3) == pytest.approx([0.3, 0.25, 0.45], abs=0.004)


def test_shares_may_depend_on_several_attributes_at_once():
    options = [
        {"share": {"by": "acuity", "red": 0.5, "rest": 0.1}},
        {"share": {"by": "sex", "f": 0.4, "m": 0.2}},
        {"share": "rest"},
    ]
    ways = {"way": [{"one of": options}, {"leave": "discharged"}]}
    fates = crowd(ways, {"acuity": ACUITY, "sex": {"f": 0.5, "m": 0.5}})
    chosen = values(fates, "way/one of/choice")
    red, female = fates.attributes["acuity"] == 2, fates.attributes["sex"] == 0
    assert shares(chosen[red & female], 3) == pytest.approx([0.5, 0.4, 0.1], abs=0.02)
    assert shares(chosen[~red & ~female], 3) == pytest.approx([0.1, 0.2, 0.7], abs=0.01)


def test_rest_may_be_the_share_of_a_level():
    options = [
        {"share": {"by": "acuity", "red": "rest", "rest": 0.1}},
        {"share": {"by": "acuity", "red": 0.2, "rest": 0.9}},
    ]
    fates = crowd({"way": [{"one of": options}, {"leave": "discharged"}]}, {"acuity": ACUITY})
    chosen, red = values(fates, "way/one of/choice"), fates.attributes["acuity"] == 2
    assert shares(chosen[red], 2) == pytest.approx([0.8, 0.2], abs=0.015)
    assert shares(chosen[~red], 2) == pytest.approx([0.1, 0.9], abs=0.01)


def test_a_branch_by_attribute_takes_the_first_option_that_fits():
    options = [
        {"when": {"acuity": ["red", "amber"], "sex": "f"}, "leave": "died"},
        {"when": {"acuity": "red"}, "leave": "refused"},
        {"when": "otherwise", "leave": "discharged"},
    ]
    fates = crowd({"way": [{"one of": options}]}, {"acuity": ACUITY, "sex": {"f": 0.5, "m": 0.5}}, days=1)
    chosen = values(fates, "way/one of/choice")
    for acuity, sex, option in zip(fates.attributes["acuity"], fates.attributes["sex"], chosen, strict=True):
        level, female = fates.levels["acuity"][acuity], sex == 0
        assert option == (0 if female and level != "green" else 1 if level == "red" else 2)


def test_patients_without_the_attribute_go_otherwise_and_have_the_law_of_the_rest():
    ways = {
        "way": [
            {"see": {"time": {"by": "acuity", "red": "1 h", "rest": "5 min"}}},
            {"one of": [{"when": {"acuity": "red"}, "leave": "died"}, {"when": "otherwise", "leave": "discharged"}]},
        ]
    }
    fates = crowd(ways, days=1)
    assert set(values(fates, "way/see/time")) == {5 * clock.MINUTE}
    assert set(values(fates, "way/one of/choice")) == {1}


def test_a_time_by_attribute_uses_the_same_luck_for_every_level():
    exponential = {level: {"exponential": {"mean": f"{minutes} min"}} for level, minutes in (("red", 60), ("rest", 20))}
    fates = crowd(
        {"way": [{"see": {"time": {"by": "acuity", **exponential}}}, {"leave": "died"}]}, {"acuity": ACUITY}, days=2
    )
    same = crowd({"way": [{"see": {"time": exponential["rest"]}}, {"leave": "died"}]}, {"acuity": ACUITY}, days=2)
    longer, usual, red = values(fates, "way/see/time"), values(same, "way/see/time"), fates.attributes["acuity"] == 2
    assert (longer[~red] == usual[~red]).all()
    assert abs(longer[red] - 3 * usual[red]).max() <= 2


def test_a_level_without_a_law_is_refused_with_its_name():
    ways = {"way": [{"see": {"time": {"by": "acuity", "red": "1 h", "amber": "1 h"}}}, {"leave": "died"}]}
    fates = crowd(ways, {"acuity": ACUITY}, days=1)
    with pytest.raises(ValueError, match=r"acuity.*green"):
        fates.values(0)


def test_choice_and_time_and_patience_of_one_patient_are_independent():
    fates = fates_of(EVERYTHING.model_copy(update={"run": EVERYTHING.run.model_copy(update={"length": clock.YEAR})}))
    walk_in = fates.stream == sorted(EVERYTHING.patients).index("walk_in")
    names = ("elective/stay/time", "emergency/triage/time", "emergency/assess/time", "emergency/enter majors/patience")
    ranks = [values(fates, name)[walk_in].argsort().argsort() for name in names]
    choices = [values(fates, name)[walk_in] for name in ("emergency/fork/choice",)]
    columns = np.array([*ranks, *choices, np.arange(walk_in.sum())])
    correlations = np.corrcoef(columns)[np.triu_indices(len(columns), 1)]
    assert abs(correlations).max() < 4 / np.sqrt(walk_in.sum())


def test_a_scenario_in_which_nobody_comes_has_no_fates():
    fates = draw_fates(hospital({"ed": comers({"rate": "0 per day"}, attributes={"acuity": ACUITY})}), 1, 0)
    assert fates.arrival_ms.size == 0 and fates.attributes["acuity"].size == 0


def test_a_class_in_which_nobody_comes_leaves_the_others_alone():
    ways = {"way": [{"see": {"time": {"by": "acuity", "red": "1 h"}}}, {"leave": "died"}], "b": [{"leave": "died"}]}
    nobody = comers({"rate": "0 per day"}, attributes={"acuity": {"red": 1.0}})
    fates = fates_of(hospital({"a": nobody, "b": {**comers({"rate": "1 per hour"}), "pathway": "b"}}, ways))
    assert fates.arrival_ms.size > 100 and not fates.values(0).any()
