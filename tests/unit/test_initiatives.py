"""An initiative is a change apart from any scenario: it is put into those that have what it names, and no others."""

from pathlib import Path

import pytest

from sim.scenario.loading import load_text
from sim.scenario.problems import ScenarioError
from sim.scenario.reading.extending import compose
from sim.scenario.reading.opening import Opened
from sim.scenario.reading.reading import read
from sim.scenario.reading.writing import to_yaml
from sim.scenario.telling.account import account
from sim.study.plan import load_plan, shipped, shipped_initiatives

WARD = """\
wardflow: 1
name: A ward
prompts: [Who waits?]
expect: {full: {kpi: occupancy_mean, than: other.yaml, becomes: higher, why: fewer beds}}
patients: {adult: {arrive: {rate: 4 per day}, pathway: care}}
wards: {medical: {beds: 24, cost: 240 per day}}
pathways:
  care:
    - enter: medical
    - stay: {exponential: {mean: 5 d}}
    - leave: discharged
"""
BEDS = """\
initiative:
  name: Four more beds
  changes: A bay opens again.
  evidence: {effect: four beds, source: illustrative}
  ramp_up: 2 weeks
  cost: 3650 per year
wards: {medical: {beds: +4}}
"""
LOUNGE = """\
initiative: {name: A lounge, changes: A lounge opens., evidence: {effect: earlier beds, source: illustrative}}
add: {wards: {lounge: {kind: chairs, beds: 6}}}
pathways: {care: {leave: {steps: [{enter: lounge}, {sit: {time: 2 h}}, {leave: discharged}]}}}
"""


def put_together(text, **files):
    """What a file says that extends the ward."""
    found = {"ward.yaml": WARD, "initiatives/beds.yaml": BEDS, **files}

    def opener(name, beside):
        return Opened(name, found[name].encode(), name)

    return compose(read(f"extends: ward.yaml\n{text}", "plan.yaml"), opener)


def problem_of(text, **files):
    with pytest.raises(ScenarioError) as refused:
        put_together(text, **files)
    (problem,) = refused.value.problems
    return problem


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "initiatives").mkdir()
    (tmp_path / "ward.yaml").write_text(WARD.replace("than: other.yaml, ", "with: [beds], "), encoding="utf-8")
    (tmp_path / "initiatives" / "beds.yaml").write_text(BEDS, encoding="utf-8")
    return tmp_path


def test_an_initiative_changes_what_the_file_extends():
    document = put_together("initiatives: [beds]\n")
    assert document.data["wards"]["medical"]["beds"] == 28
    assert document.data["name"] == "A ward + Four more beds"
    assert document.data["initiatives"]["beds"]["ramp_up"] == "2 weeks"
    assert document.origin(("wards", "medical", "beds")).file == "initiatives/beds.yaml"


@pytest.mark.parametrize(
    ("second", "warned"),
    [("beds: 30", True), ("beds: +2", False), ("beds: 28", False), ("turnaround: 1 h", False), ("beds: remove", True)],
)
def test_of_two_initiatives_that_set_the_same_value_the_last_counts_and_this_is_told(second, warned):
    other = BEDS.replace("Four more beds", "Other").replace("wards: {medical: {beds: +4}}", "wards: {medical: {%s}}")
    found = put_together("initiatives: [beds, other]\n", **{"initiatives/other.yaml": other % second})
    told = [(one.code, one.severity, one.field, one.file, one.line) for one in found.warnings]
    assert told == [("overruled", "warning", "wards.medical.beds", "initiatives/other.yaml", 7)] * warned


def test_what_the_file_says_itself_may_change_what_its_initiatives_say():
    assert put_together("initiatives: [beds]\nwards: {medical: {beds: 30}}\n").warnings == ()


def test_the_files_own_values_come_after_its_initiatives():
    document = put_together("initiatives: [beds]\nname: Mine\nwards: {medical: {beds: x 0.5}}\n")
    assert document.data["wards"]["medical"]["beds"] == 14
    assert document.data["name"] == "Mine"


def test_initiatives_are_put_in_in_their_order():
    doubled = BEDS.replace("+4", "x 2").replace("Four more", "Twice the")
    first = put_together("initiatives: [beds, twice]\n", **{"initiatives/twice.yaml": doubled})
    then = put_together("initiatives: [twice, beds]\n", **{"initiatives/twice.yaml": doubled})
    assert first.data["wards"]["medical"]["beds"] == 56
    assert then.data["wards"]["medical"]["beds"] == 52
    assert list(first.data["initiatives"]) == ["beds", "twice"]


