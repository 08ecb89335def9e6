"""Times have the distribution that was declared, and a shorter law is shorter for everybody."""

import math

import numpy as np
import pytest
from pydantic import TypeAdapter
from scipy import stats

from sim import clock
from sim.demand.quantiles import mean, quantile
from sim.demand.streams import SMALLEST, Address, uniforms
from sim.demand.tables import beta_quantile, gamma_quantile
from sim.scenario.distributions import SimpleLaw, UnknownLaw

LAW = TypeAdapter(SimpleLaw)
LEVELS = np.concatenate([np.logspace(-12, -2, 40), np.linspace(0.01, 0.99, 197), 1 - np.logspace(-2, -12, 40)])
MIN, H, D = clock.MINUTE, clock.HOUR, clock.DAY


def law(found):
    return LAW.validate_python(found)


def lognormal(mean_ms, sd):
    variance = math.log1p((sd / mean_ms) ** 2)
    return stats.lognorm(math.sqrt(variance), scale=mean_ms * math.exp(-variance / 2))


def gamma(mean_ms, sd):
    return stats.gamma((mean_ms / sd) ** 2, scale=sd**2 / mean_ms)


def weibull(mean_ms, shape):
    return stats.weibull_min(shape, scale=mean_ms / math.gamma(1 + 1 / shape))


def beta(low, high, mean_ms, sd):
    middle, spread = (mean_ms - low) / (high - low), sd / (high - low)
    both = middle * (1 - middle) / spread**2 - 1
    return stats.beta(middle * both, (1 - middle) * both, low, high - low)


KNOWN = {
    "exponential": ({"exponential": {"mean": "30 min"}}, stats.expon(scale=30 * MIN)),
    "lognormal": ({"lognormal": {"mean": "7 min", "sd": "4 min"}}, lognormal(7 * MIN, 4 * MIN)),
    "lognormal stay": ({"lognormal": {"mean": "6.2 d", "sd": "8 d"}}, lognormal(6.2 * D, 8 * D)),
    "gamma": ({"gamma": {"mean": "7 min", "sd": "4 min"}}, gamma(7 * MIN, 4 * MIN)),
    "gamma skewed": ({"gamma": {"mean": "5 d", "sd": "10 d"}}, gamma(5 * D, 10 * D)),
    "gamma narrow": ({"gamma": {"mean": "5 d", "sd": "6 h"}}, gamma(5 * D, 6 * H)),
    "weibull": ({"weibull": {"mean": "6 h", "shape": 1.5}}, weibull(6 * H, 1.5)),
    "weibull falling": ({"weibull": {"mean": "6 h", "shape": 0.7}}, weibull(6 * H, 0.7)),
    "erlang 1": ({"erlang": {"mean": "20 min", "phases": 1}}, stats.expon(scale=20 * MIN)),
    "erlang 3": ({"erlang": {"mean": "20 min", "phases": 3}}, stats.gamma(3, scale=20 * MIN / 3)),
    "triangular": ({"triangular": {"low": "5 min", "mode": "7 min", "high": "10 min"}},
                   stats.triang(0.4, 5 * MIN, 5 * MIN)),
    "triangular left": ({"triangular": {"low": "0 min", "mode": "0 min", "high": "10 min"}},
                        stats.triang(0.0, 0, 10 * MIN)),
    "triangular right": ({"triangular": {"low": "2 min", "mode": "10 min", "high": "10 min"}},
                         stats.triang(1.0, 2 * MIN, 8 * MIN)),
    "uniform": ({"uniform": {"low": "10 min", "high": "20 min"}}, stats.uniform(10 * MIN, 10 * MIN)),
    "beta": ({"beta": {"low": "10 min", "high": "90 min", "mean": "35 min", "sd": "15 min"}},
             beta(10 * MIN, 90 * MIN, 35 * MIN, 15 * MIN)),
    "beta two peaks": ({"beta": {"low": "0 h", "high": "1 h", "mean": "30 min", "sd": "20 min"}},
                       beta(0, H, 30 * MIN, 20 * MIN)),
}  # fmt: skip

every_law = pytest.mark.parametrize(("found", "known"), KNOWN.values(), ids=KNOWN)


@every_law
def test_a_time_is_the_quantile_of_the_law_to_the_millisecond(found, known):
    times, exact = quantile(law(found), LEVELS), known.ppf(LEVELS)
    assert times.dtype == np.int64
    assert (abs(times - exact) <= 0.5 + 1e-7 * known.mean() + 1e-10 * exact).all()


