"""The passport says of each result how far it can be trusted: what was checked, and what nobody knows."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.demand.workload import Load
from sim.report.exports import archive
from sim.report.passport import TITLE, passport_lines, passport_record, passport_text
from sim.report.records import comparison_record, experiment_record, to_json
from sim.scenario.loading import load_text
from sim.study.comparison import compare
from sim.study.loads import GROWS
from sim.study.passport import FEWEST_RUNS, NOT_FOR, Crowded, in_short, passport, sentences
from sim.study.reality import FITS, GAPS, NEVER, TUNED, compared_with
from tests.small_studies import CLINIC, experiment

ROOT = Path(__file__).parents[2]
WAIT, SHARE, LATE = ("wait_mean", ""), ("refused_share", ""), ("wait_p95", "")
STEADY = [60.0, 61.0, 60.0, 61.0] * 3


def part(found, about):
    return dict(sentences(found))[about]


def test_it_carries_where_the_figures_come_from():
    found = experiment({WAIT: STEADY})
    made = passport(found)
    assert (made.version, made.fingerprint, made.seed) == ("test", found.scenario.fingerprint(), 7)
    assert (made.replications, made.wanted, made.engine) == (12, 12, "reference")
    assert "seed 7, 12 runs" in part(made, "Made by")


def test_a_run_that_was_stopped_says_so():
    made = passport(replace(experiment({WAIT: STEADY}), replications=20))
    assert "12 runs of 20 (stopped early)" in part(made, "Made by")


def test_books_that_balance_are_told_with_the_number_of_rules():
    made = passport(experiment({WAIT: STEADY}))
    assert made.books.broken == ()
    assert part(made, "Books") == "All 9 rules of book-keeping are kept in all 12 runs."


def test_a_broken_rule_is_told_with_its_number_and_in_how_many_runs():
    found = experiment({WAIT: STEADY})
    first, second, *rest = found.replicates
    leaky = replace(first, breaches=("rule 2: a bed is used twice: patient 5", "rule 2: another", "rule 7: lost"))
    made = passport(replace(found, replicates=(leaky, replace(second, breaches=("rule 2: again",)), *rest)))
    assert made.books.broken == ((2, 2), (7, 1))
    assert part(made, "Books").startswith("INVALID: rule 2 of book-keeping is broken in 2 of 12 runs; rule 7")
    assert made.not_for[0].startswith("Use none of its figures")


def test_what_is_overloaded_and_what_is_nearly_full_are_told_apart():
    """By hand: 19 of 20 is 95 %, from which on it is nearly full; 20 of 20 is overloaded; 18 of 20 is neither."""
    loads = tuple(Load(name, asked, 20.0) for name, asked in (("nurse", 19.0), ("recovery", 20.0), ("walk_in", 18.0)))
    made = passport(replace(experiment({WAIT: STEADY}), loads=loads))
    assert made.crowded == (Crowded("recovery", "recovery", 1.0), Crowded("nurse", "=Nurse", 0.95))
    assert part(made, "Load") == (
        "Overloaded: recovery (100 %). The queue grows as long as the run lasts, so waits depend on its length. "
        "Nearly full: =Nurse (95 %). Waits for them vary much from run to run."
    )
    assert "Do not quote waits for recovery: they grow for as long as the run lasts." in made.not_for


def test_a_resource_that_is_asked_for_but_never_there_is_overloaded_without_a_number():
    made = passport(replace(experiment({WAIT: STEADY}), loads=(Load("nurse", 1.0, 0.0),)))
    assert part(made, "Load") == f"Overloaded: =Nurse. {GROWS}"


def test_a_figure_is_precise_within_five_per_cent_of_its_mean():
    """By hand: 12 values of 60 and 61 have an interval of +- 2.201 x 0.5222 / sqrt(12) = 0.33, 0.5 % of the mean."""
    made = passport(experiment({WAIT: STEADY}))
    assert (made.headline, made.unsure) == (1, ())
    assert part(made, "Precision").startswith("The headline figure is precise")


def test_a_figure_with_a_wide_interval_is_named_with_the_runs_that_it_takes():
    """By hand: 40, 60, 80 have sd 20, so +- 4.303 x 20 / sqrt(3) = 49.7; 2.86 = 60 x 0.05 / 1.05 takes 1.96 x 20 /
    sqrt(n) <= 2.86, so n is a little above (1.96 x 20 / 2.86)^2 = 188."""
    (one,) = passport(experiment({WAIT: [40.0, 60.0, 80.0]})).unsure
    assert (one.key, one.margin) == (WAIT, "50 min")
    assert one.enough is not None
    assert 188 <= one.enough <= 192


@pytest.mark.parametrize(
    ("shares", "is_precise"), [([0.50, 0.51, 0.52, 0.51], True), ([0.50, 0.55, 0.45, 0.50], False)]
)
def test_a_share_is_precise_within_two_points(shares, is_precise):
    """By hand: sd 0.0082 gives +- 3.182 x 0.0082 / 2 = 1.3 points; sd 0.041 gives +- 6.5 points."""
    assert (passport(experiment({SHARE: shares})).unsure == ()) is is_precise


def test_several_figures_are_counted():
    made = passport(experiment({WAIT: STEADY, LATE: STEADY, SHARE: [0.0, 1.0] * 6}))
    assert part(made, "Precision").startswith("1 of 3 headline figures is not precise yet (within 5 % of the mean")
    assert "1 of 3 headline figures is not precise yet; about " in in_short(made)


def test_one_run_says_nothing_about_precision():
    made = passport(experiment({WAIT: [60.0]}))
    assert part(made, "Precision") == "Not known: it takes two runs or more."
    assert f"Do not decide on it: {FEWEST_RUNS} runs are the fewest for that." in made.not_for


def test_a_figure_that_nobody_could_measure_is_not_called_imprecise():
    assert passport(experiment({WAIT: STEADY, LATE: [float("nan")] * 12})).unsure == ()


def test_without_figures_of_single_days_the_warm_up_is_not_judged():
    assert passport(experiment({WAIT: STEADY})).settling.finding == "not judged"


def test_a_service_that_stands_on_no_base_was_never_compared():
    assert passport(experiment({WAIT: STEADY}), ["clinic.yaml"]).compared == (NEVER,)
    assert passport(experiment({WAIT: STEADY})).compared == (NEVER,)


def test_what_extends_the_base_hospital_has_its_gaps_and_is_not_vouched_for_itself():
    own = compared_with(["scenarios/general_hospital.yaml"])
    changed = compared_with(
        ["scenarios/winter.yaml", "scenarios/full_hospital.yaml", "scenarios/general_hospital.yaml"]
    )
    assert (own[1:], changed[1:]) == ((TUNED, GAPS), (TUNED, GAPS))
    assert own[0].startswith("Eleven figures of the General hospital")
    assert changed[0].startswith("What it changes was never compared with a real service.")


def test_what_is_said_of_the_base_hospital_is_what_the_calibration_page_shows():
    page = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
    assert "Every figure lies between the quartiles." in page
    assert "36 English trusts" in page
    assert "36 English trusts" in FITS
    rows = re.findall(r"^\| .* \| (?:yes|no) \|$", page.partition("## Rhythm")[0], re.MULTILINE)
    assert (FITS.split()[0], len(rows)) == ("eleven", 11)
    days = re.findall(r"^\| (\w{3}) \| ([\d.]+) \|(?: [\d.]+ \|){3} ([\d.]+) \|", page, re.MULTILINE)
    gaps = {day: float(ours) - float(theirs) for day, theirs, ours in days}
    assert len(gaps) == 7
    assert max(map(abs, gaps.values())) <= float(re.findall(r"up to ([\d.]+) of a mean day", GAPS)[0])
    assert gaps["thu"] == min(gaps.values())
    assert gaps["sun"] == max(gaps.values())


def test_the_paragraph_leaves_out_what_needs_no_action():
    told = in_short(passport(experiment({WAIT: STEADY}), ["clinic.yaml"]))
    assert told.startswith("All 9 rules of book-keeping are kept in all 12 runs. Not judged: ")
    assert "Nothing is asked for more than" not in told
    assert told.endswith(NEVER)


def test_it_is_told_in_a_terminal_in_short_and_whole():
    made = passport(experiment({WAIT: STEADY}))
    short, whole = passport_text(made), passport_text(made, whole=True)
    assert short.startswith(TITLE)
    assert short.endswith("--passport tells it whole.")
    assert "\n" not in short
    assert [line.partition(":")[0] for line in whole.splitlines()[1:]] == [f"- {lead}" for lead, _ in sentences(made)]
    assert all(one in whole for one in NOT_FOR)


def test_lines_of_a_document_have_the_same_sentences():
    made = passport(experiment({WAIT: STEADY}))
    assert [(line.lead, line.text) for line in passport_lines(made)] == [(f"{a}:", b) for a, b in sentences(made)]


def test_records_and_archives_carry_it():
    found = experiment({WAIT: STEADY})
    made = json.loads(to_json(passport_record(passport(found, ["clinic.yaml"]))))
    record = json.loads(to_json(experiment_record(found, ["clinic.yaml"])))
    assert record["passport"] == made
    assert (made["books"]["kept"], made["precision"]["not_precise"], made["compared_with_reality"]) == (
        True,
        [],
        [NEVER],
    )
    assert b"passport.json" in archive(found, load_text(CLINIC))


def test_a_comparison_carries_the_passports_of_both_plans():
    one, other = experiment({WAIT: STEADY}), experiment({WAIT: [value + 1 for value in STEADY]})
    files = (["scenarios/general_hospital.yaml"], ["clinic.yaml"])
    first, second = comparison_record(compare(one, other), files=files)["passports"]
    assert (first["compared_with_reality"][1], second["compared_with_reality"]) == (TUNED, [NEVER])


def test_an_invalid_run_has_a_passport_that_forbids_its_figures():
    made = passport(experiment({WAIT: np.full(3, np.nan).tolist()}, breaches=("rule 5: the integral is 7",)))
    assert made.books.broken == ((5, 3),)
    assert made.not_for[0] == "Use none of its figures: the books of this run do not balance."
