"""The reference pages: everything that can stand in a scenario file, and everything that can be wrong with it.

Both are written from the records' docstrings and the codes, so that they say what the program does.
"""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, TypeAdapter, WithJsonSchema

from sim import clock
from sim.scenario.calendars import DayTimes
from sim.scenario.care import NEEDS, Activity, Enter, Finish, GiveBack, Hold, Needing, Stay, Substitute
from sim.scenario.checking.places import example_in, fields_of, written_name
from sim.scenario.codes import GROUPS, WARNINGS
from sim.scenario.dates import SetNames
from sim.scenario.describing.forms import WATCHED
from sim.scenario.distributions import EXAMPLES, ByAttribute, Mixture, MixturePart, Normal, TimeLaw
from sim.scenario.pathway import Go, Leave, Mark, OneOf, Option, Repeat, Vacate, WaitUntil
from sim.scenario.patients import HourlyWeights, Shares, SharesByAttribute, Urgency
from sim.scenario.policies import Level, Names, Watch
from sim.scenario.quantities import Share
from sim.scenario.queueing import StepBase
from sim.scenario.resources import Equipment, Ward
from sim.scenario.rhythms import Rhythm
from sim.scenario.scenario import Scenario
from sim.scenario.start import StepPlace
from sim.scenario.varying import VaryingShare
from sim.scenario.workforce import MonthOrRest

