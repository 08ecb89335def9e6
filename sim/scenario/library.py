"""The scenarios that come with Wardflow, and where they lie."""

from importlib.resources import files
from pathlib import Path


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
