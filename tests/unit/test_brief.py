"""The brief: what a manager hands up says what the study found, no more, and loads nothing from anywhere."""

import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from sim.measure.figures import KpiKey
from sim.measure.kpis import KPIS
from sim.report.assumptions import NO_SOURCE, assumptions
from sim.report.brief import brief
from sim.report.document import Document, Grid, Line, Points, html, markdown, points
from sim.report.plans import Plan, plan_names
from sim.scenario.loading import load_text
from sim.study.comparison import compare
from sim.study.experiment import run_experiment
from tests.small_studies import CLINIC, experiment

WAIT, LATE, COST, OLD, YOUNG = (
    ("wait_mean", ""),
    ("wait_p95", ""),
    ("cost_per_day", ""),
    ("wait_mean", "age:old"),
    ("wait_mean", "age:young"),
)
BASE = {WAIT: [60.0] * 4, LATE: [90.0] * 4, COST: [1000.0] * 4, OLD: [80.0] * 4, YOUNG: [40.0] * 4}
PLAN = {
    WAIT: [49.0, 51.0, 49.0, 51.0],
    LATE: [80.0, 100.0, 80.0, 100.0],
    COST: [1100.0] * 4,
    OLD: [59.0, 61.0, 59.0, 61.0],
    YOUNG: [40.0] * 4,
}
NURSE = "nurse: {label: Nurse, on_duty: 1, cost: 24 per hour}"
TWO = NURSE.replace("on_duty: 1", "on_duty: {value: 2, source: rota of 2026, range: 1-3, owner: head nurse}")
SECOND = CLINIC.replace(NURSE, TWO)
LIST = """\
wardflow: 1
name: Therapy list
run: {length: 2 weeks, replications: 2}
patients: {child: {arrive: {rate: 3 per day}, pathway: way}}
slots: {session: {sessions: {morning: {days: weekdays, at: "09:00", slots: 4}}}}
pathways: {way: [{treat: {slots: session, time: 1 h, counts_as: treatment}}, {leave: discharged}]}
"""


def plan(text: str, figures: dict[KpiKey, Sequence[float]]) -> Plan:
    return Plan(load_text(text), experiment(figures))


def study(text: str = SECOND, figures: dict[KpiKey, Sequence[float]] | None = None) -> Document:
    base, other = plan(CLINIC, BASE), plan(text, figures or PLAN)
    return brief(base, [(other, compare(base.experiment, other.experiment))], "wardflow brief clinic.yaml")


def section(document: Document, title: str) -> list[str]:
    """Sentences and rows under a heading; cells are parted by bars."""
    found: list[str] = []
    for block in next(one for one in document.sections if one.title == title).blocks:
        if isinstance(block, Grid):
            found += [" | ".join(row) for row in (block.head, *block.rows)]
        else:
            lines = block.lines if isinstance(block, Points) else (block,)
            found += [" ".join(filter(None, (line.lead, line.text))) for line in lines]
    return found


def test_the_answer_comes_first_and_says_what_is_sure_and_what_is_not() -> None:
    """By hand: -10 min, standard error 0.577, second of three tests, so t(3) at 97.5 %, 4.177: 2.4 min either way."""
    told = study()
    assert told.sections[0].title == "In short"
    assert section(told, "In short") == [
        "Of 3 headline figures 1 gets better, 1 gets worse and 1 cannot be told yet. "
        "Ranges in brackets are 95 % intervals.",
        f"{KPIS['wait_mean'].label}: falls by 10.0 min (7.6 to 12.4), from 60.0 min to 50.0 min: better.",
        "Cost a day: rises by £100 a day (100 to 100), from £1,000 a day to £1,100 a day: worse.",
        "No number of runs would tell: wait that 95 % do not exceed.",
    ]


def test_the_plan_is_called_by_what_changes() -> None:
    told = study()
    assert told.title == "Brief: Clinic: Nurse: 1 more on duty"
    assert section(told, "What changes") == ["Nurse: 1 more on duty (1 -> 2)."]


