"""Fresh seeds: chance that had no part in choosing an answer, so that it cannot flatter it."""

import hashlib
from typing import Final

from sim.scenario.scenario import Scenario
from sim.study.experiment import with_run

_DOMAIN: Final = "wardflow fresh seed"


def fresh_seed(seed: int) -> int:
    """The seed with which the finalists of a search are run again.

    The plan that looked best among several did so partly by luck (the winner's curse), so its figures are too good.
    Figures of a run with other chance are not. The new seed is the first 63 bits of the SHA-256 of the words `wardflow
    fresh seed` and the seed, so that it is the same on every machine and cannot be chosen.

    Args:
        seed: of the search.

    Returns:
        A seed from 0 to 2**63 - 1.

    >>> fresh_seed(1)
    5692391554970347556
    """
    digest = hashlib.sha256(f"{_DOMAIN} {seed}".encode()).digest()
    return int.from_bytes(digest[:8]) >> 1


def afresh(scenario: Scenario, replications: int) -> Scenario:
    """Returns a scenario with the fresh seed and a number of replications."""
    return with_run(scenario, replications=replications, seed=fresh_seed(scenario.run.seed))
