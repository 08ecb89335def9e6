"""A lever: one thing in a scenario that a search may set, with the values that it may have."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sim.scenario.problems import ScenarioError, quoted
from sim.study.refusal import refusal

OPTION: Final = "--lever"
EXAMPLE: Final = "wards.medical.beds=180..230"
HOLE: Final = "{}"
"""Where the value stands in a text."""
MOST_VALUES: Final = 10_000
"""A lever has at most so many values."""
_NUMBER: Final = r"[+-]?[0-9]+(?:\.[0-9]+)?"
_COST = re.compile(r"(?P<rest>.*\S)\s+cost\s+(?P<cost>\S+)\s+per\s+day\s*")
_TEXT = re.compile(r"(?P<form>.*\{\}.*?)\s+for\s+(?P<values>.+)")
_RANGE = re.compile(rf"\s*(?P<low>{_NUMBER})\s*\.\.\s*(?P<high>{_NUMBER})(?:\s+step\s+(?P<step>[0-9.]+))?\s*")
_LIST = re.compile(rf"\s*{_NUMBER}(?:\s*,\s*{_NUMBER})+\s*")


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing that a search may set."""

    text: str
    """As it was said."""
    name: str
    """What is set, as `--set` names it: `wards.medical.beds`."""
    form: str
    """How a value is written; `{}` stands for the number."""
    values: tuple[float, ...]
    """What it may be, rising."""
    is_signed: bool = False
    """Whether values are changes of what the file says, such as `+5`."""
    cost: float | None = None
    """Pounds a day for each unit of the value; None if nothing was said."""

    def written(self, value: float) -> str:
        """Writes a value as the file would have it.

        >>> lever_of("wards.medical.beds=+0..+10 step 5").written(5.0), lever_of("a.b=0.5..2 step 0.1").written(0.7)
        ('+5', '0.7')
        """
        number = str(int(value)) if value == int(value) else repr(value)
        return self.form.replace(HOLE, f"+{number}" if self.is_signed and value >= 0 else number)

    def change(self, value: float) -> str:
        """The change that sets it, as `--set` takes it.

        >>> lever_of("staff.nurse.cost={} per hour for 20..30").change(24.0)
        'staff.nurse.cost=24 per hour'
        """
        return f"{self.name}={self.written(value)}"

    def words(self, value: float) -> str:
        """Says what it is set to, such as `wards.medical.beds 200`."""
        return f"{self.name} {self.written(value)}"

    def cost_of(self, value: float) -> float:
        """Pounds a day of a value; 0 if nothing was said about costs."""
        return (self.cost or 0.0) * value


def lever_of(text: str) -> Lever:
    """Reads a lever.

    Args:
        text: a name, an equals sign, and values: `180..230`, `180..230 step 5` or `4,6,9`; with signs (`+0..+20`) they
            are changes of what the file says. A value within other words stands as `{}` in them, and `for` parts them
            from the values: `staff.nurse.cost={} per hour for 20..30`. At the end may stand what a unit costs:
            `cost 350 per day`.

    Returns:
        The lever; a range ends at or before its last number if the steps do not meet it.

    Raises:
        ScenarioError: if it cannot be read, or has fewer than two values or more than 10,000.

    >>> lever_of("wards.medical.beds=180..190 step 5 cost 350 per day")
    Lever(text=..., name='wards.medical.beds', form='{}', values=(180.0, 185.0, 190.0), is_signed=False, cost=350.0)
    """
    name, equals, rest = (part.strip() for part in text.partition("="))
    if not (name and equals and rest):
        raise refusal(OPTION, f"a lever has a name, an equals sign and values, not {quoted(text)}", EXAMPLE)
    rest, cost = _parted_cost(rest)
    form = HOLE
    if HOLE in rest:
        found = _TEXT.fullmatch(rest)
        if not found or rest.count(HOLE) > 1:
            fix = "staff.nurse.cost={} per hour for 20..30"
            raise refusal(OPTION, f"one {HOLE} stands for the value, and `for` before the values", fix)
        form, rest = found["form"], found["values"]
    values, is_signed = _values(rest)
    return Lever(text, name, form, values, is_signed, cost)


def _parted_cost(rest: str) -> tuple[str, float | None]:
    found = _COST.fullmatch(rest)
    if not found:
        if re.search(r"\bcost\b", rest) and HOLE not in rest:
            raise refusal(OPTION, "what a unit costs stands at the end, in pounds a day", f"{EXAMPLE} cost 350 per day")
        return rest, None
    try:
        return found["rest"], float(found["cost"].removeprefix("£").replace(",", ""))
    except ValueError:
        message = f"{quoted(found['cost'])} is no number of pounds"
        raise refusal(OPTION, message, f"{EXAMPLE} cost 350 per day") from None


def _values(text: str) -> tuple[tuple[float, ...], bool]:
    if found := _RANGE.fullmatch(text):
        told = [found["low"], found["high"]]
        numbers = _steps(Decimal(told[0]), Decimal(told[1]), found["step"] or "1")
    elif _LIST.fullmatch(text):
        told = [part.strip() for part in text.split(",")]
        numbers = sorted(Decimal(part) for part in told)
    else:
        raise _unread(text)
    signed = [part[0] in "+-" for part in told]
    if any(signed) and not all(signed):
        raise refusal(OPTION, "values are all changes, each with its sign, or none is", "wards.medical.beds=+0..+20")
    if len(set(numbers)) < len(numbers):
        raise refusal(OPTION, "a value stands there twice", "wards.medical.beds=180,200,220")
    return tuple(float(number) for number in numbers), any(signed)


def _steps(low: Decimal, high: Decimal, step_text: str) -> list[Decimal]:
    step = Decimal(step_text) if re.fullmatch(_NUMBER, step_text) else Decimal(0)
    if step <= 0:
        raise refusal(OPTION, f"a step is a number above 0, not {quoted(step_text)}", f"{EXAMPLE} step 5")
    count = int((high - low) / step) + 1 if high >= low else 0
    if count < 2:
        raise refusal(OPTION, f"there are not two values from {low} to {high} in steps of {step}", EXAMPLE)
    if count > MOST_VALUES:
        message = f"there are {count:,} values from {low} to {high}; {MOST_VALUES:,} are the most"
        raise refusal(OPTION, message, f"step {(high - low) / 100}")
    return [low + number * step for number in range(count)]


def _unread(text: str) -> ScenarioError:
    fix = EXAMPLE
    words = re.fullmatch(rf"\s*(?P<values>{_NUMBER}\s*\.\.\s*{_NUMBER})\s+(?P<unit>.+)", text)
    if words:
        fix = f"{HOLE} {words['unit'].strip()} for {words['values']}"
    return refusal(OPTION, f"{quoted(text)} is no range and no list of two numbers or more", fix)
