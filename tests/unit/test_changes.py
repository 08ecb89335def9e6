"""Changes of what stands beside beds and arrivals: slots, supplies, rhythms, events, policies, posts, the start."""

import pytest

from sim.scenario.loading import load_text
from sim.scenario.problems import ScenarioError
from sim.scenario.reading.evidence import MEMBER_SECTIONS
from sim.scenario.reading.extending import compose
from sim.scenario.reading.opening import Opened
from sim.scenario.reading.reading import read
from sim.scenario.reading.writing import format_text

BASE = """\
wardflow: 1
name: Base
run: {start: 2026-01-05, length: 4 weeks}
dates: {bank_holidays: [2026-01-19]}
calendars: {rounds: {weekdays: ["10:00"]}}
rhythms: {transport: {weekend: x 1.5}}
patients: {ed: {arrive: {rate: 20 per day, on_dates: {bank_holidays: 0.9}}, pathway: way}}
staff:
  nurse: {on_duty: 4, absence: 4 %, establishment: {posts: 40, in_post: 36, hire_after: 12 weeks}}
  crew: {on_duty: 9}
wards: {medical: {beds: 180, closures: {norovirus: {rate: 2 per year, beds: 6, time: {fixed: {value: 9 d}}}}}}
slots:
  physio: {per_week: 300, keep: 10}
  clinic: {sessions: {monday: {days: mon, at: "09:00", slots: 200, apart: 1 min}}}
supplies: {blood: {stock: 40, reorder_at: 15, order: 40, takes: {lognormal: {mean: 6 h, sd: 2 h}}}}
events: {outage: {at: {date: 2026-01-20, time: "09:00"}, lasts: 8 h, times: {way/look: x 1.3}, capacity: {nurse: +4}}}
policies: {full: {watch: {occupancy: medical}, above: 96 %, for: 6 h, do: {open_beds: {medical: 12}}}}
pathways:
  way:
    - hold: {staff: crew}
    - look: {staff: nurse, time: 10 min, rhythm: {weekend: x 1.2}, priority_after: {4 h: 1}}
    - give back: crew
    - enter: medical
    - repeat: {times: 3, every: 1 d, steps: [{session: {slots: physio, time: 45 min}}]}
    - course: {slots: clinic, uses: blood, time: 1 h}
    - stay: {lognormal: {mean: 2 d, sd: 2 d}}
    - wait until: rounds
    - leave: discharged
start: {beds: {of: ed, at: way/stay, ward: medical, patients: 100}}
"""


def opener(name, beside):
    return Opened(name, BASE.encode(), name)


def changed(change):
    """The data of the base with a change over it."""
    return compose(read(f"extends: base.yaml\n{change}", "change.yaml"), opener).data


def problem_of(change):
    with pytest.raises(ScenarioError) as refused:
        changed(change)
    (problem,) = refused.value.problems
    return problem


def at(data, *path):
    for part in path:
        data = data[part]
    return data


@pytest.mark.parametrize(
    ("change", "path", "value"),
    [
        ("slots: {physio: {per_week: +6}}", "slots physio per_week", 306),
        ("slots: {clinic: {sessions: {monday: {slots: x 1.5}}}}", "slots clinic sessions monday slots", 300),
        ("supplies: {blood: {stock: -10}}", "supplies blood stock", 30),
        ("supplies: {blood: {takes: x 0.5}}", "supplies blood takes lognormal mean", "3 h"),
        ("staff: {nurse: {establishment: {posts: +2}}}", "staff nurse establishment posts", 42),
        ("staff: {nurse: {establishment: {hire_after: -4 weeks}}}", "staff nurse establishment hire_after", "8 weeks"),
        ("staff: {nurse: {absence: x 2}}", "staff nurse absence", "8 %"),
        ("staff: {nurse: {absence: {jan: 8 %, rest: 4 %}}}", "staff nurse absence jan", "8 %"),
        (
            "wards: {medical: {closures: {norovirus: {rate: x 2}}}}",
            "wards medical closures norovirus rate",
            "4 per year",
        ),
        (
            "patients: {ed: {arrive: {on_dates: {bank_holidays: x 1.1}}}}",
            "patients ed arrive on_dates bank_holidays",
            0.99,
        ),
        ("policies: {full: {for: -2 h}}", "policies full for", "4 h"),
        ("policies: {full: {do: {open_beds: {medical: +4}}}}", "policies full do open_beds medical", 16),
        ("events: {outage: {lasts: x 2}}", "events outage lasts", "16 h"),
        ("start: {beds: {patients: +20}}", "start beds patients", 120),
        ("dates: {bank_holidays: [2026-01-26]}", "dates bank_holidays", ["2026-01-26"]),
    ],
)
def test_a_number_is_changed_where_it_stands(change, path, value):
    assert at(changed(change), *path.split()) == value


