"""At the end of a shift as many go home as came to it, however many others are on duty."""

import numpy as np
import pytest

from sim import clock
from sim.demand.staffing.supply import actual, planned
from tests.small_hospitals import comers, hospital


@pytest.mark.parametrize("absence", ["0 %", "30 %"])
def test_who_came_to_the_shift_goes_at_its_end_and_nobody_else(absence: str) -> None:
    """Ten are rostered from 08:00 to 16:00 and six from 12:00 to 20:00; at 16:00 only the first go."""
    roster = {
        "day": {"from": "08:00", "to": "16:00", "on_duty": 10},
        "late": {"from": "12:00", "to": "20:00", "on_duty": 6},
    }
    nurse = {"roster": roster, "absence": absence, "at_shift_end": "hand_over"}
    scenario = hospital({"ed": comers({"rate": "1 per day"})}, staff={"nurse": nurse})
    supply = actual(scenario, 1, 0) if absence != "0 %" else planned(scenario)
    hour = supply.time_ms % clock.DAY // clock.HOUR
    early, both, late = (supply.units[hour == begins] for begins in (8, 12, 16))
    assert np.array_equal(supply.leaving[hour == 16], early)
    assert np.array_equal(both, early + late)
    assert np.array_equal(supply.leaving[hour == 20], late)
    assert not supply.leaving[(hour != 16) & (hour != 20)].any()
    assert early.size == scenario.horizon // clock.DAY
    assert (len(set(early.tolist())) > 1) == (absence != "0 %")
