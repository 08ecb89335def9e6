"""What holds in every hospital: properties of generated scenarios.

`make test` tries fifteen hospitals a property; `HYPOTHESIS_PROFILE=thorough` tries five hundred.
"""

import copy
import json
import random
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import Phase, given, reject, settings
from hypothesis import strategies as st

from sim import clock
from sim.demand.fates import Fates, draw_fates
from sim.engine.checking.invariants import check
from sim.engine.compiling import compile_scenario
from sim.engine.eventlog import NOBODY, Event, EventLog
from sim.engine.program import NONE, Kind, Op, Program
from sim.engine.reference import KnotError, run
from sim.scenario.loading import load_text
from sim.scenario.scenario import Scenario
from tests.engines.plain.hospital import PlainHospital, TooSlowError
from tests.engines.plain.knots import KnotError as PlainKnotError
from tests.engines.stories import at, hospital, moments, simulate
from tests.properties.generator import hospitals
from tests.properties.making.pathways import steps_of

Parts = dict[str, Any]
TAKING = {Event.START, Event.PLACE, Event.HOLD}
GIVING = {Event.END, Event.VACATE, Event.GIVE_BACK}
ANSWERS = TAKING | {Event.RENEGE, Event.BALK, Event.REFUSE, Event.WORSEN, Event.LATE}
Tale = list[tuple[Any, ...]]
seeds = st.integers(0, 1000)


def lived(parts: Parts, seed: int) -> tuple[Program, Fates, EventLog]:
    """Program, fates and log of one replication of a scenario that is still a mapping; no knot ends it."""
    program, fates = compiled(parts | {"run": parts["run"] | {"knots": "swap"}}, seed)
    return program, fates, run(program, fates)


def compiled(parts: Parts, seed: int) -> tuple[Program, Fates]:
    """Program and fates of one replication."""
    scenario = Scenario.model_validate(parts)
    return compile_scenario(scenario), draw_fates(scenario, seed, 0)


@given(hospitals())
def test_every_generated_hospital_is_let_in_and_means_the_same(parts: Parts) -> None:
    loaded = load_text(json.dumps(parts, indent=1))
    assert loaded.scenario.fingerprint() == Scenario.model_validate(parts).fingerprint()


@given(hospitals(), seeds, st.sampled_from(["stop", "swap"]))
def test_every_invariant_holds(parts: Parts, seed: int, knots: str) -> None:
    program, fates = compiled(parts | {"run": parts["run"] | {"knots": knots}}, seed)
    log = lived_to_the_end(run, program, fates)
    assert log is None or [str(breach) for breach in check(program, fates, log)] == []


@settings(phases=[Phase.explicit, Phase.reuse, Phase.generate])  # making an example smaller would take minutes
@given(hospitals(), seeds)
def test_an_engine_that_asks_everybody_in_every_round_tells_the_same_stories(parts: Parts, seed: int) -> None:
    program, fates = compiled(parts, seed)
    try:
        plain = lived_to_the_end(lambda *told: PlainHospital(*told).run(), program, fates)
    except TooSlowError:
        reject()
    log = lived_to_the_end(run, program, fates)
    digests = [one if one is None else one.digest() for one in (log, plain)]
    assert digests[0] == digests[1]


def lived_to_the_end(engine: Callable[[Program, Fates], EventLog], program: Program, fates: Fates) -> EventLog | None:
    """The log; nothing if patients wait for each other's places for ever."""
    try:
        return engine(program, fates)
    except (KnotError, PlainKnotError):
        return None


@given(hospitals(), seeds)
def test_the_same_seed_tells_the_same_stories(parts: Parts, seed: int) -> None:
    assert lived(parts, seed)[2].digest() == lived(copy.deepcopy(parts), seed)[2].digest()


def shuffled(parts: Any, luck: random.Random) -> Any:
    """The same mapping with its keys in another order, on every level."""
    if isinstance(parts, dict):
        keys = list(parts)
        luck.shuffle(keys)
        return {key: shuffled(parts[key], luck) for key in keys}
    return [shuffled(entry, luck) for entry in parts] if isinstance(parts, list) else parts


