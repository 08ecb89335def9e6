"""Searching: `wardflow search`, commands that try many plans to find the least, the cheapest, the safest, the best."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import click

from sim.cli.group import wardflow
from sim.cli.request import (
    Request,
    json_option,
    out_option,
    prepare,
    run_of,
    set_option,
    study_options,
    tell,
    variant_of,
)

lever_option = click.option(
    "--lever",
    "levers",
    multiple=True,
    metavar="NAMES=VALUES",
    help='What may be set: "wards.medical.beds=180..230 step 5"; with "cost 350 per day" behind it if you like.',
)
goal_option = click.option("--goal", required=True, metavar="GOAL", help='Such as "ed_within_4h >= 78 %".')
plan_option = click.option(
    "--plan", "plans", multiple=True, metavar="NAME: CHANGES", help='Such as "beds: wards.amu.beds=+8; wards.x.beds=4".'
)
confidence_option = click.option("--confidence", type=float, default=0.95, show_default=True, help="Of each interval.")
RUNS: Final = (
    *("base", "changes", "replications", "seed", "workers", "executor", "scheduler", "use_store", "as_json", "out"),
)
"""Options of a search that say how it is run."""


def search_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds what all searches share, behind their own options."""
    for option in reversed((set_option, confidence_option, study_options, json_option, out_option)):
        command = option(command)
    return command


@wardflow.group()
def search() -> None:
    """Try many plans for BASE: the least that holds, the cheapest, the safest, the best."""


@search.command()
@click.argument("base")
@lever_option
@goal_option
@click.option("--most", "is_most", is_flag=True, help="Seek the most that holds, where less helps.")
@click.option("--precision", metavar="AMOUNT", help="Half-width that is precise, such as 1 %; else as the passport.")
@click.option("--most-replications", type=int, default=100, show_default=True, help="Of a value that is hard to tell.")
@click.option("--moves", type=int, default=6, show_default=True, help="Steps to go on if fresh seeds disagree.")
@search_options
def goal(**given: Any) -> None:
    """Seek the least (or most) of one lever with which a goal holds: "how many beds are enough?"."""
    from sim.report.searching.goal_seek_text import goal_seek_record, goal_seek_tables, goal_text
    from sim.study.goals import goal_of
    from sim.study.searching.goal_seek import GoalSeek, seek
    from sim.study.searching.lever import lever_of
    from sim.study.searching.wanted import amount_of

    if len(given["levers"]) != 1:
        raise click.UsageError('one thing is sought: give one --lever, such as "wards.medical.beds=180..230"')
    target = goal_of(given["goal"])
    settings = GoalSeek(
        lever=lever_of(given["levers"][0]),
        goal=target,
        seek="most" if given["is_most"] else "least",
        confidence=given["confidence"],
        precision=amount_of(given["precision"], target.kpi, "--precision") if given["precision"] else None,
        most_replications=given["most_replications"],
        most_moves=given["moves"],
    )
    request = _request(given)
    with run_of(request, "the search") as run:
        found = seek(settings, variant_of(request), run)
    tell(request, goal_text(found), goal_seek_record(found), goal_seek_tables(found))


@search.command()
@click.argument("base")
@lever_option
@goal_option
@click.option("--budget", metavar="POUNDS", help='Such as "480000 per day", or "+5000 per day" on top of as it is.')
@click.option("--costs", type=click.Choice(["auto", "figure", "levers"]), default="auto", help="Where costs come from.")
@click.option("--few", type=int, default=5, show_default=True, help="Runs of every plan, before some are out.")
@click.option("--finalists", type=int, default=3, show_default=True, help="Plans that are run with fresh seeds.")
@search_options
def grid(**given: Any) -> None:
    """Find the cheapest plan that levers make and that meets a goal, and the front of cost against goal."""
    from sim.report.searching.grid_text import grid_record, grid_tables, grid_text
    from sim.study.goals import goal_of
    from sim.study.searching.budget import budget_of
    from sim.study.searching.grid import GridSearch, search_grid
    from sim.study.searching.lever import lever_of

    settings = GridSearch(
        levers=tuple(map(lever_of, given["levers"])),
        goal=goal_of(given["goal"]),
        budget=budget_of(given["budget"]) if given["budget"] else None,
        few=given["few"],
        finalists=given["finalists"],
        costs=given["costs"],
        confidence=given["confidence"],
    )
    request = _request(given)
    with run_of(request, "the search") as run:
        found = search_grid(settings, variant_of(request), run)
    tell(request, grid_text(found), grid_record(found), grid_tables(found))


@search.command()
@click.argument("base")
@plan_option
@lever_option
@click.option(
    "--future", "futures", multiple=True, metavar="NAME: CHANGES", help='Such as "busy: patients.x.arrive.rate=x 1.1".'
)
@goal_option
@search_options
def robust(**given: Any) -> None:
    """Choose the plan that is never far from the best, whatever the future; BASE as it is is one of the plans."""
    from sim.report.searching.robust_text import robust_record, robust_tables, robust_text
    from sim.study.goals import goal_of
    from sim.study.searching.plans import plan_of
    from sim.study.searching.robust import RobustChoice, choose_robust

    settings = RobustChoice(
        plans=_plans(given),
        futures=tuple(plan_of(text, "--future") for text in given["futures"]),
        goal=goal_of(given["goal"]),
        confidence=given["confidence"],
    )
    request = _request(given)
    with run_of(request, "the search") as run:
        found = choose_robust(settings, variant_of(request), run)
    tell(request, robust_text(found), robust_record(found), robust_tables(found))


@search.command()
@click.argument("base")
@plan_option
@lever_option
@click.option("--figure", required=True, metavar="FIGURE", help='Such as "ed_within_4h" or "wait_mean of class:x".')
@click.option("--indifference", required=True, metavar="AMOUNT", help="Difference that does not matter, such as 1 %.")
@click.option("--most-replications", type=int, default=200, show_default=True, help="Of one plan.")
@click.option("--budget", type=int, metavar="RUNS", help="So many runs of all plans together, where they help most.")
@search_options
def best(**given: Any) -> None:
    """Choose the best of some plans, to within a difference that does not matter; BASE as it is is one of them."""
    from sim.report.searching.best_text import best_record, best_tables, best_text
    from sim.study.searching.best import BestOf, choose_best
    from sim.study.searching.wanted import amount_of, wanted_of

    wanted = wanted_of(given["figure"])
    settings = BestOf(
        plans=_plans(given),
        wanted=wanted,
        zone=amount_of(given["indifference"], wanted.key[0], "--indifference"),
        most_replications=given["most_replications"],
        budget=given["budget"],
        confidence=given["confidence"],
    )
    request = _request(given)
    with run_of(request, "the search") as run:
        found = choose_best(settings, variant_of(request), run)
    tell(request, best_text(found), best_record(found), best_tables(found))


def _plans(given: Mapping[str, Any]) -> tuple[Any, ...]:
    """The base as it is, plans that were named, and plans that levers make."""
    from sim.study.searching.lever import lever_of
    from sim.study.searching.plans import AS_IT_IS, MOST_MADE, Plan, plan_of, plans_of

    levers = [lever_of(text) for text in given["levers"]]
    made = plans_of(levers, MOST_MADE) if levers else ()
    return (Plan(AS_IT_IS), *(plan_of(text) for text in given["plans"]), *made)


def _request(given: Mapping[str, Any]) -> Request:
    """What is asked of the runs; the folder for tables is tried before any time is spent."""
    request = Request(**{name: given[name] for name in RUNS})
    prepare(request)
    return request
