"""Compiling: from a scenario to a program."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from sim.demand.draws import draws
from sim.demand.staffing.supply import planned
from sim.engine.program import (
    FIRST,
    INSTRUCTION_COLUMNS,
    NONE,
    PLANNED_BEYOND,
    Instructions,
    Ints,
    Op,
    Program,
    Resuming,
    StepInfo,
)
from sim.engine.tables import policy_tables, resource_tables, staffing_tables
from sim.engine.timing import Timing
from sim.engine.ways import Ways
from sim.scenario.care import Activity, Enter, GiveBack, Hold, Stay
from sim.scenario.pathway import Go, Leave, Mark, OneOf, Option, Repeat, Step, Vacate, WaitUntil
from sim.scenario.patients import Urgency
from sim.scenario.queueing import OUTCOMES, Queueing, StepBase
from sim.scenario.routes import has_loop
from sim.scenario.scenario import Scenario


def compile_scenario(scenario: Scenario) -> Program:
    """Compiles a checked scenario.

    Args:
        scenario: as it comes from `sim.scenario.loading`, so that every name in it is known.

    Returns:
        The program, the same for every replication.
    """
    compiler = _Compiler(scenario)
    for name, steps in sorted(scenario.pathways.items()):
        compiler.pathway(name, steps)
    compiler.starts_of_the_run()
    return compiler.finish()


@dataclass(slots=True)
class _Jump:
    """A target that is known only when all pathways are laid out: a pathway's name, or an instruction."""

    to: str | int


Row = dict[str, int | _Jump]
_ZERO = ("place", "hold", "keep_free", "preempts", "stay", "alone", "mark")


