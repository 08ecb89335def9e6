"""A value that no hospital has is refused where it stands, with what to write instead (cases 35 to 60)."""

import pytest

from tests.bad_input.told import files, hold_against, table, told_about

EXPECTED = table("values")
FILES = files("values")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_wrong_value_is_told_where_it_stands(path):
    hold_against(EXPECTED[path.name], path)


def test_every_file_has_its_expectation():
    assert {path.name for path in FILES} == set(EXPECTED)


def test_every_case_of_the_catalogue_is_there():
    assert {one["case"] for one in EXPECTED.values()} >= set(range(35, 61))


def test_a_slip_of_per_hour_and_per_day_shows_the_yearly_total():
    (path,) = (path for path in FILES if path.stem == "per_hour_for_per_day")
    assert "9,192 arrivals a day are 3,355,080 a year" in told_about(path).text


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("half_a_bed", "beds: 2 or 3"),
        ("decimal_point_beds", "beds: 60"),
        ("unit_behind_beds", "beds: 60"),
        ("run_without_unit", "length: 12 weeks"),
        ("months_for_length", "length: 13 weeks"),
        ("unit_with_capital", "time: 7 min"),
        ("rate_per_minute", "rate: 120 per hour"),
        ("percent_without_sign", "red: 20 %"),
        ("shares_sum_to_97", "correct them, or write rest for one of them"),
        ("negative_turnaround", "turnaround: 45 min"),
        ("cost_with_pound_sign", "cost: 345 per day"),
        ("mu_and_sigma", "write mean"),
        ("normal_time", "use lognormal with the same mean and sd, or give at_least and at_most"),
        ("warm_up_longer_than_length", "length: 8 weeks"),
        ("part_weeks", "length: 4 weeks"),
    ],
)
def test_the_fix_is_what_was_meant(name, fix):
    (path,) = (path for path in FILES if path.stem == name)
    assert told_about(path).problems[0].fix == fix
