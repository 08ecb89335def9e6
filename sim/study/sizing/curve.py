"""The stress curve: key figures at each demand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sim.measure.figures import WHOLE, KpiKey
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.scenario import Scenario
from sim.study.asking import Run
from sim.study.comparison import valid
from sim.study.experiment import Experiment, with_run
from sim.study.headline import about, headline
from sim.study.sizing.demand import multiplied
from sim.study.sizing.settings import StressSettings
from sim.study.summary import Summary, judged, kpi_keys
from sim.study.wording import figure_label

ALWAYS: Final = ("wait_p95", "boarders_8am", "left_before_seen", "refused_share", "gave_up_share", "occupancy_mean")
"""Key figures of the whole that a stress curve has besides the headline, where there are any."""


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """The hospital at one demand."""

    factor: float
    """So many times today's demand."""
    experiment: Experiment
    figures: tuple[Summary, ...]
    """The key figures of the curve, with intervals; the same at each point."""


def check_there(run: Run, base: Scenario, settings: StressSettings) -> None:
    """Refuses key figures and goals that the scenario does not have, after one replication instead of hundreds.

    Raises:
        ScenarioError: names the first that is missing.
    """
    wanted = [*settings.keys(), *((one.kpi, one.of or WHOLE) for one in settings.targets())]
    if not wanted:
        return
    (first,) = run([with_run(base, replications=1)])
    there = kpi_keys(first)
    for key in wanted:
        if key not in there:
            told = " of ".join(part for part in key if part)
            scopes = [scope for name, scope in there if name == key[0]]
            some = ", ".join(f"{key[0]} of {scope}" if scope else key[0] for scope in scopes[:5])
            message = f"{base.name} has nothing to measure for {figure_label(base, key)} ({told})"
            fix = some or "see wardflow run --all for those that there are"
            raise ScenarioError([Problem("--kpi, --goal", 0, 0, "", "kpi", message, fix)])


def keys_of(base: Experiment, asked: Iterable[KpiKey]) -> tuple[KpiKey, ...]:
    """Key figures of a curve: the headline, those of every stress curve, and those that are asked for."""
    there = kpi_keys(base)
    first = headline(there, about=about(base.scenario))
    always = [(name, WHOLE) for name in ALWAYS if (name, WHOLE) in there]
    return tuple(dict.fromkeys([*first, *always, *(key for key in asked if key in there)]))


def points(run: Run, base: Scenario, classes: Sequence[str], factors: Sequence[float]) -> list[Experiment]:
    """Runs a scenario at some demands, all of them at once.

    Raises:
        InvalidRunError: if the books of one of them do not balance.
    """
    return list(valid(run([multiplied(base, factor, classes) for factor in factors])))


def figures(experiment: Experiment, keys: Iterable[KpiKey]) -> tuple[Summary, ...]:
    """Sums up the key figures of a curve at one demand, each held against the targets of the scenario."""
    targets = experiment.scenario.targets
    return tuple(
        judged(experiment, key, {name: one for name, one in targets.items() if (one.kpi, one.of or WHOLE) == key})
        for key in keys
    )
