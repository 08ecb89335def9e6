"""Data, section 3 of STRESS-DES: sources, what was done to them, input parameters, and assumptions."""

from typing import Any, Final

from sim.report.document import Block, Grid, Line, grid, listed, points
from sim.report.stress.steps import placed, time_word
from sim.report.stress.subject import Subject, unsaid
from sim.scenario.patients import Arrivals
from sim.scenario.quantities import REST
from sim.scenario.reading.steps import BRANCH
from sim.scenario.telling.assumptions import Assumption, assumptions, unsourced
from sim.scenario.telling.portraits import option_word
from sim.scenario.telling.words import spaced

SECTIONS: Final = {
    "patients": "Arrivals and attributes",
    "rhythms": "Factors on times by day and hour",
    "calendars": "Moments of the week",
    "dates": "Sets of dates",
}
"""Sections of which every value is listed, and what they are."""
COSTS: Final = ("cost", "cost_each", "on_costs", "overtime")
STRUCTURE: Final = (
    "Patients of a class are alike but for their attributes and their luck; they do not know of queues elsewhere.",
    "Units of a resource are alike: any nurse of a group can stand in for any other, any bed of a ward for any other.",
    "Staff walk no distances, do nothing but the steps that name them, and work as fast when many wait as when few do.",
    "The clock is plain local time: no day has 23 or 25 hours.",
)
"""What holds in every model of Wardflow unless the file says otherwise."""


def sources(subject: Subject) -> list[Block]:
    """Item 3.1: where values come from."""
    sourced: dict[str, list[str]] = {}
    for one in _known(subject):
        if one.is_sourced:
            sourced.setdefault(one.source, []).append(one.what)
    recorded = _recorded(subject)
    if not sourced and not recorded:
        return [unsaid("where any value comes from", "all are illustrative")]
    blocks: list[Block] = []
    if sourced:
        rows = [(source, listed(dict.fromkeys(values))) for source, values in sourced.items()]
        blocks.append(Grid(("Source", "Values that rest on it"), tuple(rows)))
    return [*blocks, points(recorded)] if recorded else blocks


def preprocessing(subject: Subject) -> list[Block]:
    """Item 3.2: what was done to data before they became values."""
    blocks: list[Block] = []
    notes = [
        (one.what, note)
        for one in _known(subject)
        if one.is_sourced and (note := one.source.partition("; ")[2].strip())
    ]
    if notes:
        blocks.append(Grid(("Value", "What the file notes beside its source"), tuple(notes)))
    else:
        blocks.append(unsaid("how values were worked out of their sources", "they are used as they are written"))
    if _recorded(subject):
        blocks.append(Line("Recorded arrivals are used as they are, moment by moment; no distribution is fitted."))
    if subject.ancestors:
        told = "Changes such as +12 or x 1.08 are worked out against the file that is extended; 3.3 has the results."
        blocks.append(Line(told))
    return blocks


def parameters(subject: Subject) -> list[Block]:
    """Item 3.3: every stochastic and every other input; numbers of resources stand in 2.5.3."""
    blocks: list[Block] = [
        Line(
            "Times, shares and arrivals are drawn (5.2); distributions are told by their mean and standard deviation. "
            "Numbers of staff, beds and the like stand in 2.5.3. An attribute that depends on another one is "
            "correlated with it; all else about a patient is independent."
        )
    ]
    for section, title in SECTIONS.items():
        rows = [
            (subject.title(section, name), *told)
            for name, body in subject.members(section).items()
            for told in _values(subject, section, name, body)
        ]
        blocks += [Line("", f"{title}:"), grid(("Of", "Parameter", "Value", "What it means"), rows)] if rows else []
    return [*blocks, *_times(subject), *_shares(subject), *_money(subject)]


