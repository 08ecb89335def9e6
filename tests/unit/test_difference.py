"""Two scenarios are told apart in plain words, and the shortest file that makes the one of the other is found."""

import json

import pytest
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim import cli
from sim.scenario.loading import load_file
from sim.scenario.reading.evidence import MEMBER_SECTIONS
from sim.scenario.reading.extending import compose
from sim.scenario.reading.opening import Opened
from sim.scenario.reading.reading import read
from sim.scenario.reading.writing import to_yaml
from sim.scenario.telling.account import NO_DIFFERENCE, NOTHING_ELSE, Entry, account, account_text
from sim.scenario.telling.difference import differences, overlay
from sim.study.plan import changes_between
from tests.plain_values import names, plain, valid, valid_scenarios
from tests.small_studies import CLINIC

BASE = {
    "name": "Base",
    "run": {"length": "12 weeks"},
    "patients": {
        "ed": {"arrive": {"rate": "380 per day"}, "attributes": {"mode": {"ambulance": "27 %", "walk_in": "rest"}}}
    },
    "staff": {"ed_doctor": {"roster": {"late": {"from": "12:00", "on_duty": 6}}}},
    "wards": {"medical": {"beds": 180, "also": {"winter": {"beds": 12}}}, "surgical": {"beds": 28}},
    "pathways": {
        "emergency": [
            {"triage": {"time": {"lognormal": {"mean": "7 min", "sd": "4 min"}}}},
            {"one of": [{"share": "30 %", "go": "admission"}, {"share": "rest", "leave": "discharged"}]},
            "ready",
            {"leave": "discharged"},
        ]
    },
}


def over(patch, base=BASE):
    """What a file with this patch gives when it extends the base."""
    document = read(to_yaml({"extends": "base.yaml", **patch}), "change.yaml")
    return compose(document, lambda name, beside: Opened(name, to_yaml(base).encode(), name)).data


def changes(other):
    """What another scenario has otherwise than the base: where, what it was and what it is."""
    return [(change.path, change.old, change.new) for change in differences(BASE, other)]


def sentences(other):
    return [entry.sentence for entry in account(BASE, other)]


# ---------------------------------------------------------------- value by value, and each in words


def test_the_same_scenario_differs_in_nothing():
    assert differences(BASE, BASE) == ()
    assert account(BASE, BASE) == ()
    assert overlay(BASE, BASE) == {}


def test_more_beds_are_said_with_how_many_more():
    other = over({"wards": {"medical": {"beds": 192}}})
    assert changes(other) == [(("wards", "medical", "beds"), 180, 192)]
    assert account(BASE, other) == (
        Entry(("wards", "medical", "beds"), 180, 192, "12 more beds in medical (180 -> 192)."),
    )


def test_a_shift_is_called_a_shift():
    other = over({"staff": {"ed_doctor": {"roster": {"late": {"on_duty": 7}}}}})
    assert changes(other) == [(("staff", "ed_doctor", "roster", "late", "on_duty"), 6, 7)]
    assert sentences(other) == ["Ed doctor, late shift: 1 more on duty (6 -> 7)."]


def test_winter_beds_are_told_from_usual_ones():
    other = over({"wards": {"medical": {"also": {"winter": {"beds": 20}}}}})
    assert changes(other) == [(("wards", "medical", "also", "winter", "beds"), 12, 20)]
    assert sentences(other) == ["Medical, winter: beds 12 -> 20 (8 more)."]


def test_rates_and_shares_are_said_with_their_units():
    patch = {"patients": {"ed": {"arrive": {"rate": "x 1.1"}, "attributes": {"mode": {"ambulance": "30 %"}}}}}
    other = over(patch)
    assert changes(other) == [
        (("patients", "ed", "arrive", "rate"), "380 per day", "418 per day"),
        (("patients", "ed", "attributes", "mode", "ambulance"), "27 %", "30 %"),
    ]
    assert sentences(other) == [
        "Ed: 10 % more (380 per day -> 418 per day).",
        "Ed: mode ambulance 27 % -> 30 % (3 points more).",
    ]


