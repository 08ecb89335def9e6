"""A change file says only what is different; a slip in it is refused, never guessed at."""

import tomllib
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from sim.scenario.codes import CODES
from sim.scenario.pathway import Step
from sim.scenario.problems import ScenarioError
from sim.scenario.reading.extending import compose, read_file
from sim.scenario.reading.opening import Opened, folder_opener
from sim.scenario.reading.reading import read
from sim.scenario.reading.steps import step_name

BAD_INPUT = Path(__file__).parents[1] / "bad_input"
EXPECTED = tomllib.loads((BAD_INPUT / "extending.toml").read_text(encoding="utf-8"))

BASE = """\
wardflow: 1
name: Base
calendars: {rounds: {weekdays: ["10:00"]}}
patients:
  ed: {arrive: {rate: 380 per day, by_weekday: {mon: 1.08}}, pathway: emergency}
staff:
  nurse: {roster: {late: {days: all, from: "12:00", to: "20:00", on_duty: 6}}}
wards:
  medical: {beds: {value: 180, source: KH03}, turnaround: 45 min, if_full: [{after: 4 h, use: surgical}]}
  surgical: {beds: 28, also: {night: {beds: -4}}}
pathways:
  emergency:
    - triage: {staff: nurse, time: {lognormal: {mean: 7 min, sd: 4 min}, at_most: 1 h}}
    - one of:
        - {share: 30 %, steps: [{xray: {time: 15 min}}]}
        - {share: rest}
    - enter: {ward: medical}
    - stay: {time: {by: acuity, red: {weibull: {mean: 2 d, shape: 1.5}}, rest: 1 d}, name: first stay}
    - stay: {time: 3 d, name: second stay}
    - stay:
        name: third
        time: {mixture: [{share: 20 %, time: 10 d}, {share: 80 %, time: {empirical: {values: [1 d, 2 d]}}}]}
    - ready
    - leave: discharged
"""


def winter(change, **files):
    """What a change file gives over the base."""
    found = {"base.yaml": BASE, **{f"{name}.yaml": text for name, text in files.items()}}
    document = read(f"extends: base.yaml\n{change}", "winter.yaml")
    return compose(document, lambda name, beside: Opened(name, found[name].encode(), name))


def problems_of(change, **files):
    with pytest.raises(ScenarioError) as refused:
        winter(change, **files)
    problems = refused.value.problems
    assert all(problem.code in CODES and problem.fix and problem.line for problem in problems)
    return problems


def problem_of(change, **files):
    (problem,) = problems_of(change, **files)
    return problem


def step(document, number):
    return document.data["pathways"]["emergency"][number]


# ---------------------------------------------------------------- merging


def test_an_empty_change_changes_nothing():
    assert winter("").data == read(BASE, "base.yaml").data


def test_mappings_merge_and_values_replace():
    data = winter("name: Winter\nwards: {medical: {beds: 192}}\n").data
    assert data["name"] == "Winter"
    assert data["wards"]["medical"] == {
        "beds": 192,
        "turnaround": "45 min",
        "if_full": [{"after": "4 h", "use": "surgical"}],
    }
    assert "extends" not in data


def test_a_list_replaces_a_list():
    assert winter("wards: {medical: {if_full: []}}").data["wards"]["medical"]["if_full"] == []


def test_remove_takes_a_value_away():
    data = winter("wards: {medical: {if_full: remove}, surgical: remove}").data
    assert data["wards"] == {"medical": {"beds": 180, "turnaround": "45 min"}}


def test_a_new_field_of_a_known_ward_needs_no_ceremony():
    assert winter("wards: {surgical: {kind: assessment}}").data["wards"]["surgical"]["kind"] == "assessment"


def test_another_distribution_replaces_the_whole_one():
    changed = winter("pathways: {emergency: {triage: {time: {gamma: {mean: 5 min, sd: 2 min}}}}}")
    assert step(changed, 0)["triage"]["time"] == {"gamma": {"mean": "5 min", "sd": "2 min"}}


def test_the_same_distribution_is_merged():
    changed = winter("pathways: {emergency: {triage: {time: {lognormal: {mean: 5 min}}}}}")
    assert step(changed, 0)["triage"]["time"] == {"lognormal": {"mean": "5 min", "sd": "4 min"}, "at_most": "1 h"}


