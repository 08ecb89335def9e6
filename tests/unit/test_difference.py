"""Two scenarios are told apart in plain words, and the shortest file that makes the one of the other is found."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.difference import differences, overlay
from sim.scenario.evidence import MEMBER_SECTIONS
from sim.scenario.extending import compose
from sim.scenario.opening import Opened
from sim.scenario.reading import read
from sim.scenario.writing import to_yaml
from tests.plain_values import names, plain, valid, valid_scenarios

BASE = {
    "name": "Base",
    "run": {"length": "12 weeks"},
    "patients": {
        "ed": {"arrive": {"rate": "380 per day"}, "attributes": {"mode": {"ambulance": "27 %", "walk_in": "rest"}}}
    },
    "staff": {"ed_doctor": {"roster": {"late": {"from": "12:00", "on_duty": 6}}}},
    "wards": {"medical": {"beds": 180, "also": {"winter": {"beds": 12}}}, "surgical": {"beds": 28}},
    "pathways": {
        "emergency": [
            {"triage": {"time": {"lognormal": {"mean": "7 min", "sd": "4 min"}}}},
            {"one of": [{"share": "30 %", "go": "admission"}, {"share": "rest", "leave": "discharged"}]},
            "ready",
            {"leave": "discharged"},
        ]
    },
}


def over(patch, base=BASE):
    """What a file with this patch gives when it extends the base."""
    document = read(to_yaml({"extends": "base.yaml", **patch}), "change.yaml")
    return compose(document, lambda name, beside: Opened(name, to_yaml(base).encode(), name)).data


def sentences(patch):
    return [change.sentence for change in differences(BASE, over(patch))]


# ---------------------------------------------------------------- in words


def test_the_same_scenario_differs_in_nothing():
    assert differences(BASE, BASE) == ()
    assert overlay(BASE, BASE) == {}


def test_more_beds_are_said_with_how_many_more():
    (change,) = differences(BASE, over({"wards": {"medical": {"beds": 192}}}))
    assert (change.path, change.old, change.new) == (("wards", "medical", "beds"), 180, 192)
    assert change.sentence == "medical: beds 180 -> 192 (+12)"


def test_a_shift_is_called_a_shift():
    change = {"staff": {"ed_doctor": {"roster": {"late": {"on_duty": 7}}}}}
    assert sentences(change) == ["late shift of ed_doctor: on_duty 6 -> 7 (+1)"]


def test_winter_beds_are_told_from_usual_ones():
    assert sentences({"wards": {"medical": {"also": {"winter": {"beds": 20}}}}}) == [
        "medical (winter): beds 12 -> 20 (+8)"
    ]


def test_rates_and_shares_are_said_with_their_units():
    change = {"patients": {"ed": {"arrive": {"rate": "x 1.1"}, "attributes": {"mode": {"ambulance": "30 %"}}}}}
    assert sentences(change) == [
        "ed: arrive rate 380 per day -> 418 per day (+38 per day)",
        "ed: attributes mode ambulance 27 % -> 30 % (+3 points)",
    ]


def test_a_step_is_named_with_its_pathway():
    change = {"pathways": {"emergency": {"triage": {"time": {"lognormal": {"mean": "6 min"}}}}}}
    assert sentences(change) == ["triage in emergency: time mean 7 min -> 6 min (-1 min)"]


def test_another_distribution_is_one_change():
    change = {"pathways": {"emergency": {"triage": {"time": {"exponential": {"mean": "6 min"}}}}}}
    assert sentences(change) == [
        "triage in emergency: time lognormal (mean 7 min, sd 4 min) -> exponential (mean 6 min)"
    ]


def test_an_option_of_a_branch_is_counted():
    other = over({})
    other["pathways"]["emergency"][1]["one of"][0]["share"] = "20 %"
    assert [change.sentence for change in differences(BASE, other)] == [
        "one of in emergency: [1] share 30 % -> 20 % (-10 points)"
    ]


def test_new_things_and_removed_things_are_said():
    change = {
        "add": {"wards": {"virtual": {"beds": 40, "kind": "virtual"}}},
        "wards": {"surgical": "remove", "medical": {"turnaround": "45 min", "also": "remove"}},
        "pathways": {"emergency": {"ready": "remove"}},
        "question": "Why?",
    }
    assert sentences(change) == [
        "medical: also no longer set (was winter (beds 12))",
        "medical: turnaround 45 min (was not set)",
        "ward surgical is removed",
        "new ward virtual: beds 40, kind virtual",
        "step ready in emergency is removed",
        "question: Why? (was not set)",
    ]


def test_new_steps_and_another_order_are_said():
    other = over({})
    other["pathways"]["emergency"] = ["ready", BASE["pathways"]["emergency"][0], {"leave": "died"}]
    assert [change.sentence for change in differences(BASE, other)] == [
        "step one of in emergency is removed",
        "leave in emergency: discharged -> died",
        "order of the steps in emergency: [triage, ready, leave] -> [ready, triage, leave]",
    ]


# ---------------------------------------------------------------- as the shortest file


def test_one_bed_more_is_one_line():
    other = over({"wards": {"medical": {"beds": 181}}})
    assert overlay(BASE, other) == {"wards": {"medical": {"beds": 181}}}


def test_a_changed_step_is_one_line():
    other = over({"pathways": {"emergency": {"triage": {"time": {"lognormal": {"mean": "6 min"}}}}}})
    assert overlay(BASE, other) == {"pathways": {"emergency": {"triage": {"time": {"lognormal": {"mean": "6 min"}}}}}}


def test_a_removed_step_is_one_line():
    assert overlay(BASE, over({"pathways": {"emergency": {"ready": "remove"}}})) == {
        "pathways": {"emergency": {"ready": "remove"}}
    }


def test_a_new_step_needs_the_whole_pathway():
    other = over({})
    other["pathways"]["emergency"].insert(0, {"greet": {"time": "1 min"}})
    assert overlay(BASE, other) == {"pathways": {"emergency": other["pathways"]["emergency"]}}
    assert over(overlay(BASE, other)) == other


def test_a_new_ward_is_added_and_an_old_one_removed():
    other = over({"wards": {"surgical": "remove"}, "add": {"wards": {"virtual": {"beds": 40}}}})
    assert overlay(BASE, other) == {"wards": {"surgical": "remove"}, "add": {"wards": {"virtual": {"beds": 40}}}}


def test_closed_beds_are_not_read_as_a_change():
    other = over({"wards": {"medical": {"also": {"winter": {"beds": {"value": -12}}}}}})
    assert other["wards"]["medical"]["also"]["winter"]["beds"] == -12
    assert over(overlay(BASE, other)) == other


@settings(max_examples=100, deadline=None)
@given(valid_scenarios, valid_scenarios)
def test_any_scenario_can_be_made_of_any_other(base, other):
    assert over(overlay(base, other), base) == other


@st.composite
def edited(draw):
    """A scenario and the same with a few values changed, removed or added."""
    base = draw(valid_scenarios)
    other = draw(st.just(base).map(lambda data: read(to_yaml(data), "copy.yaml").data))
    for _ in range(draw(st.integers(1, 4))):
        place, path = other, ()
        while isinstance(place, dict | list) and place and draw(st.integers(0, 3)):
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = draw(st.sampled_from(keys))
            if not isinstance(place[key], dict | list):
                break
            place, path = place[key], (*path, key)
        if (
            not path
            or path in [(section,) for section in MEMBER_SECTIONS]
            or (len(path) == 2 and path[0] == "pathways")
        ):
            continue
        if isinstance(place, dict):
            key = draw(st.sampled_from(list(place)) if place and draw(st.booleans()) else names)
            if draw(st.booleans()):
                place.pop(key, None)
            else:
                place[key] = draw(plain)
        elif place and draw(st.booleans()):
            place.pop(draw(st.integers(0, len(place) - 1)))
        else:
            place.append(draw(plain))
    return base, other


@settings(max_examples=150, deadline=None)
@given(edited().filter(lambda pair: valid(pair[1])))
def test_any_edit_can_be_written_as_a_file_that_extends(pair):
    base, other = pair
    assert over(overlay(base, other), base) == other
    assert bool(differences(base, other)) == (overlay(base, other) != {})
    assert all(change.sentence.isprintable() for change in differences(base, other))


@settings(max_examples=50, deadline=None)
@given(valid_scenarios, valid_scenarios)
def test_every_difference_has_a_sentence_on_one_line(base, other):
    for change in differences(base, other):
        assert change.sentence
        assert "\n" not in change.sentence
