"""Published models: what is measured in them, by hand; and a quick part of `make validate`.

The quick part runs few replications. Its intervals are wide, so the tolerances are given the slack that is stated
beside each; three standard errors are the limit as ever.
"""

import csv
import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from sim import clock
from sim.scenario.loading import load
from sim.scenario.scenario import Scenario
from tests.builders import Book
from validation.published import call_centre, plots, stroke, treatment_centre
from validation.published.cases import cases
from validation.published.judging import Estimate, Reference, compare, mean_of
from validation.published.running import FOLDER, replicate
from validation.theory.observing import Run

CASES = {case.name: case for case in cases()}


def shortened(file: Path, **run: int) -> Scenario:
    """A published scenario with another warm-up or length."""
    scenario = load(file)
    return scenario.model_copy(update={"run": scenario.run.model_copy(update=run)})


def seen(book: Book, since_ms: int = 0, unit_ms: int = clock.MINUTE) -> Run:
    told = book.closed()
    return Run(told.program, told.fates, told.log, since_ms, unit_ms)


# ---------------------------------------------------------------- the treatment centre


@pytest.fixture
def morning() -> dict[str, float]:
    """Three patients of a morning.

    One needs a trauma bay and leaves, one is examined and leaves untreated, and one is still being registered at 01:00.
    """
    book = Book(load(treatment_centre.BASE))
    six, end = 6 * 60, 25 * 60
    hurt = book.arrives(six, "patient")
    cut = book.arrives(six + 1, "patient")
    last = book.arrives(end - 12, "patient")
    book.does(hurt, "triage", six, six, six + 4)
    book.does(cut, "triage", six + 1, six + 4, six + 5)
    book.does(hurt, "stabilise", six + 4, six + 4, six + 64)
    book.does(hurt, "trauma/treat", six + 64, six + 64, six + 94)
    book.leaves(hurt, six + 94, "trauma/leave")
    book.does(cut, "register", six + 5, six + 5, six + 10)
    book.does(cut, "examine", six + 10, six + 10, six + 25)
    book.leaves(cut, six + 25, "not_trauma/leave")
    book.does(last, "triage", end - 12, end - 12, end - 2)
    book.does(last, "register", end - 2, end - 2)
    minutes = {
        "arrival/triage/time": [4, 1, 10],
        "not_trauma/register/time": [0, 5, 7],
        "not_trauma/examine/time": [0, 15, 16],
        "not_trauma/treat/time": [0, 13, 13],
        "trauma/stabilise/time": [60, 0, 0],
        "trauma/treat/time": [30, 0, 0],
    }
    book.drawn = {name: [each * clock.MINUTE for each in times] for name, times in minutes.items()}
    return treatment_centre.measured(seen(book, 6 * clock.HOUR))


def test_waits_are_those_of_patients_who_began_the_service(morning: dict[str, float]) -> None:
    assert morning["wait, triage [min]"] == 1.0  # 0, 3 and 0 minutes
    assert morning["wait, registration [min]"] == 0.0
    assert np.isnan(morning["wait, treatment [min]"])


def test_whole_times_are_those_of_patients_who_left(morning: dict[str, float]) -> None:
    assert morning["whole time, trauma [min]"] == 94.0
    assert morning["whole time, not trauma [min]"] == 24.0
    assert (morning["arrivals"], morning["throughput"]) == (3.0, 2.0)


def test_a_service_that_the_end_cuts_off_counts_with_its_whole_time(morning: dict[str, float]) -> None:
    assert morning["utilisation, registration"] == pytest.approx(12 / 1140)  # 5 minutes, and all 7 of which 2 were done


def test_utilisation_is_a_share_of_the_time_of_all_places(morning: dict[str, float]) -> None:
    assert morning["utilisation, trauma bay"] == pytest.approx(60 / (2 * 1140))
    assert morning["utilisation, examination"] == pytest.approx(15 / (3 * 1140))


