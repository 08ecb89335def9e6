"""Bins say what they hold: up to each limit, and beyond the last."""

from sim import clock
from sim.measure.profiles import ED_LIMITS, PROFILES, WAIT_LIMITS


def test_the_last_bin_is_beyond_the_largest_limit() -> None:
    waits, times = PROFILES["wait_distribution"].bins, PROFILES["ed_time_distribution"].bins
    assert (waits[0], waits[1], waits[-2], waits[-1]) == ("at once", "up to 5 min", "up to 364 d", "over 364 d")
    assert (times[0], times[-2], times[-1]) == ("up to 15 min", "up to 1 d", "over 1 d")
    assert (len(waits), len(times)) == (len(WAIT_LIMITS) + 1, len(ED_LIMITS) + 1)


def test_a_bin_for_every_quarter_of_an_hour_of_a_day_in_the_department() -> None:
    assert [limit / clock.MINUTE for limit in ED_LIMITS] == list(range(15, 1441, 15))
