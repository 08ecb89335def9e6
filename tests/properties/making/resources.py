"""Resources: staff, equipment, wards, slots and supplies with every rule that they can have."""

from hypothesis import strategies as st

from tests.properties.making.times import FACTORS, Draw, Scalars, chance, one, some

ENDS = ("finish_current", "hand_over", "relieved")


@st.composite
def staff(draw: Draw) -> Scalars:
    """Staff who are always there, or come and go; nobody at night for some."""
    group: Scalars = {"strict": chance(draw, 20)}
    kind = draw(st.sampled_from(["always", "shifts", "day only"]))
    group |= {"on_duty": draw(st.integers(1, 3))} if kind == "always" else {"roster": draw(rosters(kind == "shifts"))}
    if chance(draw, 50):
        group["at_shift_end"] = draw(st.sampled_from(ENDS))
    if chance(draw, 15):
        group["absence"] = one(draw, "20 %", {"jan": "40 %", "rest": "0 %"})
        if chance(draw, 50):
            group["agency"] = {"fills": "50 %"}
    if chance(draw, 8):
        group["establishment"] = {"posts": 4, "in_post": 3, "leave_per_year": "10 %", "hire_after": "1 week"}
    return group


@st.composite
def rosters(draw: Draw, is_long: bool) -> Scalars:
    """Shifts that follow each other or overlap, some with breaks."""
    day: Scalars = {"from": one(draw, "06:00", "08:00"), "to": "20:00", "on_duty": draw(st.integers(1, 2))}
    roster = {"day": day}
    if is_long:
        roster["night"] = {"from": "20:00", "to": day["from"], "on_duty": draw(st.integers(0, 2))}
        roster["late"] = {"days": "mon tue", "from": "16:00", "to": "00:00", "on_duty": draw(st.integers(0, 2))}
        if chance(draw, 15):
            roster["late"]["except"] = ["closed"]
    if chance(draw, 20):
        each = one(draw, "30 min", "1 h")
        day["breaks"] = {"lunch": {"from": "12:00", "to": one(draw, "14:00", "13:00"), "each": each}}
    return roster


def most(group: Scalars) -> int:
    """How many of a group are on duty together in the largest of its shifts."""
    return max(shift["on_duty"] for shift in group.get("roster", {"always": group}).values())


@st.composite
def equipment(draw: Draw) -> Scalars:
    """Machines that are always there, or rooms that close."""
    body: Scalars = {"units": draw(st.integers(1, 2))}
    if chance(draw, 30):
        body = {"roster": draw(rosters(False)), "at_shift_end": draw(st.sampled_from(ENDS))}
    if chance(draw, 40):
        body["turnaround"] = one(draw, "10 min", "30 min")
    return body | {"strict": chance(draw, 10)}


@st.composite
def wards(draw: Draw, names: list[str], name: str, groups: dict[str, Scalars]) -> Scalars:
    """A ward with some beds, perhaps closures, cleaning, staff and other wards for its patients."""
    ward: Scalars = {"beds": draw(st.integers(1, 3)), "strict": chance(draw, 10)}
    if chance(draw, 30):
        hours = draw(st.sampled_from([{"from": "20:00", "to": "08:00"}, {"days": "tue"}, {"since": "2026-01-06"}]))
        fewest = 1 if "since" in hours else -3  # a ward that closes for ever is refused
        ward["also"] = {"change": {"beds": draw(st.integers(fewest, 3)), **hours}}
    if chance(draw, 40):
        ward["turnaround"] = one(draw, "10 min", "30 min", "1 h")
    if chance(draw, 15):
        ward["closures"] = {"outbreak": {"rate": "1 per day", "beds": 1, "time": one(draw, "4 h", "30 min")}}
    if chance(draw, 20):
        ward["staffed_by"] = {group: one(draw, "1 per 1 beds", "1 per 2 beds", 3) for group in some(draw, [*groups])}
    if chance(draw, 40):
        ward["when_closing"] = "hand_over"
    others = [other for other in names if other != name]
    if others and chance(draw, 60):
        ward["if_full"] = [draw(alternatives(other)) for other in some(draw, others)]
        leads_to_all = any(other["use"] == names[0] for other in ward["if_full"])  # the first ward takes everybody
        if chance(draw, 15) and name != names[0] and leads_to_all:
            ward["takes"] = one(draw, {"age": "old"}, {"kind": ["red", "green"]}, {"class": "first"})
    return ward


@st.composite
def alternatives(draw: Draw, other: str) -> Scalars:
    """Another ward."""
    body = {"after": one(draw, "0 min", "30 min", "2 h"), "use": other, "stay": draw(st.sampled_from(FACTORS))}
    return body | ({"return_when_free": True} if chance(draw, 40) else {})


@st.composite
def slots(draw: Draw) -> Scalars:
    """Appointments, groups or packages."""
    if chance(draw, 30):
        return {"per_week": one(draw, 168, 336, 84, 100), "keep": draw(st.integers(0, 2))}
    session: Scalars = {
        "at": one(draw, "08:00", "09:30", "00:00"),
        "slots": draw(st.integers(2, 8)),
        "apart": one(draw, "0 min", "30 min", "1 h", "20 min"),
    }
    if chance(draw, 30):
        session["at_least"] = 2
    found: Scalars = {"sessions": {"daily": session}, "keep": draw(st.integers(0, 2)) if chance(draw, 40) else 0}
    if chance(draw, 30):
        found["sessions"]["more"] = {"at": one(draw, "09:30", "14:00"), "slots": 2, "except": ["closed"]}
    return found


@st.composite
def supplies(draw: Draw) -> Scalars:
    """Something that is used up; a patient needs two units at most."""
    supply: Scalars = {"stock": draw(st.integers(2, 6))}
    if chance(draw, 70):
        supply |= {"reorder_at": draw(st.integers(1, 3)), "order": draw(st.integers(1, 4))}
        if chance(draw, 80):
            supply["takes"] = one(draw, "1 h", "30 min", {"empirical": {"values": ["30 min", "4 h"]}})
    if "order" not in supply or chance(draw, 30):
        supply["deliveries"] = {"daily": {"at": one(draw, "08:00", "12:00"), "units": draw(st.integers(1, 5))}}
    return supply | {"strict": chance(draw, 10)}
