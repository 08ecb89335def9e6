"""Knots: patients who wait for each other's places; they swap, or the run stops if nobody can ever move."""

from sim.engine.eventlog import NOBODY
from sim.engine.program import Effect
from sim.engine.reference.interrupting import Interruptions
from sim.engine.reference.state import State
from sim.engine.reference.things import Patient, Resource, Way

MOST_NAMED = 5


class KnotError(RuntimeError):
    """Patients wait for each other's places, and nobody can ever move."""


class Knots:
    """Looks at patients who ask for a place while they have one."""

    def __init__(self, state: State, interruptions: Interruptions) -> None:
        self.state = state
        self.interruptions = interruptions

    def suspect(self, patient: Patient) -> None:
        """Notes that somebody in a place would take another."""
        if self.state.program.swaps:
            self.state.swappers.append(patient)
        elif patient.place is not None:
            self.state.suspect(patient.place)

    def swap(self) -> list[Patient]:
        """Swaps the places of patients who wait for each other's; from whoever asked last.

        Returns:
            Who has the place that they waited for.
        """
        swappers, self.state.swappers = self.state.swappers, []
        moved: list[Patient] = []
        for patient in sorted(swappers, key=lambda one: (-one.queued, -one.rank)):
            if self._waits(patient):
                moved += self._move_round(self._circle(patient))
        return moved

    def stop_if_for_ever(self) -> None:
        """Stops the run if some patients wait for each other's places for ever.

        Raises:
            KnotError: if they do.
        """
        suspects, self.state.suspects = self.state.suspects, []
        for patient in suspects:
            if self._waits(patient) and self._is_stuck(patient):
                self._stop(patient)

    def _waits(self, patient: Patient) -> bool:
        return patient.place is not None and patient in patient.place.blocked

    def _ways(self, patient: Patient) -> list[Way]:
        """Ways in which the patient would take a place now, in order of preference."""
        waited = self.state.now - patient.queued
        return [
            way
            for way in patient.at.ways
            if way.after <= waited and (way.accepts is None or way.accepts[patient.number])
        ]

    def _wanted(self, patient: Patient) -> list[Resource]:
        """The wards of these ways."""
        return [way.needs[0][0] for way in self._ways(patient)]

    def _circle(self, patient: Patient) -> list[tuple[Patient, Way]]:
        """Finds the shortest circle in which each patient takes the place of the next, with the way in which they do.

        Those who have waited longer are tried first; the circle ends in the ward where it began.
        """
        if patient.place is None:
            return []
        home = patient.place
        paths: list[list[tuple[Patient, Way]]] = [[(patient, way)] for way in self._ways(patient)]
        seen: set[Resource] = set()
        while paths:
            path = paths.pop(0)
            ward = path[-1][1].needs[0][0]
            if ward is home:
                return path
            if ward in seen:
                continue
            seen.add(ward)
            waiting = sorted(ward.blocked, key=lambda other: (other.queued, other.rank))
            paths += [[*path, (other, way)] for other in waiting for way in self._ways(other)]
        return []

    def _move_round(self, circle: list[tuple[Patient, Way]]) -> list[Patient]:
        """Moves everybody of a circle at once; the beds need no cleaning between."""
        for patient, way in circle:
            priority = patient.entry[0] if patient.entry is not None else patient.priority
            self.state.quit_lists(patient)
            self._change_beds(patient, way, priority)
            if way.returns:
                self.interruptions.ask_for_home(patient, patient.at, priority)
            if patient.at.begins:
                self.state.begin(patient, patient.at)
        return [patient for patient, _ in circle]

    def _change_beds(self, patient: Patient, way: Way, priority: int) -> None:
        """Writes that a patient lies in another place, whose last patient has moved on as well."""
        state, (ward, _, place_code, _) = self.state, way.needs[0]
        old, patient.place, patient.factor = patient.place, ward, way.factor
        state.record((state.now, patient.number, place_code))
        if old is not None:
            state.record((state.now, patient.number, old.vacate_code))
            if old.turnaround:
                state.record((state.now, NOBODY, old.ready_code))
            patient.has_left(old)
        if ward.is_tracked:
            state.lie_in(patient, ward, patient, priority)

    def _is_stuck(self, patient: Patient) -> bool:
        """Whether nobody in the wards for which a patient waits can ever leave, since all of them wait in a circle."""
        wards, waiting = set[Resource](), self._wanted(patient)
        while waiting:
            ward = waiting.pop()
            if ward in wards:
                continue
            wards.add(ward)
            inside = ward.inside()
            if not ward.blocked or not ward.capacity <= inside <= len(ward.blocked) or self._may_open(ward):
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
        """Whether a ward can have more beds later than now, in this replication."""
        state = self.state
        supply, later = state.fates.supply, state.fates.supply.time_ms > state.now
        added = state.program.effect_resource[state.program.effect == Effect.ADD]
        for resource in (ward, *(staff for staff, _ in ward.staffed_by)):
            units = supply.units[later & (supply.resource == resource.number)]
            if (units > resource.level).any() or resource.number in added:
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
