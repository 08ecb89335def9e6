"""Ancestry: a scenario, what it extends, and what that extends, up to the base."""

from collections.abc import Sequence
from pathlib import Path

from sim.scenario.loading import Loaded
from sim.scenario.reading.extending import EXTENDS
from sim.scenario.reading.reading import read_kept
from sim.study.plan import load_plan, plan_file


def ancestry(path: str, changes: Sequence[str] = ()) -> tuple[Loaded, ...]:
    """Loads a plan and all that it stands on.

    Args:
        path: as for `load_plan`; what stands without its initiatives is the first ancestor of what stands with them.
        changes: as for `load_plan`; the file without them is the first ancestor.

    Returns:
        The plan itself, then its ancestors, the base last.

    Raises:
        ScenarioError: with everything that is wrong in one of them.
    """
    found = [load_plan(path, changes)]
    if changes:
        return (*found, *ancestry(path))
    if not plan_file(path).exists() and "+" in path:
        return (*found, *ancestry(path.partition("+")[0]))
    parent = _parent(plan_file(path))
    while parent is not None:
        found.append(load_plan(str(parent)))
        parent = _parent(parent)
    return tuple(found)


def _parent(file: Path) -> Path | None:
    """The file that another extends, beside it or in the library."""
    name = read_kept(file.read_bytes(), file.as_posix()).data.get(EXTENDS)
    if not isinstance(name, str):
        return None
    near = file.parent / name
    return near if near.exists() else plan_file(name.removesuffix(".yaml"))
