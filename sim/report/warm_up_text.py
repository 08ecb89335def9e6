"""Warm-up advice in words, as plain values, as tables and as pictures."""

from typing import Any, Final

import pandas as pd

from sim import clock
from sim.report.charts.theme import BLUE, GREY, MAGENTA
from sim.report.line_svg import Curve, Mark, lines_svg
from sim.report.text import table
from sim.study.settling import FEWEST_DAYS
from sim.study.warm_up import MOVES, WEEK, Advice, Settling
from sim.study.wording import lasting, scope_label

WELCH_COLUMNS: Final = ("series", "day", "mean", "moving_average")
MOST_WEEKS: Final = 12
"""So many weeks are listed; the table in the folder has all days."""
METHOD: Final = (
    "Daily means over all replications from the first day on, the weekly rhythm of the second half taken out. MSER-5 "
    "(White, Cobb & Spratt 2000) leaves out the first part that makes the mean of the rest surest; only the first half "
    "is searched. It is rounded up to whole weeks, so that each weekday is measured equally often."
)
PREFILLED: Final = (
    "Instead of a long warm-up a file can declare who is there when the run begins (`start:`): they lie in their beds "
    "from the first moment, each with what is left of the stay at a random moment, in which long stays are found more "
    "often than they begin. Where some stay for months, or a list is years old, an empty hospital needs years to fill; "
    "a declared start needs a week or two. The shipped scenario full_hospital declares a whole one."
)


def warm_up_text(found: Advice) -> str:
    """Tells how long the warm-up should be, how the declared one stands to it, and what could be declared instead."""
    runs = f"{found.replications} replication{'s' if found.replications != 1 else ''}, seed {found.seed}"
    parts = [f"The warm-up of {found.scenario.name}\n{answer(found)}"]
    if found.series:
        parts += [f"{runs}, {found.days} days from the first day on", _series(found), _weeks(found), *_moving(found)]
    windows = "; ".join(f"{one.label} over {2 * one.window + 1} days" for one in found.series)
    welch = f" Moving averages (Welch 1983; Law 2015, 9.5.1): {windows}." if windows else ""
    parts.append(f"{METHOD}{welch}")
    if not found.scenario.start:
        parts.append(PREFILLED + (f" For example:\n\n  start:\n    {found.start}" if found.start else ""))
    return "\n\n".join(parts)


def answer(found: Advice) -> str:
    """Says in a sentence or two what to do."""
    if found.kind == "declared start":
        return _declared_start(found)
    if found.kind == "surge":
        return _surge(found)
    declared = f"the file leaves out {lasting(found.scenario.run.warm_up)}"
    if not found.scenario.run.warm_up:
        declared = "the file leaves out nothing"
    if found.finding == "not judged":
        return "Not judged: there is no place with beds and nothing to wait for, or the run is shorter than a week."
    if found.weeks is None:
        return f"Can't tell: the run is too short. {_too_short(found)}"
    advised = f"Leave out {_weeks_words(found.weeks)}" if found.weeks else "Nothing has to be left out"
    if found.finding == "enough":
        return f"{advised}; {declared}, which is enough."
    return f"{advised}; {declared}, which is too little. Write run: {{warm_up: {_weeks_words(found.weeks)}}}."


def _too_short(found: Advice) -> str:
    if found.days < FEWEST_DAYS:
        told = f"{found.days} days cannot tell a start-up from the rhythm of the week; {FEWEST_DAYS} are the fewest."
    else:
        slow = " and ".join(one.label for one in found.series if one.is_too_short)
        told = f"After half of its {found.days} days {slow} may still be on the way."
    longer = f'Try it with --set "run.length={_weeks_words(max(2 * found.days, 8 * WEEK) // WEEK)}"'
    if found.overloaded:
        names = ", ".join(found.scenario.label(one) for one in found.overloaded)
        return f"{told} More is asked than there is of {names}: such a queue never settles, however long the run."
    return f"{told} {longer}, or declare a start."


def _declared_start(found: Advice) -> str:
    told = "No warm-up is needed: the file declares who is there at the start, and asks what becomes of them."
    if found.surges:
        return f"{told} {_passing(found)}"
    if found.weeks is None:
        return f"{told} Whether they are like those of a usual day cannot be told from this run."
    if not found.weeks:
        return f"{told} They are like those of a usual day: beds and queues stay where they are."
    kept = found.scenario.run.warm_up
    weeks = _weeks_words(found.weeks)
    if kept >= found.weeks * clock.WEEK:
        settled = f"It takes {weeks} until they are like those of a usual day"
        return f"{told} {settled}; the {lasting(kept)} that the file leaves out are enough for that."
    return (
        f"{told} But they are not like those of a usual day for {weeks}: if it asks about usual weeks, correct the "
        f"start, or leave out {weeks}; if it asks about the days after such a start, leave it as it is."
    )


def _surge(found: Advice) -> str:
    return (
        f"No warm-up can be read from this run, and none is asked for by its question. {_passing(found)} What "
        "is needed is a hospital as full as on the day before: declare it (`start:`), or take the warm-up that the "
        "same scenario needs without them."
    )


