"""What a scenario asks of its resources, known before anything is run."""

import math

import numpy as np
import pytest

from sim import clock
from sim.demand.expected_times import mean_wait
from sim.demand.fates import draw_fates
from sim.demand.mixes import MOST_KINDS, mix_of
from sim.demand.workload import Load, expected_events, expected_visits, offered_load
from sim.scenario.patients import PatientClass
from tests.small_hospitals import comers, hospital

LEAVE = {"leave": "discharged"}
RATE = {"rate": "10 per hour"}


def loads(scenario):
    return {load.resource: load for load in offered_load(scenario)}


def visits(scenario):
    return {(found.pathway, found.step): found.per_patient for found in expected_visits(scenario)}


def exponential(mean):
    return {"exponential": {"mean": mean}}


@pytest.mark.parametrize(
    ("arrivals_per_hour", "mean_min", "servers", "rho"),
    [(54, 1, 1, 0.9), (10, 15, 3, 5 / 6), (8, 40, 6, 8 / 9), (300, 4.5, 25, 0.9), (240, 0.5, 3, 2 / 3)],
)
def test_the_load_of_a_single_queue_is_rate_times_time_over_servers(arrivals_per_hour, mean_min, servers, rho):
    way = [{"care": {"staff": "nurse", "time": exponential(f"{mean_min} min")}}, LEAVE]
    patients = {"ed": comers({"rate": f"{arrivals_per_hour} per hour"})}
    load = loads(hospital(patients, {"way": way}, staff={"nurse": {"on_duty": servers}}))["nurse"]
    assert load.ratio == pytest.approx(rho, rel=1e-12)
    assert load.available == servers


def test_a_network_with_feedback_has_the_rates_of_jackson():
    """External 10/h to triage; assess -> x-ray .3 -> assess, -> treat .4; loads 2/3, .6429, .6429, .8571."""
    ways = {
        "way": [
            {"triage": {"staff": "triage nurse", "time": exponential("4 min")}},
            {"one of": [{"share": 0.9, "go": "assess"}, {"share": "rest", **LEAVE}]},
        ],
        "assess": [
            {"see": {"staff": "doctor", "time": exponential("15 min")}},
            {"one of": [{"share": 0.3, "go": "x-ray"}, {"share": 0.4, "go": "treat"}, {"share": "rest", **LEAVE}]},
        ],
        "x-ray": [{"image": {"equipment": "machine", "time": exponential("10 min")}}, {"go": "assess"}],
        "treat": [{"treat": {"staff": "surgeon", "time": exponential("30 min")}}, LEAVE],
    }
    staff = {"triage nurse": {"on_duty": 1}, "doctor": {"on_duty": 5}, "surgeon": {"on_duty": 3}}
    scenario = hospital({"ed": comers(RATE)}, ways, staff=staff, equipment={"machine": {"units": 1}})
    per_hour = {found.step: found.per_hour for found in expected_visits(scenario)}
    assert [per_hour[step] for step in ("triage", "see", "image", "treat")] == pytest.approx(
        [10, 12.857142857142858, 3.857142857142857, 5.142857142857143]
    )
    ratios = {name: load.ratio for name, load in loads(scenario).items()}
    assert ratios == pytest.approx(
        {
            "doctor": 0.6428571428571429,
            "machine": 0.6428571428571428,
            "surgeon": 0.8571428571428572,
            "triage nurse": 2 / 3,
        }
    )


@pytest.mark.parametrize(("cleaning", "beds_asked"), [("0 min", 9.6), ("15 min", 10.2)])
def test_a_ward_is_asked_for_stay_and_turnaround(cleaning, beds_asked):
    """Erlang-B cases of the reference: 2.4 an hour x 4 h, and with 0.25 h of cleaning."""
    way = [{"enter": "ward"}, {"stay": {"lognormal": {"mean": "4 h", "sd": "6 h"}}}, LEAVE]
    wards = {"ward": {"beds": 12, "turnaround": cleaning}}
    load = loads(hospital({"ed": comers({"rate": "2.4 per hour"})}, {"way": way}, wards=wards))["ward"]
    assert load.asked == pytest.approx(beds_asked)


