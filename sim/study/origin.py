"""An origin: what one must know to compute an experiment again, and to see that it is the same."""

from typing import Any

from sim.measure.window import Window
from sim.study.experiment import Experiment
from sim.study.provenance import code, libraries


def origin(experiment: Experiment) -> dict[str, Any]:
    """Tells where an experiment comes from, as plain values for JSON.

    Returns:
        Name, fingerprint, version, checksum of the code, versions of libraries, engine, seed, replications, measured
        time, digests and the seconds that it took.
    """
    window, calendar = Window.of(experiment.scenario), experiment.scenario.calendar
    return {
        "name": experiment.name,
        "fingerprint": experiment.fingerprint,
        "version": experiment.version,
        "code": code(),
        "libraries": libraries(),
        "engine": experiment.engine,
        "seed": experiment.seed,
        "replications": len(experiment.replicates),
        "replications_wanted": experiment.replications,
        "measured_from": calendar.moment(window.start_ms).isoformat(),
        "measured_until": calendar.moment(window.end_ms).isoformat(),
        "digest": experiment.digest,
        "executor": experiment.executor,
        "replication_digests": [one.digest for one in experiment.replicates],
        "valid": experiment.is_valid,
        "reasons": list(experiment.reasons),
        "warnings": list(experiment.warnings),
        "seconds": round(experiment.seconds, 3),
    }