def test_new_members_stand_under_add():
    data = winter("add: {wards: {lounge: {beds: 12, kind: chairs}}, equipment: {ct: {units: 1}}}").data
    assert data["wards"]["lounge"] == {"beds": 12, "kind": "chairs"}
    assert data["equipment"] == {"ct": {"units": 1}}
    assert "add" not in data


def test_changes_of_changes_add_up():
    milder = "extends: base.yaml\nwards: {medical: {beds: +12}}\n"
    document = read("extends: milder.yaml\nwards: {medical: {beds: +1}}\n", "worse.yaml")
    files = {"base.yaml": BASE, "milder.yaml": milder}
    worse = compose(document, lambda name, beside: Opened(name, files[name].encode(), name))
    assert worse.data["wards"]["medical"]["beds"] == 193
    assert worse.files() == ("worse.yaml", "base.yaml")


# ---------------------------------------------------------------- relative changes


@pytest.mark.parametrize(
    ("change", "beds"),
    [
        ("+12", 192),
        ("-2", 178),
        ('"-2"', 178),
        ("x 1.1", 198),
        ("x1.1", 198),
        ("x 0", 0),
        ("{value: +12, source: plan}", 192),
    ],
)
def test_beds_change_by_a_number_or_a_factor(change, beds):
    found = winter(f"wards: {{medical: {{beds: {change}}}}}").data["wards"]["medical"]["beds"]
    assert (found, type(found)) == (beds, int)


@pytest.mark.parametrize(
    ("change", "turnaround"),
    [
        ("+15 min", "60 min"),
        ("-15 min", "30 min"),
        ("x 1.1", "49.5 min"),
        ("+1 h", "105 min"),
        ("+20 s", "2720 s"),
        ("x 2", "90 min"),
    ],
)
def test_a_time_changes_in_its_own_unit(change, turnaround):
    assert winter(f"wards: {{medical: {{turnaround: {change}}}}}").data["wards"]["medical"]["turnaround"] == turnaround


@pytest.mark.parametrize(("change", "rate"), [("x 1.08", "410.4 per day"), ("+20 per day", "400 per day")])
def test_a_rate_changes_in_its_own_unit(change, rate):
    assert winter(f"patients: {{ed: {{arrive: {{rate: {change}}}}}}}").data["patients"]["ed"]["arrive"]["rate"] == rate


def test_a_weight_changes_without_rounding_errors():
    assert winter("patients: {ed: {arrive: {by_weekday: {mon: x 1.1}}}}").data["patients"]["ed"]["arrive"][
        "by_weekday"
    ] == {"mon": 1.188}


def test_a_factor_stretches_every_time_of_a_distribution():
    changed = winter("pathways: {emergency: {triage: {time: x 1.1}, third: {time: x 2}}}")
    assert step(changed, 0)["triage"]["time"] == {"lognormal": {"mean": "7.7 min", "sd": "4.4 min"}, "at_most": "1.1 h"}
    parts = step(changed, 5)["stay"]["time"]["mixture"]
    assert parts == [
        {"share": "20 %", "time": "20 d"},
        {"share": "80 %", "time": {"empirical": {"values": ["2 d", "4 d"]}}},
    ]


def test_a_factor_stretches_the_times_of_all_levels_but_not_their_shape():
    changed = winter("pathways: {emergency: {first stay: x 2}}")
    by_level = {"by": "acuity", "red": {"weibull": {"mean": "4 d", "shape": 1.5}}, "rest": "2 d"}
    assert step(changed, 3)["stay"] == {"time": by_level, "name": "first stay"}


def test_a_stay_is_stretched_whether_it_has_a_name_or_not():
    base = "pathways: {a: [{stay: 3 d}], b: [{stay: {time: 3 d, name: long stay}}]}"
    change = read("extends: base.yaml\npathways: {a: {stay: x 2}, b: {long stay: x 2}}", "change.yaml")
    data = compose(change, lambda name, beside: Opened(name, base.encode(), name)).data
    assert data["pathways"] == {"a": [{"stay": "6 d"}], "b": [{"stay": {"time": "6 d", "name": "long stay"}}]}


def test_a_value_alone_in_braces_means_exactly_that():
    data = winter("wards: {surgical: {also: {night: {beds: {value: -6}}}, beds: {value: -1}}}").data
    assert data["wards"]["surgical"] == {"beds": -1, "also": {"night": {"beds": -6}}}


