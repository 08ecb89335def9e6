"""What chance decides for a patient, and that it is drawn as declared."""

import numpy as np
import pytest

from sim import clock
from sim.demand.attributes import in_order
from sim.demand.draws import draws
from sim.demand.fates import draw_fates
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
    classes = ("booked", "crash", "renewal", "walk_in")
    assert FATES.levels == {"acuity": ("amber", "green", "red"), "age": ("old", "young"), "class": classes}
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


# ---------------------------------------------------------------- what else is decided

LEAVE = {"leave": "discharged"}
NURSE = {"staff": {"nurse": {"on_duty": 1}}}


def test_worsening_has_a_clock_of_its_own():
    rules = {"gives_up_after": {"exponential": {"mean": "1 h"}}, "then": "left_before_seen"}
    worse = {"worsens_after": {"exponential": {"mean": "1 h"}}, "if_worse": "way"}
    way = [{"see": {"staff": "nurse", "time": "5 min", **rules, **worse}}, LEAVE]
    fates = fates_of(hospital({"ed": comers({"rate": "100 per hour"})}, {"way": way}, **NURSE))
    patience, worsening = values(fates, "way/see/patience"), values(fates, "way/see/worsening")
    assert np.corrcoef(patience, worsening)[0, 1] == pytest.approx(0, abs=0.03)
    luck = uniforms(Address(1, 0, "ed", ("way", "see", "worsening")), int(fates.index[fates.layer == 0].max()) + 1)
    mine = luck[fates.index[fates.layer == 0]]
    assert worsening[fates.layer == 0].tolist() == np.rint(-clock.HOUR * np.log(1 - mine)).astype(int).tolist()


def test_priority_at_a_step_goes_by_the_order_of_levels():
    way = [{"see": {"staff": "nurse", "time": "5 min", "priority": {"acuity": ["red", "amber", "green"]}}}, LEAVE]
    patients = {"ed": comers({"rate": "50 per hour"}, attributes={"acuity": ACUITY})}
    fates = fates_of(hospital(patients, {"way": way}, **NURSE))
    names = np.array(fates.levels["acuity"])[fates.attributes["acuity"]]
    expected = [{"red": 1, "amber": 2, "green": 3}[name] for name in names]
    assert values(fates, "way/see/priority").tolist() == expected and (fates.priority == 1).all()


def missing(share, **more):
    way = [{"see": {"staff": "nurse", "time": "5 min", "missed": share, "if_missed": "cancelled"}}, LEAVE]
    fates = fates_of(hospital({"ed": comers({"rate": "100 per hour"}, **more)}, {"way": way}, **NURSE))
    return fates, values(fates, "way/see/missed")


def test_who_misses_a_step_with_a_small_share_misses_it_with_a_larger():
    (_, few), (fates, many) = missing("10 %"), missing("30 %")
    assert few.mean() == pytest.approx(0.1, abs=0.006) and many.mean() == pytest.approx(0.3, abs=0.009)
    assert (few <= many).all() and set(many.tolist()) == {0, 1}
    assert (values(fates, "way/see/missed", 1) != many).any()


def test_missing_a_step_may_depend_on_an_attribute():
    fates, missed = missing({"by": "acuity", "red": 0.0, "amber": 1.0, "rest": 0.5}, attributes={"acuity": ACUITY})
    by_level = [missed[fates.attributes["acuity"] == code].mean() for code in range(3)]
    assert by_level == pytest.approx([1.0, 0.5, 0.0], abs=0.02)


def test_rounds_end_as_often_as_declared_and_begin_anew():
    way = [{"repeat": {"times": {"6": "rest", "4": "30 %"}, "steps": [{"see": {"time": "5 min"}}]}}, LEAVE]
    fates = fates_of(hospital({"ed": comers({"rate": "100 per hour"})}, {"way": way}))
    ends = np.array([values(fates, "way/repeat/rounds", visit) for visit in range(12)])
    four = ends[3] == 1
    assert four.mean() == pytest.approx(0.3, abs=0.009)
    assert [ends[visit].mean() for visit in (0, 1, 2, 4)] == [0, 0, 0, 0]
    assert (ends[5] == ~four).all() and (ends[7] == four).all() and (ends[11] == 1).all()


def test_a_number_of_rounds_is_the_same_for_all():
    way = [{"repeat": {"times": 3, "steps": [{"see": {"time": "5 min"}}]}}, LEAVE]
    fates = fates_of(hospital({"ed": comers({"rate": "1 per hour"})}, {"way": way}))
    assert [values(fates, "way/repeat/rounds", visit).mean() for visit in range(4)] == [0, 0, 1, 0]


