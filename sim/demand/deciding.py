"""Deciding: what a draw comes to for the patients of a crowd, from one uniform each."""

from functools import singledispatch

import numpy as np

from sim.demand.attributes import groups, of_level, pick, priorities
from sim.demand.branches import by_chance, choose, without_policy
from sim.demand.coming.residual import residual
from sim.demand.crowds import Crowd, Names
from sim.demand.draws import Draw, Rule
from sim.demand.quantiles import quantile
from sim.demand.streams import Floats, Ints
from sim.scenario.distributions import ByAttribute, TimeLaw
from sim.scenario.pathway import OneOf, Repeat
from sim.scenario.patients import Urgency, fill_rest
from sim.scenario.varying import VaryingShare


def decide(draw: Draw, visit: int, crowd: Crowd, names: Names) -> Ints:
    """Decides a draw for the patients of a crowd.

    Args:
        draw: what is decided.
        visit: how often the patient was at the step before.
        crowd: the patients.
        names: sorted level names of each attribute.

    Returns:
        Milliseconds for a time, numbers of options for a choice, priorities, otherwise 1 or 0.
    """
    return _decide(draw.rule, draw, visit, crowd, names)


@singledispatch
def _decide(rule: Rule, draw: Draw, visit: int, crowd: Crowd, names: Names) -> Ints:
    raise TypeError(f"nothing is known about {draw.name!r}")


@_decide.register(TimeLaw)
@_decide.register(ByAttribute)
def _time(rule: TimeLaw | ByAttribute, draw: Draw, visit: int, crowd: Crowd, names: Names) -> Ints:
    """A time; what is left of it for those who are in the step at the start."""
    luck, inverse = crowd.luck.uniforms(draw.pathway, draw.step, draw.kind, visit=visit), quantile
    now = crowd.underway
    if now and visit == 0 and (now.pathway, now.step, "time") == (draw.pathway, draw.step, draw.kind):
        rule, inverse = now.law, quantile if now.is_left else residual
    if isinstance(rule, TimeLaw):
        return inverse(rule, luck)
    times = np.empty(luck.size, np.int64)
    for level, here in groups(crowd.codes.get(rule.by), names.get(rule.by, ()), luck.size):
        times[here] = inverse(of_level(rule.levels, level, rule.by), luck[here])
    return times


@_decide.register
def _choice(rule: OneOf, draw: Draw, visit: int, crowd: Crowd, names: Names) -> Ints:
    """An option; without the policy on which some depend, its number among the others."""
    if by_chance(rule):
        luck = crowd.luck.uniforms(draw.pathway, draw.step, "choice", visit=visit)
    else:
        luck = np.full(crowd.luck.take.size, 0.5)
    chosen = choose(rule, crowd.codes, names, luck)
    return chosen if draw.kind == "choice" else without_policy(rule, chosen)


@_decide.register
def _no_further_round(rule: Repeat, draw: Draw, visit: int, crowd: Crowd, names: Names) -> Ints:
    """Whether the round is the last; who comes to the repeat again has as many rounds as the first time."""
    rounds = sorted(rule.times)
    shares = fill_rest({str(times): rule.times[times] for times in rounds})
    drawn = pick(shares.values(), crowd.luck.uniforms(draw.pathway, draw.step, draw.kind))
    return np.asarray((visit + 1) % np.array(rounds)[drawn] == 0).astype(np.int64)


@_decide.register
def _priority(rule: Urgency, draw: Draw, visit: int, crowd: Crowd, names: Names) -> Ints:
    return priorities(rule, crowd.codes, names, crowd.luck.take.size).astype(np.int64)


@_decide.register
def _misses(rule: float, draw: Draw, visit: int, crowd: Crowd, names: Names) -> Ints:
    """Whether a patient misses a step; a larger share keeps all who miss it with a smaller one."""
    return _below(rule, crowd.luck.uniforms(draw.pathway, draw.step, draw.kind, visit=visit))


@_decide.register
def _misses_by_attribute(rule: VaryingShare, draw: Draw, visit: int, crowd: Crowd, names: Names) -> Ints:
    luck = crowd.luck.uniforms(draw.pathway, draw.step, draw.kind, visit=visit)
    missed = np.empty(luck.size, np.int64)
    for level, here in groups(crowd.codes.get(rule.by), names.get(rule.by, ()), luck.size):
        share = of_level(rule.levels, level, rule.by)
        missed[here] = _below(1.0 if isinstance(share, str) else share, luck[here])
    return missed


def _below(share: float, luck: Floats) -> Ints:
    return (luck < share).astype(np.int64)


@_decide.register(dict)
def _taken(rule: dict[str, list[str]], draw: Draw, visit: int, crowd: Crowd, names: Names) -> Ints:
    """Whether a ward takes a patient: every attribute that it names must have one of the levels that it names."""
    taken = np.ones(crowd.luck.take.size, np.bool_)
    for attribute, levels in rule.items():
        fits = np.array([level in levels for level in names.get(attribute, ())], np.bool_)
        taken &= fits.take(crowd.codes[attribute]) if attribute in crowd.codes else False
    return taken.astype(np.int64)
