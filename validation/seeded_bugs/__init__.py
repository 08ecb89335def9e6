"""Seeded bugs: faults put into a copy of Wardflow on purpose, to see whether the tests notice."""
