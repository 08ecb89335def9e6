"""Goal seek: the least of a lever with which a goal holds, on clinics whose waits are known."""

from dataclasses import replace

import pytest

from sim.report.searching.goal_seek_text import goal_seek_record, goal_seek_tables, goal_text
from sim.scenario.problems import ScenarioError
from sim.study.asking import in_line
from sim.study.comparison import InvalidRunError
from sim.study.experiment import with_run
from sim.study.fresh import fresh_seed
from sim.study.goals import goal_of
from sim.study.plan import load_plan
from sim.study.searching.goal_seek import Contradiction, GoalSeek, GoalSought, seek
from sim.study.searching.lever import lever_of
from tests.small_searches import WAIT, run_by, sway, variant
from validation.theory.formulas import many_servers

GOAL = goal_of("wait_mean <= 60 min")
"""A half-width of 3 minutes is precise, 5 % of it."""
LEVER = "beds=180..230"


def falling(settings, seed, number, size=1.0):
    """The wait is 60 minutes with 200 beds, and a minute less for each bed more."""
    return {WAIT: 60 + 200 - float(settings.get("beds", 180)) + sway(number, size)}


def sought(formula=falling, lever=LEVER, asked=None, **more) -> GoalSought:
    return seek(GoalSeek(lever_of(lever), GOAL, **more), variant(), run_by(formula, asked))


def tried(found: GoalSought) -> dict[float, str]:
    return {one.value: one.verdict for one in found.searched}


def test_the_least_is_the_first_value_whose_whole_interval_holds():
    """The interval reaches 1.837 to either side: 202 beds are 58 minutes, 201 are 59 and reach above 60."""
    found = sought()
    assert (found.outcome, found.answer, found.moves) == ("found", 202, 0)
    assert found.neighbours[0].verdict == "can't tell yet"
    assert found.neighbours[1].verdict == "met"
    assert found.answered.interval.mean == pytest.approx(58)
    assert found.answered.interval.high == pytest.approx(59.837, abs=0.001)
    assert found.contradictions == ()


def test_few_of_many_values_are_tried_and_both_neighbours_are_among_them():
    asked: list[list[str]] = []
    found = sought(asked=asked)
    assert {201, 202, 203} <= tried(found).keys()
    assert len(found.searched) <= 5 + 4 + 1
    assert asked[0] == [f"beds={beds}" for beds in (180, 192, 205, 218, 230)]


def test_answer_and_neighbours_are_run_again_with_the_fresh_seed():
    found = sought()
    assert [one.value for one in found.fresh] == [201, 202, 203]
    assert {one.seed for one in found.fresh} == {fresh_seed(7)} == {found.fresh_seed}
    assert {one.seed for one in found.searched} == {7}


def test_the_most_is_sought_where_less_helps():
    """With the lever turned round, 198 beds are the most: 60 - 2 + 1.837."""

    def rising(settings, seed, number):
        return {WAIT: 60 + float(settings.get("beds", 0)) - 200 + sway(number)}

    found = sought(rising, seek="most")
    assert (found.outcome, found.answer) == ("found", 198)
    assert [one.value for one in found.neighbours] == [199, 197]


def test_fresh_seeds_that_are_less_kind_move_the_answer_on():
    """With 1.5 minutes more, 204 is the first: 56 + 1.5 + 1.837. Three values were asked about: 3 x 2.5 %."""

    def unkind(settings, seed, number):
        return {WAIT: falling(settings, seed, number)[WAIT] + (0 if seed == 7 else 1.5)}

    found = sought(unkind)
    assert (found.outcome, found.candidate, found.answer, found.moves) == ("found", 202, 204, 2)
    assert found.risk == pytest.approx(0.075)
    assert [one.value for one in found.fresh] == [201, 202, 203, 204, 205]
    assert "7.5 %" in goal_text(found)
    assert "The search ended at 202; fresh seeds did not agree" in goal_text(found)


def test_if_fresh_seeds_never_agree_it_cannot_be_told():
    def unkind(settings, seed, number):
        return {WAIT: falling(settings, seed, number)[WAIT] + (0 if seed == 7 else 10)}

    found = sought(unkind, most_moves=3)
    assert (found.outcome, found.answer, found.candidate) == ("can't tell", None, 202)
    assert max(one.value for one in found.fresh) == 206
    assert "Can't tell yet. The search ended at 202" in goal_text(found)


def test_a_value_below_that_holds_with_fresh_seeds_only_is_told():
    def kind(settings, seed, number):
        return {WAIT: falling(settings, seed, number)[WAIT] - (0 if seed == 7 else 1.5)}

    found = sought(kind)
    assert found.answer == 202
    assert found.neighbours[0].is_met
    assert "201 held with fresh seeds as well" in goal_text(found)


def test_a_neighbour_that_contradicts_is_told_with_the_range_that_is_uncertain():
    """More is not always better: one bed more than the least is worse than one less."""

    def dented(settings, seed, number):
        wait = 60 + 199 - float(settings.get("beds", 198)) if settings.get("beds") != "202" else 70
        return {WAIT: wait + sway(number)}

    found = sought(dented, "beds=198..208")
    assert found.answer == 201
    assert Contradiction(201, 202, is_sure=True, is_fresh=False) in found.contradictions
    assert Contradiction(201, 202, is_sure=True, is_fresh=True) in found.contradictions
    assert found.uncertain == (201, 202)
    text = goal_text(found)
    assert "It holds at 201 but surely fails at 202, in the search." in text
    assert "From 201 to 202 the answer is uncertain: more does not always help here." in text


