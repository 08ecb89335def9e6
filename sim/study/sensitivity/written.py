"""Written: values that stand in a file as a change of what it extends, such as `x 0.62`, and are worked out since."""

from collections.abc import Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any

from sim.scenario.library import shipped_folder
from sim.scenario.problems import ScenarioError
from sim.scenario.reading.document import Document, Origin, Path
from sim.scenario.reading.opening import file_content
from sim.scenario.reading.reading import read_kept
from sim.scenario.reading.relative import looks_relative
from sim.study.setting import names_of, place_of


def relative_values(document: Document, folder: FilePath, changes: Sequence[str] = ()) -> Mapping[Path, str]:
    """Finds the values that were written as a change of what is extended.

    Args:
        document: composed.
        folder: where its file lies.
        changes: lines that were put over it, such as `wards.medical.beds=+12`.

    Returns:
        The change as written, such as `x 0.62`, by the place of the value; what cannot be read again is left out.
    """
    known: dict[str, Mapping[Origin, str]] = {}
    found: dict[Path, str] = {}
    for path, origin in document.origins.items():
        if origin.file not in known:
            known[origin.file] = _changes_in(origin.file, folder)
        if origin in known[origin.file]:
            found[path] = known[origin.file][origin]
    for change in changes:
        place, text = place_of(document, names_of(change)), change.partition("=")[2].strip()
        if place is not None and looks_relative(text):
            found[place] = text
    return found


def _changes_in(file: str, folder: FilePath) -> Mapping[Origin, str]:
    """Changes of what a file extends, by where they stand in it."""
    for start in (folder, shipped_folder(), FilePath()):
        raw = file_content(start / file)
        if isinstance(raw, bytes):
            try:
                own = read_kept(raw, file)
            except ScenarioError:
                continue
            values = ((origin, _at(own.data, path)) for path, origin in own.origins.items())
            return {origin: value for origin, value in values if looks_relative(value)}
    return {}


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data