INTRODUCTION: Final = """\
# Scenario reference

<!-- Written by `wardflow schema --markdown`; do not edit. -->

A scenario is one YAML file: names with values, indented by two spaces or in braces. The order of names never matters,
the order of lists does. Every number has a unit. `wardflow check FILE` tells what is wrong, where, and how to mend it;
[the catalogue of errors](errors.md) lists all that it can say. `wardflow schema > wardflow.json` writes a JSON schema
with which an editor completes names.
"""
SCALARS: Final = {
    "time": "A number with a unit: `ms`, `s`, `min`, `h`, `d` or `weeks`, such as `15 min` or `3.5 d`.",
    "time above zero": "The same, but not `0 min`.",
    "share": "`30 %` or `0.3`.",
    "share or rest": "A share, or `rest` for what the others leave.",
    "arrivals per time": "A number `per hour`, `per day`, `per week` or `per year`, such as `380 per day`.",
    "money per time": "A number `per hour`, `per day`, `per week`, `per year` or `per patient`, such as `345 per day`.",
    "whole number": "`0` or more.",
    "whole number above zero": "`1` or more.",
    "whole number, also below zero": "`12`, or `-4` to close beds.",
    "number": "`0` or more, such as `1.08`.",
    "number above zero": "Such as `1.5`.",
    "factor": "`x` and a number above 0, such as `x 1.1`.",
    "factor from zero on": "The same, also `x 0`.",
    "factor or signed number": "A factor such as `x 0.5`, or units more or fewer: `+4`, `-2`.",
    "factor of an hour": "A number above 0 without `x`, such as `1.2`; a list has 24 of them.",
    "beds for each": "`1 per 7 beds`, or `7` for short.",
    "how often": "A number `per day`, `per week` or `per year`, such as `2 per year`.",
    "money for each": "An amount `per unit`, such as `120 per unit`.",
    "step of a pathway": "The pathway, a slash and the name of the step: `emergency/triage`.",
    "time of day in quotes": 'Hours and minutes, `"00:00"` to `"24:00"`.',
    "days": "`all`, `weekdays`, `weekend`, one day such as `mon`, or several: `mon wed fri`, `mon-thu`.",
    "date": "Year, month and day: `2026-01-05`.",
    "name": "At most 60 letters, digits, spaces and simple marks, beginning with a letter.",
    "short text": "At most 120 characters on one line.",
    "text": "At most 2,000 characters.",
}
"""How each kind of value is written."""
ERRORS: Final = """\
# What can be wrong with a scenario file

<!-- Written by `wardflow schema --errors`; do not edit. -->

Every problem says file, line, column and field, what was found, and after `Fix:` what to write or do. The code stands
in `wardflow check --json`, so that a program can tell problems apart. All problems of a file are told at once, the
first twenty in full.

```
my_hospital.yaml:14:11 wards.medical.beds: expected a whole number from 0 on, got "ten". Fix: beds: 28
```
"""
EVIDENCE: Final = """\
## Evidence

Every value may carry where it comes from. `value` is what counts; the rest is shown beside it and changes nothing.

```yaml fragment
wards:
  medical:
    beds: {value: 180, source: "KH03 Q2 2026", owner: site manager, range: 160-200, note: counted at midnight}
```
"""
CHANGES: Final = """\
## Files that change another

A file with `extends:` says only what is different. The other file lies in the same folder, below it, or comes with
Wardflow. Names with values are merged; lists and single values are replaced, except for the steps of a pathway, which
are found by their names. `remove` takes something away. Numbers and times may be relative: `+12`, `-2`, `x 1.1`; a
factor on a distribution scales every time in it. A bare negative number over a number is a change; `{value: -4}` is
exactly -4. A factor in `rhythms`, `events` and for `overtime` is the value itself. New members of a section with names
of your own (all but `run`, `targets` and `costs`) stand under `add:`.

```yaml change
extends: general_hospital.yaml
name: A winter plan
wards: {medical: {also: {winter: {beds: 12, since: 2026-01-12, until: 2026-03-31}}}, surgical: {if_full: remove}}
staff: {ed_doctor: {roster: {early: {on_duty: -1}, late: {on_duty: +1}}}}
patients: {ed_attender: {arrive: {rate: x 1.08}}}
pathways: {elderly_care: {stay: x 0.95}}
add: {wards: {annexe: {beds: 10}}, pathways: {to_the_annexe: [{enter: annexe}, {stay: 5 d}, {leave: discharged}]}}
```
"""
STEPS: Final[dict[type[StepBase], str]] = {
    Activity: "- assess: {staff: [ed_doctor, triage_nurse], time: {gamma: {mean: 25 min, sd: 9 min}}, priority: 2}\n"
    "- scan: {equipment: ct_scanner, time: 20 min, queue_limit: 30, if_queue_full: diverted}\n"
    "- wait for results: {time: 80 min}",
    Enter: "- enter: majors\n"
    "- enter: {ward: medical, priority: 2, gives_up_after: {weibull: {mean: 6 h, shape: 1.5}}, then: left_before_seen}",
    Stay: "- stay: {lognormal: {mean: 6.2 d, sd: 8 d}}\n- stay: {name: after surgery, time: 1 d}",
    WaitUntil: '- wait until: ward_rounds\n- wait until: {weekdays: ["10:00", "14:00"], weekend: ["11:00"]}',
    OneOf: "- one of:\n"
    "    - {share: 30 %, steps: [{x-ray: {equipment: xray_room, time: 15 min}}]}\n"
    "    - {share: {by: acuity, red: 5 %, rest: 1 %}, leave: died}\n"
    "    - {share: rest}\n"
    "- one of:\n"
    "    name: by acuity\n"
    "    options:\n"
    "      - {when: {acuity: [red, orange]}, go: decided}\n"
    "      - {when: otherwise}",
    Repeat: "- repeat: {name: sessions, times: {4: 30 %, 6: rest}, every: 1 week, steps: [{session: {time: 45 min}}]}",
    Hold: "- hold: {staff: triage_nurse}\n- explain: {time: 10 min}\n- give back: triage_nurse",
    GiveBack: "- hold: {name: take both, staff: triage_nurse, equipment: ct_scanner}\n"
    "- scan: {time: 20 min}\n"
    "- give back: [triage_nurse, ct_scanner]",
    Go: "- go: going_home",
    Leave: "- leave: discharged",
    Mark: "- decide to admit\n- ready\n- mark: referred",
    Vacate: "- enter: majors\n- vacate",
}
"""Each kind of step, with an example that the tests run."""
STEPS_TOLD: Final = """\
## Steps

A pathway is a list of steps, done in order. No two steps of a pathway have the same name, since chance is drawn for
each by its name; the long form of a step may carry `name:`. Where a step names an outcome or a pathway, the outcomes
are `discharged`, `died`, `left_before_seen`, `refused`, `cancelled`, `transferred` and `diverted`.
"""
LAWS_TOLD: Final = """\
## Distributions

Wherever a time is asked for, a fixed one such as `45 min` or a distribution may stand. Each may carry `at_least` and
`at_most` inside its braces: values beyond a bound become the bound. A time of a step may also depend on an attribute of
the patient; `rest` stands for all other levels:

```yaml time
{by: acuity, red: {lognormal: {mean: 60 min, sd: 40 min, at_most: 4 h}}, rest: 25 min}
```
"""
NAMED: Final = {
    Activity: "An activity",
    Mark: "mark, decide to admit, ready",
}
INNER: Final[dict[type[StepBase], tuple[type[BaseModel], ...]]] = {
    Activity: (Substitute, Finish),
    OneOf: (Option,),
}
"""Records that stand in a step."""
BOUNDS: Final = ("at_least", "at_most")
ONE_OR_MORE: Final = "a name, or a list of names"
WHEN: Final = "levels by attribute, or `otherwise`"
UNITS: Final = "a name, a list of names, or how many of each"
SPECIAL: Final = (
    (get_args(DayTimes)[0], "times of day by `all`, `weekdays`, `weekend`, a day such as `mon`, or a set of dates"),
    (
        get_args(Rhythm)[0],
        "a factor, or 24 of them, by `all`, `weekdays`, `weekend`, a day such as `mon`, or a set of dates",
    ),
    (dict[MonthOrRest, Share], "shares by month and `rest`"),
    (StepPlace, "step of a pathway"),
    (HourlyWeights, "list of 24 numbers"),
    (SetNames, ONE_OR_MORE),
    (Names, ONE_OR_MORE),
)
WORDS: Final[dict[Any, str]] = {
    Shares: "share of each level",
    SharesByAttribute: "`by:` another attribute, then shares for each of its levels",
    VaryingShare: "`by:` an attribute, then a share for each of its levels",
    ByAttribute: "`by:` an attribute, then a time for each of its levels",
    Urgency: "an attribute with its levels, most urgent first",
    Watch: "one of the facts below, with a name or a list of names",
    Level: "share for occupancy, time for the longest wait, else a number",
    bool: "true or false",
    str: "name",
    int: "whole number",
    float: "number",
}
"""How types are written that have no table of their own."""
ANYWHERE: Final = "must be given"


