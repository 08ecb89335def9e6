"""What each page says, page by page, on a small hospital."""

import time
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from sim.ui import bases
from sim.ui.launch import SCRIPT

PATIENCE = 60  # seconds
BEDS = "Medical ward (beds)"


def settled(screen):
    """Runs the screen until nothing is being computed any more."""
    screen.run()
    end = time.monotonic() + PATIENCE
    while screen.session_state["asked"] and time.monotonic() < end:
        time.sleep(0.05)
        screen.run()
    assert not screen.exception, screen.exception
    assert not screen.session_state["asked"]
    return screen


@pytest.fixture
def screen():
    return settled(AppTest.from_file(SCRIPT, default_timeout=PATIENCE))


def page(screen, name):
    return settled(screen.switch_page(f"app_pages/{name}.py"))


def lever(screen, label):
    return next(one for one in screen.number_input if label in one.label)


def move(screen, label, value):
    lever(screen, label).set_value(value)
    return settled(screen)


def press(screen, label):
    next(one for one in screen.button if label in one.label).click()
    return settled(screen)


def said(screen):
    """Everything that stands on the page as text."""
    parts = [*screen.title, *screen.subheader, *screen.markdown, *screen.info, *screen.warning, *screen.error]
    return "\n".join(part.value for part in parts)


def with_a_plan(screen):
    page(screen, "change")
    move(screen, BEDS, 24)
    return press(screen, "Run this plan")


def test_the_first_screen_answers_before_it_asks(screen):
    words = said(screen)
    assert screen.title[0].value == "Small hospital"
    assert "Does one more bed shorten the wait?" in words
    assert "Four-hour standard" in words
    assert "The longest queue is for a bed: Medical ward" in words
    assert {"Bed occupancy at 08:00", "Cost a day"} <= {one.label for one in screen.metric}


def test_the_first_screen_tells_what_the_hospital_is_while_nothing_is_computed_yet():
    screen = AppTest.from_file(SCRIPT, default_timeout=PATIENCE)
    screen.session_state["who"] = "a visitor before the first run"
    screen.session_state["base"] = bases.first_base()
    screen.session_state["asked"], screen.session_state["today"], screen.session_state["plans"] = [], {}, {}
    screen.session_state["troubles"] = ["stopped"]  # so that nothing is asked for
    screen.run()
    assert "being run as it is today" in said(screen)
    assert "A hospital for tests of the screen" in said(screen)
    assert list(screen.table[0].value["Name"])[:2] == ["Cubicles", "Medical ward"]
    assert any(one.label == "Try again" for one in screen.button)


def test_a_lever_says_its_unit_and_where_it_stands_today(screen):
    page(screen, "change")
    assert lever(screen, BEDS).value == 15
    assert ":small[Today: 15 beds]" in said(screen)
    assert "Nothing yet" in said(screen)
    assert next(one for one in screen.button if one.label == "Run this plan").disabled


def test_a_moved_lever_is_marked_listed_and_can_be_put_back(screen):
    page(screen, "change")
    move(screen, BEDS, 18)
    assert lever(screen, BEDS).label.startswith("●")
    assert "Medical ward: 15 → 18 beds (+3)" in said(screen)
    press(screen, "Back to 15 beds")
    assert lever(screen, BEDS).value == 15
    assert "Nothing yet" in said(screen)


def test_everything_can_be_put_back_at_once(screen):
    page(screen, "change")
    move(screen, BEDS, 18)
    move(screen, "night shift", 2)
    press(screen, "Put everything back")
    assert "Nothing yet" in said(screen)


def test_levers_stay_where_they_are_while_one_looks_at_another_page(screen):
    page(screen, "change")
    move(screen, BEDS, 18)
    page(screen, "explore")
    page(screen, "change")
    assert lever(screen, BEDS).value == 18


def test_too_little_of_something_is_told_before_anything_is_run(screen):
    page(screen, "change")
    move(screen, BEDS, 5)
    assert any("Medical ward" in one.value for one in screen.warning)


def test_what_cannot_be_is_explained_and_cannot_be_run(screen):
    page(screen, "change")
    move(screen, "day shift", 0)
    move(screen, "night shift", 0)
    assert any("problem" in one.value for one in screen.error)
    assert not any(one.label == "Run this plan" for one in screen.button)


def test_a_plan_that_was_run_has_its_verdicts_in_words(screen):
    with_a_plan(screen)
    words = said(screen)
    assert "What it does: Medical ward +9 beds" in words
    assert "✓ better" in words
    assert "£3,105 a day more" in words