class _Compiler:
    """State while instructions are laid out one after the other."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.resources = {name: number for number, name in enumerate(scenario.resources)}
        self.draws = {draw.name: number for number, draw in enumerate(draws(scenario))}
        self.rows: list[Row] = []
        self.steps: list[StepInfo] = []
        self.starts: dict[str, int] = {}
        self.first_rows: dict[tuple[str, str], int] = {}
        self.ways = Ways(scenario, self.resources, self.draws)
        self.timing = Timing(scenario)
        self.promotions: list[tuple[int, int]] = []
        self.targets: list[_Jump] = []
        self.loops = has_loop(scenario)
        self.again = 0
        self.repeats: list[int] = []
        self.begun: list[int] = []
        self.exits: list[tuple[Row, str, str, str]] = []
        self.misses: list[tuple[_Jump, Activity]] = []
        self.emitters: dict[type, Callable[..., None]] = {
            Activity: self._activity,
            Enter: self._enter,
            Hold: self._hold,
            GiveBack: self._give_back,
            Stay: self._stay,
            WaitUntil: self._wait_until,
            OneOf: self._one_of,
            Repeat: self._repeat,
            Go: self._go,
            Leave: self._leave,
            Mark: self._mark,
            Vacate: self._vacate,
        }

    def pathway(self, name: str, steps: list[Step]) -> None:
        """Lays out a pathway, then the ways out of its queues."""
        self.starts[name] = len(self.rows)
        self.again = int(name in self.loops)
        self._block(name, steps)
        for jump, step in self.misses:
            target = self._exit(name, step.name, str(step.if_missed))
            jump.to = len(self.rows)
            self._jump(self._step(name, step, "mark", f"{step.name}: missed", milestone="missed"), target, mark=1)
        self.misses.clear()
        for row, column, step_name, way_out in self.exits:
            row[column] = self._exit(name, step_name, way_out)
        self.exits.clear()

    def starts_of_the_run(self) -> None:
        """Lays out how those who are there at the start come to their step: first to their bed, if they have one."""
        self.again = 0
        for name, start in sorted(self.scenario.start.items()):
            pathway, step = start.at.split("/", 1)
            self.starts[f"start/{name}"] = len(self.rows)
            self.steps.append(StepInfo(pathway, f"start {name}", "enter" if start.ward else "go"))
            number = len(self.steps) - 1
            if start.ward:
                self._emit(Op.SEIZE, number, place=1, priority=FIRST, **self.ways.of_units({start.ward: 1}))
            self._jump(number, _Jump(self.first_rows[pathway, step]))

    def _block(self, pathway: str, steps: list[Step]) -> None:
        for step in steps:
            self.first_rows[pathway, step.name] = len(self.rows)
            self.emitters[type(step)](pathway, step)

    def _step(self, pathway: str, step: StepBase, does: str = "", name: str = "", **more: str | None) -> int:
        self.steps.append(StepInfo(pathway=pathway, name=name or step.name, does=does or step.verb, **more))
        return len(self.steps) - 1

    def _emit(self, op: Op, step: int, **columns: int | _Jump) -> Row:
        row: Row = dict.fromkeys(INSTRUCTION_COLUMNS, NONE)
        row |= {"op": int(op), "step": step, "next": len(self.rows) + 1, "again": self.again}
        row |= dict.fromkeys(_ZERO, 0)
        row |= {name: 0 for name in INSTRUCTION_COLUMNS if name.endswith(("_from", "_to"))}
        row |= columns
        if op in (Op.SEIZE, Op.DELAY, Op.UNTIL) and self.repeats:
            row |= {"begins_from": len(self.begun), "begins_to": len(self.begun) + len(self.repeats)}
            self.begun.extend(self.repeats)
        self.rows.append(row)
        return row

    def _draw(self, pathway: str, step: StepBase, kind: str) -> int:
        return self.draws[f"{pathway}/{step.name}/{kind}"]

    def _queueing(self, pathway: str, step: Queueing, row: Row) -> None:
        """Adds the rules of a queue to a SEIZE."""
        if isinstance(step.priority, Urgency):
            row["priority_draw"] = self._draw(pathway, step, "priority")
        elif step.priority is not None:
            row["priority"] = step.priority
        row |= {"promotions_from": len(self.promotions), "keep_free": step.keep_free, "preempts": int(step.preempts)}
        self.promotions.extend((promotion.after, promotion.priority) for promotion in step.priority_after)
        row["promotions_to"] = len(self.promotions)
        if step.gives_up_after is not None and step.then:
            row["draw"] = self._draw(pathway, step, "patience")
            self.exits.append((row, "on_give_up", step.name, step.then))
        if step.worsens_after is not None and step.if_worse:
            row["worsen_draw"] = self._draw(pathway, step, "worsening")
            self.exits.append((row, "on_worse", step.name, step.if_worse))
        if step.queue_limit is not None and step.if_queue_full:
            row["queue_limit"] = step.queue_limit
            self.exits.append((row, "on_full", step.name, step.if_queue_full))
        if step.if_none_free:
            self.exits.append((row, "on_refuse", step.name, step.if_none_free))

    def _exit(self, pathway: str, step_name: str, target: str) -> _Jump:
        """Where those go who do not wait: another pathway, or out with an outcome."""
        if target not in OUTCOMES:
            return _Jump(target)
        self.steps.append(StepInfo(pathway, f"{step_name}: {target}", "leave", outcome=target))
        self._emit(Op.LEAVE, len(self.steps) - 1)
        return _Jump(len(self.rows) - 1)

    def _activity(self, pathway: str, step: Activity) -> None:
        number = self._step(pathway, step, meaning=step.counts_as)
        time = {"draw": self._draw(pathway, step, "time"), "profile": self.timing.profile(pathway, step)}
        if step.needs():
            row = self._emit(Op.SEIZE, number, **self.ways.of_activity(step))
            row["resuming"] = int(Resuming[step.interrupted.upper()])
            self._queueing(pathway, step, row)
            if step.must_finish is not None and step.if_no_time:
                planned_time = step.must_finish.planned
                row |= {"finish": step.must_finish.overrun, "planned": NONE if planned_time is None else planned_time}
                self.exits.append((row, "on_late", step.name, step.if_no_time))
            self._emit(Op.DELAY, number, **time)
            self._emit(Op.RELEASE, number)
        else:
            self._emit(Op.DELAY, number, alone=1, **time)
        if step.missed is not None:
            jumps = [_Jump(len(self.rows) + 1), _Jump(NONE)]
            self.misses.append((jumps[1], step))
            self._branch(number, jumps, draw=self._draw(pathway, step, "missed"))

    def _hold(self, pathway: str, step: Hold) -> None:
        number = self._step(pathway, step, meaning=step.counts_as)
        self._queueing(pathway, step, self._emit(Op.SEIZE, number, hold=1, **self.ways.of_units(step.needs())))

    def _give_back(self, pathway: str, step: GiveBack) -> None:
        needs = self.ways.needs_of(dict.fromkeys(sorted(step.resources), 0))
        self._emit(Op.RELEASE, self._step(pathway, step), hold=1, needs_from=needs[0], needs_to=needs[1])

    def _enter(self, pathway: str, step: Enter) -> None:
        row = self._emit(Op.SEIZE, self._step(pathway, step), place=1, **self.ways.of_places(step))
        self._queueing(pathway, step, row)

    def _stay(self, pathway: str, step: Stay) -> None:
        time = {"draw": self._draw(pathway, step, "time"), "profile": self.timing.profile(pathway, step)}
        self._emit(Op.DELAY, self._step(pathway, step), stay=1, alone=1, **time)

    def _wait_until(self, pathway: str, step: WaitUntil) -> None:
        number = self._step(pathway, step, meaning=step.counts_as)
        self._emit(Op.UNTIL, number, calendar=self.timing.calendar(step), alone=1)

    def _one_of(self, pathway: str, step: OneOf) -> None:
        number = self._step(pathway, step)
        which = self._branch(number, [_Jump(len(self.rows) + 1), _Jump(len(self.rows) + 2)]) if step.policy() else None
        row = self._emit(Op.BRANCH, number, draw=self._draw(pathway, step, "choice"))
        closed = None
        if which is not None:
            which["policy"] = sorted(self.scenario.policies).index(str(step.policy()))
            closed = self._emit(Op.BRANCH, number, draw=self._draw(pathway, step, "choice closed"))
        entries, loose = [], []
        for option in step.options:
            entry, ends = self._option(pathway, step, option)
            entries.append(entry)
            loose.extend(ends)
        for jump in loose:
            jump.to = len(self.rows)
        self._lead(row, entries)
        if closed is not None:
            always = [entry for entry, option in zip(entries, step.options, strict=True) if not option.during]
            self._lead(closed, always)

    def _option(self, pathway: str, step: OneOf, option: Option) -> tuple[_Jump, list[_Jump]]:
        """Lays out an option; returns its entry and the jumps that shall lead to where all carry on together."""
        if option.go:
            return _Jump(option.go), []
        if option.leave:
            return self._exit(pathway, step.name, option.leave), []
        entry = _Jump(len(self.rows))
        if not option.steps:
            return entry, [entry]
        self._block(pathway, option.steps)
        if isinstance(option.steps[-1], Go | Leave):
            return entry, []
        jump = _Jump(NONE)
        self._branch(self._step(pathway, step), [jump])
        return entry, [jump]

    def _repeat(self, pathway: str, step: Repeat) -> None:
        """Lays out a round, then the branch that ends the rounds, then the pause before the next."""
        number, outer, first = self._step(pathway, step), self.again, len(self.rows)
        self._branch(number, [_Jump(first + 1)])["since"] = number
        self.repeats, self.again = [*self.repeats, number], 1
        self._block(pathway, step.steps)
        self.repeats = self.repeats[:-1]
        more, over = _Jump(len(self.rows) + 1), _Jump(NONE)
        self._branch(number, [more, over], draw=self._draw(pathway, step, "rounds"))["since"] = number
        if step.every:
            self._emit(Op.DELAY, number, alone=1, since=number, planned=step.every)
        self._jump(number, _Jump(first + 1))
        over.to, self.again = len(self.rows), outer

    def _branch(self, step: int, targets: list[_Jump], *, draw: int = NONE) -> Row:
        row = self._emit(Op.BRANCH, step, draw=draw)
        self._lead(row, targets)
        return row

    def _lead(self, row: Row, targets: list[_Jump]) -> None:
        """Gives a BRANCH its targets."""
        row |= {"targets_from": len(self.targets), "targets_to": len(self.targets) + len(targets)}
        self.targets.extend(targets)

    def _jump(self, step: int, to: _Jump, *, mark: int = 0) -> None:
        self._branch(step, [to])["mark"] = mark

    def _go(self, pathway: str, step: Go) -> None:
        self._jump(self._step(pathway, step), _Jump(step.pathway))

    def _leave(self, pathway: str, step: Leave) -> None:
        self._emit(Op.LEAVE, self._step(pathway, step, outcome=step.outcome))

    def _mark(self, pathway: str, step: Mark) -> None:
        self._jump(self._step(pathway, step, milestone=step.milestone), _Jump(len(self.rows) + 1), mark=1)

    def _vacate(self, pathway: str, step: Vacate) -> None:
        self._emit(Op.RELEASE, self._step(pathway, step), place=1)

    def _number(self, value: int | _Jump) -> int:
        """Instruction number of a target, now that every pathway has its start."""
        if not isinstance(value, _Jump):
            return value
        return self.starts[value.to] if isinstance(value.to, str) else value.to

    def finish(self) -> Program:
        """Resolves all targets and packs the arrays."""
        scenario = self.scenario
        columns = {
            name: np.array([self._number(row[name]) for row in self.rows], np.int64) for name in INSTRUCTION_COLUMNS
        }
        entries = [self.starts[patients.pathway] for _, patients in sorted(scenario.patients.items())]
        entries += [self.starts[f"start/{name}"] for name in sorted(scenario.start)]
        policies, steps = policy_tables(scenario, self.resources, len(self.steps))
        capacity = planned(scenario, beyond=PLANNED_BEYOND)
        return Program(
            instructions=Instructions(**columns),
            entry=_ints(entries),
            promotion_after=_ints(after for after, _ in self.promotions),
            promotion_priority=_ints(priority for _, priority in self.promotions),
            begun_repeat=_ints(self.begun),
            branch_target=_ints(self._number(target) for target in self.targets),
            capacity_time=capacity.time_ms,
            capacity_resource=capacity.resource,
            capacity_units=capacity.units,
            swaps=scenario.run.knots == "swap",
            horizon_ms=scenario.horizon,
            resources=tuple(self.resources),
            steps=(*self.steps, *steps),
            **self.ways.tables(),
            **self.timing.tables(),
            **resource_tables(scenario),
            **staffing_tables(scenario, self.resources),
            **policies,
        )


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), np.int64)