def test_a_changed_value_loses_the_evidence_of_the_old_one():
    assert winter("wards: {medical: {beds: +12}}").evidence == {}
    (evidence,) = winter("wards: {medical: {beds: {value: +12, source: plan}}}").evidence.values()
    assert (evidence.value, evidence.source) == ("192", "plan")
    assert winter("").evidence["wards", "medical", "beds"].source == "KH03"


@pytest.mark.parametrize(
    ("change", "code", "fix"),
    [
        ("staff: {nurse: {roster: {late: {on_duty: x 1.1}}}}", "not-whole", "on_duty: 6 (or 7)"),
        ("wards: {medical: {turnaround: +15}}", "relative", "turnaround: +15 min"),
        ("wards: {medical: {beds: +12 beds}}", "relative", 'leave out "beds"'),
        ("wards: {medical: {turnaround: -50 min}}", "relative", "take away less, or write the value itself"),
        ("wards: {medical: {turnaround: +3 per day}}", "relative", "use the same unit: min"),
        ("patients: {ed: {arrive: {rate: +8 %}}}", "relative", "rate: x 1.08"),
        ("wards: {surgical: {also: {night: {beds: -6}}}}", "relative", "beds: {value: -6} (or {value: -10})"),
        ("wards: {medical: {if_full: x 2}}", "relative", "write the whole value"),
        ("wards: {medical: x 2}", "relative", None),
        ("pathways: {emergency: {triage: {time: +1 min}}}", "relative", None),
        ("wards: {medical: {bedz: +12}}", "nothing-to-change", None),
        ("wards: {medical: {bedz: remove}}", "nothing-to-remove", None),
        ("wards: {medical: {beds: }}", "empty-value", None),
        ("wards: {medical: }", "empty-value", None),
    ],
)
def test_a_change_that_does_not_fit_is_refused(change, code, fix):
    problem = problem_of(change)
    assert problem.code == code
    assert fix in (None, problem.fix)


def test_five_per_cent_more_of_a_share_is_ambiguous_and_refused():
    change = read("extends: b.yaml\ntargets: {t: {at_least: +5 %}}", "c.yaml")
    with pytest.raises(ScenarioError, match=r"can mean 35 % or 31\.5 %"):
        compose(change, lambda name, beside: Opened(name, b"targets: {t: {at_least: 30 %}}", name))


# ---------------------------------------------------------------- names


def test_a_misspelt_ward_never_becomes_a_second_one():
    problem = problem_of("wards: {medcal: {beds: 12}}")
    assert (problem.code, problem.field, problem.line, problem.column) == ("unknown-name", "wards.medcal", 2, 9)
    assert 'did you mean "medical"' in problem.message
    assert "add: {wards: {medcal" in problem.fix


@pytest.mark.parametrize("section", ["calendars", "patients", "staff", "equipment", "wards", "pathways"])
def test_every_section_of_names_is_guarded(section):
    assert problem_of(f"{section}: {{xyz: {{}}}}").code == "unknown-name"


def test_a_known_ward_cannot_be_added():
    problem = problem_of("add: {wards: {medical: {beds: 12}}}")
    assert (problem.code, problem.field) == ("existing-name", "add.wards.medical")


@pytest.mark.parametrize("change", ["add: {run: {seed: 3}}", "add: wards", "add: {wards: lounge}", "add: {wards: }"])
def test_add_brings_only_new_names_in_sections(change):
    assert problem_of(change).code == "add"


def test_add_without_extends_is_refused():
    with pytest.raises(ScenarioError, match="extends none"):
        compose(read("add: {wards: {a: {beds: 1}}}", "base.yaml"), folder_opener)


def test_all_slips_of_a_change_are_told_at_once():
    change = "wards: {medcal: {beds: 1}, medical: {beds: , turnaround: +1}}\nadd: {staff: {nurse: {on_duty: 1}}}\n"
    codes = [problem.code for problem in problems_of(change)]
    assert codes == ["unknown-name", "empty-value", "relative", "existing-name"]


# ---------------------------------------------------------------- steps


