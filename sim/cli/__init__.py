"""The command `wardflow`: check, run and compare scenarios from a terminal."""

from sim.cli import explaining, files, lists, runs, searching, sizing, studies, study, warming, watching
from sim.cli.group import main, wardflow

__all__ = [
    "explaining",
    "files",
    "lists",
    "main",
    "runs",
    "searching",
    "sizing",
    "studies",
    "study",
    "wardflow",
    "warming",
    "watching",
]
