"""Compiling: from a scenario to a program."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from sim.demand.fates import draws
from sim.engine.program import INSTRUCTION_COLUMNS, NONE, Instructions, Ints, Op, Program, StepInfo
from sim.scenario.calendars import moments
from sim.scenario.pathway import (
    OUTCOMES,
    Activity,
    Enter,
    Go,
    Leave,
    Mark,
    OneOf,
    Option,
    Queueing,
    Stay,
    Step,
    StepBase,
    Vacate,
    WaitUntil,
)
from sim.scenario.resources import Ward
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
    return compiler.finish()


@dataclass(slots=True)
class _Jump:
    """A target that is known only when all pathways are laid out: a pathway's name, or an instruction."""

    to: str | int


class _Compiler:
    """State while instructions are laid out one after the other."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.resources = {name: number for number, name in enumerate(scenario.resources)}
        self.draws = {draw.name: number for number, draw in enumerate(draws(scenario))}
        self.rows: list[dict[str, int | _Jump]] = []
        self.steps: list[StepInfo] = []
        self.starts: dict[str, int] = {}
        self.needs: list[tuple[int, int]] = []
        self.others: list[tuple[int, int, float]] = []
        self.targets: list[_Jump] = []
        self.calendars: dict[str, int] = {}
        self.moments: list[list[int]] = []
        self.loops = has_loop(scenario)
        self.again = 0
        self.exits: list[tuple[dict[str, int | _Jump], str, str, str]] = []
        self.emitters: dict[type, Callable[..., None]] = {
            Activity: self._activity,
            Enter: self._enter,
            Stay: self._stay,
            WaitUntil: self._wait_until,
            OneOf: self._one_of,
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
        for row, column, step_name, target in self.exits:
            row[column] = self._exit(name, step_name, target)
        self.exits.clear()

    def _block(self, pathway: str, steps: list[Step]) -> None:
        for step in steps:
            self.emitters[type(step)](pathway, step)

    def _step(self, pathway: str, step: Step, **more: str | None) -> int:
        self.steps.append(StepInfo(pathway=pathway, name=step.name, does=step.verb, **more))
        return len(self.steps) - 1

    def _emit(self, op: Op, step: int, **columns: int | _Jump) -> dict[str, int | _Jump]:
        row: dict[str, int | _Jump] = dict.fromkeys(INSTRUCTION_COLUMNS, NONE)
        row |= {
            "op": int(op),
            "step": step,
            "next": len(self.rows) + 1,
            "place": 0,
            "stay": 0,
            "alone": 0,
            "mark": 0,
            "again": self.again,
        }
        row |= {name: 0 for name in INSTRUCTION_COLUMNS if name.endswith(("_from", "_to"))}
        row |= columns
        self.rows.append(row)
        return row

    def _draw(self, pathway: str, step: StepBase, kind: str) -> int:
        return self.draws[f"{pathway}/{step.name}/{kind}"]

    def _needs(self, units: dict[str, int]) -> dict[str, int]:
        start = len(self.needs)
        self.needs.extend((self.resources[name], count) for name, count in sorted(units.items()))
        return {"needs_from": start, "needs_to": len(self.needs)}

    def _queueing(self, pathway: str, step: Queueing, row: dict[str, int | _Jump]) -> None:
        """Adds the rules of a queue to a SEIZE."""
        if step.priority is not None:
            row["priority"] = step.priority
        if step.gives_up_after is not None and step.then:
            row["draw"] = self._draw(pathway, step, "patience")
            self.exits.append((row, "on_give_up", step.name, step.then))
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
        units = step.staff | step.equipment
        draw = self._draw(pathway, step, "time")
        if not units:
            self._emit(Op.DELAY, number, draw=draw, alone=1)
            return
        needs = self._needs(units)
        self._queueing(pathway, step, self._emit(Op.SEIZE, number, **needs))
        self._emit(Op.DELAY, number, draw=draw)
        self._emit(Op.RELEASE, number, **needs)

    def _enter(self, pathway: str, step: Enter) -> None:
        number = self._step(pathway, step)
        ward = self.scenario.wards[step.ward]
        start = len(self.others)
        self.others.extend((self.resources[other.use], other.after, other.stay) for other in ward.if_full)
        row = self._emit(Op.SEIZE, number, place=1, **self._needs({step.ward: 1}))
        row |= {"others_from": start, "others_to": len(self.others)}
        self._queueing(pathway, step, row)

    def _stay(self, pathway: str, step: Stay) -> None:
        self._emit(Op.DELAY, self._step(pathway, step), draw=self._draw(pathway, step, "time"), stay=1, alone=1)

    def _wait_until(self, pathway: str, step: WaitUntil) -> None:
        times = self.scenario.calendars[step.calendar] if isinstance(step.calendar, str) else step.calendar
        key = repr(sorted(times.items()))
        if key not in self.calendars:
            self.calendars[key] = len(self.moments)
            self.moments.append(moments(times, self.scenario.calendar, self.scenario.horizon))
        self._emit(Op.UNTIL, self._step(pathway, step), calendar=self.calendars[key], alone=1)

    def _one_of(self, pathway: str, step: OneOf) -> None:
        row = self._emit(Op.BRANCH, self._step(pathway, step), draw=self._draw(pathway, step, "choice"))
        entries, loose = [], []
        for option in step.options:
            entry, ends = self._option(pathway, step, option)
            entries.append(entry)
            loose.extend(ends)
        for jump in loose:
            jump.to = len(self.rows)
        row |= {"targets_from": len(self.targets), "targets_to": len(self.targets) + len(entries)}
        self.targets.extend(entries)

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
        return entry, [self._jump(self._step(pathway, step), NONE)]

    def _jump(self, step: int, to: str | int, *, mark: int = 0) -> _Jump:
        row = self._emit(Op.BRANCH, step, mark=mark)
        row |= {"targets_from": len(self.targets), "targets_to": len(self.targets) + 1}
        jump = _Jump(to)
        self.targets.append(jump)
        return jump

    def _go(self, pathway: str, step: Go) -> None:
        self._jump(self._step(pathway, step), step.pathway)

    def _leave(self, pathway: str, step: Leave) -> None:
        self._emit(Op.LEAVE, self._step(pathway, step, outcome=step.outcome))

    def _mark(self, pathway: str, step: Mark) -> None:
        self._jump(self._step(pathway, step, milestone=step.milestone), len(self.rows) + 1, mark=1)

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
        capacity = sorted(
            (moment, self.resources[name], units)
            for name, resource in scenario.resources.items()
            for moment, units in resource.units_over_time(scenario.calendar, scenario.horizon)
        )
        ends = np.cumsum([len(times) for times in self.moments], dtype=np.int64)
        wards = [scenario.wards.get(name) for name in self.resources]
        return Program(
            instructions=Instructions(**columns),
            entry=_ints(self.starts[patients.pathway] for _, patients in sorted(scenario.patients.items())),
            need_resource=_ints(resource for resource, _ in self.needs),
            need_quantity=_ints(quantity for _, quantity in self.needs),
            other_resource=_ints(resource for resource, _, _ in self.others),
            other_after=_ints(after for _, after, _ in self.others),
            other_stay=np.array([stay for _, _, stay in self.others], np.float64),
            branch_target=_ints(self._number(target) for target in self.targets),
            capacity_time=_ints(moment for moment, _, _ in capacity),
            capacity_resource=_ints(resource for _, resource, _ in capacity),
            capacity_units=_ints(units for _, _, units in capacity),
            turnaround=_ints(ward.turnaround if ward else 0 for ward in wards),
            is_place=_ints(int(isinstance(ward, Ward)) for ward in wards),
            strict=_ints(int(resource.strict) for resource in scenario.resources.values()),
            calendar_from=np.concatenate([[0], ends[:-1]]).astype(np.int64) if self.moments else _ints(()),
            calendar_to=ends,
            calendar_moment=_ints(moment for times in self.moments for moment in times),
            horizon_ms=scenario.horizon,
            resources=tuple(self.resources),
            steps=tuple(self.steps),
        )


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), np.int64)
