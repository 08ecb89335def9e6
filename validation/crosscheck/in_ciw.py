"""In ciw: the same patients through a network of that simulator (ciwpython on PyPI, MIT licence).

Its clock is a floating-point number, which holds whole milliseconds exactly.
"""

import itertools
from typing import Any

import ciw

from validation.crosscheck.paths import Moments, Ms, Path

_BY_CLASS = ("routing", "reneging_time_distributions", "baulking_functions")
"""Arguments that ciw wants for each class; here all classes have the same."""


class ByPatient(ciw.dists.Distribution):
    """The time of a patient, whoever is served first; ciw numbers patients from 1 as they come."""

    def __init__(self, times: Ms) -> None:
        self.times = times

    def sample(self, t: float | None = None, ind: Any = None) -> int:
        """Looks the time of a patient up."""
        return self.times[ind.id_number - 1]


def records(path: Path, times: list[Ms], **network: Any) -> list[Any]:
    """Runs a network in which patients come at the moments of a path.

    Args:
        path: the patients; those of each class come at its moments.
        times: for each node the time of each patient.
        network: the other arguments of `ciw.create_network`.

    Returns:
        The records of ciw, times in milliseconds.
    """
    names = sorted(set(path.classes))
    never = [None] * (len(times) - 1)
    moments_of = {
        name: [moment for moment, own in zip(path.arrivals, path.classes, strict=True) if own == name] for name in names
    }
    coming = {name: [ciw.dists.Sequential([*_gaps(own), float("inf")]), *never] for name, own in moments_of.items()}
    by_class = {"service_distributions": [ByPatient(own) for own in times]} | {
        argument: network.pop(argument) for argument in _BY_CLASS if argument in network
    }
    network |= {argument: dict.fromkeys(names, value) for argument, value in by_class.items()}
    network["arrival_distributions"] = coming
    ciw.seed(1)
    simulation = ciw.Simulation(ciw.create_network(**network))
    simulation.simulate_until_max_time(2 * path.horizon)
    return simulation.get_all_records()


def _gaps(moments: Ms) -> Ms:
    return [later - sooner for sooner, later in itertools.pairwise([0, *moments])]


def moments(found: list[Any], what: str, kind: str, field: str, node: int = 1) -> Moments:
    """When something first happened to each patient.

    Args:
        found: records of ciw.
        what: how we call it.
        kind: types of the records in which it stands, such as `service`.
        field: where it stands in them, such as `exit_date`.
        node: number of the node.
    """
    first: Moments = {}
    for record in found:
        if record.record_type in kind.split(", ") and record.node == node:
            key, moment = (what, record.id_number - 1), getattr(record, field)
            first[key] = min(moment, first.get(key, moment))
    return first
