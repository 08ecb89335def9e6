"""A Problem: one thing that is wrong in a scenario file, told so that the modeller can mend it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Literal

SHOWN_AT_MOST = 20
"""So many problems are printed; the rest is counted."""

CODES: Mapping[str, str] = {
    # the file as a whole
    "not-text": "The file is no text file (Excel, Word, zip, PDF or picture).",
    "not-utf8": "The file is not saved as UTF-8.",
    "too-big": "The file, or the number of values in it, is over the limit.",
    "too-deep": "Values are nested more than 50 levels deep.",
    "empty-file": "The file holds nothing but blanks and comments.",
    "not-a-mapping": "The file does not start with `name: value` lines.",
    "several-documents": "A line of three dashes starts a second document.",
    "directive": "A line starts with % (a YAML directive).",
    "file-missing": "The file is not there or cannot be opened.",
    # characters
    "tab": "A tab stands where only spaces are allowed.",
    "control-character": "An unprintable character stands in the text.",
    "invisible-character": "An invisible or direction-changing character stands in the text.",
    "odd-space": "A space that is no ordinary space (such as a non-breaking space) stands in the text.",
    "odd-dash": "A dash or minus sign that is no plain hyphen stands outside quotes.",
    "odd-quote": "A curly quotation mark stands outside quotes.",
    "odd-digit": "A digit other than 0 to 9 stands in the text.",
    "odd-punctuation": "A full-width letter or sign stands outside quotes.",
    # the grammar of the file
    "duplicate-key": "The same name is given twice in one place.",
    "lookalike-key": "Two names in one place differ only in capitals, spaces or accents' coding.",
    "key-not-text": "A name is a number, a list or empty instead of text.",
    "missing-colon": "A line or an entry in braces has a name but no `: value`.",
    "missing-space": "No space follows a colon.",
    "colon-in-text": "A second colon in one line; the text needs quotes.",
    "indentation": "A line starts in a column that fits nothing above it.",
    "unclosed-bracket": "A bracket or brace is never closed, or a comma is missing inside it.",
    "unclosed-quote": "A quotation mark is never closed.",
    "text-after-quote": "Text follows a closing quotation mark.",
    "bad-start": "A value starts with a sign that needs quotes.",
    "bad-escape": "A backslash in double quotes is followed by something without a meaning.",
    "list-on-key-line": "A list starts on the same line as its name.",
    "hash-in-text": "An unquoted # hides the end of a text.",
    "anchor": "Anchors (&), aliases (*) and merge keys (<<) are not part of the language.",
    "tag": "Tags (!) are not part of the language.",
    "syntax": "The file cannot be read as YAML.",
    # single values
    "unquoted-time": "A time of day is written without quotes.",
    "unquoted-word": "yes, no, on, off, y or n is written without quotes.",
    "leading-zero": "A number starts with a zero.",
    "underscore-number": "A number is written with underscores.",
    "comma-number": "A number is written with a comma.",
    "not-decimal": "A number is written in base 2, 8 or 16.",
    "not-finite": "Infinity or not-a-number is written for a number.",
    "number-out-of-range": "A number has more than 30 digits or is too small or large to hold.",
    "impossible-date": "A date that no calendar has.",
    "evidence": "The evidence beside a value is incomplete or misspelt.",
    # extending
    "extends": "`extends` does not give the name of one file.",
    "extends-outside": "`extends` points outside the scenario's folder.",
    "extends-missing": "The file named by `extends` is not there.",
    "extends-cycle": "Files extend each other in a circle.",
    "extends-too-deep": "More than five files extend one another.",
    "add": "`add` is used wrongly.",
    "unknown-name": "A name is changed that the extended file does not have.",
    "unknown-step": "A step is changed that the pathway does not have.",
    "ambiguous-step": "A step is changed whose name stands more than once in the pathway.",
    "existing-name": "`add` brings a name that is already there.",
    "nothing-to-remove": "`remove` stands where there is nothing.",
    "nothing-to-change": "A relative change stands where there is no value.",
    "empty-value": "Nothing is written where the extended file has a value.",
    "relative": "A relative change does not fit the value that it changes.",
    "not-whole": "A relative change of a whole number does not give a whole number.",
}
"""Every code of a Problem that reading and extending can raise, with its meaning in a line."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it is and how to mend it.

    Lines and columns count from 1; line 0 means the file as a whole. `field` is a dotted path such as `wards.MAU.beds`.
    """

    file: str
    line: int
    column: int
    field: str
    code: str
    message: str
    fix: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        """Say it in one line.

        >>> print(Problem("base.yaml", 14, 11, "wards.MAU.beds", "number", 'expected a number, got "ten"', "beds: 10"))
        base.yaml:14:11 wards.MAU.beds: expected a number, got "ten". Fix: beds: 10
        """
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        where = f"{place} {self.field}:" if self.field else f"{place}:"
        mark = " warning:" if self.severity == "warning" else ""
        stop = "" if self.message.endswith((".", "!", "?")) else "."
        fix = f" Fix: {self.fix}" if self.fix else ""
        return _on_one_line(f"{where}{mark} {self.message}{stop}{fix}")

    def as_dict(self) -> dict[str, str | int]:
        """Return the same as a flat mapping, for `--json`."""
        return {name: _on_one_line(value) if isinstance(value, str) else value for name, value in asdict(self).items()}


class ScenarioError(ValueError):
    """A scenario cannot be used; carries every problem found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in the order given; there is at least one."""
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """List the problems, one a line, at most twenty, and count the rest."""
        shown = [str(problem) for problem in self.problems[:SHOWN_AT_MOST]]
        more = len(self.problems) - len(shown)
        if more > 0:
            shown.append(f"... and {more} more problem{'s' if more > 1 else ''}.")
        return "\n".join(shown)


def nearest(name: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed name that `name` was most likely meant to be, or None.

    >>> nearest("bedz", ["beds", "kind"])
    'beds'
    """
    by_fold = {_fold(one): one for one in allowed}
    close = get_close_matches(_fold(name), by_fold, n=1, cutoff=0.6)
    return by_fold[close[0]] if close else None


