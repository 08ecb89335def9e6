"""Checking: what every log must keep, whoever wrote it."""
