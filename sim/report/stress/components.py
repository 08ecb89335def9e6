"""Components, section 2.5 of STRESS-DES: entities, activities, resources, queues, and where patients come and go."""

from typing import Any, Final

from sim.report.document import Block, Grid, Line, grid, listed
from sim.report.stress.steps import TARGETS, Placed, needs_word, placed, priority_word, rules
from sim.report.stress.subject import Subject, unsaid
from sim.scenario.queueing import OUTCOMES
from sim.scenario.reading.steps import BRANCH
from sim.scenario.telling.portraits import arrivals_word, portrait
from sim.scenario.telling.subjects import KINDS
from sim.scenario.telling.words import listed as in_words
from sim.scenario.telling.words import quantity_word, spaced

RESOURCES: Final = ("staff", "equipment", "wards", "slots", "supplies")


def entities(subject: Subject) -> list[Block]:
    """Item 2.5.1: classes of patients."""
    rows = []
    for name, body in subject.members("patients").items():
        attributes = "; ".join(
            f"{spaced(one)} ({in_words(map(spaced, subject.scenario.patients[name].levels(one)), 'or')})"
            for one in body.get("attributes") or {}
        )
        cells = (subject.title("patients", name), attributes or "none", priority_word(body.get("priority", 1)))
        rows.append((*cells, spaced(body["pathway"])))
    told = "Patients are the only entities. All that is random about one is drawn before the run (5.2)."
    return [Line(told), Grid(("Class", "Attributes with their levels", "Priority", "Pathway"), tuple(rows))]


def activities(subject: Subject) -> list[Block]:
    """Item 2.5.2: steps that take time, with what they need."""
    rows = [
        (one.name, spaced(one.pathway), needs_word(one.body, subject.names) or _whence(one), _counts(one.body))
        for one in _steps(subject)
        if one.is_timed
    ]
    if not rows:
        return [Line("No step takes time.")]
    told = "Patients come to an activity and leave it as 2.2 tells. All needs are taken at once; 3.3 has the times."
    return [Line(told), grid(("Activity", "Pathway", "Needs", "Counts as"), rows)]


def _whence(step: Placed) -> str:
    return "only the place where the patient is" if step.verb == "stay" else "nobody and nothing"


def _counts(body: dict[str, Any]) -> str:
    return spaced(body.get("counts_as", ""))


def resources(subject: Subject) -> list[Block]:
    """Item 2.5.3: what patients wait for and hold."""
    rows = []
    for section in RESOURCES:
        for name, body in subject.members(section).items():
            told = portrait(section, name, _without_cost(body), subject.names)
            rows.append((subject.title(section, name), KINDS[section], _capital(told)))
    if not rows:
        return [Line("There are none: nobody ever waits for anything.")]
    return [Grid(("Resource", "Kind", "How many, when, and by which rules"), tuple(rows))]


def _without_cost(body: Any) -> Any:
    """Costs are told among the input parameters."""
    hidden = ("cost", "on_costs", "overtime")
    return {key: value for key, value in body.items() if key not in hidden} if isinstance(body, dict) else body


def queues(subject: Subject) -> list[Block]:
    """Item 2.5.4: where patients wait, with the discipline."""
    pathways = subject.members("pathways")
    own = "the patient's own priority"
    rows = []
    for one in _steps(subject):
        if one.queues:
            wanted = subject.names.resource(str(one.body["ward"])) if one.verb == "enter" else ""
            wanted = wanted or needs_word(one.body, subject.names)
            ruled = rules({key: value for key, value in one.body.items() if key != "priority"}, subject.names, pathways)
            within = one.body.get("should_start_within")
            standard = f"should start within {quantity_word(str(within))}" if within else ""
            order = priority_word(one.body["priority"]) if "priority" in one.body else own
            rows.append(
                (f"{one.name} ({spaced(one.pathway)})", wanted, order, "; ".join([*ruled, standard]).strip("; "))
            )
    if not rows:
        return [Line("There are none: no step needs anything that could be taken.")]
    told = (
        "Each is served by priority, then in the order in which patients asked (first come, first served); patients "
        "who cannot be served are passed over. Where no rule stands, a queue has no limit and nobody gives up."
    )
    return [Line(told), grid(("Queue", "For", "Order", "Rules"), rows)]


def entry_and_exit(subject: Subject) -> list[Block]:
    """Item 2.5.5: where patients come in and how they leave."""
    rows = []
    for name, body in subject.members("patients").items():
        pathway = str(body["pathway"])
        first = next((one.name for one in _steps(subject) if one.pathway == pathway), "no step")
        told = arrivals_word(body["arrive"]).removeprefix("of whom ").removeprefix("who ")
        rows.append((subject.title("patients", name), told, f"{first} ({spaced(pathway)})"))
    blocks: list[Block] = [Grid(("Class", "Arrivals", "First step"), tuple(rows))]
    groups = [
        f"{spaced(name)}, {portrait('start', name, body, subject.names)}"
        for name, body in subject.members("start").items()
    ]
    if groups:
        blocks.append(Line(f"{'; '.join(groups)}.", "There at the start:"))
    else:
        blocks.append(unsaid("who is there at the start", "nobody is"))
    return [*blocks, Line("", "Ways out:"), Grid(("Outcome", "Where"), tuple(_exits(subject)))]


def _exits(subject: Subject) -> list[tuple[str, str]]:
    pathways = subject.members("pathways")
    found: dict[str, list[str]] = {}
    for one in _steps(subject):
        outcomes = [str(one.body["value"])] if one.verb == "leave" else []
        outcomes += [
            str(way["leave"]) for way in one.body.get("options", ()) if one.verb == BRANCH and way.get("leave")
        ]
        outcomes += [str(one.body[field]) for field in TARGETS if one.body.get(field) in OUTCOMES]
        for outcome in outcomes:
            if outcome not in pathways:
                found.setdefault(outcome, []).append(f"{one.name} ({spaced(one.pathway)})")
    return [(spaced(outcome), listed(dict.fromkeys(places))) for outcome, places in found.items()]


def _steps(subject: Subject) -> tuple[Placed, ...]:
    return placed(subject.members("pathways"), subject.names)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
