"""Happenings: events and policies."""

from typing import Any

from hypothesis import strategies as st

from tests.properties.making.times import NEXT_DAY, START, Draw, Scalars, chance, one, some


@st.composite
def policies(draw: Draw, wards: list[str], groups: list[str], things: list[str]) -> Scalars:
    """A rule that watches wards or queues."""
    facts = ["waiting_for", "longest_wait_for"] + (["occupancy", "boarders", "inside"] if wards else [])
    fact = draw(st.sampled_from(facts))
    of = some(draw, things if "wait" in fact else wards)
    above, below = draw(st.sampled_from(LEVELS[fact]))
    policy: Scalars = {"watch": {fact: of}, "every": one(draw, "30 min", "1 h", "10 min", "2 h"), "above": above}
    if below is not None and chance(draw, 50):
        policy["below"] = below
    if chance(draw, 40):
        policy["for"] = one(draw, "30 min", "1 h")
    if chance(draw, 40):
        policy["after"] = one(draw, "30 min", "15 min", "1 h")
    return policy | {"do": draw(actions(wards, groups))}


LEVELS: dict[str, list[tuple[Any, Any]]] = {
    "waiting_for": [(1, 0), (2, 1), (4, None), (3, 3)],
    "longest_wait_for": [("30 min", "10 min"), ("1 h", None), ("2 h", "2 h")],
    "occupancy": [("100 %", "50 %"), ("50 %", None), ("80 %", "80 %")],
    "boarders": [(1, 0), (2, None)],
    "inside": [(1, 0), (2, 1), (3, None)],
}
"""Levels at which policies begin and end."""


@st.composite
def actions(draw: Draw, wards: list[str], groups: list[str]) -> Scalars:
    """What a policy does; perhaps nothing."""
    found: Scalars = {}
    if wards and chance(draw, 50):
        found["open_beds"] = {name: draw(st.integers(1, 2)) for name in some(draw, wards)}
    if chance(draw, 40):
        found["call_in"] = {name: draw(st.integers(1, 2)) for name in some(draw, groups)}
    if wards and chance(draw, 40):
        found["early_discharge"] = {"wards": some(draw, wards), "within": one(draw, "1 h", "4 h", "30 min")}
        if chance(draw, 50):
            found["early_discharge"]["most"] = draw(st.integers(1, 2))
    return found


@st.composite
def events(draw: Draw, things: list[str], timed: list[str], at_a_rate: list[str]) -> Scalars:
    """Something that happens for some hours."""
    time = one(draw, "09:00", "00:00", "12:00", "20:00")
    event: Scalars = {
        "at": {"date": one(draw, START, NEXT_DAY), "time": time},
        "lasts": one(draw, "4 h", "1 h", "12 h"),
    }
    event["capacity"] = {name: one(draw, "x 0", "x 0.5", "+1", "-1") for name in some(draw, things)}
    if timed and chance(draw, 60):
        event["times"] = {name: one(draw, "x 1.5", "x 0.5", "x 2") for name in some(draw, timed)}
    if at_a_rate and chance(draw, 50):
        event["arrivals"] = {name: one(draw, "x 2", "x 0", "x 0.5") for name in some(draw, at_a_rate)}
    return event
