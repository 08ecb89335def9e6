"""Joining: finds the initiatives that a file puts into what it extends."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, Final

from sim.scenario.initiatives import HEAD
from sim.scenario.library import FOLDER_OF_INITIATIVES
from sim.scenario.problems import Problem, ScenarioError, quoted
from sim.scenario.quantities import LONGEST_LABEL
from sim.scenario.reading.document import Document
from sim.scenario.reading.evidence import MEMBER_SECTIONS
from sim.scenario.reading.opening import ENDINGS, Opened, Opener
from sim.scenario.reading.reading import read_kept
from sim.scenario.reading.scalars import Refusal
from sim.scenario.reading.tree import Node, tree_of

INITIATIVES: Final = "initiatives"
NAME: Final = "name"
ALLOWED: Final = (HEAD, *MEMBER_SECTIONS, "targets", "costs", "add")
"""What stands in the file of an initiative."""
_LIST: Final = "initiatives: [before_noon, discharge_lounge]"


def joined(layer: Document, opener: Opener, opened: list[Opened]) -> Iterator[tuple[str, Document]]:
    """Finds the initiatives of an extending file, in its order, each with its name and what its file says.

    Args:
        layer: the extending file.
        opener: finds files; a name without an ending lies in the folder `initiatives`.
        opened: files that have been opened; those of the initiatives are added.

    Raises:
        ScenarioError: if the list is none, or a file is not there or no initiative.
    """
    beside = next((one for one in opened if one.file == layer.file), None)
    for number, name in enumerate(_names(layer)):
        file = name if name.endswith(ENDINGS) else f"{FOLDER_OF_INITIATIVES}/{name}{ENDINGS[0]}"
        found = opener(file, beside)
        if isinstance(found, Refusal):
            advice = "`wardflow initiatives` lists those of the library"
            problem = layer.problem((INITIATIVES, number), "initiative-missing", found.message, advice)
            raise ScenarioError([problem])
        opened.append(found)
        patch = read_kept(found.raw, found.file)
        _refuse_scenario(patch)
        yield PurePosixPath(name).stem, patch


def with_initiative(tree: Node, name: str, patch: Document) -> Node:
    """Returns a tree that tells which initiative has been put in, in its name as well.

    Raises:
        ScenarioError: if it is in already.
    """
    head = tree_of(patch).members[HEAD]
    members = dict(tree.members)
    there = members.get(INITIATIVES) or Node({}, head.origin, head.key)
    if name in there.members:
        message = f"{quoted(name)} is already part of the scenario"
        raise ScenarioError([patch.problem((HEAD,), "existing-name", message, "name it once", key=True)])
    members[INITIATIVES] = there.holding({**there.members, name: head})
    called = [node.scalar for node in (members.get(NAME), head.members.get(NAME)) if node]
    if len(called) == 2:
        members[NAME] = replace(members[NAME], content=_short(" + ".join(map(str, called))), origin=head.origin)
    return tree.holding(members)


def refuse_joining(base: Document) -> None:
    """Refuses a list of initiatives in a file that extends none, and an initiative in the place of a scenario.

    Raises:
        ScenarioError: says what to write instead.
    """
    if HEAD in base.data:
        name = PurePosixPath(base.file).stem
        message = "this file is an initiative, which changes a scenario and is none by itself"
        fix = f"put it in a scenario: general_hospital+{name}"
        raise ScenarioError([base.problem((HEAD,), "initiative", message, fix, key=True)])
    if isinstance(base.data.get(INITIATIVES), list):
        message = "`initiatives` stands in a file that extends none"
        fix = "say what they change: `extends: general_hospital.yaml`"
        raise ScenarioError([base.problem((INITIATIVES,), "initiative", message, fix, key=True)])


def _names(layer: Document) -> list[str]:
    found: Any = layer.data.get(INITIATIVES, [])
    names = [name for name in found if isinstance(name, str) and name.strip()] if isinstance(found, list) else []
    if not isinstance(found, list) or len(names) < len(found):
        message = "`initiatives` is a list of names"
        raise ScenarioError([layer.problem((INITIATIVES,), "initiative", message, _LIST)])
    return names


def _refuse_scenario(patch: Document) -> None:
    """Refuses what is no initiative: a file without a head, or one that says more than what changes."""
    if not isinstance(patch.data.get(HEAD), dict):
        message = f"{quoted(patch.file)} is no initiative: it does not say `{HEAD}:` with its name and what it changes"
        fix = f"{HEAD}: {{name: ..., changes: ..., evidence: {{effect: ..., source: ...}}}}"
        raise ScenarioError([Problem(patch.file, 1, 1, HEAD, "initiative", message, fix)])
    problems = [
        patch.problem((name,), "initiative", f"an initiative does not say `{name}`", "delete it", key=True)
        for name in patch.data
        if name not in ALLOWED
    ]
    if problems:
        raise ScenarioError(problems)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 3]}..."
