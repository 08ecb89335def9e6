"""A mixture of three kinds of stay: each kind serves the uniforms of its share, in the order in which they are told."""

import numpy as np
import pytest

from sim import clock
from sim.demand.quantiles import mean, quantile
from sim.scenario.distributions import Mixture


def of(*parts: tuple[float, object]) -> Mixture:
    return Mixture.model_validate({"parts": [{"share": share, "time": time} for share, time in parts]})


def test_every_part_of_three_is_drawn_from() -> None:
    law = of((0.2, "1 min"), (0.3, "2 min"), (0.5, "3 min"))
    uniforms = np.array([0.01, 0.19, 0.2, 0.49, 0.51, 0.99])
    assert (quantile(law, uniforms) / clock.MINUTE).tolist() == [1, 1, 2, 2, 3, 3]
    assert mean(law) / clock.MINUTE == pytest.approx(0.2 * 1 + 0.3 * 2 + 0.5 * 3)


def test_the_uniforms_of_a_part_are_stretched_over_all_of_its_times() -> None:
    """The second part has the uniforms from 0.2 to 0.6; in the middle of them stands the middle of its times."""
    law = of((0.2, "1 h"), (0.4, {"uniform": {"low": "0 min", "high": "60 min"}}), (0.4, "2 h"))
    assert (quantile(law, np.array([0.3, 0.4, 0.5])) / clock.MINUTE).tolist() == [15, 30, 45]