def test_a_place_is_kept_through_other_pathways_until_the_next_place_vacating_or_leaving():
    """Those who come in the last 7 hours of the two weeks are still outside when the run ends."""
    ways = {
        "way": [
            {"outside": {"time": "7 h"}},
            {"enter": "majors"},
            {"see": {"staff": "nurse", "time": "1 h"}},
            {
                "one of": [
                    {"share": 0.5, "go": "admission"},
                    {"share": "rest", "steps": ["vacate", {"sit": {"time": "5 h"}}]},
                ]
            },
            {"papers": {"time": "2 h"}},
            LEAVE,
        ],
        "admission": [{"ask": {"time": "3 h"}}, {"enter": "medical"}, {"stay": "10 h"}, LEAVE],
    }
    wards = {"majors": {"beds": 40}, "medical": {"beds": 60}, "empty": {"beds": 1}}
    scenario = hospital({"ed": comers(RATE)}, ways, wards=wards, staff={"nurse": {"on_duty": 20}})
    asked = {name: load.asked for name, load in loads(scenario).items()}
    per_hour = 10 * (1 - 7 / (14 * 24))
    assert asked == pytest.approx(
        {"majors": per_hour * (1 + 0.5 * 3), "medical": per_hour * 0.5 * 10, "empty": 0, "nurse": per_hour}
    )


def test_a_pathway_that_is_begun_in_two_places_counts_for_each():
    ways = {
        "way": [
            {"one of": [{"share": 0.25, "steps": [{"enter": "a"}]}, {"share": "rest", "steps": [{"enter": "b"}]}]},
            {"go": "rest"},
        ],
        "rest": [{"stay": "2 h"}, LEAVE],
    }
    scenario = hospital({"ed": comers(RATE)}, ways, wards={"a": {"beds": 9}, "b": {"beds": 9}})
    assert {name: load.asked for name, load in loads(scenario).items()} == pytest.approx({"a": 5, "b": 15})
    assert visits(scenario)["rest", "stay"] == pytest.approx(1)


def test_several_people_at_once_are_asked_for_together():
    way = [{"care": {"staff": {"nurse": 2, "doctor": 1}, "equipment": "room", "time": "30 min"}}, LEAVE]
    scenario = hospital(
        {"ed": comers(RATE)},
        {"way": way},
        staff={"nurse": {"on_duty": 0}, "doctor": {"on_duty": 9}},
        equipment={"room": {"units": 8}},
    )
    assert {name: load.asked for name, load in loads(scenario).items()} == pytest.approx(
        {"nurse": 10, "doctor": 5, "room": 5}
    )
    assert loads(scenario)["nurse"].ratio == math.inf
    assert Load("idle", 0.0, 0.0).ratio == 0.0


def test_branches_and_times_that_share_an_attribute_are_averaged_together():
    """Red patients (20 %) go on with 90 % for 2 h, others with 10 % for 1 h: 0.26 visits, 0.44 h."""
    ways = {
        "way": [
            {"one of": [{"share": {"by": "acuity", "red": 0.9, "rest": 0.1}, "go": "on"}, {"share": "rest", **LEAVE}]}
        ],
        "on": [{"care": {"staff": "nurse", "time": {"by": "acuity", "red": "2 h", "rest": "1 h"}}}, LEAVE],
    }
    patients = {"ed": comers(RATE, attributes={"acuity": {"red": 0.2, "green": "rest"}, "sex": {"f": 0.5, "m": 0.5}})}
    scenario = hospital(patients, ways, staff={"nurse": {"on_duty": 5}})
    assert visits(scenario)["on", "care"] == pytest.approx(0.26)
    assert loads(scenario)["nurse"].asked == pytest.approx(10 * (0.2 * 0.9 * 2 + 0.8 * 0.1))


