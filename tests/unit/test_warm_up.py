"""Warm-up advice and Welch's picture: moving averages by hand, and series whose start-up is known."""

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from sim import clock
from sim.report.line_svg import Curve, Mark, lines_svg
from sim.report.warm_up_text import (
    answer,
    marks_table,
    warm_up_pictures,
    warm_up_record,
    warm_up_tables,
    warm_up_text,
)
from sim.scenario.scenario import Scenario
from sim.study.asking import in_line
from sim.study.comparison import InvalidRunError
from sim.study.experiment import Experiment
from sim.study.warm_up import advise, from_the_first_day, moving_average, smoothed
from tests.small_hospitals import hospital
from tests.small_studies import clinic, experiment

DAYS = 84
HIGH, LOW = 12.0, 8.0
SETTLED = np.array([HIGH if day % 10 < 5 else LOW for day in range(DAYS)])
"""Blocks of five days that go up and down for ever: no start-up."""


def filling(days: int, level: float = 0.0) -> np.ndarray:
    """Ten beds in use, but few on the first days."""
    row = np.full(DAYS, 10.0) + np.where(np.arange(DAYS) % 2 == 0, 0.1, -0.1)
    row[:days] = level
    return row


def giving(in_use, waiting=None, breaches=()):
    """A `Run` whose daily figures are made by hand; they are the same in both of two replications."""
    profiles = {("in_use_by_day", ""): np.asarray(in_use, np.float64)}
    if waiting is not None:
        profiles["waiting_by_day", "staff:nurse"] = np.asarray(waiting, np.float64)

    def run(scenarios: list[Scenario]) -> tuple[Experiment, ...]:
        (scenario,) = scenarios
        made = experiment({("wait_mean", ""): [1.0, 1.0]}, breaches=breaches)
        replicates = tuple(replace(one, profiles=profiles) for one in made.replicates)
        return (replace(made, scenario=scenario, replicates=replicates),)

    return run


def test_a_moving_average_takes_as_many_days_before_as_behind():
    """Window 2 over 1, 3, 5, 7, 9, 20: the first alone, then 3 days, then 5, and nothing for the last two."""
    assert moving_average([1.0, 3.0, 5.0, 7.0, 9.0, 20.0], 2).tolist() == [1.0, 3.0, 5.0, 8.8]


def test_a_weekly_rhythm_is_smoothed_away_by_a_whole_week():
    """Every average of seven days has each weekday once, so that it is the same everywhere: 3 days to either side."""
    smooth, window = smoothed(np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0] * 8))
    assert window == 3
    assert smooth[3:] == pytest.approx(4.0)


def test_what_is_rough_is_smoothed_over_more_weeks_but_never_over_half_of_the_run():
    rough = np.array([20.0 if day % 13 == 0 else 0.0 for day in range(DAYS)])
    assert smoothed(rough)[1] == 17
    assert smoothed(np.arange(7.0))[1] == 1


def test_the_run_is_measured_from_its_first_day_for_as_long_as_before():
    scenario = clinic(warm_up="2 weeks", length="3 weeks")
    whole = from_the_first_day(scenario).run
    assert (whole.warm_up, whole.length) == (0, 5 * clock.WEEK)
    assert (whole.start, whole.seed) == (scenario.run.start, scenario.run.seed)


@pytest.mark.parametrize(("days", "weeks"), [(0, 0), (3, 1), (5, 1), (7, 2), (8, 2), (20, 3)])
def test_a_hospital_that_is_empty_for_some_days_needs_as_many_weeks(days, weeks):
    """Ten beds in use after some empty days; batches of five days, so that 7 and 8 take 10, and 20 take 20."""
    found = advise(clinic(warm_up="3 weeks", length="9 weeks"), giving(filling(days)))
    assert (found.weeks, found.finding) == (weeks, "enough")


def test_the_longest_series_decides_and_a_shorter_warm_up_is_told_to_be_too_little():
    found = advise(clinic(warm_up="1 week", length="11 weeks"), giving(filling(4), filling(14)))
    assert [one.weeks for one in found.series] == [1, 3]
    assert (found.weeks, found.finding) == (3, "too little")
    assert answer(found) == (
        "Leave out 3 weeks; the file leaves out 1 week, which is too little. Write run: {warm_up: 3 weeks}."
    )


def test_a_series_that_never_settles_makes_the_run_too_short():
    found = advise(clinic(length="12 weeks"), giving(np.arange(float(DAYS))))
    assert (found.weeks, found.finding) == (None, "run too short")
    assert "After half of its 84 days beds in use may still be on the way" in answer(found)
    assert "run.length=24 weeks" in answer(found)


def test_four_weeks_are_the_fewest():
    found = advise(clinic(length="3 weeks"), giving(SETTLED[:21]))
    assert found.finding == "run too short"
    assert "28 are the fewest" in answer(found)


def test_a_queue_that_grows_for_ever_is_no_start_up():
    """One nurse for 12 minutes of work every 10 minutes: 1.2 times what there is."""
    busy = visits("6 per hour", run={"length": "5 weeks", "replications": 2})
    found = advise(busy, in_line)
    assert found.finding == "run too short"
    assert found.overloaded == ("nurse",)
    assert "such a queue never settles" in answer(found)


def test_a_series_that_is_low_behind_the_cut_is_pointed_at():
    """Weeks with nobody and weeks with 20 who wait, later with 30: too rough for MSER-5 to leave the first out."""
    queue = np.repeat([0.0, 20.0] * 3 + [0.0, 30.0] * 3, 7)
    found = advise(clinic(length="12 weeks"), giving(SETTLED, queue))
    assert found.series[1].cut == 0
    assert found.series[1].drift == pytest.approx(10 / 15 - 1)
    assert "the four weeks behind the cut, patients waiting are 33 % below the second" in warm_up_text(found)


