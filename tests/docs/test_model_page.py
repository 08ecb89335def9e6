"""The description of the model is up to date: what the program and the base hospital say of themselves stands in it."""

import re
from pathlib import Path

import pytest

from sim.report.stress.filling import MARK, PROGRAM, filled
from sim.report.stress.sheet import ITEMS, sheet
from sim.report.stress.subject import any_machine, subject_of
from sim.study.ancestry import ancestry

PAGE = Path(__file__).parents[2] / "docs" / "model.md"
OWN_WORDS = ("5.2", "5.3")
"""Items that hold for every scenario and are told by the page and the program."""


@pytest.fixture(scope="module")
def text():
    return PAGE.read_text(encoding="utf-8")


def test_the_page_is_what_the_program_says(text):
    """After a change: `wardflow describe general_hospital --into docs/model.md`."""
    assert text == filled(text, sheet(subject_of(ancestry("general_hospital"), any_machine())))


def test_the_page_has_every_item_of_the_guideline_in_its_order(text):
    titles = re.findall(r"^### ([\d.]+) (.*)$", text, re.MULTILINE)
    assert titles == [(number, title) for number, (title, _) in ITEMS.items()]


def test_every_item_is_filled_from_the_base_hospital_or_by_the_program(text):
    marks = [(mark["whence"], mark["name"]) for mark in MARK.finditer(text)]
    assert [name for whence, name in marks if whence == "file"] == [one for one in ITEMS if one not in OWN_WORDS]
    assert sorted(name for whence, name in marks if whence == "program") == sorted(PROGRAM)


def test_every_page_to_which_it_leads_is_there(text):
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not link.startswith("http")]
    assert links
    assert all((PAGE.parent / link).exists() for link in links), links


def test_the_page_that_newcomers_read_first_leads_to_it():
    assert "docs/model.md" in (PAGE.parents[1] / "README.md").read_text(encoding="utf-8")