def test_a_hollow_far_from_the_answer_is_seen_if_one_of_the_first_values_falls_into_it():
    def hollow(settings, seed, number):
        beds = float(settings.get("beds", 180))
        return {WAIT: (90 if 215 < beds < 221 else 60 + 200 - beds) + sway(number)}

    found = sought(hollow)
    assert (found.answer, found.uncertain) == (221, (205, 220))
    assert "Whether it is the least is uncertain" in goal_text(found)


def test_where_nothing_holds_the_best_is_told():
    found = sought(lambda settings, seed, number: {WAIT: falling(settings, seed, number)[WAIT] + 100})
    assert (found.outcome, found.answer, found.best.value, found.fresh) == ("none", None, 230, ())
    assert "No value that was tried from 180 to 230 surely meets the goal. The best is 230" in goal_text(found)


def test_where_everything_holds_the_range_begins_too_late():
    found = sought(lambda settings, seed, number: {WAIT: falling(settings, seed, number)[WAIT] - 100})
    assert (found.outcome, found.answer) == ("all", 180)
    assert "begin the range there" in goal_text(found)


def test_a_goal_that_holds_at_the_wrong_end_goes_the_other_way():
    found = sought(seek="most")
    assert (found.outcome, found.answer) == ("the other way", None)
    assert "Ask for the least instead." in goal_text(found)


def test_values_that_are_hard_to_tell_get_more_replications_and_others_do_not():
    """Ups and downs of 5 minutes: 4 replications reach 9.2 minutes to either side; 3 is precise."""
    found = sought(lambda settings, seed, number: falling(settings, seed, number, 5.0))
    runs = {one.value: one.replications for one in found.searched}
    assert runs[180] == runs[230] == 4
    assert runs[found.answer - 1] > 10
    close = next(one for one in found.searched if one.value == found.answer - 1)
    assert close.verdict != "can't tell yet" or close.interval.half_width <= 3
    assert {one.replications for one in found.fresh} == {
        max(runs[value] for value in (found.answer - 1, found.answer, found.answer + 1))
    }


def test_replications_stop_at_the_stated_most():
    found = sought(lambda settings, seed, number: falling(settings, seed, number, 5.0), most_replications=12)
    assert max(one.replications for one in found.searched) == 12


def test_an_interval_that_is_precise_and_holds_the_threshold_stays_untold():
    """Whoever goes on until it is clear finds what is not there: exactly 60 minutes, 1.837 to either side."""
    found = sought()
    assert next((one.replications for one in found.searched if one.value == 201), None) == 4


def test_a_run_whose_books_do_not_balance_gives_no_answer():
    def broken(scenarios):
        return tuple(replace(one, replicates=_breached(one)) for one in run_by(falling)(scenarios))

    def _breached(one):
        return tuple(replace(replicate, breaches=("a bed too many",)) for replicate in one.replicates)

    with pytest.raises(InvalidRunError, match="a bed too many"):
        seek(GoalSeek(lever_of(LEVER), GOAL), variant(), broken)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"confidence": 95.0}, "0.95"),
        ({"most_replications": 1}, "at least 2"),
        ({"most_moves": -1}, "at least 0"),
        ({"precision": 0.0}, "above 0"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong, told):
    with pytest.raises(ScenarioError, match=told):
        GoalSeek(lever_of(LEVER), GOAL, **wrong)


def test_the_record_and_the_table_tell_the_same():
    found = sought()
    record, table = goal_seek_record(found), goal_seek_tables(found)["values"]
    assert (record["answer"], record["change"], record["outcome"]) == (202, "beds=202", "found")
    assert record["goal"] == {
        "kpi": "wait_mean",
        "scope": "",
        "unit": "min",
        "is_least": False,
        "threshold": 60,
        "words": "at most 1 h",
    }
    assert len(table) == len(found.searched) + len(found.fresh)
    (answer,) = table[table["is_answer"] & (table["round"] == "fresh")].to_dict("records")
    assert (answer["value"], answer["mean"], answer["unit"]) == (202, pytest.approx(58), "min")


QUEUE = """\
wardflow: 1
name: Queue
run: {start: 2026-01-05, warm_up: 6 h, length: 3 d, replications: 5, seed: 1}
patients: {walk_in: {arrive: {rate: 10 per hour}, pathway: visit}}
staff: {nurse: {on_duty: 3}}
pathways:
  visit: [treat: {staff: nurse, time: {exponential: {mean: 12 min}}}, leave: discharged]
"""


def test_the_least_number_of_nurses_is_that_of_the_erlang_formula(tmp_path):
    """M/M/c with ten an hour and 12 minutes each: 5.3 minutes of wait with 3 nurses, 1.0 with 4."""
    waits = {nurses: many_servers(10 / 60, 12.0, nurses, ())["Wq"] for nurses in (3, 4)}
    assert waits == {3: pytest.approx(5.33, abs=0.01), 4: pytest.approx(1.04, abs=0.01)}
    (tmp_path / "queue.yaml").write_text(QUEUE, encoding="utf-8")

    def from_file(changes):
        return with_run(load_plan(str(tmp_path / "queue.yaml"), changes).scenario)

    settings = GoalSeek(lever_of("staff.nurse.on_duty=3..5"), goal_of("wait_mean <= 2.5 min"), most_replications=10)
    found = seek(settings, from_file, in_line)
    assert (found.outcome, found.answer) == ("found", 4)
    assert found.neighbours[0].verdict == "missed"
    assert found.answered.interval.low <= waits[4] <= found.answered.interval.high
