"""A scenario: all that is declared about one hospital and one question."""

import datetime
import hashlib
import json
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from sim import clock
from sim.scenario.calendars import DayTimes
from sim.scenario.dates import DateOrSpan, SetName, days_of
from sim.scenario.events import HospitalEvent
from sim.scenario.expectations import Expectation
from sim.scenario.initiatives import Initiative
from sim.scenario.pathway import Step
from sim.scenario.patients import PatientClass
from sim.scenario.policies import Policy
from sim.scenario.quantities import Date, Declared, Duration, Key, Label, Name, PositiveCount, PositiveDuration, Text
from sim.scenario.refusing import complain, refuse
from sim.scenario.resources import Equipment, Resource, Staff, Ward
from sim.scenario.rhythms import Rhythm
from sim.scenario.slots import Slots
from sim.scenario.start import Start
from sim.scenario.supplies import Supply
from sim.scenario.targets import Costs, Target

LANGUAGE: Final = 1
MOST_SEED: Final = 2**63 - 1
MOST_REPLICATIONS: Final = 100_000
LARGEST: Final = "largest"
"""Stands for the largest group of an attribute."""
_TEXTS: Final = ("name", "question", "about", "prompts", "expect", "initiatives", "equity")
"""What decides no figure; an initiative's cost does."""


def _version(found: Any) -> Any:
    if found != LANGUAGE or isinstance(found, bool):
        raise refuse("version 1 of the language", found, code="version", instead=f"{LANGUAGE}")
    return found


def _seed(found: Any) -> Any:
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= MOST_SEED:
        raise refuse(f"a whole number from 0 to {MOST_SEED}", found, "2026", code="number")
    return found


def _not_too_many(found: int) -> int:
    if found > MOST_REPLICATIONS:
        raise refuse(f"at most {MOST_REPLICATIONS:,} replications", found, "20", code="number")
    return found


class RunSettings(Declared):
    """How long and how often a scenario is run."""

    start: Date = datetime.date(2026, 1, 5)
    """First day; the clock starts at its midnight. Example: `2026-01-05` (a Monday)."""
    warm_up: Duration = 0
    """Time that is run but not measured, for the hospital to fill. Example: `4 weeks`."""
    length: PositiveDuration = 12 * clock.WEEK
    """Time that is measured, after the warm-up. Example: `12 weeks`."""
    replications: Annotated[PositiveCount, AfterValidator(_not_too_many)] = 20
    """How many independent runs. Example: `20`."""
    seed: Annotated[int, BeforeValidator(_seed)] = 1
    """Whole number that fixes all chance. Example: `2026`."""
    knots: Literal["stop", "swap"] = "stop"
    """What happens when patients wait for each other's places for ever: the run stops, or they `swap` them."""

    @model_validator(mode="after")
    def _check_size(self) -> Self:
        if self.warm_up + self.length > 50 * clock.YEAR:
            days = (self.warm_up + self.length) / clock.DAY
            message = f"warm-up and length are {days:,.0f} days; 50 years are the most"
            raise complain(message, "length: 52 weeks", code="run")
        return self


class Scenario(Declared):
    """All that is declared about one hospital and one question; frozen."""

    wardflow: Annotated[Literal[1], BeforeValidator(_version)]
    """Version of the language. Example: `1`."""
    name: Label
    """What the scenario is called. Example: `General hospital`."""
    question: Text = ""
    """The question it answers. Example: `Where do patients wait, and what would shorten it?`."""
    about: Text = ""
    """What a reader should know about it."""
    prompts: list[Text] = []
    """Questions to talk over, before a run and after it. Example: `[Who gains most, and who does not?]`."""
    expect: dict[Name, Expectation] = {}
    """Which way key figures should move, and why."""
    initiatives: dict[Name, Initiative] = {}
    """Initiatives that are part of it; in a file with `extends`, a list of those to put in."""
    run: RunSettings = RunSettings()
    """How long and how often it is run."""
    dates: dict[SetName, list[DateOrSpan]] = {}
    """Named sets of days, for rosters and calendars. Example: `{bank_holidays: [2026-04-03, 2026-04-06]}`."""
    calendars: dict[Name, DayTimes] = {}
    """Named moments of the week. Example: `{ward_rounds: {weekdays: ["10:00"], weekend: ["11:00"]}}`."""
    rhythms: dict[Name, Rhythm] = {}
    """Named factors on times by day and hour. Example: `{transport: {weekend: x 1.5}}`."""
    patients: dict[Name, PatientClass]
    """Who comes."""
    staff: dict[Name, Staff] = {}
    """Who works, and when."""
    equipment: dict[Name, Equipment] = {}
    """Machines and rooms that steps need."""
    wards: dict[Name, Ward] = {}
    """Places with beds, cubicles or chairs."""
    slots: dict[Name, Slots] = {}
    """What is offered by a calendar and used up. Example: `{care_package: {per_week: 30, keep: 10}}`."""
    supplies: dict[Name, Supply] = {}
    """What is used up and ordered again. Example: `{blood: {stock: 40, reorder_at: 15, order: 40, takes: 6 h}}`."""
    events: dict[Name, HospitalEvent] = {}
    """What happens to the whole hospital for a while, such as a computer failure."""
    policies: dict[Name, Policy] = {}
    """Rules that watch the hospital and act."""
    pathways: dict[Name, list[Step]]
    """What happens to patients, step by step."""
    targets: dict[Name, Target] = {}
    """Standards that the hospital is held to."""
    equity: dict[Name, Key] = {}
    """Attributes by which waits are compared, each with the group that others are compared with, or `largest`; if none
    is given: age, sex, deprivation and the like. Example: `{age: 18-64, deprivation: largest}`."""
    costs: Costs = Costs()
    """Costs that belong to no resource."""
    start: dict[Name, Start] = {}
    """Who is there when a run begins. Example: `{beds: {of: p, at: care/stay, ward: medical, fill: 92 %}}`."""

    @property
    def calendar(self) -> clock.Calendar:
        """Dates and weekdays of the run, and the named sets of days."""
        return clock.Calendar(self.run.start, days_of(self.dates, self.run.start))

    @property
    def horizon(self) -> int:
        """End of a run in milliseconds: warm-up and measured time."""
        return self.run.warm_up + self.run.length

    @property
    def resources(self) -> dict[str, Resource]:
        """All resources by name, in the order of their names."""
        return dict(sorted({**self.staff, **self.equipment, **self.wards, **self.slots, **self.supplies}.items()))

    def label(self, name: str) -> str:
        """What people call a resource or a patient class."""
        thing = self.resources.get(name) or self.patients.get(name)
        return (thing.label if thing else None) or name.replace("_", " ")

    def fingerprint(self) -> str:
        """SHA-256 of what decides the patients and figures: not of names, texts, seed or number of replications."""
        content = self.model_dump(mode="json", exclude={**dict.fromkeys(_TEXTS, True), "run": {"seed", "replications"}})
        content["initiatives"] = {name: str(one.cost) for name, one in sorted(self.initiatives.items()) if one.cost}
        return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