def test_a_step_is_named_with_its_pathway():
    other = over({"pathways": {"emergency": {"triage": {"time": {"lognormal": {"mean": "6 min"}}}}}})
    assert changes(other) == [(("pathways", "emergency", "triage", "time", "lognormal", "mean"), "7 min", "6 min")]
    assert sentences(other) == ["Triage in emergency: mean 7 minutes -> 6 minutes (1 minute less)."]


def test_another_distribution_is_one_change():
    other = over({"pathways": {"emergency": {"triage": {"time": {"exponential": {"mean": "6 min"}}}}}})
    before, after = {"lognormal": {"mean": "7 min", "sd": "4 min"}}, {"exponential": {"mean": "6 min"}}
    assert changes(other) == [(("pathways", "emergency", "triage", "time"), before, after)]
    assert sentences(other) == [
        "Triage in emergency: time lognormal with mean 7 minutes, standard deviation 4 minutes "
        "-> exponential with mean 6 minutes."
    ]


def test_an_option_of_a_branch_is_counted():
    other = over({})
    other["pathways"]["emergency"][1]["one of"][0]["share"] = "20 %"
    assert changes(other) == [(("pathways", "emergency", "one of", 0, "share"), "30 %", "20 %")]
    assert sentences(other) == ["Branch in emergency, those who go on with admission: 30 % -> 20 % (10 points less)."]


def test_new_things_and_removed_things_are_said():
    patch = {
        "add": {"wards": {"virtual": {"beds": 40, "kind": "virtual"}}},
        "wards": {"surgical": "remove", "medical": {"turnaround": "45 min", "also": "remove"}},
        "pathways": {"emergency": {"ready": "remove"}},
        "question": "Why?",
    }
    other = over(patch)
    assert changes(other) == [
        (("wards", "medical", "also"), {"winter": {"beds": 12}}, None),
        (("wards", "medical", "turnaround"), None, "45 min"),
        (("wards", "surgical"), {"beds": 28}, None),
        (("wards", "virtual"), None, {"beds": 40, "kind": "virtual"}),
        (("pathways", "emergency", "ready"), "ready", None),
        (("question",), None, "Why?"),
    ]
    assert sentences(other) == [
        "Not any more: 12 more beds in medical (winter).",
        "Medical: turnaround 45 minutes (not set before).",
        "The ward surgical is gone (with 28 beds).",
        "A new ward, virtual, with 40 places.",
        "Emergency: the step ready is gone.",
        "A new question: Why?",
    ]


def test_new_steps_and_another_order_are_said():
    other = over({})
    triage, branch, *_ = BASE["pathways"]["emergency"]
    other["pathways"]["emergency"] = ["ready", triage, {"leave": "died"}]
    assert changes(other) == [
        (("pathways", "emergency", "one of"), branch, None),
        (("pathways", "emergency", "leave"), "discharged", "died"),
        (("pathways", "emergency"), ["triage", "ready", "leave"], ["ready", "triage", "leave"]),
    ]
    assert sentences(other) == [
        "Emergency: the step branch is gone.",
        "Leave in emergency: discharged -> died.",
        "Emergency: another order of the steps (ready, triage, leave).",
    ]


def test_steps_that_hold_repeat_or_offer_wards_are_told_by_their_names():
    steps = """
    - hold: {staff: ambulance_crew}
    - enter: WARDS
    - give back: ambulance_crew
    - repeat: {times: TIMES, steps: [{session: {time: LENGTH}}]}
"""
    base, other = (
        read(f"staff: {{ambulance_crew: {{label: Crews, on_duty: 1}}}}\npathways:\n  way:{text}", "file.yaml").data
        for text in (
            steps.replace("WARDS", "women").replace("TIMES", "6").replace("LENGTH", "45 min"),
            steps.replace("WARDS", "[women, side_rooms]").replace("TIMES", "8").replace("LENGTH", "1 h"),
        )
    )
    expected = [
        (("pathways", "way", "enter women", "or"), None, ["side_rooms"]),
        (("pathways", "way", "repeat", "times"), 6, 8),
        (("pathways", "way", "repeat", "steps", "session", "time"), "45 min", "1 h"),
    ]
    assert [(change.path, change.old, change.new) for change in differences(base, other)] == expected
    assert [entry.sentence for entry in account(base, other)] == [
        "Enter women in way: alternatives side rooms (not set before).",
        "Repeat in way: times 6 -> 8 (2 more).",
        "Session in way: time 45 minutes -> 1 hour (15 minutes more).",
    ]
    other["pathways"]["way"] = base["pathways"]["way"][1:2]
    assert [entry.sentence for entry in account(base, other)] == [
        "Way: the step hold Crews is gone.",
        "Way: the step give back Crews is gone.",
        "Way: the step repeat is gone.",
    ]