@every_law
def test_mean_and_sd_of_many_patients_are_those_of_the_law(found, known):
    times = quantile(law(found), uniforms(Address(1, 0, "law"), 200_000))
    assert times.mean() == pytest.approx(known.mean(), rel=4 * known.std() / known.mean() / math.sqrt(200_000))
    assert times.std() == pytest.approx(known.std(), rel=0.05)
    assert stats.kstest(times[:5000], known.cdf).pvalue > 0.01


@every_law
def test_the_mean_is_known_beforehand(found, known):
    assert mean(law(found)) == pytest.approx(known.mean(), rel=1e-12)


@every_law
def test_bounds_set_times_to_the_bound_and_move_the_mean(found, known):
    low, high = round(known.ppf(0.2)), round(known.ppf(0.9))
    ((kind, fields),) = found.items()
    bounded = law({kind: {**fields, "at_least": clock.exact_duration(low), "at_most": clock.exact_duration(high)}})
    times = quantile(bounded, LEVELS)
    assert times.min() == low and times.max() == high
    inside = (LEVELS > 0.21) & (LEVELS < 0.89)
    assert (times[inside] == quantile(law(found), LEVELS)[inside]).all()
    grid = (np.arange(200_000) + 0.5) / 200_000
    expected = np.clip(known.ppf(grid), low, high).mean()
    assert mean(bounded) == pytest.approx(expected, rel=1e-5)


@every_law
def test_luckier_is_never_longer_and_nothing_is_below_zero_or_too_large(found, known):
    edges = np.concatenate([[SMALLEST, 2.0**-53], LEVELS, [1 - 2.0**-53]])
    times = quantile(law(found), edges)
    assert (np.diff(times) >= 0).all()
    assert times.min() >= 0


SCALED = {
    "exponential": lambda x: {"exponential": {"mean": f"{30 * x} min"}},
    "lognormal": lambda x: {"lognormal": {"mean": f"{30 * x} min", "sd": f"{45 * x} min"}},
    "gamma": lambda x: {"gamma": {"mean": f"{30 * x} min", "sd": f"{45 * x} min"}},
    "weibull": lambda x: {"weibull": {"mean": f"{30 * x} min", "shape": 0.8}},
    "erlang": lambda x: {"erlang": {"mean": f"{30 * x} min", "phases": 4}},
    "triangular": lambda x: {"triangular": {"low": f"{5 * x} min", "mode": f"{7 * x} min", "high": f"{10 * x} min"}},
    "uniform": lambda x: {"uniform": {"low": f"{5 * x} min", "high": f"{10 * x} min"}},
    "beta": lambda x: {"beta": {"low": f"{x} min", "high": f"{9 * x} min", "mean": f"{4 * x} min", "sd": f"{x} min"}},
    "empirical": lambda x: {"empirical": {"values": [f"{9 * x} min", f"{2 * x} min"], "weights": [1, 3]}},
    "mixture": lambda x: {"mixture": [{"share": 0.8, "time": {"exponential": {"mean": f"{20 * x} min"}}},
                                      {"share": 0.2, "time": f"{90 * x} min"}]},
}  # fmt: skip


@pytest.mark.parametrize("scaled", SCALED.values(), ids=SCALED)
def test_a_law_that_is_a_tenth_shorter_is_shorter_for_everybody(scaled):
    luck = uniforms(Address(1, 0, "law"), 20_000)
    longer, shorter = quantile(law(scaled(1.0)), luck), quantile(law(scaled(0.9)), luck)
    assert (shorter <= longer).all()
    assert np.abs(shorter - 0.9 * longer).max() <= 1.0


@pytest.mark.parametrize("kind", ["exponential", "erlang", "weibull"])
def test_a_shorter_mean_alone_is_shorter_for_everybody_where_the_shape_is_kept(kind):
    shape = {"exponential": {}, "erlang": {"phases": 3}, "weibull": {"shape": 1.5}}[kind]
    luck = uniforms(Address(1, 0, "law"), 20_000)
    longer, shorter = (quantile(law({kind: {"mean": mean_, **shape}}), luck) for mean_ in ("2 h", "119 min"))
    assert (shorter < longer).mean() > 0.999 and (shorter <= longer).all()


def test_a_fixed_time_is_always_the_same():
    assert set(quantile(law("45 min"), LEVELS)) == {45 * MIN}
    assert mean(law("45 min")) == 45 * MIN


