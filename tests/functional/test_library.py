"""Every scenario of the library asks, runs, and does what it was expected to do; its page is up to date."""

from functools import cache

import pytest

from sim import clock
from sim.scenario.problems import ScenarioError
from sim.scenario.scenario import Scenario
from sim.scenario.telling.assumptions import assumptions
from sim.study.expectations import expected_of, outcome
from sim.study.experiment import run_experiment
from sim.study.plan import load_plan, shipped, shipped_initiatives
from validation.library.pages import index, page
from validation.library.results import FOLDER, digest_of, kept

NAMES = [name for name, _, _ in shipped()]
RESULTS = kept()
SHORT = 4 * clock.DAY
QUICK = ("teaching/priority", "teaching/batch")
"""Small enough to be run in full; the others are, when their pages are written."""
WITHOUT_EXPECTATION = ("general_hospital",)
"""It is what the others are compared with; docs/calibration.md says how it compares with real hospitals."""
BASES = (
    *("general_hospital", "childrens_therapy", "mental_health_crisis"),
    *("long_term_conditions", "district_nursing", "on_call"),
)
each = pytest.mark.parametrize("name", NAMES)


@cache
def loaded(name):
    return load_plan(name)


def shortened(scenario: Scenario) -> Scenario:
    run = scenario.run.model_copy(update={"warm_up": 0, "length": min(scenario.run.length, SHORT)})
    return scenario.model_copy(update={"run": run})


@each
def test_a_scenario_asks_a_question_and_says_what_it_expects(name):
    scenario = loaded(name).scenario
    assert scenario.question.endswith("?")
    assert scenario.about or "/" in name
    assert len(scenario.prompts) >= 3 or "/" in name
    assert scenario.expect or name in WITHOUT_EXPECTATION


@each
def test_a_scenario_keeps_its_books_and_is_measured(name):
    experiment = run_experiment(shortened(loaded(name).scenario), replications=1, workers=1)
    assert experiment.reasons == ()
    assert experiment.replicates[0].kpis


@each
def test_the_page_of_a_scenario_is_up_to_date(name):
    """After a change: `python -m validation.library --stale`."""
    assert RESULTS[name]["digest"] == digest_of(name)
    assert (FOLDER / f"{name}.md").read_text(encoding="utf-8") == page(name, RESULTS[name])


@each
def test_what_was_expected_came_true(name):
    result = RESULTS[name]
    assert result["valid"]
    assert [row["name"] for row in result["expected"]] == list(loaded(name).scenario.expect)
    assert {row["finding"] for row in result["expected"]} <= {"as expected"}


def test_the_table_is_up_to_date():
    assert set(RESULTS) == set(NAMES)
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == index(RESULTS)


@pytest.mark.parametrize("name", QUICK)
def test_a_small_scenario_does_what_it_was_expected_to_do(name):
    for expected in expected_of(name):
        base, other = (run_experiment(one, replications=6, workers=1) for one in (expected.base, expected.other))
        assert outcome(expected.expectation, base, other).finding == "as expected", expected.name


@pytest.mark.parametrize("initiative", [name for name, _ in shipped_initiatives()])
def test_an_initiative_fits_a_scenario_of_the_library_and_its_values_carry_evidence(initiative):
    fitting = [plan for plan in map(initiative_on, BASES, [initiative] * len(BASES)) if plan]
    assert fitting, f"{initiative} fits none of {', '.join(BASES)}"
    own = assumptions(fitting[0].document, inherited=False)
    assert all(one.source for one in own)
    if "illustrative" not in dict(shipped_initiatives())[initiative].evidence.source:
        assert dict(shipped_initiatives())[initiative].evidence.source


def initiative_on(base, initiative):
    try:
        return load_plan(f"{base}+{initiative}")
    except ScenarioError as error:
        assert {problem.code for problem in error.problems} <= {"unknown-name", "unknown-step", "nothing-to-change"}
        return None
