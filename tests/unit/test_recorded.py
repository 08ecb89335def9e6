"""Recorded arrivals come when the file says; nothing of the file is kept that was not asked for."""

import json
import pickle

import numpy as np
import pytest

from sim import clock
from sim.demand.coming.arrivals import expected_per_day
from sim.demand.fates import draw_fates
from sim.scenario.loading import load, load_file, load_text
from sim.scenario.problems import ScenarioError
from sim.scenario.reading.recording import MOST_BYTES, read_rows
from sim.scenario.reading.writing import format_text, show
from sim.scenario.scenario import Scenario

SCENARIO = """wardflow: 1
name: Small
run: {start: 2026-01-05, length: 1 week}
patients:
  ed:
    arrive: {recorded: {file: arrivals.csv}}
    attributes: {acuity: {red: 10 %, green: rest}, age: {by: acuity, red: {old: 1.0}, rest: {young: 1.0}}}
    pathway: way
pathways: {way: [{leave: discharged}]}
"""
ROWS = """arrived,acuity
2026-01-05 08:13,red
2026-01-06T00:00:20,green
2026-01-04 23:59,red
2026-01-05 07:00,green
2026-01-12 00:00,red
"""
LEVELS = {"acuity": ["red", "green"], "age": ["old", "young"]}
CANARY = "Zebedee Canary 943 476 5919"


@pytest.fixture
def file(tmp_path):
    (tmp_path / "arrivals.csv").write_text(ROWS)
    (tmp_path / "small.yaml").write_text(SCENARIO)
    return tmp_path / "small.yaml"


def problems(file):
    with pytest.raises(ScenarioError) as refused:
        load(file)
    assert all(problem.fix for problem in refused.value.problems)
    return refused.value.problems


def wrong(text):
    """What is said about a file: line, column, field and message."""
    raw = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(ScenarioError) as refused:
        read_rows(raw, "arrivals.csv", LEVELS)
    assert {(problem.file, problem.code) for problem in refused.value.problems} == {("arrivals.csv", "recorded")}
    return [(problem.line, problem.column, problem.field, problem.message) for problem in refused.value.problems]


def test_patients_come_at_the_moments_of_the_file_and_are_known_by_their_rows(file):
    fates = draw_fates(load(file), 1, 0)
    assert fates.arrival_ms.tolist() == [
        7 * clock.HOUR,
        8 * clock.HOUR + 13 * clock.MINUTE,
        clock.DAY + 20 * clock.SECOND,
    ]
    assert fates.index.tolist() == [3, 0, 1] and set(fates.layer.tolist()) == {0}


def test_the_levels_of_the_file_are_not_drawn_and_others_depend_on_them(file):
    fates = draw_fates(load(file), 1, 0)
    assert [fates.levels["acuity"][code] for code in fates.attributes["acuity"]] == ["green", "red", "green"]
    assert [fates.levels["age"][code] for code in fates.attributes["age"]] == ["young", "old", "young"]


def test_every_replication_has_the_same_patients_with_other_luck(file):
    text = SCENARIO.replace("[{leave", "[{see: {time: {exponential: {mean: 1 h}}}}, {leave")
    scenario = load_text(text, folder=file.parent).scenario
    first, second = (draw_fates(scenario, 1, replication) for replication in (0, 1))
    assert (first.arrival_ms == second.arrival_ms).all() and (first.values(0) != second.values(0)).all()


def test_rows_behind_the_others_change_nobody(file):
    before = draw_fates(load(file), 1, 0)
    (file.parent / "arrivals.csv").write_text(ROWS + "2026-01-05 07:30,red\n")
    after = draw_fates(load(file), 1, 0)
    known = np.isin(after.index, before.index)
    assert (after.index[known] == before.index).all() and after.index[~known].tolist() == [5]


def test_what_is_expected_is_what_the_file_has(file):
    scenario = load(file)
    expected = expected_per_day(scenario.patients["ed"], scenario.calendar, scenario.horizon)
    assert expected.tolist() == [2, 1, 0, 0, 0, 0, 0]


