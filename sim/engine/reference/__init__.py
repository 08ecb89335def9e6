"""The reference engine: SimPy's room. `run` takes a program and the fates of its patients and returns the event log."""

from sim.engine.reference.hospital import EndlessInstantError, run

__all__ = ["EndlessInstantError", "run"]