def test_attributes_that_depend_on_each_other_are_averaged_over_their_joint_mix():
    attributes = {
        "acuity": {"red": 0.2, "green": "rest"},
        "age": {"by": "acuity", "red": {"old": 0.8, "young": "rest"}, "rest": {"old": 0.1, "young": "rest"}},
    }
    options = [
        {"when": {"acuity": "red", "age": "old"}, "steps": [{"care": {"staff": "nurse", "time": "1 h"}}]},
        {"when": "otherwise"},
    ]
    scenario = hospital(
        {"ed": comers(RATE, attributes=attributes)},
        {"way": [{"one of": options}, LEAVE]},
        staff={"nurse": {"on_duty": 5}},
    )
    assert loads(scenario)["nurse"].asked == pytest.approx(1.6)


def test_a_loop_of_a_kind_of_patients_is_solved_for_that_kind():
    """Red patients come back with 75 % (4 visits), the others with 0 % (1 visit)."""
    options = [{"share": {"by": "acuity", "red": 0.75, "rest": 0.0}, "go": "way"}, {"share": "rest", **LEAVE}]
    way = [{"care": {"staff": "nurse", "time": "1 h"}}, {"one of": options}]
    patients = {"ed": comers(RATE, attributes={"acuity": {"red": 0.2, "green": "rest"}})}
    scenario = hospital(patients, {"way": way}, staff={"nurse": {"on_duty": 20}})
    assert visits(scenario)["way", "care"] == pytest.approx(0.2 * 4 + 0.8)


@pytest.mark.parametrize(
    "ways",
    [
        {"way": [{"go": "way"}]},
        {"way": [{"go": "b"}], "b": [{"one of": [{"share": 0.5, "go": "way"}, {"share": 0.5, "go": "b"}]}]},
    ],
)
def test_patients_who_never_leave_are_refused(ways):
    with pytest.raises(ValueError, match="round for ever"):
        offered_load(hospital({"ed": comers(RATE)}, ways))


def test_a_circle_that_nobody_enters_does_no_harm():
    circle = {"circle": [{"go": "circle"}]}
    never = {"way": [{"one of": [{"share": 0.0, "go": "circle"}, {"share": "rest", **LEAVE}]}], **circle}
    when = [{"when": {"acuity": "blue"}, "go": "circle"}, {"when": "otherwise", **LEAVE}]
    patients = {"ed": comers(RATE, attributes={"acuity": {"blue": 0.0, "red": "rest"}})}
    for scenario in (hospital({"ed": comers(RATE)}, never), hospital(patients, {"way": [{"one of": when}], **circle})):
        assert visits(scenario) == {("way", "one of"): pytest.approx(1)}


def test_arrivals_are_averaged_over_the_run_and_units_over_their_rosters():
    roster = {"day": {"from": "08:00", "to": "20:00", "on_duty": 4}}
    way = [{"care": {"staff": "nurse", "time": "1 h"}}, LEAVE]
    booked = comers({"scheduled": {"list": {"days": "weekdays", "at": "09:00", "patients": 10, "attend": 0.8}}})
    load = loads(hospital({"day": booked}, {"way": way}, staff={"nurse": {"roster": roster}}))["nurse"]
    assert load.available == pytest.approx(2)
    assert load.asked == pytest.approx(10 * 0.8 * 5 / 168)


def test_the_mean_wait_for_a_round_counts_long_gaps_more():
    ten, two = 10 * clock.HOUR, 14 * clock.HOUR
    assert mean_wait({"all": [ten, two]}) / clock.HOUR == pytest.approx((4**2 + 20**2) / 48)
    weekly = mean_wait({"mon": [ten]}) / clock.DAY
    assert weekly == pytest.approx(3.5)
    assert mean_wait({"weekdays": [ten], "sat": [ten], "weekend": [ten]}) == pytest.approx(12 * clock.HOUR)
    with pytest.raises(ValueError, match="at least one moment"):
        mean_wait({"all": []})


