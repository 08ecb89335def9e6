"""Key figures of a waiting list: who waits, since when, and how long those waited who were treated."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim import clock
from sim.measure.facts import Facts
from sim.measure.figures import Breakdown, Figures, Kpi, in_days, means, per_day, quantiles, shares, spread
from sim.measure.journeys import steps_of_class
from sim.measure.visits import NEVER
from sim.measure.window import Flags, Ints
from sim.scenario.care import Activity
from sim.scenario.pathway import Step

WEEKS_18: Final = 18 * clock.WEEK
WEEKS_52: Final = 52 * clock.WEEK
_RTT: Final = "NHS England, consultant-led referral to treatment waiting times statistics"
_CLOCK: Final = (
    "The clock runs from referral (arrival; for those there at the start, as long before it as they have waited) to "
    "the first step that counts as treatment."
)
LIST_KPIS: Final = (
    Kpi(
        "waiting_now",
        "Patients on the waiting list",
        "patients",
        "lower",
        f"Patients whose clock runs when the window ends. {_CLOCK} By slots: patients who wait for one of them then.",
        _RTT,
    ),
    Kpi(
        "waiting_growth_per_day",
        "Growth of the waiting list a day",
        "patients per day",
        "lower",
        "Patients whose clock runs when the window ends, less those whose clock runs when it begins, divided by days.",
        _RTT,
    ),
    Kpi(
        "waiting_within_18_weeks",
        "Patients on the list who have waited 18 weeks at most",
        "share",
        "higher",
        "Patients whose clock has run for 18 weeks at most when the window ends, divided by all whose clock runs "
        f"then. {_CLOCK}",
        f"{_RTT}: incomplete pathways",
    ),
    Kpi(
        "waiting_within_18_weeks_month_ends",
        "Patients on the list who have waited 18 weeks at most, at the ends of months",
        "share",
        "higher",
        "The same at the end of each month that ends in the window, summed over these moments.",
        f"{_RTT}: incomplete pathways",
    ),
    Kpi(
        "waiting_over_52_weeks",
        "Patients on the list who have waited more than 52 weeks",
        "share",
        "lower",
        "Patients whose clock has run for more than 52 weeks when the window ends, divided by all whose clock runs "
        "then.",
        f"{_RTT}: incomplete pathways",
    ),
    Kpi(
        "waiting_median",
        "Median wait so far of those on the list",
        "days",
        "lower",
        "Median time for which the clocks that run when the window ends have run.",
        f"{_RTT}: incomplete pathways",
    ),
    Kpi(
        "treated_per_day",
        "Patients a day whose treatment begins",
        "patients per day",
        "higher",
        f"Clocks that stop in the window because treatment begins, divided by days. {_CLOCK}",
        f"{_RTT}: completed pathways",
    ),
    Kpi(
        "treated_within_18_weeks",
        "Patients treated within 18 weeks",
        "share",
        "higher",
        "Clocks that stop in the window because treatment begins and have run for 18 weeks at most, divided by all "
        "that stop in it because treatment begins. Those who still wait are not among them: see the list.",
        f"{_RTT}: completed pathways",
    ),
    Kpi(
        "treatment_wait_mean",
        "Mean wait from referral to treatment",
        "days",
        "lower",
        "Mean time for which the clocks have run that stop in the window because treatment begins.",
        f"{_RTT}: completed pathways",
    ),
    Kpi(
        "treatment_wait_median",
        "Median wait from referral to treatment",
        "days",
        "lower",
        "Median time for which the clocks have run that stop in the window because treatment begins.",
        f"{_RTT}: completed pathways",
    ),
    Kpi(
        "treatment_wait_p95",
        "Wait from referral to treatment that 95 % do not exceed",
        "days",
        "lower",
        "95th percentile of the time for which the clocks have run that stop in the window because treatment begins.",
        f"{_RTT}: completed pathways",
    ),
    Kpi(
        "untreated_share",
        "Patients who leave the list untreated",
        "share",
        "lower",
        "Clocks that stop in the window because the patient leaves (refused, gave up, cancelled, died ...), divided by "
        "all that stop in it.",
        f"{_RTT}: validation and other removals",
    ),
)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of those who are ever on a list, one entry for each of them."""

    patient: Ints
    start_ms: Ints
    """When it starts; below 0 for those who have waited when the run begins."""
    stop_ms: Ints
    """When it stops; after everything for those who wait on."""
    is_treated: Flags
    """Whether it stops because treatment begins."""

    def run_at(self, moment: int) -> Ints:
        """Positions of the clocks that run until a moment, which itself is no longer looked at."""
        return np.flatnonzero((self.start_ms < moment) & (self.stop_ms >= moment))


