"""Charts take a tidy table and return a picture: what stands where, under which title, and told in which words."""

import math

import pandas as pd
import pytest

from sim.report import frames
from sim.report.charts import bars as bar_charts
from sim.report.charts import effects as effect_charts
from sim.report.charts import times as time_charts
from sim.report.charts.effects import VERDICTS
from sim.report.charts.theme import BLUE, FONT, GREY, INK, MAGENTA, TITLE_WIDTH

HOURS = [(day, hour) for day in frames.WEEKDAY_NAMES for hour in range(24)]


def waiting():
    rows = [("For a bed: Medical wards (care)", 31.2, 28.0, 34.0, "5.2 h", "step:care/enter medical")]
    rows.append(("For Nurses: triage (emergency)", 0.4, 0.3, 0.5, "2 min", "step:emergency/triage"))
    return pd.DataFrame(rows, columns=list(frames.WAITING_COLUMNS))


def heat():
    rows = [(day, hour, 0.99 if (day, hour) == ("Mon", 10) else 0.9) for day, hour in HOURS]
    return pd.DataFrame(rows, columns=list(frames.HEAT_COLUMNS))


def spread():
    rows = [("at once", 0.6, 0), ("up to 15 min", 0.398, 1), ("over a day", 0.002, 2)]
    return pd.DataFrame(rows, columns=list(frames.SPREAD_COLUMNS))


def times():
    return pd.DataFrame({"hours": [0.0, 3.75, 4.0], "hours_end": [0.25, 4.0, 4.25], "share": [0.5, 0.25, 0.25]})


def week():
    rows = [(number, day, hour, number / 10, 0.0, number / 5) for number, (day, hour) in enumerate(HOURS)]
    return pd.DataFrame(rows, columns=list(frames.WEEK_COLUMNS))


def hourly():
    rows = [(hour, what, hour / 2) for what in ("come", "go home from a bed") for hour in range(24)]
    return pd.DataFrame(rows, columns=list(frames.HOURLY_COLUMNS))


def weekdays():
    rows = [(day, "come", 100.0) for day in frames.WEEKDAY_NAMES]
    return pd.DataFrame(rows, columns=list(frames.WEEKDAY_COLUMNS))


def effects():
    rows = [
        ("More beds", "Within 4 hours", 2.0, 1.0, 3.0, "better", "points", "+2.0 points"),
        ("Fewer beds", "Within 4 hours", -0.5, -1.5, 0.5, "can't tell yet", "points", "-0.5 points"),
    ]
    return pd.DataFrame(rows, columns=list(frames.EFFECT_COLUMNS))


def causes():
    rows = [("Medical wards", 120.0, 110.0, 130.0, 0.75, "5.2 h"), ("Doctors", 40.0, 38.0, 42.0, 0.25, "12 min")]
    return pd.DataFrame(rows, columns=list(frames.CAUSE_COLUMNS))


def costs():
    rows = [("beds", 9000.0, 9000.0, 9000.0, 0.9), ("agency staff", 1000.0, 900.0, 1100.0, 0.1)]
    return pd.DataFrame(rows, columns=list(frames.COST_COLUMNS))


def days():
    lines = {"day": pd.to_datetime(["2026-10-01", "2026-10-02"] * 2), "what": ["in use", "in use", "open", "open"]}
    return pd.DataFrame(
        {**lines, "mean": [9.0, 14.0, 14.0, 21.0], "low": [8.0, 12.0, 14, 14], "high": [10.0, 15, 14, 21]}
    )


ALL = {
    "waiting": lambda: bar_charts.waiting_chart(waiting()),
    "causes": lambda: bar_charts.causes_chart(causes()),
    "costs": lambda: bar_charts.costs_chart(costs()),
    "heat": lambda: time_charts.heat_chart(heat(), "Medical wards"),
    "spread": lambda: time_charts.spread_chart(spread(), "For a bed: Medical wards (care)"),
    "times": lambda: time_charts.ed_time_chart(times()),
    "week": lambda: time_charts.queue_chart(week(), "For a bed: Medical wards (care)"),
    "hours": lambda: time_charts.hours_chart(hourly()),
    "weekdays": lambda: time_charts.weekdays_chart(weekdays()),
    "days": lambda: time_charts.days_chart(days(), "Critical care"),
    "list": lambda: time_charts.days_chart(days().assign(what="waiting"), "Waiting for Surgery clinic"),
    "effects": lambda: effect_charts.effects_chart(effects()),
}
every_chart = pytest.mark.parametrize("name", ALL)


def layers(spec):
    return spec.get("layer", [spec])


def marks(spec):
    return [one["mark"] if isinstance(one["mark"], str) else one["mark"]["type"] for one in layers(spec)]


@every_chart
def test_every_chart_is_sound_and_brings_its_own_title_words_and_theme(name):
    spec = ALL[name]().to_dict()
    assert spec["title"]["text"]
    assert spec["description"].startswith(" ".join(spec["title"]["text"]))
    assert len(spec["description"]) > len(" ".join(spec["title"]["text"])) + 5
    assert spec["config"]["font"] == FONT
    assert spec["config"]["font"].endswith("sans-serif")
    assert spec["width"] == "container"


@every_chart
def test_titles_fit_on_a_telephone(name):
    assert all(len(line) <= TITLE_WIDTH for line in ALL[name]().to_dict()["title"]["text"])


