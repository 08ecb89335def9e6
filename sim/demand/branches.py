"""Branches: which option of a `one of` a patient takes."""

import math
from collections.abc import Mapping

import numpy as np

from sim.demand.attributes import Codes, Levels, count_reached, of_level, pick
from sim.demand.streams import Floats, Ints
from sim.scenario.pathway import OneOf
from sim.scenario.patients import fill_rest
from sim.scenario.quantities import REST
from sim.scenario.varying import VaryingShare


def by_chance(step: OneOf) -> bool:
    """Whether the options have shares, so that chance decides; otherwise attributes alone do."""
    return step.options[0].share is not None


def attributes_in(step: OneOf) -> tuple[str, ...]:
    """Attributes on which the way on depends, sorted."""
    found = {option.share.by for option in step.options if isinstance(option.share, VaryingShare)}
    found.update(name for option in step.options for name in option.when or ())
    return tuple(sorted(found))


def option_shares(step: OneOf, levels: Levels) -> tuple[float, ...]:
    """Shares of the options for patients whose attributes are known.

    Args:
        step: the branch.
        levels: level of each of `attributes_in(step)`.

    Returns:
        One share for each option. With `when`, 1 for the first option that fits and 0 for all others.

    Raises:
        ValueError: if nothing is declared for a level.
    """
    if not by_chance(step):
        fits = (
            all(levels.get(name) in listed for name, listed in (option.when or {}).items()) for option in step.options
        )
        first = next(number for number, fit in enumerate(fits) if fit)
        return tuple(float(number == first) for number in range(len(step.options)))
    shares: dict[str, float | str] = {}
    for number, option in enumerate(step.options):
        share = option.share
        if isinstance(share, VaryingShare):
            share = of_level(share.levels, levels.get(share.by), share.by)
        shares[str(number)] = REST if share is None else share
    return tuple(fill_rest(shares).values())


def choose(step: OneOf, codes: Mapping[str, Codes], names: Mapping[str, tuple[str, ...]], uniforms: Floats) -> Ints:
    """Chooses an option for each patient of a class.

    Options take the uniforms from below in their order, so that a larger share of the first keeps all it had.

    Args:
        step: the branch.
        codes: attributes of the patients; those that the class lacks are absent.
        names: level names of every attribute.
        uniforms: one for each patient; their values do not matter if attributes alone decide.

    Returns:
        Option numbers, from 0.
    """
    if not any(name in codes for name in attributes_in(step)):
        return pick(option_shares(step, {}), uniforms)
    shares, kinds = shares_by_kind(step, codes, names)
    return count_reached((upto.take(kinds) for upto in np.cumsum(shares, axis=0)[:-1]), uniforms)


def without_policy(step: OneOf, chosen: Ints) -> Ints:
    """Where patients go while the policy of a branch is not active.

    Who would take an option that is there only during the policy goes to the one that has the rest; all others go where
    they go anyway.

    Args:
        step: a branch with such options; another one has the rest.
        chosen: numbers of the options that they take while the policy is active.

    Returns:
        Positions among the options that remain.
    """
    remain = [number for number, option in enumerate(step.options) if option.during is None]
    rest = next(place for place, number in enumerate(remain) if step.options[number].share == REST)
    places = [remain.index(number) if number in remain else rest for number in range(len(step.options))]
    return np.array(places, np.int64).take(chosen)


def shares_by_kind(
    step: OneOf, codes: Mapping[str, Codes], names: Mapping[str, tuple[str, ...]]
) -> tuple[Floats, Ints]:
    """Sorts patients by the attributes on which a branch depends.

    Args:
        step: the branch.
        codes: attributes of the patients, at least one array; those that they lack are absent.
        names: level names of every attribute.

    Returns:
        Shares of the options for each kind of patient, shape (options, kinds), 0 for kinds that do not occur; and the
        kind of each patient.
    """
    known = [name for name in attributes_in(step) if name in codes]
    kinds = np.zeros(next(iter(codes.values())).size, np.int64)
    for name in known:
        kinds *= len(names[name])
        kinds += codes[name]
    sizes = [len(names[name]) for name in known]
    shares = np.zeros((len(step.options), math.prod(sizes)))
    for kind in np.flatnonzero(np.bincount(kinds, minlength=shares.shape[1])):
        places = np.unravel_index(kind, sizes)
        levels = {name: names[name][place] for name, place in zip(known, places, strict=True)}
        shares[:, kind] = option_shares(step, levels)
    return shares, kinds
