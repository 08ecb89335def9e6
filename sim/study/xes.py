"""XES: the event log of a replication for tools that find processes in logs (IEEE 1849-2016)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import numpy as np

from sim.demand.fates import Fates
from sim.engine.eventlog import NOTHING, Event, EventLog
from sim.engine.program import Program
from sim.engine.stories import Ints
from sim.scenario.patients import CLASS
from sim.scenario.scenario import Scenario
from sim.study.lifecycle import HOW, Lifecycle, Turn, lifecycle, names

VERSION: Final = "1849.2016"
"""Version of the standard."""
EXTENSIONS: Final = {
    "Concept": "concept",
    "Time": "time",
    "Lifecycle": "lifecycle",
    "Organizational": "org",
}
"""Standard extensions that are used, with the prefixes of their keys."""
CLASSIFIERS: Final = {"Activity": "concept:name", "ActivityAndTransition": "concept:name lifecycle:transition"}
"""What makes two events alike."""
TRANSITIONS: Final = {
    Turn.ARRIVE: "complete",
    Turn.ASK: "schedule",
    Turn.BEGIN: "start",
    Turn.SUSPEND: "suspend",
    Turn.RESUME: "resume",
    Turn.END: "complete",
    Turn.MISS: "ate_abort",
    Turn.GIVE_UP: "withdraw",
    Turn.PASS: "complete",
    Turn.LEAVE: "complete",
}
"""Transitions of the standard lifecycle."""
UTC: Final = "+00:00"
"""The standard wants a time zone: the plain hours of a scenario, which knows no summer time, are written as these."""
_MOMENT: Final = "moment"
_PLAIN_KEYS: Final = (CLASS,)
_Attribute = tuple[str, str, str]
"""Sort, key and value."""


def write_xes(
    path: Path, scenario: Scenario, program: Program, log: tuple[Fates, EventLog], about: dict[str, str]
) -> None:
    """Writes the event log of one replication: a trace for each patient, an event for each turn of an activity.

    Traces are written one after the other, so that a long log needs no more memory than its columns.

    Args:
        path: the file.
        scenario: what is declared.
        program: the same, compiled.
        log: the patients of the replication, and what happened to them.
        about: texts about the whole log by their keys, such as its seed.
    """
    fates, events = log
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        file.write(f'<log xes.version="{VERSION}" xes.features="">\n')
        file.writelines(_head(scenario, about))
        file.writelines(_traces(scenario, program, fates, events))
        file.write("</log>\n")


def key_of(name: str, others: Iterable[str] = ()) -> str:
    """Makes a key of the standard, which has no spaces and few signs, out of a name.

    Args:
        name: any text.
        others: keys that are taken.

    >>> key_of("age band"), key_of("75+"), key_of("age_band", ["age_band"])
    ('age_band', '_75_', 'age_band_2')
    """
    plain = re.sub(r"[^A-Za-z0-9_.-]", "_", name)
    plain = plain if re.match("[A-Za-z_]", plain) else f"_{plain}"
    taken, number, found = set(others), 1, plain
    while found in taken:
        number += 1
        found = f"{plain}_{number}"
    return found


def _head(scenario: Scenario, about: dict[str, str]) -> Iterator[str]:
    """What stands before the traces, in the order of the standard's schema."""
    for name, prefix in EXTENSIONS.items():
        uri = f"http://www.xes-standard.org/{prefix}.xesext"
        yield _line("extension", {"name": name, "prefix": prefix, "uri": uri})
    nothing = "1970-01-01T00:00:00.000" + UTC
    shared: dict[str, list[_Attribute]] = {
        "trace": [("string", "concept:name", ""), ("string", CLASS, "")],
        "event": [
            ("string", "concept:name", ""),
            ("string", "lifecycle:transition", ""),
            ("date", "time:timestamp", nothing),
        ],
    }
    for scope, attributes in shared.items():
        yield f'  <global scope="{scope}">\n'
        yield from (f"  {_attribute(*one)}" for one in attributes)
        yield "  </global>\n"
    for name, keys in CLASSIFIERS.items():
        yield _line("classifier", {"name": name, "scope": "event", "keys": keys})
    yield _attribute("string", "concept:name", scenario.name)
    yield _attribute("string", "lifecycle:model", "standard")
    yield from (_attribute("string", key_of(name), value) for name, value in about.items())