@pytest.mark.parametrize(
    ("change", "path", "value"),
    [
        ("rhythms: {transport: {weekend: x 1.2}}", "rhythms transport weekend", "x 1.2"),
        ("rhythms: {transport: {mon: x 1.2}}", "rhythms transport mon", "x 1.2"),
        ("pathways: {way: {look: {rhythm: {mon: x 1.1}}}}", "pathways way 1 look rhythm mon", "x 1.1"),
        ("staff: {nurse: {overtime: x 1.5}}", "staff nurse overtime", "x 1.5"),
        ("events: {outage: {times: {way/course: x 2}}}", "events outage times way/course", "x 2"),
        ("events: {outage: {arrivals: {ed: x 1.1}}}", "events outage arrivals ed", "x 1.1"),
        ("events: {outage: {capacity: {medical: -4}}}", "events outage capacity medical", -4),
        ("events: {outage: {capacity: {nurse: +6}}}", "events outage capacity nurse", "+6"),
        ("events: {outage: {capacity: {nurse: x 0.5}}}", "events outage capacity nurse", "x 0.5"),
    ],
)
def test_a_factor_that_is_the_value_itself_changes_none(change, path, value):
    parts = [int(part) if part.isdigit() else part for part in path.split()]
    assert at(changed(change), *parts) == value


def test_two_per_cent_more_absence_is_ambiguous_and_refused():
    problem = problem_of("staff: {nurse: {absence: +2 %}}")
    assert (problem.code, problem.fix) == ("relative", "absence: 6 % (or x 1.02)")


@pytest.mark.parametrize("section", MEMBER_SECTIONS)
def test_every_section_of_names_is_guarded(section):
    problem = problem_of(f"{section}: {{xyz: {{}}}}")
    assert (problem.code, problem.field) == ("unknown-name", f"{section}.xyz")


@pytest.mark.parametrize(
    "added",
    [
        "{dates: {strike: [2026-01-21]}}",
        "{rhythms: {nights: {weekend: x 2}}}",
        "{slots: {scans: {per_week: 30}}}",
        "{supplies: {platelets: {stock: 10}}}",
        '{events: {heat: {at: {date: 2026-01-21, time: "12:00"}, lasts: 2 d, arrivals: {ed: x 1.2}}}}',
        "{policies: {fuller: {watch: {occupancy: medical}, above: 99 %, do: {open_beds: {medical: 4}}}}}",
        "{start: {list: {of: ed, at: way/course, patients: 30, waited: 2 d}}}",
    ],
)
def test_every_section_takes_new_members(added):
    assert load_text(BASE + "", "base.yaml").warnings == ()
    document = compose(read(f"extends: base.yaml\nadd: {added}", "change.yaml"), opener)
    ((section, members),) = read(f"add: {added}", "x").data["add"].items()
    assert members.keys() <= document.data[section].keys()


def test_a_known_policy_cannot_be_added():
    assert problem_of("add: {policies: {full: {watch: {inside: medical}, above: 3}}}").code == "existing-name"


def test_a_set_of_dates_a_policy_or_an_event_can_be_removed():
    data = changed("events: {outage: remove}\npolicies: {full: remove}\nstart: {beds: remove}\n")
    assert (data["events"], data["policies"], data["start"]) == ({}, {}, {})


@pytest.mark.parametrize(
    ("change", "number", "step"),
    [
        (
            "{stay: {rhythm: transport}}",
            6,
            {"stay": {"time": {"lognormal": {"mean": "2 d", "sd": "2 d"}}, "rhythm": "transport"}},
        ),
        ("{stay: {lognormal: {mean: 3 d}}}", 6, {"stay": {"lognormal": {"mean": "3 d", "sd": "2 d"}}}),
        ("{stay: x 2}", 6, {"stay": {"lognormal": {"mean": "4 d", "sd": "4 d"}}}),
        ("{enter medical: {keep_free: 2}}", 3, {"enter": {"ward": "medical", "keep_free": 2}}),
        (
            '{wait until rounds: {weekdays: ["11:00"]}}',
            7,
            {"wait until": {"weekdays": ["11:00"]}},
        ),
        ("{repeat: {times: {2: 50 %, 3: rest}}}", 4, None),
        ("{look: {priority_after: {2 h: 1}}}", 1, None),
    ],
)
def test_a_step_in_its_short_form_takes_rules(change, number, step):
    found = changed(f"pathways: {{way: {change}}}")["pathways"]["way"][number]
    assert step in (None, found)


def test_numbers_of_rounds_are_laid_out_without_quotes():
    text = BASE.replace("times: 3", "times: {2: 50 %, 3: rest}")
    laid_out = format_text(text)
    assert "times: {2: 50 %, 3: rest}" in laid_out
    assert format_text(laid_out) == laid_out
    assert read(laid_out, "x").data == read(text, "x").data


def test_new_sections_are_laid_out_in_their_order():
    names = [line.partition(":")[0] for line in format_text(BASE).splitlines() if line[:1].isalpha()]
    assert names == [
        *(
            "wardflow",
            "name",
            "run",
            "dates",
            "calendars",
            "rhythms",
            "patients",
            "staff",
            "wards",
            "slots",
            "supplies",
        ),
        *("events", "policies", "pathways", "start"),
    ]


def test_steps_of_a_repeat_stand_on_lines_of_their_own():
    assert "\n        steps:\n          - session: {slots: physio, time: 45 min}\n" in format_text(BASE)
