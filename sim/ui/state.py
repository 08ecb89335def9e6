"""State: what one visitor has opened, changed and run, for as long as the window is open."""

import uuid
from dataclasses import dataclass, replace
from os import cpu_count
from typing import Final

import streamlit as st

from sim.demand.workload import offered_load
from sim.scenario.scenario import Scenario
from sim.study.comparison import Comparison, ComparisonError, compare_plans
from sim.study.experiment import Experiment, with_run
from sim.study.loads import heavy_loads
from sim.ui.bases import Base, first_base
from sim.ui.choices import Choice, choices
from sim.ui.jobs import Look, Request, desk
from sim.ui.levers import Lever, levers
from sim.ui.plans import Plan, Wish, draft, numbered
from sim.ui.texts import plain

MOST_PLANS: Final = 12
"""So many plans of a base are kept; the oldest gives way."""
MOST_RUNS: Final = 200
_SEPARATOR: Final = "|"


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A job that this visitor waits for: the base as it is, or a plan."""

    request: Request
    base: Base
    plan: Plan | None

    @property
    def name(self) -> str:
        """What is run."""
        return self.plan.name if self.plan else f"{self.base.name}, as it is today"


def start() -> None:
    """Fills in what a new visitor does not have, and takes in what has been finished."""
    state = st.session_state
    if "who" not in state:
        state.base = first_base()
        state.who = uuid.uuid4().hex
        state.asked, state.today, state.plans, state.troubles = [], {}, {}, []
    _collect()
    if today(base()) is None and not any(one.plan is None and one.base is base() for one in waiting()):
        _ask(base(), None, base().loaded.scenario.run.replications)


def base() -> Base:
    """The scenario that is open."""
    found: Base = st.session_state.base
    return found


def choose(chosen: Base) -> None:
    """Opens another scenario; plans of the one before are kept for when it is opened again."""
    st.session_state.base = chosen
    st.session_state.troubles = []


def today(of: Base) -> Experiment | None:
    """What came out for a base as it is; None until it was run."""
    found: Experiment | None = st.session_state.today.get(of.key)
    return found


def plans(of: Base) -> tuple[Plan, ...]:
    """Plans of a base that were run, the oldest first."""
    return tuple(st.session_state.plans.get(of.key, ()))


def forget(plan: Plan) -> None:
    """Drops a plan."""
    st.session_state.plans[plan.base.key] = [one for one in plans(plan.base) if one is not plan]


def waiting() -> tuple[Asked, ...]:
    """Jobs that this visitor waits for."""
    return tuple(st.session_state.asked)


def troubles() -> tuple[str, ...]:
    """What went wrong since the last run was asked for."""
    return tuple(st.session_state.troubles)


def load_warnings(scenario: Scenario) -> tuple[str, ...]:
    """Which wards and teams are asked for more than there is of them, or nearly, before anything is run."""
    kept: dict[str, tuple[str, ...]] = st.session_state.setdefault("loads", {})
    key = scenario.fingerprint()
    if key not in kept:
        kept[key] = heavy_loads(scenario, offered_load(scenario))
    return kept[key]


def key_of(of: Base, lever: Lever) -> str:
    """Name under which the position of a lever is kept."""
    return _SEPARATOR.join(("lever", of.key, lever.key))


def lever_list(of: Base) -> tuple[Lever, ...]:
    """The levers of a base."""
    kept: dict[str, tuple[Lever, ...]] = st.session_state.setdefault("levers", {})
    if of.key not in kept:
        kept[of.key] = levers(of.loaded)
    return kept[of.key]


def positions(of: Base) -> dict[str, int]:
    """Where the levers of a base stand."""
    found = ((lever, st.session_state.get(key_of(of, lever))) for lever in lever_list(of))
    return {lever.key: lever.today if value is None else int(value) for lever, value in found}


def choice_list(of: Base) -> tuple[Choice, ...]:
    """The initiatives that fit a base."""
    kept: dict[str, tuple[Choice, ...]] = st.session_state.setdefault("choices", {})
    if of.key not in kept:
        kept[of.key] = choices(of)
    return kept[of.key]


def key_of_choice(of: Base, choice: Choice) -> str:
    """Name under which it is kept whether an initiative is chosen."""
    return _SEPARATOR.join(("initiative", of.key, choice.name))


def chosen(of: Base) -> tuple[Choice, ...]:
    """The initiatives that are chosen."""
    return tuple(choice for choice in choice_list(of) if st.session_state.get(key_of_choice(of, choice)))


def reset_all(of: Base) -> None:
    """Puts all levers back and drops all initiatives."""
    reset(of, *lever_list(of))
    for choice in choice_list(of):
        st.session_state[key_of_choice(of, choice)] = False


def reset(of: Base, *moved: Lever) -> None:
    """Puts levers back to where they stand today."""
    for lever in moved:
        st.session_state[key_of(of, lever)] = lever.today


def runs(of: Base) -> int:
    """How often a plan of a base is run."""
    return int(st.session_state.get(_SEPARATOR.join(("runs", of.key)), of.loaded.scenario.run.replications))


def current(of: Base, name: str = "") -> Plan:
    """The plan for which the levers and initiatives stand.

    Raises:
        ScenarioError: if it cannot be.
    """
    return draft(of, lever_list(of), Wish(positions(of), chosen(of)), name, runs(of))


def run(plan: Plan) -> None:
    """Asks for a plan to be run, and for its base if that was run less often.

    Raises:
        DeskFullError: if too many jobs wait.
    """
    st.session_state.troubles = []
    done, replications = today(plan.base), plan.scenario.run.replications
    if done is None or len(done.replicates) < replications:
        _ask(plan.base, None, replications)
    name = numbered(plan.name, tuple(one.name for one in plans(plan.base) if one.fingerprint != plan.fingerprint))
    _ask(plan.base, replace(plan, name=name), replications)


def stop(asked: Asked) -> None:
    """Stops waiting for a job."""
    if not desk().stop(asked.request, st.session_state.who):
        st.session_state.asked.remove(asked)
        st.session_state.troubles.append(f"{asked.name}: not waited for any more; it goes on for others")


def finish(of: Base) -> None:
    """Asks for the runs of a base that are missing because somebody stopped it."""
    st.session_state.troubles = []
    _ask(of, None, of.loaded.scenario.run.replications)


def retry() -> None:
    """Asks again for the base as it is."""
    st.session_state.troubles = []


def is_over(asked: Asked) -> bool:
    """Whether a job is finished, stopped or failed."""
    look = look_at(asked)
    return look is None or look.state not in ("waiting", "running")


def look_at(asked: Asked) -> Look | None:
    """How a job stands."""
    return desk().look(asked.request)


def how_long(plan: Plan) -> str:
    """Says how long a plan will take, as far as that is known."""
    done, count = today(plan.base), plan.scenario.run.replications
    if done is None:
        return f"{count} runs"
    each = sum(one.seconds for one in done.replicates) / len(done.replicates)
    seconds = each * count / min(cpu_count() or 1, count)
    took = "a few seconds" if seconds < 8 else f"{seconds:.0f} seconds"
    took = f"{seconds / 60:.0f} minutes" if seconds >= 90 else took
    return f"{count} runs take about {took}"


def compared(of: Base, chosen: tuple[Plan, ...]) -> tuple[tuple[str, Comparison], ...] | str:
    """Plans compared with their base, each with its name; or why they cannot be."""
    done, others = today(of), [plan.experiment for plan in chosen if plan.experiment]
    if done is None:
        return "It has not been run as it is today yet."
    kept: dict[tuple[int, ...], tuple[Comparison, ...]] = st.session_state.setdefault("compared", {})
    key = tuple(id(one) for one in (done, *others))
    if key not in kept:
        try:
            kept[key] = compare_plans(done, others)
        except ComparisonError as error:
            return str(error)
    return tuple(zip([plan.name for plan in chosen], kept[key], strict=True))


def _ask(of: Base, plan: Plan | None, replications: int) -> None:
    if plan is None and troubles():
        return
    scenario = plan.scenario if plan else with_run(of.loaded.scenario, replications=replications)
    request = desk().ask(scenario, st.session_state.who)
    if all(one.request != request for one in waiting()):
        st.session_state.asked.append(Asked(request, of, plan))


def _collect() -> None:
    """Takes in the jobs that are over."""
    for asked in [one for one in waiting() if is_over(one)]:
        st.session_state.asked.remove(asked)
        look = look_at(asked)
        if look is None or look.experiment is None:
            why = look.trouble if look and look.trouble else "it was stopped before the first run was finished"
            st.session_state.troubles.append(f"{asked.name}: {why}")
        elif asked.plan is None:
            st.session_state.today[asked.base.key] = look.experiment
        else:
            _keep(asked.plan.with_result(look.experiment))
            st.toast(f"{plain(asked.name)} {'is finished' if look.state == 'done' else 'was stopped'}.")


def _keep(plan: Plan) -> None:
    """Keeps a plan in place of an earlier run of the same changes."""
    others = [one for one in plans(plan.base) if one.fingerprint != plan.fingerprint]
    st.session_state.plans[plan.base.key] = [*others, plan][-MOST_PLANS:]