def test_what_a_plan_changes_is_told_without_its_name_and_how_long_it_is_run(tmp_path):
    (tmp_path / "base.yaml").write_text(CLINIC)
    (tmp_path / "plan.yaml").write_text(
        "extends: base.yaml\nname: Plan\nquestion: Why?\nabout: Because.\nrun: {length: 2 weeks}\n"
        "staff: {nurse: {on_duty: +1}}\nwards: {recovery: {turnaround: 0 min}}\n"
    )
    base, plan = load_file(tmp_path / "base.yaml"), load_file(tmp_path / "plan.yaml")
    assert changes_between(base, plan) == [
        "Nurse: 1 more on duty (1 -> 2).",
        "Recovery: turnaround 0 minutes (not set before).",
    ]
    assert changes_between(base, base) == []


# ---------------------------------------------------------------- as a manager would say it

HOSPITAL = """
name: Hospital
run: {length: 12 weeks}
dates: {bank_holidays: [2026-04-03, 2026-04-06]}
calendars:
  ward_rounds: {weekdays: ["08:30", "13:30"], weekend: ["10:00"]}
  weekday_rounds: {weekdays: ["08:30", "13:30"]}
patients:
  ed:
    label: People who come to the emergency department
    arrive: {rate: 400 per day, by_month: {feb: 1.1}}
    attributes: {mode: {ambulance: 27 %, walk_in: rest}}
    pathway: emergency
  elective:
    label: Planned admissions
    arrive: {scheduled: {lists: {days: weekdays, at: "07:30", patients: 27, apart: 10 min, attend: 96 %}}}
    pathway: emergency
staff:
  ed_doctor:
    label: Emergency doctors
    roster:
      early: {from: "08:00", to: "17:00", on_duty: 7, breaks: {lunch: {from: "12:00", to: "14:00", each: 30 min}}}
      late: {from: "14:00", to: "00:00", on_duty: 7}
    absence: 4 %
    agency: {fills: 50 %, cost: 75 per hour}
  porter: {on_duty: 4, cost: 15 per hour}
equipment: {ct_scanner: {label: CT scanners, units: 2}}
wards:
  amu: {label: AMU, beds: 76, turnaround: 45 min}
  medical:
    label: Medical wards
    beds: 116
    also: {winter: {beds: 12, since: 2026-11-01, until: 2027-03-31}}
    staffed_by: {ed_doctor: 1 per 7 beds}
    if_full: [{after: 3 h, use: amu}]
slots: {care_package: {label: Care packages, per_week: 24, keep: 10}}
supplies: {blood: {stock: 40, reorder_at: 15, order: 40, takes: 6 h}}
pathways:
  emergency:
    - triage: {staff: porter, time: {lognormal: {mean: 10 min, sd: 4 min}}, missed: 10 %, if_missed: cancelled}
    - enter: amu
    - one of:
        - {share: 15 %, steps: [{x-ray: {equipment: ct_scanner, time: 15 min}}]}
        - {share: rest}
    - one of:
        - {share: 20 %, go: going_home}
        - {share: rest, leave: discharged}
  going_home:
    - stay: {lognormal: {mean: 5 d, sd: 4 d}}
    - wait until: ward_rounds
    - leave: discharged
policies:
  full: {label: Full-capacity protocol, watch: {occupancy: medical}, above: 96 %, do: {open_beds: {medical: 12}}}
events: {it_outage: {at: {date: 2026-02-10, time: "09:00"}, lasts: 8 h, times: {emergency/triage: x 1.3}}}
start: {beds: {of: ed, at: going_home/stay, ward: medical, fill: 92 %}}
costs: {fixed: 120000 per day}
targets: {four_hours: {kpi: ed_within_4h, label: Four-hour standard, at_least: 76 %, source: NHS England}}
"""