def test_each_figure_stands_beside_its_interval_and_verdict() -> None:
    head, wait, late, cost, note = section(study(), "The figures")
    assert head == "Figure | Base | Plan | Difference (95 % interval) | Verdict"
    assert wait == f"{KPIS['wait_mean'].label} | 60.0 min | 50.0 min | -10.0 min (-12.4 to -7.6 min) | better"
    assert late.endswith(" | 90 min | 90 min | between -18 and +18 min | can't tell yet")
    assert cost == "Cost a day | £1,000 a day | £1,100 a day | +£100 a day | worse"
    assert note.endswith("at most 5 %.")


def test_targets_are_told_for_both_with_the_runs_that_meet_them() -> None:
    assert section(study(), "Targets") == [
        "Target | Base | Plan",
        "quick: at most 3 h | 60.0 min, met in all 4 runs: met | 50.0 min, met in all 4 runs: met",
        "Sources: the clinic's own promise.",
    ]


def test_money_is_told_by_day_and_year() -> None:
    assert section(study(), "Money") == [
        "Clinic: £1,000 a day.",
        "Plan: It costs £100 a day more, or about £36,500 in a year.",
    ]


def test_it_says_who_gains() -> None:
    """By hand: -20 min, standard error 0.577, the first of two groups, so t(3) at 97.5 %: 2.4 min."""
    label = KPIS["wait_mean"].label
    assert section(study(), "Who gains, who loses") == [
        f"{label}, better for age old -20.0 min (-22.4 to -17.6 min).",
        f"{label}, no change for age young.",
    ]


def test_evidence_is_told_by_change_and_what_has_none_is_illustrative() -> None:
    text = SECOND.replace("beds: 4", "beds: 6")
    told = study(text)
    assert told.title == "Brief: Clinic: changed"
    assert section(told, "What changes") == ["Nurse: 1 more on duty (1 -> 2).", "2 more beds in Recovery (4 -> 6)."]
    assert section(told, "What this rests on")[:3] == [
        "Change | Evidence | Range | Who would know",
        "1 | rota of 2026 | 1-3 | head nurse",
        "2 | illustrative: no source is given |  | ",
    ]
    limits = section(told, "What this must not be used for")
    assert limits[0] == "Do not decide on illustrative values: put in the figures of your own service first."
    assert limits[0] not in section(study(), "What this must not be used for")


def test_evidence_within_a_step_belongs_to_the_change_of_the_step() -> None:
    time = "time: {exponential: {mean: 12 min}}"
    text = CLINIC.replace(time, "time: {exponential: {mean: {value: 10 min, source: a clock, note: by hand}}}")
    (found,) = assumptions(load_text(CLINIC), load_text(text))
    assert (found.source, found.is_illustrative) == ("a clock", False)
    (bare,) = assumptions(load_text(CLINIC), load_text(CLINIC.replace("12 min", "10 min")))
    assert (bare.source, bare.is_illustrative) == (NO_SOURCE, True)


def test_few_runs_are_too_early_to_decide() -> None:
    assert Line("4 runs were made, and 10 are the fewest to decide on.", "Too early to decide:") in study().opening
    long = {key: [*row, *row, *row] for key, row in PLAN.items()}
    base, other = (
        Plan(load_text(CLINIC), experiment(one)) for one in ({key: row * 3 for key, row in BASE.items()}, long)
    )
    assert "Too early" not in markdown(brief(base, [(other, compare(base.experiment, other.experiment))]))


def test_plans_of_the_same_name_are_told_apart() -> None:
    base, other = plan(CLINIC, BASE), plan(SECOND.replace("beds: 4", "beds: 6"), PLAN)
    named = Plan(other.loaded, replace(other.experiment, name="More of all"))
    assert plan_names(base, [other, other, named]) == ["changed (1)", "changed (2)", "More of all"]


