"""Names: what people call the things of a scenario, and its values in their words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sim import clock
from sim.scenario.reading.document import Path
from sim.scenario.reading.relative import law_of
from sim.scenario.telling.words import (
    date_word,
    hours_word,
    law_word,
    listed,
    month_word,
    number_word,
    quantity_in,
    quantity_word,
    share_word,
    spaced,
)

RESOURCES: Final = ("staff", "equipment", "wards", "slots", "supplies")
"""Sections of the things that patients wait for."""
LABELLED: Final = (*RESOURCES, "patients", "policies", "events", "targets")
REFERENCES: Final = (
    *("ward", "use", "staff", "equipment", "slots", "uses", "or", "enter", "hold", "give back", "staffed_by", "of"),
    *("open_beds", "call_in", "wards", "capacity", "arrivals", "if_full"),
    *("occupancy", "waiting_for", "longest_wait_for", "boarders", "inside"),
)
"""Fields that name resources or patient classes, as a value or as keys."""
_SHARES: Final = (
    *("share", "attend", "absence", "missed", "fills", "fill", "leave_per_year", "on_costs", "attributes", "above"),
    *("below", "times"),
)
"""Fields in which a plain number up to 1 is a share."""
_TEXTS: Final = ("label", "name", "question", "about", "source", "kpi", "file")
_HOURS: Final = ("days", "from", "to", "since", "until", "except", "only")
"""Fields that tell when something is."""


@dataclass(frozen=True, slots=True)
class Names:
    """What people call the things of two scenarios that are compared."""

    labels: Mapping[tuple[str, str], str]
    """Labels by section and name, as far as there are any."""

    def thing(self, section: str, name: str) -> str:
        """What a member of a section is called.

        >>> Names({("wards", "amu"): "Acute medical unit"}).thing("wards", "amu")
        'Acute medical unit'
        """
        return self.labels.get((section, name)) or spaced(name)

    def resource(self, name: str) -> str:
        """What something is called of which only the name is known."""
        found = (self.labels.get((section, name)) for section in LABELLED)
        return next(filter(None, found), spaced(name))

    def said(self, path: Path, value: Any) -> str:
        """A value in words; the path tells what kind of value it is.

        >>> Names({}).said(("wards", "medical", "turnaround"), "45 min")
        '45 minutes'
        >>> Names({("wards", "amu"): "Acute unit"}).said(("policies", "surge", "do"), {"open_beds": {"amu": 12}})
        'open beds (Acute unit 12)'
        """
        if value is None or value in ({}, []):
            return "nothing"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int | float):
            return share_word(value) if is_share(path, value) else number_word(value)
        if isinstance(value, list):
            return self.said(path, value[0]) if len(value) == 1 else listed(self._inside(path, one) for one in value)
        return self._mapping_said(path, value) if isinstance(value, dict) else self._text_said(path, str(value))

    def _text_said(self, path: Path, value: str) -> str:
        field = _field(path)
        if field in _TEXTS:
            return " ".join(value.split())
        if field in REFERENCES or any(one in REFERENCES for one in path[2:-1] if isinstance(one, str)):
            named = self.resource(value)
            if named != spaced(value):
                return named
        if value == "rest":
            return "the rest"
        return quantity_word(value) if quantity_in(value) else spaced(date_word(value))

    def _mapping_said(self, path: Path, value: dict[str, Any]) -> str:
        if law_of(value):
            return law_word(value)
        if set(value) == {"date", "time"}:
            return moment_word(value)
        if "use" in value:
            return self._alternative_said(path, value)
        if set(value) <= {*clock.MONTHS, "rest"}:
            return self._months_said(path, value)
        hours = {name: one for name, one in value.items() if name in _HOURS}
        if "from" not in hours and "to" not in hours:
            hours = {}
        named: Callable[[str], str] = self.resource if _field(path) in REFERENCES else _key_word
        said = [
            f"{named(str(name))} {self._inside((*path, name), one)}" for name, one in value.items() if name not in hours
        ]
        return ", ".join([*said, *([hours_word(hours)] if hours else [])])

    def _months_said(self, path: Path, value: dict[str, Any]) -> str:
        """A value by month: 8 % in January, otherwise 4 %."""
        said = [f"{self.said(path, one)} in {month_word(name)}" for name, one in value.items() if name != "rest"]
        return listed(said) + (f", otherwise {self.said(path, value['rest'])}" if "rest" in value else "")

    def _alternative_said(self, path: Path, value: dict[str, Any]) -> str:
        """Another ward for those who wait."""
        wait = f" after {quantity_word(str(value['after']))}" if value.get("after") else ""
        rest = {name: one for name, one in value.items() if name not in ("use", "after")}
        return self.resource(str(value["use"])) + wait + (f" ({self._mapping_said(path, rest)})" if rest else "")

    def _inside(self, path: Path, value: Any) -> str:
        said = self.said(path, value)
        plain = not isinstance(value, dict) or not value or law_of(value) or "use" in value or "date" in value
        return said if plain else f"({said})"


def names_of(*scenarios: Mapping[str, Any]) -> Names:
    """Looks up the labels of all things; those of the later scenario come first."""
    labels: dict[tuple[str, str], str] = {}
    for data in scenarios:
        for section in LABELLED:
            members = data.get(section)
            for name, body in members.items() if isinstance(members, dict) else ():
                label = body.get("label") if isinstance(body, dict) else None
                if isinstance(label, str):
                    labels[section, name] = " ".join(label.split())
    return Names(labels)


def moment_word(moment: Any) -> str:
    """Return a date with a time of day.

    >>> moment_word({"date": "2026-02-10", "time": "09:00"})
    '10 February 2026 at 09:00'
    """
    if not isinstance(moment, dict):
        return date_word(str(moment))
    return f"{date_word(str(moment.get('date')))} at {moment.get('time')}"


def _key_word(name: str) -> str:
    """Returns a key of a mapping: a name, or a time such as `4 h`."""
    return quantity_word(name) if quantity_in(name) and " " in name else spaced(name)


def _field(path: Path) -> str:
    return next((name for name in reversed(path) if isinstance(name, str)), "")


def is_share(path: Path, value: Any) -> bool:
    """Tells whether a plain number is a share.

    >>> is_share(("pathways", "way", "branch", 0, "share"), 0.3), is_share(("wards", "a", "beds"), 1)
    (True, False)
    """
    return isinstance(value, float) and 0 <= value <= 1 and any(name in _SHARES for name in path[1:])
