"""A diagram: patient classes, pathways and ways out of a scenario as a flow chart in Mermaid's language."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sim.report.stress.steps import TARGETS, Placed
from sim.scenario.reading.steps import BRANCH
from sim.scenario.telling.names import Names
from sim.scenario.telling.portraits import option_word
from sim.scenario.telling.words import spaced

_WORDS: Final = {
    "then": "waited too long",
    "if_worse": "got worse",
    "if_queue_full": "queue too long",
    "if_none_free": "none free",
    "if_no_time": "no time left",
    "if_missed": "did not come",
}
"""What stands beside the arrow of a rule."""
LONGEST: Final = 60
"""Letters of what stands beside an arrow, at most."""
Arrow = tuple[str, str, str]
"""Node from which it leads, node to which it leads, and what stands beside it."""


def mermaid(patients: Mapping[str, Any], pathways: Sequence[str], steps: Sequence[Placed], names: Names) -> str:
    """Draws a flow chart.

    Args:
        patients: classes with their plain values.
        pathways: names of the pathways.
        steps: all steps of all pathways.
        names: what people call things.
    """
    node = {name: f"p{number}" for number, name in enumerate(pathways)}
    arrows = [(f"c{number}", node[str(body["pathway"])], "") for number, body in enumerate(patients.values())]
    arrows += [(node[one.pathway], node.get(to, f"o_{to}"), word) for one in steps for to, word in _ways(one, names)]
    lines = ["flowchart TD"]
    lines += [f'  c{number}(["{_safe(names.thing("patients", name))}"])' for number, name in enumerate(patients)]
    lines += [f'  {node[name]}["{_pathway(name, steps, names)}"]' for name in pathways]
    outcomes = dict.fromkeys(to for _, to, _ in arrows if to.startswith("o_"))
    lines += [f'  {one}(["{spaced(one.removeprefix("o_"))}"])' for one in outcomes]
    return "\n".join([*lines, *_drawn(arrows)])


def _pathway(name: str, steps: Sequence[Placed], names: Names) -> str:
    """A pathway with the wards that are entered on it."""
    wards = [str(one.body["ward"]) for one in steps if one.pathway == name and one.verb == "enter"]
    told = ", ".join(dict.fromkeys(names.thing("wards", ward) for ward in wards))
    return f"{_safe(spaced(name))}<br>({_safe(told)})" if told else _safe(spaced(name))


def _ways(step: Placed, names: Names) -> Iterator[tuple[str, str]]:
    """Where a step leads out of its pathway, and for whom."""
    if step.verb in ("go", "leave"):
        yield str(step.body["value"]), ""
    for option in step.body["options"] if step.verb == BRANCH else ():
        to = option.get("go") or option.get("leave")
        if to:
            bare = {key: value for key, value in option.items() if key not in ("go", "leave", "steps")}
            yield str(to), option_word(bare, names).removesuffix(" carry on")
    for field in TARGETS:
        if field in step.body:
            yield str(step.body[field]), _WORDS[field]


def _drawn(arrows: Sequence[Arrow]) -> Iterator[str]:
    """Arrows as lines; those between the same two nodes are one, with all that stands beside them."""
    words: dict[tuple[str, str], dict[str, None]] = {}
    for start, end, word in arrows:
        words.setdefault((start, end), {})[word] = None
    for (start, end), found in words.items():
        told = "; ".join(filter(None, found))
        told = told if len(told) <= LONGEST else f"{told[: LONGEST - 3].rstrip()}..."
        yield f'  {start} -->|"{_safe(told)}"| {end}' if told else f"  {start} --> {end}"


def _safe(text: str) -> str:
    """Text that Mermaid and Markdown leave as it is, between quotation marks.

    >>> _safe('A&E "minors" <1 h')
    'A&amp;E #quot;minors#quot; &lt;1 h'
    """
    told = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return told.replace('"', "#quot;").replace("`", "'")