def test_patients_come_at_the_hourly_rates_of_the_source() -> None:
    # stars-treat-sim, treat_sim/data/ed_arrivals.csv, from 06:00; the hour after midnight has the first rate again
    from_six = [2.36667, 2.8, 8.83333, 10.43333, 14.8, 26.26667, 31.4, 18.06667, 16.46667]
    from_three_pm = [12.03333, 11.6, 28.86667, 18.03333, 11.5, 5.3, 4.06667, 2.2, 2.1]
    arrive = load(treatment_centre.BASE).patients["patient"].arrive
    hourly = 24 * arrive.rate * np.array(arrive.by_hour) / sum(arrive.by_hour)
    assert hourly == pytest.approx([2.36667, 0, 0, 0, 0, 0, *from_six, *from_three_pm], abs=1e-4)


def test_nobody_comes_before_the_centre_opens() -> None:
    run = replicate(treatment_centre.BASE, 0)
    assert run.fates.arrival_ms.min() >= 6 * clock.HOUR


def test_another_room_further_on_changes_nothing_at_triage() -> None:
    base, more = (
        treatment_centre.measured(replicate(FOLDER / f"{name}.yaml", 3))
        for name in ("treatment_centre", "treatment_centre_exam")
    )
    for measure in ("arrivals", "wait, triage [min]", "wait, registration [min]", "wait, trauma bay [min]"):
        assert base[measure] == more[measure]
    assert more["wait, examination [min]"] < base["wait, examination [min]"]


# ---------------------------------------------------------------- the stroke pathway


def test_patients_of_a_unit_are_counted_once_a_day_after_the_warm_up() -> None:
    book = Book(shortened(stroke.BASE, warm_up=clock.DAY, length=3 * clock.DAY))
    day = 24 * 60
    early, onward = book.arrives(60, "tia"), book.arrives(day - 60, "stroke")
    book.enters(early, "tia/enter acute_unit", 60, 60)
    book.stays(early, "tia/acute care", 60, day - 1)
    book.leaves(early, day - 1, "tia/leave")  # gone before the first count
    book.enters(onward, "stroke/enter acute_unit", day - 60, day - 60)
    book.stays(onward, "acute care before rehabilitation", day - 60, 2 * day + 60)
    book.enters(onward, "stroke_rehab/enter rehab_unit", 2 * day + 60, 2 * day + 60)
    book.stays(onward, "stroke_rehab/rehabilitation", 2 * day + 60)  # there to the end
    acute, rehab, both = stroke.measured(seen(book, clock.DAY, clock.DAY))
    assert acute[:3].tolist() == [1, 2, 0]  # at the ends of days 1 and 2 in the acute unit, then not
    assert rehab[:3].tolist() == [2, 1, 0]
    assert both[:3].tolist() == [0, 3, 0]


def test_a_unit_delays_on_days_when_it_is_full_among_days_when_it_is_not_over_full() -> None:
    days = np.array([[2.0, 4.0, 3.0, 1.0], [0.0, 4.0, 5.0, 1.0]])
    assert stroke.delay(days, 2).mean == 8 / 18


def test_who_finds_no_bed_is_counted_among_those_who_ask_after_the_warm_up() -> None:
    scenario = shortened(stroke.TEN_BEDS, warm_up=clock.DAY, length=clock.DAY)
    book, day = Book(scenario), 24 * 60
    for minute in range(11):
        patient = book.arrives(minute, "other")
        if minute < 10:
            book.enters(patient, "other/enter acute_unit", minute, minute)
            book.stays(patient, "other/acute care", minute)
        else:  # turned away in the warm-up
            book.turned_away(patient, "other/enter acute_unit", stroke.Event.REFUSE, minute, minute)
            book.leaves(patient, minute, "other/enter acute_unit: refused")
    late = book.arrives(day + 5, "tia")
    book.turned_away(late, "tia/enter acute_unit", stroke.Event.REFUSE, day + 5, day + 5)
    book.leaves(late, day + 5, "tia/enter acute_unit: refused")
    assert stroke.refused(seen(book, clock.DAY, clock.DAY)) == (1.0, 1.0, 10.0, 0.0)


