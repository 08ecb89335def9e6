"""The list of key figures: by family, each with its unit, direction, definition and source, wrapped to a width."""

import textwrap
from dataclasses import asdict
from typing import Any, Final

from sim.measure.figures import Kpi
from sim.measure.kpis import FAMILIES

WIDTH: Final = 100
"""Letters in a line, at most."""
BETTER: Final = {"higher": "more is better", "lower": "less is better", "neither": "neither is better"}
_INTRODUCTION: Final = (
    "Key figures, by what they are about. A scenario shows those that it can have; `wardflow run FILE --all` shows "
    "them by ward, step and group of patients too. Times and counts are of the measured weeks: the window."
)


def kpis_text(width: int = WIDTH) -> str:
    """Lists all key figures with their definitions.

    Args:
        width: letters in a line, at most.
    """
    parts = [textwrap.fill(_INTRODUCTION, width)]
    for family, kpis in FAMILIES.items():
        parts.append(f"{family}\n{'=' * len(family)}")
        parts += [_entry(kpi, width) for kpi in kpis]
    return "\n\n".join(parts)


def _entry(kpi: Kpi, width: int) -> str:
    """A key figure: its name, what people call it, and below it what it is."""
    head = textwrap.fill(f"{kpi.name}: {kpi.label}", width, subsequent_indent="    ")
    lines = (f"{_unit(kpi)}; {BETTER[kpi.direction]}", kpi.definition, f"Source: {kpi.source}")
    indent = "    "
    body = [
        textwrap.fill(line, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
        for line in lines
    ]
    return "\n".join([head, *body])


def _unit(kpi: Kpi) -> str:
    """The unit as people say it."""
    return {"share": "a share (%)", "min": "minutes", "ratio": "a ratio"}.get(kpi.unit, kpi.unit)


def kpis_record() -> list[dict[str, Any]]:
    """All key figures with their definitions and families, as plain values."""
    return [asdict(kpi) | {"family": family} for family, kpis in FAMILIES.items() for kpi in kpis]
