"""Groups: everybody, each class of patients and each level of what they are like, and the same for their visits."""

from collections.abc import Callable

import numpy as np

from sim.measure.facts import Facts
from sim.measure.figures import Breakdown
from sim.measure.window import Flags
from sim.scenario.pathway import Step, flatten


def everybody(facts: Facts) -> list[Breakdown]:
    """All patients together, by class, and by the levels of each attribute that a class has."""
    return [facts.whole(), facts.by_class(facts.classes), *facts.by_attributes(facts.classes)]


def newcomers(facts: Facts) -> Flags:
    """Whether each patient comes during the run; since when the others have been there is not known.

    Those who are there at the start count wherever patients are counted, but not among arrivals, and not in times from
    arrival.
    """
    came: Flags = facts.fates.entry < len(facts.scenario.patients)
    return came


def of_visits(facts: Facts, groups: list[Breakdown]) -> list[Breakdown]:
    """The groups of the patients whose visits they are, one entry a visit."""
    return [Breakdown(group.scopes, group.codes[facts.visits.patient]) for group in groups]


def by_step(facts: Facts, steps: list[int]) -> Breakdown:
    """Visits by step; those of other steps are in no group."""
    numbers = np.full(len(facts.program.steps), -1, np.int64)
    numbers[steps] = np.arange(len(steps))
    return Breakdown(tuple(facts.step_scope(step) for step in steps), numbers[facts.visits.step])


def steps_where(facts: Facts, rule: Callable[[Step], bool]) -> list[int]:
    """Numbers of the steps of all pathways for which something is so, in order."""
    chosen = {
        (pathway, step.name, step.verb)
        for pathway, steps in facts.scenario.pathways.items()
        for step in flatten(steps)
        if rule(step)
    }
    return [number for number, info in enumerate(facts.program.steps) if (info.pathway, info.name, info.does) in chosen]
