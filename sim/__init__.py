"""Hospital patient flow: declare a hospital in a file, run it, compare plans, ask what would hold.

A scenario is loaded with `load`, run with `run`, and two experiments are compared with `compare`. The studies take
settings and two functions: `variant`, which gives the base with changes, and `run`, which runs scenarios.

    import sim

    variant = sim.variants("general_hospital")
    run = sim.runner(workers=2)
    today, more = run([variant([]), variant(["wards.medical.beds=+12"])])
    print(sim.compare(today, more).effect("dta_over_4h").verdict)
    goal = sim.GoalSeek(sim.lever_of("wards.medical.beds=106..146 step 5"), sim.goal_of("dta_over_4h <= 20 %"))
    print(sim.seek(goal, variant, run).answer)
"""

from importlib import import_module
from typing import Any, Final

_PROMISED: Final = {
    "Scenario": "sim.scenario.scenario",
    "load": "sim.scenario.loading",
    "load_plan": "sim.study.plan",
    "Store": "sim.study.store",
    "Executor": "sim.study.executors",
    "Means": "sim.study.experiment",
    "run_scenarios": "sim.study.experiment",
    "with_run": "sim.study.experiment",
    "variants": "sim.study.asking",
    "runner": "sim.study.asking",
    "compare": "sim.study.comparison",
    "compare_plans": "sim.study.comparison",
    "goal_of": "sim.study.goals",
    "lever_of": "sim.study.searching.lever",
    "Precision": "sim.study.precision",
    "until_precise": "sim.study.precision",
    "advise": "sim.study.warm_up",
    "follow": "sim.study.same_patients",
    "BottleneckSettings": "sim.study.bottlenecks",
    "bottlenecks": "sim.study.bottlenecks",
    "Part": "sim.study.together",
    "TogetherSettings": "sim.study.together",
    "together": "sim.study.together",
    "SensitivitySettings": "sim.study.sensitivity.settings",
    "tornado": "sim.study.sensitivity.tornado",
    "hypercube": "sim.study.sensitivity.hypercube",
    "GoalSeek": "sim.study.searching.goal_seek",
    "seek": "sim.study.searching.goal_seek",
    "GridSearch": "sim.study.searching.grid",
    "search_grid": "sim.study.searching.grid",
    "RobustChoice": "sim.study.searching.robust",
    "choose_robust": "sim.study.searching.robust",
    "BestOf": "sim.study.searching.best",
    "choose_best": "sim.study.searching.best",
    "StressSettings": "sim.study.sizing.settings",
    "stress": "sim.study.sizing.stress",
    "WatchSettings": "sim.study.watching.settings",
    "watch": "sim.study.watching.watch",
}
"""Promised names, and where they are."""
__all__ = [*sorted([*_PROMISED, "__version__", "run"])]  # noqa: PLE0604 -- names in a dictionary are texts


def __getattr__(name: str) -> Any:
    """Loads a promised name when it is first asked for, so that worker processes start with what they need only."""
    if name in _PROMISED:
        return getattr(import_module(_PROMISED[name]), name)
    if name == "run":
        return import_module("sim.study.experiment").run_experiment
    if name == "__version__":
        return import_module("sim.study.provenance").version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
