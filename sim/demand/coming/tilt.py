"""A tilt: of patients with some levels of their attributes more or fewer come; all others come as ever."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from sim.demand.attributes import Codes, draw_attributes
from sim.demand.coming.points import Layer
from sim.demand.mixes import Mix, mix_of, with_parents
from sim.demand.streams import Address, Floats, Ints, uniforms
from sim.scenario.patients import CLASS, PatientClass

Names = Mapping[str, tuple[str, ...]]
"""Level names of each attribute."""
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Tilt:
    """Factors on the rate of a class by the levels of its patients; those of several attributes multiply each other."""

    root: Address
    """Address of the stream, which has the name of the class."""
    patient_class: PatientClass
    """The class."""

    @property
    def least(self) -> float:
        """No patient has a lower factor."""
        return math.prod(min(factors) for factors in self._by_attribute())

    @property
    def most(self) -> float:
        """No patient has a higher factor."""
        return math.prod(max(factors) for factors in self._by_attribute())

    def factors(self, layer: Layer, index: Ints) -> Floats:
        """Factors of patients, whose attributes are drawn as they always are.

        Args:
            layer: their layer.
            index: their rising positions in it.
        """
        if not index.size:
            return np.empty(0)
        wanted = with_parents(self.patient_class, self.patient_class.arrive.more)
        names = {name: self.patient_class.levels(name) for name in wanted} | {CLASS: (self.root.stream,)}
        matter = {name: self.patient_class.attributes[name] for name in wanted}

        def luck(name: str) -> Floats:
            return uniforms(layer.address(self.root, "attribute", name), int(index[-1]) + 1).take(index)

        known = {CLASS: np.zeros(index.size, np.int16)}
        drawn = draw_attributes(self.patient_class.model_copy(update={"attributes": matter}), names, luck, known)
        return _factors(self.patient_class, drawn, names, index.size)

    def _by_attribute(self) -> Iterable[list[float]]:
        for attribute, factors in sorted(self.patient_class.arrive.more.items()):
            yield [factors.get(level, 1.0) for level in self.patient_class.levels(attribute)]


def tilt_of(root: Address, patient_class: PatientClass) -> Tilt | None:
    """The tilt of a class; None if all its patients come as its rate says."""
    return Tilt(root, patient_class) if patient_class.arrive.more else None


def mean_tilt(patient_class: PatientClass, known: Mapping[str, str] = NOTHING) -> float:
    """Mean of the factors over all kinds of patients of a class; so many times its rate come.

    Args:
        patient_class: the class.
        known: levels that all of them have, such as the class itself.
    """
    if not patient_class.arrive.more:
        return 1.0
    mix = mix_of(patient_class, patient_class.arrive.more, known)
    return float(np.dot(mix.shares, _factors(patient_class, mix.codes, mix.names, mix.shares.size)))


def mix_of_comers(patient_class: PatientClass, wanted: Iterable[str], known: Mapping[str, str] = NOTHING) -> Mix:
    """Lists the kinds of patients of a class who come, as `mix_of` does, with the shares that the tilt gives them.

    Args:
        patient_class: the class.
        wanted: attributes that matter.
        known: levels that all of them have, such as the class itself.
    """
    mix = mix_of(patient_class, {*wanted, *patient_class.arrive.more}, known)
    if not patient_class.arrive.more:
        return mix
    shares = mix.shares * _factors(patient_class, mix.codes, mix.names, mix.shares.size)
    return replace(mix, shares=shares / shares.sum()) if shares.any() else mix


def _factors(patient_class: PatientClass, codes: Mapping[str, Codes], names: Names, size: int) -> Floats:
    """Factors of patients, or of kinds of them, multiplied in order of the attributes' names."""
    found = np.ones(size)
    for attribute, factors in sorted(patient_class.arrive.more.items()):
        found *= np.array([factors.get(level, 1.0) for level in names[attribute]]).take(codes[attribute])
    return found
