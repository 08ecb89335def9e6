"""Extending: a file with `extends:` and the files below it become one Document."""

import os
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Final

from sim.scenario.initiatives import HEAD
from sim.scenario.problems import Problem, ScenarioError, quoted, suggestion
from sim.scenario.reading.document import Document, Path
from sim.scenario.reading.embedding import with_recordings
from sim.scenario.reading.evidence import MEMBER_SECTIONS
from sim.scenario.reading.joining import INITIATIVES, joined, refuse_joining, with_initiative
from sim.scenario.reading.merging import merged
from sim.scenario.reading.opening import Opened, Opener, file_content, folder_opener, is_data
from sim.scenario.reading.overruling import overruled
from sim.scenario.reading.reading import read, read_kept
from sim.scenario.reading.scalars import Refusal
from sim.scenario.reading.tree import Node, document_of, tree_of

EXTENDS: Final = "extends"
ADD: Final = "add"
OWN: Final = ("prompts", "expect")
"""What a file says of itself; a file that extends it has its own."""
_APART: Final = (EXTENDS, ADD, HEAD, INITIATIVES)
MOST_LINKS: Final = 5
"""So many files may extend one another, beside the first."""


def read_file(path: FilePath, library: FilePath | None = None) -> Document:
    """Return what a scenario file says, with all that it extends.

    Args:
        path: the file; files in its folder and below it may be extended.
        library: a folder whose files may be extended as well.

    Raises:
        ScenarioError: with everything that is wrong with the text of the files and with how they extend one another.
    """
    raw = file_content(path)
    if isinstance(raw, Refusal):
        raise ScenarioError([Problem(path.as_posix(), 0, 0, "", raw.code, raw.message, raw.advice)])
    shown = "" if path.parent == FilePath() else f"{path.parent.as_posix().rstrip('/')}/"
    return compose(read(raw, path.as_posix()), folder_opener(path.parent, library, shown))


def compose(document: Document, opener: Opener) -> Document:
    """Return a document with what it extends below it, its `add:` put in and its relative changes worked out.

    The places of the result tell which file set each value; its file is that of the document.

    Args:
        document: what the extending file says by itself.
        opener: finds the extended files.

    Raises:
        ScenarioError: if an extended file cannot be found or read, or a change does not fit it.
    """
    layers, opened = _layers(document, opener)
    base = layers.pop()
    _refuse_add(base)
    refuse_joining(base)
    tree = tree_of(base)
    warnings: list[Problem] = []
    initiatives: dict[str, str] = {}
    while layers:
        layer = layers.pop()
        tree = tree.holding({name: member for name, member in tree.members.items() if name not in OWN})
        for name, patch in joined(layer, opener, opened):
            changed = _extended(tree, patch)
            warnings += overruled(tree, changed, tree_of(patch), initiatives)
            initiatives[patch.file] = name
            tree = with_initiative(changed, name, patch)
        tree = _extended(tree, layer)
    result = with_recordings(document_of(tree, document.file), opener, opened)
    return replace(result, warnings=tuple(warnings))


def _layers(document: Document, opener: Opener) -> tuple[list[Document], list[Opened]]:
    """Return the documents of a chain, the extending one first, and the files of all but the first."""
    layers = [document]
    opened: list[Opened] = []
    while EXTENDS in layers[-1].data:
        current = layers[-1]
        chain = [layer.file for layer in layers]
        name = current.data[EXTENDS]
        if not isinstance(name, str) or not name.strip():
            message = f"`extends` gives the name of one file, not {_kind(name)}"
            raise _error(current, (EXTENDS,), Refusal("extends", message, advice="extends: general_hospital.yaml"))
        if len(opened) >= MOST_LINKS:
            message = f"more than {MOST_LINKS} files extend one another: {_shown([*chain, name])}"
            raise _error(
                current, (EXTENDS,), Refusal("extends-too-deep", message, advice="extend an earlier file directly")
            )
        if is_data(name):
            message = f"{quoted(name)} is no scenario file"
            raise _error(current, (EXTENDS,), Refusal("extends", message, advice="give the name of a .yaml file"))
        found = opener(name, opened[-1] if opened else None)
        if isinstance(found, Refusal):
            raise _error(current, (EXTENDS,), found)
        if found.place in {one.place for one in opened} or _is_itself(document, found):
            message = f"the files extend each other in a circle: {_shown([*chain, found.file])}"
            raise _error(
                current, (EXTENDS,), Refusal("extends-cycle", message, advice="let one of them extend nothing")
            )
        opened.append(found)
        layers.append(read_kept(found.raw, found.file))
    return layers, opened


