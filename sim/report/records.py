"""Records: results as plain values that every program can read as JSON."""

import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

from sim.demand.workload import Load
from sim.report.equity_text import changes_record, gaps_record
from sim.report.passport import passport_record
from sim.scenario.scenario import Scenario
from sim.study.comparison import Comparison, Effect
from sim.study.equity import gap_changes, gaps
from sim.study.experiment import Experiment
from sim.study.origin import origin
from sim.study.output_analysis import Interval
from sim.study.passport import passport
from sim.study.price import Price, price_sentence, prices
from sim.study.summary import Summary, summaries
from sim.study.telling import sentence
from sim.study.wording import scope_label

Record = dict[str, Any]


def to_json(record: Record) -> str:
    """Writes a record as a JSON document; what is not a number (nan, infinity) becomes null.

    >>> print(to_json({"mean": float("nan")}))
    {
      "mean": null
    }
    """
    return json.dumps(_plain(record), indent=2, ensure_ascii=False, allow_nan=False)


def experiment_record(experiment: Experiment, files: Sequence[str] = ()) -> Record:
    """All that came out of an experiment; no key figures if it is invalid.

    Args:
        experiment: finished.
        files: those from which the scenario's values come, for its passport.
    """
    scenario = experiment.scenario
    return origin(experiment) | {
        "question": scenario.question,
        "loads": loads_record(scenario, experiment.loads),
        "kpis": [_summary(scenario, one) for one in summaries(experiment)] if experiment.is_valid else [],
        "gaps": gaps_record(gaps(experiment)) if experiment.is_valid else [],
        "passport": passport_record(passport(experiment, files)),
    }


def comparison_record(
    comparison: Comparison, changes: Sequence[str] = (), files: Sequence[Sequence[str]] = ((), ())
) -> Record:
    """What a plan does, for every key figure.

    Args:
        comparison: with the base.
        changes: what the plan changes, in sentences.
        files: those from which the values of base and plan come, for their passports.
    """
    scenario = comparison.base.scenario
    both = zip((comparison.base, comparison.other), files, strict=True)
    return {
        "base": origin(comparison.base),
        "plan": origin(comparison.other),
        "changes": list(changes),
        "pairs": comparison.pairs,
        "confidence": comparison.confidence,
        "effects": [_effect(scenario, one) for one in comparison.effects],
        "prices": [_price(one) for one in prices(comparison)],
        "gaps": changes_record(gap_changes(comparison.base, comparison.other)),
        "passports": [passport_record(passport(*one)) for one in both],
    }


def loads_record(scenario: Scenario, loads: Iterable[Load]) -> list[Record]:
    """How much is asked of each resource."""
    return [
        {
            "resource": load.resource,
            "label": scenario.label(load.resource),
            "asked": load.asked,
            "available": load.available,
            "load": load.ratio,
        }
        for load in loads
    ]


def _summary(scenario: Scenario, summary: Summary) -> Record:
    kpi = summary.kpi
    targets = [
        {
            "name": one.name,
            "label": one.target.label,
            "at_least": one.threshold if one.target.at_least is not None else None,
            "at_most": one.threshold if one.target.at_most is not None else None,
            "source": one.target.source,
            "since": one.target.since.isoformat() if one.target.since else None,
            "in_force": one.in_force,
            "verdict": one.verdict,
            "runs_met": one.runs_met,
            "runs": one.runs,
        }
        for one in summary.judgements
    ]
    figure = _figure(scenario, summary.key, kpi.label) | {"unit": kpi.unit, "direction": kpi.direction}
    return figure | interval_record(summary.interval) | {"targets": targets}


def _effect(scenario: Scenario, effect: Effect) -> Record:
    return _figure(scenario, effect.key, effect.kpi.label) | {
        "unit": effect.kpi.unit,
        "direction": effect.kpi.direction,
        "headline": effect.is_headline,
        "base": interval_record(effect.base),
        "plan": interval_record(effect.other),
        "difference": interval_record(effect.difference.interval),
        "adjusted": interval_record(effect.adjusted),
        "p": effect.difference.p,
        "adjusted_p": effect.adjusted_p,
        "correlation": effect.difference.correlation,
        "verdict": effect.verdict,
        "replications_to_tell": effect.enough,
        "sentence": sentence(effect, scenario),
    }


def _price(price: Price) -> Record:
    return {
        "kpi": price.breach[0],
        "standing": price.standing,
        "cost_per_day": interval_record(price.cost),
        "avoided_per_day": interval_record(price.avoided),
        "pounds_each": interval_record(price.pounds),
        "sentence": price_sentence(price),
    }


def _figure(scenario: Scenario, key: tuple[str, str], label: str) -> Record:
    kpi, scope = key
    return {"kpi": kpi, "scope": scope, "label": label, "scope_label": scope_label(scenario, scope)}


def interval_record(interval: Interval) -> Record:
    """An interval as plain values."""
    return {
        "n": interval.n,
        "dropped": interval.dropped,
        "mean": interval.mean,
        "sd": interval.sd,
        "low": interval.low,
        "high": interval.high,
        "confidence": round(interval.confidence, 6),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
