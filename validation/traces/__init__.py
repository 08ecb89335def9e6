"""Traces: runs without chance whose times other simulators' tests state."""
