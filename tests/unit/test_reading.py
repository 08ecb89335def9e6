"""A scenario file is read as it was meant, or refused in words that help; never with a traceback, never for long."""

import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.codes import CODES
from sim.scenario.problems import ScenarioError
from sim.scenario.reading.document import Document, Evidence, Origin
from sim.scenario.reading.reading import read

BAD_INPUT = Path(__file__).parents[1] / "bad_input"
EXPECTED = tomllib.loads((BAD_INPUT / "text.toml").read_text(encoding="utf-8"))
FILES = sorted((BAD_INPUT / "text").iterdir())

HOSPITAL = """\
wardflow: 1
name: "General hospital"  # as people say
run: {start: 2026-01-05, length: 12 weeks, seed: 2026}
patients:
  ed:
    arrive: {rate: 380 per day, by_weekday: {mon: 1.08}}
    attributes: {acuity: {red: 0.3 %, rest: rest}}
    pathway: emergency
staff:
  nurse:
    roster:
      late: {days: all, from: "12:00", to: "20:00", on_duty: 6}
wards:
  medical:
    beds: {value: 180, source: 'KH03', range: 160-200}
    also:
      winter: {beds: -4, since: 2026-11-01}
pathways:
  emergency:
    - triage: {staff: nurse, time: {lognormal: {mean: 7 min, sd: 4 min}}}
    - ready
    - leave: discharged
about: |
  Two lines
  of text.
"""


def problems_of(raw):
    with pytest.raises(ScenarioError) as refused:
        read(raw, "base.yaml")
    return refused.value.problems


def codes_of(raw):
    return [problem.code for problem in problems_of(raw)]


# ---------------------------------------------------------------- the catalogue of bad input


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_bad_file_is_refused_where_it_is_wrong(path):
    expected = EXPECTED[path.name]
    if expected["code"] == "accepted":
        assert read(path.read_bytes(), path.name).data["wardflow"] == 1
        return
    with pytest.raises(ScenarioError) as refused:
        read(path.read_bytes(), path.name)
    first = refused.value.problems[0]
    assert (first.code, first.line, first.field) == (expected["code"], expected["line"], expected["field"])
    assert len(refused.value.problems) == expected.get("problems", 1)
    assert first.file == path.name
    assert all(problem.code in CODES and problem.fix for problem in refused.value.problems)
    assert all(len(line) < 400 and line.isprintable() for line in str(refused.value).splitlines())


def test_every_bad_file_has_its_expectation():
    assert {path.name for path in FILES} == set(EXPECTED)


# ---------------------------------------------------------------- what is read


def test_a_scenario_is_read_as_plain_values():
    data = read(HOSPITAL, "base.yaml").data
    assert data["run"] == {"start": "2026-01-05", "length": "12 weeks", "seed": 2026}
    assert data["patients"]["ed"]["arrive"] == {"rate": "380 per day", "by_weekday": {"mon": 1.08}}
    assert data["wards"]["medical"] == {"beds": 180, "also": {"winter": {"beds": -4, "since": "2026-11-01"}}}
    assert data["pathways"]["emergency"][1:] == ["ready", {"leave": "discharged"}]
    assert data["about"] == "Two lines\nof text.\n"


def test_every_value_and_name_keeps_its_place():
    document = read(HOSPITAL, "base.yaml")
    assert document.origins["staff", "nurse", "roster", "late", "on_duty"] == Origin("base.yaml", 12, 62)
    assert document.keys["staff", "nurse", "roster", "late", "on_duty"] == Origin("base.yaml", 12, 53)
    assert document.origins["pathways", "emergency", 1] == Origin("base.yaml", 21, 7)
    assert document.origins["wards", "medical", "beds"] == Origin("base.yaml", 15, 19)


def test_a_problem_at_something_that_is_missing_points_at_what_is_around_it():
    document = read(HOSPITAL, "base.yaml")
    problem = document.problem(("wards", "medical", "kind"), "missing-key", "a kind is missing")
    assert (problem.line, problem.field) == (15, "wards.medical.kind")


def test_evidence_stands_beside_its_value():
    document = read(HOSPITAL, "base.yaml")
    assert document.evidence == {("wards", "medical", "beds"): Evidence("180", source="KH03", range="160-200")}


def test_a_distribution_may_have_evidence_too():
    document = read("time: {value: {exponential: {mean: 5 min}}, source: audit}", "base.yaml")
    assert document.data == {"time": {"exponential": {"mean": "5 min"}}}
    assert document.evidence["time",].value == "{exponential: {mean: 5 min}}"


def test_a_ward_may_be_called_value():
    assert read("wards: {value: {beds: 3}}", "base.yaml").data == {"wards": {"value": {"beds": 3}}}


