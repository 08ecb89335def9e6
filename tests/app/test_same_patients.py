"""The part of the page of comparisons that follows the same patients through today and a plan."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from sim.study.same_patients import follow
from sim.ui.followers import Follower, follower, seconds
from sim.ui.launch import SCRIPT
from tests.small_studies import clinic, experiment

PATIENCE = 60  # seconds


@pytest.fixture(autouse=True)
def nothing_kept():
    follower.cache_clear()


def settled(screen):
    screen.run()
    end = time.monotonic() + PATIENCE
    while screen.session_state["asked"] and time.monotonic() < end:
        time.sleep(0.05)
        screen.run()
    assert not screen.exception, screen.exception
    return screen


def press(screen, label):
    next(one for one in screen.button if label in one.label).click()
    return settled(screen)


def said(screen):
    return "\n".join(part.value for part in (*screen.subheader, *screen.markdown, *screen.error))


@pytest.fixture
def comparing():
    """The page of comparisons with one plan: nine more beds."""
    screen = settled(AppTest.from_file(SCRIPT, default_timeout=PATIENCE))
    settled(screen.switch_page("app_pages/change.py"))
    next(one for one in screen.number_input if "Medical ward (beds)" in one.label).set_value(24)
    press(settled(screen), "Run this plan")
    return settled(screen.switch_page("app_pages/compare.py"))


def test_nobody_is_followed_before_somebody_asks(comparing):
    words = said(comparing)
    assert "The same patients" in words
    assert "wait less" not in words
    assert any("Follow the patients of one run (a few seconds)" in one.label for one in comparing.button)


def test_the_patients_of_one_run_are_told_with_who_they_are_and_why_and_stay_told(comparing):
    press(comparing, "Follow the patients")
    assert "Another run has other patients" in said(comparing)
    settled(comparing.switch_page("app_pages/files.py"))
    settled(comparing.switch_page("app_pages/compare.py"))
    assert "patients a run who come under both" in said(comparing)
    assert not any("Follow the patients" in one.label for one in comparing.button)
    groups = next(one.value for one in comparing.dataframe if "Wait less" in one.value)
    journeys = next(one.value for one in comparing.dataframe if "At the step" in one.value)
    assert groups["Patients"].tolist() == ["all", "People who walk in", "age old", "age young"]
    assert groups["Number"].iloc[0] == groups["Number"].iloc[1]
    assert set(journeys["Most because of"].head(5)) == {"Medical ward"}
    assert set(journeys["At the step"].head(5)) == {"enter medical (emergency)"}


def test_a_pair_of_plans_is_followed_once_for_all_visitors():
    desk, base = Follower(), clinic(length="2 d", warm_up="0 d")
    more = base.model_copy(update={"name": "More", "staff": {"nurse": base.staff["nurse"]}})
    assert desk.kept(base, more) is None
    found = desk.follow(base, more)
    assert desk.follow(base, more) is found is desk.kept(base, more)
    assert found.groups[0] == follow(base, more, 1).groups[0]
    assert found.groups[0].same.mean == 1


def test_the_time_that_it_takes_is_told_from_what_the_runs_took():
    assert seconds(experiment({("wait_mean", ""): [1.0, 2.0]}), experiment({("wait_mean", ""): [1.0]})) == 0