@given(hospitals(), seeds, st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(parts: Parts, seed: int, luck: random.Random) -> None:
    assert lived(parts, seed)[2].digest() == lived(shuffled(parts, luck), seed)[2].digest()


# ---------------------------------------------------------------- what changes nobody's path


def told(program: Program, fates: Fates, log: EventLog) -> Tale:
    """The rows of patients by names instead of numbers: who, when, what, where; in order of patients and of the log."""
    rows = np.flatnonzero(log.patient != NOBODY)
    rows = rows[np.argsort(log.patient[rows], kind="stable")]
    tale = []
    for row in rows.tolist():
        person, step, resource = int(log.patient[row]), int(log.step[row]), int(log.resource[row])
        who = (fates.crowds[fates.stream[person]].luck.root.stream, int(fates.layer[person]), int(fates.index[person]))
        where = (program.steps[step].pathway, program.steps[step].name) if step >= 0 else ()
        what = program.resources[resource] if resource >= 0 else ""
        tale.append((who, int(log.time_ms[row]), Event(log.event[row]).name, where, what, int(log.quantity[row])))
    return sorted(tale, key=lambda line: line[0])


def add_a_ward_that_nobody_enters(parts: Parts) -> None:
    parts["wards"] |= {"empty": {"beds": 3, "turnaround": "20 min"}, "a first empty one": {"beds": 1}}


def add_a_class_of_which_nobody_comes(parts: Parts) -> None:
    attributes = parts["patients"]["first"]["attributes"]
    nobody = {"arrive": {"rate": "0 per day"}, "attributes": attributes, "pathway": "way 0"}
    parts["patients"] |= {"a nobody": nobody, "zero": nobody}


def add_a_pathway_that_nobody_follows(parts: Parts) -> None:
    parts["pathways"]["a detour"] = [{"walk": {"time": "5 min"}}, {"leave": "died"}]


def let_everybody_be_patient_for_a_thousand_weeks(parts: Parts) -> None:
    for body in queues_of(parts):
        if not {"gives_up_after", "if_none_free"} & set(body):
            body |= {"gives_up_after": "1000 weeks", "then": "left_before_seen"}


def let_nobody_worsen_for_a_thousand_weeks(parts: Parts) -> None:
    for body in queues_of(parts):
        if not {"worsens_after", "if_none_free"} & set(body):
            body |= {"worsens_after": "1000 weeks", "if_worse": "died"}


def promote_everybody_after_a_thousand_weeks(parts: Parts) -> None:
    for body in queues_of(parts):
        if not {"priority_after", "if_none_free"} & set(body):
            body["priority_after"] = {"1000 weeks": 1}


def add_a_policy_that_never_begins(parts: Parts) -> None:
    doing = {"call_in": {name: 3 for name in parts["staff"]}, "open_beds": {name: 3 for name in parts["wards"]}}
    watch = {"waiting_for": [*parts["staff"], *parts["wards"]]}
    parts["policies"]["a policy"] = {"watch": watch, "every": "15 min", "above": 1_000_000, "do": doing}


def add_things_that_nobody_needs(parts: Parts) -> None:
    parts["staff"]["a group"] = {"on_duty": 2, "absence": "50 %", "at_shift_end": "relieved"}
    parts["equipment"]["a machine"] = {"units": 1, "turnaround": "10 min"}
    parts["slots"]["a clinic"] = {"per_week": 500, "keep": 3}
    parts["supplies"]["a drug"] = {"stock": 1, "reorder_at": 3, "order": 2, "takes": "1 h"}


def write_that_nobody_is_absent(parts: Parts) -> None:
    for group in parts["staff"].values():
        group.setdefault("absence", "0 %")


def write_a_rhythm_of_one(parts: Parts) -> None:
    for steps in parts["pathways"].values():
        for verb, body in steps_of(steps):
            if "time" in body and verb != "wait until":
                body.setdefault("rhythm", {"all": "x 1"})


def offer_a_closed_ward_to_those_who_wait(parts: Parts) -> None:
    parts["wards"]["closed"] = {"beds": 0}
    for name, ward in parts["wards"].items():
        if name != "closed":
            ward.setdefault("if_full", []).append({"after": "10 min", "use": "closed", "stay": "x 1"})


def write_a_factor_of_one(parts: Parts) -> None:
    for patients in parts["patients"].values():
        if "rate" in patients["arrive"]:
            patients["arrive"].setdefault("by_weekday", {}).setdefault("wed", 1.0)
            patients["arrive"].setdefault("by_hour", [2.0] * 24)


def queues_of(parts: Parts) -> list[Parts]:
    """Bodies of the steps at which patients may wait."""
    needing = {"staff", "equipment", "slots", "uses", "ward"}
    return [body for steps in parts["pathways"].values() for _, body in steps_of(steps) if needing & set(body)]


NEUTRAL = [
    add_a_ward_that_nobody_enters,
    add_a_class_of_which_nobody_comes,
    add_a_pathway_that_nobody_follows,
    let_everybody_be_patient_for_a_thousand_weeks,
    offer_a_closed_ward_to_those_who_wait,
    write_a_factor_of_one,
    let_nobody_worsen_for_a_thousand_weeks,
    promote_everybody_after_a_thousand_weeks,
    add_a_policy_that_never_begins,
    add_things_that_nobody_needs,
    write_that_nobody_is_absent,
    write_a_rhythm_of_one,
]


@given(hospitals(), seeds, st.sampled_from(NEUTRAL))
def test_what_concerns_nobody_changes_nobodys_path(parts: Parts, seed: int, change: Any) -> None:
    before = told(*lived(parts, seed))
    changed = copy.deepcopy(parts)
    change(changed)
    assert told(*lived(changed, seed)) == before


# ---------------------------------------------------------------- time


@given(hospitals(), seeds)
def test_a_run_of_twice_the_length_begins_with_the_shorter_one(parts: Parts, seed: int) -> None:
    short = lived(parts, seed)
    parts = copy.deepcopy(parts)
    number, unit = parts["run"]["length"].split()
    parts["run"]["length"] = f"{2 * int(number)} {unit}"
    program, fates, log = lived(parts, seed)
    horizon = short[2].horizon_ms
    assert log.horizon_ms == 2 * horizon
    assert [line for line in told(program, fates, log) if line[1] < horizon] == told(*short)


# ---------------------------------------------------------------- more beds

arrival_minutes = st.lists(st.integers(0, 600), min_size=1, max_size=25)
stay_minutes = st.lists(st.integers(0, 240), min_size=1, max_size=12)


@given(arrival_minutes, stay_minutes, st.integers(1, 4), st.sampled_from(["0 min", "15 min"]), seeds)
def test_an_extra_bed_never_lengthens_a_fifo_wait(
    arrivals: list[int], stays: list[int], beds: int, cleaning: str, seed: int
) -> None:
    """One ward that everybody enters in turn: path by path, nobody is worse off for a bed more."""

    def places(beds: int) -> list[float]:
        scenario = hospital(
            30_000,
            patients={"p": {"arrive": at(*sorted(arrivals)), "pathway": "way"}},
            wards={"ward": {"beds": beds, "turnaround": cleaning}},
            pathways={
                "way": [
                    {"enter": "ward"},
                    {"stay": {"empirical": {"values": [f"{minutes} min" for minutes in stays]}}},
                    {"leave": "discharged"},
                ]
            },
        )
        return moments(simulate(scenario, seed)[1], Event.PLACE)

    fewer, more = places(beds), places(beds + 1)
    assert len(fewer) == len(more) == len(arrivals)
    assert all(later >= sooner for later, sooner in zip(fewer, more, strict=True))


def wanted_alone(program: Program) -> list[tuple[int, int]]:
    """Steps that can be served in one way only, by one unit of one thing, and the thing."""
    table, found = program.instructions, []
    for row in np.flatnonzero(table.op == Op.SEIZE).tolist():
        way = int(table.ways_from[row])
        first, last = int(program.way_needs_from[way]), int(program.way_needs_to[way])
        resource = int(program.need_resource[first])
        is_plain = table.ways_to[row] - way == 1 and last - first == 1 and program.need_quantity[first] == 1
        is_open = program.way_accepts[way] == NONE and table.keep_free[row] == 0 and table.on_late[row] == NONE
        if is_plain and is_open and program.kind[resource] == Kind.UNITS:
            found.append((int(table.step[row]), resource))
    return found


def idle_while_waited_for(program: Program, log: EventLog) -> list[tuple[float, str]]:
    """Moments, in minutes, after which somebody waits for one unit of a resource that has one free."""
    alone = {step: resource for step, resource in wanted_alone(program) if not program.strict[resource]}
    free, waiting, found = [0] * len(program.resources), [0] * len(program.resources), []
    capacity = list(free)
    times = log.time_ms.tolist()
    columns = (log.event.tolist(), log.step.tolist(), log.resource.tolist(), log.quantity.tolist())
    for row, (event, step, resource, quantity) in enumerate(zip(*columns, strict=True)):
        if event == Event.CAPACITY:
            free[resource] += quantity - capacity[resource]
            capacity[resource] = quantity
        elif event in TAKING and resource >= 0:
            free[resource] -= quantity
        elif event in {Event.READY, Event.INTERRUPT} or (event in GIVING and not program.turnaround[resource]):
            free[resource] += quantity if resource >= 0 else 0
        if step in alone and event == Event.QUEUE:
            waiting[alone[step]] += 1
        elif step in alone and event in ANSWERS:
            waiting[alone[step]] -= 1
        if row + 1 == len(times) or times[row + 1] > times[row]:
            idle = [one for one, units in enumerate(free) if units > 0 and waiting[one]]
            found += [(times[row] / clock.MINUTE, program.resources[one]) for one in idle]
    return found


@given(hospitals(), seeds)
def test_nobody_is_left_waiting_for_what_is_free(parts: Parts, seed: int) -> None:
    """A patient who waits alone for one kind of staff, or for one ward, never waits while a unit of it is idle."""
    program, _, log = lived(parts, seed)
    assert idle_while_waited_for(program, log) == []
