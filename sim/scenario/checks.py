"""Checking: do the names, steps and numbers of a scenario fit together?"""

from sim.scenario.document import Document
from sim.scenario.findings import Findings
from sim.scenario.problems import Problem
from sim.scenario.references import check_references
from sim.scenario.scenario import Scenario
from sim.scenario.soundness import check_soundness


def check(scenario: Scenario, document: Document) -> list[Problem]:
    """Lists what is wrong or odd in a scenario as a whole.

    Args:
        scenario: the validated records.
        document: the file that they were read from, for lines and columns.

    Returns:
        Errors and warnings; if a name stands for nothing, the checks that follow names are left out.
    """
    found = Findings(scenario, document)
    check_references(found)
    if not found.problems:
        check_soundness(found)
    return list(dict.fromkeys(found.problems))
