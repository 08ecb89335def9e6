"""Changes: what plans do otherwise, on what evidence, and what nobody should make of it, as parts of a document."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sim.report.assumptions import Assumption, assumptions, counted
from sim.report.document import Block, Line, grid, points
from sim.report.initiatives import facts_of
from sim.report.plans import Compared, Plan
from sim.scenario.initiatives import Initiative
from sim.study.passport import NOT_FOR
from sim.study.wording import lasting

MOST_CHANGES: Final = 8
"""Changes that are told one by one."""


@dataclass(frozen=True, slots=True)
class _Told:
    """The changes of a plan as they are told, numbered over all plans."""

    name: str
    plan: Plan
    within: str
    """Name of an earlier plan all of whose changes it has; empty if there is none."""
    first: int
    """Number of its first change."""
    changes: tuple[Assumption, ...]
    """Those that the earlier plan does not have."""


def changes(base: Plan, compared: Compared) -> list[Block]:
    """What each plan does otherwise: its initiatives, then the changes in plain words, numbered."""
    blocks: list[Block] = []
    known: set[str] = set()
    for one in _told(base, compared):
        put_in = new_initiatives(base, one.plan)
        if len(compared) > 1:
            blocks.append(Line(f"All of {one.within}, and:" if one.within else "", f"{one.name}."))
        blocks += [Line(_initiative_words(new), f"{new.name}:") for new in put_in if new.name not in known]
        known |= {new.name for new in put_in}
        sentences = [change.sentence for change in one.changes]
        blocks += [points(sentences[:MOST_CHANGES], one.first)] if sentences else []
        if len(sentences) > MOST_CHANGES:
            more = f"And {len(sentences) - MOST_CHANGES} more; the command wardflow diff tells them all."
            blocks.append(Line(more))
        if not (sentences or put_in or one.within):
            blocks.append(Line("Nothing differs."))
    return blocks


def _told(base: Plan, compared: Compared) -> list[_Told]:
    found: list[_Told] = []
    whole: dict[str, set[str]] = {}
    number = 1
    for name, plan, _ in compared:
        own = assumptions(base.loaded, plan.loaded)
        sentences = {one.sentence for one in own}
        parts = [earlier for earlier, told in whole.items() if told and told <= sentences]
        within = max(parts, key=lambda earlier: len(whole[earlier]), default="")
        new = tuple(one for one in own if one.sentence not in whole.get(within, set()))
        found.append(_Told(name, plan, within, number, new))
        whole[name] = sentences
        number += len(new)
    return found


def new_initiatives(base: Plan, plan: Plan) -> list[Initiative]:
    """Initiatives that a plan puts in."""
    return [one for name, one in plan.initiatives.items() if name not in base.initiatives]


def _initiative_words(one: Initiative) -> str:
    told = " and ".join(facts_of(one))
    return f"{one.changes} It {told}." if told else one.changes


def evidence(base: Plan, compared: Compared) -> list[Block]:
    """On what evidence the changes rest, by their numbers, and how much of the base has a source."""
    facts: dict[tuple[str, str, str], list[int]] = {}
    for told in _told(base, compared):
        for number, one in enumerate(told.changes, start=told.first):
            facts.setdefault((one.source, one.range, one.owner), []).append(number)
    lines = [(_numbers(numbers), *known) for known, numbers in facts.items()]
    blocks: list[Block] = [grid(("Change", "Evidence", "Range", "Who would know"), lines)] if lines else []
    found = counted(base.loaded.document)
    words = (
        f"{found.sourced} with a source, {found.illustrative} marked illustrative; take all others for illustrative."
    )
    shown = "The command wardflow show prints them all."
    return [*blocks, Line(f"{words} {shown}", f"Values of {base.experiment.name}:")]


def _numbers(numbers: Sequence[int]) -> str:
    """Says numbers shortly, such as `1, 3 to 5`."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][-1] == number - 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(f"{part[0]} to {part[-1]}" if len(part) > 2 else ", ".join(map(str, part)) for part in parts)


def limits(base: Plan, compared: Compared) -> list[str]:
    """What nobody should do with it."""
    found = []
    illustrative = any(one.is_illustrative for _, plan, _ in compared for one in assumptions(base.loaded, plan.loaded))
    if illustrative or counted(base.loaded.document).illustrative:
        found.append("Do not decide on illustrative values: put in the figures of your own service first.")
    slow = [one for _, plan, _ in compared for one in new_initiatives(base, plan) if one.ramp_up]
    if slow:
        longest = max(slow, key=lambda one: one.ramp_up)
        told = lasting(longest.ramp_up)
        found.append(f"Do not expect this from the first day: {longest.name} takes {told} until it works fully.")
    return [*found, *NOT_FOR]
