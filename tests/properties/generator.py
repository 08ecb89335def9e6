"""Hypothesis strategies: small hospitals that may have everything which the language can say."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

Scalars = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]
OUTCOMES = ("discharged", "died", "left_before_seen", "refused", "cancelled", "transferred", "diverted")
START = "2026-01-05"
WHOLE = ("0 min", "5 min", "10 min", "20 min", "30 min", "45 min", "60 min", "90 min", "2 h", "4 h")
BARE: tuple[Any, ...] = ("vacate", "decide to admit", "ready", {"mark": "seen"})
ATTRIBUTES = {"kind": ("red", "amber", "green"), "age": ("old", "young")}


def chance(draw: Draw, percent: int) -> bool:
    """True for about so many percent of the examples; False is the simpler one."""
    return bool(draw(st.integers(0, 99)) >= 100 - percent)


# ---------------------------------------------------------------- times


@st.composite
def whole_times(draw: Draw) -> Any:
    """Whole minutes, so that many things happen in the same instant."""
    value = draw(st.sampled_from(WHOLE))
    if chance(draw, 30):
        return {"empirical": {"values": [value, *draw(st.lists(st.sampled_from(WHOLE), min_size=1, max_size=3))]}}
    return value


@st.composite
def laws(draw: Draw) -> Any:
    """Any distribution of the language, with means of a few minutes to a few hours."""
    mean, more = draw(st.integers(5, 240)), draw(st.integers(1, 120))
    time, longer, shorter = f"{mean} min", f"{mean + more} min", f"{max(mean - more, 0)} min"
    law = draw(
        st.sampled_from(
            [
                {"fixed": {"value": time}},
                {"exponential": {"mean": time}},
                {"lognormal": {"mean": time, "sd": f"{more} min"}} if more <= 10 * mean else time,
                {"gamma": {"mean": time, "sd": f"{more} min"}} if more <= 10 * mean else time,
                {"weibull": {"mean": time, "shape": 1.5}},
                {"erlang": {"mean": time, "phases": 2}},
                {"triangular": {"low": shorter, "mode": time, "high": longer}},
                {"uniform": {"low": shorter, "high": longer}},
                {"beta": {"low": "0 min", "high": f"{2 * mean} min", "mean": time, "sd": f"{max(mean // 3, 1)} min"}},
                {"normal": {"mean": time, "sd": f"{mean} min", "at_least": "0 min", "at_most": f"{10 * mean} min"}},
                {"empirical": {"values": [time, longer], "weights": [2.0, 1.0]}},
                {
                    "mixture": [
                        {"share": 0.25, "time": shorter},
                        {"share": 0.75, "time": {"exponential": {"mean": time}}},
                    ]
                },
            ]
        )
    )
    if chance(draw, 10) and set(law) <= {"exponential", "weibull", "erlang"}:
        ((kind, body),) = law.items()
        return {kind: {**body, "at_least": "1 min", "at_most": "6 h"}}
    return law


def times(draw: Draw, ties: bool, *, by_attribute: bool = True) -> Any:
    """A time, perhaps one that depends on an attribute."""
    one = whole_times() if ties else laws()
    if by_attribute and chance(draw, 15):
        name = draw(st.sampled_from(sorted(ATTRIBUTES)))
        return {"by": name, ATTRIBUTES[name][0]: draw(one), "rest": draw(one)}
    return draw(one)


# ---------------------------------------------------------------- patients


@st.composite
def arrivals(draw: Draw, ties: bool) -> Scalars:
    """One of the four sources; with ties all come at whole minutes."""
    kind = draw(st.sampled_from(["scheduled", "gaps", "batches"] if ties else ["rate", "gaps", "scheduled", "batches"]))
    if kind == "rate":
        return draw(rates())
    if kind == "gaps":
        gap = f"{draw(st.sampled_from([30, 10, 20, 60]))} min"
        return {"gaps": gap if ties else {"gamma": {"mean": gap, "sd": "25 min"}}}
    if kind == "scheduled":
        names = draw(st.lists(st.sampled_from(["clinic", "list", "round"]), min_size=1, max_size=2, unique=True))
        return {"scheduled": {name: draw(sessions()) for name in names}}
    time = f"{draw(st.integers(0, 23)):02d}:{draw(st.sampled_from([0, 30])):02d}"
    over = "0 min" if ties else draw(st.sampled_from(["0 min", "2 h"]))
    at = {"date": draw(st.sampled_from([START, "2026-01-06"])), "time": time}
    return {"batches": {"bus": {"at": at, "patients": draw(st.integers(3, 30)), "over": over}}}


@st.composite
def rates(draw: Draw) -> Scalars:
    """Patients at random, with or without patterns."""
    source: Scalars = {"rate": f"{draw(st.integers(0, 120))} per day"}
    if chance(draw, 40):
        source["by_hour"] = draw(st.sampled_from([[0.0] * 8 + [3.0] * 12 + [1.0] * 4, [1.0] * 23 + [0.0]]))
    if chance(draw, 30):
        source["by_weekday"] = {"mon": 1.5, "tue": 0.5}
    if chance(draw, 20):
        source["by_month"] = {"jan": 1.2}
    if chance(draw, 30):
        source["day_to_day"] = 1.95
    return source


@st.composite
def sessions(draw: Draw) -> Scalars:
    """Booked patients."""
    return {
        "days": draw(st.sampled_from(["all", "weekdays", "mon", "mon wed"])),
        "at": f"{draw(st.integers(0, 23)):02d}:{draw(st.sampled_from([0, 15, 30])):02d}",
        "patients": draw(st.integers(3, 25)),
        "apart": draw(st.sampled_from(["0 min", "10 min", "20 min", "30 min"])),
        "attend": draw(st.sampled_from([1.0, 0.8])),
    }


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


# ---------------------------------------------------------------- resources


@st.composite
def staff(draw: Draw) -> Scalars:
    """Staff who are always there, or come and go; nobody at night for some."""
    group: Scalars = {"strict": chance(draw, 20)}
    kind = draw(st.sampled_from(["always", "shifts", "day only"]))
    if kind == "always":
        return group | {"on_duty": draw(st.integers(1, 3))}
    day = {"from": draw(st.sampled_from(["06:00", "08:00"])), "to": "20:00", "on_duty": draw(st.integers(1, 2))}
    roster = {"day": day}
    if kind == "shifts":
        roster["night"] = {"from": "20:00", "to": day["from"], "on_duty": draw(st.integers(0, 2))}
        roster["late"] = {"days": "mon tue", "from": "16:00", "to": "00:00", "on_duty": draw(st.integers(0, 2))}
    return group | {"roster": roster}


def most(group: Scalars) -> int:
    """How many of a group are on duty together in the largest of its shifts."""
    return max(shift["on_duty"] for shift in group.get("roster", {"always": group}).values())


@st.composite
def wards(draw: Draw, names: list[str], name: str) -> Scalars:
    """A ward with some beds, perhaps closures, cleaning and other wards for its patients."""
    ward: Scalars = {"beds": draw(st.integers(1, 3)), "strict": chance(draw, 10)}
    if chance(draw, 30):
        hours = draw(st.sampled_from([{"from": "20:00", "to": "08:00"}, {"days": "tue"}, {"since": "2026-01-06"}]))
        fewest = 1 if "since" in hours else -3  # a ward that closes for ever is refused
        ward["also"] = {"change": {"beds": draw(st.integers(fewest, 3)), **hours}}
    if chance(draw, 40):
        ward["turnaround"] = draw(st.sampled_from(["10 min", "30 min", "1 h"]))
    others = [other for other in names if other != name]
    if others and chance(draw, 60):
        after, stay = st.sampled_from(["0 min", "30 min", "2 h"]), st.sampled_from(["x 1", "x 1.25", "x 0.5"])
        chosen = draw(st.lists(st.sampled_from(others), min_size=1, max_size=2, unique=True))
        ward["if_full"] = [{"after": draw(after), "use": other, "stay": draw(stay)} for other in chosen]
    return ward


# ---------------------------------------------------------------- pathways


@dataclass
class Site:
    """Where steps are written: what there is, and where patients may be sent."""

    draw: Draw
    ties: bool
    staff: dict[str, Scalars]
    equipment: list[str]
    wards: list[str]
    targets: list[str]
    """Pathways behind this one, and `again`, which takes time and leads back."""
    number: int = 0
    said: list[Any] = field(default_factory=list)
    """Bare steps that the pathway has."""

    def named(self, verb: str) -> str:
        """A new name."""
        self.number += 1
        return f"{verb} {self.number}"

    def target(self) -> str:
        """An outcome or a pathway."""
        return self.draw(st.sampled_from([*OUTCOMES[2:4], *self.targets]))

    def queue_rules(self, *, own_priority: bool = True) -> Scalars:
        """Rules for those who wait, in the combinations that the language allows."""
        rules: Scalars = {}
        if chance(self.draw, 12):
            rules |= {"if_none_free": self.target()}
        else:
            if chance(self.draw, 30):
                rules |= {"gives_up_after": times(self.draw, self.ties), "then": self.target()}
            if chance(self.draw, 20):
                rules |= {"queue_limit": self.draw(st.integers(1, 4)), "if_queue_full": self.target()}
        if own_priority and chance(self.draw, 15):
            rules["priority"] = self.draw(st.integers(1, 3))
        return rules

    def activity(self) -> Scalars:
        """Something that needs people or machines, or nothing."""
        time = {"time": times(self.draw, self.ties)}
        if chance(self.draw, 10):
            return {self.named("pause"): time}
        chosen = self.draw(st.lists(st.sampled_from(sorted(self.staff)), min_size=1, max_size=2, unique=True))
        needs: Scalars = {
            "staff": {name: 2 if most(self.staff[name]) > 1 and chance(self.draw, 30) else 1 for name in chosen}
        }
        if self.equipment and chance(self.draw, 30):
            needs["equipment"] = {self.draw(st.sampled_from(self.equipment)): 1}
        return {self.named("care"): {**needs, **time, **self.queue_rules()}}

    def move(self) -> list[Any]:
        """A place and a stay there."""
        body = {"name": self.named("enter"), "ward": self.draw(st.sampled_from(self.wards)), **self.queue_rules()}
        return [{"enter": body}, {"stay": {"name": self.named("stay"), "time": times(self.draw, self.ties)}}]

    def until(self) -> Scalars:
        """A wait for a round."""
        times = [{"all": ["10:00", "14:00"]}, {"weekdays": ["09:00"], "tue": ["00:00", "24:00"]}, "rounds"]
        calendar = self.draw(st.sampled_from(times))
        return {"wait until": {"name": self.named("until"), "calendar": calendar}}

    def branch(self, depth: int) -> Scalars:
        """A branch by share or by attribute; its last option is for the rest."""
        count = self.draw(st.integers(1, 2))
        if chance(self.draw, 50):
            shares: list[Any] = [self.draw(st.sampled_from(["25 %", "50 %", 0.1])) for _ in range(count)]
            if chance(self.draw, 30):
                shares[0] = {"by": "kind", "red": "50 %", "rest": "20 %"}
            heads = [{"share": share} for share in shares]
            last: Scalars = {"share": "rest"}
        else:
            name = self.draw(st.sampled_from(sorted(ATTRIBUTES)))
            heads = [{"when": {name: level}} for level in ATTRIBUTES[name][:count]]
            last = {"when": "otherwise"}
        onward = [target for target in self.targets if target != "again" or "share" in last]
        options = [{**head, **self.way_on(depth, onward)} for head in heads]
        return {"one of": {"name": self.named("one of"), "options": [*options, last]}}

    def way_on(self, depth: int, targets: list[str]) -> Scalars:
        """What an option does.

        Everybody can leave some day: the option for the rest carries on, and no attribute sends patients round.
        """
        kind = self.draw(st.sampled_from(["nothing", "leave", "go", "steps", "steps"]))
        if kind == "leave":
            return {"leave": self.draw(st.sampled_from(OUTCOMES))}
        if kind == "go" and targets:
            return {"go": self.draw(st.sampled_from(targets))}
        return {"steps": self.steps(depth + 1)} if kind == "steps" and depth < 2 else {}

    def steps(self, depth: int = 0) -> list[Any]:
        """Some steps, one after the other."""
        kinds = ["activity", "move", "activity", "move", "branch", "until", "bare"]
        if not self.wards:
            kinds = [kind for kind in kinds if kind != "move"]
        found: list[Any] = []
        for kind in self.draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=2 if depth else 5)):
            found += self.written(kind, depth)
        return found

    def written(self, kind: str, depth: int) -> list[Any]:
        """Steps of a kind."""
        if kind == "move":
            return self.move()
        if kind == "branch":
            return [self.branch(depth)]
        if kind == "bare":
            left = [word for word in BARE if word not in self.said]
            word = self.draw(st.sampled_from(left or ["ready"]))
            self.said.append(word)
            return [word] if left else []
        return [{"activity": self.activity, "until": self.until}[kind]()]


def pathways(draw: Draw, site: Site, count: int, loop: bool) -> dict[str, list[Any]]:
    """Pathways that lead only to later ones, or to `again`, where half an hour passes before they lead back."""
    names = [f"way {number}" for number in range(count)]
    found: dict[str, list[Any]] = {}
    for number, name in enumerate(names):
        site.said = []
        site.targets = names[number + 1 :] + (["again"] if loop else [])
        ends: list[Any] = [{"leave": draw(st.sampled_from(OUTCOMES))}]
        if names[number + 1 :] and chance(draw, 30):
            ends = [{"go": draw(st.sampled_from(names[number + 1 :]))}]
        if loop and chance(draw, 60):
            options = [{"share": "50 %", "go": "again"}, {"share": "rest"}]
            ends.insert(0, {"one of": {"name": "well enough", "options": options}})
        found[name] = site.steps() + ends
    if loop:
        found["again"] = [{"rest at home": {"time": "30 min"}}, {"go": draw(st.sampled_from(names))}]
    return found


@st.composite
def hospitals(draw: Draw) -> Scalars:
    """A valid scenario as a mapping; in half of them everything happens at whole minutes."""
    ties = draw(st.booleans())
    groups = {f"staff {number}": draw(staff()) for number in range(draw(st.integers(1, 3)))}
    machines = ["scanner"] if draw(st.booleans()) else []
    names = [f"ward {number}" for number in range(draw(st.sampled_from([2, 1, 3, 0])))]
    site = Site(draw, ties, groups, machines, names, [])
    ways = pathways(draw, site, draw(st.integers(1, 3)), draw(st.booleans()))
    entries = [name for name in ways if name != "again"]
    return {
        "wardflow": 1,
        "name": "Generated",
        "run": {"start": START, "length": draw(st.sampled_from(["1 d", "30 h", "2 d"]))},
        "calendars": {"rounds": {"weekdays": ["10:00", "16:00"], "weekend": ["11:00"]}},
        "patients": {
            name: draw(classes(ties, draw(st.sampled_from(entries))))
            for name in ["first", "second", "third"][: draw(st.integers(1, 3))]
        },
        "staff": groups,
        "equipment": {name: {"units": draw(st.integers(1, 2))} for name in machines},
        "wards": {name: draw(wards(names, name)) for name in names},
        "pathways": ways,
    }