def test_a_fixed_time_keeps_its_parameter():
    assert read("time: {fixed: {value: 5 min}}", "base.yaml").data == {"time": {"fixed": {"value": "5 min"}}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10", 10),
        ("-4", -4),
        ("2.50", 2.5),
        ("1e3", 1000),
        ("1.5e-3", 0.0015),
        ("30%", "30%"),
        ("30 %", "30 %"),
        ("+12", "+12"),
        ("x 1.1", "x 1.1"),
        ("-15 min", "-15 min"),
        ("2026-01-05", "2026-01-05"),
        ("0-17", "0-17"),
        ("true", True),
        ("", None),
        ("~", None),
        ('"22:00"', "22:00"),
        ("'010'", "010"),
        ('"no"', "no"),
        ('"Ward #3"', "Ward #3"),
        ("Ward#3", "Ward#3"),
        ("Ward # three", "Ward"),
        ("10 #ten", 10),
        ("A&E", "A&E"),
        ("https://example.org", "https://example.org"),
        ('"10–20"', "10–20"),
        ("Où attend-on ?", "Où attend-on ?"),
    ],
)
def test_a_value_means_what_people_read(text, value):
    found = read(f"about: {text}\n", "base.yaml").data["about"]
    assert (found, type(found)) == (value, type(value))


def test_odd_characters_in_comments_harm_nobody():
    assert read("wardflow: 1  # “so” – 45\u00a0min, ٤\n", "base.yaml").data == {"wardflow": 1}


def test_windows_line_ends_and_a_byte_order_mark_change_nothing():
    raw = b"\xef\xbb\xbf" + HOSPITAL.replace("\n", "\r\n").encode()
    assert read(raw, "base.yaml") == read(HOSPITAL, "base.yaml")


# ---------------------------------------------------------------- what is refused


def test_all_problems_are_told_at_once_in_the_order_of_the_file():
    text = "wards:\n  a: {beds: 010}\n  a: {beds: 1_0}\n  NO: {beds: 4,5, label: –}\n"
    assert codes_of(text) == [
        "leading-zero",
        "duplicate-key",
        "underscore-number",
        "unquoted-word",
        "comma-number",
        "odd-dash",
    ]


def test_at_most_twenty_problems_are_shown_and_the_rest_is_counted():
    text = "".join(f"k{number}: 0{number}\n" for number in range(30))
    with pytest.raises(ScenarioError) as refused:
        read(text, "base.yaml")
    lines = str(refused.value).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "... and 10 more problems."


def test_a_problem_reads_as_file_place_field_message_and_fix():
    (problem,) = problems_of("wards:\n  MAU: {beds: 010}\n")
    assert str(problem) == (
        "base.yaml:2:15 wards.MAU.beds: 010 starts with a zero, and some programs read that in base 8."
        ' Fix: beds: 10 (or "010" in quotes if it is a name)'
    )
    assert problem.as_dict()["line"] == 2


def test_a_file_of_more_than_a_million_bytes_is_refused_at_once():
    assert codes_of(b"about: " + b"x" * 1_000_000) == ["too-big"]


def test_a_file_of_too_many_values_is_refused():
    assert codes_of("about: [" + "1, " * 30_000 + "1]") == ["too-big"]


def test_a_curly_quote_does_not_hide_what_else_is_wrong():
    assert codes_of("question: “Ward 3: why?”\nwards: {a: {beds: 010}}\n") == ["odd-quote", "leading-zero"]


def test_an_error_can_travel_between_processes():
    import pickle

    error = ScenarioError(problems_of("a: 010"))
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


# ---------------------------------------------------------------- whatever is typed


def read_within_a_second(raw):
    start = time.process_time()
    try:
        assert isinstance(read(raw, "base.yaml"), Document)
    except ScenarioError as error:
        assert error.problems
        assert all(problem.code in CODES and problem.line >= 0 for problem in error.problems)
        assert str(error).replace("\n", " ").isprintable()
    assert time.process_time() - start < 1


SIGNS = [*b"\t\n\r :#[]{},'\"\\%@`|>0\0\x85\xff"]
WORDS = b": , #,- ,&a ,*a ,!x ,? ,---\n,...\n,<<: ,\xef\xbb\xbf,yes,22:00,010,.nan,value,x: 1\n,  ".split(b",")
STRANGE = "–“ ٤１\u202e\u2028é".encode()
EDITS = st.sampled_from([bytes([sign]) for sign in SIGNS] + WORDS + [STRANGE])


@settings(max_examples=250, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(HOSPITAL)), st.integers(0, 8), EDITS | st.binary(max_size=3)), max_size=6))
def test_a_mistyped_file_is_read_or_refused_but_never_crashes(edits):
    raw = HOSPITAL.encode()
    for place, length, new in edits:
        raw = raw[:place] + new + raw[place + length :]
    read_within_a_second(raw)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(HOSPITAL)))
def test_a_file_cut_short_is_read_or_refused(length):
    read_within_a_second(HOSPITAL.encode()[:length])


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_bytes_are_read_or_refused(raw):
    read_within_a_second(raw)


@settings(max_examples=200, deadline=None)
@given(st.lists(EDITS, max_size=60).map(b"".join))
def test_any_heap_of_signs_is_read_or_refused(raw):
    read_within_a_second(raw)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 900_000,
        "{a: " * 200_000,
        "? " * 300_000,
        "- " * 300_000,
        "a: " * 300_000,
        '"' * 900_000,
        "a: &a " * 100_000,
        "\t" * 900_000,
    ],
    ids=["brackets", "braces", "questions", "dashes", "colons", "quotes", "anchors", "tabs"],
)
def test_a_million_of_the_same_sign_does_not_hang(text):
    start = time.process_time()
    with pytest.raises(ScenarioError):
        read(text, "base.yaml")
    assert time.process_time() - start < 10
