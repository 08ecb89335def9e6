"""Opening: where the files that a scenario names are found, and which ones are never read."""

import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

from sim.scenario.problems import nearest, quoted, suggestion
from sim.scenario.reading.decoding import MOST_BYTES
from sim.scenario.reading.recording import MOST_BYTES as MOST_DATA_BYTES
from sim.scenario.reading.scalars import Refusal
from sim.scenario.rows import ENDING

ENDINGS: Final = (".yaml", ".yml")
DATA_ENDINGS: Final = (ENDING,)


@dataclass(frozen=True, slots=True)
class _Sort:
    """A sort of file that a scenario names."""

    endings: tuple[str, ...]
    most_bytes: int
    wrong: str
    outside: str
    missing: str
    """Codes of what can be wrong with it."""
    field: str
    """Field that gives its name."""


_SCENARIO: Final = _Sort(ENDINGS, MOST_BYTES, "extends", "extends-outside", "extends-missing", "extends")
_RECORDED: Final = _Sort(DATA_ENDINGS, MOST_DATA_BYTES, "recorded", "recorded-outside", "recorded-missing", "file")


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was found: its name for messages, its content, and a place by which it is told from others."""

    file: str
    raw: bytes
    place: str


Opener = Callable[[str, Opened | None], Opened | Refusal]
"""Finds the file of a name for the file that names it (None: the scenario itself), or says why not.

A name that ends in .csv is one of recorded arrivals, all others are of scenarios that are extended.
"""


def folder_opener(folder: Path, library: Path | None = None, shown: str = "") -> Opener:
    """Return an opener that looks beside the file that names another, then in the library; never outside either.

    Args:
        folder: the scenario's own folder; files in it and below it may be named.
        library: the folder of shipped scenarios.
        shown: what stands before the names of the folder's files in messages, such as `scenarios/`.
    """

    def find(name: str, beside: Opened | None) -> Opened | Refusal:
        sort = _RECORDED if is_data(name) else _SCENARIO
        why = _outside_why(name)
        if why:
            return _outside(name, why, sort)
        searched = _searched((folder, shown), library, beside)
        try:
            return _first_found(name, searched, sort)
        except (OSError, RuntimeError, ValueError):  # a name too long, a circle of links
            return _missing(name, [start for start, _, _ in searched], sort)

    return find


def is_data(name: str) -> bool:
    """Return whether a name is that of a file of recorded arrivals."""
    return name.lower().endswith(DATA_ENDINGS)


def _first_found(name: str, searched: list[tuple[Path, Path, str]], sort: _Sort) -> Opened | Refusal:
    for start, root, label in searched:
        path = (start / name).resolve()
        if not path.exists():
            continue
        if not path.is_relative_to(root.resolve()):
            return _outside(name, "leads out of the scenario's folder", sort)
        if path.suffix.lower() not in sort.endings:
            advice = f"give the name of a {sort.endings[0]} file"
            return Refusal(sort.wrong, f"{quoted(name)} is no {sort.endings[0]} file", advice=advice)
        raw = file_content(path, sort.most_bytes)
        if isinstance(raw, Refusal):
            return replace(raw, code=sort.missing)
        return Opened(label + path.relative_to(root.resolve()).as_posix(), raw, str(path))
    return _missing(name, [start for start, _, _ in searched], sort)


def file_content(path: Path, most: int = MOST_BYTES) -> bytes | Refusal:
    """Return the content of a file, at most a little more than is ever read, or why there is none."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return Refusal("file-missing", f"{quoted(path.name)} is no file", advice="give the name of a scenario file")
        with path.open("rb") as stream:
            return stream.read(most + 1)
    except FileNotFoundError:
        near = suggestion(path.name, _names(path.parent, ENDINGS))
        return Refusal("file-missing", f"there is no file {quoted(str(path), 200)}; {near}", advice="correct the name")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name cannot be used"
        return Refusal(
            "file-missing", f"{quoted(path.name)} cannot be opened: {why}", advice="check the file and its folder"
        )


def _searched(own: tuple[Path, str], library: Path | None, beside: Opened | None) -> list[tuple[Path, Path, str]]:
    """Return folders to look in, each with the folder that it must not lead out of and how its files are shown."""
    folder, shown = own
    roots = [(folder, folder, shown)]
    if library and library.resolve() != folder.resolve():
        roots.append((library, library, "library/"))
    if beside is None:
        return roots
    start = Path(beside.place).parent
    near = [(start, root, label) for _, root, label in roots if start.is_relative_to(root.resolve())]
    return near + [entry for entry in roots[1:] if entry not in near]


def _outside_why(name: str) -> str:
    """Return why a name leads out of the folder, or nothing."""
    windows = PureWindowsPath(name)
    if "://" in name:
        return "is an address on the web"
    if name.startswith(("/", "~")) or windows.drive or windows.root:
        return "is an absolute path"
    if "\\" in name or "\0" in name:
        return "has a backslash or an unprintable character"
    if ".." in name.split("/"):
        return "leads out of the folder"
    return ""


def _outside(name: str, why: str, sort: _Sort) -> Refusal:
    done = "extended" if sort is _SCENARIO else "read"
    message = f"{quoted(name)} {why}; only files in the scenario's folder or below it can be {done}"
    return Refusal(sort.outside, message, advice="copy the file beside this one and give its name alone")


def _missing(name: str, folders: list[Path], sort: _Sort) -> Refusal:
    inside = PurePosixPath(name).parent
    found = {one for folder in folders for one in _names(folder / inside, sort.endings)}
    names = sorted((inside / one).as_posix() for one in found)
    message = f"there is no file {quoted(name)} beside this one or in the library; {suggestion(name, names)}"
    close = nearest(name, names)
    advice = f"{sort.field}: {close}" if close else "correct the name"
    return Refusal(sort.missing, message, advice=advice)


def _names(folder: Path, endings: tuple[str, ...]) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir() if path.suffix.lower() in endings)[:200]
    except OSError:
        return []
