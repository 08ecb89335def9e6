"""The reference engine: SimPy's room. `run` takes a program and the fates of its patients and returns the event log."""

from sim.engine.reference.allocation import EndlessInstantError
from sim.engine.reference.hospital import run
from sim.engine.reference.knots import KnotError

__all__ = ["EndlessInstantError", "KnotError", "run"]
