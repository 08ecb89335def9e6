"""Cases: the base hospital beside English trusts, and the emergency admissions of one hospital."""

from validation.reality import admissions, hospital
from validation.verdicts import Case


def cases() -> list[Case]:
    """Both."""
    return [hospital.case(), admissions.case()]