def _values(subject: Subject, section: str, name: str, body: Any) -> list[tuple[str, str, str]]:
    """The values of a member, each with its field and what that means; where patients go is told elsewhere."""
    names = subject.names
    if section != "patients":
        return [("", names.said((section, name), body), "")]
    found = []
    for field, value in (body.get("arrive") or {}).items():
        means = Arrivals.model_fields[field].description or ""
        told = names.said((section, name, "arrive", field), value)
        found.append((f"arrivals: {spaced(field)}", told, means.partition(" Example:")[0]))
    for field, value in (body.get("attributes") or {}).items():
        found.append((f"share by {spaced(field)}", _attribute(subject, value), ""))
    return found


def _attribute(subject: Subject, shares: Any) -> str:
    """Shares of the levels of an attribute, each set of them apart if they depend on another attribute."""
    path = ("patients", "", "attributes", "")
    if "by" not in shares:
        return subject.names.said(path, shares)
    levels = shares.get("levels", {level: one for level, one in shares.items() if level != "by"})
    told = (
        f"{'others' if level == REST else spaced(level)} ({subject.names.said(path, one)})"
        for level, one in levels.items()
    )
    return f"by {spaced(shares['by'])}: {'; '.join(told)}"


def _times(subject: Subject) -> list[Block]:
    rows = [
        (one.name, spaced(one.pathway), time_word(one.body))
        for one in placed(subject.members("pathways"), subject.names)
        if one.is_timed
    ]
    return [Line("", "Times:"), Grid(("Step", "Pathway", "Distribution"), tuple(rows))] if rows else []


def _shares(subject: Subject) -> list[Block]:
    rows = [
        (one.name, spaced(one.pathway), "; ".join(option_word(way, subject.names) for way in one.body["options"]))
        for one in placed(subject.members("pathways"), subject.names)
        if one.verb == BRANCH
    ]
    return [Line("", "Branches:"), Grid(("Branch", "Pathway", "Who goes which way"), tuple(rows))] if rows else []


def _money(subject: Subject) -> list[Block]:
    rows = [
        (subject.title("costs", name), "whole service", str(value)) for name, value in subject.members("costs").items()
    ]
    for section in ("staff", "equipment", "wards", "slots", "supplies", "policies"):
        for name, body in subject.members(section).items():
            rows += [
                (subject.title(section, name), spaced(field), subject.names.said((section, name, field), body[field]))
                for field in COSTS
                if isinstance(body, dict) and field in body
            ]
    rows += [
        (one.name, spaced(one.pathway), str(one.body["cost"]))
        for one in placed(subject.members("pathways"), subject.names)
        if "cost" in one.body
    ]
    if not rows:
        return [unsaid("what anything costs", "no money is counted")]
    return [Line("", "Costs, in pounds:"), Grid(("Of", "What", "Value"), tuple(rows))]


def assumed(subject: Subject) -> list[Block]:
    """Item 3.4: what is assumed, by whom it could be known, and what nobody vouches for."""
    known = _known(subject)
    rows = [(one.what, one.value, one.range, one.source, one.owner) for one in known if not one.is_sourced]
    sourced = len(known) - len(rows)
    blocks: list[Block] = [
        Line(
            f"With a source (3.1): {sourced}. Marked as assumptions: {len(rows)}. All other values are illustrative.",
            "Values of the file.",
        )
    ]
    if rows:
        blocks.append(grid(("Value", "Assumed", "May lie within", "What is said of it", "Who would know"), rows))
    if without := unsourced(subject.loaded.document):
        blocks.append(Line(f"{listed(_called(subject, one) for one in without)}.", "No source is given for parts of:"))
    return [*blocks, Line("", "Built in:"), points(STRUCTURE)]


def _called(subject: Subject, member: str) -> str:
    section, _, name = member.partition(".")
    return subject.names.thing(section, name)


def _known(subject: Subject) -> tuple[Assumption, ...]:
    return assumptions(subject.loaded.document)


def _recorded(subject: Subject) -> list[str]:
    """Files of recorded arrivals."""
    return [
        f"{subject.title('patients', str(path[1]))}: {len(rows.moment_ms):,} arrivals as recorded in {rows.file}."
        for path, rows in subject.loaded.document.recordings.items()
    ]
