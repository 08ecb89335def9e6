"""Levers: what can be changed in a scenario, in the words of people who could change it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from sim import clock
from sim.demand.coming.arrivals import expected_per_day
from sim.scenario.care import Activity
from sim.scenario.loading import Loaded
from sim.scenario.pathway import flatten
from sim.scenario.reading.document import Path
from sim.scenario.resources import Staff, Ward
from sim.scenario.rosters import Hours
from sim.scenario.scenario import Scenario

Group = Literal[
    "Beds and places",
    "People on duty",
    "Slots and packages",
    "Machines and rooms",
    "Patients who come",
    "Getting a bed ready",
    "Going home",
]
GROUPS: Final[dict[Group, str]] = {
    "Beds and places": "How many beds, cubicles or chairs are open.",
    "People on duty": "How many people each shift has.",
    "Slots and packages": "How many appointments, list places or packages of care are offered.",
    "Patients who come": "More or fewer patients than today, with the same pattern over day and week.",
    "Going home": "From the moment a patient could leave until they do: transport, medicines, packages of care.",
    "Getting a bed ready": "Time from one patient leaving a bed until the next can have it.",
    "Machines and rooms": "How many there are.",
}
"""Groups of levers in the order of the screen, each with a line of explanation."""
Written = Literal["count", "minutes", "factor", "scaled gap"]
_ONE: Final = {
    "beds": "bed",
    "places": "place",
    "chairs": "chair",
    "patients": "patient",
    "people": "person",
    "minutes": "minute",
    "slots": "slot",
    "slots a week": "slot a week",
}
_DAY_WORDS: Final = {
    "all": "every day",
    "weekdays": "Monday to Friday",
    "weekend": "Saturday and Sunday",
}


@dataclass(frozen=True, slots=True)
class Edit:
    """A place in the scenario that a lever changes."""

    path: Path
    written: Written
    """How the lever's value becomes the value there."""


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing that can be changed, with its value of today."""

    key: str
    """Tells it from the others, such as `wards.medical.beds`."""
    group: Group
    label: str
    detail: str
    """Which shift or opening; empty if there is only one."""
    unit: str
    """What stands beside the number: beds, people, minutes, `% more or fewer`."""
    today: int
    low: int
    high: int
    edits: tuple[Edit, ...]
    volume: str = ""
    """For a percentage: what it is a percentage of, such as `383 a day`."""

    @property
    def is_percentage(self) -> bool:
        """Whether the value is a change in per cent of today."""
        return self.unit == "%"

    @property
    def name(self) -> str:
        """Label and detail in one."""
        return f"{self.label}, {self.detail}" if self.detail else self.label

    def short(self, value: int) -> str:
        """Says a change in a few words, for the name of a plan.

        >>> Lever("k", "Beds and places", "Medical wards", "", "beds", 180, 0, 999, ()).short(192)
        'Medical wards +12 beds'
        """
        return f"{self.label} {self._delta(value)}"

    def said(self, value: int) -> str:
        """Says a change in one line.

        >>> Lever("k", "Beds and places", "Medical wards", "", "beds", 180, 0, 999, ()).said(192)
        'Medical wards: 180 → 192 beds (+12)'
        """
        if self.is_percentage:
            return f"{self.label}: {_more_or_less(value, self.group)}" + (
                f" (today {self.volume})" if self.volume else ""
            )
        return f"{self.name}: {self.today} → {value} {self.unit}".rstrip() + f" ({value - self.today:+d})"

    def _delta(self, value: int) -> str:
        more = value - self.today
        unit = _ONE.get(self.unit, self.unit) if abs(more) == 1 else self.unit
        return f"{more:+d} {unit}".rstrip()


def levers(loaded: Loaded) -> tuple[Lever, ...]:
    """Lists what can be changed in a scenario; nothing is assumed about what kind of hospital it is."""
    scenario = loaded.scenario
    found = [*_beds(scenario), *_people(loaded), *_slots(scenario), *_volumes(scenario)]
    found += [*_going_home(scenario), *_turnarounds(scenario)]
    order = list(GROUPS)
    return tuple(sorted(found, key=lambda lever: order.index(lever.group)))


def changed(found: tuple[Lever, ...], values: Mapping[str, int]) -> tuple[Lever, ...]:
    """Levers that do not stand as today.

    Args:
        found: all levers.
        values: positions by key; a lever that is not there stands as today.
    """
    return tuple(lever for lever in found if values.get(lever.key, lever.today) != lever.today)


def as_changes(found: tuple[Lever, ...], values: Mapping[str, int]) -> dict[str, Any]:
    """Says the changed levers in the scenario language, as what stands in a file that extends the scenario."""
    patch: dict[str, Any] = {}
    for lever in changed(found, values):
        for edit in lever.edits:
            inner = patch
            for part in edit.path[:-1]:
                inner = inner.setdefault(str(part), {})
            inner[str(edit.path[-1])] = _written(edit, values[lever.key])
    return patch


def _written(edit: Edit, value: int) -> Any:
    if edit.written == "minutes":
        return f"{value} min"
    if edit.written == "factor":
        return f"x {1 + value / 100:.4g}"
    if edit.written == "scaled gap":
        return f"x {1 / (1 + value / 100):.6g}"
    return value if value >= 0 else {"value": value}  # a bare negative number would mean "so many fewer"


def _beds(scenario: Scenario) -> Iterator[Lever]:
    for name, ward in scenario.wards.items():
        label, unit = scenario.label(name), _places(ward)
        if ward.beds or not ward.also:
            yield _count(("wards", name, "beds"), "Beds and places", (label, "", unit), ward.beds)
        for title, opening in ward.also.items():
            path, detail = ("wards", name, "also", title, "beds"), f"{_words(title)} ({when(opening)})"
            yield _count(
                path, "Beds and places", (label, detail, unit), opening.beds, low=min(-ward.beds, opening.beds)
            )


def _people(loaded: Loaded) -> Iterator[Lever]:
    scenario = loaded.scenario
    for name, member in scenario.staff.items():
        yield from _shifts(("staff", name), member, ("People on duty", scenario.label(name), "people"), "on_duty")
    for name, member in scenario.equipment.items():
        written = "units" if "units" in loaded.document.data["equipment"][name] else "on_duty"
        yield from _shifts(("equipment", name), member, ("Machines and rooms", scenario.label(name), ""), written)


def _shifts(path: Path, member: Staff, said: tuple[Group, str, str], written: str) -> Iterator[Lever]:
    group, label, unit = said
    if member.roster is None:
        yield _count((*path, written), group, (label, "", unit), member.on_duty or 0)
        return
    for title, shift in member.roster.items():
        detail = f"{_words(title)} shift ({when(shift)})"
        yield _count((*path, "roster", title, "on_duty"), group, (label, detail, unit), shift.on_duty)


def _slots(scenario: Scenario) -> Iterator[Lever]:
    for name, slots in scenario.slots.items():
        label = scenario.label(name)
        if slots.per_week is not None:
            said = (label, "", "slots a week")
            yield _count(("slots", name, "per_week"), "Slots and packages", said, slots.per_week, low=1)
        for title, session in (slots.sessions or {}).items():
            detail = f"{_words(title)} ({_days(session.days)} {clock.format_time_of_day(session.at)})"
            path = ("slots", name, "sessions", title, "slots")
            yield _count(path, "Slots and packages", (label, detail, "slots"), session.slots, low=1)


def _volumes(scenario: Scenario) -> Iterator[Lever]:
    for name, patient_class in scenario.patients.items():
        path, arrive = ("patients", name, "arrive"), patient_class.arrive
        if arrive.rate is not None or arrive.gaps is not None:
            yield _percentage(scenario, name, path)
        for title, session in (arrive.scheduled or {}).items():
            when_at = f"{_days(session.days)} {clock.format_time_of_day(session.at)}"
            detail = f"{_words(title)} ({when_at})"
            yield _booked((*path, "scheduled", title), (scenario.label(name), detail), session.patients)
        for title, batch in (arrive.batches or {}).items():
            detail = f"{_words(title)} ({batch.at.date:%-d %B %Y} {clock.format_time_of_day(batch.at.time)})"
            yield _booked((*path, "batches", title), (scenario.label(name), detail), batch.patients)


def _percentage(scenario: Scenario, name: str, path: Path) -> Lever:
    patient_class = scenario.patients[name]
    daily = float(expected_per_day(patient_class, scenario.calendar, scenario.horizon, name=name).mean())
    volume = f"{daily:,.0f} a day" if daily >= 10 else f"{daily:.1f} a day"
    is_rate = patient_class.arrive.rate is not None
    edit = Edit((*path, "rate"), "factor") if is_rate else Edit((*path, "gaps"), "scaled gap")
    return Lever(f"patients.{name}", "Patients who come", scenario.label(name), "", "%", 0, -90, 300, (edit,), volume)


def _booked(path: Path, said: tuple[str, str], today: int) -> Lever:
    return _count((*path, "patients"), "Patients who come", (*said, "patients"), today, low=1)


def _going_home(scenario: Scenario) -> Iterator[Lever]:
    edits = tuple(
        Edit(("pathways", pathway, step.name, "time"), "factor")
        for pathway, steps in scenario.pathways.items()
        for step in flatten(steps)
        if isinstance(step, Activity) and step.counts_as == "discharge_delay"
    )
    if edits:
        label = "Delay between being ready to leave and leaving"
        yield Lever("going_home", "Going home", label, "", "%", 0, -90, 300, edits)


def _turnarounds(scenario: Scenario) -> Iterator[Lever]:
    for name, ward in scenario.wards.items():
        if ward.turnaround:
            edit = Edit(("wards", name, "turnaround"), "minutes")
            minutes = round(ward.turnaround / clock.MINUTE)
            key = f"wards.{name}.turnaround"
            label, detail = scenario.label(name), "time to get a bed ready"
            yield Lever(key, "Getting a bed ready", label, detail, "minutes", minutes, 0, 10_000, (edit,))


def _count(path: Path, group: Group, said: tuple[str, str, str], today: int, low: int = 0) -> Lever:
    label, detail, unit = said
    key = ".".join(str(part) for part in path)
    return Lever(key, group, label, detail, unit, today, low, 100_000, (Edit(path, "count"),))


def _places(ward: Ward) -> str:
    return {"ed": "places", "chairs": "chairs", "same_day": "places", "virtual": "places"}.get(ward.kind, "beds")


def when(hours: Hours) -> str:
    """Says when hours hold.

    >>> when(Hours.model_validate({"days": "weekdays", "from": "08:00", "to": "17:00"}))
    'Monday to Friday 08:00 to 17:00'
    """
    words = _days(hours.days)
    if hours.duration() < clock.DAY or hours.begins:
        words += f" {clock.format_time_of_day(hours.begins)} to {clock.format_time_of_day(hours.ends)}"
    if hours.since:
        words += f" from {hours.since:%-d %B %Y}"
    return words + (f" until {hours.until:%-d %B %Y}" if hours.until else "")


def _days(days: tuple[int, ...]) -> str:
    words = clock.format_days(days)
    return _DAY_WORDS.get(words) or ", ".join(day.capitalize() for day in words.split())


def _words(name: str) -> str:
    return name.replace("_", " ")


def _more_or_less(value: int, group: Group) -> str:
    if group == "Going home":
        return f"{abs(value)} % {'longer' if value > 0 else 'shorter'}"
    return f"{abs(value)} % {'more' if value > 0 else 'fewer'} patients"