def test_a_scenario_holds_the_rows_and_its_text_the_name_of_the_file(file):
    loaded = load_file(file)
    (file.parent / "arrivals.csv").unlink()
    assert draw_fates(pickle.loads(pickle.dumps(loaded.scenario)), 1, 0).arrival_ms.size == 3
    shown = show(loaded.document)
    assert "arrivals.csv" in shown and "08:13" not in shown
    assert "file: arrivals.csv" in format_text(SCENARIO)
    assert loaded.document.data["patients"]["ed"]["arrive"] == {"recorded": {"file": "arrivals.csv"}}


def test_the_fingerprint_covers_the_content_but_not_its_layout(file):
    first = load(file).fingerprint()
    (file.parent / "arrivals.csv").write_bytes(ROWS.replace(",", ";").replace("\n", "\r\n").encode("utf-8-sig"))
    assert load(file).fingerprint() == first
    (file.parent / "arrivals.csv").write_text(ROWS.replace("08:13", "08:14"))
    assert load(file).fingerprint() != first
    (file.parent / "arrivals.csv").write_text(ROWS.replace("08:13,red", "08:13,green"))
    assert load(file).fingerprint() != first


def test_a_dump_of_a_scenario_has_no_rows(file):
    dumped = json.dumps(load(file).model_dump(mode="json"))
    assert "arrivals.csv" in dumped and "08:13" not in dumped and "17676" not in dumped


def test_a_file_is_found_beside_the_scenario_that_names_it(file):
    below = file.parent / "plans"
    below.mkdir()
    (below / "base.yaml").write_text(SCENARIO)
    (below / "arrivals.csv").write_text("arrived\n2026-01-05 10:00\n")
    plan = file.parent / "plan.yaml"
    plan.write_text("extends: plans/base.yaml\nname: Plan\n")
    assert draw_fates(load(plan), 1, 0).arrival_ms.tolist() == [10 * clock.HOUR]
    plan.write_text("extends: small.yaml\npatients: {ed: {arrive: {recorded: {file: plans/arrivals.csv}}}}\n")
    assert draw_fates(load(plan), 1, 0).arrival_ms.tolist() == [10 * clock.HOUR]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("arrival.csv", "recorded-missing"),
        ("../arrivals.csv", "recorded-outside"),
        ("/etc/arrivals.csv", "recorded-outside"),
        ("https://example.org/arrivals.csv", "recorded-outside"),
        ("link.csv", "recorded-outside"),
        ("arrivals.xlsx", "recorded"),
    ],
)
def test_a_file_that_is_not_beside_the_scenario_is_refused(file, name, code):
    (file.parent.parent / "arrivals.csv").write_text(ROWS)
    (file.parent / "link.csv").symlink_to(file.parent.parent / "arrivals.csv")
    file.write_text(SCENARIO.replace("arrivals.csv", name))
    (problem,) = problems(file)
    assert (problem.code, problem.line, problem.field) == (code, 6, "patients.ed.arrive.recorded.file")


def test_a_missing_file_is_told_with_the_nearest(file):
    file.write_text(SCENARIO.replace("arrivals.csv", "arrival.csv"))
    (problem,) = problems(file)
    assert 'did you mean "arrivals.csv"' in problem.message and problem.fix == "file: arrivals.csv"


def test_a_scenario_does_not_extend_a_table(file):
    file.write_text("extends: arrivals.csv\n")
    (problem,) = problems(file)
    assert (problem.code, problem.line) == ("extends", 1)


def test_what_is_wrong_with_the_scenario_and_with_the_table_is_told_together(file):
    file.write_text(SCENARIO.replace("1 week", "1 wek"))
    (file.parent / "arrivals.csv").write_text("arrived\nyesterday\n")
    assert [problem.code for problem in problems(file)] == ["time", "recorded"]


# ---------------------------------------------------------------- what is refused in the table


def test_other_columns_are_refused_by_name_and_nothing_of_them_is_kept(file):
    """A canary stands in cells and in a column that are not asked for."""
    (file.parent / "arrivals.csv").write_text(f"arrived,acuity,nhs number\n2026-01-05 08:13,red,{CANARY}\n")
    (problem,) = problems(file)
    place = (problem.file.rpartition("/")[2], problem.line, problem.column, problem.field)
    assert place == ("arrivals.csv", 1, 16, "nhs number")
    assert problem.message == 'the column "nhs number" is no attribute of the class; known: arrived, acuity, age'
    assert "Canary" not in str(problem)


