"""Digests: which files decided the verdicts on a case, so that nobody shows a verdict on yesterday's code."""

import ast
import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from sim.study.provenance import PACKAGE, sources
from sim.study.provenance import PARTS as WITH_MEASURES
from validation.verdicts import Case

FOLDER: Final = Path(__file__).parent
ROOT: Final = FOLDER.parent
SHIPPED: Final = ROOT / "scenarios"
ENGINE: Final = ("clock.py", "scenario", "demand", "engine")
"""What decides a log, under the package's folder; key figures depend on `WITH_MEASURES`."""
SPEECH: Final = ("scenario/telling/", "scenario/describing/", "scenario/codes.py")
"""What only tells about a scenario, and decides no figure."""
TOLD: Final = FOLDER / "verdicts.py"
"""How verdicts are told: it decides no figure."""
_MEASURES: Final = ("sim.measure", "sim.study.experiment", "sim.study.replication")
_NAMED: Final = re.compile(r"\b(?:extends|file):\s*[\"']?([\w./ -]+?\.(?:yaml|csv))\b")
"""Files that a scenario brings in: what it extends, and recorded arrivals."""


def digest(case: Case) -> str:
    """SHA-256 of all that decides the verdicts on a case.

    These are its scenarios and data with the files that they name, the modules of its part and those that they import
    from the validation and from Wardflow, and the code of Wardflow that computes what the part looks at.
    """
    content = hashlib.sha256()
    for file in sorted(with_named(case.files)):
        content.update(_told(file))
    return hashlib.sha256(content.digest() + _code(case.part)).hexdigest()


def with_named(files: Iterable[Path]) -> set[Path]:
    """Files together with those that they name, and that these name.

    A name is looked for beside the file that names it and then among the shipped scenarios; as a scenario is loaded.
    """
    found: set[Path] = set()
    waiting = [file.resolve() for file in files]
    while waiting:
        file = waiting.pop()
        found.add(file)
        if file.suffix != ".yaml":
            continue
        for name in _NAMED.findall(file.read_text(encoding="utf-8")):
            places = [place for place in (file.parent / name, SHIPPED / name) if place.exists()]
            waiting += [place.resolve() for place in places[:1] if place.resolve() not in found]
    return found


@cache
def _code(part: str) -> bytes:
    """SHA-256 of the modules of a part and of the code of Wardflow on which they stand."""
    own = modules(FOLDER / part)
    measured = any(name.startswith(_MEASURES) for module in own for name in imported(module))
    used = {place for module in own for name in imported(module) if (place := _place(name)).exists()}
    content = hashlib.sha256()
    for file in sorted({*own, *used, *_files(WITH_MEASURES if measured else ENGINE)} - {TOLD}):
        content.update(_told(file))
    return content.digest()


def modules(folder: Path) -> set[Path]:
    """Modules in a folder of the validation, with those of the validation that they import."""
    found: set[Path] = set()
    waiting = sorted(folder.rglob("*.py"))
    while waiting:
        file = waiting.pop()
        found.add(file)
        named = {_place(name) for name in imported(file) if name.startswith("validation.")}
        waiting += [other for other in named - found if other.exists() and other != TOLD]
    return found


def _place(name: str) -> Path:
    """Where a module of the project would be."""
    return ROOT / f"{name.replace('.', '/')}.py"


def imported(file: Path) -> set[str]:
    """Full names of the modules that a module imports, and of what it takes from them."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return names


def _files(parts: Sequence[str]) -> list[Path]:
    return [file for file in sources(parts) if not file.relative_to(PACKAGE).as_posix().startswith(SPEECH)]


def _told(file: Path) -> bytes:
    """Name and content, which end where they end whatever is in them."""
    name = file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else file.name
    return f"{name}\0".encode() + hashlib.sha256(file.read_bytes()).digest()
