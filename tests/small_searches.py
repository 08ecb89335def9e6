"""Small searches for tests: plans whose figures are formulas of what is set, so that answers can be had by hand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sim.measure.figures import KpiKey
from sim.scenario.scenario import Scenario
from sim.study.asking import Run, Variant
from sim.study.experiment import Experiment
from tests.small_studies import clinic, experiment

Formula = Callable[[Mapping[str, str], int, int], Mapping[KpiKey, float]]
"""Figures of what is set, of a seed and of a replication."""
WAIT: KpiKey = ("wait_mean", "")


def variant(**run: int) -> Variant:
    """The clinic, which only notes what would be set: in its name."""
    base = clinic(**run)
    return lambda changes: base.model_copy(update={"name": "; ".join(changes)}) if changes else base


def run_by(formula: Formula, asked: list[list[str]] | None = None) -> Run:
    """A `Run` that looks figures up in a formula; `asked` gets the names of each call."""

    def run(scenarios: Sequence[Scenario]) -> tuple[Experiment, ...]:
        if asked is not None:
            asked.append([one.name for one in scenarios])
        return tuple(_made(one, formula) for one in scenarios)

    return run


def _made(scenario: Scenario, formula: Formula) -> Experiment:
    settings = dict(part.split("=") for part in scenario.name.split("; ") if "=" in part)
    rows = [formula(settings, scenario.run.seed, number) for number in range(scenario.run.replications)]
    figures = {key: [row[key] for row in rows] for key in rows[0]}
    return replace(experiment(figures), scenario=scenario, name=scenario.name, seed=scenario.run.seed)


def sway(number: int, size: float = 1.0) -> float:
    """What a replication adds to a figure: `size` up and down in turn, in all plans alike.

    Of 4 replications the 95 % interval is the mean plus and minus 1.837 sizes: t 3.182, sd size x root of 4/3, over 2.
    """
    return size if number % 2 else -size