def suggestion(name: str, allowed: Sequence[str]) -> str:
    """Return a clause that helps with a wrong name: the nearest, and all there are if they are few.

    >>> suggestion("medcal", ["medical", "surgical"])
    'did you mean "medical"? Known: medical, surgical'
    """
    close = nearest(name, allowed)
    if not allowed:
        return "there is none yet"
    if close and len(allowed) > 8:
        return f"did you mean {quoted(close)}?"
    more = f" and {len(allowed) - 8} more" if len(allowed) > 8 else ""
    known = f"known: {', '.join(str(one) for one in allowed[:8])}{more}"
    return f"did you mean {quoted(close)}? {known.replace('known', 'Known', 1)}" if close else known


def quoted(text: object, longest: int = 40) -> str:
    """Return text in double quotes, safe to print: shortened, on one line, unprintable characters spelt out.

    >>> quoted("ten")
    '"ten"'
    """
    raw = str(text)
    cut = raw if len(raw) <= longest else raw[:longest] + "..."
    return f'"{_on_one_line(cut)}"'


def field_of(path: Iterable[str | int]) -> str:
    """Return a path as people write it; list entries count from 1.

    >>> field_of(("pathways", "emergency", 0, "time"))
    'pathways.emergency[1].time'
    """
    parts = list(path)
    if len(parts) > 16:
        return field_of(parts[:6]) + ". ... ." + field_of(parts[-2:]).removeprefix(".")
    field = ""
    for part in parts:
        if isinstance(part, int):
            field += f"[{part + 1}]"
        else:
            name = part if part.isprintable() and len(part) <= 60 else quoted(part)
            field += f".{name}" if field else name
    return field


def _on_one_line(text: str) -> str:
    """Return a text with unprintable characters, line ends among them, spelt out."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def _fold(name: str) -> str:
    return name.casefold().strip().replace(" ", "_").replace("-", "_")