def test_several_plans_stand_side_by_side() -> None:
    base = plan(CLINIC, BASE)
    others = [Plan(load_text(SECOND), replace(experiment(PLAN), name=name)) for name in ("One", "Two")]
    told = brief(base, [(one, compare(base.experiment, one.experiment)) for one in others])
    assert told.title == "Brief: Clinic: One; Two"
    assert section(told, "The figures")[0] == "Figure | Base | One | Two"
    assert section(told, "Targets")[0] == "Target | Base | One | Two"
    assert [line for line in section(told, "In short") if line.startswith(("One.", "Two."))]


def test_what_an_earlier_plan_has_is_not_told_again() -> None:
    base, one = plan(CLINIC, BASE), plan(SECOND, PLAN)
    more = Plan(load_text(SECOND.replace("beds: 4", "beds: 6")), replace(one.experiment, name="Both"))
    told = brief(base, [(each, compare(base.experiment, each.experiment)) for each in (one, more)])
    assert section(told, "What changes") == [
        "Nurse: 1 more on duty.",
        "Nurse: 1 more on duty (1 -> 2).",
        "Both. All of Nurse: 1 more on duty, and:",
        "2 more beds in Recovery (4 -> 6).",
    ]
    assert "2. 2 more beds in Recovery (4 -> 6)." in markdown(told).splitlines()
    assert section(told, "What this rests on")[1:3] == [
        "1 | rota of 2026 | 1-3 | head nurse",
        "2 | illustrative: no source is given |  | ",
    ]


def test_a_therapy_list_hears_nothing_of_beds() -> None:
    scenario = load_text(LIST)
    text = markdown(brief(Plan(scenario, run_experiment(scenario.scenario, workers=1))))
    assert not re.search(r"\bbeds?\b", text.lower())
    assert "emergency" not in text.lower()
    assert "Money" not in text
    assert "Because of" in text


def test_a_base_alone_has_no_plan() -> None:
    scenario = load_text(CLINIC)
    text = markdown(brief(Plan(scenario, run_experiment(scenario.scenario, workers=1))))
    assert text.startswith("# Brief: Clinic\n")
    assert "| Plan" not in text
    assert "What changes" not in text
    assert "quick: 60 min" not in text
    assert "## Where patients wait" in text


class Reader(HTMLParser):
    """Notes what a page would load, and whether its tags are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [name for name, _ in attrs if name in ("src", "href", "srcset", "action", "data")]
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    page, reader = html(study()), Reader()
    reader.feed(page)
    assert (reader.loads, reader.open) == ([], [])
    assert "http" not in page.replace("http-equiv", "").replace("https", "http")
    assert "url(" not in page
    assert "<script" not in page


@pytest.mark.parametrize("label", ["<b>*Big* | `unit`</b>", "[press](javascript:alert(1))", "# 1. _so_"])
def test_strange_labels_stay_what_they_are(label: str) -> None:
    document = Document(label, (Line(label, label), points([label])), ())
    page, text = html(document), markdown(document)
    assert "<b>" not in page
    assert "<b>" not in text.replace("\\<b>", "")
    assert "](" not in text.replace("\\](", "")
    assert "\n# 1" not in text.removeprefix("# ")


def test_it_says_how_far_the_figures_can_be_trusted() -> None:
    """Four runs of 100, 100, 100 and 120 min: the interval reaches 3.182 x 10 / 2 = 15.9 min, 15 % of the mean."""
    told = section(brief(plan(CLINIC, {WAIT: [100.0, 100.0, 100.0, 120.0]})), "How far can this be trusted?")
    assert told[0] == "Books: All 9 rules of book-keeping are kept in all 4 runs."
    assert told[1].startswith("Warm-up: Not judged")
    assert told[2].startswith("Precision: 1 of 1 headline figures is not precise yet")
    assert told[3] == "Compared with reality: It was never compared with a real service."


def test_of_plans_it_says_that_their_changes_were_never_compared() -> None:
    base = Plan(load_text("extends: general_hospital.yaml\nname: Ours\n"), experiment(BASE))
    other = plan(CLINIC, PLAN)
    told = section(brief(base, [(other, compare(base.experiment, other.experiment))]), "How far can this be trusted?")
    assert told[-1].endswith("What the plans change was never compared with one.")
