"""Followers: follow the same patients through today and a plan, one visitor after the other, and keep what came out."""

import threading
from collections import OrderedDict
from functools import cache
from typing import Final

from sim.scenario.scenario import Scenario
from sim.study.experiment import Experiment, with_run
from sim.study.same_patients import Followed, follow

MOST_KEPT: Final = 20
"""So many pairs of plans are kept in memory."""
_Key = tuple[str, str, int]


class Follower:
    """Follows the patients of one replication; two visitors never at the same time, so that memory lasts."""

    def __init__(self) -> None:
        """Begins with nothing kept."""
        self._kept: OrderedDict[_Key, Followed] = OrderedDict()
        self._turn = threading.Lock()

    def kept(self, base: Scenario, plan: Scenario) -> Followed | None:
        """What came out earlier, for this visitor or another; None if nobody asked, or it was long ago."""
        return self._kept.get(_key(base, plan))

    def follow(self, base: Scenario, plan: Scenario) -> Followed:
        """Follows the patients of the first replication.

        Args:
            base: as it is today.
            plan: run over the same weeks.

        Raises:
            RuntimeError: if a run fails.
            ValueError: if its books do not balance, or the two are not run alike.
        """
        key = _key(base, plan)
        with self._turn:
            if key not in self._kept:
                self._kept[key] = follow(base, with_run(plan, seed=base.run.seed), 1)
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
            return self._kept[key]


def _key(base: Scenario, plan: Scenario) -> _Key:
    return base.fingerprint(), plan.fingerprint(), base.run.seed


@cache
def follower() -> Follower:
    """The one for all visitors of this server."""
    return Follower()


def seconds(*experiments: Experiment) -> float:
    """How long it takes about to run one replication of each, by what they took."""
    return sum(sum(one.seconds for one in found.replicates) / len(found.replicates) for found in experiments)