def _traces(scenario: Scenario, program: Program, fates: Fates, log: EventLog) -> Iterator[str]:
    found = lifecycle(program, log)
    order = found.by_patient()
    pieces, kind = _pieces(scenario, program, found)
    stamps = np.datetime_as_string(np.datetime64(scenario.run.start, "ms") + found.time_ms[order], unit="ms").tolist()
    kinds, patients = kind[order].tolist(), found.patient[order]
    bounds = np.flatnonzero(np.append(True, patients[1:] != patients[:-1])).tolist() if len(patients) else []
    people = _people(scenario, fates, [int(patients[at]) for at in bounds])
    for begin, end, person in zip(bounds, [*bounds[1:], len(kinds)], people, strict=True):
        events = (f"{pieces[kinds[at]][0]}{stamps[at]}{pieces[kinds[at]][1]}" for at in range(begin, end))
        yield f"  <trace>\n{person}{''.join(events)}  </trace>\n"


def _people(scenario: Scenario, fates: Fates, patients: Sequence[int]) -> Iterator[str]:
    """Attributes of the traces of some patients: number, class, and what was declared about them."""
    classes = sorted(scenario.patients)
    keys: dict[str, str] = {}
    for name in sorted(fates.attributes):
        keys[name] = key_of(name, [*_PLAIN_KEYS, *keys.values()])
    for patient in patients:
        lines = [_attribute("string", "concept:name", str(patient))]
        lines.append(_attribute("string", CLASS, classes[fates.stream[patient]]))
        for name, key in keys.items():
            level = int(fates.attributes[name][patient])
            if level != NOTHING:
                lines.append(_attribute("string", key, fates.levels[name][level]))
        yield "".join(f"  {line}" for line in lines)


def _pieces(scenario: Scenario, program: Program, found: Lifecycle) -> tuple[list[tuple[str, str]], Ints]:
    """Text before and behind the moment of each kind of event, and the kind of each event."""
    told, activity = names(program, [scenario.label(name) for name in program.resources], found)
    columns = np.stack([activity, found.turn, found.step, found.used, found.event], axis=1)
    kinds, number = np.unique(columns, axis=0, return_inverse=True)
    pieces = []
    for name, turn, step, used, event in kinds.tolist():
        attributes = [
            ("string", "concept:name", told[name]),
            ("string", "lifecycle:transition", TRANSITIONS[Turn(turn)]),
        ]
        attributes.append(("date", "time:timestamp", _MOMENT))
        if used:
            labels = " + ".join(scenario.label(program.resources[one]) for one in found.sets[used])
            attributes.append(("string", "org:resource", labels))
        if step != NOTHING and program.steps[step].pathway:
            attributes.append(("string", "pathway", program.steps[step].pathway))
        if Event(event) in HOW:
            attributes.append(("string", "ending", HOW[Event(event)]))
        lines = "".join(f"    {_attribute(*one)}" for one in attributes)
        before, _, behind = f"    <event>\n{lines}    </event>\n".partition(f'value="{_MOMENT}"')
        pieces.append((f'{before}value="', f'{UTC}"{behind}'))
    return pieces, number.reshape(-1)


def _attribute(sort: str, key: str, value: str) -> str:
    return _line(sort, {"key": key, "value": value})


def _line(tag: str, attributes: dict[str, str]) -> str:
    return f"  {ElementTree.tostring(ElementTree.Element(tag, attributes), encoding='unicode')}\n"