def test_a_step_is_changed_by_its_name():
    assert step(winter("pathways: {emergency: {triage: {staff: doctor}}}"), 0)["triage"]["staff"] == "doctor"
    assert step(winter("pathways: {emergency: {second stay: {time: x 2}}}"), 4)["stay"]["time"] == "6 d"
    assert step(winter("pathways: {emergency: {enter: {ward: surgical}}}"), 2) == {"enter": {"ward": "surgical"}}
    assert step(winter("pathways: {emergency: {enter medical: {ward: surgical}}}"), 2) == {
        "enter": {"ward": "surgical"}
    }
    assert step(winter("pathways: {emergency: {leave: died}}"), 7) == {"leave": "died"}


def test_a_step_inside_a_branch_is_changed_by_its_name():
    assert step(winter("pathways: {emergency: {xray: {time: x 2}}}"), 1)["one of"][0]["steps"] == [
        {"xray": {"time": "30 min"}}
    ]


STEPS = [
    ({"enter": "a"}, "enter a"),
    ({"enter": {"ward": "a", "or": ["b"]}}, "enter a"),
    ({"enter": ["a", "b"]}, "enter a"),
    ({"enter": {"ward": "a", "name": "go in"}}, "go in"),
    ({"hold": {"staff": "crew"}}, "hold crew"),
    ({"hold": {"staff": {"crew": 2}, "equipment": ["trolley"], "uses": "blood"}}, "hold crew and trolley and blood"),
    ({"hold": {"staff": "crew", "name": "handover"}}, "handover"),
    ({"give back": "crew"}, "give back crew"),
    ({"give back": ["crew", "trolley"]}, "give back crew and trolley"),
    ({"give back": {"name": "handed over", "resources": ["crew"]}}, "handed over"),
    ({"repeat": {"times": 6, "steps": ["ready"]}}, "repeat"),
    ({"repeat": {"times": 6, "steps": ["ready"], "name": "sessions"}}, "sessions"),
    ({"stay": "3 d"}, "stay"),
    ({"stay": {"lognormal": {"mean": "3 d", "sd": "1 d"}}}, "stay"),
    ({"stay": {"time": "3 d", "name": "recovery"}}, "recovery"),
    ({"wait until": "rounds"}, "wait until rounds"),
    ({"wait until": {"weekdays": ["10:00"]}}, "wait until"),
    ({"wait until": {"calendar": "rounds"}}, "wait until rounds"),
    ({"one of": [{"share": "30 %", "go": "way"}, {"share": "rest"}]}, "one of"),
    ({"triage": {"time": "5 min"}}, "triage"),
    ({"triage": {"time": "5 min", "name": "first look"}}, "first look"),
    ({"go": "way"}, "go"),
    ({"leave": "died"}, "leave"),
    ({"mark": "referred"}, "referred"),
    ("ready", "ready"),
    ("vacate", "vacate"),
]


@pytest.mark.parametrize(("written", "name"), STEPS)
def test_a_change_calls_a_step_as_the_simulation_does(written, name):
    assert step_name(written) == name
    assert TypeAdapter(Step).validate_python(written).name == name


def rehab(change):
    """The steps of a pathway with things held and given back, and a repeat in the option of a branch, changed."""
    base = """\
pathways:
  rehab:
    - hold: {staff: crew}
    - enter: [women, side_rooms]
    - give back: crew
    - one of:
        - share: 30 %
          steps:
            - repeat: {times: 6, steps: [{session: {time: 45 min}}, {one of: [{share: rest, steps: [{tea: {}}]}]}]}
        - {share: rest}
"""
    document = read(f"extends: base.yaml\npathways: {{rehab: {change}}}", "winter.yaml")
    return compose(document, lambda name, beside: Opened(name, base.encode(), name)).data["pathways"]["rehab"]


def test_what_is_held_entered_and_given_back_is_changed_by_its_name():
    assert rehab("{hold crew: {counts_as: handover}}")[0] == {"hold": {"staff": "crew", "counts_as": "handover"}}
    assert rehab("{enter women: {priority: 1}}")[1] == {"enter": {"ward": "women", "or": ["side_rooms"], "priority": 1}}
    assert rehab("{give back crew: [crew, trolley]}")[2] == {"give back": ["crew", "trolley"]}
    assert [*rehab("{hold crew: remove, give back crew: remove}")[0]] == ["enter"]


def test_a_repeat_and_the_steps_inside_it_are_changed_by_their_names():
    (repeat,) = rehab("{repeat: {times: 8}, session: {time: x 2}, tea: {time: 5 min}}")[3]["one of"][0]["steps"]
    tea = {"one of": [{"share": "rest", "steps": [{"tea": {"time": "5 min"}}]}]}
    assert repeat == {"repeat": {"times": 8, "steps": [{"session": {"time": "90 min"}}, tea]}}


