"""Results of a shipped scenario: headline figures, load, speed, and whether what it expects comes true."""

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from sim import clock
from sim.measure.kpis import KPIS
from sim.report.cards import Card, cards
from sim.scenario.loading import Loaded
from sim.scenario.scenario import Scenario
from sim.study.expectations import Expected, expected_of, outcome
from sim.study.experiment import Experiment, run_experiment, run_stored, with_run
from sim.study.loads import loads_of
from sim.study.plan import load_plan, shipped
from sim.study.store import Store, store_folder
from sim.study.wording import scale_of, scope_label

FOLDER: Final = Path(__file__).parents[2] / "docs" / "scenarios"
RESULTS: Final = FOLDER / "results.json"
_APART: Final = ("name", "question", "about", "prompts", "expect", "initiatives")


@dataclass(frozen=True, slots=True)
class Row:
    """An expectation and what came of it, in words."""

    name: str
    figure: str
    """Which figure, for whom or what."""
    versus: str
    """What it was compared with."""
    becomes: str
    why: str
    base: str
    other: str
    difference: str
    """Paired 95 % interval."""
    finding: str


@dataclass(frozen=True, slots=True)
class Result:
    """What one shipped scenario amounted to."""

    digest: str
    """Of all that decides the figures; a page with another one is stale."""
    replications: int
    seconds_per_year: float
    """Processor time of a simulated year of one replication, with all that belongs to it: draw, run, check, measure."""
    days: float
    """Measured time."""
    load: str
    """The resource that is asked for most, and by how much."""
    valid: bool
    cards: tuple[dict[str, str], ...]
    expected: tuple[Row, ...]


def digest(loaded: Loaded, others: tuple[Expected, ...]) -> str:
    """Names all that decides the figures of a page: the values of the scenario and of those it is compared with.

    Texts do not count, nor fields that the file does not use, so that a page stays fresh when the language grows.
    """
    scenarios = [loaded.document.data, *(_values(one) for one in others)]
    content = [{name: value for name, value in data.items() if name not in _APART} for data in scenarios]
    content += [{"expect": loaded.document.data.get("expect")}]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def digest_of(name: str) -> str:
    """The digest of a shipped scenario as it is now."""
    return digest(load_plan(name), expected_of(name))


def compute(name: str, replications: int | None, workers: int | None) -> Result:
    """Runs a shipped scenario and what it is compared with."""
    loaded, expected = load_plan(name), expected_of(name)
    experiment = _run(loaded.scenario, replications, workers)
    rows = tuple(_row(one, replications, workers) for one in expected) if experiment.is_valid else ()
    return Result(
        digest=digest(loaded, expected),
        replications=len(experiment.replicates),
        seconds_per_year=seconds_per_year(loaded.scenario),
        days=round(loaded.scenario.run.length / clock.DAY, 1),
        load=_heaviest(loaded.scenario),
        valid=experiment.is_valid,
        cards=tuple(_card(one) for one in cards(experiment)) if experiment.is_valid else (),
        expected=rows,
    )


def names() -> Iterator[str]:
    """Names of the shipped scenarios."""
    for name, _, _ in shipped():
        yield name


def kept() -> dict[str, Any]:
    """Results that were written before, by scenario."""
    return dict(json.loads(RESULTS.read_text(encoding="utf-8"))) if RESULTS.exists() else {}


def keep(results: dict[str, Any]) -> None:
    """Writes all results."""
    FOLDER.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def record(result: Result) -> dict[str, Any]:
    """A result as plain values."""
    return asdict(result)


def _values(expected: Expected) -> dict[str, Any]:
    base = expected.base.model_dump(mode="json", exclude_defaults=True)
    other = expected.other.model_dump(mode="json", exclude_defaults=True)
    return {"base": {**base, **dict.fromkeys(_APART)}, "other": {**other, **dict.fromkeys(_APART)}}


def _run(scenario: Scenario, replications: int | None, workers: int | None) -> Experiment:
    return run_stored(with_run(scenario, replications=replications), Store(store_folder()), workers=workers)


def seconds_per_year(scenario: Scenario) -> float:
    """Processor time of one replication, run, checked and measured, for each simulated year."""
    begun = time.process_time()
    run_experiment(scenario, replications=1, workers=1)
    years = (scenario.run.warm_up + scenario.run.length) / clock.YEAR
    return float(f"{(time.process_time() - begun) / years:.3g}")


def _heaviest(scenario: Scenario) -> str:
    loads = [one for one in loads_of(scenario) if one.available]
    if not loads:
        return "no limits"
    most = max(loads, key=lambda one: one.ratio)
    return f"{scenario.label(most.resource)} {100 * most.ratio:.0f} %"


def _card(card: Card) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(card).items() if name not in ("definition", "source")}


def _row(expected: Expected, replications: int | None, workers: int | None) -> Row:
    base, other = (_run(one, replications, workers) for one in (expected.base, expected.other))
    one = expected.expectation
    found = outcome(one, base, other)
    kpi = KPIS[one.kpi]
    told = scale_of(kpi.unit, found.base, found.other, found.difference)
    low, high = told.number(found.difference.low, sign=True), told.number(found.difference.high, sign=True)
    scope = f", {scope_label(expected.other, one.of)}" if one.of else ""
    return Row(
        name=expected.name,
        figure=f"{kpi.label}{scope}",
        versus=expected.other.name if one.joined else expected.base.name,
        becomes=one.becomes if one.within is None else f"alike within {100 * one.within:g} %",
        why=one.why,
        base=told.amount(found.base.mean),
        other=told.amount(found.other.mean),
        difference=f"{told.change(found.difference.mean, sign=True)} ({low} to {high})",
        finding=found.finding,
    )
