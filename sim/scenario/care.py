"""Care: the steps at which something is taken, done or given back."""

from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import BeforeValidator, model_validator

from sim.scenario.distributions import Time
from sim.scenario.misread import no_body
from sim.scenario.quantities import Cost, Declared, Duration, Factor, Name, PositiveCount
from sim.scenario.queueing import BARE, VERBS, Meaning, Queueing, StepBase, check_pair
from sim.scenario.refusing import complain, refuse
from sim.scenario.resources import Alternative
from sim.scenario.rhythms import NameOrRhythm
from sim.scenario.varying import OptionShare

Interruption = Literal["resume", "restart", "anew"]
"""What is left of a step that was interrupted."""
NEEDS: Final = ("staff", "equipment", "slots", "uses")
"""Fields that name what a step needs."""


def _units(found: Any) -> Any:
    if isinstance(found, str):
        return {found: 1}
    if isinstance(found, list) and all(isinstance(item, str) for item in found):
        return {name: found.count(name) for name in found}
    return found


Units = Annotated[dict[Name, PositiveCount], BeforeValidator(_units)]
"""Names of resources with the units that are needed of each: a name, a list or a mapping in the file."""


class Substitute(Declared):
    """Others who can do a step; what is not named stays as the step itself says."""

    staff: Units | None = None
    """Who is needed instead. Example: `consultant`."""
    equipment: Units | None = None
    """What is needed instead. Example: `portable_xray`."""
    slots: Units | None = None
    """Which slots are used instead. Example: `evening_clinic`."""
    uses: Units | None = None
    """Which supplies are used instead. Example: `{blood_group_0: 2}`."""
    after: Duration = 0
    """Wait after which this is considered, such as the way of somebody on call. Example: `30 min`."""
    time: Factor = 1.0
    """How much longer or shorter the step then takes. Example: `x 0.8`."""

    @model_validator(mode="after")
    def _check_something(self) -> Self:
        if all(getattr(self, name) is None for name in NEEDS):
            raise complain("the substitute names nobody and nothing", "or: [{staff: consultant}]", code="empty")
        return self


class Needing(Queueing):
    """What a step needs, all at once."""

    staff: Units = {}
    """Who is needed: a name, a list or `{nurse: 2}`. Example: `ed_doctor`."""
    equipment: Units = {}
    """What is needed. Example: `ct_scanner`."""
    slots: Units = {}
    """Which slots are used. Example: `care_package`."""
    uses: Units = {}
    """Which supplies are used. Example: `{blood: 2}`."""

    def needs(self, instead: Substitute | None = None) -> dict[str, int]:
        """Units of each resource that the step, or a substitute for it, needs, in order of names."""
        found: dict[str, int] = {}
        for name in NEEDS:
            other = getattr(instead, name, None)
            found |= getattr(self, name) if other is None else other
        return dict(sorted(found.items()))


class Finish(Declared):
    """A step that must be over before its staff or room closes."""

    planned: Duration | None = None
    """How long it is planned to take; the drawn time if not given. Example: `90 min`."""
    overrun: Duration = 0
    """How much later than closing it may end. Example: `15 min`."""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, found: Any) -> Any:
        if found is True:
            return {}
        if found is False or not isinstance(found, dict | Finish):
            raise refuse("true, or planned and overrun", found, "true", code="shape")
        return found


class Activity(Needing):
    """Something done with a patient: needs staff and equipment (or neither) and takes time."""

    verb: ClassVar[str] = "activity"
    others: list[Substitute] = []
    """Others who can do it, in order of preference; in the file `or`. Example: `[{staff: consultant}]`."""
    time: Time
    """How long it takes. Example: `{lognormal: {mean: 7 min, sd: 4 min}}`."""
    rhythm: NameOrRhythm | None = None
    """Factors on the time by day and hour. Example: `{weekend: x 1.5}`."""
    must_finish: Finish | None = None
    """Not begun if it would not be over before its staff or room closes. Example: `true`."""
    if_no_time: Name | None = None
    """Outcome or pathway of those for whom no time is left. Example: `cancelled`."""
    missed: OptionShare | None = None
    """Share of patients who do not come, although staff or slot are kept for them. Example: `10 %`."""
    if_missed: Name | None = None
    """Outcome or pathway of those who did not come. Example: `rebook`."""
    interrupted: Interruption = "resume"
    """What is left when it is interrupted: `resume`, `restart` (all of it) or `anew` (a new time)."""
    cost: Cost | None = None
    """What it costs each time it is done, besides its staff. Example: `35 per patient`."""
    counts_as: Meaning | None = None
    """What it is in the key figures: `triage`, `first_clinician`, `treatment` (the wait on a list ends with the first),
    `discharge_delay` or `handover`."""

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, found: Any) -> Any:
        if isinstance(found, dict) and len(found) == 1 and "name" not in found:
            ((name, body),) = found.items()
            if not isinstance(body, dict):
                raise no_body(name, body, VERBS, BARE)
            found = {"name": name, **body}
        return _with_others(found)

    @model_validator(mode="after")
    def _check_rules_have_a_queue(self) -> Self:
        rules = [name for name in _RULES if getattr(self, name)]
        if rules and not self.needs():
            rule = "or" if rules[0] == "others" else rules[0]
            message = f"{rule} has no meaning here, since the step needs nobody and nothing"
            raise complain(message, "add staff:, equipment:, slots: or uses:, or remove the rule", code="pair")
        check_pair(self, "must_finish", "if_no_time")
        check_pair(self, "missed", "if_missed")
        return self


