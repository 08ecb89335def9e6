"""Expected: which formula answers which family of cases in `cases.json`, and what the patients of a case bring."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from validation.theory.beds import (
    loss,
    loss_with_cleaning,
    loss_with_reserve,
    queue_and_cancellation,
    stroke,
    stroke_loads,
    stroke_pooled,
    stroke_rates,
)
from validation.theory.formulas import (
    Figures,
    constant_service,
    impatience,
    limited_room,
    machine_repair,
    many_servers,
    moments,
    network,
    one_server,
    saturated_line,
    uniform_moments,
)
from validation.theory.priorities import (
    many_servers_by_priority,
    many_servers_interrupted,
    one_server_by_priority,
    one_server_interrupted,
)
from validation.theory.waves import daily_wave, sine_wave

SERVICES: Final = {"exp(20)": ("exp", 20.0), "lognormal(mean12,cv1)": ("lognormal", 12.0), "det(8)": ("det", 8.0)}
"""Service laws of the case with priorities at one server; its lognormal has a coefficient of variation of 1."""
UNIFORM: Final = (4.0, 16.0)
UNIFORM_MEAN: Final = 10.0
"""Of the case `uniform(4,16)`, which has no mean among its inputs."""
EXTERNAL: Final = 10.0
"""Patients per hour who come to the network from outside; the case has it in words."""
SINE_RATE: Final = 10.0
SINE_SWING: Final = 0.5
"""Of the rate `10*(1+0.5 sin(2 pi t/24)) per hour`, which the cases have in words."""
_SINE: Final = "M(t)/G/inf (Eick-Massey-Whitt)"
_STROKE: Final = "Monks 2016 analytic (P(N=n)/P(N<=n) of Poisson = Erlang B)"
_POOLED: Final = "Monks 2016 pooled"
_REPAIR: Final = "machine repair M/M/c//N (finite source)"
_RESERVE: Final = "trunk reservation: electives admitted only if >3 beds free"
_CANCELLED: Final = "emergencies queue, electives cancelled when all beds busy (Markov)"
_LINE: Final = "saturated 2-station exponential line, blocking after service"
_NETWORK: Final = "open Jackson network with feedback (ED)"


def _one_server(given: dict[str, Any]) -> Figures:
    if given["dist"] == "uniform(4,16)":
        return one_server(given["lam"], uniform_moments(*UNIFORM))
    return one_server(given["lam"], moments(given["dist"], given["mean_service"], given["cv"]))


def _interrupted(given: dict[str, Any]) -> Figures:
    services = [moments(*SERVICES[law], 1.0) for law in given["service"]] if "service" in given else None
    if services is None:
        services = [moments("exp", given["mean_service"])] * len(given["lams"])
    return one_server_interrupted(given["lams"], services)


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
    _NETWORK: lambda given, _: _network(given),
    "M/G/1 preemptive-resume": lambda given, _: _interrupted(given),
    "M/M/1 preemptive-resume": lambda given, _: _interrupted(given),
    "M/M/c preemptive-resume": lambda given, _: many_servers_interrupted(
        given["lams"], given["mean_service"], given["c"]
    ),
    _SINE: lambda given, _: sine_wave(SINE_RATE, SINE_SWING, given["mean_service"], given["dist"], given["cv"]),
    _REPAIR: lambda given, _: machine_repair(given["N"], given["mean_up"], given["mean_repair"], given["c"]),
    _RESERVE: lambda given, _: loss_with_reserve(
        given["lam_emerg"], given["lam_elec"], given["mean_los"], given["c"], given["reserve"]
    ),
    _CANCELLED: lambda given, _: queue_and_cancellation(
        given["lam_unplanned"], given["lam_elective"], given["mean_los_h"], given["c"]
    ),
    _STROKE: lambda given, _: stroke(given["scale"], given["drop"]),
    _POOLED: lambda *_: stroke_pooled(),
    _LINE: lambda given, _: saturated_line(given["mu1"], given["mu2"], given["buffer"]),
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


def demand(family: str, inputs: dict[str, Any]) -> Figures:
    """What the patients of a case bring, as far as it is declared.

    Returns:
        `arrivals` per unit of time, and `offered`, the work that they bring in it.

    >>> demand("M/M/c (Erlang C)", {"lam": 0.5, "mean_service": 3.0, "c": 2})
    {'arrivals': 0.5, 'offered': 1.5}
    """
    return _DEMANDS.get(family, _demand)(inputs)


def _demand(inputs: dict[str, Any]) -> Figures:
    if "service" in inputs:
        work = sum(rate * SERVICES[law][1] for rate, law in zip(inputs["lams"], inputs["service"], strict=True))
        return {"arrivals": sum(inputs["lams"]), "offered": work}
    hourly = inputs.get("hourly_rates", [0.0])
    rate = inputs.get("lam") or sum(inputs.get("lams", ())) or sum(hourly) / len(hourly)
    named = ("mean_service", "D", "mean_los", "mean_service_h")
    return _brought(rate, next((inputs[name] for name in named if name in inputs), UNIFORM_MEAN))


def _brought(rate: float, time: float) -> Figures:
    return {"arrivals": rate, "offered": rate * time}


def _stroke_demand(scale: float = 1.0, dropped: Sequence[str] = ()) -> Figures:
    rates = [rate for group in stroke_rates(scale, dropped) for rate in group.values()]
    return {"arrivals": sum(rates), "offered": sum(stroke_loads(scale, dropped))}


_DEMANDS: Final[dict[str, Callable[[dict[str, Any]], Figures]]] = {
    _LINE: lambda _: {},
    _REPAIR: lambda _: {},
    _NETWORK: lambda _: {"arrivals": EXTERNAL / 60},
    _SINE: lambda _: {"arrivals": SINE_RATE},
    _RESERVE: lambda given: _brought(given["lam_emerg"] + given["lam_elec"], given["mean_los"]),
    _CANCELLED: lambda given: _brought(given["lam_unplanned"] + given["lam_elective"], given["mean_los_h"]),
    _STROKE: lambda given: _stroke_demand(given["scale"], given["drop"]),
    _POOLED: lambda _: _stroke_demand(),
}
"""What is not told by the usual names."""

SOURCES: Final = {
    "M/M/c (Erlang C)": "Erlang 1917",
    "M/G/1 (Pollaczek-Khinchine)": "Pollaczek-Khinchine",
    "M/D/c (Crommelin)": "Crommelin 1932",
    "M/G/1 non-preemptive priority (Cobham)": "Cobham 1954",
    "M/M/c non-preemptive priority (Kella-Yechiali/Davis)": "Kella 1985",
    "M/G/1 preemptive-resume": "Jaiswal 1961",
    "M/M/1 preemptive-resume": "Jaiswal 1961",
    "M/M/c preemptive-resume": "Buzen 1983",
    "M/G/c/c loss (Erlang B, insensitive)": "Erlang 1917",
    "loss + bed turnaround": "Erlang 1917",
    "M/M/c/K": "birth and death",
    "M/M/c+M abandonment (Erlang A)": "Mandelbaum 2007",
    "M(t)/G/inf with 24 hourly rates": "Eick 1993",
    _SINE: "Eick 1993",
    _REPAIR: "Feller 1968",
    _RESERVE: "Kelly 1991",
    _CANCELLED: "birth and death",
    _STROKE: "Monks 2016",
    _POOLED: "Monks 2016",
    _NETWORK: "Jackson 1957",
    _LINE: "Hunt 1956",
}
"""Who found the figures of each family, in a few words; the formulas say where."""
