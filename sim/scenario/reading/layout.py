"""The layout of a scenario file: a tree becomes text, short groups on one line, long ones on many."""

from typing import Final

from sim.scenario.reading.building import is_counted
from sim.scenario.reading.document import Path
from sim.scenario.reading.order import BLOCKS, in_order
from sim.scenario.reading.scalars import write_scalar
from sim.scenario.reading.tree import Node, Scalar

WIDTH: Final = 120
MOST_NESTED: Final = 3
"""Groups nested deeper than this are not written on one line."""
SENTENCE: Final = 40
"""A list with a longer text than this stands on a line for each, if it does not fit on one line."""

_Lines = list[str]


def lay_out(root: Node) -> str:
    """Return the text of a scenario file, with the comments of its nodes.

    It always ends with a line end, and laying out what was laid out gives the same.
    """
    lines: _Lines = [*root.before, ""] if root.before else []
    shown_long = False
    for name in in_order((), root.members):
        member = root.members[name]
        block = _entry(f"{write_scalar(name)}:", member, (name,), 0)
        body = len(block) - len(member.before)
        stands_out = body > 1 or shown_long or bool(member.before)
        if lines and lines[-1] != "" and block[0] != "" and stands_out:
            lines.append("")
        lines.extend(block if lines and lines[-1] != "" else _without_first_blank(block))
        shown_long = body > 1
    lines.extend([*root.after] if root.members else ["{}", *root.after])
    return "\n".join(line.rstrip() for line in lines) + "\n"


def one_line(node: Node, path: Path) -> str:
    """Return a value on one line."""
    if isinstance(node.content, dict):
        inner = (
            f"{_written_name(name, path)}: {one_line(node.content[name], (*path, name))}"
            for name in in_order(path, node.content)
        )
        return "{" + ", ".join(inner) + "}"
    if isinstance(node.content, tuple):
        return "[" + ", ".join(one_line(entry, (*path, place)) for place, entry in enumerate(node.content)) + "]"
    return _written(node.content, node)


def _written_name(name: str, path: Path) -> str:
    """Return a name as it stands before its colon; a number of rounds needs no quotes."""
    return name if is_counted(path, name) else write_scalar(name)


def _written(value: Scalar, node: Node, *, alone: bool = False) -> str:
    """Return a scalar as its author wrote it, as far as that says the same everywhere."""
    kept = isinstance(value, int | float) and not isinstance(value, bool) and node.text
    return node.text if kept else write_scalar(value, quoted=node.quoted, alone=alone)


def _entry(prefix: str, node: Node, path: Path, indent: int) -> _Lines:
    """Return the lines of a member (`name:`) or list entry (`-`) with its comments."""
    pad = " " * indent
    lines = _value(prefix, node, path, indent)
    start = next(place for place, line in enumerate(lines) if line and not line.lstrip().startswith("#"))
    if node.behind:
        lines[start] += f"  {node.behind}"
    return [*_comments(node.before, pad), *lines]


def _value(prefix: str, node: Node, path: Path, indent: int) -> _Lines:
    pad = " " * indent
    if not isinstance(node.content, dict | tuple):
        return _scalar(prefix, node, indent)
    if not node.content or _fits(node, path, WIDTH - indent - len(prefix) - 1):
        return [f"{pad}{prefix} {one_line(node, path)}"]
    if not _open(path) and not node.after and _single_values(node) and not _tells_sentences(node):
        return _filled(f"{pad}{prefix} ", [one_line(entry, (*path, 0)) for entry in node.entries])
    return _block(prefix, node, path, indent)


def _block(prefix: str, node: Node, path: Path, indent: int) -> _Lines:
    pad = " " * indent
    groups = []
    if isinstance(node.content, dict):
        for name in in_order(path, node.content):
            groups.append(_entry(f"{_written_name(name, path)}:", node.content[name], (*path, name), indent + 2))
    else:
        for place, entry in enumerate(node.entries):
            groups.append(_entry("-", entry, (*path, place), indent + 2))
    groups[0] = _without_first_blank(groups[0])
    lines = [line for group in groups for line in group] + _comments(node.after, pad + "  ")
    if prefix != "-":
        return [f"{pad}{prefix}", *lines]
    first = next(place for place, line in enumerate(lines) if line and not line.lstrip().startswith("#"))
    above = [line and pad + line.lstrip() for line in lines[:first]]
    return [*above, f"{pad}- {lines[first].lstrip()}", *lines[first + 1 :]]


