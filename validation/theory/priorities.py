"""Formulas of queues in which the more urgent go first, written down from the literature.

Sources, by the names used below:
    Buzen 1983: J. Buzen, A. Bondi, The response times of priority classes under preemptive resume in M/M/m queues,
        Operations Research 31, 456-465.
    Cobham 1954: A. Cobham, Priority assignment in waiting line problems, Operations Research 2, 70-76.
    Jaiswal 1961: N. Jaiswal, Preemptive resume priority queue, Operations Research 9, 732-742.
    Kella 1985: O. Kella, U. Yechiali, Waiting times in the non-preemptive priority M/M/c queue, Stochastic Models 1,
        257-262.
"""

import itertools
from collections.abc import Sequence

from validation.theory.formulas import Figures, Moments, erlang_c, many_servers


def one_server_by_priority(rates: Sequence[float], services: Sequence[Moments]) -> Figures:
    """M/G/1, the most urgent first, nobody interrupted (Cobham 1954)."""
    residual = sum(rate * service[1] for rate, service in zip(rates, services, strict=True)) / 2
    loads = [rate * service[0] for rate, service in zip(rates, services, strict=True)]
    return _by_priority(rates, loads, residual) | {"rho": sum(loads)}


def many_servers_by_priority(rates: Sequence[float], service: float, servers: int) -> Figures:
    """M/M/c, the most urgent first, nobody interrupted (Kella 1985)."""
    load = sum(rates) * service
    waits = erlang_c(load, servers)
    figures = _by_priority(rates, [rate * service / servers for rate in rates], waits * service / servers)
    return figures | {"p_wait": waits, "rho": load / servers}


def _by_priority(rates: Sequence[float], loads: Sequence[float], residual: float) -> Figures:
    """Waits by class: what is under way when one comes, divided by what the more urgent leave, before and after."""
    upto = [0.0, *itertools.accumulate(loads)]
    waits = [residual / ((1 - before) * (1 - after)) for before, after in itertools.pairwise(upto)]
    overall = sum(rate * wait for rate, wait in zip(rates, waits, strict=True)) / sum(rates)
    return {f"Wq_{number}": wait for number, wait in enumerate(waits, 1)} | {"Wq_all": overall}


def one_server_interrupted(rates: Sequence[float], services: Sequence[Moments]) -> Figures:
    """M/G/1 in which the more urgent interrupt, and what was left is resumed (Jaiswal 1961): whole times by class.

    A patient waits for the work of their own and the more urgent that is there; from then on every minute of work is
    stretched by those who interrupt.
    """
    loads = [rate * service[0] for rate, service in zip(rates, services, strict=True)]
    residual = itertools.accumulate(rate * service[1] / 2 for rate, service in zip(rates, services, strict=True))
    upto = [0.0, *itertools.accumulate(loads)]
    figures = {}
    for number, (work, service) in enumerate(zip(residual, services, strict=True), 1):
        before, after = upto[number - 1], upto[number]
        figures[f"T_{number}"] = service[0] / (1 - before) + work / ((1 - before) * (1 - after))
    return figures


def many_servers_interrupted(rates: Sequence[float], service: float, servers: int) -> Figures:
    """M/M/c in which the more urgent interrupt (Buzen 1983): whole times by class.

    The less urgent are as good as not there, and with one exponential law for all it does not matter to the number
    present whose service goes on. So the first k classes together are an M/M/c queue, and a class is what it adds.
    """
    figures, before = {}, 0.0
    for number, rate in enumerate(rates, 1):
        present = many_servers(sum(rates[:number]), service, servers, ())["L"]
        figures[f"T_{number}"] = (present - before) / rate
        before = present
    return figures
