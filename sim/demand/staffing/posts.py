"""Posts: which share of an establishment is vacant or in training, week by week."""

import numpy as np

from sim import clock
from sim.demand.staffing.people import luck
from sim.demand.streams import Address, Floats
from sim.scenario.workforce import Establishment

WEEKS_OF_A_YEAR = 52
_NEVER = 2**62


def weekly_share(leave_per_year: float) -> float:
    """Share of the people who leave in a week, so that in 52 weeks the share of a year is gone.

    >>> round(weekly_share(0.12), 6)
    0.002455
    """
    return float(1.0 - (1.0 - leave_per_year) ** (1.0 / WEEKS_OF_A_YEAR))


def short_by_week(address: Address, establishment: Establishment, horizon_ms: int) -> Floats:
    """Follows every post through a run: its holder may leave at the end of a week, and is replaced some time later.

    A holder leaves at the end of a week if the uniform of post and week is below the weekly share. The post is
    advertised at once (those that are vacant from the beginning, at the beginning); its next holder comes `hire_after`
    later, and counts another `training` later. Both are looked at when a week begins. Somebody may leave in training.

    Args:
        address: seed, replication and name of the staff; the draw is `post`.
        establishment: what is declared.
        horizon_ms: end of the run.

    Returns:
        For each week of the run, the share of the posts that have no trained holder when it begins.
    """
    weeks, posts = -(-horizon_ms // clock.WEEK), establishment.posts
    share = weekly_share(establishment.leave_per_year)
    leaves = luck(address, posts, weeks) < share if share else np.zeros((weeks, posts), bool)
    filled = np.arange(posts) < establishment.filled()
    comes, counts = _delays(establishment)
    from_week = np.where(filled, 0, comes)  # in which the present or next holder comes
    trained = np.where(filled, 0, counts)  # from which the present or next holder counts
    short = np.empty(weeks)
    for week in range(weeks):
        short[week] = 1.0 - np.count_nonzero(trained <= week) / posts
        gone = leaves[week] & (from_week <= week)
        from_week = np.where(gone, week + 1 + comes, from_week)
        trained = np.where(gone, week + 1 + counts, trained)
    return short


def _delays(establishment: Establishment) -> tuple[int, int]:
    """Whole weeks from a vacancy to the successor's first week, and to the first one in which they count."""
    if establishment.hire_after is None:
        return _NEVER, _NEVER
    trained = establishment.hire_after + establishment.training
    return -(-establishment.hire_after // clock.WEEK), -(-trained // clock.WEEK)