def test_the_scenario_says_what_the_published_parameters_say() -> None:
    given = json.loads(stroke.PARAMETERS.read_text(encoding="utf-8"))["simulation_parameters"]
    scenario = load(stroke.BASE)
    for illness in ("stroke", "tia", "neuro", "other"):
        gap = scenario.patients[illness].arrive.gaps
        assert gap.mean / clock.DAY == given[f"asu_arrival_{illness}"]["params"]["mean"]
        if illness != "tia":
            gap = scenario.patients[f"{illness}_to_rehab"].arrive.gaps
            assert gap.mean / clock.DAY == given[f"rehab_arrival_{illness}"]["params"]["mean"]
    declared = {
        (pathway, name): sorted((law.mean / clock.DAY, law.sd / clock.DAY) for law in found)
        for pathway, name, found in _stays(scenario)
    }
    for illness in ("stroke", "tia", "neuro", "other"):
        for place, pathway in (("asu", illness), ("rehab", f"{illness}_rehab")):
            printed = [law["params"] for name, law in given.items() if name.startswith(f"{place}_los_{illness}")]
            assert declared[pathway, place] == sorted((law["mean"], law["stdev"]) for law in printed)


def _stays(scenario: Scenario):
    from sim.scenario.care import Stay
    from sim.scenario.pathway import flatten

    for pathway, steps in scenario.pathways.items():
        place = "rehab" if pathway.endswith("rehab") else "asu"
        yield pathway, place, [step.time for step in flatten(steps) if isinstance(step, Stay)]


@pytest.mark.parametrize(
    ("scenario", "unit", "beds", "exact"),
    [
        ("stroke", "acute", 10, 0.128273),
        ("stroke", "acute", 15, 0.010326),
        ("stroke", "rehabilitation", 12, 0.109057),
        ("stroke", "both", 22, 0.062906),
        ("stroke", "both", 26, 0.015813),
        ("stroke_more", "acute", 10, 0.147060),
        ("stroke_more", "rehabilitation", 12, 0.127602),
        ("stroke_no_neuro", "acute", 10, 0.080119),
        ("stroke_no_neuro", "rehabilitation", 12, 0.051526),
    ],
)
def test_theory_is_that_of_others(scenario: str, unit: str, beds: int, exact: float) -> None:
    # worked out apart from this program
    assert stroke.erlang_b(stroke.LOADS[scenario].of(unit), beds) == pytest.approx(exact, abs=5e-7)


def test_the_printed_delays_are_those_of_the_reproductions_own_table() -> None:
    # pydesrap_stroke, outputs/table2.csv, columns of the current admissions and of 5 % more
    current = {9: 0.18, 10: 0.13, 11: 0.08, 12: 0.06, 13: 0.03, 14: 0.02}
    more = {10: 0.15, 11: 0.10, 12: 0.07, 13: 0.04, 14: 0.03}
    for scenario, expected in (("stroke", current), ("stroke_more", more)):
        rows = stroke.rows_printed(scenario)
        own = {
            int(row["beds"]): float(row["delay"])
            for row in rows
            if (row["source"], row["unit"]) == ("pydesrap", "acute")
        }
        assert expected.items() <= own.items()


