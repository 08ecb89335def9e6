"""Who comes to a course again, after they had to break it off, has all its rounds again."""

from sim.engine.eventlog import Event
from tests.engines.stories import at, comes, hospital, moments, simulate


def test_who_broke_off_in_the_third_round_has_three_rounds_again() -> None:
    """The therapist is away from minute 15 to 60: the third session is given up at 35; an hour later it begins anew.

    Two sessions of 10 minutes, waiting for the third from 20 to 35, resting to 95, and then three sessions to 125.
    """
    session = {"staff": "therapist", "time": "10 min", "gives_up_after": "15 min", "then": "home"}
    pathways = {
        "way": [{"repeat": {"times": 3, "steps": [{"session": session}]}}, {"leave": "discharged"}],
        "home": [{"rest": {"time": "1 h"}}, {"go": "way"}],
    }
    roster = {"early": {"from": "00:00", "to": "00:15", "on_duty": 1}, "late": {"from": "01:00", "on_duty": 1}}
    staff = {"therapist": {"roster": roster}}
    _, log = simulate(hospital(300, patients={"p": comes(**at(0))}, staff=staff, pathways=pathways))
    assert moments(log, Event.RENEGE) == [35]
    assert moments(log, Event.LEAVE) == [125]
    assert [moment for moment in moments(log, Event.START) if moment != 35] == [0, 10, 95, 105, 115]
