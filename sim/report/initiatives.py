"""Initiatives as text and as records: what each changes, what is known of it, how long it takes and what it costs."""

import textwrap
from collections.abc import Sequence
from typing import Any, Final

from sim.scenario.initiatives import Initiative
from sim.study.wording import lasting

HOW: Final = "Put one into a scenario: wardflow compare general_hospital general_hospital+NAME"
WIDTH: Final = 110
NONE: Final = "The library has no initiatives."

Found = Sequence[tuple[str, Initiative]]
"""Name for the command, and what is said about it."""


def initiatives_text(found: Found) -> str:
    """Lists initiatives, a paragraph each, in lines that fit a terminal."""
    if not found:
        return NONE
    return "\n\n".join([*("\n".join(_lines(*one)) for one in found), HOW])


def initiatives_record(found: Found) -> list[dict[str, Any]]:
    """The same as plain values for JSON; times and money as a file has them."""
    return [{"initiative": name, **one.model_dump(mode="json")} for name, one in found]


def cost_told(cost: tuple[float, str]) -> str:
    """An amount by time as people write it.

    >>> cost_told((180000.0, "year"))
    '£180,000 a year'
    """
    pounds, per = cost
    return f"£{pounds:,.2f}".removesuffix(".00") + f" a{'n' if per == 'hour' else ''} {per}"


def facts_of(initiative: Initiative) -> list[str]:
    """When it works fully and what it costs, if that is known."""
    facts = [f"works fully after {lasting(initiative.ramp_up)}"] if initiative.ramp_up else []
    return facts + ([f"costs {cost_told(initiative.cost)}"] if initiative.cost else [])


def _lines(name: str, one: Initiative) -> list[str]:
    known = f" (range {one.evidence.range})" if one.evidence.range else ""
    facts = [*facts_of(one), *([f"led by the {one.owner}"] if one.owner else [])]
    told = [one.changes, f"Known effect: {one.evidence.effect}{known}.", f"Source: {one.evidence.source}."]
    told += [f"{', '.join(facts).capitalize()}."] if facts else []
    wrapped = (textwrap.wrap(part, WIDTH, initial_indent="  ", subsequent_indent="    ") for part in told)
    return [f"{name}: {one.name}", *(line for lines in wrapped for line in lines)]
