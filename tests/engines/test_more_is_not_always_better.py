"""More beds or nurses can lengthen a wait: two counter-examples, kept so that nobody takes them for faults.

That nobody is ever worse off for a bed more holds path by path only for one ward that all enter in turn
(`tests/properties/test_generated.py`). With wards in series or with priorities it is false, in real hospitals too:
what helps the one in front can put a long stay before somebody else.
"""

import itertools

from sim.engine.eventlog import Event
from tests.engines.stories import at, comes, hospital, simulate, story

LEAVE = {"leave": "discharged"}


def waits(scenario: object, patients: int) -> list[float]:
    """Minutes that each patient waits in all queues together."""
    program, log = simulate(scenario)  # type: ignore[arg-type]
    found = []
    for patient in range(patients):
        pairs = itertools.pairwise(story(program, log, patient))
        found.append(sum(after[0] - before[0] for before, after in pairs if before[1] == Event.QUEUE.name.lower()))
    return found


def test_a_bed_more_in_the_first_of_two_wards_makes_the_first_patient_wait_for_the_second() -> None:
    """Ward A, then ward B with one bed; a comes at 0 (10 minutes in A, 5 in B), b at 1 (1 minute in A, 100 in B).

    One bed in A: a is in A until 10 and in B until 15. b waits 9 minutes for A and, from 11, 4 minutes for B.
    Two beds in A: b needs A from 1 to 2 only, so b is in B first, from 2 until 102. a is ready at 10 and waits 92
    minutes for B. Nobody waits for A any more, and yet all waits together rise from 13 to 92 minutes.
    """

    def wards(beds: int) -> list[float]:
        way = [
            {"enter": "A"},
            {"stay": {"name": "in A", "time": {"by": "who", "a": "10 min", "rest": "1 min"}}},
            {"enter": "B"},
            {"stay": {"name": "in B", "time": {"by": "who", "a": "5 min", "rest": "100 min"}}},
            LEAVE,
        ]
        patients = {
            name: comes(**at(minute)) | {"attributes": {"who": {name: "rest"}}} for name, minute in (("a", 0), ("b", 1))
        }
        beds_of = {"A": {"beds": beds}, "B": {"beds": 1}}
        return waits(hospital(300, patients=patients, wards=beds_of, pathways={"way": way}), 2)

    assert wards(1) == [0, 13]
    assert wards(2) == [92, 0]


def test_a_nurse_more_lets_two_long_treatments_begin_and_an_urgent_patient_waits_for_them() -> None:
    """Urgent patients need 10 minutes and come at 0, 5 and 16; two others need 100 and come at 6 and 7.

    One nurse: the urgent ones follow each other from 0, 10 and 20 (waits 0, 5 and 4), so that the others do not begin
    before 30.
    Two nurses: the second urgent patient is treated from 5 to 15. At 10 and at 15 a nurse is free and nobody urgent is
    there: both long treatments begin. The third urgent patient comes at 16 and waits until 110. Nobody is interrupted.
    """

    def nurses(number: int) -> list[float]:
        urgent = [{"care": {"staff": "nurse", "time": "10 min"}}, LEAVE]
        other = [{"long care": {"staff": "nurse", "time": "100 min"}}, LEAVE]
        patients = {
            "urgent": comes("urgent", **at(0, 5, 16)) | {"priority": 1},
            "other": comes("other", **at(6, 7)) | {"priority": 2},
        }
        pathways = {"urgent": urgent, "other": other}
        parts = {"patients": patients, "staff": {"nurse": {"on_duty": number}}, "pathways": pathways}
        return waits(hospital(500, **parts), 5)

    urgent_first, urgent_second, other_first, other_second, urgent_third = range(5)
    with_one, with_two = nurses(1), nurses(2)
    assert [with_one[patient] for patient in (urgent_first, urgent_second, urgent_third)] == [0, 5, 4]
    assert [with_two[patient] for patient in (urgent_first, urgent_second, urgent_third)] == [0, 0, 94]
    assert [with_one[patient] for patient in (other_first, other_second)] == [24, 123]
    assert [with_two[patient] for patient in (other_first, other_second)] == [4, 8]
