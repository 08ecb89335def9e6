"""Of the random mutants that the tests missed, somebody has said about each what it means."""

import tomllib

from validation.mutation.mutants import load
from validation.mutation.page import EXPLAINED, KINDS, README, name_of, page, wilson
from validation.seeded_bugs.bugs import ROOT

MISSED = {name_of(one) for one in load().mutants if not one.caught_by}
TOLD = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))


def test_every_mutant_that_was_missed_is_explained_and_no_other() -> None:
    assert TOLD.keys() == MISSED
    assert {one["kind"] for one in TOLD.values()} <= KINDS.keys()
    assert all(one["why"] for one in TOLD.values())


def test_the_tests_that_close_a_gap_are_there() -> None:
    closing = [one["test"] for one in TOLD.values() if one["kind"] in ("closed", "elsewhere")]
    assert [test for test in closing if not (ROOT / test).is_file()] == []


def test_the_page_says_what_came_out() -> None:
    assert README.read_text(encoding="utf-8") == page()


def test_all_that_was_changed_is_still_there() -> None:
    assert {one.file for one in load().mutants if not (ROOT / one.file).is_file()} == set()


def test_the_interval_of_a_share_is_wilsons() -> None:
    """Newcombe (1998), Statistics in Medicine 17:857-872, table I: 81 of 263 is 0.2553 to 0.3662."""
    assert [round(end, 4) for end in wilson(81, 263)] == [0.2553, 0.3662]
