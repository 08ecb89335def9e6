"""Opening: where the files that a scenario extends are found, and which ones are never read."""

import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PureWindowsPath
from typing import Final

from sim.scenario.decoding import MOST_BYTES
from sim.scenario.problems import nearest, quoted, suggestion
from sim.scenario.scalars import Refusal

ENDINGS: Final = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was found: its name for messages, its content, and a place by which it is told from others."""

    file: str
    raw: bytes
    place: str


Opener = Callable[[str, Opened | None], Opened | Refusal]
"""Finds the file of a name for the file that extends it (None: the scenario itself), or says why not."""


def folder_opener(folder: Path, library: Path | None = None, shown: str = "") -> Opener:
    """Return an opener that looks beside the extending file, then in the library; never outside either.

    Args:
        folder: the scenario's own folder; files in it and below it may be extended.
        library: the folder of shipped scenarios.
        shown: what stands before the names of the folder's files in messages, such as `scenarios/`.
    """

    def find(name: str, beside: Opened | None) -> Opened | Refusal:
        wrong = _wrong_name(name)
        if wrong:
            return wrong
        searched = _searched((folder, shown), library, beside)
        try:
            return _first_found(name, searched)
        except (OSError, RuntimeError, ValueError):  # a name too long, a circle of links
            return _missing(name, [start for start, _, _ in searched])

    return find


def _first_found(name: str, searched: list[tuple[Path, Path, str]]) -> Opened | Refusal:
    for start, root, label in searched:
        path = (start / name).resolve()
        if not path.exists():
            continue
        if not path.is_relative_to(root.resolve()):
            return _outside(name, "leads out of the scenario's folder")
        if path.suffix not in ENDINGS:
            return Refusal("extends", f"{quoted(name)} is no scenario file", advice="give the name of a .yaml file")
        raw = file_content(path)
        if isinstance(raw, Refusal):
            return replace(raw, code="extends-missing")
        return Opened(label + path.relative_to(root.resolve()).as_posix(), raw, str(path))
    return _missing(name, [start for start, _, _ in searched])


def file_content(path: Path) -> bytes | Refusal:
    """Return the content of a file, at most a little more than is ever read, or why there is none."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return Refusal("file-missing", f"{quoted(path.name)} is no file", advice="give the name of a scenario file")
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        near = suggestion(path.name, _names(path.parent))
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


def _wrong_name(name: str) -> Refusal | None:
    windows = PureWindowsPath(name)
    if "://" in name:
        return _outside(name, "is an address on the web")
    if name.startswith(("/", "~")) or windows.drive or windows.root:
        return _outside(name, "is an absolute path")
    if "\\" in name or "\0" in name:
        return _outside(name, "has a backslash or an unprintable character")
    if ".." in name.split("/"):
        return _outside(name, "leads out of the folder")
    return None


def _outside(name: str, why: str) -> Refusal:
    message = f"{quoted(name)} {why}; only files in the scenario's folder or below it can be extended"
    return Refusal("extends-outside", message, advice="copy the file beside this one and give its name alone")


def _missing(name: str, folders: list[Path]) -> Refusal:
    names = sorted({found for folder in folders for found in _names(folder)})
    message = f"there is no file {quoted(name)} beside this one or in the library; {suggestion(name, names)}"
    close = nearest(name, names)
    return Refusal("extends-missing", message, advice=f"extends: {close}" if close else "correct the name")


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir() if path.suffix in ENDINGS)[:200]
    except OSError:
        return []
