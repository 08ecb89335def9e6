"""A Break: the place where the grammar of a scenario file breaks, and its meaning in plain words."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from sim.scenario.problems import Problem, quoted


@dataclass(frozen=True, slots=True)
class Break:
    """Where and why a YAML reader gave up; lines and columns count from 0, line -1 means unknown."""

    problem: str
    line: int
    column: int
    context: str = ""
    context_line: int = -1
    context_column: int = -1


@dataclass(frozen=True, slots=True)
class _Verdict:
    code: str
    message: str
    fix: str
    place: tuple[int, int] | None = None
    """Line and column from 0, if it is not where the reader gave up."""


_Explain = Callable[[Break, list[str]], _Verdict]


def explain(found: Break, text: str, file: str) -> Problem:
    """Return the problem that a break means to the person who typed the file."""
    lines = text.split("\n")
    said = f"{found.context} / {found.problem}"
    verdict = next((explained(found, lines) for words, explained in _EXPLANATIONS if words in said), None)
    verdict = verdict or _unknown(found, lines)
    line, column = verdict.place or (found.line, found.column)
    return Problem(file, max(line, 0) + 1, max(column, 0) + 1, "", verdict.code, verdict.message, verdict.fix)


def _begin(found: Break) -> tuple[int, int] | None:
    return (found.context_line, found.context_column) if found.context_line >= 0 else None


def _line(lines: list[str], number: int) -> str:
    return lines[number] if 0 <= number < len(lines) else ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _second_colon(found: Break, lines: list[str]) -> _Verdict:
    line = _line(lines, found.line)
    entry = re.match(r"\s*(?:- +)*([^:#]+):\s+([^\"'\[{#|>\s].*)", line)
    if entry and ":" in entry[2] and found.column > entry.start(2):
        name, value = entry[1].strip(), entry[2].split(" #")[0].strip()
        fix = f"{name}: {quoted(value, 80)}"
        return _Verdict("colon-in-text", f"{quoted(value)} has a colon and stands without quotes", fix)
    above = next((number for number in range(found.line - 1, -1, -1) if lines[number].strip()), -1)
    if above >= 0 and not re.search(r":(\s|$)", lines[above]):
        verdict = _without_value(lines[above].strip(), above, _indent(lines[above]))
        holds_more = _indent(line) > _indent(lines[above]) and verdict.code == "missing-colon"
        return replace(verdict, fix=f"{lines[above].strip()[:80]}:") if holds_more else verdict
    return _Verdict(
        "indentation",
        "this line does not belong to the one above: it is indented further, but the line above already has a value",
        "start it in the same column as the line above, or end the line above with a colon",
    )


def _no_colon(found: Break, lines: list[str]) -> _Verdict:
    line = _line(lines, found.context_line)
    return _without_value(line[found.context_column :].strip() or line, found.context_line, found.context_column)


def _without_value(start: str, line: int, column: int) -> _Verdict:
    """Explain a line that should be `name: value` and is not."""
    place = (line, column)
    glued = re.match(r"(?:- +)*([^\s:]+):([^\s:][^:]*)$", start)
    if glued:
        message = f"a space is missing after the colon in {quoted(start)}"
        return _Verdict("missing-space", message, f"{glued[1]}: {glued[2]}", place)
    hidden = re.match(r"(?:- +)*([^#]+?) +(#.*?):", start)
    if hidden:
        message = f"everything after the # in {quoted(start)} is read as a comment"
        return _Verdict(
            "hash-in-text", message, f"put the name in quotes: {quoted(f'{hidden[1]} {hidden[2]}', 80)}:", place
        )
    words = re.search(r"\w[\w.-]*", start)
    fix = f"{words[0][:40] if words else 'NAME'}: VALUE (or `- ` in front, if it is an entry of a list)"
    return _Verdict("missing-colon", f"{quoted(start)} has no colon and no value", fix, place)


def _bracket(found: Break, lines: list[str]) -> _Verdict:
    line = _line(lines, found.context_line)
    sign = line[found.context_column : found.context_column + 1]
    if sign == "-":
        message = "a dash with a space stands here, which begins an entry of a list"
        return _Verdict(
            "list-on-key-line", message, "leave out the space of a negative number, or put a list in [ ]", _begin(found)
        )
    opened, close = ("{", "}") if "mapping" in found.context or sign == "{" else ("[", "]")
    place = (found.context_line, found.context_column)
    met = found.problem.rpartition("but got ")[2].strip("'")
    if met in ("]", "}"):
        message = f"the {opened} that opens here meets a {met} in line {found.line + 1} before it is closed"
        return _Verdict("unclosed-bracket", message, f"put {close} where it ends", place)
    if met != "<stream end>" and found.line == found.context_line and found.column > found.context_column:
        near = line[found.context_column + 1 : found.column + 8]
        near = near if len(near) <= 30 else near[-30:].partition(" ")[2]
        message = f"inside the {opened} that opens here a comma is missing near {quoted(near.strip())}"
        return _Verdict("unclosed-bracket", message, f"put commas between the entries and {close} at the end", place)
    hides = re.search(rf"\s#.*\{close}", line[found.context_column :])
    why = " (a # after a space hides the rest of its line)" if hides else ""
    message = f"the {opened} that opens here is never closed, or a comma is missing after it{why}"
    return _Verdict("unclosed-bracket", message, f"put {close} where it ends, and commas between the entries", place)


def _quote(found: Break, lines: list[str]) -> _Verdict:
    sign = _line(lines, found.context_line)[found.context_column : found.context_column + 1] or '"'
    message = f"the quotation mark {sign} that opens here is never closed"
    return _Verdict("unclosed-quote", message, f"put {sign} where the text ends", _begin(found))


def _block_end(found: Break, lines: list[str]) -> _Verdict:
    line = _line(lines, found.line)
    before = line[: found.column].rstrip()
    if "<scalar>" in found.problem and before.endswith(('"', "'")):
        message = "text follows a closing quotation mark"
        return _Verdict("text-after-quote", message, 'put the whole text in double quotes, such as "Children\'s ward"')
    if found.problem.endswith(("']'", "'}'", "','")):
        sign = found.problem[-2]
        return _Verdict(
            "unclosed-bracket",
            f"a {sign} stands here, but no bracket is open",
            "delete it, or open a bracket before it",
        )
    spaces = _indent(line)
    message = f"this line starts after {spaces} space{'' if spaces == 1 else 's'}, which fits no line above it"
    return _Verdict(
        "indentation", message, "start it in the same column as the lines that it belongs to (two spaces a level)"
    )


def _list_here(found: Break, lines: list[str]) -> _Verdict:
    name = _line(lines, found.line)[: found.column].strip()
    negative = re.match(r"- ([0-9].*)", _line(lines, found.line)[found.column :])
    if name.endswith(":") and negative:
        message = "a space stands behind the minus sign"
        return _Verdict("list-on-key-line", message, f"{name} -{negative[1]}")
    if name.endswith(":"):
        message = "a list starts on the same line as its name"
        return _Verdict(
            "list-on-key-line", message, f"{name} [ENTRY, ENTRY], or each `- ENTRY` on a line of its own below"
        )
    return _Verdict(
        "indentation", "a list entry stands here, where none can be", "start it in the same column as the other entries"
    )


def _bad_start(found: Break, lines: list[str]) -> _Verdict:
    line = _line(lines, found.line)
    sign = line[found.column : found.column + 1]
    name = line[: found.column].strip().rpartition("- ")[2]
    value = line[found.column :].split(" #")[0].strip()
    fix = f"{name} {quoted(value, 80)}".strip() if '"' not in value else "put the text in single quotes"
    return _Verdict("bad-start", f"a name or value cannot start with {quoted(sign)}", fix)


def _anchor(found: Break, lines: list[str]) -> _Verdict:
    sign = "*" if "alias" in found.context else "&"
    return _Verdict(
        "anchor", f"a value cannot start with {sign}", "put the text in quotes, or write the values out", _begin(found)
    )


def _tag(found: Break, lines: list[str]) -> _Verdict:
    return _Verdict(
        "tag",
        "a tag (!) is not part of the language",
        "delete it, or put a text that starts with ! in quotes",
        _begin(found),
    )


def _directive(found: Break, lines: list[str]) -> _Verdict:
    return _Verdict(
        "directive", "a line that starts with % is no part of the language", "delete it, or put the text in quotes"
    )


def _escape(found: Break, lines: list[str]) -> _Verdict:
    sign = _line(lines, found.line)[found.column : found.column + 1]
    message = f"the backslash before {quoted(sign)} has no meaning inside double quotes"
    return _Verdict("bad-escape", message, r"write \\ for a backslash, or use single quotes")


def _block_text(found: Break, lines: list[str]) -> _Verdict:
    sign = _line(lines, found.context_line)[found.context_column : found.context_column + 1]
    message = f"the sign {quoted(sign)} starts a text of several lines, and something else follows it"
    return _Verdict("syntax", message, "put the text in quotes, or start it on the next line, indented", _begin(found))


def _no_content(found: Break, lines: list[str]) -> _Verdict:
    token = found.problem.rpartition("found ")[2].strip("'")
    if token in ("]", "}", ","):
        message = f"a {quoted(token)} stands where a value should be"
        return _Verdict("unclosed-bracket", message, "check the brackets and commas before it")
    return _Verdict("syntax", "a value should stand here", "write the value, or delete the line")


def _second_document(found: Break, lines: list[str]) -> _Verdict:
    for number, line in enumerate(lines[: found.line + 1]):
        if line.startswith("%"):
            return replace(_directive(found, lines), place=(number, 0))
    return _Verdict(
        "several-documents", "more text follows the end of the scenario", "delete the line of dashes or dots above"
    )


def _unknown(found: Break, lines: list[str]) -> _Verdict:
    line = _line(lines, found.line).strip()
    shown = f": {quoted(line)}" if line else ""
    return _Verdict(
        "syntax", f"this line cannot be read{shown}", "compare it with the lines above, or put its text in quotes"
    )


_EXPLANATIONS: Final[tuple[tuple[str, _Explain], ...]] = (
    ("mapping values are not allowed", _second_colon),
    ("could not find expected ':'", _no_colon),
    ("while parsing a flow", _bracket),
    ("scanning a double-quoted scalar", _escape),
    ("scanning a quoted scalar", _quote),
    ("expected <block end>", _block_end),
    ("sequence entries are not allowed", _list_here),
    ("scanning a block scalar", _block_text),
    ("in a block scalar", _block_text),
    ("scanning an alias", _anchor),
    ("scanning an anchor", _anchor),
    ("a tag", _tag),
    ("tag handle", _tag),
    ("scanning a directive", _directive),
    ("YAML directive", _directive),
    ("incompatible YAML document", _directive),
    ("cannot start any token", _bad_start),
    ("expected the node content", _no_content),
    ("<document start>", _second_document),
    ("document end marker", _second_document),
)
