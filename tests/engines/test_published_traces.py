"""What the traces of other simulators show beside their moments, which `tests/validation/test_traces.py` compares."""

from sim import clock
from sim.demand.fates import draw_fates
from sim.engine.checking.invariants import check
from sim.engine.eventlog import Event
from sim.engine.reference import run
from tests.engines.stories import comes, every, hospital, moments, simulate
from validation.traces.cases import play


def test_who_stays_on_counts_among_the_staff_until_they_go() -> None:
    """Three to minute 7, two others to 11, another one to 20 (ciw tests/test_scheduling.py::test_overtime)."""
    _, log = play("overtime")
    told = log.event == Event.CAPACITY
    there = list(zip((log.time_ms[told] / clock.MINUTE).tolist(), log.quantity[told].tolist(), strict=True))
    assert there == [(0, 3), (7, 4), (8, 3), (10, 2), (11, 3), (13, 2), (14, 1), (20, 0)]


def test_who_becomes_more_urgent_keeps_the_moment_at_which_they_came() -> None:
    """In ciw (tests/test_node.py::test_priority_change_while_waiting) the one of 6 joins the other queue at its end.

    Here that patient, and the one of 9 who is promoted at 16, are treated before the one of 12.
    """
    _, log = play("more_urgent_while_waiting")
    arrived = dict(zip(log.patient[log.event == Event.ARRIVE].tolist(), moments(log, Event.ARRIVE), strict=True))
    assert [arrived[patient] for patient in log.patient[log.event == Event.START].tolist()] == [3, 4, 8, 6, 9]


def test_simultaneous_events_have_one_order_where_ciw_has_two() -> None:
    """Arrivals every 10, two servers, service 5, everybody starts again: at 30 two end and one comes.

    ciw tests/test_simulation.py::test_simultaneous_events_example, in which by chance two or three have been served by
    36. Here departures come first, and of those who ask in one instant the one who came to the hospital first goes
    first: the third patient begins at 35, before the second, and nobody but the first two has been served.
    """
    way = [{"care": {"staff": "nurse", "time": "5 min"}}, {"go": "way"}]
    scenario = hospital(36, patients={"p": comes(**every(10))}, staff={"nurse": {"on_duty": 2}}, pathways={"way": way})
    program, log = simulate(scenario)
    assert check(program, draw_fates(scenario, 1, 0), log) == ()
    served = log.event == Event.END
    assert set(log.patient[served].tolist()) == {0, 1}
    assert moments(log, Event.END) == [15, 20, 25, 25, 30, 30, 35, 35]
    at_35 = (log.event == Event.START) & (log.time_ms == 35 * clock.MINUTE)
    assert sorted(log.patient[at_35].tolist()) == [0, 2]
    again = run(program, draw_fates(scenario, 2, 0))
    assert again.digest() == log.digest()