@pytest.mark.parametrize(
    "text",
    [
        f"{CANARY},2026-01-05 08:13\n",
        f"arrived\n{CANARY}\n",
        f"arrived,acuity\n2026-01-05 08:13,{CANARY}\n",
        f"arrived\n2026-01-05 08:13,{CANARY}\n",
        f'arrived\n"{CANARY}\n',
    ],
)
def test_no_message_quotes_a_cell(text):
    assert "Canary" not in str(wrong(text))


def test_a_canary_reaches_neither_scenario_nor_fates(file):
    (file.parent / "arrivals.csv").write_text(ROWS)
    loaded = load_file(file)
    kept = pickle.dumps((loaded, draw_fates(loaded.scenario, 1, 0)))
    assert b"red" in kept and b"2026-01-04" not in kept


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", (0, 0, ""), "the file is empty"),
        ("when\n2026-01-05 08:13\n", (1, 1, ""), "does not name a column arrived"),
        ("arrived\n", (1, 1, ""), "no patients"),
        ("arrived,acuity,acuity\n", (1, 16, "acuity"), "twice"),
        ("arrived\n05/01/2026 08:13\n", (2, 1, "arrived"), "no date with a time of day"),
        ("acuity,arrived\nred,2026-01-05\n", (2, 5, "arrived"), "no date with a time of day"),
        ("acuity,arrived\nred,2026-02-30 10:00\n", (2, 5, "arrived"), "no date with a time of day"),
        ("acuity,arrived\nred,1026-02-03 10:00\n", (2, 5, "arrived"), "between 1900 and 2200"),
        ("acuity,arrived\nblue,2026-01-05 08:13\n", (2, 1, "acuity"), "no level of acuity; known: green, red"),
        ("arrived,age\n\n2026-01-05 08:13,\n", (3, 18, "age"), "no level of age; known: old, young"),
        ("arrived,age\n2026-01-05 08:13\n", (2, 1, ""), "1 cells, but the first line names 2 columns"),
        ('arrived\n"2026-01-05 08:13"x\n', (2, 1, ""), "quotation mark"),
        (b"arrived\n\xff\xfe\n", (0, 0, ""), "not saved as UTF-8"),
        (b"PK\x03\x04arrived", (0, 0, ""), "no text file"),
        (b"arrived\n" + b"#" * MOST_BYTES, (0, 0, ""), "more than 20 million bytes"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_line_column_and_what_is_allowed(text, place, message):
    ((*found, said),) = wrong(text)
    assert tuple(found) == place and message in said


def test_twenty_things_are_told_at_most():
    assert len(wrong("arrived\n" + "x\n" * 100)) == 20


def test_cells_may_be_quoted_and_separated_by_semicolons_or_tabs():
    for text in ('"arrived";"age"\n"2026-01-05 08:13"; old \n', "arrived\tage\n2026-01-05 08:13\told\n"):
        rows = read_rows(text.encode(), "a.csv", LEVELS)
        assert rows.levels == {"age": ("old",)} and rows.moment_ms[0] % clock.DAY == 493 * clock.MINUTE


def test_a_run_that_nobody_of_the_file_comes_to_is_told(file):
    loaded = load_text(SCENARIO.replace("2026-01-05", "2027-01-04"), folder=file.parent)
    assert "no-arrivals" in [problem.code for problem in loaded.warnings]


@pytest.mark.parametrize("body", ["{}", "{file: 3}", "{file: arrivals.csv, columns: [a]}", "arrivals.csv"])
def test_a_misspelt_record_is_refused(file, body):
    file.write_text(SCENARIO.replace("{file: arrivals.csv}", body))
    assert {problem.line for problem in problems(file)} == {6}


def test_a_record_that_was_not_read_draws_nobody():
    data = {"arrive": {"recorded": {"file": "arrivals.csv"}}, "pathway": "way"}
    ways = {"way": [{"leave": "discharged"}]}
    scenario = Scenario.model_validate({"wardflow": 1, "name": "Small", "patients": {"ed": data}, "pathways": ways})
    with pytest.raises(ValueError, match="have not been read"):
        draw_fates(scenario, 1, 0)
