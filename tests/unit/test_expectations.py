"""What a scenario expects comes true only if the whole paired interval says so."""

import pytest

from sim.scenario.expectations import Expectation
from sim.scenario.problems import ScenarioError
from sim.study.expectations import expected_of, outcome
from tests.small_studies import experiment

TODAY = (118.21, 120.22, 122.45, 122.68, 119.40)
PLAN = (126.97, 124.31, 126.68, 122.66, 127.23)
"""A textbook's pairs: the 90 % interval of the differences is 1.649 to 8.307 (`statistics.md` of the design)."""
WARD = """\
wardflow: 1
name: A ward
run: {start: 2026-01-05, warm_up: 1 week, length: 2 weeks, replications: 2}
patients: {adult: {arrive: {rate: 4 per day}, pathway: care}}
wards: {medical: {beds: 24}}
pathways: {care: [{enter: medical}, {stay: {exponential: {mean: 5 d}}}, {leave: discharged}]}
"""
WINTER = """\
wardflow: 1
extends: ward.yaml
name: A ward in winter
run: {start: 2026-12-07, warm_up: 2 weeks, length: 3 weeks}
wards: {medical: {beds: 20}}
expect:
  fuller: {kpi: occupancy_mean, becomes: higher, why: fewer beds}
  less_with_beds: {kpi: occupancy_mean, becomes: lower, with: [beds], why: more beds}
"""
BEDS = """\
initiative: {name: More beds, changes: A bay opens., evidence: {effect: eight beds, source: illustrative}}
wards: {medical: {beds: +8}}
"""


def finding(base=TODAY, other=PLAN, **expected):
    one = Expectation.model_validate({"kpi": "wait_mean", "why": "a test", **expected})
    experiments = [experiment({("wait_mean", ""): row}) for row in (base, other)]
    return outcome(one, *experiments, confidence=0.90).finding


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "initiatives").mkdir()
    files = {"ward.yaml": WARD, "winter.yaml": WINTER, "initiatives/beds.yaml": BEDS}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_rise_is_as_expected_if_the_whole_interval_is_above_zero():
    assert finding(becomes="higher") == "as expected"
    assert finding(becomes="lower") == "otherwise"


def test_a_fall_is_a_rise_seen_from_the_other_side():
    assert finding(PLAN, TODAY, becomes="lower") == "as expected"
    assert finding(PLAN, TODAY, becomes="higher") == "otherwise"


def test_an_interval_around_zero_tells_nothing():
    assert finding((1.0, 2.0, 3.0), (2.0, 2.0, 2.5), becomes="higher") == "can't tell yet"
    assert finding((1.0, 2.0, 3.0), (2.0, 2.0, 2.5), becomes="lower") == "can't tell yet"


def test_no_difference_at_all_is_no_rise():
    assert finding(TODAY, TODAY, becomes="higher") == "otherwise"
    assert finding(TODAY, TODAY, becomes="alike", within="1 %") == "as expected"


def test_alike_needs_the_whole_interval_within_the_margin():
    """The base's mean is 120.592; the interval's ends are 1.4 and 6.9 % of it."""
    assert finding(becomes="alike", within="7 %") == "as expected"
    assert finding(becomes="alike", within="5 %") == "can't tell yet"
    assert finding(becomes="alike", within="1 %") == "otherwise"


def test_one_replication_tells_nothing():
    assert finding((1.0,), (2.0,), becomes="higher") == "can't tell yet"


def test_a_figure_that_is_not_measured_is_told():
    one = Expectation.model_validate({"kpi": "wait_mean", "of": "staff:porter", "becomes": "lower", "why": "a test"})
    base = experiment({("wait_mean", ""): TODAY})
    with pytest.raises(KeyError, match="Clinic has no figure wait_mean for staff:porter"):
        outcome(one, base, base)


def test_a_variant_is_held_against_what_it_extends_over_its_own_weeks(folder):
    fuller, less = expected_of(str(folder / "winter.yaml"))
    assert (fuller.base.name, fuller.base.wards["medical"].beds) == ("A ward", 24)
    assert (fuller.base.run.start, fuller.base.run.length) == (fuller.other.run.start, fuller.other.run.length)
    assert (less.base.name, less.other.name) == ("A ward in winter", "A ward in winter + More beds")
    assert less.other.wards["medical"].beds == 28


def test_an_expectation_needs_something_to_compare_with(folder):
    expect = "expect: {full: {kpi: occupancy_mean, becomes: higher, why: few beds}}\n"
    (folder / "alone.yaml").write_text(WARD + expect, encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        expected_of(str(folder / "alone.yaml"))
    (problem,) = refused.value.problems
    assert (problem.code, problem.field) == ("expectation", "expect")
