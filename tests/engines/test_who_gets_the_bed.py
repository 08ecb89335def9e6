"""Beds go to the most urgent of those who wait, and among equals to whoever asked first."""

from typing import Any

import pytest

from sim.engine.eventlog import Event
from tests.engines.stories import at, comes, every, hospital, moments, simulate, story

STAY = [{"enter": "a"}, {"stay": "1 h"}, {"leave": "discharged"}]


def one_bed(patients: dict[str, Any], **ward: Any) -> list[tuple[float, int]]:
    """When each patient gets the only bed, in order: (minute, patient)."""
    scenario = hospital(600, patients=patients, wards={"a": {"beds": 1, **ward}}, pathways={"way": STAY})
    program, log = simulate(scenario)
    chosen = log.event == Event.PLACE
    assert program.resources == ("a",)
    return list(zip(moments(log, Event.PLACE), log.patient[chosen].tolist(), strict=True))


def test_a_bed_goes_to_the_more_urgent_patient_and_then_to_who_asked_first() -> None:
    """The first lies there from minute 0 to 60; of the three who ask meanwhile the last is the most urgent."""
    patients = {"usual": comes(**at(0, 10, 20)) | {"priority": 2}, "urgent": comes(**at(30)) | {"priority": 1}}
    assert one_bed(patients) == [(0, 0), (60, 3), (120, 1), (180, 2)]


@pytest.mark.parametrize(("turnaround", "next_placed"), [("0 min", 60), ("25 min", 85)])
def test_who_waits_gets_the_bed_when_it_is_clean(turnaround: str, next_placed: int) -> None:
    assert one_bed({"p": comes(**at(0, 5))}, turnaround=turnaround) == [(0, 0), (next_placed, 1)]


def test_whose_patience_ends_as_a_bed_becomes_free_gets_it_and_the_bed_comes_back() -> None:
    """The second would wait an hour and asks at 0, the third asks at 60 and gets the bed at 120."""
    enter = {"enter": {"ward": "a", "gives_up_after": "1 h", "then": "left_before_seen"}}
    scenario = hospital(
        600, patients={"p": comes(**at(0, 0, 60))}, wards={"a": {"beds": 1}}, pathways={"way": [enter, *STAY[1:]]}
    )
    program, log = simulate(scenario)
    assert moments(log, Event.PLACE) == [0, 60, 120]
    assert moments(log, Event.RENEGE) == []
    assert story(program, log, 2)[-1] == (180, "leave", "leave")


@pytest.mark.parametrize("turnaround", ["0 min", "1 min"])
def test_after_three_thousand_patients_every_bed_is_still_there(turnaround: str) -> None:
    """Somebody comes every two minutes for one minute, so that nobody ever waits."""
    stay = [{"enter": "a"}, {"stay": "1 min"}, {"leave": "discharged"}]
    ward = {"beds": 1, "turnaround": turnaround}
    scenario = hospital(6001, patients={"p": comes(**every(2))}, wards={"a": ward}, pathways={"way": stay})
    _, log = simulate(scenario)
    assert moments(log, Event.PLACE) == [2.0 * number for number in range(1, 3001)]


def test_of_two_beds_the_one_that_is_being_cleaned_closes_and_nobody_must_go() -> None:
    """One patient leaves at minute 50, and the bed is clean at 80; at 60 a bed closes, and the other stays to 120."""
    ward = {"beds": 1, "turnaround": "30 min", "when_closing": "hand_over"}
    ward["also"] = {"early": {"beds": 1, "from": "00:00", "to": "01:00"}}
    stays = {"by": "who", "short": "50 min", "long": "2 h"}
    pathways = {"way": [{"enter": "a"}, {"stay": stays}, {"leave": "discharged"}]}
    patients = {name: comes(**at(0)) | {"attributes": {"who": {name: "rest"}}} for name in ("short", "long")}
    _, log = simulate(hospital(300, patients=patients, wards={"a": ward}, pathways=pathways))
    assert moments(log, Event.INTERRUPT) == []
    assert moments(log, Event.LEAVE) == [50, 120]
