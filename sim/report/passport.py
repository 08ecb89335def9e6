"""Passports as they are shown: in a terminal, in documents and as plain values."""

from dataclasses import asdict
from typing import Any, Final

from sim.report.document import Line
from sim.study.passport import Passport, in_short, sentences

TITLE: Final = "How far can this be trusted?"


def passport_text(found: Passport, *, whole: bool = False) -> str:
    """Tells a passport in a terminal.

    Args:
        found: the passport.
        whole: all of it; otherwise one paragraph.
    """
    if not whole:
        return f"{TITLE} {in_short(found)} --passport tells it whole."
    return "\n".join([TITLE, *(f"- {lead}: {told}" for lead, told in sentences(found))])


def passport_lines(found: Passport) -> tuple[Line, ...]:
    """Tells a passport as lines of a document."""
    return tuple(Line(told, f"{lead}:") for lead, told in sentences(found))


def passport_record(found: Passport) -> dict[str, Any]:
    """A passport as plain values, with its sentences."""
    unsure = [
        {"kpi": one.key[0], "scope": one.key[1], "label": one.label, "margin": one.margin, "enough": one.enough}
        for one in found.unsure
    ]
    broken = [{"rule": rule, "runs": runs} for rule, runs in found.books.broken]
    return {
        "name": found.name,
        "version": found.version,
        "fingerprint": found.fingerprint,
        "seed": found.seed,
        "replications": found.replications,
        "replications_wanted": found.wanted,
        "engine": found.engine,
        "books": {"rules": found.books.rules, "kept": not broken, "broken": broken},
        "loads": [asdict(one) | {"overloaded": one.is_overloaded} for one in found.crowded],
        "warm_up": asdict(found.settling),
        "precision": {"headline": found.headline, "not_precise": unsure},
        "compared_with_reality": list(found.compared),
        "not_for": list(found.not_for),
        "sentences": [{"about": lead, "sentence": told} for lead, told in sentences(found)],
    }
