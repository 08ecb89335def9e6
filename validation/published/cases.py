"""What is published about three models, and how Wardflow is held against it."""

from validation.published import call_centre, stroke, treatment_centre
from validation.verdicts import Case


def cases() -> list[Case]:
    """All cases of this part."""
    return [*treatment_centre.cases(), *stroke.cases(), *call_centre.cases()]
