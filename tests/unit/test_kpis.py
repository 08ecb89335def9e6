"""The registry of key figures, and all of them together on simulated weeks."""

import math
from typing import get_args

import numpy as np
import pytest

from sim import clock
from sim.demand.fates import draw_fates
from sim.engine.compiling import compile_scenario
from sim.engine.eventlog import Event, EventLog
from sim.engine.program import Program
from sim.engine.reference import run
from sim.measure.figures import Unit
from sim.measure.kpis import KPIS, Measured, measure
from sim.measure.profiles import PROFILES
from sim.measure.window import Window
from sim.scenario.scenario import Scenario
from tests.builders import Book, hospital

EMERGENCY = [
    {"triage": {"staff": "nurse", "time": {"exponential": {"mean": "8 min"}}, "counts_as": "triage"}},
    {"enter": {"ward": "cubicles", "gives_up_after": {"exponential": {"mean": "5 h"}}, "then": "left_before_seen"}},
    {
        "see": {
            "staff": {"doctor": 1, "nurse": 1},
            "time": {"exponential": {"mean": "40 min"}},
            "counts_as": "first_clinician",
        }
    },
    {"one of": {"name": "out", "options": [{"share": "25 %", "go": "admission"}, {"share": "rest"}]}},
    {"leave": "discharged"},
]
ADMISSION = [
    "decide to admit",
    {"enter": "medical"},
    {"stay": {"lognormal": {"mean": "2 d", "sd": "2 d"}}},
    "ready",
    {"wait until": {"all": ["11:00", "16:00"]}},
    {"leave": "discharged"},
]
PARTS = {
    "patients": {
        "attender": {
            "arrive": {"rate": "60 per day"},
            "attributes": {"acuity": {"red": "20 %", "green": "rest"}},
            "priority": {"acuity": ["red", "green"]},
            "pathway": "emergency",
        },
        "elective": {"arrive": {"rate": "4 per day"}, "pathway": "admission"},
    },
    "staff": {
        "nurse": {"on_duty": 4},
        "doctor": {"roster": {"day": {"from": "08:00", "to": "20:00", "on_duty": 5}, "all": {"on_duty": 2}}},
    },
    "wards": {
        "cubicles": {"beds": 10, "kind": "ed"},
        "medical": {
            "beds": 32,
            "turnaround": "40 min",
            "if_full": [{"after": "2 h", "use": "surgical", "stay": "x 1.2"}],
        },
        "surgical": {"beds": 6},
    },
    "pathways": {"emergency": EMERGENCY, "admission": ADMISSION},
}


@pytest.fixture(scope="module")
def weeks() -> tuple[Scenario, Program, EventLog, Measured]:
    scenario = hospital("3 weeks", "2 d", **PARTS)
    program, fates = compile_scenario(scenario), draw_fates(scenario, 11, 0)
    log = run(program, fates)
    return scenario, program, log, measure(scenario, program, fates, log, Window.of(scenario))


def test_every_figure_is_explained_and_has_a_unit() -> None:
    for name, kpi in KPIS.items():
        assert kpi.name == name
        assert kpi.unit in get_args(Unit)
        assert kpi.direction in ("higher", "lower", "neither")
        assert all(text and text == text.strip() for text in (kpi.label, kpi.definition, kpi.source))
        assert kpi.definition.endswith(".")


def test_every_figure_that_is_measured_is_registered(weeks: tuple) -> None:
    scenario, *_, measured = weeks
    assert {name for name, _ in measured.kpis} <= set(KPIS)
    assert {name for name, _ in measured.profiles} <= set(PROFILES)
    assert all(type(value) is float for value in measured.kpis.values())
    days = len(Window.of(scenario).dates(scenario.calendar))
    assert all(
        len(values) == len(PROFILES[name].bins or range(days)) for (name, _), values in measured.profiles.items()
    )


def test_names_and_scopes_depend_on_the_scenario_only(weeks: tuple) -> None:
    scenario, *_, measured = weeks
    empty = Book(scenario).closed().measured()
    assert list(empty.kpis) == list(measured.kpis)
    assert list(empty.profiles) == list(measured.profiles)


def test_shares_lie_between_nought_and_one(weeks: tuple) -> None:
    for (name, scope), value in weeks[-1].kpis.items():
        if KPIS[name].unit == "share" and name != "utilisation":
            nobody = math.isnan(value) and (name, scope) == ("gave_up_share", "class:elective")
            assert nobody or 0 <= value <= 1, (name, scope)


