"""Tables behind the pictures, on services whose figures are worked out with a pencil."""

import pytest

from sim.report import frames
from sim.scenario.loading import load_text
from sim.study.experiment import run_experiment

LIST = """\
wardflow: 1
name: One slot a week
run: {length: 21 weeks, replications: 1}
patients:
  child:
    arrive: {batches: {first: {at: {date: 2026-01-05, time: "00:00"}, patients: 20}}}
    pathway: therapy
slots: {therapist: {per_week: 1, cost: 30 per patient}}
costs: {fixed: 10 per day}
pathways:
  therapy:
    - session: {slots: therapist, time: 1 h}
    - leave: discharged
"""


@pytest.fixture(scope="module")
def waiting_list():
    return run_experiment(load_text(LIST).scenario, workers=1)


def test_waits_on_a_list_are_told_in_weeks(waiting_list):
    """The n-th child waits n weeks: one up to a week, five up to six, twelve up to eighteen, two longer."""
    table = frames.wait_spread(waiting_list, "step:therapy/session")
    assert next(iter(table["wait"])) == "up to a day"
    assert list(table["share"]) == pytest.approx([0, 0.05, 0.25, 0.60, 0.10, 0])


def test_all_waiting_is_told_by_its_causes(waiting_list):
    """In the first week nobody could have had a slot: 20 children wait 168 hours for what is not offered yet."""
    table = frames.causes(waiting_list)
    hours = 24 * 7 * (20 * 21 / 2) / (21 * 7)
    assert table["hours"].sum() == pytest.approx(hours)
    assert table["share"].sum() == pytest.approx(1)
    closed = 20 * 24 * 7 / (21 * 7)
    assert sorted(table["hours"]) == pytest.approx([closed, hours - closed])


def test_causes_beyond_the_most_are_added_up(waiting_list):
    table = frames.causes(waiting_list, most=1)
    assert list(table["cause"]) == ["2 other causes"]
    assert table["share"].sum() == pytest.approx(1)


def test_costs_by_kind(waiting_list):
    """Twenty sessions of 30 pounds in 147 days, and 10 pounds a day."""
    table = frames.costs(waiting_list)
    assert list(table["pounds"]) == pytest.approx([10, 600 / 147])
    assert table["share"].sum() == pytest.approx(1)
