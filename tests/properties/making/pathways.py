"""Pathways: steps of every kind, in every order that leads somewhere."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.properties.making.resources import alternatives
from tests.properties.making.rules import Rules
from tests.properties.making.times import ATTRIBUTES, FACTORS, Draw, Scalars, chance, one, some, times

OUTCOMES = ("discharged", "died", "left_before_seen", "refused", "cancelled", "transferred", "diverted")
BARE: tuple[Any, ...] = ("vacate", "decide to admit", "ready", {"mark": "seen"})
SECTIONS = {"staff": "staff", "equipment": "equipment", "slots": "slots", "supplies": "uses"}
"""How a step names what stands in a section."""


@dataclass
class Site:
    """Where steps are written: what there is, and where patients may be sent."""

    draw: Draw
    ties: bool
    units: dict[str, dict[str, int]]
    """Names of staff, equipment, wards, slots and supplies, with the most units that a step may take."""
    policies: list[str]
    rhythms: list[str]
    targets: list[str] = field(default_factory=list)
    """Pathways behind this one, and `again`, which takes time and leads back."""
    number: int = 0
    said: list[Any] = field(default_factory=list)
    """Bare steps that the pathway has."""

    @property
    def rules(self) -> Rules:
        """What may hold for those who wait."""
        return Rules(self.draw, self.ties, self.targets)

    def named(self, verb: str) -> str:
        """A new name."""
        self.number += 1
        return f"{verb} {self.number}"

    # ------------------------------------------------ what is needed

    def needs(self) -> Scalars:
        """Staff, machines, slots or supplies."""
        found: Scalars = {"staff": self.units_of("staff")}
        for section, percent in (("equipment", 30), ("slots", 15), ("supplies", 15)):
            if self.units[section] and chance(self.draw, percent):
                found[SECTIONS[section]] = self.units_of(section, 1)
        if len(found) > 1 and chance(self.draw, 40):
            del found["staff"]
        return found

    def units_of(self, section: str, most: int = 2) -> dict[str, int]:
        there = self.units[section]
        return {name: 2 if there[name] > 1 and chance(self.draw, 30) else 1 for name in some(self.draw, [*there], most)}

    def can_spare(self, needs: Scalars) -> bool:
        """Whether one unit more than a step needs is there of everything."""
        most = {name: units for things in self.units.values() for name, units in things.items()}
        return all(most[name] > units for part in needs.values() for name, units in part.items())

    # ------------------------------------------------ steps

    def activity(self) -> list[Any]:
        """Something that needs people or machines, or nothing."""
        body: Scalars = {"time": times(self.draw, self.ties)}
        if self.rhythms and chance(self.draw, 15):
            body["rhythm"] = one(self.draw, *self.rhythms)
        if chance(self.draw, 10):
            return [{self.named("pause"): body}]
        needs = self.needs()
        body |= needs | self.rules.of_queue(can_spare=self.can_spare(needs))
        body |= self.rules.of_activity(uses_up=bool({"slots", "uses"} & set(needs)))
        if chance(self.draw, 20):
            body["or"] = [self.substitute() for _ in range(one(self.draw, 1, 2))]
        if chance(self.draw, 10):
            share = one(self.draw, "20 %", "50 %", {"by": "kind", "red": "50 %", "rest": "0 %"})
            body |= {"missed": share, "if_missed": self.rules.target()}
        return [{self.named("care"): body}]

    def substitute(self) -> Scalars:
        """Others who can do a step."""
        section = one(self.draw, *(name for name in SECTIONS if self.units[name]))
        after = one(self.draw, "0 min", "20 min", "1 h")
        return {SECTIONS[section]: self.units_of(section, 1), "after": after, "time": one(self.draw, *FACTORS)}

    def move(self) -> list[Any]:
        """A place and a stay there."""
        wards = self.units["wards"]
        ward = one(self.draw, *wards)
        rules = self.rules.of_queue(can_spare=wards[ward] > 1)
        body = {"name": self.named("enter"), "ward": ward, **rules}
        others = [other for other in wards if other != ward]
        if others and chance(self.draw, 20):
            body["or"] = [self.draw(alternatives(other)) for other in some(self.draw, others)]
        stay: Scalars = {"name": self.named("stay"), "time": times(self.draw, self.ties)}
        if self.rhythms and chance(self.draw, 15):
            stay["rhythm"] = one(self.draw, *self.rhythms)
        return [{"enter": body}, {"stay": stay}]

    def until(self) -> list[Any]:
        """A wait for a round."""
        calendar = one(
            self.draw, {"all": ["10:00", "14:00"]}, {"weekdays": ["09:00"], "tue": ["00:00", "24:00"]}, "rounds"
        )
        return [{"wait until": {"name": self.named("until"), "calendar": calendar}}]

    def bare(self) -> list[Any]:
        """A word that the pathway does not have yet."""
        left = [word for word in BARE if word not in self.said]
        if not left:
            return []
        word = one(self.draw, *left)
        self.said.append(word)
        return [word]

    def hold(self, depth: int) -> list[Any]:
        """Something that is kept for a while, perhaps until the patient leaves."""
        needs = {"staff": self.units_of("staff", 1)}
        if self.units["equipment"] and chance(self.draw, 30):
            needs["equipment"] = self.units_of("equipment", 1)
        if self.units["slots"] and chance(self.draw, 15):
            needs["slots"] = self.units_of("slots", 1)
        body = {"name": self.named("hold"), **needs, **self.rules.of_queue(can_spare=self.can_spare(needs))}
        held = sorted({*needs["staff"], *needs.get("equipment", ())})
        back = {"give back": {"name": self.named("give back"), "resources": held}}
        inside = self.steps(depth + 1) if depth < 2 else self.activity()
        return [{"hold": body}, *inside, *([] if chance(self.draw, 20) else [back])]

    def repeat(self, depth: int) -> list[Any]:
        """Rounds; each takes time."""
        body: Scalars = {
            "name": self.named("repeat"),
            "times": one(self.draw, 2, 3, {1: "50 %", 3: "rest"}, {2: 0.3, 4: 0.7}),
        }
        inside = self.steps(depth + 1) if depth < 2 else self.activity()
        if chance(self.draw, 50):
            body["every"] = one(self.draw, "1 h", "2 h", "30 min")
        else:
            inside.append({self.named("pause"): {"time": one(self.draw, "10 min", "30 min")}})
        return [{"repeat": body | {"steps": inside}}]

    # ------------------------------------------------ branches

    def branch(self, depth: int) -> list[Any]:
        """A branch by share or by attribute; its last option is for the rest."""
        count = self.draw(st.integers(1, 2))
        if chance(self.draw, 50):
            shares: list[Any] = [one(self.draw, "25 %", "50 %", 0.1) for _ in range(count)]
            if chance(self.draw, 30):
                shares[0] = {"by": "kind", "red": "50 %", "rest": "20 %"}
            heads: list[Scalars] = [{"share": share} for share in shares]
            last: Scalars = {"share": "rest"}
            if self.policies and chance(self.draw, 50):
                heads[0]["while"] = one(self.draw, *self.policies)
        else:
            name = one(self.draw, *sorted(ATTRIBUTES))
            heads = [{"when": {name: level}} for level in ATTRIBUTES[name][:count]]
            last = {"when": "otherwise"}
        onward = [target for target in self.targets if target != "again" or "share" in last]
        options = [{**head, **self.way_on(depth, onward)} for head in heads]
        return [{"one of": {"name": self.named("one of"), "options": [*options, last]}}]

    def way_on(self, depth: int, targets: list[str]) -> Scalars:
        """What an option does.

        Everybody can leave some day: the option for the rest carries on, and no attribute sends patients round.
        """
        kind = one(self.draw, "nothing", "leave", "go", "steps", "steps")
        if kind == "leave":
            return {"leave": one(self.draw, *OUTCOMES)}
        if kind == "go" and targets:
            return {"go": one(self.draw, *targets)}
        return {"steps": self.steps(depth + 1)} if kind == "steps" and depth < 2 else {}

    def steps(self, depth: int = 0) -> list[Any]:
        """Some steps, one after the other."""
        kinds = ["activity", "move", "activity", "move", "branch", "until", "bare", "hold", "repeat"]
        if not self.units["wards"]:
            kinds = [kind for kind in kinds if kind != "move"]
        found: list[Any] = []
        for kind in self.draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=2 if depth else 5)):
            found += self.written(kind, depth)
        return found or self.activity()

    def written(self, kind: str, depth: int) -> list[Any]:
        """Steps of a kind."""
        if kind in {"branch", "hold", "repeat"}:
            return {"branch": self.branch, "hold": self.hold, "repeat": self.repeat}[kind](depth)
        return {"activity": self.activity, "move": self.move, "until": self.until, "bare": self.bare}[kind]()


def pathways(draw: Draw, site: Site, count: int, loop: bool) -> dict[str, list[Any]]:
    """Pathways that lead only to later ones, or to `again`, where half an hour passes before they lead back."""
    names = [f"way {number}" for number in range(count)]
    found: dict[str, list[Any]] = {}
    for number, name in enumerate(names):
        site.said = []
        site.targets = names[number + 1 :] + (["again"] if loop else [])
        ends: list[Any] = [{"leave": one(draw, *OUTCOMES)}]
        if names[number + 1 :] and chance(draw, 30):
            ends = [{"go": one(draw, *names[number + 1 :])}]
        if loop and chance(draw, 60):
            options = [{"share": "50 %", "go": "again"}, {"share": "rest"}]
            ends.insert(0, {"one of": {"name": "well enough", "options": options}})
        found[name] = site.steps() + ends
    if loop:
        found["again"] = [{"rest at home": {"time": "30 min"}}, {"go": one(draw, *names)}]
    return found


def steps_of(steps: list[Any]) -> list[tuple[str, Scalars]]:
    """Verbs and bodies of steps, also of those inside branches and repeats; activities have their name as verb."""
    found: list[tuple[str, Scalars]] = []
    for step in steps:
        if not isinstance(step, dict):
            continue
        ((verb, body),) = step.items()
        if isinstance(body, dict):
            found.append((verb, body))
            inner = [body.get("steps", []), *(option.get("steps", []) for option in body.get("options", []))]
            found += [one for part in inner for one in steps_of(part)]
    return found
