"""The desk runs one job at a time, first come first served, and gives everybody their own result."""

import threading

import pytest

from sim.study.experiment import StoppedError, run_stored, with_run
from sim.ui.bases import first_base
from sim.ui.jobs import MOST_WAITING, NOBODY, Desk, DeskFullError

PATIENCE = 30  # seconds


def scenario(seed=1, replications=2):
    return with_run(first_base().loaded.scenario, seed=seed, replications=replications)


class Gate:
    """Runs nothing until it is opened, and then only if nobody said stop."""

    def __init__(self):
        self.opened, self.reached = threading.Event(), threading.Event()
        self.begun = []

    def __call__(self, scenario, store, *, progress=None, stop=None):
        self.begun.append(scenario.run.seed)
        self.reached.set()
        while not self.opened.wait(0.005):
            if stop():
                raise StoppedError("stopped")
        return run_stored(scenario, store, workers=1, progress=progress, stop=stop)


def test_a_result_is_the_same_as_without_the_desk():
    desk = Desk(None)
    look = desk.wait(desk.ask(scenario(), "Ann"), PATIENCE)
    assert look.state == "done"
    assert look.experiment.digest == run_stored(scenario(), None).digest
    assert (look.finished, look.of) == (2, 2)


def test_people_are_served_in_the_order_in_which_they_came_and_see_their_place():
    gate = Gate()
    desk = Desk(None, gate)
    requests = [desk.ask(scenario(seed), f"person {seed}") for seed in (1, 2, 3)]
    assert gate.reached.wait(PATIENCE)
    assert [desk.look(one).ahead for one in requests] == [0, 1, 2]
    gate.opened.set()
    assert desk.wait(requests[2], PATIENCE).state == "done"
    assert gate.begun == [1, 2, 3]


def test_two_people_who_ask_for_the_same_share_one_job():
    gate = Gate()
    desk = Desk(None, gate)
    request = desk.ask(scenario(), "Ann")
    assert desk.ask(scenario(), "Ben") == request
    assert not desk.stop(request, "Ann")  # Ben still waits for it
    gate.opened.set()
    assert desk.wait(request, PATIENCE).state == "done"
    assert gate.begun == [1]


def test_nobody_can_stop_what_somebody_else_waits_for_but_the_last_one_can():
    gate = Gate()
    desk = Desk(None, gate)
    request = desk.ask(scenario(), "Ann")
    desk.ask(scenario(), "Ben")
    desk.stop(request, "Ann")
    assert desk.stop(request, "Ben")
    assert desk.wait(request, PATIENCE).state == "stopped"


def test_what_the_server_asks_for_at_its_start_belongs_to_who_comes_first():
    gate = Gate()
    desk = Desk(None, gate)
    request = desk.ask(scenario(), NOBODY)
    desk.ask(scenario(), "Ann")
    assert desk.stop(request, "Ann")


def test_a_stopped_job_can_be_asked_for_again():
    gate = Gate()
    desk = Desk(None, gate)
    request = desk.ask(scenario(), "Ann")
    desk.stop(request, "Ann")
    desk.wait(request, PATIENCE)
    gate.opened.set()
    assert desk.wait(desk.ask(scenario(), "Ann"), PATIENCE).state == "done"


def test_a_failure_is_told_and_the_desk_goes_on():
    def runner(scenario, store, *, progress=None, stop=None):
        if scenario.run.seed == 1:
            raise RuntimeError("the machine has too little memory")
        return run_stored(scenario, store)

    desk = Desk(None, runner)
    failed, fine = desk.ask(scenario(1), "Ann"), desk.ask(scenario(2), "Ann")
    assert desk.wait(failed, PATIENCE).trouble == "the machine has too little memory"
    assert desk.wait(fine, PATIENCE).state == "done"


def test_a_full_desk_tells_people_to_come_back():
    gate = Gate()
    desk = Desk(None, gate)
    for seed in range(MOST_WAITING + 1):
        desk.ask(scenario(seed), "Ann")
        assert gate.reached.wait(PATIENCE)
    with pytest.raises(DeskFullError, match="try again"):
        desk.ask(scenario(999), "Ben")
