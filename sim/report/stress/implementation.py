"""Implementation and code access, sections 5 and 6 of STRESS-DES: what computes the model, and where it can be had."""

from typing import Final

from sim.demand.workload import expected_events
from sim.engine.checking.invariants import RULES
from sim.report.document import Block, Line, points
from sim.report.stress.subject import Subject
from sim.study.provenance import ENGINE

RANDOM: Final = (
    "Everything random about a patient is drawn before the run, by NumPy: arrival, attributes, times, ways, patience.",
    "The generator is Philox 4x64 (Salmon, Moraes, Dror and Shaw 2011). Its key is the SHA-256 of seed, replication, "
    "class, name of the draw and number of the visit, so that every draw has a stream of its own.",
    "Values come from uniform numbers by inverse distribution functions. Arrivals at a rate are the points of one "
    "fixed Poisson process below the curve of the rate. So patients keep their luck under every plan (common random "
    "numbers).",
)
INSTANT: Final = (
    "timers end and patients leave",
    "capacity changes (shifts, openings, deliveries)",
    "policies look and act, in the order of their names",
    "patients arrive",
    "what is free is given to those who wait, in rounds, until a round changes nothing",
)
"""What happens inside one instant, in order."""


def software(subject: Subject) -> list[Block]:
    """Item 5.1: programs and their versions."""
    return [Line(subject.machine.software), Line("The engine runs on SimPy's event list; queues are Wardflow's own.")]


def sampling(subject: Subject) -> list[Block]:
    """Item 5.2: random numbers."""
    return [Line(f"{subject.scenario.run.seed}.", "Seed:"), points(RANDOM)]


def execution(subject: Subject) -> list[Block]:
    """Item 5.3: how the model is executed."""
    return [
        Line(
            f"discrete events, engine {ENGINE!r}: a patient carries out one instruction after the other (ask for "
            "units, give them back, let time pass, wait for a moment, branch, leave).",
            "World view:",
        ),
        Line("", "Inside one instant:"),
        points(INSTANT, 1),
        Line(
            f"each replication is checked against {len(RULES)} rules; a run that breaks one shows no figures.",
            "Checks:",
        ),
        Line("replications run in parallel processes; the result is the same for any number of them.", "Parallel:"),
    ]


def system(subject: Subject) -> list[Block]:
    """Item 5.4: machine, size, time."""
    events = expected_events(subject.scenario)
    told = f"about {_rounded(events)} events a replication; an ordinary core meets some 100,000 to 200,000 in a second."
    return [Line(subject.machine.system), Line(f"{told} docs/benchmark.md has measured times.", "Size:")]


def sharing(subject: Subject) -> list[Block]:
    """Item 6.1: what can be had, and under which licence."""
    fingerprint = subject.scenario.fingerprint()
    told = [
        "Wardflow is open source under the MIT licence; CITATION.cff tells how to cite it.",
        f"Fingerprint of this scenario (SHA-256 of all that decides its figures): {fingerprint}.",
        "wardflow show FILE prints all of it in one file; wardflow run FILE --out FOLDER writes that file with every "
        "figure, and run.json with versions and digests.",
        "The file does not say under which licence it stands itself; the shipped scenarios are under that of Wardflow.",
    ]
    return [points(told)]


def _rounded(number: float) -> str:
    """A number with two digits that count.

    >>> _rounded(668_141.0), _rounded(1234.0)
    ('670,000', '1,200')
    """
    return f"{float(f'{number:.2g}'):,.0f}"