def reference_page() -> str:
    """Writes the page of everything that can stand in a scenario file, as Markdown."""
    tables = list(_sections())
    values = _table(["Kind of value", "How it is written"], [[kind, told] for kind, told in SCALARS.items()])
    parts = [INTRODUCTION, "## How values are written\n", values, *tables, *_steps(), *_laws(), EVIDENCE, CHANGES]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def errors_page() -> str:
    """Writes the catalogue of codes, as Markdown."""
    parts = [ERRORS]
    for title, codes in GROUPS.items():
        note = "\nThese are warnings: the scenario can be run.\n" if title == WARNINGS else ""
        parts.append(f"## {title}\n{note}")
        parts.append(_table(["Code", "Meaning"], [[f"`{code}`", told] for code, told in codes.items()]))
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _sections() -> Iterator[str]:
    """A chapter for each section of the file, with the records that stand in it."""
    yield "## The file\n"
    yield _fields(Scenario)
    shown: set[type[BaseModel]] = {Scenario}
    hints = get_type_hints(Scenario, include_extras=True)
    for name in Scenario.model_fields:
        records = [record for record in _records(hints[name]) if record not in shown]
        if not records or name == "pathways":
            continue
        yield f"## {name}\n"
        if name == "policies":
            yield _facts()
        for record in records:
            yield f"### {record.__name__}\n\n{_first_line(record)}\n"
            yield _fields(record)
            shown.add(record)


def _facts() -> str:
    """What a policy can watch."""
    rows = [[f"`{fact}`", told.partition(" Example: ")[0]] for fact, told in WATCHED.items()]
    return _table(["Fact", "What is watched"], rows)


