"""Formulas of queueing theory, each written down from the literature, for the cases in `cases.json`.

Sources, by the names used below:
    Cobham 1954: A. Cobham, Priority assignment in waiting line problems, Operations Research 2, 70-76.
    Crommelin 1932: C. D. Crommelin, Delay probability formulae when the holding times are constant, Post Office
        Electrical Engineers' Journal 25, 41-50.
    Eick 1993: S. Eick, W. Massey, W. Whitt, The physics of the M(t)/G/infinity queue, Operations Research 41, 731-742.
    Erlang 1917: A. K. Erlang, Solution of some problems in the theory of probabilities of significance in automatic
        telephone exchanges, Elektroteknikeren 13, 5-13.
    Shortle 2018: J. Shortle, J. Thompson, D. Gross, C. Harris, Fundamentals of queueing theory, 5th ed., Wiley.
    Hunt 1956: G. C. Hunt, Sequential arrays of waiting lines, Operations Research 4, 674-683.
    Jackson 1957: J. R. Jackson, Networks of waiting lines, Operations Research 5, 518-521.
    Kella 1985: O. Kella, U. Yechiali, Waiting times in the non-preemptive priority M/M/c queue, Stochastic Models 1,
        257-262.
    Mandelbaum 2007: A. Mandelbaum, S. Zeltyn, Service engineering in action: the Palm/Erlang-A queue, in Advances in
        services innovations, Springer, 17-45.
    Takacs 1962: L. Takacs, Introduction to the theory of queues, Oxford University Press.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

Figures = dict[str, float]
"""Measures by name; times in the unit of time of the case."""
Moments = tuple[float, float, float]
"""First, second and third moment of a time."""


def erlang_b(load: float, servers: int) -> float:
    """Share refused by servers without a queue, for any law of service (Erlang 1917; recursion in Shortle 2018, 3.4).

    >>> round(erlang_b(9.6, 12), 6)
    0.104647
    """
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def erlang_c(load: float, servers: int) -> float:
    """Share who wait where everybody waits (Erlang 1917; from Erlang B as in Shortle 2018, 3.3).

    >>> round(erlang_c(2.5, 3), 6)
    0.702247
    """
    blocked = erlang_b(load, servers)
    return blocked / (1 - load / servers * (1 - blocked))


def many_servers(rate: float, service: float, servers: int, times: Sequence[float]) -> Figures:
    """M/M/c (Shortle 2018, 3.3); tails of the wait and of the whole time at the given times."""
    load = rate * service
    waits, spare = erlang_c(load, servers), servers / service - rate
    wait = waits / spare
    figures = {
        "rho": load / servers,
        "p_wait": waits,
        "Lq": rate * wait,
        "Wq": wait,
        "Wq_given_wait": 1 / spare,
        "W": wait + service,
        "L": rate * (wait + service),
        "sd_Wq": math.sqrt(waits * (2 - waits)) / spare,
    }
    for time in times:
        figures[f"P(Wq>{time:g})"] = waits * math.exp(-spare * time)
        figures[f"P(W>{time:g})"] = _whole_time_tail(time, service, waits, servers - 1 - load)
    return figures


def _whole_time_tail(time: float, service: float, waits: float, slack: float) -> float:
    """P(wait + service > time): the service outlasts the time, or the wait and what is left of it do."""
    scaled = time / service
    if abs(slack) < 1e-9:
        return math.exp(-scaled) * (1 + waits * scaled)
    return math.exp(-scaled) * (1 + waits * (1 - math.exp(-slack * scaled)) / slack)


def one_server(rate: float, service: Moments) -> Figures:
    """M/G/1: Pollaczek-Khinchine (Shortle 2018, 6.1); second moment of the wait by Takacs 1962."""
    first, second, third = service
    load = rate * first
    wait = rate * second / (2 * (1 - load))
    square = 2 * wait**2 + rate * third / (3 * (1 - load))
    return {
        "rho": load,
        "p_wait": load,
        "Wq": wait,
        "sd_Wq": math.sqrt(square - wait**2),
        "Lq": rate * wait,
        "W": wait + first,
        "L": rate * wait + load,
    }


def moments(law: str, mean: float, spread: float | None = None) -> Moments:
    """First three moments of a service time with a mean and, where the law asks for it, a coefficient of variation.

    >>> moments("erlang2", 10.0)
    (10.0, 150.0, 3000.0)
    """
    cv = spread or 0.0
    normalised = {
        "det": (1.0, 1.0),
        "exp": (2.0, 6.0),
        "erlang2": (1.5, 3.0),
        "lognormal": (1 + cv**2, (1 + cv**2) ** 3),
        "gamma": (1 + cv**2, (1 + cv**2) * (1 + 2 * cv**2)),
    }
    second, third = normalised[law]
    return mean, second * mean**2, third * mean**3


def uniform_moments(low: float, high: float) -> Moments:
    """First three moments of a time that is uniform between two bounds."""
    first, second, third = ((high**k - low**k) / (k * (high - low)) for k in (2, 3, 4))
    return first, second, third


def constant_service(rate: float, service: float, servers: int) -> Figures:
    """M/D/c (Crommelin 1932): who is there one service time later is who came since, and who was not served before.

    So the stationary law p of the number present solves p(n) = sum over m of p(m) Poisson(n - max(m - c, 0)).
    """
    load, size = rate * service, servers + 400
    counts = np.arange(size)
    arrivals = np.exp(counts * math.log(load) - load - np.array([math.lgamma(n + 1) for n in range(size)]))
    move = np.zeros((size, size))
    for present in range(size):
        left = max(present - servers, 0)
        move[present, left:] = arrivals[: size - left]
    move[:, -1] += 1 - move.sum(axis=1)
    system = np.vstack([move.T - np.eye(size), np.ones(size)])
    share = np.linalg.lstsq(system, np.append(np.zeros(size), 1.0))[0]
    queue = float(np.maximum(counts - servers, 0) @ share)
    return {"rho": load / servers, "Wq": queue / rate, "Lq": queue}


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


def loss(rate: float, stay: float, beds: int) -> Figures:
    """Beds without a queue, for any law of stay (Erlang 1917)."""
    load = rate * stay
    blocked = erlang_b(load, beds)
    return {
        "offered": load,
        "p_block": blocked,
        "mean_occupied": load * (1 - blocked),
        "occupancy": load * (1 - blocked) / beds,
        "throughput": rate * (1 - blocked),
    }


def loss_with_cleaning(rate: float, stay: float, cleaning: float, beds: int) -> Figures:
    """As `loss`: to the beds, cleaning is a part of the stay."""
    blocked = erlang_b(rate * (stay + cleaning), beds)
    taken = rate * (1 - blocked)
    return {
        "p_block": blocked,
        "mean_patients_in_bed": taken * stay,
        "mean_beds_unavailable": taken * (stay + cleaning),
    }


def birth_and_death(births: Sequence[float], deaths: Sequence[float]) -> list[float]:
    """Stationary law of a birth-and-death process (Shortle 2018, 3.1).

    Args:
        births: rates from 0 to 1, from 1 to 2 and so on.
        deaths: rates from 1 to 0, from 2 to 1 and so on.
    """
    weights = [1.0]
    for birth, death in zip(births, deaths, strict=True):
        weights.append(weights[-1] * birth / death)
    total = sum(weights)
    return [weight / total for weight in weights]


def limited_room(rate: float, service: float, servers: int, room: int) -> Figures:
    """M/M/c/K: at most `room` present, those in service included (Shortle 2018, 3.5); waits of those who got in."""
    share = birth_and_death([rate] * room, [min(n, servers) / service for n in range(1, room + 1)])
    queue = sum(max(n - servers, 0) * part for n, part in enumerate(share))
    taken = rate * (1 - share[-1])
    return {
        "p_block": share[-1],
        "Lq": queue,
        "L": sum(n * part for n, part in enumerate(share)),
        "Wq": queue / taken,
        "p0": share[0],
        "util": taken * service / servers,
    }


def impatience(rate: float, service: float, servers: int, patience: float) -> Figures:
    """M/M/c+M or Erlang A (Mandelbaum 2007): everybody would wait for an exponential time; Wq_all is over everybody."""
    most = servers + 600
    leaving = [min(n, servers) / service + max(n - servers, 0) / patience for n in range(1, most + 1)]
    share = birth_and_death([rate] * most, leaving)
    queue = sum(max(n - servers, 0) * part for n, part in enumerate(share))
    gave_up = queue / patience / rate
    return {
        "p_abandon": gave_up,
        "p_wait": sum(share[servers:]),
        "Lq": queue,
        "Wq_all": queue / rate,
        "util": rate * (1 - gave_up) * service / servers,
        "throughput": rate * (1 - gave_up),
    }


def daily_wave(rates: Sequence[float], stay: float) -> Figures:
    """M(t)/M/infinity with a rate for each hour, over and over (Eick 1993): mean number present at each full hour."""
    kept = math.exp(-1 / stay)
    brought = [rate * stay * (1 - kept) for rate in rates]
    once = 0.0
    for patients in brought:
        once = once * kept + patients
    present = [once / (1 - kept ** len(rates))]
    for patients in brought[:-1]:
        present.append(present[-1] * kept + patients)
    return {f"occ_{hour:02d}": mean for hour, mean in enumerate(present)} | {"daily": sum(rates)}


def network(external: float, routing: Sequence[Sequence[float]], nodes: Sequence[tuple[str, float, int]]) -> Figures:
    """An open network of M/M/c queues; all external patients come to the first node (Jackson 1957).

    Args:
        external: patients per hour.
        routing: share of each node's patients who go on to each node.
        nodes: name, mean service in minutes and servers of each node.
    """
    size = len(nodes)
    rates = np.linalg.solve(np.eye(size) - np.array(routing).T, np.array([external] + [0.0] * (size - 1)))
    figures, present = {}, 0.0
    for (name, service, servers), rate in zip(nodes, rates.tolist(), strict=True):
        node = many_servers(rate / 60, service, servers, ())
        figures |= {f"lam_{name}": rate, f"rho_{name}": node["rho"], f"Wq_min_{name}": node["Wq"]}
        present += node["L"]
    return figures | {"L_total": present, "mean_time_in_system_min": present / external * 60}


def saturated_line(first: float, second: float, buffer: int) -> Figures:
    """Two stations, the first never without work, which keeps a patient for whom there is no room (Hunt 1956).

    Those whom the first has finished and the second has not are at most the buffer, one in service and one who blocks.
    """
    share = birth_and_death([first] * (buffer + 2), [second] * (buffer + 2))
    return {"throughput": second * (1 - share[0])}


SERVICES: Final = {"exp(20)": ("exp", 20.0), "lognormal(mean12,cv1)": ("lognormal", 12.0), "det(8)": ("det", 8.0)}
"""Service laws of the case with priorities at one server; its lognormal has a coefficient of variation of 1."""
UNIFORM: Final = (4.0, 16.0)
UNIFORM_MEAN: Final = 10.0
"""Of the case `uniform(4,16)`, which has no mean among its inputs."""
EXTERNAL: Final = 10.0
"""Patients per hour who come to the network from outside; the case has it in words."""


def _one_server(given: dict[str, Any]) -> Figures:
    if given["dist"] == "uniform(4,16)":
        return one_server(given["lam"], uniform_moments(*UNIFORM))
    return one_server(given["lam"], moments(given["dist"], given["mean_service"], given["cv"]))


def _network(given: dict[str, Any]) -> Figures:
    nodes = list(zip(given["nodes"], given["mean_service_min"], given["c"], strict=True))
    return network(EXTERNAL, given["routing"], nodes)


_FORMULAS: Final[dict[str, Callable[[dict[str, Any], Sequence[float]], Figures]]] = {
    "M/M/c (Erlang C)": lambda given, times: many_servers(given["lam"], given["mean_service"], given["c"], times),
    "M/G/1 (Pollaczek-Khinchine)": lambda given, _: _one_server(given),
    "M/D/c (Crommelin)": lambda given, _: constant_service(given["lam"], given["D"], given["c"]),
    "M/G/1 non-preemptive priority (Cobham)": lambda given, _: one_server_by_priority(
        given["lams"], [moments(*SERVICES[law], 1.0) for law in given["service"]]
    ),
    "M/M/c non-preemptive priority (Kella-Yechiali/Davis)": lambda given, _: many_servers_by_priority(
        given["lams"], given["mean_service"], given["c"]
    ),
    "M/G/c/c loss (Erlang B, insensitive)": lambda given, _: loss(given["lam"], given["mean_los"], given["c"]),
    "loss + bed turnaround": lambda given, _: loss_with_cleaning(
        given["lam"], given["mean_los"], given["clean_det"], given["c"]
    ),
    "M/M/c/K": lambda given, _: limited_room(given["lam"], given["mean_service"], given["c"], given["K"]),
    "M/M/c+M abandonment (Erlang A)": lambda given, _: impatience(
        given["lam"], given["mean_service"], given["c"], given["mean_patience"]
    ),
    "M(t)/G/inf with 24 hourly rates": lambda given, _: daily_wave(given["hourly_rates"], given["mean_service_h"]),
    "open Jackson network with feedback (ED)": lambda given, _: _network(given),
    "saturated 2-station exponential line, blocking after service": lambda given, _: saturated_line(
        given["mu1"], given["mu2"], given["buffer"]
    ),
}


def expected(family: str, inputs: dict[str, Any], times: Sequence[float] = ()) -> Figures:
    """Works out the figures of a case.

    Args:
        family: what kind of queue it is, as in `cases.json`.
        inputs: its parameters.
        times: for M/M/c, the times whose tails are wanted.

    Raises:
        KeyError: if there is no formula for the family.
    """
    return _FORMULAS[family](inputs, times)


def demand(inputs: dict[str, Any]) -> Figures:
    """What the patients of a case bring, as far as it is declared.

    Returns:
        `arrivals` per unit of time, and `offered`, the work that they bring in it.

    >>> demand({"lam": 0.5, "mean_service": 3.0, "c": 2})
    {'arrivals': 0.5, 'offered': 1.5}
    """
    if "mu1" in inputs:
        return {}
    if "external" in inputs:
        return {"arrivals": EXTERNAL / 60}
    if "service" in inputs:
        work = sum(rate * SERVICES[law][1] for rate, law in zip(inputs["lams"], inputs["service"], strict=True))
        return {"arrivals": sum(inputs["lams"]), "offered": work}
    hourly = inputs.get("hourly_rates", [0.0])
    rate = inputs.get("lam") or sum(inputs.get("lams", ())) or sum(hourly) / len(hourly)
    named = ("mean_service", "D", "mean_los", "mean_service_h")
    return {"arrivals": rate, "offered": rate * next((inputs[name] for name in named if name in inputs), UNIFORM_MEAN)}
