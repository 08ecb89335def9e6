"""Where patients wait, as a manager reads it; the figures are made by hand."""

from sim.report.text import run_text, waits_tables
from sim.study.experiment import Experiment
from sim.study.summary import summaries
from tests.small_studies import experiment

NAMES = ("nurse", "recovery", "porter", "scanner", "theatre", "bed", "lift")


def made() -> Experiment:
    """Seven causes; nobody waits for the lift."""
    figures = {("wait_hours_per_day", ""): [21.0, 23.0], ("wait_per_affected", ""): [50.0, 52.0]}
    for number, name in enumerate(NAMES):
        hours = float(6 - number)
        scope = f"cause:{'ward' if name == 'recovery' else 'staff'}:{name}"
        figures["wait_hours_per_day", scope] = [hours, hours + 0.2] if hours else [0.0, 0.0]
        figures["wait_cause_share", scope] = [hours / 21, hours / 21]
        figures["wait_per_affected", scope] = [10.0 * hours, 10.0 * hours + 1]
    figures["wait_behind_hours_per_day", "cause:ward:recovery"] = [2.0, 2.2]
    return experiment(figures)


def first_words(text: str) -> list[str]:
    """First word of each line below the rule under the head."""
    return [line.split()[0] for line in text.splitlines()[2:]]


def test_a_short_report_names_the_five_causes_with_the_most_waiting() -> None:
    (told,) = waits_tables(made().scenario, summaries(made()))
    assert first_words(told) == ["=Nurse", "recovery", "porter", "scanner", "theatre", "All"]
    assert told.splitlines()[2].split("  ")[-1].strip() == "60.5 min"
    assert told in run_text(made())


def test_a_full_report_names_all_causes_with_intervals_and_what_is_behind_the_wards() -> None:
    told, behind = waits_tables(made().scenario, summaries(made()), everything=True)
    assert first_words(told) == ["=Nurse", "recovery", "porter", "scanner", "theatre", "bed", "All"]
    assert told.splitlines()[0].count("95 % interval") == 3
    assert behind.splitlines()[2].startswith("recovery")
    assert behind.splitlines()[-1].startswith("An attribution")


def test_where_nobody_waits_nothing_is_said() -> None:
    calm = experiment({("wait_hours_per_day", ""): [0.0], ("wait_hours_per_day", "cause:staff:nurse"): [0.0]})
    assert waits_tables(calm.scenario, summaries(calm), everything=True) == []