def test_a_step_can_be_removed():
    names = winter("pathways: {emergency: {ready: remove, triage: remove, xray: remove}}").data["pathways"]["emergency"]
    assert names[0] == {"one of": [{"share": "30 %", "steps": []}, {"share": "rest"}]}
    assert "ready" not in names
    assert len(names) == 6


def test_a_pathway_can_be_written_anew():
    assert winter("pathways: {emergency: [{leave: died}]}").data["pathways"]["emergency"] == [{"leave": "died"}]


def test_a_misspelt_step_is_refused_with_the_nearest():
    problem = problem_of("pathways: {emergency: {triag: {time: 3 min}}}")
    assert problem.code == "unknown-step"
    assert 'did you mean "triage"' in problem.message


def test_a_step_whose_name_stands_twice_is_refused():
    twice = BASE.replace("name: third", "name: second stay")
    document = read("extends: base.yaml\npathways: {emergency: {second stay: x 2}}", "winter.yaml")
    with pytest.raises(ScenarioError, match="2 steps are called"):
        compose(document, lambda name, beside: Opened(name, twice.encode(), name))


# ---------------------------------------------------------------- where values come from


def test_every_value_knows_the_file_that_set_it():
    document = winter("wards: {medical: {beds: +12}}\npathways: {emergency: {triage: {time: x 2}, ready: remove}}\n")
    assert document.file == "winter.yaml"
    assert str(document.origin(("wards", "medical", "beds"))) == "winter.yaml:2"
    assert str(document.origin(("wards", "medical", "turnaround"))) == "base.yaml:9"
    assert str(document.origin(("pathways", "emergency", 0, "triage", "time", "lognormal", "sd"))) == "winter.yaml:3"
    assert str(document.origin(("pathways", "emergency", 6, "leave"))) == "base.yaml:24"
    assert document.inherited(("wards", "medical", "turnaround"))
    assert not document.inherited(("wards", "medical", "beds"))


# ---------------------------------------------------------------- files


@pytest.fixture
def folder(tmp_path):
    here = tmp_path / "mine"
    here.mkdir()
    (here / "base.yaml").write_text(BASE)
    return here


def refusal(path, library=None):
    with pytest.raises(ScenarioError) as refused:
        read_file(path, library)
    assert all(problem.code in CODES and problem.fix for problem in refused.value.problems)
    return refused.value.problems[0]


def extending(folder, name, file="winter.yaml"):
    path = folder / file
    path.write_text(f"name: Winter\nextends: {name}\n")
    return path


def test_a_file_beside_is_found(folder):
    document = read_file(extending(folder, "base.yaml"))
    assert document.data["name"] == "Winter"
    assert document.inherited(("wards", "medical", "beds"))


def test_a_file_below_is_found_and_finds_its_own_neighbours(folder):
    (folder / "below").mkdir()
    (folder / "below" / "ground.yaml").write_text(BASE)
    extending(folder / "below", "ground.yaml", "first.yaml")
    assert read_file(extending(folder, "below/first.yaml")).data["wards"]["surgical"]["beds"] == 28


def test_the_library_is_searched_after_the_folder(folder, tmp_path):
    library = tmp_path / "library"
    library.mkdir()
    (library / "base.yaml").write_text("name: Wrong\n")
    (library / "shipped.yaml").write_text("name: Variant\nextends: ground.yaml\n")
    (library / "ground.yaml").write_text(BASE)
    assert read_file(extending(folder, "base.yaml"), library).data["wards"]
    document = read_file(extending(folder, "shipped.yaml"), library)
    assert document.origin(("wards", "surgical", "beds")).file == "library/ground.yaml"


@pytest.mark.parametrize(
    "name",
    ["../base.yaml", "a/../../base.yaml", "/etc/passwd", "~/base.yaml", "C:/base.yaml", "https://example.org/base.yaml",
     "'a\\\\base.yaml'", "file:///etc/passwd", "//host/share.yaml"],
)  # fmt: skip
def test_nothing_outside_the_folder_is_read(folder, name):
    (folder.parent / "base.yaml").write_text(BASE)
    problem = refusal(extending(folder, name))
    assert (problem.code, problem.line, problem.field) == ("extends-outside", 2, "extends")