def test_results_go_stale_visibly_when_a_lever_moves(screen):
    with_a_plan(screen)
    assert "Out of date" not in said(screen)
    move(screen, BEDS, 25)
    assert "Out of date" in said(screen)
    move(screen, BEDS, 24)
    assert "Out of date" not in said(screen)


def test_plans_stand_side_by_side_with_what_they_change_and_cost(screen):
    with_a_plan(screen)
    move(screen, BEDS, 12)
    press(screen, "Run this plan")
    page(screen, "compare")
    words = said(screen)
    assert "Medical ward: 15 → 24 beds (+9)" in words
    assert "Medical ward: 15 → 12 beds (-3)" in words
    assert "£1,035 a day less" in words
    assert "✗ worse" in words
    assert "✓ better" in words
    assert "less is better" in words


def test_a_run_that_was_stopped_early_says_so_and_can_be_completed(screen):
    base = screen.session_state["base"]
    whole = screen.session_state["today"][base.key]
    screen.session_state["today"][base.key] = replace(whole, replicates=whole.replicates[:2])
    screen.run()
    assert "Stopped early: these figures come from 2 of 4 runs" in said(screen)
    press(screen, "Run the rest")
    assert "Stopped early" not in said(screen)


def test_without_a_plan_the_comparison_says_what_to_do(screen):
    page(screen, "compare")
    assert "nothing to compare yet" in said(screen)


def test_a_plan_can_be_forgotten(screen):
    with_a_plan(screen)
    page(screen, "compare")
    press(screen, "Forget it")
    assert "nothing to compare yet" in said(screen)


def test_a_plan_can_be_named_and_run_more_often(screen):
    page(screen, "change")
    move(screen, BEDS, 24)
    screen.text_input[0].set_value("Open bay **B**")
    lever(screen, "Runs").set_value(6)
    settled(screen)
    press(screen, "Run this plan")
    assert r"What it does: Open bay \*\*B\*\*" in said(screen)
    (plan,) = screen.session_state["plans"][screen.session_state["base"].key]
    today = screen.session_state["today"][screen.session_state["base"].key]
    assert len(plan.experiment.replicates) == len(today.replicates) == 6


def test_the_pictures_can_be_of_today_or_of_a_plan(screen):
    with_a_plan(screen)
    page(screen, "explore")
    which = screen.selectbox[0]
    assert which.options == ["As it is today", "Medical ward +9 beds"]
    which.set_value("Medical ward +9 beds")
    settled(screen)
    assert "How full it is" in said(screen)


def test_everything_can_leave(screen):
    with_a_plan(screen)
    page(screen, "files")
    labels = [one.proto.label for one in screen.get("download_button")]
    assert labels == [
        *("Whole scenario (YAML)", "Figures (CSV)", "Everything (zip)"),
        *("Changes (YAML)", "Whole scenario (YAML)", "Figures (CSV)", "Everything (zip)"),
    ]


def test_another_hospital_can_be_opened(screen):
    next(one for one in screen.button if one.key == "open teaching/mm1.yaml").click()
    screen.run()
    assert screen.title[0].value == "One nurse, one queue"
    press(screen, "Stop")


def test_a_scenario_can_be_brought_and_opened(screen):
    page(screen, "files")
    content = "wardflow: 1\nextends: teaching/mm1.yaml\nname: Mine\nrun: {replications: 2, length: 1 week}\n"
    screen.file_uploader[0].upload("mine.yaml", content.encode(), "text/yaml")
    settled(screen)
    press(screen, "Open it")
    page(screen, "today")
    assert screen.title[0].value == "Mine"


def test_a_scenario_with_mistakes_is_told_all_of_them(screen):
    page(screen, "files")
    screen.file_uploader[0].upload("bad.yaml", b"wardflow: 1\nname: Bad\npatients: 3\nwards: 4\n", "text/yaml")
    settled(screen)
    assert "problem" in screen.error[0].value
    assert "Fix" in said(screen)


def test_text_from_a_scenario_never_acts(screen):
    nasty = "[click](https://evil.example) <b>bold</b> :red[x]"
    text = (
        "wardflow: 1\nextends: small.yaml\n"
        f'name: "{nasty}"\nquestion: "{nasty}"\nstaff: {{nurse: {{label: "{nasty}"}}}}\n'
    )
    base = bases.bring("small.yaml", screen.session_state["base"].raw)
    loaded = bases.load_plan(base, text)
    screen.session_state["base"] = bases.Base("nasty", "nasty.yaml", None, loaded)
    settled(screen)
    page(screen, "change")
    for words in [*(one.label for one in screen.number_input), *said(screen).splitlines()]:
        assert "[click](https://evil" not in words
        assert "<b>" not in words.replace(r"\<b>", "")
