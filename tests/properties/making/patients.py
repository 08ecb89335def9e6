"""Patients: who comes, and who is there at the start."""

from typing import Any

from hypothesis import strategies as st

from tests.properties.making.times import ATTRIBUTES, NEXT_DAY, START, Draw, Scalars, chance, one, whole_times


@st.composite
def arrivals(draw: Draw, ties: bool) -> Scalars:
    """One of four sources; with ties all come at whole minutes."""
    kind = draw(st.sampled_from(["scheduled", "gaps", "batches"] if ties else ["rate", "gaps", "scheduled", "batches"]))
    if kind == "rate":
        return draw(rates())
    if kind == "gaps":
        gap = f"{one(draw, 30, 10, 20, 60)} min"
        return {"gaps": gap if ties else {"gamma": {"mean": gap, "sd": "25 min"}}}
    if kind == "scheduled":
        names = draw(st.lists(st.sampled_from(["clinic", "list", "round"]), min_size=1, max_size=2, unique=True))
        return {"scheduled": {name: draw(sessions()) for name in names}}
    time = f"{draw(st.integers(0, 23)):02d}:{one(draw, 0, 30):02d}"
    over = "0 min" if ties else one(draw, "0 min", "2 h")
    at = {"date": one(draw, START, NEXT_DAY), "time": time}
    return {"batches": {"bus": {"at": at, "patients": draw(st.integers(3, 20)), "over": over}}}


@st.composite
def rates(draw: Draw) -> Scalars:
    """Patients at random, with or without patterns."""
    source: Scalars = {"rate": f"{draw(st.integers(0, 100))} per day"}
    if chance(draw, 40):
        source["by_hour"] = draw(st.sampled_from([[0.0] * 8 + [3.0] * 12 + [1.0] * 4, [1.0] * 23 + [0.0]]))
    if chance(draw, 30):
        source["by_weekday"] = {"mon": 1.5, "tue": 0.5}
    if chance(draw, 20):
        source["by_month"] = {"jan": 1.2}
    if chance(draw, 30):
        source["day_to_day"] = 1.95
    if chance(draw, 15):
        source["on_dates"] = {"closed": 0.5}
    if chance(draw, 15):
        source["waves"] = {"flu": {"since": one(draw, START, NEXT_DAY), "by_day": [1.5, 0.5]}}
    return source


@st.composite
def sessions(draw: Draw) -> Scalars:
    """Booked patients."""
    body: Scalars = {
        "days": draw(st.sampled_from(["all", "weekdays", "mon", "mon wed"])),
        "at": f"{draw(st.integers(0, 23)):02d}:{one(draw, 0, 15, 30):02d}",
        "patients": draw(st.integers(3, 20)),
        "apart": draw(st.sampled_from(["0 min", "10 min", "20 min", "30 min"])),
        "attend": draw(st.sampled_from([1.0, 0.8])),
    }
    return body | ({"except": ["closed"]} if chance(draw, 10) else {})


@st.composite
def classes(draw: Draw, ties: bool, pathway: str) -> Scalars:
    """A class of patients; their age depends on their kind."""
    attributes: Scalars = {
        "kind": {"red": "20 %", "amber": "30 %", "green": "rest"},
        "age": {"by": "kind", "red": {"old": "rest"}, "rest": {"old": 0.4, "young": 0.6}},
    }
    if chance(draw, 30):
        attributes["age"] = {"young": 0.5, "old": "rest"}
    priority: Any = draw(st.integers(1, 3))
    if chance(draw, 50):
        priority = {"kind": ["red", "amber", "green"]}
    return {"arrive": draw(arrivals(ties)), "attributes": attributes, "priority": priority, "pathway": pathway}


@st.composite
def starts(draw: Draw, of: str, places: list[tuple[str, str, str]], ward: str | None) -> Scalars:
    """Patients of a class who are there at the start, at one of some steps (pathway, name, what it does)."""
    pathway, name, does = draw(st.sampled_from(places))
    start: Scalars = {"of": of, "at": f"{pathway}/{name}", "patients": draw(st.integers(1, 4))}
    if ward is not None:
        del start["patients"]
        start |= {"ward": ward, "fill": one(draw, "100 %", "50 %")}
    if does == "stay" and chance(draw, 50):
        start["left"] = draw(whole_times())
    if does == "queue" and chance(draw, 60):
        start["waited"] = draw(whole_times())
    if chance(draw, 30):
        attribute = draw(st.sampled_from(sorted(ATTRIBUTES)))
        start["like"] = {attribute: ATTRIBUTES[attribute][0]}
    return start
