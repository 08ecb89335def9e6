"""Checking: do the names, steps and numbers of a scenario fit together?"""

from sim.scenario.document import Document
from sim.scenario.problems import Problem
from sim.scenario.scenario import Scenario


def check(scenario: Scenario, document: Document) -> list[Problem]:
    """Lists what is wrong or odd in a scenario as a whole."""
    return []