def _passing(found: Advice) -> str:
    names = ", ".join(_surge_words(found, one) for one in found.surges)
    return (
        f"Something passes through it ({names}): the question is how the hospital comes through, so there is no level "
        "to settle at, and what MSER-5 says below is about that."
    )


def _surge_words(found: Advice, scope: str) -> str:
    kind, _, name = scope.partition(":")
    return scope_label(found.scenario, scope) if kind == "event" else f"wave {name.replace('_', ' ')}"


def _weeks_words(weeks: int) -> str:
    return f"{weeks} week{'s' if weeks != 1 else ''}"


def _series(found: Advice) -> str:
    head = ["Series", "First week", "Second half of the run", "MSER-5 leaves out", "In whole weeks"]
    rows = [
        [
            one.label.capitalize(),
            f"{one.week(0):,.1f}",
            f"{one.rest:,.1f}",
            "can't tell" if one.is_too_short else f"{one.cut} days",
            "" if one.is_too_short else str(one.weeks),
        ]
        for one in found.series
    ]
    return table(head, rows, head[1:])


def _moving(found: Advice) -> list[str]:
    """Series that MSER-5 takes for settled, although they are not at the level of the second half yet."""
    moving = [one for one in found.series if not one.is_too_short and abs(one.drift) > MOVES]
    if found.kind != "long run" or not moving:
        return []
    told = "; ".join(
        f"{one.label} are {100 * abs(one.drift):.0f} % {'below' if one.drift < 0 else 'above'}" for one in moving
    )
    return [
        f"Look at the picture before you shorten a warm-up. In the four weeks behind the cut, {told} the second "
        "half of the run. Queues behind full beds vary much, so that MSER-5 can be too short for them; more runs tell."
    ]


def _weeks(found: Advice) -> str:
    head = ["Week", *(one.label.capitalize() for one in found.series)]
    count = found.days // WEEK
    rows = [
        [str(number + 1), *(f"{one.week(number):,.1f}" for one in found.series)]
        for number in range(min(count, MOST_WEEKS))
    ]
    more = f"\n({count - MOST_WEEKS} more weeks; --out writes every day and a picture)" if count > MOST_WEEKS else ""
    return table(head, rows, head) + more


def warm_up_record(found: Advice) -> dict[str, Any]:
    """The same as plain values; weeks are whole."""
    return {
        "finding": found.finding,
        "kind": found.kind,
        "answer": answer(found),
        "advised_weeks": found.weeks,
        "declared_days": found.scenario.run.warm_up / clock.DAY,
        "days": found.days,
        "replications": found.replications,
        "seed": found.seed,
        "surges": list(found.surges),
        "overloaded": list(found.overloaded),
        "series": [
            {
                "name": one.name,
                "label": one.label,
                "mser5_days": one.cut,
                "weeks": one.weeks,
                "too_short": one.is_too_short,
                "window_days": 2 * one.window + 1,
                "first_week": one.week(0),
                "second_half": one.rest,
            }
            for one in found.series
        ],
        "start_example": found.start,
    }


def warm_up_tables(found: Advice) -> dict[str, pd.DataFrame]:
    """Every day of every series, with its moving average."""
    parts = [welch_table(one) for one in found.series]
    empty = pd.DataFrame(columns=list(WELCH_COLUMNS))
    return {"welch": pd.concat(parts, ignore_index=True) if parts else empty}


def welch_table(one: Settling) -> pd.DataFrame:
    """The days of a series, counted from 1; columns WELCH_COLUMNS."""
    days = pd.Series(range(1, len(one.mean) + 1))
    smooth = pd.Series(one.smooth).reindex(range(len(one.mean)))
    columns = {"series": one.label, "day": days, "mean": one.mean, "moving_average": smooth}
    return pd.DataFrame(columns, columns=list(WELCH_COLUMNS))


def marks_table(found: Advice) -> pd.DataFrame:
    """Where the declared and the advised warm-up end, in days."""
    rows = [(found.scenario.run.warm_up / clock.DAY, "the file measures from here")]
    if found.weeks is not None and found.kind == "long run":
        rows.append((found.weeks * WEEK, "advised"))
    return pd.DataFrame(rows, columns=["day", "words"])


def warm_up_pictures(found: Advice) -> dict[str, str]:
    """Welch's picture of each series as SVG, by the stem of a file."""
    marks = [
        Mark(float(day), str(words), MAGENTA, row)
        for row, (day, words) in enumerate(marks_table(found).itertuples(index=False))
    ]
    return {
        f"welch_{one.name}": lines_svg(
            f"How it fills: {one.label}",
            f"Days from the start of the run; thin: mean of {found.replications} runs, thick: moving average over "
            f"{2 * one.window + 1} days",
            [Curve(one.mean.tolist(), GREY, 1.0), Curve(one.smooth.tolist(), BLUE, 3.0)],
            marks,
        )
        for one in found.series
    }
