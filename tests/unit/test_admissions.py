"""Admissions: from the first bed until the last is given up; who comes back into a bed is admitted again."""

from typing import Any

import pytest

from sim.measure.kpis import Figures
from sim.scenario.start import Start
from tests.builders import Book, comes, hospital

DAY = 24 * 60
WARDS = {
    "medical": {"beds": 5, "when_closing": "hand_over"},
    "icu": {"beds": 5, "kind": "critical_care"},
    "cubicles": {"beds": 5, "kind": "ed"},
    "lounge": {"beds": 5, "kind": "chairs"},
}
ENTER = {"enter": "medical"}
AGAIN = [{"enter": {"ward": "medical", "name": "again"}}, {"recover": {"time": "1 d"}}]
HOME = {"home": {"time": "13 d"}}


def story(*way: Any, leave: str = "discharged") -> Book:
    """Four weeks from a Monday on."""
    ways = {"way": [*way, {"leave": leave}]}
    return Book(hospital("28 d", patients={"p": comes()}, wards=WARDS, pathways=ways))


def figures(book: Book) -> Figures:
    return book.closed().measured().kpis


def first_stay(book: Book, patient: int) -> None:
    """One day in bed from Monday 08:00 on, and home."""
    book.enters(patient, "enter medical", 480, 480)
    book.stays(patient, "stay", 480, 480 + DAY)
    book.vacates(patient, 480 + DAY)


def second_stay(book: Book, patient: int) -> None:
    """Thirteen days at home, then two days in bed, and out."""
    book.stays(patient, "home", 480 + DAY, 480 + 14 * DAY)
    book.enters(patient, "again", 480 + 14 * DAY, 480 + 14 * DAY)
    book.stays(patient, "recover", 480 + 14 * DAY, 480 + 16 * DAY)
    book.leaves(patient, 480 + 16 * DAY)


def test_who_gives_up_the_bed_and_gets_one_later_is_admitted_twice() -> None:
    book = story(ENTER, {"stay": "1 d"}, "vacate", HOME, *AGAIN)
    patient = book.arrives(480)
    first_stay(book, patient)
    second_stay(book, patient)
    found = figures(book)
    assert found["admissions_per_day", ""] == found["discharges_per_day", ""] == 2 / 28
    assert found["admissions_per_day", "ward:medical"] == found["admissions_per_day", "class:p"] == 2 / 28
    assert found["length_of_stay_mean", ""] == found["length_of_stay_midnights", ""] == 1.5
    assert found["discharges_before_noon", ""] == 1
    assert found["stays_over_7d_8am", ""] == 0


def test_who_moves_from_bed_to_bed_and_waits_for_the_way_home_in_the_lounge_is_admitted_once() -> None:
    """From the cubicle into the ward after an hour, into critical care, back, to the lounge and home: 30 hours."""
    see, stay, sit = {"see": {"time": "1 h"}}, {"stay": "5 h"}, {"sit": {"time": "1 h"}}
    book = story({"enter": "cubicles"}, see, ENTER, {"enter": "icu"}, stay, *AGAIN, {"enter": "lounge"}, sit)
    patient = book.arrives(0)
    for step, stays, since, until in (
        ("enter cubicles", "see", 0, 1),
        ("enter medical", "", 1, 1),
        ("enter icu", "stay", 1, 6),
        ("again", "recover", 6, 30),
        ("enter lounge", "sit", 30, 31),
    ):
        book.enters(patient, step, since * 60, since * 60)
        if stays:
            book.stays(patient, stays, since * 60, until * 60)
    book.leaves(patient, 31 * 60)
    found = figures(book)
    assert found["admissions_per_day", ""] == found["admissions_per_day", "ward:medical"] == 1 / 28
    assert found["length_of_stay_mean", ""] == 30 / 24
    assert found["discharges_per_day", ""] == 1 / 28