def visits(rate: str, **parts) -> Scenario:
    """Patients see a nurse for 12 minutes and then have a bed for half an hour."""
    way = [{"see": {"staff": "nurse", "time": "12 min"}}, {"enter": "recovery"}, {"stay": "30 min"}]
    return hospital(
        {"guest": {"arrive": {"rate": rate}, "pathway": "visit"}},
        {"visit": [*way, {"leave": "discharged"}]},
        staff={"nurse": {"on_duty": 1}},
        wards={"recovery": {"beds": 4}},
        **parts,
    )


def started() -> Scenario:
    """One bed, taken from the first moment by somebody who stays for a day."""
    return hospital(
        {"ill": {"arrive": {"rate": "1 per day"}, "pathway": "care"}},
        {"care": [{"enter": "ward"}, {"stay": "1 d"}, {"leave": "discharged"}]},
        wards={"ward": {"beds": 4}},
        start={"there": {"of": "ill", "at": "care/stay", "ward": "ward", "patients": 1}},
        run={"length": "4 weeks", "replications": 2},
    )


def test_a_declared_start_needs_no_warm_up():
    found = advise(started(), giving(SETTLED))
    assert (found.kind, found.finding, found.weeks) == ("declared start", "none needed", 0)
    assert answer(found).startswith("No warm-up is needed: the file declares who is there at the start")
    assert "like those of a usual day" in answer(found)
    assert "Instead of a long warm-up" not in warm_up_text(found)


def test_a_declared_start_that_is_not_like_a_usual_day_is_told():
    found = advise(started(), giving(filling(10)))
    assert "not like those of a usual day for 2 weeks" in answer(found)
    patient = started().model_copy(update={"run": clinic(warm_up="2 weeks").run})
    assert "the 2 weeks that the file leaves out are enough" in answer(advise(patient, giving(filling(10))))


def test_a_wave_or_an_event_passes_and_has_no_warm_up():
    wave = {"autumn": {"since": "2026-01-12", "by_week": [1.5, 2.0, 1.5]}}
    surge = hospital({"ill": {"arrive": {"rate": "1 per day", "waves": wave}, "pathway": "way"}})
    found = advise(surge, giving(SETTLED))
    assert (found.kind, found.surges) == ("surge", ("wave:autumn of ill",))
    assert "Something passes through it (wave autumn of ill)" in answer(found)
    assert "declare it (`start:`)" in answer(found)


def test_what_is_there_at_the_start_can_be_declared_as_told():
    """The example that is told fits the scenario: it loads with it, and its bed is taken from the first moment."""
    run = {"length": "5 weeks", "replications": 2}
    found = advise(visits("4 per hour", run=run), in_line)
    assert found.start.startswith("in_recovery: {of: guest, at: visit/stay, ward: recovery, fill: ")
    fill = float(found.start.rpartition("fill: ")[2].removesuffix(" %}"))
    assert fill == pytest.approx(50, abs=3), "four people an hour for half an hour each are 2 of 4 beds"
    start = {"in_recovery": {"of": "guest", "at": "visit/stay", "ward": "recovery", "fill": f"{fill} %"}}
    full = advise(visits("4 per hour", start=start, run=run), in_line)
    assert full.series[0].mean[0] > found.series[0].mean[0]
    assert f"  start:\n    {found.start}" in warm_up_text(found)


def test_a_run_whose_books_do_not_balance_has_no_warm_up():
    with pytest.raises(InvalidRunError, match="rule 1"):
        advise(clinic(), giving(SETTLED, breaches=("rule 1: a bed was lost",)))


def test_without_beds_and_queues_nothing_is_judged():
    found = advise(clinic(), giving(np.zeros(DAYS)))
    assert (found.finding, found.weeks, found.series) == ("not judged", None, ())
    assert "Not judged" in warm_up_text(found)
    assert warm_up_tables(found)["welch"].empty


def test_text_record_table_and_pictures_tell_the_same():
    found = advise(clinic(warm_up="3 weeks", length="9 weeks"), giving(filling(8), filling(3)))
    text, record, table = warm_up_text(found), warm_up_record(found), warm_up_tables(found)["welch"]
    assert "Leave out 2 weeks; the file leaves out 3 weeks, which is enough." in text
    assert (record["finding"], record["advised_weeks"], record["declared_days"]) == ("enough", 2, 21)
    assert len(table) == 2 * DAYS
    assert table["day"].max() == DAYS
    assert table["moving_average"].isna().sum() == sum(one.window for one in found.series)
    pictures = warm_up_pictures(found)
    assert set(pictures) == {"welch_in_use_by_day", "welch_waiting_by_day"}
    assert all("advised" in picture and "the file measures from here" in picture for picture in pictures.values())


def test_a_picture_is_sound_xml_with_its_lines_in_their_places():
    drawn = lines_svg("Beds <in> use", "Days", [Curve([0.0, 100.0], "#000000")], [Mark(2, "x & y", "#111111")])
    root = ElementTree.fromstring(drawn)
    lines = [one for one in root.iter() if one.tag.endswith("polyline")]
    (points,) = [one.attrib["points"] for one in lines]
    (_, low), (right, high) = [tuple(map(float, point.split(","))) for point in points.split()]
    assert (low, high, right) == (272.0, 44.0, 704.0)
    assert root.attrib["aria-label"] == "Beds <in> use"
    assert any(one.text == "x & y" for one in root.iter())


def test_the_picture_marks_from_where_the_file_measures_and_what_is_advised():
    found = advise(clinic(warm_up="3 weeks", length="9 weeks"), giving(filling(8)))
    marks = dict(marks_table(found).itertuples(index=False))
    assert marks == {21: "the file measures from here", 14: "advised"}
