"""Figures of waits, people, outcomes and costs, and profiles, of two hours at a clinic, worked out by hand.

The window is 01:00 to 03:00 (minutes 60 to 180), the run goes on to 04:00. Two nurses until 02:00, then one.

| patient | arrives | starts | ends | |
|---|---|---|---|---|
| 0 | 0 | 10 | 70 | started before the window |
| 1 | 20 | 65 | 130 | dies; the nurse works on for ten minutes after the end of the shift |
| 2 | 100 | 100 | 150 | served at once |
| 3 | 110 | 150 | 200 | in service when the window ends |
| 4 | 130 | 200 | | waits when the window ends |
| 5 | 180 | | | arrives in the instant in which it ends |
"""

import math

import numpy as np
import pytest

from sim import clock
from sim.engine.eventlog import Event
from sim.measure.kpis import Measured
from sim.measure.profiles import PROFILES
from sim.measure.window import Window
from tests.builders import Book, Replication, comes, hospital

WINDOW = Window(60 * clock.MINUTE, 180 * clock.MINUTE)
LEAVE = {"leave": "discharged"}


def at_clinic(**costs: object) -> Replication:
    roster = {"early": {"from": "00:00", "to": "02:00", "on_duty": 1}, "all": {"on_duty": 1}}
    pathway = [
        {"talk": {"staff": "nurse", "equipment": "scanner", "time": "10 min"}},
        {"one of": [{"share": "10 %", "leave": "died"}, {"share": "rest"}]},
        LEAVE,
    ]
    scenario = hospital(
        "3 h",
        "1 h",
        patients={"p": comes(attributes={"sex": {"f": "50 %", "m": "rest"}}), "nobody": comes()},
        staff={"nurse": {"roster": roster, "cost": "60 per hour"}},
        equipment={"scanner": {"units": 5, "cost": "80 per patient"}},
        pathways={"way": pathway},
        **costs,
    )
    book = Book(scenario)
    times = [(0, 10, 70), (20, 65, 130), (100, 100, 150), (110, 150, 200), (130, 200, None)]
    for number, (came, start, end) in enumerate(times):
        patient = book.arrives(came, sex="f" if number == 1 else "m")
        book.does(patient, "talk", came, start, end)
        if end:
            book.leaves(patient, end, "one of: died" if number == 1 else "leave")
    book.waits(book.arrives(180, sex="m"), "talk", 180)
    return book.closed()


@pytest.fixture(scope="module")
def clinic() -> Measured:
    return at_clinic(costs={"fixed": "120 per hour"}).measured(WINDOW)


@pytest.mark.parametrize(
    ("name", "scope", "expected"),
    [
        ("arrivals_per_day", "", 3 * 12),  # 2, 3 and 4 in a twelfth of a day
        ("arrivals_per_day", "class:p", 3 * 12),
        ("arrivals_per_day", "class:nobody", 0),
        ("still_inside_share", "", 2 / 3),
        ("time_inside_mean", "", (70 + 110 + 50) / 3),
        ("inside_mean", "", (10 + 70 + 50 + 70 + 50) / 120),
        ("outcome_share", "outcome:died", 1 / 3),
        ("outcome_share", "outcome:discharged", 2 / 3),
        ("died_share", "", 1 / 3),
        ("died_share", "class:p", 1 / 3),
        ("wait_mean", "step:way/talk", (45 + 0 + 40) / 3),
        ("wait_mean", "", (45 + 0 + 40) / 3),
        ("wait_mean", "sex:f", 45),
        ("wait_mean", "sex:m", (0 + 40) / 2),
        ("wait_p95", "step:way/talk", 40 + 0.9 * 5),
        ("wait_longest", "step:way/talk", 50),  # so far, of 4
        ("queue_mean", "step:way/talk", (5 + 40 + 50) / 120),
        ("utilisation", "staff:nurse", (10 + 65 + 50 + 30) / (120 + 60)),
        ("utilisation", "equipment:scanner", (10 + 65 + 50 + 30) / (5 * 120)),
        ("overtime_hours_per_day", "staff:nurse", 10 / 60 * 12),
        ("overtime_hours_per_day", "", 10 / 60 * 12),
        ("cost_per_day", "staff:nurse", (180 + 10) * 12),  # a pound a minute, overtime included
        ("cost_per_day", "equipment:scanner", 3 * 80 * 12),  # 1, 2 and 3 start in the window
        ("cost_per_day", "cost:fixed", 120 * 24),
        ("cost_per_day", "", (190 + 240 + 240) * 12),
        ("cost_per_patient", "", (190 + 240 + 240) / 3),
    ],
)
def test_the_figures_are_those_worked_out_by_hand(clinic: Measured, name: str, scope: str, expected: float) -> None:
    assert clinic.kpis[name, scope] == pytest.approx(expected, rel=1e-12)


