"""Calibration: is the base hospital like a real one of its size? `--write` keeps the tables in docs/calibration.md."""

import argparse
import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim import clock
from sim.scenario.loading import load
from sim.study.experiment import Experiment, run_stored, with_run
from sim.study.output_analysis import t_interval
from sim.study.store import Store, store_folder

HERE = Path(__file__).parent
PAGE = HERE.parent.parent / "docs" / "calibration.md"
ENGLAND = "England"
Columns = dict[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Item:
    """A figure of the hospital beside the same figure of the trusts."""

    label: str
    kpi: str
    scope: str
    of_trusts: Callable[[Columns], NDArray[np.float64]]
    digits: int = 3


ITEMS = (
    Item("Adult general and acute beds", "beds_open", "", lambda t: t["adult_beds"], 0),
    Item("Occupancy at 08:00", "occupancy_8am", "", lambda t: t["adult_beds_occupied"] / t["adult_beds"]),
    Item("Attendances a day", "attendances_per_day", "", lambda t: t["attendances"] / t["days"], 0),
    Item(
        "Emergency admissions a day",
        "admissions_per_day",
        "class:ed_attender",
        lambda t: t["emergency_admissions"] / t["days"],
        0,
    ),
    Item("Admitted share of attendances", "conversion", "", lambda t: t["emergency_admissions"] / t["attendances"]),
    Item("Within four hours", "ed_within_4h", "", lambda t: 1 - t["attendances_over_4h"] / t["attendances"]),
    Item(
        "Over four hours from decision to admit",
        "dta_over_4h",
        "",
        lambda t: t["admissions_over_4h"] / t["emergency_admissions"],
    ),
    Item(
        "No criteria to reside, share of occupied beds",
        "ready_patients_share",
        "",
        lambda t: t["no_criteria_to_reside"] / t["adult_beds_occupied"],
    ),
    Item("Adult critical care beds", "beds_open", "ward:critical_care", lambda t: t["critical_care_beds"], 1),
    Item(
        "Critical care occupancy",
        "occupancy_mean",
        "ward:critical_care",
        lambda t: t["critical_care_occupied"] / t["critical_care_beds"],
    ),
    Item("Discharged by 17:00", "discharges_by_5pm", "", lambda t: t["discharged_by_5pm"]),
)


def trusts() -> Columns:
    """The figures of the 36 trusts: one array a column of trusts.csv."""
    with (HERE / "trusts.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0] if name != "trust"}


def weekdays(figure: str, *, whole: bool = False) -> dict[str, NDArray[np.float64]]:
    """A figure of weekdays.csv: for each weekday one value a trust, or the one of all England."""
    with (HERE / "weekdays.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["figure"] == figure]
    kept = [row for row in rows if (row["trust"] == ENGLAND) == whole]
    return {day: np.array([float(row[day]) for row in kept]) for day in clock.WEEKDAYS}


def quartiles(values: NDArray[np.float64]) -> tuple[float, float, float]:
    """Quartiles of the trusts that reported (0 stands for no report)."""
    known = values[np.isfinite(values) & (values > 0)]
    low, middle, high = np.quantile(known, [0.25, 0.5, 0.75])
    return float(low), float(middle), float(high)


def table(experiment: Experiment) -> tuple[list[str], bool]:
    """The table as lines of Markdown, and whether every item lies inside its quartiles."""
    columns, all_inside = trusts(), True
    lines = [
        "| figure | lower quartile | median | upper quartile | base hospital (95 % interval) | inside |",
        "|---|---|---|---|---|---|",
    ]
    for item in ITEMS:
        low, middle, high = quartiles(item.of_trusts(columns))
        found = t_interval([one.kpis[item.kpi, item.scope] for one in experiment.replicates])
        inside = round(low, item.digits) <= round(found.mean, item.digits) <= round(high, item.digits)
        all_inside &= inside
        cells = [f"{value:.{item.digits}f}" for value in (low, middle, high)]
        ours = f"{found.mean:.{item.digits}f} ({found.low:.{item.digits}f} to {found.high:.{item.digits}f})"
        lines.append(f"| {item.label} | {' | '.join(cells)} | {ours} | {'yes' if inside else '**no**'} |")
    return lines, all_inside


def rhythm(experiment: Experiment) -> list[str]:
    """The weekly and daily rhythm of discharges beside that of England and of the trusts."""

    def mean(kpi: str, scope: str = "") -> float:
        return t_interval([one.kpis[kpi, scope] for one in experiment.replicates]).mean

    lines = [
        "| against the mean day | England | lower quartile | median | upper quartile | base hospital | inside |",
        "|---|---|---|---|---|---|---|",
    ]
    england = weekdays("discharges", whole=True)
    for day, values in weekdays("discharges").items():
        low, middle, high = quartiles(values)
        ours = mean("discharge_weekday", f"weekday:{day}")
        cells = " | ".join(f"{value:.2f}" for value in (england[day][0], low, middle, high, ours))
        lines.append(f"| {day} | {cells} | {'yes' if low <= ours <= high else '**no**'} |")
    lines += [
        "",
        "| share | published | base hospital |",
        "|---|---|---|",
        f"| discharged before noon | 0.176 | {mean('discharges_before_noon'):.3f} |",
        f"| left before being seen | 0.02 to 0.05 | {mean('left_before_seen'):.3f} |",
    ]
    return lines


def page(experiment: Experiment) -> str:
    """The whole page."""
    lines, all_inside = table(experiment)
    every = "Every" if all_inside else "Not every"
    return "\n".join(
        [
            "# Calibration of the base hospital",
            "",
            "Made by `python -m validation.reality.calibration --write`. The quartiles are those of 36 English trusts",
            "with 400 to 600 adult general and acute beds, April 2024 to March 2025; of discharges by 17:00, which are",
            "no longer published, April 2022 to May 2023",
            f"(`validation/reality/README.md`). The base hospital ran {len(experiment.replicates)} times, "
            f"seed {experiment.seed}.",
            "",
            *lines,
            "",
            f"{every} figure lies between the quartiles.",
            "",
            "## Rhythm of discharges",
            "",
            "The same year by weekday. The hospital was tuned to resemble England as a whole: half of those on its",
            "wards need services that work on weekdays before they may go, and everybody hurries on Fridays. Each day",
            "is meant to lie within 0.12 of England's. Not every day lies between the quartiles of the trusts, which",
            "are narrow: too many go on Sundays and Wednesdays, too few on Mondays and Thursdays.",
            "",
            *rhythm(experiment),
            "",
        ]
    )


def main() -> None:
    """Runs the base hospital and writes the page."""
    parser = argparse.ArgumentParser(prog="python -m validation.reality.calibration", description=__doc__)
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--workers", type=int, help="processes that run replications (as many as are worth it)")
    parser.add_argument("--write", action="store_true", help="keep the result in docs/calibration.md")
    options = parser.parse_args()
    scenario = with_run(load("general_hospital"), replications=options.replications)
    text = page(run_stored(scenario, Store(store_folder()), workers=options.workers))
    print(text)
    if options.write:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
