"""A Builder: makes the tree of a scenario file from the events of its grammar and collects what is wrong on the way."""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from sim.scenario.problems import Problem, field_of, quoted
from sim.scenario.reading.characters import ordinary, plainer, refused_in_value, refused_without_quotes
from sim.scenario.reading.document import Origin, Path
from sim.scenario.reading.scalars import Refusal, refused_date, resolve
from sim.scenario.reading.tree import Node, Scalar

MOST_DEPTH: Final = 50
MOST_VALUES: Final = 20_000
MOST_PROBLEMS: Final = 100

_COLON = re.compile(r"\s*:")
_HIDING = re.compile(r"[ ]+(#[^\s#!][^\n]*)")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the grammar; line and column count from 0, start and end are positions in the text."""

    kind: Literal["document", "mapping", "list", "scalar", "alias", "end", "directive"]
    start: int
    end: int
    line: int
    column: int
    value: str = ""
    style: str = ""
    """Empty for a scalar without quotes, else the sign that begins it; `flow` for a collection in brackets."""
    anchor: bool = False
    tag: bool = False


@dataclass(slots=True)
class _Frame:
    """A collection that is still open."""

    event: Event
    path: Path
    members: dict[str, Node] = field(default_factory=dict)
    folded: dict[str, str] = field(default_factory=dict)
    entries: list[Node] = field(default_factory=list)
    name: str | None = None
    key: Event | None = None
    told: bool = False
    """Whether a name without a value has been told of."""

    @property
    def wants_key(self) -> bool:
        return self.event.kind == "mapping" and self.name is None

    @property
    def here(self) -> Path:
        """Path of the value that comes next."""
        if self.event.kind == "list":
            return (*self.path, len(self.entries))
        return self.path if self.name is None else (*self.path, self.name)


class Builder:
    """Takes events in order; afterwards has `root`, `problems`, `spans` (where scalars stand in the text), `line`."""

    def __init__(self, text: str, file: str) -> None:
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.spans: list[tuple[int, int]] = []
        self.line = 0
        self._text = text
        self._file = file
        self._open: list[_Frame] = []
        self._documents = 0
        self._values = 0

    def take(self, event: Event) -> bool:
        """Take an event; return False if nothing that follows is worth reading."""
        self.line = event.line
        if event.kind == "document":
            return self._document(event)
        if event.kind == "directive":
            self._say(
                event, Refusal("directive", "a line that starts with % is no part of the language", advice="delete it")
            )
            return True
        if event.kind == "end":
            self._close(event)
            return True
        self._values += 1
        if self._values > MOST_VALUES:
            advice = "keep observed data outside the scenario"
            self._say(
                event, Refusal("too-big", f"the file has more than {MOST_VALUES:,} names and values", advice=advice)
            )
            return False
        self._refuse_extras(event)
        if event.kind == "scalar":
            self._scalar(event)
        elif event.kind == "alias":
            self._place(Node(None, self._origin(event)), event)
        else:
            return self._begin(event)
        return len(self.problems) < MOST_PROBLEMS

    def _document(self, event: Event) -> bool:
        self._documents += 1
        if self._documents > 1:
            advice = "delete the line of dashes or dots, or make two files"
            self._say(event, Refusal("several-documents", "a second scenario starts here", advice=advice))
        return self._documents == 1

    def field_at(self, line: int) -> str:
        """Return the field that is being written in a line (from 0), as far as it is known."""
        for frame in reversed(self._open):
            if frame.name is not None and frame.key is not None and frame.key.line == line:
                return self._field(frame.here)
            if frame.event.line == line:
                return self._field(frame.path)
        return ""

    def _begin(self, event: Event) -> bool:
        frame = self._open[-1] if self._open else None
        if len(self._open) >= MOST_DEPTH:
            advice = "write it flatter"
            self._say(
                event, Refusal("too-deep", f"values are nested more than {MOST_DEPTH} levels deep", advice=advice)
            )
            return False
        self._open.append(_Frame(event, frame.here if frame else ()))
        return True

    def _close(self, event: Event) -> None:
        frame = self._open.pop()
        start = frame.event
        written = ""
        if self._open and self._open[-1].name == "value":
            written = " ".join(self._text[start.start : event.end].split())
        content = tuple(frame.entries) if start.kind == "list" else frame.members
        self._place(Node(content, self._origin(start), text=written), start)

    def _scalar(self, event: Event) -> None:
        self.spans.append((event.start, event.end))
        plain = event.style == ""
        clean = self._cleaned(event, plain=plain)
        frame = self._open[-1] if self._open else None
        if frame and frame.wants_key:
            self._key(frame, event, clean)
            return
        if frame and frame.key:
            self._check_colon(frame, frame.key)
        content: Scalar | Refusal = resolve(clean) if plain else refused_date(clean) or clean
        if isinstance(content, Refusal):
            self._say(event, content)
            content = clean
        elif plain and isinstance(content, str):
            self._check_hidden_end(frame, event, content)
        self._place(Node(content, self._origin(event), text=clean, quoted=not plain), event)

    def _cleaned(self, event: Event, *, plain: bool) -> str:
        """Return the text of a scalar, with look-alike characters replaced after telling of the first."""
        if ordinary(event.value):
            return event.value
        refuse = refused_without_quotes if plain else refused_in_value
        for character in event.value:
            refusal = None if character == "\n" else refuse(character)
            if refusal:
                self._say(event, refusal, at=self._text.find(character, event.start, event.end))
                return plainer(event.value)
        return event.value

    def _key(self, frame: _Frame, event: Event, clean: str) -> None:
        plain = event.style == "" and not is_counted(frame.path, clean)
        refusal = _refused_name(clean, plain=plain) if self._has_colon(frame, event) else None
        if refusal:
            self._say(event, refusal, (*frame.path, clean) if clean else frame.path)
        frame.name, frame.key = self._without_twin(frame, event, clean), event

    def _without_twin(self, frame: _Frame, event: Event, name: str) -> str:
        fold = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
        twin = frame.folded.setdefault(fold, name)
        first = frame.members.get(twin)
        if first is None or first.key is None:
            return name
        line = first.key.line
        if twin == name:
            refusal = Refusal("duplicate-key", f"{quoted(name)} is given twice; the first is in line {line}")
            advice = "keep one of the two"
        else:
            message = f"{quoted(name)} differs from {quoted(twin)} in line {line} only in capitals or spaces"
            refusal = Refusal("lookalike-key", message)
            advice = "keep one, or give it another name"
        self._say(event, replace(refusal, advice=advice), (*frame.path, name))
        return f"{name}\0{len(frame.members)}"

    def _has_colon(self, frame: _Frame, key: Event) -> bool:
        """Return whether a colon follows a name; in braces a name may stand alone, which nobody means."""
        return frame.event.style != "flow" or _COLON.match(self._text, key.end) is not None

    def _check_colon(self, frame: _Frame, key: Event) -> None:
        """Tell of the first name in braces that has no value, unless its characters have been refused before."""
        if frame.told or self._has_colon(frame, key) or not ordinary(key.value):
            return
        frame.told = True
        name = frame.name or ""
        before, last = list(frame.members.items())[-1] if frame.members else ("", None)
        number = last.text if last and isinstance(last.scalar, int | float) else ""
        if number and name[:1].isdigit():
            message = f"{quoted(f'{number},{name}')} has a decimal comma; decimals are written with a point"
            refusal = Refusal("comma-number", message, advice=f"{before}: {number}.{name}")
            self._say(key, refusal, (*frame.path, before))
            return
        word, _, rest = name.partition(" ")
        message = f"{quoted(name)} stands in braces without a value"
        self._say(key, Refusal("missing-colon", message, advice=f"{word}: {rest or 'VALUE'}"), (*frame.path, name))

    def _check_hidden_end(self, frame: _Frame | None, event: Event, content: str) -> None:
        hidden = _HIDING.match(self._text, event.end)
        if not hidden:
            return
        comment = hidden[1].rstrip()
        message = f"{quoted(comment)} is read as a comment, so that only {quoted(content)} is left"
        advice = "or put a space after the # if it is a comment"
        if frame and frame.event.style == "flow":
            comment = re.split(r"[,}\]]", comment)[0]
        name, colon, _ = comment.partition(": ")
        whole = quoted(f"{content} {name}", 80)
        if colon and frame and frame.key and frame.key.line < event.line:
            self._say(event, Refusal("hash-in-text", message, advice=f"put the name in quotes: {whole}:"))
            return
        self._say(event, Refusal("hash-in-text", message, quoted(f"{content} {comment}", 80), advice))

    def _refuse_extras(self, event: Event) -> None:
        if event.kind == "alias" or event.anchor:
            what = "an alias (*)" if event.kind == "alias" else "an anchor (&)"
            advice = "write the values out, or put a text that starts with this sign in quotes"
            self._say(event, Refusal("anchor", f"{what} is not part of the language", advice=advice))
        if event.tag:
            advice = "delete the word with the exclamation mark, or put the text in quotes"
            self._say(event, Refusal("tag", "a tag (!) is not part of the language", advice=advice))

    def _place(self, node: Node, event: Event) -> None:
        if not self._open:
            self.root = node
            return
        frame = self._open[-1]
        if frame.wants_key:
            if event.kind != "alias":
                what = "list" if event.kind == "list" else "mapping"
                self._say(
                    event, Refusal("key-not-text", f"a {what} stands where a name should be", advice="write a name")
                )
            frame.name, frame.key = f"\0{len(frame.members)}", event
        elif frame.event.kind == "list":
            frame.entries.append(node)
        elif frame.name is not None and frame.key is not None:
            place = self._origin(frame.key)
            nothing = event.kind == "scalar" and event.start == event.end
            frame.members[frame.name] = replace(node, key=place, origin=place if nothing else node.origin)
            frame.name = frame.key = None

    def _origin(self, event: Event) -> Origin:
        return Origin(self._file, event.line + 1, event.column + 1)

    def _say(self, event: Event, refusal: Refusal, path: Path | None = None, at: int = -1) -> None:
        line, column = event.line, event.column
        if at >= 0:
            line += self._text.count("\n", event.start, at)
            column = at - (self._text.rfind("\n", 0, at) + 1)
        frame = self._open[-1] if self._open else None
        where = path or (frame.here if frame else ())
        fix = refusal.instead
        if fix and frame and frame.name is not None and not frame.wants_key:
            fix = f"{frame.name}: {fix}"
        if refusal.advice:
            fix = f"{fix} ({refusal.advice})" if fix else refusal.advice
        found = Problem(self._file, line + 1, column + 1, self._field(where), refusal.code, refusal.message, fix)
        self.problems.append(found)

    @staticmethod
    def _field(path: Path) -> str:
        """Return a path for people, without the stand-ins for names that cannot be used."""
        return field_of(part.partition("\0")[0] if isinstance(part, str) else part for part in path)


def _refused_name(name: str, *, plain: bool) -> Refusal | None:
    """Return why a text cannot be the name of a member."""
    if name == "":
        return Refusal("key-not-text", "a name is missing before the colon", advice="write a name")
    if "\n" in name:
        return Refusal("key-not-text", "a name goes over several lines", advice="write it on one line")
    if not plain:
        return None
    if name == "<<":
        return Refusal("anchor", "merge keys (<<) are not part of the language", advice="write the values out")
    meaning = resolve(name)
    if isinstance(meaning, Refusal) and meaning.code == "unquoted-word":
        return Refusal(meaning.code, meaning.message, f'"{name}":', "or another name")
    return None if isinstance(meaning, str) else Refusal("key-not-text", f"the name {name} is no text", f'"{name}":')


def is_counted(path: Path, name: str) -> bool:
    """Return whether a name is a whole number of rounds, as in `times: {4: 30 %, 6: rest}`, or a wait without unit.

    >>> is_counted(("repeat", "times"), "4"), is_counted(("wards",), "4")
    (True, False)
    """
    return path[-1:] in (("times",), ("priority_after",)) and bool(_WHOLE.fullmatch(name))
