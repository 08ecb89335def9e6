"""Logic, section 2 of STRESS-DES without its components: the flow, each step, variants, and the rules."""

from collections.abc import Callable, Iterable
from itertools import groupby, pairwise
from typing import Any, Final

from sim.report.document import Block, Code, Grid, Line, listed, points
from sim.report.stress.diagram import mermaid
from sim.report.stress.steps import ACTIVITY, happens, placed, priority_word
from sim.report.stress.subject import Subject
from sim.scenario.telling.portraits import portrait
from sim.scenario.telling.words import spaced
from sim.study.plan import changes_between

KINDS_OF_STEPS: Final = {
    ACTIVITY: "activity",
    "enter": "place",
    "stay": "stay",
    "wait until": "pause",
    "one of": "branch",
    "repeat": "repeat",
    "hold": "taken",
    "give back": "given back",
    "go": "way on",
    "leave": "way out",
    "mark": "milestone",
    "vacate": "place",
}
"""What a step is, by its verb."""


def overview(subject: Subject) -> list[Block]:
    """Item 2.1: classes of patients, pathways and ways out, as a diagram."""
    pathways = subject.members("pathways")
    steps = placed(pathways, subject.names)
    drawn = mermaid(subject.members("patients"), list(pathways), steps, subject.names)
    told = (
        f"{_many(len(subject.members('patients')), 'class', 'classes')} of patients (round) "
        f"follow {_many(len(pathways), 'pathway', 'pathways')} of {_many(len(steps), 'step', 'steps')} "
        "(boxes, with the wards that are entered) until they leave (round). The diagram is in the language of Mermaid."
    )
    return [Line(told), Code(drawn, "mermaid")]


