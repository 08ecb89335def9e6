"""Formulas of wards, with and without a queue, written down from the literature.

Sources, by the names used below:
    Erlang 1917: see `formulas.py`.
    Kelly 1991: F. Kelly, Loss networks, Annals of Applied Probability 1, 319-378.
    Mirasol 1963: N. Mirasol, The output of an M/G/infinity queuing system is Poisson, Operations Research 11, 282-284.
    Monks 2016: T. Monks and others, A modelling tool for capacity planning in acute and community stroke services, BMC
        Health Services Research 16:530, doi 10.1186/s12913-016-1789-4.
    Wolff 1982: R. Wolff, Poisson arrivals see time averages, Operations Research 30, 223-231.
"""

from collections.abc import Iterable
from typing import Final

from validation.theory.formulas import Figures, birth_and_death, erlang_b

_MOST_WAITING: Final = 1000
"""As good as no limit to a queue."""


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


def loss_with_reserve(urgent: float, planned: float, stay: float, beds: int, reserve: int) -> Figures:
    """Some beds are kept for the urgent: the planned are taken only while more are free (Kelly 1991, section 3).

    The number of patients is a birth-and-death process if both stay for the same exponential time, and who comes finds
    what there is on average (Wolff 1982).
    """
    births = [urgent + (planned if n < beds - reserve else 0.0) for n in range(beds)]
    share = birth_and_death(births, [n / stay for n in range(1, beds + 1)])
    return {
        "p_block_emerg": share[beds],
        "p_block_elec": sum(share[beds - reserve :]),
        "occupancy": sum(n * part for n, part in enumerate(share)) / beds,
    }


def queue_and_cancellation(urgent: float, planned: float, stay: float, beds: int) -> Figures:
    """The urgent wait for a bed, the planned are cancelled if none is free: birth and death, all stays exponential."""
    most = beds + _MOST_WAITING
    births = [urgent + (planned if n < beds else 0.0) for n in range(most)]
    share = birth_and_death(births, [min(n, beds) / stay for n in range(1, most + 1)])
    full = sum(share[beds:])
    return {
        "p_cancel": full,
        "Wq_unplanned": sum(max(n - beds, 0) * part for n, part in enumerate(share)) / urgent,
        "mean_beds_used": sum(min(n, beds) * part for n, part in enumerate(share)),
        "p_wait_unplanned": full,
    }


ACUTE: Final = {"stroke": 1.2, "tia": 9.3, "neuro": 3.6, "other": 3.2}
"""Mean days between two who come to the acute unit (Monks 2016)."""
DIRECT: Final = {"stroke": 21.8, "neuro": 31.7, "other": 28.6}
"""Mean days between two who come to rehabilitation from elsewhere."""
ACUTE_STAY: Final = {"stroke": 0.24 * 7.4 + 0.13 * 4.6 + 0.63 * 7.0, "tia": 1.8, "neuro": 4.0, "other": 3.8}
"""Mean days in the acute unit; after a stroke by where the patient goes: rehabilitation, home with support, other."""
TO_REHAB: Final = {"stroke": 0.24, "tia": 0.01, "neuro": 0.11, "other": 0.05}
"""Shares who go on to rehabilitation."""
REHAB_STAY: Final = {"stroke": 0.4 * 30.3 + 0.6 * 28.4, "tia": 18.7, "neuro": 27.6, "other": 16.1}
"""Mean days of rehabilitation; after a stroke with and without support at home."""
ACUTE_BEDS: Final = range(9, 16)
REHAB_BEDS: Final = range(10, 17)
POOLED_BEDS: Final = (22, 26)


def stroke_rates(scale: float, dropped: Iterable[str]) -> tuple[Figures, Figures]:
    """Patients per day by illness: to the acute unit, and to rehabilitation from elsewhere."""
    out = set(dropped)
    return tuple({name: scale / gap for name, gap in gaps.items() if name not in out} for gaps in (ACUTE, DIRECT))


def stroke_loads(scale: float = 1.0, dropped: Iterable[str] = ()) -> tuple[float, float]:
    """Mean number of patients in the acute unit and in rehabilitation, if neither is ever full.

    Who leaves the one comes to the other as a Poisson process (Mirasol 1963), so both numbers follow Poisson's law.
    """
    acute, direct = stroke_rates(scale, dropped)
    moved = {name: rate * TO_REHAB[name] + direct.get(name, 0.0) for name, rate in acute.items()}
    return (
        sum(rate * ACUTE_STAY[name] for name, rate in acute.items()),
        sum(rate * REHAB_STAY[name] for name, rate in moved.items()),
    )


def stroke(scale: float, dropped: Iterable[str]) -> Figures:
    """The stroke pathway (Monks 2016): which share of days n beds delay, P(N = n) / P(N <= n) of the number present.

    For Poisson's law this is Erlang's formula B.
    """
    acute, rehab = stroke_loads(scale, dropped)
    figures = {"asu_load": acute, "rehab_load": rehab}
    figures |= {f"asu_{beds}": erlang_b(acute, beds) for beds in ACUTE_BEDS}
    return figures | {f"rehab_{beds}": erlang_b(rehab, beds) for beds in REHAB_BEDS}


def stroke_pooled() -> Figures:
    """As `stroke`, if both units share their beds."""
    return {f"pooled_{beds}": erlang_b(sum(stroke_loads()), beds) for beds in POOLED_BEDS}
