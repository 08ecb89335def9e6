"""Timeless: ways round that patients can go for ever without any time passing."""

from sim.scenario.care import Activity, Stay
from sim.scenario.checking.findings import Findings
from sim.scenario.distributions import always_zero
from sim.scenario.pathway import Go, Leave, OneOf, Repeat, Step, WaitUntil
from sim.scenario.problems import quoted
from sim.scenario.queueing import Queueing
from sim.scenario.routes import AT_ONCE, has_loop, turned_away


def check_time_passes(found: Findings) -> None:
    """Notes pathways that patients can come to again, and rounds that they repeat, in the same instant."""
    scenario = found.scenario
    for _, where, step in found.steps():
        if isinstance(step, Repeat) and max(step.times) > 1 and step.every is None and at_once(step.steps)[1]:
            message = f"the rounds of {quoted(step.name)} take no time, so that they are all over at once"
            found.error(where, "no-time", message, "give a step of it a time, or add every: 1 week", key=True)
    loops = sorted(has_loop(scenario))
    onward = {name: at_once(scenario.pathways[name])[0] & set(loops) for name in loops}
    for name in loops:
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            new = onward[waiting.pop()] - seen
            seen |= new
            waiting.extend(new)
        if name in seen:
            message = f"patients can go round {name} without any time passing"
            found.error(("pathways", name), "no-time", message, "give a step on the way a time", key=True)
            return


def at_once(steps: list[Step]) -> tuple[set[str], bool]:
    """Tells where patients can come to by some steps before any time has passed.

    Waiting for somebody or for a bed is no time: it may be free.

    Args:
        steps: steps in order.

    Returns:
        Outcomes and pathways to which they can come, and whether they can come out behind the steps.
    """
    targets: set[str] = set()
    for step in steps:
        targets |= _turned_away_at_once(step)
        if isinstance(step, Go | Leave):
            targets.add(step.pathway if isinstance(step, Go) else step.outcome)
            return targets, False
        inner, behind = _behind(step)
        targets |= inner
        if not behind:
            return targets, False
    return targets, True


def _behind(step: Step) -> tuple[set[str], bool]:
    """Where a step leads to at once, and whether patients can be behind it at once."""
    if isinstance(step, Activity):
        return set(), always_zero(step.time) and not (step.slots or step.uses)
    if isinstance(step, Stay):
        return set(), always_zero(step.time)
    if isinstance(step, Repeat):
        targets, behind = at_once(step.steps)
        return targets, behind and (step.every is None or min(step.times) == 1)
    if isinstance(step, OneOf):
        ways = [({option.go}, False) if option.go else at_once(option.steps or []) for option in step.options]
        ways = [way for way, option in zip(ways, step.options, strict=True) if not option.leave]
        return set().union(*(targets for targets, _ in ways)), any(behind for _, behind in ways)
    return set(), not isinstance(step, WaitUntil)


def _turned_away_at_once(step: Step) -> set[str]:
    """Where those go who are not served and need not wait."""
    fields = [*AT_ONCE]
    if isinstance(step, Queueing):
        laws = {"then": step.gives_up_after, "if_worse": step.worsens_after}
        fields += [name for name, law in laws.items() if law is not None and always_zero(law)]
    if isinstance(step, Activity) and always_zero(step.time):
        fields.append("if_missed")
    return set(turned_away(step, fields).values())