_RULES: Final = (
    "should_start_within",
    "gives_up_after",
    "worsens_after",
    "queue_limit",
    "if_none_free",
    "priority_after",
    "keep_free",
    "preempts",
    "others",
    "must_finish",
)


def _with_others(found: Any) -> Any:
    """Renames `or`, which Python keeps for itself."""
    if isinstance(found, dict) and "or" in found:
        return {("others" if key == "or" else key): value for key, value in found.items()}
    return found


class Hold(Needing):
    """Takes something and keeps it through the following steps, until it is given back or the patient leaves."""

    verb: ClassVar[str] = "hold"
    counts_as: Meaning | None = None
    """`handover` if the time of holding is the handover from an ambulance."""

    @classmethod
    def from_file(cls, body: Any) -> Any:
        """Takes what stands behind the verb in the file."""
        if not isinstance(body, dict):
            raise refuse("what is held", body, "{staff: ambulance_crew}", code="step")
        names = [
            str(name)
            for section in NEEDS
            for name in ([body[section]] if isinstance(body.get(section), str) else body.get(section) or ())
        ]
        return {"name": f"hold {' and '.join(names)}", **body}

    @model_validator(mode="after")
    def _check_something(self) -> Self:
        if not self.needs():
            raise complain("nothing is held", "hold: {staff: ambulance_crew}", code="empty")
        return self


def _listed(found: Any) -> Any:
    return [found] if isinstance(found, str) else found


class GiveBack(StepBase):
    """Gives back what was held."""

    verb: ClassVar[str] = "give back"
    resources: Annotated[list[Name], BeforeValidator(_listed)]
    """What is given back. Example: `ambulance_crew`."""

    @classmethod
    def from_file(cls, body: Any) -> Any:
        """Takes what stands behind the verb in the file."""
        if isinstance(body, dict) and body.keys() & {"name", "resources"}:
            return {"name": f"give back {' and '.join(map(str, _listed(body.get('resources')) or ()))}", **body}
        names = _listed(body)
        if not isinstance(names, list) or not names:
            raise refuse("the name of what was held", body, "ambulance_crew", code="step")
        return {"name": f"give back {' and '.join(map(str, names))}", "resources": names}


def _other_wards(found: Any) -> Any:
    if isinstance(found, str):
        found = [found]
    if isinstance(found, list):
        return [{"use": other} if isinstance(other, str) else other for other in found]
    return found


class Enter(Queueing):
    """Waits for a bed or place in a ward and moves there; the old place is kept until then."""

    verb: ClassVar[str] = "enter"
    ward: Name
    """The ward. Example: `majors`."""
    others: Annotated[list[Alternative], BeforeValidator(_other_wards)] = []
    """Other wards, in order of preference, before the ward's own; in the file `or`. Example: `[side_rooms]`."""

    @classmethod
    def from_file(cls, body: Any) -> Any:
        """Takes what stands behind the verb in the file."""
        if isinstance(body, str):
            body = {"ward": body}
        if isinstance(body, list) and body:
            body = {"ward": body[0], "or": body[1:]}
        if not isinstance(body, dict):
            raise refuse("a ward", body, "medical", code="step")
        return {"name": f"enter {body.get('ward')}", **_with_others(body)}


class Stay(StepBase):
    """Time in the present place, as long as the patient needs it (longer or shorter for outliers)."""

    verb: ClassVar[str] = "stay"
    time: Time
    """How long. Example: `{lognormal: {mean: 6.2 d, sd: 8 d}}`."""
    rhythm: NameOrRhythm | None = None
    """Factors on the time by the day and hour at which it begins. Example: `{weekend: x 1.5}`."""

    @classmethod
    def from_file(cls, body: Any) -> Any:
        """Takes what stands behind the verb in the file."""
        long = isinstance(body, dict) and ("time" in body or "name" in body)
        return {"name": "stay", **body} if long else {"name": "stay", "time": body}
