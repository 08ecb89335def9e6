"""Knots: patients who wait for each other's places; they swap, or the run stops if nobody can ever move."""

from sim.engine.eventlog import NOBODY
from sim.engine.reference.state import State
from sim.engine.reference.things import Patient, Resource

MOST_NAMED = 5


class KnotError(RuntimeError):
    """Patients wait for each other's places, and nobody can ever move."""


class Knots:
    """Looks at patients who ask for a place while they have one."""

    def __init__(self, state: State) -> None:
        self.state = state

    def suspect(self, patient: Patient) -> None:
        """Notes that somebody in a place has asked for another."""
        place = patient.place
        if self.state.program.swaps or (place is not None and len(place.blocked) >= place.inside()):
            self.state.suspects.append(patient)

    def resolve(self) -> list[Patient]:
        """Swaps the places of patients who wait for each other's, or stops the run if they wait for ever.

        Returns:
            Who has the place that they waited for.

        Raises:
            KnotError: if patients wait for each other for ever, and it is not declared that they swap.
        """
        suspects, self.state.suspects = self.state.suspects, []
        moved: list[Patient] = []
        for patient in suspects:
            if not self._waits(patient):
                continue
            if self.state.program.swaps:
                moved += self._swap(self._circle(patient))
            elif self._is_stuck(patient):
                self._stop(patient)
        return moved

    def _waits(self, patient: Patient) -> bool:
        return patient.place is not None and patient in patient.place.blocked

    def _wanted(self, patient: Patient) -> list[Resource]:
        """Wards in which the patient would take a place now, in order of preference."""
        waited = self.state.now - patient.queued
        return [
            way.needs[0][0]
            for way in patient.at.ways
            if way.after <= waited and (way.accepts is None or way.accepts[patient.number])
        ]

    def _circle(self, patient: Patient) -> list[tuple[Patient, Resource]]:
        """Finds the shortest circle in which each patient takes the place of the next, with the place that they take.

        Those who have waited longer are tried first; the circle ends in the ward where it began.
        """
        if patient.place is None:
            return []
        home = patient.place
        paths: list[list[tuple[Patient, Resource]]] = [[(patient, ward)] for ward in self._wanted(patient)]
        seen: set[Resource] = set()
        while paths:
            path = paths.pop(0)
            ward = path[-1][1]
            if ward is home:
                return path
            if ward in seen:
                continue
            seen.add(ward)
            waiting = sorted(ward.blocked, key=lambda other: (other.queued, other.rank))
            paths += [[*path, (other, wanted)] for other in waiting for wanted in self._wanted(other)]
        return []

    def _swap(self, circle: list[tuple[Patient, Resource]]) -> list[Patient]:
        """Moves everybody of a circle at once; the beds need no cleaning between."""
        state = self.state
        for patient, ward in circle:
            state.quit_lists(patient)
            way = next(way for way in patient.at.ways if way.needs[0][0] is ward)
            old, patient.place, patient.factor = patient.place, ward, way.factor
            state.record((state.now, patient.number, way.needs[0][2]))
            if old is None:
                continue
            state.record((state.now, patient.number, old.vacate_code))
            if old.turnaround:
                state.record((state.now, NOBODY, old.ready_code))
            patient.has_left(old)
            if ward.is_tracked:
                ward.users[patient], patient.entered = state.now, patient.at
        return [patient for patient, _ in circle]

    def _is_stuck(self, patient: Patient) -> bool:
        """Whether nobody in the wards for which a patient waits can ever leave, since all of them wait in a circle."""
        wards, waiting = set[Resource](), self._wanted(patient)
        while waiting:
            ward = waiting.pop()
            if ward in wards:
                continue
            wards.add(ward)
            if ward.inside() > len(ward.blocked) or ward.free > 0 or ward.returned or ward.cleaning:
                return False
            if not ward.blocked or self._may_open(ward):
                return False
            for other in ward.blocked:
                if self._has_way_out(other):
                    return False
                waiting += self._wanted(other)
        return patient.place in wards and not self._has_way_out(patient)

    def _has_way_out(self, patient: Patient) -> bool:
        """Whether time alone can end the wait of a patient."""
        at, waited = patient.at, self.state.now - patient.queued
        ends = (at.on_give_up, at.on_worse, at.on_late)
        later = any(way.after > waited and (way.accepts is None or way.accepts[patient.number]) for way in at.ways)
        return later or any(end is not None for end in ends)

    def _may_open(self, ward: Resource) -> bool:
        """Whether a ward can have more beds later than now."""
        supply, later = self.state.fates.supply, self.state.fates.supply.time_ms > self.state.now
        for resource in (ward, *(staff for staff, _ in ward.staffed_by)):
            units = supply.units[later & (supply.resource == resource.number)]
            if (units > resource.level).any() or resource.number in self.state.program.effect_resource:
                return True
        return False

    def _stop(self, patient: Patient) -> None:
        """Ends the run, saying who waits for what.

        Raises:
            KnotError: always.
        """
        state, lines = self.state, list[str]()
        wards, waiting = set[Resource](), [patient.place]
        while waiting:
            ward = waiting.pop()
            if ward is None or ward in wards:
                continue
            wards.add(ward)
            for other in sorted(ward.blocked, key=lambda other: (other.queued, other.rank)):
                wanted = self._wanted(other)
                waiting += wanted
                name = state.fates.crowds[int(state.fates.stream[other.number])].luck.root.stream
                lines.append(f"{name} {other.number} in {ward.name} waits for {' or '.join(w.name for w in wanted)}")
        shown = "; ".join(lines[:MOST_NAMED]) + (
            f"; and {len(lines) - MOST_NAMED} more" if len(lines) > MOST_NAMED else ""
        )
        raise KnotError(
            f"patients wait for each other's places, and none of them can ever move: {shown}. "
            "Write run: {knots: swap} to let them change places, or give one of the wards an if_full"
        )
