"""Checking a case: run its scenarios, measure, and judge whether the figures are those of theory."""

import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim import clock
from sim.demand.fates import draw_fates
from sim.engine.compiling import compile_scenario
from sim.engine.program import Program
from sim.engine.reference import run
from sim.scenario.loading import load
from sim.scenario.scenario import Scenario
from validation.theory.formulas import demand
from validation.theory.observing import OBSERVERS, Figures, Run
from validation.theory.observing import demand as observed_demand

Floats = NDArray[np.float64]
FOLDER: Final = Path(__file__).parent
CASES_FILE: Final = FOLDER / "cases.json"
CONFIDENCE: Final = 0.95
"""Level of the interval over replications, which must lie inside theory plus or minus the tolerance."""
TOLERANCE: Final = 0.02
"""Of throughputs, loads and shares of patients, relative."""
TOLERANCE_OF_WAITS: Final = 0.05
"""Of mean waits and of the numbers waiting and present, relative."""
TOLERANCE_OF_SPREAD: Final = 0.1
"""Of the spread of waits and of the shares who wait longer than a limit, relative: long waits come together."""
SMALL_SHARE: Final = 0.05
TOLERANCE_OF_SMALL_SHARES: Final = 0.0025
"""Of shares of patients up to 5 %, absolute."""
TOLERANCE_OF_SMALL_TAILS: Final = 0.01
"""Of shares up to 5 % who wait longer than a limit, absolute."""
FAR: Final = 2.0
"""Standard errors from theory; at most one measure in twenty may be farther off."""
TOO_FAR: Final = 3.0
"""Standard errors from theory; no measure may be farther off."""
RARE: Final = 0.001
"""The share of a rarer tail depends on a handful of crowded days, so that a standard error says nothing about it."""
_TAILS: Final = re.compile(r"P\(")
_SPREADS: Final = re.compile(r"P\(|sd_")
_WAITS: Final = re.compile(r"W|L|mean_time")
_FLOWS: Final = re.compile(r"arrivals|offered|lam_|rho|daily")
_SHARES: Final = re.compile(r"p_|p0")
_UNITS: Final = {"MMc-4": clock.DAY, "MMc-5": clock.HOUR, "PRIO-MMc-NP-2": clock.MINUTE, "ERLA-2": clock.HOUR}
_UNITS_OF_FAMILIES: Final = {
    "M/G/c/c loss (Erlang B, insensitive)": clock.DAY,
    "loss + bed turnaround": clock.DAY,
    "M(t)/G/inf with 24 hourly rates": clock.HOUR,
}


@dataclass(frozen=True, slots=True)
class Case:
    """A queue whose figures are known."""

    id: str
    family: str
    inputs: dict[str, Any]
    reference: Figures
    """Figures that somebody else worked out, in the case's unit of time, after what is declared (`formulas.demand`)."""

    @property
    def unit_ms(self) -> int:
        """The unit of time of its rates and waits."""
        return _UNITS.get(self.id, _UNITS_OF_FAMILIES.get(self.family, clock.MINUTE))

    def files(self) -> list[Path]:
        """Scenarios of the case; several where theory says that a law does not matter."""
        return sorted([*FOLDER.glob(f"{self.id}.yaml"), *FOLDER.glob(f"{self.id}-*.yaml")])


@dataclass(frozen=True, slots=True)
class Verdict:
    """A measure of a scenario beside theory."""

    case: str
    scenario: str
    measure: str
    reference: float
    mean: float
    half_width: float
    """Of the interval over replications."""
    tolerance: float
    """Absolute."""
    z: float
    """Standard errors between the mean and theory; not a number for what is rare."""

    @property
    def passed(self) -> bool:
        """Whether the interval lies inside the tolerance, so that too few replications do not pass."""
        return abs(self.mean - self.reference) + self.half_width <= self.tolerance and not abs(self.z) >= TOO_FAR


def load_cases() -> dict[str, Case]:
    """Reads the cases by their ids."""
    listed = json.loads(CASES_FILE.read_text(encoding="utf-8"))["cases"]
    return {
        case["id"]: Case(case["id"], case["family"], case["inputs"], demand(case["inputs"]) | reference(case))
        for case in listed
    }


def reference(case: dict[str, Any]) -> Figures:
    """Figures of a case as it stands in the file, hourly profiles as one figure an hour."""
    outputs = dict(case["outputs"])
    by_hour = outputs.pop("occ_by_hour", ())
    if by_hour:
        outputs.pop("peak")  # the largest of them
    return outputs | {f"occ_{hour:02d}": mean for hour, mean in enumerate(by_hour)}


def observe(file: Path, case: Case, replication: int, share: float = 1.0) -> list[float]:
    """Runs one replication of a scenario and measures what the case asks for.

    Args:
        file: the scenario.
        case: the case.
        replication: its number.
        share: of the declared length; a quick test runs less.

    Returns:
        The measures, in order of `case.reference`.
    """
    scenario, program = prepare(file, share)
    fates = draw_fates(scenario, scenario.run.seed, replication)
    seen = Run(program, fates, run(program, fates), scenario.run.warm_up, case.unit_ms)
    tails = [name for name in case.reference if name.startswith("P(")]
    figures = observed_demand(seen) | OBSERVERS[case.family](seen, tails)
    return [figures[name] for name in case.reference]