@every_chart
def test_no_chart_asks_for_anything_from_outside(name):
    assert "http" not in ALL[name]().to_json().replace("https://vega.github.io/schema", "")


@every_chart
def test_every_axis_that_is_shown_says_what_it_is(name):
    for layer in layers(ALL[name]().to_dict()):
        for channel in ("x", "y"):
            axis = layer.get("encoding", {}).get(channel, {})
            if axis.get("type") == "quantitative" and "title" in axis:
                assert axis["title"]


def test_a_wave_is_seen_below_what_is_open():
    spec = time_charts.days_chart(days(), "Critical care").to_dict()
    assert marks(spec) == ["area", "line", "line"]
    assert "Most on 2 October 2026: 14.0 beds." in spec["description"]
    assert [layer["mark"].get("strokeDash") for layer in layers(spec)] == [None, None, [5, 4]]


def test_the_longest_queue_comes_first_and_is_told():
    spec = bar_charts.waiting_chart(waiting()).to_dict()
    assert layers(spec)[0]["encoding"]["y"]["sort"] == list(waiting()["place"])
    assert "For a bed: Medical wards (care), 31 · 5.2 h each" in spec["description"]


def test_a_hospital_in_which_nobody_waits_has_a_picture_too():
    assert "Nobody waits" in bar_charts.waiting_chart(waiting().head(0)).to_dict()["description"]


def test_the_largest_cause_and_cost_are_told():
    spec = bar_charts.causes_chart(causes()).to_dict()
    assert "Most because of Medical wards: 120 h · 75% of all waiting." in spec["description"]
    assert layers(spec)[0]["encoding"]["y"]["sort"] == ["Medical wards", "Doctors"]
    assert "Most on beds: £9,000 · 90% of all costs." in bar_charts.costs_chart(costs()).to_dict()["description"]


def test_without_waiting_or_costs_the_pictures_say_so():
    assert "Nobody waits." in bar_charts.causes_chart(causes().head(0)).to_dict()["description"]
    assert "Nothing costs anything." in bar_charts.costs_chart(costs().head(0)).to_dict()["description"]


def test_the_fullest_hour_is_told():
    assert "Mon at 10:00 with 99% in use" in time_charts.heat_chart(heat(), "Medical wards").to_dict()["description"]


def test_waits_keep_the_order_of_their_lengths_and_rare_ones_are_not_hidden():
    chart = time_charts.spread_chart(spread(), "For a bed").to_dict()
    assert layers(chart)[0]["encoding"]["y"]["sort"] == ["at once", "up to 15 min", "over a day"]
    assert "under 1%" in str(chart["datasets"])


def test_the_standard_is_marked_and_the_share_within_it_is_told():
    spec = time_charts.ed_time_chart(times()).to_dict()
    assert marks(spec) == ["bar", "rule", "text"]
    assert "75% leave within 4 hours" in spec["description"]


def test_lines_that_mean_different_things_differ_in_shape_as_well_as_in_colour():
    encoding = layers(time_charts.hours_chart(hourly()).to_dict())[1]["encoding"]
    assert encoding["color"]["scale"]["range"] == [BLUE, MAGENTA]
    assert len(set(encoding["shape"]["scale"]["range"])) == 2


def test_every_verdict_has_a_colour_and_a_shape_of_its_own():
    assert len({shape for _, shape in VERDICTS.values()}) == len(VERDICTS)


def test_a_difference_has_its_line_of_today_its_interval_and_its_verdict_in_words():
    spec = effect_charts.effects_chart(effects()).to_dict()
    assert marks(spec) == ["rule", "rule", "point", "text"]
    assert "More beds: +2.0 points, better" in spec["description"]
    assert "Difference from today (points)" in str(spec)


def contrast_with_white(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


@pytest.mark.parametrize("colour", [BLUE, MAGENTA, GREY, INK])
def test_what_carries_meaning_stands_out_from_white(colour):
    assert contrast_with_white(colour) >= 4.5


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0.4, "under a minute"), (41.4, "41 min"), (119.0, "119 min"), (200.0, "3.3 h"), (math.nan, "")],
)
def test_waits_are_said_shortly(minutes, words):
    assert frames.wait_words(minutes) == words


def test_changes_of_waits_are_told_by_colour_words_and_order():
    rows = [("1 h to 4 h less", 0.25, "less", 0, -240.0, -60.0), ("the same", 0.745, "the same", 1, -1.0, 1.0)]
    rows.append(("1 min to 15 min longer", 0.005, "more", 2, 1.0, 15.0))
    table = pd.DataFrame(rows, columns=["change", "share", "side", "order", "from_minutes", "to_minutes"])
    chart = bar_charts.changes_chart(table).to_dict()
    assert "25% wait less, 74% the same, 0% longer." in chart["description"]
    bars, names = chart["layer"]
    assert bars["encoding"]["color"]["scale"] == {
        "domain": ["less", "the same", "more"],
        "range": [BLUE, GREY, MAGENTA],
    }
    assert bars["encoding"]["y"]["sort"] == ["1 h to 4 h less", "the same", "1 min to 15 min longer"]
    (shown,) = chart["datasets"].values()
    assert [row["words"] for row in shown] == ["25%", "74%", "under 1%"]
    assert names["encoding"]["text"]["field"] == "words"
