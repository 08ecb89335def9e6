"""Formulas of queues, lines and networks, each written down from the literature, for the cases in `cases.json`.

Sources, by the names used below:
    Crommelin 1932: C. D. Crommelin, Delay probability formulae when the holding times are constant, Post Office
        Electrical Engineers' Journal 25, 41-50.
    Erlang 1917: A. K. Erlang, Solution of some problems in the theory of probabilities of significance in automatic
        telephone exchanges, Elektroteknikeren 13, 5-13.
    Feller 1968: W. Feller, An introduction to probability theory and its applications, vol. 1, 3rd ed., Wiley.
    Shortle 2018: J. Shortle, J. Thompson, D. Gross, C. Harris, Fundamentals of queueing theory, 5th ed., Wiley.
    Hunt 1956: G. C. Hunt, Sequential arrays of waiting lines, Operations Research 4, 674-683.
    Jackson 1957: J. R. Jackson, Networks of waiting lines, Operations Research 5, 518-521.
    Mandelbaum 2007: A. Mandelbaum, S. Zeltyn, Service engineering in action: the Palm/Erlang-A queue, in Advances in
        services innovations, Springer, 17-45.
    Takacs 1962: L. Takacs, Introduction to the theory of queues, Oxford University Press.
"""

import math
from collections.abc import Sequence

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


def machine_repair(machines: int, up: float, repair: float, servers: int) -> Figures:
    """M/M/c//N: so many machines, or patients with a bell, each of which calls again only after it was served.

    Feller 1968, XVII.7. L counts those who wait or are served; Wq is over all calls.

    >>> machine_repair(1, 3.0, 1.0, 1)["throughput"]
    0.25
    """
    births = [(machines - n) / up for n in range(machines)]
    share = birth_and_death(births, [min(n, servers) / repair for n in range(1, machines + 1)])
    present = sum(n * part for n, part in enumerate(share))
    queue = sum(max(n - servers, 0) * part for n, part in enumerate(share))
    calls = (machines - present) / up
    return {
        "L": present,
        "Lq": queue,
        "Wq": queue / calls,
        "throughput": calls,
        "util": calls * repair / servers,
    }


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