def test_while_a_policy_rests_its_options_give_their_patients_to_the_rest():
    options = [
        {"share": "20 %", "leave": "died"},
        {"share": "30 %", "while": "full", "leave": "diverted"},
        {"share": "rest"},
        {"share": {"by": "acuity", "red": 0.4, "rest": 0.1}, "leave": "transferred"},
    ]
    policy = {"watch": {"occupancy": "ward"}, "every": "1 h", "above": "90 %", "do": {"open_beds": {"ward": 1}}}
    patients = {"ed": comers({"rate": "100 per hour"}, attributes={"acuity": ACUITY})}
    things = {"wards": {"ward": {"beds": 1}}, "policies": {"full": policy}}
    fates = fates_of(hospital(patients, {"way": [{"one of": options}, LEAVE]}, **things))
    taken, closed = values(fates, "way/one of/choice"), values(fates, "way/one of/choice closed")
    assert closed.tolist() == np.array([0, 1, 1, 2])[taken].tolist()
    red = fates.attributes["acuity"] == fates.levels["acuity"].index("red")
    assert shares(closed[red], 3) == pytest.approx([0.2, 0.4, 0.4], abs=0.03)


def test_a_ward_takes_those_who_have_one_of_the_levels_of_each_attribute():
    sex = {"sex": {"f": 0.5, "m": 0.5}}
    classes = {
        "ed": comers({"rate": "50 per hour"}, attributes={"acuity": ACUITY, **sex}),
        "gp": comers({"rate": "50 per hour"}, attributes=sex),
    }
    wards = {
        "women": {"beds": 1, "takes": {"sex": "f", "acuity": ["red", "amber"]}},
        "clinic": {"beds": 1, "takes": {"class": "gp"}},
        "all": {"beds": 1},
    }
    fates = fates_of(hospital(classes, wards=wards))
    assert [draw.name for draw in fates.draws] == ["clinic/takes", "women/takes"]
    assert values(fates, "clinic/takes").tolist() == fates.stream.tolist()
    urgent = np.isin(fates.attributes["acuity"], [fates.levels["acuity"].index(level) for level in ("red", "amber")])
    expected = (fates.attributes["sex"] == 0) & urgent & (fates.stream == 0)
    assert values(fates, "women/takes").tolist() == expected.astype(int).tolist()


def test_the_class_is_an_attribute_of_every_patient():
    way = [
        {"see": {"time": {"by": "class", "ed": "10 min", "rest": "20 min"}}},
        {"one of": [{"when": {"class": "gp"}, "leave": "transferred"}, {"when": "otherwise"}]},
        LEAVE,
    ]
    classes = {"ed": comers({"rate": "10 per hour"}), "gp": comers({"rate": "10 per hour"})}
    fates = fates_of(hospital(classes, {"way": way}))
    assert values(fates, "way/see/time").tolist() == [(10, 20)[code] * clock.MINUTE for code in fates.stream]
    assert values(fates, "way/one of/choice").tolist() == [(1, 0)[code] for code in fates.stream]
    assert "class" not in fates.attributes


def test_no_attribute_may_be_called_class():
    with pytest.raises(ValueError, match="no attribute can be called so"):
        hospital({"ed": comers({"rate": "1 per hour"}, attributes={"class": {"a": 0.5, "b": 0.5}})})


def test_lead_times_go_by_supply_and_number_of_the_order():
    blood = {"stock": 1, "reorder_at": 1, "order": 1, "takes": {"exponential": {"mean": "6 h"}}}
    stents = {"stock": 1, "reorder_at": 1, "order": 1}
    patients = {"ed": comers({"rate": "1 per hour"})}
    fates = fates_of(hospital(patients, supplies={"blood": blood, "stents": stents}))
    times = [fates.lead_time("blood", number) for number in range(1000)]
    luck = uniforms(Address(1, 0, "blood", ("lead time",)), 1000)
    assert times == np.rint(-6 * clock.HOUR * np.log(1 - luck)).astype(int).tolist()
    assert fates.lead_time("blood", 3) == times[3] and fates.lead_time("stents", 5) == 0
    alone = fates_of(hospital(patients, supplies={"blood": blood}))
    assert [alone.lead_time("blood", number) for number in (999, 0, 64)] == [times[999], times[0], times[64]]


def test_what_there_is_belongs_to_the_fates():
    staff = {"nurse": {"roster": {"day": {"from": "08:00", "to": "20:00", "on_duty": 10}}, "absence": "50 %"}}
    scenario = hospital({"ed": comers({"rate": "1 per hour"})}, staff=staff)
    first, again, other = (draw_fates(scenario, 1, replication).supply for replication in (0, 0, 1))
    assert first.units.tolist() == again.units.tolist() != other.units.tolist()