def test_what_a_file_says_of_itself_is_not_handed_on():
    document = put_together("name: Mine\n")
    assert "prompts" not in document.data
    assert "expect" not in document.data


def test_an_initiative_does_not_fit_a_scenario_without_what_it_names():
    problem = problem_of("initiatives: [beds]\n", **{"initiatives/beds.yaml": BEDS.replace("medical", "surgical")})
    assert (problem.code, problem.file, problem.line) == ("unknown-name", "initiatives/beds.yaml", 7)
    assert problem.message.startswith('A ward has no "surgical" among its wards')
    assert problem.fix == 'use the initiative on a scenario that has "surgical" among its wards'


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("initiatives: beds\n", "initiative", "is a list of names"),
        ("initiatives: [3]\n", "initiative", "is a list of names"),
        ("initiatives: [beds, beds]\n", "existing-name", "already part"),
        ("initiatives: [ward.yaml]\n", "initiative", "is no initiative"),
    ],
)
def test_a_wrong_list_is_refused(text, code, words):
    problem = problem_of(text)
    assert problem.code == code
    assert words in problem.message


def test_an_initiative_says_nothing_but_what_changes():
    problem = problem_of("initiatives: [beds]\n", **{"initiatives/beds.yaml": f"{BEDS}question: Why?\n"})
    assert (problem.code, problem.field, problem.line) == ("initiative", "question", 8)


def test_a_plan_is_named_by_its_file_and_initiatives(folder):
    plan = load_plan(f"{folder}/ward.yaml+beds").scenario
    assert (plan.name, plan.wards["medical"].beds) == ("A ward + Four more beds", 28)
    changed = load_plan(f"{folder}/ward.yaml+beds", ["wards.medical.beds=+1"]).scenario
    assert changed.wards["medical"].beds == 29


def test_a_file_may_have_a_plus_sign_in_its_name(folder):
    (folder / "a+b.yaml").write_text(WARD, encoding="utf-8")
    assert load_plan(str(folder / "a+b.yaml")).scenario.name == "A ward"


def test_a_missing_initiative_is_told_with_the_nearest_name(folder):
    with pytest.raises(ScenarioError) as refused:
        load_plan(f"{folder}/ward.yaml+bedz")
    (problem,) = refused.value.problems
    assert problem.code == "initiative-missing"
    assert 'did you mean "initiatives/beds.yaml"?' in problem.message


def test_a_key_figure_that_there_is_not_is_refused(folder):
    file = folder / "ward.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("occupancy_mean", "ocupancy_mean"), encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        load_plan(str(file))
    (problem,) = refused.value.problems
    assert (problem.code, problem.field, problem.fix) == ("unknown-kpi", "expect.full.kpi", "kpi: occupancy_mean")


def test_what_comes_with_an_initiative_is_told():
    base, other = read(WARD, "ward.yaml").data, put_together("initiatives: [beds]\nname: A ward\n").data
    told = [entry.sentence for entry in account(base, other)]
    assert told == [
        "The initiative Four more beds is put in (costs £3650 per year, works fully after 2 weeks).",
        "4 more beds in medical (24 -> 28).",
    ]


def test_texts_and_evidence_decide_no_figure_but_a_cost_does():
    def fingerprint(text):
        document = put_together("initiatives: [beds]\n", **{"initiatives/beds.yaml": text})
        return load_text(to_yaml(document.data)).scenario.fingerprint()

    same = fingerprint(
        BEDS.replace("four beds", "a bay").replace("Four more", "Some more").replace("2 weeks", "4 weeks")
    )
    assert fingerprint(BEDS) == same
    assert fingerprint(BEDS) != fingerprint(BEDS.replace("3650 per year", "7300 per year"))


def test_every_initiative_of_the_library_says_what_it_is():
    for name, initiative in shipped_initiatives():
        assert initiative.name
        assert initiative.evidence.source
        assert Path(name).suffix == ""


def test_initiatives_are_no_scenarios_of_the_library():
    names = {name for name, _, _ in shipped()}
    assert "general_hospital" in names
    assert not any("initiatives" in name for name in names)
