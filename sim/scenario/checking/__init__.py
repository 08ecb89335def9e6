"""Checking: from plain values to records, and whether names, steps and numbers fit together."""
