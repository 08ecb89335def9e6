"""Times: round ones, so that many things happen in one instant, and those of every law of the language."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Scalars = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]
START = "2026-01-05"
NEXT_DAY = "2026-01-06"
WHOLE = ("0 min", "5 min", "10 min", "20 min", "30 min", "45 min", "60 min", "90 min", "2 h", "4 h")
ATTRIBUTES = {"kind": ("red", "amber", "green"), "age": ("old", "young")}
FACTORS = ("x 1", "x 1.5", "x 0.5", "x 1.25")


def chance(draw: Draw, percent: int) -> bool:
    """True for about so many percent of the examples; False is the simpler one."""
    return bool(draw(st.integers(0, 99)) >= 100 - percent)


def one(draw: Draw, *values: Any) -> Any:
    """One of some values, the first the simplest."""
    return draw(st.sampled_from(values))


def some(draw: Draw, values: list[str], most: int = 2) -> list[str]:
    """One or a few of some names."""
    return draw(st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=most, unique=True))


@st.composite
def whole_times(draw: Draw) -> Any:
    """Whole minutes, so that many things happen in the same instant."""
    value = draw(st.sampled_from(WHOLE))
    if chance(draw, 30):
        return {"empirical": {"values": [value, *draw(st.lists(st.sampled_from(WHOLE), min_size=1, max_size=3))]}}
    return value


@st.composite
def laws(draw: Draw) -> Any:
    """Any distribution of the language, with means of a few minutes to a few hours."""
    mean, more = draw(st.integers(5, 240)), draw(st.integers(1, 120))
    time, longer, shorter = f"{mean} min", f"{mean + more} min", f"{max(mean - more, 0)} min"
    law = draw(
        st.sampled_from(
            [
                {"fixed": {"value": time}},
                {"exponential": {"mean": time}},
                {"lognormal": {"mean": time, "sd": f"{more} min"}} if more <= 10 * mean else time,
                {"gamma": {"mean": time, "sd": f"{more} min"}} if more <= 10 * mean else time,
                {"weibull": {"mean": time, "shape": 1.5}},
                {"erlang": {"mean": time, "phases": 2}},
                {"triangular": {"low": shorter, "mode": time, "high": longer}},
                {"uniform": {"low": shorter, "high": longer}},
                {"beta": {"low": "0 min", "high": f"{2 * mean} min", "mean": time, "sd": f"{max(mean // 3, 1)} min"}},
                {"normal": {"mean": time, "sd": f"{mean} min", "at_least": "0 min", "at_most": f"{10 * mean} min"}},
                {"empirical": {"values": [time, longer], "weights": [2.0, 1.0]}},
                {
                    "mixture": [
                        {"share": 0.25, "time": shorter},
                        {"share": 0.75, "time": {"exponential": {"mean": time}}},
                    ]
                },
            ]
        )
    )
    if chance(draw, 10) and set(law) <= {"exponential", "weibull", "erlang"}:
        ((kind, body),) = law.items()
        return {kind: {**body, "at_least": "1 min", "at_most": "6 h"}}
    return law


def times(draw: Draw, ties: bool) -> Any:
    """A time, perhaps one that depends on an attribute."""
    law = whole_times() if ties else laws()
    if chance(draw, 15):
        name = draw(st.sampled_from(sorted(ATTRIBUTES)))
        return {"by": name, ATTRIBUTES[name][0]: draw(law), "rest": draw(law)}
    return draw(law)


@st.composite
def rhythms(draw: Draw) -> Scalars:
    """Factors on times by day and hour."""
    day = one(draw, "x 1.5", [1.0] * 8 + [0.5] * 4 + [2.0] * 12, [1.0] * 23 + [1.5], "x 1")
    return one(draw, {"all": day}, {"mon": day, "tue": "x 0.5"}, {"closed": day, "weekdays": "x 1.25"})
