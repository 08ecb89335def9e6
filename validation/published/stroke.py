"""The stroke pathway of Monks et al. (2016): delays by number of beds, against theory, paper and reproduction."""

import csv
import json
import math
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim import clock
from sim.engine.eventlog import Event
from validation.published.judging import TOO_FAR, Estimate, Reference, compare, mean_of, printed, share_of
from validation.published.running import FOLDER, PART, replicate, replications
from validation.theory.formulas import erlang_b
from validation.theory.observing import Run
from validation.verdicts import Case, Observed, Verdict

Days = NDArray[np.float64]
"""Counts of days, one row a replication, one column a number of patients."""
BASE: Final = FOLDER / "stroke.yaml"
TEN_BEDS: Final = FOLDER / "stroke_ten_beds.yaml"
PARAMETERS: Final = FOLDER / "stroke_parameters.json"
PRINTED: Final = FOLDER / "stroke.csv"
COUNTED: Final = FOLDER / "stroke_counts.csv"
ACUTE, REHAB, BOTH = "acute", "rehabilitation", "both"
UNITS: Final = (ACUTE, REHAB, BOTH)
WARDS: Final = {ACUTE: "acute_unit", REHAB: "rehab_unit"}
MOST: Final = 80
"""One more than the patients in a unit up to which days are counted; the largest mean is 18."""
CROWDS: Final = {ACUTE: (4, 6, 8, 10, 12, 14), REHAB: (6, 8, 10, 12, 14)}
"""Numbers of patients whose share of the days is compared."""
TOLERANCE: Final = 0.01
"""Of shares of days and of patients, absolute: one unit of the last digit that the paper prints."""
TOLERANCE_OF_MEANS: Final = 0.02
"""Of mean numbers of patients, relative."""
THEORY: Final = "Erlang's loss formula"
POISSON: Final = "Poisson"
PAPER, REPRODUCTION = "Monks et al. 2016, 150 runs", "pydesrap_stroke, 150 runs"
ONE_RUN: Final = "pydesrap_stroke, one run"
REPLICATIONS_PRINTED: Final = 150
HEAVIER: Final = "the paper's acute delays fit a mean of 8.4 patients, not the 8.145 of its printed times and shares"
OFF: Final = "what is printed is itself off theory by more than its own error"
CONTRADICTED: Final = "this column of the paper contradicts its own column '1 in n', which is compared besides"


@dataclass(frozen=True, slots=True)
class Loads:
    """Mean numbers of patients if beds never run out."""

    acute: float
    rehab: float

    def of(self, unit: str) -> float:
        """The mean number in a unit."""
        return {ACUTE: self.acute, REHAB: self.rehab, BOTH: self.acute + self.rehab}[unit]


def loads(factor: float = 1.0, without: tuple[str, ...] = (), admitted: float = 1.0) -> Loads:
    """Mean numbers of patients by the printed parameters, since each is patients a day times mean stay.

    Args:
        factor: on all admissions.
        without: streams that do not come, by the names of their gaps, such as `asu_arrival_neuro`.
        admitted: share of those for the acute unit who get in.

    >>> round(loads().acute, 6), round(loads().rehab, 6)
    (8.145493, 9.718218)
    """
    given = json.loads(PARAMETERS.read_text(encoding="utf-8"))["simulation_parameters"]
    acute = rehab = 0.0
    for illness in ("stroke", "tia", "neuro", "other"):
        acute_rate, direct_rate = (
            factor / given[stream]["params"]["mean"] if stream in given and stream not in without else 0.0
            for stream in (f"asu_arrival_{illness}", f"rehab_arrival_{illness}")
        )
        acute_rate *= admitted
        ways = _shares(given[f"asu_routing_{illness}"])
        acute += acute_rate * _mean_stay(given, f"asu_los_{illness}", ways)
        rehab_rate = acute_rate * ways["rehab"] + direct_rate
        rehab += rehab_rate * _mean_stay(given, f"rehab_los_{illness}", _shares(given[f"rehab_routing_{illness}"]))
    return Loads(acute, rehab)


def _shares(routing: dict[str, Any]) -> dict[str, float]:
    """Shares by where patients go; they are brought to a sum of 1, since one of the printed ones is 1.01."""
    shares = dict(zip(routing["params"]["values"], routing["params"]["freq"], strict=True))
    return {way: share / sum(shares.values()) for way, share in shares.items()}


