"""Misread steps and distributions: what is said about an entry that is none."""

from collections.abc import Mapping, Sequence
from typing import Any

from sim.scenario.problems import nearest, quoted, suggestion
from sim.scenario.refusing import RefusedError, complain, refuse


def no_step(found: Any, verbs: Sequence[str], bare: Sequence[str]) -> RefusedError:
    """Refuses what is neither a word that stands alone nor one word with what belongs to it.

    Args:
        found: the entry.
        verbs: first words of the steps that are not activities.
        bare: steps that stand alone.
    """
    words = [str(name) for name in found] if isinstance(found, dict) else [found] if isinstance(found, str) else []
    if len(words) > 1:
        message = f"{' and '.join(map(quoted, words[:4]))} stand in one step"
        return complain(message, "begin each step with a dash of its own", code="step")
    if words and words[0] in bare:
        return complain(f"{words[0]} stands alone, without a colon", f"write - {words[0]}", code="step")
    near = nearest(words[0], bare) if words else None
    expected = f"a step ({', '.join((*verbs, *bare))}, or an activity with a name)"
    return refuse(expected, found, "triage: {staff: nurse, time: 10 min}", code="step", instead=near or "")


def no_body(name: Any, body: Any, verbs: Sequence[str], bare: Sequence[str]) -> RefusedError:
    """Refuses an activity that says nothing about itself: `triage: 7 min`, `leaves: discharged`, `ready:`.

    Args:
        name: what stands before the colon.
        body: what stands behind it.
        verbs: first words of the steps that are not activities.
        bare: steps that stand alone.
    """
    if name in bare:
        return complain(f"{name} stands alone, without a colon", f"write - {name}", code="step")
    near = nearest(str(name), verbs)
    if near:
        return complain(f"there is no step {quoted(name)}", f"write {near}: ...", code="step")
    time = body if isinstance(body, str) and body[:1].isdigit() else "10 min"
    expected = f"what {quoted(name)} needs and how long it takes"
    return refuse(expected, body, code="step", instead=f"{{staff: nurse, time: {time}}}")


def no_law(found: Any, examples: Mapping[str, str]) -> RefusedError:
    """Refuses what is no distribution of a time.

    Args:
        found: what stands where a time should.
        examples: how each distribution is written, by name.
    """
    names = [str(name) for name in found] if isinstance(found, dict) else []
    laws = [name for name in names if name in examples]
    bounds = [name for name in names if name in ("at_least", "at_most")]
    if "by" in names:
        message = "a time that depends on an attribute cannot stand here"
        return complain(message, f"write one law, such as {examples['lognormal']}", code="law")
    if len(laws) == 1 and bounds and len(names) == 1 + len(bounds):
        message = f"{' and '.join(bounds)} stands beside {laws[0]} instead of inside its braces"
        return complain(message, f"{laws[0]}: {{..., {bounds[0]}: 12 h}}", code="law")
    if len(laws) > 1:
        message = f"{' and '.join(laws)} stand in one place; a time has one law"
        return complain(message, "keep one, or write a mixture", code="law")
    if len(names) == 1:
        message = f"there is no distribution {quoted(names[0])}; {suggestion(names[0], list(examples))}"
        return complain(message, examples[nearest(names[0], examples) or "lognormal"], code="law")
    expected = f"a time such as 45 min, or one of {', '.join(examples)}"
    return refuse(expected, found, f"{{{examples['lognormal']}}}", code="law")
