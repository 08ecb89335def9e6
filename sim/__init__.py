"""Hospital patient flow: declare a hospital in a file, run it, compare plans."""

from typing import Any

__all__ = ["Scenario", "__version__", "compare", "load", "run"]


def __getattr__(name: str) -> Any:
    """Loads a promised name when it is first asked for, so that worker processes start with what they need only."""
    if name == "load":
        from sim.scenario.loading import load

        return load
    if name == "Scenario":
        from sim.scenario.scenario import Scenario

        return Scenario
    if name == "run":
        from sim.study.experiment import run_experiment

        return run_experiment
    if name == "compare":
        from sim.study.comparison import compare

        return compare
    if name == "__version__":
        from sim.study.provenance import version

        return version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