def test_an_empirical_law_gives_each_value_as_often_as_its_weight():
    found = law({"empirical": {"values": ["40 min", "5 min", "12 min"], "weights": [2, 5, 3]}})
    times = quantile(found, (np.arange(1000) + 0.5) / 1000)
    assert [int((times == value * MIN).sum()) for value in (5, 12, 40)] == [500, 300, 200]
    assert mean(found) == pytest.approx(times.mean())


def test_a_value_of_weight_zero_never_comes():
    found = law({"empirical": {"values": ["5 min", "12 min", "40 min"], "weights": [0, 1, 0]}})
    assert set(quantile(found, LEVELS)) == {12 * MIN}


def test_the_order_of_observed_values_does_not_matter():
    one = law({"empirical": {"values": ["40 min", "5 min"], "weights": [1, 3]}})
    two = law({"empirical": {"values": ["5 min", "40 min"], "weights": [3, 1]}})
    assert (quantile(one, LEVELS) == quantile(two, LEVELS)).all()


def test_a_mixture_serves_each_part_with_its_share_of_the_luck():
    found = law({"mixture": [{"share": "80 %", "time": {"uniform": {"low": "10 min", "high": "20 min"}}},
                             {"share": "20 %", "time": {"exponential": {"mean": "5 h"}}}]})  # fmt: skip
    times = quantile(found, np.array([0.4, 0.8 - 1e-12, 0.9]))
    assert times.tolist() == [15 * MIN, 20 * MIN, round(5 * H * math.log(2))]
    assert mean(found) == pytest.approx(0.8 * 15 * MIN + 0.2 * 5 * H)


def test_a_mixture_keeps_its_own_bounds_and_those_of_its_parts():
    part = {"exponential": {"mean": "30 min", "at_most": "1 h"}}
    found = law({"mixture": {"parts": [{"share": 0.5, "time": part}, {"share": 0.5, "time": "3 h"}], "at_most": "2 h"}})
    grid = (np.arange(200_000) + 0.5) / 200_000
    times = quantile(found, grid)
    assert times.max() == 2 * H and times[grid < 0.5].max() == H
    assert mean(found) == pytest.approx(times.mean(), rel=1e-5)


def test_a_bounded_normal_has_the_mean_of_what_is_drawn():
    found = law({"normal": {"mean": "4 min", "sd": "5 min", "at_least": "0 min", "at_most": "1 h"}})
    times = quantile(found, (np.arange(200_000) + 0.5) / 200_000)
    assert times.min() == 0 and (times == 0).mean() == pytest.approx(stats.norm.cdf(-0.8), abs=1e-5)
    assert mean(found) == pytest.approx(times.mean(), rel=1e-5)


@pytest.mark.parametrize(
    "found",
    [
        {"lognormal": {"mean": "200 d", "sd": "2000 d"}},
        {"weibull": {"mean": "19 weeks", "shape": 0.2}},
        {"gamma": {"mean": "200 d", "sd": "2000 d"}},
        {"exponential": {"mean": "70000 d"}},
    ],
)
def test_the_wildest_law_stays_inside_whole_numbers(found):
    times = quantile(law(found), np.array([SMALLEST, 0.5, 1 - 2.0**-53]))
    assert 0 <= times.min() <= times.max() <= clock.LONGEST


@pytest.mark.parametrize("shape", [0.01, 0.25, 0.5, 1.0, 3.7, 40.0, 1e5])
def test_the_table_of_gamma_quantiles_is_exact_enough(shape):
    exact = stats.gamma.ppf(LEVELS, shape) / shape
    assert np.abs(gamma_quantile(shape, LEVELS) - exact).max() < (2e-9 if shape >= 0.25 else 3e-7) * (1 + exact.max())


@pytest.mark.parametrize(("first", "second"), [(2.0, 5.0), (0.5, 0.5), (30.0, 4.0), (1e3, 1e4)])
def test_the_table_of_beta_quantiles_is_exact_enough(first, second):
    assert np.abs(beta_quantile(first, second, LEVELS) - stats.beta.ppf(LEVELS, first, second)).max() < 2e-9


def test_what_is_no_law_has_no_quantiles():
    with pytest.raises(TypeError, match="unknown"):
        quantile(UnknownLaw.model_construct(), LEVELS)


def test_nobody_needs_no_times():
    assert quantile(law({"gamma": {"mean": "1 h", "sd": "1 h"}}), np.empty(0)).size == 0