def _many(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def base_logic(subject: Subject) -> list[Block]:
    """Item 2.2: every pathway, step by step."""
    pathways = subject.members("pathways")
    blocks: list[Block] = [
        Line(
            "Patients do the steps of their pathway one after the other. Who asks for something that is not free waits "
            "and keeps the place where they are. Steps inside a branch have the letter of their option (3b1 is the "
            "first step of option b of step 3), those that are repeated a point (3.1). After a branch that leads "
            "nowhere else patients carry on with the next step."
        )
    ]
    for pathway, found in groupby(placed(pathways, subject.names), key=lambda one: one.pathway):
        rows = [
            (one.number, one.name, KINDS_OF_STEPS[one.verb], happens(one, subject.names, pathways)) for one in found
        ]
        blocks += [Line(f"{spaced(pathway)}.", "Pathway"), Grid(("No", "Step", "Kind", "What happens"), tuple(rows))]
    empty = [spaced(name) for name, steps in pathways.items() if not steps]
    return [*blocks, Line(f"{listed(empty)}.", "Pathways without steps:")] if empty else blocks


def scenario_logic(subject: Subject) -> list[Block]:
    """Item 2.3: what differs from each scenario that it stands on."""
    lineage = (subject.loaded, *subject.ancestors)
    if len(lineage) == 1:
        return [Line("The file extends no other: it is a base model, and nothing differs from it.")]
    blocks: list[Block] = []
    for other, base in pairwise(lineage):
        told = changes_between(base, other)
        name = other.scenario.name if other.scenario.name != base.scenario.name else "This scenario"
        blocks.append(Line(f"{name} against {base.scenario.name}:", "Differences."))
        blocks.append(points(told, 1) if told else Line("The hospital is the same; only texts, weeks or runs differ."))
    return blocks


def algorithms(subject: Subject) -> list[Block]:
    """Item 2.4: the rules that decide who is served, what is interrupted, and what managers do."""
    rows = [(title, told(subject)) for title, told in _RULES]
    return [Grid(("Rule", "In this model"), tuple(rows))]


def _bodies(subject: Subject) -> list[tuple[str, dict[str, Any]]]:
    """Steps with their pathways in words, and their fields."""
    steps = placed(subject.members("pathways"), subject.names)
    return [(f"{one.name} ({spaced(one.pathway)})", one.body) for one in steps]


def _where(subject: Subject, field: str, say: Callable[[Any], str] | None = None) -> str:
    """Steps that have a field, with its value if that is to be told."""
    found = [(name, body[field]) for name, body in _bodies(subject) if body.get(field)]
    return listed(f"{name}: {say(value)}" if say else name for name, value in found)


def _with_field(subject: Subject, sections: Iterable[str], field: str, say: bool = True) -> str:
    """Members of sections that have a field, with its value."""
    found = []
    for section in sections:
        for name, body in subject.members(section).items():
            if isinstance(body, dict) and body.get(field):
                told = f": {subject.names.said((section, name, field), body[field])}" if say else ""
                found.append(f"{subject.title(section, name)}{told}")
    return "; ".join(found)


def _order(subject: Subject) -> str:
    own = "; ".join(
        f"{subject.title('patients', name)}: {priority_word(body.get('priority', 1))}"
        for name, body in subject.members("patients").items()
    )
    steps = _where(subject, "priority", priority_word)
    at_steps = f" At steps instead: {steps}." if steps else ""
    return (
        "By priority (1 the most urgent), then by the moment of asking, then by class and patient; who cannot be "
        f"served is passed over. {own}.{at_steps}"
    )


def _strict(subject: Subject) -> str:
    found = _with_field(subject, ("staff", "equipment", "wards", "slots", "supplies"), "strict", say=False)
    told = f"Nobody is overtaken who waits for {found}; elsewhere" if found else "Nothing is declared strict:"
    return f"{told} who needs several things may be overtaken by those who need fewer of what is free."


def _rising(subject: Subject) -> str:
    def said(value: Any) -> str:
        return subject.names.said(("pathways", "", "", "priority_after"), value)

    return _where(subject, "priority_after", said) or "None is declared: a priority stays as it is."


def _preempting(subject: Subject) -> str:
    found = _where(subject, "preempts")
    if not found:
        return "None is declared: what has begun is never taken away for somebody more urgent."
    again = _where(subject, "interrupted", str)
    rest = f" {again}; elsewhere" if again else " By default"
    return f"May interrupt less urgent patients: {found}.{rest} an interrupted step resumes with what was left."


def _impatient(subject: Subject) -> str:
    names = [
        field for field in ("gives_up_after", "worsens_after", "queue_limit", "if_none_free", "must_finish", "missed")
    ]
    found = [f"{spaced(field)}: {told}" for field in names if (told := _where(subject, field))]
    if not found:
        return "None is declared: everybody waits as long as it takes, and all who are booked come."
    return f"{'; '.join(found)}. 2.2 tells after what time, and where they go."


def _instead(subject: Subject) -> str:
    steps = _where(subject, "or", lambda value: subject.names.said(("pathways", "", "", "or"), value))
    wards = _with_field(subject, ("wards",), "if_full")
    found = "; ".join(filter(None, [steps, wards]))
    return found or "None is declared: every step waits for just what it names."


def _kept(subject: Subject) -> str:
    steps = _where(subject, "keep_free", str)
    takes = _with_field(subject, ("wards",), "takes")
    found = [f"kept free behind {steps}" if steps else "", f"only for some: {takes}" if takes else ""]
    return "; ".join(filter(None, found)) or "None is declared: every free unit is for whoever comes first."


def _beds(subject: Subject) -> str:
    parts = (
        ("staffed by", _with_field(subject, ("wards",), "staffed_by")),
        ("closed by chance", _with_field(subject, ("wards",), "closures")),
        ("when beds close", _with_field(subject, ("wards",), "when_closing")),
        ("cleaning", _with_field(subject, ("wards", "equipment"), "turnaround")),
    )
    told = "; ".join(f"{what}: {found}" for what, found in parts if found)
    return f"{told or 'No rule is declared'}. By default beds need no staff, and who lies in a bed that closes stays."


def _shifts(subject: Subject) -> str:
    parts = (
        ("at the end of a shift", _with_field(subject, ("staff", "equipment"), "at_shift_end")),
        ("absence", _with_field(subject, ("staff",), "absence")),
        ("agency", _with_field(subject, ("staff",), "agency")),
        ("posts", _with_field(subject, ("staff",), "establishment")),
    )
    told = "; ".join(f"{what}: {found}" for what, found in parts if found)
    start = f"{told[:1].upper()}{told[1:]}" if told else "No rule is declared"
    return f"{start}. By default whoever is with a patient finishes that step first, and everybody on the roster comes."


def _portraits(section: str, nothing: str) -> Callable[[Subject], str]:
    """Tells the members of a section, or what it means that there are none."""

    def told(subject: Subject) -> str:
        members = subject.members(section).items()
        found = [
            f"{subject.title(section, name)}, {portrait(section, name, one, subject.names)}" for name, one in members
        ]
        return "; ".join(found) or nothing

    return told


def _knots(subject: Subject) -> str:
    if subject.scenario.run.knots == "swap":
        return "They swap their beds, the shortest circle and the longest waiters first."
    return "The run stops and names them (the default)."


_RULES: Final[tuple[tuple[str, Callable[[Subject], str]], ...]] = (
    ("Who is served first", _order),
    ("Overtaking", _strict),
    ("Priorities that rise with the wait", _rising),
    ("Interruptions", _preempting),
    ("Patience, worsening, limits, missed appointments", _impatient),
    ("Others who can do it, other wards", _instead),
    ("What is kept for others", _kept),
    ("Beds that cannot be used", _beds),
    ("Ends of shifts, absence", _shifts),
    ("Appointments, lists, packages", _portraits("slots", "None are declared: nothing is booked into slots.")),
    ("Stock and orders", _portraits("supplies", "None are declared: nothing runs out.")),
    ("Policies that watch and act", _portraits("policies", "None are declared: nobody reacts to crowding.")),
    ("Shocks", _portraits("events", "None are declared: no failure, strike or heat wave.")),
    ("Patients who wait for each other's beds", _knots),
)
