"""A log that breaks off in the midst of a move is found out, and breaks nothing."""

from sim.engine.eventlog import Event
from tests.unit.test_interruptions import care


def test_a_log_that_ends_before_the_outlier_has_given_up_the_old_bed_is_not_believed() -> None:
    """The second lies in surgery from minute 30 and comes home at 120, as the last thing that is told."""
    book = care({"enter": "medical"}, {"stay": "9 h"})
    first, second = book.arrives(0), book.arrives(0)
    book.enters(first, "enter medical", 0, 0)
    book.stays(first, "stay", 0, 100)
    book.leaves(first, 100)
    book.enters(second, "enter medical", 0, 30, "surgical")
    book.stays(second, "stay", 30)
    book.comes_home(second, "enter medical", 120, "medical")
    good = book.closed()
    assert good.rules() == set()
    assert good.without(good.row(second, Event.VACATE)).rules() != set()