def test_a_link_that_leads_out_is_not_followed(folder):
    (folder.parent / "secret.yaml").write_text(BASE)
    (folder / "link.yaml").symlink_to(folder.parent / "secret.yaml")
    assert refusal(extending(folder, "link.yaml")).code == "extends-outside"


def test_a_link_inside_the_folder_is_followed(folder):
    (folder / "link.yaml").symlink_to(folder / "base.yaml")
    assert read_file(extending(folder, "link.yaml")).data["wards"]


def test_a_library_file_cannot_reach_the_folder(folder, tmp_path):
    library = tmp_path / "library"
    library.mkdir()
    (library / "shipped.yaml").write_text("extends: base.yaml\n")
    assert refusal(extending(folder, "shipped.yaml"), library).code == "extends-missing"


def test_a_missing_file_is_told_with_the_nearest(folder):
    problem = refusal(extending(folder, "bas.yaml"))
    assert problem.code == "extends-missing"
    assert 'did you mean "base.yaml"' in problem.message


@pytest.mark.parametrize("name", ["[base.yaml]", "3", "", '"  "', "{a: b}"])
def test_extends_names_one_file(folder, name):
    assert refusal(extending(folder, name)).code == "extends"


@pytest.mark.parametrize("name", [".", "below.yaml", "x" * 5000, "loop.yaml", "notes.txt"])
def test_what_is_no_scenario_file_is_refused(folder, name):
    (folder / "below.yaml").mkdir()
    (folder / "loop.yaml").symlink_to(folder / "loop.yaml")
    (folder / "notes.txt").write_text("secret")
    assert refusal(extending(folder, name)).code in ("extends", "extends-missing", "extends-outside")


def test_a_pipe_is_not_waited_for(folder):
    import os

    os.mkfifo(folder / "pipe.yaml")
    assert refusal(extending(folder, "pipe.yaml")).code == "extends-missing"


def test_a_circle_is_shown(folder):
    extending(folder, "b.yaml", "a.yaml")
    extending(folder, "c.yaml", "b.yaml")
    extending(folder, "a.yaml", "c.yaml")
    problem = refusal(folder / "a.yaml")
    shown = problem.message.replace(f"{folder.as_posix()}/", "")
    assert (problem.code, shown) == (
        "extends-cycle",
        "the files extend each other in a circle: a.yaml -> b.yaml -> c.yaml -> a.yaml",
    )


def test_a_file_that_extends_itself_is_a_circle(folder):
    assert refusal(extending(folder, "winter.yaml")).code == "extends-cycle"


def test_a_circle_is_found_for_a_scenario_that_is_in_no_file(folder):
    extending(folder, "winter.yaml", "winter.yaml")
    with pytest.raises(ScenarioError, match=r"circle: typed\.yaml -> winter\.yaml -> winter\.yaml"):
        compose(read("extends: winter.yaml", "typed.yaml"), folder_opener(folder))


def test_five_links_are_enough(folder):
    extending(folder, "base.yaml", "1.yaml")
    for number in range(2, 7):
        extending(folder, f"{number - 1}.yaml", f"{number}.yaml")
    assert read_file(folder / "5.yaml").data["wards"]
    problem = refusal(folder / "6.yaml")
    assert problem.code == "extends-too-deep"
    assert problem.message.count("->") == 6


def test_problems_of_an_extended_file_point_into_that_file(folder):
    (folder / "base.yaml").write_text("wards: {medical: {beds: 010}}\n")
    problem = refusal(extending(folder, "base.yaml"))
    assert (problem.code, problem.file, problem.line) == ("leading-zero", (folder / "base.yaml").as_posix(), 1)


def test_a_missing_scenario_is_told(folder):
    problem = refusal(folder / "winte.yaml")
    assert (problem.code, problem.line) == ("file-missing", 0)
    assert refusal(folder).code == "file-missing"


# ---------------------------------------------------------------- the catalogue of bad input


@pytest.mark.parametrize("name", EXPECTED)
def test_a_bad_change_is_refused_where_it_is_wrong(name):
    with pytest.raises(ScenarioError) as refused:
        read_file(BAD_INPUT / "extending" / name)
    (problem,) = refused.value.problems
    found = {"file": Path(problem.file).name, "code": problem.code, "line": problem.line, "field": problem.field}
    assert found == EXPECTED[name]
    assert problem.fix
