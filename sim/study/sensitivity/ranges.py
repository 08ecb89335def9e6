"""Ranges: `20-30 per hour`, `x 1.1 to x 1.2` or `ward only 75-90 %` as two ends of the number that they are about."""

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from sim import clock
from sim.scenario.problems import quoted
from sim.scenario.reading.document import Path
from sim.scenario.reading.relative import Change, change_in, changed, law_of, written_number
from sim.scenario.reading.scalars import Refusal

_PERIODS: Final = {"hour": clock.HOUR, "day": clock.DAY, "week": clock.WEEK, "year": clock.YEAR}
_NUMBER: Final = r"(?:[0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)"
_TIMES: Final = "|".join(sorted(clock.UNITS, key=len, reverse=True))
_UNIT: Final = rf"(?:%|per\s+(?:hour|day|week|year|patient)\b|(?:{_TIMES})\b)"
_END: Final = rf"(?:(?P<mark{{0}}>x|\+|-)\s*)?£?\s*(?P<number{{0}}>{_NUMBER})\s*(?P<unit{{0}}>{_UNIT})?"
_RANGE = re.compile(
    rf"(?:(?P<before>\S(?:.*\S)?)\s+)??{_END.format(1)}\s*(?:-|\u2013|\bto\b)\s*{_END.format(2)}"
    r"(?:\s+(?P<after>[^\W\d_][\w+ -]*))?"
)
_TEXT = re.compile(rf"(?P<mark>x\s*|\+|-)?(?P<number>{_NUMBER})(?:\s*(?P<unit>%|\S.*))?")
MEANS: Final = ("on average", "mean")
"""Words behind a range that say what is meant anyhow: the range of a distribution is that of its mean."""
Kind = Literal["number", "text", "law", "scaled", "shifted"]


