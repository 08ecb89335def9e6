"""The list of seeded bugs: what each of them changes, and which tests are about it."""

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
"""The checkout, which is never changed."""
LIST: Final = Path(__file__).with_name("bugs.toml")


@dataclass(frozen=True, slots=True)
class Bug:
    """A fault that a careless hand could make."""

    name: str
    does: str
    """What it does to patients or figures, in one sentence."""
    file: str
    """Path of the file that it changes, from the root of the checkout."""
    text: str
    """What stands there, exactly once."""
    becomes: str
    """What stands there with the bug."""
    tests: tuple[str, ...]
    """Files of tests that are about this, in the order in which they are run until one fails."""

    def planted(self, source: str) -> str:
        """Returns the source of the file with the bug in it.

        Raises:
            ValueError: if the text does not stand there exactly once.

        >>> Bug("later", "", "", "<", "<=", ()).planted("start < end")
        'start <= end'
        """
        if source.count(self.text) != 1:
            raise ValueError(f"the text of {self.name} stands {source.count(self.text)} times in {self.file}")
        return source.replace(self.text, self.becomes)


def load(path: Path = LIST) -> dict[str, Bug]:
    """Reads the list.

    Returns:
        The bugs by name, in the order of the file.
    """
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: Bug(name=name, **entry | {"tests": tuple(entry["tests"])}) for name, entry in data.items()}


def digest(bugs: Iterable[Bug], root: Path = ROOT) -> str:
    """SHA-256 of the list and of all files that its bugs change, so that an old verdict is known as such.

    Args:
        bugs: the bugs.
        root: folder of the checkout.
    """
    listed = list(bugs)
    return hashed({bug.file for bug in listed}, root, repr(listed).encode())


def hashed(files: Iterable[str], root: Path = ROOT, before: bytes = b"") -> str:
    """SHA-256 of some files, in order of their names, behind something else."""
    found = hashlib.sha256(before)
    for file in sorted(files):
        found.update(file.encode() + b"\0" + (root / file).read_bytes())
    return found.hexdigest()
