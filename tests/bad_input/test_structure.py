"""A scenario whose parts do not fit together is refused before it is run (cases 61 to 78).

Not here: offered load (71, 72: `sim.study.loads`, before a run), daylight saving (74: time is plain local hours), what
happens when capacity falls below occupancy (76: version 1 always drains), files that extend others (79 to 81:
`extending/`), the number of events (82, below).
"""

from pathlib import Path

import pytest

from sim.scenario.codes import CODES, GROUPS, WARNINGS
from sim.scenario.loading import load_text
from sim.scenario.problems import SHOWN_AT_MOST, ScenarioError
from sim.study.loads import TooManyEventsError, check_size
from tests.bad_input.told import FOLDER, files, hold_against, table, told_about

EXPECTED = table("structure")
FILES = files("structure")
ELSEWHERE = {71, 72, 74, 76}
UNIT = Path(__file__).parents[1] / "unit"
SOURCES = Path(__file__).parents[2] / "sim"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_does_not_fit_is_told_where_it_stands(path):
    hold_against(EXPECTED[path.name], path)


def test_every_file_has_its_expectation():
    assert {path.name for path in FILES} == set(EXPECTED)


def test_every_case_of_the_catalogue_is_there():
    assert {one.get("case") for one in EXPECTED.values()} >= set(range(61, 79)) - ELSEWHERE


def test_all_problems_of_a_file_are_told_at_once():
    problems = told_about(FOLDER / "structure" / "everything_at_once.yaml").problems
    assert [problem.field for problem in problems] == [
        *("run.length", "run.seed", "staff.nurse.on_duty", "wards.medical.beds", "wards.medical.kind"),
        *("wards.medical.bedz", "pathways.way[1].triage.time"),
    ]


def test_twenty_problems_are_shown_and_the_rest_is_counted():
    told = told_about(FOLDER / "structure" / "thirty_wards_wrong.yaml")
    lines = told.text.splitlines()
    assert len(told.problems) == 31
    assert len(lines) == SHOWN_AT_MOST + 1
    assert lines[-1] == "... and 11 more problems."


def places_of(change: str) -> list[tuple[str, int]]:
    """Files and lines of the problems of a change over a file in which a ward is unknown."""
    with pytest.raises(ScenarioError) as refused:
        load_text(f"extends: unknown_ward.yaml\n{change}", "change.yaml", FOLDER / "structure")
    return [(problem.file, problem.line) for problem in refused.value.problems]


def test_a_problem_points_to_the_file_that_says_it():
    assert places_of("") == [("unknown_ward.yaml", 17)]
    assert places_of("wards: {medical: {beds: ten}}\nrun: {seed: lucky}\n") == [
        *[("change.yaml", 2), ("change.yaml", 3), ("unknown_ward.yaml", 17)]
    ]


def test_a_replication_with_too_many_events_is_refused_before_it_is_run():
    whole = (FOLDER / "values" / "per_day_for_per_year.yaml").read_text(encoding="utf-8")
    scenario = load_text(whole.replace("length: 4 weeks", "length: 52 weeks")).scenario
    with pytest.raises(TooManyEventsError, match=r"events, and the limit is .* Fix: a shorter run, or fewer arrivals"):
        check_size(scenario)


# ---------------------------------------------------------------- the catalogue of codes


def codes_in(group: str) -> set[str]:
    return {one["code"] for one in table(group).values()}


def test_every_code_has_a_file_or_a_test():
    groups = ("text", "extending", "values", "structure", "care", "supply", "coming", "ruling")
    covered = set().union(*map(codes_in, groups))
    names = ("reading", "extending", "recorded", "start", "initiatives", "expectations")
    tests = "\n".join((UNIT / f"test_{name}.py").read_text(encoding="utf-8") for name in names)
    assert [code for code in CODES if code not in covered and f'"{code}"' not in tests] == [
        "ambiguous-step"
    ]  # in test_extending.py by its message


def test_every_code_is_told_somewhere_in_the_source():
    sources = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py") if path.name != "codes.py")
    assert [code for code in CODES if f'"{code}"' not in sources] == []


def test_a_warning_is_no_error():
    for group in ("values", "structure", "care", "supply", "coming", "ruling"):
        for one in table(group).values():
            if one["code"] != "accepted":
                assert (one.get("severity") == "warning") == (one["code"] in GROUPS[WARNINGS])
