"""Attributes: what patients are like, from one uniform each, and what depends on it."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from sim.demand.streams import Floats, Ints
from sim.scenario.patients import PatientClass, SharesByAttribute, Urgency
from sim.scenario.quantities import REST

Codes = npt.NDArray[np.int16]
"""Positions of levels in the sorted names of an attribute's levels; -1 where a patient lacks the attribute."""
Levels = Mapping[str, str | None]
"""Level of each attribute of a kind of patient; None or absent where they lack it."""
Value = TypeVar("Value")


def all_levels(classes: Iterable[PatientClass]) -> dict[str, tuple[str, ...]]:
    """Names of the levels of every attribute over all classes, sorted; attributes in order of their names."""
    found: dict[str, set[str]] = {}
    for patient_class in classes:
        for name in patient_class.attributes:
            found.setdefault(name, set()).update(patient_class.levels(name))
    return {name: tuple(sorted(levels)) for name, levels in sorted(found.items())}


def in_order(patient_class: PatientClass) -> tuple[str, ...]:
    """Attributes of a class, each behind the one that it depends on.

    Raises:
        ValueError: if attributes depend on each other in a circle.
    """
    parents = {
        name: attribute.by
        if isinstance(attribute, SharesByAttribute) and attribute.by in patient_class.attributes
        else ""
        for name, attribute in sorted(patient_class.attributes.items())
    }
    found: list[str] = []
    while len(found) < len(parents):
        ready = [name for name, parent in parents.items() if name not in found and (not parent or parent in found)]
        if not ready:
            raise ValueError(f"attributes depend on each other in a circle: {', '.join(set(parents) - set(found))}")
        found += ready
    return tuple(found)


def of_level(choices: Mapping[str, Value], level: str | None, by: str) -> Value:
    """Picks what is declared for a level, or for `rest`.

    Args:
        choices: what is declared, by level.
        level: the level; None for patients without the attribute.
        by: name of the attribute, for the message.

    Raises:
        ValueError: if neither the level nor `rest` is declared.

    >>> of_level({"red": 1, "rest": 2}, "green", "acuity")
    2
    """
    if level is not None and level in choices:
        return choices[level]
    if REST in choices:
        return choices[REST]
    who = f"the level {level!r}" if level is not None else "patients without it"
    raise ValueError(f"something depends on {by!r} but says nothing for {who} nor for the rest")


def shares_of(patient_class: PatientClass, attribute: str, levels: Levels) -> dict[str, float]:
    """Shares of the levels of an attribute for patients of a class whose other levels are known, in order of names."""
    declared = patient_class.attributes[attribute]
    if isinstance(declared, SharesByAttribute):
        declared = of_level(declared.levels, levels.get(declared.by), declared.by)
    return declared.filled()


def pick(shares: Iterable[float], uniforms: Floats) -> Ints:
    """Picks an item for each uniform: the first serves the uniforms below its share, and so on; the last all others.

    >>> pick([0.25, 0.5, 0.25], np.array([0.1, 0.3, 0.9])).tolist()
    [0, 1, 2]
    """
    return count_reached(np.cumsum(list(shares))[:-1], uniforms)


def count_reached(thresholds: Iterable[float | Floats], uniforms: Floats) -> Ints:
    """Counts how many thresholds each uniform reaches; a threshold is a number or has one entry for each uniform."""
    counts = np.zeros(uniforms.shape, np.int16)
    for threshold in thresholds:
        counts += (uniforms >= threshold).view(np.int8)
    return counts.astype(np.int64)


def draw_attributes(
    patient_class: PatientClass,
    names: Mapping[str, tuple[str, ...]],
    uniforms_of: Callable[[str], Floats],
    known: Mapping[str, Codes] = MappingProxyType({}),
) -> dict[str, Codes]:
    """Draws the attributes of patients of one class.

    Args:
        patient_class: the class.
        names: level names of every attribute, as of `all_levels`.
        uniforms_of: gives one uniform for each patient for an attribute's name.
        known: codes of attributes that are not drawn, such as the class itself.

    Returns:
        Codes of every attribute that the class has, and of those that are known.
    """
    codes = dict(known)
    for name in in_order(patient_class):
        if name in known:
            continue
        uniforms, declared = uniforms_of(name), patient_class.attributes[name]
        parent = declared.by if isinstance(declared, SharesByAttribute) else ""
        drawn = np.empty(uniforms.size, np.int16)
        for level, here in groups(codes.get(parent), names.get(parent, ()), uniforms.size):
            shares = shares_of(patient_class, name, {parent: level})
            places = np.array([names[name].index(own) for own in shares], np.int16)
            drawn[here] = places[pick(shares.values(), uniforms[here])]
        codes[name] = drawn
    return codes


def groups(codes: Codes | None, names: tuple[str, ...], size: int) -> list[tuple[str | None, Ints | slice]]:
    """Splits patients by the level of an attribute.

    Args:
        codes: their codes; None if they lack the attribute.
        names: names of the levels.
        size: number of patients.

    Returns:
        For each level that occurs, its name (None where they lack the attribute) and the positions of its patients.

    A part is never empty, unless nobody has the attribute.

    >>> groups(np.array([0, 1, 0], np.int16), ("green", "red"), 3)
    [('green', array([0, 2])), ('red', array([1]))]
    """
    if codes is None:
        return [(None, slice(None))]
    order = np.argsort(codes, kind="stable")
    counts = np.bincount(codes, minlength=len(names))
    parts = np.split(order, np.cumsum(counts)[:-1])
    return [(name, part) for name, part in zip(names, parts, strict=True) if part.size]


def priorities(
    urgency: int | Urgency, codes: Mapping[str, Codes], names: Mapping[str, tuple[str, ...]], size: int
) -> npt.NDArray[np.int32]:
    """Priorities of patients of one class, 1 the most urgent; levels that are not listed go last.

    Args:
        urgency: the declared priority.
        codes: attributes of the patients; who lacks the one that decides goes last as well.
        names: level names of every attribute.
        size: number of patients.
    """
    if not isinstance(urgency, Urgency):
        return np.full(size, urgency, np.int32)
    listed = {level: place for place, level in enumerate(urgency.levels, 1)}
    last = len(listed) + 1
    if urgency.by not in codes:
        return np.full(size, last, np.int32)
    places = [listed.get(level, last) for level in names[urgency.by]]
    return np.array(places, np.int32).take(codes[urgency.by])