@dataclass(frozen=True, slots=True)
class Ends:
    """A range as it is written."""

    low: float
    high: float
    unit: str
    """Such as `min` or `per day`; empty for plain numbers."""
    mark: str
    """`x` for factors, `+` for what comes on top, else empty."""
    name: str
    """The one of several values that it is about, if it says so."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a number becomes a value of the scenario language, and what it is today."""

    kind: Kind
    """`number`; `text`: with a unit or an `x`; `law`: a distribution with this mean; `scaled` and `shifted`: a change
    of the value that is extended, which was worked out already."""
    today: float
    unit: str
    value: Any
    """The value today, as plain data."""

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers make sense."""
        is_count = isinstance(self.value, int) and self.kind in ("number", "shifted")
        return is_count or (self.kind == "text" and self.unit == "+")

    def written(self, number: float) -> Any:
        """The value for a number, as plain data; a Refusal if there is none.

        >>> Form("text", 45.0, "min", "45 min").written(50)
        '50 min'
        >>> Form("law", 5.0, "d", {"exponential": {"mean": "5 d"}}).written(6)
        {'exponential': {'mean': '6 d'}}
        """
        if self.kind == "number":
            return round(number) if self.is_whole else _short(number)
        if self.kind == "text":
            told = written_number(Decimal(str(_short(number))))
            return f"{told} {self.unit}" if self.unit not in ("x", "+") else _marked(self.unit, told)
        if self.kind == "shifted":
            more = Decimal(str(_short(number))) - Decimal(str(self.today))
            return changed(self.value, Change(f"{more:+} {self.unit}".strip(), more, self.unit))
        factor = Decimal(f"{number / self.today:.15g}")
        if isinstance(self.value, int):
            return round(self.value * number / self.today)
        return _clean(changed(self.value, Change(f"x {factor}", factor, factor=True)))

    def said(self, number: float) -> str:
        """Says a number, such as `50 min`, `x 0.5`, `mean 6 d`."""
        told = written_number(Decimal(f"{number:.4g}" if abs(number) < 1000 else f"{number:.0f}"))
        if self.unit == "x" or self.kind == "scaled":
            return f"x {told}"
        if self.unit == "+" or self.kind == "shifted":
            return f"{'' if number < 0 else '+'}{told} {self.unit.strip('+')}".strip()
        return f"mean {told} {self.unit}" if self.kind == "law" else f"{told} {self.unit}".strip()


def ends_of(text: str) -> Ends | None:
    """Reads a range; None if it is no range from one number to another.

    >>> ends_of("2-10 %")
    Ends(low=2.0, high=10.0, unit='%', mark='', name='')
    >>> ends_of("x 1.10 to x 1.22").mark, ends_of("ward only 75-90 %").name, ends_of("at most 28 days")
    ('x', 'ward only', None)
    """
    found = _RANGE.fullmatch(" ".join(text.split()))
    if not found:
        return None
    unit, mark = found["unit2"] or found["unit1"] or "", found["mark2"] or found["mark1"] or ""
    low, high = (float(found[name].replace(",", "")) for name in ("number1", "number2"))
    low = low if not found["unit1"] else _converted(low, found["unit1"], unit)
    marks = {found["mark1"], found["mark2"]} - {None}
    if "-" in marks:
        low, high = -low if found["mark1"] == "-" else low, -high if found["mark2"] == "-" else high
        mark = "+" if "+" in marks else ""
    if {"x", "+"} <= marks or {"x", "-"} <= marks or math.isnan(low):
        return None
    after = found["after"] if found["after"] not in MEANS else None
    return Ends(min(low, high), max(low, high), unit, mark, found["before"] or after or "")


def _converted(number: float, unit: str, to: str) -> float:
    """A number in another unit; nan if the two do not measure the same."""
    if unit == to:
        return number
    if unit in clock.UNITS and to in clock.UNITS:
        return float(Decimal(str(number)) * clock.UNITS[unit] / clock.UNITS[to])
    per, other = unit.removeprefix("per "), to.removeprefix("per ")
    if unit != per and to != other and per in _PERIODS and other in _PERIODS:
        return number * _PERIODS[other] / _PERIODS[per]
    return math.nan


def read(value: Any, text: str, written: str = "", *, today_inside: bool = True) -> tuple[Path, Form, Ends] | str:
    """Finds the number that a range is about.

    Args:
        value: plain value, as composed.
        text: the range as written.
        written: the value as it stands in its own file, if that is a relative change.
        today_inside: whether the value of today has to lie in the range.

    Returns:
        Where the number stands below the value, its form, and the ends in its unit; or why it cannot be varied.

    >>> read({"urgent": "10 %", "routine": "rest"}, "5-15 %")[0]
    ('urgent',)
    >>> read("45 min", "0.5-1 h")[2].high
    60.0
    >>> read([1, 2, 3], "1-3")
    'one range for a list of 3 values'
    """
    ends = ends_of(text)
    if ends is None:
        return f"{quoted(text)} does not say from which number to which"
    found = _found(value, ends, written)
    if isinstance(found, str):
        return found
    path, form = found
    low, high = ends.low, ends.high
    if form.kind in ("number", "text", "law") and ends.unit and form.unit != ends.unit:
        low, high = _converted(low, ends.unit, form.unit), _converted(high, ends.unit, form.unit)
        if form.unit == "" and ends.unit == "%":
            low, high = ends.low / 100, ends.high / 100
    slack = 1e-9 * max(abs(low), abs(high))
    if today_inside and not low - slack <= form.today <= high + slack:
        return f"{form.said(form.today)} does not lie in its range, {text}"
    if low == high:
        return "both ends of its range are the same"
    return path, form, Ends(low, high, form.unit, ends.mark, ends.name)


def _found(value: Any, ends: Ends, written: str) -> tuple[Path, Form] | str:
    if isinstance(value, list):
        return f"one range for a list of {len(value)} values"
    if ends.mark and (relative := _relative(value, ends, written)):
        return (), relative
    law = law_of(value)
    if law and not law.startswith("by "):
        return _of_law(value, law, ends)
    if isinstance(value, dict):
        return _of_one(value, ends)
    form = _form(value, ends)
    return ((), form) if form else f"{quoted(str(value))} and its range do not have the same unit"


def _relative(value: Any, ends: Ends, written: str) -> Form | None:
    """A change of what is extended, such as `x 0.62` over a distribution, which is worked out in the value."""
    is_value = isinstance(value, str) and bool(_TEXT.fullmatch(value)) and value[:1] in ("x", "+")
    change = None if is_value or not written else change_in(written, 1)
    if change is None:
        return None
    if change.factor:
        return Form("scaled", float(change.number), "x", value) if ends.mark == "x" else None
    return Form("shifted", float(change.number), change.unit, value) if ends.mark == "+" else None


def _of_law(value: dict[str, Any], law: str, ends: Ends) -> tuple[Path, Form] | str:
    mean = mean_of(value)
    if ends.mark or ends.name or mean is None:
        return f"the range of a distribution is that of its mean, and this {law} law has no single one to change"
    number, unit = mean
    if ends.unit not in clock.UNITS:
        return f"the mean of a distribution is a time, and its range is {ends.unit or 'a plain number'}"
    return (), Form("law", number, unit, value)


def mean_of(law: Any) -> tuple[float, str] | None:
    """The declared mean of a distribution with its unit, bounds left aside; None if it does not say one.

    >>> mean_of({"lognormal": {"mean": "7 min", "sd": "4 min"}}), mean_of({"uniform": {"low": "1 h", "high": "3 h"}})
    ((7.0, 'min'), (2.0, 'h'))
    """
    if isinstance(law, str):
        found = _TEXT.fullmatch(law)
        return (float(found["number"]), found["unit"]) if found and found["unit"] in clock.UNITS else None
    name = law_of(law)
    body = law[name] if name and not name.startswith("by ") else None
    if isinstance(body, dict) and "mean" in body:
        return mean_of(body["mean"])
    if isinstance(body, dict) and name == "uniform":
        return _averaged([(1.0, body.get("low")), (1.0, body.get("high"))])
    if isinstance(body, list) and name == "mixture":
        return _averaged([(_share(part.get("share")), part.get("time")) for part in body])
    return None


def _share(text: Any) -> float:
    return float(text.removesuffix("%")) if isinstance(text, str) and text.endswith("%") else math.nan


def _averaged(parts: list[tuple[float, Any]]) -> tuple[float, str] | None:
    means = [(weight, mean_of(law)) for weight, law in parts]
    unit = next((mean[1] for _, mean in means if mean), "")
    told = [(weight, _converted(mean[0], mean[1], unit)) for weight, mean in means if mean]
    total = sum(weight for weight, _ in told)
    if len(told) < len(parts) or not total > 0:
        return None
    return sum(weight * number for weight, number in told) / total, unit


def _of_one(value: dict[str, Any], ends: Ends) -> tuple[Path, Form] | str:
    """The one number of several values that a range names, or that alone has its unit."""
    there = [(path, form) for path, leaf in _leaves(value, ()) if (form := _form(leaf, ends))]
    if ends.name:
        wanted = ends.name.replace(" ", "_").casefold()
        there = [one for one in there if str(one[0][-1]).casefold() in (wanted, ends.name.casefold())]
    if len(there) == 1:
        return there[0]
    if ends.name:
        return f"{'no number here is' if not there else 'several numbers are'} called {quoted(ends.name)}"
    return f"one range for {len(there)} values" if there else "no value here has the unit of its range"


def _leaves(value: Any, path: Path) -> list[tuple[Path, Any]]:
    if isinstance(value, dict):
        return [leaf for name, inner in value.items() for leaf in _leaves(inner, (*path, name))]
    return [] if isinstance(value, list) else [(path, value)]


def _form(value: Any, ends: Ends) -> Form | None:
    """The form of a single value if the range has its unit."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        is_fitting = not ends.mark and (not ends.unit or (ends.unit == "%" and isinstance(value, float)))
        return Form("number", float(value), "", value) if is_fitting else None
    found = _TEXT.fullmatch(value)
    if not found:
        return None
    mark, unit = (found["mark"] or "").strip(), " ".join((found["unit"] or "").split())
    number = float(found["number"].replace(",", ""))
    if mark in ("x", "+"):
        return Form("text", number, mark, value) if ends.mark == mark and not unit else None
    is_same = bool(unit and ends.unit) and _converted(1.0, ends.unit, unit) == _converted(1.0, ends.unit, unit)
    return Form("text", number, unit, value) if is_same and not mark and not ends.mark else None


def _short(number: float) -> float:
    """A number without the dust of floating-point sums."""
    return float(f"{number:.10g}")


def _clean(value: Any) -> Any:
    """The same without the dust of floating-point products in its quantities."""
    if isinstance(value, dict):
        return {name: _clean(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_clean(inner) for inner in value]
    found = _TEXT.fullmatch(value) if isinstance(value, str) else None
    if not found or found["mark"] or not found["unit"]:
        return value
    return f"{written_number(Decimal(str(_short(float(found['number'])))))} {found['unit']}"


def _marked(mark: str, told: str) -> str:
    return f"x {told}" if mark == "x" else f"+{told}"


def why_refused(value: Any) -> str:
    """Says why there is no value for a number; empty if there is one."""
    return value.message if isinstance(value, Refusal) else ""
