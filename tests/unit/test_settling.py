"""The warm-up is judged by the measured days: an empty start is seen, and chance is not taken for one."""

from dataclasses import replace

import numpy as np

from sim.scenario.start import Start
from sim.study.settling import daily, settling, without_rhythm
from tests.small_studies import experiment

WAIT = ("wait_mean", "")
DAYS = 84


def study(rows, name="in_use_by_day", scope="", **run):
    """An experiment of which a series of days was kept, one row a replication."""
    found = experiment({WAIT: [1.0] * len(rows)}, **run)
    kept = [
        replace(one, profiles={(name, scope): np.asarray(row, float)})
        for one, row in zip(found.replicates, rows, strict=True)
    ]
    return replace(found, replicates=tuple(kept))


def noise(runs, days=DAYS, height=3.0):
    """Made by a rule, not by chance, so that the test says the same for ever: a wave of another length in each run."""
    return np.array([[height * np.sin(2.1 * day + 1.7 * run) for day in range(days)] for run in range(runs)])


def test_a_hospital_that_is_full_from_the_first_measured_day_has_settled():
    found = settling(study(100 + noise(6)))
    assert found.finding == "settled"
    assert found.sentence == "After 1 d of warm-up beds in use show no start-up (MSER-5 over the measured days)."


def test_a_hospital_that_fills_during_the_measured_time_has_not():
    """Beds in use rise from 50 to 100 in the first 20 of 84 days."""
    filling = 100 - 50 * np.clip(1 - np.arange(DAYS) / 20, 0, 1)
    found = settling(study(filling + noise(6)))
    assert found.finding == "still settling"
    assert "beds in use, " in found.sentence
    assert "% lower" in found.sentence


def test_a_start_that_is_slightly_lower_does_not_matter():
    """Three per cent lower for 20 days, below the 5 % that matter."""
    lower = np.where(np.arange(DAYS) < 20, 97.0, 100.0)
    assert settling(study(lower + noise(6, height=0.1))).finding == "settled"


def test_chance_is_not_taken_for_a_start_up():
    """In three of six runs the first 20 days are 40 % lower, in the others 25 % higher: no sign of an empty start."""
    starts = np.array([60.0, 125.0] * 3)[:, None]
    rows = np.where(np.arange(DAYS) < 20, starts, 100.0)
    assert settling(study(rows)).finding == "settled"


def test_a_queue_that_was_longer_at_first_is_no_empty_start():
    longer = np.where(np.arange(DAYS) < 20, 150.0, 100.0)
    assert settling(study(longer + noise(6), "waiting_by_day", "ward:medical")).finding == "settled"


def test_the_week_is_not_taken_for_a_start_up():
    weekly = 100 + 30 * (np.arange(DAYS) % 7 < 5)
    assert settling(study(weekly + noise(6))).finding == "settled"
    assert np.ptp(without_rhythm(weekly.astype(float))) < 1e-9


def test_four_weeks_and_two_runs_are_the_least():
    assert (
        settling(study(100 + noise(6, days=21))).sentence
        == "Not judged: 21 measured days cannot tell a start-up from chance."
    )
    assert settling(study(100 + noise(1))).finding == "too short to say"


def test_a_declared_start_needs_no_warm_up():
    found = study(100 + noise(3), warm_up="0 d")
    start = {"queue": Start(of="walk_in", at="visit/treat", patients=3)}
    scenario = found.scenario.model_copy(update={"start": start})
    assert settling(replace(found, scenario=scenario)).finding == "declared start"


def test_without_a_warm_up_it_is_judged_all_the_same():
    found = settling(study(100 + noise(6), warm_up="0 d"))
    assert found.sentence.startswith("Although there is no warm-up, beds in use show no start-up")


def test_parts_are_added_up_where_there_is_no_whole():
    found = experiment({WAIT: [1.0]})
    profiles = {
        ("waiting_by_day", "ward:a"): np.array([1.0, 2.0]),
        ("waiting_by_day", "staff:b"): np.array([10.0, 20.0]),
    }
    found = replace(found, replicates=(replace(found.replicates[0], profiles=profiles),))
    assert daily(found, "waiting_by_day").tolist() == [[11.0, 22.0]]


def test_where_nobody_ever_waits_nothing_is_judged():
    assert settling(study(np.zeros((4, DAYS)))).finding == "not judged"
