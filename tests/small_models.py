"""Small models for tests of studies: the clinic changed by lines, and figures that are formulas of the scenario."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sim.measure.figures import KpiKey
from sim.scenario.loading import Loaded, load_text
from sim.scenario.scenario import Scenario
from sim.study.asking import Run, Variant
from sim.study.experiment import Experiment, with_run
from sim.study.plan import _lines, _tree
from tests.small_studies import CLINIC, experiment

Model = Callable[[Scenario, int], Mapping[KpiKey, float]]
"""Figures of a scenario in a replication."""


def loaded(changes: Sequence[str] = (), text: str = CLINIC, **run: int) -> Loaded:
    """The clinic with changes, as `load_plan` takes them."""
    if not changes:
        found = load_text(text, "clinic.yaml")
    else:
        lines = "\n".join(_lines(_tree(changes)))
        found = _over(text, f"extends: clinic.yaml\n{lines}\n")
    return replace(found, scenario=with_run(found.scenario, **run)) if run else found


def _over(base: str, change: str) -> Loaded:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "clinic.yaml").write_text(base, encoding="utf-8")
        return load_text(change, "--set", Path(folder))


def variant(text: str = CLINIC, **run: int) -> Variant:
    """The clinic as a `Variant`."""
    return lambda changes: loaded(changes, text, **run).scenario


def run_by(model: Model, replications: int = 4, asked: list[int] | None = None) -> Run:
    """A `Run` that looks figures up in a model; `asked` gets the number of scenarios of each call."""

    def run(scenarios: Sequence[Scenario]) -> tuple[Experiment, ...]:
        if asked is not None:
            asked.append(len(scenarios))
        return tuple(_made(scenario, model, replications) for scenario in scenarios)

    return run


def _made(scenario: Scenario, model: Model, replications: int) -> Experiment:
    rows = [model(scenario, number) for number in range(replications)]
    figures = {key: [row[key] for row in rows] for key in rows[0]}
    return replace(experiment(figures), scenario=scenario, name=scenario.name, seed=scenario.run.seed)
