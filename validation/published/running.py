"""Running one replication of a published model, as the command runs it."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from sim import clock
from sim.demand.fates import draw_fates
from sim.engine.compiling import compile_scenario
from sim.engine.program import Program
from sim.engine.reference import run
from sim.scenario.loading import load
from sim.scenario.scenario import Scenario
from validation.theory.observing import Run

FOLDER: Final = Path(__file__).parent
PART: Final = "published"


@lru_cache(maxsize=4)
def prepare(file: Path) -> tuple[Scenario, Program]:
    """Loads and compiles a scenario, once for its replications."""
    scenario = load(file)
    return scenario, compile_scenario(scenario)


def replicate(file: Path, number: int, unit_ms: int = clock.MINUTE) -> Run:
    """Runs one replication of a scenario by its number; `unit_ms` is the unit of what is measured in it."""
    scenario, program = prepare(file)
    fates = draw_fates(scenario, scenario.run.seed, number)
    return Run(program, fates, run(program, fates), scenario.run.warm_up, unit_ms)


def replications(file: Path) -> int:
    """How many replications a scenario asks for."""
    return prepare(file)[0].run.replications
