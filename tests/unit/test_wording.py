"""Figures and scopes as people say them."""

import pytest

from sim.study.wording import scale, scope_label
from tests.builders import comes, hospital


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("", "all"),
        ("staff:nurse", "Nurses"),
        ("slots:care_package", "Care packages"),
        ("supplies:blood", "blood"),
        ("policy:surge", "Full-capacity protocol"),
        ("event:it_outage", "it outage"),
        ("batch:p/bus crash", "batch p/bus crash"),
        ("cost:agency", "agency staff"),
        ("cost:steps", "activities"),
        ("cost:overtime", "overtime"),
        ("beds:critical_care", "beds critical care"),
        ("acuity:red", "acuity red"),
        ("cause:staff:nurse", "Nurses"),
        ("cause:closed:medical", "medical, closed"),
        ("cause:closed:care_package", "Care packages, none offered yet"),
        ("cause:calendar:rounds", "until rounds"),
        ("cause:calendar:way/wait until", "until wait until (way)"),
        ("cause:discharge:way/papers", "after ready: papers (way)"),
        ("cause:staff:nurse|acuity:red", "Nurses, acuity red"),
    ],
)
def test_scopes_have_names(scope: str, told: str) -> None:
    scenario = hospital(
        "1 d",
        patients={"p": comes()},
        staff={"nurse": {"label": "Nurses", "on_duty": 1}},
        slots={"care_package": {"label": "Care packages", "per_week": 3}},
        supplies={"blood": {"stock": 3}},
        policies={"surge": {"label": "Full-capacity protocol", "watch": {"inside": "medical"}, "above": 3}},
        wards={"medical": {"beds": 1}},
        events={
            "it_outage": {"at": {"date": "2026-01-05", "time": "09:00"}, "lasts": "8 h", "capacity": {"nurse": "x 0"}}
        },
        calendars={"rounds": {"all": ["10:00"]}},
        pathways={"way": [{"leave": "discharged"}]},
    )
    assert scope_label(scenario, scope) == told


@pytest.mark.parametrize(
    ("unit", "value", "told"),
    [
        ("times per day", 3.26, "3.26 times a day"),
        ("units per day", 12.0, "12.0 a day"),
        ("units", 31.4, "31.4 units"),
        ("£ per day", -5762.4, "-£5,762 a day"),
    ],
)
def test_units_have_words(unit: str, value: float, told: str) -> None:
    assert scale(unit, value).amount(value) == told  # type: ignore[arg-type]
