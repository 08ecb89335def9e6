"""Tables of real hospitals: how they are reduced, and how the base hospital is held against them."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import clock
from sim.demand.fates import draw_fates
from sim.engine.compiling import compile_scenario
from sim.engine.reference import run
from sim.scenario.loading import load
from tests.engines.stories import at, comes, hospital
from validation.reality import admissions, reduce
from validation.reality.calibration import ITEMS, quartiles, trusts, weekdays
from validation.reality.cases import cases
from validation.reality.hospital import ready_by_weekday, references, verdict

MONTHS = ["March 2024", "April 2024", "May 2024"]


def beds(trust: str, months: list[str], adult: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "nhs_trust22_code": trust,
            "date": months,
            "adult_general_acute_beds_available": adult,
            "adult_general_acute_beds_occupied": adult - 10,
            "adult_critical_care_beds_available": 12,
            "adult_critical_care_beds_occupied": 9,
        }
    )


def emergency(trust: str, months: list[str], attendances: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "nhs_trust22_code": trust,
            "date": months,
            "total_attendances": attendances,
            "attendances_over_4hours": attendances / 4,
            "total_emergency_admissions": attendances / 5,
            "emergency_admissions_over_4hours": attendances / 10,
        }
    )


def daily(trust: str, since: str, **columns: list[float | None]) -> pd.DataFrame:
    days = pd.date_range(since, periods=len(next(iter(columns.values()))))
    return pd.DataFrame({"nhs_trust22_code": trust, "date": days, **columns})


def test_a_trust_of_middling_size_is_reduced_to_what_it_reported_in_the_year() -> None:
    row = reduce.trusts_table(
        reduce.monthly(pd.concat([beds("A", MONTHS, 500), beds("B", MONTHS, 601), beds("C", MONTHS, 399)])),
        reduce.monthly(pd.concat([emergency("A", MONTHS, 1_000), emergency("B", MONTHS, 9)])),
        daily("A", "2024-04-01", do_not_meet_criteria_to_reside=[100, 0, 110, None]),
        daily("A", "2023-01-01", discharged_by_1700=[30, 20, None], discharged_total=[50, 30, 70]),
    )
    assert row.to_dict("index") == {
        "A": {
            "adult_beds": 500,
            "adult_beds_occupied": 490,
            "critical_care_beds": 12,
            "critical_care_occupied": 9,
            "days": 61,  # April and May
            "attendances": 2_000,
            "attendances_over_4h": 500,
            "emergency_admissions": 400,
            "admissions_over_4h": 200,
            "no_criteria_to_reside": 105,
            "discharged_by_5pm": 0.625,
        }
    }


def test_weekdays_are_relative_to_the_mean_day_of_the_trust_and_of_england() -> None:
    """From Monday, 1 April 2024: 10 a day and 17 on the Friday, twice; a day without report does not count."""
    week = [10.0, 10, 10, 10, 17, 10, 10]
    days = pd.concat(
        [
            daily("A", "2024-04-01", discharged_total=[*week, 0.0, *week[1:]]),
            daily("B", "2024-04-01", discharged_total=[20.0] * 7),
        ]
    )
    criteria = daily("A", "2024-04-01", do_not_meet_criteria_to_reside=week)
    table = reduce.weekdays_table(criteria, days, pd.Index(["A"]))
    own = table.loc["discharges", "A"]
    assert own.tolist() == pytest.approx([10 / 11] * 4 + [17 / 11] + [10 / 11] * 2, abs=0.0006)
    assert sorted(table.index) == [
        (figure, trust) for figure in ("discharges", "no_criteria_to_reside") for trust in ("A", "England")
    ]
    assert table.loc["discharges", "England"].mean() == pytest.approx(1, abs=0.001)


def test_arrivals_are_counted_by_weekday_hour_and_specialty() -> None:
    """Two weeks from a Saturday: three medical patients on Saturdays at 10, one surgical on a Monday at 09."""
    moments = ["2031-03-01 10:59:59", "2031-03-08 10:00:00", "2031-03-08 10:30:00", "2031-03-10 09:00:00"]
    last = ["2031-03-14 23:00:00"]
    patients = pd.DataFrame(
        {
            "arrival_datetime": pd.to_datetime([*moments, *last, *last, *last]),
            "specialty": ["medical", "medical", "medical", "surgical", "haem/onc", "paediatric", None],
        }
    )
    table = reduce.arrivals_table(patients)
    assert table.loc[("sat", 10)].tolist() == [2, 3, 0, 0, 0, 0]
    assert table.loc[("mon", 9)].tolist() == [2, 0, 1, 0, 0, 0]
    assert table.loc[("fri", 23)].tolist() == [2, 0, 0, 1, 1, 1]
    assert table.to_numpy()[:, 1:].sum() == 7


def test_arrivals_are_told_as_a_scenario(tmp_path: Path) -> None:
    """Two weeks with one patient an hour, and two on Saturdays from 10 to 11."""
    hours = pd.date_range("2031-03-01", periods=14 * 24, freq="h")
    twice = hours.append(hours[(hours.day_of_week == 5) & (hours.hour == 10)])
    names = ("medical", "surgical", "haem/onc", "paediatric", None)
    patients = pd.concat([pd.DataFrame({"arrival_datetime": twice, "specialty": name}) for name in names])
    file = tmp_path / "arrivals.yaml"
    file.write_text(reduce.scenario_text(reduce.arrivals_table(patients)), encoding="utf-8")
    scenario = load(file)
    medical = scenario.patients["medical"].arrive
    assert scenario.run.length == 14 * clock.DAY
    assert sorted(scenario.patients) == sorted(reduce.SPECIALTIES)
    assert list(medical.by_hour) == [14] * 10 + [16] + [14] * 13
    assert medical.by_weekday["sat"] == pytest.approx(25 / (338 / 14), abs=0.0001)
    assert medical.by_weekday["sun"] == pytest.approx(24 / (338 / 14), abs=0.0001)


def test_the_scenario_here_is_the_one_that_its_table_makes() -> None:
    table = pd.read_csv(admissions.TABLE, index_col=["weekday", "hour"])
    assert reduce.scenario_text(table) == admissions.SCENARIO.read_text(encoding="utf-8")


def test_the_tables_here_have_what_they_should() -> None:
    columns = trusts()
    assert all(len(column) == 36 for column in columns.values())
    assert np.all((columns["adult_beds"] >= 400) & (columns["adult_beds"] <= 600))
    assert np.all(columns["adult_beds_occupied"] <= columns["adult_beds"] * 1.05)
    for figure in ("discharges", "no_criteria_to_reside"):
        week = np.array(list(weekdays(figure).values()))
        assert week.shape == (7, 36)
        assert week.mean(axis=0) == pytest.approx(np.ones(36), abs=0.001)
    england = [float(value[0]) for value in weekdays("discharges", whole=True).values()]
    assert england == pytest.approx([0.90, 1.12, 1.14, 1.15, 1.25, 0.84, 0.60], abs=0.006)  # NHS England's own figures
    assert admissions.recorded().sum() == 12_636 - 226


def test_every_figure_has_quartiles_in_order() -> None:
    known = references()
    assert len(known) == len(ITEMS) + 14
    assert all(low < middle < high for low, middle, high in known.values())
    assert quartiles(np.array([0.0, 1, 2, 3, 4, 5, np.nan])) == (2, 3, 4)


@pytest.mark.parametrize(
    ("values", "word"),
    [([109, 111], "differs"), ([113.9, 114.1], "differs"), ([111.9, 112.1], "agrees"), ([97.9, 98.1], "differs")],
)
def test_the_whole_interval_must_lie_between_the_quartiles(values: list[float], word: str) -> None:
    """Quartiles 99, 110 and 114; two runs have an interval of 12.7 times half their distance on either side."""
    assert verdict("beds", (99, 110, 114), values).word == word


def test_who_is_past_ready_at_eight_is_counted_on_each_weekday() -> None:
    """Ready on Monday at 00:10; one leaves on Tuesday at 00:10, one on Thursday, the third stays to the end."""
    way = [
        "ready",
        {"stay": {"by": "class", "a": "1 d", "b": "3 d", "c": "20 d"}},
        {"leave": "discharged"},
    ]
    patients = {name: comes(**at(10)) for name in "abc"}
    scenario = hospital(7 * 24 * 60, patients=patients, pathways={"way": way})
    program = compile_scenario(scenario)
    log = run(program, draw_fates(scenario, 1, 0))
    mean = (3 + 2 + 2 + 1 + 1 + 1 + 1) / 7
    assert ready_by_weekday(scenario, program, log) == pytest.approx([n / mean for n in (3, 2, 2, 1, 1, 1, 1)])


def test_moments_are_counted_by_weekday_and_hour() -> None:
    count = admissions.by_week(np.array([0, clock.HOUR, clock.HOUR + 1, clock.DAY, clock.WEEK]), first=6)
    assert (count[6, 0], count[6, 1], count[0, 0], count.sum()) == (2, 2, 1, 5)


def test_arrivals_that_follow_the_record_agree_and_others_differ() -> None:
    rng = np.random.default_rng(1)
    known = admissions.recorded()

    def runs(true: np.ndarray) -> list[list[float]]:
        found = []
        for count in rng.poisson(true, (200, *true.shape)):
            found.append(
                [
                    figure
                    for own, real in zip(count.astype(float), known, strict=True)
                    for figure in (
                        own.sum() / 306,
                        admissions.chi_square(own.sum(axis=0), real.sum(axis=0)),
                        admissions.interplay(own),
                    )
                ]
            )
        return found

    product = known.sum(axis=2)[:, :, None] * known.sum(axis=1)[:, None, :] / known.sum(axis=(1, 2))[:, None, None]
    assert [one.measure for one in admissions.judge(runs(product)) if not one.passed] == []
    more_at_night = product * np.where(np.arange(24) < 6, 1.5, 0.95)
    assert any(not one.passed for one in admissions.judge(runs(more_at_night)))


def test_the_cases_depend_on_their_scenarios_and_tables() -> None:
    base, arrivals = cases()
    assert [file.name for file in base.files] == ["general_hospital.yaml", "trusts.csv", "weekdays.csv"]
    assert [file.name for file in arrivals.files] == ["emergency_admissions.yaml", "arrivals.csv"]
    assert all(file.is_file() for case in cases() for file in case.files)
    assert (base.replications, arrivals.replications) == (40, 200)
    figures = arrivals.observe(0)
    assert len(figures) == 12
    assert not any(math.isnan(figure) for figure in figures)
