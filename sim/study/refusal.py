"""A refusal: what is wrong with an option of a study, and the fix."""

from sim.scenario.problems import Problem, ScenarioError


def refusal(option: str, message: str, fix: str) -> ScenarioError:
    """Makes the error that tells what is wrong with an option.

    Args:
        option: of the command, such as `--lever`; it stands for the name of a file.
        message: what was found and what is allowed.
        fix: an example that would do.

    >>> print(refusal("--lever", "there is nothing between 5 and 4", "wards.medical.beds=4..5"))
    --lever lever: there is nothing between 5 and 4. Fix: wards.medical.beds=4..5
    """
    name = option.lstrip("-")
    return ScenarioError([Problem(option, 0, 0, name, name, message, fix)])


def check_confidence(confidence: float) -> None:
    """Refuses a confidence that is no probability between one half and 1.

    Raises:
        ScenarioError: tells the fix.
    """
    if not 0.5 <= confidence < 1:
        raise refusal("--confidence", f"a confidence lies between 0.5 and 1, not at {confidence:g}", "0.95")


def check_count(option: str, count: int, least: int) -> None:
    """Refuses a number that is below the least that makes sense.

    Raises:
        ScenarioError: tells the fix.
    """
    if count < least:
        raise refusal(option, f"at least {least} are needed, not {count}", str(least))
