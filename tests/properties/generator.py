"""Hypothesis strategies: small hospitals that may have everything which the language can say."""

from typing import Any

from hypothesis import strategies as st

from tests.properties.making.happenings import events, policies
from tests.properties.making.pathways import Site, pathways, steps_of
from tests.properties.making.patients import classes, starts
from tests.properties.making.resources import equipment, most, slots, staff, supplies, wards
from tests.properties.making.times import NEXT_DAY, START, Draw, Scalars, chance, one, rhythms

VERBS = ("enter", "stay", "wait until", "one of", "repeat", "hold", "give back", "mark")


@st.composite
def hospitals(draw: Draw) -> Scalars:
    """A valid scenario as a mapping; in half of them everything happens at whole minutes."""
    ties, knots = draw(st.booleans()), one(draw, "swap", "swap", "stop")
    things = draw(resources())
    site = Site(draw, ties, units(things), [], [])
    rhythm = {"slow": draw(rhythms())} if chance(draw, 20) else {}
    site.rhythms = list(rhythm)
    groups = [*things["staff"], *things["equipment"]]
    names = [name for section in things.values() for name in section]
    rules = {
        f"policy {number}": draw(policies([*things["wards"]], groups, names)) for number in range(one(draw, 0, 0, 1, 2))
    }
    site.policies = list(rules)
    ways = pathways(draw, site, draw(st.integers(1, 3)), draw(st.booleans()))
    entries = [name for name in ways if name != "again"]
    people = {
        name: draw(classes(ties, one(draw, *entries))) for name in ["first", "second", "third"][: one(draw, 1, 2, 3)]
    }
    happenings = {"failure": draw(events(names, timed(ways), at_a_rate(people)))} if chance(draw, 20) else {}
    return {
        "wardflow": 1,
        "name": "Generated",
        "run": {
            "start": START,
            "length": one(draw, "1 d", "30 h", "2 d"),
            "knots": knots,
        },
        "dates": {"closed": [NEXT_DAY]},
        "calendars": {"rounds": {"weekdays": ["10:00", "16:00"], "weekend": ["11:00"]}},
        "rhythms": rhythm,
        "patients": people,
        **things,
        "events": happenings,
        "policies": rules,
        "start": at_the_start(draw, ways, people, things["wards"]),
        "pathways": ways,
    }


@st.composite
def resources(draw: Draw) -> dict[str, dict[str, Scalars]]:
    """Everything that patients wait for, section by section."""
    groups = {f"staff {number}": draw(staff()) for number in range(draw(st.integers(1, 3)))}
    names = [f"ward {number}" for number in range(one(draw, 2, 1, 3, 0))]
    return {
        "staff": groups,
        "equipment": {"scanner": draw(equipment())} if draw(st.booleans()) else {},
        "wards": {name: draw(wards(names, name, groups)) for name in names},
        "slots": {"clinic": draw(slots())} if chance(draw, 25) else {},
        "supplies": {"blood": draw(supplies())} if chance(draw, 25) else {},
    }


def units(things: dict[str, dict[str, Scalars]]) -> dict[str, dict[str, int]]:
    """The most units that a step may take of everything."""
    return {
        "staff": {name: most(group) for name, group in things["staff"].items()},
        "equipment": {name: body.get("units") or most(body) for name, body in things["equipment"].items()},
        "wards": {name: 1 if "staffed_by" in body else body["beds"] for name, body in things["wards"].items()},
        "slots": {name: 1 for name in things["slots"]},
        "supplies": {name: 2 if body["stock"] > 1 else 1 for name, body in things["supplies"].items()},
    }


def timed(ways: dict[str, list[Any]]) -> list[str]:
    """Activities and stays."""
    found = []
    for pathway, steps in ways.items():
        for verb, body in steps_of(steps):
            if verb == "stay" or verb not in VERBS:
                found.append(f"{pathway}/{body['name'] if verb == 'stay' else verb}")
    return found


def at_a_rate(people: dict[str, Scalars]) -> list[str]:
    """Classes that come at a rate."""
    return [name for name, body in people.items() if "rate" in body["arrive"]]


def at_the_start(
    draw: Draw, ways: dict[str, list[Any]], people: dict[str, Scalars], beds: dict[str, Scalars]
) -> dict[str, Scalars]:
    """Those who are there at the start; perhaps nobody."""
    found: dict[str, Scalars] = {}
    for name, percent in (("in bed", 25 if beds else 0), ("waiting", 25)):
        if chance(draw, percent):
            of = one(draw, *people)
            pathway = people[of]["pathway"]
            places = [(pathway, *place) for verb, body in steps_of(ways[pathway]) if (place := where(verb, body))]
            if places:
                ward = one(draw, *beds) if name == "in bed" else None
                found[name] = draw(starts(of, places, ward))
    return found


def where(verb: str, body: Scalars) -> tuple[str, str] | None:
    """Name of a step at which somebody can be at the start, and what they do there."""
    if verb in {"one of", "give back", "mark"}:
        return None
    name = body["name"] if verb in VERBS else verb
    if verb in VERBS:
        does = {"stay": "stay", "enter": "queue", "hold": "queue"}.get(verb, "other")
    else:
        does = "queue" if {"staff", "equipment", "slots", "uses"} & set(body) else "stay"
    return (name, does)
