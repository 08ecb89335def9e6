"""An initiative: a change that services try, described apart from any scenario so that many can adopt it."""

from typing import Final

from sim.scenario.quantities import Declared, Duration, Label, Text
from sim.scenario.ratios import TimeCost

HEAD: Final = "initiative"
"""What the head of an initiative's file stands under; the rest of the file is what changes."""


class KnownEffect(Declared):
    """What is known of such changes."""

    effect: Text
    """What happened where it was tried, or what is assumed. Example: `18 % to 35 % of discharges before noon`."""
    range: Text = ""
    """How far it may be from that. Example: `25-40 %`."""
    source: Text
    """Where this is written, or the word `illustrative`. Example: `NHS England discharge guide 2024`."""


class Initiative(Declared):
    """A named change: what it does, what is known of it, how long it takes and what it costs."""

    name: Label
    """What it is called. Example: `Discharges before noon`."""
    changes: Text
    """What is done differently, in a sentence or two. Example: `Ward rounds begin at 08:00.`."""
    evidence: KnownEffect
    """What is known of such changes."""
    ramp_up: Duration = 0
    """Time until it works fully; figures are those after it. Example: `8 weeks`."""
    cost: TimeCost | None = None
    """What running it costs, on top of what the things in it cost. Example: `180000 per year`."""
    owner: Label | None = None
    """Who would lead it. Example: `chief operating officer`."""