def test_a_ward_is_asked_for_the_wait_for_the_round():
    way = [{"enter": "ward"}, {"wait until": "rounds"}, LEAVE]
    scenario = hospital(
        {"ed": comers(RATE)}, {"way": way}, wards={"ward": {"beds": 200}}, calendars={"rounds": {"all": ["10:00"]}}
    )
    assert loads(scenario)["ward"].asked == pytest.approx(10 * 12)


def test_with_too_many_kinds_of_patients_ten_thousand_are_drawn():
    attributes = {f"a{number}": {f"l{level}": 0.1 for level in range(10)} for number in range(5)}
    patient_class = PatientClass.model_validate({"arrive": RATE, "pathway": "way", "attributes": attributes})
    assert mix_of(patient_class, ["a1", "a2"]).shares.size == 100
    mix = mix_of(patient_class, attributes)
    assert mix.shares.size == MOST_KINDS and mix.shares.sum() == pytest.approx(1)
    for codes in mix.codes.values():
        assert np.bincount(codes) / MOST_KINDS == pytest.approx([0.1] * 10, abs=0.015)
    options = [
        {"share": {"by": name, "l0": 0.2, "rest": 0.0}, "steps": [{f"care {name}": {"time": "1 h"}}]}
        for name in attributes
    ]
    way = [{"one of": [*options, {"share": "rest"}]}, LEAVE]
    scenario = hospital({"ed": comers(RATE, attributes=attributes)}, {"way": way})
    assert visits(scenario)["way", "care a3"] == pytest.approx(0.02, rel=0.1)


def test_the_expected_rows_of_the_log_are_counted_per_step():
    way = [
        {"triage": {"staff": ["nurse", "clerk"], "time": "5 min"}},  # queue, two starts, two ends
        {"enter": "ward"},  # queue, place, vacate, ready
        {"rest": {"time": "5 min"}},  # start, end
        {"stay": "1 h"},  # start, end
        "ready",  # mark
        LEAVE,
    ]
    scenario = hospital(
        {"ed": comers({"rate": "1 per hour"})},
        {"way": way},
        staff={"nurse": {"on_duty": 3}, "clerk": {"on_duty": 3}},
        wards={"ward": {"beds": 4, "turnaround": "5 min"}},
    )
    assert expected_events(scenario) == pytest.approx(14 * 24 * (2 + 5 + 2 + 4 + 2 + 1) + 3)


def test_what_is_expected_is_what_fates_choose():
    options = [{"share": {"by": "acuity", "red": 0.6, "rest": 0.2}, "go": "on"}, {"share": "rest", **LEAVE}]
    ways = {"way": [{"one of": options}], "on": [LEAVE]}
    scenario = hospital(
        {"ed": comers({"rate": "100 per hour"}, attributes={"acuity": {"red": 0.3, "green": "rest"}})},
        ways,
        run={"length": "50 d"},
    )
    fates = draw_fates(scenario, 1, 0)
    assert (fates.values(0) == 0).mean() == pytest.approx(visits(scenario)["on", "leave"], abs=0.004)


# ---------------------------------------------------------------- what is kept, repeated, missed and used up


def test_what_is_held_is_used_through_the_steps_until_it_is_given_back():
    """The crew is there in triage (10 min) and, with 40 %, an hour in the corridor, but not through the stay."""
    corridor = [{"share": 0.4, "steps": [{"corridor": {"time": "1 h"}}]}, {"share": "rest"}]
    way = [
        {"hold": {"staff": "crew"}},
        {"triage": {"staff": "nurse", "time": "10 min"}},
        {"one of": corridor},
        {"give back": "crew"},
        {"stay": "5 h"},
        LEAVE,
    ]
    staff = {"crew": {"on_duty": 20}, "nurse": {"on_duty": 3}}
    scenario = hospital({"ed": comers(RATE)}, {"way": way}, staff=staff)
    asked = {name: load.asked for name, load in loads(scenario).items()}
    assert asked == pytest.approx({"crew": 10 * (1 / 6 + 0.4), "nurse": 10 / 6})