def _mean_stay(given: dict[str, Any], name: str, ways: dict[str, float]) -> float:
    """Mean stay over all ways on; only for strokes do the stays depend on them."""
    if name in given:
        return float(given[name]["params"]["mean"])
    names = {"rehab": "noesd", "esd": "esd", "other": "mortality" if f"{name}_mortality" in given else "noesd"}
    return sum(share * float(given[f"{name}_{names[way]}"]["params"]["mean"]) for way, share in ways.items())


LOADS: Final = {
    "stroke": loads(),
    "stroke_more": loads(1.05),
    "stroke_no_neuro": loads(without=("asu_arrival_neuro", "rehab_arrival_neuro")),
    "stroke_ring_fenced": loads(without=("asu_arrival_other",)),
}
"""By scenario."""


# ---------------------------------------------------------------- beds that never run out


def in_ward_at(run: Run, ward: str, moments: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number of patients in a ward just before some moments."""
    came, left = (run.log.time_ms[run.rows(event, resource=ward)] for event in (Event.PLACE, Event.VACATE))
    return np.searchsorted(came, moments) - np.searchsorted(left, moments)


def measured(run: Run) -> list[NDArray[np.int64]]:
    """On how many days so many patients were in each unit and in both, by their number up to `MOST`.

    They are counted once a day, from the end of the warm-up on.
    """
    days = np.arange(run.since_ms, run.log.horizon_ms, clock.DAY)
    acute, rehab = (in_ward_at(run, ward, days) for ward in WARDS.values())
    return [np.bincount(number, minlength=MOST) for number in (acute, rehab, acute + rehab)]


def observe(file: Path, number: int) -> list[float]:
    """Runs one replication; the counts of `measured`, one behind the other."""
    return [float(days) for days in np.concatenate(measured(replicate(file, number, clock.DAY)))]


def by_unit(rows: Observed) -> dict[str, Days]:
    """Counts of days by unit, of the shape (replications, `MOST`)."""
    return dict(zip(UNITS, np.split(np.array(rows), len(UNITS), axis=1), strict=True))


def delay(days: Days, beds: int) -> Estimate:
    """Share of patients whom a unit with so many beds would delay: P(N = beds) / P(N <= beds), over all days."""
    return share_of(days[:, beds], days[:, : beds + 1].sum(axis=1))


def judge(scenario: str, rows: Observed, slack: float = 1.0) -> list[Verdict]:
    """Compares a scenario with theory and with what is printed; `slack` is a factor on the tolerances."""
    units = by_unit(rows)
    judged: dict[Reference, Estimate] = {}
    for row in rows_printed(scenario):
        unit, beds = row["unit"], int(row["beds"])
        ours = delay(units[unit], beds)
        exact = Reference(f"p(delay), {unit}, {beds} beds", THEORY, erlang_b(LOADS[scenario].of(unit), beds))
        judged[exact] = judged[_reference(row, exact, ours.sd)] = ours
    found = [compare(scenario, reference, ours, slack * TOLERANCE) for reference, ours in judged.items()]
    days = _judge_days(units, slack) if scenario == BASE.stem else []
    return _judge_means(scenario, units, slack) + found + days


def _judge_means(scenario: str, units: dict[str, Days], slack: float) -> list[Verdict]:
    found = []
    for unit in (ACUTE, REHAB):
        mean = LOADS[scenario].of(unit)
        ours = mean_of(units[unit] @ np.arange(MOST) / units[unit].sum(axis=1))
        reference = Reference(f"mean number of patients, {unit}", "arrivals a day x mean stay", mean)
        found.append(compare(scenario, reference, ours, slack * TOLERANCE_OF_MEANS * mean))
    return found


def rows_printed(scenario: str) -> list[dict[str, str]]:
    """What is printed about a scenario: rows with unit, beds, source and delay."""
    with PRINTED.open(encoding="utf-8") as lines:
        return [row for row in csv.DictReader(lines) if row["scenario"] == scenario]


def _reference(row: dict[str, str], exact: Reference, own_sd: float) -> Reference:
    """What is printed; a delay of 1 in n patients as a share.

    What lies more than three of its own standard errors off theory is known to be off.
    """
    value, rounding = printed(row["delay"])
    source = REPRODUCTION if row["source"] == "pydesrap" else PAPER
    if row["source"] == "paper_one_in":
        source, rounding, value = f"{PAPER}, 1 in {row['delay']}", rounding / value**2, 1 / value
    reference = Reference(exact.measure, source, value, REPLICATIONS_PRINTED, rounding, explained=_explanation(row))
    off = abs(value - exact.value) > TOO_FAR * reference.error(own_sd)
    return replace(reference, explained=reference.explained or (OFF if off else ""))


def _explanation(row: dict[str, str]) -> str:
    if row["source"] == "paper" and row["unit"] == ACUTE:
        return HEAVIER
    return CONTRADICTED if (row["scenario"], row["source"]) == ("stroke_no_neuro", "paper") else ""


def _judge_days(units: dict[str, Days], slack: float) -> list[Verdict]:
    """Shares of days by the number of patients, as in the paper's figure 1."""
    found = []
    with COUNTED.open(encoding="utf-8") as lines:
        counted = {(row["unit"], int(row["patients"])): float(row["days"]) for row in csv.DictReader(lines)}
    for unit, numbers in CROWDS.items():
        days = units[unit]
        all_days = sum(count for (where, _), count in counted.items() if where == unit)
        for number in numbers:
            ours, name = share_of(days[:, number], days.sum(axis=1)), f"days with {number} patients, {unit}"
            for reference in (
                Reference(name, POISSON, poisson(LOADS[BASE.stem].of(unit), number)),
                Reference(name, ONE_RUN, counted[unit, number] / all_days, replications=1),
            ):
                found.append(compare(BASE.stem, reference, ours, slack * TOLERANCE))
    return found


def poisson(mean: float, number: int) -> float:
    """Chance of a number if all are independent.

    >>> round(poisson(8.145493, 8), 4)
    0.1394
    """
    return math.exp(number * math.log(mean) - mean - math.lgamma(number + 1))


# ---------------------------------------------------------------- ten acute beds


def refused(run: Run) -> tuple[float, float, float, float]:
    """How many asked for the acute unit and how many were refused, and the mean numbers of patients in both units."""
    acute = WARDS[ACUTE]
    asked, turned_away = (run.count(run.rows(event, resource=acute)) for event in (Event.QUEUE, Event.REFUSE))
    return float(asked), float(turned_away), run.mean_units(acute), run.mean_units(WARDS[REHAB])


def observe_ten_beds(number: int) -> list[float]:
    """Runs one replication of the unit with ten beds."""
    return list(refused(replicate(TEN_BEDS, number, clock.DAY)))


def judge_ten_beds(rows: Observed, slack: float = 1.0) -> list[Verdict]:
    """Compares the unit with ten beds with theory: Erlang's share is refused, and the others bring what they bring."""
    asked, turned_away, acute, rehab = np.array(rows).T
    blocked = erlang_b(LOADS[BASE.stem].acute, 10)
    means = loads(admitted=1 - blocked)
    judged = (
        (Reference("refused, acute, 10 beds", THEORY, blocked), share_of(turned_away, asked), TOLERANCE),
        (
            Reference("mean number of patients, acute", "load x (1 - refused)", means.acute),
            mean_of(acute),
            TOLERANCE_OF_MEANS * means.acute,
        ),
        (
            Reference("mean number of patients, rehabilitation", "load of those admitted", means.rehab),
            mean_of(rehab),
            TOLERANCE_OF_MEANS * means.rehab,
        ),
    )
    return [compare(TEN_BEDS.stem, reference, ours, slack * tolerance) for reference, ours, tolerance in judged]


# ---------------------------------------------------------------- cases


def cases() -> list[Case]:
    """The pathway, its what-ifs, and the unit with ten beds."""
    found = [
        Case(
            PART,
            scenario,
            (FOLDER / f"{scenario}.yaml", BASE, PARAMETERS, PRINTED, COUNTED),
            replications(BASE),
            partial(observe, FOLDER / f"{scenario}.yaml"),
            partial(judge, scenario),
        )
        for scenario in LOADS
    ]
    files = (TEN_BEDS, BASE, PARAMETERS)
    return [*found, Case(PART, TEN_BEDS.stem, files, replications(TEN_BEDS), observe_ten_beds, judge_ten_beds)]