def list_classes(facts: Facts) -> list[str]:
    """Classes that can come to a step that counts as treatment."""
    return [name for name in facts.classes if any(_is_treatment(step) for step in steps_of_class(facts.scenario, name))]


def _is_treatment(step: Step) -> bool:
    return isinstance(step, Activity) and step.counts_as == "treatment"


def measure_lists(facts: Facts) -> Figures:
    """Works out the figures of the list, if some step counts as treatment, and who waits for each kind of slots."""
    found: Figures = {}
    classes = list_classes(facts)
    if classes:
        groups = [facts.whole(), facts.by_class(classes), *facts.by_attributes(classes)]
        clocks = clocks_of(facts, classes)
        found = _waiting(facts, clocks, groups) | _stopped(facts, clocks, groups)
    return found | _for_slots(facts)


def clocks_of(facts: Facts, classes: list[str]) -> Clocks:
    """Clocks of the patients of some classes; of those there at the start, of whom it is told how long they wait."""
    fates, journeys, scenario = facts.fates, facts.journeys, facts.scenario
    told = [True] * len(scenario.patients) + [start.waited is not None for _, start in sorted(scenario.start.items())]
    numbers = [facts.classes.index(name) for name in classes]
    patient = np.flatnonzero(np.isin(fates.stream, numbers) & np.array(told)[fates.entry])
    treated, left = journeys.treated_ms[patient], journeys.left_ms[patient]
    end = np.iinfo(np.int64).max
    stop = np.where(treated != NEVER, treated, np.where(left != NEVER, left, end))
    start = journeys.arrival_ms[patient] - fates.waited_ms[patient]
    return Clocks(patient, start, stop, treated != NEVER)


def _waiting(facts: Facts, clocks: Clocks, groups: list[Breakdown]) -> Figures:
    window = facts.window
    now = clocks.run_at(window.end_ms)
    since, members = window.end_ms - clocks.start_ms[now], clocks.patient[now]
    statistics = {
        "waiting_within_18_weeks": shares(since <= WEEKS_18),
        "waiting_over_52_weeks": shares(since > WEEKS_52),
        "waiting_median": in_days(quantiles(since, 0.5)),
        "waiting_now": per_day(1),
    }
    found = spread(groups, members, statistics)
    there = spread(groups, clocks.patient[clocks.run_at(window.start_ms)], {"waiting_now": per_day(1)})
    there |= dict.fromkeys(found.keys() - there.keys(), 0.0)
    for (name, scope), size in list(found.items()):
        if name == "waiting_now":
            found["waiting_growth_per_day", scope] = (size - there[name, scope]) / window.days
    ends = [(moment, clocks.run_at(moment)) for moment in month_ends(facts)]
    at_ends = np.concatenate([np.empty(0, np.int64), *(here for _, here in ends)])
    waited = np.concatenate([np.empty(0, np.int64), *(moment - clocks.start_ms[here] for moment, here in ends)])
    monthly = {"waiting_within_18_weeks_month_ends": shares(waited <= WEEKS_18)}
    return found | spread(groups, clocks.patient[at_ends], monthly)


def month_ends(facts: Facts) -> list[int]:
    """Midnights at which a month ends in the window, also that with which the window ends, not that at its start."""
    window, calendar = facts.window, facts.scenario.calendar
    first, last = window.start_ms // clock.DAY + 1, window.end_ms // clock.DAY
    return [day * clock.DAY for day in range(first, last + 1) if calendar.date(day * clock.DAY).day == 1]


def _stopped(facts: Facts, clocks: Clocks, groups: list[Breakdown]) -> Figures:
    stopped = facts.window.holds(clocks.stop_ms)
    treated = np.flatnonzero(stopped & clocks.is_treated)
    waited = clocks.stop_ms[treated] - clocks.start_ms[treated]
    statistics = {
        "treated_per_day": per_day(facts.window.days),
        "treated_within_18_weeks": shares(waited <= WEEKS_18),
        "treatment_wait_mean": in_days(means(waited)),
        "treatment_wait_median": in_days(quantiles(waited, 0.5)),
        "treatment_wait_p95": in_days(quantiles(waited, 0.95)),
    }
    found = spread(groups, clocks.patient[treated], statistics)
    every = np.flatnonzero(stopped)
    return found | spread(groups, clocks.patient[every], {"untreated_share": shares(~clocks.is_treated[every])})


def _for_slots(facts: Facts) -> Figures:
    """How many wait for each kind of slots when the window ends."""
    names = facts.program.resources
    slots = [number for number, name in enumerate(names) if name in facts.scenario.slots]
    if not slots:
        return {}
    waiting = facts.visits.step[facts.visits.waiting_at(facts.window.end_ms - 1)]
    wants = facts.needs.quantity[waiting] > 0
    return {("waiting_now", facts.scope(number)): float(wants[:, number].sum()) for number in slots}