class Replay:
    """Replays a log row by row, in plain Python, and adds up what the figures are made of."""

    def __init__(self, scenario: Scenario, program: Program, log: EventLog) -> None:
        self.window = Window.of(scenario)
        self.program = program
        self.rows = list(zip(*(getattr(log, name).tolist() for name in COLUMNS), strict=True))

    def bed_time(self, ward: str) -> tuple[int, int]:
        """Milliseconds in use and open in the window."""
        number, used, there = self.program.resources.index(ward), 0, 0
        in_use = units = last = 0
        for time, _, event, _, resource, quantity in [*self.rows, (self.window.end_ms, -1, -1, -1, number, 0)]:
            if resource != number:
                continue
            now = min(max(time, self.window.start_ms), self.window.end_ms)
            used, there, last = used + in_use * (now - last), there + units * (now - last), now
            in_use += {Event.PLACE: 1, Event.VACATE: -1}.get(event, 0)
            units = quantity if event == Event.CAPACITY else units
            last = max(last, self.window.start_ms)
        return used, there

    def waits(self, step: str) -> list[float]:
        """Waits in minutes of services started in the window."""
        number = next(at for at, info in enumerate(self.program.steps) if info.name == step)
        since: dict[int, int] = {}
        found = []
        for time, patient, event, at, _, _ in self.rows:
            if at == number and event == Event.QUEUE:
                since[patient] = time
            elif at == number and event in (Event.START, Event.PLACE) and patient in since:
                begun = since.pop(patient)
                if self.window.start_ms <= time < self.window.end_ms:
                    found.append((time - begun) / clock.MINUTE)
        return found

    def four_hours(self) -> float:
        """Share within four hours: departures in the window, and breaches still there at its end."""
        came: dict[int, int] = {}
        within = total = 0
        cubicles = self.program.resources.index("cubicles")
        triage = next(at for at, info in enumerate(self.program.steps) if info.name == "triage")
        arrived: dict[int, int] = {}
        for time, patient, event, step, resource, _ in self.rows:
            if time >= self.window.end_ms:
                break
            if event == Event.ARRIVE:
                arrived[patient] = time
            elif step == triage and event == Event.QUEUE:
                came[patient] = arrived[patient]
            elif patient in came and (event == Event.LEAVE or (event == Event.PLACE and resource != cubicles)):
                stay = time - came.pop(patient)
                if time >= self.window.start_ms:
                    total += 1
                    within += stay <= 4 * clock.HOUR
        late = sum(self.window.end_ms - moment > 4 * clock.HOUR for moment in came.values())
        return within / (total + late)


COLUMNS = ("time_ms", "patient", "event", "step", "resource", "quantity")


def test_figures_agree_with_a_replay_of_the_log_row_by_row(weeks: tuple) -> None:
    scenario, program, log, measured = weeks
    replay = Replay(scenario, program, log)
    for ward in ("cubicles", "medical", "surgical"):
        used, there = replay.bed_time(ward)
        assert measured.kpis["occupancy_mean", f"ward:{ward}"] == used / there
    for step in ("emergency/triage", "emergency/enter cubicles", "emergency/see", "admission/enter medical"):
        waits = replay.waits(step.split("/")[1])
        assert measured.kpis["wait_mean", f"step:{step}"] == pytest.approx(sum(waits) / len(waits), rel=1e-12)
        assert measured.kpis["wait_p95", f"step:{step}"] == pytest.approx(np.quantile(waits, 0.95), rel=1e-12)
        upto = np.cumsum(measured.profiles["wait_distribution", f"step:{step}"])
        for label, limit in (("at once", 0), ("up to 30 min", 30), ("up to 4 h", 240)):
            share = sum(wait <= limit for wait in waits) / len(waits)
            assert upto[PROFILES["wait_distribution"].bins.index(label)] == pytest.approx(share)
    assert measured.kpis["ed_within_4h", ""] == pytest.approx(replay.four_hours(), rel=1e-12)


def test_profiles_add_up_to_the_figures(weeks: tuple) -> None:
    scenario, *_, measured = weeks
    figures, profiles = measured.kpis, measured.profiles
    assert profiles["waiting_by_hour", "step:emergency/see"].mean() == pytest.approx(
        figures["queue_mean", "step:emergency/see"]
    )
    assert profiles["arrivals_by_weekday", ""].mean() == pytest.approx(figures["arrivals_per_day", ""])
    assert profiles["arrivals_by_hour", ""].sum() == pytest.approx(figures["arrivals_per_day", ""])
    assert profiles["discharges_by_hour", ""].sum() == pytest.approx(figures["discharges_per_day", ""])
    assert profiles["discharges_by_hour", ""][:12].sum() / figures["discharges_per_day", ""] == pytest.approx(
        figures["discharges_before_noon", ""]
    )
    assert profiles["ed_time_distribution", ""].sum() == pytest.approx(1)
    assert Window.of(scenario).length_ms == 3 * clock.WEEK


def test_the_same_log_gives_the_same_figures_to_the_last_bit(weeks: tuple) -> None:
    scenario, program, log, measured = weeks
    again = measure(scenario, program, draw_fates(scenario, 11, 0), log, Window.of(scenario))
    assert all(
        value == measured.kpis[key] or (math.isnan(value) and math.isnan(measured.kpis[key]))
        for key, value in again.kpis.items()
    )