@lru_cache(maxsize=4)
def prepare(file: Path, share: float = 1.0) -> tuple[Scenario, Program]:
    """Loads and compiles a scenario, once for its replications; a share of its length is run in whole days."""
    scenario = load(file)
    length = max(round(scenario.run.length * share / clock.DAY), 1) * clock.DAY if share < 1 else scenario.run.length
    scenario = scenario.model_copy(update={"run": scenario.run.model_copy(update={"length": length})})
    return scenario, compile_scenario(scenario)


def replications(file: Path) -> int:
    """How many replications a scenario asks for."""
    return prepare(file)[0].run.replications


def judge(case: Case, file: Path, observed: Sequence[Sequence[float]], slack: float = 1.0) -> list[Verdict]:
    """Compares replications with theory.

    Args:
        case: the case.
        file: the scenario.
        observed: one row of measures a replication.
        slack: factor on the tolerances, for a quick test.
    """
    table, names = np.array(observed), list(case.reference)
    aside = table - np.array(list(case.reference.values()))
    verdicts = []
    for number, (name, exact) in enumerate(case.reference.items()):
        known = [names.index(other) for other in controls(name, names)]
        mean, error, freedom = estimate(table[:, number], aside[:, known])
        reach = float(special.stdtrit(freedom, 0.5 + CONFIDENCE / 2)) * error
        allowed = slack * tolerance(name, exact)
        verdicts.append(Verdict(case.id, file.stem, name, exact, mean, reach, allowed, _z(mean, exact, error)))
    return verdicts


def controls(measure: str, names: Sequence[str]) -> list[str]:
    """Names the flows and loads whose luck a measure is corrected for.

    In a network these are those of the same place, or the loads of all places. Flows and loads themselves are left as
    they are, and so are tails, which do not follow them in a straight line.

    >>> controls("Wq_min_treat", ["arrivals", "lam_treat", "rho_treat", "Wq_min_treat", "rho_xray"])
    ['arrivals', 'lam_treat', 'rho_treat']
    """
    if _FLOWS.match(measure) or _TAILS.match(measure):
        return []
    place = measure.rpartition("_")[2]
    near = [name for name in (f"lam_{place}", f"rho_{place}") if name in names]
    loads = near or [name for name in names if name.startswith("rho_")]
    return [name for name in ("arrivals", "offered") if name in names] + loads


def estimate(values: Floats, known: Floats) -> tuple[float, float, int]:
    """Estimates a mean over replications with control variates.

    A replication in which, by chance, more patients came than usual has longer waits. How many should come is known, so
    the regression on what came too many tells the mean wait for the right number: the same mean from half the
    replications (S. Lavenberg, P. Welch, A perspective on the use of control variables to increase the efficiency of
    Monte Carlo simulations, Management Science 27, 1981, 322-335). The controls are judged too, as they are.

    Args:
        values: one value a replication.
        known: how far each control was from its exact mean, shape (replications, controls); there may be none.

    Returns:
        Mean, its standard error, and the degrees of freedom.
    """
    scale = known.std(axis=0)
    design = np.column_stack([np.ones(len(values)), known[:, scale > 0] / scale[scale > 0]])
    freedom = len(values) - int(np.linalg.matrix_rank(design))  # with fixed times, work and arrivals tell the same
    inverse = np.linalg.pinv(design, rcond=1e-9)
    weights = inverse @ values
    variance = float(((values - design @ weights) ** 2).sum()) / freedom
    return float(weights[0]), math.sqrt(float((inverse[0] ** 2).sum()) * variance), freedom


def _z(mean: float, exact: float, error: float) -> float:
    """Difference in standard errors; without any error only none is good enough; not a number for what is rare."""
    if exact < RARE:
        return math.nan
    difference = mean - exact
    return difference / error if error else 0.0 if abs(difference) < 1e-9 else math.inf


def tolerance(measure: str, reference: float) -> float:
    """How far from theory the interval may reach.

    >>> tolerance("p_wait", 0.9), tolerance("Wq", 9.0)
    (0.018000000000000002, 0.45)
    """
    if _SPREADS.match(measure):
        return TOLERANCE_OF_SMALL_TAILS if reference <= SMALL_SHARE else TOLERANCE_OF_SPREAD * reference
    if _SHARES.match(measure) and reference <= SMALL_SHARE:
        return TOLERANCE_OF_SMALL_SHARES
    return (TOLERANCE_OF_WAITS if _WAITS.match(measure) else TOLERANCE) * reference


def check(case: Case, share: float = 1.0, slack: float = 1.0) -> list[Verdict]:
    """Runs all replications of all scenarios of a case, one after the other, and judges them."""
    found = []
    for file in case.files():
        observed = [observe(file, case, number, share) for number in range(replications(file))]
        found += judge(case, file, observed, slack)
    return found


def too_many_far_off(verdicts: Iterable[Verdict]) -> bool:
    """Whether more than one measure in twenty is more than two standard errors from theory."""
    listed = list(verdicts)
    return sum(abs(verdict.z) > FAR for verdict in listed) > len(listed) / 20
