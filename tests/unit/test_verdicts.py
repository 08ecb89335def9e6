"""Figures and differences in the words of the screen, on a small hospital with too few beds."""

from pathlib import Path

import pytest

from sim.report import frames
from sim.report.cards import answer, cards
from sim.report.exports import archive, csv_of, figures_csv
from sim.report.verdicts import cost_words, group_rows, rows
from sim.scenario.loading import load_file, load_text
from sim.study.comparison import compare_plans
from sim.study.experiment import run_experiment
from sim.study.summary import runs_words

FILE = Path(__file__).parents[1] / "app" / "small_hospital.yaml"


def run(text=None):
    loaded = load_text(text, "plan.yaml", FILE.parent) if text else load_file(FILE)
    return run_experiment(loaded.scenario, workers=1)


@pytest.fixture(scope="module")
def today():
    return run()


@pytest.fixture(scope="module")
def compared(today):
    more = run("extends: small_hospital.yaml\nwards: {medical: {beds: 24}}\n")
    same = run("extends: small_hospital.yaml\nwards: {cubicles: {beds: 60}}\n")
    names = ("more beds", "more cubicles")
    return tuple(zip(names, compare_plans(today, [more, same]), strict=True))


def test_a_card_says_its_value_its_interval_and_its_target(today):
    card = cards(today)[0]
    assert card.label == "Patients who leave the emergency department within 4 hours"
    assert card.likely.startswith("95 % sure: ")
    assert card.target.startswith("Target at least 78 %: m")
    assert "240 minutes" in card.definition


def test_no_interval_goes_below_nothing_or_above_all(today):
    for card in cards(today):
        assert "-" not in card.likely
        assert "103" not in card.likely.split(" to ")[-1]


@pytest.mark.parametrize(
    ("met", "words"), [(20, "met in all 20 runs"), (14, "met in 14 of 20 runs"), (0, "met in none of 20 runs")]
)
def test_targets_are_counted_in_runs(met, words):
    assert runs_words(met, 20) == words


def test_the_answer_names_the_longest_queue(today):
    longest = frames.waiting(today).iloc[0]
    assert longest["place"] == "For a bed: Medical ward (emergency)"
    assert any("longest queue is for a bed: Medical ward (emergency)" in sentence for sentence in answer(today))


def test_a_hospital_without_an_emergency_department_has_cards_too():
    clinic = load_file("teaching/mm1").scenario
    experiment = run_experiment(clinic, replications=2, workers=1)
    assert cards(experiment)
    assert len(frames.waiting(experiment)) == 1


def test_waits_are_shared_out_completely(today):
    for scope in frames.profile_scopes(today, "wait_distribution"):
        assert frames.wait_spread(today, scope)["share"].sum() == pytest.approx(1)


def test_figures_that_differ_for_sure_come_first(compared):
    ranks = [
        min(cell.verdict not in ("better", "worse") for cell in row.cells) for row in rows(compared, headline=True)
    ]
    assert ranks == sorted(ranks)
    assert ranks[0] is False


def test_every_row_has_a_cell_for_every_plan_told_alike(compared):
    for row in rows(compared, headline=True):
        assert [cell.plan for cell in row.cells] == ["more beds", "more cubicles"]
        assert row.definition and row.source and row.better


def test_an_interval_of_a_sure_difference_never_seems_to_hold_no_difference(compared):
    for headline in (True, False):
        for row in rows(compared, headline=headline):
            for cell in row.cells:
                if cell.verdict in ("better", "worse") and "(" in cell.change:
                    low, _, high = cell.change.split("(")[1].strip(")").partition(" to ")
                    for end in (low, high.split(" ")[0]):
                        assert float(end.replace("£", "").replace(",", "")) != 0, (row.label, cell.change)


def test_cost_stands_beside_the_benefit(compared):
    assert cost_words(compared[0][1]) == "£3,105 a day more"


def test_who_gains_and_who_loses_is_told_by_group(compared):
    groups = [row.group for row in group_rows(compared, "wait_mean")]
    assert groups == ["People who walk in", "age old", "age young"]


def test_a_difference_in_a_picture_has_the_unit_of_its_words(compared):
    table = frames.effects(compared, ("ed_within_4h", ""))
    assert list(table["unit"]) == ["points", "points"]
    assert table["words"].iloc[0].endswith("points")


def test_exports_are_the_same_bytes_for_the_same_experiment_and_hold_no_formula(today):
    loaded = load_file(FILE)
    assert archive(today, loaded) == archive(today, loaded)
    assert b"ed_within_4h" in figures_csv(today)
    assert csv_of(frames.heat(today, "occupancy_by_hour", "").head(0)).startswith(b"\xef\xbb\xbfweekday")
