"""Only what falls within the run counts as asked: rounds, pauses and stays that end after it do not."""

import pytest

from sim.demand.expected_times import mean_wait
from sim.demand.workload import expected_events, expected_visits, offered_load
from sim.scenario.scenario import Scenario
from tests.small_hospitals import comers, hospital

LEAVE = {"leave": "discharged"}
VISIT = {"visit": {"staff": "nurse", "time": "1 h"}}
NOBODY = {"rate": "0 per day"}
HOURS = 14 * 24
"""Length of the runs."""


def asked(scenario: Scenario) -> dict[str, float]:
    return {load.resource: load.asked for load in offered_load(scenario)}


def at_home(*way, rate=NOBODY, **parts) -> Scenario:
    """Patients whom a nurse visits."""
    return hospital({"p": comers(rate)}, {"way": [*way]}, staff={"nurse": {"on_duty": 50}}, **parts)


def there(at: str, patients: int = 20) -> dict:
    return {"start": {"list": {"of": "p", "at": at, "patients": patients}}}


def test_who_is_visited_every_morning_is_asked_for_on_the_mornings_of_the_run():
    """20 patients on 14 mornings, of whom 99.6 % go on after each visit; in all, 250 visits each would be asked."""
    again = {"one of": [{"share": "0.4 %", **LEAVE}, {"share": "rest", "go": "way"}]}
    mornings = {"calendars": {"morning": {"all": ["08:00"]}}, **there("way/wait until morning")}
    scenario = at_home({"wait until": "morning"}, VISIT, again, **mornings)
    visits = 20 * sum(0.996**morning for morning in range(14))
    assert asked(scenario)["nurse"] == pytest.approx(visits / HOURS)
    assert {found.step: found.per_hour for found in expected_visits(scenario)}["visit"] * HOURS == pytest.approx(visits)
    assert expected_events(scenario) < 14 * 20 * 10


def test_dressings_on_three_days_a_week_are_six_in_two_weeks():
    three = {"mon": ["09:00"], "wed": ["09:00"], "fri": ["09:00"]}
    again = {"one of": [{"share": "0.001 %", **LEAVE}, {"share": "rest", "go": "way"}]}
    days = {"calendars": {"days": three}, **there("way/wait until days", 1)}
    scenario = at_home({"wait until": "days"}, VISIT, again, **days)
    assert asked(scenario)["nurse"] == pytest.approx(6 / HOURS, rel=1e-4)


def test_rounds_with_pauses_count_for_those_who_come_early_enough_for_them():
    """With 83 hours at home between visits the second is for those who come 83 hours before the end, and so on."""
    way = [{"repeat": {"times": 4, "every": "84 h", "steps": [VISIT]}}, LEAVE]
    visits = sum(1 - 83 * before / HOURS for before in range(4))
    assert asked(at_home(*way, rate={"rate": "1 per hour"}))["nurse"] == pytest.approx(visits, rel=1e-3)


def test_many_rounds_are_cut_at_the_end_of_the_run():
    """A visit a day for a year: those there at the start have 14 of them within the run."""
    way = [{"repeat": {"times": 365, "every": "1 d", "steps": [VISIT]}}, LEAVE]
    assert asked(at_home(*way, **there("way/repeat")))["nurse"] == pytest.approx(20 * 14 / HOURS, rel=0.005)


def test_a_pathway_that_goes_back_to_itself_after_weeks_is_cut_at_the_end_of_the_run():
    """Reviews 10 days apart: 4/14 of those who come are there early enough for a second, and nobody for a third."""
    again = {"one of": [{"share": "0.1 %", **LEAVE}, {"share": "rest", "go": "way"}]}
    scenario = at_home(VISIT, {"rest": {"time": "10 d"}}, again, rate={"rate": "1 per hour"})
    assert asked(scenario)["nurse"] == pytest.approx(1 + 0.999 * 4 / 14)
    per_patient = {found.step: found.per_patient for found in expected_visits(scenario)}
    assert per_patient["visit"] == pytest.approx(1000)


