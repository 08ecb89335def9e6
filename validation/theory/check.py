"""Checking a queue: run its scenarios, measure, and judge whether the figures are those of theory."""

import json
import math
import re
from collections.abc import Sequence
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
from sim.scenario.reading.extending import read_file
from sim.scenario.scenario import Scenario
from validation.theory.expected import SOURCES, demand
from validation.theory.observing import OBSERVERS, Figures, Run
from validation.theory.observing import demand as observed_demand
from validation.verdicts import Observed, Verdict

Floats = NDArray[np.float64]
PART: Final = "theory"
FOLDER: Final = Path(__file__).parent
CASES_FILE: Final = FOLDER / "cases.json"
CONFIDENCE: Final = 0.95
"""Level of the interval over replications, which must lie inside theory plus or minus the tolerance."""
TOLERANCE: Final = 0.02
"""Of throughputs, loads and shares of patients, relative."""
TOLERANCE_OF_WAITS: Final = 0.05
"""Of mean waits and of the numbers waiting and present, relative."""
TOLERANCE_OF_SPREAD: Final = 0.1
"""Of the spread of waits and of the shares who wait longer than a limit, relative: long waits come together. So do
the times at which so many beds would be full, since patients of rehabilitation stay for a month."""
SMALL_SHARE: Final = 0.05
TOLERANCE_OF_SMALL_SHARES: Final = 0.0025
"""Of shares of patients up to 5 %, absolute."""
TOLERANCE_OF_SMALL_TAILS: Final = 0.01
"""Of shares up to 5 % who wait longer than a limit, absolute."""
RARE: Final = 0.001
"""The share of a rarer tail depends on a handful of crowded days, so that a standard error says nothing about it."""
_TAILS: Final = re.compile(r"P\(")
_SPREADS: Final = re.compile(r"P\(|sd_")
_DELAYS: Final = re.compile(r"(asu|rehab|pooled)_\d+")
_WAITS: Final = re.compile(r"W|L|T_|mean_time")
_FLOWS: Final = re.compile(r"arrivals|offered|lam_|rho|daily|asu_load|rehab_load")
_SHARES: Final = re.compile(r"p_|p0")
_UNITS: Final = {"MMc-4": clock.DAY, "MMc-5": clock.HOUR, "PRIO-MMc-NP-2": clock.MINUTE, "ERLA-2": clock.HOUR}
_UNITS_OF_FAMILIES: Final = {
    "M/G/c/c loss (Erlang B, insensitive)": clock.DAY,
    "loss + bed turnaround": clock.DAY,
    "M(t)/G/inf with 24 hourly rates": clock.HOUR,
    "M(t)/G/inf (Eick-Massey-Whitt)": clock.HOUR,
    "machine repair M/M/c//N (finite source)": clock.HOUR,
    "trunk reservation: electives admitted only if >3 beds free": clock.DAY,
    "emergencies queue, electives cancelled when all beds busy (Markov)": clock.HOUR,
    "Monks 2016 analytic (P(N=n)/P(N<=n) of Poisson = Erlang B)": clock.DAY,
    "Monks 2016 pooled": clock.DAY,
}


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue whose figures are known."""

    id: str
    family: str
    inputs: dict[str, Any]
    reference: Figures
    """Figures that somebody else worked out, in its unit of time, after what is declared (`expected.demand`)."""

    @property
    def unit_ms(self) -> int:
        """The unit of time of its rates and waits."""
        return _UNITS.get(self.id, _UNITS_OF_FAMILIES.get(self.family, clock.MINUTE))

    def files(self) -> list[Path]:
        """Its scenarios; several where theory says that a law does not matter."""
        return sorted([*FOLDER.glob(f"{self.id}.yaml"), *FOLDER.glob(f"{self.id}-*.yaml")])


def load_queues() -> dict[str, Queue]:
    """Reads the queues by their ids."""
    listed = json.loads(CASES_FILE.read_text(encoding="utf-8"))["cases"]
    return {
        case["id"]: Queue(
            case["id"], case["family"], case["inputs"], demand(case["family"], case["inputs"]) | reference(case)
        )
        for case in listed
    }


def reference(case: dict[str, Any]) -> Figures:
    """Figures of a queue as it stands in the file, hourly profiles as one figure an hour."""
    outputs = dict(case["outputs"])
    by_hour = outputs.pop("occ_by_hour", ())
    if by_hour:
        outputs.pop("peak")  # the largest of them
    return outputs | {f"occ_{hour:02d}": mean for hour, mean in enumerate(by_hour)}


def observe(file: Path, queue: Queue, replication: int, share: float = 1.0) -> list[float]:
    """Runs one replication of a scenario and measures what is known of the queue.

    Args:
        file: the scenario.
        queue: what is known.
        replication: its number.
        share: of the declared length; a quick test runs less.

    Returns:
        The measures, in order of `queue.reference`.
    """
    scenario, program = prepare(file, share)
    fates = draw_fates(scenario, scenario.run.seed, replication)
    seen = Run(program, fates, run(program, fates), scenario.run.warm_up, queue.unit_ms)
    tails = [name for name in queue.reference if name.startswith("P(")]
    figures = observed_demand(seen) | OBSERVERS[queue.family](seen, tails)
    return [figures[name] for name in queue.reference]


@lru_cache(maxsize=4)
def prepare(file: Path, share: float = 1.0) -> tuple[Scenario, Program]:
    """Loads and compiles a scenario, once for its replications; a share of its length is run in whole days."""
    scenario = load(file)
    length = max(round(scenario.run.length * share / clock.DAY), 1) * clock.DAY if share < 1 else scenario.run.length
    scenario = scenario.model_copy(update={"run": scenario.run.model_copy(update={"length": length})})
    return scenario, compile_scenario(scenario)


def replications(file: Path) -> int:
    """How many replications a scenario asks for; it is only read, not checked, to be quick."""
    return int(read_file(file).data["run"]["replications"])


def judge(file: Path, queue: Queue, observed: Observed, slack: float = 1.0) -> list[Verdict]:
    """Compares replications with theory.

    Args:
        file: the scenario.
        queue: what is known.
        observed: one row of measures a replication.
        slack: factor on the tolerances, for a quick test.
    """
    table, names = np.array(observed), list(queue.reference)
    aside = table - np.array(list(queue.reference.values()))
    verdicts = []
    for number, (name, exact) in enumerate(queue.reference.items()):
        known = [names.index(other) for other in controls(name, names)]
        mean, error, freedom = estimate(table[:, number], aside[:, known])
        reach = float(special.stdtrit(freedom, 0.5 + CONFIDENCE / 2)) * error
        allowed, far = slack * tolerance(name, exact), _z(mean, exact, error, freedom)
        source = SOURCES[queue.family]
        verdicts.append(Verdict(PART, file.stem, file.stem, source, name, exact, mean, reach, allowed, far))
    return verdicts


def controls(measure: str, names: Sequence[str]) -> list[str]:
    """Names the flows and loads whose luck a measure is corrected for.

    In a network these are those of the same place, or the loads of all places. Flows and loads themselves are left as
    they are, and so are tails, which do not follow them in a straight line. Where nobody comes from outside, the luck
    is in what is done.

    >>> controls("Wq_min_treat", ["arrivals", "lam_treat", "rho_treat", "Wq_min_treat", "rho_xray"])
    ['arrivals', 'lam_treat', 'rho_treat']
    """
    if _FLOWS.match(measure) or _TAILS.match(measure):
        return []
    if _DELAYS.fullmatch(measure):
        return [name for name in ("offered", f"{measure.partition('_')[0]}_load") if name in names]
    if "arrivals" not in names:
        return [name for name in ("throughput", "util") if name in names] if _WAITS.match(measure) else []
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

    The error is that of the jackknife, which leaves out one replication after the other: a replication far from the
    others in its controls draws the line towards itself, and the usual error of a regression, which trusts all of them
    alike, was up to a tenth too small with 24 replications (J. MacKinnon, H. White, Some heteroskedasticity-consistent
    covariance matrix estimators with improved finite sample properties, Journal of Econometrics 29, 1985, 305-325).

    Args:
        values: one value a replication.
        known: how far each control was from its exact mean, shape (replications, controls); there may be none.

    Returns:
        Mean, its standard error, and the degrees of freedom.
    """
    size, scale = len(values), known.std(axis=0)
    design = np.column_stack([np.ones(size), known[:, scale > 0] / scale[scale > 0]])
    freedom = size - int(np.linalg.matrix_rank(design))  # with fixed times, work and arrivals tell the same
    inverse = np.linalg.pinv(design, rcond=1e-9)
    weights = inverse @ values
    own = np.einsum("ij,ji->i", design, inverse)  # what a replication counts in its own estimate
    left_out = inverse[0] * (values - design @ weights) / np.maximum(1 - own, 1e-9)
    return float(weights[0]), math.sqrt((size - 1) / size * float((left_out**2).sum())), freedom


