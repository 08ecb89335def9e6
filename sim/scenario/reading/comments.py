"""Comments: each one of a file is tied to the value that it speaks of, so that it moves with it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sim.scenario.reading.document import Path
from sim.scenario.reading.reading import Source
from sim.scenario.reading.tree import Node


@dataclass(slots=True)
class _Entry:
    """A member or list entry: where it starts, and the comments found for it."""

    path: Path
    line: int
    column: int
    flow: bool
    """Whether its own value is in brackets."""
    before: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Remark:
    """A comment on a line of its own; an empty one is a blank line."""

    text: str
    column: int


def with_comments(source: Source) -> Node:
    """Return the tree of a file with its comments and blank lines at the nodes that they belong to.

    A comment at the end of a line belongs to what starts on that line; one on lines of its own to what follows, or, if
    it is indented further than that, to what is above. Comments inside brackets move above the line with the brackets.
    """
    ties = _Ties(source)
    ties.tie_all()
    root = _rebuilt(source.root, (), ties.entries)
    return replace(root, before=tuple(_trimmed(ties.head)), after=tuple(_trimmed(ties.tail)))


class _Ties:
    """Goes through the lines of a file and gives each comment to an entry, to the head or to the tail."""

    def __init__(self, source: Source) -> None:
        self.head: list[str] = []
        self.tail: list[str] = []
        self._lines = source.text.split("\n")
        self._masks = _masked(source)
        self.entries = {entry.path: entry for entry in _entries(source.root, (), self._lines)}
        self._last: _Entry | None = None

    def tie_all(self) -> None:
        """Give every comment away."""
        coming = list(self.entries.values())[::-1]
        waiting: list[_Remark] = []
        for number, mask in enumerate(self._masks):
            at = mask.find("#")
            comment = self._lines[number][at:].rstrip() if at >= 0 else ""
            if not mask[: at if at >= 0 else None].strip():
                waiting.append(_Remark(comment, at))
                continue
            starting = None
            while coming and coming[-1].line <= number:
                entry = coming.pop()
                starting = starting or entry
                self._tie_above(waiting, entry)
                self._last = entry
            owner = starting or self._last
            if owner:
                self._tie_above(waiting, owner)
                self._tie_behind(comment, owner, number)
        self._tie_end(waiting)

    def _tie_behind(self, comment: str, entry: _Entry, line: int) -> None:
        outer = self._outermost(entry)
        if comment:
            (outer.behind if outer.line == line else outer.before).append(comment)

    def _tie_above(self, waiting: list[_Remark], following: _Entry) -> None:
        """Give the comments above an entry to it, or to what ends there if they are indented further."""
        if self._last is None:
            blank = max((place for place, remark in enumerate(waiting) if not remark.text), default=-1)
            self.head.extend(remark.text for remark in waiting[: blank + 1])
            del waiting[: blank + 1]
        outer = self._outermost(following)
        if outer is not following:
            outer.before.extend(remark.text for remark in waiting if remark.text)
            waiting.clear()
        kept = self._tie_below(waiting, following)
        following.before.extend(remark.text for remark in waiting[kept:])
        waiting.clear()

    def _tie_end(self, waiting: list[_Remark]) -> None:
        kept = self._tie_below(waiting, None)
        self.tail.extend(remark.text for remark in waiting[kept:])

    def _tie_below(self, waiting: list[_Remark], following: _Entry | None) -> int:
        """Give the first comments to the blocks that they end; return how many that were, blank lines included."""
        kept = 0
        for place, remark in enumerate(waiting):
            if not remark.text:
                continue
            owner = self._ended_by(remark, following)
            if owner is None:
                break
            owner.after.extend(one.text for one in waiting[kept : place + 1])
            kept = place + 1
        return kept

    def _ended_by(self, remark: _Remark, following: _Entry | None) -> _Entry | None:
        """Return the entry whose block a comment ends, or None if the comment belongs to what follows."""
        if self._last is None or remark.column <= (following.column if following else 0):
            return None
        path = self._outermost(self._last).path
        around = (self.entries[path[:length]] for length in range(len(path), 1, -1))
        nearest = next((entry for entry in around if entry.column <= remark.column), None)
        block = nearest.path[:-1] if nearest else ()
        goes_on = following and following.path[: len(block)] == block
        return None if goes_on or not block else self.entries[block]

    def _outermost(self, entry: _Entry) -> _Entry:
        """Return the entry with the outermost brackets around an entry, or the entry itself."""
        around = (self.entries[entry.path[:length]] for length in range(1, len(entry.path)))
        return next((one for one in around if one.flow), entry)


def _entries(node: Node, path: Path, lines: list[str]) -> Iterator[_Entry]:
    """Yield the members and entries below a node in the order of the file."""
    for part, inner in node.inside():
        place = inner.key or inner.origin
        line, column = place.line - 1, place.column - 1
        if isinstance(part, int):
            dash = lines[line][:column].rstrip()
            column = len(dash) - 1 if dash.endswith("-") else column
        sign = lines[inner.origin.line - 1][inner.origin.column - 1 : inner.origin.column]
        here = (*path, part)
        yield _Entry(here, line, column, isinstance(inner.content, dict | tuple) and sign in ("[", "{"))
        yield from _entries(inner, here, lines)


def _masked(source: Source) -> list[str]:
    """Return the lines of a file with every scalar blotted out, so that a # that is left begins a comment."""
    masked = list(source.text)
    texts: list[tuple[int, int]] = []
    for start, end in source.spans:
        block = source.text[start : start + 1] in ("|", ">")
        header = source.text.find("\n", start, end) if block else start  # a comment may follow the sign of a block
        header = end if header < 0 else header
        masked[header:end] = ["\n" if one == "\n" else "x" for one in masked[header:end]]
        texts.append((source.text.count("\n", 0, start) + 1, source.text.count("\n", 0, end)))
    lines = "".join(masked).split("\n")
    for first, last in texts:  # a blank line inside a text is none between values
        lines[first:last] = [line or "x" for line in lines[first:last]]
    return lines


def _rebuilt(node: Node, path: Path, found: dict[Path, _Entry]) -> Node:
    content = node.content
    if isinstance(content, dict):
        content = {name: _rebuilt(inner, (*path, name), found) for name, inner in content.items()}
    elif isinstance(content, tuple):
        content = tuple(_rebuilt(inner, (*path, place), found) for place, inner in enumerate(content))
    entry = found.get(path)
    if entry is None:
        return replace(node, content=content)
    before, after = tuple(_single_blanks(entry.before)), tuple(_single_blanks(entry.after))
    return replace(node, content=content, before=before, behind="  ".join(entry.behind), after=after)


def _single_blanks(texts: list[str]) -> list[str]:
    return [text for place, text in enumerate(texts) if text or place == 0 or texts[place - 1]]


def _trimmed(texts: list[str]) -> list[str]:
    """Return comment lines without blank lines at either end."""
    kept = _single_blanks(texts)
    start = 1 if kept and not kept[0] else 0
    return kept[start:-1] if len(kept) > start and not kept[-1] else kept[start:]