def test_what_is_held_goes_along_into_other_pathways_and_beds():
    ways = {
        "way": [{"hold": {"equipment": {"monitor": 2}}}, {"enter": "ward"}, {"go": "on"}],
        "on": [{"stay": "3 h"}, {"give back": ["monitor"]}, {"rest": {"time": "1 h"}}, LEAVE],
    }
    scenario = hospital(
        {"ed": comers(RATE)},
        ways,
        wards={"ward": {"beds": 50}},
        equipment={"monitor": {"units": 99, "turnaround": "0 min"}},
    )
    assert {name: load.asked for name, load in loads(scenario).items()} == pytest.approx({"monitor": 60, "ward": 40})


def test_rounds_are_counted_with_their_mean():
    """30 % have 4 rounds and 70 % 6: 5.4 on average."""
    session = {"session": {"staff": "therapist", "time": "30 min"}}
    way = [{"repeat": {"times": {"4": "30 %", "6": "rest"}, "steps": [session]}}, LEAVE]
    scenario = hospital({"ed": comers(RATE)}, {"way": way}, staff={"therapist": {"on_duty": 30}})
    found = visits(scenario)
    assert found["way", "session"] == pytest.approx(5.4) and found["way", "repeat"] == pytest.approx(1)
    assert loads(scenario)["therapist"].asked == pytest.approx(10 * 5.4 / 2)


def test_who_leaves_in_a_round_has_no_further_one():
    """Of 3 rounds with 50 % who leave in each, 1 + 0.5 + 0.25 are begun, and 12.5 % come out at the end."""
    leaves = {"one of": [{"share": 0.5, "leave": "discharged"}, {"share": "rest"}]}
    way = [
        {"repeat": {"times": 3, "steps": [{"session": {"time": "30 min"}}, leaves]}},
        {"end": {"time": "1 h"}},
        LEAVE,
    ]
    found = visits(hospital({"ed": comers(RATE)}, {"way": way}))
    assert found["way", "session"] == pytest.approx(1.75) and found["way", "end"] == pytest.approx(0.125)


def test_a_bed_is_kept_between_the_rounds():
    """A round takes 1 h and the next begins 24 h after it began: 3 rounds keep a bed for 49 h."""
    way = [{"enter": "ward"}, {"repeat": {"times": 3, "every": "1 d", "steps": [{"session": {"time": "1 h"}}]}}, LEAVE]
    scenario = hospital({"ed": comers({"rate": "1 per hour"})}, {"way": way}, wards={"ward": {"beds": 60}})
    assert loads(scenario)["ward"].asked == pytest.approx(49)
    assert visits(scenario)["way", "session"] == pytest.approx(3)


def test_a_bed_that_is_taken_in_the_first_round_is_kept_in_the_others():
    steps = [{"enter": "ward"}, {"stay": "2 h"}]
    way = [{"repeat": {"times": 5, "steps": steps}}, "vacate", {"rest": {"time": "9 h"}}, LEAVE]
    scenario = hospital({"ed": comers({"rate": "1 per hour"})}, {"way": way}, wards={"ward": {"beds": 60}})
    assert loads(scenario)["ward"].asked == pytest.approx(10)


@pytest.mark.parametrize(("missed", "share"), [("20 %", 0.2), ({"by": "sex", "f": 0.1, "m": 0.5}, 0.3)])
def test_who_misses_a_step_uses_it_and_goes_another_way(missed, share):
    """Who does not come is booked anew: 1 / (1 - share) visits; by sex, 1 / 0.9 and 1 / 0.5 in equal parts."""
    ways = {
        "way": [{"clinic": {"staff": "doctor", "time": "30 min", "missed": missed, "if_missed": "way"}}, {"go": "on"}],
        "on": [LEAVE],
    }
    patients = {"ed": comers(RATE, attributes={"sex": {"f": 0.5, "m": 0.5}})}
    scenario = hospital(patients, ways, staff={"doctor": {"on_duty": 30}})
    expected = 1 / (1 - share) if isinstance(missed, str) else (1 / 0.9 + 1 / 0.5) / 2
    assert visits(scenario)["way", "clinic"] == pytest.approx(expected)
    assert visits(scenario)["on", "leave"] == pytest.approx(1)
    assert loads(scenario)["doctor"].asked == pytest.approx(10 * expected / 2)


