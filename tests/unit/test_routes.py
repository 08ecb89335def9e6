"""Which pathways lead where."""

from sim.scenario.routes import has_loop, reachable, targets_of
from tests.small_hospitals import comers, hospital

NURSE = {"nurse": {"on_duty": 1}}
WAYS = {
    "way": [
        {
            "one of": [
                {"share": 0.5, "steps": [{"one of": [{"share": 0.5, "go": "deep"}, {"share": "rest"}]}]},
                {"share": "rest", "go": "loop"},
            ]
        },
        {"see": {"staff": "nurse", "time": "5 min", "gives_up_after": "1 h", "then": "tired"}},
        {"test": {"staff": "nurse", "time": "5 min", "queue_limit": 3, "if_queue_full": "full"}},
        {"scan": {"staff": "nurse", "time": "5 min", "if_none_free": "none free"}},
        {"leave": "discharged"},
    ],
    "deep": [{"leave": "discharged"}],
    "loop": [{"one of": [{"share": 0.5, "go": "back"}, {"share": "rest", "leave": "discharged"}]}],
    "back": [{"go": "loop"}],
    "tired": [{"see": {"staff": "nurse", "time": "5 min", "gives_up_after": "1 h", "then": "refused"}}, {"go": "deep"}],
    "full": [{"leave": "diverted"}],
    "none free": [{"leave": "refused"}],
    "unused": [{"go": "way"}],
}
SCENARIO = hospital({"ed": comers({"rate": "1 per day"})}, WAYS, staff=NURSE)


def test_every_way_out_of_a_pathway_is_found_and_outcomes_are_none():
    assert targets_of(SCENARIO.pathways["way"]) == {"deep", "loop", "tired", "full", "none free"}
    assert targets_of(SCENARIO.pathways["tired"]) == {"deep"}
    assert targets_of(SCENARIO.pathways["deep"]) == frozenset()


def test_patients_can_come_to_all_that_follows_and_to_where_they_start():
    assert reachable(SCENARIO, "way") == set(WAYS) - {"unused"}
    assert reachable(SCENARIO, "loop") == {"loop", "back"}
    assert reachable(SCENARIO, "deep") == {"deep"}


def test_only_pathways_on_a_circle_can_be_come_to_again():
    assert has_loop(SCENARIO) == {"loop", "back"}


def test_a_pathway_may_lead_to_itself():
    ways = {"way": [{"one of": [{"share": 0.1, "go": "way"}, {"share": "rest", "leave": "discharged"}]}]}
    assert has_loop(hospital({"ed": comers({"rate": "1 per day"})}, ways)) == {"way"}


def test_a_target_that_does_not_exist_is_passed_over():
    ways = {"way": [{"go": "nowhere"}]}
    scenario = hospital({"ed": comers({"rate": "1 per day"})}, ways)
    assert reachable(scenario, "way") == {"way"} and not has_loop(scenario)


def test_who_gets_worse_finds_no_time_or_misses_a_step_goes_on_elsewhere():
    """Also from a step inside a repeat."""
    rules = {"worsens_after": "6 h", "if_worse": "worse", "must_finish": True, "if_no_time": "late"}
    missed = {"missed": "10 %", "if_missed": "rebook"}
    session = {"session": {"staff": "nurse", "time": "45 min", **rules, **missed}}
    ends = {name: [{"leave": "cancelled"}] for name in ("worse", "late", "rebook")}
    ways = {"way": [{"repeat": {"times": 6, "steps": [session]}}, {"leave": "discharged"}], **ends}
    scenario = hospital({"ed": comers({"rate": "1 per day"})}, ways, staff=NURSE)
    assert targets_of(scenario.pathways["way"]) == {"worse", "late", "rebook"}
