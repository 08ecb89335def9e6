"""Rules: what holds for those who wait at a step."""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.properties.making.times import Draw, Scalars, chance, one, times

TURNED_AWAY = ("left_before_seen", "refused")


@dataclass
class Rules:
    """Rules in the combinations that the language allows."""

    draw: Draw
    ties: bool
    targets: list[str]
    """Pathways to which patients may be sent."""

    def target(self) -> str:
        """An outcome or a pathway."""
        return one(self.draw, *TURNED_AWAY, *self.targets)

    def of_queue(self, *, can_spare: bool) -> Scalars:
        """Rules of every queue; something is kept free only if more than one patient can be served."""
        if chance(self.draw, 10):
            rules: Scalars = {"if_none_free": self.target()}
        else:
            rules = self.clocks() | self.promotions()
            if chance(self.draw, 15):
                rules |= {"queue_limit": self.draw(st.integers(1, 4)), "if_queue_full": self.target()}
        if chance(self.draw, 20):
            rules["priority"] = one(self.draw, 1, 2, 3, {"kind": ["red", "amber", "green"]}, {"age": ["old", "young"]})
        if can_spare and chance(self.draw, 15):
            rules["keep_free"] = 1
        return rules

    def clocks(self) -> Scalars:
        """What ends a wait after some time."""
        rules: Scalars = {}
        if chance(self.draw, 25):
            rules |= {"gives_up_after": times(self.draw, self.ties), "then": self.target()}
        if chance(self.draw, 15):
            rules |= {"worsens_after": times(self.draw, self.ties), "if_worse": self.target()}
        return rules

    def promotions(self) -> Scalars:
        """What makes a request more urgent."""
        if not chance(self.draw, 20):
            return {}
        return {"priority_after": one(self.draw, {"30 min": 1}, {"1 h": 1, "10 min": 2}, {"20 min": 3, "2 h": 2})}

    def of_activity(self, *, uses_up: bool) -> Scalars:
        """Rules of steps that need staff or equipment."""
        rules: Scalars = {}
        if chance(self.draw, 20):
            rules["preempts"] = True
        if not uses_up and chance(self.draw, 40):
            rules["interrupted"] = one(self.draw, "resume", "restart", "anew")
        if chance(self.draw, 12):
            finish = one(self.draw, True, {"planned": "30 min"}, {"planned": "1 h", "overrun": "20 min"})
            rules |= {"must_finish": finish, "if_no_time": self.target()}
        return rules
