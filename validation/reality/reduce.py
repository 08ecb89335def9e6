"""Reducing: `python -m validation.reality.reduce FOLDER` computes the tables of this folder from the raw publications.

FOLDER holds `nhs_england/` and `patientflow_synthetic/`; README.md beside this file tells where they come from.
"""

import argparse
from pathlib import Path
from typing import Final

import pandas as pd

from sim.clock import WEEKDAYS

HERE: Final = Path(__file__).parent
YEAR: Final = ("2024-04-01", "2025-03-31")
"""First and last day of the year that is looked at."""
SMALLEST, LARGEST = 400, 600
"""Adult general and acute beds of the trusts that are kept."""
TRUST: Final = "nhs_trust22_code"
SPECIALTIES: Final = ("medical", "surgical", "haem_onc", "paediatric")
RUNS: Final = 200
"""Replications of the scenario of arrivals."""


def main() -> None:
    """Reads the raw files and writes the tables and the scenario of arrivals."""
    parser = argparse.ArgumentParser(prog="python -m validation.reality.reduce", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the raw files are")
    parser.add_argument("--into", type=Path, default=HERE, help="where the tables go (here)")
    options = parser.parse_args()
    nhs = options.folder / "nhs_england"
    beds, emergency = (
        monthly(pd.read_csv(nhs / name))
        for name in ("england_critical_general_acute_beds.csv", "england_trust_accidents_emergency.csv")
    )
    criteria = pd.read_csv(nhs / "england_trust_criteria_to_reside.csv", parse_dates=["date"])
    discharged = pd.read_csv(nhs / "england_trust_discharged_patients.csv", parse_dates=["date"])
    patients = pd.read_csv(
        options.folder / "patientflow_synthetic" / "inpatient_arrivals.csv", parse_dates=["arrival_datetime"]
    )
    trusts = trusts_table(beds, emergency, criteria, discharged)
    arrivals = arrivals_table(patients)
    tables = {"trusts": trusts, "weekdays": weekdays_table(criteria, discharged, trusts.index), "arrivals": arrivals}
    for name, table in tables.items():
        table.to_csv(options.into / f"{name}.csv", lineterminator="\n")
    (options.into / "emergency_admissions.yaml").write_text(scenario_text(arrivals), encoding="utf-8")


# ---------------------------------------------------------------- English trusts


def monthly(table: pd.DataFrame) -> pd.DataFrame:
    """A monthly publication with its months as dates."""
    return table.assign(date=pd.to_datetime(table["date"], format="%B %Y"))


def of_the_year(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of the year."""
    return table[table["date"].between(*YEAR) & table[TRUST].notna()]


def trusts_table(
    beds: pd.DataFrame, emergency: pd.DataFrame, criteria: pd.DataFrame, discharged: pd.DataFrame
) -> pd.DataFrame:
    """One row for each trust of middling size; means over the months or days that it reported, sums over the year.

    Args:
        beds: beds by trust and month.
        emergency: attendances and admissions by trust and month.
        criteria: patients who no longer meet the criteria to reside, by trust and day; 0 is no report.
        discharged: discharges by trust and day; their hours were published until May 2023 only.
    """
    means = of_the_year(beds).groupby(TRUST)
    table = pd.DataFrame(
        {
            "adult_beds": means["adult_general_acute_beds_available"].mean().round(1),
            "adult_beds_occupied": means["adult_general_acute_beds_occupied"].mean().round(1),
            "critical_care_beds": means["adult_critical_care_beds_available"].mean().round(2),
            "critical_care_occupied": means["adult_critical_care_beds_occupied"].mean().round(2),
        }
    )
    table = table[means["adult_general_acute_beds_available"].mean().between(SMALLEST, LARGEST)]
    year = of_the_year(emergency)
    sums = year.assign(days=year["date"].dt.days_in_month).groupby(TRUST).sum(numeric_only=True)
    for ours, theirs in (
        ("days", "days"),
        ("attendances", "total_attendances"),
        ("attendances_over_4h", "attendances_over_4hours"),
        ("emergency_admissions", "total_emergency_admissions"),
        ("admissions_over_4h", "emergency_admissions_over_4hours"),
    ):
        table[ours] = sums[theirs].astype(int)
    reported = of_the_year(criteria)[lambda days: days["do_not_meet_criteria_to_reside"] > 0]
    table["no_criteria_to_reside"] = reported.groupby(TRUST)["do_not_meet_criteria_to_reside"].mean().round(1)
    hours = discharged[discharged["discharged_by_1700"].notna()].groupby(TRUST).sum(numeric_only=True)
    table["discharged_by_5pm"] = (hours["discharged_by_1700"] / hours["discharged_total"]).round(3)
    return table.rename_axis("trust").sort_index()


def weekdays_table(criteria: pd.DataFrame, discharged: pd.DataFrame, trusts: pd.Index) -> pd.DataFrame:
    """Mean of each weekday, relative to the mean of the seven, for some trusts and for all of England together."""
    found = []
    for figure, table, column in (
        ("discharges", discharged, "discharged_total"),
        ("no_criteria_to_reside", criteria, "do_not_meet_criteria_to_reside"),
    ):
        days = of_the_year(table)[lambda rows, column=column: rows[column] > 0]
        of_trusts = days[days[TRUST].isin(trusts)]
        england = days.groupby("date")[column].sum().reset_index().assign(**{TRUST: "England"})
        for part in (england, of_trusts):
            found.append(relative_to_the_week(part, column).assign(figure=figure))
    table = pd.concat(found).rename_axis("trust").set_index("figure", append=True).round(3)
    return table.swaplevel()


def relative_to_the_week(days: pd.DataFrame, column: str) -> pd.DataFrame:
    """One row a trust, one column a weekday; 1 is the mean of the seven."""
    weekday = days["date"].dt.day_of_week.rename("weekday")
    means = days.groupby([TRUST, weekday])[column].mean().unstack()
    return means.div(means.mean(axis=1), axis=0).set_axis(list(WEEKDAYS), axis=1)


# ---------------------------------------------------------------- emergency admissions of one hospital


def arrivals_table(patients: pd.DataFrame) -> pd.DataFrame:
    """Patients who came, by weekday and hour, one column a specialty; `days` tells how many such days there were."""
    moments = patients["arrival_datetime"]
    specialty = patients["specialty"].str.replace("/", "_").fillna("not_told")
    count = pd.crosstab([moments.dt.day_of_week, moments.dt.hour], specialty)
    every = pd.MultiIndex.from_product([range(7), range(24)], names=["weekday", "hour"])
    table = count.reindex(every, fill_value=0)[[*SPECIALTIES, "not_told"]]
    days = pd.Series(pd.date_range(moments.min().date(), moments.max().date())).dt.day_of_week.value_counts()
    table.insert(0, "days", [int(days[weekday]) for weekday, _ in every])
    table.index = table.index.set_levels([list(WEEKDAYS), range(24)])
    return table.rename_axis(columns=None)


def scenario_text(arrivals: pd.DataFrame) -> str:
    """The scenario whose patients come as those of the table did: so many a day, by hour and by weekday."""
    days = arrivals["days"].groupby("weekday", sort=False).first()
    lines = [
        "wardflow: 1",
        "name: Emergency admissions of a London hospital",
        "about: >-",
        "  Written by `python -m validation.reality.reduce`; do not edit. Emergency admissions by hour, weekday and",
        "  specialty as in the synthetic data of patientflow 1.8.7 (MIT licence, copyright 2024 Zella King), which are",
        "  made like those of University College London Hospitals; dates are shifted.",
        f"run: {{start: 2031-03-01, length: {days.sum()} d, replications: {RUNS}, seed: 2031}}",
        "patients:",
    ]
    for name in SPECIALTIES:
        total = arrivals[name].sum()
        by_hour = ", ".join(str(count) for count in arrivals[name].groupby("hour").sum())
        against = arrivals[name].groupby("weekday", sort=False).sum() / days / (total / days.sum())
        by_weekday = ", ".join(f"{day}: {factor:.4f}" for day, factor in against.items())
        lines += [
            f"  {name}:",
            "    arrive:",
            f"      rate: {total / days.sum():.4f} per day",
            f"      by_hour: [{by_hour}]",
            f"      by_weekday: {{{by_weekday}}}",
            "    pathway: admission",
        ]
    return "\n".join([*lines, "pathways:", "  admission:", "    - leave: discharged", ""])


if __name__ == "__main__":
    main()
