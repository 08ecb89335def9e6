"""The scenarios that come with Wardflow, and where they lie."""

from importlib.resources import files
from pathlib import Path
from typing import Final

FOLDER_OF_INITIATIVES: Final = "initiatives"
"""Folder, beside a scenario or in the library, in which initiatives lie."""


def shipped_files() -> list[str]:
    """Lists the shipped scenarios by their paths below the folder, such as `teaching/mm1.yaml`; no initiatives."""
    folder = shipped_folder()
    found = (path.relative_to(folder) for path in folder.rglob("*.yaml"))
    return sorted((path.as_posix() for path in found if FOLDER_OF_INITIATIVES not in path.parts), key=_in_list)


def _in_list(file: str) -> tuple[bool, str]:
    """Scenarios of services before those in folders, which are for teaching."""
    return "/" in file, file


def shipped_folder() -> Path:
    """Tell where the shipped scenario files lie.

    A wheel carries the folder `scenarios/` of the project as `sim/shipped/`; in a checkout it stands beside `sim/`.

    Returns:
        An existing folder of `*.yaml` files, with subfolders such as `teaching/`.

    Raises:
        FileNotFoundError: The installation carries no scenarios.

    Examples:
        >>> shipped_folder().is_dir()
        True
    """
    package = Path(str(files("sim")))
    for folder in (package / "shipped", package.parent / "scenarios"):
        if folder.is_dir():
            return folder
    message = f"no shipped scenarios beside or inside {package}: install Wardflow again"
    raise FileNotFoundError(message)
