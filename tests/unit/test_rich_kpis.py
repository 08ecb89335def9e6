"""All figures together on two simulated weeks of a hospital that has everything that can be measured."""

import math

import pytest

from sim import clock
from sim.demand.fates import draw_fates
from sim.engine.checking.invariants import check
from sim.engine.compiling import compile_scenario
from sim.engine.reference import run
from sim.measure.figures import THINGS
from sim.measure.kpis import KPIS, Figures, measure
from sim.measure.window import Window
from sim.scenario.scenario import Scenario
from tests.builders import comes, hospital

ACUTE = {"attributes": {"acuity": {"red": "20 %", "green": "rest"}}, "priority": {"acuity": ["red", "green"]}}
CRASH = {"batches": {"crash": {"at": {"date": "2026-01-10", "time": "12:00"}, "patients": 30, "over": "2 h"}}}
NURSES = {
    "roster": {
        "day": {"from": "07:00", "to": "19:00", "on_duty": 5},
        "night": {"from": "19:00", "to": "07:00", "on_duty": 3},
    },
    "absence": "10 %",
    "agency": {"fills": "50 %", "cost": "75 per hour"},
    "cost": "25 per hour",
    "overtime": "x 1.5",
    "at_shift_end": "relieved",
}
DOCTORS = {
    "roster": {"day": {"from": "08:00", "to": "20:00", "on_duty": 4}, "all": {"on_duty": 2}},
    "cost": "60 per hour",
    "at_shift_end": "hand_over",
}
EMERGENCY = [
    {"hold": {"name": "ambulance", "staff": "crew", "counts_as": "handover"}},
    {"enter": "cubicles"},
    {"give back": "crew"},
    {"triage": {"staff": "nurse", "time": {"exponential": {"mean": "20 min"}}, "counts_as": "triage"}},
    {
        "see": {
            "staff": "doctor",
            "time": {"exponential": {"mean": "40 min"}},
            "counts_as": "first_clinician",
            "should_start_within": "1 h",
            "gives_up_after": "2 d",
            "then": "left_before_seen",
            "worsens_after": {"exponential": {"mean": "10 h"}},
            "if_worse": "inside",
        }
    },
    {"scan": {"equipment": "ct", "time": "15 min", "cost": "35 per patient", "preempts": True}},
    {"one of": {"name": "out", "options": [{"share": "30 %", "go": "inside"}, {"share": "rest"}]}},
    {"leave": "discharged"},
]
INSIDE = [
    "decide to admit",
    {"enter": "medical"},
    {"transfuse": {"uses": "blood", "time": "1 h"}},
    {"stay": {"lognormal": {"mean": "3 d", "sd": "2 d"}}},
    "ready",
    {"wait until": {"all": ["11:00", "16:00"]}},
    {"leave": "discharged"},
]
CLINIC = [
    {
        "visit": {
            "slots": "clinic",
            "time": "20 min",
            "missed": "10 %",
            "if_missed": "cancelled",
            "counts_as": "treatment",
        }
    },
    {"operate": {"staff": "doctor", "time": "1 h", "must_finish": True, "if_no_time": "another day"}},
    {"leave": "discharged"},
]
AT_NIGHT = {"at": {"date": "2026-01-12", "time": "02:00"}, "lasts": "8 h", "times": {"emergency/see": "x 2"}}
ANOTHER_DAY = [{"wait until": {"all": ["08:00"]}}, {"go": "clinic"}]
SURGE = {"watch": {"occupancy": "medical"}, "above": "95 %", "do": {"open_beds": {"medical": 6}}, "cost_each": 500}


