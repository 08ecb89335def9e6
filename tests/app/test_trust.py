"""The first page tells at its foot how far its figures can be trusted."""

from streamlit.testing.v1 import AppTest

from sim.report.passport import TITLE
from sim.ui.launch import SCRIPT
from tests.app.test_pages import PATIENCE, said, settled

PAGE = """
from sim.ui import trust
from sim.ui.bases import first_base
from tests.small_studies import experiment

trust.show(first_base(), {experiment})
"""


def test_the_first_page_has_it_at_its_foot():
    screen = settled(AppTest.from_file(SCRIPT, default_timeout=PATIENCE))
    assert TITLE in [one.label for one in screen.expander]


def test_nothing_stands_there_before_anything_was_run():
    screen = AppTest.from_string(PAGE.format(experiment="None"), default_timeout=PATIENCE).run()
    assert not screen.expander


def test_opened_it_tells_every_part():
    text = PAGE.format(experiment='experiment({("wait_mean", ""): [60.0, 61.0, 60.0]})')
    screen = AppTest.from_string(text, default_timeout=PATIENCE)
    screen.session_state["trust"] = True
    screen.run()
    assert not screen.exception
    words = said(screen)
    assert "All 9 rules of book-keeping are kept in all 3 runs." in words
    assert "Do not decide on it: 10 runs are the fewest for that." in words
