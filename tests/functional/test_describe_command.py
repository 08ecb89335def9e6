"""The command `wardflow describe`: the model of a file by the STRESS-DES guideline, to read, to send on, to fill in."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim import cli
from sim.report.stress.sheet import ITEMS
from tests.small_studies import CLINIC


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A folder with the clinic's file, one that extends it, and one that extends that."""
    monkeypatch.setenv("WARDFLOW_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    Path("clinic.yaml").write_text(CLINIC)
    Path("two_nurses.yaml").write_text("extends: clinic.yaml\nname: Two nurses\nstaff: {nurse: {on_duty: +1}}\n")
    Path("busier.yaml").write_text(
        "extends: two_nurses.yaml\nname: Busier\npatients: {walk_in: {arrive: {rate: x 2}}}\n"
    )


def describe(*words):
    return CliRunner().invoke(cli.wardflow, ["describe", *map(str, words)])


def headings(text):
    return [line for line in text.splitlines() if line.startswith("#")]


def test_it_prints_every_item_under_its_part():
    result = describe("clinic.yaml")
    assert result.exit_code == 0
    told = headings(result.stdout)
    assert told[0] == "# Clinic: description of the model (STRESS-DES)"
    assert [line for line in told if line.startswith("## ")] == [
        *(
            "## 1 Objectives",
            "## 2 Logic",
            "## 3 Data",
            "## 4 Experimentation",
            "## 5 Implementation",
            "## 6 Code access",
        )
    ]
    assert [line for line in told if line.startswith("### ")] == [
        f"### {no} {title}" for no, (title, _) in ITEMS.items()
    ]


def test_facts_of_a_small_service_stand_where_a_reader_looks_for_them():
    """By hand, from the file of the clinic."""
    text = " ".join(describe("clinic.yaml").stdout.split())
    for fact in (
        "**Question:** How long do people wait?",
        "| 1 | treat | activity | needs Nurse, takes exponential with mean 12 minutes |",
        "| 3 | stay | stay | takes 30 minutes |",
        "| Nurse | staff group | With 1 at all times |",
        "| Recovery | ward | With 4 beds |",
        "| People who walk in | 4 per hour come | treat (visit) |",
        "| People who walk in | share by age | young 50 %, old the rest |",
        "| Nurse | cost | 24 per hour |",
        "**Warm-up:** 1 d are run before anything is measured",
        "**Run:** 8 d from 2026-01-05 (a Monday), at midnight.",
        "4 independent replications; seed 7.",
        "| quick | Mean wait | at most 3 h | the clinic's own promise |",
    ):
        assert fact in text, fact


def test_a_variant_is_described_whole_and_against_each_file_below_it():
    text = describe("busier.yaml").stdout
    assert "**Differences.** Busier against Two nurses:" in text
    assert "**Differences.** Two nurses against Clinic:" in text
    assert "1. Nurse: 1 more on duty (1 -\\> 2)." in text or "1. Nurse: 1 more on duty (1 -> 2)." in text
    assert "| 8 per hour come | treat (visit) |" in " ".join(text.split())


def test_a_change_on_the_command_line_is_told_against_the_file():
    text = describe("clinic.yaml", "--set", "wards.recovery.beds=+2").stdout
    assert "This scenario against Clinic:" in text
    assert "1. 2 more beds in Recovery (4 -> 6)." in text


def test_an_initiative_is_told_against_the_file_without_it():
    text = describe("general_hospital+before_noon").stdout
    assert "**Differences.** General hospital + Discharges before noon against General hospital:" in text


def test_one_json_document_has_all_items():
    found = json.loads(describe("clinic.yaml", "--json").stdout)
    assert (found["ok"], found["name"]) == (True, "Clinic")
    assert [one["number"] for one in found["items"]] == list(ITEMS)
    assert all(one["blocks"] for one in found["items"])


def test_the_web_page_loads_nothing():
    page = describe("clinic.yaml", "--html").stdout
    addresses = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            addresses.extend(name for name, _ in attrs if name in ("src", "href"))

    Reader().feed(page)
    assert page.startswith("<!DOCTYPE html>")
    assert addresses == []


def test_the_marks_of_a_page_are_filled():
    Path("page.md").write_text("# Report\n\nOurs.\n\n<!-- from the file: 2.5.3 -->\n<!-- end -->\n")
    result = describe("clinic.yaml", "--into", "page.md")
    assert (result.exit_code, result.stdout) == (0, "Filled page.md\n")
    text = Path("page.md").read_text()
    assert "Ours." in text
    assert "| Recovery | ward | With 4 beds" in " ".join(text.split())


def test_a_wrong_mark_leaves_the_page_as_it_is():
    Path("page.md").write_text("<!-- from the file: 7.1 -->\n<!-- end -->\n")
    result = describe("clinic.yaml", "--into", "page.md")
    assert result.exit_code == 2
    assert "there is nothing called 7.1 to fill in" in result.stderr
    assert Path("page.md").read_text() == "<!-- from the file: 7.1 -->\n<!-- end -->\n"


@pytest.mark.parametrize("words", [("--json", "--html"), ("--json", "--into", "clinic.yaml")])
def test_two_forms_at_once_are_refused(words):
    result = describe("clinic.yaml", *words)
    assert result.exit_code == 2
    assert "choose one of them" in result.stdout + result.stderr


def test_a_file_with_a_mistake_is_refused_with_its_line():
    Path("wrong.yaml").write_text(CLINIC.replace("beds: 4", "beds: four"))
    result = describe("wrong.yaml")
    assert result.exit_code == 2
    assert "wrong.yaml:" in result.stderr


def test_a_run_tells_in_short_how_far_it_can_be_trusted_and_on_demand_whole():
    def run(*words):
        return CliRunner().invoke(cli.wardflow, ["run", "clinic.yaml", "--replications", "2", *words])

    short, whole = run().stdout, run("--passport").stdout
    assert "How far can this be trusted? All 9 rules of book-keeping are kept in all 2 runs." in short
    assert "- Not to be used for: " not in short
    assert "- Not to be used for: Do not decide on it: 10 runs are the fewest for that." in whole
    assert "- Warm-up: Not judged: 7 measured days cannot tell a start-up from chance." in whole
    assert "- Not to be used for: " in run("--all").stdout
    passport = json.loads(run("--json", "--out", "results").stdout)["passport"]
    assert passport["compared_with_reality"] == ["It was never compared with a real service."]
    assert json.loads(Path("results", "passport.json").read_text()) == passport