def _records(kind: Any) -> list[type[BaseModel]]:
    """Records with a table of their own that stand in a type, itself first."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if kind in WORDS or issubclass(kind, TimeLaw | StepBase):
            return []
        found = [kind]
        for inner in get_type_hints(kind, include_extras=True).values():
            found.extend(record for record in _records(inner) if record not in found)
        return found
    return list(dict.fromkeys(record for part in get_args(kind) for record in _records(part)))


def _steps() -> Iterator[str]:
    yield STEPS_TOLD
    for kind, example in STEPS.items():
        yield f"### {NAMED.get(kind, kind.verb)}\n\n{_first_line(kind)}\n"
        yield f"```yaml steps\n{example}\n```\n"
        if kind.model_fields.keys() - {"name"} and kind not in (Go, Leave, Mark):
            yield _fields(kind)
        for inner in INNER.get(kind, ()):
            yield f"#### {inner.__name__}\n\n{_first_line(inner)}\n"
            yield _fields(inner)


def _laws() -> Iterator[str]:
    yield LAWS_TOLD
    laws = {kind.kind: kind for kind in TimeLaw.__subclasses__() + _grandchildren() if hasattr(kind, "kind")}
    for name, example in EXAMPLES.items():
        yield f"### {name}\n\n{_first_line(laws[name])}\n"
        yield f"```yaml time\n{example}\n```\n"
        yield _fields(laws[name])
        if laws[name] is Mixture:
            yield f"#### {MixturePart.__name__}\n\n{_first_line(MixturePart)}\n"
            yield _fields(MixturePart)


def _grandchildren() -> list[type[TimeLaw]]:
    return [kind for parent in TimeLaw.__subclasses__() for kind in parent.__subclasses__()]


def _fields(record: type[BaseModel]) -> str:
    """A table of the fields of a record."""
    hints = get_type_hints(record, include_extras=True)
    rows = []
    for name, info in fields_of(record).items():
        if (name == "name" and issubclass(record, StepBase)) or (
            name in BOUNDS and issubclass(record, TimeLaw) and record is not Normal
        ):
            continue
        text = " ".join((info.description or "").split()).partition(" Example: ")[0].rstrip(".;") + "."
        example = example_in(info.description)
        written = written_name(record, name)
        text = text.replace(f"; in the file `{written}`", "")
        said = _in_short(record, name) or _said(hints[name])
        if record is Equipment and name == "on_duty":
            text = "How many there are, at all times; instead of a roster."
        row = [f"`{written}`", said, _default(hints[name], info), text, f"`{example}`" if example else ""]
        rows.append(row)
    return _table(["Field", "Written as", "If not given", "Meaning", "Example"], rows)


def _in_short(record: type[BaseModel], name: str) -> str:
    """How a field is written that has another form in the file than in the records."""
    if issubclass(record, Needing | Substitute) and name in NEEDS:
        return UNITS
    forms = {
        (Option, "when"): WHEN,
        (Ward, "takes"): "levels by attribute",
        (Repeat, "times"): "whole number above zero, or the share of each such number",
        (Enter, "others"): f"{ONE_OR_MORE} or of [Alternative](#alternative)",
        (GiveBack, "resources"): ONE_OR_MORE,
        (Activity, "must_finish"): "`true`, or [Finish](#finish)",
    }
    return "priorities by the wait" if name == "priority_after" else forms.get((record, name), "")


def _default(kind: Any, info: Any) -> str:
    if info.is_required():
        return ANYWHERE
    default = info.default
    if default is None or default in ({}, [], ""):
        return "none"
    if isinstance(default, BaseModel):
        return "as below"
    if default == clock.DAY_GROUPS["all"]:
        return "`all`"
    shown = TypeAdapter(kind).dump_python(default, mode="json")
    if isinstance(default, int) and str(shown).endswith(" d") and default % clock.WEEK == 0:
        shown = f"{default // clock.WEEK} weeks"
    return f"`{str(shown).lower() if isinstance(shown, bool) else shown}`"


def _said(kind: Any) -> str:
    """A type in words."""
    known = next((words for type_, words in SPECIAL if kind == type_), None)
    if known:
        return known
    if get_origin(kind) is Annotated:
        plain, *extras = get_args(kind)
        titles = [
            extra.json_schema.get("title", "")
            for extra in extras
            if isinstance(extra, WithJsonSchema) and extra.json_schema
        ]
        return titles[-1] if titles else _said(plain)
    if get_origin(kind) in (Union, types.UnionType):
        return _either([member for member in get_args(kind) if member is not type(None)])
    if get_origin(kind) is Literal:
        return ", ".join(f"`{word}`" for word in get_args(kind))
    arguments = get_args(kind)
    if get_origin(kind) is dict:
        return f"names with {_said(arguments[1])}"
    if get_origin(kind) is list:
        return f"list of {_said(arguments[0])}"
    if kind in WORDS:
        return WORDS[kind]
    return f"[{kind.__name__}](#{kind.__name__.lower()})"


def _either(members: list[Any]) -> str:
    kinds = [get_args(member)[0] if get_origin(member) is Annotated else member for member in members]
    if all(isinstance(kind, type) and issubclass(kind, StepBase) for kind in kinds):
        return "[steps](#steps)"
    if any(isinstance(kind, type) and issubclass(kind, TimeLaw) for kind in kinds):
        return "[time or distribution](#distributions)"
    return ", or ".join(dict.fromkeys(_said(member) for member in members))


def _table(titles: list[str], rows: list[list[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def _first_line(kind: type[BaseModel]) -> str:
    return (kind.__doc__ or "").partition("\n")[0].strip()