def test_who_loses_the_bed_and_waits_for_another_is_still_admitted() -> None:
    """A bed closes after a day, and the next is free after three hours."""
    book = story(ENTER, {"stay": "2 d"})
    patient = book.arrives(0)
    book.enters(patient, "enter medical", 0, 0)
    book.stays(patient, "stay", 0)
    book.loses_bed(patient, "stay", DAY)
    book.enters(patient, "enter medical", DAY, DAY + 180)
    book.stays(patient, "stay", DAY + 180, 2 * DAY + 180)
    book.leaves(patient, 2 * DAY + 180)
    found = book.closed().measured().kpis
    assert found["admissions_per_day", ""] == found["discharges_per_day", ""] == 1 / 28
    assert found["length_of_stay_mean", ""] == pytest.approx(2 + 3 / 24)


def test_of_those_in_bed_at_the_start_only_a_later_admission_counts() -> None:
    """The stay that was under way when the run began ends in a discharge, but when it began is not known."""
    book = in_bed_at_the_start(story(ENTER, {"stay": "1 d"}, "vacate", HOME, *AGAIN))
    patient = book.arrives(0)
    book.enters(patient, "start beds", 0, 0)
    book.stays(patient, "stay", 0, 480 + DAY)
    book.vacates(patient, 480 + DAY)
    second_stay(book, patient)
    found = figures(book)
    assert found["admissions_per_day", ""] == 1 / 28
    assert found["length_of_stay_mean", ""] == 2
    assert found["discharges_per_day", ""] == 2 / 28


def test_who_is_on_the_list_at_the_start_is_admitted_in_the_run() -> None:
    book = in_bed_at_the_start(story(ENTER, {"stay": "1 d"}), ward=None, at="way/enter medical")
    patient = book.arrives(0)
    book.enters(patient, "enter medical", 0, 480)
    book.stays(patient, "stay", 480, 480 + DAY)
    book.leaves(patient, 480 + DAY)
    found = figures(book)
    assert found["admissions_per_day", ""] == 1 / 28
    assert found["length_of_stay_mean", ""] == 1


def test_who_was_ready_before_the_first_discharge_is_not_ready_in_the_second_admission() -> None:
    """Ready on Tuesday at 08:00, when the stay ends, out two hours later, and back for two days two weeks later."""
    papers = {"papers": {"time": "2 h"}}
    book = story(ENTER, {"stay": "1 d"}, "ready", papers, "vacate", HOME, *AGAIN)
    patient = book.arrives(480)
    book.enters(patient, "enter medical", 480, 480)
    book.stays(patient, "stay", 480, 480 + DAY)
    book.marks(patient, "ready", 480 + DAY)
    book.stays(patient, "papers", 480 + DAY, 600 + DAY)
    book.vacates(patient, 600 + DAY)
    book.stays(patient, "home", 600 + DAY, 600 + 14 * DAY)
    book.enters(patient, "again", 600 + 14 * DAY, 600 + 14 * DAY)
    book.stays(patient, "recover", 600 + 14 * DAY, 600 + 16 * DAY)
    book.leaves(patient, 600 + 16 * DAY)
    found = figures(book)
    assert found["delay_days_per_day", ""] == pytest.approx(2 / 24 / 28)
    assert found["discharge_delay_mean", ""] == pytest.approx(2 / 24)


def test_who_dies_in_bed_is_no_discharge_but_was_discharged_before() -> None:
    book = story(ENTER, {"stay": "1 d"}, "vacate", HOME, *AGAIN, leave="died")
    patient = book.arrives(480)
    first_stay(book, patient)
    book.stays(patient, "home", 480 + DAY, 480 + 14 * DAY)
    book.enters(patient, "again", 480 + 14 * DAY, 480 + 14 * DAY)
    book.stays(patient, "recover", 480 + 14 * DAY, 480 + 16 * DAY)
    book.leaves(patient, 480 + 16 * DAY)
    found = figures(book)
    assert found["discharges_per_day", ""] == 1 / 28
    assert found["length_of_stay_mean", ""] == 1.5


class Started(Book):
    """All patients are there at the start, which stands behind the only class."""

    def fates(self):
        fates = super().fates()
        fates.entry[:] = 1
        return fates


def in_bed_at_the_start(book: Book, ward: str | None = "medical", at: str = "way/stay") -> Book:
    start = {"beds": Start(of="p", at=at, ward=ward, patients=1)}
    return Started(book.scenario.model_copy(update={"start": start}))