def test_a_stay_of_those_there_counts_until_the_end_of_the_run():
    """Three patients with 20 days left, and two with 7, in a run of 14 days: 3 + 2 / 2 beds."""
    way = [{"enter": "ward"}, {"stay": "9 d"}, LEAVE]
    bed = {"of": "p", "at": "way/stay", "ward": "ward"}
    start = {"long": {**bed, "patients": 3, "left": "20 d"}, "short": {**bed, "patients": 2, "left": "7 d"}}
    scenario = hospital({"p": comers(NOBODY)}, {"way": way}, wards={"ward": {"beds": 9}}, start=start)
    assert asked(scenario)["ward"] == pytest.approx(4)


def test_a_ward_that_is_full_at_the_start_is_not_asked_for_twice():
    """One an hour for 4 days is 96 beds, those who come late take 2/14 less of them, and 96 in bed have 2 days left."""
    way = [{"enter": "ward"}, {"stay": "4 d"}, LEAVE]
    start = {"beds": {"of": "p", "at": "way/stay", "ward": "ward", "patients": 96}}
    patients, wards = {"p": comers({"rate": "1 per hour"})}, {"ward": {"beds": 120}}
    assert asked(hospital(patients, {"way": way}, wards=wards, start=start))["ward"] == pytest.approx(96, rel=1e-4)
    assert asked(hospital(patients, {"way": way}, wards=wards))["ward"] == pytest.approx(96)


def test_who_is_in_bed_comes_to_each_round_at_any_moment():
    """Stays vary, so that two rounds with 3 hours between them are waited for 12 hours each; 10 an hour in 27 hours."""
    rounds = {"wait until": "rounds"}
    way = [{"enter": "ward"}, rounds, {"stay": "3 h"}, rounds, LEAVE]
    parts = {"wards": {"ward": {"beds": 300}}, "calendars": {"rounds": {"all": ["10:00"]}}}
    scenario = hospital({"p": comers({"rate": "10 per hour"})}, {"way": way}, **parts)
    assert asked(scenario)["ward"] == pytest.approx(270)


def test_a_pause_that_is_shorter_than_the_warm_up_changes_nothing():
    """10 days at home: with a warm-up of 10 days and one of 7, when 3 of the 7 days that follow are not reached."""
    way = [{"rest": {"time": "10 d"}}, VISIT, LEAVE]
    for warm_up, length, share in (("10 d", "4 d", 1.0), ("7 d", "7 d", 4 / 7)):
        run = {"run": {"warm_up": warm_up, "length": length}}
        scenario = at_home(*way, rate={"rate": "1 per hour"}, **run)
        assert asked(scenario)["nurse"] == pytest.approx(share)


def test_rounds_without_number_in_no_time_are_counted_at_once():
    """10,000 visits of a minute: those beyond the counted rounds count as if they were asked at once."""
    minute = {"visit": {"staff": "nurse", "time": "1 min"}}
    again = {"one of": [{"share": "0.01 %", **LEAVE}, {"share": "rest", "go": "way"}]}
    visits = {one.step: one.per_hour for one in expected_visits(at_home(minute, again, **there("way/visit", 1)))}
    assert 8600 < visits["visit"] * HOURS < 10_001


def test_who_comes_from_one_moment_of_a_calendar_waits_for_the_next():
    """From 08:00 with 20 minutes of care 23 h 40 min are left until the next 08:00, and 8 h 40 min until 17:00."""
    eight, hour = 8 * 3_600_000, 3_600_000
    assert mean_wait({"all": [eight]}, (eight,), hour / 3) / hour == pytest.approx(23 + 2 / 3)
    assert mean_wait({"all": [17 * hour]}, (eight,), hour / 3) / hour == pytest.approx(8 + 2 / 3)
    assert mean_wait({"mon": [eight], "thu": [eight]}, (eight, 3 * 24 * hour + eight), hour) / hour == pytest.approx(83)
    assert mean_wait({"all": [eight]}, (eight,), 24 * hour) == 0
