"""Pages of the library: what each scenario asks, what it gives, what it assumes, and a table of them all."""

from collections.abc import Iterator
from typing import Any, Final

from sim.scenario.loading import Loaded
from sim.scenario.reading.document import Document
from sim.scenario.reading.extending import EXTENDS
from sim.scenario.reading.reading import read
from sim.scenario.telling.assumptions import assumptions, unsourced
from sim.study.plan import changes_between, load_plan, plan_file, shipped_initiatives

Result = dict[str, Any]
MADE: Final = "Written by `python -m validation.library`; do not edit."
MOST_CHANGES: Final = 25
WAYS: Final = {"higher": "rises", "lower": "falls"}


def page(name: str, result: Result) -> str:
    """Writes the page of a scenario in Markdown."""
    loaded = load_plan(name)
    scenario, document = loaded.scenario, loaded.document
    parts = [f"# {scenario.name}", f"<!-- {MADE} -->", f"**{scenario.question}**", scenario.about]
    parts += [f"`wardflow run {name}`; the file is `scenarios/{name}.yaml`."]
    parts += [*_changes(name, loaded), *_figures(result), *_expected(result), *_assumptions(name, document)]
    if scenario.prompts:
        parts += ["## To talk over", _list(scenario.prompts)]
    return "\n\n".join(filter(None, parts)) + "\n"


def index(results: dict[str, Result]) -> str:
    """Writes the table of all scenarios and of the initiatives."""
    head = ["| Scenario | Question | Headline | Most loaded | Seconds for a year | As expected |"]
    head += ["|---|---|---|---|---:|---|"]
    rows = []
    for name, result in sorted(results.items(), key=lambda one: ("/" in one[0], one[0])):
        scenario = load_plan(name).scenario
        shown = "; ".join(f"{card['label']} {card['value']}" for card in result["cards"][:3])
        came = [f"{row['figure']} {_way(row)}: {row['difference']}" for row in result["expected"]]
        sign = "yes" if came and all(row["finding"] == "as expected" for row in result["expected"]) else "no"
        told = f"{sign}. {'; '.join(came)}" if came else "nothing is expected"
        cells = (f"[{scenario.name}]({name}.md)", scenario.question, shown, result["load"], result["seconds_per_year"])
        rows.append(f"| {' | '.join(_cell(one) for one in (*cells, told))} |")
    changes = ["| Initiative | What changes | Known effect | Source |", "|---|---|---|---|"]
    for name, one in shipped_initiatives():
        known = one.evidence.effect + (f" ({one.evidence.range})" if one.evidence.range else "")
        changes.append(
            f"| `{name}` {one.name} | {_cell(one.changes)} | {_cell(known)} | {_cell(one.evidence.source)} |"
        )
    return (
        "\n\n".join(
            [
                "# The library",
                f"<!-- {MADE} -->",
                "Each scenario answers a question; its page tells its figures, what it was expected to do and whether "
                "it did, and what it assumes. Intervals are 95 %; differences are paired by patient.",
                "\n".join([*head, *rows]),
                "## Initiatives",
                "Each can be put into any scenario that has what it names: `wardflow compare general_hospital "
                "general_hospital+before_noon`.",
                "\n".join(changes),
            ]
        )
        + "\n"
    )


def _changes(name: str, loaded: Loaded) -> Iterator[str]:
    file = plan_file(name)
    base = read(file.read_bytes(), file.name).data.get(EXTENDS)
    if not isinstance(base, str):
        return
    near = (file.parent / base).resolve()
    told = changes_between(load_plan(str(near)), loaded)
    more = [f"... and {len(told) - MOST_CHANGES} more (`wardflow diff`)."] if len(told) > MOST_CHANGES else []
    yield f"## What differs from {load_plan(str(near)).scenario.name}"
    yield _list([*told[:MOST_CHANGES], *more])


def _figures(result: Result) -> Iterator[str]:
    if not result["cards"]:
        return
    yield "## What comes out"
    rows = [
        f"| {_cell(card['label'])} | {card['value']} | {card['likely']} | {_cell(card['target'])} |"
        for card in result["cards"]
    ]
    yield "\n".join(["| Figure | Mean | Interval | Target |", "|---|---:|---|---|", *rows])
    yield f"{result['replications']} replications of {result['days']:g} days after the warm-up."


def _expected(result: Result) -> Iterator[str]:
    if not result["expected"]:
        return
    yield "## What was expected"
    head = ["| Figure | Expected | Compared with | There | Here | Difference | Came true |"]
    head += ["|---|---|---|---:|---:|---|---|"]
    rows = []
    for row in result["expected"]:
        way, came = f"{_way(row)}, because {row['why']}", "yes" if row["finding"] == "as expected" else row["finding"]
        cells = (row["figure"], way, row["versus"], row["base"], row["other"], row["difference"], came)
        rows.append(f"| {' | '.join(map(_cell, cells))} |")
    yield "\n".join([*head, *rows])


def _assumptions(name: str, document: Document) -> Iterator[str]:
    own = assumptions(document, inherited=False)
    if own:
        yield "## What it assumes"
        rows = [f"| {' | '.join(map(_cell, (one.what, one.value, one.range, one.source, one.owner)))} |" for one in own]
        yield "\n".join(["| What | Value | Range | Source | Who would know |", "|---|---|---|---|---|", *rows])
    plain = unsourced(document, inherited=False)
    if plain:
        parts = ", ".join(f"`{one}`" for one in plain)
        yield f"No source is given for {len(plain)} further parts, which are illustrative: {parts}."


def _way(row: dict[str, str]) -> str:
    return WAYS.get(row["becomes"], f"stays {row['becomes']}")


def _list(lines: list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "/").replace("\n", " ")
