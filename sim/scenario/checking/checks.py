"""Checking: do the names, steps and numbers of a scenario fit together?"""

from sim.scenario.checking.coming import check_coming
from sim.scenario.checking.findings import Findings
from sim.scenario.checking.plausible import check_plausible
from sim.scenario.checking.references import check_references
from sim.scenario.checking.soundness import check_soundness, check_steps
from sim.scenario.problems import Problem, in_reading_order
from sim.scenario.reading.document import Document
from sim.scenario.scenario import Scenario


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
