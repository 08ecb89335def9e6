"""Mixes: the kinds of patients that a class consists of, and how many of each there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from sim.demand.attributes import Codes, draw_attributes, in_order, shares_of
from sim.demand.streams import Address, Floats, uniforms
from sim.scenario.patients import PatientClass, SharesByAttribute

MOST_KINDS: Final = 10_000
"""With more combinations of levels than this, so many patients are drawn instead."""


@dataclass(frozen=True, slots=True)
class Mix:
    """Kinds of patients of a class by the attributes that matter."""

    shares: Floats
    """Share of each kind; they sum to 1."""
    codes: dict[str, Codes]
    """Levels of each kind, in the same form as those of drawn patients."""
    names: dict[str, tuple[str, ...]]
    """Level names of each attribute."""


def mix_of(patient_class: PatientClass, wanted: Iterable[str], known: Mapping[str, str] = MappingProxyType({})) -> Mix:
    """Lists the kinds of patients of a class.

    Args:
        patient_class: the class.
        wanted: attributes that matter; those that the class lacks are passed over.
        known: levels that all of them have, such as the class itself.

    Returns:
        All combinations of levels with their exact shares, or 10,000 patients (always the same) if there are more.
    """
    matter = [name for name in with_parents(patient_class, wanted) if name not in known]
    names = {name: patient_class.levels(name) for name in matter} | {name: (level,) for name, level in known.items()}
    kinds: list[tuple[dict[str, str], float]] = [(dict(known), 1.0)]
    for name in matter:
        kinds = [
            ({**levels, name: level}, share * own)
            for levels, share in kinds
            for level, own in shares_of(patient_class, name, levels).items()
            if own > 0
        ]
        if len(kinds) > MOST_KINDS:
            return _sample(patient_class, names, known)
    codes = {name: np.array([names[name].index(levels[name]) for levels, _ in kinds], np.int16) for name in names}
    shares = np.array([share for _, share in kinds])
    return Mix(shares / shares.sum(), codes, names)


def with_parents(patient_class: PatientClass, wanted: Iterable[str]) -> list[str]:
    """Attributes that matter and those on which they depend, each behind its own."""
    matter: set[str] = set()
    waiting = [name for name in wanted if name in patient_class.attributes]
    while waiting:
        name = waiting.pop()
        declared = patient_class.attributes[name]
        if isinstance(declared, SharesByAttribute) and declared.by in patient_class.attributes:
            waiting += {declared.by} - matter
        matter.add(name)
    return [name for name in in_order(patient_class) if name in matter]


def _sample(patient_class: PatientClass, names: dict[str, tuple[str, ...]], known: Mapping[str, str]) -> Mix:
    """Patients with drawn attributes, each as a kind of its own."""
    drawn = {name: shares for name, shares in patient_class.attributes.items() if name in names and name not in known}
    luck = {name: uniforms(Address(0, 0, "", ("mix", name)), MOST_KINDS) for name in drawn}
    fixed = {name: np.zeros(MOST_KINDS, np.int16) for name in known}
    codes = draw_attributes(patient_class.model_copy(update={"attributes": drawn}), names, luck.__getitem__, fixed)
    return Mix(np.full(MOST_KINDS, 1 / MOST_KINDS), codes, names)
