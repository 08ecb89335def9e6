"""Runs whose moments the test suites of ciw and simmer state: every patient at the same moment."""

import math

import pytest

from validation.traces import cases
from validation.traces.cases import Expected, expected, found, judge, observe, play, source

TRACES = expected()


@pytest.mark.parametrize("trace", TRACES)
def test_everything_happens_when_the_source_says(trace: str) -> None:
    verdicts = judge(trace, [observe(trace, 0)])
    assert [verdict for verdict in verdicts if not verdict.passed] == []
    assert len(verdicts) >= 2


def test_every_scenario_of_the_folder_is_expected_to_do_something_and_names_its_source() -> None:
    files = {file.stem for file in cases.FOLDER.glob("*.yaml")}
    assert files == set(TRACES) == {case.name for case in cases.cases()}
    assert all(source(trace).startswith(("ciw tests/", "simmer tests/")) for trace in TRACES)


def test_a_case_changes_with_the_file_that_its_scenario_extends() -> None:
    (anew,) = [case for case in cases.cases() if case.name == "displaced_anew"]
    assert [file.name for file in anew.files] == ["displaced_anew.yaml", "displaced_resume.yaml", "expected.csv"]


def test_a_minute_too_late_and_somebody_too_many_differ() -> None:
    late = Expected("impatient", "renege", "", "all", "17 32")
    one_of_two = Expected("impatient", "renege", "", "all", "17")
    three_of_two = Expected("impatient", "renege", "", "first", "17 31 45")
    played = play("impatient")
    assert list(zip(late.figures, found(late, *played), strict=True)) == [(2, 2), (17, 17), (32, 31)]
    assert list(zip(one_of_two.figures, found(one_of_two, *played), strict=True)) == [(1, 2), (17, 17)]
    assert math.isnan(found(three_of_two, *played)[-1])


def test_a_figure_says_what_it_is() -> None:
    assert Expected("t", "end", "care", "by patient", "2 3").measures == [
        "end care: how many",
        "end care: patient 1 [min]",
        "end care: patient 2 [min]",
    ]
    assert Expected("t", "balk", "", "first", "5").measures == ["balk: number 1 [min]"]
    assert Expected("t", "end", "care", "last", "5").measures == ["end care: the last [min]"]
