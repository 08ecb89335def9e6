"""Small hospitals for tests, and patients told apart by who they are."""

from typing import Any

from sim import clock
from sim.demand.fates import Fates, draw_fates
from sim.scenario.scenario import Scenario


def hospital(patients: dict[str, Any], pathways: dict[str, Any] | None = None, **more: Any) -> Scenario:
    """A scenario with few words: everybody just leaves, unless pathways are given."""
    run = {"start": "2026-01-05", "warm_up": "0 d", "length": "2 weeks", **more.pop("run", {})}
    pathways = pathways or {"way": [{"leave": "discharged"}]}
    return Scenario.model_validate(
        {"wardflow": 1, "name": "Small", "run": run, "patients": patients, "pathways": pathways, **more}
    )


def comers(arrive: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A class of patients who come and leave."""
    return {"arrive": arrive, "pathway": "way", **more}


def hospital_with_everything() -> dict[str, Any]:
    """A scenario, still as a mapping, with all sources of patients and all kinds of draws."""
    times = {"lognormal": {"mean": "30 min", "sd": "20 min"}}
    by_acuity = {"by": "acuity", "red": times, "rest": {"exponential": {"mean": "20 min"}}}
    return {
        "wardflow": 1,
        "name": "Everything",
        "run": {"start": "2026-01-05", "warm_up": "1 d", "length": "6 d"},
        "patients": {
            "walk_in": {
                "arrive": {
                    "rate": "60 per day",
                    "by_hour": [1.0] * 8 + [3.0] * 12 + [2.0] * 4,
                    "by_weekday": {"mon": 1.2},
                    "day_to_day": 1.95,
                },
                "attributes": {
                    "acuity": {"red": "10 %", "amber": "30 %", "green": "rest"},
                    "age": {
                        "by": "acuity",
                        "red": {"old": "60 %", "young": "rest"},
                        "rest": {"old": 0.2, "young": 0.8},
                    },
                },
                "priority": {"acuity": ["red", "amber"]},
                "pathway": "emergency",
            },
            "renewal": {"arrive": {"gaps": {"gamma": {"mean": "50 min", "sd": "30 min"}}}, "pathway": "elective"},
            "booked": {
                "arrive": {
                    "scheduled": {
                        "morning": {"days": "weekdays", "at": "08:00", "patients": 6, "apart": "20 min", "attend": 0.9},
                        "evening": {"days": "mon wed", "at": "18:00", "patients": 20, "apart": "5 min", "attend": 0.8},
                    }
                },
                "pathway": "elective",
            },
            "crash": {
                "arrive": {
                    "batches": {"bus": {"at": {"date": "2026-01-07", "time": "14:00"}, "patients": 30, "over": "2 h"}}
                },
                "pathway": "elective",
            },
        },
        "staff": {"nurse": {"on_duty": 3}},
        "wards": {"majors": {"beds": 10}, "medical": {"beds": 20}},
        "pathways": {
            "emergency": [
                {"triage": {"staff": "nurse", "time": times}},
                {
                    "enter": {
                        "ward": "majors",
                        "gives_up_after": {"weibull": {"mean": "6 h", "shape": 1.5}},
                        "then": "refused",
                    }
                },
                {"assess": {"staff": "nurse", "time": by_acuity}},
                {
                    "one of": {
                        "name": "fork",
                        "options": [
                            {"share": {"by": "age", "old": "50 %", "rest": "10 %"}, "go": "elective"},
                            {"share": "20 %", "steps": [{"x-ray": {"staff": "nurse", "time": "15 min"}}]},
                            {"share": "rest"},
                        ],
                    }
                },
                {
                    "one of": [
                        {"when": {"acuity": ["red"]}, "go": "elective"},
                        {"when": "otherwise", "leave": "discharged"},
                    ]
                },
            ],
            "elective": [
                {"enter": "medical"},
                {"stay": {"gamma": {"mean": "2 d", "sd": "1 d"}}},
                {"leave": "discharged"},
            ],
        },
    }


Person = tuple[str, int, int]
"""Class name, layer and index: who a patient is in every scenario."""


def fates_of(scenario: Scenario, *, seed: int = 1, replication: int = 0) -> Fates:
    return draw_fates(scenario, seed, replication)


def biographies(scenario: Scenario, fates: Fates) -> dict[Person, dict[str, Any]]:
    """Arrival, priority, attribute levels and all values of each patient (first two visits), by name."""
    classes = sorted(scenario.patients)
    columns: dict[str, list[Any]] = {"arrival": fates.arrival_ms.tolist(), "priority": fates.priority.tolist()}
    for name, codes in fates.attributes.items():
        levels = [*fates.levels[name], None]  # code -1 is the last
        columns[name] = [levels[code] for code in codes]
    for number, draw in enumerate(fates.draws):
        for visit in (0, 1):
            columns[f"{draw.name}/{visit}"] = fates.values(number, visit).tolist()
    people = zip(fates.stream.tolist(), fates.layer.tolist(), fates.index.tolist(), strict=True)
    return {
        (classes[stream], layer, index): {name: column[row] for name, column in columns.items()}
        for row, (stream, layer, index) in enumerate(people)
    }


HOURS_IN_DAY = 24
DAY_HOURS = [0.1] * 6 + [5.0] * 12 + [0.1] * 6
"""Patients per hour: 1.2 in a night, 60 in a day."""


def counts_by_hour(arrival_ms: Any) -> list[int]:
    """How many came in each hour of the day."""
    counts = [0] * HOURS_IN_DAY
    for hour in (arrival_ms // clock.HOUR % HOURS_IN_DAY).tolist():
        counts[hour] += 1
    return counts