def everything() -> Scenario:
    return hospital(
        "2 weeks",
        "1 d",
        patients={
            "attender": comes("emergency", **ACUTE, arrive={"rate": "60 per day"}),
            "booked": comes("clinic", arrive={"rate": "10 per day"}),
            "hurt": comes("inside", arrive=CRASH),
        },
        staff={"nurse": NURSES, "doctor": DOCTORS, "crew": {"on_duty": 20}, "ward_nurse": {"on_duty": 2}},
        equipment={"ct": {"units": 1, "cost": "80 per patient"}},
        wards={
            "cubicles": {"beds": 12, "kind": "ed"},
            "medical": {"beds": 60, "cost": "345 per day", "if_full": [{"after": "2 h", "use": "surgical"}]},
            "surgical": {"beds": 10, "staffed_by": {"ward_nurse": "1 per 5 beds"}},
        },
        slots={
            "clinic": {
                "sessions": {"day": {"at": "09:00", "slots": 12, "apart": "20 min"}},
                "cost": "45 per patient",
            }
        },
        supplies={"blood": {"stock": 40, "reorder_at": 15, "order": 40, "takes": "6 h", "cost": "120 per unit"}},
        events={"outage": AT_NIGHT},
        policies={"surge": SURGE},
        costs={"fixed": "1000 per day", "budget": "40000 per day", "on_costs": "24 %"},
        pathways={"emergency": EMERGENCY, "inside": INSIDE, "clinic": CLINIC, "another day": ANOTHER_DAY},
    )


@pytest.fixture(scope="module")
def weeks() -> dict[str, Figures]:
    scenario = everything()
    program = compile_scenario(scenario)
    found = {}
    for replication in (0, 1):
        fates = draw_fates(scenario, 11, replication)
        log = run(program, fates)
        assert not check(program, fates, log)
        found[f"replication {replication}"] = measure(scenario, program, fates, log, Window.of(scenario)).kpis
        instant = Window(clock.DAY, clock.DAY + 1)
        found[f"instant {replication}"] = measure(scenario, program, fates, log, instant).kpis
    return found


def test_every_figure_is_there(weeks: dict[str, Figures]) -> None:
    """Nobody may be refused or turned away in this hospital, and nobody dies in it."""
    absent = {"refused_share", "balked_share", "died_share"}
    assert set(KPIS) - {name for name, _ in weeks["replication 0"]} == absent


def test_names_and_scopes_depend_on_the_scenario_only(weeks: dict[str, Figures]) -> None:
    assert len({tuple(figures) for figures in weeks.values()}) == 1
    assert all(type(value) is float for figures in weeks.values() for value in figures.values())


def test_shares_lie_between_nought_and_one(weeks: dict[str, Figures]) -> None:
    for (name, scope), value in weeks["replication 0"].items():
        if KPIS[name].unit == "share" and name != "utilisation":
            assert 0 <= value <= 1 or math.isnan(value), (name, scope)


def test_nothing_is_below_nought_but_what_is_left_of_the_budget_and_growth(weeks: dict[str, Figures]) -> None:
    for key, value in weeks["replication 0"].items():
        assert value >= 0 or math.isnan(value) or key[0] in ("budget_left_per_day", "waiting_growth_per_day"), key


def test_the_kinds_of_costs_add_up_and_the_rest_is_left(weeks: dict[str, Figures]) -> None:
    for figures in weeks.values():
        costs = {scope: value for (name, scope), value in figures.items() if name == "cost_per_day"}
        kinds = sum(value for scope, value in costs.items() if scope.startswith("cost:"))
        assert kinds == pytest.approx(costs[""])
        assert figures["budget_left_per_day", ""] == pytest.approx(40_000 - costs[""], abs=0.01)


COUNTED = {"boarders_mean", "crews_held_mean", "inside_mean", "queue_mean", "beds_used", "outliers_8am"}


def test_what_counts_patients_adds_up_over_classes(weeks: dict[str, Figures]) -> None:
    figures = weeks["replication 0"]
    split = {name for name, scope in figures if scope.startswith("class:")}
    for name in split & (COUNTED | {name for name in KPIS if name.endswith("per_day")}):
        classes = sum(value for (one, scope), value in figures.items() if one == name and scope.startswith("class:"))
        assert classes == pytest.approx(figures[name, ""]), name


def test_every_scope_is_of_a_known_kind(weeks: dict[str, Figures]) -> None:
    kinds = {scope.partition(":")[0] for _, scope in weeks["replication 0"]}
    assert kinds - set(THINGS) == {"", "class", "acuity"}