def _scalar(prefix: str, node: Node, indent: int) -> _Lines:
    pad = " " * indent
    text = node.scalar
    line = f"{pad}{prefix} {_written(text, node, alone=True)}"
    if not isinstance(text, str) or (len(line) <= WIDTH and "\n" not in text) or not _plain_lines(text):
        return [line]
    inner = pad + "  "
    if "\n" in text:
        header = "|" if text.endswith("\n") else "|-"
        return [f"{pad}{prefix} {header}", *(part and inner + part for part in text.removesuffix("\n").split("\n"))]
    return [f"{pad}{prefix} >-", *_wrapped(text, inner)]


def _plain_lines(text: str) -> bool:
    """Return whether a text can be written on lines of its own without quotes and read back the same."""
    lines = text.removesuffix("\n").split("\n")
    if any(line != line.strip() or not line.isprintable() for line in lines) or not lines[0] or not lines[-1]:
        return False
    return len(lines) > 1 or (
        not text.endswith("\n") and "  " not in text and max(map(len, text.split(" "))) < WIDTH // 2
    )


def _wrapped(text: str, pad: str) -> _Lines:
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(pad) + len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return [pad + line for line in lines]


def _filled(start: str, entries: list[str]) -> _Lines:
    """Return a list of single values in brackets over as many lines as it needs."""
    lines = [start + "["]
    for place, entry in enumerate(entries):
        text = entry + ("," if place < len(entries) - 1 else "]")
        gap = "" if lines[-1].endswith("[") else " "
        if gap and len(lines[-1]) + 1 + len(text) > WIDTH:
            lines.append(" " * (len(start) + 1) + text)
        else:
            lines[-1] += gap + text
    return lines


def _fits(node: Node, path: Path, room: int) -> bool:
    if _open(path) or node.after or _depth(node) > MOST_NESTED or any(_commented(inner) for _, inner in node.inside()):
        return False
    return _one_liners(node) and len(one_line(node, path)) <= room


def _open(path: Path) -> bool:
    """Return whether the value at a path always stands on lines of its own."""
    if path[:1] == ("add",):
        return len(path) == 1 or _open(path[1:])
    if len(path) == 1:
        return path[0] in BLOCKS
    if len(path) == 2 and path[0] in ("patients", "pathways"):
        return True
    if path[0] != "pathways":
        return False
    return path[-1] in ("one of", "repeat", "options", "steps") or (
        isinstance(path[-1], int) and path[-2] not in ("one of", "options")
    )


def _single_values(node: Node) -> bool:
    return bool(node.entries) and not any(_deep(entry) or _commented(entry) for entry in node.entries)


def _tells_sentences(node: Node) -> bool:
    return any(isinstance(entry.content, str) and len(entry.content) > SENTENCE for entry in node.entries)


def _deep(node: Node) -> bool:
    return isinstance(node.content, dict | tuple)


def _depth(node: Node) -> int:
    return 1 + max((_depth(inner) for _, inner in node.inside()), default=0) if _deep(node) else 0


def _commented(node: Node) -> bool:
    own = node.behind or node.after or any(node.before)
    return bool(own) or any(_commented(inner) for _, inner in node.inside())


def _one_liners(node: Node) -> bool:
    if isinstance(node.content, str):
        return "\n" not in node.content
    return all(_one_liners(inner) for _, inner in node.inside())


def _comments(comments: tuple[str, ...], pad: str) -> _Lines:
    return [comment and pad + comment for comment in comments]


def _without_first_blank(lines: _Lines) -> _Lines:
    return lines[1:] if lines and lines[0] == "" else lines
