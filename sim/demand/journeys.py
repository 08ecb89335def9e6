"""Journeys: all that the patients of a class are expected to pass from their arrival to the end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim import clock
from sim.demand.branches import attributes_in
from sim.demand.coming.arrivals import expected_per_day
from sim.demand.coming.rates import event_factors
from sim.demand.coming.residual import mean_residual
from sim.demand.coming.start import how_many, underway
from sim.demand.coming.tilt import mix_of_comers
from sim.demand.mixes import Mix, mix_of
from sim.demand.streams import Floats
from sim.demand.walks import AGE, COUNT, SINCE, Node, Pass, Walk, Where
from sim.demand.within import Beginnings, Span, beginnings
from sim.scenario.care import Activity, Stay
from sim.scenario.distributions import ByAttribute, Fixed, TimeLaw
from sim.scenario.pathway import OneOf, Repeat, Step, flatten, inner_steps
from sim.scenario.patients import CLASS, fill_rest
from sim.scenario.routes import has_loop, reachable
from sim.scenario.scenario import Scenario
from sim.scenario.start import Start
from sim.scenario.varying import VaryingShare


@dataclass(frozen=True, slots=True)
class Journey:
    """All that the patients of a class, or those who are there at the start, are expected to pass."""

    name: str
    """The class."""
    mix: Mix
    per_hour: float
    """Patients per hour, averaged over the run."""
    passes: list[tuple[str, Pass]]
    """Pathway and pass; its flow is for one patient of each kind from arrival to leaving, of which a share comes to it
    before the end of the run."""
    start: str = ""
    """Name of the start; empty for those who come."""

    def expected(self, by_kind: Floats) -> float:
        """Mean over the kinds of patients."""
        return float(np.dot(self.mix.shares, by_kind))


def journeys(scenario: Scenario) -> Iterator[Journey]:
    """Solves the traffic equations of each class, and of those who are there at the start.

    A run that declares who is there at the start begins with them, so that everything is counted from then on until the
    end of the run. Otherwise care is asked for as in a hospital that has always been like this, since those who came
    before the run would still ask for what is cut off at its end. Only pauses, in which patients keep nothing and are
    with nobody, put off what comes after them, beyond the end of the run as far as they are longer than the warm-up.

    Raises:
        ValueError: if patients of a class never leave.
    """
    for name, patient_class in sorted(scenario.patients.items()):
        factors = event_factors(scenario, name)
        expected = expected_per_day(patient_class, scenario.calendar, scenario.horizon, factors, name)
        per_hour = float(expected.sum()) * clock.HOUR / scenario.horizon
        mix = mix_of_comers(patient_class, _attributes_that_matter(scenario, patient_class.pathway), {CLASS: name})
        first = patient_class.pathway, Where()
        yield Journey(name, mix, per_hour, _passes(scenario, name, mix, (first, scenario.pathways[first[0]])))
    monday = scenario.calendar.weekday(0) * clock.DAY
    for name, start in sorted(scenario.start.items()):
        per_hour = how_many(scenario, start) * clock.HOUR / scenario.horizon
        known = {CLASS: start.of, **start.like}
        mix = mix_of(scenario.patients[start.of], _attributes_that_matter(scenario, start.pathway), known)
        where = Where(start.ward, moments=() if start.ward else (monday,))
        begun = (start.at, where), _from(scenario, start)
        yield Journey(start.of, mix, per_hour, _passes(scenario, start.of, mix, begun, are_there=True), name)


def _attributes_that_matter(scenario: Scenario, first: str) -> set[str]:
    """Attributes on which branches, times or absences of the reachable pathways depend."""
    found: set[str] = set()
    for pathway in reachable(scenario, first):
        for step in flatten(scenario.pathways[pathway]):
            if isinstance(step, OneOf):
                found.update(attributes_in(step))
            if isinstance(step, Activity | Stay) and isinstance(step.time, ByAttribute):
                found.add(step.time.by)
            if isinstance(step, Activity) and isinstance(step.missed, VaryingShare):
                found.add(step.missed.by)
    return found


def _passes(
    scenario: Scenario, name: str, mix: Mix, begun: tuple[Node, list[Step]], *, are_there: bool = False
) -> list[tuple[str, Pass]]:
    """All passes of a journey that begins with some steps."""
    walks = _walks(scenario, mix, begun)
    chances, ages = _ways(walks, mix.shares.size)
    entries = _entries(scenario, name, walks, chances)
    run = Span(scenario.horizon, are_there, 0 if scenario.start else scenario.run.warm_up)
    within = beginnings(chances, ages, entries, run)
    return [
        (walk.pathway, _cut(part, count, begun_at, counts_care=walk.counts_care))
        for walk, count, begun_at in zip(walks.values(), entries.T, within, strict=True)
        for part in walk.passes
    ]


def _cut(part: Pass, count: Floats, begun: Beginnings, *, counts_care: bool) -> Pass:
    """A pass of so many who begin its walk, and how much of it lies before the end of the run."""
    flow = part.flow * count
    if not (counts_care or begun.ages.any() or np.any(part.age) or np.any(part.span)):
        return replace(part, flow=flow)
    within = begun.share(part.age, part.span)
    if not counts_care:
        return replace(part, flow=flow, within=within)
    share = begun.share(part.age, part.span + part.time) / np.where(within > 0, within, 1.0)
    return replace(part, flow=flow, time=part.time * share, within=within)


def _walks(scenario: Scenario, mix: Mix, begun: tuple[Node, list[Step]]) -> dict[Node, Walk]:
    """Walks through every pathway from wherever patients are when they begin it; the first one may begin in between."""
    first, steps = begun
    walks: dict[Node, Walk] = {}
    kinds = np.ones(mix.shares.size)
    waiting = [(first, 0.0 * kinds)]
    while waiting:
        node, since = waiting.pop(0)
        if node in walks:
            continue
        pathway, where = node
        walk = walks[node] = Walk(scenario, mix, pathway.partition("/")[0], counts_care=bool(scenario.start))
        flow = np.stack([kinds, 0.0 * kinds, since, 0.0 * kinds])
        walk.follow(scenario.pathways[pathway] if walks.keys() != {first} else steps, {where: flow})
        for target, gone in walk.ways.items():
            if gone[COUNT].any():
                waiting.append((target, gone[SINCE] / np.where(gone[COUNT] > 0, gone[COUNT], 1.0)))
    return walks


def _ways(walks: Mapping[Node, Walk], kinds: int) -> tuple[Floats, Floats]:
    """Chances to go from one walk on to another, by kind, and the ages of those who do, summed over them."""
    number = {node: position for position, node in enumerate(walks)}
    chances, ages = np.zeros((2, kinds, len(walks), len(walks)))  # to, from
    for node, walk in walks.items():
        for target, flow in walk.ways.items():
            if target in number:
                chances[:, number[target], number[node]] += flow[COUNT]
                ages[:, number[target], number[node]] += flow[AGE]
    comes = np.zeros((kinds, len(walks), 1), np.bool_)
    comes[:, 0] = True
    known = 0
    while (now := int(comes.sum())) > known:
        known, comes = now, comes | (np.matmul(chances, comes) > 0)
    chances *= comes.transpose(0, 2, 1)  # a kind that never comes to a circle cannot be caught in it
    return chances, ages


def _entries(scenario: Scenario, name: str, walks: Mapping[Node, Walk], chances: Floats) -> Floats:
    """How often a patient begins each walk, by kind: the solution of x = first + x T with the chances T to go on.

    Raises:
        ValueError: if patients of a kind never leave.
    """
    first = np.zeros((len(chances), len(walks), 1))
    first[:, 0] = 1.0
    try:
        entries = np.linalg.solve(np.eye(len(walks)) - chances, first)[:, :, 0]
    except np.linalg.LinAlgError:
        entries = np.full(first.shape[:2], np.inf)
    if not (np.isfinite(entries).all() and entries.min() > -1e-9 and entries.max() < 1e9):
        circle = ", ".join(sorted(has_loop(scenario) & {pathway for pathway, _ in walks}))
        raise ValueError(f"some patients of {name!r} go round for ever in {circle}: give them a way to leave")
    return np.asarray(entries)


# ---------------------------------------------------------------- those who are there at the start


def _from(scenario: Scenario, start: Start) -> list[Step]:
    """Steps from the one at which patients are on; of that, they have the mean of what is left."""
    steps = _rest(scenario.pathways[start.pathway], start.step)
    if steps is None:
        raise ValueError(f"there is no step {start.at!r}")
    now = underway(scenario, start)
    if now is None:
        return steps
    left = now.law if now.is_left else _left(now.law)
    return [steps[0].model_copy(update={"time": left}), *steps[1:]]


def _left(law: TimeLaw | ByAttribute) -> TimeLaw | ByAttribute:
    """A time that is always the mean of what is left of another."""
    if isinstance(law, ByAttribute):
        return law.model_copy(update={"levels": {level: _left(own) for level, own in law.levels.items()}})
    return Fixed.model_validate({"value": clock.exact_duration(round(mean_residual(law)))})


def _rest(steps: list[Step], name: str) -> list[Step] | None:
    """Steps from a named one on; of a repeat that has begun all further rounds on average."""
    for place, step in enumerate(steps):
        if step.name == name:
            return steps[place:]
        for inner in inner_steps(step):
            found = _rest(inner, name)
            if found is not None:
                return [*found, *_further_rounds(step), *steps[place + 1 :]]
    return None


def _further_rounds(step: Step) -> list[Step]:
    if not isinstance(step, Repeat):
        return []
    shares = fill_rest({str(times): share for times, share in step.times.items()})
    further = round(sum(int(times) * share for times, share in shares.items())) - 1
    return [step.model_copy(update={"times": {further: 1.0}})] if further > 0 else []
