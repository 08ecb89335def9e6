"""What is written can be read; what is laid out twice looks like what is laid out once; comments stay."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.problems import ScenarioError
from sim.scenario.reading.extending import compose
from sim.scenario.reading.opening import Opened
from sim.scenario.reading.reading import read
from sim.scenario.reading.writing import format_text, show, to_yaml
from tests.plain_values import valid_scenarios

HOSPITAL = """\
# Everytown
# illustrative

name: "General hospital"   # as people say
wardflow: 1
run: {seed: 2026, start: 2026-01-05,
      length: 12 weeks, # measured
     }   # end

wards:
  # the big one
  medical:
    kind: ward
    beds: {value: 180, source: "KH03 Q2 2026"}  # counted


    turnaround: 45 min
    # strict: true
  # closed: {beds: 12}
pathways:
  emergency:   # who walks in
    - triage:   {staff: nurse, time: {lognormal: {sd: 4 min, mean: 7 min}}}  # by Manchester
    # then
    - one of:
        # a third
        - {share: 30 %, steps: [{xray: {time: 15 min}}]}
        - {share: rest}
    - leave: discharged
# the end
"""

LAID_OUT = """\
# Everytown
# illustrative

wardflow: 1
name: "General hospital"  # as people say

# measured
# end
run: {start: 2026-01-05, length: 12 weeks, seed: 2026}

wards:
  # the big one
  medical:
    beds: {value: 180, source: "KH03 Q2 2026"}  # counted
    kind: ward

    turnaround: 45 min
    # strict: true
  # closed: {beds: 12}

pathways:
  emergency:  # who walks in
    - triage: {staff: nurse, time: {lognormal: {mean: 7 min, sd: 4 min}}}  # by Manchester
    # then
    - one of:
        # a third
        - share: 30 %
          steps:
            - xray: {time: 15 min}
        - {share: rest}
    - leave: discharged
# the end
"""


@settings(deadline=None)
@given(valid_scenarios)
def test_what_is_written_is_read_back(data):
    assert read(to_yaml(data), "written.yaml").data == data


@settings(deadline=None)
@given(valid_scenarios)
def test_what_was_written_is_already_laid_out(data):
    text = to_yaml(data)
    assert format_text(text) == text


def test_a_file_is_laid_out_with_its_comments_where_they_belong():
    assert format_text(HOSPITAL) == LAID_OUT


def test_laying_out_twice_changes_nothing_more():
    assert format_text(LAID_OUT) == LAID_OUT


def test_laying_out_does_not_change_what_a_file_says():
    before, after = read(HOSPITAL, "a.yaml"), read(LAID_OUT, "a.yaml")
    assert (before.data, before.evidence) == (after.data, after.evidence)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*HOSPITAL.splitlines(), "# more", "  # more", "      # more", "", "about: x  # y"])))
def test_no_line_of_comment_is_ever_lost(lines):
    text = "\n".join(lines)
    try:
        laid_out = format_text(text)
    except ScenarioError:
        return
    assert read(laid_out, "a.yaml").data == read(text, "a.yaml").data
    assert format_text(laid_out) == laid_out
    kept = sorted(word for line in laid_out.splitlines() for word in line.partition("#")[2].replace("#", "").split())
    assert kept == sorted(word for line in lines for word in line.partition("#")[2].replace("#", "").split())


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_comments_survive_in_any_place(random):
    lines = HOSPITAL.splitlines()
    for number in range(6):
        lines.insert(random.randrange(len(lines) + 1), " " * random.randrange(12) + f"# remark{number}")
    text = "\n".join(lines)
    laid_out = format_text(text)
    assert all(laid_out.count(f"# remark{number}") == 1 for number in range(6))
    assert format_text(laid_out) == laid_out
    assert read(laid_out, "a.yaml").data == read(text, "a.yaml").data


def test_a_number_is_left_as_its_author_wrote_it():
    assert format_text(
        "costs: {fixed: 24.50}\nrun: {seed: 1e3}\n"
    ) == "run: {seed: 1e3}\n\ncosts: {fixed: 24.50}\n".replace("\n\n", "\n")


def test_a_file_with_faults_is_not_laid_out():
    with pytest.raises(ScenarioError):
        format_text("wards: {a: 1, a: 2}")


def test_a_long_text_goes_over_several_lines():
    text = to_yaml({"question": "Where do patients wait? " * 10 + "There."})
    assert text.startswith("question: >-\n  Where")
    assert max(len(line) for line in text.splitlines()) <= 120


def test_sentences_that_do_not_fit_on_one_line_stand_below_each_other():
    short, long = (
        "Who gains most, and who does not?",
        "Who would be seen first if there were no priorities? " * 3 + "Why?",
    )
    text = f'prompts: ["{short}", "{long}"]\n'
    assert format_text(text).startswith(f'prompts:\n  - "{short}"\n  - >-\n    Who would be seen first')
    assert max(len(line) for line in format_text(text).splitlines()) <= 120
    assert format_text(format_text(text)) == format_text(text)
    assert read(format_text(text), "a.yaml").data == {"prompts": [short, long]}
    assert format_text(f'prompts: ["{short}"]\n') == f'prompts: ["{short}"]\n'


def test_many_numbers_and_short_words_go_over_as_few_lines_as_they_need():
    times = ", ".join(["12 min"] * 40)
    assert len(format_text(f"times: [{times}]\n").splitlines()) == 3


def test_a_whole_scenario_tells_where_each_value_comes_from():
    medical = "  medical:\n    beds: {value: 180, source: KH03 Q2}\n    kind: ward\n"
    base = f"name: Base\nwards:\n{medical}  surgical: {{beds: 28}}\n"
    change = read("extends: base.yaml\nname: Winter\nwards: {medical: {kind: assessment}}\n", "winter.yaml")
    document = compose(change, lambda name, beside: Opened(name, base.encode(), name))
    shown = show(document)
    assert read(shown, "shown.yaml").data == document.data
    assert shown == (
        "name: Winter  # winter.yaml:2\n\n"
        "wards:\n"
        "  medical:\n"
        "    beds: 180  # base.yaml:4; source: KH03 Q2\n"
        "    kind: assessment  # winter.yaml:3\n"
        "  surgical: {beds: 28}  # base.yaml:6\n"
    )


@settings(deadline=None)
@given(valid_scenarios)
def test_a_whole_scenario_is_shown_as_a_file_that_says_the_same(data):
    document = read(to_yaml(data), "a.yaml")
    assert read(show(document), "b.yaml").data == data


def test_a_blank_line_below_the_head_is_not_doubled_by_a_reordered_section():
    text = '# Everytown\n\nwards:\n\nname: "General hospital"   # as people say'
    laid_out = format_text(text)
    assert format_text(laid_out) == laid_out
    assert "\n\n\n" not in laid_out
