"""Recording: reads the rows of a file of recorded arrivals, column by column of an allow-list, and keeps nothing else.

Such files are about real patients. So a column that is not asked for is refused by its name, and no message ever quotes
what stands in a cell.
"""

import csv
import datetime
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from sim import clock
from sim.scenario.problems import SHOWN_AT_MOST, Problem, ScenarioError, field_of, nearest, quoted
from sim.scenario.rows import ARRIVED, EPOCH, Rows

DELIMITERS: Final = ",;\t"
SHOWN_LEVELS: Final = 12
MOST_BYTES: Final = 20_000_000
"""Larger files are not read."""
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_FIRST: Final = datetime.datetime(1900, 1, 1)
_LAST: Final = datetime.datetime(2200, 1, 1)
_MIDNIGHT: Final = datetime.datetime.combine(EPOCH, datetime.time())
_MILLISECOND: Final = datetime.timedelta(milliseconds=clock.MILLISECOND)
_SAVE: Final = "save the table as `CSV UTF-8` (comma delimited)"


@dataclass(slots=True)
class _Reading:
    """A file that is being read."""

    file: str
    levels: Mapping[str, Mapping[str, str]]
    """Levels of each attribute by themselves, so that every row refers to the same text."""
    lines: list[str]
    delimiter: str
    problems: list[Problem] = field(default_factory=list)
    moments: list[int] = field(default_factory=list)
    told: dict[str, list[str]] = field(default_factory=dict)

    def refuse(self, line: int, cell: int, name: str, message: str, fix: str) -> None:
        """Notes what is wrong with a cell (from 0) of a line (from 1)."""
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        column = _begins(text, cell, self.delimiter) + 1
        self.problems.append(Problem(self.file, line, column, field_of([name]), "recorded", message, fix))


def read_rows(raw: bytes, file: str, levels: Mapping[str, Collection[str]]) -> Rows:
    """Reads the content of a file of recorded arrivals.

    Args:
        raw: the content; UTF-8, with commas, semicolons or tabs between the cells.
        file: its name, for messages.
        levels: levels that each attribute of the class has; the file may have a column for each.

    Returns:
        Moments and levels of all patients, in the order of the file.

    Raises:
        ScenarioError: with what is wrong with the file, at most twenty things.
    """
    text = _text(raw, file)
    lines = list(io.StringIO(text, newline=""))
    first = lines[0] if lines else ""
    delimiter = max(DELIMITERS, key=first.count)
    reading = _Reading(file, {name: {one: one for one in own} for name, own in levels.items()}, lines, delimiter)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        _read(reading, reader)
    except csv.Error:
        message = "a quotation mark is not closed, or text follows a closing one"
        reading.refuse(reader.line_num, 0, "", message, "put quotation marks around whole cells only")
    if reading.problems:
        raise ScenarioError(reading.problems)
    kept = {name: tuple(told) for name, told in sorted(reading.told.items())}
    return Rows.of(file, tuple(reading.moments), kept)


def _text(raw: bytes, file: str) -> str:
    wrong = ""
    if len(raw) > MOST_BYTES:
        wrong, fix = f"the file has more than {MOST_BYTES // 1_000_000} million bytes", "leave out columns or years"
    elif b"\0" in raw or raw.startswith(b"PK\x03\x04"):
        wrong, fix = "this is no text file", _SAVE
    try:
        text = "" if wrong else raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        wrong, fix = "the file is not saved as UTF-8", _SAVE
    if not wrong and not text.strip():
        wrong, fix = "the file is empty", f"write a first line with the name of the column, {ARRIVED}"
    if wrong:
        raise ScenarioError([Problem(file, 0, 0, "", "recorded", wrong, fix)])
    return text


def _read(reading: _Reading, reader: Iterator[list[str]]) -> None:
    """Reads all lines, until too much is wrong."""
    names = [name.strip() for name in next(reader, [])]
    _check_names(reading, names)
    if reading.problems:
        return
    reading.told = {name: [] for name in names if name != ARRIVED}
    for row in reader:
        if len(reading.problems) >= SHOWN_AT_MOST:
            return
        if row:
            _take(reading, reader.line_num, names, row)  # type: ignore[attr-defined]
    if not reading.moments and not reading.problems:
        reading.refuse(1, 0, "", "the file has no patients, only names of columns", "add a line for each patient")


def _check_names(reading: _Reading, names: list[str]) -> None:
    """Refuses columns that are not asked for; without the one that must be there, nothing of the line is quoted."""
    allowed = [ARRIVED, *sorted(reading.levels)]
    known = f"known: {', '.join(allowed)}"
    if ARRIVED not in names:
        message = f"the first line does not name a column {ARRIVED}; {known}"
        reading.refuse(1, 0, "", message, f"write a first line with the names of the columns, one of them {ARRIVED}")
        return
    for cell, name in enumerate(names):
        if name not in allowed:
            close = nearest(name, allowed)
            message = f"the column {quoted(name)} is no attribute of the class; {known}"
            reading.refuse(1, cell, name, message, f"call it {close}" if close else "delete the column from the file")
        elif name in names[:cell]:
            reading.refuse(1, cell, name, f"the column {quoted(name)} is there twice", "delete one of the two")


def _take(reading: _Reading, line: int, names: list[str], row: list[str]) -> None:
    """Takes the cells of a patient."""
    if len(row) != len(names):
        message = f"the line has {len(row)} cells, but the first line names {len(names)} columns"
        reading.refuse(line, 0, "", message, "give each line a cell for each column")
        return
    for cell, (name, written) in enumerate(zip(names, row, strict=True)):
        if name == ARRIVED:
            moment = _moment(written.strip())
            if moment is None:
                message = "this is no date with a time of day between 1900 and 2200"
                reading.refuse(line, cell, name, message, "write it like 2026-01-05 08:13 or 2026-01-05T08:13:20")
            reading.moments.append(moment or 0)
        else:
            level = reading.levels[name].get(written.strip())
            if level is None:
                listed = sorted(reading.levels[name])
                more = f" and {len(listed) - SHOWN_LEVELS} more" if len(listed) > SHOWN_LEVELS else ""
                message = f"this is no level of {name}; known: {', '.join(listed[:SHOWN_LEVELS])}{more}"
                reading.refuse(line, cell, name, message, f"write a level, or declare it under attributes: {name}")
            reading.told[name].append(level or "")


def _moment(written: str) -> int | None:
    """Milliseconds from the beginning of 1970; None if it is no moment."""
    if not _MOMENT.fullmatch(written):
        return None
    try:
        moment = datetime.datetime.fromisoformat(written)
    except ValueError:
        return None
    return (moment - _MIDNIGHT) // _MILLISECOND if _FIRST <= moment < _LAST else None


def _begins(line: str, cell: int, delimiter: str) -> int:
    """Position at which a cell (from 0) of a line begins.

    >>> [_begins('a,"b,c",d', cell, ",") for cell in range(3)]
    [0, 2, 8]
    """
    within = False
    for position, character in enumerate(line):
        if cell == 0:
            return position
        within ^= character == '"'
        cell -= character == delimiter and not within
    return len(line) if cell == 0 else 0