def test_only_those_whom_a_step_names_first_are_asked_for():
    see = {"staff": "registrar", "time": "1 h", "or": [{"staff": "consultant", "after": "30 min", "time": "x 0.5"}]}
    way = [{"see": see}, {"enter": ["women", "side_rooms"]}, {"stay": "1 h"}, LEAVE]
    scenario = hospital(
        {"ed": comers(RATE)},
        {"way": way},
        staff={"registrar": {"on_duty": 20}, "consultant": {"on_duty": 1}},
        wards={"women": {"beds": 20}, "side_rooms": {"beds": 1}},
    )
    asked = {name: load.asked for name, load in loads(scenario).items()}
    assert asked == pytest.approx({"consultant": 0, "registrar": 10, "side_rooms": 0, "women": 10})


def test_slots_are_compared_week_by_week():
    """70 a week ask for one package each and 40 are offered, besides a clinic of 8 on every Monday and Thursday."""
    sessions = {"list": {"days": "mon thu", "at": "09:00", "slots": 8}}
    way = [{"arrange": {"slots": {"package": 1}, "time": "0 min"}}, {"see": {"slots": "clinic", "time": "1 h"}}, LEAVE]
    slots = {"package": {"per_week": 40}, "clinic": {"sessions": sessions}}
    found = loads(hospital({"ed": comers({"rate": "70 per week"})}, {"way": way}, slots=slots))
    assert found["clinic"].asked == pytest.approx(70) and found["clinic"].available == pytest.approx(16)
    assert found["package"].ratio == pytest.approx(70 / 40, rel=0.02)


def test_supplies_are_compared_week_by_week():
    """Two weeks: a stock of 20 and deliveries of 100 on Mondays are 110 a week. An order of 40 at 10 left needs 12 h,
    so that never more than 50 are on their way: 700 a week. What comes at once is never short."""
    delivered = {"stock": 20, "deliveries": {"weekly": {"days": "mon", "at": "08:00", "units": 100}}}
    ordered = {"stock": 0, "reorder_at": 10, "order": 40, "takes": "12 h", "deliveries": delivered["deliveries"]}
    supplies = {"blood": delivered, "sets": ordered, "pads": {"stock": 1, "reorder_at": 1, "order": 1}}
    way = [{"treat": {"uses": {"blood": 2, "sets": 1, "pads": 9}, "time": "1 h"}}, LEAVE]
    found = loads(hospital({"ed": comers({"rate": "44 per week"})}, {"way": way}, supplies=supplies))
    assert found["blood"].asked == pytest.approx(88) and found["blood"].available == pytest.approx(110)
    assert found["sets"].ratio == pytest.approx(44 / 800)
    assert "pads" not in found


def test_beds_without_staff_are_not_there():
    """By day 2 nurses for 7 beds each, by night 1: 14 and 7 of 20 beds."""
    roster = {
        "day": {"from": "08:00", "to": "20:00", "on_duty": 2},
        "night": {"from": "20:00", "to": "08:00", "on_duty": 1},
    }
    wards = {
        "ward": {"beds": 20, "staffed_by": {"nurse": "1 per 7 beds"}},
        "small": {"beds": 5, "staffed_by": {"nurse": 7}},
    }
    way = [{"enter": "ward"}, {"stay": "7 h"}, LEAVE]
    scenario = hospital(
        {"ed": comers({"rate": "1 per hour"})}, {"way": way}, staff={"nurse": {"roster": roster}}, wards=wards
    )
    found = loads(scenario)
    assert found["ward"].available == pytest.approx(10.5) and found["small"].available == 5


