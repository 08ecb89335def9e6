"""The command `wardflow`: check, run and compare scenarios from a terminal."""

from sim.cli import files, lists, studies
from sim.cli.group import main, wardflow

__all__ = ["files", "lists", "main", "studies", "wardflow"]
