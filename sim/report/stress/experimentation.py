"""Experimentation, section 4 of STRESS-DES: how a run begins, how long it is, and how figures are estimated."""

from sim.measure.window import Window
from sim.report.document import Block, Line, points
from sim.report.stress.subject import Subject
from sim.report.text import window_text
from sim.study.output_analysis import CONFIDENCE
from sim.study.passport import WIDE, WIDE_SHARE
from sim.study.run_length import POWER
from sim.study.wording import lasting


def initialisation(subject: Subject) -> list[Block]:
    """Item 4.1: how a run begins."""
    run, start = subject.scenario.run, subject.scenario.start
    if start:
        groups = f"{len(start)} group{'s' if len(start) > 1 else ''}"
        told = f"With patients who are there at moment 0, in {groups} (2.5.5); they are placed before all others."
    else:
        told = "Empty: the file does not say who is there at the start, and then nobody is."
    if run.warm_up:
        warm_up = f"{lasting(run.warm_up)} are run before anything is measured, so that the service can fill."
    else:
        warm_up = "The file does not ask for any: measuring begins with the first moment (the default)."
    judged = (
        "The passport of a result (wardflow run FILE --passport) tells by MSER-5 over the measured days whether a "
        "start-up is still to be seen (White, Cobb and Spratt 2000)."
    )
    return [Line(told, "Start:"), Line(warm_up, "Warm-up:"), Line(judged)]


def run_length(subject: Subject) -> list[Block]:
    """Item 4.2: how long a run is, and in what time is counted."""
    scenario = subject.scenario
    run, window = scenario.run, Window.of(scenario)
    whole = (
        f" Only whole weeks are measured, so that no weekday weighs more than another ({lasting(window.length_ms)})."
    )
    told = f"{lasting(run.warm_up + run.length)} from {run.start.isoformat()} (a {run.start:%A}), at midnight."
    return [
        Line(f"{told}{whole if window.length_ms != run.length else ''}", "Run:"),
        Line(f"{window_text(scenario)}.", "Window:"),
        Line("whole milliseconds; weekdays, months and sets of dates are those of the calendar.", "Unit of time:"),
    ]


def estimation(subject: Subject) -> list[Block]:
    """Item 4.3: replications, intervals, comparisons."""
    run, sure = subject.scenario.run, 100 * CONFIDENCE
    told = [
        f"{run.replications} independent replications; seed {run.seed}. The same file and seed give the same "
        "results in every run and on every machine with the same type of processor and versions of libraries.",
        f"The unit is the replication: each figure has a {sure:.0f} % t interval over their values (Law 2015, 4.5).",
        "Shares are pooled over the patients of a replication; where nobody was there to measure, nothing is defined.",
        "Plans are compared on the same patients by paired differences (Law 2015, 10.2); p-values and intervals are "
        "adjusted for all headline figures by Holm's method (Holm 1979; Ludbrook 2000).",
        f"Where nothing can be told yet, the number of replications is named with which {100 * POWER:.0f} % of studies "
        "would tell.",
        f"The passport names headline figures whose interval reaches further than {100 * WIDE:.0f} % of the mean, or "
        f"{100 * WIDE_SHARE:.0f} points of a share, and how many replications would do.",
    ]
    return [points(told)]