def told(change):
    """What a file that changes the hospital is told to do."""
    base = read(HOSPITAL, "hospital.yaml").data
    document = read(f"extends: hospital.yaml\n{change}", "change.yaml")
    other = compose(document, lambda name, beside: Opened(name, HOSPITAL.encode(), name)).data
    return [one.sentence for one in account(base, other)]


SAID = {
    "wards: {amu: {beds: 88}}": "12 more beds in AMU (76 -> 88).",
    "wards: {amu: {beds: -1}}": "1 fewer bed in AMU (76 -> 75).",
    "wards: {amu: {also: {winter: {beds: 12, since: 2026-12-01}}}}": (
        "12 more beds in AMU from 1 December 2026 (winter)."
    ),
    "wards: {amu: {also: {bay_b: {beds: -6, since: 2026-02-02, until: 2026-02-08}}}}": (
        "6 fewer beds in AMU from 2 to 8 February 2026 (bay b)."
    ),
    "wards: {medical: {also: {winter: {since: 2026-12-01}}}}": (
        "Medical wards, winter: from 1 December 2026 to 31 March 2027 instead of from 1 November 2026 to 31 March 2027."
    ),
    "wards: {medical: {also: remove}}": (
        "Not any more: 12 more beds in Medical wards from 1 November 2026 to 31 March 2027 (winter)."
    ),
    "wards: {amu: {turnaround: 30 min}}": "AMU: turnaround 45 minutes -> 30 minutes (15 minutes less).",
    "wards: {medical: {staffed_by: {ed_doctor: 1 per 8 beds}}}": (
        "Medical wards: staffed by Emergency doctors 1 per 7 beds -> 1 per 8 beds."
    ),
    "wards: {medical: {if_full: remove}}": (
        "Medical wards: other wards if full is no longer set (was AMU after 3 hours)."
    ),
    "wards: {medical: {if_full: [{after: 4 h, use: amu}]}}": (
        "Medical wards: other wards if full, choice 1, after 3 hours -> 4 hours (1 hour more)."
    ),
    "wards: {medical: {closures: {norovirus: {rate: 2 per year, beds: 6, time: 9 d}}}}": (
        "Medical wards: a new closure, norovirus (rate 2 per year, beds 6, time 9 days)."
    ),
    "add: {wards: {lounge: {label: Discharge lounge, beds: 12, kind: chairs}}}": (
        "A new ward, Discharge lounge, with 12 chairs."
    ),
    "wards: {medical: remove}": (
        "The ward Medical wards is gone (with 116 beds and 12 more beds from 1 November 2026 to 31 March 2027 "
        "(winter), staffed by Emergency doctors 1 per 7 beds, if full AMU after 3 hours)."
    ),
    "staff: {ed_doctor: {roster: {late: {on_duty: +2}}}}": "Emergency doctors, late shift: 2 more on duty (7 -> 9).",
    'staff: {ed_doctor: {roster: {registrar: {from: "16:00", to: "00:00", on_duty: 1}}}}': (
        "Emergency doctors: 1 more from 16:00 to 00:00 every day (registrar shift, which is new)."
    ),
    "staff: {ed_doctor: {roster: {late: remove}}}": (
        "Emergency doctors: no late shift any more (was 7 from 14:00 to 00:00 every day)."
    ),
    'staff: {ed_doctor: {roster: {late: {days: sat, to: "22:00"}}}}': (
        "Emergency doctors, late shift: from 14:00 to 22:00 every Saturday instead of from 14:00 to 00:00 every day."
    ),
    "staff: {ed_doctor: {roster: {early: {breaks: {lunch: {each: 20 min}}}}}}": (
        "Emergency doctors, early shift, lunch: each 30 minutes -> 20 minutes (10 minutes less)."
    ),
    "staff: {ed_doctor: {absence: {value: {jan: 8 %, rest: 4 %}}}}": (
        "Emergency doctors: absence 4 % -> 8 % in January, otherwise 4 %."
    ),
    "staff: {ed_doctor: {agency: remove}}": (
        "Emergency doctors: agency is no longer set (was fills 50 %, cost 75 per hour)."
    ),
    "staff: {porter: {on_duty: 5}}": "Porter: 1 more on duty (4 -> 5).",
    "staff: {porter: {cost: 16.50 per hour}}": "Porter: cost 15 per hour -> 16.5 per hour (10 % more).",
    "equipment: {ct_scanner: {units: +1}}": "CT scanners: 1 more (2 -> 3).",
    'calendars: {ward_rounds: {weekdays: ["07:30", "10:00"]}}': (
        "Ward rounds: on weekdays at 07:30 and 10:00 instead of at 08:30 and 13:30."
    ),
    'calendars: {weekday_rounds: {weekend: ["10:00"]}}': "Weekday rounds: now also at weekends at 10:00.",
    "patients: {ed: {arrive: {rate: x 1.08}}}": (
        "People who come to the emergency department: 8 % more (400 per day -> 432 per day)."
    ),
    "patients: {ed: {arrive: {by_month: {jan: 1.08}}}}": (
        "People who come to the emergency department: 8 % more in January (factor 1 -> 1.08)."
    ),
    "patients: {ed: {arrive: {more: {mode: {ambulance: x 1.08}}}}}": (
        "People who come to the emergency department: 8 % more of those with mode ambulance (factor 1 -> 1.08)."
    ),
    "patients: {ed: {arrive: {waves: {flu: {since: 2026-12-01, by_week: [1.1, 1.5, 1.2]}}}}}": (
        "People who come to the emergency department: a new wave, flu "
        "(since 1 December 2026, by week 1.1, 1.5 and 1.2)."
    ),
    "patients: {ed: {attributes: {mode: {ambulance: 30 %}}}}": (
        "People who come to the emergency department: mode ambulance 27 % -> 30 % (3 points more)."
    ),
    'patients: {elective: {arrive: {scheduled: {more: {days: sat, at: "08:00", patients: 6, apart: 20 min}}}}}': (
        "Planned admissions, new: 6 are booked every Saturday from 08:00, 20 minutes apart (more)."
    ),
    "pathways: {emergency: {triage: {time: x 0.9}}}": (
        "Triage in emergency: 10 % shorter (mean 10 minutes -> 9 minutes)."
    ),
    "pathways: {emergency: {triage: {time: {lognormal: {mean: 8 min}}}}}": (
        "Triage in emergency: mean 10 minutes -> 8 minutes (2 minutes less)."
    ),
    "pathways: {emergency: {triage: {time: {exponential: {mean: 8 min}}}}}": (
        "Triage in emergency: time lognormal with mean 10 minutes, standard deviation 4 minutes "
        "-> exponential with mean 8 minutes."
    ),
    "pathways: {emergency: {triage: {missed: 0.2}}}": "Triage in emergency: missed 10 % -> 20 % (10 points more).",
    "pathways: {emergency: {x-ray: {time: 20 min}}}": (
        "X-ray in emergency: time 15 minutes -> 20 minutes (5 minutes more)."
    ),
    "pathways: {going_home: {stay: x 1.2}}": "Stay in going home: 20 % longer (mean 5 days -> 6 days).",
    "pathways: {going_home: {wait until: remove}}": "Going home: the step wait until ward rounds is gone.",
    "slots: {care_package: {per_week: 30}}": "Care packages: 6 more a week (24 -> 30).",
    "supplies: {blood: {stock: +20}}": "Blood: stock 40 -> 60 (20 more).",
    "dates: {bank_holidays: [2026-04-03]}": "Bank holidays: 3 April 2026 and 6 April 2026 -> 3 April 2026.",
    "add: {rhythms: {transport: {weekend: x 1.5}}}": "A new rhythm, transport, weekend x 1.5.",
    "policies: {full: {above: 94 %}}": "Policy Full-capacity protocol: above 96 % -> 94 % (2 points less).",
    "policies: {full: remove}": (
        "The policy Full-capacity protocol is gone "
        "(that opens 12 beds in Medical wards when occupancy of Medical wards reaches 96 %)."
    ),
    "events: {it_outage: {lasts: 4 h}}": "Event it outage: length 8 hours -> 4 hours (4 hours less).",
    "start: {beds: {fill: 96 %}}": "At the start, beds: fill 92 % -> 96 % (4 points more).",
    "costs: {fixed: 108000 per day}": "Costs: fixed 120,000 per day -> 108,000 per day (10 % less).",
    "targets: {four_hours: {at_least: 78 %}}": "Target Four-hour standard: at least 76 % -> 78 % (2 points more).",
    "run: {length: 24 weeks}": "The run: length 12 weeks -> 24 weeks (12 weeks more).",
    "name: Another": "Another name: Another.",
}


