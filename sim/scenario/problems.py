"""A Problem: one thing that is wrong in a scenario file, told so that the modeller can mend it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Literal

SHOWN_AT_MOST = 20
"""So many problems are printed; the rest is counted."""


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


def in_reading_order(problems: Iterable[Problem], file: str) -> list[Problem]:
    """Return problems by line and column, those of the file first and those of files that it extends behind.

    What was found twice is told once.
    """
    return sorted(dict.fromkeys(problems), key=lambda one: (one.file != file, one.file, one.line, one.column))


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