def test_the_picture_shows_both_units() -> None:
    days = np.zeros((2, 3, stroke.MOST))
    days[:, :, 5:20] = [[1.0], [2.0], [3.0]]
    days[1, :, 8] = 9.0
    drawn = ElementTree.fromstring(plots.picture(days.reshape(2, -1).tolist()))
    texts = {text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")}
    points = list(drawn.iter("{http://www.w3.org/2000/svg}polygon"))
    assert {f"{unit} unit: share of patients delayed" for unit in ("Acute stroke", "Rehabilitation")} <= texts
    assert len(points) == 2 * (7 + 6) + 2  # printed twice for each number of beds, and in the key


# ---------------------------------------------------------------- the call centre


def test_calls_that_the_end_cuts_off_count_until_then_or_not_at_all() -> None:
    book = Book(shortened(call_centre.BASE, length=30 * clock.MINUTE))
    first, second = book.arrives(0, "caller"), book.arrives(1, "caller")
    book.does(first, "answer", 0, 0, 6)
    book.does(second, "answer", 1, 1, 9)
    book.does(first, "call back", 6, 6, 18)
    book.does(second, "call back", 9, 9)
    book.leaves(first, 18)
    found = call_centre.measured(seen(book))
    assert found["operators in use"] == pytest.approx(14 / (13 * 30))
    assert found["nurses in use"] == pytest.approx((12 + 21) / (9 * 30))
    assert found["finished calls: nurses in use"] == pytest.approx(12 / (9 * 30))


def test_waits_for_a_nurse_are_measured_from_the_end_of_the_call() -> None:
    scenario = shortened(call_centre.BASE, length=60 * clock.MINUTE)
    scenario = scenario.model_copy(
        update={"staff": scenario.staff | {"nurse": scenario.staff["nurse"].model_copy(update={"on_duty": 1})}}
    )
    book = Book(scenario)
    first, second = book.arrives(0, "caller"), book.arrives(0, "caller")
    for caller, answered in ((first, 6), (second, 8)):
        book.does(caller, "answer", 0, 0, answered)
    book.does(first, "call back", 6, 6, 50)
    book.does(second, "call back", 8, 50)
    book.leaves(first, 50)
    found = call_centre.measured(seen(book))
    assert found["wait for a nurse [min]"] == 21.0  # 0 and 42 minutes
    assert found["finished calls: wait for a nurse [min]"] == 0.0


# ---------------------------------------------------------------- judging


def test_both_errors_count() -> None:
    ours = Estimate(103.0, 0.8, 100)
    verdict = compare("case", Reference("wait", "others", 100.0, 101, half_width=0.6 * 1.98397), ours, 5.0)
    assert verdict.z == pytest.approx(3.0, abs=1e-4)  # 0.8 and 0.6 make 1.0
    assert verdict.tolerance == pytest.approx(5.0 + 3 * 0.6, abs=1e-3)


def test_a_figure_that_is_known_to_be_wrong_is_explained_only_if_it_differs() -> None:
    ours = mean_of([0.99, 1.01, 1.0, 1.0])
    near, off = (
        compare("case", Reference("delay", "paper", value, explained="a misprint"), ours, 0.05) for value in (1.0, 2.0)
    )
    assert (near.word, off.word) == ("agrees", "explained")


def test_all_figures_of_the_tables_are_judged() -> None:
    for module in (treatment_centre, call_centre):
        with module.PRINTED.open(encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
        names = {case.name for case in module.cases()}
        assert {row["scenario"] for row in rows} == names
        assert {row["measure"] for row in rows} <= set(module.MEASURES)


# ---------------------------------------------------------------- a quick part of the whole

QUICK = {
    "treatment_centre": (40, 8.0),
    "treatment_centre_short": (20, 8.0),
    "call_centre": (25, 8.0),
    "stroke": (8, 3.0),
    "stroke_ten_beds": (6, 3.0),
}
"""Replications, and factor on the tolerances."""


@pytest.mark.parametrize("name", QUICK)
def test_few_replications_lie_near_what_is_published(name: str) -> None:
    replications, slack = QUICK[name]
    case = CASES[name]
    rows = [case.observe(number) for number in range(replications)]
    differing = [verdict for verdict in case.judge(rows, slack=slack) if verdict.word == "differs"]
    assert not differing


def test_a_centre_with_another_examination_room_is_not_taken_for_the_published_one() -> None:
    rows = [CASES["treatment_centre_exam"].observe(number) for number in range(10)]
    verdicts = CASES["treatment_centre"].judge(rows, slack=4.0)
    differing = {verdict.measure for verdict in verdicts if verdict.word == "differs" and verdict.z**2 > 9}
    assert differing >= {"wait, examination [min]", "utilisation, examination"}
