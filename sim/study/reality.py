"""Reality: with what a scenario was ever compared, and where it is known not to fit."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

BASE: Final = "general_hospital"
"""The shipped scenario that was compared with real hospitals."""
FITS: Final = (
    "eleven figures of the General hospital (beds, occupancy, attendances, admissions, four hours, waits for a bed, "
    "patients without criteria to reside, critical care, discharges by 17:00) lie between the quartiles of 36 "
    "English trusts of its size in 2024/25 (docs/calibration.md)"
)
"""What docs/calibration.md shows."""
TUNED: Final = (
    "It was tuned to these figures, so that they prove nothing about others: minutes at single steps, staff, money and "
    "gaps between groups of patients were never compared with a real service."
)
GAPS: Final = (
    "Known gaps: discharges by weekday are up to 0.12 of a mean day from those of England, too few on Thursdays, too "
    "many on Sundays; patients ready to leave are fewest on Mondays, in the trusts at weekends."
)
NEVER: Final = "It was never compared with a real service."


def compared_with(files: Sequence[str]) -> tuple[str, ...]:
    """Tells with what a scenario was compared.

    Args:
        files: those from which its values come, its own first, as `Document.files` gives them.

    Returns:
        Sentences.

    >>> compared_with(["clinic.yaml"])
    ('It was never compared with a real service.',)
    """
    stems = [PurePosixPath(file).stem for file in files]
    if BASE not in stems:
        return (NEVER,)
    if stems == [BASE]:
        return (f"{FITS[:1].upper()}{FITS[1:]}.", TUNED, GAPS)
    return (
        f"What it changes was never compared with a real service. It stands on a base of which {FITS}.",
        TUNED,
        GAPS,
    )
