"""A portrait: what a thing of a scenario is, in a few words, for when it is new or gone."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sim.scenario.queueing import VERBS
from sim.scenario.telling.difference import step_body, steps_by_name
from sim.scenario.telling.names import Names, moment_word
from sim.scenario.telling.subjects import step_called
from sim.scenario.telling.words import (
    counted,
    date_word,
    hours_word,
    listed,
    number_word,
    quantity_word,
    share_word,
    spaced,
    times_word,
)

_Body = Mapping[str, Any]
UNTOLD: Final = ("label", "name", "strict")
"""Fields that say nothing about what a thing is."""
_BOUNDS: Final = ("at_least", "at_most")
PLACES: Final = {"chairs": "chair", "ed": "place", "same_day": "place", "virtual": "place"}
"""What a place is called by the kind of its ward; a bed if not given here."""


def portrait(section: str, name: str, body: Any, names: Names) -> str:
    """Returns what a member of a section is, to stand behind its name.

    >>> portrait("wards", "lounge", {"beds": 12, "kind": "chairs"}, Names({}))
    'with 12 chairs'
    """
    if not isinstance(body, dict):
        return "" if section == "pathways" and not body else _plain(section, name, body, names)
    painter = _PAINTERS.get(section)
    if painter is None:
        return names.said((section, name), body)
    told, fields = painter(body, names)
    rest = {key: value for key, value in body.items() if key not in (*fields, *UNTOLD)}
    more = [f"{spaced(key)} {names.said((section, name, key), value)}" for key, value in rest.items()]
    return ", ".join(filter(None, [told, *more]))


def place_of(ward: Any) -> str:
    """Returns what a place of a ward is called: bed, chair or place."""
    kind = ward.get("kind") if isinstance(ward, dict) else None
    return PLACES.get(str(kind), "bed")


def session_word(session: Any, what: str = "patients", verb: str = "are booked") -> str:
    """Returns what a session offers, and when.

    >>> session_word({"days": "sat", "at": "08:00", "patients": 6, "apart": "20 min", "attend": "96 %"})
    '6 are booked every Saturday from 08:00, 20 minutes apart, and 96 % of them come'
    """
    if not isinstance(session, dict):
        return str(session)
    many = session.get(what, 1)
    days = {key: session[key] for key in ("days", "except", "only") if key in session}
    span = {key: session[key] for key in ("since", "until") if key in session}
    start = f"{'from' if many != 1 else 'at'} {session.get('at', 'any time')}"
    verb = verb.replace("are", "is") if many == 1 else verb
    when = hours_word(days, whole_day=False) or "every day"
    said = " ".join(filter(None, [number_word(many), verb, when, start, hours_word(span, whole_day=False)]))
    if session.get("apart") and many != 1:
        said += f", {quantity_word(str(session['apart']))} apart"
    if "attend" in session:
        said += f", and {share_word(session['attend'])} of them come"
    return said + (f", if at least {session['at_least']} wait" if session.get("at_least") else "")


def step_portrait(name: str, step: Any, names: Names) -> str:
    """Returns what a step is.

    >>> step_portrait("greet", {"greet": {"staff": "porter", "time": "5 min"}}, Names({}))
    'staff porter, time 5 minutes'
    """
    if isinstance(step, str):
        return ""
    verb = next(iter(step), "") if isinstance(step, dict) else ""
    body = step_body(step)
    options = body.get("options") if isinstance(body, dict) else body
    if verb == "one of" and isinstance(options, list):
        return "; ".join(option_word(option, names) for option in options)
    if verb == "repeat" and isinstance(body, dict) and isinstance(body.get("steps"), list):
        times = names.said(("pathways", "", name, "times"), body.get("times"))
        gap = f" every {quantity_word(str(body['every']))}" if body.get("every") else ""
        return f"{times} times{gap} {steps_word(body['steps'], names)}"
    if not isinstance(body, dict):
        return "" if name.startswith(f"{verb} ") else names.said(("pathways", "", verb), body)
    fields = {key: value for key, value in body.items() if key != "name" and not (verb == "enter" and key == "ward")}
    return names.said(("pathways", "", name), fields) if fields else ""


def steps_word(steps: Any, names: Names) -> str:
    """Returns steps by their names.

    >>> steps_word([{"enter": "lounge"}, {"leave": "discharged"}], Names({("wards", "lounge"): "Lounge"}))
    'enter Lounge, then leave (discharged)'
    """
    if not isinstance(steps, list):
        return str(steps)
    said = []
    for name, step in steps_by_name(steps).items():
        body = step_body(step)
        verb = next(iter(step), "") if isinstance(step, dict) else ""
        detail = f" ({spaced(body)})" if verb == "leave" else f" {names.resource(str(body))}" if verb == "go" else ""
        said.append(step_called(name, names) + detail)
    return ", then ".join(said)


def option_word(option: Any, names: Names) -> str:
    """Returns who takes an option of a branch, and what they do.

    >>> option_word({"share": "20 %", "go": "at_home"}, Names({}))
    '20 % go on with at home'
    """
    if not isinstance(option, dict):
        return str(option)
    share = option.get("share")
    who = names.said(("pathways", "", "share"), share if not isinstance(share, float) else share_word(share))
    if share is None:
        who = f"those with {names.said(('pathways', '', 'when'), option.get('when'))}"
        who = "all others" if option.get("when") == "otherwise" else who
    during = f" while {names.thing('policies', str(option['while']))} is active" if option.get("while") else ""
    return f"{who} {way_word(option, names)}{during}"


def way_word(option: _Body, names: Names) -> str:
    """Returns what those do who take an option.

    >>> way_word({"steps": [{"x-ray": {"time": "15 min"}}, {"stay": "1 h"}]}, Names({}))
    'have x-ray, then stay'
    """
    if option.get("go"):
        return f"go on with {spaced(option['go'])}"
    if option.get("leave"):
        return f"leave ({spaced(option['leave'])})"
    steps = option.get("steps")
    done = isinstance(steps, list) and bool(steps) and isinstance(steps[0], dict) and not set(steps[0]) & set(VERBS)
    return f"{'have ' if done else ''}{steps_word(steps, names)}" if steps else "carry on"


def _plain(section: str, name: str, body: Any, names: Names) -> str:
    if section == "pathways":
        return steps_word(body, names)
    if section == "dates" and isinstance(body, list):
        return listed(_span(one) for one in body)
    return names.said((section, name), body)


def _span(found: Any) -> str:
    if isinstance(found, dict):
        return hours_word(found, whole_day=False)
    return date_word(str(found))


_Told = tuple[str, tuple[str, ...]]
"""What is told, and the fields that it is about."""


def _ward(body: _Body, names: Names) -> _Told:
    thing = place_of(body)
    told = [f"with {counted(body.get('beds', 0), thing)}"]
    if isinstance(body.get("also"), dict):
        told += [f"{opening_word(one, thing)} ({spaced(name)})" for name, one in body["also"].items()]
    return listed(told), ("beds", "kind", "also")


def opening_word(opening: Any, thing: str, where: str = "") -> str:
    """Returns what an opening or closure of beds is.

    >>> opening_word({"beds": -6, "since": "2026-02-02", "until": "2026-02-08"}, "bed", "in Surgical wards")
    '6 fewer beds in Surgical wards from 2 to 8 February 2026'
    """
    if not isinstance(opening, dict) or not isinstance(opening.get("beds"), int):
        return str(opening)
    return " ".join(filter(None, [more_word(opening["beds"], thing), where, hours_word(opening, whole_day=False)]))


def more_word(change: int, thing: str) -> str:
    """Returns how many more or fewer there are.

    >>> more_word(12, "bed"), more_word(-1, "chair")
    ('12 more beds', '1 fewer chair')
    """
    return counted(abs(change), f"{'more' if change > 0 else 'fewer'} {thing}")


def shift_word(shift: Any) -> str:
    """Returns how many are on duty, and when.

    >>> shift_word({"from": "16:00", "to": "00:00", "on_duty": 1})
    '1 from 16:00 to 00:00 every day'
    """
    return f"{number_word(shift.get('on_duty', 0))} {hours_word(shift)}" if isinstance(shift, dict) else str(shift)


def _staff(body: _Body, names: Names) -> _Told:
    fields = ("on_duty", "units", "roster")
    if isinstance(body.get("roster"), dict):
        return f"with {listed(shift_word(one) for one in body['roster'].values())}", fields
    many = body.get("on_duty", body.get("units", 0))
    return f"with {number_word(many)} at all times", fields


def _slots(body: _Body, names: Names) -> _Told:
    told = [f"with {number_word(body['per_week'])} a week"] if "per_week" in body else []
    sessions = body.get("sessions")
    told += [
        f"with {session_word(one, 'slots', '')}" for one in (sessions.values() if isinstance(sessions, dict) else ())
    ]
    return listed(told) if told else "", ("per_week", "sessions")


def _supply(body: _Body, names: Names) -> _Told:
    told = f"with {number_word(body.get('stock', 0))} in stock"
    if "reorder_at" in body:
        told += f", of which {number_word(body.get('order', 0))} are ordered when {body['reorder_at']} are left"
    return told, ("stock", "reorder_at", "order")


def _patients(body: _Body, names: Names) -> _Told:
    arrive = body.get("arrive")
    told = arrivals_word(arrive) if isinstance(arrive, dict) else ""
    way = f"on the pathway {spaced(body['pathway'])}" if body.get("pathway") else ""
    return ", ".join(filter(None, [told, way])), ("arrive", "pathway", "attributes")


def arrivals_word(arrive: _Body) -> str:
    """Returns how many patients come, and when.

    >>> arrivals_word({"rate": "12 per day"})
    'of whom 12 per day come'
    """
    if "rate" in arrive:
        return f"of whom {quantity_word(str(arrive['rate']))} come"
    sessions, batches = arrive.get("scheduled"), arrive.get("batches")
    if isinstance(sessions, dict):
        return f"of whom {listed(map(session_word, sessions.values()))}"
    if isinstance(batches, dict):
        return f"of whom {listed(map(batch_word, batches.values()))}"
    return "who come as recorded" if "recorded" in arrive else "who come at irregular gaps"


def batch_word(batch: Any) -> str:
    """Returns how many patients come at once.

    >>> batch_word({"at": {"date": "2026-01-15", "time": "14:00"}, "patients": 80, "over": "2 h"})
    '80 come on 15 January 2026 at 14:00 over 2 hours'
    """
    if not isinstance(batch, dict):
        return str(batch)
    over = f" over {quantity_word(str(batch['over']))}" if batch.get("over") else ""
    return f"{number_word(batch.get('patients', 0))} come on {moment_word(batch.get('at'))}{over}"


def _policy(body: _Body, names: Names) -> _Told:
    actions = body.get("do")
    told = actions_word(actions, names) if isinstance(actions, dict) else "that branches of pathways ask about"
    told += f" {quantity_word(str(body['after']))} after" if body.get("after") else " when"
    told += f" {_watched(body, names)}"
    told += f" and stays there for {quantity_word(str(body['for']))}" if body.get("for") else ""
    told += f", until it falls to {names.said(('policies', '', 'below'), body['below'])}" if "below" in body else ""
    return told, ("watch", "above", "below", "for", "after", "do")


def actions_word(actions: _Body, names: Names) -> str:
    """Returns what a policy does.

    >>> actions_word({"open_beds": {"medical": 12}}, Names({("wards", "medical"): "Medical wards"}))
    'that opens 12 beds in Medical wards'
    """
    told = []
    for ward, beds in _mapping(actions, "open_beds").items():
        told.append(f"opens {counted(beds, 'bed')} in {names.thing('wards', ward)}")
    for group, people in _mapping(actions, "call_in").items():
        told.append(f"calls in {number_word(people)} more of {names.resource(group)}")
    early = _mapping(actions, "early_discharge")
    if early:
        most = f"up to {early['most']} " if "most" in early else ""
        wards = names.said(("policies", "", "do", "wards"), early.get("wards"))
        told.append(
            f"sends {most}patients of {wards} home who would go within {quantity_word(str(early.get('within')))}"
        )
    return f"that {listed(told)}" if told else "that does nothing by itself"


def _watched(body: _Body, names: Names) -> str:
    watch = body.get("watch")
    level = names.said(("policies", "", "above"), body.get("above"))
    if not isinstance(watch, dict) or len(watch) != 1:
        return f"it reaches {level}"
    ((fact, of),) = watch.items()
    things = names.said(("policies", "", fact), of)
    said: dict[str, str] = {
        "occupancy": f"occupancy of {things} reaches {level}",
        "waiting_for": f"the number who wait for {things} reaches {level}",
        "longest_wait_for": f"the longest wait for {things} reaches {level}",
        "boarders": f"the number in {things} who wait for another ward reaches {level}",
        "inside": f"the number in {things} reaches {level}",
    }
    return said.get(str(fact), f"{spaced(fact)} {things} reaches {level}")


def _event(body: _Body, names: Names) -> _Told:
    lasts = f" for {quantity_word(str(body['lasts']))}" if body.get("lasts") else ""
    return f"on {moment_word(body.get('at'))}{lasts}", ("at", "lasts")


def _start(body: _Body, names: Names) -> _Told:
    who = names.thing("patients", str(body.get("of")))
    where = f" at {spaced(body['at'])}" if body.get("at") else ""
    told = f"{number_word(body.get('patients', 0))} of {who}{where}"
    if "fill" in body:
        told = (
            f"{share_word(body['fill'])} of the beds of {names.thing('wards', str(body.get('ward')))} with {who}{where}"
        )
    return told, ("of", "at", "ward", "fill", "patients")


def _calendar(body: _Body, names: Names) -> _Told:
    return ", ".join(times_word(day, times) for day, times in body.items()), tuple(body)


def _target(body: _Body, names: Names) -> _Told:
    bounds = [f"{spaced(one)} {names.said(('targets', '', one), body[one])}" for one in _BOUNDS if one in body]
    return f"{spaced(body.get('kpi'))} {listed(bounds)}", ("kpi", *_BOUNDS, "since")


_PAINTERS: Final[dict[str, Callable[[_Body, Names], _Told]]] = {
    "wards": _ward,
    "staff": _staff,
    "equipment": _staff,
    "slots": _slots,
    "supplies": _supply,
    "patients": _patients,
    "policies": _policy,
    "events": _event,
    "start": _start,
    "calendars": _calendar,
    "targets": _target,
}


def _mapping(body: _Body, field: str) -> dict[str, Any]:
    found = body.get(field)
    return found if isinstance(found, dict) else {}
