"""Cases: each scenario file beside this one is a queue whose exact figures are known."""

from functools import partial

from validation.theory.check import CASES_FILE, PART, judge, load_queues, observe, replications
from validation.verdicts import Case


def cases() -> list[Case]:
    """Lists the cases, in order of `cases.json`."""
    return [
        Case(
            PART,
            file.stem,
            (file, CASES_FILE),
            replications(file),
            partial(observe, file, queue),
            partial(judge, file, queue),
        )
        for queue in load_queues().values()
        for file in queue.files()
    ]