@pytest.mark.parametrize("change", SAID)
def test_one_change_is_one_sentence_that_a_manager_would_say(change):
    assert told(change) == [SAID[change]]


def test_a_policy_that_is_new_is_told_by_what_it_does():
    change = """
add:
  policies:
    surge:
      {watch: {occupancy: [medical, amu]}, above: 96 %, for: 6 h, below: 92 %, after: 2 h, do: {open_beds: {amu: 12}}}
"""
    assert told(change) == [
        "A new policy, surge, that opens 12 beds in AMU 2 hours after occupancy of Medical wards and AMU reaches 96 % "
        "and stays there for 6 hours, until it falls to 92 %."
    ]


def test_an_option_is_told_by_what_those_do_who_take_it():
    base = read(HOSPITAL, "hospital.yaml").data
    other = read(HOSPITAL.replace("{share: 20 %, go", "{share: 25 %, go"), "other.yaml").data
    (change,) = account(base, other)
    assert change.sentence == "Branch 2 in emergency, those who go on with going home: 20 % -> 25 % (5 points more)."
    other = read(HOSPITAL.replace("{share: 15 %, steps", "{share: 10 %, steps"), "other.yaml").data
    (change,) = account(base, other)
    assert change.sentence == "Branch in emergency, those who have x-ray: 15 % -> 10 % (5 points less)."


