"""Checking: do the names, steps and numbers of a scenario fit together?"""

from sim.scenario.coming import check_coming
from sim.scenario.document import Document
from sim.scenario.findings import Findings
from sim.scenario.plausible import check_plausible
from sim.scenario.problems import Problem, in_reading_order
from sim.scenario.references import check_references
from sim.scenario.scenario import Scenario
from sim.scenario.soundness import check_soundness, check_steps


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
    check_coming(found)
    names_are_known = found.fine
    check_steps(found)
    check_plausible(found)
    if names_are_known:
        check_soundness(found)
    return in_reading_order(found.problems, document.file)
