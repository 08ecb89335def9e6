"""The STRESS-DES sheet: every item of the guideline, filled from the file, in the words of the service."""

import re

import pytest

from sim.report.document import Code, Grid, Line, Points, markdown
from sim.report.stress.filling import MARK, PROGRAM, MarkError, filled
from sim.report.stress.sheet import FORMS, ITEMS, document, record, sheet
from sim.report.stress.subject import any_machine, subject_of
from sim.scenario.loading import load_text
from sim.study.ancestry import ancestry
from sim.study.plan import shipped
from tests.small_studies import CLINIC

GUIDELINE = (
    *("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5.1", "2.5.2", "2.5.3", "2.5.4", "2.5.5"),
    *("3.1", "3.2", "3.3", "3.4", "4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "6.1"),
)
"""The numbers of STRESS-DES 1.0 (Monks and others 2019, appendix)."""
RICH = """\
wardflow: 1
name: Eye clinic
question: Is one surgeon enough?
about: A clinic made up for a test.
prompts: [Who waits longest?]
run: {start: 2026-01-05, length: 2 weeks, replications: 5, seed: 11, knots: swap}
calendars: {rounds: {weekdays: ["10:00"], weekend: ["11:00"]}}
patients:
  referred:
    label: Referred people
    arrive: {rate: {value: 12 per day, source: clinic register 2025, range: 10-14 per day, owner: clinic manager}}
    attributes: {eye: {one: 70 %, both: rest}, urgency: {soon: 20 %, routine: rest}}
    priority: {urgency: [soon, routine]}
    pathway: eyes
staff:
  surgeon:
    label: Surgeons
    roster: {day: {days: weekdays, from: "08:00", to: "16:00", on_duty: 1}}
    at_shift_end: hand_over
    absence: 4 %
    cost: 90 per hour
  nurse: {label: Nurses, on_duty: 2, strict: true}
wards:
  beds: {label: Day beds, beds: 6, turnaround: 20 min, if_full: [{after: 1 h, use: lounge}]}
  lounge: {label: Lounge, beds: 4, kind: chairs}
supplies:
  lens: {label: Lenses, stock: 30, reorder_at: 10, order: 20, takes: {exponential: {mean: 1 d}}, cost: 80 per unit}
policies:
  spare: {label: Spare beds, watch: {occupancy: beds}, above: 95 %, do: {open_beds: {beds: 2}}}
pathways:
  eyes:
    - enter: {ward: beds, gives_up_after: 8 h, then: left_before_seen, should_start_within: 1 h}
    - one of:
        name: which eyes
        options:
          - {when: {eye: both}, go: both_eyes}
          - when: otherwise
            steps:
              - operate: {staff: surgeon, uses: lens, time: {lognormal: {mean: 40 min, sd: 10 min}}, preempts: true}
    - go: home
  both_eyes:
    - operate on both:
        staff: {surgeon: 1, nurse: 2}
        uses: {lens: 2}
        time: {value: 90 min, note: illustrative, owner: surgeon in charge}
        interrupted: restart
        priority_after: {4 h: 1}
    - go: home
  home:
    - wait until: rounds
    - leave: discharged
targets:
  waits: {kpi: wait_mean, label: Short waits, at_most: 2 h, source: the clinic's own promise, since: March 2026}
"""
"""A small service that has nearly everything that a sheet must tell."""


def made(text, **others):
    return sheet(subject_of([load_text(text), *(load_text(one) for one in others.values())], any_machine()))


@pytest.fixture(scope="module")
def rich():
    return {one.number: told(one) for one in made(RICH).items}


def lines(block):
    """Sentences, rows (cells parted by bars) or the text of a block."""
    if isinstance(block, Line):
        return [" ".join(filter(None, (block.lead, block.text)))]
    if isinstance(block, Points):
        return [one for line in block.lines for one in lines(line)]
    if isinstance(block, Grid):
        return [" | ".join(row) for row in (block.head, *block.rows)]
    assert isinstance(block, Code)
    return block.text.splitlines()


def told(item):
    return [line for block in item.blocks for line in lines(block)]


def test_the_items_are_those_of_the_guideline_in_its_order():
    assert tuple(ITEMS) == GUIDELINE


@pytest.mark.slow
@pytest.mark.parametrize("name", [file for file, _, _ in shipped()])
def test_no_item_of_a_shipped_scenario_is_blank(name):
    found = sheet(subject_of(ancestry(name), any_machine()))
    assert tuple(one.number for one in found.items) == GUIDELINE
    for item in found.items:
        assert item.blocks, item.number
        for block in item.blocks:
            assert not isinstance(block, Grid) or block.rows, f"{item.number}: a table without rows"
            assert not isinstance(block, Points) or block.lines, f"{item.number}: an empty list"
            assert all(line.strip(" |.;:") for line in lines(block)), f"{item.number}: an empty line"
        raw = [
            line for line in told(item) if re.search(r"\bNone\b(?! (is|are) declared)|\{'|\bnan\b|<sim|\bTrue\b", line)
        ]
        assert raw == [], item.number


def test_a_file_that_says_next_to_nothing_has_every_item_all_the_same():
    bare = """\
wardflow: 1
name: Bare
patients: {visitor: {arrive: {rate: 1 per day}, pathway: way}}
pathways: {way: [{leave: discharged}]}
"""
    found = {one.number: " ".join(told(one)) for one in made(bare).items}
    assert all(found.values())
    assert "The file does not say which question it answers" in found["1.1"]
    assert "The file does not say which targets are to be met" in found["1.2"]
    assert "The file does not say which way any figure should move" in found["1.3"]
    assert found["2.5.2"] == "No step takes time."
    assert found["2.5.3"] == "There are none: nobody ever waits for anything."
    assert found["2.5.4"].startswith("There are none")
    assert "The file does not say where any value comes from: all are illustrative." in found["3.1"]
    assert "The file does not say what anything costs: no money is counted." in found["3.3"]
    assert "The file does not ask for any: measuring begins with the first moment (the default)." in found["4.1"]


def test_the_purpose_is_the_question_of_the_file(rich):
    assert rich["1.1"] == ["Question: Is one surgeon enough?", "Background: A clinic made up for a test."]


def test_outputs_are_defined_and_targets_have_their_source(rich):
    wait = next(line for line in rich["1.2"] if line.startswith("Mean wait |"))
    assert "Mean time from queueing to start" in wait
    assert "Short waits | Mean wait | at most 2 h, from March 2026 | the clinic's own promise" in rich["1.2"]
    assert any("t interval over replications" in line for line in rich["1.2"])


def test_the_diagram_leads_from_classes_by_pathways_to_ways_out(rich):
    assert rich["2.1"][0].startswith("1 class of patients (round) follow 3 pathways of 8 steps")
    drawn = [line.strip() for line in rich["2.1"][1:]]
    assert drawn == [
        "flowchart TD",
        'c0(["Referred people"])',
        'p0["eyes<br>(Day beds)"]',
        'p1["both eyes"]',
        'p2["home"]',
        'o_left_before_seen(["left before seen"])',
        'o_discharged(["discharged"])',
        "c0 --> p0",
        'p0 -->|"waited too long"| o_left_before_seen',
        'p0 -->|"those with eye both"| p1',
        "p0 --> p2",
        "p1 --> p2",
        "p2 --> o_discharged",
    ]


def test_every_step_is_told_with_what_it_needs_and_where_it_leads(rich):
    steps = [line for line in rich["2.2"] if re.match(r"\d", line)]
    assert steps == [
        "1 | enter Day beds | place | waits for a place in Day beds and keeps the present one; who has waited 8 hours "
        "leaves (left before seen); should start within 1 hour",
        "2 | which eyes | branch | a: those with eye both go on with both eyes; b: all others have operate",
        "2b1 | operate | activity | needs Surgeons, Lenses, takes lognormal with mean 40 minutes, standard deviation "
        "10 minutes; may interrupt patients of lower priority",
        "3 | go | way on | goes on with home",
        "1 | operate on both | activity | needs Surgeons, Nurses (2), Lenses (2), takes 90 minutes; priority rises "
        "with the wait (4 hours 1); interrupted restart",
        "2 | go | way on | goes on with home",
        "1 | wait until rounds | pause | until the next moment of rounds",
        "2 | leave | way out | leaves the service (discharged)",
    ]


def test_a_variant_tells_what_differs_from_each_that_it_stands_on():
    changed = RICH.replace("name: Eye clinic", "name: Two surgeons").replace("on_duty: 1}}", "on_duty: 2}}")
    (item,) = [one for one in made(changed, base=RICH).items if one.number == "2.3"]
    assert told(item) == [
        "Differences. Two surgeons against Eye clinic:",
        "Surgeons, day shift: 1 more on duty (1 -> 2).",
    ]
    (item,) = [one for one in made(RICH, base=RICH).items if one.number == "2.3"]
    assert told(item)[1] == "The hospital is the same; only texts, weeks or runs differ."


def test_rules_are_told_one_by_one_with_their_defaults(rich):
    rules = dict(line.split(" | ", maxsplit=1) for line in rich["2.4"])
    assert "Referred people: priority by urgency: soon, then routine." in rules["Who is served first"]
    assert rules["Overtaking"].startswith("Nobody is overtaken who waits for Nurses;")
    assert rules["Priorities that rise with the wait"] == "operate on both (both eyes): 4 hours 1"
    assert rules["Interruptions"].startswith("May interrupt less urgent patients: operate (eyes). operate on both")
    assert rules["Others who can do it, other wards"] == "Day beds: Lounge after 1 hour"
    assert rules["Ends of shifts, absence"].startswith(
        "At the end of a shift: Surgeons: hand over; absence: Surgeons: 4 %."
    )
    assert (
        "Spare beds, that opens 2 beds in Day beds when occupancy of Day beds reaches 95 %"
        in rules["Policies that watch and act"]
    )
    assert rules["Patients who wait for each other's beds"].startswith("They swap their beds")
    assert rules["Shocks"] == "None are declared: no failure, strike or heat wave."


def test_components_are_told_with_their_numbers(rich):
    attributes = "eye (both or one); urgency (routine or soon)"
    assert f"Referred people | {attributes} | priority by urgency: soon, then routine | eyes" in rich["2.5.1"]
    assert "operate on both | both eyes | Surgeons, Nurses (2), Lenses (2)" in rich["2.5.2"]
    resources = [line.split(" | ") for line in rich["2.5.3"]]
    assert ["Day beds", "ward", "With 6 beds, turnaround 20 minutes, if full Lounge after 1 hour"] in resources
    assert ["Lounge", "ward", "With 4 chairs"] in resources
    assert resources[1][2].startswith("With 1 from 08:00 to 16:00 on weekdays")
    assert "Lenses | supply | With 30 in stock, of which 20 are ordered when 10 are left" in " | ".join(resources[5])


def test_queues_have_their_discipline(rich):
    queues = [line.split(" | ") for line in rich["2.5.4"]]
    assert queues[2][:3] == ["enter Day beds (eyes)", "Day beds", "the patient's own priority"]
    assert queues[2][3] == "who has waited 8 hours leaves (left before seen); should start within 1 hour"
    assert len(queues) == 2 + 3


def test_patients_come_in_and_leave_somewhere(rich):
    assert "Referred people | 12 per day come | enter Day beds (eyes)" in rich["2.5.5"]
    assert "left before seen | enter Day beds (eyes)" in rich["2.5.5"]
    assert "discharged | leave (home)" in rich["2.5.5"]


def test_data_have_sources_and_assumptions_those_who_would_know(rich):
    assert "clinic register 2025 | Referred people: rate" in rich["3.1"]
    assert "Referred people | share by eye | one 70 %, both the rest | " in rich["3.3"]
    assert "operate | eyes | lognormal with mean 40 minutes, standard deviation 10 minutes" in rich["3.3"]
    assert "Surgeons | cost | 90 per hour" in rich["3.3"]
    assert rich["3.4"][0].startswith("Values of the file. With a source (3.1): 1. Marked as assumptions: 1.")
    assert any("operate on both in both eyes: time | 90 min | " in line for line in rich["3.4"])


def test_the_experiment_is_told_with_its_weeks_runs_and_seed(rich):
    assert rich["4.2"][0] == "Run: 2 weeks from 2026-01-05 (a Monday), at midnight."
    assert rich["4.3"][0].startswith("5 independent replications; seed 11.")
    assert rich["5.2"][0] == "Seed: 11."
    assert load_text(RICH).scenario.fingerprint() in " ".join(rich["6.1"])


def test_a_sheet_can_be_written_as_markdown_as_a_web_page_and_as_plain_values():
    found = made(CLINIC)
    text = markdown(document(found))
    assert text.startswith("# Clinic: description of the model (STRESS-DES)\n")
    assert "\n## 2 Logic\n\n### 2.1 Base model overview diagram\n" in text
    assert "```mermaid\nflowchart TD\n" in text
    page = FORMS["html"](found)
    assert "<h3>2.1 Base model overview diagram</h3>" in page
    assert "http" not in page.replace("http-equiv", "")
    assert [one["number"] for one in record(found)["items"]] == list(GUIDELINE)


def test_names_with_signs_of_other_languages_do_no_harm():
    strange = CLINIC.replace("People who walk in", 'A "quoted" <b>|`x`')
    found = made(strange)
    drawn = next(one for one in found.items if one.number == "2.1").blocks[1]
    assert "c0([\"A #quot;quoted#quot; &lt;b&gt;|'x'\"])" in drawn.text
    assert "<b>" not in FORMS["html"](found).replace("&lt;b&gt;", "")


def test_marks_of_a_page_are_filled_and_all_else_stays():
    page = "# Ours\n\n<!-- from the file: 1.1 -->\nold\n<!-- end -->\n\nOur words.\n"
    once = filled(page, made(CLINIC))
    assert once == (
        "# Ours\n\n<!-- from the file: 1.1 -->\n\n**Question:** How long do people wait?\n\nThe file does not say what "
        "a reader should know about it: nothing is promised beyond what stands below.\n\n<!-- end -->\n\nOur words.\n"
    )
    assert filled(once, made(CLINIC)) == once


@pytest.mark.parametrize("page", ["no mark", "<!-- from the file: 9.9 -->\n<!-- end -->\n"])
def test_a_mark_for_what_there_is_not_is_refused(page):
    with pytest.raises(MarkError):
        filled(page, made(CLINIC))


@pytest.mark.parametrize("name", list(PROGRAM))
def test_the_program_fills_its_own_parts(name):
    page = filled(f"<!-- from the program: {name} -->\n<!-- end -->", made(CLINIC))
    assert len(page) > 100
    assert MARK.search(page)
