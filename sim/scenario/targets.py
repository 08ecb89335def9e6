"""Targets: a key figure with a threshold and the standard that it comes from."""

import datetime
import re
from typing import Annotated, Any, Final, Self

from pydantic import BeforeValidator, Discriminator, PlainSerializer, Tag, WithJsonSchema, model_validator

from sim import clock
from sim.scenario.quantities import Cost, Date, Declared, Duration, Label, Name, Share, Text
from sim.scenario.refusing import complain, refuse

AMOUNTS: Final = (
    *("patients", "patients per day", "beds", "bed days per day", "hours per day", "times per day", "units"),
    *("units per day", "hours per patient day", "deaths per week", "per day", "per patient"),
)
"""Units of thresholds that are neither shares nor times; money is told `per day` or `per patient`."""
_NUMBER: Final = r"[0-9]+(?:\.[0-9]+)?"
_AMOUNT = re.compile(rf"({_NUMBER})\s*({'|'.join(sorted(AMOUNTS, key=len, reverse=True))})")
_MONTH_YEAR = re.compile(r"([A-Za-z]+)\s+([0-9]{4})")


def _form(found: Any) -> str:
    """How a threshold is told: two words, of which the second is a unit of time; a number and other words; a share."""
    if isinstance(found, tuple):
        return "amount"
    if isinstance(found, int) and found > 100:  # milliseconds of a validated record; in a file 78 means 78 %
        return "time"
    words = str(found).split()
    if len(words) == 2 and words[1] in clock.UNITS:
        return "time"
    return "amount" if len(words) > 1 and words[1] != "%" else "share"


def _amount(found: Any) -> tuple[float, str]:
    if isinstance(found, tuple):
        return found
    amount = _AMOUNT.fullmatch(found.strip()) if isinstance(found, str) else None
    if not amount:
        raise refuse("a share, a time, or an amount with its unit", found, "40 patients", code="threshold")
    return float(amount[1]), amount[2]


def _first_day(found: Any) -> Any:
    """Turns a month and a year into its first day; leaves anything else."""
    told = _MONTH_YEAR.fullmatch(found.strip()) if isinstance(found, str) else None
    month = told[1][:3].lower() if told else ""
    if not told or month not in clock.MONTHS:
        return found
    return f"{told[2]}-{clock.MONTHS.index(month) + 1:02d}-01"


Amount = Annotated[
    tuple[float, str],
    BeforeValidator(_amount),
    PlainSerializer(lambda amount: f"{amount[0]:.15g} {amount[1]}"),
    WithJsonSchema(
        {
            "title": "amount",
            "type": "string",
            "pattern": rf"^{_NUMBER} ({'|'.join(AMOUNTS)})$",
            "examples": ["40 patients", "500000 per day"],
        }
    ),
]
"""A number and its unit, written `40 patients`; pounds are told `per day` or `per patient`."""
ThresholdValue = Annotated[
    Annotated[Share, Tag("share")] | Annotated[Duration, Tag("time")] | Annotated[Amount, Tag("amount")],
    Discriminator(_form),
]
"""A share, a time in milliseconds, or an amount with its unit."""
Threshold = float | int | tuple[float, str]
"""The same as values."""
StartOfForce = Annotated[
    Date,
    BeforeValidator(_first_day),
    WithJsonSchema(
        {
            "title": "date or month",
            "type": "string",
            "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2}|[A-Z][a-z]+ [0-9]{4})$",
            "examples": ["2026-03-31", "March 2026"],
        }
    ),
]
"""A date; a month stands for its first day."""


class Target(Declared):
    """A threshold for a key figure."""

    kpi: Name
    """The key figure; `wardflow kpis` lists them. Example: `ed_within_4h`."""
    of: Label | None = None
    """Part of the figure, as `wardflow run --all` names it; the whole if left out. Example: `ward:medical`."""
    label: Label | None = None
    """What people call the standard. Example: `Four-hour standard`."""
    at_least: ThresholdValue | None = None
    """The figure should be this or more: a share, a time or an amount. Example: `78 %`."""
    at_most: ThresholdValue | None = None
    """The figure should be this or less: a share, a time or an amount. Example: `40 patients`."""
    source: Text
    """The standard. Example: `NHS England planning guidance 2025/26`."""
    since: StartOfForce | None = None
    """From when it holds: a date, or a month for its first day. Example: `March 2026`."""

    @model_validator(mode="after")
    def _check_one_side(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            given = "both at_least and at_most are" if self.at_least is not None else "neither at_least nor at_most is"
            raise complain(f"{given} given", "give one of them, such as at_least: 78 %", code="choice")
        return self

    @property
    def threshold(self) -> Threshold:
        """What the figure should reach, or stay below."""
        found = self.at_most if self.at_least is None else self.at_least
        return 0.0 if found is None else found  # one of the two is always given

    @property
    def is_least(self) -> bool:
        """Whether the figure should be at least, not at most, so much."""
        return self.at_least is not None

    def words(self) -> str:
        """Says the threshold.

        >>> Target(kpi="ed_within_4h", at_least="78 %", source="NHS England").words()
        'at least 78 %'
        """
        found = self.threshold
        if isinstance(found, tuple):
            pounds = "£" if found[1] in ("per day", "per patient") else ""
            told = f"{pounds}{found[0]:,.10g} {found[1]}"
        else:
            told = f"{100 * found:.6g} %" if isinstance(found, float) else _time_words(found)
        return f"{'at least' if self.is_least else 'at most'} {told}"

    def in_force(self, date: datetime.date) -> bool:
        """Whether it holds on a date; one without a date always does."""
        return self.since is None or self.since <= date


def _time_words(ms: int) -> str:
    """Writes a time as standards tell it: several whole weeks, whole days, half hours, or minutes.

    >>> _time_words(18 * clock.WEEK), _time_words(90 * clock.MINUTE), _time_words(160 * clock.MINUTE)
    ('18 weeks', '1.5 h', '160 min')
    """
    if ms >= 2 * clock.WEEK and ms % clock.WEEK == 0:
        return f"{ms // clock.WEEK} weeks"
    for unit, length, part in (("d", clock.DAY, 1), ("h", clock.HOUR, 2), ("min", clock.MINUTE, 1)):
        if ms >= length and ms * part % length == 0:
            return f"{ms / length:g} {unit}"
    return clock.format_duration(ms)


class Costs(Declared):
    """Costs that belong to no resource, and the money that there is."""

    fixed: Cost | None = None
    """What the hospital costs whatever happens. Example: `120000 per day`."""
    budget: Cost | None = None
    """What the hospital may cost in all, with the fixed costs. Example: `500000 per day`."""
    on_costs: Share = 0.0
    """What comes on top of the cost of staff (insurance, pension), unless a group says otherwise. Example: `24 %`."""
