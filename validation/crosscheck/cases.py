"""Cases: of each network, how many patients were compared, and by how much one of them differed at most."""

from functools import partial
from typing import Final

from validation.crosscheck.networks import NETWORKS, Network
from validation.crosscheck.paths import draw, largest_difference
from validation.verdicts import Case, Observed, Verdict, exactly

PART: Final = "crosscheck"
FEWEST: Final = 10_000
"""Patients who are to be compared in each network."""


def cases() -> list[Case]:
    """One case a network."""
    return [
        Case(PART, one.name, one.files, 1, partial(observe, one.name), partial(judge, one.name)) for one in NETWORKS
    ]


def network(name: str) -> Network:
    """The network of a name."""
    return next(one for one in NETWORKS if one.name == name)


def observe(name: str, number: int, share: float = 1.0) -> list[float]:
    """Runs the patients of a network in all ways.

    Args:
        name: of the network.
        number: of the replication; there is only 0.
        share: of the length of the run.

    Returns:
        Patients who were compared, and the largest difference in milliseconds from the recursion and from ciw, where
        that has such a network.
    """
    one = network(name)
    path = draw(one.files[0], share)
    ours = one.ours(path)
    others = [account(path) for account in (one.recursion, one.in_ciw) if account is not None]
    compared = len({patient for _, patient in ours})
    return [float(compared), *[largest_difference(ours, other, path.horizon) for other in others]]


def judge(name: str, rows: Observed) -> list[Verdict]:
    """Nobody may differ, and enough must have been compared."""
    compared, *differences = rows[0]
    enough = exactly(PART, name, "count", f"patients compared, at least {FEWEST}", (max(compared, FEWEST), compared))
    sources = ("a recursion", "ciw")[: len(differences)]
    return [
        enough,
        *[
            exactly(PART, name, source, "largest difference of a patient [ms]", (0.0, difference))
            for source, difference in zip(sources, differences, strict=True)
        ],
    ]
