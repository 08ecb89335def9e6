"""Book: the tables of a program, read entry by entry."""

import bisect
from dataclasses import dataclass
from types import SimpleNamespace

from sim.engine.program import INSTRUCTION_COLUMNS, NONE, Kind, Op, Program


@dataclass(frozen=True)
class Way:
    """One way in which a SEIZE can be served."""

    needs: tuple[tuple[int, int], ...]
    """Resources and units."""
    after: int
    factor: float
    accepts: int
    returns: bool


class Book:
    """What a program says, as plain numbers and lists."""

    def __init__(self, program: Program) -> None:
        self.program = program
        columns = {name: getattr(program.instructions, name).tolist() for name in INSTRUCTION_COLUMNS}
        count = len(columns["op"])
        self.rows = [SimpleNamespace(**{name: column[at] for name, column in columns.items()}) for at in range(count)]
        for row in self.rows:
            row.ways = [self._way(number) for number in range(row.ways_from, row.ways_to)] if row.op == Op.SEIZE else []
        self.repeats = self._repeats()

    def _way(self, number: int) -> Way:
        program = self.program
        span = slice(program.way_needs_from[number], program.way_needs_to[number])
        needs = zip(program.need_resource[span].tolist(), program.need_quantity[span].tolist(), strict=True)
        return Way(
            needs=tuple(needs),
            after=int(program.way_after[number]),
            factor=float(program.way_factor[number]),
            accepts=int(program.way_accepts[number]),
            returns=program.way_returns[number] == 1,
        )

    def _repeats(self) -> list[tuple[int, int, int]]:
        """Every repeat: its first instruction, its last, and its step."""
        found = []
        for at, row in enumerate(self.rows):
            if row.op == Op.BRANCH and NONE not in (row.since, row.draw):
                back = next(
                    number
                    for number in range(at + 1, len(self.rows))
                    if self.rows[number].step == row.step and self.rows[number].op == Op.BRANCH
                )
                found.append((self.targets(back)[0], back, row.step))
        return found

    def targets(self, at: int) -> list[int]:
        """Where a BRANCH may lead."""
        row = self.rows[at]
        return self.program.branch_target[row.targets_from : row.targets_to].tolist()

    def first_needed(self, at: int) -> int:
        """The resource on which a request is logged."""
        return self.rows[at].ways[0].needs[0][0]

    def wanted(self, at: int) -> list[int]:
        """The resources that a request asks for in the first place."""
        return [resource for resource, _ in self.rows[at].ways[0].needs]

    def given_back(self, at: int) -> list[int]:
        """The resources that a RELEASE names."""
        row = self.rows[at]
        return self.program.need_resource[row.needs_from : row.needs_to].tolist()

    def promotions(self, at: int) -> list[tuple[int, int]]:
        """Waits, and the priorities from then on."""
        row, program = self.rows[at], self.program
        span = slice(row.promotions_from, row.promotions_to)
        columns = program.promotion_after[span].tolist(), program.promotion_priority[span].tolist()
        return list(zip(*columns, strict=True))

    def pace(self, profile: int, now: int) -> float:
        """The factor on times that is in force now."""
        if profile == NONE:
            return 1.0
        start, end = int(self.program.profile_from[profile]), int(self.program.profile_to[profile])
        number = bisect.bisect_right(self.program.profile_moment[start:end].tolist(), now) - 1
        return float(self.program.profile_factor[start + number])

    def next_moment(self, calendar: int, now: int) -> int:
        """The next moment of a calendar."""
        span = slice(self.program.calendar_from[calendar], self.program.calendar_to[calendar])
        return min(moment for moment in self.program.calendar_moment[span].tolist() if moment >= now)

    def next_closing(self, at: int, now: int) -> int | None:
        """The next moment at which there is less, by plan, of something that a step uses."""
        program, found = self.program, []
        for resource in self.wanted(at):
            if program.kind[resource] != Kind.UNITS:
                continue
            own = program.capacity_resource == resource
            moments, units = program.capacity_time[own].tolist(), program.capacity_units[own].tolist()
            fewer = [moment for moment, was, new in zip(moments[1:], units, units[1:], strict=False) if new < was]
            found += [moment for moment in fewer if moment > now]
        return min(found, default=None)