def test_a_ward_that_stands_in_the_place_of_another_is_told_as_one_change():
    base = read(HOSPITAL, "hospital.yaml").data
    other = read(HOSPITAL.replace("- enter: amu", "- enter: {ward: medical}"), "other.yaml").data
    (change,) = account(base, other)
    assert change.sentence == "Emergency: enter Medical wards instead of enter AMU."


def test_what_is_only_written_otherwise_is_no_difference():
    base = read(HOSPITAL, "hospital.yaml").data
    text = HOSPITAL.replace("turnaround: 45 min", "turnaround: 0.75 h").replace("missed: 10 %", "missed: 0.1")
    text = text.replace("- enter: amu", "- enter: {ward: amu}")
    assert account_text(base, read(text, "other.yaml").data) == NO_DIFFERENCE


def test_the_account_ends_with_saying_that_it_is_all():
    base = read(HOSPITAL, "hospital.yaml").data
    other = read(HOSPITAL.replace("units: 2", "units: 3").replace("beds: 76", "beds: 70"), "other.yaml").data
    assert account_text(base, other).splitlines() == [
        "CT scanners: 1 more (2 -> 3).",
        "6 fewer beds in AMU (76 -> 70).",
        NOTHING_ELSE,
    ]


def test_the_command_says_it_and_gives_it_as_one_document(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "winter.yaml").write_text("extends: general_hospital.yaml\nwards: {amu: {beds: +12}}\n")
    said = CliRunner().invoke(cli.wardflow, ["diff", "general_hospital", "winter.yaml"])
    assert (said.exit_code, said.stdout) == (
        0,
        "12 more beds in Acute medical unit (76 -> 88).\nNothing else differs.\n",
    )
    found = json.loads(CliRunner().invoke(cli.wardflow, ["diff", "general_hospital", "winter.yaml", "--json"]).stdout)
    assert found == {
        "ok": True,
        "same": False,
        "changes": [
            {
                "path": ["wards", "amu", "beds"],
                "old": 76,
                "new": 88,
                "sentence": "12 more beds in Acute medical unit (76 -> 88).",
            }
        ],
    }
    assert CliRunner().invoke(cli.wardflow, ["diff", "general_hospital", "none.yaml"]).exit_code == 2