def _z(mean: float, exact: float, error: float, freedom: int) -> float:
    """Difference in standard errors; without any error only none is good enough; not a number for what is rare.

    The error is itself estimated, from as many replications as there are degrees of freedom, so that by Student's law
    3 of them are seldom, but not as seldom as by the normal law (1 in 150 with 22 replications, not 1 in 370). What is
    told is the normal figure that is as seldom.
    """
    if exact < RARE:
        return math.nan
    difference = mean - exact
    if not error:
        return 0.0 if abs(difference) < 1e-9 else math.inf
    seldom = float(special.stdtr(freedom, -abs(difference) / error))
    return math.copysign(-float(special.ndtri(seldom)), difference)


def tolerance(measure: str, reference: float) -> float:
    """How far from theory the interval may reach.

    >>> tolerance("p_wait", 0.9), tolerance("Wq", 9.0)
    (0.018000000000000002, 0.45)
    """
    if _SPREADS.match(measure) or _DELAYS.fullmatch(measure):
        return TOLERANCE_OF_SMALL_TAILS if reference <= SMALL_SHARE else TOLERANCE_OF_SPREAD * reference
    if _SHARES.match(measure) and reference <= SMALL_SHARE:
        return TOLERANCE_OF_SMALL_SHARES
    return (TOLERANCE_OF_WAITS if _WAITS.match(measure) else TOLERANCE) * reference


def check(queue: Queue, share: float = 1.0, slack: float = 1.0) -> list[Verdict]:
    """Runs all replications of all scenarios of a queue, one after the other, and judges them."""
    found = []
    for file in queue.files():
        observed = [observe(file, queue, number, share) for number in range(replications(file))]
        found += judge(file, queue, observed, slack)
    return found