def test_nobody_has_no_figures(clinic: Measured) -> None:
    for name in ("still_inside_share", "time_inside_mean", "died_share", "wait_mean"):
        assert math.isnan(clinic.kpis[name, "class:nobody"])


def test_what_the_scenario_cannot_have_is_not_told(clinic: Measured) -> None:
    names = {name for name, _ in clinic.kpis}
    assert not names & {"cancelled_share", "refused_share", "balked_share", "ed_within_4h", "occupancy_mean"}
    assert ("outcome_share", "outcome:refused") not in clinic.kpis
    assert ("overtime_hours_per_day", "equipment:scanner") not in clinic.kpis


def test_fixed_costs_for_each_patient_count_those_who_leave() -> None:
    costs = at_clinic(costs={"fixed": "10 per patient"}).measured(WINDOW).kpis
    assert costs["cost_per_day", "cost:fixed"] == 3 * 10 * 12


def bins(found: Measured, name: str, scope: str) -> dict[str, float]:
    """The entries of a profile that are known and not 0, by bin."""
    values = found.profiles[name, scope]
    assert len(values) == len(PROFILES[name].bins)
    known = zip(PROFILES[name].bins, values.tolist(), strict=True)
    return {label: value for label, value in known if value and not math.isnan(value)}


def test_the_profiles_are_those_worked_out_by_hand(clinic: Measured) -> None:
    assert bins(clinic, "arrivals_by_hour", "") == {"01:00": 2, "02:00": 1}
    assert bins(clinic, "arrivals_by_weekday", "class:p") == {"mon": pytest.approx(36)}
    assert bins(clinic, "waiting_by_hour", "step:way/talk") == {"mon 01:00": 15 / 60, "mon 02:00": 80 / 60}
    assert bins(clinic, "utilisation_by_hour", "staff:nurse") == {"mon 01:00": 85 / 120, "mon 02:00": 70 / 60}
    assert bins(clinic, "wait_distribution", "step:way/talk") == {"at once": 1 / 3, "up to 45 min": 2 / 3}
    assert np.isnan(clinic.profiles["arrivals_by_hour", ""]).sum() == 22  # hours that the window does not have


def test_requests_are_refused_or_turned_away_where_that_can_be() -> None:
    pathway = [
        {"enter": {"ward": "a", "if_none_free": "refused"}},
        {"talk": {"staff": "nurse", "time": "5 min", "queue_limit": 1, "if_queue_full": "diverted"}},
        LEAVE,
    ]
    staff, wards = {"nurse": {"on_duty": 1}}, {"a": {"beds": 9}}
    scenario = hospital("3 h", "1 h", patients={"p": comes()}, staff=staff, wards=wards, pathways={"way": pathway})
    book = Book(scenario)
    for came in (30, 60, 70, 239):  # the first before the window
        patient = book.arrives(came)
        book.turned_away(patient, "enter a", Event.REFUSE, came, came)
        book.leaves(patient, came, "enter a: refused")
    figures = book.closed().measured().kpis
    assert figures["refused_share", ""] == figures["refused_share", "step:way/enter a"] == 1.0
    assert math.isnan(figures["balked_share", "step:way/talk"])
    for came in (75, 80):
        patient = book.arrives(came)
        book.enters(patient, "enter a", came, came)
        if came == 75:
            book.turned_away(patient, "talk", Event.BALK, came, came)
            book.leaves(patient, came, "talk: diverted")
        else:
            book.does(patient, "talk", came, came + 3)
    figures = book.closed().measured().kpis
    assert figures["refused_share", ""] == 3 / 5
    assert figures["balked_share", ""] == figures["balked_share", "step:way/talk"] == 1 / 2
    assert ("refused_share", "step:way/talk") not in figures