def _is_itself(document: Document, found: Opened) -> bool:
    """Return whether an opened file is the scenario that started the chain, if that was read from a file."""
    return os.path.abspath(document.file) == found.place


def _extended(base: Node, document: Document) -> Node:
    """Return the tree of an extended file with one extending document over it."""
    change = tree_of(document)
    problems = _unknown_names(base, document)
    own = {name: member for name, member in change.members.items() if name not in _APART}
    known = {name: _known_members(member, base, name) for name, member in own.items()}
    result = merged(base, change.holding(known), (), problems) or base
    result = _with_added(result, change.members.get(ADD), document, problems)
    if problems:
        raise ScenarioError(sorted(problems, key=lambda problem: (problem.line, problem.column)))
    return result


def _known_members(section: Node, base: Node, name: str) -> Node:
    """Return a section of the change without the members that the base does not have."""
    if name not in MEMBER_SECTIONS or not isinstance(section.content, dict):
        return section
    there = base.members[name].members if name in base.members else {}
    return section.holding({member: body for member, body in section.members.items() if member in there})


def _unknown_names(base: Node, document: Document) -> list[Problem]:
    problems = []
    below = (
        f"{base.members['name'].scalar}" if HEAD in document.data and "name" in base.members else "the extended file"
    )
    for section in MEMBER_SECTIONS:
        names = document.data.get(section)
        there = list(base.members[section].members) if section in base.members else []
        for name in names if isinstance(names, dict) else ():
            if name not in there:
                elsewhere = next((other for other, known in base.members.items() if name in known.members), "")
                hint = f"it is among the {elsewhere}" if elsewhere else suggestion(name, there)
                message = f"{below} has no {quoted(name)} among its {section}; {hint}"
                fix = f"correct the name, or bring it as something new under `add: {{{section}: {{{name}: ...}}}}`"
                if HEAD in document.data:
                    fix = f"use the initiative on a scenario that has {quoted(name)} among its {section}"
                problems.append(document.problem((section, name), "unknown-name", message, fix, key=True))
    return problems


def _with_added(tree: Node, added: Node | None, document: Document, problems: list[Problem]) -> Node:
    if added is None:
        return tree
    sections = dict(tree.members)
    wrong = _wrong_sections(added, document)
    problems.extend(wrong)
    for section, members in added.members.items():
        there = sections.get(section) or members.holding({})
        if section not in MEMBER_SECTIONS or not isinstance(members.content, dict):
            continue
        for name in members.members:
            if name in there.members:
                message = f"there is already a {quoted(name)} among the {section}"
                fix = (
                    f"to change it, write it under `{section}:` instead of `add:`; to bring another, choose a new name"
                )
                problems.append(document.problem((ADD, section, name), "existing-name", message, fix, key=True))
        sections[section] = there.holding({**there.members, **members.members})
    return tree.holding(sections)


def _wrong_sections(added: Node, document: Document) -> list[Problem]:
    if not isinstance(added.content, dict):
        message = f"`add` holds {_kind(added.plain())}, but needs sections with new names"
        return [document.problem((ADD,), "add", message, "add: {wards: {lounge: {beds: 12, kind: chairs}}}")]
    problems = []
    for section, members in added.members.items():
        if section not in MEMBER_SECTIONS:
            message = f"`add` brings no {quoted(section)}; {suggestion(section, MEMBER_SECTIONS)}"
            fix = "write it outside of `add`, where it stands in the extended file"
            problems.append(document.problem((ADD, section), "add", message, fix, key=True))
        elif not isinstance(members.content, dict):
            message = f"`add: {section}` holds {_kind(members.plain())}, but needs new names"
            problems.append(document.problem((ADD, section), "add", message, f"{section}: {{NAME: ...}}"))
    return problems


def _refuse_add(document: Document) -> None:
    if ADD in document.data:
        message = "`add` stands in a file that extends none"
        fix = "write its sections directly, or say what the file extends: `extends: general_hospital.yaml`"
        raise ScenarioError([document.problem((ADD,), "add", message, fix, key=True)])


def _error(document: Document, path: Path, refusal: Refusal) -> ScenarioError:
    return ScenarioError([document.problem(path, refusal.code, refusal.message, refusal.advice)])


def _shown(chain: list[str]) -> str:
    """Return a chain of files, up to the first that comes again."""
    end = next((place for place, file in enumerate(chain, 1) if file in chain[: place - 1]), len(chain))
    return " -> ".join(chain[:end])


def _kind(value: object) -> str:
    if value is None or value == "":
        return "nothing"
    kinds = {dict: "a mapping", list: "a list", bool: "true or false"}
    return kinds.get(type(value)) or quoted(value)