def test_those_who_are_missing_on_average_are_not_there():
    """10 % absent and 25 % of the posts vacant: 32.5 % missing, of whom the agency replaces 40 %."""
    posts = {"posts": 40, "in_post": 30}
    nurse = {"on_duty": 10, "absence": "10 %", "establishment": posts, "agency": {"fills": "40 %"}}
    way = [{"see": {"staff": "nurse", "time": "1 h"}}, LEAVE]
    scenario = hospital({"ed": comers({"rate": "1 per hour"})}, {"way": way}, staff={"nurse": nurse})
    assert loads(scenario)["nurse"].available == pytest.approx(10 * (1 - 0.325 * 0.6))


def test_times_are_longer_by_the_mean_of_their_rhythm():
    """Two days of seven take twice as long: 9/7 on average; an event of 84 h of 336 h makes it another 1.5."""
    way = [{"see": {"staff": "nurse", "time": "1 h", "rhythm": "slow"}}, LEAVE]
    event = {"at": {"date": "2026-01-05", "time": "00:00"}, "lasts": "84 h", "times": {"way/see": "x 1.5"}}
    parts = {"rhythms": {"slow": {"weekend": "x 2"}}, "staff": {"nurse": {"on_duty": 30}}}
    scenario = hospital({"ed": comers(RATE)}, {"way": way}, **parts)
    assert loads(scenario)["nurse"].asked == pytest.approx(10 * 9 / 7)
    with_event = hospital({"ed": comers(RATE)}, {"way": way}, **parts, events={"outage": event})
    assert loads(with_event)["nurse"].asked == pytest.approx(10 * (9 / 7 + 0.5 * 84 / 336))


def test_a_wave_counts_with_its_mean_over_the_run():
    way = [{"see": {"staff": "nurse", "time": "1 h"}}, LEAVE]
    rate = {"rate": "10 per hour", "waves": {"flu": {"since": "2026-01-12", "by_week": [2.0]}}}
    scenario = hospital({"ed": comers(rate)}, {"way": way}, staff={"nurse": {"on_duty": 30}})
    assert loads(scenario)["nurse"].asked == pytest.approx(15)


def test_options_of_a_policy_give_their_patients_to_the_rest():
    options = [{"share": 0.3, "while": "full", "leave": "diverted"}, {"share": 0.5, "go": "on"}, {"share": "rest"}]
    policy = {"watch": {"occupancy": "ward"}, "every": "1 h", "above": "90 %", "do": {"open_beds": {"ward": 1}}}
    ways = {"way": [{"one of": options}, {"see": {"time": "1 h"}}, LEAVE], "on": [{"stay": "1 h"}, LEAVE]}
    scenario = hospital({"ed": comers(RATE)}, ways, wards={"ward": {"beds": 1}}, policies={"full": policy})
    assert visits(scenario)["way", "see"] == pytest.approx(0.5) and visits(scenario)["on", "stay"] == pytest.approx(0.5)


def test_the_class_decides_like_an_attribute():
    time = {"by": "class", "a": "1 h", "rest": "3 h"}
    way = [{"see": {"staff": "nurse", "time": time}}, LEAVE]
    scenario = hospital(dict.fromkeys("ab", comers(RATE)), {"way": way}, staff={"nurse": {"on_duty": 50}})
    assert loads(scenario)["nurse"].asked == pytest.approx(40)


def test_rows_of_the_log_are_counted_for_what_is_held_and_offered():
    way = [
        {"hold": {"staff": ["nurse", "clerk"]}},  # queue, two taken, two given back
        {"see": {"slots": "clinic", "time": "5 min"}},  # queue, start, end
        LEAVE,
    ]
    scenario = hospital(
        {"ed": comers({"rate": "1 per hour"})},
        {"way": way},
        staff={"nurse": {"on_duty": 3}, "clerk": {"on_duty": 3}},
        slots={"clinic": {"sessions": {"list": {"days": "mon", "at": "09:00", "slots": 8}}}},
    )
    assert expected_events(scenario) == pytest.approx(14 * 24 * (2 + 5 + 3) + 2 + 2 * 2)
