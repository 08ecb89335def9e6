"""Formulas of places that never run out while patients come in waves, written down from the literature.

Source: Eick 1993: S. Eick, W. Massey, W. Whitt, The physics of the M(t)/G/infinity queue, Operations Research 41,
731-742.
"""

import cmath
import math
from collections.abc import Sequence
from typing import Final

from scipy import integrate, special

from validation.theory.formulas import Figures

DAY: Final = 24.0
"""Hours."""
MOMENTS: Final = (0, 6, 12, 18)
"""Hours of the day at which the number present is told."""


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


def sine_wave(rate: float, swing: float, stay: float, law: str, cv: float | None = None) -> Figures:
    """M(t)/G/infinity with the rate `rate x (1 + swing x sin(2 pi t / 24 h))` (Eick 1993, section 4).

    The number present is the rate of the past, seen through the share of patients who are still there: a sine as well,
    weaker and later.

    Args:
        rate: patients per hour, on average.
        swing: how far it goes up and down, as a share.
        stay: mean, in hours.
        law: of the stay: `exp`, `det` or `lognormal`.
        cv: coefficient of variation of a lognormal stay.
    """
    speed = 2 * math.pi / DAY
    answer = rate * swing * _still_there(law, stay, cv or 1.0, speed)
    mean, amplitude, behind = rate * stay, abs(answer), -cmath.phase(answer)
    figures = {
        "mean": mean,
        "amplitude": amplitude,
        "peak_time_h": (math.pi / 2 + behind) / speed,
        "max": mean + amplitude,
        "min": mean - amplitude,
    }
    return figures | {f"m_at_{hour}": mean + amplitude * math.sin(speed * hour - behind) for hour in MOMENTS}


def _still_there(law: str, stay: float, cv: float, speed: float) -> complex:
    """Integral over u of P(stay > u) exp(-i speed u)."""
    if law == "exp":
        return stay / (1 + 1j * speed * stay)
    if law == "det":
        return (1 - cmath.exp(-1j * speed * stay)) / (1j * speed)
    spread = math.sqrt(math.log(1 + cv**2))
    middle = math.log(stay) - spread**2 / 2

    def longer(time: float) -> float:
        return float(special.ndtr((middle - math.log(time)) / spread)) if time > 0 else 1.0

    real, imaginary = (integrate.quad(longer, 0, math.inf, weight=kind, wvar=speed)[0] for kind in ("cos", "sin"))
    return complex(real, -imaginary)
