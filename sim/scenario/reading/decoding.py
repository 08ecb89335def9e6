"""The text of a scenario file: bytes in, clean lines out, or the reason why they are none."""

import re
from collections.abc import Callable
from typing import Final

from sim.scenario.problems import Problem, ScenarioError, quoted
from sim.scenario.reading.characters import ordinary, refused_anywhere, refused_in_value, refused_without_quotes
from sim.scenario.reading.scalars import Refusal

MOST_BYTES: Final = 1_000_000
MOST_LINES: Final = 100
"""So many lines with wrong characters are told of."""

_FOREIGN: Final = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
    (b"%PDF", "a PDF file"),
    (b"SQLite format 3\x00", "a database"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\x7fELF", "a program"),
    (b"PAR1", "a Parquet file"),
)
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_SAVE_AS_YAML = "write the scenario in a text file whose name ends in .yaml"
_SAVE_AS_UTF8 = "save the file as UTF-8 (in the editor's `Save as`, choose the encoding UTF-8)"
_COMMENT = re.compile(r"(?:^|(?<=\s))#")
_QUOTED = re.compile(r"""(?:^|(?<=[\s\[{,:]))(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')""")


def decode(raw: bytes | str, file: str) -> str:
    """Return the text of a file with plain line ends and without a byte order mark.

    Args:
        raw: the content as bytes, or as text that was decoded elsewhere.
        file: name of the file, for the message.

    Raises:
        ScenarioError: if it is no text, not UTF-8, or more than a million bytes.
    """
    text = raw if isinstance(raw, str) else _from_bytes(raw, file)
    if len(text) > MOST_BYTES:
        raise _refused(
            file, "too-big", f"the text has {len(text):,} characters; at most a million are read", "make it shorter"
        )
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def wrong_characters(text: str, file: str) -> list[Problem]:
    """Return a problem for each line with a character that is refused wherever it stands, or with a tab."""
    return _by_lines(text, file, _wrong_in)


def lookalikes(text: str, file: str) -> list[Problem]:
    """Return a problem for each line with a look-alike character outside quotes and comments.

    It goes by lines, for files whose grammar cannot be read; elsewhere every value is looked at by itself.
    """
    return _by_lines(text, file, _alike_in)


def _by_lines(text: str, file: str, check: Callable[[str], tuple[int, Refusal] | None]) -> list[Problem]:
    found: list[Problem] = []
    for number, line in enumerate(text.split("\n"), 1):
        wrong = None if ordinary(line) else check(line)
        if wrong:
            column, refusal = wrong
            found.append(Problem(file, number, column + 1, "", refusal.code, refusal.message, refusal.advice))
        if len(found) >= MOST_LINES:
            break
    return found


def _wrong_in(line: str) -> tuple[int, Refusal] | None:
    end = outside_comment(line)
    for column, character in enumerate(line):
        within = character == "\t" and column < end
        refusal = refused_in_value(character) if within else refused_anywhere(character)
        if refusal:
            return column, refusal
    return None


def _alike_in(line: str) -> tuple[int, Refusal] | None:
    bare = _QUOTED.sub(lambda match: "x" * len(match[0]), line[: outside_comment(line)])
    refusals = ((column, refused_without_quotes(character)) for column, character in enumerate(bare))
    return next(((column, refusal) for column, refusal in refusals if refusal), None)


def outside_comment(line: str) -> int:
    """Return how many characters of a line stand before its comment, as far as one line alone can tell.

    >>> outside_comment('name: "Ward #3"  # three')
    17
    """
    masked = _QUOTED.sub(lambda match: "x" * len(match[0]), line)
    comment = _COMMENT.search(masked)
    return comment.start() if comment else len(line)


def _from_bytes(raw: bytes, file: str) -> str:
    foreign = _foreign(raw)
    if foreign:
        raise _refused(file, "not-text", f"this is {foreign}, no text file", _SAVE_AS_YAML)
    if raw.startswith(_WIDE) or _looks_wide(raw):
        raise _refused(file, "not-utf8", "the file is saved as UTF-16 or UTF-32", _SAVE_AS_UTF8)
    if len(raw) > MOST_BYTES:
        message = f"the file has {len(raw):,} bytes; at most a million are read"
        raise _refused(file, "too-big", message, "keep observed data outside the scenario, or shorten the file")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(raw, error.start, file) from None


def _foreign(raw: bytes) -> str:
    if raw.startswith(b"PK\x03\x04"):
        kinds = ((b"xl/", "an Excel file"), (b"word/", "a Word file"), (b"ppt/", "a PowerPoint file"))
        return next((kind for mark, kind in kinds if mark in raw), "a zip archive")
    return next((kind for mark, kind in _FOREIGN if raw.startswith(mark)), "")


def _looks_wide(raw: bytes) -> bool:
    start = raw[:200]
    return len(start) >= 8 and (start[::2].count(0) > len(start) // 3 or start[1::2].count(0) > len(start) // 3)


def _not_utf8(raw: bytes, position: int, file: str) -> ScenarioError:
    before = raw[:position].decode("utf-8", "replace")
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    byte = raw[position : position + 1]
    likely = byte.decode("cp1252", "replace")
    guess = f" (an old Windows file has {quoted(likely)} there)" if likely.isprintable() and likely != "\ufffd" else ""
    message = f"the byte {byte.hex().upper()} is not UTF-8{guess}"
    return ScenarioError([Problem(file, line, column, "", "not-utf8", message, _SAVE_AS_UTF8)])


def _refused(file: str, code: str, message: str, fix: str) -> ScenarioError:
    return ScenarioError([Problem(file, 0, 0, "", code, message, fix)])