# ---------------------------------------------------------------- as the shortest file


def test_one_bed_more_is_one_line():
    other = over({"wards": {"medical": {"beds": 181}}})
    assert overlay(BASE, other) == {"wards": {"medical": {"beds": 181}}}


def test_a_changed_step_is_one_line():
    other = over({"pathways": {"emergency": {"triage": {"time": {"lognormal": {"mean": "6 min"}}}}}})
    assert overlay(BASE, other) == {"pathways": {"emergency": {"triage": {"time": {"lognormal": {"mean": "6 min"}}}}}}


def test_a_removed_step_is_one_line():
    assert overlay(BASE, over({"pathways": {"emergency": {"ready": "remove"}}})) == {
        "pathways": {"emergency": {"ready": "remove"}}
    }


def test_a_new_step_needs_the_whole_pathway():
    other = over({})
    other["pathways"]["emergency"].insert(0, {"greet": {"time": "1 min"}})
    assert overlay(BASE, other) == {"pathways": {"emergency": other["pathways"]["emergency"]}}
    assert over(overlay(BASE, other)) == other


def test_a_new_ward_is_added_and_an_old_one_removed():
    other = over({"wards": {"surgical": "remove"}, "add": {"wards": {"virtual": {"beds": 40}}}})
    assert overlay(BASE, other) == {"wards": {"surgical": "remove"}, "add": {"wards": {"virtual": {"beds": 40}}}}


def test_closed_beds_are_not_read_as_a_change():
    other = over({"wards": {"medical": {"also": {"winter": {"beds": {"value": -12}}}}}})
    assert other["wards"]["medical"]["also"]["winter"]["beds"] == -12
    assert over(overlay(BASE, other)) == other


@settings(max_examples=100, deadline=None)
@given(valid_scenarios, valid_scenarios)
def test_any_scenario_can_be_made_of_any_other(base, other):
    change = overlay(base, other)
    assume(valid(change))  # one cannot remove a name and bring one that looks alike in the same place
    assert over(change, base) == other


@st.composite
def edited(draw):
    """A scenario and the same with a few values changed, removed or added."""
    base = draw(valid_scenarios)
    other = draw(st.just(base).map(lambda data: read(to_yaml(data), "copy.yaml").data))
    for _ in range(draw(st.integers(1, 4))):
        place, path = other, ()
        while isinstance(place, dict | list) and place and draw(st.integers(0, 3)):
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = draw(st.sampled_from(keys))
            if not isinstance(place[key], dict | list):
                break
            place, path = place[key], (*path, key)
        if (
            not path
            or path in [(section,) for section in MEMBER_SECTIONS]
            or (len(path) == 2 and path[0] == "pathways")
        ):
            continue
        if isinstance(place, dict):
            key = draw(st.sampled_from(list(place)) if place and draw(st.booleans()) else names)
            if draw(st.booleans()):
                place.pop(key, None)
            else:
                place[key] = draw(plain)
        elif place and draw(st.booleans()):
            place.pop(draw(st.integers(0, len(place) - 1)))
        else:
            place.append(draw(plain))
    return base, other


@settings(max_examples=150, deadline=None)
@given(edited().filter(lambda pair: valid(pair[1])))
def test_any_edit_can_be_written_as_a_file_that_extends(pair):
    base, other = pair
    assert over(overlay(base, other), base) == other
    assert bool(differences(base, other)) == (overlay(base, other) != {})


@settings(max_examples=50, deadline=None)
@given(valid_scenarios, valid_scenarios)
def test_every_entry_of_an_account_is_a_sentence_on_one_line(base, other):
    for entry in account(base, other):
        assert entry.sentence
        assert "\n" not in entry.sentence


@settings(max_examples=100, deadline=None)
@given(edited().filter(lambda pair: valid(pair[1])))
def test_whatever_differs_is_told_in_a_sentence(pair):
    assert bool(account(*pair)) <= bool(differences(*pair))
    assert all(change.sentence.isprintable() and change.sentence.endswith((".", "?", "!")) for change in account(*pair))
